"""Lines for combinations of groups: which one a row gets, and what they are fitted to, by SciPy."""

from __future__ import annotations

import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.special import expit

from creditscore.errors import ArtefactError
from creditscore.model.affine import AffineCalibration
from creditscore.model.cells import Cells, composed, lines_of_cells
from creditscore.model.column_groups import ColumnGroups
from creditscore.model.level import applications_in, level_of, newest_tenth

GROUPS = ColumnGroups({"a": (0, 3), "b": (2,), "c": (5, 4)})
COMMON = AffineCalibration(0.8, -0.3)


@given(st.lists(st.lists(st.sampled_from([0.0, 1.5, None]), min_size=7, max_size=7), max_size=20))
def test_the_cell_of_a_row_says_which_groups_have_a_known_column(rows: list[list[float | None]]) -> None:
    X = np.array([[np.nan if v is None else v for v in row] for row in rows]).reshape(len(rows), 7)
    by_hand = [
        "+".join(name for name, columns in (("a", (0, 3)), ("b", (2,)), ("c", (4, 5)))
                 if any(row[column] is not None for column in columns))
        for row in rows
    ]  # fmt: skip
    codes = GROUPS.codes(X)
    assert [GROUPS.name(code) for code in codes.tolist()] == by_hand
    lines = {"a": AffineCalibration(2.0, 1.0), "b+c": AffineCalibration(0.5, 3.0)}
    slope, intercept = Cells(GROUPS, lines, COMMON).of(X)
    for row, name in enumerate(by_hand):
        line = lines.get(name, COMMON)
        assert (slope[row], intercept[row]) == (line.slope, line.intercept)
        assert Cells(GROUPS, lines, COMMON).line_of(X[row]) == line


def penalised(z: NDArray[np.float64], bad: NDArray[np.float64], weight: NDArray[np.float64]) -> list[float]:
    """The documented rule, minimised by SciPy: log loss, and squares of what is added over 0.5 log-odds."""
    share = weight * len(z) / weight.sum()
    centre = np.average(z, weights=weight)
    spread = np.sqrt(np.average((z - centre) ** 2, weights=weight))

    def loss(p: NDArray[np.float64]) -> float:
        said = centre + p[1] + p[0] * (z - centre)
        fit = share @ (np.logaddexp(0.0, said) - bad * said)
        return float(fit + (((p[0] - 1.0) * spread) ** 2 + p[1] ** 2) / (2.0 * 0.25))

    slope, level = minimize(loss, [1.0, 0.0], method="BFGS", options={"gtol": 1e-9}).x
    return [slope, centre + level - slope * centre]


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10_000), st.integers(2, 300), st.floats(0.0, 3.0), st.floats(-2.0, 2.0), st.booleans())
def test_a_line_is_the_most_likely_one_of_the_rule(
    seed: int, rows: int, slope: float, level: float, weighted: bool
) -> None:
    rng = np.random.default_rng(seed)
    z = rng.normal(-2.0, 1.0, rows)
    bad = (rng.random(rows) < expit(-2.0 + level + slope * (z + 2.0))).astype(float)
    weight = rng.gamma(2.0, size=rows) if weighted else np.full(rows, 0.25)
    expected = penalised(z, bad, weight)
    found = lines_of_cells(z, bad, weight, np.full(rows, 2))
    assert list(found) == [2]
    if expected[0] > 0.02:
        assert list(found[2]) == pytest.approx(expected, abs=2e-5)
    else:
        assert found[2][0] > 0


