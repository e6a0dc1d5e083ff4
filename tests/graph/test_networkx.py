"""Every measure that networkx has, against networkx, on random graphs with and without weights."""

from __future__ import annotations

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from creditscore.graph import communities, structure, walks
from creditscore.graph.csr import Graph, strengths
from creditscore.graph.snapshot import graph_of


@st.composite
def graphs(draw: st.DrawFn) -> tuple[Graph, nx.Graph]:
    """A random graph, dense or thin, with isolated nodes, repeated ties and self-loops, and its twin."""
    n = draw(st.integers(2, 30))
    node = st.integers(0, n - 1)
    pairs = draw(st.lists(st.tuples(node, node, st.sampled_from([0.25, 1.0, 3.0])), max_size=4 * n))
    twin = nx.Graph()
    twin.add_nodes_from(range(n))
    for one, two, weight in pairs:
        if one != two:
            before = twin.get_edge_data(one, two, {"weight": 0.0})["weight"]
            twin.add_edge(one, two, weight=before + weight)
    ends = [pair[:2] for pair in pairs]
    return graph_of(n, ends, [pair[2] for pair in pairs]), twin


def listed(values: dict[int, float], n: int) -> list[float]:
    return [values[node] for node in range(n)]


@given(graphs())
@settings(max_examples=60)
def test_rows_are_the_adjacency(pair):
    graph, twin = pair
    rows = [graph.neighbours[a:b].tolist() for a, b in zip(graph.offsets, graph.offsets[1:], strict=False)]
    assert rows == [sorted(twin[node]) for node in range(graph.n_nodes)]
    assert graph.n_ties == twin.number_of_edges()
    assert strengths(graph).tolist() == listed(dict(twin.degree(weight="weight")), graph.n_nodes)


@given(graphs())
@settings(max_examples=60)
def test_structure(pair):
    graph, twin = pair
    n, found = graph.n_nodes, structure.triangles(graph)
    assert found.tolist() == listed(nx.triangles(twin), n)
    assert structure.core_numbers(graph).tolist() == listed(nx.core_number(twin), n)
    clustering, degree = structure.clustering(graph, found), graph.degrees
    assert clustering[degree > 1].tolist() == pytest.approx(
        np.array(listed(nx.clustering(twin), n))[degree > 1]
    )
    assert np.isnan(clustering[degree < 2]).all()
    sizes = {node: len(part) for part in nx.connected_components(twin) for node in part}
    assert communities.sizes(structure.components(graph)).tolist() == listed(sizes, n)


@given(graphs())
@settings(max_examples=60)
def test_structural_holes(pair):
    graph, twin = pair
    n = graph.n_nodes
    ours = structure.constraint(graph)
    assert ours.tolist() == pytest.approx(
        listed(nx.constraint(twin, weight="weight"), n), rel=1e-12, nan_ok=True
    )
    size = structure.effective_size(graph, structure.triangles(graph))
    assert size.tolist() == pytest.approx(listed(nx.effective_size(twin), n), rel=1e-12, nan_ok=True)


@given(graphs(), st.integers(0, 10_000), st.sampled_from([0.5, 0.85, 0.95]))
@settings(max_examples=60)
def test_walks(pair, seed, damping):
    graph, twin = pair
    n = graph.n_nodes
    random = np.random.default_rng(seed)
    seeds = random.random(n) * (random.random(n) < 0.5)
    seeds[random.integers(n)] = 1.0
    exact = {"alpha": damping, "tol": 1e-13, "max_iter": 5_000}
    theirs = nx.pagerank(twin, personalization=dict(enumerate(seeds)), **exact)
    ours = walks.personalised_pagerank(graph, seeds, damping=damping, tolerance=1e-11)
    assert np.abs(ours - listed(theirs, n)).sum() < 1e-10
    uniform = listed(nx.pagerank(twin, **exact), n)
    assert np.abs(walks.pagerank(graph, damping=damping) / n - uniform).sum() < 1e-10


@given(graphs(), st.integers(0, 5))
@settings(max_examples=60)
def test_communities_have_the_density_and_the_modularity_that_networkx_sees(pair, seed):
    graph, twin = pair
    member = communities.communities(graph, seed=seed)
    parts = [set(np.flatnonzero(member == c).tolist()) for c in range(member.max() + 1)]
    density = communities.densities(graph, member)
    for part in parts:
        expected = nx.density(twin.subgraph(part)) if len(part) > 1 else np.nan
        assert density[sorted(part)].tolist() == pytest.approx([expected] * len(part), nan_ok=True)
    if twin.number_of_edges():
        alone = [{node} for node in twin]
        assert nx.community.modularity(twin, parts) >= nx.community.modularity(twin, alone) - 1e-12
        assert nx.number_connected_components(twin) <= len(parts)


def test_communities_are_those_planted():
    twin = nx.planted_partition_graph(8, 25, 0.5, 0.01, seed=3)
    member = communities.communities(graph_of(200, list(twin.edges)))
    planted = np.repeat(np.arange(8), 25)
    assert [len(set(member[planted == c])) for c in range(8)] == [1] * 8
    assert member.max() == 7
    theirs = nx.community.louvain_communities(twin, seed=0)
    assert sorted(map(len, theirs)) == [25] * 8


@given(graphs())
@settings(max_examples=40)
def test_participation(pair):
    graph, twin = pair
    member = communities.communities(graph)
    ours = communities.participation(graph, member)
    for node in twin:
        homes = [member[other] for other in twin[node]]
        shares = np.array([homes.count(c) for c in set(homes)]) / max(len(homes), 1)
        expected = 1.0 - (shares**2).sum() if homes else np.nan
        assert ours[node] == pytest.approx(expected, nan_ok=True)


def test_threads_do_not_change_a_bit():
    random = np.random.default_rng(0)
    graph = graph_of(20_000, random.integers(0, 20_000, (80_000, 2)), random.random(80_000))
    for kernel in (structure.triangles, structure.constraint, walks.pagerank):
        assert np.array_equal(kernel(graph, threads=1), kernel(graph, threads=3), equal_nan=True)
