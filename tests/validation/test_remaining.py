"""The bound on what a search could still gain, in searches whose distribution is known."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from creditscore.errors import ParameterError
from creditscore.validation.fairness.remaining import search_bound

DRAWS = 300
# Each as what is drawn, and the probability of more than a value; the gain follows by summing that up.
WORLDS = {
    "flat": (lambda random: random.uniform(0.0, 1.0, DRAWS), lambda v: 1.0 - v),
    "beta": (lambda random: random.beta(8.0, 4.0, DRAWS), stats.beta(8.0, 4.0).sf),
    "a rare jackpot": (
        lambda random: np.where(random.random(DRAWS) < 0.01, random.uniform(0.95, 1.0, DRAWS), 0.6),
        lambda v: np.where(v < 0.6, 1.0, 0.01 * np.clip((1.0 - np.maximum(v, 0.95)) / 0.05, 0.0, 1.0)),
    ),
    "few values": (
        lambda random: random.choice([0.5, 0.7, 0.9], DRAWS, p=[0.7, 0.28, 0.02]),
        lambda v: np.where(v < 0.5, 1.0, np.where(v < 0.7, 0.3, np.where(v < 0.9, 0.02, 0.0))),
    ),
}


@pytest.mark.parametrize("world", WORLDS)
def test_it_holds_after_every_draw_at_once_in_95_of_100_searches(world) -> None:
    draw, above = WORLDS[world]
    line = np.array([search_bound(np.zeros(t)).better for t in range(1, DRAWS + 1)])
    grid = np.linspace(0.0, 1.0, 1_001)
    tail = np.asarray(above(grid))
    gains = np.append(np.cumsum(tail[::-1])[::-1][1:] * 0.001, 0.0)  # below the integral from the value up
    right = gain_right = 0
    for seed in range(1_000):
        best = np.maximum.accumulate(draw(np.random.default_rng(seed)))
        right += bool((above(best) <= line + 1e-12).all())
        expected = np.interp(best, grid, gains)
        gain_right += bool((expected <= (1.0 - best) * line + 1e-9).all())
    assert right >= 950
    assert gain_right >= 950


def test_it_holds_for_who_stops_when_it_looks_best() -> None:
    wrong = 0
    for seed in range(1_000):
        values = np.random.default_rng([9, seed]).uniform(size=200)
        best = np.maximum.accumulate(values)
        # the worst moment to stop: where the truth lies highest above the bound's usual size
        t = int(np.argmax((1.0 - best) * np.arange(1, 201))) + 1
        wrong += (1.0 - best[t - 1]) > search_bound(values[:t]).better
    assert wrong <= 50


def test_it_wastes_little_beside_a_bound_for_one_moment() -> None:
    for draws in (50, 200, 1_000):
        one_moment = 1.0 - 0.05 ** (1.0 / draws)  # exact: P(best of t so rare) = (1 - p)^t
        assert one_moment < search_bound(np.zeros(draws)).better < 3.5 * one_moment


def test_more_draws_and_a_better_start_leave_less() -> None:
    few, many = search_bound([0.8] * 10), search_bound([0.8] * 100)
    assert many.better < few.better
    assert many.gain < few.gain
    assert many.gain < many.gain_of(10) < many.gain_of(100) <= 1.0 - 0.8
    assert search_bound([0.8] * 10, start=0.9).best == 0.9
    assert search_bound([0.8] * 10, confidence=0.99).better > few.better
    nothing = search_bound([])
    assert (nothing.draws, nothing.better) == (0, 1.0)
    assert "10 draws" in str(few)


@pytest.mark.parametrize("values", [[float("nan")], [1.2], [[0.5]], ["x"]])
def test_what_is_no_value_is_refused(values) -> None:
    with pytest.raises(ParameterError):
        search_bound(values)


def test_a_confidence_and_a_start_that_cannot_be_are_refused() -> None:
    with pytest.raises(ParameterError):
        search_bound([0.5], confidence=1.0)
    with pytest.raises(ParameterError):
        search_bound([0.5], start=float("nan"))
    with pytest.raises(ParameterError):
        search_bound([0.5]).gain_of(0)
