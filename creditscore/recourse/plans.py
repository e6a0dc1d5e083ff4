"""All that one person could do, as plans of a few kinds of change, and how much each asks of them."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations, product
from typing import Final

from creditscore.recourse.accounts import below_zero
from creditscore.recourse.cards import owed_on_cards
from creditscore.recourse.conduct import AS_IS, Conduct, can_wait, until_when
from creditscore.recourse.form import AMOUNT, TERM, Form, Row
from creditscore.recourse.own_rows import OwnRows
from creditscore.recourse.past_due import overdue

MONTHS: Final = (1, 3, 6, 12)
BALANCES: Final = (0.5, 0.25, 0.0)
CLOSER_BALANCES: Final = (0.9, 0.8, 0.7, 0.6, 0.5, 0.4, 0.3, 0.25, 0.2, 0.1, 0.0)
MOST_CHANGES: Final = 3

_PAYING: Final = 0.2
_A_YEAR: Final = 12.0
_ABOVE_ZERO: Final = 0.2
_CARDS: Final = 0.5


@dataclass(frozen=True, slots=True)
class Plan:
    """A conduct, and columns of the application stated otherwise.

    Attributes
    ----------
    conduct : Conduct
    form : tuple of (str, float)
        Columns that are stated otherwise, with their values, in the order of the form.
    """

    conduct: Conduct = AS_IS
    form: tuple[tuple[str, float], ...] = ()

    @property
    def kinds(self) -> frozenset[str]:
        """Name the kinds of change that it is made of."""
        return _kinds_of(self.conduct).union([name for name, _ in self.form])


@dataclass(frozen=True, slots=True, eq=False)
class Options:
    """What is open to one person: which conducts, and which other values of the form.

    Attributes
    ----------
    conducts : tuple of Conduct
        Without the one that changes nothing.
    form : tuple of (str, tuple of float)
        Columns, each with other values.
    """

    conducts: tuple[Conduct, ...]
    form: tuple[tuple[str, tuple[float, ...]], ...]

    @classmethod
    def of(
        cls, own: OwnRows, form: Form, stated: Row, *, between: Collection[Conduct] | None = None
    ) -> Options:
        """Find what a person with these rows and this application could do.

        With `between`, what lies between the usual steps too, for conducts that are among these at the
        balance of now.
        """
        open_to = []
        for column in form.columns:
            value = stated.get(column.name, math.nan)
            given = column.of if between is None else column.closer
            others = () if math.isnan(value) else given(value)
            kept = tuple(one for one in others if form.with_values(stated, {column.name: one}) is not None)
            if kept:
                open_to.append((column.name, kept))
        if between is None:
            return cls(tuple(_conducts(own, BALANCES)), tuple(open_to))
        conducts = [one for one in _conducts(own, CLOSER_BALANCES) if one.at_full_balance() in between]
        return cls(tuple(conducts), tuple(open_to))

    def forms(self, *, ends: bool = False) -> tuple[tuple[tuple[str, float], ...], ...]:
        """Return what could be stated otherwise: nothing, each column by itself, and amount with term.

        With `ends`, of each column the lowest and the highest value alone.
        """
        columns = [(name, (min(of), max(of)) if ends else of) for name, of in self.form]
        loan = [column for column in columns if column[0] in (AMOUNT, TERM)]
        chosen = [(), *((column,) for column in columns)] + ([tuple(loan)] if len(loan) > 1 else [])
        return tuple(
            tuple(zip((name for name, _ in some), values, strict=True))
            for some in chosen
            for values in product(*(others for _, others in some))
        )

    def of_size(self, size: int, without: Collection[frozenset[str]] = ()) -> Iterator[Plan]:
        """Make every plan of so many kinds of change, but those that hold all kinds of one of some sets."""
        for conduct in (AS_IS, *self.conducts):
            kinds = _kinds_of(conduct)
            left = size - len(kinds)
            if left >= 0 and size:
                for columns in combinations(self.form, left):
                    names = [name for name, _ in columns]
                    if any(some <= kinds.union(names) for some in without):
                        continue
                    for values in product(*(others for _, others in columns)):
                        yield Plan(conduct, tuple(zip(names, values, strict=True)))


def _kinds_of(conduct: Conduct) -> frozenset[str]:
    named = {
        "months": conduct.months > 0,
        "pays": conduct.pays and not conduct.months,
        "balance": conduct.balance < 1.0,
        "above_zero": conduct.above_zero,
    }
    return frozenset([name for name, there in named.items() if there])


def effort_of(plan: Plan, stated: Row) -> float:
    """Add up how much a plan asks: what part of a year, of the amount, of the balance; never below 0."""
    conduct = plan.conduct
    effort = _PAYING if conduct.pays else 0.0
    effort += conduct.months / _A_YEAR + _CARDS * (1.0 - conduct.balance)
    effort += _ABOVE_ZERO if conduct.above_zero else 0.0
    for name, value in plan.form:
        known = stated[name]
        if name == AMOUNT:
            effort += 1.0 - value / known
        elif name == TERM:
            effort += abs(math.log2(value / known)) / 2.0
        else:
            effort += min(1.0, abs(value - known) / max(abs(known), abs(value)))
    return effort


def finer(plan: Plan, options: Options, stated: Row) -> Sequence[Plan]:
    """Return plans that ask for a little less than one whose amount is reduced, the least effort first.

    Between the amount of the plan and the next larger one that was tried, in four steps.
    """
    amounts = dict(options.form).get(AMOUNT, ())
    form = dict(plan.form)
    if AMOUNT not in form:
        return ()
    larger = [other for other in (stated[AMOUNT], *amounts) if other > form[AMOUNT]]
    low, high = form[AMOUNT], min(larger)
    steps = [round(high - (high - low) * part / 5.0) for part in range(1, 5)]
    return [
        Plan(plan.conduct, tuple((form | {AMOUNT: float(step)}).items()))
        for step in steps
        if low < step < high
    ]


def _conducts(own: OwnRows, balances: Sequence[float]) -> Iterator[Conduct]:
    late = overdue(own) > 0.0
    if late:
        yield Conduct(pays=True)
    if not can_wait(own):
        return
    cards = balances if owed_on_cards(own) > 0.0 else ()
    for months in MONTHS:
        until = until_when(own, Conduct(months))
        lifts = (False, True) if below_zero(own, until) is not None else (False,)
        for balance, above_zero in product((1.0, *cards), lifts):
            yield Conduct(months, late, balance, above_zero)
