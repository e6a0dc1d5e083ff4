"""People who buy alike, against cosines of all pairs in plain Python."""

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
from creditscore.graph.labels import Bits
from creditscore.graph.lookalikes import merchant_vectors, weighed_lookalikes

NOW = pd.Timestamp("2024-01-01", tz="UTC")
MOMENT = instant("2024-01-01T00:00:00Z", "moment")


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
    return rows, Bits(known, bad, 0.12)


@pytest.mark.as_given
@given(shops(), st.integers(1, 4), st.integers(2, 8))
@settings(max_examples=100)
def test_lookalikes(world, most, most_customers):
    """Cosines of all pairs of persons, one by one."""
    rows, bits = world
    portfolio = purchases(rows)
    people = portfolio.applicant_ids.tolist()
    bits = bits.of(np.array(people, np.int32))
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
    found = weighed_lookalikes(made, bits, most=most)
    for i in range(len(people)):
        near = [j for j in range(len(people)) if bits.known[j] and cosine[i, j] > 0]
        near.sort(key=lambda j: (-round(cosine[i, j], 12), j))
        assert found.people[i] == found.known[i] == found.squared[i] == min(len(near), most)
        assert found.largest[i] == bool(near)
        cut = len(near) > most and math.isclose(cosine[i, near[most - 1]], cosine[i, near[most]])
        assert cut or found.marked[i] == bits.marked[near[:most]].sum()
