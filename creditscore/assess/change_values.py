"""Values of a comparison of two models."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from html import escape
from typing import Final

from creditscore.assess.change_reasons import GroupShift, ReasonsChange
from creditscore.assess.figures import Figure
from creditscore.assess.study import Basis
from creditscore.assess.values import Measurement
from creditscore.words.plain import PLAIN

_SHOWN: Final = 8


@dataclass(frozen=True, slots=True)
class ModelNamed(Measurement):
    """One of the two models.

    Attributes
    ----------
    model_id : str
    features : int
    jurisdiction : str
        The law that it was fitted under; empty for none.
    basis : {"held_out", "given", "other", "training"} or None
        What its figures rest on, as in a model report; None without outcomes.
    """

    model_id: str
    features: int
    jurisdiction: str
    basis: Basis | None


@dataclass(frozen=True, slots=True)
class PointsMoved(Measurement):
    """How far scores moved, in unrounded points of the new model's scale; above 0 is safer than before.

    Attributes
    ----------
    applications : int
        Those whom both models score.
    before_alone, after_alone : int
        Those whom one of them alone scores.
    mean : float
    quantiles : mapping of str to float
        ``"0.05"`` to ``"0.95"``.
    largest_fall, largest_rise : float
    raised, lowered : float
        Shares that moved by a whole point or more, within 0 and 1.
    same_order : float
        Spearman's rank correlation of both scores, from -1 to 1; NaN where one of them tells nobody apart.
    """

    applications: int
    before_alone: int
    after_alone: int
    mean: float
    quantiles: Mapping[str, float]
    largest_fall: float
    largest_rise: float
    raised: float
    lowered: float
    same_order: float


@dataclass(frozen=True, slots=True)
class GradeMove(Measurement):
    """How many applications of one grade have which grade now; empty for those not scored."""

    before: str
    after: str
    applications: int


@dataclass(frozen=True, slots=True)
class SegmentMoved(Measurement):
    """What changes for one segment.

    Attributes
    ----------
    segmentation, segment : str
    applications : int
        Scored by both.
    mean : float or None
        Mean change in points; None for fewer than five applications.
    swapped_in, swapped_out : float or None
        Shares that are approved now and were not, and the other way; None without cut-offs, and for fewer
        than five.
    """

    segmentation: str
    segment: str
    applications: int
    mean: float | None
    swapped_in: float | None
    swapped_out: float | None


@dataclass(frozen=True, slots=True)
class Flips(Measurement):
    """Who is approved now and was not, and the other way.

    Attributes
    ----------
    cutoff_before, cutoff : float
        The lowest scores that are approved, each on its own scale.
    figures : mapping of str to Figure
        Shares and bad rates as in `SwapSet`, with intervals. Bad rates are NaN where an outcome is not known,
        and where one of the models was fitted on these applications, which would flatter it.
    """

    cutoff_before: float
    cutoff: float
    figures: Mapping[str, Figure]


@dataclass(frozen=True, slots=True, repr=False)
class ModelChange(Measurement):
    """One model against the one that it would replace, on the same applications.

    Attributes
    ----------
    before, after : ModelNamed
    features_added, features_dropped : tuple of str
    points : PointsMoved
    grades : tuple of GradeMove
    shifts : tuple of GroupShift
        What each reason group adds to the change of the score; the sum is the mean change of those explained.
    reasons : ReasonsChange
    segments : tuple of SegmentMoved
    flips : Flips or None
        None without cut-offs.
    differences : mapping of str to Figure
        New model minus the one before, of AUC, Gini, KS, Brier score and log loss, on the rows on which both
        are judged; empty where there are no goods and bads.
    judged : int
        How many those are.
    seed, resamples : int
    """

    before: ModelNamed
    after: ModelNamed
    features_added: tuple[str, ...]
    features_dropped: tuple[str, ...]
    points: PointsMoved
    grades: tuple[GradeMove, ...]
    shifts: tuple[GroupShift, ...]
    reasons: ReasonsChange
    segments: tuple[SegmentMoved, ...]
    flips: Flips | None
    differences: Mapping[str, Figure]
    judged: int
    seed: int
    resamples: int

    def __repr__(self) -> str:
        points = self.points
        return PLAIN["change"].format(
            applications=points.applications, mean=points.mean, raised=points.raised, lowered=points.lowered,
            same=self.reasons.same_first,
        )  # fmt: skip

    def __str__(self) -> str:
        lines = [repr(self)]
        if self.flips is not None:
            names = {
                "before": "approval_before",
                "after": "approval",
                "into": "swapped_in",
                "out": "swapped_out",
            }
            shares = {key: self.flips.figures[name].value for key, name in names.items()}
            lines.append(PLAIN["change_flips"].format(**shares))
        lines += [
            PLAIN["change_shift"].format(
                mean=one.mean, size=one.size, group=one.group or PLAIN["change_base"]
            )
            for one in self.shifts[:_SHOWN]
        ]
        return "\n  ".join(lines)

    def _repr_html_(self) -> str:
        return f"<pre>{escape(str(self))}</pre>"
