"""Money that came lately and that nothing older bears out, and what stands on the accounts, in SQL."""

from __future__ import annotations

from typing import Final

from creditscore._ground.instants import DAY
from creditscore.data.payments.rules import (
    BENEFITS_IN,
    FROM_SAVINGS,
    LENT,
    NO_MONEY,
    NOT_SETTLED,
    OWN,
    PERSON_IN,
    REVERSED,
    SENT_BACK,
    UNKNOWN_IN,
    WIN,
)
from creditscore.features.payments.rows.balances import LONGEST_BALANCE, MEAN_DAYS, STAGED_DAYS
from creditscore.features.payments.rows.proving import (
    GROWTH,
    HALF_CENT,
    LEAST_DAYS,
    PROVING_DAYS,
    STEP_DAYS,
    STEPS,
)
from creditscore.features.payments.rows.typical import INCOME_MONTHS, LEAST_MONTHS
from creditscore.warehouse.given import Given
from creditscore.warehouse.views.payments import among
from creditscore.warehouse.views.writing import numbers

_STEP: Final = f"{STEP_DAYS * DAY}.0"
_GONE: Final = (NOT_SETTLED, SENT_BACK, REVERSED, NO_MONEY)
_UP_TO: Final = "ORDER BY n ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW"
_BEFORE: Final = "ORDER BY n ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING"


def payment_parties(given: Given) -> str:
    """Write payments with ``party``, NULL for what neither brings nor takes money, and what ``came`` back."""
    del given
    short = f"as_of - MIN(t) OVER (PARTITION BY app) < {LEAST_DAYS * DAY}"
    rows = f"SELECT *, as_of - {PROVING_DAYS * DAY} AS cut, {short} AS is_short FROM rows_payments_marked"
    lent = among("class", (PERSON_IN, LENT, WIN))
    moved = f"{among('class', (OWN, FROM_SAVINGS))} AND mate IS NULL"
    brings = (
        f"v_amount > 0 AND ({lent} OR (NOT is_short AND (class <= {UNKNOWN_IN} OR ({moved}))))"
    )
    leaves = f"v_amount < 0 AND NOT {among('class', _GONE)}"
    key = (
        "CASE WHEN NOT c_counterparty_id IS NULL THEN '#' || c_counterparty_id ELSE "
        "CS_TEXT(class) || '/' || COALESCE(c_kind, '') || '/' || COALESCE(c_category, '') END"
    )
    keyed = f"SELECT *, CASE WHEN ({brings}) OR ({leaves}) THEN {key} END AS party FROM ({rows}) AS shortened"
    came = "CASE WHEN p.mate > p.n THEN p.{0} ELSE o.{0} END"
    through = (
        f"NOT o.n IS NULL AND (p.class = {REVERSED} OR o.class = {REVERSED}) "
        f"AND {came.format('v_amount')} > 0 AND {came.format('t')} >= p.cut"
    )
    passes = f"CASE WHEN {through} THEN CASE WHEN p.mate > p.n THEN p.v_amount ELSE -o.v_amount END ELSE 0 END"
    return (
        f"SELECT p.*, CAST({passes} AS DOUBLE) AS passes FROM ({keyed}) AS p LEFT JOIN "
        "(SELECT app, n, t, v_amount, class FROM rows_payments_marked) AS o ON o.app = p.app AND o.n = p.mate"
    )


