"""Outcomes: the hand-made ledgers, maturity, and what cannot be told."""

from __future__ import annotations

import numpy as np
import pytest

from creditscore.data.applications import Applications
from creditscore.data.loans.outcomes import STATUSES, OutcomeRule, Outcomes, labels_of_part
from creditscore.data.portfolio import Portfolio
from creditscore.errors import ContractError, ParameterError
from tests.data.ledgers import LEDGERS, HandLedger, day, due, loan, paid


def asked(loan_id: str | None = "L", on: float = 0.0, application_id: int = 1) -> dict[str, object]:
    return {"application_id": application_id, "applicant_id": "A", "as_of": day(on), "loan_id": loan_id}


def label(
    rule: OutcomeRule, tables: dict[str, list[dict[str, object]]], extracted: float, *rows: dict[str, object]
) -> Outcomes:
    return rule.label(Applications.from_records(rows), Portfolio.from_records(tables), day(extracted))


@pytest.mark.parametrize("ledger", LEDGERS, ids=lambda ledger: ledger.name)
def test_hand_ledgers_have_the_outcome_worked_out_by_hand(ledger: HandLedger) -> None:
    rule = OutcomeRule(materiality=ledger.materiality)
    outcomes = label(rule, ledger.tables, ledger.extracted, asked(on=ledger.applied))
    assert outcomes.status == (ledger.status,)
    assert outcomes.worst_dpd.tolist() == [ledger.worst]
    expected = {"bad": 1.0, "good": 0.0}.get(ledger.status, np.nan)
    np.testing.assert_array_equal(outcomes.labels, [expected])


def test_window_is_open_on_the_left_and_closed_on_the_right() -> None:
    tables = {"loans": [loan()], "instalments": [due(30)], "repayments": [paid(120)]}
    # Exactly 90 days past due on day 120. A window that ends then sees it; one that ends earlier sees 89.
    assert label(OutcomeRule(window="120d"), tables, 400, asked()).worst_dpd[0] == 90
    assert label(OutcomeRule(window="119d"), tables, 400, asked()).worst_dpd[0] == 89
    # Paid on day 120: a window that begins then no longer sees it.
    assert label(OutcomeRule(), tables, 600, asked(on=120)).worst_dpd[0] == 0


def test_maturity_needs_the_window_and_the_lag() -> None:
    tables = {"loans": [loan()], "instalments": [due(30, paid=30)]}
    assert label(OutcomeRule(), tables, 365, asked()).status == ("good",)
    assert label(OutcomeRule(), tables, 364.99, asked()).status == ("immature",)
    lagged = OutcomeRule(reporting_lag="30d")
    assert label(lagged, tables, 394, asked()).status == ("immature",)
    assert label(lagged, tables, 395, asked()).status == ("good",)


def test_only_what_was_known_at_extraction_counts() -> None:
    tables = {"loans": [loan()], "instalments": [due(30)], "repayments": [paid(30, known_time=day(500))]}
    assert label(OutcomeRule(), tables, 400, asked()).status == ("bad",)
    assert label(OutcomeRule(), tables, 501, asked()).status == ("good",)


def test_restructuring_is_bad_only_if_the_rule_says_so() -> None:
    tables = {"loans": [loan(restructured_time=day(40))], "instalments": [due(100, paid=100)]}
    assert label(OutcomeRule(), tables, 400, asked()).status == ("good",)
    assert label(OutcomeRule(restructured_is_bad=True), tables, 400, asked()).status == ("bad",)


def test_without_indeterminates_everything_below_bad_is_good() -> None:
    tables = {"loans": [loan()], "instalments": [due(30, paid=119)]}
    assert label(OutcomeRule(), tables, 400, asked()).status == ("indeterminate",)
    assert label(OutcomeRule(indeterminate_dpd=None), tables, 400, asked()).status == ("good",)


