"""The parts of a strategy: cut-offs by segment, arms, exploration, and how much is lent at most."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from types import MappingProxyType
from typing import Any, Final, Self

from creditscore._ground.numbers import finite_number, whole_number
from creditscore.errors import ParameterError
from creditscore.policy.lawful import check_protected
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
    legal_basis : str, optional
        The ground on which the law allows a cut-off by a protected characteristic, as of a `DeclineRule`.

    Raises
    ------
    ParameterError
        If a part is not what it should be, or the segment reads a column that is named after a protected
        characteristic and no ground is named on which the law allows that.
    """

    segment: Segment
    cutoff: float
    refer_below: float | None = None
    legal_basis: str = ""

    def __post_init__(self) -> None:
        if not isinstance(self.segment, Segment):
            raise ParameterError.must_be("segment", "a Segment", self.segment)
        check_protected(self.segment.columns, self.legal_basis, "cut-off")
        object.__setattr__(self, "cutoff", finite_number("cutoff", self.cutoff))
        if self.refer_below is not None:
            below = finite_number("refer_below", self.refer_below)
            if below < self.cutoff:
                raise ParameterError.must_be("refer_below", "at least the cut-off", self.refer_below)
            object.__setattr__(self, "refer_below", below)

    def to_dict(self) -> dict[str, Any]:
        """Write it as plain data."""
        more = {"legal_basis": self.legal_basis} if self.legal_basis else {}
        return {
            "segment": self.segment.to_dict(), "cutoff": self.cutoff, "refer_below": self.refer_below, **more
        }  # fmt: skip

    @classmethod
    def from_dict(cls, stored: Mapping[str, Any]) -> Self:
        """Read what `to_dict` wrote."""
        return cls(**{**stored, "segment": Segment.from_dict(stored["segment"])})


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
        name = self.name
        if not isinstance(name, str) or not name.isidentifier() or name == STANDARD:
            raise ParameterError.must_be("name", f"an identifier other than {STANDARD!r}", self.name)
        for one in ("share", "cutoff_shift"):
            object.__setattr__(self, one, finite_number(one, getattr(self, one)))
        if not 0 < self.share < 1:
            raise ParameterError.must_be("share", "above 0 and below 1", self.share)

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
        for one in ("share", "amount"):
            object.__setattr__(self, one, finite_number(one, getattr(self, one)))
        if not 0 < self.share <= 0.2:
            raise ParameterError.must_be("share", "above 0 and at most 0.2", self.share)
        if self.amount <= 0:
            raise ParameterError.must_be("amount", "above 0", self.amount)
        object.__setattr__(self, "payments", whole_number("payments", self.payments, 1))

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
        if not isinstance(self.by_grade, Mapping):
            raise ParameterError.must_be("by_grade", "a mapping of grades to amounts", self.by_grade)
        most = {grade: finite_number("by_grade", limit) for grade, limit in self.by_grade.items()}
        incomes = None if self.incomes is None else finite_number("incomes", self.incomes)
        limits = [*most.values(), *([] if incomes is None else [incomes])]
        if any(limit < 0 for limit in limits):
            raise ParameterError.must_be("by_grade and incomes", "finite and at least 0", limits)
        object.__setattr__(self, "by_grade", MappingProxyType(most))
        object.__setattr__(self, "incomes", incomes)

    def to_dict(self) -> dict[str, Any]:
        """Write it as plain data."""
        return {"by_grade": dict(self.by_grade), "incomes": self.incomes}
