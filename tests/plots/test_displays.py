"""Displays hold their numbers, draw them where they are told, and neither show nor save anything."""

from __future__ import annotations

import sys

import matplotlib as mpl
import numpy as np
import pytest

mpl.use("Agg")
from matplotlib import pyplot as plt

import creditscore as cs
from creditscore.errors import MissingExtraError, NameUnknownError, ParameterError
from creditscore.plots import (
    CalibrationDisplay,
    DriftDisplay,
    FairnessDisplay,
    GainsDisplay,
    KsDisplay,
    RocDisplay,
    StrategyDisplay,
    VintageDisplay,
)
from creditscore.validation import auc, calibration_table, gini, ks, strategy_curve

DISPLAYS = [RocDisplay, KsDisplay, CalibrationDisplay, GainsDisplay]


@pytest.fixture(scope="module")
def predictions():
    random = np.random.default_rng(0)
    predicted = random.beta(1, 6, 3_000)
    return random.random(3_000) < predicted, predicted


@pytest.fixture(autouse=True)
def closed():
    yield
    plt.close("all")


def texts(ax):
    return " ".join(text.get_text() for text in ax.texts)


@pytest.mark.parametrize("display", DISPLAYS)
def test_plot_returns_itself_and_uses_the_axes_it_is_given(display, predictions):
    drawn = display.from_predictions(*predictions)
    assert drawn.ax_ is None
    figure, (left, right) = plt.subplots(1, 2)
    assert drawn.plot(right) is drawn
    assert (drawn.ax_, drawn.figure_) == (right, figure)
    assert not left.has_data()
    assert right.has_data()
    assert len(plt.get_fignums()) == 1


@pytest.mark.parametrize("display", DISPLAYS)
def test_new_axes_are_made_when_none_are_given(display, predictions):
    drawn = display.from_predictions(*predictions).plot()
    assert plt.get_fignums() == [drawn.figure_.number]
    drawn.figure_.canvas.draw()


@pytest.mark.parametrize("display", DISPLAYS)
def test_axes_have_titles_and_units(display, predictions):
    ax = display.from_predictions(*predictions).plot().ax_
    assert ax.get_title(loc="left")
    assert "%" in ax.get_xlabel()
    assert "%" in ax.get_ylabel()


@pytest.mark.parametrize("display", DISPLAYS)
def test_every_word_lies_inside_the_figure(display, predictions):
    drawn = display.from_predictions(*predictions).plot()
    drawn.figure_.canvas.draw()
    frame = drawn.figure_.bbox
    for text in [*drawn.ax_.texts, drawn.ax_.title, drawn.ax_.xaxis.label, drawn.ax_.yaxis.label]:
        box = text.get_window_extent()
        assert box.x0 >= frame.x0 - 1, text
        assert box.x1 <= frame.x1 + 1, text
        assert box.y0 >= frame.y0 - 1, text
        assert box.y1 <= frame.y1 + 1, text


def test_roc_draws_the_curve_it_holds(predictions):
    drawn = RocDisplay.from_predictions(*predictions, name="boosted").plot()
    line = next(line for line in drawn.ax_.lines if line.get_gid() == "roc")
    np.testing.assert_array_equal(line.get_xdata(), drawn.curve.false_positive_rate)
    np.testing.assert_array_equal(line.get_ydata(), drawn.curve.true_positive_rate)
    assert f"boosted: AUC {auc(*predictions):.3f}" in texts(drawn.ax_)


def test_two_roc_curves_share_axes_in_two_colours(predictions):
    ax = RocDisplay.from_predictions(*predictions, name="first").plot().ax_
    RocDisplay.from_predictions(predictions[0], predictions[1] ** 2, name="second").plot(ax)
    curves = [line for line in ax.lines if line.get_gid() == "roc"]
    assert len({line.get_color() for line in curves}) == len(curves) == 2
    assert texts(ax).count("by chance") == 1
    labels = [text for text in ax.texts if "AUC" in text.get_text()]
    assert labels[0].get_position() != labels[1].get_position()


def test_ks_marks_the_widest_gap(predictions):
    drawn = KsDisplay.from_predictions(*predictions).plot()
    bar = drawn.ax_.lines[-1]
    assert np.ptp(bar.get_ydata()) == pytest.approx(ks(*predictions))
    assert f"KS {ks(*predictions):.3f}" in texts(drawn.ax_)
    assert {"goods", "bads"} <= set(texts(drawn.ax_).split())


def test_calibration_draws_the_table_it_holds(predictions):
    drawn = CalibrationDisplay.from_predictions(*predictions, groups=5, level=0.9).plot()
    expected = calibration_table(*predictions, groups=5, level=0.9)
    np.testing.assert_array_equal(drawn.table.observed, expected.observed)
    points = drawn.ax_.lines[-1]
    np.testing.assert_array_equal(points.get_xdata(), expected.predicted)
    np.testing.assert_array_equal(points.get_ydata(), expected.observed)
    assert "5 groups" in texts(drawn.ax_)
    assert "90 %" in texts(drawn.ax_)


@pytest.mark.parametrize("display", DISPLAYS)
def test_extreme_scores_still_draw(display):
    for predicted in ([0.2] * 4, [0.0, 0.0, 1.0, 1.0], [1e-9, 2e-9, 3e-9, 4e-9], [0.0] * 4):
        display.from_predictions([0, 1, 0, 1], predicted).plot().figure_.canvas.draw()