def payments_unproven(given: Given) -> str:
    """Write payments with ``unproven``, what is not borne out after each, and ``usual``, its role without."""
    del given
    step = f"CAST(FLOOR((cut - 1 - t) / {_STEP}) AS BIGINT)"
    brought = "CASE WHEN v_amount > 0 THEN v_amount ELSE 0 END"
    by_step = (
        f"SELECT app, party, {step} AS step, SUM({brought}) AS part FROM rows_payment_parties "
        f"WHERE NOT party IS NULL AND t < cut GROUP BY app, party, {step}"
    )
    most = (
        f"SELECT app, party, {GROWTH} * MAX(part) AS most FROM ({by_step}) AS stepped "
        f"WHERE step < {STEPS} GROUP BY app, party"
    )
    late = f"NOT p.party IS NULL AND p.t >= p.cut"
    rows = (
        f"SELECT p.*, {late} AS late, COALESCE(m.most, 0) AS most, "
        f"CAST(FLOOR((p.as_of - 1 - p.t) / {_STEP}) AS BIGINT) AS step FROM rows_payment_parties AS p "
        f"LEFT JOIN ({most}) AS m ON m.app = p.app AND m.party = p.party"
    )
    recent = (
        "COALESCE(SUM(CASE WHEN late AND v_amount > 0 THEN v_amount END) "
        f"OVER (PARTITION BY app, party, step {_BEFORE}), 0) AS recent"
    )
    text = f"SELECT *, {recent} FROM ({rows}) AS b1"
    room = "CASE WHEN most > recent THEN most - recent ELSE 0 END"
    over = f"CASE WHEN late AND v_amount > {room} THEN v_amount - ({room}) ELSE 0 END"
    text = f"SELECT *, CAST({over} AS DOUBLE) AS beyond FROM ({text}) AS b2"
    text = f"SELECT *, CASE WHEN late AND v_amount < 0 THEN v_amount ELSE beyond END AS step_by FROM ({text}) AS b3"
    text = f"SELECT *, SUM(step_by) OVER (PARTITION BY app, party {_UP_TO}) AS walked FROM ({text}) AS b4"
    text = f"SELECT *, MIN(walked) OVER (PARTITION BY app, party {_UP_TO}) AS lowest_walked FROM ({text}) AS b5"
    text = f"SELECT *, walked - CASE WHEN lowest_walked < 0 THEN lowest_walked ELSE 0 END AS held FROM ({text}) AS b6"
    change = "held - COALESCE(LAG(held) OVER (PARTITION BY app, party ORDER BY n), 0)"
    text = f"SELECT *, CASE WHEN late THEN {change} ELSE 0 END AS change FROM ({text}) AS b7"
    text = (
        f"SELECT *, SUM(change) OVER (PARTITION BY app {_UP_TO}) AS owing, "
        f"SUM(passes) OVER (PARTITION BY app {_UP_TO}) AS passing FROM ({text}) AS b8"
    )
    # what is left of less than half a cent is forgotten, once and for all
    text = (
        f"SELECT *, SUM(CASE WHEN owing <= {HALF_CENT} THEN 1 ELSE 0 END) OVER (PARTITION BY app {_UP_TO}) AS cleared "
        f"FROM ({text}) AS b9"
    )
    text = f"SELECT *, FIRST_VALUE(owing) OVER (PARTITION BY app, cleared {_UP_TO}) AS forgotten FROM ({text}) AS b10"
    total = f"CASE WHEN owing <= {HALF_CENT} THEN 0 ELSE owing - CASE WHEN cleared > 0 THEN forgotten ELSE 0 END END"
    through = f"CASE WHEN passing > {HALF_CENT} THEN passing ELSE 0 END"
    odd = f"beyond > 0.5 * v_amount AND role = 'in' AND class > {BENEFITS_IN}"
    return f"SELECT *, {total} + {through} AS unproven, CASE WHEN {odd} THEN '' ELSE role END AS usual FROM ({text}) AS b11"


def payments_proven(given: Given) -> str:
    """Write payments with what stands on the accounts after each, and ``borne_out``, that without the unproven."""
    if not given.has("payments", "balance"):
        nothing = ", ".join(f"CAST(NULL AS DOUBLE) AS {one}" for one in (*_SUMS, "borne_out"))
        return f"SELECT *, {nothing} FROM rows_payments_unproven"
    each = (
        "SELECT p.app AS app, p.n AS n, a.account AS account, a.sort AS sort, "
        "CASE WHEN p.account = a.account THEN p.v_balance END AS told FROM rows_payments_unproven AS p "
        "JOIN rows_payment_accounts AS a ON a.app = p.app"
    )
    counted = f"SELECT *, COUNT(told) OVER (PARTITION BY app, account {_UP_TO}) AS part FROM ({each}) AS each_account"
    newest = f"SELECT *, MAX(told) OVER (PARTITION BY app, account, part) AS stands FROM ({counted}) AS counted"
    below = "CASE WHEN stands < 0 THEN -stands WHEN stands >= 0 THEN 0 END"
    sums = {
        "together": "CASE WHEN sort <> 'card' THEN stands END",
        "overdrawn": f"CASE WHEN sort = 'current' THEN {below} END",
        "saved": "CASE WHEN sort = 'savings' THEN stands END",
        "owed": f"CASE WHEN sort = 'card' THEN {below} END",
    }
    summed = ", ".join(f"SUM({one}) AS {name}" for name, one in sums.items())
    standing = f"SELECT app, n, {summed} FROM ({newest}) AS newest GROUP BY app, n"
    joined = (
        f"SELECT p.*, {', '.join(f's.{one} AS {one}' for one in _SUMS)} FROM rows_payments_unproven AS p "
        f"JOIN ({standing}) AS s ON s.app = p.app AND s.n = p.n"
    )
    start = "MAX(CASE WHEN t < cut AND NOT together IS NULL THEN n END) OVER (PARTITION BY app) AS from_row"
    begun = f"SELECT *, {start} FROM ({joined}) AS joined"
    lowest = f"MIN(CASE WHEN n >= COALESCE(from_row, 0) THEN together END) OVER (PARTITION BY app {_UP_TO}) AS lowest"
    lowered = f"SELECT *, {lowest} FROM ({begun}) AS begun"
    floor = "CASE WHEN lowest < 0 THEN lowest ELSE 0 END"
    less = f"CASE WHEN together - unproven > {floor} THEN together - unproven ELSE {floor} END"
    borne = f"CASE WHEN together IS NULL THEN NULL WHEN unproven > 0 THEN {less} ELSE together END"
    return f"SELECT *, CAST({borne} AS DOUBLE) AS borne_out FROM ({lowered}) AS lowered"


