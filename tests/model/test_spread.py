"""Intervals of scores: what they hold where the truth was drawn, how wide they are, and what they refuse."""

from __future__ import annotations

import json

import numpy as np
import pytest

from creditscore.errors import ArtefactError, ParameterError
from creditscore.model.column_groups import ColumnGroups
from creditscore.model.spread import Spread, SpreadLine
from creditscore.model.spreading import Judged, learn_spread

SPREAD = 1.2
GROUPS = ColumnGroups({"payments": (0, 1), "social": (2,)})


def drawn(
    rows: int, seed: int, told: float = 0.5, middle: float = -3.0
) -> tuple[np.ndarray, np.ndarray, Judged]:
    """Draw true log-odds, features, and scores that tell less where fewer are known.

    With both sources a score tells a share ``told`` of the variance, with one half of it, with none a tenth.
    """
    rng = np.random.default_rng(seed)
    payments, social = rng.random(rows) < 0.6, rng.random(rows) < 0.6
    share = np.where(payments & social, told, np.where(payments | social, told / 2.0, told / 10.0))
    seen = middle + rng.normal(size=rows) * SPREAD * np.sqrt(share)
    true = chance(seen + rng.normal(size=rows) * SPREAD * np.sqrt(1.0 - share))
    at, weight = np.polynomial.hermite_e.hermegauss(41)
    mean = chance(seen[:, None] + SPREAD * np.sqrt(1.0 - share)[:, None] * at) @ weight / weight.sum()
    bad = (rng.random(rows) < true).astype(np.float64)
    values = np.where(np.column_stack([payments, payments, social]), 1.0, np.nan)
    return log_odds(true), values, Judged(log_odds(mean), bad, np.ones(rows))


def chance(log_rate: np.ndarray) -> np.ndarray:
    return -np.expm1(-np.exp(log_rate))


def log_odds(probability: np.ndarray) -> np.ndarray:
    return np.log(probability / (1.0 - probability))


@pytest.mark.parametrize("middle", [-4.2, -3.0, -1.8])
def test_intervals_hold_the_true_chances_they_say_they_do_in_every_combination(middle: float) -> None:
    """At shares of bads of about 3, 8 and 21 %."""
    _, values, judged = drawn(10_000, 1, middle=middle)
    spread = learn_spread(judged, values, GROUPS, assumed=SPREAD)
    true, others, unseen = drawn(10_000, 2, middle=middle)
    low, high = spread.bounds(unseen.log_odds, others)
    covered = (low <= true) & (true <= high)
    assert 0.88 <= covered.mean() <= 0.92
    which = GROUPS.codes(others)
    for known in range(4):
        assert 0.85 <= covered[which == known].mean() <= 0.95, known


def test_fewer_sources_never_make_an_interval_narrower_and_make_it_wider_where_scores_tell_less() -> None:
    _, values, judged = drawn(10_000, 3)
    spread = learn_spread(judged, values, GROUPS, assumed=SPREAD)
    by_groups = {frozenset(line.groups): line.deviation for line in spread.lines}
    assert len(by_groups) == 4
    for some, deviation in by_groups.items():
        for more, other in by_groups.items():
            assert not some < more or deviation > other
    assert spread.elsewhere.deviation >= max(by_groups.values())


@pytest.mark.parametrize("level", [0.5, 0.8, 0.95])
def test_another_level_holds_another_share(level: float) -> None:
    true, values, judged = drawn(8_000, 4)
    spread = learn_spread(judged, values, GROUPS, assumed=SPREAD, level=level)
    low, high = spread.bounds(judged.log_odds, values)
    assert abs(((low <= true) & (true <= high)).mean() - level) < 0.04


def test_the_score_lies_within_and_bits_do_not_depend_on_the_others() -> None:
    _, values, judged = drawn(3_000, 5)
    spread = learn_spread(judged, values, GROUPS)
    odd = np.concatenate([judged.log_odds[:400], [-30.0, 30.0, np.nan]])
    rows = np.concatenate([values[:400], values[:3]])
    low, high = spread.bounds(odd, rows)
    known = ~np.isnan(odd)
    assert (low[known] <= odd[known]).all()
    assert (odd[known] <= high[known]).all()
    assert np.isnan(low[-1])
    assert np.isnan(high[-1])
    order = np.random.default_rng(0).permutation(len(odd))
    again = spread.bounds(odd[order], rows[order])
    alone = [spread.bounds(odd[k : k + 1], rows[k : k + 1]) for k in range(len(odd))]
    for one, shuffled, single in ((low, again[0], 0), (high, again[1], 1)):
        assert one[order].tobytes() == shuffled.tobytes()
        assert one.tobytes() == np.concatenate([pair[single] for pair in alone]).tobytes()


def test_the_ends_rise_with_the_score() -> None:
    _, values, judged = drawn(3_000, 6)
    spread = learn_spread(judged, values, GROUPS)
    z = np.linspace(-8.0, 4.0, 500)
    for row in (values[:1], np.full((1, 3), np.nan)):
        low, high = spread.bounds(z, np.repeat(row, len(z), axis=0))
        assert (np.diff(low) >= 0).all()
        assert (np.diff(high) >= 0).all()


