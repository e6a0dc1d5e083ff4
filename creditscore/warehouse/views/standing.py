"""What stands on the accounts after each payment and at the end of each day, in SQL."""

from __future__ import annotations

from typing import Final

from creditscore._ground.instants import DAY
from creditscore.features.payments.rows.balances import LONGEST_BALANCE, LOW_SHARE, MEAN_DAYS, STAGED_DAYS
from creditscore.features.payments.rows.proving import HALF_CENT
from creditscore.features.payments.rows.typical import INCOME_MONTHS, LEAST_MONTHS
from creditscore.warehouse.given import Given
from creditscore.warehouse.views.proving import UP_TO
from creditscore.warehouse.views.writing import NOTHING, at_least, numbers, stacked

_SUMS: Final = ("together", "overdrawn", "saved", "owed")
_STATE: Final = (*_SUMS, "borne_out")
_OLDER: Final = "ORDER BY back DESC ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW"


def payments_proven(given: Given) -> str:
    """Write payments with what stands after each, and ``borne_out``: the same without unproven money.

    ``overdrawn`` is as it would be without what persons sent.
    """
    if not given.has("payments", "balance"):
        return f"SELECT *, {', '.join(f'{NOTHING} AS {one}' for one in _STATE)} FROM rows_payments_unproven"
    joined = (
        f"SELECT p.*, s.together AS together, s.overdrawn AS below, s.saved AS saved, s.owed AS owed "
        f"FROM rows_payments_unproven AS p JOIN ({_after_each()}) AS s ON s.app = p.app AND s.n = p.n"
    )
    floor = "CASE WHEN lowest < 0 THEN lowest ELSE 0 END"
    less = at_least("own - (unproven - lent)", floor)
    borne = f"WHEN own IS NULL THEN NULL WHEN unproven > lent THEN {less} ELSE own"
    put_by = at_least("saved - COALESCE(saved_first, 0)")
    lacks = f"lent - together + CASE WHEN saved IS NULL THEN 0 ELSE saved - {put_by} END AS lacks"
    overdrawn = f"WHEN lent > 0 AND lacks > {HALF_CENT} AND lacks > below THEN lacks ELSE below"
    return stacked(
        joined,
        "MAX(CASE WHEN t < cut AND NOT together IS NULL THEN n END) OVER (PARTITION BY app) AS from_row, "
        "MIN(CASE WHEN NOT saved IS NULL THEN n END) OVER (PARTITION BY app) AS saved_row, "
        "together - lent AS own",
        f"MIN(CASE WHEN n >= COALESCE(from_row, 0) THEN own END) OVER (PARTITION BY app {UP_TO}) AS lowest, "
        "MAX(CASE WHEN n = COALESCE(from_row, saved_row) THEN saved END) OVER (PARTITION BY app) "
        "AS saved_first",
        f"CAST(CASE {borne} END AS DOUBLE) AS borne_out, {lacks}",
        f"CAST(CASE {overdrawn} END AS DOUBLE) AS overdrawn",
    )


def _after_each() -> str:
    """Write the sums over the newest known balances of the accounts, after each payment."""
    each = stacked(
        "SELECT p.app AS app, p.n AS n, a.account AS account, a.sort AS sort, "
        "CASE WHEN p.account = a.account THEN p.v_balance END AS told FROM rows_payments_unproven AS p "
        "JOIN rows_payment_accounts AS a ON a.app = p.app",
        f"COUNT(told) OVER (PARTITION BY app, account {UP_TO}) AS part",
        "MAX(told) OVER (PARTITION BY app, account, part) AS stands",
    )
    below = "CASE WHEN stands < 0 THEN -stands WHEN stands >= 0 THEN 0 END"
    sums = (
        "CASE WHEN sort <> 'card' THEN stands END",
        f"CASE WHEN sort = 'current' THEN {below} END",
        "CASE WHEN sort = 'savings' THEN stands END",
        f"CASE WHEN sort = 'card' THEN {below} END",
    )
    summed = ", ".join(f"SUM({one}) AS {name}" for name, one in zip(_SUMS, sums, strict=True))
    return f"SELECT app, n, {summed} FROM ({each}) AS each_account GROUP BY app, n"


