"""Digital channels: a second opinion in plain Python, cases by hand, leaks, rights, and what is off."""

from __future__ import annotations

import math
import random
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import creditscore as cs
from creditscore.data.sources import LEGAL_TAGS, SOURCES
from creditscore.data.tables import vocabularies as words
from creditscore.errors import ContractError, NameUnknownError, OffByDefaultWarning, ParameterError
from creditscore.features.compute import FeatureComputer
from creditscore.features.digital.declared.catalogue import every_digital_feature, off_by_default
from creditscore.features.formula import Covered, Formula, Term, terms
from tests.features.digital_oracle import VIEWS, micros
from tests.features.digital_worlds import START, digital_world, right
from tests.features.oracle_statistics import combine, evaluate_term

World = dict[str, list[dict[str, Any]]]
Values = np.ndarray[Any, Any]
Compute = Callable[[World], Values]

FEATURES = every_digital_feature()
COMPUTER = FeatureComputer(FEATURES)
PEOPLE = [f"p{k}" for k in range(10)]
AS_OF = START + timedelta(days=713, hours=9, minutes=30)
ASKED = [{"application_id": k, "applicant_id": who, "as_of": AS_OF} for k, who in enumerate(PEOPLE)]
ZONES = ("UTC", "Asia/Tehran")
SEEDS = (1, 2, 3)
OF_COMPLAINTS = {feature.name for feature in FEATURES if feature.source == "complaints"}


def world_of(seed: int) -> World:
    return digital_world(random.Random(seed), PEOPLE)


def compute(world: World, zone: str = "UTC") -> Values:
    portfolio = cs.Portfolio.from_records(world, timezone=zone)
    return COMPUTER.compute(cs.Applications.from_records(ASKED), portfolio, threads=1).values


@cache
def computed(seed: int, zone: str) -> Values:
    return compute(world_of(seed), zone)


@cache
def rows_of(seed: int, view: str, person: str, zone: str) -> list[dict[str, Any]]:
    return VIEWS[view](world_of(seed), person, AS_OF, zone)


@cache
def covered(seed: int, source: str, person: str) -> bool:
    rows = [row for table in SOURCES[source].shown_by for row in world_of(seed)[table]]
    return any(row["applicant_id"] == person and row["known_time"] < AS_OF for row in rows)


SOURCE_OF = {
    "uses": "sessions", "use_months": "sessions", "reminders": "sessions",
    "forms": "form_events", "complaints": "complaints",
}  # fmt: skip


def expected(formula: Formula, seed: int, person: str, zone: str) -> float:
    def leaf(part: Formula) -> float:
        if isinstance(part, Covered):
            return float(covered(seed, part.source, person))
        assert isinstance(part, Term)
        if not covered(seed, SOURCE_OF.get(part.view, "registrations"), person):
            return math.nan
        return evaluate_term(part, rows_of(seed, part.view, person, zone), micros(AS_OF), zone)

    return combine(formula, leaf)


@pytest.mark.parametrize("name", FEATURES.names)
def test_a_feature_is_what_plain_python_makes_of_the_records(name: str) -> None:
    column = FEATURES.names.index(name)
    for seed in SEEDS:
        for zone in ZONES:
            got = computed(seed, zone)[:, column]
            want = [expected(FEATURES[name].formula, seed, who, zone) for who in PEOPLE]
            np.testing.assert_allclose(got, want, rtol=1e-9, atol=1e-9, err_msg=f"{seed} {zone}")


def test_every_feature_differs_between_people() -> None:
    every = np.vstack([computed(seed, "UTC") for seed in (*SEEDS, 4, 5, 6)])
    same = [name for name, column in zip(FEATURES.names, every.T, strict=True)
            if len({*column[~np.isnan(column)]}) < 2]  # fmt: skip
    assert same == []


def test_at_least_ninety_are_declared_and_all_carry_what_a_lawyer_asks_for() -> None:
    assert len(cs.digital_features()) >= 90
    for feature in FEATURES:
        assert {*SOURCES[feature.source].legal_tags} <= {*feature.legal_tags}, feature.name
        assert feature.definition
        assert feature.reference
        risky = {"device", "location", "email"} & {*feature.legal_tags}
        assert not risky or feature.proxy_risk in ("medium", "high"), feature.name
        if "location" in feature.legal_tags or "protected" in feature.legal_tags:
            assert feature.proxy_risk == "high"


