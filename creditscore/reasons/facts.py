"""The fact that a reason rests on."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, Self, TypeAlias

from creditscore.words.labels import AnyLabel, Label, from_plain, to_plain
from creditscore.words.old_labels import modern

Direction: TypeAlias = Literal["higher", "lower", "other", "absent"]
Absence: TypeAlias = Literal[
    "", "nothing", "short", "few", "refused", "barred", "unconfirmed", "unstated", "earlier", "silent"
]


@dataclass(frozen=True, slots=True)
class Fact:
    """What was known of one feature of one applicant, beside what is usual.

    Attributes
    ----------
    feature : str
        Name of the feature.
    label : Label or str
        What it measures; a text is a user's own words.
    value : float or None
        Its value; None if it could not be computed.
    unit : str
        Unit of the value.
    sign : int
        The declared direction of risk.
    as_of : datetime or None
        The moment before which it was known.
    of : int or None
        For a share of countable things: of how many.
    own_value : float or None
        Of a share that is drawn towards a prior, what it is before that.
    reference_value : float or None
        What is usual in the population that points are measured against: the lower median of the known
        values, of a category the commonest label. None where no population was compared with.
    direction : {"higher", "lower", "other", "absent"} or None
        Where the value lies against `reference_value`, by these two numbers alone: ``other`` for a category,
        ``absent`` for a value that is not known. None where nothing was compared.
    population : str
        Name of the population.
    scarce : bool
        Whether the value is known of less than half of the population, so that it is usual among those alone.
    value_label, reference_label : str
        For a category, its own words.
    currency : str
        Of a fact in money, where the portfolio names one.
    absence : {"", "nothing", "short", "few", "refused", "barred", "unconfirmed", "unstated", "earlier",
        "silent"}
        Why the value is not known: nothing is stored; the record is too short; too few are known; its use was
        not agreed to; an outage or a law barred it; the other side did not confirm it; the application does
        not say; all that is stored is from before its period; what is stored does not tell. Empty where that
        was not looked into.
    known_count, needed_count : int or None
        Where too few are known: how many are, and how many there must be.
    """

    feature: str
    label: AnyLabel
    value: float | None
    unit: str
    sign: int
    as_of: datetime | None = None
    of: int | None = None
    own_value: float | None = None
    reference_value: float | None = None
    direction: Direction | None = None
    population: str = ""
    scarce: bool = False
    value_label: str = ""
    reference_label: str = ""
    currency: str = ""
    absence: Absence = ""
    known_count: int | None = None
    needed_count: int | None = None

    @property
    def window(self) -> str:
        """Over which time, or which of the loans: ``"12m"``, ``"newest_loans 3"``; empty if over all."""
        return str(self.label.span or "") if isinstance(self.label, Label) else ""

    @classmethod
    def from_dict(cls, stored: Mapping[str, Any], group: str = "") -> Self:
        """Read what `to_dict` wrote; the reason group tells what a label of format 1 stands for."""
        when = stored["as_of"]
        return cls(
            feature=str(stored["feature"]),
            label=modern(from_plain(stored["label"]), group),
            value=None if stored["value"] is None else float(stored["value"]),
            unit=str(stored["unit"]),
            sign=int(stored["sign"]),
            as_of=None if when is None else datetime.fromisoformat(when),
            of=None if stored["of"] is None else int(stored["of"]),
            own_value=_number(stored.get("own_value")),
            reference_value=_number(stored.get("reference_value")),
            direction=stored.get("direction"),
            population=str(stored.get("population", "")),
            scarce=bool(stored.get("scarce", False)),
            value_label=str(stored.get("value_label", "")),
            reference_label=str(stored.get("reference_label", "")),
            currency=str(stored.get("currency", "")),
            absence=stored.get("absence", ""),
            known_count=stored.get("known_count"),
            needed_count=stored.get("needed_count"),
        )

    def to_dict(self) -> dict[str, Any]:
        """Write the fact as plain data."""
        return {
            "feature": self.feature,
            "label": to_plain(self.label),
            "value": self.value,
            "unit": self.unit,
            "sign": self.sign,
            "window": self.window,
            "as_of": None if self.as_of is None else self.as_of.isoformat(),
            "of": self.of,
            "own_value": self.own_value,
            "reference_value": self.reference_value,
            "direction": self.direction,
            "population": self.population,
            "scarce": self.scarce,
            "value_label": self.value_label,
            "reference_label": self.reference_label,
            "currency": self.currency,
            "absence": self.absence,
            "known_count": self.known_count,
            "needed_count": self.needed_count,
        }


def direction_of(value: float, reference: float, unit: str) -> Direction | None:
    """Say where a value lies against a reference value; None where there is nothing to compare.

    Parameters
    ----------
    value, reference : float
        NaN where unknown.
    unit : str
        Of a ``category`` there is no higher and lower.

    Examples
    --------
    >>> direction_of(34.0, 0.0, "days"), direction_of(3.0, 7.0, "category")
    ('higher', 'other')
    >>> direction_of(math.nan, 0.0, "days"), direction_of(2.0, 2.0, "days")
    ('absent', None)
    """
    if math.isnan(value):
        return "absent"
    if math.isnan(reference) or value == reference:
        return None
    if unit == "category":
        return "other"
    return "higher" if value > reference else "lower"


def _number(stored: Any) -> float | None:
    return None if stored is None else float(stored)
