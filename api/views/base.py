"""What all schemas share."""

from datetime import datetime
from typing import Annotated

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    WithJsonSchema,
)

from models import nfc

Moment = datetime


def _storable(text: str) -> str:
    if "\0" in text:
        raise ValueError("must not contain NUL")
    return nfc(text)


def in_every_zone(at: datetime) -> datetime:
    """The moment, at least a day from the ends of what a clock can show somewhere in the world. Raises ValueError."""
    if not 1 < at.year < 9999:
        raise ValueError("must be in a year from 2 to 9998")
    return at


def _not_a_count(at: object) -> object:
    """As written. A bare number would be read as seconds since 1970, which the description does not offer."""
    if isinstance(at, int | float) or (isinstance(at, str) and ":" not in at):
        raise ValueError("must be a date and time with an offset, as in 2026-11-01T08:00:00+07:00")
    return at


SentMoment = Annotated[AwareDatetime, BeforeValidator(_not_a_count), AfterValidator(in_every_zone)]
Id = Annotated[int, Field(ge=1, le=2**31 - 1)]
Text = Annotated[str, Field(max_length=20_000), AfterValidator(_storable)]
Line = Annotated[str, Field(max_length=500), AfterValidator(_storable)]
SearchText = Annotated[str, Field(max_length=300), AfterValidator(_storable)]


# Described as a list of two numbers: not every generator of clients knows `prefixItems`.
Place = Annotated[
    tuple[int, int],
    WithJsonSchema({"type": "array", "items": {"type": "integer"}, "minItems": 2, "maxItems": 2}),
]
"""Where words stand in a text: the offsets of their first character and of the one after their last."""


class Out(BaseModel):
    """A value that is shown."""

    model_config = ConfigDict(frozen=True, from_attributes=True)


class Sent(BaseModel):
    """A value that somebody sends; fields it does not have are refused, not ignored."""

    model_config = ConfigDict(extra="forbid", frozen=True)
