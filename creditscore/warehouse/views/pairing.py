"""Which payments belong together, in SQL: own transfers, what was booked back, round trips.

Each payment in turn takes the nearest earlier one that fits and is free. That is the greedy matching of a
list of pairs in one order, and it is found in rounds: a pair that comes first for both of its payments is
taken, and the pairs that share a payment with it fall away.
"""

from __future__ import annotations

from typing import Final

from creditscore.data.payments.pairs import (
    BACK,
    BACK_AS_CREDIT,
    BACK_AS_DEBIT,
    BACK_SPAN,
    EXACT,
    MOST_ROWS,
    MOVABLE,
    MOVE_SPAN,
    NEAR,
    NEVER_BACK,
    TRIP_SPAN,
    TRIPPING,
)
from creditscore.data.payments.rules import (
    ADVANCED,
    BILLED,
    BUSINESS,
    CARD_REPAID,
    CASH_INCOME,
    CASH_OUT,
    FROM_SAVINGS,
    LENT,
    NOT_SETTLED,
    OTHER_INCOME,
    OWN,
    REFUNDED,
    REPAID,
    REVERSED,
    SENT_BACK,
    TO_SAVINGS,
)
from creditscore.data.tables.vocabularies import PAYMENT_KINDS
from creditscore.warehouse.dialects import quoted
from creditscore.warehouse.given import Given
from creditscore.warehouse.views.payments import among
from creditscore.warehouse.views.writing import numbers, stacked

# Sizes of one band differ by less than this in their logarithm; two that cancel lie in neighbouring ones.
_WIDTH: Final = 0.006
_KEPT: Final = (
    "app", "n", "t", "v_amount", "found", "sort", "accounts", "account", "c_kind", "c_account_id",
    "c_counterparty_id", "moves", "takes", "trips",
)  # fmt: skip


def payment_pairs(given: Given) -> str:
    """Write two payments each whose amounts cancel: columns ``l_`` of the later, ``e_`` of the earlier."""
    del given
    takes = (
        f"found = {SENT_BACK} OR (NOT {among('found', NEVER_BACK)} AND COALESCE({_of_kind(BACK)} OR "
        f"CASE WHEN v_amount < 0 THEN {_of_kind(BACK_AS_DEBIT)} ELSE {_of_kind(BACK_AS_CREDIT)} END, FALSE))"
    )
    by_category = f"(found = {OTHER_INCOME} AND named)"
    moves = f"{among('found', MOVABLE)} AND NOT {by_category}"
    trips = (
        f"NOT c_counterparty_id IS NULL AND NOT {by_category} "
        f"AND {among('found', TRIPPING)}"
    )
    band = f"CAST(FLOOR(LN(ABS(v_amount)) / {_WIDTH}) AS BIGINT) AS band"
    rows = (
        f"SELECT *, {moves} AS moves, {takes} AS takes, {trips} AS trips, {band} FROM rows_payments_said "
        f"WHERE v_amount <> 0 AND found <> {NOT_SETTLED}"
    )
    sides = ", ".join(f"{side}.{column} AS {side}_{column}" for side in "le" for column in _KEPT)
    near = f"SELECT w.*, w.band + k AS near FROM ({rows}) AS w CROSS JOIN {numbers(-1, 1)}"
    larger = "CASE WHEN ABS(l.v_amount) > ABS(e.v_amount) THEN ABS(l.v_amount) ELSE ABS(e.v_amount) END"
    return (
        f"SELECT {sides}, ABS(l.v_amount + e.v_amount) <= {EXACT!r} * {larger} AS same FROM ({rows}) AS l "
        f"JOIN ({near}) AS e ON e.app = l.app AND e.near = l.band AND e.n < l.n AND l.n - e.n <= "
        f"{MOST_ROWS} "
        f"AND l.t - e.t <= {TRIP_SPAN} AND l.v_amount * e.v_amount < 0 "
        f"AND ABS(l.v_amount + e.v_amount) <= {NEAR} * {larger}"
    )


def _of_kind(codes: tuple[int, ...]) -> str:
    return f"c_kind IN ({', '.join(quoted(PAYMENT_KINDS[code]) for code in codes)})"


def _halves(debit: str, credit: str) -> str:
    """Write whether a debit and a credit can be the halves of one own transfer."""
    cash_out, cash_in = f"{debit}found = {CASH_OUT}", f"{credit}found = {CASH_INCOME}"
    bill = f"{among(debit + 'found', (REPAID, BILLED))} AND {credit}sort <> 'card'"
    return (
        f"CASE WHEN {cash_out} OR {cash_in} THEN {cash_out} AND {cash_in} AND {debit}t <= {credit}t "
        f"ELSE NOT ({bill}) AND {debit}account <> {credit}account AND {debit}account <> '' "
        f"AND {credit}account <> '' END"
    )


def _names(debit: str, credit: str) -> tuple[str, str]:
    """Write the classes of a debit and a credit that are one own transfer."""
    source, target = f"{debit}sort", f"{credit}sort"
    saved, taken = f"{debit}found = {TO_SAVINGS}", f"{credit}found = {FROM_SAVINGS}"
    named = (
        (f"{target} = 'card' AND {source} <> 'card'", CARD_REPAID, OWN),
        (f"{source} = 'card' AND {target} <> 'card'", OWN, LENT),
        (f"{target} <> {source} AND {target} = 'savings'", TO_SAVINGS, OWN),
        (f"{target} <> {source} AND {source} = 'savings'", OWN, FROM_SAVINGS),
        (f"{saved} AND NOT {taken}", TO_SAVINGS, OWN),
        (f"{taken} AND NOT {saved}", OWN, FROM_SAVINGS),
    )
    out = " ".join(f"WHEN {condition} THEN {mine}" for condition, mine, _ in named)
    back = " ".join(f"WHEN {condition} THEN {mine}" for condition, _, mine in named)
    return f"CASE {out} ELSE {OWN} END", f"CASE {back} ELSE {OWN} END"


