"""Ledgers in a PostgreSQL server, as the tests open and fill them."""

from __future__ import annotations

import creditscore as cs
from creditscore.deciding.ledger.postgres.address import Address
from tests.deciding.ledger.filled import KEY
from tests.deciding.records import record

NEW = bytes(range(100, 132))


def opened(address: str, **how) -> cs.Ledger:
    return cs.Ledger.open(address, key=KEY, **how)


def filled(address: str) -> str:
    with opened(address) as ledger:
        ledger.append_many(record(k, f"subject-{k % 3}") for k in range(6))
        ledger.erase("subject-1")
    return address


def schema_of(address: str) -> str:
    return Address.of(address).schema
