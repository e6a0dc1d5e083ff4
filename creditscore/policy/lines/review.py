"""A credit line that is looked at again, as attributes of an application say it."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Self

from creditscore._ground.numbers import finite_number, is_finite_number
from creditscore.errors import ParameterError
from creditscore.policy.lines.parts import LineConduct

LINE_NOW: Final = "line_now"
_COUNTS: Final = ("payments_due", "paid_on_time", "days_past_due", "months_since_change")
_NEEDED: Final = (LINE_NOW, *(f"line_{name}" for name in _COUNTS), "line_owed", "line_agreed")
_USE, _ARREARS = "line_use", "line_months_since_arrears"
REVIEWED: Final = (*_NEEDED, _USE, _ARREARS)
# Stands where arrears never were; a missing value says that it is not known.
NEVER: Final = -1.0


@dataclass(frozen=True, slots=True)
class LineReview:
    """A line as it is, how it was used and repaid, and whether a raise is agreed to.

    An application that carries it as attributes is no request for a new loan: a policy whose strategy has a
    `LinePlan` decides on the step of this line.

    Parameters
    ----------
    line : float
        The line as it is, in money, above 0.
    conduct : LineConduct
        How it was used and repaid, as known before the moment.
    agreed : bool, default False
        Whether the borrower asked for a raise or agreed to one.

    Raises
    ------
    ParameterError
        If a part is not what it should be.

    Examples
    --------
    >>> conduct = LineConduct(
    ...     payments_due=6, paid_on_time=6, use=0.6, days_past_due=0, months_since_change=6
    ... )
    >>> given = LineReview(300.0, conduct).to_attributes()
    >>> given["line_now"], given["line_months_since_arrears"]
    (300.0, -1.0)
    >>> LineReview.of(given) == LineReview(300.0, conduct)
    True
    """

    line: float
    conduct: LineConduct
    agreed: bool = False

    def __post_init__(self) -> None:
        object.__setattr__(self, "line", finite_number(LINE_NOW, self.line))
        if self.line <= 0:
            raise ParameterError.must_be(LINE_NOW, "above 0; a new line is asked for without it", self.line)
        if not isinstance(self.conduct, LineConduct):
            raise ParameterError.must_be("conduct", "of type LineConduct", self.conduct)
        if not isinstance(self.agreed, bool):
            raise ParameterError.must_be("agreed", "True or False", self.agreed)

    def to_attributes(self) -> dict[str, float | None]:
        """Write it as attributes of an application, by name; what is not known is None."""
        found: dict[str, float | None] = {LINE_NOW: self.line}
        found |= {f"line_{name}": float(getattr(self.conduct, name)) for name in _COUNTS}
        since = self.conduct.months_since_arrears
        return found | {
            _USE: self.conduct.use, _ARREARS: NEVER if since is None else float(since),
            "line_owed": self.conduct.owed, "line_agreed": float(self.agreed),
        }  # fmt: skip

    @classmethod
    def of(cls, given: Mapping[str, Any]) -> Self | None:
        """Read the attributes of an application; None where it says of no line.

        Raises
        ------
        ParameterError
            If it names a line and lacks something else of it, or an attribute is not what it can be.
        """
        known = {name: _number(given.get(name)) for name in REVIEWED}
        if all(value is None for value in known.values()):
            return None
        missing = [name for name in (*_NEEDED, _ARREARS) if known[name] is None]
        if missing:
            raise ParameterError(
                f"The application tells of a credit line and lacks {missing[0]!r}. Give all of "
                f"{', '.join(REVIEWED)} (LineReview.to_attributes()), or none."
            )
        counts = {name: _count(f"line_{name}", known[f"line_{name}"]) for name in _COUNTS}
        since, agreed = known[_ARREARS], known["line_agreed"]
        if agreed not in (0.0, 1.0):
            raise ParameterError.must_be("line_agreed", "0 or 1", agreed)
        conduct = LineConduct(
            **counts, use=known[_USE], owed=known["line_owed"] or 0.0,
            months_since_arrears=None if since == NEVER else _count(_ARREARS, since),
        )  # fmt: skip
        return cls(known[LINE_NOW] or 0.0, conduct, agreed == 1.0)


def _number(value: Any) -> float | None:
    """A number as it is; a text and a truth value are none, and what is missing is missing."""
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return None
    if not is_finite_number(value):
        raise ParameterError.must_be("each attribute of a credit line", "a finite number", value)
    return float(value)


def _count(name: str, value: float | None) -> int:
    if value is None or value != int(value) or value < 0:
        raise ParameterError.must_be(name, "a whole number of at least 0", value)
    return int(value)
