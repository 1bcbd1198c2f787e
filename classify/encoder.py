"""Texts to unit vectors: by the static model that ships, or by any model that sentence-transformers can load."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError

from classify.errors import EncoderError
from classify.manifest import Manifest, read_manifest
from classify.static import is_static, open_static

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

WEIGHTS = Path(__file__).parent / "weights"
BATCH = 512

Vectors = NDArray[np.float32]


class Encoder(Protocol):
    """Turns texts into rows of unit length, so that a dot product is the cosine."""

    @property
    def name(self) -> str:
        """Names the weights; vectors of two names must never be compared."""

    @property
    def dimension(self) -> int:
        """Columns of what `encode` returns."""

    def encode(self, texts: Sequence[str]) -> Vectors:
        """float32 of shape (len(texts), dimension), each row of unit norm."""


class SentenceEncoder:
    """A sentence-transformers model behind the `Encoder` protocol."""

    def __init__(self, model: SentenceTransformer, name: str) -> None:
        dimension = model.get_embedding_dimension()
        if dimension is None:
            raise EncoderError(f"encoder {name}: it does not say how many dimensions its vectors have")
        self._model = model
        self.name = name
        self.dimension = dimension

    def encode(self, texts: Sequence[str]) -> Vectors:
        if not texts:
            return np.zeros((0, self.dimension), dtype=np.float32)
        rows: Any = self._model.encode(
            list(texts),
            batch_size=BATCH,
            show_progress_bar=False,
            convert_to_numpy=True,
            normalize_embeddings=True,
        )
        return np.asarray(rows, dtype=np.float32)


def load_encoder(setting: str | None = None) -> Encoder:
    """The shipped encoder for None, else the model folder or hub name that `setting` gives.

    A hub name already in the local cache needs no network. Raises EncoderError where it cannot be loaded.
    """
    if not setting:
        manifest = read_manifest(WEIGHTS)
        return open_encoder(manifest.open_part("encoder"), name=shipped_name(manifest))
    return open_encoder(Path(setting) if Path(setting).is_dir() else setting)


def shipped_name(manifest: Manifest) -> str:
    """The trained encoder's name: it changes with its bytes, so that vectors of two trainings never mix."""
    return f"dinhchinh-static-{manifest.part('encoder')['files']['model.safetensors'][:12]}"


def open_encoder(place: Path | str, *, name: str | None = None) -> Encoder:
    """Loads a folder (never asking the network) or a hub name (the cache first). Raises EncoderError."""
    if isinstance(place, Path):
        if is_static(place):
            return open_static(place, name or str(place))
        if not any((place / file).is_file() for file in ("modules.json", "config.json")):
            raise EncoderError(f"encoder {place}: no sentence-transformers model there")
    # Imported here because it takes six seconds, for models that most desks do not have.
    from sentence_transformers import SentenceTransformer

    problem: Exception | None = None
    # What is cached or local is used without asking the network, which may be absent.
    for local_only in (True, False) if isinstance(place, str) else (True,):
        try:
            model = SentenceTransformer(
                str(place), device="cpu", trust_remote_code=False, local_files_only=local_only
            )
        except (OSError, ValueError, RuntimeError, KeyError, ImportError, SafetensorError) as error:
            problem = error
        else:
            return SentenceEncoder(model.float(), name or str(place))
    first_line = next(iter(str(problem).splitlines()), repr(problem))
    raise EncoderError(f"encoder {place}: {first_line}")