# By hand: one person, a few rows, and what they come to.
def value(name: str, **tables: list[dict[str, Any]]) -> float:
    moment = datetime(2024, 6, 30, 12, tzinfo=UTC)
    records = {table: [{"applicant_id": "a"} | row for row in rows] for table, rows in tables.items()}
    asked = {"application_id": 1, "applicant_id": "a", "as_of": moment}
    one = FeatureComputer(FEATURES.select([name]))
    return float(
        one.compute(cs.Applications.from_records([asked]), cs.Portfolio.from_records(records))[name][0]
    )


def at(day: int, hour: int = 12, **row: Any) -> dict[str, Any]:
    return {"event_time": datetime(2024, 6, day, hour, tzinfo=UTC), "channel": "app"} | row


def step(second: int, action: str, **row: Any) -> dict[str, Any]:
    when = datetime(2024, 6, 20, 15, 0, tzinfo=UTC) + timedelta(seconds=second)
    return {"event_time": when, "application_id": "f", "action": action} | row


LOGINS = [at(10, action="login"), at(12, 3, action="login"), at(20, action="view"), at(28, action="login")]
SENT = [
    at(1, action="reminder", answered_time=datetime(2024, 6, 3, 12, tzinfo=UTC)),
    at(5, action="reminder", answered_time=datetime(2024, 6, 17, 12, tzinfo=UTC)),
    at(10, action="reminder", answered_time=None),
    at(28, action="reminder", answered_time=None),
]
FORM = [
    step(0, "start", field="amount", value=1_000.0), step(10, "edit", field="income"),
    step(20, "paste", field="contact"), step(25, "edit", field="income"),
    step(30, "slider", field="amount", value=1_500.0), step(40, "dwell", field="terms", duration_s=9.0),
    step(45, "submit"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "tables", "wanted"),
    [
        ("digital_logins_count_30d", {"sessions": LOGINS}, 3.0),
        ("digital_uses_count_30d", {"sessions": [*LOGINS, *SENT]}, 4.0),
        ("digital_login_recency_days", {"sessions": LOGINS}, 2.0),
        ("digital_active_weeks_84d", {"sessions": LOGINS}, 2.0),
        ("digital_logins_count_30d", {"sessions": [at(10), at(12)]}, math.nan),
        ("digital_reminder_answered_share_365d", {"sessions": SENT}, (1 + 2.5) / 8),
        ("digital_reminders_answered_streak", {"sessions": SENT[:1]}, 1.0),
        ("digital_reminders_count_365d", {"sessions": SENT}, 4.0),
        ("digital_reminder_answer_days_365d", {"sessions": SENT}, math.nan),
        ("digital_balance_checks_30d",
         {"sessions": [at(9, action="balance"), at(10, balance_view=True)]}, 2.0),
        ("digital_branch_share_180d", {"sessions": [at(d, channel="branch") for d in range(1, 6)]}, 5.5 / 10),
        ("digital_branch_share_180d", {"sessions": [at(1, channel="branch")]}, math.nan),
        ("digital_device_changes_90d",
         {"sessions": [at(1, device="x"), at(2, device=None), at(3, device="y")]}, 1.0),
        ("digital_night_share_180d", {"sessions": [at(d, 0) for d in range(1, 12)]}, math.nan),
        ("form_fill_seconds", {"form_events": FORM}, 45.0),
        ("form_rushed_count_90d", {"form_events": FORM}, 1.0),
        ("form_income_edits", {"form_events": FORM}, 2.0),
        ("form_paste_share", {"form_events": FORM}, 1 / 3),
        ("form_amount_change", {"form_events": FORM}, 1.5),
        ("form_terms_seconds", {"form_events": FORM}, 9.0),
        ("form_abandoned_90d", {"form_events": [*FORM[:-1], step(50, "abandon")]}, 1.0),
        ("form_abandoned_90d", {"form_events": [*FORM, step(50, "abandon")]}, 0.0),
        ("form_fill_seconds", {"form_events": FORM[:-1]}, math.nan),
        ("form_restarts_30d", {"form_events": [*FORM, step(60, "start")]}, 1.0),
        ("registration_autopay_on", {"registrations": [{"event_time": at(1)["event_time"]}]}, math.nan),
        ("registration_autopay_on", {"settings": [
            {"event_time": at(1)["event_time"], "setting": "autopay", "enabled": True},
            {"event_time": at(2)["event_time"], "setting": "autopay", "enabled": False}]}, 0.0),
        ("registration_autopay_on", {"settings": [
            {"event_time": at(1)["event_time"], "setting": "alerts", "enabled": True}]}, 0.0),
        ("registration_email_host_free_share", {"registrations": [
            {"event_time": at(1)["event_time"], "email_host": "free"},
            {"event_time": at(2)["event_time"], "email_host": "paid"},
            {"event_time": at(3)["event_time"], "email_host": None}]}, 0.5),
    ],
)  # fmt: skip
def test_by_hand(name: str, tables: dict[str, list[dict[str, Any]]], wanted: float) -> None:
    assert value(name, **tables) == pytest.approx(wanted, nan_ok=True)