_SUMS: Final = ("together", "overdrawn", "saved", "owed")
_STATE: Final = (*_SUMS, "borne_out")


def balance_days(given: Given) -> str:
    """Write what stood on the accounts at the end of each of the newest 210 days."""
    del given
    back = f"CAST(FLOOR((as_of - 1 - t) / {DAY}.0) AS BIGINT)"
    dated = (
        f"SELECT app, as_of, n, {', '.join(_STATE)}, {back} AS whole_back, CASE WHEN {back} < {LONGEST_BALANCE} "
        f"THEN {back} ELSE {LONGEST_BALANCE} END AS back FROM rows_payments_proven"
    )
    last = f"SELECT *, ROW_NUMBER() OVER (PARTITION BY app, back ORDER BY n DESC) AS place FROM ({dated}) AS dated"
    known = (
        f"SELECT app, MIN(as_of) AS as_of, MAX(CASE WHEN NOT together IS NULL OR NOT owed IS NULL THEN whole_back END) + 1 "
        f"AS known FROM ({dated}) AS dated_too GROUP BY app"
    )
    grid = (
        f"SELECT k.app AS app, k.as_of AS as_of, k.known AS known, d AS back FROM ({known}) AS k "
        f"CROSS JOIN {numbers(0, LONGEST_BALANCE, 'd')}"
    )
    joined = (
        f"SELECT g.*, {', '.join(f'l.{one} AS {one}' for one in _STATE)}, l.n AS row_n FROM ({grid}) AS g "
        f"LEFT JOIN (SELECT * FROM ({last}) AS lasts WHERE place = 1) AS l ON l.app = g.app AND l.back = g.back"
    )
    older = "ORDER BY back DESC ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW"
    parted = f"SELECT *, COUNT(row_n) OVER (PARTITION BY app {older}) AS part FROM ({joined}) AS joined"
    held = ", ".join(f"MAX({one}) OVER (PARTITION BY app, part) AS {one}" for one in _STATE)
    carried = (
        f"SELECT app, as_of, back, known, {held} FROM ({parted}) AS parted"
    )
    typical = (
        "SELECT app, 0.1 * CS_QUANTILE(v_income, 0.5) AS low FROM rows_feed_sums "
        f"WHERE back < {INCOME_MONTHS} AND months >= {LEAST_MONTHS} GROUP BY app"
    )
    days = (
        "SELECT c.*, t.low AS low, CASE WHEN c.overdrawn > 0 THEN 1 ELSE 0 END AS is_below, "
        f"CASE WHEN c.back >= {STAGED_DAYS} THEN c.borne_out END AS balance FROM ({carried}) AS c "
        f"LEFT JOIN ({typical}) AS t ON t.app = c.app WHERE c.back < c.known AND c.back < {LONGEST_BALANCE}"
    )
    month = f"OVER (PARTITION BY app ORDER BY back DESC ROWS BETWEEN {MEAN_DAYS - 1} PRECEDING AND CURRENT ROW)"
    was = "LAG(CASE WHEN together IS NULL THEN 0 ELSE is_below END) OVER (PARTITION BY app ORDER BY back DESC)"
    looked = (
        f"SELECT *, COUNT(balance) {month} AS many, AVG(balance) {month} AS middle, COALESCE({was}, 0) AS was_below "
        f"FROM ({days}) AS days"
    )
    below = "CASE WHEN overdrawn > 0 THEN overdrawn ELSE 0 END"
    deeper = f"CASE WHEN borne_out < together AND -borne_out > {below} THEN -borne_out ELSE {below} END"
    there = "CASE WHEN NOT together IS NULL THEN {0} END"
    values = {
        "balance": "balance",
        "below_zero": there.format("is_below"),
        "low": "CASE WHEN NOT low IS NULL AND NOT balance IS NULL THEN CASE WHEN balance < low THEN 1 ELSE 0 END END",
        "overdraft_depth": there.format(deeper),
        "mean_30d": f"CASE WHEN many = {MEAN_DAYS} THEN middle END",
        "savings": "saved",
        "card_debt": "owed",
        "current": "balance - COALESCE(saved, 0)",
        "spell_begins": there.format("CASE WHEN is_below = 1 AND was_below = 0 THEN 1 ELSE 0 END"),
        "stands": "together",
    }
    columns = ", ".join(f"CAST({value} AS DOUBLE) AS v_{name}" for name, value in values.items())
    return f"SELECT app, as_of, as_of - (back + 1) * {DAY} AS t, -back AS n, {columns} FROM ({looked}) AS looked"