def test_many_rows_are_followed_few_are_not_and_a_turned_order_is_made_flat() -> None:
    rng = np.random.default_rng(0)
    z = rng.normal(-2.0, 1.0, 40_000)
    bad = (rng.random(40_000) < expit(0.4 + 1.6 * z)).astype(float)
    one = np.ones(40_000)
    slope, intercept = lines_of_cells(z, bad, one, np.ones(40_000, np.int64))[1]
    assert (slope, intercept) == pytest.approx((1.6, 0.4), abs=0.08)
    codes = np.where(np.arange(40_000) < 5, 3, 0)
    slope, intercept = lines_of_cells(z, bad, one, codes)[3]
    assert (slope, intercept) == pytest.approx((1.0, 0.0), abs=0.6)
    turned = (rng.random(40_000) < expit(-4.0 - z)).astype(float)
    slope, intercept = lines_of_cells(z, turned, one, np.ones(40_000, np.int64))[1]
    assert 0 < slope <= 0.01
    alike = lines_of_cells(
        np.full(500, -2.0), np.resize([1.0, 0.0], 500), np.ones(500), np.ones(500, np.int64)
    )
    assert alike[1][0] == 1.0
    assert expit(alike[1][1] - 2.0) == pytest.approx(0.5, abs=0.03)
    assert expit(intercept + slope * z).mean() == pytest.approx(turned.mean(), abs=0.005)


def test_lines_after_the_common_one_and_the_level_of_the_newest_rows_stays_on_top() -> None:
    common = AffineCalibration(2.0, 0.7)  # of which 0.5 is the level of the newest rows
    cells = composed({1: (1.5, -0.2)}, GROUPS, common, 0.5)
    raw = np.linspace(-2.0, 2.0, 5)
    by_hand = 1.5 * (2.0 * raw + 0.2) - 0.2 + 0.5
    assert cells.lines["a"].log_odds(raw) == pytest.approx(by_hand, abs=1e-12)
    moved = cells.shifted(0.25)
    assert moved.lines["a"].log_odds(raw) == pytest.approx(by_hand + 0.25, abs=1e-12)
    assert moved.common.intercept == pytest.approx(0.95)


def test_cells_return_from_json_and_damaged_ones_are_refused() -> None:
    cells = Cells(GROUPS, {"a+c": AffineCalibration(1.5, -2.0)}, COMMON)
    stored = json.loads(json.dumps(cells.to_dict()))
    assert Cells.from_dict(stored, COMMON).to_dict() == cells.to_dict()
    alone = stored | {"lines": {"": stored["lines"]["a+c"]}}  # nothing but the application
    assert Cells.from_dict(alone, COMMON).to_dict() == alone
    for harm in (
        {"columns": [["a", [0]], ["a", [1]]]},
        {"columns": [["a", [0]], ["b", [0]]]},
        {"columns": [["a", []]]},
        {"columns": [["a", [-1]]]},
        {"columns": [[str(k), [k]] for k in range(9)], "lines": {}},
        {"lines": {"c+a": stored["lines"]["a+c"]}},
        {"lines": {"d": stored["lines"]["a+c"]}},
        {"more": 1},
    ):
        with pytest.raises(ArtefactError):
            Cells.from_dict(stored | harm, COMMON)


def test_copies_of_an_application_are_one_piece_of_evidence_of_the_level() -> None:
    rng = np.random.default_rng(3)
    rows = 3_000
    time = np.arange(rows, dtype=np.int64)
    bad = np.zeros(rows)
    bad[rows - 300 : rows - 250] = 1.0  # 50 bads in the newest tenth
    who = np.array([f"p{k % 2_000}" for k in range(rows)])
    z = rng.normal(-1.5, 0.5, rows)
    assert applications_in(who, time) is None
    three = np.tile(np.arange(rows), 3)
    which = applications_in(who[three], time[three])
    assert which is not None
    assert len(np.unique(which)) == rows
    assert newest_tenth(time, bad) is None
    assert newest_tenth(time[three], bad[three]) is not None  # as if there were 150
    assert newest_tenth(time[three], bad[three], which) is None
    alone = level_of(z, bad, np.ones(rows))
    copied = level_of(z[three], bad[three], np.full(3 * rows, 1 / 3), which)
    assert copied.shift == pytest.approx(alone.shift, abs=1e-9)
    assert copied.error == pytest.approx(alone.error, rel=1e-9)
    assert (copied.rows, copied.bads) == (alone.rows, alone.bads)
