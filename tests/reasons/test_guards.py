"""Which reasons are held back, by which guard, and what the record says of it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from creditscore.data.protected import PROTECTED_FEATURES
from creditscore.data.sources import PROTECTED_TAGS
from creditscore.features.formula import Difference, Ratio, Share, Term
from creditscore.features.social.declared.catalogue import social_features
from creditscore.model.scale import ScoreScale
from creditscore.pipeline.fitting import built_in_features
from creditscore.policy.rules import DeclineRule
from creditscore.reasons.applicant import Population
from creditscore.reasons.choice import ReasonCatalogue
from creditscore.reasons.guards import LogOdds, fewest_people, forbidden_because
from creditscore.reasons.reason import Reason, Reasons
from creditscore.words.speech import speak
from tests.explain.fakes import Declared

SCALE = ScoreScale()


@dataclass(frozen=True)
class Tagged(Declared):
    legal_tags: tuple[str, ...] = ()
    formula: Any = None


def against(typical: list[float] | np.ndarray, log_odds: LogOdds | None = None) -> Population:
    """Compare with some usual values; by default risk rises with everything that is not usual."""
    usual = np.array(typical, float)

    def away(rows: np.ndarray) -> np.ndarray:
        return np.nansum(np.where(np.isnan(rows), 1.0, np.abs(rows - usual)), axis=1)

    return Population("approved", usual, log_odds or away)


def judged(features: list[Any], harm: list[float], values: list[float], **options: Any) -> Reasons:
    return ReasonCatalogue.of(features, SCALE).judge(np.array(harm), np.array(values, float), **options)


def held(reasons: Reasons) -> dict[str, str]:
    return {drop.group: drop.guard for drop in reasons.suppressed}


def test_a_fact_leads_only_if_its_usual_value_would_have_helped() -> None:
    """Whatever the declared sign, and also without one."""
    features = [Declared("income", sign=0, reason_group="income_level", unit="money"), Declared("dpd")]

    def log_odds(rows: np.ndarray) -> np.ndarray:
        return -0.01 * rows[:, 0] + 0.1 * rows[:, 1]

    usual = against([800.0, 0.0], log_odds)
    better = judged(features, [0.4, 0.1], [900.0, 5.0], against=usual)
    assert [reason.group for reason in better] == ["past_arrears"]
    assert held(better) == {"income_level": "actionability"}
    assert better.suppressed[0].points_lost == pytest.approx(0.4 * SCALE.factor)
    worse = judged(features, [0.4, 0.1], [700.0, 5.0], against=usual)
    assert [(reason.group, reason.fact and reason.fact.direction) for reason in worse] == [
        ("income_level", "lower"), ("past_arrears", "higher"),
    ]  # fmt: skip


def test_the_next_fact_of_the_group_is_told_where_the_leading_one_does_not_help() -> None:
    features = [Declared("a"), Declared("b")]

    def log_odds(rows: np.ndarray) -> np.ndarray:
        return rows @ np.array([-0.1, 1.0])

    (reason,) = judged(features, [0.4, 0.1], [3.0, 9.0], against=against([2.0, 3.0], log_odds))
    assert reason.fact is not None
    assert (reason.fact.feature, reason.fact.direction) == ("b", "higher")


def test_a_group_whose_facts_are_all_as_usual_is_not_given() -> None:
    found = judged([Declared("a")], [0.4], [2.0], against=against([2.0]))
    assert not found.given
    assert held(found) == {"past_arrears": "actionability"}


def test_a_group_that_helps_as_a_whole_and_by_no_fact_is_not_given() -> None:
    features = [Declared("a"), Declared("b")]

    def both(rows: np.ndarray) -> np.ndarray:
        return np.where((rows == 0.0).all(axis=1), 0.0, 1.0)

    found = judged(features, [0.2, 0.2], [1.0, 1.0], against=against([0.0, 0.0], both))
    assert held(found) == {"past_arrears": "comparison"}


def test_a_fact_that_the_population_does_not_know_leads_nothing() -> None:
    found = judged([Declared("a")], [0.4], [2.0], against=against([float("nan")]))
    assert not found.given


def test_a_group_that_earned_points_as_a_whole_is_not_named() -> None:
    """What one source adds to a group counts, also where another that harms told nothing at all."""
    features = [
        Declared("a", reason_group="income_level", source="payments"),
        Declared("b", reason_group="income_level", source="loans"),
    ]
    found = judged(features, [-0.9, 0.4], [5.0, float("nan")], against=against([0.0, 0.0]))
    assert [reason.group for reason in found] == ["insufficient_loans"]
    twice = judged([*features, Declared("c", source="bills", reason_group="bills")], [0.4, -0.9, 0.1],
                   [5.0, float("nan"), 1.0], against=against([0.0, 0.0, 0.0]))  # fmt: skip
    assert [reason.group for reason in twice] == ["bills"]
    assert held(twice) == {"income_level": "earned"}


def test_a_source_that_was_not_read_is_no_reason_and_is_recorded() -> None:
    """That it could not be read is nobody's conduct; one that told nothing by itself is a reason."""
    features = [Declared("flow", source="payments", reason_group="cash_flow"), Declared("dpd")]
    harm, values, usual = [0.5, 0.2], [float("nan"), 9.0], against([0.0, 0.0])
    barred = judged(features, harm, values, against=usual, unread=("payments",))
    assert [reason.group for reason in barred] == ["past_arrears"]
    assert held(barred) == {"insufficient_payments": "unread"}
    assert barred.suppressed[0].points_lost == pytest.approx(0.5 * SCALE.factor)
    absent = judged(features, harm, values, against=usual)
    assert [reason.group for reason in absent] == ["insufficient_payments", "past_arrears"]


