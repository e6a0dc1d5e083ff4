"""What people can bend before they apply, and how much it may gain them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final

from creditscore.assess.gaming import Bounds
from creditscore.gaming import credit, friends, payments
from creditscore.gaming.sample import Bent, GamingSample


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
    bounds: Bounds = field(default_factory=Bounds)


_PAYMENTS: Final = ("payments",)
_FRIENDS: Final = ("ties", "standings")
_ALL: Final = (
    Manipulation("one_deposit", _PAYMENTS, payments.one_deposit),
    Manipulation("income_borrowed_7d", _PAYMENTS, payments.income_borrowed_short),
    Manipulation("income_borrowed_90d", _PAYMENTS, payments.income_borrowed_long),
    Manipulation("round_trips", _PAYMENTS, payments.round_trips),
    Manipulation("own_transfers", _PAYMENTS, payments.own_transfers),
    Manipulation("small_purchases", _PAYMENTS, payments.small_purchases),
    Manipulation("bills_delayed", _PAYMENTS, payments.bills_delayed),
    Manipulation("account_reopened", _PAYMENTS, payments.account_reopened),
    Manipulation("tiny_loans", ("loans",), credit.tiny_loans),
    Manipulation("line_reopened", ("loans",), credit.line_reopened),
    Manipulation("friends_new", _FRIENDS, friends.friends_new),
    Manipulation("friends_backdated", _FRIENDS, friends.friends_backdated),
    Manipulation("friends_aged", _FRIENDS, friends.friends_aged),
    Manipulation("friends_bought", _FRIENDS, friends.friends_bought),
    Manipulation("friends_made", _FRIENDS, friends.friends_made),
    Manipulation("strangers_named", _FRIENDS, friends.strangers_named),
    Manipulation("strangers_defaulted", _FRIENDS, friends.strangers_defaulted, Bounds(lost=0.0)),
    Manipulation("friends_defaulted", _FRIENDS, friends.friends_defaulted, Bounds(lost=2.0)),
)
MANIPULATIONS: Final[Mapping[str, Manipulation]] = MappingProxyType({one.name: one for one in _ALL})
