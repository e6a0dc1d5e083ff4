"""How far payments were seen, in SQL, and what came in whole months and weeks of it."""

from __future__ import annotations

from typing import Final

from creditscore._ground.instants import DAY
from creditscore.data.payments.rules import (
    BENEFITS_IN,
    DEBTS,
    FEE_PAID,
    FROM_SAVINGS,
    PENALISED,
    PENSION_IN,
    PURCHASED,
    TO_SAVINGS,
    WAGES,
)
from creditscore.data.tables.vocabularies import PAYMENT_CATEGORIES
from creditscore.features.payments.rows.blocks import WEEK, YEAR_MONTHS
from creditscore.features.payments.rows.feed import (
    ENOUGH_DAYS,
    MISSING_MONTHS,
    MONTHS,
    QUIET_DAYS,
    QUIET_RATIO,
    STALE_DAYS,
    USUAL_YEAR,
)
from creditscore.features.payments.rows.income import GAP_WINDOW
from creditscore.features.payments.rows.periods import BREAK_WEEKS, WEEKS
from creditscore.features.payments.rows.periods import MONTHS as SHOWN_MONTHS
from creditscore.features.payments.rows.rhythm import MONTH_DAYS
from creditscore.features.payments.rows.season import LEAST_SEASON_MONTHS
from creditscore.warehouse import clock
from creditscore.warehouse.dialects import quoted
from creditscore.warehouse.given import Given
from creditscore.warehouse.views.payments import among
from creditscore.warehouse.views.writing import flag, numbers

_MONEY: Final = "ABS(p.v_amount) - p.undone"
_BASICS: Final = "('groceries', 'transport', 'health')"


def payment_feed(given: Given) -> str:
    """Write one row for each application with payments: from when they were ``seen_from`` to ``seen``."""
    before = "LAG(t) OVER (PARTITION BY app ORDER BY n) AS earlier"
    spaced = f"SELECT app, as_of, t, {before} FROM rows_payments_read"
    gap = f"MAX(CASE WHEN as_of - earlier <= {USUAL_YEAR} THEN t - earlier END)"
    ends = (
        f"SELECT app, MIN(as_of) AS as_of, MIN(t) AS seen_from, MAX(t) AS newest, COALESCE({gap}, 0) AS longest "
        f"FROM ({spaced}) AS spaced GROUP BY app"
    )
    quiet = f"as_of - newest <= {QUIET_DAYS * DAY} OR as_of - newest <= {QUIET_RATIO} * longest"
    seen = f"CASE WHEN {quiet} THEN as_of WHEN as_of - newest <= {STALE_DAYS * DAY} THEN newest + 1 END"
    seen_rows = f"SELECT app, as_of, seen_from, {seen} AS seen FROM ({ends}) AS ends"
    days = ", ".join(
        f"{clock.day(column, given.calendar)} AS {name}"
        for column, name in (("seen_from", "day_from"), ("seen", "day_seen"), ("as_of", "day_now"))
    )
    dated = f"SELECT *, {days} FROM ({seen_rows}) AS seen_rows"
    months = ", ".join(
        f"{clock.month_of(day)} AS month_{day[4:]}" for day in ("day_from", "day_seen", "day_now")
    )
    monthly = f"SELECT *, {months} FROM ({dated}) AS dated"
    first = f"SELECT *, {clock.month_first('month_from')} AS first_day FROM ({monthly}) AS monthly"
    oldest = "CASE WHEN day_from > first_day THEN month_from + 1 ELSE month_from END"
    count = f"SELECT *, month_seen - {oldest} AS whole FROM ({first}) AS first_months"
    kept = f"seen IS NULL OR whole <= 0 OR month_now - month_seen > {MISSING_MONTHS}"
    most = f"CASE WHEN {kept} THEN 0 WHEN whole > {MONTHS} THEN {MONTHS} ELSE whole END"
    return (
        f"SELECT app, as_of, seen_from, seen, day_from, day_seen, month_seen - 1 AS last_month, {most} AS months "
        f"FROM ({count}) AS counted"
    )