def test_a_reason_without_effect_is_dropped() -> None:
    features = [Declared("dpd"), Declared("debt", reason_group="indebtedness")]

    def log_odds(rows: np.ndarray) -> np.ndarray:
        return 0.1 * rows[:, 0] + 0.0 * rows[:, 1]

    reasons = judged(features, [0.2, 0.5], [9.0, 9.0], against=against([0.0, 0.0], log_odds))
    assert [reason.group for reason in reasons] == ["past_arrears"]
    assert held(reasons) == {"indebtedness": "actionability"}


def test_what_is_dropped_makes_room_for_the_next() -> None:
    features = [Declared(f"f{k}", reason_group=f"g{k}", sign=0) for k in range(6)]
    idle = 0

    def log_odds(rows: np.ndarray) -> np.ndarray:
        return np.delete(rows, idle, axis=1).sum(axis=1)

    reasons = judged(features, [6, 5, 4, 3, 2, 1], [1.0] * 6, against=against([0.0] * 6, log_odds))
    assert [reason.group for reason in reasons] == ["g1", "g2", "g3", "g4"]
    assert held(reasons) == {"g0": "actionability", "g5": "limit"}


def test_small_reasons_and_those_beyond_four_are_recorded() -> None:
    features = [Declared(f"f{k}", reason_group=f"g{k}") for k in range(6)]
    reasons = judged(features, [50, 20, 15, 10, 4.5, 0.5], [1.0] * 6)
    assert held(reasons) == {"g4": "limit", "g5": "minimum_share"}
    assert reasons.suppressed[1].why.endswith(
        "points, 0.50% of all points lost, are fewer than 1 or less than 2%"
    )


def test_searches_for_credit_may_come_as_a_fifth() -> None:
    features = [Declared(f"f{k}", reason_group=f"g{k}") for k in range(5)]
    features.append(Declared("asked", reason_group="inquiries", source="inquiries"))
    reasons = judged(features, [6, 5, 4, 3, 2, 1], [1.0] * 6)
    assert [reason.group for reason in reasons] == ["g0", "g1", "g2", "g3", "inquiries"]
    assert reasons.given[-1].source == "bureau"
    assert held(reasons) == {"g4": "limit"}
    first = judged(features, [6, 5, 4, 3, 2, 7], [1.0] * 6)
    assert [reason.group for reason in first] == ["inquiries", "g0", "g1", "g2"]


@pytest.mark.parametrize(
    ("feature", "why"),
    [
        (Tagged("application_sex", source="application"), "protected characteristic"),
        (Tagged("application_marital_status", source="application"), "protected characteristic"),
        (Tagged("health", legal_tags=("special_category_risk",)), "tag that the law protects"),
        (Tagged("returned", legal_tags=("exercise_of_right",)), "tag that the law protects"),
        (Tagged("friends", reason_group="network_repayment", source="ties"), "fewer than 5 known people"),
    ],
)
def test_what_the_law_protects_is_never_named_but_recorded(feature: Tagged, why: str) -> None:
    other = Declared("other", reason_group=feature.reason_group, source=feature.source)
    reasons = judged([feature, Declared("dpd")], [0.9, 0.1], [1.0, 5.0])
    assert [reason.group for reason in reasons] == ["past_arrears"]
    assert [(drop.guard, drop.features) for drop in reasons.suppressed] == [("forbidden", (feature.name,))]
    assert why in reasons.suppressed[0].why
    assert reasons.given[0].share == pytest.approx(0.1)
    if feature.reason_group != "network_repayment":
        beside = judged([feature, other], [0.9, 0.1], [1.0, 5.0])
        assert [reason.features for reason in beside] == [("other",)]


