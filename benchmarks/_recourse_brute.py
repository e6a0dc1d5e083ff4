"""Everything on a small grid, tried one by one by the path that every score takes.

Nothing here prunes, orders or shares anything: each combination is an application of its own, what is overdue
is paid by editing stored rows, and months to come are made for one conduct at a time.
"""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from itertools import product
from typing import Any

import numpy as np

import creditscore as cs
from creditscore.data.stored.table import rows_of
from creditscore.deciding.afterwards import inputs_after
from creditscore.deciding.evidence import Evidence, opened
from creditscore.recourse.accounts import below_zero
from creditscore.recourse.cards import owed_on_cards
from creditscore.recourse.conduct import Conduct, can_wait, until_when
from creditscore.recourse.months import local_text
from creditscore.recourse.own_rows import OwnRows

# Between the steps of the search too, so that what it steps over is seen.
AMOUNTS = (1.0, 0.95, 0.85, 0.7, 0.55, 0.4, 0.25, 0.1)
TERMS = (0.5, 1.0, 1.25, 1.5, 2.0, 2.5, 3.0)
MONTHS = (1, 3, 6, 12)
BALANCES = (1.0, 0.6, 0.3, 0.0)


def reaches(pipeline: cs.CreditPipeline, evidence: Evidence, cutoff: float) -> bool:
    """Whether any combination of conduct, amount and term reaches a cut-off."""
    inputs = json.loads(evidence.inputs_text())
    own = OwnRows.of(*opened(inputs))
    paid = paid_up(inputs)
    if best_score(pipeline, inputs) >= cutoff or (paid and best_score(pipeline, paid) >= cutoff):
        return True
    if not can_wait(own):
        return False
    owed = owed_on_cards(own)
    for months, balance in product(MONTHS, BALANCES if owed else BALANCES[:1]):
        moment = until_when(own, Conduct(months))
        until, lowest = local_text(moment, own.calendar), below_zero(own, moment)
        steps = [{"kind": "on_time", "until": until}]
        steps += [{"kind": "pay_overdue", "until": None}] if paid else []
        steps += (
            [{"kind": "card_balance", "from": owed, "to": balance * owed, "until": until}] if owed else []
        )
        lift = {"kind": "above_zero", "from": lowest, "to": 0.0, "until": until}
        for tried in [steps] if lowest is None else [steps, [*steps, lift]]:
            if best_score(pipeline, inputs_after(pipeline.model, inputs, tried)) >= cutoff:
                return True
    return False


def best_score(pipeline: cs.CreditPipeline, inputs: dict[str, Any]) -> float:
    """The best score of all amounts and terms on the grid, each asked for by itself."""
    asked = {name: value for name, value in inputs["application"].items() if value is not None}
    forms = []
    for less, longer in product(
        AMOUNTS if "amount" in asked else (1.0,), TERMS if "term_days" in asked else (1.0,)
    ):
        form = dict(asked) | {"application_id": len(forms)}
        if "amount" in asked:
            form["amount"] = asked["amount"] if less == 1.0 else float(np.floor(less * asked["amount"]))
        if "term_days" in asked and longer != 1.0:
            form["term_days"] = 30.0 * max(1, round(longer * asked["term_days"] / 30.0))
        if "instalment" in asked:  # at the price that was asked
            form["instalment"] *= form["amount"] / asked["amount"] * asked["term_days"] / form["term_days"]
        forms.append(form)
    _, portfolio = opened(inputs)
    scores = pipeline.score_many(cs.Applications.from_records(forms), portfolio, on_mismatch="count").score
    return float(np.nanmax(np.asarray(scores, float)))


def paid_up(inputs: dict[str, Any]) -> dict[str, Any] | None:
    """What is stored once all that is overdue is paid a second before the moment; None if nothing is.

    In plain rows. A lender that keeps payments apart from schedules is left out.
    """
    moment = datetime.fromisoformat(inputs["application"]["as_of"])
    when, changed, tables = (moment - timedelta(seconds=1)).isoformat(), False, dict(inputs["tables"])
    for name in ("instalments", "bills"):
        rows = list(rows_of(name, tables.get(name, ())))
        for number, row in enumerate(rows):
            short = row.get("paid_time") is None or (row.get("paid_amount") or 0.0) < row["due_amount"]
            if datetime.fromisoformat(row["due_time"]) < moment and short and "repayments" not in tables:
                known = {"paid_known_time": when} if "paid_known_time" in row else {}
                rows[number] = row | {"paid_time": when, "paid_amount": row["due_amount"]} | known
                changed = True
        if name in tables:
            tables[name] = rows
    return dict(inputs) | {"tables": tables} if changed else None