def feed_months(given: Given) -> str:
    """Write the whole months of each application: ``back`` counts from 0 for the newest."""
    listed = (
        f"SELECT app, as_of, months, k AS back, last_month - k AS m, last_month - k + 1 AS following "
        f"FROM rows_payment_feed CROSS JOIN {numbers(0, MONTHS - 1)} WHERE k < months"
    )
    edges = (
        f"SELECT *, {clock.month_first('m')} AS from_day, {clock.month_first('following')} AS to_day "
        f"FROM ({listed}) AS listed"
    )
    return (
        f"SELECT app, as_of, months, back, m, {clock.day_begin('from_day', given.calendar)} AS begins, "
        f"{clock.day_begin('to_day', given.calendar)} AS ends FROM ({edges}) AS edges"
    )


def feed_sums(given: Given) -> str:
    """Write what was paid in each whole month; income that is not usual has no part in it."""
    spent, category = f"CASE WHEN p.usual = 'out' AND {{}} THEN {_MONEY} END", "p.c_category"
    essential = f"{category} IN ({', '.join(map(quoted, PAYMENT_CATEGORIES[:10]))})"
    sums = {
        "v_income": f"CASE WHEN p.usual = 'in' THEN {_MONEY} END",
        "v_wages": f"CASE WHEN p.usual = 'in' AND {among('p.class', (WAGES, PENSION_IN, BENEFITS_IN))} THEN {_MONEY} END",
        "v_outflow": spent.format("TRUE"),
        "v_essentials": spent.format(essential),
        "v_purchases": spent.format(f"p.class = {PURCHASED}"),
        "v_basics": spent.format(f"p.class = {PURCHASED} AND {category} IN {_BASICS}"),
        "v_loan_payments": spent.format(among("p.class", DEBTS)),
        "v_fees": spent.format(among("p.class", (FEE_PAID, PENALISED))),
        "v_saved": f"CASE WHEN {among('p.class', (TO_SAVINGS, FROM_SAVINGS))} THEN -p.v_amount END",
    }
    day = f"CASE WHEN p.usual = 'out' AND p.class = {PURCHASED} THEN {clock.day('p.t', given.calendar)} END"
    balance = "p.borne_out, CASE WHEN NOT p.borne_out IS NULL THEN p.n END"
    columns = [
        *(f"CAST(COALESCE(SUM({one}), 0) AS DOUBLE) AS {name}" for name, one in sums.items()),
        "CAST(COUNT(p.n) AS DOUBLE) AS v_payments", f"CAST(COUNT(DISTINCT {day}) AS DOUBLE) AS v_purchase_days",
        "MIN(p.borne_out) AS lowest", f"CS_NEWEST({balance}) AS closing",
    ]  # fmt: skip
    return (
        "SELECT s.app AS app, s.back AS back, MIN(s.as_of) AS as_of, MIN(s.months) AS months, MIN(s.m) AS m, "
        f"MIN(s.begins) AS begins, MIN(s.ends) AS ends, {', '.join(columns)} FROM rows_feed_months AS s "
        "LEFT JOIN rows_payments_proven AS p ON p.app = s.app AND p.t >= s.begins AND p.t < s.ends "
        "GROUP BY s.app, s.back"
    )


