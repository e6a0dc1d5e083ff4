"""What counts as a tie: against intervals by hand and against plain Python."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

import creditscore as cs
from creditscore._ground.instants import NEVER
from creditscore.data.network.bonds import Bonds, counted_since
from creditscore.data.tables.vocabularies import UNSOCIAL_LAYERS
from tests.kernels import from_python

START = datetime(2022, 1, 1, tzinfo=UTC)
DAY = timedelta(days=1)
MICRO = timedelta(microseconds=1)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def day(n: int) -> datetime:
    return START + n * DAY


def tie(one: str, other: str, begun: int, known: int | None = None, end: int | None = None, **more):
    row = {"person_id": one, "other_id": other, "event_time": day(begun), "known_time": day(known or begun)}
    return row | ({} if end is None else {"end_time": day(end)}) | more


def stretches(rows, layers=()):
    """Stretches of days in which a and b were tied, as `a` sees them."""
    portfolio = cs.Portfolio.from_records({"ties": rows})
    network = portfolio.network
    bonds = network.agreed.of_layers(layers)
    a, b = portfolio.code("a"), portfolio.code("b")
    found = []
    for pair in range(network.ties.offsets[a], network.ties.offsets[a + 1]):
        if network.ties.targets[pair] == b:
            span = range(bonds.offsets[pair], bonds.offsets[pair + 1])
            found += [(days(int(bonds.begins[k])), days(int(bonds.ends[k]))) for k in span]
    return found


def days(instant: int) -> float | None:
    return None if instant == NEVER else (EPOCH + instant * MICRO - START) / DAY


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([tie("a", "b", 5)], [(5, None)]),
        ([tie("a", "b", 5, known=9)], [(9, None)]),
        ([tie("a", "b", 5, end=8)], [(5, 8)]),
        ([tie("a", "b", 5, end=8, end_known_time=day(20))], [(5, 20)]),
        ([tie("a", "b", 5, directed=True)], []),
        ([tie("a", "b", 5, directed=True), tie("b", "a", 7, directed=True)], [(7, None)]),
        ([tie("a", "b", 5, directed=True), tie("b", "a", 7, known=30, directed=True)], [(30, None)]),
        ([tie("a", "b", 5, directed=True), tie("a", "b", 7, directed=True)], []),
        (
            [tie("a", "b", 5, directed=True, layer="x"), tie("b", "a", 7, directed=True, layer="y")],
            [],
        ),
        ([tie("a", "b", 5, directed=True, end=9), tie("b", "a", 7, directed=True)], [(7, 9)]),
        ([tie("a", "b", 5, end=8), tie("a", "b", 8, end=10)], [(5, 10)]),
        ([tie("a", "b", 5, end=8), tie("b", "a", 9)], [(5, 8), (9, None)]),
        ([tie("a", "b", 5), tie("a", "b", 200)], [(5, None)]),
        ([tie("a", "b", 5, weight=-1.0)], []),
        ([tie("a", "b", 5, layer=UNSOCIAL_LAYERS[0])], []),
        ([tie("a", "b", 5, event_id="e"), tie("a", "b", 5, known=40, event_id="e", end=60)], [(5, 60)]),
        ([tie("a", "b", 5, event_id="e"), tie("a", "b", 5, known=40, event_id="e", weight=-1.0)], [(5, 40)]),
        ([tie("a", "b", 5, end=5)], []),
    ],
)
def test_stretches_by_hand(rows, expected):
    assert stretches(rows) == expected
    mirrored = [row | {"person_id": row["other_id"], "other_id": row["person_id"]} for row in rows]
    assert stretches(mirrored) == expected


@pytest.mark.parametrize("seed", range(40))
def test_stretches_are_those_of_plain_python(seed):
    rng = random.Random(seed)
    rows = []
    for _ in range(rng.randint(1, 12)):
        one, other = rng.sample("ab", 2)
        begun = rng.randint(0, 40)
        end = rng.choice([None, begun + rng.randint(0, 30)])
        row = tie(one, other, begun, begun + rng.choice([0, 0, 7]), end, layer=rng.choice("xyz"))
        rows.append(row | {"directed": rng.random() < 0.7, "weight": rng.choice([1.0, 0.0, -1.0])})
    agreed = []
    for now in range(-1, 120):
        sides = {}
        for row in rows:
            begun = max(row["event_time"], row["known_time"])
            if row["weight"] < 0 or begun > day(now) or row.get("end_time", day(999)) <= day(now):
                continue
            ways = {row["person_id"]} if row["directed"] else {"a", "b"}
            sides.setdefault(row["layer"], set()).update(ways)
        agreed.append(any(len(ways) == 2 for ways in sides.values()))
    found = np.zeros(len(agreed), bool)
    for begun, end in stretches(rows):
        found[int(begun) + 1 : None if end is None else int(end) + 1] = True
    assert found.tolist() == agreed


counted = from_python(counted_since)


@pytest.mark.parametrize(
    ("edges", "now", "expected"),
    [
        ([(0, None)], 89, None),
        ([(0, None)], 90, 0),
        ([(0, 89)], 100, None),
        ([(0, 90)], 100, 0),
        ([(0, 90)], 90 + 179, 0),
        ([(0, 90)], 90 + 180, None),
        ([(0, 100), (110, None)], 150, 0),
        ([(0, 100), (110, None)], 200, 110),
        ([(0, 100), (110, 120)], 150, 0),
    ],
)
def test_age_and_what_counts_on(edges, now, expected):
    unit = 86_400_000_000
    begins = np.array([begun * unit for begun, _ in edges])
    ends = np.array([NEVER if end is None else end * unit for _, end in edges])
    bonds = Bonds(np.array([0, len(edges)]), begins, ends, np.full(len(edges), NEVER))
    found = counted(bonds, 0, now * unit, 90 * unit)
    assert found == (NEVER if expected is None else expected * unit)


@pytest.mark.parametrize("layer", UNSOCIAL_LAYERS)
def test_layers_that_tie_nobody_are_refused(layer):
    portfolio = cs.Portfolio.from_records({"ties": [tie("a", "b", 5, layer=layer)]})
    with pytest.raises(ValueError, match=f"layers that tie people.*'{layer}'"):
        portfolio.network.agreed.of_layers((layer,))