def _taken_back(m: str, q: str) -> str:
    """Write whether a payment takes back another one."""
    kept = f"{among(q + 'found', (LENT, ADVANCED))} AND COALESCE({m}c_kind, '') <> 'loan_in'"
    lent = f"{m}found = {SENT_BACK} AND {kept}"
    agree = " AND ".join(
        f"COALESCE({m}{column} = {q}{column}, TRUE)" for column in ("c_account_id", "c_counterparty_id")
    )
    kind = f"(COALESCE({m}c_kind, '') = 'reversal' OR COALESCE({m}c_kind, '') = COALESCE({q}c_kind, ''))"
    both = f"({m}found = {SENT_BACK} AND {q}found = {SENT_BACK})"
    return f"{m}takes AND same AND NOT {both} AND NOT ({lent}) AND {kind} AND {agree}"


def payment_links(given: Given) -> str:
    """Write every pair that may be taken: ``m`` in its turn, ``q``, their classes, its place in the order."""
    del given
    credit = "l_v_amount > 0"
    several = f"l_accounts > 1 OR {among('l_found', (CASH_INCOME, CASH_OUT))}"
    halves = f"CASE WHEN {credit} THEN {_halves('e_', 'l_')} ELSE {_halves('l_', 'e_')} END"
    moved = f"l_moves AND e_moves AND l_t - e_t <= {MOVE_SPAN} AND ({several}) AND {halves}"
    (out, back), (own, other) = _names("e_", "l_"), _names("l_", "e_")
    mine = f"CASE WHEN {credit} THEN {back} ELSE {own} END"
    its = f"CASE WHEN {credit} THEN {out} ELSE {other} END"
    sent = f"CASE WHEN e_found = {SENT_BACK} OR l_found = {SENT_BACK} THEN {SENT_BACK} ELSE {REVERSED} END"
    undone = f"{_taken_back('l_', 'e_')} AND l_t - e_t <= {BACK_SPAN}"
    trip = f"l_trips AND e_trips AND l_c_counterparty_id = e_c_counterparty_id AND l_t - e_t <= {TRIP_SPAN}"
    ways = (
        (1, "l_n", "e_n", mine, its, moved),
        (2, "l_n", "e_n", REVERSED, sent, undone),
        (3, "e_n", "l_n", REVERSED, sent, f"{_taken_back('e_', 'l_')} AND l_t = e_t"),
        (4, "l_n", "e_n", REVERSED, REVERSED, trip),
    )
    every = " UNION ALL ".join(
        f"SELECT l_app AS app, {m} AS m, {q} AS q, {way} AS way, CAST({m_class} AS BIGINT) AS m_class, "
        f"CAST({q_class} AS BIGINT) AS q_class FROM rows_payment_pairs WHERE {condition}"
        for way, m, q, m_class, q_class, condition in ways
    )
    order = "PARTITION BY app ORDER BY m, way, CASE WHEN way = 3 THEN q ELSE -q END"
    return f"SELECT *, ROW_NUMBER() OVER ({order}) AS link FROM ({every}) AS every_link"


def links_taken(given: Given) -> str:
    """Write the halves of links, round after round; those that are ``taken`` hold."""
    del given
    start = "SELECT app, link, {0} AS v, {1} AS mate, {2} AS becomes, FALSE AS taken FROM rows_payment_links"
    first = f"{start.format('m', 'q', 'm_class')} UNION ALL {start.format('q', 'm', 'q_class')}"
    text = stacked(
        "SELECT app, link, v, mate, becomes FROM rows_links_taken WHERE NOT taken",
        "CASE WHEN link = MIN(link) OVER (PARTITION BY app, v) THEN 1 ELSE 0 END AS foremost",
        "MIN(foremost) OVER (PARTITION BY app, link) AS chosen",
        "MAX(chosen) OVER (PARTITION BY app, v) AS used",
        "MAX(used) OVER (PARTITION BY app, link) AS shared",
    )
    again = (
        "SELECT app, link, v, mate, becomes, chosen = 1 AS taken "
        f"FROM ({text}) AS looked WHERE chosen = 1 OR shared = 0"
    )
    return f"SELECT * FROM ({first}) AS halves UNION ALL {again}"


def payments_paired(given: Given) -> str:
    """Write payments with the class that others give them, and ``mate``, the number of the other."""
    del given
    paired = "COALESCE(h.becomes, p.found)"
    # without a debit that it may undo, money from a seller is earned
    judged = (
        f"h.becomes IS NULL AND p.found = {REFUNDED} AND p.named AND NOT p.c_counterparty_id IS NULL "
        "AND NOT p.c_category IN ('tax', 'fees')"
    )
    return (
        f"SELECT p.*, h.mate AS mate, {paired} AS paired, h.becomes IS NULL AND p.found = {BUSINESS} "
        "AS earned, "
        f"{judged} AS judged_by_seller, CASE WHEN {judged} THEN {OTHER_INCOME} ELSE {paired} END AS unjudged "
        "FROM rows_payments_said AS p LEFT JOIN "
        "(SELECT app, v, mate, becomes FROM rows_links_taken WHERE taken) AS h ON h.app = p.app AND h.v = p.n"
    )