def test_people_are_counted_as_the_declaration_guarantees() -> None:
    bad, known = Term("neighbours", "sum", "is_defaulted"), Term("neighbours", "sum", "is_known")
    shown = Share(bad, known, prior=0.1, minimum=5.0)
    assert fewest_people(shown) == 5.0
    assert fewest_people(Difference(shown, bad)) == 0.0
    assert fewest_people(Ratio(shown, shown)) == 5.0
    assert fewest_people(None) == 0.0


def test_other_people_are_told_of_only_where_five_are_known() -> None:
    def nameable(**settings: int) -> set[str]:
        return {
            feature.name
            for feature in social_features(**settings)
            if feature.reason_group in {"network_repayment", "group_repayment", "network_arrears"}
            and not forbidden_because(
                feature.name, feature.source, feature.reason_group, feature.legal_tags, feature.formula
            )
        }

    assert {"neighbours_defaulted_share", "groups_default_share_mean"} <= nameable()
    assert not {name for name in nameable(min_known=4) if name.startswith(("neighbours_", "network_"))}
    assert not nameable(min_known=4, min_known_group=4)


def test_features_with_a_tag_that_a_law_protects_are_those_that_pages_leave_out() -> None:
    tagged = {one.name for one in built_in_features() if PROTECTED_TAGS.intersection(one.legal_tags)}
    assert tagged == PROTECTED_FEATURES


def test_what_built_in_features_may_never_be_named() -> None:
    columns = ReasonCatalogue.of(built_in_features(), SCALE).columns
    forbidden = {
        feature.name for feature, why in zip(columns.features, columns.forbidden_because, strict=True) if why
    }
    expected = {"payments_health_share_180d", "payments_education_share_180d", "payments_gambling_share_180d"}
    assert expected <= forbidden
    assert not {
        name for name in forbidden if name.startswith(("repayment_", "statements_", "bills_", "inquiries_"))
    }


@settings(deadline=None, max_examples=50)
@given(data=st.data())
def test_every_harmful_group_is_given_or_suppressed_once(data: st.DataObject) -> None:
    size = data.draw(st.integers(1, 12))
    groups = data.draw(st.lists(st.sampled_from("abcdefg"), min_size=size, max_size=size))
    features = [Declared(f"f{k}", reason_group=group, sign=k % 3 - 1) for k, group in enumerate(groups)]
    number = st.floats(-3, 3, allow_subnormal=False)
    harm, values, typical, weights = (
        np.array(data.draw(st.lists(number, min_size=size, max_size=size))) for _ in range(4)
    )
    usual = against(typical, lambda rows: rows @ weights)
    reasons = judged(features, list(harm), list(values), against=usual)
    quick = ReasonCatalogue.of(features, SCALE).of_one(harm, values, against=usual)
    assert quick == reasons.given
    named = [reason.group for reason in reasons] + [drop.group for drop in reasons.suppressed]
    assert len(named) == len(set(named))
    lost = {group: sum(h for h, g in zip(harm, groups, strict=True) if g == group) for group in set(groups)}
    factor = SCALE.factor
    assert set(named) == {group for group, harm in lost.items() if factor * harm > 0}
    for reason in reasons:
        members = np.flatnonzero(np.array(groups) == reason.group)
        assert reason.fact is not None
        column = int(reason.fact.feature[1:])
        for moves in (members, [column]):
            moved = values.copy()
            moved[moves] = typical[moves]
            assert moved @ weights < values @ weights
        above = reason.fact.value > typical[column]
        assert reason.fact.direction == ("higher" if above else "lower")


def test_reasons_come_back_from_a_record() -> None:
    features = [Declared("dpd"), Declared("flow", source="payments", reason_group="cash_flow")]
    moment = datetime(2026, 11, 22, tzinfo=UTC)
    reasons = judged(features, [0.5, 0.2], [9.0, float("nan")], as_of=moment)
    stored = json.loads(json.dumps(reasons.to_dict()))
    assert [reason["rank"] for reason in stored["reasons"]] == [1, 2]
    assert tuple(Reason.from_dict(reason) for reason in stored["reasons"]) == reasons.given
    texts = {"en": "Too young", "fa": "سن کم است"}
    adult = DeclineRule("adult", "P01", "age", "<", 18, texts, legal_basis="legal capacity")
    rule = json.loads(json.dumps(Reasons((adult.reason({"age": 17}),), ()).to_dict()))["reasons"][0]
    assert {language: speak(Reason.from_dict(rule), language) for language in rule["texts"]} == rule["texts"]
