"""Fraud signals: cases by hand, two clocks, and that no score reads them."""

from __future__ import annotations

import math

import numpy as np
import pytest

import creditscore as cs
from creditscore.data.tables.contracts import CONTRACTS
from creditscore.errors import ContractError, FeatureError, ParameterError
from creditscore.features.formula import columns
from creditscore.fraud.devices import COLUMNS as DEVICE_MARKS
from creditscore.fraud.signals import COLUMNS
from creditscore.pipeline.fitting import built_in_features

JUNE = "2024-06-{:02d}T12:00:00+00:00"


def uses(*rows):
    return [dict(zip(("person", "kind", "key", "event_time"), row, strict=True)) for row in rows]


def asked(*rows):
    return cs.Applications.from_records(
        [{"application_id": i, "applicant_id": who, "as_of": when} for i, (who, when) in enumerate(rows)]
    )


def portfolio_of(**tables):
    known = [{"applicant_id": who, "event_time": JUNE.format(1)} for who in "abcdefgh"]
    return cs.Portfolio.from_records({"inquiries": known} | tables)


def one(applications, portfolio, shared, **options):
    signals = cs.fraud_signals(applications, portfolio, shared=shared, **options)
    return dict(zip(COLUMNS, signals.values[0], strict=True)), signals


def test_shared_keys_are_counted_by_kind_and_each_person_once():
    shared = uses(
        ("a", "device", 1, JUNE.format(1)), ("b", "device", 1, JUNE.format(2)),
        ("b", "device", 1, JUNE.format(3)), ("a", "device", 2, JUNE.format(1)),
        ("b", "device", 2, JUNE.format(1)),
        ("a", "address", 1, JUNE.format(1)), ("c", "address", 1, JUNE.format(1)),
        ("d", "address", 1, JUNE.format(1)), ("a", "phone", 9, JUNE.format(1)),
    )  # fmt: skip
    found, _ = one(asked(("a", JUNE.format(10))), portfolio_of(), shared)
    counted = [found[f"shared_{kind}_people"] for kind in ("device", "address", "phone")]
    assert counted == [1.0, 2.0, 0.0]
    assert found["ring_people"] == 4.0
    # a-b, a-c, a-d, c-d of six pairs
    assert found["ring_density"] == pytest.approx(4 / 6)


@pytest.mark.parametrize(("when", "counted"), [(JUNE.format(9), 1.0), (JUNE.format(10), 0.0)])
def test_only_what_was_known_before_the_moment_counts(when, counted):
    shared = uses(("a", "device", 1, JUNE.format(1)), ("b", "device", 1, when))
    found, _ = one(asked(("a", JUNE.format(10))), portfolio_of(), shared)
    assert found["shared_device_people"] == counted


def test_a_use_that_happened_before_and_became_known_after_does_not_count():
    shared = uses(("a", "device", 1, JUNE.format(1)), ("b", "device", 1, JUNE.format(2)))
    shared[0]["known_time"], shared[1]["known_time"] = JUNE.format(1), JUNE.format(11)
    found, _ = one(asked(("a", JUNE.format(10))), portfolio_of(), shared)
    assert found["shared_device_people"] == 0.0


@pytest.mark.parametrize(
    ("standing", "event", "known", "counted"),
    [("defaulted", 3, 4, 1.0), ("defaulted", 3, 10, 0.0), ("defaulted", 3, 11, 0.0), ("good", 3, 4, 0.0)],
)
def test_a_default_counts_once_it_was_known(standing, event, known, counted):
    shared = uses(("a", "phone", 1, JUNE.format(1)), ("b", "phone", 1, JUNE.format(1)))
    row = {
        "person_id": "b", "event_time": JUNE.format(event), "known_time": JUNE.format(known),
        "standing": standing,
    }  # fmt: skip
    found, _ = one(asked(("a", JUNE.format(10))), portfolio_of(standings=[row]), shared)
    assert found["shared_defaulted_people"] == counted