def test_a_moved_level_moves_intervals_as_far() -> None:
    _, values, judged = drawn(3_000, 7)
    spread = learn_spread(judged, values, GROUPS)
    low, high = spread.bounds(judged.log_odds, values)
    moved = spread.shifted(0.7).bounds(judged.log_odds + 0.7, values)
    np.testing.assert_allclose(moved, (low + 0.7, high + 0.7), atol=1e-12)


def test_an_unknown_combination_gets_the_interval_of_anybody() -> None:
    """Without a line a score is not known to tell anything: its interval is that of all applicants."""
    true, values, judged = drawn(8_000, 8)
    both = np.flatnonzero(~np.isnan(values).any(axis=1))
    spread = learn_spread(judged.of(both), values[both], GROUPS, assumed=SPREAD)
    assert [line.groups for line in spread.lines] == [("payments", "social")]
    none = np.flatnonzero(np.isnan(values).all(axis=1))
    low, high = spread.bounds(judged.log_odds[none], values[none])
    assert ((low <= true[none]) & (true[none] <= high)).mean() > 0.87


def test_few_outcomes_make_no_interval() -> None:
    _, values, judged = drawn(600, 9)
    few = np.flatnonzero((judged.bad == 0.0) | (np.cumsum(judged.bad) <= 19))
    assert learn_spread(judged.of(few), values[few], GROUPS) is None


def test_weights_count_like_repeated_rows() -> None:
    _, values, judged = drawn(2_000, 10)
    twice = Judged(judged.log_odds, judged.bad, np.where(judged.bad > 0, 2.0, 1.0))
    rows = np.repeat(np.arange(2_000), np.where(judged.bad > 0, 2, 1))
    one, other = (learn_spread(*pair, GROUPS) for pair in ((twice, values), (judged.of(rows), values[rows])))
    np.testing.assert_allclose(one.lines[0].slope, other.lines[0].slope, rtol=0.2)
    np.testing.assert_allclose(one.elsewhere.intercept, other.elsewhere.intercept, atol=1e-9)


def test_the_size_of_weights_does_not_matter() -> None:
    _, values, judged = drawn(2_000, 13)
    one, other = (
        learn_spread(judged._replace(weight=np.full(2_000, each)), values, GROUPS) for each in (1e-6, 4e5)
    )
    for line, same in zip(one.lines, other.lines, strict=True):
        np.testing.assert_allclose(line.deviation, same.deviation, rtol=1e-6)


def test_json_gives_the_same_back_and_refuses_what_is_none() -> None:
    _, values, judged = drawn(2_000, 11)
    spread = learn_spread(judged, values, GROUPS)
    stored = json.loads(json.dumps(spread.to_dict()))
    again = Spread.from_dict(stored, n_features=3)
    assert again.to_dict() == spread.to_dict()
    bounds = [one.bounds(judged.log_odds, values) for one in (spread, again)]
    assert np.array(bounds[0]).tobytes() == np.array(bounds[1]).tobytes()
    line = stored["elsewhere"]
    wrong = [
        {"level": 1.0}, {"quantile": "wide"}, {"quantile": float("nan")}, {"columns": {"payments": []}},
        {"columns": {"payments": [7]}}, {"columns": {"payments": [-1]}}, {"lines": [{"slope": 1.0}]},
        {"elsewhere": line | {"deviation": 0.0}}, {"elsewhere": line | {"slope": -1.0}},
        {"elsewhere": line | {"knot": float("inf")}}, {"lines": [line | {"groups": ["friends"]}]},
        {"more": 1},
    ]  # fmt: skip
    for part in wrong:
        with pytest.raises(ArtefactError):
            Spread.from_dict(stored | part, n_features=3)


@pytest.mark.parametrize(
    "wrong", [{"level": 1.0}, {"level": 0}, {"level": "high"}, {"assumed": 0.0}, {"assumed": float("nan")},
              {"assumed": True}, {"assumed": 11.0}],
)  # fmt: skip
def test_settings_that_are_none_are_refused(wrong: dict[str, object]) -> None:
    _, values, judged = drawn(1_000, 12)
    with pytest.raises(ParameterError, match=next(iter(wrong))):
        learn_spread(judged, values, GROUPS, **wrong)


def test_a_line_by_hand() -> None:
    line = SpreadLine((), 100, 20, intercept=-0.5, slope=0.8, bend=0.4, knot=-2.0, deviation=1.0)
    spread = Spread(0.9, 1.5, 1.25, ColumnGroups({}), (line,), line)
    low, high = spread.bounds(np.array([-3.0, -1.0]), np.empty((2, 0)))
    assert low.tolist() == pytest.approx([-0.5 - 2.4 - 1.5, -0.5 - 0.8 + 0.4 - 1.5])
    assert high.tolist() == pytest.approx([-0.5 - 2.4 + 1.5, -0.5 - 0.8 + 0.4 + 1.5])
