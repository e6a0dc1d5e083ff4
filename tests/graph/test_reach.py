"""Known persons whom walks reach, against dense matrices, and what one person or one tie can move."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from creditscore.graph.csr import Graph, frozen_graph
from creditscore.graph.labels import Bits
from creditscore.graph.reach import weighed_by_walks
from creditscore.graph.shares import Prior, Weighed, default_shares
from creditscore.graph.snapshot import graph_of, votes_of
from creditscore.graph.walks import personalised_pagerank
from creditscore.validation.metrics import auc

PRIOR = Prior(0.1, 5.0)
STEPS = [np.array(steps) for steps in ((1.0, 0), (0, 1.0), (1.0, 0.85))]


def voting(n, ends, old):
    """A graph of pairs, each old or young, with its votes."""
    graph = graph_of(n, ends)
    ages = {tuple(sorted(pair)): float(is_old) for pair, is_old in zip(ends, old, strict=True)}
    row = np.repeat(np.arange(n), graph.degrees)
    of_half = np.array(
        [ages[tuple(sorted(pair))] for pair in zip(row, graph.neighbours.tolist(), strict=True)]
    )
    return frozen_graph(graph.offsets, graph.neighbours, votes_of(graph.offsets, of_half))


@st.composite
def worlds(draw, most=14):
    n = draw(st.integers(2, most))
    node = st.integers(0, n - 1)
    ends = draw(st.lists(st.tuples(node, node).filter(lambda pair: pair[0] != pair[1]), max_size=3 * n))
    old = draw(st.lists(st.booleans(), min_size=len(ends), max_size=len(ends)))
    known = np.array(draw(st.lists(st.booleans(), min_size=n, max_size=n)))
    marked = known & np.array(draw(st.lists(st.booleans(), min_size=n, max_size=n)))
    return voting(n, ends, old), Bits(known, marked, 0.12)


def dense(graph: Graph, hub_ties: int):
    """Chances of one step, of shape (n, n): no step out of a hub."""
    n = graph.n_nodes
    weights = np.zeros((n, n))
    weights[np.repeat(np.arange(n), graph.degrees), graph.neighbours] = graph.weights
    weights[graph.degrees > hub_ties] = 0.0
    total = weights.sum(axis=1, keepdims=True)
    return np.divide(weights, total, out=np.zeros_like(weights), where=total > 0.0)


@given(worlds(), st.sampled_from(STEPS), st.sampled_from([3, 1_000]))
@settings(max_examples=150)
def test_walks_are_powers_of_a_matrix_without_self_and_neighbours(world, steps, hub_ties):
    graph, bits = world
    step = dense(graph, hub_ties)
    ends = sum(steps[k] * np.linalg.matrix_power(step, k + 2) for k in range(2))
    np.fill_diagonal(ends, 0.0)
    ends[np.repeat(np.arange(graph.n_nodes), graph.degrees), graph.neighbours] = 0.0
    ends[:, ~bits.known] = 0.0
    found = weighed_by_walks(graph, bits, steps, hub_ties=hub_ties)
    assert found.marked == pytest.approx(ends @ bits.marked, abs=1e-12)
    assert found.known == pytest.approx(ends.sum(axis=1), abs=1e-12)
    assert found.squared == pytest.approx((ends**2).sum(axis=1), abs=1e-12)
    assert found.largest == pytest.approx(ends.max(axis=1), abs=1e-12)
    assert found.people.tolist() == (ends > 0.0).sum(axis=1).tolist()


def test_votes_by_hand():
    """Four old ties and eight young ones: those have a quarter of a vote; with no old one, none."""
    offsets = np.array([0, 12, 14, 17], np.int64)
    old = np.array([1.0] * 4 + [0.0] * 8 + [0.0] * 2 + [1.0, 1.0, 0.0])
    assert votes_of(offsets, old).tolist() == [1.0] * 4 + [0.25] * 8 + [0.0] * 2 + [1.0] * 3


@given(worlds(), st.sampled_from(STEPS), st.data())
@settings(max_examples=80)
def test_an_own_bit_leaves_no_trace(world, steps, data):
    """Not one bit of the own value, whatever is seen of oneself."""
    graph, bits = world
    ego = data.draw(st.integers(0, graph.n_nodes - 1))
    seen = []
    for known, marked in ((False, False), (True, False), (True, True)):
        own = Bits(bits.known.copy(), bits.marked.copy(), bits.flip)
        own.known[ego], own.marked[ego] = known, marked
        seen.append([row[ego] for row in weighed_by_walks(graph, own, steps, hub_ties=1_000)])
    assert seen[0] == seen[1] == seen[2]


@pytest.mark.parametrize("steps", STEPS)
def test_one_tie_moves_nobody_three_ties_away(steps):
    """Of 600 people, those three or more ties away from both ends of a removed tie keep every bit."""
    random = np.random.default_rng(3)
    n = 600
    ends = [tuple(pair) for pair in random.integers(0, n, (1_500, 2)).tolist() if pair[0] != pair[1]]
    ends = sorted({tuple(sorted(pair)) for pair in ends})
    old = (random.random(len(ends)) < 0.6).tolist()
    known = random.random(n) < 0.5
    bits = Bits(known, known & (random.random(n) < 0.3), 0.12)
    whole = voting(n, ends, old)
    before = weighed_by_walks(whole, bits, steps, hub_ties=12)
    links = whole.neighbours.astype(np.int32), whole.offsets.astype(np.int32)
    adjacency = csr_array((np.ones(len(links[0])), *links), shape=(n, n))
    moved = 0
    for gone in random.choice(len(ends), 25, replace=False).tolist():
        left = voting(n, ends[:gone] + ends[gone + 1 :], old[:gone] + old[gone + 1 :])
        after = weighed_by_walks(left, bits, steps, hub_ties=12)
        near = dijkstra(adjacency, unweighted=True, indices=list(ends[gone]), limit=3).min(axis=0) < 3
        for one, two in zip(before, after, strict=True):
            assert np.array_equal(one[~near], two[~near])
            moved += int((one[near] != two[near]).sum())
    assert moved


def test_a_share_of_many_is_right_whatever_the_noise():
    """Of a hundred thousand known people 30 % defaulted: the noise is taken off, the prior gone under."""
    random = np.random.default_rng(0)
    defaulted = random.random(100_000) < 0.3
    for flip in (0.0, 0.1192, 0.3):
        marked = float((defaulted != (random.random(len(defaulted)) < flip)).sum())
        sums = (marked, 1e5, 1e5, 1.0, 1e5)
        found = default_shares(Weighed(*map(np.array, sums)), flip, PRIOR, least=5, min_known=5)
        assert found == pytest.approx(0.3)


def test_few_people_are_drawn_towards_the_prior():
    """Six of equal weight, all marked, eps 2: by hand (6 + w r) / (6 + w) with w = 5 / 0.7616^2 = 8.62."""
    six = Weighed(*(np.array([value]) for value in (6.0, 6.0, 6.0, 1.0, 6.0)))
    flip = 0.11920292202211755
    seen = (6.0 + 8.620 * (flip + 0.7616 * 0.1)) / 14.620
    assert default_shares(six, flip, PRIOR, least=5, min_known=5) == pytest.approx(
        0.05 * round((seen - flip) / 0.7616 / 0.05)
    )
    assert np.isnan(default_shares(six, flip, PRIOR, least=7, min_known=5))


@given(st.lists(st.floats(0.01, 100.0), min_size=1, max_size=12), st.integers(1, 8))
@settings(max_examples=80)
def test_nobody_weighs_more_than_one_of_the_fewest(weights, min_known):
    given_weights = np.array(weights)
    sums = (0.0, given_weights.sum(), (given_weights**2).sum(), given_weights.max(), len(weights))
    around = Weighed(*(np.array([value]) for value in sums))
    found = default_shares(around, 0.12, PRIOR, least=1, min_known=min_known)
    share = given_weights.max() / given_weights.sum()
    if not np.isclose(share, 1.0 / min_known):
        assert np.isfinite(found[0]) == (share < 1.0 / min_known)


def test_a_walk_that_may_come_back_tells_the_own_bit_and_ours_does_not():
    """The leaky variant (a plain personalised PageRank) ranks by the own bit; ours is as good as chance."""
    random = np.random.default_rng(0)
    n = 4_000
    graph = graph_of(n, random.integers(0, n, (4 * n, 2)))
    marked = (random.random(n) < 0.1) & (graph.degrees > 0)
    assert auc(marked, personalised_pagerank(graph, marked.astype(np.float64))) > 0.999
    around = weighed_by_walks(graph, Bits(np.ones(n, np.bool_), marked, 0.0), STEPS[2], hub_ties=150)
    honest = around.marked / np.maximum(around.known, 1e-9)
    assert abs(auc(marked, honest) - 0.5) < 3 * 0.29 / np.sqrt(marked.sum())


def test_a_hub_passes_nothing_on():
    """A star of 50: through its centre no leaf reaches another, and nothing is said of it."""
    star = graph_of(51, [(0, leaf) for leaf in range(1, 51)] + [(1, 2)])
    bits = Bits(np.ones(51, np.bool_), np.arange(51) < 2, 0.0)
    shut = weighed_by_walks(star, bits, STEPS[2], hub_ties=49)
    assert not shut.known.any()
    through = weighed_by_walks(star, bits, STEPS[2], hub_ties=50)
    assert through.known[0] == 0.0
    assert (through.people[3:] == 49.0).all()


def test_threads_do_not_change_a_bit():
    random = np.random.default_rng(1)
    graph = graph_of(20_000, random.integers(0, 20_000, (60_000, 2)), random.random(60_000))
    known = random.random(20_000) < 0.3
    bits = Bits(known, known & (random.random(20_000) < 0.2), 0.12)
    one, three = (weighed_by_walks(graph, bits, STEPS[2], hub_ties=150, threads=k) for k in (1, 3))
    assert all(np.array_equal(a, b) for a, b in zip(one, three, strict=True))
