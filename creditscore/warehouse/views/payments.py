"""What each payment is, in SQL: what it says of itself, and which account it stands on."""

from __future__ import annotations

from typing import Final

from creditscore.data.payments.accounts import LEAST_BALANCES, SELDOM
from creditscore.data.payments.refunds import CENT
from creditscore.data.payments.rules import (
    BY_CATEGORY,
    CARD_REPAID,
    EVIDENCE_STEP,
    INCOME,
    NO_MONEY,
    NOT_SETTLED,
    OTHER_INCOME,
    OUTGOINGS,
    OWN,
    PURCHASED,
    RULES,
    SENT_BACK,
    UNEXPLAINED,
    UNKNOWN_IN,
    UNKNOWN_OUT,
    WAGE_LIKE,
    Rule,
)
from creditscore.data.tables.vocabularies import PAYMENT_CLASSES, PAYMENT_EVIDENCE
from creditscore.warehouse.dialects import quoted
from creditscore.warehouse.given import Given
from creditscore.warehouse.views.writing import read, stacked

LABELS: Final = (
    "kind", "category", "counterparty_id", "counterparty_kind", "status", "account_id", "account_kind",
    "channel", "method", "order_id",
)  # fmt: skip
NUMBERS: Final = ("amount", "balance", "date_only")
INCOME_CLASSES: Final = tuple(map(PAYMENT_CLASSES.index, INCOME))
SPENDING_CLASSES: Final = tuple(map(PAYMENT_CLASSES.index, OUTGOINGS))


def among(column: str, codes: tuple[int, ...]) -> str:
    """Write whether a column holds one of some numbers."""
    return f"{column} IN ({', '.join(map(str, codes))})"


def payments_read(given: Given) -> str:
    """Write every known payment that happened, and what it says of itself.

    ``found`` is the number of its class; ``named`` whether that rests on its category alone; ``account`` what
    tells its account from others, empty where nothing does.
    """
    columns = ["app", "as_of", "t", "n"]
    columns += [f"{read(given, 'payments', label, 'c_')} AS c_{label}" for label in LABELS]
    columns += [f"{read(given, 'payments', number)} AS v_{number}" for number in NUMBERS]
    evidence = f"CAST(FLOOR(judged / {EVIDENCE_STEP}.0) AS BIGINT)"
    payer = f"ruled = {UNKNOWN_IN} AND NOT c_counterparty_id IS NULL"
    account = "WHEN NOT c_account_id IS NULL THEN '#' || c_account_id ELSE COALESCE(c_account_kind, '')"
    return stacked(
        f"SELECT {', '.join(columns)} FROM known_payments WHERE t < as_of",
        f"{_judged()} AS judged",
        f"judged - {EVIDENCE_STEP} * {evidence} AS ruled, {evidence} = {BY_CATEGORY} AS named",
        f"CASE WHEN {payer} THEN {OTHER_INCOME} ELSE ruled END AS found, CASE {account} END AS account",
    )


def _judged() -> str:
    """Write class and evidence as one number, by the first rule that fits."""
    came, went = (
        " ".join(
            f"WHEN {_fits(rule)} THEN {_number(rule)}" for rule in RULES if rule.direction in (side, "both")
        )
        for side in ("in", "out")
    )
    return (
        f"CASE WHEN c_status = 'declined' THEN {NOT_SETTLED} WHEN c_status = 'returned' THEN {SENT_BACK} "
        f"WHEN v_amount = 0 THEN {NO_MONEY} WHEN v_amount > 0 THEN CASE {came} END ELSE CASE {went} END END"
    )


def _number(rule: Rule) -> int:
    return PAYMENT_CLASSES.index(rule.becomes) + EVIDENCE_STEP * PAYMENT_EVIDENCE.index(rule.evidence)


