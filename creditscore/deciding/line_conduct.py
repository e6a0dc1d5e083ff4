"""How a credit line was used and repaid, from its statements as known at a moment."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Final

import numpy as np

from creditscore.data.given import check_given
from creditscore.data.portfolio import Portfolio
from creditscore.data.visible import HAPPENED, happened, visible
from creditscore.errors import NameUnknownError, ParameterError, PortfolioError
from creditscore.policy.lines.parts import LineConduct, StepRules
from creditscore.policy.lines.review import LineReview

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_CENT: Final = 0.005
_COLUMNS: Final = ("balance", "limit", "minimum_due", "payment", "days_past_due")
_USUAL: Final = StepRules()
# Statements come monthly: after two months without one, nobody knows how the line stands.
_NEWEST_DAYS: Final = 62


@dataclass(frozen=True, slots=True)
class _Statement:
    """One statement; NaN = not reported."""

    at: datetime
    balance: float
    limit: float
    minimum_due: float
    payment: float
    days_past_due: float
    asked: float = 0.0  # by the statement before

    @property
    def may_be_late(self) -> bool:
        """Whether something was past due, or it does not say that nothing was."""
        return not self.days_past_due <= 0.0 or (self.asked > 0.0 and math.isnan(self.payment))

    @property
    def on_time(self) -> bool | None:
        """Whether what the statement before asked for was paid by this one; None where it does not say."""
        if self.payment < self.asked - _CENT or self.days_past_due > 0.0:
            return False
        return None if self.may_be_late else True


def line_review(
    portfolio: Portfolio,
    loan_id: int | str,
    as_of: datetime,
    rules: StepRules = _USUAL,
    *,
    agreed: bool = False,
) -> LineReview:
    """Read a credit line and how it was used and repaid from its statements, as known before a moment.

    A payment falls due with each statement that asks for one, and is on time if the next statement says that
    at least as much was paid and that nothing is past due. A payment of which the statement does not tell
    this is not counted, so that it lowers no line; against a raise, it ends the months without arrears, as
    days past due that are not reported do.

    Parameters
    ----------
    portfolio : Portfolio
        With the table ``statements``.
    loan_id : int or str
        The line.
    as_of : datetime
        With a zone; exclusive.
    rules : StepRules, optional
        Those of the plan: over how many months payments and use are looked at.
    agreed : bool, default False
        Whether the borrower asked for a raise or agreed to one.

    Returns
    -------
    LineReview
        ``to_attributes()`` are attributes of the application that is decided on.

    Raises
    ------
    NameUnknownError, ParameterError, PortfolioError
        If the line has no statement of the 62 days before the moment, the moment has no zone, or the newest
        statement does not say what the limit and the balance are.

    Examples
    --------
    >>> months = [
    ...     {"applicant_id": "x", "loan_id": "L", "event_time": f"2026-{month:02d}-05T00:00:00Z",
    ...      "balance": 150.0, "limit": 300.0, "minimum_due": 15.0, "payment": 15.0, "days_past_due": 0.0}
    ...     for month in range(1, 8)
    ... ]
    >>> known = Portfolio.from_records({"statements": months})
    >>> found = line_review(known, "L", datetime(2026, 7, 20, tzinfo=UTC))
    >>> found.line, found.conduct.payments_due, found.conduct.paid_on_time, found.conduct.use
    (300.0, 6, 6, 0.5)
    """
    if not isinstance(as_of, datetime) or as_of.tzinfo is None:
        raise ParameterError.must_be("as_of", "a moment with a time zone", as_of)
    if not isinstance(rules, StepRules):
        raise ParameterError.must_be("rules", "of type StepRules", rules)
    now = as_of.astimezone(UTC)
    seen = _statements(portfolio, loan_id, now)
    last = seen[-1]
    age = (now - last.at).days
    if age > _NEWEST_DAYS:
        raise PortfolioError(
            f"The newest statement of {loan_id!r} before {now.isoformat()} is {age} days old: how the line "
            f"stands is not known. Add one of the last {_NEWEST_DAYS} days to the table statements."
        )
    if not last.limit > 0.0 or math.isnan(last.balance):
        raise PortfolioError(
            f"The newest statement of {loan_id!r} before {now.isoformat()} names no limit above 0, or no "
            "balance. Give 'limit' and 'balance' of the table statements."
        )
    start = _months_before(now, rules.months)
    dues = [one.on_time for one in seen if one.at >= start and one.asked > 0.0]
    known = [one for one in dues if one is not None]
    used = [max(0.0, one.balance) / one.limit for one in seen if one.at >= start and one.limit > 0.0]
    conduct = LineConduct(
        payments_due=len(known),
        paid_on_time=sum(known),
        use=None if not used or any(map(math.isnan, used)) else math.fsum(used) / len(used),
        days_past_due=int(last.days_past_due) if last.days_past_due >= 0.0 else 0,
        months_since_change=_months_between(_since(seen, lambda one: one.limit != last.limit), now),
        months_since_arrears=_since_arrears(seen, now),
        owed=max(0.0, last.balance),
    )
    return LineReview(last.limit, conduct, agreed)


def _statements(portfolio: Portfolio, loan_id: int | str, now: datetime) -> list[_Statement]:
    """The statements of a line that were known, oldest first."""
    check_given(portfolio=portfolio)
    table = portfolio.tables.get("statements")
    ids = () if table is None else table.vocabularies.get("loan_id", portfolio.loan_ids)
    if table is None or loan_id not in list(ids):
        raise NameUnknownError.among("credit line with statements", loan_id, tuple(ids)[:20])
    moment = (now - _EPOCH) // timedelta(microseconds=1)
    of_it = table.codes[table.row("loan_id")] == list(ids).index(loan_id)
    rows = np.flatnonzero(visible(table.times, moment) & happened(table.times, moment) & of_it)
    if not rows.size:
        raise PortfolioError(
            f"No statement of {loan_id!r} was known before {now.isoformat()}. Look at a later moment."
        )
    rows = rows[np.argsort(table.times[HAPPENED][rows], kind="stable")]
    columns = [
        table.values[column][rows] if (column := table.row(name)) >= 0 else np.full(rows.size, math.nan)
        for name in _COLUMNS
    ]
    at = [_EPOCH + timedelta(microseconds=int(one)) for one in table.times[HAPPENED][rows]]
    seen = [_Statement(when, *map(float, row)) for when, *row in zip(at, *columns, strict=True)]
    return [seen[0], *(replace(one, asked=before.minimum_due) for before, one in pairwise(seen))]


def _since(seen: list[_Statement], differs: Callable[[_Statement], bool]) -> datetime:
    """From when on the statements no longer differ."""
    kept = seen[-1].at
    for one in reversed(seen):
        if differs(one):
            break
        kept = one.at
    return kept


def _since_arrears(seen: list[_Statement], now: datetime) -> int | None:
    """Whole months since the first statement after arrears; 0 while in arrears, None if never."""
    if not any(one.may_be_late for one in seen):
        return None
    if seen[-1].may_be_late:
        return 0
    return _months_between(_since(seen, lambda one: one.may_be_late), now)


def _months_between(since: datetime, now: datetime) -> int:
    """Whole calendar months from one moment to a later one."""
    passed = 12 * (now.year - since.year) + now.month - since.month
    return max(0, passed - ((now.day, now.time()) < (since.day, since.time())))


def _months_before(now: datetime, months: int) -> datetime:
    """The same day and hour so many months before, or the last day of that month."""
    year, month = divmod(12 * now.year + now.month - 1 - months, 12)
    first_of_next = datetime(year + (month == 11), (month + 1) % 12 + 1, 1, tzinfo=UTC)
    days = (first_of_next - timedelta(days=1)).day
    return now.replace(year=year, month=month + 1, day=min(now.day, days))
