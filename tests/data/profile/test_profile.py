"""The page of one customer: right by hand, blind to what was known later, silent about other people."""

from __future__ import annotations

import json
import re

import pandas as pd
import pytest

import creditscore as cs
from creditscore.data.sources import SOURCES
from creditscore.data.tables.contracts import CONTRACTS
from creditscore.errors import ParameterError
from creditscore.simulate.config import SimulationConfig
from creditscore.words.languages import LANGUAGES
from creditscore.words.profile import PROFILE

MOMENT = "2024-06-01T00:00Z"


@pytest.fixture(scope="module")
def simulated():
    return cs.simulate.simulate_with_truth(SimulationConfig(people=120), seed=3)[0]


def ledger():
    return {
        "payments": [
            {"applicant_id": "ann", "event_time": "2024-01-10T09:00Z", "amount": 500.0, "balance": 700.0},
            {"applicant_id": "ann", "event_time": "2024-05-10T09:00Z", "amount": 900.0, "balance": 950.0},
            {"applicant_id": "ann", "event_time": "2024-05-11T09:00Z", "amount": -40.0, "balance": 910.0,
             "counterparty_id": "secret-shop"},
            {"applicant_id": "ann", "event_time": "2024-05-31T09:00Z", "amount": -7.0, "balance": 903.0,
             "known_time": "2024-06-02T09:00Z"},
            {"applicant_id": "bob", "event_time": "2024-05-12T09:00Z", "amount": 5.0},
        ],
        "loans": [
            {"applicant_id": "ann", "loan_id": "x", "event_time": "2023-01-01T00:00Z",
             "closed_time": "2024-07-01T00:00Z"},
            {"applicant_id": "ann", "loan_id": "y", "event_time": "2023-02-01T00:00Z",
             "closed_time": "2024-03-01T00:00Z"},
            {"applicant_id": "bob", "loan_id": "z", "event_time": "2023-02-01T00:00Z"},
        ],
        "instalments": [
            {"applicant_id": "ann", "loan_id": "x", "due_time": "2024-12-01T00:00Z", "due_amount": 5.0},
        ],
        "bills": [
            {"applicant_id": "ann", "bill_id": 1, "due_time": "2024-05-01T00:00Z", "due_amount": 9.0,
             "paid_time": "2024-06-05T00:00Z"},
            {"applicant_id": "ann", "bill_id": 2, "due_time": "2024-04-01T00:00Z", "due_amount": 9.0,
             "paid_time": "2024-04-05T00:00Z"},
        ],
        "ties": [
            {"person_id": "ann", "other_id": f"friend{n}", "event_time": "2024-01-01T00:00Z"}
            for n in range(4)
        ],
        "standings": [{"person_id": "ann", "event_time": "2024-01-01T00:00Z", "standing": "defaulted"}],
        "sessions": [
            {"applicant_id": "ann", "event_time": f"2024-05-0{n}T10:00Z", "channel": channel}
            for n, channel in ((1, "app"), (2, "app"), (3, "branch"), (4, "web"))
        ],
        "inquiries": [{"applicant_id": "ann", "event_time": "2024-01-01T00:00Z", "lender": "rival"}],
        "consents": [
            {"applicant_id": "ann", "source": "inquiries", "granted_time": "2024-01-01T00:00Z",
             "withdrawn_time": "2024-05-01T00:00Z"},
            {"applicant_id": "ann", "source": "payments", "granted_time": "2024-01-01T00:00Z",
             "withdrawn_time": "2024-08-01T00:00Z"},
        ],
    }  # fmt: skip


def test_by_hand():
    profile = cs.Portfolio(**ledger()).profile("ann", MOMENT, age=25.9)
    assert dict(profile.facts) == {
        "money_in_90d": 900.0, "money_out_90d": 40.0, "last_balance": 910.0, "loans_open": 1.0,
        "loans_closed": 1.0, "loans_written_off": 0.0, "worst_days_past_due_365d": None, "bills_unpaid": 1.0,
        "ties": None, "groups": None, "channel_preference": "app",
    }  # fmt: skip
    seen = {one.source: (one.status, one.rows, one.first, one.last) for one in profile.sources}
    assert seen["payments"] == ("present", 3, "2024-01-10", "2024-05-11")
    assert seen["loans"] == ("present", 3, "2023-01-01", "2023-02-01")
    assert seen["inquiries"] == ("withdrawn", 0, "", "")
    assert seen["standings"] == ("hidden", 0, "", "")
    assert seen["activities"] == ("absent", 0, "", "")
    assert profile.consents == (
        ("inquiries", "withdrawn", "2024-05-01"), ("payments", "granted", "2024-01-01"),
    )  # fmt: skip
    assert (profile.level, profile.age_band, profile.channel_use, profile.digital_share) == (
        "thin", "18-25", "digital", 0.75,
    )  # fmt: skip
    assert ("closed", "2024-03-01") in {(one.what, one.day) for one in profile.milestones}
    assert "2024-07-01" not in profile.to_json()


