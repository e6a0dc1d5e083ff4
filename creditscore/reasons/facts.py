"""The fact that a reason rests on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self

from creditscore.words.labels import AnyLabel, Label, from_plain, to_plain
from creditscore.words.old_labels import modern


@dataclass(frozen=True, slots=True)
class Fact:
    """What was known of one feature of one applicant.

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
    """

    feature: str
    label: AnyLabel
    value: float | None
    unit: str
    sign: int
    as_of: datetime | None = None
    of: int | None = None

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
        }
