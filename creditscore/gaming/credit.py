"""How people bend loans and credit lines before they apply."""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from creditscore.gaming.sample import Bent, GamingSample

TINY_LOANS: Final = 10
TINY_SHARE: Final = 0.01
TINY_EVERY: Final = 5
TINY_TERM: Final = 30.0
CLOSED: Final = 20
REOPENED: Final = 15


def tiny_loans(sample: GamingSample) -> Bent:
    """Ten loans of a hundredth of a month's income, one every five days, each settled the day after."""
    import pandas as pd

    loans = sample.tables["loans"]
    people = np.repeat(np.flatnonzero(sample.income > 0.0), TINY_LOANS)
    number = np.tile(np.arange(TINY_LOANS), people.size // TINY_LOANS)
    opened = sample.ago(people, TINY_EVERY * (number + 1) + 5)
    paid = sample.ago(people, TINY_EVERY * (number + 1) + 4)
    amount = np.maximum(np.round(TINY_SHARE * sample.income[people], 2), 0.01)
    ids = sample.fresh("loans", "loan_id", people.size)
    new = sample.rows(
        "loans", people, loan_id=ids, event_time=opened, known_time=opened, amount=amount,
        term_days=TINY_TERM, kind="instalment", role="borrower", lender=sample.commonest("loans", "lender"),
        closed_time=paid, closed_known_time=paid,
    )  # fmt: skip
    tables: dict[str, Any] = {"loans": pd.concat([loans, new], ignore_index=True)}
    if "instalments" in sample.tables:
        due = opened + pd.Timedelta(days=TINY_TERM)
        settled = {} if "repayments" in sample.tables else {"paid_time": paid, "paid_known_time": paid}
        rows = sample.rows(
            "instalments", people, loan_id=ids, due_time=due, known_time=opened, due_amount=amount,
            instalment_no=1.0, paid_amount=amount if settled else np.nan, **settled,
        )  # fmt: skip
        tables["instalments"] = pd.concat([sample.tables["instalments"], rows], ignore_index=True)
    if "repayments" in sample.tables:
        rows = sample.rows("repayments", people, loan_id=ids, event_time=paid, known_time=paid, amount=amount)
        tables["repayments"] = pd.concat([sample.tables["repayments"], rows], ignore_index=True)
    return Bent(tables, sample.income > 0.0)


def line_reopened(sample: GamingSample) -> Bent:
    """Credit lines are closed twenty days before, and one as large is opened five days later."""
    import pandas as pd

    loans, tried = sample.tables["loans"], np.zeros(len(sample), np.bool_)
    if "kind" not in loans:
        return Bent({}, tried)
    person = sample.people_of("loans")
    chosen = (loans["kind"] == "revolving").to_numpy(np.bool_)
    if "role" in loans:
        chosen = chosen & (loans["role"].isna() | (loans["role"] == "borrower")).to_numpy(np.bool_)
    closed = sample.ago(person, CLOSED)
    opened_before = (loans["event_time"] < closed).to_numpy(np.bool_)
    still_open = np.ones(len(loans), np.bool_)
    if "closed_time" in loans:
        still_open = (loans["closed_time"].isna() | (loans["closed_time"] > closed)).to_numpy(np.bool_)
    chosen = chosen & opened_before & still_open
    old = loans.copy()
    for name in ("closed_time", "closed_known_time"):
        was = old[name] if name in old else pd.Series(pd.DatetimeIndex([pd.NaT] * len(old), tz="UTC"))
        old[name] = was.where(~chosen, pd.Series(closed, index=old.index))
    rows = np.flatnonzero(chosen)
    opened = sample.ago(person[rows], REOPENED)
    ids = sample.fresh("loans", "loan_id", rows.size)
    copied = {
        name: loans[name].to_numpy()[rows]
        for name in ("amount", "term_days", "kind", "role", "limit", "lender")
        if name in loans
    }
    new = sample.rows("loans", person[rows], loan_id=ids, event_time=opened, known_time=opened, **copied)
    tried[person[rows]] = True
    return Bent({"loans": pd.concat([old, new], ignore_index=True)}, tried)
