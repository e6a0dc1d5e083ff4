"""The parts of a strategy: cut-offs by segment, arms, exploration, and how much is lent at most."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from types import MappingProxyType
from typing import Any, Final, Self

from creditscore.errors import ParameterError
from creditscore.segments.segment import Segment

STANDARD: Final = "standard"


@dataclass(frozen=True, slots=True)
class SegmentCutoff:
    """A cut-off, and a band that a person looks at, of the people of one segment.

    Parameters
    ----------
    segment : Segment
        Who is meant.
    cutoff : float
        Scores below it are declined.
    refer_below : float, optional
        Scores from the cut-off up to this one are referred to a person.
    """

    segment: Segment
    cutoff: float
    refer_below: float | None = None

    def __post_init__(self) -> None:
        _check_band(self.cutoff, self.refer_below)

    def to_dict(self) -> dict[str, Any]:
        """Write it as plain data."""
        return {
            "segment": self.segment.to_dict(), "cutoff": self.cutoff, "refer_below": self.refer_below
        }  # fmt: skip

    @classmethod
    def from_dict(cls, stored: Mapping[str, Any]) -> Self:
        """Read what `to_dict` wrote."""
        return cls(Segment.from_dict(stored["segment"]), stored["cutoff"], stored["refer_below"])


@dataclass(frozen=True, slots=True)
class Arm:
    """One of the ways that are tried against each other; everyone else has the standard one.

    Parameters
    ----------
    name : str
        An identifier other than ``"standard"``.
    share : float
        Of the applicants who get it, above 0 and below 1.
    cutoff_shift : float, default 0
        Points that are added to the cut-offs.
    price_arm : str, default "standard"
        Arm of the `PriceTable`.
    """

    name: str
    share: float
    cutoff_shift: float = 0.0
    price_arm: str = STANDARD

    def __post_init__(self) -> None:
        if not self.name.isidentifier() or self.name == STANDARD:
            raise ParameterError.must_be("name", f"an identifier other than {STANDARD!r}", self.name)
        if not 0 < self.share < 1:
            raise ParameterError.must_be("share", "above 0 and below 1", self.share)
        if not math.isfinite(self.cutoff_shift):
            raise ParameterError.must_be("cutoff_shift", "a finite number of points", self.cutoff_shift)

    def to_dict(self) -> dict[str, Any]:
        """Write it as plain data."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Exploration:
    """A small share of those whom the cut-off alone declines is lent a small amount, to learn from them.

    Parameters
    ----------
    share : float
        Above 0 and at most 0.2.
    amount : float
        The most that is lent to each.
    payments : int
        Number of payments.
    """

    share: float
    amount: float
    payments: int

    def __post_init__(self) -> None:
        if not 0 < self.share <= 0.2:
            raise ParameterError.must_be("share", "above 0 and at most 0.2", self.share)
        if not 0 < self.amount < math.inf:
            raise ParameterError.must_be("amount", "above 0", self.amount)

    def to_dict(self) -> dict[str, Any]:
        """Write it as plain data."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class LoanCaps:
    """How much is lent to one person at most.

    Parameters
    ----------
    by_grade : mapping of str to float, optional
        The most by grade; a grade without an entry has no such limit, one with 0 is lent nothing.
    incomes : float, optional
        The most as a multiple of the monthly income.
    """

    by_grade: Mapping[str, float] = field(default_factory=dict)
    incomes: float | None = None

    def __post_init__(self) -> None:
        limits = [*self.by_grade.values(), *([] if self.incomes is None else [self.incomes])]
        if any(not 0 <= limit < math.inf for limit in limits):
            raise ParameterError.must_be("by_grade and incomes", "finite and at least 0", limits)
        object.__setattr__(self, "by_grade", MappingProxyType(dict(self.by_grade)))

    def to_dict(self) -> dict[str, Any]:
        """Write it as plain data."""
        return {"by_grade": dict(self.by_grade), "incomes": self.incomes}


def _check_band(cutoff: float, refer_below: float | None) -> None:
    if not math.isfinite(cutoff):
        raise ParameterError.must_be("cutoff", "a finite number of points", cutoff)
    if refer_below is not None and not cutoff <= refer_below < math.inf:
        raise ParameterError.must_be("refer_below", "at least the cut-off", refer_below)
