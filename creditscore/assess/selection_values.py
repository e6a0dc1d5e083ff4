"""What is found of a model and of the decisions that chose its sample, as values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

from creditscore.assess.values import Measurement, plain
from creditscore.validation.rejects.quality import RejectionQuality
from creditscore.validation.results import Metric
from creditscore.words.fairness import FAIRNESS

Prior: TypeAlias = Literal["given", "explored", "model"]
_QUALITY: tuple[str, ...] = ("bad_rate_approved", "bad_rate_declined", "ratio", "caught")


@dataclass(frozen=True, slots=True)
class InferenceEffect(Measurement):
    """What a way to fill in the declined changes, out of fold, in a logistic regression on the features.

    Attributes
    ----------
    method : {"none", "parcelling", "fuzzy", "reweighting"}
    auc_accepted : float
        Within 0 and 1, on the approved with an outcome.
    auc_seen : float
        On these and the explored, weighted; NaN where nobody was explored.
    declined : float
        Mean probability of default of the declined, within 0 and 1.
    """

    method: str
    auc_accepted: float
    auc_seen: float
    declined: float


@dataclass(frozen=True, slots=True, repr=False)
class SelectionAssessment(Measurement):
    """What earlier decisions left out of a model's sample; made by `assess_selection`.

    Attributes
    ----------
    model_id : str
    basis : {"held_out", "given", "other", "training"}
        What the scores rest on, as for a model report.
    applications, unscored : int
        That are judged, and those left out because they have no score.
    accepted_share : float
        Share of them that was approved, within 0 and 1.
    overlap : float
        How much of the scores of the approved and of the declined lies in the same twentieths, from 0
        (nothing: what is said of the declined is extrapolated) to 1; NaN where nobody was declined.
    beyond : float
        Share of the declined that are riskier than 99 of 100 approved with an outcome.
    quality : RejectionQuality
        How well declining screens, by those explored.
    prior : {"given", "explored", "model"}
        Whose chances stand in for outcomes that nobody saw. ``"model"``: the model's own, which flatters it.
    accepted, everybody : mapping of str to Metric
        AUC, Brier score, slope and intercept of calibration: on the approved with an outcome alone, and on
        all, outcomes of the declined drawn from the prior.
    inference : tuple of InferenceEffect
        Without the declined first, then each way to fill them in; empty where a half lacks goods or bads.
    level : float
    resamples, seed : int
    """

    model_id: str
    basis: str
    applications: int
    unscored: int
    accepted_share: float
    overlap: float
    beyond: float
    quality: RejectionQuality
    prior: Prior
    accepted: Mapping[str, Metric]
    everybody: Mapping[str, Metric]
    inference: tuple[InferenceEffect, ...]
    level: float
    resamples: int
    seed: int

    def to_dict(self) -> dict[str, Any]:
        """Write it as plain data that JSON can hold."""
        written = {
            name: plain(getattr(self, name))
            for name in self.__slots__
            if name not in ("quality", "accepted", "everybody")
        }
        quality = self.quality
        return written | {
            "quality": {
                "approved": quality.approved,
                "explored": quality.explored,
                "verdict": quality.verdict,
                **{name: _figure(getattr(quality, name)) for name in _QUALITY},
            },
            "accepted": {name: _figure(one) for name, one in self.accepted.items()},
            "everybody": {name: _figure(one) for name, one in self.everybody.items()},
        }

    def __repr__(self) -> str:
        said = FAIRNESS["selection"].format(
            applications=self.applications, accepted=self.accepted_share, overlap=self.overlap,
            prior=self.prior, alone=self.accepted["auc"], everybody=self.everybody["auc"],
        )  # fmt: skip
        return f"{said}\n{self.quality}"


def _figure(one: Metric) -> dict[str, float | None]:
    return {"value": plain(one.value), "low": plain(one.low), "high": plain(one.high)}
