"""Which weights judge, and following a promotion while running.

Weights and what is searched under their encoder are always of one piece: a reader takes all at once, and a change
puts whole new ones in their place. Whoever still works with the old ones finishes with them.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy.orm import Session

from classify.encoder import WEIGHTS
from classify.errors import ClassifyError, WeightsError
from classify.library import Library
from classify.models import Models, load_models
from classify.precedents import Precedents
from classify.store import Store, UnknownVersionError, version_in_use
from dinhchinh.settings import Settings
from models import Sessions

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Judging:
    """Loaded weights, and the evidence library and the claims seen before under their encoder."""

    models: Models
    library: Library
    precedents: Precedents


def open_store(settings: Settings) -> Store:
    """The sets of weights that this desk can choose from."""
    return Store(settings.home / "models")


def find_weights(settings: Settings, version: str | None) -> Path:
    """The folder of the weights in use: the setting's, else those of the version, the shipped ones for None.

    Raises WeightsError where the version is not here, saying what to do.
    """
    if settings.weights is not None:
        return settings.weights
    if version is None:
        return WEIGHTS
    try:
        return open_store(settings).find(version).folder
    except UnknownVersionError as problem:
        raise WeightsError(
            f"{problem}, but they are in use: restore them or `dinhchinh models rollback`"
        ) from None


def open_models(settings: Settings, session: Session | None = None) -> Models:
    """The weights in use, the shipped ones where no database was given. Raises WeightsError, EncoderError."""
    version = None if session is None else version_in_use(session)
    return load_models(find_weights(settings, version), settings.encoder)


def open_library(settings: Settings, models: Models) -> Library:
    """The evidence library; its index lies in the home folder."""
    return Library(settings.home / "index", models.encoder)


def open_precedents(settings: Settings, models: Models) -> Precedents:
    """The claims and briefs of earlier days; their index lies beside the library's."""
    return Precedents(settings.home / "index", models.encoder)


class JudgingInUse:
    """What judges now, for many threads. `follow` is called by one."""

    def __init__(self, settings: Settings, sessions: Sessions) -> None:
        self._settings = settings
        self._sessions = sessions
        self._version = self._read_version()
        self._broken: str | None = None
        models = load_models(find_weights(settings, self._version), settings.encoder)
        self._current = self._judge_by(models)

    @property
    def current(self) -> Judging:
        """What to work with."""
        return self._current

    def follow(self) -> Judging:
        """What to work with, loaded anew when other weights have been put in use.

        Weights that cannot be loaded are told of once and tried again by the next call; meanwhile the ones before go
        on judging, under their own name.
        """
        version = self._read_version()
        if version != self._version:
            try:
                self._current = self._load(version)
            except ClassifyError as problem:
                if version != self._broken:
                    log.error("%s; weights %s go on judging", problem, self._current.models.version)
                self._broken = version
            else:
                self._version, self._broken = version, None
                log.info("weights %s judge from now on", self._current.models.version)
        return self._current

    def _load(self, version: str | None) -> Judging:
        models = load_models(find_weights(self._settings, version), self._settings.encoder)
        before = self._current
        if models.encoder.name == before.models.encoder.name:
            return Judging(models, before.library, before.precedents)
        return self._judge_by(models)

    def _judge_by(self, models: Models) -> Judging:
        return Judging(models, open_library(self._settings, models), open_precedents(self._settings, models))

    def _read_version(self) -> str | None:
        with self._sessions() as session:
            return version_in_use(session)