def test_statuses_of_connections():
    rows = [
        {"applicant_id": "ann", "source": "payments", "connected_time": "2024-01-01T00:00Z"},
        {"applicant_id": "ann", "source": "sessions", "connected_time": "2024-01-01T00:00Z",
         "disconnected_time": "2024-02-01T00:00Z"},
        {"applicant_id": "ann", "source": "bills", "connected_time": "2024-09-01T00:00Z"},
    ]  # fmt: skip
    seen = {one.source: one.status for one in cs.Portfolio(connections=rows).profile("ann", MOMENT).sources}
    assert (seen["payments"], seen["sessions"], seen["bills"]) == ("empty", "disconnected", "absent")


def known_before(frame: pd.DataFrame, name: str, moment: pd.Timestamp) -> pd.DataFrame:
    """Cut a table to what was known before a moment, written apart from the library."""
    contract = CONTRACTS[name]
    frame = frame.copy()
    row = frame[contract.row_time]
    known = frame["known_time"].fillna(row) if "known_time" in frame else row
    if not contract.date_known_at_start:
        known = pd.concat([known, row], axis=1).max(axis=1)
    for fact in contract.facts:
        if fact in frame:
            late = fact.removesuffix("_time") + "_known_time"
            when = frame[late].fillna(frame[fact]) if late in frame else frame[fact]
            hidden = pd.concat([when, frame[fact]], axis=1).max(axis=1) >= moment
            columns = [fact, *([late] if late in frame else [])]
            columns += [c for c, d in contract.declared.items() if d.known_with == fact and c in frame]
            for column in columns:
                frame.loc[hidden, column] = None
    return frame[known < moment]


def test_what_was_known_later_changes_no_byte(simulated):
    moment = pd.Timestamp("2023-06-01", tz="UTC")
    tables = {name: frame for name, frame in simulated.to_tables().items() if name in CONTRACTS}
    whole = cs.Portfolio(**tables)
    # Rows of a schedule are known with their loan, so they stay with the loans that stay.
    cut = {name: known_before(f, name, moment) for name, f in tables.items() if name != "instalments"}
    there = set(cut["loans"]["loan_id"])
    schedule = tables["instalments"]
    columns = [c for c in schedule if not c.startswith("paid")]
    cut["instalments"] = schedule.loc[schedule["loan_id"].isin(there), columns]
    trimmed = cs.Portfolio(**{name: frame for name, frame in cut.items() if len(frame)})
    for person in range(0, 120, 2):
        want, found = (one.profile(person, moment.isoformat()) for one in (trimmed, whole))
        assert found.to_json() == want.to_json(), person
        assert found.to_html("fa") == want.to_html("fa")


def test_nobody_else_is_named():
    """Ids of others are replaced by others: no byte changes, and none is found."""
    tables = ledger()
    page = cs.Portfolio(**tables).profile("ann", MOMENT)
    for text in (page.to_html(), page.to_json(), str(page)):
        assert not re.search("friend|secret-shop|bob|rival", text)
    tables["ties"] += [{"person_id": "ann", "other_id": "one-more", "event_time": "2024-01-01T00:00Z"}]
    assert dict(cs.Portfolio(**tables).profile("ann", MOMENT).facts)["ties"] == 5.0


def test_a_stranger_has_a_page_too(simulated):
    page = cs.Portfolio(**ledger()).profile("nobody", MOMENT)
    assert page.level == "unknown"
    assert {one.status for one in page.sources} == {"absent", "hidden"}
    assert {value for _, value in page.facts} == {None}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_has_every_word(language):
    words = PROFILE[language]
    assert set(words) == set(PROFILE["en"])
    page = cs.Portfolio(**ledger()).profile("ann", MOMENT, age=70).to_html(language, "jalali")
    for source in SOURCES.values():
        assert source.name not in re.findall(r"<td>(\w+)</td>", page)
    if language != "en":
        said = re.sub(r"<style>.*?</style>|<[^>]+>", " ", page)
        assert set(re.findall(r"[a-z]{3,}", said)) <= {"ann"}
    assert ('dir="rtl"' in page) == (language == "fa")


def test_ids_are_escaped_and_files_are_written(tmp_path):
    page = cs.Portfolio(**ledger()).profile("<script>", MOMENT)
    assert "<script>" not in page.to_html()
    page.save(tmp_path / "p.json")
    assert json.loads((tmp_path / "p.json").read_text(encoding="utf-8"))["applicant_id"] == "<script>"
    page.save(tmp_path / "p.html", "zh")
    with pytest.raises(ParameterError, match="html"):
        page.save(tmp_path / "p.pdf")


@pytest.mark.parametrize("age", [-1, 200, "old", True])
def test_an_age_that_is_none(age):
    with pytest.raises(ParameterError, match="age"):
        cs.Portfolio(**ledger()).profile("ann", MOMENT, age=age)


def test_segments_read_it():
    young = cs.Segment("young_digital", "age_band == '18-25' and digital_share > 0.6")
    page = cs.Portfolio(**ledger()).profile("ann", MOMENT, age=20)
    assert young.of(page.segment_columns()).inside.tolist() == [True]
    unknown = cs.Portfolio(**ledger()).profile("bob", MOMENT)
    assert young.of(unknown.segment_columns()).unknown.tolist() == [True]
