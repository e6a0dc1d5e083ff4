"""The parts of a plan of credit lines: a table of first lines, caps of exposure, and rules of steps."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields
from itertools import pairwise
from types import MappingProxyType
from typing import Any, Final, Self

from creditscore._ground.numbers import finite_number, whole_number
from creditscore.errors import NameUnknownError, ParameterError

_NEAR: Final = 1e-9


def amount_of(name: str, value: object) -> float:
    """Read a finite number of at least 0."""
    found = finite_number(name, value)
    if found < 0:
        raise ParameterError.must_be(name, "at least 0", value)
    return found


def _optional(name: str, value: object) -> float | None:
    return None if value is None else amount_of(name, value)


def _by_grade(name: str, values: object) -> Mapping[str, float]:
    if not isinstance(values, Mapping) or not all(isinstance(grade, str) and grade for grade in values):
        raise ParameterError.must_be(name, "a mapping of grades to amounts", values)
    return MappingProxyType({grade: amount_of(name, most) for grade, most in values.items()})


@dataclass(frozen=True, slots=True)
class LineTable:
    """The first line by grade and monthly income.

    Parameters
    ----------
    incomes : sequence of float
        Lower bounds of the ranges of monthly income, in money, rising from 0.
    lines : mapping of str to sequence of float
        By grade, safest first, a first line for each range, in money; 0 for none. It never falls as the
        income rises, and never rises from a grade to a riskier one. A grade that is not there has no line.

    Examples
    --------
    >>> table = LineTable((0, 800, 1600), {"A": (100, 300, 600), "B": (0, 100, 200)})
    >>> table.first("A", 1599.99), table.first("B", 1600.0)
    (300.0, 200.0)
    """

    incomes: Sequence[float]
    lines: Mapping[str, Sequence[float]]

    def __post_init__(self) -> None:
        if isinstance(self.incomes, str) or not isinstance(self.incomes, Sequence):
            raise ParameterError.must_be("incomes", "a sequence of amounts", self.incomes)
        bounds = tuple(amount_of("incomes", bound) for bound in self.incomes)
        if not bounds or bounds[0] != 0 or list(bounds) != sorted(set(bounds)):
            raise ParameterError.must_be("incomes", "rising from 0, each once", self.incomes)
        if not isinstance(self.lines, Mapping) or not self.lines:
            raise ParameterError.must_be("lines", "a mapping of grades to lines, not empty", self.lines)
        lines = {grade: self._row(grade, row, len(bounds)) for grade, row in self.lines.items()}
        rows = list(lines.values())
        safer = (
            (one, other) for safe, risky in pairwise(rows) for one, other in zip(safe, risky, strict=True)
        )
        if any(risky > safe for safe, risky in safer):
            raise ParameterError.must_be("lines", "no higher for a riskier grade (safest first)", self.lines)
        object.__setattr__(self, "incomes", bounds)
        object.__setattr__(self, "lines", MappingProxyType(lines))

    @staticmethod
    def _row(grade: object, row: object, number: int) -> tuple[float, ...]:
        if not isinstance(grade, str) or not grade:
            raise ParameterError.must_be("lines", "by the name of a grade", grade)
        if isinstance(row, str) or not isinstance(row, Sequence) or len(row) != number:
            raise ParameterError.must_be("lines", f"{number} amounts a grade, one a range of incomes", row)
        found = tuple(amount_of("lines", line) for line in row)
        if list(found) != sorted(found):
            raise ParameterError.must_be("lines", "never falling as the income rises", row)
        return found

    def first(self, grade: str, income: float) -> float:
        """Return the first line of a grade and a monthly income, in money; 0 for none."""
        row = self.lines.get(grade)
        if row is None:
            return 0.0
        return row[sum(bound <= income for bound in self.incomes) - 1]

    def to_dict(self) -> dict[str, Any]:
        """Write it as plain data."""
        grades = [{"grade": grade, "lines": list(row)} for grade, row in self.lines.items()]
        return {"incomes": list(self.incomes), "lines": grades}

    @classmethod
    def from_dict(cls, stored: Mapping[str, Any]) -> Self:
        """Read what `to_dict` wrote."""
        return cls(stored["incomes"], {one["grade"]: one["lines"] for one in stored["lines"]})


@dataclass(frozen=True, slots=True)
class LineCaps:
    """The most that is lent: to one person as a line, to one person over all products, in all.

    Parameters
    ----------
    most : float
        The largest line, in money; above 0.
    share_of_income : float
        The largest line as a multiple of the monthly income; above 0.
    by_grade : mapping of str to float, optional
        The largest line of a grade, in money; a grade without an entry has no such cap.
    person : float, optional
        What one person may owe or draw over all products, this line included, in money.
    grade_totals : mapping of str to float, optional
        What all lines of a grade may come to.
    portfolio : float, optional
        What all lines may come to.
    """

    most: float
    share_of_income: float
    by_grade: Mapping[str, float] = field(default_factory=dict)
    person: float | None = None
    grade_totals: Mapping[str, float] = field(default_factory=dict)
    portfolio: float | None = None

    def __post_init__(self) -> None:
        for name in ("most", "share_of_income"):
            object.__setattr__(self, name, amount_of(name, getattr(self, name)))
            if getattr(self, name) == 0:
                raise ParameterError.must_be(name, "above 0", 0)
        for name in ("person", "portfolio"):
            object.__setattr__(self, name, _optional(name, getattr(self, name)))
        for name in ("by_grade", "grade_totals"):
            object.__setattr__(self, name, _by_grade(name, getattr(self, name)))

    def to_dict(self) -> dict[str, Any]:
        """Write it as plain data."""
        return {
            "most": self.most, "share_of_income": self.share_of_income, "by_grade": dict(self.by_grade),
            "person": self.person, "grade_totals": dict(self.grade_totals), "portfolio": self.portfolio,
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class StepRules:
    """When a line is raised or lowered, with a gap between the two so that it does not go to and fro.

    Parameters
    ----------
    raise_on_time, lower_on_time : float, default 0.95 and 0.75
        Share of the payments of the last months that were paid on time: from the first on a line may be
        raised, up to the second it is lowered; between them it stays.
    raise_use, lower_use : float, default 0.30 and 0.05
        The same of the mean share of the line that was drawn.
    gap : float, default 0.10
        The least distance of the two bounds of each pair; above 0.
    months : int, default 6
        Months over which payments and use are looked at.
    least_payments : int, default 3
        Payments that must have fallen due in these months.
    raise_by, lower_by : float, default 1.5 and 0.5
        What a line is multiplied with; a raise is at least one step of the grid.
    months_between : int, default 3
        Months that lie between two changes at least.
    months_after_arrears : int, default 6
        Months after the end of arrears in which nothing is raised.
    lower_days, close_days : int, default 30 and 90
        Days past due from which a line is lowered, and from which it is closed.

    Raises
    ------
    ParameterError
        If bounds are closer than the gap, or a number is none that it can be.
    """

    raise_on_time: float = 0.95
    lower_on_time: float = 0.75
    raise_use: float = 0.30
    lower_use: float = 0.05
    gap: float = 0.10
    months: int = 6
    least_payments: int = 3
    raise_by: float = 1.5
    lower_by: float = 0.5
    months_between: int = 3
    months_after_arrears: int = 6
    lower_days: int = 30
    close_days: int = 90

    def __post_init__(self) -> None:
        for one in fields(self):
            value = getattr(self, one.name)
            least = 0 if one.name == "months_after_arrears" else 1
            read = whole_number(one.name, value, least) if one.type == "int" else amount_of(one.name, value)
            object.__setattr__(self, one.name, read)
        for name in ("raise_on_time", "lower_on_time", "raise_use", "lower_use"):
            if getattr(self, name) > 1:
                raise ParameterError.must_be(name, "a share within 0 and 1", getattr(self, name))
        if self.gap <= 0:
            raise ParameterError.must_be("gap", "above 0", self.gap)
        for what in ("on_time", "use"):
            apart = getattr(self, f"raise_{what}") - getattr(self, f"lower_{what}")
            if apart < self.gap - _NEAR:
                raise ParameterError.must_be(
                    f"raise_{what}", f"at least {self.gap:g} above lower_{what}", apart
                )
        if self.raise_by <= 1:
            raise ParameterError.must_be("raise_by", "above 1", self.raise_by)
        if not 0 < self.lower_by < 1:
            raise ParameterError.must_be("lower_by", "above 0 and below 1", self.lower_by)
        if self.lower_days >= self.close_days:
            raise ParameterError.must_be("close_days", "above lower_days", self.close_days)

    def to_dict(self) -> dict[str, Any]:
        """Write it as plain data."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class LineExposure:
    """What is lent already, without the line that is looked at; None where it is not known.

    Parameters
    ----------
    person : float, optional
        What the person owes or may draw over all other products, in money.
    grade, portfolio : float, optional
        What all lines of the grade come to, and all lines.
    """

    person: float | None = None
    grade: float | None = None
    portfolio: float | None = None

    def __post_init__(self) -> None:
        for name in ("person", "grade", "portfolio"):
            object.__setattr__(self, name, _optional(name, getattr(self, name)))

    def to_dict(self) -> dict[str, Any]:
        """Write it as plain data."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class LineConduct:
    """How a line was used and repaid, as known before the moment.

    Parameters
    ----------
    payments_due : int
        Payments that fell due within the months of the rules.
    paid_on_time : int
        Those of them that were paid in full by their day.
    use : float or None
        Mean share of the line that was drawn in these months; 0 or more, None where it is not known.
    days_past_due : int
        Now.
    months_since_change : int
        Whole months since the line was opened or last changed.
    months_since_arrears : int or None
        Whole months since arrears ended; None if there were none.
    owed : float, default 0
        What is drawn now, in money; no line is lowered below it.
    """

    payments_due: int
    paid_on_time: int
    use: float | None
    days_past_due: int
    months_since_change: int
    months_since_arrears: int | None = None
    owed: float = 0.0

    def __post_init__(self) -> None:
        for name in ("payments_due", "paid_on_time", "days_past_due", "months_since_change"):
            object.__setattr__(self, name, whole_number(name, getattr(self, name), 0))
        if self.paid_on_time > self.payments_due:
            raise ParameterError.must_be("paid_on_time", "at most payments_due", self.paid_on_time)
        if self.months_since_arrears is not None:
            months = whole_number("months_since_arrears", self.months_since_arrears, 0)
            object.__setattr__(self, "months_since_arrears", months)
        object.__setattr__(self, "use", _optional("use", self.use))
        object.__setattr__(self, "owed", amount_of("owed", self.owed))

    @property
    def on_time(self) -> float | None:
        """Share of the payments that were paid on time; None where none fell due."""
        return self.paid_on_time / self.payments_due if self.payments_due else None

    def to_dict(self) -> dict[str, Any]:
        """Write it as plain data."""
        return asdict(self)


def check_grades(name: str, grades: Mapping[str, float], table: LineTable) -> None:
    """Refuse a cap of a grade that the table does not know: it would never count."""
    for grade in grades:
        if grade not in table.lines:
            raise NameUnknownError.among(f"grade of {name}", grade, tuple(table.lines))


def is_multiple(amount: float, step: float) -> bool:
    """Tell whether an amount is a whole number of steps."""
    return math.isclose(amount / step, round(amount / step), abs_tol=1e-9)
