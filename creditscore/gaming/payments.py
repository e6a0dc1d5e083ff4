"""How people bend the movements on their accounts, and the bills, before they apply."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from creditscore._ground.arrays import Flags
from creditscore.gaming.sample import Bent, GamingSample

if TYPE_CHECKING:
    import pandas as pd

BORROWED_SHORT: Final = 7
BORROWED_MONTHS: Final = (20, 50, 80)
TRIPS: Final = 12
TRIP_EVERY: Final = 7
TRIP_LASTS: Final = 2
PURCHASES: Final = 30
DELAYED: Final = 30
REOPENED: Final = 90
_BILLS: Final = frozenset({"rent", "utilities", "telecom", "insurance", "household"})


def one_deposit(sample: GamingSample) -> Bent:
    """A month's income is paid in as cash on the day before."""
    people = _with_account(sample)
    deposit = sample.rows(
        "payments", people, event_time=sample.ago(people, 1), amount=sample.income[people],
        kind="cash", method="cash", status="settled", account_id=_main_account(sample)[people],
    )  # fmt: skip
    return _bent(sample, people, [deposit])


def income_borrowed_short(sample: GamingSample) -> Bent:
    """A friend sends a month's income seven days before, and gets it back after the moment."""
    people = _with_account(sample)
    return _bent(sample, people, [_transfer(sample, people, BORROWED_SHORT, 1.0)])


def income_borrowed_long(sample: GamingSample) -> Bent:
    """One payer sends a month's income in each of the last three months, and gets it back later."""
    people = _with_account(sample)
    return _bent(sample, people, [_transfer(sample, people, days, 1.0) for days in BORROWED_MONTHS])


def round_trips(sample: GamingSample) -> Bent:
    """A friend sends half a month's income every week for twelve weeks, and gets it back two days later."""
    people = _with_account(sample)
    parts = []
    for trip in range(TRIPS):
        came = TRIP_EVERY * (trip + 1)
        parts += [
            _transfer(sample, people, came, 0.5),
            _transfer(sample, people, came - TRIP_LASTS, -0.5),
        ]
    return _bent(sample, people, parts)


def own_transfers(sample: GamingSample) -> Bent:
    """Half a month's income goes to another own account every week for twelve weeks, and back a day later."""
    people = _with_account(sample)
    payments = sample.tables["payments"]
    accounts: tuple[Any, Any] = (None, None)
    if "account_id" in payments:
        accounts = _main_account(sample)[people], sample.fresh("payments", "account_id", 1)[0]
    parts = []
    for trip in range(TRIPS):
        for days, turn in ((TRIP_EVERY * (trip + 1), 1.0), (TRIP_EVERY * (trip + 1) - 1, -1.0)):
            for account, sign in zip(accounts, (-turn, turn), strict=True):
                parts.append(_transfer(sample, people, days, 0.5 * sign, account_id=account))
    return _bent(sample, people, parts)


def small_purchases(sample: GamingSample) -> Bent:
    """Thirty purchases of 1, one a day, at shops where others buy."""
    people = _with_account(sample)
    usual = {
        name: sample.commonest("payments", name, kind="purchase")
        for name in ("category", "channel", "method", "counterparty_kind")
    }
    usual["account_id"] = _main_account(sample)[people]
    shops = _shops(sample)
    parts = [
        sample.rows(
            "payments", people, event_time=sample.ago(people, day + 1), amount=-1.0, kind="purchase",
            status="settled", counterparty_id=shops[day % len(shops)] if len(shops) else None, **usual,
        )
        for day in range(PURCHASES)
    ]  # fmt: skip
    return _bent(sample, people, parts)


def bills_delayed(sample: GamingSample) -> Bent:
    """Bills of the last thirty days are paid after the moment."""
    payments = sample.tables["payments"]
    person = sample.people_of("payments")
    recent = (payments["event_time"] > sample.ago(person, DELAYED)).to_numpy(np.bool_)
    late = recent & (payments["amount"] < 0.0).to_numpy(np.bool_) & _is_bill(payments)
    tried = np.zeros(len(sample), np.bool_)
    tried[person[late]] = True
    tables = {"payments": changed_account(sample, [], late)}
    if "bills" in sample.tables and "paid_time" in sample.tables["bills"]:
        bills, owner = sample.tables["bills"], sample.people_of("bills")
        put_off = (bills["paid_time"] > sample.ago(owner, DELAYED)).to_numpy(np.bool_)
        put_off = put_off & (bills["paid_time"] < sample.as_of[owner]).to_numpy(np.bool_)
        after = sample.ago(owner[put_off], -1)
        bills = bills.copy()
        bills.loc[put_off, "paid_time"] = after
        bills.loc[put_off, "paid_known_time"] = after
        tried[owner[put_off]] = True
        tables["bills"] = bills
    return Bent(tables, tried)


def account_reopened(sample: GamingSample) -> Bent:
    """The account is closed ninety days before, its debt left behind, and only its successor is shown."""
    payments = sample.tables["payments"]
    person = sample.people_of("payments")
    gone = (payments["event_time"] < sample.ago(person, REOPENED)).to_numpy(np.bool_)
    tried = np.zeros(len(sample), np.bool_)
    tried[person[gone]] = True
    tried = tried & (np.bincount(person[~gone], minlength=len(sample)) > 0)
    gone = gone & tried[person]
    kept = payments[~gone].copy()
    if "balance" in payments:
        before = payments[gone]
        left = before.groupby(person[gone])["balance"].last().reindex(range(len(sample)))
        debt = np.minimum(left.fillna(0.0).to_numpy(np.float64), 0.0)
        kept["balance"] = kept["balance"].to_numpy(np.float64) - debt[person[~gone]]
    return Bent({"payments": kept.reset_index(drop=True)}, tried)


