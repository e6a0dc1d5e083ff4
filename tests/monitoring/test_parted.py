"""Tables of a portfolio in time, cut by a segment: what a portfolio of these loans alone gives."""

from __future__ import annotations

import numpy as np
import pytest

import creditscore as cs
from creditscore.errors import NameUnknownError, ParameterError

AT = "2025-06-30T00:00Z"


@pytest.fixture(scope="module")
def lender():
    made = cs.simulate.simulate_portfolio(cs.simulate.SimulationConfig(people=300, bad_rate=0.2), seed=8)
    portfolio = made.portfolio()
    frames = {name: portfolio.to_frame(name) for name in ("loans", "instalments")}
    branch = {one: ("north", "south", None)[number % 3] for number, one in enumerate(portfolio.loan_ids)}
    return portfolio, frames, branch


def alone(frames, kept):
    return cs.Portfolio(**{name: frame[frame["loan_id"].isin(kept)] for name, frame in frames.items()})


@pytest.mark.parametrize("by", ["id", "position"])
def test_a_segment_gives_what_a_portfolio_of_its_loans_gives(lender, by):
    _, frames, branch = lender
    whole = cs.Portfolio(**frames)
    north = cs.Segment("north", "branch == 'north'")
    kept = [one for one in whole.loan_ids if branch[one] == "north"]
    values = branch if by == "id" else [branch[one] for one in whole.loan_ids]
    how = {"segment": north, "columns": {"branch": values}}
    some = alone(frames, kept)
    cut, expected = cs.vintages(whole, AT, months=12, **how), cs.vintages(some, AT, months=12)
    assert 1 < len(cut) == len(expected)
    assert cut.to_frame().equals(expected.to_frame())
    assert sum(one.loans for one in cut.vintages) < sum(v.loans for v in cs.vintages(whole, AT).vintages)
    survival = cut.survival()["all"]
    assert np.array_equal(survival.share, expected.survival()["all"].share, equal_nan=True)
    rolled, expected = cs.roll_rates(whole, AT, **how), cs.roll_rates(some, AT)
    assert rolled.counts.sum() > 0
    assert np.array_equal(rolled.counts, expected.counts)


def test_parts_of_all_loans_add_up_to_all(lender):
    _, frames, branch = lender
    whole = cs.Portfolio(**frames)
    counts = [
        cs.roll_rates(whole, AT, segment=cs.Segment("part", where), columns={"branch": branch}).counts
        for where in ("branch == 'north'", "branch == 'south'", "branch is missing")
    ]
    assert np.array_equal(sum(counts), cs.roll_rates(whole, AT).counts)


def test_a_loan_of_which_nothing_is_said_is_in_no_segment(lender):
    _, frames, branch = lender
    whole = cs.Portfolio(**frames)
    few = dict(list(branch.items())[:30])
    size = dict.fromkeys(list(branch)[:30], 10.0)
    by = [
        cs.vintages(whole, AT, segment=cs.Segment("part", where), columns=columns)
        for where, columns in (
            ("branch in ['north', 'south']", {"branch": few}),
            ("not (size > 50)", {"size": size}),
        )
    ]
    assert [sum(one.loans for one in table.vintages) for table in by] <= [20, 30]


def test_what_no_segment_can_read_is_refused(lender):
    _, frames, branch = lender
    whole = cs.Portfolio(**frames)
    north = cs.Segment("north", "branch == 'north'")
    for table in (cs.vintages, cs.roll_rates):
        with pytest.raises(NameUnknownError, match="branch"):
            table(whole, AT, segment=north)
        with pytest.raises(ParameterError, match="segment"):
            table(whole, AT, columns={"branch": branch})
        with pytest.raises(ParameterError, match="known to be in"):
            table(whole, AT, segment=cs.Segment("west", "branch == 'west'"), columns={"branch": branch})
        with pytest.raises(ParameterError, match="of loans of the portfolio"):
            table(whole, AT, segment=north, columns={"branch": branch | {"x": "north"}})
        with pytest.raises(ParameterError, match="one value for each"):
            table(whole, AT, segment=north, columns={"branch": ["north"]})


def test_a_segment_of_loans_that_were_not_yet_opened_is_refused():
    rows = [
        {"loan_id": number, "applicant_id": "a", "event_time": when, "amount": 90.0}
        for number, when in ((1, "2024-01-10T09:00:00Z"), (2, "2025-08-10T09:00:00Z"))
    ]
    due = [
        {"loan_id": number, "applicant_id": "a", "due_time": when, "due_amount": 99.0}
        for number, when in ((1, "2024-02-10T00:00:00Z"), (2, "2025-09-10T00:00:00Z"))
    ]
    portfolio = cs.Portfolio.from_records({"loans": rows, "instalments": due})
    late = cs.Segment("late", "year == 2025")
    with pytest.raises(ParameterError, match="segment"):
        cs.vintages(portfolio, AT, segment=late, columns={"year": {1: 2024.0, 2: 2025.0}})
