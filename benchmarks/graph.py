"""Measures of the graph of all persons: speed and memory, beside networkx."""

from __future__ import annotations

import argparse
import os
import resource
import time
from collections.abc import Callable

import networkx as nx
import numpy as np
import pandas as pd
from _timing import table

import creditscore as cs
from creditscore.graph import structure, walks
from creditscore.graph.csr import Graph, strengths
from creditscore.graph.grid import GridDate
from creditscore.graph.measures import measures_by_date
from creditscore.graph.reach import _FOUND, _reach, known_neighbours
from creditscore.graph.snapshot import graph_of, snapshot

MOMENT = pd.Timestamp("2024-01-01", tz="UTC")
PRIVACY = cs.StandingPrivacy(secret=bytes(range(32)), secret_name="benchmark")
HUB = 0
YEARS = 5


def heavy_tailed(n_people: int, n_ties: int, hub_ties: int) -> np.ndarray:
    """Ends of ties: endpoints drawn by a Pareto weight, half of the ties closed into circles of friends."""
    random = np.random.default_rng(0)
    spread = (random.pareto(1.8, n_people) + 1.0).cumsum()
    n_free = n_ties - hub_ties
    ends = np.searchsorted(spread, random.random((n_free, 2)) * spread[-1])
    near = random.random(n_free) < 0.5
    ends[near, 1] = (ends[near, 0] + random.integers(1, 12, near.sum())) % n_people
    hub = np.column_stack([np.full(hub_ties, HUB), 1 + np.arange(hub_ties) % (n_people - 1)])
    return np.concatenate([ends, hub]).astype(np.int32)


