"""Measures of a graph by networkx."""

from __future__ import annotations

import networkx as nx
from _peer import array, done, measure, settings


def main() -> None:
    """Time building from pairs of numbers, and each measure, once."""
    ends, seeds, people = array("ends"), array("seeds"), settings()["people"]

    def build() -> nx.Graph:
        graph = nx.Graph()
        graph.add_nodes_from(range(people))
        graph.add_edges_from(ends.tolist())
        return graph

    graph = measure("build", build, times=1, values=False)
    weights = dict(enumerate(seeds.tolist()))
    everyone = range(people)

    def pagerank() -> list[float]:
        found = nx.pagerank(graph, personalization=weights, tol=1e-10 / people, max_iter=1_000)
        return [found[k] for k in everyone]

    def clustering() -> list[float]:
        found = nx.clustering(graph)
        return [found[k] if graph.degree[k] > 1 else float("nan") for k in everyone]

    def cores() -> list[float]:
        found = nx.core_number(graph)
        return [found[k] for k in everyone]

    measure("pagerank", pagerank, times=1)
    measure("clustering", clustering, times=1)
    measure("cores", cores, times=1)
    done("networkx", "networkx", "scipy")


if __name__ == "__main__":
    main()
