"""The law that a model was fitted under, and the one that it scores under."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any, Final, Self

from creditscore._ground.instants import DAY as _DAY
from creditscore._ground.instants import NEVER
from creditscore.data.applications import Applications
from creditscore.data.portfolio import Portfolio
from creditscore.data.retention.kinds import Retention
from creditscore.data.retention.reading import retained
from creditscore.data.terms import ABILITY, SCORE
from creditscore.errors import ArtefactError, JurisdictionError, LawChangesWarning
from creditscore.features.definition import FeatureSet
from creditscore.law.absence import Absence
from creditscore.law.door import lawful
from creditscore.law.jurisdiction import DAYS_AHEAD, Jurisdiction
from creditscore.law.leaving import LeftOut, left_out, refuse_wider
from creditscore.law.telling import cited, removals
from creditscore.law.vocabulary import ASSESSING

_EPOCH: Final = date(1970, 1, 1)


@dataclass(frozen=True, slots=True)
class ModelLaw:
    """The law that a model was fitted under, and the one that it scores under.

    Attributes
    ----------
    fitted : Jurisdiction or None
        Kept with the model; None for a model that was fitted under none.
    used : Jurisdiction
        What it scores under: the same, unless `CreditPipeline.under` named another.
    left : tuple of LeftOut
        Features that were asked for and that the law removed before the fit.
    absence : Absence or None
        What was proven at the fit.
    refused_from : int
        Microseconds from which on a rule that is known to begin forbids what the model reads (at midnight
        UTC); ``NEVER`` where there is none.
    forbidden : frozenset of str
        Legal tags that may not be in a score.
    retention : Retention
        For how many days adverse facts are read.
    """

    fitted: Jurisdiction | None
    used: Jurisdiction
    left: tuple[LeftOut, ...] = ()
    absence: Absence | None = None
    refused_from: int = NEVER
    forbidden: frozenset[str] = field(init=False)
    retention: Retention = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "forbidden", self.used.forbidden("score"))
        object.__setattr__(self, "retention", self.used.retention)

    def under(self, law: Jurisdiction, features: FeatureSet) -> Self:
        """Return the same with another law to score under.

        Raises
        ------
        JurisdictionError
            If it forbids what a feature of the model reads: it names tags, rules and features.
        """
        refuse_wider(features, law)
        return replace(self, used=law, refused_from=_refused_from(law, features))

    def lawful(
        self, applications: Applications, portfolio: Portfolio, features: FeatureSet
    ) -> tuple[Applications, Portfolio]:
        """Return what may be read, once the law still allows the model on the days of the applications.

        Raises
        ------
        JurisdictionError
            If a rule has begun by then that forbids what the model reads.
        """
        if self.refused_from != NEVER and len(applications):
            last = int(applications.as_of.max())
            if last >= self.refused_from:
                refuse_wider(features, self.used.on(_EPOCH + timedelta(days=last // _DAY)))
            elif last >= self.refused_from - DAYS_AHEAD * _DAY:
                self._warn()
        return self.readable(applications, portfolio)

    def readable(
        self, applications: Applications, portfolio: Portfolio, purpose: str = SCORE
    ) -> tuple[Applications, Portfolio]:
        """Return what may be read for a purpose, whatever the day."""
        applications, portfolio = lawful(applications, portfolio, self.used.forbidden(purpose))
        return applications, retained(portfolio, self.retention)

    def warn_of(self, day: date) -> None:
        """Warn if, within 90 days after a day, a rule begins that forbids what the model reads.

        Warns
        -----
        LawChangesWarning
        """
        if self.refused_from != NEVER and self._refused_on <= day + timedelta(days=DAYS_AHEAD):
            self._warn()

    @property
    def _refused_on(self) -> date:
        return _EPOCH + timedelta(days=self.refused_from // _DAY)

    def _warn(self) -> None:
        day = self._refused_on
        named = [str(one) for one in self.used.changes(until=day) if one.day == day and one.what == "begins"]
        warnings.warn(LawChangesWarning.refusing(self.used.name, day.isoformat(), named), stacklevel=3)

    def to_result(self) -> dict[str, Any]:
        """Write what results name of it."""
        used, days = self.used, self.retention.by_kind
        return {"jurisdiction": used.name, "jurisdiction_sha256": used.sha256, "retention_days": days}

    def to_record(self, *, ability_apart: bool = False) -> dict[str, Any]:
        """Write what a decision record keeps of it.

        Parameters
        ----------
        ability_apart : bool, default False
            Whether the ability to pay was judged by rows of its own: then it says by which rules.
        """
        return {
            "jurisdiction": self.used.name,
            "as_of": self.used.as_of.isoformat(),
            "sha256": self.used.sha256,
            "forbidden": sorted(self.forbidden),
            "removes": removals(self.used),
            "asks": sorted(self.used.asks),
            **({"ability": self._of_ability()} if ability_apart else {}),
            **self._proven(),
        }

    def _of_ability(self) -> dict[str, Any]:
        """What may not be read for the ability to pay, and the rules that ask to assess it."""
        rules = {rule.name: rule for duty in ASSESSING for rule in self.used.asks.get(duty, ())}
        return {
            "forbidden": sorted(self.used.forbidden(ABILITY)),
            "asked_by": [cited(rules[name]) for name in sorted(rules)],
        }

    def _proven(self) -> dict[str, Any]:
        """What was proven at the fit, where that was under the same law."""
        proven = self.absence is not None and self.used == self.fitted
        return {"absence": self.absence.to_dict()} if proven and self.absence is not None else {}

    def to_dict(self) -> dict[str, Any]:
        """Write what is kept with the model."""
        if self.fitted is None or self.absence is None:
            raise JurisdictionError("A model that was fitted under no law keeps none.")
        return {
            "jurisdiction": self.fitted.to_dict(),
            "forbidden": sorted(self.fitted.forbidden("score")),
            "left": [one.to_dict() for one in self.left],
            "absence": self.absence.to_dict(),
        }

    @classmethod
    def from_dict(cls, stored: Mapping[str, Any], features: FeatureSet) -> Self:
        """Read what `to_dict` wrote.

        Raises
        ------
        ArtefactError
            If it cannot be read.
        JurisdictionError
            If a feature is one that it forbids.
        """
        try:
            law = Jurisdiction.from_dict(stored["jurisdiction"])
            left = tuple(map(LeftOut.from_dict, stored["left"]))
            absence = Absence.from_dict(stored["absence"])
            read = cls(law, law, left, absence).under(law, features)
            same = sorted(read.forbidden) == stored["forbidden"]
        except (KeyError, OverflowError, TypeError) as error:
            raise ArtefactError(f"The law of the model cannot be read: {error!r}.") from error
        if not same:
            raise ArtefactError("The law of the model forbids other kinds of data than its rules do.")
        return read


def _refused_from(law: Jurisdiction, features: FeatureSet) -> int:
    for day in sorted({change.day for change in law.changes() if change.what == "begins"}):
        if left_out(features, law.on(day)):
            return (day.toordinal() - _EPOCH.toordinal()) * _DAY
    return NEVER
