"""Money that came lately and that nothing older bears out, in SQL."""

from __future__ import annotations

from typing import Final

from creditscore._ground.instants import DAY
from creditscore.data.payments.rules import (
    BENEFITS_IN,
    FROM_SAVINGS,
    GONE,
    OWN,
    PERSON_IN,
    REVERSED,
    UNKNOWN_IN,
)
from creditscore.features.payments.rows.proving import (
    GROWTH,
    HALF_CENT,
    LEAST_DAYS,
    LENT_OR_WON,
    ODD_SHARE,
    PROVING_DAYS,
    STEP_DAYS,
    STEPS,
)
from creditscore.warehouse.given import Given
from creditscore.warehouse.views.payments import among
from creditscore.warehouse.views.writing import at_least, stacked

UP_TO: Final = "ORDER BY n ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW"
_BEFORE: Final = "ORDER BY n ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING"
_STEP: Final = f"{STEP_DAYS * DAY}.0"


def payment_parties(given: Given) -> str:
    """Write payments with ``party``, NULL for what neither brings nor takes money, and what ``passes``."""
    del given
    short = f"as_of - MIN(t) OVER (PARTITION BY app) < {LEAST_DAYS * DAY}"
    lent = among("class", LENT_OR_WON)
    moved = f"{among('class', (OWN, FROM_SAVINGS))} AND mate IS NULL"
    brings = f"v_amount > 0 AND ({lent} OR (NOT is_short AND (class <= {UNKNOWN_IN} OR ({moved}))))"
    leaves = f"v_amount < 0 AND NOT {among('class', GONE)}"
    key = (
        "CASE WHEN NOT c_counterparty_id IS NULL THEN '#' || c_counterparty_id ELSE "
        "CS_TEXT(class) || '/' || COALESCE(c_kind, '') || '/' || COALESCE(c_category, '') END"
    )
    keyed = stacked(
        "SELECT * FROM rows_payments_marked",
        f"as_of - {PROVING_DAYS * DAY} AS cut, {short} AS is_short",
        f"CASE WHEN ({brings}) OR ({leaves}) THEN {key} END AS party",
    )
    came = "CASE WHEN p.mate > p.n THEN p.{0} ELSE o.{0} END"
    through = (
        f"NOT o.n IS NULL AND (p.class = {REVERSED} OR o.class = {REVERSED}) "
        f"AND {came.format('v_amount')} > 0 AND {came.format('t')} >= p.cut"
    )
    passes = (
        f"CASE WHEN {through} THEN CASE WHEN p.mate > p.n THEN p.v_amount ELSE -o.v_amount END ELSE 0 END"
    )
    return (
        f"SELECT p.*, CAST({passes} AS DOUBLE) AS passes FROM ({keyed}) AS p LEFT JOIN "
        "(SELECT app, n, t, v_amount, class FROM rows_payments_marked) AS o ON o.app = p.app AND o.n = p.mate"
    )


def payments_unproven(given: Given) -> str:
    """Write payments with what is not borne out after each, and ``usual``, the role of each without it.

    It is ``unproven``, and ``lent`` the part that persons sent or that went back.
    """
    del given
    odd = f"beyond > {ODD_SHARE} * v_amount AND role = 'in' AND class > {BENEFITS_IN}"
    return stacked(
        _unreturned(),
        f"SUM(passes) OVER (PARTITION BY app {UP_TO}) AS passing",
        *_added_up("left_over", "unproven"),
        *_added_up("left_lent", "lent"),
        f"CASE WHEN {odd} THEN '' ELSE role END AS usual",
    )


def _added_up(left_over: str, name: str) -> tuple[str, ...]:
    """Write what is left over of all parties together, what came and went back with it."""
    change = f"{left_over} - COALESCE(LAG({left_over}) OVER (PARTITION BY app, party ORDER BY n), 0)"
    owing, cleared, forgotten = (f"{word}_{name}" for word in ("owing", "cleared", "forgotten"))
    little = f"{owing} <= {HALF_CENT}"
    # what is left of less than half a cent is forgotten, once and for all
    kept = f"{owing} - CASE WHEN {cleared} > 0 THEN {forgotten} ELSE 0 END"
    total = f"CASE WHEN {little} THEN 0 ELSE {kept} END"
    return (
        f"CASE WHEN late THEN {change} ELSE 0 END AS change_{name}",
        f"SUM(change_{name}) OVER (PARTITION BY app {UP_TO}) AS {owing}",
        f"SUM(CASE WHEN {little} THEN 1 ELSE 0 END) OVER (PARTITION BY app {UP_TO}) AS {cleared}",
        f"FIRST_VALUE({owing}) OVER (PARTITION BY app, {cleared} {UP_TO}) AS {forgotten}",
        f"{total} + CASE WHEN passing > {HALF_CENT} THEN passing ELSE 0 END AS {name}",
    )


def _unreturned() -> str:
    """Write how much of what each party brought lately is not borne out, and not gone back, after each."""
    step = f"CAST(FLOOR((cut - 1 - t) / {_STEP}) AS BIGINT)"
    by_step = (
        f"SELECT app, party, {step} AS step, SUM({at_least('v_amount')}) AS part FROM rows_payment_parties "
        f"WHERE NOT party IS NULL AND t < cut GROUP BY app, party, {step}"
    )
    most = (
        f"SELECT app, party, {GROWTH} * MAX(part) AS most FROM ({by_step}) AS stepped "
        f"WHERE step < {STEPS} GROUP BY app, party"
    )
    rows = (
        "SELECT p.*, NOT p.party IS NULL AND p.t >= p.cut AS late, COALESCE(m.most, 0) AS most, "
        f"CAST(FLOOR((p.as_of - 1 - p.t) / {_STEP}) AS BIGINT) AS step FROM rows_payment_parties AS p "
        f"LEFT JOIN ({most}) AS m ON m.app = p.app AND m.party = p.party"
    )
    brought = "CASE WHEN late AND v_amount > 0 THEN v_amount END"
    spare = at_least("most - recent")
    return stacked(
        rows,
        f"COALESCE(SUM({brought}) OVER (PARTITION BY app, party, step {_BEFORE}), 0) AS recent",
        f"CAST(CASE WHEN late AND v_amount > {spare} THEN v_amount - {spare} ELSE 0 END AS DOUBLE) AS beyond",
        *_left("beyond", "left_over"),
        *_left(f"CASE WHEN class = {PERSON_IN} THEN beyond ELSE 0 END", "left_lent"),
    )


def _left(came: str, name: str) -> tuple[str, ...]:
    """Write what is left of money that came of a party once what went back to it is taken off."""
    walk, walked, lowest = (f"{word}_{name}" for word in ("walk", "walked", "lowest"))
    return (
        f"CASE WHEN late AND v_amount < 0 THEN v_amount ELSE {came} END AS {walk}",
        f"SUM({walk}) OVER (PARTITION BY app, party {UP_TO}) AS {walked}",
        f"MIN({walked}) OVER (PARTITION BY app, party {UP_TO}) AS {lowest}",
        f"{walked} - CASE WHEN {lowest} < 0 THEN {lowest} ELSE 0 END AS {name}",
    )
