"""Of what a subscriber wants to be told: filters, as they are asked for and as an event passes them. Pure."""

from collections.abc import Callable, Collection, Sequence
from typing import Any

from alerts.errors import Invalid
from alerts.subjects import Subject
from alerts.transitions import clean_text
from models import Envelope, EventType, Subscription


def wants(
    subscription: Subscription,
    event_type: EventType,
    *,
    language: str | None = None,
    subject: str | None = None,
    desk: str | None = None,
    priority: float | None = None,
) -> bool:
    """Whether an event passes a subscription's filters. An empty filter lets everything through.

    An event that has no language, subject, desk or priority passes the filter on it: what cannot be told apart is
    not kept back.
    """
    least = subscription.least_priority
    return (
        _passes(subscription.event_types, event_type)
        and _passes(subscription.languages, language)
        and _passes(subscription.subjects, subject)
        and _passes(subscription.desks, desk)
        and (least is None or priority is None or priority >= least)
    )


def _passes(chosen: Sequence[str], value: str | None) -> bool:
    return not chosen or value is None or value in chosen


def check_filters(*, known_desks: Collection[str], **filters: Any) -> dict[str, Any]:
    """What a subscriber asks for, as it is kept. Raises Invalid, and TypeError where there is no such filter."""
    known = {
        "event_types": {str(member) for member in EventType},
        "subjects": {str(member) for member in Subject},
        "desks": set(known_desks),
    }
    plain: dict[str, Callable[[Any], Any]] = {
        "is_ordered": bool,
        "envelope": Envelope,
        "least_priority": _check_priority,
    }
    checked: dict[str, Any] = {}
    for name, value in filters.items():
        if name == "description":
            checked[name] = clean_text(name, value)
        elif name in ("event_types", "languages", "subjects", "desks"):
            checked[name] = [str(item) for item in dict.fromkeys(value)]
            unknown = set(checked[name]) - known.get(name, set(checked[name]))
            if unknown:
                raise Invalid(name, f"does not know {', '.join(sorted(unknown))}")
        elif name in plain:
            checked[name] = plain[name](value)
        else:
            raise TypeError(f"a subscription has no {name}")
    return checked


def _check_priority(value: float | None) -> float | None:
    if value is not None and not 0 <= value <= 1:
        raise Invalid("least_priority", "must be from 0 to 1")
    return value