def balance_days(given: Given) -> str:
    """Write what stood on the accounts at the end of each of the newest 210 days."""
    del given
    typical = (
        f"SELECT app, {LOW_SHARE} * CS_QUANTILE(v_income, 0.5) AS low FROM rows_feed_sums "
        f"WHERE back < {INCOME_MONTHS} AND months >= {LEAST_MONTHS} GROUP BY app"
    )
    days = (
        f"SELECT c.*, t.low AS low FROM ({_day_ends()}) AS c LEFT JOIN ({typical}) AS t ON t.app = c.app "
        f"WHERE c.back < c.known AND c.back < {LONGEST_BALANCE}"
    )
    month = f"PARTITION BY app ORDER BY back DESC ROWS BETWEEN {MEAN_DAYS - 1} PRECEDING AND CURRENT ROW"
    was = "LAG(is_below) OVER (PARTITION BY app ORDER BY back DESC)"
    looked = stacked(
        days,
        "CASE WHEN NOT together IS NULL THEN CASE WHEN overdrawn > 0 THEN 1 ELSE 0 END END AS is_below, "
        f"CASE WHEN back >= {STAGED_DAYS} THEN borne_out END AS balance",
        f"COUNT(balance) OVER ({month}) AS many, AVG(balance) OVER ({month}) AS middle, "
        f"COALESCE({was}, 0) AS was_below",
    )
    below = at_least("overdrawn")
    deeper = f"CASE WHEN borne_out < together AND -borne_out > {below} THEN -borne_out ELSE {below} END"
    values = {
        "balance": "balance",
        "below_zero": "is_below",
        "low": "CASE WHEN balance < low THEN 1 WHEN balance >= low THEN 0 END",
        "overdraft_depth": f"CASE WHEN NOT together IS NULL THEN {deeper} END",
        "mean_30d": f"CASE WHEN many = {MEAN_DAYS} THEN middle END",
        "savings": "saved",
        "card_debt": "owed",
        "current": "balance - COALESCE(saved, 0)",
        "spell_begins": "CASE WHEN is_below = 1 AND was_below = 0 THEN 1 WHEN is_below >= 0 THEN 0 END",
        "stands": "together",
    }
    columns = ", ".join(f"CAST({value} AS DOUBLE) AS v_{name}" for name, value in values.items())
    return (
        f"SELECT app, as_of, as_of - (back + 1) * {DAY} AS t, -back AS n, {columns} FROM ({looked}) AS looked"
    )


def _day_ends() -> str:
    """Write what stood at the end of each day, ``back`` 0 the newest; it holds until the next known one."""
    back = f"CAST(FLOOR((as_of - 1 - t) / {DAY}.0) AS BIGINT)"
    dated = stacked(
        f"SELECT app, as_of, n, {', '.join(_STATE)}, {back} AS whole_back FROM rows_payments_proven",
        f"CASE WHEN whole_back < {LONGEST_BALANCE} THEN whole_back ELSE {LONGEST_BALANCE} END AS back",
        "ROW_NUMBER() OVER (PARTITION BY app, back ORDER BY n DESC) AS place",
        "CASE WHEN NOT together IS NULL OR NOT owed IS NULL THEN whole_back + 1 END AS known_back",
        "MAX(known_back) OVER (PARTITION BY app) AS known",
    )
    known = f"SELECT app, MIN(as_of) AS as_of, MAX(known) AS known FROM ({dated}) AS dated GROUP BY app"
    grid = (
        f"SELECT k.app AS app, k.as_of AS as_of, k.known AS known, d AS back FROM ({known}) AS k "
        f"CROSS JOIN {numbers(0, LONGEST_BALANCE, 'd')}"
    )
    joined = (
        f"SELECT g.*, {', '.join(f'l.{one} AS last_{one}' for one in _STATE)}, l.n AS row_n FROM "
        f"({grid}) AS g "
        f"LEFT JOIN (SELECT * FROM ({dated}) AS lasts WHERE place = 1) AS l "
        "ON l.app = g.app AND l.back = g.back"
    )
    newest = ", ".join(f"MAX(last_{one}) OVER (PARTITION BY app, part) AS {one}" for one in _STATE)
    return stacked(joined, f"COUNT(row_n) OVER (PARTITION BY app {_OLDER}) AS part", newest)
