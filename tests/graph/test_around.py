"""What is known around a person, against plain Python."""

from __future__ import annotations

import math
from itertools import combinations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import creditscore as cs
from creditscore._ground.instants import DAY
from creditscore.data.door.clock import instant
from creditscore.graph import communities, exposure
from creditscore.graph.labels import Labels
from creditscore.graph.lookalikes import lookalike_default_shares, merchant_vectors
from creditscore.graph.snapshot import graph_of
from creditscore.graph.states import states_at

NOW = pd.Timestamp("2024-01-01", tz="UTC")
MOMENT = instant("2024-01-01T00:00:00Z", "moment")


@st.composite
def standing_worlds(draw):
    """A weighted graph as a dictionary of dictionaries, and standings of some of its people."""
    n = draw(st.integers(2, 14))
    node = st.integers(0, n - 1)
    pairs = draw(st.lists(st.tuples(node, node, st.sampled_from([0.5, 1.0, 4.0])), max_size=3 * n))
    ties: dict[int, dict[int, float]] = {k: {} for k in range(n)}
    for one, two, weight in pairs:
        if one != two:
            ties[one][two] = ties[two][one] = ties[one].get(two, 0.0) + weight
    known = np.array(draw(st.lists(st.booleans(), min_size=n, max_size=n)))
    bad = known & np.array(draw(st.lists(st.booleans(), min_size=n, max_size=n)))
    decay = np.where(known, 0.25 + np.arange(n) / (2 * n), 0.0)
    graph = graph_of(n, [pair[:2] for pair in pairs], [pair[2] for pair in pairs])
    return graph, ties, Labels(known, bad, decay)


@given(standing_worlds(), st.integers(0, 3), st.sampled_from([2, 1_000]))
@settings(max_examples=80)
def test_two_hops(world, min_known, hub_ties):
    graph, ties, labels = world
    found = exposure.two_hop_default_shares(graph, labels, min_known=min_known, hub_ties=hub_ties)
    for ego, near in ties.items():
        chance: dict[int, float] = {}
        for middle, weight in near.items():
            if len(ties[middle]) <= hub_ties:
                for far, onward in ties[middle].items():
                    if far != ego and far not in near and labels.known[far]:
                        step = weight * onward / sum(ties[middle].values())
                        chance[far] = chance.get(far, 0.0) + step
        expected = math.nan
        if len(chance) >= max(min_known, 1):
            expected = sum(labels.bad[far] * c for far, c in chance.items()) / sum(chance.values())
        assert found[ego] == pytest.approx(expected, rel=1e-12, nan_ok=True)


@given(standing_worlds(), st.integers(0, 3))
@settings(max_examples=60)
def test_means_of_neighbours(world, min_known):
    graph, ties, labels = world
    values = np.where(labels.known, np.arange(len(ties), dtype=float), np.nan)
    found = exposure.neighbour_means(graph, values, min_known=min_known)
    for ego, near in ties.items():
        known = {other: weight for other, weight in near.items() if labels.known[other]}
        expected = math.nan
        if len(known) >= max(min_known, 1):
            expected = sum(weight * other for other, weight in known.items()) / sum(known.values())
        assert found[ego] == pytest.approx(expected, nan_ok=True)


@given(standing_worlds(), st.integers(0, 3))
@settings(max_examples=60)
def test_default_shares_of_communities(world, min_known):
    graph, ties, labels = world
    home = communities.communities(graph)
    rule = {"prior": 0.2, "weight": 5.0, "min_known": min_known}
    found = communities.default_shares(home, labels.known, labels.defaulted, **rule)
    for ego in ties:
        others = [k for k in ties if k != ego and home[k] == home[ego] and labels.known[k]]
        expected = (sum(labels.defaulted[others]) + 1.0) / (len(others) + 5.0)
        enough = len(others) >= max(min_known, 1)
        assert found[ego] == pytest.approx(expected if enough else math.nan, nan_ok=True)


def purchases(rows):
    """A portfolio of purchases: person, merchant, days before now, and other columns."""
    frame = pd.DataFrame(
        rows, columns=["applicant_id", "counterparty_id", "ago", "amount", "counterparty_kind"]
    )
    frame["event_time"] = NOW - pd.to_timedelta(frame.pop("ago"), unit="D")
    return cs.Portfolio(payments=frame)