def changed_account(sample: GamingSample, added: list[pd.DataFrame], gone: Flags | None = None) -> Any:
    """Add payments and take some away, with the balances that follow from that.

    Parameters
    ----------
    sample : GamingSample
    added : list of DataFrame
        Settled payments.
    gone : ndarray of bool, shape (n_payments,), optional
        Payments that are not made.

    Returns
    -------
    DataFrame
    """
    import pandas as pd

    payments = sample.tables["payments"]
    absent = np.zeros(len(payments), np.bool_) if gone is None else gone
    settled = np.ones(len(payments), np.bool_)
    if "status" in payments:
        settled = (payments["status"].isna() | (payments["status"] == "settled")).to_numpy(np.bool_)
    was = payments.assign(_moved=np.where(absent & settled, -payments["amount"], 0.0), _gone=absent)
    new = [rows.assign(_moved=rows["amount"], _gone=False) for rows in added]
    # Rows of one moment: those that were there first.
    both = pd.concat([was, *new], ignore_index=True)
    both = both.sort_values(["applicant_id", "event_time"], kind="stable", ignore_index=True)
    if "balance" in both:
        both["balance"] = _balances(both)
    both = both[~both["_gone"]].drop(columns=["_moved", "_gone"]).reset_index(drop=True)
    return both.assign(event_id=np.arange(len(both)))


def _balances(rows: pd.DataFrame) -> Any:
    """Balance after each row: that of the last one before, and what was moved since."""
    keys = [rows["applicant_id"]]
    if "account_id" in rows:
        keys.append(rows["account_id"].astype(object).where(rows["account_id"].notna(), ""))
    moved = rows["_moved"].groupby(keys).cumsum()
    before = rows["balance"].groupby(keys).ffill()
    opening = (rows["balance"] - rows["amount"]).groupby(keys).bfill()
    new = rows["_moved"].ne(0.0) & ~rows["_gone"]
    known = before.fillna(opening)
    # An account that is new begins empty, where balances are known at all.
    alone = known.isna() & new
    known = known.mask(alone, 0.0) if rows["balance"].notna().any() else known
    return (rows["balance"].where(~new, known) + moved).round(2)


def _with_account(sample: GamingSample) -> NDArray[np.int64]:
    """People of whom payments and some income are known."""
    rows = np.bincount(sample.people_of("payments"), minlength=len(sample))
    return np.flatnonzero((rows > 0) & (sample.income > 0.0))


def _bent(sample: GamingSample, people: NDArray[np.int64], added: list[pd.DataFrame]) -> Bent:
    tried = np.zeros(len(sample), np.bool_)
    tried[people] = True
    return Bent({"payments": changed_account(sample, added)}, tried)


def _transfer(
    sample: GamingSample, people: NDArray[np.int64], days: float, months: float, **given: Any
) -> pd.DataFrame:
    """Money from somebody new, the same one each time; below 0 months' income it goes there."""
    partners = sample.fresh("payments", "counterparty_id", len(sample))
    account = {"account_id": _main_account(sample)[people]} | given
    return sample.rows(
        "payments", people, event_time=sample.ago(people, days),
        amount=np.round(months * sample.income[people], 2), kind="transfer", method="transfer",
        counterparty_kind="person", status="settled", counterparty_id=partners[people], **account,
    )  # fmt: skip


def _main_account(sample: GamingSample) -> NDArray[Any]:
    """Account with most payments of each person, shape (n_people,); None where the table names none."""
    payments = sample.tables["payments"]
    found = np.full(len(sample), None, dtype=object)
    if "account_id" not in payments:
        return found
    counts = payments.groupby([sample.people_of("payments"), payments["account_id"]]).size()
    ordered = counts.sort_values(kind="stable").index
    found[ordered.get_level_values(0)] = np.array(ordered.get_level_values(1), dtype=object)
    return found


def _shops(sample: GamingSample) -> NDArray[Any]:
    """Ids of the ten merchants with most payments of everyone."""
    payments = sample.tables["payments"]
    if "counterparty_id" not in payments:
        return np.empty(0, dtype=object)
    chosen = payments["amount"] < 0.0
    if "kind" in payments:
        chosen = chosen & (payments["kind"] == "purchase")
    counts = payments.loc[chosen, "counterparty_id"].value_counts()
    return np.array(counts.index[:10], dtype=object)


def _is_bill(payments: pd.DataFrame) -> Flags:
    found = np.zeros(len(payments), np.bool_)
    if "kind" in payments:
        found = found | (payments["kind"] == "bill").to_numpy(np.bool_)
    if "category" in payments:
        found = found | payments["category"].isin(_BILLS).to_numpy(np.bool_) & _kind_is_open(payments)
    return found


def _kind_is_open(payments: pd.DataFrame) -> Flags:
    """Rows whose kind does not say that they are something else."""
    if "kind" not in payments:
        return np.ones(len(payments), np.bool_)
    return np.asarray(payments["kind"].isna() | (payments["kind"] == "bill"), np.bool_)