def test_what_cannot_be_told_is_counted_and_has_no_label() -> None:
    tables = {
        "loans": [loan(), loan(loan_id="M"), loan(known_time=day(900), loan_id="N")],
        "instalments": [due(30)],
    }
    rows = [asked("L"), asked("M", 0, 2), asked("N", 0, 3), asked("", 0, 4), asked(None, 0, 5)]
    outcomes = label(OutcomeRule(), tables, 400, *rows)
    assert outcomes.status == ("bad", "unobserved", "no_loan", "no_loan", "no_loan")
    assert outcomes.counts == dict.fromkeys(STATUSES, 0) | {"bad": 1, "unobserved": 1, "no_loan": 3}
    assert outcomes.decided.tolist() == [True, False, False, False, False]
    assert outcomes.bad_rate == 1.0
    assert "3 no_loan" in repr(outcomes)
    assert "<td>no_loan</td><td>3</td>" in outcomes._repr_html_()
    assert outcomes.to_frame()["status"].tolist() == list(outcomes.status)


def test_write_offs_alone_decide_where_there_is_neither_schedule_nor_statement() -> None:
    tables = {"loans": [loan(written_off_time=day(200)), loan(loan_id="M")]}
    assert label(OutcomeRule(), tables, 400, asked("L"), asked("M", 0, 2)).status == ("bad", "good")


def test_a_portfolio_that_cannot_tell_is_refused() -> None:
    with pytest.raises(ContractError, match="written_off_time"):
        label(OutcomeRule(), {"loans": [loan()]}, 400, asked())
    with pytest.raises(ContractError, match="loans: the table is not there"):
        label(OutcomeRule(), {"inquiries": [{"applicant_id": "A", "event_time": day(1)}]}, 400, asked())
    bare = Applications.from_records({"application_id": 1, "applicant_id": "A", "as_of": day(0)})
    portfolio = Portfolio.from_records({"loans": [loan()], "instalments": [due(30)]})
    with pytest.raises(ContractError, match="loan_id"):
        OutcomeRule().label(bare, portfolio, day(400))


def test_extraction_may_be_given_in_several_ways_but_not_without_a_zone() -> None:
    portfolio = Portfolio.from_records({"loans": [loan()], "instalments": [due(30)]})
    applications = Applications.from_records(asked())
    instants = (day(400), day(400).isoformat(), np.datetime64(day(400).replace(tzinfo=None), "us"))
    for instant in (*instants, int(day(400).timestamp()) * 1_000_000):
        assert OutcomeRule().label(applications, portfolio, instant).status == ("bad",)
    in_seconds = int(day(400).timestamp())
    early = labels_of_part(OutcomeRule(), applications, portfolio, int(day(0).timestamp()), set_aside=False)
    assert early.status == ("no_loan",)
    for naive in (day(400).replace(tzinfo=None), "2025-03-01", "soon", in_seconds, day(0), day(-1)):
        with pytest.raises(ParameterError, match="extracted_at"):
            OutcomeRule().label(applications, portfolio, naive)


@pytest.mark.parametrize(
    ("parameters", "named"),
    [
        ({"bad_dpd": 0}, "bad_dpd"),
        ({"indeterminate_dpd": 91}, "indeterminate_dpd"),
        ({"window": "a year"}, "window"),
        ({"window": "0d"}, "window"),
        ({"reporting_lag": "-1d"}, "reporting_lag"),
        ({"materiality": -1.0}, "materiality"),
        ({"bad_dpd": 10**30}, "bad_dpd"),
        ({"window": "9" * 30 + "d"}, "window"),
        ({"window": "40000d"}, "100 years"),
        ({"reporting_lag": "9999999w"}, "100 years"),
        ({"restructured_is_bad": "no"}, "restructured_is_bad"),
        ({"restructured_is_bad": None}, "restructured_is_bad"),
    ],
)
def test_a_rule_refuses_values_that_make_no_sense(parameters: dict[str, object], named: str) -> None:
    with pytest.raises(ParameterError, match=named):
        OutcomeRule(**parameters)


