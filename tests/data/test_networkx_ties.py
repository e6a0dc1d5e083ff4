"""Ties from networkx graphs of every kind, and back."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import networkx as nx
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import creditscore as cs
from creditscore.errors import ContractError, NameUnknownError, ParameterError

KINDS = (nx.Graph, nx.DiGraph, nx.MultiGraph, nx.MultiDiGraph)
START = datetime(2024, 1, 1, tzinfo=UTC)
TIMES = ("event_time", "known_time", "end_time", "end_known_time")


@st.composite
def graphs(draw):
    """A graph of any kind with self-loops, repeated and negative ties, ends, layers, and isolated people."""
    graph = draw(st.sampled_from(KINDS))()
    graph.add_nodes_from("abcdefg")
    for _ in range(draw(st.integers(1, 10))):
        begun = START + timedelta(days=draw(st.integers(0, 90)))
        tie = {"event_time": begun, "known_time": begun + timedelta(days=draw(st.integers(0, 9)))}
        if draw(st.booleans()):
            ended = begun + timedelta(days=draw(st.integers(1, 90)))
            tie |= {"end_time": ended, "end_known_time": ended + timedelta(days=draw(st.integers(0, 9)))}
        if draw(st.booleans()):
            tie["weight"] = draw(st.sampled_from([-2.0, 0.0, 0.5, 3.0]))
        if draw(st.booleans()):
            tie["layer"] = draw(st.sampled_from(["friend", "p2p"]))
        one, other = draw(st.sampled_from("abcd")), draw(st.sampled_from("abcd"))
        if graph.is_multigraph() or not graph.has_edge(one, other):  # else the old end would stay
            graph.add_edge(one, other, **tie)
    return graph


def edges(graph):
    """Edges in an order of their own, times as ISO 8601; an undirected edge has its ends in order."""
    rows = []
    for one, other, data in graph.edges(data=True):
        ends = (one, other) if graph.is_directed() else tuple(sorted((one, other)))
        plain = {k: pd.Timestamp(v).isoformat() if k in TIMES else v for k, v in data.items()}
        rows.append((*ends, sorted(plain.items())))
    return sorted(rows, key=str)


@given(graphs())
@settings(max_examples=60)
@pytest.mark.as_given
def test_there_and_back(graph):
    ties = cs.ties_from_networkx(graph)
    back = cs.ties_to_networkx(cs.Portfolio(ties=ties))
    assert back.is_directed() == graph.is_directed()
    assert edges(back) == edges(graph)


@given(graphs(), st.integers(0, 120))
@settings(max_examples=60)
@pytest.mark.as_given
def test_as_of_a_moment_only_what_was_alive_and_known(graph, days):
    moment = START + timedelta(days=days)
    back = cs.ties_to_networkx(cs.Portfolio(ties=cs.ties_from_networkx(graph)), as_of=moment)
    expected = []
    for one, other, data in graph.edges(data=True):
        begun = data["event_time"] < moment and data["known_time"] < moment
        ended = "end_time" in data and data["end_time"] < moment and data["end_known_time"] < moment
        if begun and not ended:
            expected.append((one, other, {k: v for k, v in data.items() if not k.startswith("end_")}))
    kept = nx.MultiDiGraph() if graph.is_directed() else nx.MultiGraph()
    kept.add_edges_from(expected)
    assert edges(back) == edges(kept)


@pytest.mark.as_given
def test_a_layer_alone():
    graph = nx.MultiGraph()
    graph.add_edge("a", "b", event_time=START, layer="friend")
    graph.add_edge("a", "c", event_time=START, layer="p2p")
    portfolio = cs.Portfolio(ties=cs.ties_from_networkx(graph))
    assert list(cs.ties_to_networkx(portfolio, layer="p2p").edges()) == [("a", "c")]
    with pytest.raises(NameUnknownError, match="no layer 'works'.*'friend', 'p2p'"):
        cs.ties_to_networkx(portfolio, layer="works")


@pytest.mark.as_given
def test_ties_of_both_kinds_become_arrows():
    tie = {"person_id": 1, "other_id": 2, "event_time": START}
    mixed = cs.Portfolio.from_records(
        {"ties": [tie | {"directed": True}, tie | {"other_id": 3, "directed": False}]}
    )
    assert sorted(cs.ties_to_networkx(mixed).edges()) == [(1, 2), (1, 3), (3, 1)]


def test_other_names_of_attributes():
    graph = nx.Graph()
    graph.add_edge("a", "b", since="2024-01-31T00:00:00+03:30", calls=3)
    ties = cs.ties_from_networkx(graph, time="since", weight="calls")
    assert ties["event_time"][0] == pd.Timestamp("2024-01-30T20:30:00Z")
    assert ties["weight"].tolist() == [3.0]
    assert ties["directed"].tolist() == [False]


def test_isolated_people_give_no_tie():
    graph = nx.Graph()
    graph.add_nodes_from("abc")
    assert len(cs.ties_from_networkx(graph)) == 0


def test_edges_without_a_time_or_a_zone_are_refused():
    graph = nx.Graph()
    graph.add_edge("secret", "b", event_time="2024-01-31T00:00:00Z")
    graph.add_edge("b", "secret2")
    with pytest.raises(
        ContractError, match=r"ties\.event_time: edges carry no attribute 'event_time'; 1 row"
    ) as said:
        cs.ties_from_networkx(graph)
    assert "Give every edge the attribute 'event_time', or name another one." in str(said.value)
    assert "secret" not in str(said.value)
    clock = START.replace(tzinfo=None)
    for naive in (clock, "2024-01-31", "2024-01-31T10:00:00", START.date(), 1706659200, "soon"):
        graph.add_edge("b", "secret2", event_time=naive)
        with pytest.raises(ContractError, match="must be a time with a zone.*Give times with a zone"):
            cs.ties_from_networkx(graph)


def test_what_is_no_graph_is_refused():
    with pytest.raises(ParameterError, match="'graph' parameter must be a networkx graph"):
        cs.ties_from_networkx([("a", "b")])
    with pytest.raises(ParameterError, match="no ties. Give it the ties table"):
        cs.ties_to_networkx(
            cs.Portfolio.from_records({"inquiries": [{"applicant_id": 1, "event_time": START}]})
        )


@pytest.mark.as_given
def test_what_dataframes_write_where_nothing_is_is_nothing():
    """NaT as an end is a tie that goes on; NaT as the beginning is a missing one."""
    edges = pd.DataFrame({"u": ["a", "a"], "v": ["b", "c"], "weight": [2.0, np.nan], "layer": ["p2p", None]})
    edges["event_time"] = pd.to_datetime(["2023-01-01", "2023-01-02"], utc=True)
    edges["end_time"] = pd.to_datetime([None, "2024-01-01"], utc=True)
    graph = nx.from_pandas_edgelist(edges, "u", "v", edge_attr=True)
    ties = cs.ties_from_networkx(graph)
    assert ties["end_time"].isna().tolist() == [True, False]
    assert ties["weight"].isna().tolist() == [False, True]
    later = cs.ties_to_networkx(cs.Portfolio(ties=ties), as_of="2024-06-01T00:00Z")
    assert sorted(later.edges()) == [("a", "b")]
    edges.loc[0, "event_time"] = pd.NaT
    with pytest.raises(ContractError, match="edges carry no attribute 'event_time'"):
        cs.ties_from_networkx(nx.from_pandas_edgelist(edges, "u", "v", edge_attr=True))
