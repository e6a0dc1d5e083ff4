"""Measures of a graph by this library's kernels."""

from __future__ import annotations

import numpy as np
from _peer import array, done, measure, settings

from creditscore.graph import structure, walks
from creditscore.graph.csr import Graph
from creditscore.graph.snapshot import graph_of


def main() -> None:
    """Time building from pairs of numbers, and each measure."""
    ends, seeds, people = array("ends"), array("seeds"), settings()["people"]
    graph = graph_of(people, ends)

    def clustering(graph: Graph) -> np.ndarray:
        return structure.clustering(graph, structure.triangles(graph, threads=1))

    small = graph_of(100, ends[(ends < 100).all(axis=1)])
    clustering(small)
    structure.core_numbers(small)
    walks.personalised_pagerank(small, np.ones(100), threads=1)
    measure("build", lambda: graph_of(people, ends), values=False)
    measure("pagerank", lambda: walks.personalised_pagerank(graph, seeds, threads=1))
    measure("clustering", lambda: clustering(graph))
    measure("cores", lambda: structure.core_numbers(graph))
    done("creditscore", "creditscore")


if __name__ == "__main__":
    main()
