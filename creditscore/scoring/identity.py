"""What a model is known by: the hash of all that its scores depend on, and of the law it was fitted under."""

from __future__ import annotations

from typing import Protocol

from creditscore._ground.canonical import canonical, canonical_v1, sha256
from creditscore.features.compute import FeatureComputer
from creditscore.law.model_law import ModelLaw
from creditscore.model.fitted import FittedModel
from creditscore.model.scale import MasterScale, ScoreScale
from creditscore.model.spread import Spread
from creditscore.scoring.minimum import MinimumData


class Identified(Protocol):
    """What a score depends on."""

    @property
    def computer(self) -> FeatureComputer:
        """The features."""

    @property
    def fitted(self) -> FittedModel:
        """Trees, orientation, categories and calibration."""

    @property
    def scale(self) -> ScoreScale:
        """Log-odds to points."""

    @property
    def master_scale(self) -> MasterScale:
        """Probabilities to grades."""

    @property
    def law(self) -> ModelLaw | None:
        """Under which law it was fitted."""

    @property
    def spread(self) -> Spread | None:
        """What makes an interval of every score; None for a model without intervals."""

    @property
    def minimum(self) -> MinimumData | None:
        """What has to be known besides the application; None for anything at all."""


def identify(model: Identified, *, former: bool) -> str:
    """Return the id of a model.

    Parameters
    ----------
    model : Identified
    former : bool
        Whether it is known by the canonical form before format 3.
    """
    parts = {
        "features": model.computer.digest,
        "fitted": model.fitted.to_dict(),
        "scale": model.scale.to_dict(),
        "master_scale": model.master_scale.to_dict(),
    }
    if model.law is not None and model.law.fitted is not None:
        parts["jurisdiction"] = model.law.fitted.sha256
    if model.spread is not None:
        parts["intervals"] = model.spread.to_dict()
    if model.minimum is not None:
        parts["minimum"] = model.minimum.to_dict()
    return sha256(canonical_v1(parts, ascii_only=True) if former else canonical(parts))
