"""What a payment says of itself: the table of rules, the first that fits counts.

A rule looks at the direction, the kind, the category and the kind of the other side. What the payments
around it say comes after (`creditscore.data.payments.pairs`): a payment that is half of a transfer between
own accounts, or that was booked back, is that and nothing else.
"""

from __future__ import annotations

from functools import cache
from typing import Final, Literal, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from creditscore._ground.arrays import read_only
from creditscore.data.payments.marks import IN, NEITHER, OUT, Rules
from creditscore.data.tables.vocabularies import (
    COUNTERPARTY_KINDS,
    PAYMENT_CATEGORIES,
    PAYMENT_CLASSES,
    PAYMENT_EVIDENCE,
    PAYMENT_KINDS,
)

Direction: TypeAlias = Literal["in", "out", "both"]
Labels: TypeAlias = tuple[str, ...]

(
    WAGES, PENSION_IN, BENEFITS_IN, BUSINESS, CASH_INCOME, OTHER_INCOME, UNKNOWN_IN, OWN, TO_SAVINGS,
    FROM_SAVINGS, PERSON_IN, PERSON_OUT, LENT, REPAID, CARD_REPAID, BILLED, PURCHASED, CASH_OUT, FEE_PAID,
    PENALISED, INTEREST_IN, INTEREST_OUT, STAKE, WIN, REFUNDED, CHARGED_BACK, REVERSED, NOT_SETTLED,
    SENT_BACK, NO_MONEY, UNKNOWN_OUT, COLLECTED, PAID_LATER, ADVANCED, ADVANCE_REPAID,
) = range(35)  # fmt: skip
(
    BY_SIGN, BY_KIND, BY_CATEGORY, BY_COUNTERPARTY, BY_PAYER, BY_STATUS, BY_ACCOUNT, BY_OWN_ACCOUNTS,
    BY_BOOKED_BACK, BY_ROUND_TRIP, BY_SPENT_THERE,
) = range(11)  # fmt: skip
# keeps a class and its evidence in one number
EVIDENCE_STEP: Final = 64

COMMITTED: Final = ("utilities", "telecom", "rent", "insurance", "tax")
SHOPPING: Final = (
    "groceries", "transport", "health", "education", "leisure", "travel", "online_shopping",
)  # fmt: skip
SPENDING: Final = (*SHOPPING, "household", *COMMITTED)
# What gives back money that was lent, whoever is paid.
DEBTS: Final = (REPAID, COLLECTED, PAID_LATER, ADVANCE_REPAID)
WAGE_LIKE: Final = (WAGES, PENSION_IN, BENEFITS_IN)
CHARGES: Final = (FEE_PAID, PENALISED)
# What moved no money, or none that stayed.
GONE: Final = (NOT_SETTLED, SENT_BACK, REVERSED, NO_MONEY)
UNEXPLAINED: Final = (UNKNOWN_IN, UNKNOWN_OUT, OTHER_INCOME)


class Rule(NamedTuple):
    """One rule: what it looks at, and what a payment is that fits.

    Attributes
    ----------
    direction : {"in", "out", "both"}
        Credits, debits or both.
    becomes : str
        One of ``PAYMENT_CLASSES``.
    evidence : str
        One of ``PAYMENT_EVIDENCE``: what it was read from.
    kinds, categories, parties : tuple of str
        Labels of `kind`, `category` and `counterparty_kind` that fit; empty for any, or none.
    """

    direction: Direction
    becomes: str
    evidence: str
    kinds: Labels = ()
    categories: Labels = ()
    parties: Labels = ()


