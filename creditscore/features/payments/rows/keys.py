"""Whom a payment was with, else what it was, as one number."""

from __future__ import annotations

from creditscore._ground.compiled import inner
from creditscore.data.payments.layout import CATEGORY, COUNTERPARTY, KIND, code_at
from creditscore.data.payments.marks import Ledger

# more than there are categories, and more than there are keys of a class and a category
CATEGORIES = 32
NAMED_KEYS = 4_096


@inner
def label_key(i: int, found: int, ledger: Ledger) -> int:
    """Return a key for payments with nobody named: by class, kind and category."""
    kind = code_at(ledger.codes, ledger.at[KIND], i) + 1
    return int((found * CATEGORIES + kind) * CATEGORIES + code_at(ledger.codes, ledger.at[CATEGORY], i) + 1)


@inner
def party_key(i: int, found: int, ledger: Ledger) -> int:
    """Return a key for whom a payment was with, else for what it was."""
    party = code_at(ledger.codes, ledger.at[COUNTERPARTY], i)
    return int(NAMED_KEYS * CATEGORIES + party) if party >= 0 else label_key(i, found, ledger)
