"""What people can bend before they apply, and how much it may gain them."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from creditscore.assess import gaming_credit, gaming_friends, gaming_payments
from creditscore.assess.gaming_sample import Bent, GamingSample
from creditscore.assess.values import Measurement

_ROUNDING: Final = 1e-9


@dataclass(frozen=True, slots=True)
class Bounds(Measurement):
    """How much a manipulation may move scores.

    Attributes
    ----------
    median, highest : float
        The largest median and 95th percentile of the gain, in points.
    crossed : float
        The largest share of the declined who may reach the cut-off.
    lost : float or None
        How many points the lowest tenth may lose on average, where others do it to the person; None: any.
    """

    median: float = 3.0
    highest: float = 10.0
    crossed: float = 0.02
    lost: float | None = None

    def hold(self, *, median: float, highest: float, crossed: float, lowest_tenth: float) -> bool:
        """Tell whether what was found keeps within; a share of nobody does."""
        gained = median <= self.median + _ROUNDING and highest <= self.highest + _ROUNDING
        passed_by = math.isnan(crossed) or crossed <= self.crossed + _ROUNDING
        return gained and passed_by and (self.lost is None or -lowest_tenth <= self.lost + _ROUNDING)


@dataclass(frozen=True, slots=True)
class Manipulation:
    """Something that people can do to what is seen of them.

    Attributes
    ----------
    name : str
    needs : tuple of str
        Tables without rows of which it cannot be tried.
    bend : callable
        Makes the tables as they would be.
    bounds : Bounds
    """

    name: str
    needs: tuple[str, ...]
    bend: Callable[[GamingSample], Bent]
    bounds: Bounds = Bounds()


_PAYMENTS: Final = ("payments",)
_FRIENDS: Final = ("ties", "standings")
_ALL: Final = (
    Manipulation("one_deposit", _PAYMENTS, gaming_payments.one_deposit),
    Manipulation("income_borrowed_7d", _PAYMENTS, gaming_payments.income_borrowed_short),
    Manipulation("income_borrowed_90d", _PAYMENTS, gaming_payments.income_borrowed_long),
    Manipulation("round_trips", _PAYMENTS, gaming_payments.round_trips),
    Manipulation("own_transfers", _PAYMENTS, gaming_payments.own_transfers),
    Manipulation("small_purchases", _PAYMENTS, gaming_payments.small_purchases),
    Manipulation("bills_delayed", _PAYMENTS, gaming_payments.bills_delayed),
    Manipulation("account_reopened", _PAYMENTS, gaming_payments.account_reopened),
    Manipulation("tiny_loans", ("loans",), gaming_credit.tiny_loans),
    Manipulation("line_reopened", ("loans",), gaming_credit.line_reopened),
    Manipulation("friends_new", _FRIENDS, gaming_friends.friends_new),
    Manipulation("friends_backdated", _FRIENDS, gaming_friends.friends_backdated),
    Manipulation("friends_aged", _FRIENDS, gaming_friends.friends_aged),
    Manipulation("friends_bought", _FRIENDS, gaming_friends.friends_bought),
    Manipulation("friends_made", _FRIENDS, gaming_friends.friends_made),
    Manipulation("strangers_named", _FRIENDS, gaming_friends.strangers_named),
    Manipulation("strangers_defaulted", _FRIENDS, gaming_friends.strangers_defaulted, Bounds(lost=0.0)),
    Manipulation("friends_defaulted", _FRIENDS, gaming_friends.friends_defaulted, Bounds(lost=2.0)),
)
MANIPULATIONS: Final[Mapping[str, Manipulation]] = MappingProxyType({one.name: one for one in _ALL})