RULES: Final = (
    Rule("in", "advance_in", "counterparty", ("salary",), (), ("wage_advance",)),
    Rule("in", "pension", "category", ("salary",), ("pension",)),
    Rule("in", "benefits", "category", ("salary",), ("benefits",)),
    Rule("in", "wages", "kind", ("salary",)),
    Rule("out", "to_savings", "category", ("own_transfer",), ("savings",)),
    Rule("in", "from_savings", "category", ("own_transfer",), ("savings",)),
    Rule("both", "own_transfer", "kind", ("own_transfer",)),
    Rule("out", "fee", "kind", ("fee",)),
    Rule("out", "penalty", "kind", ("penalty",)),
    Rule("in", "refund", "kind", ("fee", "penalty", "refund")),
    Rule("in", "interest_in", "kind", ("interest",)),
    Rule("out", "interest_out", "kind", ("interest",)),
    Rule("in", "chargeback", "kind", ("chargeback",)),
    Rule("out", "purchase", "kind", ("refund", "chargeback")),
    Rule("both", "reversal", "kind", ("reversal",)),
    Rule("in", "reversal", "kind", ("loan_out",)),
    Rule("out", "debt_collected", "counterparty", (), (), ("collector",)),
    Rule("out", "pay_later", "counterparty", (), (), ("pay_later",)),
    Rule("in", "advance_in", "counterparty", (), (), ("wage_advance",)),
    Rule("out", "advance_out", "counterparty", (), (), ("wage_advance",)),
    Rule("in", "advance_in", "counterparty", ("loan_in",), (), ("employer",)),
    Rule("out", "advance_out", "counterparty", ("loan_in", "loan_out"), (), ("employer",)),
    Rule("in", "loan_in", "kind", ("loan_in",)),
    Rule("out", "loan_out", "kind", ("loan_in", "loan_out")),
    Rule("both", "card_repayment", "kind", ("card_repayment",)),
    Rule("out", "gambling_stake", "category", (), ("gambling",)),
    Rule("in", "gambling_win", "category", (), ("gambling",)),
    Rule("out", "to_savings", "category", (), ("savings",)),
    Rule("in", "from_savings", "category", (), ("savings",)),
    Rule("out", "fee", "category", (), ("fees",)),
    Rule("in", "refund", "category", (), ("fees",)),
    Rule("in", "pension", "category", (), ("pension",)),
    Rule("in", "benefits", "category", (), ("benefits",)),
    Rule("out", "bill", "category", (), ("pension", "benefits")),
    Rule("in", "refund", "kind", ("purchase", "bill")),
    Rule("in", "loan_in", "category", (), ("high_cost_credit",)),
    Rule("out", "loan_out", "category", (), ("high_cost_credit",)),
    Rule("out", "bill", "category", (), COMMITTED),
    Rule("in", "loan_in", "counterparty", (), (), ("lender",)),
    Rule("in", "refund", "counterparty", (), (), ("collector", "pay_later")),
    Rule("out", "loan_out", "counterparty", (), (), ("lender",)),
    Rule("out", "bill", "kind", ("bill",)),
    Rule("out", "purchase", "kind", ("purchase",)),
    Rule("in", "refund", "category", (), ("tax",)),
    Rule("in", "wages", "counterparty", (), (), ("employer",)),
    Rule("in", "benefits", "counterparty", (), (), ("government",)),
    Rule("out", "bill", "counterparty", (), (), ("government",)),
    Rule("in", "other_income", "category", (), ("rent",)),
    Rule("in", "person_in", "counterparty", (), (), ("person",)),
    Rule("out", "person_out", "counterparty", (), (), ("person",)),
    Rule("out", "purchase", "counterparty", (), (), ("merchant",)),
    Rule("out", "bill", "category", (), ("household",)),
    Rule("out", "purchase", "category", (), SHOPPING),
    Rule("in", "refund", "category", (), SPENDING),
    Rule("in", "business", "counterparty", (), (), ("merchant",)),
    Rule("in", "cash_income", "kind", ("cash",)),
    Rule("out", "cash_out", "kind", ("cash",)),
    Rule("in", "unknown_in", "sign"),
    Rule("out", "unknown_out", "sign"),
)

# What counts as income, and what as spending, everywhere.
INCOME: Final = (
    "wages", "pension", "benefits", "business", "cash_income", "other_income", "unknown_in",
)  # fmt: skip
OUTGOINGS: Final = (
    "person_out", "loan_out", "card_repayment", "bill", "purchase", "cash_out", "fee", "penalty",
    "interest_out", "gambling_stake", "unknown_out", "debt_collected", "pay_later", "advance_out",
)  # fmt: skip


@cache
def rule_tables() -> Rules:
    """Return the rules as tables that kernels look things up in.

    Returns
    -------
    Rules
        Classes by direction (0 for credits, 1 for debits) and codes, the last of each for a missing one: the
        class plus 64 times its evidence. And what each class is to the cash flow.
    """
    return Rules(_classes(), _roles())


def _classes() -> NDArray[np.int16]:
    vocabularies = (PAYMENT_KINDS, PAYMENT_CATEGORIES, COUNTERPARTY_KINDS)
    table = np.zeros((2, *(len(labels) + 1 for labels in vocabularies)), np.int16)
    for rule in reversed(RULES):
        sides = {"in": [0], "out": [1], "both": [0, 1]}[rule.direction]
        fits = [
            [labels.index(label) for label in wanted] if wanted else list(range(len(labels) + 1))
            for wanted, labels in zip(rule[3:], vocabularies, strict=True)
        ]
        number = PAYMENT_CLASSES.index(rule.becomes)
        number += EVIDENCE_STEP * PAYMENT_EVIDENCE.index(rule.evidence)
        table[np.ix_(sides, *fits)] = number
    return read_only(table)


def _roles() -> NDArray[np.int8]:
    roles = np.full(len(PAYMENT_CLASSES), NEITHER, np.int8)
    roles[[PAYMENT_CLASSES.index(name) for name in INCOME]] = IN
    roles[[PAYMENT_CLASSES.index(name) for name in OUTGOINGS]] = OUT
    return read_only(roles)
