"""What every registered feature keeps, whatever it computes; a new feature is tested by being declared."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from creditscore.data.applications import Applications
from creditscore.data.portfolio import Portfolio
from creditscore.features.compute import FeatureComputer
from creditscore.features.definition import FeatureSet
from creditscore.pipeline.fitting import built_in_features
from creditscore.words.speech import OF_OTHER_PEOPLE
from tests.features.worlds import (
    AS_OF,
    PRIVACY,
    START,
    Record,
    World,
    applications,
    filled,
    moved,
    random_world,
)
from tests.people import called

FEATURES = built_in_features()
COMPUTER = FeatureComputer(FEATURES)
NAMED = tuple(zip(FEATURES, FEATURES.names, strict=True))
AT_LEAST = 250
PEOPLE = 12
FACTS = (
    "paid_time", "closed_time", "restructured_time", "written_off_time", "end_time", "answered_time",
)  # fmt: skip
NAMES = (
    "applicant_id", "loan_id", "event_id", "bill_id", "person_id", "other_id", "group_id", "subject_id",
)  # fmt: skip
RECURRING = ({"category": "rent"}, {"category": "telecom"}, {"kind": "loan_out"})
SEEDS = st.integers(0, 10_000)
few = settings(max_examples=8)


def compute(world: World, asked: list[Record]) -> np.ndarray[Any, Any]:
    portfolio = Portfolio.from_records(filled(world), privacy=PRIVACY)
    return COMPUTER.compute(Applications.from_records(asked), portfolio, threads=1).values


def assert_same(one: np.ndarray[Any, Any], other: np.ndarray[Any, Any]) -> None:
    """Equal to the bit, feature by feature, and over enough features to mean something."""
    assert one.shape == other.shape
    assert one.shape[1] == len(FEATURES) >= AT_LEAST
    same = (one == other) | (np.isnan(one) & np.isnan(other))
    moved_features = [name for name, kept in zip(FEATURES.names, same.all(axis=0), strict=True) if not kept]
    assert moved_features == []


def known(row: Record) -> datetime:
    return row.get("known_time") or row.get("event_time") or row["due_time"]


def test_every_feature_has_a_value_in_some_world() -> None:
    seen = np.zeros(len(FEATURES), bool)
    number = {called(k): k for k in range(30)}
    for seed in range(6):
        world = random_world(seed, 30)
        for row in world["payments"]:
            if row["counterparty_id"] == "landlord":
                row.update(RECURRING[number[row["applicant_id"]] % 10 % len(RECURRING)])
        seen |= ~np.isnan(compute(world, applications(30))).all(axis=0)
    without = [name for name, found in zip(FEATURES.names, seen, strict=True) if not found]
    assert [name for name in without if "24m" not in name and "season" not in name] == []


def test_no_feature_is_infinite() -> None:
    for seed in range(4):
        assert not np.isinf(compute(random_world(seed, 30), applications(30))).any()


@few
@given(SEEDS)
def test_one_at_a_time_equals_batch(seed: int) -> None:
    world, asked = random_world(seed), applications()
    portfolio = Portfolio.from_records(filled(world), privacy=PRIVACY)
    whole = COMPUTER.compute(Applications.from_records(asked), portfolio, threads=2).values
    single = [COMPUTER.compute(Applications.from_records([one]), portfolio).values for one in asked]
    assert_same(whole, np.vstack(single))


@few
@given(SEEDS)
def test_own_records_alone_equal_the_whole_portfolio(seed: int) -> None:
    world, asked = random_world(seed), applications()
    whole = compute(world, asked)
    empty = filled(world)
    for position, one in enumerate(asked):
        mine = only(empty, {one["applicant_id"]})
        portfolio = with_tables(mine, empty)
        alone = COMPUTER.compute(Applications.from_records([one]), portfolio).values
        assert_same(whole[position : position + 1], alone)


@few
@given(SEEDS)
def test_partitions_equal_the_whole(seed: int) -> None:
    world, asked = filled(random_world(seed)), applications()
    whole = compute(world, asked)
    parts = [asked[k::7] for k in range(7)]
    for k, part in enumerate(parts):
        mine = only(world, {one["applicant_id"] for one in part})
        values = COMPUTER.compute(Applications.from_records(part), with_tables(mine, world)).values
        assert_same(whole[k::7], values)


@few
@given(SEEDS)
@example(3_543)  # a world without a statement
def test_row_order_and_strangers_change_nothing(seed: int) -> None:
    world, asked = random_world(seed), applications()
    whole = compute(world, asked)
    rng = random.Random(seed + 1)
    shuffled = {name: rng.sample(rows, len(rows)) for name, rows in world.items()}
    assert_same(whole, compute(shuffled, asked))
    strangers = random_world(seed + 2, 5)
    # a table without a row is one that the lender does not keep; strangers' rows would change that
    joined = {name: rows + renamed(strangers[name]) if rows else rows for name, rows in world.items()}
    assert_same(whole, compute(joined, asked))


@few
@given(SEEDS)
def test_two_moments_in_one_batch_equal_two_calls(seed: int) -> None:
    world = random_world(seed)
    first, second = applications(), applications(as_of=AS_OF - timedelta(days=77, hours=3))
    both = compute(world, first + [one | {"application_id": 100 + k} for k, one in enumerate(second)])
    assert_same(both[:PEOPLE], compute(world, first))
    assert_same(both[PEOPLE:], compute(world, second))


@few
@given(SEEDS)
def test_nothing_known_later_moves_a_feature(seed: int) -> None:
    """Rows and facts known at or after the moment are changed, deleted and inserted (L1, L2, L4, L5)."""
    world = random_world(seed)
    whole = compute(world, applications())
    assert_same(whole, compute(disturbed(world, seed), applications()))
    given, kept = filled(world), truncated(world)
    portfolio = with_tables({name: kept[name] for name in given}, given)
    assert_same(whole, COMPUTER.compute(Applications.from_records(applications()), portfolio).values)


@few
@given(SEEDS)
def test_events_at_the_moment_itself_do_not_count(seed: int) -> None:
    world = random_world(seed)
    whole = compute(world, applications())
    row = {"applicant_id": called(0), "event_time": AS_OF, "known_time": AS_OF}
    world["inquiries"].append(row | {"lender": "x"})
    if world["payments"] and any(r["applicant_id"] == called(0) for r in world["payments"]):
        template = next(r for r in world["payments"] if r["applicant_id"] == called(0))
        world["payments"].append(template | row | {"event_id": "now", "amount": -9_999.0})
    if known_before(world, called(0)):
        assert_same(whole, compute(world, applications()))


def known_before(world: World, person: str) -> bool:
    return any(known(r) < AS_OF for r in world["inquiries"] if r["applicant_id"] == person)


@few
@given(SEEDS)
def test_shifting_everything_by_four_years_changes_nothing(seed: int) -> None:
    """Months keep their length over four years; weekdays do not, and 28 years keep both.

    People's own dates, on which standings are seen, belong to a calendar of half-years that neither keeps.
    """
    world = random_world(seed)
    whole = compute(world, applications())
    four_years, on_weekdays = timedelta(days=1_461), ["weekend" in n or "hour" in n for n in FEATURES.names]
    shifted = compute(moved(world, four_years), applications(as_of=AS_OF + four_years))
    of_others = [f.reason_group in OF_OTHER_PEOPLE or n.endswith("_known_share") for f, n in NAMED]
    shifted[:, on_weekdays] = whole[:, on_weekdays]
    shifted[:, of_others] = whole[:, of_others]
    assert 0 < sum(on_weekdays) < 6
    assert_same(whole, shifted)
    by = 7 * four_years
    later = compute(moved(world, by), applications(as_of=AS_OF + by))
    later[:, of_others] = whole[:, of_others]
    assert_same(whole, later)


def test_shifting_only_the_events_changes_much() -> None:
    world = random_world(5, 30)
    one = compute(world, applications(30))
    other = compute(moved(world, timedelta(days=-4 * 365)), applications(30))
    same = (one == other) | (np.isnan(one) & np.isnan(other))
    assert (~same.all(axis=0)).mean() > 0.5


def test_outcomes_after_the_moment_never_reach_a_feature() -> None:
    """The target is drawn from what follows: closing, write-off and late payment after the moment (L3)."""
    world = random_world(11)
    whole = compute(world, applications())
    for row in world["loans"]:
        later = max(AS_OF, row["event_time"]) + timedelta(days=30)
        row["written_off_time"] = row["written_off_time"] or later
    assert_same(whole, compute(world, applications()))


@pytest.mark.parametrize(("as_of_day", "expected"), [(1, 100.0), (5, 0.0)])
def test_a_reversal_counts_from_the_day_it_is_known(as_of_day: int, expected: float) -> None:
    def row(day: int, amount: float) -> Record:
        return {
            "applicant_id": "a", "event_id": "e", "event_time": START, "amount": amount,
            "known_time": START + timedelta(days=day),
        }  # fmt: skip

    before = row(-60, -1.0) | {"event_id": "before", "event_time": START - timedelta(days=60)}
    portfolio = Portfolio.from_records({"payments": [before, row(0, 100.0), row(3, 0.0)]})
    asked = {"application_id": 1, "applicant_id": "a", "as_of": START + timedelta(days=as_of_day)}
    matrix = COMPUTER.compute(Applications.from_records([asked]), portfolio)
    assert matrix["payments_inflow_sum_30d"][0] == expected


def test_declarations_survive_json() -> None:
    again = FeatureSet.from_json(FEATURES.to_json())
    assert again == FEATURES
    assert again.digest == FEATURES.digest
    world = random_world(3)
    values = FeatureComputer(again).compute(
        Applications.from_records(applications()), Portfolio.from_records(filled(world), privacy=PRIVACY)
    )
    assert_same(compute(world, applications()), values.values)


def only(world: World, people: set[str]) -> World:
    """Keep the rows of some applicants, and what touches them: their ties, their groups, those people."""
    ties = [row for row in world.get("ties", []) if {row["person_id"], row["other_id"]} & people]
    groups = {row["group_id"] for row in world.get("memberships", []) if row["person_id"] in people}
    members = [row for row in world.get("memberships", []) if row["group_id"] in groups]
    near = people.union(
        *({row["person_id"], row["other_id"]} for row in ties), (r["person_id"] for r in members)
    )
    social = {"ties": ties, "memberships": members, "standings": [*of(near, world.get("standings", []))]}
    return {name: social[name] if name in social else [*of(people, rows)] for name, rows in world.items()}


def of(people: set[str], rows: list[Record]) -> Iterator[Record]:
    owners = ("applicant_id", "person_id", "subject_id")
    return (row for row in rows if next(row[name] for name in owners if name in row) in people)


def with_tables(world: World, like: World) -> Portfolio:
    """Keep tables that became empty, with the columns that they have elsewhere."""
    return Portfolio(**{name: table(rows, like[name]) for name, rows in world.items()}, privacy=PRIVACY)


def table(rows: list[Record], like: list[Record]) -> Any:
    import pyarrow as pa

    return pa.Table.from_pylist(rows, schema=pa.Table.from_pylist(like).schema)


def renamed(rows: list[Record]) -> list[Record]:
    return [{k: f"stranger-{v}" if k in NAMES and v else v for k, v in r.items()} for r in rows]


def truncated(world: World) -> World:
    """Keep only what was known before the moment, fact by fact."""
    kept: World = {}
    hidden = {row["loan_id"] for row in world["loans"] if known(row) >= AS_OF}
    for name, rows in world.items():
        kept[name] = [
            hide_facts(row) for row in rows if known(row) < AS_OF and row.get("loan_id") not in hidden
        ]
    return kept


def hide_facts(row: Record) -> Record:
    out = dict(row)
    for fact in FACTS:
        seen = out.get(fact.replace("_time", "_known_time")) or out.get(fact)
        if seen is not None and seen >= AS_OF:
            out[fact] = None
            if fact == "paid_time":
                out["paid_amount"] = out["paid_known_time"] = None
            if fact in ("end_time", "answered_time"):
                out[fact.replace("_time", "_known_time")] = None
    return out


INSERTED: dict[str, Record] = {
    "payments": {"amount": 1e6},
    "inquiries": {},
    "ties": {"weight": 77.0},
    "memberships": {"role": "owner"},
    "standings": {"standing": "defaulted"},
    "activities": {"kind": "new"},
    "measures": {"value": 1e6},
    "sessions": {"channel": "ussd", "action": "login", "event_id": None},
    "form_events": {"action": "abandon", "field": "income"},
    "registrations": {"email_host": "disposable", "do_not_track": True},
    "settings": {"setting": "autopay", "enabled": True},
    "complaints": {"kind": "complaint"},
}


def disturbed(world: World, seed: int) -> World:
    """Change, delete and insert what became known at or after the moment."""
    rng = random.Random(seed + 3)
    ledgers = {row["loan_id"] for row in world["repayments"]}
    out: World = {}
    for name, rows in world.items():
        changed: list[Record] = []
        for row in rows:
            if known(row) < AS_OF:
                changed.append(row if row.get("loan_id") in ledgers else disturb_facts(row, rng))
            elif name == "loans" or rng.random() < 0.5:
                changed.append(disturb_row(row, rng))
            if name in INSERTED and known(row) < AS_OF and rng.random() < 0.2:
                later = {"known_time": AS_OF + timedelta(days=rng.randint(0, 9), microseconds=len(changed))}
                changed.append(row | later | INSERTED[name])
        out[name] = changed
    return out


def disturb_row(row: Record, rng: random.Random) -> Record:
    out = dict(row)
    for column in ("amount", "due_amount", "balance", "paid_amount", "payment", "weight", "value"):
        if out.get(column) is not None:
            out[column] = out[column] * rng.choice([0.1, 3.0])
    if "standing" in out:
        out["standing"] = {"defaulted": "good", "good": "defaulted"}[out["standing"]]
    return out


def disturb_facts(row: Record, rng: random.Random) -> Record:
    out = dict(row)
    for fact in FACTS:
        name = fact.replace("_time", "_known_time")
        seen = out.get(name) or out.get(fact)
        if fact in out and (seen is None or seen >= AS_OF):
            new = AS_OF + timedelta(days=rng.randint(0, 50)) if rng.random() < 0.7 else None
            out[fact] = new
            if name in out:
                out[name] = new
            if fact == "paid_time":
                out["paid_amount"] = None if new is None else 12.5
    return out
