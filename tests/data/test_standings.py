"""Standings derived from loans: hand-made ledgers, late knowledge, and what one can know at each moment."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import creditscore as cs
from creditscore._ground.instants import DAY
from creditscore.data.door.clock import instants_of
from creditscore.data.loans.delinquency import days_past_due
from creditscore.errors import ContractError
from tests.data.ledgers import EPOCH, day, due, loan, paid, statement

WRITTEN = {"written_off_time": day(100)}
ON_TIME = [due(30, paid=30)]


def standings(tables, extracted=1_000.0, **rule):
    """Person, day on which it became known, standing and loan, of each row."""
    portfolio = cs.Portfolio.from_records(tables)
    rows = cs.standings_from(portfolio, cs.OutcomeRule(**rule), day(extracted))
    days = (rows["event_time"] - pd.Timestamp(EPOCH)) / pd.Timedelta("1D")
    return list(zip(rows["person_id"], days, rows["standing"], rows["loan_id"], strict=True))


CASES = {
    # Due on day 30 and never paid: 90 days past due on day 120.
    "never paid": ({"loans": [loan(0)], "instalments": [due(30)]}, [(120.0, "defaulted")]),
    # Paid on day 119.5, 89 days past due: neither bad, nor good (60 or more).
    "paid a day before": ({"loans": [loan(0)], "instalments": [due(30, paid=119.5)]}, []),
    # Paid 59 days late: good once the window of 365 days is over.
    "paid 59 days late": ({"loans": [loan(0)], "instalments": [due(30, paid=89.9)]}, [(365.0, "good")]),
    "paid 60 days late": ({"loans": [loan(0)], "instalments": [due(30, paid=90.0)]}, []),
    # 90 days past due on day 120, then paid: stays the last that was known.
    "paid too late": ({"loans": [loan(0)], "instalments": [due(30, paid=130)]}, [(120.0, "defaulted")]),
    # A second instalment of a loan that was good: due on day 400, default on day 490.
    "good, then bad": (
        {"loans": [loan(0)], "instalments": [due(30, 50.0, paid=30), due(400, 50.0)]},
        [(365.0, "good"), (490.0, "defaulted")],
    ),
    "written off": (
        {"loans": [loan(0) | WRITTEN], "instalments": [due(30, paid=30)]},
        [(100.0, "defaulted")],
    ),
    "written off, known late": (
        {
            "loans": [loan(0) | WRITTEN | {"written_off_known_time": day(140)}],
            "instalments": [due(30, paid=30)],
        },
        [(140.0, "defaulted")],
    ),
    "only write-offs are watched": (
        {"loans": [loan(0) | WRITTEN, loan(5, "M", applicant_id="B")]},
        [(100.0, "defaulted"), (370.0, "good")],
    ),
    "nothing says how it was repaid": (
        {"loans": [loan(0), loan(0, "M")], "instalments": [due(30, paid=30, loan_id="M")]},
        [(365.0, "good")],
    ),
    "reported": (
        {"loans": [loan(0)], "statements": [statement(50, 0), statement(80, 30), statement(110, 95)]},
        [(110.0, "defaulted")],
    ),
    "reported as paid": (
        {"loans": [loan(0)], "statements": [statement(50, 0), statement(80, 30), statement(110, 0)]},
        [(365.0, "good")],
    ),
    "closed early": (
        {"loans": [loan(0, closed_time=day(40))], "instalments": [due(30)]},
        [(365.0, "good")],
    ),
    "a guarantor's": ({"loans": [loan(0, role="guarantor")], "instalments": [due(30)]}, []),
    # One loan went bad on day 120, so that the other, which matured on day 365, makes no one good.
    "one good, one bad": (
        {"loans": [loan(0), loan(0, "M")], "instalments": [due(30), due(30, paid=30, loan_id="M")]},
        [(120.0, "defaulted")],
    ),
    # The other loan comes to 60 days on day 460, after the first was good.
    "trouble later": (
        {
            "loans": [loan(0), loan(0, "M")],
            "instalments": [due(30, paid=30), due(400, paid=470, loan_id="M")],
        },
        [(365.0, "good"), (365.0, "good")],
    ),
    # Paid on day 40, but that was known on day 150 only: until then it was 90 days past due on day 120.
    "paid, but known late": (
        {"loans": [loan(0)], "instalments": [due(30, paid=40, paid_known_time=day(150))]},
        [(120.0, "defaulted")],
    ),
    # A payment of day 30 is taken back on day 200: 90 days past due of a due date on day 30, at once.
    "taken back": (
        {"loans": [loan(0)], "instalments": [due(30)], "repayments": [paid(30), paid(200, -100.0)]},
        [(200.000_000_000_011_57, "defaulted")],
    ),
    # The loan became known on day 200, when it was long overdue.
    "loan known late": (
        {"loans": [loan(0, known_time=day(200))], "instalments": [due(30)]},
        [(200.000_000_000_011_57, "defaulted")],
    ),
}


@pytest.mark.parametrize("name", CASES)
@pytest.mark.as_given
def test_ledgers_by_hand(name):
    tables, expected = CASES[name]
    found = standings(tables)
    assert [row[2] for row in found] == [standing for _, standing in expected]
    assert [row[1] for row in found] == pytest.approx([when for when, _ in expected], abs=1e-10)


def test_maturity_is_the_rules_own():
    tables = {"loans": [loan(0)], "instalments": [due(15, paid=15)]}
    assert [row[1] for row in standings(tables, window="30d")] == [30.0]
    assert [row[1] for row in standings(tables, window="30d", reporting_lag="10d")] == [40.0]
    assert standings(tables, window="30d", extracted=29.0) == []


def test_the_rules_bad_days_are_its_own():
    tables = {"loans": [loan(0)], "instalments": [due(30, paid=65)]}
    assert [row[1:3] for row in standings(tables, bad_dpd=30)] == [(60.0, "defaulted")]
    assert [row[1:3] for row in standings(tables, bad_dpd=36, indeterminate_dpd=None)] == [(365.0, "good")]
    assert [row[1:3] for row in standings(tables, bad_dpd=35, indeterminate_dpd=None)] == [
        (65.0, "defaulted")
    ]


def test_a_reporting_lag_waits_for_payments_on_their_way():
    """Paid on day 40 and known on day 150: whoever waits 120 days before judging never thought it unpaid."""
    tables = {"loans": [loan(0)], "instalments": [due(30, paid=40, paid_known_time=day(150))]}
    assert [row[1:3] for row in standings(tables, reporting_lag="120d")] == [(485.0, "good")]
    never = {"loans": [loan(0)], "instalments": [due(30)]}
    assert [row[1:3] for row in standings(never, reporting_lag="45d")] == [(165.0, "defaulted")]


def test_restructuring_counts_if_the_rule_says_so():
    tables = {"loans": [loan(0, restructured_time=day(50))], "instalments": [due(30, paid=30)]}
    assert [row[1:3] for row in standings(tables)] == [(365.0, "good")]
    assert [row[1:3] for row in standings(tables, restructured_is_bad=True)] == [(50.0, "defaulted")]


def test_what_cannot_be_told_is_refused():
    with pytest.raises(ContractError, match="loans: the table is not there.*Give it"):
        standings({"instalments": []} | {"inquiries": [{"applicant_id": "A", "event_time": day(1)}]})
    with pytest.raises(ContractError, match="nothing says how loans were repaid.*Give instalments"):
        standings({"loans": [loan(0)]})


@st.composite
def paid_late(draw):
    """Loans with payments on any day, some of them known later."""
    tables = {"loans": [], "instalments": []}
    for k in range(draw(st.integers(1, 3))):
        name = f"L{k}"
        known = draw(st.integers(0, 60)) * draw(st.booleans())
        tables["loans"].append(loan(0, name, known_time=day(known)))
        for number in range(draw(st.integers(1, 4))):
            row = due(30 * (number + 1), number=number, loan_id=name)
            if draw(st.booleans()):
                on = draw(st.integers(1, 300))
                row |= {
                    "paid_time": day(on),
                    "paid_known_time": day(on + draw(st.sampled_from([0, 0, 5, 90]))),
                }
            tables["instalments"].append(row)
    return tables


@given(paid_late(), st.sampled_from([0, 20]))
@settings(max_examples=40)
def test_each_row_is_what_the_days_past_due_said_at_its_moment(tables, lag):
    """Day by day, with only what was known on that day: the truth is searched, not computed."""
    portfolio = cs.Portfolio.from_records(tables)
    rule = cs.OutcomeRule(reporting_lag=f"{lag}d", window="200d")
    rows = cs.standings_from(portfolio, rule, day(700.0))
    defaulted = rows[rows["standing"] == "defaulted"].set_index("loan_id")["event_time"]
    midnights = instants_of(day(n) for n in range(1, 700))
    # Facts of a midnight are known just after it.
    instants = np.sort(np.concatenate([midnights, midnights + 1]))
    for code, name in enumerate(portfolio.loan_ids):
        first = None
        for known in instants:
            past = instants[instants <= known - lag * DAY]
            before = np.full(len(past), known)
            worst = days_past_due(portfolio, np.full(len(past), code), past, known_before=before)
            if (worst >= 90).any():
                first = known
                break
        got = defaulted.get(name)
        assert (got is None) == (first is None)
        assert got is None or got == pd.Timestamp(first, unit="us", tz="UTC")
