"""Which trained weights judge: every promotion and every step back. The weights themselves are files."""

import enum
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base


class WeightsChange(enum.StrEnum):
    """Why other weights are in use from then on."""

    PROMOTED = "promoted"
    ROLLED_BACK = "rolled_back"


class WeightsInUse(Base):
    """From `since` on this version judges; the latest row says what is in use, no row the shipped weights.

    `version` is empty for the weights that ship with the program, whichever they are. `comparisons` are the figures
    of the frozen gates, old and new, that a promotion was allowed on.
    """

    __tablename__ = "weights_in_use"

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    since: Mapped[datetime]
    version: Mapped[str | None]
    change: Mapped[WeightsChange]
    comparisons: Mapped[list[Any]]
