"""Influence against matrix powers, and without a trace of a person's own standing."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from creditscore.graph.influence import Walk, influence, log_influence, own_returns
from creditscore.graph.snapshot import graph_of
from creditscore.graph.walks import personalised_pagerank
from creditscore.validation.metrics import auc


@st.composite
def worlds(draw):
    """A weighted graph, its dense matrix, seeds of some nodes, and a walk."""
    n = draw(st.integers(2, 16))
    node = st.integers(0, n - 1)
    pairs = draw(
        st.lists(st.tuples(node, node, st.sampled_from([0.5, 1.0, 4.0])), min_size=1, max_size=3 * n)
    )
    dense = np.zeros((n, n))
    for one, two, weight in pairs:
        if one != two:
            dense[one, two] += weight
            dense[two, one] += weight
    seeds = np.array(draw(st.lists(st.sampled_from([0.0, 0.0, 0.3, 1.0]), min_size=n, max_size=n)))
    walk = Walk(
        draw(st.sampled_from([0.5, 0.85])), draw(st.integers(1, 4)), draw(st.sampled_from([3, 1_000]))
    )
    graph = graph_of(n, [pair[:2] for pair in pairs], [pair[2] for pair in pairs])
    return graph, dense, seeds, walk


def series(dense, walk):
    """Sum over h of 1 and more of c_h P^h, as a dense matrix."""
    strength, degree = dense.sum(axis=0), (dense > 0).sum(axis=0)
    passes = (strength > 0) & (degree <= walk.hub_ties)
    step = np.where(passes, dense / np.where(strength > 0, strength, 1.0), 0.0)
    powers = [np.linalg.matrix_power(step, hop) for hop in range(walk.hops + 1)]
    weights = (
        walk.damping ** np.arange(walk.hops + 1) * (1 - walk.damping) / (1 - walk.damping ** (walk.hops + 1))
    )
    return sum(c * power for c, power in zip(weights[1:], powers[1:], strict=True))


def ours(graph, seeds, walk, threads=1):
    returns = own_returns(graph, seeds > 0.0, walk, threads=threads)
    return influence(graph, seeds, returns, walk, threads=threads)


@given(worlds())
@settings(max_examples=80)
def test_influence_is_the_cut_series_without_the_diagonal(world):
    graph, dense, seeds, walk = world
    whole = series(dense, walk)
    returns = own_returns(graph, np.ones(len(seeds), np.bool_), walk)
    assert returns == pytest.approx(np.diag(whole), abs=1e-14)
    np.fill_diagonal(whole, 0.0)
    assert ours(graph, seeds, walk) == pytest.approx(whole @ seeds, abs=2.0**-32)


@given(worlds(), st.data())
@settings(max_examples=80)
def test_an_own_standing_leaves_no_trace(world, data):
    """Not one bit: a rest of 1e-17 where others reach nothing would be the label itself."""
    graph, _, seeds, walk = world
    ego = data.draw(st.integers(0, len(seeds) - 1))
    values = []
    for own in (0.0, 0.3, 1.0):
        flipped = seeds.copy()
        flipped[ego] = own
        values.append(log_influence(ours(graph, flipped, walk))[ego])
    assert values[0] == values[1] == values[2]


@given(worlds(), st.data())
@settings(max_examples=40)
def test_one_seed_moves_no_other(world, data):
    """Seeds are not normalised: what reaches a person is the sum of what each alone sends."""
    graph, _, seeds, walk = world
    alone = [ours(graph, np.where(np.arange(len(seeds)) == k, seeds, 0.0), walk) for k in range(len(seeds))]
    assert ours(graph, seeds, walk) == pytest.approx(np.sum(alone, axis=0), abs=len(seeds) * 2.0**-32)


def test_own_seed_in_the_walk_tells_the_label_and_ours_does_not():
    """The leaky variant (a plain personalised PageRank) ranks by the own label; ours is as good as chance."""
    random = np.random.default_rng(0)
    n = 4_000
    graph = graph_of(n, random.integers(0, n, (4 * n, 2)))
    bad = (random.random(n) < 0.1) & (graph.degrees > 0)
    seeds = bad.astype(np.float64)
    leaky = personalised_pagerank(graph, seeds)
    assert auc(bad, leaky) > 0.999
    honest = log_influence(ours(graph, seeds, Walk(0.85, 4, 1_000)))
    assert abs(auc(bad, honest) - 0.5) < 3 * 0.29 / np.sqrt(bad.sum())


def test_a_hub_passes_nothing_on():
    """A star of 50: its centre is no way from one leaf to the other, nor is its own default."""
    star = graph_of(51, [(0, leaf) for leaf in range(1, 51)] + [(1, 2)])
    seeds = np.zeros(51)
    seeds[[0, 1]] = 1.0
    reached = ours(star, seeds, Walk(0.85, 4, 49))
    assert reached[2] > 0.0
    assert (reached[3:] == 0.0).all()
    assert reached[0] > 0.0
    through = ours(star, seeds, Walk(0.85, 4, 50))
    assert (through[3:] > 0.0).all()


def test_threads_do_not_change_a_bit():
    random = np.random.default_rng(1)
    graph = graph_of(20_000, random.integers(0, 20_000, (60_000, 2)), random.random(60_000))
    seeds = random.random(20_000) * (random.random(20_000) < 0.2)
    walk = Walk(0.85, 4, 1_000)
    assert np.array_equal(ours(graph, seeds, walk), ours(graph, seeds, walk, threads=3))
