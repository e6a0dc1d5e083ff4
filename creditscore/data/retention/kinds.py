"""Kinds of adverse facts, and for how many days each is read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final, Self

from creditscore.errors import NameUnknownError, ParameterError

# From when each counts: arrears from when they were made good or the loan was closed; a write-off, a payment
# that was declined or returned and a standing from when they happened; eased terms from when the loan closed.
RECORDED_KINDS: Final = ("arrears", "written_off", "restructured", "returned_payment", "defaulted_standing")
# No row states these, and payments tell of them: a bill that did not come in a month, fees, an overdraft. It
# takes payments around it, good ones too, to infer them: all payments are read for so many days.
INFERRED: Final = "inferred_facts"
ADVERSE_KINDS: Final = (*RECORDED_KINDS, INFERRED)
MOST_DAYS: Final = 36_525


@dataclass(frozen=True, slots=True)
class Retention:
    """For how many days an adverse fact is read after it ended, by its kind.

    Parameters
    ----------
    days : tuple of (str, int)
        Kinds with their days, in the order of `ADVERSE_KINDS`; a kind that is not named is always read.

    Examples
    --------
    >>> law, own = Retention.of(1826), Retention.of({"arrears": 730})
    >>> dict(law.and_also(own).days)["arrears"], dict(law.and_also(own).days)["written_off"]
    (730, 1826)
    """

    days: tuple[tuple[str, int], ...] = ()

    @classmethod
    def of(cls, given: int | Mapping[str, int] | None) -> Self:
        """Read one number of days for every kind, or one by kind.

        Raises
        ------
        NameUnknownError
            If there is no such kind.
        ParameterError
            If a number is not a whole one from 1 to 36,525.
        """
        if given is None:
            return cls()
        by_kind = given if isinstance(given, Mapping) else dict.fromkeys(ADVERSE_KINDS, given)
        for kind, days in by_kind.items():
            if kind not in ADVERSE_KINDS:
                raise NameUnknownError.among("kind of adverse fact", kind, ADVERSE_KINDS)
            if isinstance(days, bool) or not isinstance(days, int) or not 1 <= days <= MOST_DAYS:
                raise ParameterError.must_be("retention_days", f"whole days from 1 to {MOST_DAYS:,}", days)
        return cls(tuple((kind, int(by_kind[kind])) for kind in ADVERSE_KINDS if kind in by_kind))

    def __bool__(self) -> bool:
        return bool(self.days)

    def of_kind(self, kind: str) -> int | None:
        """Return the days of one kind; None where it is always read."""
        return next((days for name, days in self.days if name == kind), None)

    def and_also(self, other: Retention) -> Retention:
        """Return the stricter of both, kind by kind."""
        both = {kind: [d for d in (self.of_kind(kind), other.of_kind(kind)) if d] for kind in ADVERSE_KINDS}
        return Retention(tuple((kind, min(found)) for kind, found in both.items() if found))

    def to_dict(self) -> dict[str, int]:
        """Write it as plain data."""
        return dict(self.days)

    @property
    def by_kind(self) -> Mapping[str, Any]:
        """Days by kind, as results have them."""
        return MappingProxyType(dict(self.days))
