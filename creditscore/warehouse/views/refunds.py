"""Refunds and chargebacks in SQL: which debits they undo.

Each refund in turn takes from the newest debits that fit, the surest way first. It is found in rounds: a
refund is settled as soon as it comes first for every debit that it may undo.
"""

from __future__ import annotations

from typing import Final

from creditscore.data.payments.refunds import (
    CENT,
    MOST_ROWS,
    NEAR,
    OF_SIZE,
    REFUND_SPAN,
    SAME_CATEGORY,
    SAME_CATEGORY_AND_SIZE,
    SAME_ORDER,
    SAME_PARTY,
    SAME_PARTY_AND_SIZE,
    UNDONE,
)
from creditscore.data.payments.rules import (
    CHARGED_BACK,
    OTHER_INCOME,
    REFUNDED,
)
from creditscore.warehouse.given import Given
from creditscore.warehouse.views.payments import among
from creditscore.warehouse.views.writing import ZERO, stacked

_RELATED: Final = {
    SAME_ORDER: "same_order", SAME_PARTY_AND_SIZE: "same_party", SAME_PARTY: "same_party",
    SAME_CATEGORY_AND_SIZE: "same_category", SAME_CATEGORY: "same_category AND known_category",
}  # fmt: skip

_KEPT: Final = (
    "app, m, q, amount, rest, paired, earned, judged, same_order, same_party, same_category, known_category"
)
_CARRIED: Final = f"{_KEPT}, ready, back"


def refund_links(given: Given) -> str:
    """Write each refund ``m`` with every debit ``q`` that it may undo, and how these are related."""
    del given
    refunds = (
        "SELECT app, n, t, v_amount, c_order_id, c_counterparty_id, COALESCE(c_category, '') AS "
        "category, paired, "
        "earned, judged_by_seller FROM rows_payments_paired WHERE earned OR "
        f"{among('paired', (REFUNDED, CHARGED_BACK))}"
    )
    debits = (
        "SELECT app, n, t, v_amount, c_order_id, c_counterparty_id, COALESCE(c_category, '') AS category "
        f"FROM rows_payments_paired WHERE {among('paired', UNDONE)}"
    )
    anonymous = "AND (m.c_counterparty_id IS NULL OR q.c_counterparty_id IS NULL)"
    ways = (
        ("m.c_order_id = q.c_order_id", "1 AS by_order, 0 AS by_party, 0 AS by_category"),
        ("m.c_counterparty_id = q.c_counterparty_id", "0 AS by_order, 1 AS by_party, 0 AS by_category"),
        (f"m.category = q.category {anonymous}", "0 AS by_order, 0 AS by_party, 1 AS by_category"),
    )
    every = " UNION ALL ".join(
        "SELECT m.app AS app, m.n AS m, q.n AS q, m.v_amount AS amount, -q.v_amount AS rest, m.paired "
        "AS paired, "
        "m.earned AS earned, m.judged_by_seller AS judged, CASE WHEN m.category <> '' THEN 1 ELSE 0 "
        "END AS known, "
        f"{flags} "
        f"FROM ({refunds}) AS m JOIN ({debits}) AS q ON q.app = m.app AND {same} AND q.n < m.n "
        f"AND m.n - q.n <= {MOST_ROWS} AND m.t - q.t <= {REFUND_SPAN}"
        for same, flags in ways
    )
    return (
        "SELECT app, m, q, MIN(amount) AS amount, MIN(rest) AS rest, MIN(paired) AS paired, "
        "MAX(CASE WHEN earned THEN 1 ELSE 0 END) = 1 AS earned, "
        "MAX(CASE WHEN judged THEN 1 ELSE 0 END) = 1 AS judged, MAX(by_order) = 1 AS same_order, "
        "MAX(by_party) = 1 AS same_party, MAX(by_category) = 1 AS same_category, MAX(known) = 1 AS "
        "known_category "
        f"FROM ({every}) AS every_refund GROUP BY app, m, q"
    )


def refunds_made(given: Given) -> str:
    """Write the links of refunds, round after round; of a link that is ``done``, ``part`` was undone."""
    del given
    start = (
        f"SELECT {_KEPT}, {ZERO} AS part, CAST(0 AS BIGINT) AS becomes, FALSE AS done FROM rows_refund_links"
    )
    spent = "SUM(CASE WHEN same_party THEN rest ELSE 0 END) OVER (PARTITION BY app, m)"
    text = stacked(
        f"SELECT {_KEPT} FROM rows_refunds_made WHERE NOT done",
        "CASE WHEN m = MIN(m) OVER (PARTITION BY app, q) THEN 1 ELSE 0 END AS foremost",
        f"MIN(foremost) OVER (PARTITION BY app, m) AS ready, {spent} AS spent",
        f"CASE WHEN NOT (earned OR judged) OR spent >= amount - {CENT} THEN 1 ELSE 0 END AS back",
        f"rest AS rest_now, CASE WHEN ready = 1 AND back = 1 THEN amount ELSE {ZERO} END AS sum_left",
    )
    for way, related in _RELATED.items():
        text = _undo(text, related, way in OF_SIZE)
    text = stacked(
        text,
        "CASE WHEN ready = 1 THEN rest - rest_now ELSE 0 END AS taken",
        "SUM(taken) OVER (PARTITION BY app, q) AS taken_of_it",
    )
    becomes = (
        f"CASE WHEN back = 1 AND (earned OR judged) THEN {REFUNDED} WHEN judged THEN {OTHER_INCOME} "
        "ELSE paired END"
    )
    again = _KEPT.replace("rest,", "CASE WHEN ready = 1 THEN rest ELSE rest - taken_of_it END AS rest,")
    return (
        f"{start} UNION ALL SELECT {again}, taken AS part, {becomes} AS becomes, ready = 1 AS done "
        f"FROM ({text}) AS a7"
    )


def _undo(rows: str, related: str, of_size: bool) -> str:
    """Write one way of taking off: the newest debits first, each as far as it goes."""
    size = f" AND ABS(rest_now - sum_left) <= {NEAR} * sum_left" if of_size else ""
    fits = f"{related} AND rest_now > {CENT} AND sum_left > {CENT}{size}"
    newer = "PARTITION BY app, m ORDER BY q DESC ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING"
    part = "CASE WHEN fit < open_yet THEN fit ELSE open_yet END"
    text = stacked(
        rows,
        f"CASE WHEN {fits} THEN rest_now ELSE {ZERO} END AS fit",
        f"sum_left - COALESCE(SUM(fit) OVER ({newer}), 0) AS open_yet",
        f"CASE WHEN fit > 0 AND open_yet > {CENT} THEN {part} ELSE {ZERO} END AS given",
        "SUM(given) OVER (PARTITION BY app, m) AS given_of_all",
    )
    return (
        f"SELECT {_CARRIED}, rest_now - given AS rest_now, sum_left - given_of_all AS sum_left "
        f"FROM ({text}) AS undone"
    )
