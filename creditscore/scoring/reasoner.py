"""The reasons of a fitted model: chosen, counted, labelled, and what is absent explained."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from creditscore.explain.contributions import Contributions
from creditscore.explain.explainer import ExplainedRow
from creditscore.explain.references import Reference
from creditscore.explain.relative import relative_to
from creditscore.features.definition import FeatureSet
from creditscore.model.fitted import FittedModel
from creditscore.model.scale import ScoreScale
from creditscore.reasons.absence import Known, with_absences
from creditscore.reasons.applicant import Population
from creditscore.reasons.categories import columns_of_categories, with_labels
from creditscore.reasons.choice import ReasonCatalogue
from creditscore.reasons.counts import with_counts
from creditscore.reasons.reason import Reason, Reasons
from creditscore.words.wording import MONEY


@dataclass(frozen=True, slots=True, eq=False)
class Reasoner:
    """Names the reasons of applicants of whom features and contributions are known already.

    Parameters
    ----------
    features : FeatureSet
    fitted : FittedModel
    scale : ScoreScale

    Attributes
    ----------
    catalogue : ReasonCatalogue
    columns : mapping of str to str
        By feature that is a category, the column of the applications that it reads.
    """

    features: FeatureSet
    fitted: FittedModel
    scale: ScoreScale
    catalogue: ReasonCatalogue = field(init=False)
    columns: Mapping[str, str] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "catalogue", ReasonCatalogue.of(self.features, self.scale))
        object.__setattr__(self, "columns", columns_of_categories(self.features))

    def quick(
        self, known: Known, explained: ExplainedRow, reference: Reference, as_of: datetime
    ) -> tuple[Reason, ...]:
        """Name the reasons alone, and say of what is absent no more than is seen at once.

        Parameters
        ----------
        known : Known
        explained : ExplainedRow
            Against the mean of the training rows, which `reference` is.
        reference : Reference
        as_of : datetime
            In UTC.
        """
        given = self.catalogue.of_one(
            explained.values,
            known.matrix.values[0],
            against=self.population(reference),
            risk=explained.log_odds,
            as_of=known.portfolio.calendar.local(as_of),
            unread=known.unread(),
        )
        return with_absences(self._worded(given, known, reference), known, None)

    def judge(
        self,
        known: Known,
        explained: Contributions,
        reference: Reference,
        as_of: datetime,
        *,
        by_family: bool = True,
        unread_apart: bool = True,
    ) -> Reasons:
        """Name the reasons, and say what was suppressed and why, and why absent facts are absent.

        Parameters
        ----------
        known : Known
        explained : Contributions
            Of a single row, against the mean of the training rows.
        reference : Reference
        as_of : datetime
            In UTC.
        by_family : bool, default True
            False ranks groups by themselves, as records did that name no families.
        unread_apart : bool, default True
            False gives sources that were not read as reasons, as records did that do not name them.
        """
        catalogue = self.catalogue
        if not by_family:
            catalogue = ReasonCatalogue.of(self.features, self.scale, by_family=False)
        reasons = catalogue.judge(
            relative_to(reference, explained).values[0],
            explained.data[0],
            against=self.population(reference),
            risk=float(explained.log_odds[0]),
            as_of=known.portfolio.calendar.local(as_of),
            unread=known.unread() if unread_apart else (),
        )
        features = {feature.name: feature for feature in self.features}
        return replace(
            reasons, given=with_absences(self._worded(reasons.given, known, reference), known, features)
        )

    def population(self, reference: Reference) -> Population | None:
        """Return whom reasons compare an applicant with; None where the model keeps nobody."""
        if reference.is_empty:
            return None
        return Population(reference.name, reference.typical, self._log_odds, reference.scarce)

    def _worded(self, given: tuple[Reason, ...], known: Known, reference: Reference) -> tuple[Reason, ...]:
        counted = with_counts(with_labels(given, known.one, reference.labels, self.columns), known.matrix)
        return tuple([_in_currency(reason, known.currency) for reason in counted])

    def _log_odds(self, rows: NDArray[np.float64]) -> NDArray[np.float64]:
        return self.fitted.log_odds(rows, threads=1)


def _in_currency(reason: Reason, currency: str) -> Reason:
    fact = reason.fact
    if not currency or fact is None or fact.unit not in MONEY:
        return reason
    return replace(reason, fact=replace(fact, currency=currency))