def portfolio_of(ends: np.ndarray, n_people: int, n_payments: int, days: int = 700) -> cs.Portfolio:
    """Ties, standings of a fifth of the people (of half of these two), and purchases, over some days."""
    random = np.random.default_rng(1)

    def before(n: int) -> pd.DatetimeIndex:
        return MOMENT - pd.to_timedelta(random.integers(1, days, n), unit="D")

    ties = pd.DataFrame({"person_id": ends[:, 0], "other_id": ends[:, 1], "event_time": before(len(ends))})
    judged = random.choice(n_people, n_people // 5, replace=False)
    judged = np.concatenate([judged, judged[::2]])
    standing = random.choice(["defaulted", "good"], len(judged), p=[0.2, 0.8])
    standings = pd.DataFrame({"person_id": judged, "event_time": before(len(judged)), "standing": standing})
    popular = (random.pareto(1.1, n_payments) * 1_000).astype(np.int64) % 200_000
    payments = pd.DataFrame(
        {
            "applicant_id": random.integers(0, n_people, n_payments),
            "event_time": before(n_payments),
            "amount": -1.0,
            "counterparty_id": popular,
        }
    )
    return cs.Portfolio(ties=ties, standings=standings, payments=payments, privacy=PRIVACY)


def best(run: Callable[[], object], rounds: int = 3) -> float:
    """Seconds of the fastest of some calls, after one that is not counted."""
    taken = []
    for _ in range(rounds + 1):
        started = time.perf_counter()
        run()
        taken.append(time.perf_counter() - started)
    return min(taken[1:])


def structure_of(graph: Graph, threads: int) -> np.ndarray:
    """Triangles and clustering of everyone."""
    return structure.clustering(graph, structure.triangles(graph, threads=threads))


def compare(n_people: int, n_ties: int, threads: int, *, beside_networkx: bool) -> None:
    """Single algorithms, from pairs of numbers to values."""
    random = np.random.default_rng(0)
    ends = random.integers(0, n_people, (n_ties, 2)).astype(np.int32)
    seeds = (random.random(n_people) < 0.02).astype(np.float64)
    graph = graph_of(n_people, ends)
    ours = {
        "build": best(lambda: graph_of(n_people, ends)),
        "personalised PageRank to 1e-10": best(
            lambda: walks.personalised_pagerank(graph, seeds, threads=threads)
        ),
        "triangles and clustering": best(lambda: structure_of(graph, threads)),
        "core numbers": best(lambda: structure.core_numbers(graph)),
        "constraint": best(lambda: structure.constraint(graph, threads=threads)),
    }
    theirs = networkx_seconds(n_people, ends, seeds) if beside_networkx else {}
    rows = [
        [
            name,
            f"{taken:.3f}",
            f"{theirs[name]:.1f}" if name in theirs else "",
            ratio(theirs.get(name), taken),
        ]
        for name, taken in ours.items()
    ]
    print(f"\n{n_people:,} people, {n_ties:,} ties, {threads} threads\n")
    print(table(["", "creditscore, s", "networkx, s", "times"], rows))


def ratio(theirs: float | None, ours: float) -> str:
    """How many times faster."""
    return "" if theirs is None else f"{theirs / ours:.0f}"


def networkx_seconds(n_people: int, ends: np.ndarray, seeds: np.ndarray) -> dict[str, float]:
    """The same by networkx, each once."""
    started = time.perf_counter()
    twin = nx.Graph()
    twin.add_nodes_from(range(n_people))
    twin.add_edges_from(ends[ends[:, 0] != ends[:, 1]].tolist())
    built = time.perf_counter()
    nx.pagerank(twin, personalization=dict(enumerate(seeds)), tol=1e-10 / n_people, max_iter=1_000)
    ranked = time.perf_counter()
    nx.clustering(twin)
    clustered = time.perf_counter()
    nx.core_number(twin)
    done = time.perf_counter()
    return {
        "build": built - started,
        "personalised PageRank to 1e-10": ranked - built,
        "triangles and clustering": clustered - ranked,
        "core numbers": done - clustered,
    }


def whole(n_people: int, n_ties: int, hub_ties: int, threads: int) -> None:
    """Everything at one date of the grid, measure by measure; and the hub by itself."""
    portfolio = portfolio_of(heavy_tailed(n_people, n_ties, hub_ties), n_people, 5 * n_people)
    moment = int(MOMENT.timestamp() * 1e6)
    compile_first()
    at, rows = GridDate(portfolio, moment, cs.GraphSettings(), threads), []
    started = last = time.perf_counter()
    at.shot  # noqa: B018
    rows.append(["snapshot", f"{at.shot.graph.n_ties:,} ties", f"{time.perf_counter() - last:.2f}"])
    last = time.perf_counter()
    at.bits  # noqa: B018
    rows.append(["bits", f"{at.bits.known.sum():,} known", f"{time.perf_counter() - last:.2f}"])
    last = time.perf_counter()
    for name, people, _ in at.rows():
        now = time.perf_counter()
        rows.append([name, f"{len(people):,} people", f"{now - last:.2f}"])
        last = now
    rows.append(["everything", "", f"{last - started:.1f}"])
    rows.append(["the hub alone, by walks", "", f"{hub_seconds(at):.4f}"])
    most = int(at.shot.graph.degrees.max())
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    size = f"{n_people:,} people, {n_ties:,} ties, the largest hub with {most:,}, {threads} threads"
    print(f"\nOne grid date: {size};")
    print(f"peak memory of the process {peak:.1f} GiB, the portfolio and the making of its data included\n")
    print(table(["measure", "rows", "seconds"], rows))


def hub_seconds(at: GridDate) -> float:
    """Seconds for the constraint of the hub, and for what walks reach from it, with nobody else computed."""
    graph, votes, bits = at.shot.graph, at.shot.votes, at.bits
    strength, known = strengths(graph), known_neighbours(votes, bits.known)
    passing = np.where(votes.degrees <= at.settings.hub_ties, strength, 0.0)
    out, found = np.full(graph.n_nodes, np.nan), np.zeros((_FOUND, graph.n_nodes))

    def run() -> None:
        structure._constraint(graph, strength, out, HUB, HUB + 1)  # noqa: SLF001
        _reach(votes, known, passing, bits.known, bits.marked, np.ones(2), found, HUB, HUB + 1)

    return best(run)


def years(n_people: int, n_ties: int, threads: int, months: int) -> None:
    """How many rows a monthly grid has, beside all values of all its dates."""
    portfolio = portfolio_of(heavy_tailed(n_people, n_ties, 1_000), n_people, 10 * n_people, 365 * YEARS)
    dates = cs.calendar_grid(MOMENT - pd.Timedelta(days=31 * months), MOMENT)[-months:]
    settings, started = cs.GraphSettings(), time.perf_counter()
    rows = dict.fromkeys(settings.measures, 0)
    for blocks in measures_by_date(portfolio, dates, settings, threads):
        for block in blocks:
            rows[block.measure] += len(block.values)
    taken, total = time.perf_counter() - started, sum(rows.values())
    last = GridDate(portfolio, int(MOMENT.timestamp() * 1e6), settings, threads)
    values = {name: len(people) * len(dates) for name, people, _ in last.rows()}
    print(f"\n{len(dates)} months, {n_people:,} people, {n_ties:,} ties: {taken:.0f} s\n")
    lines = [[name, f"{rows[name]:,}", f"{values.get(name, 0):,}"] for name in rows]
    print(table(["measure", "rows", "values"], [*lines, ["all", f"{total:,}", f"{sum(values.values()):,}"]]))
    million = total / n_people / len(dates) * 60
    size = f"{million:.0f} million rows, {36 * million / 1e3:.1f} GB in memory"
    print(f"\na million people, {12 * YEARS} months: {size}")


def compile_first() -> None:
    """Compile every kernel, so that no time is taken for it."""
    small = portfolio_of(heavy_tailed(2_000, 30_000, 1_500), 2_000, 20_000)
    cs.compute_measures(small, [MOMENT.to_pydatetime()])
    snapshot(small, int(MOMENT.timestamp() * 1e6))


def main() -> None:
    """Print both tables."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--threads", type=int, default=os.cpu_count() or 1)
    arguments.add_argument("--large", action="store_true", help="A million people and five million ties.")
    arguments.add_argument("--months", type=int, default=24)
    arguments.add_argument("--networkx", action="store_true", help="Time networkx too: some minutes.")
    given = arguments.parse_args()
    people = 1_000_000 if given.large else 100_000
    compare(people // 5, people, given.threads, beside_networkx=given.networkx)
    whole(people, 5 * people, people - 1, given.threads)
    years(people // 5, people, given.threads, given.months)


if __name__ == "__main__":
    main()