def test_a_correction_counts_from_when_it_is_known() -> None:
    first = at(1, action="login", event_id="e", known_time=datetime(2024, 6, 2, tzinfo=UTC))
    later = first | {"action": "view", "known_time": datetime(2024, 7, 2, tzinfo=UTC)}
    assert value("digital_logins_count_365d", sessions=[first, later]) == 1.0
    sooner = later | {"known_time": datetime(2024, 6, 3, tzinfo=UTC)}
    assert value("digital_logins_count_365d", sessions=[first, sooner]) == 0.0


@pytest.mark.parametrize(
    ("table", "row", "label"),
    [
        ("sessions", {"channel": "telepathy"}, "telepathy"),
        ("sessions", {"channel": "app", "action": "complaint"}, "complaint"),
        ("form_events", {"application_id": 1, "action": "sing"}, "sing"),
        ("registrations", {"email_host": "t-online.de"}, "t-online.de"),
        ("settings", {"setting": "autopay", "enabled": None}, "enabled"),
        ("complaints", {"kind": "shouting"}, "shouting"),
        ("sessions", {"channel": "app", "duration_s": -1.0}, "duration_s"),
    ],
)
def test_what_no_list_holds_is_refused_by_name(table: str, row: dict[str, Any], label: str) -> None:
    with pytest.raises(ContractError, match=label):
        value("digital_covered", **{table: [{"event_time": at(1)["event_time"]} | row]})


