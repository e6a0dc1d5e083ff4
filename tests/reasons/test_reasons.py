"""Which reasons are named, in which order, and what they may say."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from creditscore.errors import ParameterError
from creditscore.model.scale import ScoreScale
from creditscore.reasons.applicant import Population
from creditscore.reasons.choice import ReasonCatalogue, reasons_for
from creditscore.words.labels import Label, within
from creditscore.words.reasons.en import TEXTS
from tests.explain.fakes import Declared

SCALE = ScoreScale()
NAN = float("nan")


def named(
    features: list[Declared], contributions: list[float], values: list[float], **options: float
) -> list[str]:
    reasons = reasons_for(np.array(contributions), np.array(values), features, SCALE, **options)  # type: ignore[arg-type]
    return [reason.group for reason in reasons]


def only_text(feature: Declared, value: float, *others: tuple[Declared, float, float]) -> str:
    features = [feature, *(other[0] for other in others)]
    contributions = np.array([1.0, *(other[1] for other in others)])
    values = np.array([value, *(other[2] for other in others)])
    return reasons_for(contributions, values, features, SCALE)[0].text


def test_groups_are_summed_and_the_most_harmful_comes_first() -> None:
    features = [
        Declared("dpd"),
        Declared("dpd_old"),
        Declared("income", reason_group="income_level", sign=-1),
        Declared("debt", reason_group="indebtedness"),
    ]
    reasons = reasons_for(np.array([0.2, 0.2, 0.3, -0.5]), np.array([1.0, 2.0, 3.0, 4.0]), features, SCALE)
    assert [reason.group for reason in reasons] == ["past_arrears", "income_level"]
    assert reasons[0].points_lost == pytest.approx(0.4 * 20 / np.log(2))
    assert reasons[0].share == pytest.approx(0.4 / 0.7)
    assert reasons[0].features == ("dpd", "dpd_old")
    assert reasons[0].code == "R22"


def test_what_helps_in_a_group_is_set_against_what_harms() -> None:
    features = [Declared("dpd"), Declared("dpd_old")]
    assert named(features, [0.3, -0.4], [9.0, 0.0]) == []


def test_ties_are_broken_by_key() -> None:
    features = [Declared(name, reason_group=name) for name in ("zeta", "alpha", "mid")]
    assert named(features, [0.25, 0.25, 0.25], [1.0, 1.0, 1.0]) == ["alpha", "mid", "zeta"]


def test_at_most_four_and_none_below_two_per_cent() -> None:
    features = [Declared(f"f{k}", reason_group=f"g{k}") for k in range(6)]
    assert named(features, [6, 5, 4, 3, 2, 1], [1.0] * 6) == ["g0", "g1", "g2", "g3"]
    assert named(features, [98.1, 1.9, 0, 0, 0, 0], [1.0] * 6) == ["g0"]
    assert named(features, [0.5, 0.034, 0, 0, 0, 0], [1.0] * 6) == ["g0"]
    assert named(features, [0.5, 0.035, 0, 0, 0, 0], [1.0] * 6) == ["g0", "g1"]
    assert named(features, [97.9, 2.1, 0, 0, 0, 0], [1.0] * 6) == ["g0", "g1"]
    assert named(features, [6, 5, 4, 3, 2, 1], [1.0] * 6, limit=1) == ["g0"]
    assert named(features, [6, 5, 4, 3, 2, 1], [1.0] * 6, minimum_share=0.25) == ["g0"]


def test_coverage_and_features_without_a_group_are_never_reasons() -> None:
    features = [
        Declared("covered", reason_group="coverage"),
        Declared("count", reason_group=""),
        Declared("dpd"),
    ]
    reasons = reasons_for(np.array([5.0, 5.0, 0.1]), np.array([1.0, 1.0, 30.0]), features, SCALE)
    assert [reason.group for reason in reasons] == ["past_arrears"]
    assert reasons[0].share == 1.0


def test_a_fact_has_its_value_unit_and_window() -> None:
    assert only_text(Declared("dpd"), 34.0) == "Worst days past due in the last 12 months: 34 days"


def test_a_fact_is_said_beside_what_is_usual() -> None:
    def risk(rows: np.ndarray) -> np.ndarray:
        return 0.01 * rows[:, 0]

    against = Population("approved", np.array([2.0]), risk)
    (reason,) = ReasonCatalogue.of([Declared("dpd")], SCALE).of_one(
        np.array([0.4]), np.array([34.0]), against=against
    )
    assert reason.text == (
        "Worst days past due in the last 12 months: 34 days, higher than usual among approved applicants "
        "(2 days)"
    )
    assert reason.fact is not None
    assert (reason.fact.reference_value, reason.fact.direction) == (2.0, "higher")


def test_the_leading_feature_is_the_most_harmful_one_that_is_known() -> None:
    text = only_text(
        Declared("a", label=Label("repayment_days_late_mean", span=within("6m"))),
        3.0,
        (Declared("b", label=Label("repayment_days_late_max", span=within("6m"))), 2.0, 21.0),
        (Declared("c", label="days late of the last", unit="days"), 2.5, NAN),
    )
    assert text == "Most days late in the last 6 months: 21 days"


def test_an_absent_source_is_told_as_absent_and_gathers_its_groups() -> None:
    features = [
        Declared("income", reason_group="income_level", source="payments", sign=-1),
        Declared("flow", reason_group="cash_flow", source="payments", sign=-1),
        Declared("dpd"),
    ]
    reasons = reasons_for(np.array([0.3, 0.2, 0.1]), np.array([NAN, NAN, 5.0]), features, SCALE)
    assert [reason.group for reason in reasons] == ["insufficient_payments", "past_arrears"]
    assert reasons[0].text == "No payments record was available"
    assert reasons[0].points_lost == pytest.approx(0.5 * SCALE.factor)
    assert reasons[0].features == ("income", "flow")


def test_a_group_without_values_is_not_told_as_behaviour() -> None:
    known = (Declared("opened", reason_group="recent_credit"), -0.1, 2.0)
    text = only_text(Declared("use", reason_group="card_utilisation"), NAN, known)
    assert text == "Worst days past due in the last 12 months: not known"


def test_harm_that_comes_from_missing_values_names_what_is_missing() -> None:
    text = only_text(
        Declared("a", label=Label("repayment_days_late_mean", span=within("6m"))),
        NAN,
        (Declared("b"), 0.2, 3.0),
    )
    assert text == "Average days late (early counts as none) in the last 6 months: not known"


def test_a_source_without_its_own_text_is_named() -> None:
    features = [Declared("visits", reason_group="visits", source="standings"), Declared("dpd")]
    reason = reasons_for(np.array([1.0, 0.0]), np.array([NAN, 1.0]), features, SCALE)[0]
    assert (reason.code, reason.text) == ("R80", "No standings record was available")


def test_an_unknown_group_is_told_by_the_label_of_its_feature() -> None:
    text = only_text(
        Declared("w", reason_group="widgets", label="widgets bought in 90 days", unit="count"), 7.0
    )
    assert text == "Widgets bought in 90 days: 7"


def test_a_category_is_told_without_its_code() -> None:
    text = only_text(
        Declared("p", reason_group="amount_requested", label="product", unit="category", sign=0), 3.0
    )
    assert text == "Product"


def test_an_applicant_of_whom_nothing_harms_has_no_reason() -> None:
    assert named([Declared("dpd")], [-0.5], [0.0]) == []
    assert named([Declared("dpd")], [0.0], [0.0]) == []


@settings(deadline=None, max_examples=60)
@given(data=st.data())
def test_reasons_are_deterministic_harmful_and_never_invented(data: st.DataObject) -> None:
    groups = data.draw(
        st.lists(st.sampled_from([*TEXTS.groups, "", "coverage", "own"]), min_size=1, max_size=12)
    )
    features = [Declared(f"f{k}", reason_group=group, sign=k % 3 - 1) for k, group in enumerate(groups)]
    number = st.floats(-5, 5, allow_subnormal=False)
    contributions = np.array(data.draw(st.lists(number, min_size=len(groups), max_size=len(groups))))
    value = st.one_of(st.just(NAN), st.floats(-1e6, 1e6))
    values = np.array(data.draw(st.lists(value, min_size=len(groups), max_size=len(groups))))
    book = ReasonCatalogue.of(features, SCALE)
    reasons = book.of_one(contributions, values)
    assert reasons == book.of_one(contributions.copy(), values.copy())
    assert len(reasons) <= 4 + ("inquiries" in {reason.group for reason in reasons[4:]})
    assert all(reason.points_lost >= 1 and 0.02 <= reason.share <= 1 for reason in reasons)
    assert [-reason.points_lost for reason in reasons] == sorted(-reason.points_lost for reason in reasons)
    if np.isnan(values).all():
        assert all(reason.group == "insufficient_loans" for reason in reasons)


@pytest.mark.parametrize(("option", "value"), [("limit", -1), ("minimum_share", 1.5)])
def test_options_out_of_range_are_refused(option: str, value: float) -> None:
    with pytest.raises(ParameterError, match=option):
        named([Declared("dpd")], [1.0], [1.0], **{option: value})