@st.composite
def shops(draw):
    n = draw(st.integers(2, 8))
    row = st.tuples(
        st.integers(0, n - 1),
        st.integers(0, 5),
        st.sampled_from([-10, 0, 1, 30, 59, 60, 61]),
        st.sampled_from([-5.0, -5.0, 5.0]),
        st.sampled_from(["merchant", "merchant", "person"]),
    )
    rows = draw(st.lists(row, min_size=1, max_size=40))
    known = np.array(draw(st.lists(st.booleans(), min_size=n, max_size=n)))
    bad = known & np.array(draw(st.lists(st.booleans(), min_size=n, max_size=n)))
    return rows, Labels(known, bad, np.where(known, 0.5 + np.arange(n) / (2 * n), 0.0))


@given(shops(), st.integers(1, 4), st.integers(0, 3), st.integers(2, 8))
@settings(max_examples=100)
def test_lookalikes(world, most, min_known, most_customers):
    """Cosines of all pairs of persons, one by one."""
    rows, labels = world
    portfolio = purchases(rows)
    people = portfolio.applicant_ids.tolist()
    labels = labels.of(np.array(people, np.int32))
    often: dict[int, dict[int, int]] = {k: {} for k in people}
    for person, merchant, ago, amount, kind in rows:
        if 0 < ago <= 60 and amount < 0 and kind == "merchant":
            often[person][merchant] = often[person].get(merchant, 0) + 1
    customers = {m: sum(m in often[k] for k in people) for m in range(6)}
    vectors = [
        {m: math.log1p(c) for m, c in often[k].items() if 2 <= customers[m] <= most_customers} for k in people
    ]
    cosine = np.zeros((len(people), len(people)))
    for i, j in combinations(range(len(people)), 2):
        dot = sum(vectors[i][m] * vectors[j].get(m, 0.0) for m in vectors[i])
        size = math.hypot(*vectors[i].values()) * math.hypot(*vectors[j].values())
        cosine[i, j] = cosine[j, i] = dot / size if size else 0.0
    made = merchant_vectors(portfolio, MOMENT, 60 * DAY, most_customers)
    share, count = lookalike_default_shares(made, labels, most=most, min_known=min_known)
    for i in range(len(people)):
        near = [j for j in range(len(people)) if labels.known[j] and cosine[i, j] > 0]
        near.sort(key=lambda j: (-round(cosine[i, j], 12), j))
        expected = math.nan
        if not vectors[i]:
            assert math.isnan(count[i])
            continue
        assert count[i] == min(len(near), most)
        if count[i] >= max(min_known, 1):
            weights = [cosine[i, j] for j in near[:most]]
            expected = np.dot(weights, labels.bad[near[:most]]) / sum(weights)
        cut = len(near) > most and math.isclose(cosine[i, near[most - 1]], cosine[i, near[most]])
        assert cut or share[i] == pytest.approx(expected, nan_ok=True)


def test_states_of_people():
    """The worst of two loans; the newest statements of two lines; a guarantee and the future do not count."""
    day = {n: NOW - pd.Timedelta(days=n) for n in (-5, 10, 40, 100, 300)}
    loans = [
        {"loan_id": "a1", "applicant_id": "a", "event_time": day[300]},
        {"loan_id": "a2", "applicant_id": "a", "event_time": day[300], "limit": 200.0},
        {"loan_id": "a3", "applicant_id": "a", "event_time": day[300], "limit": 50.0},
        {"loan_id": "b1", "applicant_id": "b", "event_time": day[300], "role": "guarantor"},
        {"loan_id": "c1", "applicant_id": "c", "event_time": day[100], "known_time": day[-5]},
        {"loan_id": "d1", "applicant_id": "d", "event_time": day[300]},
    ]
    due = [
        {"loan_id": name, "applicant_id": name[0], "due_time": day[40], "due_amount": 100.0}
        for name in ("a1", "b1", "c1", "d1")
    ]
    due[3]["paid_time"] = day[10]
    statements = [
        {"loan_id": name, "applicant_id": "a", "event_time": day[when], "balance": balance} | more
        for name, when, balance, more in (
            ("a2", 100, 10.0, {"days_past_due": 3.0}),
            ("a2", 10, 100.0, {"days_past_due": 7.0}),
            ("a2", -5, 180.0, {"days_past_due": 99.0}),
            ("a3", 10, 25.0, {"limit": 300.0}),
        )
    ]
    portfolio = cs.Portfolio.from_records({"loans": loans, "instalments": due, "statements": statements})
    worst, used = states_at(portfolio, MOMENT)
    assert worst.tolist() == pytest.approx([40.0, math.nan, math.nan, 0.0], nan_ok=True)
    assert used.tolist() == pytest.approx([0.25, math.nan, math.nan, math.nan], nan_ok=True)
