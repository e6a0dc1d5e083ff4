"""Payments by whole calendar month and by whole week, in SQL."""

from __future__ import annotations

from typing import Final

from creditscore._ground.instants import DAY
from creditscore.data.payments.layout import BASIC, GROCERIES, TAX
from creditscore.data.payments.rules import (
    CHARGES,
    DEBTS,
    FROM_SAVINGS,
    PURCHASED,
    TO_SAVINGS,
    WAGE_LIKE,
)
from creditscore.data.tables.vocabularies import PAYMENT_CATEGORIES
from creditscore.features.payments.rows.blocks import PRESENT_SHARE, WEEK, YEAR_MONTHS
from creditscore.features.payments.rows.periods import BREAK_WEEKS, MONTHS, WEEKS
from creditscore.features.payments.rows.rhythm import MONTH_DAYS
from creditscore.features.payments.rows.season import LEAST_SEASON_MONTHS, NO_VARIANCE
from creditscore.warehouse import clock
from creditscore.warehouse.dialects import quoted
from creditscore.warehouse.given import Given
from creditscore.warehouse.views.payments import among
from creditscore.warehouse.views.writing import flag, numbers, stacked

_MONEY: Final = "ABS(p.v_amount) - p.undone"
_ESSENTIAL: Final = PAYMENT_CATEGORIES[GROCERIES : TAX + 1]
_BASIC: Final = tuple(PAYMENT_CATEGORIES[code] for code in BASIC)
_KNOWN: Final = "p.borne_out, CASE WHEN NOT p.borne_out IS NULL THEN p.n END"


def feed_sums(given: Given) -> str:
    """Write what was paid in each whole month; income that is not usual has no part in it."""
    bought, pay = f"p.class = {PURCHASED}", among("p.class", WAGE_LIKE)
    saved = among("p.class", (TO_SAVINGS, FROM_SAVINGS))
    sums = {
        "income": _paid("in", "TRUE"),
        "wages": _paid("in", pay),
        "outflow": _paid("out", "TRUE"),
        "essentials": _paid("out", _category(_ESSENTIAL)),
        "purchases": _paid("out", bought),
        "basics": _paid("out", f"{bought} AND {_category(_BASIC)}"),
        "loan_payments": _paid("out", among("p.class", DEBTS)),
        "fees": _paid("out", among("p.class", CHARGES)),
        "saved": f"CASE WHEN {saved} THEN -p.v_amount END",
    }
    day = f"CASE WHEN p.usual = 'out' AND {bought} THEN {clock.day('p.t', given.calendar)} END"
    columns = [
        *(f"CAST(COALESCE(SUM({one}), 0) AS DOUBLE) AS v_{name}" for name, one in sums.items()),
        "CAST(COUNT(p.n) AS DOUBLE) AS v_payments",
        f"CAST(COUNT(DISTINCT {day}) AS DOUBLE) AS v_purchase_days",
        "MIN(p.borne_out) AS lowest",
        f"CS_NEWEST({_KNOWN}) AS closing",
    ]
    return (
        "SELECT s.app AS app, s.back AS back, MIN(s.as_of) AS as_of, MIN(s.months) AS months, MIN(s.m) AS m, "
        f"MIN(s.begins) AS begins, MIN(s.ends) AS ends, {', '.join(columns)} FROM rows_feed_months AS s "
        "LEFT JOIN rows_payments_proven AS p ON p.app = s.app AND p.t >= s.begins AND p.t < s.ends "
        "GROUP BY s.app, s.back"
    )


def _paid(role: str, condition: str, column: str = "usual") -> str:
    return f"CASE WHEN p.{column} = '{role}' AND {condition} THEN {_MONEY} END"


def _category(labels: tuple[str, ...]) -> str:
    return f"p.c_category IN ({', '.join(map(quoted, labels))})"


def payment_months(given: Given) -> str:
    """Write the newest 24 whole months."""
    del given
    lowest = "CASE WHEN lowest IS NULL OR stood < lowest THEN stood ELSE lowest END"
    values = {
        "net": "v_income - v_outflow",
        "net_negative": flag("v_outflow > v_income"),
        "income_present": flag(f"v_income > 0 AND v_income >= {PRESENT_SHARE} * usual"),
        "lowest_balance": lowest,
        "daily_income": f"v_income / {MONTH_DAYS!r}",
        "daily_outflow": f"v_outflow / {MONTH_DAYS!r}",
        "days": f"CAST(FLOOR(CAST(ends - begins AS DOUBLE) / {DAY}.0 + 0.5) AS DOUBLE)",
        "yearly_income": f"{YEAR_MONTHS} * v_income",
    }
    columns = ", ".join(f"{value} AS v_{name}" for name, value in values.items())
    return f"SELECT *, begins AS t, m AS n, {columns} FROM ({_opened()}) AS opened"