@pytest.mark.parametrize("display", DISPLAYS)
def test_wrong_predictions_are_named(display):
    with pytest.raises(ParameterError, match="finite"):
        display.from_predictions([0, 1], [0.1, float("nan")])


@pytest.mark.parametrize("display", DISPLAYS)
def test_numbers_need_no_matplotlib_and_plotting_names_the_extra(display, predictions, monkeypatch):
    for name in [name for name in sys.modules if name.partition(".")[0] == "matplotlib"]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    drawn = display.from_predictions(*predictions)
    remedy = rf"{display.__name__}\.plot needs 'matplotlib'.*pip install 'creditscore\[plots\]'"
    with pytest.raises(MissingExtraError, match=remedy):
        drawn.plot()


def test_a_strategy_is_drawn_against_approvals_and_marks_a_cutoff(predictions):
    bad, predicted = predictions
    curve = strategy_curve(-predicted, bad, groups=np.where(predicted > 0.1, "new", "known"))
    for figure in ("bad_rate", "loss", "profit", "capital", "new"):
        display = StrategyDisplay(curve).plot(figure=figure, cutoff=-0.2)
        line, mark = display.ax_.lines
        assert line.get_xdata().tolist() == (100 * curve.approval).tolist()
        assert mark.get_xdata()[0] == pytest.approx(100 * (predicted <= 0.2).mean())
    with pytest.raises(NameUnknownError, match="figure"):
        StrategyDisplay(curve).plot(figure="wealth")


def test_gains_draw_the_curve_whose_accuracy_ratio_is_gini(predictions):
    drawn = GainsDisplay.from_predictions(*predictions).plot()
    line = next(line for line in drawn.ax_.lines if line.get_gid() == "gains")
    bad, predicted = predictions
    order = np.argsort(-predicted)
    np.testing.assert_allclose(line.get_ydata()[1:], np.cumsum(bad[order]) / bad.sum())
    assert f"accuracy ratio {gini(*predictions):.3f}" in texts(drawn.ax_)


def test_fairness_draws_the_ratio_of_each_group_at_every_cutoff(predictions):
    log_odds = np.log(predictions[1] / (1 - predictions[1]))
    sex = np.where(np.arange(log_odds.size) % 3, "m", "f")
    drawn = FairnessDisplay.from_scores(log_odds, {"sex": sex}).plot()
    lines = {line.get_gid(): line for line in drawn.ax_.lines if str(line.get_gid()).startswith("group-")}
    at = int(np.argmin(np.abs(lines["group-0"].get_xdata() - 0.5)))
    approved = log_odds <= np.sort(log_odds)[round(lines["group-0"].get_xdata()[at] * log_odds.size) - 1]
    shares = [approved[sex == group].mean() for group in ("f", "m")]
    for place, share in enumerate(shares):
        assert lines[f"group-{place}"].get_ydata()[at] == pytest.approx(share / max(shares))
    assert {"f", "m"} <= set(texts(drawn.ax_).split())
    with pytest.raises(ParameterError, match="one attribute"):
        FairnessDisplay.from_scores(log_odds, {"sex": sex, "age": sex})


def test_drift_draws_each_look_of_the_columns_that_lie_furthest_off():
    random = np.random.default_rng(2)
    columns = {name: random.normal(size=500) for name in "abcde"}
    watch = cs.Watch.begun(cs.FrozenBins.learned(columns))
    with pytest.raises(ParameterError, match="has looked"):
        DriftDisplay.from_watch(watch)
    for day in (1, 2, 3):
        watch = watch.look(columns | {"c": columns["c"] + day}, at=f"2026-11-0{day}T00:00:00Z")
    drawn = DriftDisplay.from_watch(watch).plot()
    lines = {line.get_gid(): line for line in drawn.ax_.lines if line.get_gid() in columns}
    assert len(lines) == 4
    assert lines["c"].get_ydata().tolist() == [one.psi["c"] for one in watch.looks]
    drawn.figure_.canvas.draw()
    assert DriftDisplay.from_watch(watch, ("e",)).columns == ("e",)
    with pytest.raises(NameUnknownError, match="column"):
        DriftDisplay.from_watch(watch, ("f",))


def test_vintages_draw_what_is_mature():
    loans = [
        {"loan_id": k, "applicant_id": k, "event_time": f"2024-0{1 + k}-10T09:00:00Z", "amount": 9.0}
        for k in range(6)
    ]
    dues = [
        {"loan_id": k, "applicant_id": k, "due_time": f"2024-0{2 + k}-10T00:00:00Z", "due_amount": 9.0}
        for k in range(6)
    ]
    portfolio = cs.Portfolio.from_records({"loans": loans, "instalments": dues})
    table = cs.vintages(portfolio, "2024-09-15T00:00:00Z", period="month", months=6)
    drawn = VintageDisplay.from_table(table, "dpd_30").plot()
    lines = {line.get_gid(): line for line in drawn.ax_.lines}
    for one in table.vintages:
        known = ~np.isnan(one.shares["dpd_30"])
        assert lines[one.name].get_ydata().tolist() == one.shares["dpd_30"][known].tolist()
    drawn.figure_.canvas.draw()
    with pytest.raises(NameUnknownError, match="measure"):
        VintageDisplay.from_table(table, "late")
