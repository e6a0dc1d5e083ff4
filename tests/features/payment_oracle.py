"""Views of payments and bills a second time: what verifies a decision, over the records of a world."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from operator import itemgetter
from typing import Any

from creditscore.verify.twin.clock import Local
from creditscore.verify.twin.facts import Past
from creditscore.verify.twin.payments import Payments
from tests.features.debt_oracle import card_bills, debts

Row = dict[str, Any]
KEYS = {"payments": "event_id", "bills": "bill_id"}
IN_UTC = Local()


def payments_of(
    world: Mapping[str, Sequence[Row]], person: str, moment: datetime, local: Local = IN_UTC
) -> Payments:
    """What the records of a world say of the payments and bills of a person; every event has an id."""
    tables = {
        name: sorted((row for row in world[name] if row["applicant_id"] == person), key=itemgetter(key))
        for name, key in KEYS.items()
    }
    past = Past(dict(world), {"applicant_id": person, "as_of": moment}, local.zone)
    return Payments(tables, moment, local, {}, {}, past)


def view_rows(world: dict[str, list[Row]], view: str, mine: Payments) -> list[Row]:
    """Return the rows of a view, oldest first; an unknown view is a failure of the test."""
    if view == "debts":
        return debts(world, mine.rows("commitments"), mine.as_of, mine.local)
    if view == "card_bills":
        return card_bills(world, mine.rows("flows"), mine.as_of)
    return mine.rows(view)
