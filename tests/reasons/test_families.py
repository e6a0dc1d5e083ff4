"""Reasons are ranked by family of groups: what a family costs, what leads it, and what never gets into it."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from creditscore.reasons.choice import ReasonCatalogue
from creditscore.reasons.reason import Reason
from creditscore.words.families import FAMILIES
from creditscore.words.languages import LANGUAGES, texts_in
from creditscore.words.speech import AS_A_WHOLE, DIVIDED, OF_OTHER_PEOPLE
from tests.explain.fakes import Declared
from tests.reasons.test_guards import SCALE, Tagged, against, held, judged

POINT = 1.0 / SCALE.factor
# By hand, apart from the table: what belongs together for a person.
ALIKE = {
    "past_arrears": "late", "payment_timeliness": "late", "late_trend": "late", "part_payments": "amounts",
    "card_repayment": "amounts", "income_level": "income", "gambling": "spending", "mine": "mine",
}  # fmt: skip


def test_every_group_with_words_is_in_one_family_and_families_have_titles_in_every_language() -> None:
    told = [group for groups in FAMILIES.values() for group in groups]
    assert sorted(told) == sorted(set(texts_in("en").groups) - DIVIDED - AS_A_WHOLE)
    assert 10 <= len(FAMILIES) <= 14
    for language in LANGUAGES:
        titles = texts_in(language).families
        assert list(titles) == list(FAMILIES)
        assert len(set(titles.values())) == len(titles)


def test_what_tells_of_other_people_is_in_no_family_with_what_tells_of_the_applicant() -> None:
    mixed = [name for name, groups in FAMILIES.items() if set(groups) & OF_OTHER_PEOPLE]
    assert mixed == ["others"]
    assert set(FAMILIES["others"]) == OF_OTHER_PEOPLE


def test_past_arrears_and_late_payment_are_one_reason_led_by_the_worst_fact() -> None:
    features = [
        Declared("dpd"), Declared("late", reason_group="payment_timeliness"),
        Declared("income", reason_group="income_level", sign=-1),
    ]  # fmt: skip
    first, second = judged(features, [0.3, 0.35, 0.5], [34.0, 9.0, 100.0])
    assert (first.family, first.group, first.code) == ("on_time", "payment_timeliness", "R23")
    assert first.points_lost == pytest.approx(0.65 / POINT)
    assert first.share == pytest.approx(0.65 / 1.15)
    assert first.features == ("late", "dpd")
    assert [group for group, _ in first.inside] == ["payment_timeliness", "past_arrears"]
    assert [lost for _, lost in first.inside] == pytest.approx([0.35 / POINT, 0.3 / POINT])
    assert (second.family, second.inside) == ("income", (("income_level", pytest.approx(0.5 / POINT)),))


def test_what_a_group_of_the_family_earned_counts_and_stands_in_the_data() -> None:
    features = [Declared("dpd"), Declared("late", reason_group="payment_timeliness")]
    (reason,) = judged(features, [0.5, -0.2], [34.0, 9.0])
    assert reason.points_lost == pytest.approx(0.3 / POINT)
    assert dict(reason.inside)["payment_timeliness"] == pytest.approx(-0.2 / POINT)
    assert reason.features == ("dpd",)
    assert not judged(features, [0.5, -0.6], [34.0, 9.0]).given


def test_the_fact_is_of_a_group_that_pages_print_as_a_loss() -> None:
    """The worst feature is in a group that earned points, so the next one is told."""
    features = [
        Declared("worst", reason_group="payment_timeliness"),
        Declared("good", reason_group="payment_timeliness"),
        Declared("dpd"),
    ]
    (reason,) = judged(features, [0.4, -0.45, 0.3], [9.0, 1.0, 34.0])
    assert reason.fact is not None
    assert (reason.group, reason.fact.feature) == ("past_arrears", "dpd")


def test_a_family_of_which_no_group_cost_a_point_is_not_told() -> None:
    each = 0.6 * POINT
    features = [Declared("dpd"), Declared("late", reason_group="payment_timeliness")]
    reasons = judged(features, [each, each], [34.0, 9.0], against=against([0.0, 0.0]))
    assert not reasons.given
    assert held(reasons) == {"past_arrears": "comparison"}


def test_what_may_never_be_named_is_not_added_to_what_is_told() -> None:
    features = [
        Declared("dpd"),
        Tagged("tagged", reason_group="payment_timeliness", legal_tags=("special_category",)),
    ]
    reasons = judged(features, [0.3, 0.9], [34.0, 9.0])
    (reason,) = reasons.given
    assert reason.points_lost == pytest.approx(0.3 / POINT)
    assert reason.features == ("dpd",)
    assert [group for group, _ in reason.inside] == ["past_arrears"]
    (kept,) = reasons.suppressed
    assert (kept.guard, kept.group, kept.family) == ("forbidden", "payment_timeliness", "")
    assert kept.points_lost == pytest.approx(0.9 / POINT)


def test_a_source_that_told_nothing_is_a_reason_by_itself() -> None:
    features = [Declared("dpd"), Declared("card", reason_group="past_arrears", source="bills")]
    reasons = judged(features, [0.3, 0.4], [34.0, float("nan")])
    assert [(one.group, one.family) for one in reasons] == [
        ("insufficient_bills", ""), ("past_arrears", "on_time"),
    ]  # fmt: skip
    assert reasons.given[1].inside == (("past_arrears", pytest.approx(0.3 / POINT)),)


@pytest.mark.parametrize("name", sorted(set(FAMILIES) - set(texts_in("en").groups)))
def test_a_group_of_ones_own_called_as_a_family_stays_apart(name: str) -> None:
    features = [Declared("mine", reason_group=name), Declared("theirs", reason_group=FAMILIES[name][0])]
    first, *_ = judged(features, [0.5, 0.4], [1.0, 1.0])
    assert (first.group, first.family) == (name, f"own.{name}")
    assert first.points_lost == pytest.approx(0.5 / POINT)


def test_groups_ranked_by_themselves_name_no_family() -> None:
    features = [Declared("dpd"), Declared("late", reason_group="payment_timeliness")]
    catalogue = ReasonCatalogue.of(features, SCALE, by_family=False)
    reasons = catalogue.judge(np.array([0.3, 0.35]), np.array([34.0, 9.0]))
    assert [one.group for one in reasons] == ["payment_timeliness", "past_arrears"]
    assert not {"family", "inside"} & set(reasons.to_dict()["reasons"][0])


@settings(deadline=None, max_examples=60)
@given(data=st.data())
def test_families_cost_what_their_groups_cost_and_come_in_that_order(data: st.DataObject) -> None:
    size = data.draw(st.integers(1, 14))
    groups = data.draw(st.lists(st.sampled_from(sorted(ALIKE)), min_size=size, max_size=size))
    features = [Declared(f"f{k}", reason_group=group) for k, group in enumerate(groups)]
    number = st.floats(-1, 1, allow_subnormal=False)
    harm, values, typical, weights = (
        np.array(data.draw(st.lists(number, min_size=size, max_size=size))) for _ in range(4)
    )
    usual = against(typical, lambda rows: rows @ weights)
    reasons = judged(features, list(harm), list(values), against=usual)
    assert ReasonCatalogue.of(features, SCALE).of_one(harm, values, against=usual) == reasons.given
    alike = [ALIKE[group] for group in groups]
    cost = {
        name: SCALE.factor * sum(h for h, a in zip(harm, alike, strict=True) if a == name) for name in alike
    }
    named = [*reasons.given, *reasons.suppressed]
    assert sorted(ALIKE[one.group] for one in named) == sorted(n for n, points in cost.items() if points > 0)
    total = sum(points for points in cost.values() if points > 0)
    for one in named:
        assert one.points_lost == pytest.approx(cost[ALIKE[one.group]])
        assert one.share == pytest.approx(one.points_lost / total)
    lost = [one.points_lost for one in reasons.given]
    assert lost == sorted(lost, reverse=True)
    for reason in reasons:
        _is_true_inside(reason, groups, harm, values, typical, weights)


def _is_true_inside(
    reason: Reason, groups: list[str], harm: Any, values: Any, typical: Any, weights: Any
) -> None:
    """What stands inside is each group's own sum; the fact's group cost a point, and its move helps."""
    each = {g: SCALE.factor * sum(h for h, o in zip(harm, groups, strict=True) if o == g) for g in groups}
    for group, points in reason.inside:
        assert points == pytest.approx(each[group])
    left_out = {g for g in each if ALIKE[g] == ALIKE[reason.group]} - {group for group, _ in reason.inside}
    assert all(each[group] == pytest.approx(0.0) for group in left_out)
    assert reason.fact is not None
    column = int(reason.fact.feature[1:])
    assert groups[column] == reason.group
    assert each[reason.group] >= 1.0 - 1e-9
    moved = values.copy()
    moved[column] = typical[column]
    assert moved @ weights < values @ weights