def payment_months(given: Given) -> str:
    """Write the newest 24 whole months."""
    del given
    opening = (
        "SELECT p.app AS app, CS_NEWEST(p.borne_out, CASE WHEN NOT p.borne_out IS NULL THEN p.n END) AS opening "
        f"FROM rows_payments_proven AS p JOIN ({_oldest_shown()}) AS o ON o.app = p.app AND p.t < o.begins GROUP BY p.app"
    )
    shown = f"SELECT * FROM rows_feed_sums WHERE back < {SHOWN_MONTHS}"
    usual = (
        f"SELECT app, CS_QUANTILE(v_income, 0.5) AS usual FROM rows_feed_sums WHERE back < {YEAR_MONTHS} GROUP BY app"
    )
    joined = (
        f"SELECT s.*, u.usual AS usual, o.opening AS opening FROM ({shown}) AS s JOIN ({usual}) AS u ON u.app = s.app "
        f"LEFT JOIN ({opening}) AS o ON o.app = s.app"
    )
    counted = "COUNT(closing) OVER (PARTITION BY app ORDER BY back DESC ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS part"
    parted = f"SELECT *, {counted}, COUNT(closing) OVER (PARTITION BY app ORDER BY back DESC) AS told FROM ({joined}) AS joined"
    # the balance that the newest month before ended with, as far as one did
    closed = "SELECT app, told AS part, MAX(closing) AS closed FROM ({0}) AS p1 WHERE NOT closing IS NULL GROUP BY app, told"
    carried = (
        f"SELECT p.*, CASE WHEN p.part > 0 THEN c.closed ELSE p.opening END AS stood FROM ({parted}) AS p "
        f"LEFT JOIN ({closed.format(parted)}) AS c ON c.app = p.app AND c.part = p.part"
    )
    columns = [
        "app", "as_of", "begins AS t", "m AS n", "v_income", "v_outflow", "v_income - v_outflow AS v_net",
        f"{flag('v_outflow > v_income')} AS v_net_negative",
        f"{flag('v_income > 0 AND v_income >= 0.25 * usual')} AS v_income_present",
        "v_wages", "v_purchases", "v_essentials", "v_basics", "v_loan_payments", "v_fees", "v_payments",
        "v_purchase_days", "v_saved",
        "CASE WHEN lowest IS NULL OR stood < lowest THEN stood ELSE lowest END AS v_lowest_balance",
        f"v_income / {MONTH_DAYS!r} AS v_daily_income", f"v_outflow / {MONTH_DAYS!r} AS v_daily_outflow",
        f"CAST(FLOOR(CAST(ends - begins AS DOUBLE) / {DAY}.0 + 0.5) AS DOUBLE) AS v_days",
        f"{YEAR_MONTHS} * v_income AS v_yearly_income",
    ]  # fmt: skip
    return f"SELECT {', '.join(columns)} FROM ({carried}) AS carried"


def _oldest_shown() -> str:
    return (
        f"SELECT app, MIN(begins) AS begins FROM rows_feed_months WHERE back < {SHOWN_MONTHS} GROUP BY app"
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
        f"CAST(COALESCE(SUM(CASE WHEN p.role = '{role}' THEN {_MONEY} END), 0) AS DOUBLE) AS {name}"
        for role, name in (("in", "v_income"), ("out", "v_outflow"))
    )
    summed = (
        "SELECT s.app AS app, s.back AS back, MIN(s.as_of) AS as_of, MIN(s.seen) AS seen, "
        f"{sums} FROM ({listed}) AS s LEFT JOIN rows_payments_marked AS p ON p.app = s.app "
        f"AND p.t >= s.seen - (s.back + 1) * {WEEK} AND p.t < s.seen - s.back * {WEEK} GROUP BY s.app, s.back"
    )
    recent = f"CASE WHEN back < {BREAK_WEEKS} THEN v_outflow END"
    known = ", ".join(
        f"{what}({recent}) OVER (PARTITION BY app) AS {name}"
        for what, name in (("COUNT", "many"), ("AVG", "middle"), ("STDDEV_SAMP", "spread"))
    )
    told = f"SELECT *, {known} FROM ({summed}) AS summed"
    total = (
        f"SUM(CASE WHEN back < {BREAK_WEEKS} THEN v_outflow - middle END) "
        "OVER (PARTITION BY app ORDER BY back DESC) AS total"
    )
    summed_up = f"SELECT *, {total} FROM ({told}) AS told"
    value = f"CASE WHEN spread > 0 THEN ABS(total) / (spread * SQRT(CAST({BREAK_WEEKS} AS DOUBLE))) ELSE 0 END"
    return (
        f"SELECT app, as_of, seen - (back + 1) * {WEEK} AS t, -back AS n, v_income, v_outflow, "
        f"CAST(CASE WHEN back < {BREAK_WEEKS} AND many = {BREAK_WEEKS} THEN {value} END AS DOUBLE) AS v_spending_cusum "
        f"FROM ({summed_up}) AS summed_up"
    )