# Leaks: the checks find nothing in the features as built, and something in leaky variants of them.
def late_news(world: World, rng: random.Random) -> World:
    """What happened before the moment and became known at it or after it."""
    out = {name: [dict(row) for row in rows] for name, rows in world.items()}
    for name, rows in out.items():
        for row in rng.sample(rows, len(rows) // 2):
            late = AS_OF + timedelta(days=rng.choice([0, 0, 4, 90]), microseconds=len(rows))
            rows.append(row | {"known_time": late, "event_id": None} | _other(name, rng))
    for row in out["sessions"]:
        if row["action"] == "reminder" and row["answered_time"] is None:
            row |= {
                "answered_time": max(row["event_time"], AS_OF - timedelta(days=9)),
                "answered_known_time": AS_OF,
            }
    return out


def _other(name: str, rng: random.Random) -> dict[str, Any]:
    return {
        "sessions": {
            "channel": "ussd", "outcome": "failure", "device": "new", "function": "new", "region": "new",
            "os_release": "new", "os_age_days": 1.0, "device_age_days": 1.0, "duration_s": 7.0,
            "event_id": None,
        },
        "form_events": {"action": rng.choice(words.FORM_ACTIONS), "field": "amount", "value": 7.0},
        "registrations": {
            "email_host": "disposable", "email_error": True, "email_digits": True, "email_has_name": False,
            "lowercase": True, "do_not_track": True, "first_touch": "agent", "device_class": "feature_phone",
            "os_family": "linux",
        },
        "settings": {"enabled": True},
        "complaints": {"kind": "complaint"},
    }[name]  # fmt: skip


def happened_is_known(world: World) -> Values:
    """Leaky: rows and answers count from when they happened."""
    leaky = {
        name: [
            row
            | {"known_time": row["event_time"]}
            | ({"answered_known_time": row["answered_time"]} if name == "sessions" else {})
            for row in rows
        ]
        for name, rows in world.items()
    }
    return compute({name: [r | ({"event_id": None} if name == "sessions" else {}) for r in rows]
                    for name, rows in leaky.items()})  # fmt: skip


def versions_are_events(world: World) -> Values:
    """Leaky: a correction stands beside what it corrects, whenever it was known."""
    loose = [row | {"event_id": None, "known_time": min(row["known_time"], AS_OF - timedelta(seconds=1))}
             for row in world["sessions"]]  # fmt: skip
    return compute(world | {"sessions": loose})


def moved(one: Values, other: Values) -> set[str]:
    same = (one == other) | (np.isnan(one) & np.isnan(other))
    return {name for name, kept in zip(FEATURES.names, same.all(axis=0), strict=True) if not kept}


def found_by_late_news(variant: Compute, seed: int) -> set[str]:
    world = world_of(seed)
    return moved(variant(world), variant(late_news(world, random.Random(seed))))


@settings(max_examples=8)
@given(st.integers(0, 10_000))
def test_late_news_moves_nothing(seed: int) -> None:
    assert found_by_late_news(compute, seed) == set()


@pytest.mark.parametrize("variant", [happened_is_known, versions_are_events])
def test_late_news_finds_a_leak(variant: Compute) -> None:
    found = set().union(*(found_by_late_news(variant, seed) for seed in range(3)))
    of_sessions = {f.name for f in FEATURES if f.source == "sessions" and "covered" not in f.name}
    assert len(found & of_sessions) > len(of_sessions) / 2
    if variant is happened_is_known:
        assert len(found) > 0.8 * len(FEATURES)


# Rights.
@settings(max_examples=6)
@given(st.integers(0, 10_000))
def test_a_right_that_was_used_moves_no_other_feature(seed: int) -> None:
    world, rng = world_of(seed), random.Random(seed)
    angry = [
        right(rng, who) | {"known_time": START + timedelta(days=400)} for who in PEOPLE for _ in range(9)
    ]
    without = world | {"complaints": []}
    whole = compute(world | {"complaints": world["complaints"] + angry})
    assert moved(compute(without), whole) <= OF_COMPLAINTS
    assert moved(compute(world), whole) <= OF_COMPLAINTS


def test_no_feature_of_a_right_can_raise_the_risk_or_be_a_reason() -> None:
    rights = [feature for feature in FEATURES if "exercise_of_right" in feature.legal_tags]
    assert {"complaints_rights_count_365d", "registration_do_not_track_share"} <= {f.name for f in rights}
    assert LEGAL_TAGS["exercise_of_right"].protected
    for feature in rights:
        assert feature.sign == -1
        assert feature.reason_group == ""
        assert feature not in tuple(cs.digital_features())
    for feature in FEATURES:
        if feature.source != "complaints":
            assert "complaints" not in {term.view for term in terms(feature.formula)}


# What is off.
def test_what_is_off_comes_by_name_alone_and_says_its_tags() -> None:
    usual = cs.digital_features()
    off = [feature.name for feature in off_by_default()]
    assert not {*off} & {*usual.names}
    with pytest.warns(OffByDefaultWarning) as told:
        asked = cs.digital_features(also=["registration_email_has_name_share", off[-1]])
    assert [*asked.names] == [*usual.names, "registration_email_has_name_share", off[-1]]
    assert "proxy risk high, tags digital_footprint, email, protected" in str(told[0].message)
    assert "exercise_of_right" in str(told[1].message)
    with pytest.raises(NameUnknownError, match="Did you mean 'registration_email_has_name_share'"):
        cs.digital_features(also=["registration_email_has_name"])
    with pytest.raises(ParameterError, match="sequence of names"):
        cs.digital_features(also="registration_lowercase_share")
