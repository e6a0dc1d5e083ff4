"""What a search found: candidates, their front, the one that was chosen, and what is certified of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING, Any

from creditscore.assess.alternatives.alternative import Alternative
from creditscore.assess.alternatives.certifying import Certificate
from creditscore.assess.values import Measurement, plain
from creditscore.data.aligned import by_application
from creditscore.data.applications import Applications
from creditscore.data.loans.outcomes import OutcomeRule
from creditscore.data.portfolio import Portfolio
from creditscore.errors import ParameterError
from creditscore.features.definition import FeatureSet
from creditscore.validation.fairness.remaining import SearchBound
from creditscore.validation.results import Metric
from creditscore.words.fairness import FAIRNESS

if TYPE_CHECKING:
    import pandas
    from numpy.typing import ArrayLike

    from creditscore.pipeline.facade import CreditPipeline


@dataclass(frozen=True, slots=True)
class Candidate(Measurement):
    """One alternative at one share approved, on the applicants that candidates are compared on.

    Attributes
    ----------
    number : int
        Its position; 0 is the pipeline as given.
    alternative : Alternative
    drawn : bool
        Whether it was drawn by chance.
    features : int
        That it reads.
    share : float
        Of the scored applications that is approved.
    auc, impact_ratio, profit, bad_rate_approved, approval : float
        Profit for each application of known outcome, approval among all applications.
    front : bool
        Whether no other one is worth more and has as high a ratio, or is worth as much and has a higher one.
    """

    number: int
    alternative: Alternative
    drawn: bool
    features: int
    share: float
    auc: float
    impact_ratio: float
    profit: float
    bad_rate_approved: float
    approval: float
    front: bool = False


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class AlternativeSearch:
    """What `search_alternatives` found.

    Attributes
    ----------
    candidates : tuple of Candidate
        In the order in which they were tried; the first is the pipeline as given.
    position : int
        Of the one that was chosen.
    objective : str
    worth : float
        What may be lost of the objective.
    bound : SearchBound
        What more draws could still gain in the impact ratio, on the applicants that candidates are compared
        on, among those that are worth as much.
    certificate : Certificate
        What holds on other people.
    choosing, certifying : int
        Applications of either part.
    pipeline : CreditPipeline
        As given.
    features : FeatureSet
        Out of which candidates choose.
    fitting : tuple of int or str
        Ids of the applications that candidates were fitted on.
    """

    candidates: tuple[Candidate, ...]
    position: int
    objective: str
    worth: float
    bound: SearchBound
    certificate: Certificate
    choosing: int
    certifying: int
    pipeline: CreditPipeline
    features: FeatureSet
    fitting: tuple[int | str, ...]

    @property
    def given(self) -> Candidate:
        """The pipeline as it was given."""
        return self.candidates[0]

    @property
    def chosen(self) -> Candidate:
        """The one of the highest impact ratio among those that are worth as much; maybe that as given."""
        return self.candidates[self.position]

    @property
    def front(self) -> tuple[Candidate, ...]:
        """Candidates that no other one beats in both, the worthiest first."""
        found = [one for one in self.candidates if one.front]
        return tuple(sorted(found, key=lambda one: -float(getattr(one, self.objective))))

    def pipeline_of(self, candidate: Candidate | int | None = None) -> CreditPipeline:
        """Return the pipeline of a candidate, not fitted; by default of the one that was chosen."""
        from sklearn.base import clone

        alternative = self._candidate(candidate).alternative
        made: CreditPipeline = clone(self.pipeline)
        made.set_params(features=self.features.select(alternative.features_of(self.features)))
        made.scorer = alternative.scorer_of(made.scorer)
        return made

    def fit(
        self,
        applications: Applications,
        portfolio: Portfolio,
        bad: ArrayLike | OutcomeRule,
        candidate: Candidate | int | None = None,
        *,
        everyone: bool = False,
        sample_weight: ArrayLike | None = None,
        **how: Any,
    ) -> CreditPipeline:
        """Fit the whole pipeline of a candidate, to be saved, explained and replayed as any other.

        Parameters
        ----------
        applications, portfolio, bad, sample_weight
            As in the search; arrays of shape (n_applications,).
        candidate : Candidate or int, optional
            By default the one that was chosen.
        everyone : bool, default False
            Whether to fit on all applications. Otherwise it is fitted on those of the search, so that it is
            the very model that was certified.
        **how
            As for ``CreditPipeline.fit``.
        """
        made = self.pipeline_of(candidate)
        if everyone:
            return made.fit(applications, portfolio, bad, sample_weight=sample_weight, **how)
        ids = applications.application_ids
        position = {one: row for row, one in enumerate(ids)}
        if not all(one in position for one in self.fitting):
            raise ParameterError.must_be("applications", "those of the search", applications)
        rows = [position[one] for one in self.fitting]
        outcome = bad if isinstance(bad, OutcomeRule) else _taken(by_application(bad, ids, "bad"), rows)
        weight = sample_weight
        if weight is not None:
            weight = _taken(by_application(weight, ids, "sample_weight"), rows)
        return made.fit(applications.take(rows), portfolio, outcome, sample_weight=weight, **how)

    def to_frame(self) -> pandas.DataFrame:
        """Return a pandas frame: a row for each candidate, as they were tried."""
        import pandas

        names = (
            "number", "drawn", "features", "share", "auc", "impact_ratio", "profit", "bad_rate_approved",
            "approval", "front",
        )  # fmt: skip
        rows = [
            {name: getattr(one, name) for name in names} | {"alternative": str(one.alternative)}
            for one in self.candidates
        ]
        return pandas.DataFrame(rows)

    def to_dict(self) -> dict[str, Any]:
        """Write it as plain data that JSON can hold."""
        return {
            "objective": self.objective,
            "worth": self.worth,
            "choosing": self.choosing,
            "certifying": self.certifying,
            "chosen": self.position,
            "bound": {
                "draws": self.bound.draws,
                "best": plain(self.bound.best),
                "confidence": self.bound.confidence,
                "better": self.bound.better,
                "gain": plain(self.bound.gain),
            },
            "candidates": [one.to_dict() for one in self.candidates],
            "certificate": {
                name: _plain_metrics(part) if name in ("given", "chosen", "difference") else plain(part)
                for name, part in (
                    (name, getattr(self.certificate, name)) for name in Certificate.__dataclass_fields__
                )
            },
        }

    def __repr__(self) -> str:
        certificate, given, chosen = self.certificate, self.given, self.chosen
        lines = [
            FAIRNESS["search"].format(
                candidates=len(self.candidates), drawn=self.bound.draws, front=len(self.front),
                choosing=self.choosing, certifying=self.certifying,
            ),
            FAIRNESS["search_given"].format(auc=given.auc, ratio=given.impact_ratio, share=given.share),
            FAIRNESS["search_chosen"].format(
                number=chosen.number, what=chosen.alternative, auc=chosen.auc, ratio=chosen.impact_ratio,
                share=chosen.share,
            ),
            FAIRNESS["search_certified"].format(
                ratio=_difference(certificate.difference["impact_ratio"]),
                auc=_difference(certificate.difference["auc"]),
                people=certificate.people,
            ),
            FAIRNESS["search_bound"].format(bound=self.bound),
        ]  # fmt: skip
        return "\n".join(lines)

    def _repr_html_(self) -> str:
        said = "<br>".join(map(escape, repr(self).splitlines()))
        frame = self.to_frame()
        table = frame[frame["front"]].drop(columns="front").to_html(index=False, float_format="{:.4f}".format)
        return f"<p dir='auto'>{said}</p>{table}"

    def _candidate(self, candidate: Candidate | int | None) -> Candidate:
        if candidate is None:
            return self.chosen
        if isinstance(candidate, Candidate):
            return candidate
        if type(candidate) is not int or not 0 <= candidate < len(self.candidates):
            raise ParameterError.must_be(
                "candidate", f"a number from 0 to {len(self.candidates) - 1}", candidate
            )
        return self.candidates[candidate]


def _taken(values: Any, rows: list[int]) -> list[Any]:
    listed = list(values)
    return [listed[row] for row in rows]


def _difference(metric: Metric) -> str:
    return f"{metric.value:+.4f} ({metric.low:+.4f} to {metric.high:+.4f})"


def _plain_metrics(metrics: Mapping[str, Metric]) -> dict[str, dict[str, float | None]]:
    return {
        name: {"value": plain(one.value), "low": plain(one.low), "high": plain(one.high)}
        for name, one in metrics.items()
    }