def _fits(rule: Rule) -> str:
    wanted = zip(("kind", "category", "counterparty_kind"), rule[3:], strict=True)
    parts = [f"c_{column} IN ({', '.join(map(quoted, labels))})" for column, labels in wanted if labels]
    return " AND ".join(parts) or "TRUE"


def payment_accounts(given: Given) -> str:
    """Write the accounts of each application: ``sort`` as named, else a card if it behaves like one."""
    del given
    pay = among("found", WAGE_LIKE)
    counts = {
        "balances": "NOT v_balance IS NULL", "above": "v_balance > 0", "earned": pay,
        "fed": f"NOT {pay} AND v_amount > 0", "debits": f"NOT {pay} AND NOT v_amount > 0",
        "bought": f"NOT {pay} AND NOT v_amount > 0 AND found = {PURCHASED}",
    }  # fmt: skip
    counted = ", ".join(f"COUNT(CASE WHEN {what} THEN 1 END) AS {name}" for name, what in counts.items())
    newest = "CS_NEWEST(c_account_kind, CASE WHEN NOT c_account_kind IS NULL THEN n END)"
    rows = f"SELECT app, account, {newest} AS stated, {counted} FROM rows_payments_read GROUP BY app, account"
    card = (
        f"balances >= {LEAST_BALANCES} AND above * {SELDOM} <= balances AND fed > 0 AND debits > 0 "
        "AND 2 * bought >= debits AND earned = 0"
    )
    alike = f"COALESCE(stated, '') = 'card' OR (stated IS NULL AND {card})"
    taken = "alike = 1 AND all_alike = 0 AND accounts > 1"
    return stacked(
        rows,
        f"CASE WHEN {alike} THEN 1 ELSE 0 END AS alike, COUNT(*) OVER (PARTITION BY app) AS accounts",
        "MIN(alike) OVER (PARTITION BY app) AS all_alike",
        f"COALESCE(stated, CASE WHEN {taken} THEN 'card' ELSE 'current' END) AS sort",
        "MAX(CASE WHEN sort = 'card' THEN 1 ELSE 0 END) OVER (PARTITION BY app) = 1 AS card_seen",
    )


def payments_said(given: Given) -> str:
    """Write payments with their account, before any looks at the others."""
    del given
    return (
        "SELECT r.*, a.sort AS sort, a.accounts AS accounts, a.card_seen AS card_seen "
        "FROM rows_payments_read AS r JOIN rows_payment_accounts AS a ON a.app = r.app AND a.account "
        "= r.account"
    )


def payments_marked(given: Given) -> str:
    """Write what each payment is in the end: ``class``, ``role`` ("in", "out", else empty)."""
    del given
    made = "FROM rows_refunds_made WHERE done GROUP BY app"
    joined = (
        "SELECT p.*, COALESCE(u.undone, 0) AS undone, COALESCE(j.becomes, p.unjudged) AS settled "
        "FROM rows_payments_paired AS p "
        f"LEFT JOIN (SELECT app, q, SUM(part) AS undone {made}, q) AS u ON u.app = p.app AND u.q = p.n "
        f"LEFT JOIN (SELECT app, m, MAX(becomes) AS becomes {made}, m) AS j ON j.app = p.app AND j.m = p.n"
    )
    unexplained = among("settled", UNEXPLAINED)
    kept = (
        f"NOT {unexplained} OR (named AND settled = paired) OR sort = 'current' "
        f"OR (sort = 'card' AND settled = {UNKNOWN_OUT})"
    )
    left = f"-v_amount - undone > {CENT} AND NOT (card_seen AND class = {CARD_REPAID})"
    return stacked(
        joined,
        f"CASE WHEN {kept} THEN settled WHEN sort = 'card' THEN {CARD_REPAID} ELSE {OWN} END AS class",
        f"CASE WHEN {among('class', INCOME_CLASSES)} THEN 'in' "
        f"WHEN {among('class', SPENDING_CLASSES)} AND {left} THEN 'out' ELSE '' END AS role",
    )