def test_a_rule_goes_to_plain_data_and_back() -> None:
    rule = OutcomeRule(60, "180d", 15, "30d", 5.0, True)
    assert OutcomeRule.from_dict(rule.to_dict()) == rule
    with pytest.raises(ParameterError, match="patience"):
        OutcomeRule.from_dict({"patience": 3})


def test_outcomes_cannot_be_changed() -> None:
    outcomes = label(OutcomeRule(), {"loans": [loan()], "instalments": [due(30)]}, 400, asked())
    with pytest.raises(ValueError, match="read-only"):
        outcomes.labels[0] = 0.0
    with pytest.raises(AttributeError):
        outcomes.labels = np.zeros(1)


def test_a_loan_that_was_bad_when_it_was_asked_for_is_no_outcome() -> None:
    """Due on day 30 and never paid: 90 days past due at the beginning of day 120."""
    late = {"loans": [loan()], "instalments": [due(30)]}
    rule = OutcomeRule(window="90d")
    assert label(rule, late, 900, asked(on=119)).status == ("bad",)
    for on in (120, 500):
        outcomes = label(rule, late, 900, asked(on=on))
        assert outcomes.status == ("already_bad",)
        assert np.isnan(outcomes.labels).all()
        assert outcomes.counts["already_bad"] == 1
    # Paid on day 130: bad before, and a clean window from then on.
    cured = {"loans": [loan()], "instalments": [due(30, paid=130)]}
    assert label(rule, cured, 900, asked(on=125), asked(on=131, application_id=2)).status == (
        "already_bad", "good",
    )  # fmt: skip
    lost = {"loans": [loan(written_off_time=day(50))], "instalments": [due(300, paid=300)]}
    assert label(rule, lost, 900, asked(on=40), asked(on=50, application_id=2)).status == (
        "bad", "already_bad",
    )  # fmt: skip
    eased = {"loans": [loan(restructured_time=day(50))], "instalments": [due(300, paid=300)]}
    strict = OutcomeRule(window="90d", restructured_is_bad=True)
    assert label(strict, eased, 900, asked(on=60)).status == ("already_bad",)
    assert label(rule, eased, 900, asked(on=60)).status == ("good",)
    # Young and bad already: never an outcome, however long one waits.
    assert label(rule, late, 130, asked(on=125)).status == ("already_bad",)


def test_reported_days_past_due_count_before_the_moment_too() -> None:
    rows = [
        {"loan_id": "L", "applicant_id": "A", "event_time": day(on), "days_past_due": late}
        for on, late in ((10, 95.0), (40, 0.0), (70, 120.0))
    ]
    tables = {"loans": [loan()], "statements": rows}
    outcomes = label(OutcomeRule(window="50d"), tables, 900, asked(on=20), asked(on=45, application_id=2))
    assert outcomes.status == ("already_bad", "bad")


def test_loans_join_by_id_type_and_owner() -> None:
    tables = {"loans": [loan()], "instalments": [due(30)]}
    with pytest.raises(ParameterError, match=r"'loan_id' parameter must be text.*Got 1"):
        label(OutcomeRule(), tables, 400, asked(1))
    stranger = asked("L", 0, 2) | {"applicant_id": "B"}
    unknown = asked("never granted", 0, 3)
    with pytest.raises(
        ContractError, match=r"(?s)2 problem.*must be a loan of the loans table; 1 row.*row 2"
    ) as seen:
        label(OutcomeRule(), tables, 400, asked(), stranger, unknown)
    assert "the loan must belong to the applicant of the application; 1 row(s) (first: row 1" in str(
        seen.value
    )
    portfolio = Portfolio.from_records(tables)
    applications = Applications.from_records([asked(), stranger, unknown])
    outcomes = OutcomeRule().label(applications, portfolio, day(400), set_aside=True)
    assert outcomes.status == ("bad", "mismatched", "mismatched")
    assert outcomes.counts["mismatched"] == 2