def spending_season(given: Given) -> str:
    """Write how strongly monthly spending follows the month of the year, with at least 24 months."""
    del given
    rows = (
        "SELECT app, as_of, CAST(months AS DOUBLE) AS months, months - 1 - back - (months - 1) / 2.0 AS x, "
        "CAST(months - 1 - back - 12 * FLOOR((months - 1 - back) / 12.0) AS BIGINT) AS season, v_outflow AS y "
        f"FROM rows_feed_sums WHERE months >= {LEAST_SEASON_MONTHS}"
    )
    mean = f"SELECT *, y - AVG(y) OVER (PARTITION BY app) AS apart FROM ({rows}) AS monthly"
    slope = "SUM(x * apart) OVER (PARTITION BY app) / SUM(x * x) OVER (PARTITION BY app)"
    line = f"SELECT *, apart - x * {slope} AS rest FROM ({mean}) AS centred"
    by_month = f"SELECT *, rest - AVG(rest) OVER (PARTITION BY app, season) AS noise FROM ({line}) AS lined"
    left = (
        "SELECT app, MIN(as_of) AS as_of, MIN(months) AS months, MAX(ABS(y)) AS largest, "
        f"VAR_POP(rest) AS before, VAR_POP(noise) AS after FROM ({by_month}) AS seasonal GROUP BY app"
    )
    share = "CASE WHEN after < before THEN 1 - after / before ELSE 0 END"
    return (
        "SELECT app, as_of, as_of - 1 AS t, 1 AS n, months AS v_months, "
        f"CAST(CASE WHEN before > 1e-18 * largest * largest THEN {share} END AS DOUBLE) AS v_strength FROM ({left}) AS varied"
    )


def income_stream(given: Given) -> str:
    """Write what is known of income without looking for what recurs."""
    del given
    within = f"CASE WHEN f.seen - {GAP_WINDOW} > f.seen_from THEN f.seen - {GAP_WINDOW} ELSE f.seen_from END"
    came = (
        f"SELECT f.app AS app, f.seen AS seen, {within} AS since, p.t AS t, p.n AS n "
        "FROM rows_payment_feed AS f LEFT JOIN rows_payments_marked AS p ON p.app = f.app AND p.role = 'in' "
        "WHERE NOT f.seen IS NULL"
    )
    late = "CASE WHEN t >= since THEN t END"
    spaced = (
        f"SELECT *, {late} - COALESCE(LAG({late}) OVER (PARTITION BY app ORDER BY n), since) AS gap FROM ({came}) AS came"
    )
    ends = (
        f"SELECT app, MAX(gap) AS gap, MIN(seen) - COALESCE(MAX({late}), MIN(since)) AS last_gap, "
        f"MIN(seen) - MAX(t) AS since_credit FROM ({spaced}) AS spaced GROUP BY app"
    )
    longest = "CASE WHEN e.gap > e.last_gap THEN e.gap ELSE e.last_gap END"
    seen = "f.day_seen - f.day_from"
    return (
        f"SELECT f.app AS app, f.as_of AS as_of, f.as_of - 1 AS t, 1 AS n, CAST({seen} AS DOUBLE) AS v_days_seen, "
        f"CAST(e.since_credit AS DOUBLE) / {DAY}.0 AS v_since_credit, "
        f"CASE WHEN {seen} >= {ENOUGH_DAYS} THEN CAST({longest} AS DOUBLE) / {DAY}.0 END AS v_longest_gap "
        f"FROM rows_payment_feed AS f JOIN ({ends}) AS e ON e.app = f.app"
    )
