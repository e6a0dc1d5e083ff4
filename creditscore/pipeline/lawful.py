"""What a law does to a pipeline: features leave before the fit, sources before every score."""

from __future__ import annotations

from copy import copy
from dataclasses import dataclass, replace
from typing import Self

from creditscore.data.applications import Applications
from creditscore.data.portfolio import Portfolio
from creditscore.data.retention.reading import retained
from creditscore.errors import FittingError, ParameterError
from creditscore.features.compute import FeatureComputer
from creditscore.features.definition import FeatureSet
from creditscore.law.absence import TIMES, Absence, prove_absence
from creditscore.law.door import lawful
from creditscore.law.jurisdiction import Jurisdiction
from creditscore.law.leaving import LeftOut, left_out
from creditscore.law.model_law import ModelLaw
from creditscore.pipeline.artefact import Saved


@dataclass(frozen=True, slots=True, eq=False)
class Allowed:
    """What a fit may read under a law.

    Attributes
    ----------
    features : FeatureSet
        Those that stay.
    applications, portfolio
        Without columns and tables of forbidden kinds, and without adverse facts that are too old.
    observed : Portfolio
        With those facts: what became of a loan is read of it, which no score reads.
    law : Jurisdiction or None
    left : tuple of LeftOut
        Features that left.
    given : tuple of Applications and Portfolio
        As they came.
    """

    features: FeatureSet
    applications: Applications
    portfolio: Portfolio
    observed: Portfolio
    law: Jurisdiction | None
    left: tuple[LeftOut, ...]
    given: tuple[Applications, Portfolio]

    @classmethod
    def under(
        cls,
        law: Jurisdiction | None,
        features: FeatureSet,
        applications: Applications,
        portfolio: Portfolio,
    ) -> Self:
        """Take out what a law forbids in a score; nothing under none.

        Raises
        ------
        FittingError
            If no feature stays.
        """
        given = applications, portfolio
        if law is None:
            return cls(features, applications, portfolio, portfolio, None, (), given)
        left = left_out(features, law)
        names = {one.feature for one in left}
        kept = features.where(lambda feature: feature.name not in names)
        if not len(kept):
            shown = "; ".join(map(str, left[:3]))
            raise FittingError(
                f"The law of {law.name} on {law.as_of} removes every feature: {shown}. Give features of "
                "other sources."
            )
        applications, portfolio = lawful(*given, law.forbidden("score"))
        return cls(kept, applications, retained(portfolio, law.retention), portfolio, law, left, given)

    def proven(self, saved: Saved) -> Saved:
        """Prove that what was forbidden is absent, and keep that and the law with the model.

        Raises
        ------
        JurisdictionError
            If a feature reads what is forbidden.
        """
        if self.law is None:
            return saved
        computer = saved.model.computer
        absence = prove_absence(computer, *self.given, self.law.forbidden("score"))
        law = ModelLaw(self.law, self.law, self.left, absence).under(self.law, computer.features)
        law.warn_of(self.law.as_of)
        report = saved.report
        if report is not None:
            where = f"{self.law.name} {self.law.as_of} {self.law.sha256}"
            report = replace(report, law=where, left_out=tuple(map(str, self.left)), absence=str(absence))
        return replace(saved, model=replace(saved.model, law=law), report=report)


class Lawful:
    """What a fitted pipeline does under a law."""

    _saved: Saved | None

    def under(self, jurisdiction: Jurisdiction) -> Self:
        """Return the same fitted pipeline, to score and decide under another law.

        Parameters
        ----------
        jurisdiction : Jurisdiction
            What it forbids in a score is not read, and results and records name it.

        Raises
        ------
        JurisdictionError
            If the model reads what that law forbids: a model that was fitted under a wider law is refused
            under a narrower one. The message names tags, rules and features.

        Examples
        --------
        >>> import creditscore as cs
        >>> german = cs.datasets.load_german()
        >>> pipeline = cs.CreditPipeline(features=[cs.application_features(("amount", "term_days"))])
        >>> pipeline = pipeline.fit(german.applications, cs.Portfolio(), german.bad)
        >>> germany = cs.Jurisdiction.load("DE", as_of="2026-11-21")
        >>> pipeline.under(germany).score(german.applications.take([0]), cs.Portfolio()).jurisdiction
        'DE'
        """
        if not isinstance(jurisdiction, Jurisdiction):
            raise ParameterError.must_be("jurisdiction", "a Jurisdiction", jurisdiction)
        if self._saved is None:
            raise FittingError.not_yet()
        model = self._saved.model
        law = ModelLaw(None, jurisdiction) if model.law is None else model.law
        law = law.under(jurisdiction, model.computer.features)
        other = copy(self)
        other._saved = replace(self._saved, model=replace(model, law=law))  # noqa: SLF001 - the same class
        return other

    def prove_absence(
        self, applications: Applications, portfolio: Portfolio, *, times: int = TIMES, seed: int = 0
    ) -> Absence:
        """Change everything forbidden at random and see that no bit of any feature of the model changes.

        Parameters
        ----------
        applications : Applications
            Of whom evenly spaced ones are looked at, 200 at most.
        portfolio : Portfolio
            With the forbidden tables.
        times : int, default 3
            How often.
        seed : int, default 0

        Raises
        ------
        JurisdictionError
            If a feature changed.
        FittingError
            If the pipeline is not fitted, or under no law.
        """
        law = None if self._saved is None else self._saved.model.law
        if self._saved is None or law is None:
            raise FittingError(
                "Nothing is forbidden under no law. Fit with jurisdiction=..., or take under()."
            )
        computer: FeatureComputer = self._saved.model.computer
        return prove_absence(computer, applications, portfolio, law.forbidden, times=times, seed=seed)
