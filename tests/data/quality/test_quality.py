"""Planted faults are found, and clean portfolios are left in peace."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest

import creditscore as cs
from creditscore.data.quality.figures import CHECKS
from creditscore.errors import CreditScoreError, NameUnknownError, ParameterError
from creditscore.simulate.config import SimulationConfig

SEEDS = range(4)


@pytest.fixture(scope="module")
def clean():
    """Tables and applications of made-up lenders, by seed; sessions once each."""

    def made(seed: int):
        simulated, _ = cs.simulate.simulate_with_truth(SimulationConfig(people=150), seed=seed)
        tables = {name: frame for name, frame in simulated.to_tables().items() if name != "applications"}
        said = [name for name in tables["sessions"] if name not in ("event_id", "known_time")]
        tables["sessions"] = tables["sessions"].drop_duplicates(said)
        return tables, simulated.to_applications()

    return {seed: made(seed) for seed in SEEDS}


def checked(tables, applications=None, **bounds):
    chosen = cs.QualityBounds.from_dict(bounds)
    return cs.Portfolio(**tables, set_aside=True).quality(applications, bounds=chosen)


def test_clean_portfolios_break_no_bound(clean):
    alarms = [
        f"seed {seed}: {found}"
        for seed, (tables, applications) in clean.items()
        for found in checked(tables, applications).findings
    ]
    assert not alarms, "\n".join(alarms)


def doubled_month(tables, rng):
    payments = tables["payments"]
    month = payments["event_time"].dt.strftime("%Y-%m")
    chosen = payments[month == month.value_counts().index[0]]
    again = chosen.assign(event_id=payments["event_id"].max() + 1 + np.arange(len(chosen)))
    return {"payments": pd.concat([payments, again])}


def lost_month(tables, rng):
    payments = tables["payments"]
    month = payments["event_time"].dt.strftime("%Y-%m")
    chosen = rng.choice(sorted(month.unique())[6:-6])
    return {"payments": payments[month != chosen]}


def stopped_feed(tables, rng):
    payments = tables["payments"]
    return {
        "payments": payments[payments["event_time"] < payments["event_time"].max() - pd.Timedelta(days=150)]
    }


def cents_of_a_month(tables, rng):
    payments = tables["payments"].copy()
    month = payments["event_time"].dt.strftime("%Y-%m")
    payments.loc[month == rng.choice(sorted(month.unique())[3:-3]), "amount"] *= 100.0
    return {"payments": payments}


def cents_of_some_people(tables, rng):
    payments = tables["payments"].copy()
    busy = payments["applicant_id"].value_counts().index[:20].to_numpy()
    payments.loc[payments["applicant_id"].isin(rng.choice(busy, 5, replace=False)), "amount"] *= 10_000.0
    return {"payments": payments}


def known_before_they_happened(tables, rng):
    payments = tables["payments"].copy()
    known = payments["event_time"] + pd.Timedelta("1h")
    known[rng.choice(len(known), 20, replace=False)] -= pd.Timedelta(days=30)
    return {"payments": payments.assign(known_time=known)}


def from_the_future(tables, rng):
    payments = tables["payments"].copy()
    rows = rng.choice(len(payments), 10, replace=False)
    payments.loc[payments.index[rows], "event_time"] += pd.Timedelta(days=3650)
    return {"payments": payments.drop(columns=["known_time"], errors="ignore")}


def paid_years_before(tables, rng):
    bills = tables["bills"].copy()
    rows = bills.index[bills["paid_time"].notna()][:8]
    bills.loc[rows, "paid_time"] -= pd.Timedelta(days=1500)
    return {"bills": bills.drop(columns=["paid_known_time"], errors="ignore")}


def closed_before_opened(tables, rng):
    loans = tables["loans"].copy()
    rows = loans.index[loans["closed_time"].notna()][:6]
    loans.loc[rows, "closed_time"] = loans.loc[rows, "event_time"] - pd.Timedelta(days=40)
    return {"loans": loans}


def due_before_the_loan(tables, rng):
    instalments = tables["instalments"].copy()
    rows = rng.choice(len(instalments), 10, replace=False)
    instalments.loc[instalments.index[rows], "due_time"] -= pd.Timedelta(days=4000)
    return {"instalments": instalments}


def another_coding(tables, rng):
    payments = tables["payments"].copy()
    month = payments["event_time"].dt.strftime("%Y-%m")
    payments.loc[month == month.value_counts().index[0], "category"] = None
    return {"payments": payments}


FAULTS = {
    doubled_month: ("duplicates", "payments"),
    lost_month: ("gap", "payments"),
    stopped_feed: ("freshness", "payments"),
    cents_of_a_month: ("scale_month", "payments"),
    cents_of_some_people: ("scale_owner", "payments"),
    known_before_they_happened: ("known_early", "payments"),
    from_the_future: ("future", "payments"),
    paid_years_before: ("paid_long_before_due", "bills"),
    closed_before_opened: ("refused", "loans"),
    due_before_the_loan: ("before_opening", "instalments"),
    another_coding: ("drift", "payments"),
}


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.__name__)
def test_a_planted_fault_is_found_in_every_portfolio(clean, fault):
    missed = []
    for seed, (tables, applications) in clean.items():
        planted = tables | fault(tables, np.random.default_rng(seed))
        found = {(one.check, one.table) for one in checked(planted, applications).findings}
        if FAULTS[fault] not in found:
            missed.append(f"seed {seed}: {sorted(found)}")
    assert not missed, "\n".join(missed)


def test_figures_by_hand():
    rows = [
        {
            "applicant_id": "a",
            "event_time": "2024-01-31T23:30Z",
            "amount": -5.0,
            "balance": None,
            "event_id": 1,
        },
        {
            "applicant_id": "a",
            "event_time": "2024-01-31T23:30Z",
            "amount": -5.0,
            "balance": None,
            "event_id": 2,
        },
        {
            "applicant_id": "b",
            "event_time": "2024-02-03T10:00Z",
            "amount": 7.0,
            "balance": 9.0,
            "event_id": 3,
        },
    ]
    quality = cs.Portfolio(payments=rows, timezone="Africa/Lagos").quality(as_of="2024-02-13T00:00Z")
    (table,) = quality.tables
    assert (table.rows, table.owners, table.duplicates, table.first, table.last) == (
        3, 2, 1, "2024-02-01", "2024-02-03",
    )  # fmt: skip
    assert (table.months, table.age_days) == ((("2024-02", 3),), 9.0)
    assert {one.column: one.filled for one in table.columns}["balance"] == pytest.approx(1 / 3)
    assert quality.ok


def test_a_corrected_row_is_no_repeat():
    row = {"applicant_id": "a", "event_time": "2024-01-31T10:00Z", "amount": -5.0, "event_id": 1}
    rows = [row | {"known_time": f"2024-02-0{day}T10:00Z"} for day in (1, 2)]
    (table,) = cs.Portfolio(payments=rows).quality().tables
    assert (table.rows, table.duplicates) == (1, 0)


def test_order_of_rows_changes_nothing(clean):
    tables, applications = clean[0]
    mixed = {name: frame.sample(frac=1.0, random_state=7) for name, frame in tables.items()}
    assert checked(mixed, applications).to_dict() == checked(tables, applications).to_dict()


def test_bounds_that_are_named_are_kept_or_broken(clean):
    tables, applications = clean[0]
    found = checked(
        tables, applications, completeness={"payments.balance": 1.0, "payments.iban": 0.5},
        freshness={"payments": 0.0},
    ).findings  # fmt: skip
    assert {(one.check, one.column) for one in found} >= {
        ("freshness", ""), ("completeness", "iban"),
    }  # fmt: skip
    assert not checked(tables, applications, freshness={"payments": 0.0}, ignore=["freshness"]).findings


def test_applicants_that_no_table_knows(clean):
    tables, _ = clean[0]
    asked = [{"application_id": n, "applicant_id": -1 - n, "as_of": "2024-01-01T00:00Z"} for n in range(9)]
    strangers = cs.Applications.from_records(asked)
    assert "unknown_applicants" in {one.check for one in checked(tables, strangers).findings}


@pytest.mark.parametrize(
    ("bounds", "message"),
    [
        ({"drift": 1.0}, "no bound 'drift'"),
        ({"drift_psi": "much"}, "drift_psi"),
        ({"drift_psi": float("nan")}, "drift_psi"),
        ({"refused_share": 2}, "within 0 and 1"),
        ({"scale_ratio": 0.5}, "scale_ratio"),
        ({"ignore": ["everything"]}, "no check 'everything'"),
        ({"ignore": "drift"}, "list of checks"),
        ({"freshness": {"payment": 3}}, "payments"),
        ({"completeness": {"payments": 1.0}}, "table.column"),
        ({"completeness": {"paymens.amount": 1.0}}, "payments"),
        ({"completeness": 1.0}, "numbers by name"),
    ],
)
def test_bounds_are_closed(bounds, message):
    with pytest.raises((ParameterError, NameUnknownError), match=message):
        cs.QualityBounds.from_dict(bounds)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("b.toml", "drift_psi = 0.1\n[freshness]\npayments = 3\n"),
        ("b.json", '{"drift_psi": 0.1, "freshness": {"payments": 3}}'),
    ],
)
def test_bounds_come_from_a_file(tmp_path, name, content):
    (tmp_path / name).write_text(content, encoding="utf-8")
    found = cs.QualityBounds.from_file(tmp_path / name)
    assert (found.drift_psi, dict(found.freshness)) == (0.1, {"payments": 3.0})
    assert cs.QualityBounds.from_dict(found.to_dict()) == found


@pytest.mark.parametrize(("name", "content"), [("b.toml", "a ="), ("b.json", "{"), ("b.yml", "a: 1")])
def test_files_that_are_none(tmp_path, name, content):
    (tmp_path / name).write_text(content, encoding="utf-8")
    with pytest.raises(CreditScoreError):
        cs.QualityBounds.from_file(tmp_path / name)


def test_page_and_json_say_the_same_and_escape(tmp_path):
    rows = [
        {"applicant_id": "a", "event_time": "2024-01-31T10:00Z", "amount": 5.0, "<b>": 1.0},
        {
            "applicant_id": "a",
            "event_time": "2024-01-30T10:00Z",
            "amount": 5.0,
            "known_time": "2023-01-01T10:00Z",
        },
    ]
    quality = cs.Portfolio(payments=rows).quality()
    for name in ("q.html", "q.json"):
        quality.save(tmp_path / name)
    page = (tmp_path / "q.html").read_text(encoding="utf-8")
    data = json.loads((tmp_path / "q.json").read_text(encoding="utf-8"))
    assert "<b>" not in page
    assert "&lt;b&gt;" in page
    assert [one["check"] for one in data["findings"]] == ["known_early"]
    assert CHECKS["known_early"] in page
    with pytest.raises(ParameterError, match="html"):
        quality.save(tmp_path / "q.txt")


def test_nothing_is_a_portfolio_too():
    assert cs.Portfolio().quality().tables == ()
    (empty,) = cs.Portfolio(payments=[]).quality().tables
    assert (empty.rows, empty.first, str(empty.age_days)) == (0, "", "nan")


def test_parties_of_an_application_that_was_not_given_are_counted():
    """A slip in the id of an application would leave a co-applicant out unseen."""
    rows = [
        {"application_id": "A1", "applicant_id": "a", "role": "applicant"},
        {"application_id": "A1", "applicant_id": "b", "role": "co_applicant"},
        {"application_id": "A-1", "applicant_id": "c", "role": "co_applicant"},
    ]
    asked = cs.Applications.from_records([
        {"application_id": "A1", "applicant_id": "a", "as_of": "2026-06-15T12:00:00+00:00"}
    ])  # fmt: skip
    for row in rows:
        row["known_time"] = "2026-06-01T12:00:00+00:00"
    portfolio = cs.Portfolio.from_records({"parties": rows})
    (found,) = [
        one for one in portfolio.quality(asked).findings if one.check == "unknown_applications"
    ]
    assert (found.table, found.count, found.value) == ("parties", 1, 1 / 3)
    loose = cs.QualityBounds(parties_share=0.5, unknown_share=1.0)
    assert not [one for one in portfolio.quality(asked, bounds=loose).findings if one.table == "parties"]
