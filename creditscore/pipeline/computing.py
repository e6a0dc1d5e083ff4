"""The features of a pipeline, fitted or not."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from creditscore.data.applications import Applications
from creditscore.data.portfolio import Portfolio
from creditscore.features.compute import FeatureComputer
from creditscore.features.definition import FeatureSet
from creditscore.features.matrix import FeatureMatrix
from creditscore.law.jurisdiction import Jurisdiction
from creditscore.pipeline.lawful import Allowed
from creditscore.scoring.mismatch import OnMismatch, refuse

if TYPE_CHECKING:
    from creditscore.pipeline.artefact import Saved


class Computing:
    """What computes the features of a pipeline."""

    _saved: Saved | None
    _declared: FeatureSet | None
    features: Any
    threads: int | None
    jurisdiction: Jurisdiction | None

    def compute_features(
        self, applications: Applications, portfolio: Portfolio, *, on_mismatch: OnMismatch = "refuse"
    ) -> FeatureMatrix:
        """Compute the features of the fitted pipeline, or those it would fit.

        Those that no model is given are computed too, unless the pipeline was loaded. Once fitted, it refuses
        or counts as `score_many` does where these are not what it was fitted on.
        """
        if self._saved is None:
            declared = self._feature_set(applications, portfolio)
            asked = Allowed.under(self.jurisdiction, declared, applications, portfolio)
            given = asked.applications, asked.portfolio
            return FeatureComputer(asked.features).compute(*given, threads=self.threads)
        model = self._saved.model
        applications, portfolio = model.lawful(applications, portfolio)
        computer = model.computer if self._declared is None else FeatureComputer(self._declared)
        applications, found = model.admitted(applications, portfolio, on_mismatch=on_mismatch)
        matrix = computer.compute(applications, portfolio, threads=self.threads)
        found += model.values_found(applications, matrix, portfolio.terms)
        refuse(found, on_mismatch)
        return replace(matrix, mismatches=tuple(map(str, found)))

    def _feature_set(self, applications: Applications, portfolio: Portfolio) -> FeatureSet:
        from creditscore.pipeline.fitting import chosen_features

        return chosen_features(self.features, applications, portfolio)
