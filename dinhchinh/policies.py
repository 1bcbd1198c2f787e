"""How settings say what makes an alert urgent, and how long it may wait."""

from collections.abc import Sequence
from dataclasses import fields
from datetime import timedelta

from alerts import Allowance, Subject, Weights
from alerts.urgency import MOST_URGENT_FIRST

_PARTS = tuple(field.name for field in fields(Weights) if field.name not in ("subjects", "other_subjects"))

_UNITS = {"m": timedelta(minutes=1), "h": timedelta(hours=1)}


def parse_parts(text: str) -> dict[str, float]:
    """What each part of a priority may add at most, by name. Raises ValueError."""
    return _parse_shares(text, _PARTS, "part of the priority")


def parse_subjects(text: str) -> dict[str, float]:
    """A subject's share of its part, 0 to 1, by name. Raises ValueError."""
    return _parse_shares(text, [str(subject) for subject in Subject], "subject")


def parse_allowances(text: str) -> tuple[Allowance, ...]:
    """What each class of priority allows in working time: `urgent>=0.7 15m 1h 8h; …; ordinary 9h 18h 45h`.

    The classes come most urgent first and the last one takes all the rest. Raises ValueError.
    """
    classes = [piece.split() for piece in text.split(";")]
    if len(classes) != len(MOST_URGENT_FIRST):
        raise ValueError(f"expected {len(MOST_URGENT_FIRST)} classes, apart by semicolons")
    allowances: list[Allowance] = []
    for urgency, words in zip(MOST_URGENT_FIRST, classes, strict=True):
        is_last = urgency is MOST_URGENT_FIRST[-1]
        name, _, limit = words[0].partition(">=") if words else ("", "", "")
        if len(words) != 4 or name != urgency or bool(limit) is is_last:
            shown = urgency if is_last else f"{urgency}>=0.5"
            raise ValueError(f"expected `{shown} FIRST_LOOK DECISION RESPONSE`, such as `{shown} 15m 1h 8h`")
        from_priority = 0.0 if is_last else _parse_number(limit)
        if allowances and from_priority >= allowances[-1].from_priority:
            raise ValueError("expected each class to begin below the one before it")
        allowances.append(Allowance(urgency, from_priority, *map(_parse_duration, words[1:])))
    return tuple(allowances)


def _parse_duration(text: str) -> timedelta:
    number, unit = text[:-1], text[-1:]
    if unit not in _UNITS or not number.isdigit() or int(number) == 0:
        raise ValueError(f"{text!r}: expected minutes or hours of working time, such as 15m or 8h")
    return int(number) * _UNITS[unit]


def _parse_number(text: str) -> float:
    try:
        number = float(text)
    except ValueError:
        number = -1.0
    if not 0 <= number <= 1:
        raise ValueError(f"{text!r}: expected a priority from 0 to 1")
    return number


def _parse_shares(text: str, names: Sequence[str], kind: str) -> dict[str, float]:
    shares: dict[str, float] = {}
    for pair in filter(None, (piece.strip() for piece in text.split(","))):
        name, equals, value = (piece.strip() for piece in pair.partition("="))
        if name not in names:
            raise ValueError(f"{name!r} is no {kind}; there are {', '.join(names)}")
        try:
            share = float(value) if equals else -1.0
        except ValueError:
            share = -1.0
        if not 0 <= share <= 1:
            raise ValueError(f"expected a number from 0 to 1 after `{name}=`")
        shares[name] = share
    return shares
