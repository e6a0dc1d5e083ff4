"""Applications: who asks, when, for what."""

from __future__ import annotations

import math
from dataclasses import FrozenInstanceError
from datetime import UTC, date, datetime

import numpy as np
import pytest

from creditscore._ground.instants import NEVER
from creditscore.data.applications import Applications
from creditscore.errors import ContractError, ParameterError


@pytest.fixture
def asked(at):
    return [
        {
            "application_id": f"n{n}",
            "applicant_id": 7 - n,
            "as_of": at(n),
            "amount": 100 * n,
            "product": ["car", None, "home"][n],
            "loan_id": [5, None, 4][n],
            "repeat": n == 1,
            "region": ["ñ", "m", None][n],
            "age": [30.5, None, 40.0][n],
        }
        for n in range(3)
    ]


def _nullable_ids(table):
    """pandas' NumPy columns cannot hold whole numbers with gaps, so these ids are nullable there."""
    if hasattr(table, "convert_dtypes"):
        return table.astype({"loan_id": "Int64"})
    return table


@pytest.mark.as_given
def test_every_library_gives_the_same_applications(asked, door, at, micros):
    applications = Applications(_nullable_ids(door(asked)))
    assert len(applications) == 3
    assert applications.application_ids == ("n0", "n1", "n2")
    assert applications.applicant_ids == (7, 6, 5)
    assert all(type(applicant) is int for applicant in applications.applicant_ids)
    assert applications.as_of.tolist() == [micros(at(n)) for n in range(3)]
    assert applications.loan_ids == (5, None, 4)
    assert set(applications.numeric) == {"amount", "repeat", "age"}
    assert applications.numeric["amount"].tolist() == [0.0, 100.0, 200.0]
    assert applications.numeric["repeat"].tolist() == [0.0, 1.0, 0.0]
    np.testing.assert_array_equal(applications.numeric["age"], [30.5, np.nan, 40.0])
    assert applications.text == {"product": ("car", None, "home"), "region": ("ñ", "m", None)}


def test_rows_stay_in_their_order_whatever_their_ids(door, at):
    rows = [{"application_id": n, "applicant_id": "a", "as_of": at(n)} for n in (3, 1, 2)]
    assert Applications(door(rows)).application_ids == (3, 1, 2)


def test_attributes_that_are_times(door, at, micros):
    rows = [
        {"application_id": n, "applicant_id": n, "as_of": at(9), "joined": at(n) if n else None}
        for n in (0, 1)
    ]
    applications = Applications(door(rows))
    assert applications.moments["joined"].tolist() == [NEVER, micros(at(1))]
    assert applications.take([1]).moments["joined"].tolist() == [micros(at(1))]


@pytest.mark.as_given
def test_one_dict_is_one_application(asked):
    one = Applications.from_records(asked[2])
    assert one.application_ids == ("n2",)
    assert one.loan_ids == (4,)
    assert Applications.from_records({k: v for k, v in asked[2].items() if k != "loan_id"}).loan_ids is None


def test_a_date_stands_for_the_start_of_its_local_day(door, micros):
    row = {"application_id": 1, "applicant_id": 1, "as_of": date(2024, 5, 31)}
    applications = Applications(door([row]), timezone="Africa/Lagos")
    assert applications.as_of.tolist() == [micros(datetime(2024, 5, 30, 23, tzinfo=UTC))]
    with pytest.raises(
        ContractError, match=r"applications\.as_of: dates and times without a zone are refused"
    ):
        Applications(door([row]))


def test_no_applications(door):
    empty = door([{"application_id": 1, "applicant_id": 1, "as_of": "2024-01-01T00:00:00Z"}])
    empty = (
        empty[:0]
        if isinstance(empty, list)
        else empty.head(0)
        if hasattr(empty, "head")
        else empty.slice(0, 0)
    )
    with pytest.raises(ContractError, match="applications: there are no applications"):
        Applications(empty)
    with pytest.raises(ContractError, match="there are no applications"):
        Applications.from_records([])


def test_all_problems_stand_in_one_message(asked, door):
    rows = [asked[0], asked[1] | {"application_id": "n0"}, asked[2] | {"as_of": None, "amount": math.inf}]
    with pytest.raises(ContractError) as caught:
        Applications(_nullable_ids(door(rows)))
    found = {problem.column: (problem.rows, problem.rule) for problem in caught.value.problems}
    assert found == {
        "application_id": (2, "must not repeat"),
        "as_of": (1, "is required and missing"),
        "amount": (1, "must be finite"),
    }


def test_missing_columns(door):
    with pytest.raises(ContractError, match=r"applications\.as_of: the column is required and missing"):
        Applications(door([{"application_id": 1, "applicant_id": 2}]))


@pytest.mark.as_given
def test_taking_some(asked):
    applications = Applications.from_records(asked)
    taken = applications.take(np.array([2, 0, 2]))
    assert taken.application_ids == ("n2", "n0", "n2")
    assert taken.applicant_ids == (5, 7, 5)
    assert taken.loan_ids == (4, 5, 4)
    assert taken.as_of.tolist() == applications.as_of[[2, 0, 2]].tolist()
    assert taken.numeric["amount"].tolist() == [200.0, 0.0, 200.0]
    assert taken.text["region"] == (None, "ñ", None)
    assert len(applications.take([])) == 0
    assert repr(applications.take([])) == "Applications(0; attributes: amount, age, repeat, product, region)"


def test_nothing_can_be_changed(asked):
    applications = Applications.from_records(asked)
    with pytest.raises(FrozenInstanceError):
        applications.as_of = None
    with pytest.raises(TypeError):
        applications.numeric["amount"] = None
    for array in (applications.as_of, applications.numeric["amount"]):
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 0


def test_it_shows_itself(asked):
    shown = "Applications(3 from 2024-01-01 to 2024-01-03; attributes: amount, age, repeat, product, region)"
    assert repr(Applications.from_records(asked)) == shown


def test_what_is_no_table_is_refused():
    with pytest.raises(
        ParameterError, match="'applications' parameter must be a dataframe or a list of dicts"
    ):
        Applications(7)
