"""All measures of the graph at one date of the calendar grid."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from creditscore._ground.arrays import Float64, Int32, Int64
from creditscore._ground.instants import parse_duration
from creditscore.graph import communities, exposure, structure
from creditscore.graph.influence import Walk, influence, log_influence, own_returns
from creditscore.graph.labels import Labels, labels_at
from creditscore.graph.lookalikes import can_look_alike, lookalike_default_shares, merchant_vectors
from creditscore.graph.settings import GraphSettings
from creditscore.graph.snapshot import Snapshot, snapshot
from creditscore.graph.states import states_at
from creditscore.graph.walks import pagerank

if TYPE_CHECKING:
    from creditscore.data.portfolio import Portfolio


@dataclass(frozen=True)
class GridDate:
    """What is needed for the measures of one date; each part is computed when it is first asked for.

    Attributes
    ----------
    portfolio : Portfolio
    moment : int
        Microseconds since 1970-01-01 UTC; only what was known before counts.
    settings : GraphSettings
    threads : int
    """

    portfolio: Portfolio
    moment: int
    settings: GraphSettings
    threads: int

    @cached_property
    def shot(self) -> Snapshot:
        """The graph."""
        settings = self.settings
        return snapshot(
            self.portfolio,
            self.moment,
            min_tie_age=parse_duration(settings.min_tie_age),
            half_life=_half_life(settings.tie_half_life),
            without_layers=settings.without_layers,
        )

    @cached_property
    def everyone(self) -> Labels:
        """Standings of all persons."""
        return labels_at(self.portfolio, self.moment, _half_life(self.settings.label_half_life))

    @cached_property
    def labels(self) -> Labels:
        """Standings of the nodes."""
        return self.everyone.of(self.shot.people)

    @cached_property
    def triangles(self) -> Int64:
        """Triangles of each node.

        Returns shape (n_nodes,).
        """
        return structure.triangles(self.shot.graph, threads=self.threads)

    @cached_property
    def community(self) -> Int32:
        """Community of each node.

        Returns shape (n_nodes,).
        """
        return communities.communities(
            self.shot.graph,
            seed=self.settings.seed,
            resolution=self.settings.resolution,
            names=communities.names_of(self.portfolio.people.labels, self.shot.people),
        )

    @cached_property
    def states(self) -> tuple[Float64, Float64]:
        """Days past due and utilisation of each node.

        Returns shape (n_nodes,) each.
        """
        worst, used = states_at(self.portfolio, self.moment, threads=self.threads)
        return worst[self.shot.people], used[self.shot.people]

    @cached_property
    def influences(self) -> tuple[Float64, Float64]:
        """Logarithms of the influence of defaulters and of good payers; NaN without known neighbours.

        Returns shape (n_nodes,) each.
        """
        settings, graph, labels = self.settings, self.shot.graph, self.labels
        walk = Walk(settings.damping, settings.hops, settings.hub_ties)
        enough = exposure.known_counts(graph, labels.known, walk.hub_ties) >= max(settings.min_known, 1)
        returns = own_returns(graph, labels.known & enough, walk, threads=self.threads)
        bad, good = (
            influence(graph, seeds, returns, walk, threads=self.threads)
            for seeds in (labels.bad, labels.good)
        )
        return log_influence(np.where(enough, bad, np.nan)), log_influence(np.where(enough, good, np.nan))

    @cached_property
    def lookalikes(self) -> tuple[Float64, Float64]:
        """Default share of look-alikes and their number, of all persons.

        Returns shape (n_people,) each.
        """
        settings = self.settings
        window = parse_duration(settings.lookalike_window)
        vectors = merchant_vectors(self.portfolio, self.moment, window, settings.merchant_customers)
        rule = {"most": settings.lookalikes, "min_known": settings.min_known}
        return lookalike_default_shares(vectors, self.everyone, threads=self.threads, **rule)

    def rows(self) -> Iterator[tuple[str, Int32, Float64]]:
        """Name of each measure, codes of the persons who have it, and its values, shape (n_having,) each."""
        tables = self.portfolio.tables
        for name in self.settings.measures:
            source, need = _SOURCES[name]
            if (need == "payments" and not can_look_alike(self.portfolio)) or (
                need != "payments" and "ties" not in tables
            ):
                continue
            values = source(self)
            there = np.flatnonzero(np.isfinite(values)).astype(np.int32)
            people = there if need == "payments" else self.shot.people[there]
            yield name, people, values[there]


def _half_life(duration: str | None) -> float:
    return np.inf if duration is None else float(parse_duration(duration))


def _floats(values: Int32 | Int64) -> Float64:
    return values.astype(np.float64)


def _community_default_share(at: GridDate) -> Float64:
    settings, labels = at.settings, at.labels
    draw = {"prior": settings.prior_share, "weight": settings.prior_weight}
    return communities.default_shares(
        at.community, labels.known, labels.defaulted, min_known=settings.min_known, **draw
    )


def _pagerank(at: GridDate) -> Float64:
    graph = at.shot.graph
    return np.asarray(np.log10(pagerank(graph, threads=at.threads) * graph.n_nodes), np.float64)


def _two_hops(at: GridDate) -> Float64:
    rule = {"min_known": at.settings.min_known, "hub_ties": at.settings.hub_ties}
    return exposure.two_hop_default_shares(at.shot.graph, at.labels, threads=at.threads, **rule)


def _of_neighbours(at: GridDate, state: int) -> Float64:
    return exposure.neighbour_means(
        at.shot.graph, at.states[state], min_known=at.settings.min_known, threads=at.threads
    )


def _component_size(at: GridDate) -> Float64:
    return _floats(communities.sizes(structure.components(at.shot.graph)))


# The table that a measure needs besides, and how it is computed; in the order in which they are written.
_SOURCES: Mapping[str, tuple[Callable[[GridDate], Float64], str]] = {
    "clustering": (lambda at: structure.clustering(at.shot.graph, at.triangles), "ties"),
    "triangles": (lambda at: _floats(at.triangles), "ties"),
    "core_number": (lambda at: _floats(structure.core_numbers(at.shot.graph)), "ties"),
    "component_size": (_component_size, "ties"),
    "community_size": (lambda at: _floats(communities.sizes(at.community)), "ties"),
    "community_density": (lambda at: communities.densities(at.shot.graph, at.community), "ties"),
    "community_default_share": (_community_default_share, "ties"),
    "participation": (lambda at: communities.participation(at.shot.graph, at.community), "ties"),
    "constraint": (lambda at: structure.constraint(at.shot.graph, threads=at.threads), "ties"),
    "effective_size": (lambda at: structure.effective_size(at.shot.graph, at.triangles), "ties"),
    "pagerank": (_pagerank, "ties"),
    "default_share_two_hops": (_two_hops, "ties"),
    "neighbour_days_past_due": (lambda at: _of_neighbours(at, 0), "ties"),
    "neighbour_utilisation": (lambda at: _of_neighbours(at, 1), "ties"),
    "default_influence": (lambda at: at.influences[0], "ties"),
    "good_influence": (lambda at: at.influences[1], "ties"),
    "influence_log_ratio": (lambda at: at.influences[0] - at.influences[1], "ties"),
    "lookalike_default_share": (lambda at: at.lookalikes[0], "payments"),
    "lookalike_known": (lambda at: at.lookalikes[1], "payments"),
}