def _opened() -> str:
    """Write months with ``usual``, the median income, and ``stood``, the balance that each began with."""
    first = f"SELECT app, MIN(begins) AS begins FROM rows_feed_months WHERE back < {MONTHS} GROUP BY app"
    opening = (
        f"SELECT p.app AS app, CS_NEWEST({_KNOWN}) AS opening FROM rows_payments_proven AS p "
        f"JOIN ({first}) AS o ON o.app = p.app AND p.t < o.begins GROUP BY p.app"
    )
    usual = (
        "SELECT app, CS_QUANTILE(v_income, 0.5) AS usual FROM rows_feed_sums "
        f"WHERE back < {YEAR_MONTHS} GROUP BY app"
    )
    joined = (
        "SELECT s.*, u.usual AS usual, o.opening AS opening FROM rows_feed_sums AS s "
        f"JOIN ({usual}) AS u ON u.app = s.app LEFT JOIN ({opening}) AS o ON o.app = s.app "
        f"WHERE s.back < {MONTHS}"
    )
    older = "ORDER BY back DESC ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW"
    return stacked(
        joined,
        f"COUNT(closing) OVER (PARTITION BY app {older}) AS told",
        "MAX(closing) OVER (PARTITION BY app, told) AS closed",
        "COALESCE(LAG(closed) OVER (PARTITION BY app ORDER BY back DESC), opening) AS stood",
    )


def payment_weeks(given: Given) -> str:
    """Write the newest 52 blocks of 7 days before the end of what was seen."""
    del given
    whole = f"CAST(FLOOR((seen - seen_from) / {WEEK}.0) AS BIGINT)"
    listed = (
        f"SELECT app, as_of, seen, k AS back FROM rows_payment_feed CROSS JOIN {numbers(0, WEEKS - 1)} "
        f"WHERE NOT seen IS NULL AND k < {whole}"
    )
    sums = ", ".join(
        f"CAST(COALESCE(SUM({_paid(role, 'TRUE', 'role')}), 0) AS DOUBLE) AS {name}"
        for role, name in (("in", "v_income"), ("out", "v_outflow"))
    )
    summed = (
        "SELECT s.app AS app, s.back AS back, MIN(s.as_of) AS as_of, MIN(s.seen) AS seen, "
        f"{sums} FROM ({listed}) AS s LEFT JOIN rows_payments_marked AS p ON p.app = s.app "
        f"AND p.t >= s.seen - (s.back + 1) * {WEEK} AND p.t < s.seen - s.back * {WEEK} GROUP BY s.app, s.back"
    )
    of_all = "OVER (PARTITION BY app)"
    total = "SUM(recent - middle) OVER (PARTITION BY app ORDER BY back DESC)"
    value = f"CASE WHEN spread > 0 THEN ABS(total) / (spread * {BREAK_WEEKS**0.5!r}) ELSE 0 END"
    enough = f"many = {BREAK_WEEKS} AND NOT recent IS NULL"
    looked = stacked(
        summed,
        f"CASE WHEN back < {BREAK_WEEKS} THEN v_outflow END AS recent",
        f"COUNT(recent) {of_all} AS many, AVG(recent) {of_all} AS middle",
        f"STDDEV_SAMP(recent) {of_all} AS spread, {total} AS total",
        f"CAST(CASE WHEN {enough} THEN {value} END AS DOUBLE) AS v_spending_cusum",
    )
    return f"SELECT *, seen - (back + 1) * {WEEK} AS t, -back AS n FROM ({looked}) AS looked"


def spending_season(given: Given) -> str:
    """Write how strongly monthly spending follows the month of the year, with at least 24 months."""
    del given
    position = "months - 1 - back"
    rows = (
        f"SELECT app, as_of, CAST(months AS DOUBLE) AS months, {position} - (months - 1) / 2.0 AS x, "
        f"CAST({position} - 12 * FLOOR(({position}) / 12.0) AS BIGINT) AS season, v_outflow AS y "
        f"FROM rows_feed_sums WHERE months >= {LEAST_SEASON_MONTHS}"
    )
    of_all = "OVER (PARTITION BY app)"
    noise = stacked(
        rows,
        f"y - AVG(y) {of_all} AS apart",
        f"apart - x * SUM(x * apart) {of_all} / SUM(x * x) {of_all} AS rest",
        "rest - AVG(rest) OVER (PARTITION BY app, season) AS noise",
    )
    left = (
        "SELECT app, MIN(as_of) AS as_of, MIN(months) AS months, MAX(ABS(y)) AS largest, "
        f"VAR_POP(rest) AS before, VAR_POP(noise) AS after FROM ({noise}) AS seasonal GROUP BY app"
    )
    share = "CASE WHEN after < before THEN 1 - after / before ELSE 0 END"
    strength = f"CASE WHEN before > {NO_VARIANCE!r} * largest * largest THEN {share} END"
    return (
        "SELECT app, as_of, as_of - 1 AS t, 1 AS n, months AS v_months, "
        f"CAST({strength} AS DOUBLE) AS v_strength FROM ({left}) AS varied"
    )
