"""Contributions add up or do not exist, and draw in shap's plots."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import FrozenInstanceError, replace
from typing import Any

import numpy as np
import pytest

from creditscore.errors import ExplanationError
from creditscore.explain.contributions import Contributions
from creditscore.model.scale import ScoreScale

# shap calls parts of matplotlib that matplotlib means to retire.
pytestmark = pytest.mark.filterwarnings("ignore::PendingDeprecationWarning", "ignore::FutureWarning:shap")

NAMES = ("late", "late_old", "income", "count")
GROUPS = ("past_arrears", "past_arrears", "income_level", "")


@pytest.fixture
def explained() -> Contributions:
    rng = np.random.default_rng(0)
    values = rng.normal(size=(30, 4))
    data = rng.normal(size=(30, 4))
    data[0, 2] = np.nan
    ids = tuple(f"A{k}" for k in range(30))
    return Contributions(values, -2.0, values.sum(axis=1) - 2.0, NAMES, data, ids, GROUPS)


def test_a_row_that_misses_its_log_odds_is_refused_by_name(explained: Contributions) -> None:
    log_odds = explained.log_odds.copy()
    log_odds[7] += 1e-8
    with pytest.raises(ExplanationError, match=r"1 row\(s\), first 'A7'"):
        replace(explained, log_odds=log_odds)
    log_odds[7] = np.nan
    with pytest.raises(ExplanationError, match="'A7'"):
        replace(explained, log_odds=log_odds)
    replace(explained, log_odds=explained.log_odds + 1e-10)


@pytest.mark.parametrize(
    "wrong",
    [
        {"feature_names": NAMES[1:]},
        {"reason_groups": ()},
        {"application_ids": ("A",)},
        {"data": np.zeros((1, 4))},
    ],
)
def test_parts_of_different_sizes_are_refused(explained: Contributions, wrong: dict[str, Any]) -> None:
    with pytest.raises(ExplanationError, match="Contributions"):
        replace(explained, **wrong)


def test_points_add_up_to_the_unrounded_score(explained: Contributions) -> None:
    scale = ScoreScale(reference_score=500, reference_good_bad_odds=19, points_to_double_odds=40)
    total = explained.points(scale).sum(axis=1) + explained.base_points(scale)
    assert np.abs(total - scale.points(explained.log_odds)).max() < 1e-9
    assert np.array_equal(np.sign(explained.points(scale)), -np.sign(explained.values))


def test_groups_add_up_to_the_same_log_odds(explained: Contributions) -> None:
    grouped = explained.by_group()
    assert grouped.feature_names == ("(no group)", "income_level", "past_arrears")
    assert np.allclose(grouped.values[:, 2], explained.values[:, 0] + explained.values[:, 1])
    assert np.array_equal(grouped.log_odds, explained.log_odds)
    assert grouped.to_shap().data is None


def test_the_frame_has_a_row_for_each_application(explained: Contributions) -> None:
    frame = explained.to_frame()
    assert list(frame.columns) == [*NAMES, "base", "log_odds"]
    assert frame.index.name == "application_id"
    assert np.allclose(frame[[*NAMES, "base"]].sum(axis=1), frame["log_odds"])


def test_displays_name_what_they_show(explained: Contributions) -> None:
    hostile = replace(explained, feature_names=("<script>", *NAMES[1:]))
    assert repr(explained) == "Contributions(30 applications x 4 features, leaf_tables)"
    assert "past_arrears" in explained._repr_html_()
    assert "<script>" not in hostile._repr_html_()


def test_a_value_cannot_be_changed(explained: Contributions) -> None:
    with pytest.raises(FrozenInstanceError):
        explained.base = 0.0  # type: ignore[misc]


@pytest.fixture
def figure() -> Any:
    import matplotlib as mpl

    mpl.use("Agg")
    from matplotlib import pyplot

    yield pyplot.figure()
    pyplot.close("all")


@pytest.mark.parametrize("plot", ["waterfall", "beeswarm", "bar"])
@pytest.mark.parametrize("grouped", [False, True])
def test_plots_of_shap_accept_the_explanation(
    explained: Contributions, figure: Any, plot: str, grouped: bool
) -> None:
    import shap

    explanation = (explained.by_group() if grouped else explained).to_shap()
    draw: Callable[..., Any] = getattr(shap.plots, plot)
    draw(explanation[0] if plot == "waterfall" else explanation, show=False)
    assert np.allclose(explanation.values.sum(axis=1) + explanation.base_values, explained.log_odds)
