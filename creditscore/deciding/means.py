"""What a household lives on, what it owes until when, and what falls due next, from stored rows."""

from __future__ import annotations

import math
from datetime import UTC, date, datetime, timedelta
from functools import cache
from typing import Any, Final

import numpy as np

from creditscore._ground.arrays import Float64, Int64
from creditscore._ground.instants import DAY
from creditscore.data.tables.vocabularies import LOAN_ROLES
from creditscore.data.visible import HAPPENED, facts_known, visible
from creditscore.deciding.evidence import Evidence
from creditscore.features.bills.declared import bill_features
from creditscore.features.chunk import Chunk
from creditscore.features.compute import FeatureComputer
from creditscore.features.definition import FeatureSet
from creditscore.features.payments.declared.means import DEBTS, ESSENTIALS, INCOME_LOW, ability_features
from creditscore.features.registry import find_view
from creditscore.policy.ability.assess import Means
from creditscore.policy.ability.need import AHEAD_DAYS, Need

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_BILLS: Final = "bills_overdue_amount"
_MONTHS: Final = 12
_ENDS: Final = ("closed_time", "sold_time", "written_off_time")


@cache
def means_computer() -> FeatureComputer:
    """Return what computes the income, essentials and debts of a household, and reads its bills."""
    bills = [one for one in bill_features() if one.name == _BILLS]
    return FeatureComputer(FeatureSet((*ability_features(), *bills)))


def means_of(evidence: Evidence, people: int | None) -> Means:
    """What is known of a household, as of the moment.

    Parameters
    ----------
    evidence : Evidence
        With the rows of everybody whose means are joint.
    people : int or None
        Who lives on it; a household of unknown size has unknown essentials.
    """
    evidence = evidence.of_means
    matrix = means_computer().compute(evidence.application, evidence.portfolio, threads=1)
    known = {
        name: as_number(value) for name, value in zip(matrix.names, matrix.values[0].tolist(), strict=True)
    }
    if people is None:
        known[ESSENTIALS] = None
    income, debts, essentials = (
        None if (value := known[name]) is None else max(0.0, value)
        for name in (INCOME_LOW, DEBTS, ESSENTIALS)
    )
    ending = () if not debts else _endings(evidence)
    return Means(income, debts, essentials, people or 1, ending)


def _endings(evidence: Evidence) -> tuple[tuple[date, float], ...]:
    """From which day on which part of the commitments is no more, if all is paid as was agreed."""
    rows = _rows("debts", evidence)
    monthly, last = (rows[name] for name in ("monthly_amount", "last_due"))
    calendar = evidence.portfolio.calendar
    return tuple(
        (calendar.local(_EPOCH + timedelta(microseconds=int(due))).date() + timedelta(days=1), float(part))
        for part, due in zip(monthly.tolist(), last.tolist(), strict=True)
        if part > 0.0 and due == due
    )


def need_of(evidence: Evidence, means: Means, amount: float | None, purpose: Any) -> Need:
    """Hold what was asked for against the gaps of the accounts, as of the moment.

    Parameters
    ----------
    evidence : Evidence
        With the rows of everybody whose means are joint.
    means : Means
    amount : float or None
    purpose : object
        As the application says it; anything but a text counts as not said.
    """
    evidence = evidence.of_means
    months = _rows("payment_months", evidence) if means.income is not None else {}
    net = months["net"][-_MONTHS:] if months else np.empty(0)
    short = net[net < 0.0]
    seen = int(net.size) if months else None
    bills = _falls_due(evidence, "bills")
    instalments = _falls_due(evidence, "instalments")
    ahead = None
    if means.income is not None and means.essentials is not None:
        ahead = max(0.0, means.essentials + (bills or 0.0) + (instalments or 0.0) - means.income)
    largest = float(-short.min()) if short.size else 0.0
    return Need(
        amount, purpose if isinstance(purpose, str) else None, seen, None if seen is None else short.size,
        None if seen is None else largest, bills, instalments, ahead,
    )  # fmt: skip


def _rows(name: str, evidence: Evidence) -> dict[str, Float64]:
    """The value columns of a view for the one application, each of shape (n_rows,)."""
    one, portfolio = evidence.application, evidence.portfolio
    view = find_view(name, portfolio)
    owner = portfolio.code(one.applicant_ids[0]) if portfolio.n_applicants else -1
    found = view.build(Chunk(portfolio, np.array([owner], np.int64), one.as_of))
    span = slice(int(found.starts[0]), int(found.stops[0]))
    return {column.name: found.values[row, span] for row, column in enumerate(view.values)}


def _falls_due(evidence: Evidence, name: str) -> float | None:
    """What falls due within a month and is not paid; None where no row of the source was known."""
    table = evidence.portfolio.tables.get(name)
    if table is None:
        return None
    at = int(evidence.application.as_of[0])
    due, known = table.times[HAPPENED], visible(table.times, at)
    if table.owners != "loan" and not known.any():
        return None
    soon = known & (due >= at) & (due < at + AHEAD_DAYS * DAY)
    soon &= ~facts_known(table.times, table.row("paid_time"), at)
    if table.owners == "loan":
        owner = np.repeat(np.arange(table.n_owners), np.diff(table.offsets))
        soon &= np.isin(owner, _owed_loans(evidence, at))
    return math.fsum(table.values[table.row("due_amount")][soon].tolist())


def _owed_loans(evidence: Evidence, at: int) -> Int64:
    """Codes of the loans that were known, not ended, and taken by the person, not only vouched for."""
    loans = evidence.portfolio.tables["loans"]
    owed = visible(loans.times, at)
    for fact in _ENDS:
        owed &= ~facts_known(loans.times, loans.row(fact), at)
    role = loans.row("role")
    if role >= 0:
        owed &= loans.codes[role] != LOAN_ROLES.index("guarantor")
    return evidence.portfolio.loan_codes[owed].astype(np.int64)


def as_number(value: Any) -> float | None:
    """Return a finite number as a float, and anything else as None."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        return None
    return float(value)
