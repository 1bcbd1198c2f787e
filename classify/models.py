"""Loads the weights that the product runs on, each after its digest was checked."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from classify.encoder import WEIGHTS, Encoder, open_encoder, shipped_name
from classify.errors import WeightsError
from classify.facts import ClaimModel, load_claim_model
from classify.manifest import read_manifest
from classify.verify import Verifier, load_verifier


@dataclass(frozen=True, slots=True)
class Models:
    """What turns articles into assessments. `version` names the weights, `encoder` the space of stored vectors."""

    encoder: Encoder
    claims: ClaimModel
    verifier: Verifier
    version: str


def load_models(weights: Path | None = None, encoder: str | None = None) -> Models:
    """Loads the shipped weights, or those of another folder; `encoder` names another one for retrieval.

    Gates and verifier always use the encoder they were trained with. Raises WeightsError and EncoderError.
    """
    folder = weights or WEIGHTS
    manifest = read_manifest(folder)
    own = open_encoder(manifest.open_part("encoder"), name=shipped_name(manifest))
    claims = load_claim_model(manifest.open_part("claims"), manifest.part("claims"))
    verifier = load_verifier(manifest.open_part("verify"), manifest.part("verify"), own, manifest.version)
    _try_out(folder, claims, verifier)
    place: Path | str | None = encoder if encoder is None or not Path(encoder).is_dir() else Path(encoder)
    return Models(own if place is None else open_encoder(place), claims, verifier, manifest.version)


def _try_out(folder: Path, claims: ClaimModel, verifier: Verifier) -> None:
    """Weights outlive the program that learned them: what reads other features is refused here, not at night."""
    try:
        claims.judge_facts(["Việt Nam có 34 tỉnh, thành phố.", "I told you that we have 34 provinces."])
        verifier.assess("Việt Nam có 34 tỉnh, thành phố.", ["Cả nước có 34 tỉnh, thành phố."])
    except (ValueError, KeyError) as problem:
        reason = str(problem).splitlines()[0]
        raise WeightsError(
            f"{folder}: learned by another edition of this program, train again ({reason})"
        ) from problem
