"""What columns of tables held at fitting is looked for again: one change is said by its name."""

from __future__ import annotations

import json
from dataclasses import asdict
from functools import cache
from typing import Any

import numpy as np
import pandas as pd
import pytest

import creditscore as cs
from creditscore.scoring.usual import TableTerms, unusual, usual_of

AS_OF = pd.Timestamp("2024-06-01T00:00Z")
TURNED = {"purchase": "salary", "salary": "cash", "cash": "purchase"}


def payments_of(seed: int, people: int = 300) -> pd.DataFrame:
    """Forty payments of everybody: more purchases than cash, by day, booked on the day after."""
    rng = np.random.default_rng(seed)
    n = 40 * people
    at = AS_OF - pd.to_timedelta(rng.integers(1, 300, n) * 24 - rng.integers(8, 18, n), unit="h")
    kind = rng.choice(["purchase", "salary", "cash"], n, p=[0.7, 0.2, 0.1])
    return pd.DataFrame(
        {
            "applicant_id": np.repeat([f"p{k:04d}" for k in range(people)], 40),
            "event_time": at,
            "known_time": at + pd.Timedelta("1D"),
            "amount": np.where(kind == "salary", 1.0, -1.0) * rng.lognormal(3.0, 1.0, n),
            "balance": np.where(rng.random(n) < 0.2, np.nan, rng.lognormal(6.0, 1.0, n)),
            "kind": kind,
            "channel": np.where(rng.random(n) < 0.05, "phone", "branch"),
            "status": np.where(rng.random(n) < 0.03, "declined", "settled"),
        }
    )


def asked(people: int = 300) -> cs.Applications:
    rows = {"application_id": range(people), "applicant_id": [f"p{k:04d}" for k in range(people)]}
    return cs.Applications(pd.DataFrame(rows | {"as_of": AS_OF}))


@cache
def terms() -> TableTerms:
    portfolio = cs.Portfolio(payments=payments_of(0))
    return usual_of(asked(), portfolio, portfolio.tables["payments"])


def found(payments: pd.DataFrame, **options: Any) -> set[str]:
    now = cs.Portfolio(payments=payments, **options)
    return {str(one.code) for one in unusual({"payments": terms()}, asked(), now)}


@pytest.mark.parametrize("seed", range(1, 5))
@pytest.mark.parametrize("people", [25, 100])
def test_other_people_of_the_same_kind_are_not_unusual(seed: int, people: int) -> None:
    assert not found(payments_of(seed, people))


CHANGES: dict[str, tuple[Any, set[str]]] = {
    "no values": (lambda f: f.assign(balance=np.nan), {"column_emptied"}),
    "no labels": (lambda f: f.assign(kind=None), {"column_emptied"}),
    "half of the values": (lambda f: f.assign(balance=f.balance.where(f.index % 2 == 0)), {"values_rarer"}),
    "labels that changed places": (lambda f: f.assign(kind=f.kind.map(TURNED)), {"kinds_shifted"}),
    "one label": (lambda f: f.assign(kind="purchase"), {"kinds_shifted"}),
    "a seldom label that is gone": (lambda f: f.assign(status="settled"), {"kind_gone"}),
    "an open label that is gone": (lambda f: f.assign(channel="branch"), {"kind_gone"}),
    "other labels": (lambda f: f.assign(channel="counter"), {"kinds_shifted"}),
    "the other sign": (lambda f: f.assign(amount=-f.amount), {"kinds_shifted"}),
    "no sign": (lambda f: f.assign(amount=0.0), {"kinds_shifted"}),
    "cents for euros": (lambda f: f.assign(balance=100.0 * f.balance), {"scale_shifted"}),
    "thousands": (lambda f: f.assign(amount=f.amount / 1000.0), {"scale_shifted"}),
    "another clock": (
        lambda f: f.assign(
            event_time=f.event_time - pd.Timedelta("11h"), known_time=f.known_time - pd.Timedelta("11h")
        ),
        {"kinds_shifted"},
    ),
    "booked a month late": (
        lambda f: f.assign(known_time=f.known_time + pd.Timedelta("30D")),
        {"lag_shifted"},
    ),
    "booked at once": (lambda f: f.assign(known_time=f.event_time), {"lag_shifted"}),
    "a feed that stopped": (
        lambda f: f[f.event_time < AS_OF - pd.Timedelta("60D")],
        {"table_ended"},
    ),
    "no rows": (lambda f: None, {"table_emptied"}),
}


@pytest.mark.parametrize("what", list(CHANGES))
def test_one_change_is_said_by_its_name(what: str) -> None:
    change, codes = CHANGES[what]
    after = change(payments_of(1))
    if after is None:
        others = pd.DataFrame({"applicant_id": payments_of(1).applicant_id.unique(), "bill_id": range(300)})
        bills = others.assign(due_time=AS_OF, due_amount=1.0)
        assert found(payments_of(1).iloc[:0], bills=bills) == codes
    else:
        assert found(after) == codes


def late(frame: pd.DataFrame, every: int, days: int) -> pd.DataFrame:
    """Every so many a row was known that late, and the others when they happened."""
    lag = np.where(np.arange(len(frame)) % every == 0, days, 0)
    return frame.assign(known_time=frame.event_time + pd.to_timedelta(lag, unit="D"))


@pytest.mark.parametrize(
    ("before", "now", "codes"),
    [
        (late(payments_of(0), 50, 3), late(payments_of(1), 1, 0), set()),
        (late(payments_of(0), 1, 0), late(payments_of(1), 50, 3), set()),
        (late(payments_of(0), 1, 0), late(payments_of(1), 1, 0), set()),
        (late(payments_of(0), 1, 0), late(payments_of(1), 1, 30), {"lag_shifted"}),
        (payments_of(0).drop(columns="known_time"), late(payments_of(1), 1, 30), {"lag_shifted"}),
    ],
    ids=["few late, none", "none late, few", "none late", "none late, all", "not told, all late"],
)
def test_when_rows_were_known_is_compared_where_all_were_known_at_once(before, now, codes) -> None:
    fitted = cs.Portfolio(payments=before)
    usual = {"payments": usual_of(asked(), fitted, fitted.tables["payments"])}
    assert {one.code for one in unusual(usual, asked(), cs.Portfolio(payments=now))} == codes


def test_few_owners_say_nothing_and_no_label_tells_on_them() -> None:
    lonely = payments_of(0)
    lonely.loc[lonely.applicant_id == "p0007", "channel"] = "the house of a person"
    portfolio = cs.Portfolio(payments=lonely)
    usual = {"payments": usual_of(asked(), portfolio, portfolio.tables["payments"])}
    assert "house" not in repr(usual)
    few = cs.Portfolio(payments=payments_of(1, 19).assign(kind=None, amount=0.0))
    assert not list(unusual(usual, asked(19), few))


def test_terms_go_to_plain_data_and_back() -> None:
    columns = terms().columns
    assert columns["kind"].kinds["purchase"] == pytest.approx(0.7, abs=0.02)
    assert columns["known_time"].lags == (1.0, 1.0, 1.0)
    assert columns["balance"].known == pytest.approx(0.8, abs=0.02)
    assert columns["amount"].kinds.keys() == {"-", "+"}
    assert TableTerms.from_dict(json.loads(json.dumps(asdict(terms())))) == terms()
