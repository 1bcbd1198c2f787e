"""How a setting says what makes an alert urgent: `probability=0.5, outlets=0.2` and the like."""

from dataclasses import fields

from alerts import Subject, Weights

_PARTS = tuple(field.name for field in fields(Weights) if field.name not in ("subjects", "other_subjects"))


def parse_parts(text: str) -> dict[str, float]:
    """What each part of a priority may add at most, by name. Raises ValueError."""
    return _parse_shares(text, _PARTS, "part of the priority")


def parse_subjects(text: str) -> dict[str, float]:
    """A subject's share of its part, 0 to 1, by name. Raises ValueError."""
    return _parse_shares(text, [str(subject) for subject in Subject], "subject")


def _parse_shares(text: str, names: "tuple[str, ...] | list[str]", kind: str) -> dict[str, float]:
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
