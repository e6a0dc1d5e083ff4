"""What a loan is wanted for, as far as accounts tell: months that fell short, and what falls due next."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, Final

# How far ahead bills and instalments are looked for.
AHEAD_DAYS: Final = 31


@dataclass(frozen=True, slots=True)
class Need:
    """What was asked for beside the gaps of the accounts, as of the moment.

    It is said and decides nothing: who asks for less or more than a gap may have good reasons.

    Attributes
    ----------
    amount : float or None
        What was asked for, in money.
    purpose : str or None
        What for, as the application says.
    months, short_months : int or None
        Whole calendar months that were seen, of the newest 12, and in how many of them spending was above
        income; None where payments are not known.
    largest_gap : float or None
        By how much at most, in money; 0 where no month fell short.
    bills_due, instalments_due : float or None
        What falls due within 31 days and is not paid, in money; None where there is no such table.
    gap_ahead : float or None
        What a low month of income would lack for essentials, for these bills and instalments, or 0; None
        where the income or the essentials are not known.

    Examples
    --------
    >>> need = Need(900.0, "repairs", 12, 2, 300.0, 80.0, 150.0, 0.0)
    >>> need.gap, need.times_gap
    (300.0, 3.0)
    """

    amount: float | None
    purpose: str | None
    months: int | None
    short_months: int | None
    largest_gap: float | None
    bills_due: float | None
    instalments_due: float | None
    gap_ahead: float | None

    @property
    def gap(self) -> float | None:
        """The larger of the largest gap that was seen and the one ahead; None where neither is known."""
        return max((one for one in (self.largest_gap, self.gap_ahead) if one is not None), default=None)

    @property
    def times_gap(self) -> float | None:
        """How many times the gap was asked for; None where there is none, or nothing is known of it."""
        return None if not self.gap or self.amount is None else self.amount / self.gap

    def to_dict(self) -> dict[str, Any]:
        """Write it as plain data."""
        return asdict(self)