def test_ties_and_sessions_take_part():
    sessions = [
        {"applicant_id": who, "event_time": JUNE.format(2), "channel": "app", "device": "x"} for who in "abc"
    ]
    ties = [
        {"person_id": "a", "other_id": "b", "event_time": JUNE.format(3)},
        {"person_id": "a", "other_id": "h", "event_time": JUNE.format(3)},
    ]
    found, _ = one(asked(("a", JUNE.format(10))), portfolio_of(sessions=sessions, ties=ties), None)
    assert found["shared_device_people"] == 2.0
    assert found["ring_density"] == 1.0
    apart = uses(*((["a", "b", "c"][k], "address", k // 2, JUNE.format(1)) for k in range(3)))
    apart += uses(("b", "phone", 7, JUNE.format(1)), ("c", "phone", 7, JUNE.format(1)))
    end = [{"person_id": "a", "other_id": "c", "event_time": JUNE.format(2), "end_time": JUNE.format(5)}]
    found, _ = one(asked(("a", JUNE.format(10))), portfolio_of(ties=end), apart)
    assert found["ring_density"] == pytest.approx(2 / 3)


def test_a_burst_is_counted_up_to_the_moment_over_7_days():
    shared = uses(*((who, "address", 1, JUNE.format(1)) for who in "abcd"))
    applications = asked(
        ("a", JUNE.format(12)), ("b", JUNE.format(5)), ("c", JUNE.format(4)), ("d", JUNE.format(13)),
        ("a", JUNE.format(8)),
    )  # fmt: skip
    found, signals = one(applications, portfolio_of(), shared)
    assert found["ring_applications_7d"] == 3.0
    assert signals.in_queue[0]
    assert signals.rank[0] < signals.rank[2]


def test_alone_there_is_no_ring():
    found, signals = one(asked(("a", JUNE.format(10))), portfolio_of(), None)
    assert found["ring_people"] == 1.0
    assert math.isnan(found["ring_density"])
    assert not signals.in_queue.any()


def test_a_key_of_a_crowd_is_cut_and_has_no_density():
    shared = uses(*((f"p{number}", "device", 1, JUNE.format(1)) for number in range(200)))
    found, _ = one(asked(("p0", JUNE.format(10))), portfolio_of(), shared)
    assert found["shared_device_people"] == 199.0
    assert found["ring_people"] >= 51.0
    assert math.isnan(found["ring_density"])


def test_what_is_wrong_is_named():
    with pytest.raises(ContractError, match="shared.kind"):
        cs.fraud_signals(
            asked(("a", JUNE.format(10))), portfolio_of(), shared=uses(("a", "car", 1, JUNE.format(1)))
        )
    with pytest.raises(ParameterError, match="'most_people' parameter must be 1 or more"):
        cs.fraud_signals(asked(("a", JUNE.format(10))), portfolio_of(), most_people=0)


def test_the_table_is_ordered_and_frozen():
    shared = uses(*((who, "device", 1, JUNE.format(1)) for who in "abcd"))
    signals = cs.fraud_signals(
        asked(("h", JUNE.format(9)), ("a", JUNE.format(10))), portfolio_of(), shared=shared
    )
    frame = signals.to_frame()
    assert frame["application_id"].tolist() == [1, 0]
    assert frame["in_queue"].tolist() == [True, False]
    assert "1 in the queue" in repr(signals)
    assert "<table" in signals._repr_html_()
    with pytest.raises(ValueError, match="read-only"):
        signals.values[0, 0] = 1.0


def test_no_built_in_feature_has_a_name_of_the_signals_or_reads_keys_and_marks_of_devices():
    everything = built_in_features()
    assert "neighbours_defaulted_count" in everything.names
    assert not set(everything.names) & set(COLUMNS)
    secrets = {"device", *(column.name for column in CONTRACTS["sessions"].columns if column.fraud_only)}
    assert secrets == {"device", "vpn", "emulator", "rooted"}
    for feature in everything:
        assert feature.source not in {"shared", "fraud"}
        assert not columns(feature.formula) & secrets, feature.name


def test_no_score_moves_when_everybody_shares_a_device():
    """Features of the applicants are the same to the bit, whether sessions name one device or many."""
    from creditscore.features.compute import FeatureComputer

    def portfolio(device):
        rows = [
            {"applicant_id": who, "event_time": JUNE.format(2), "channel": "app", "device": device(who)}
            for who in "abcdefgh"
        ]
        return portfolio_of(sessions=rows)

    applications = asked(*((who, JUNE.format(10)) for who in "abcdefgh"))
    computer = FeatureComputer(built_in_features())
    alone = computer.compute(applications, portfolio(str)).values
    together = computer.compute(applications, portfolio(lambda _: "one")).values
    np.testing.assert_array_equal(alone, together)


SESSION = {"applicant_id": "a", "channel": "app"}


def marked(**marks):
    return SESSION | {"event_time": JUNE.format(5)} | marks


def test_marks_of_tampering_of_30_days_are_counted_and_an_emulated_device_is_looked_at():
    sessions = [
        marked(vpn=True, emulator=False, rooted=True),
        marked(vpn=True, emulator=False, rooted=False),
        marked(vpn=True, emulator=True, rooted=False) | {"event_time": JUNE.format(10)},
        marked(vpn=True, emulator=True, rooted=False) | {"event_time": "2024-05-01T00:00+00:00"},
        marked(vpn=True, emulator=True, rooted=False) | {"known_time": JUNE.format(11)},
    ]
    found, signals = one(asked(("a", JUNE.format(10))), portfolio_of(sessions=sessions), None)
    assert [found[name] for name in DEVICE_MARKS[:3]] == [2.0, 0.0, 1.0]
    assert math.isnan(found["region_jumps"])
    assert not signals.in_queue.any()
    later, signals = one(asked(("a", JUNE.format(12))), portfolio_of(sessions=sessions), None)
    assert [later[name] for name in DEVICE_MARKS[:3]] == [4.0, 2.0, 1.0]
    assert signals.in_queue.all()


def test_two_regions_within_an_hour_are_a_jump():
    def at(minute, region):
        return marked(region=region) | {"event_time": f"2024-06-05T12:{minute:02d}:00+00:00"}

    sessions = [at(0, "north"), at(20, "south"), at(40, None), at(50, "south"), marked(region="east")]
    sessions[-1]["event_time"] = JUNE.format(6)
    found, _ = one(asked(("a", JUNE.format(10))), portfolio_of(sessions=sessions), None)
    assert found["region_jumps"] == 1.0


def test_an_applicant_without_sessions_has_no_marks_and_a_lender_without_them_does_not_know():
    found, _ = one(asked(("b", JUNE.format(10))), portfolio_of(sessions=[marked(vpn=True)]), None)
    assert found["hidden_address_uses"] == 0.0
    found, _ = one(asked(("nobody", JUNE.format(10))), portfolio_of(sessions=[marked(vpn=True)]), None)
    assert found["hidden_address_uses"] == 0.0
    found, _ = one(asked(("a", JUNE.format(10))), portfolio_of(), None)
    assert math.isnan(found["hidden_address_uses"])


@pytest.mark.parametrize("secret", ["vpn", "emulator", "rooted"])
@pytest.mark.parametrize("view", ["sessions", "uses", "use_months", "reminders"])
def test_no_feature_of_ones_own_can_read_a_mark_of_tampering(secret, view):
    where = (cs.Condition(secret, "eq", 1.0),)
    for term in (cs.Term(view, "sum", column=secret), cs.Term(view, "count", where=where)):
        with pytest.raises(FeatureError, match=rf"{secret} is evidence for the queue of fraud alone"):
            cs.Feature("mine", term, "mine", "mine", "count", source="sessions")
