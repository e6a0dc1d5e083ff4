"""Measures of a graph by igraph (GPL: measured here, never called by the library)."""

from __future__ import annotations

import igraph
import numpy as np
from _peer import array, done, measure, settings


def main() -> None:
    """Time building from pairs of numbers, and each measure."""
    ends, seeds, people = array("ends"), array("seeds"), settings()["people"]
    graph = measure("build", lambda: igraph.Graph(n=people, edges=ends), values=False)
    everyone = seeds.tolist()
    measure("pagerank", lambda: graph.personalized_pagerank(directed=False, damping=0.85, reset=everyone))
    measure("clustering", lambda: np.asarray(graph.transitivity_local_undirected(mode="nan")))
    measure("cores", lambda: np.asarray(graph.coreness()))
    done("igraph", "igraph")


if __name__ == "__main__":
    main()
