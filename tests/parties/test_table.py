"""The table of who applies together, against the ledger that each test writes down."""

from __future__ import annotations

import pandas as pd
import pytest

import creditscore as cs
from creditscore.data.about import about, without
from creditscore.errors import ContractError

COUPLE = [
    {"application_id": "A1", "applicant_id": "anna", "role": "applicant"},
    {"application_id": "A1", "applicant_id": "ben", "role": "co_applicant"},
    {"application_id": "A1", "applicant_id": "cleo", "role": "guarantor"},
    {"application_id": "A2", "applicant_id": "ben", "role": "applicant"},
]


def of(rows, **more):
    return cs.Portfolio.from_records({"parties": rows}, **more)


@pytest.mark.as_given
def test_rows_without_a_time_are_known_with_the_application_and_come_back_as_they_went_in():
    portfolio = of(COUPLE)
    frame = portfolio.to_frame("parties")
    columns = ["application_id", "applicant_id", "role"]
    rows = sorted(map(tuple, frame[columns].to_numpy().tolist()))
    assert rows == sorted(tuple(row[c] for c in columns) for row in COUPLE)
    assert frame["event_time"].isna().all()
    assert "1900" not in repr(portfolio)
    again = cs.Portfolio(parties=pd.DataFrame(COUPLE))
    assert again.to_frame("parties").equals(frame)


@pytest.mark.parametrize(
    ("rows", "says"),
    [
        ([COUPLE[0] | {"role": "spouse"}], "unknown label"),
        ([{"application_id": "A1", "applicant_id": "anna"}], "role"),
        ([{"applicant_id": "anna", "role": "applicant"}], "application_id"),
        ([COUPLE[0] | {"application_id": None}], "application_id"),
        ([COUPLE[0], COUPLE[0]], "must not repeat"),
        ([COUPLE[0], COUPLE[0] | {"role": "co_applicant"}], "must not repeat"),
        ([COUPLE[0], COUPLE[1] | {"role": "applicant"}], "must have one applicant"),
    ],
)
def test_what_breaks_a_rule_is_refused_by_name_or_set_aside_and_counted(rows, says):
    with pytest.raises(ContractError, match=says):
        of([*rows, COUPLE[3]])
    if "role" in rows[0] and "application_id" in rows[0]:
        aside = of([*rows, COUPLE[3]], set_aside=True)
        assert aside.quarantined["parties"].count >= 1
        assert "A2" in set(aside.to_frame("parties")["application_id"])


def test_a_correction_known_later_replaces_a_row():
    rows = [
        COUPLE[0] | {"event_time": "2026-01-05T10:00:00Z"},
        COUPLE[1] | {"event_time": "2026-01-05T10:00:00Z", "role": "applicant"},
        COUPLE[1] | {"event_time": "2026-01-05T10:00:00Z", "known_time": "2026-01-06T10:00:00Z"},
    ]
    assert of(rows).tables["parties"].n_rows == 3


@pytest.mark.as_given
def test_pseudonyms_exports_and_erasure_treat_it_like_every_table():
    pseudonyms = cs.Pseudonyms(secret=bytes(range(32)))
    inside = of(COUPLE, pseudonyms=pseudonyms)
    assert pseudonyms.of("ben") in inside.applicant_ids
    assert not {"anna", "ben", "cleo"} & set(map(str, inside.to_frame("parties")["applicant_id"]))
    portfolio = of(COUPLE)
    held = about(portfolio, ["ben"])["parties"]
    assert {(row["application_id"], row["role"]) for row in held.rows} == {
        ("A1", "co_applicant"), ("A2", "applicant"),
    }  # fmt: skip
    left, counts = without(portfolio, ["ben"])
    assert counts == {"parties": 2}
    assert "ben" not in set(left.to_frame("parties")["applicant_id"])
