"""Adverse facts are read for as long as is allowed, by kind; no old answer moves."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import creditscore as cs
from creditscore.data.retention.kinds import ADVERSE_KINDS, RECORDED_KINDS, Retention
from creditscore.data.retention.reading import retained
from creditscore.errors import NameUnknownError, ParameterError
from creditscore.features.compute import FeatureComputer
from tests.features import test_contract as worlds
from tests.features.worlds import PRIVACY, applications, filled, random_world

AS_OF = datetime(2026, 6, 15, 9, tzinfo=UTC)
DAY = timedelta(days=1)
DAYS = 700
RECORDED = dict.fromkeys(RECORDED_KINDS, DAYS)
COMPUTER = FeatureComputer(cs.repayment_features() + cs.payment_features())
Tables = dict[str, list[dict[str, Any]]]


def ago(days: float) -> datetime:
    return AS_OF - days * DAY


def rows_of_adverse(kind: str, days: float) -> Tables:
    """Tables with one adverse fact that ended so many days ago."""
    who, at = {"applicant_id": "a"}, ago(days)
    if kind == "statement":
        row = {"loan_id": "card", "event_time": at, "balance": 40.0, "days_past_due": 65.0}
        return {"statements": [who | row]}
    if kind == "bill":
        row = {"bill_id": "late", "due_time": at - 9 * DAY, "due_amount": 50.0, "paid_time": at}
        return {"bills": [who | row]}
    if kind == "returned":
        row = {"event_time": at, "amount": -75.0, "status": "returned", "event_id": "bounced"}
        return {"payments": [who | row]}
    loan = who | {"loan_id": "old", "event_time": at - 400 * DAY, "amount": 900.0}
    if kind == "written_off":
        return {"loans": [loan | {"written_off_time": at}]}
    if kind == "eased":
        return {"loans": [loan | {"restructured_time": at - 90 * DAY, "closed_time": at}]}
    raise AssertionError(kind)


def world() -> Tables:
    """A card with reports, a bill and payments in good order, so that every table is there."""
    who = {"applicant_id": "a"}
    other = {"restructured_time": ago(50), "closed_time": ago(40), "written_off_time": ago(30)}
    return {
        "loans": [
            who | {"loan_id": "card", "event_time": ago(3000), "kind": "revolving"},
            other | {"applicant_id": "b", "loan_id": "of another", "event_time": ago(900)},
        ],
        "statements": [
            who | {"loan_id": "card", "event_time": ago(30 * k + 4), "balance": 20.0, "days_past_due": 0.0}
            for k in range(60)
        ],
        "bills": [
            who | {"bill_id": f"b{k}", "due_time": at, "due_amount": 40.0, "paid_time": at}
            for k, at in enumerate(ago(30 * n) for n in range(60))
        ],
        "payments": [
            who | {"event_time": ago(7 * k + 1), "amount": 30.0, "status": "settled", "event_id": f"p{k}"}
            for k in range(300)
        ],
        "instalments": [], "repayments": [],
    }  # fmt: skip


def read(tables: Tables, days: object = RECORDED, as_of: datetime = AS_OF) -> np.ndarray[Any, Any]:
    one = {"application_id": 1, "applicant_id": "a", "as_of": as_of}
    portfolio = retained(cs.Portfolio.from_records(tables), Retention.of(days))  # type: ignore[arg-type]
    return COMPUTER.compute(cs.Applications.from_records([one]), portfolio, threads=1).values


def together(one: Tables, other: Tables) -> Tables:
    return {name: [*one.get(name, []), *other.get(name, [])] for name in one | other}


def same(one: np.ndarray[Any, Any], other: np.ndarray[Any, Any]) -> bool:
    return one.tobytes() == other.tobytes()


KINDS = ("statement", "bill", "returned", "written_off", "eased")


@pytest.mark.parametrize("kind", KINDS)
@settings(max_examples=6, deadline=None)
@given(age=st.floats(DAYS + 0.01, 2_500.0))
def test_an_old_adverse_fact_changes_no_bit(kind: str, age: float) -> None:
    assert same(read(together(world(), rows_of_adverse(kind, age))), read(world()))


@pytest.mark.parametrize("kind", KINDS)
@settings(max_examples=6, deadline=None)
@given(age=st.floats(1.0, 300.0))
def test_a_younger_one_is_read_as_if_there_were_no_limit(kind: str, age: float) -> None:
    given_tables = together(world(), rows_of_adverse(kind, age))
    assert same(read(given_tables), read(given_tables, None))
    assert not same(read(given_tables), read(world()))


@pytest.mark.parametrize("kind", KINDS)
def test_a_moment_at_which_it_was_young_is_answered_as_it_was(kind: str) -> None:
    given_tables = together(world(), rows_of_adverse(kind, DAYS + 100))
    before = AS_OF - 200 * DAY
    assert same(read(given_tables, as_of=before), read(given_tables, None, as_of=before))


def loan_of_instalments(paid: dict[int, float], *, apart: bool, amount: float = 100.0) -> Tables:
    """Sixty instalments a month apart, each paid on its day but those of ``paid``, so many days late."""
    who = {"applicant_id": "a", "loan_id": "house"}
    dues = {k: ago(30 * (60 - k) + 10) for k in range(60)}
    rows = [who | {"due_time": due, "due_amount": 100.0, "instalment_no": k} for k, due in dues.items()]
    times = {k: due + paid.get(k, 0.0) * DAY for k, due in dues.items()}
    loan = who | {"event_time": ago(30 * 60 + 40), "amount": 6_000.0}
    if apart:
        sums = {k: amount if k in paid else 100.0 for k in dues}
        money = [who | {"event_time": at, "amount": sums[k]} for k, at in times.items()]
        return {"loans": [loan], "instalments": rows, "repayments": money}
    return {"loans": [loan], "instalments": [r | {"paid_time": times[k]} for k, r in enumerate(rows)]}


def only(tables: Tables, after: datetime) -> Tables:
    """The same without what fell due and was paid up to a moment."""
    return tables | {
        name: [row for row in tables.get(name, []) if row.get("due_time", row.get("event_time")) > after]
        for name in ("instalments", "repayments")
        if name in tables
    }


@pytest.mark.parametrize("apart", [True, False])
def test_a_late_stretch_of_a_schedule_leaves_with_all_that_fell_due_up_to_then(apart: bool) -> None:
    """By hand: instalments 3 and 4 were paid 20 days late, 1,700 days ago; 55 is late too, and young."""
    whole = loan_of_instalments({3: 20.0, 4: 20.0, 55: 12.0}, apart=apart)
    cut = whole["instalments"][4]["due_time"] + 20 * DAY
    assert same(read(whole), read(only(whole, cut), None))
    assert not same(read(whole), read(whole, None))
    young = loan_of_instalments({55: 12.0}, apart=apart)
    assert same(read(young), read(young, None))


def test_what_was_paid_in_advance_by_then_is_carried_over() -> None:
    """By hand: with the third, late, 250 came in: 150 of them were for the instalments after it."""
    whole = loan_of_instalments({3: 20.0}, apart=True, amount=250.0)
    cut = whole["instalments"][3]["due_time"] + 20 * DAY
    rest = only(whole, cut)
    late = next(row for row in whole["repayments"] if row["amount"] == 250.0)
    carried = together(rest, {"repayments": [late | {"amount": 150.0}]})
    assert same(read(whole), read(carried, None))


def test_arrears_that_were_never_made_good_are_read_for_ever() -> None:
    whole = loan_of_instalments({}, apart=True)
    whole["repayments"] = whole["repayments"][:2]
    assert same(read(whole), read(whole, None))


def test_the_days_of_one_kind_leave_the_others_alone() -> None:
    both = together(world(), together(rows_of_adverse("bill", 800), rows_of_adverse("returned", 800)))
    only_bill = together(world(), rows_of_adverse("bill", 800))
    assert same(read(both, {"returned_payment": DAYS}), read(only_bill, None))


def without_older(tables: Tables, days: int) -> Tables:
    """The same without payments that are older."""
    rows = [row for row in tables["payments"] if row["event_time"] + days * DAY >= AS_OF]
    return tables | {"payments": rows}


@pytest.mark.parametrize("days", [400, 700, 1000])
def test_what_is_inferred_rests_on_payments_of_these_days_alone(days: int) -> None:
    """By hand: an account that was overdrawn, a fee and a bill that stopped, all older, and good months."""
    who, old = {"applicant_id": "a"}, {"kind": "bill", "category": "utilities", "counterparty_id": "grid"}
    other = {"applicant_id": "b", "event_time": ago(3), "amount": -9.0, "balance": 9.0, "event_id": "of b"}
    rows = [other | old] + [
        who | old | {"event_time": ago(days + 30 * k + 10), "amount": -60.0, "event_id": f"old{k}"}
        for k in (*range(4, 20), 0)
    ]
    rows.append(who | {"event_time": ago(days + 5), "amount": -35.0, "kind": "fee", "event_id": "fee"})
    rows.append(who | {"event_time": ago(days + 7), "amount": -9.0, "balance": -900.0, "event_id": "below"})
    whole = together(world(), {"payments": rows})
    limit = {"inferred_facts": days}
    assert same(read(whole, limit), read(without_older(whole, days), None))
    assert not same(read(whole, None), read(without_older(whole, days), None))
    assert not same(read(whole, RECORDED), read(whole, limit))
    before = AS_OF - 500 * DAY
    young = [row for row in whole["payments"] if row["event_time"] >= before - days * DAY]
    assert same(read(whole, limit, before), read(whole | {"payments": young}, None, before))


@pytest.mark.parametrize("seed", [0, 4])
@pytest.mark.parametrize("days", [30, 200, 500])
def test_nothing_known_later_moves_what_is_still_read(seed: int, days: int) -> None:
    made, limit = random_world(seed), Retention.of(days)

    def computed(tables: Any) -> np.ndarray[Any, Any]:
        portfolio = retained(cs.Portfolio.from_records(filled(tables), privacy=PRIVACY), limit)
        return worlds.COMPUTER.compute(cs.Applications.from_records(applications()), portfolio).values

    whole = computed(made)
    worlds.assert_same(whole, computed(worlds.disturbed(made, seed)))
    full, kept = filled(made), worlds.truncated(made)
    portfolio = retained(worlds.with_tables({name: kept[name] for name in full}, full), limit)
    asked = cs.Applications.from_records(applications())
    worlds.assert_same(whole, worlds.COMPUTER.compute(asked, portfolio).values)


def test_of_two_limits_the_stricter_counts_by_kind() -> None:
    law, own = Retention.of(1826), Retention.of({"arrears": 100, "written_off": 9_999})
    both = law.and_also(own)
    assert both.to_dict() == dict.fromkeys(ADVERSE_KINDS, 1826) | {"arrears": 100}
    assert both == own.and_also(law)
    assert not Retention()
    assert Retention.of(None) == Retention.of({}) == Retention()


@pytest.mark.parametrize("days", [0, -1, 1.5, True, "7", 40_000])
def test_what_is_no_number_of_days_is_refused(days: object) -> None:
    with pytest.raises(ParameterError, match="retention_days"):
        Retention.of(days)  # type: ignore[arg-type]


def test_a_kind_that_is_none_is_refused_by_name() -> None:
    with pytest.raises(NameUnknownError, match="arrears"):
        Retention.of({"arears": 5})
