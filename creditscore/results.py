"""What scoring gives back: one result, or many."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from html import escape
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from creditscore.data.clock import EPOCH
from creditscore.explain.reasons import Reason

if TYPE_CHECKING:
    import pandas as pd

Status: TypeAlias = Literal["scored", "unscorable"]
NO_DATA = "no_data"


@dataclass(frozen=True, slots=True)
class ScoreResult:
    """The score of one application, and what it rests on.

    Attributes
    ----------
    status : {"scored", "unscorable"}
    code : str
        Why there is no score: ``"no_data"`` if nothing at all was known; empty when scored.
    application_id : str or int
    as_of : datetime
        The moment, in UTC; only what was known before it counts.
    probability_of_default : float or None
        Calibrated, in (0, 1).
    score : int or None
        Points, rounded half to even and clamped to the scale; more is safer.
    score_unrounded : float or None
        Points before rounding and clamping.
    grade : str or None
        On the master scale; the first grade is the safest.
    reasons : tuple of Reason
        Up to four, most harmful first.
    sources : mapping of str to bool
        Which sources were there at the moment.
    model_id, feature_digest : str
        The model and the feature set that made it.
    """

    status: Status
    code: str
    application_id: str | int
    as_of: datetime
    sources: Mapping[str, bool]
    model_id: str
    feature_digest: str
    probability_of_default: float | None = None
    score: int | None = None
    score_unrounded: float | None = None
    grade: str | None = None
    reasons: tuple[Reason, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """Write the result as plain data that JSON can hold; the moment in ISO form."""
        return asdict(self) | {
            "as_of": self.as_of.isoformat(),
            "reasons": [asdict(reason) for reason in self.reasons],
            "sources": dict(self.sources),
        }

    def __str__(self) -> str:
        if self.status == "unscorable":
            return f"application {self.application_id}: unscorable ({self.code})"
        head = (
            f"application {self.application_id}: {self.score} points, grade {self.grade}, "
            f"probability of default {self.probability_of_default:.2%}"
        )
        return "\n".join(
            [head, *(f"  -{reason.points_lost:.1f} points  {reason.text}" for reason in self.reasons)]
        )

    def _repr_html_(self) -> str:
        who = f"Application <b>{escape(str(self.application_id))}</b>"
        if self.status == "unscorable":
            return f"<p>{who}: unscorable ({escape(self.code)})</p>"
        rows = "".join(
            f"<tr><td style='text-align:right'>&minus;{reason.points_lost:.1f}</td>"
            f"<td style='text-align:left'>{escape(reason.text)}</td></tr>"
            for reason in self.reasons
        )
        return (
            f"<p>{who}: <b>{self.score}</b> points, grade <b>{escape(str(self.grade))}</b>, "
            f"probability of default {self.probability_of_default:.2%}</p>"
            f"<table><thead><tr><th>points</th><th>reason</th></tr></thead><tbody>{rows}</tbody></table>"
        )


@dataclass(frozen=True, slots=True, eq=False)
class Scores:
    """The scores of many applications, one element each.

    Attributes
    ----------
    application_ids : sequence
    scored : ndarray of bool, shape (n_applications,)
        False where nothing at all was known; then the numbers are NaN and the grade is empty.
    log_odds : ndarray of float64, shape (n_applications,)
        Calibrated log-odds of default; more is riskier.
    probability_of_default : ndarray of float64, shape (n_applications,)
        In (0, 1).
    score : ndarray of float64, shape (n_applications,)
        Whole points, clamped; more is safer.
    grade : tuple of str
    model_id : str
    """

    application_ids: Sequence[str | int]
    scored: NDArray[np.bool_]
    log_odds: NDArray[np.float64]
    probability_of_default: NDArray[np.float64]
    score: NDArray[np.float64]
    grade: tuple[str, ...]
    model_id: str

    def __len__(self) -> int:
        return len(self.application_ids)

    def to_frame(self) -> pd.DataFrame:
        """Return a pandas frame: application_id, status, probability_of_default, score, grade."""
        import pandas as pd

        return pd.DataFrame(
            {
                "application_id": list(self.application_ids),
                "status": np.where(self.scored, "scored", "unscorable"),
                "probability_of_default": self.probability_of_default,
                "score": pd.array(self.score, dtype="Float64").astype("Int64"),
                "grade": list(self.grade),
            }
        )

    def __repr__(self) -> str:
        if not self.scored.any():
            return f"Scores({len(self)} applications, none scorable, model {self.model_id[:12]})"
        points = self.score[self.scored]
        return (
            f"Scores({len(self)} applications, {int((~self.scored).sum())} unscorable, "
            f"median {np.median(points):.0f} points, mean probability of default "
            f"{self.probability_of_default[self.scored].mean():.2%}, model {self.model_id[:12]})"
        )

    def _repr_html_(self) -> str:
        return f"<p>{escape(repr(self))}</p>{self.to_frame().head(10).to_html(index=False)}"


def moment(microseconds: int) -> datetime:
    """Return an instant as an aware datetime in UTC."""
    return EPOCH + timedelta(microseconds=microseconds)
