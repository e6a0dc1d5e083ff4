"""The typed graph of people and of what they are connected with, as frozen values."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from html import escape
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from creditscore._ground.arrays import Int64
from creditscore.data.door.raw import Labels
from creditscore.words.plain import PLAIN

if TYPE_CHECKING:
    import networkx as nx
    import pandas as pd

# What each kind of edge connects a person with.
EDGES: Final[Mapping[str, str]] = {
    "tie": "person",
    "membership": "group",
    "purchase": "merchant",
    "wage": "employer",
    "device_use": "device",
}
NODES: Final = tuple(EDGES.values())
_COLUMNS: Final = ("kind", "person", "target_kind", "target", "layer", "count", "first", "last")


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class GraphEdges:
    """The edges of one kind: one for each person, other end and layer.

    Attributes
    ----------
    sources : int64 array of shape (n_edges,)
        Positions of persons among the nodes.
    targets : int64 array of shape (n_edges,)
        Positions of the other ends among the nodes of their kind.
    count : int64 array of shape (n_edges,)
        How many rows say so.
    first, last : int64 array of shape (n_edges,)
        When the first and the last of them happened, in microseconds since 1970-01-01 UTC.
    layers : tuple of (str or None)
        Layer of each tie; None for edges of other kinds and ties without one.
    """

    sources: Int64
    targets: Int64
    count: Int64
    first: Int64
    last: Int64
    layers: tuple[str | None, ...]

    def __len__(self) -> int:
        """Number of edges."""
        return len(self.sources)


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class PortfolioGraph:
    """Who was connected with whom and with what, by what was known before a moment.

    Nothing of standings, amounts or scores is in it.

    Attributes
    ----------
    as_of : datetime
        In UTC; exclusive.
    nodes : mapping of str to (int64 array or tuple of str)
        Ids by kind: ``person``, ``group``, ``merchant``, ``employer``, ``device``; those with an edge.
    edges : mapping of str to GraphEdges
        By kind: ``tie`` (two persons), ``membership`` (of a group), ``purchase`` (from a merchant), ``wage``
        (from an employer), ``device_use``.

    Examples
    --------
    >>> import creditscore as cs
    >>> at = "2024-05-01T09:00Z"
    >>> portfolio = cs.Portfolio.from_records({
    ...     "ties": [{"person_id": "ann", "other_id": "bob", "event_time": at, "layer": "friend"}],
    ...     "memberships": [{"person_id": "bob", "group_id": "choir", "event_time": at}],
    ... })
    >>> graph = portfolio.graph("2024-06-01T00:00Z")
    >>> graph
    PortfolioGraph(as of 2024-06-01 00:00 UTC: 3 nodes, 2 edges)
      person: 2
      group: 1
      tie: 1
      membership: 1
    >>> sorted(graph.to_networkx().neighbors(("person", "bob")))
    [('group', 'choir'), ('person', 'ann')]
    """

    as_of: datetime
    nodes: Mapping[str, Labels]
    edges: Mapping[str, GraphEdges]

    def __len__(self) -> int:
        """Number of edges."""
        return sum(len(some) for some in self.edges.values())

    def to_frame(self) -> pd.DataFrame:
        """Write the edges as rows: kind, person, target_kind, target, layer, count, first, last."""
        import pandas as pd

        if not self.edges:
            return pd.DataFrame(columns=_COLUMNS)
        parts = [
            pd.DataFrame(
                {
                    "kind": kind,
                    "person": _named(self.nodes["person"], some.sources),
                    "target_kind": EDGES[kind],
                    "target": _named(self.nodes[EDGES[kind]], some.targets),
                    "layer": np.array(some.layers, object),
                    "count": some.count,
                    "first": pd.to_datetime(some.first, unit="us", utc=True),
                    "last": pd.to_datetime(some.last, unit="us", utc=True),
                }
            )
            for kind, some in self.edges.items()
        ]
        return pd.concat(parts, ignore_index=True)

    def to_networkx(self) -> nx.MultiGraph[Any]:
        """Write it as an undirected networkx graph.

        Returns
        -------
        networkx.MultiGraph
            Nodes are pairs of kind and id, and have the attribute ``kind``. Edges are keyed by their kind,
            and by their layer where they have one, and have the attributes ``kind``, ``count``, ``first``,
            ``last`` (pandas timestamps in UTC) and ``layer`` where there is one.
        """
        import networkx as nx

        graph = nx.MultiGraph(as_of=self.as_of.isoformat())
        for kind, ids in self.nodes.items():
            graph.add_nodes_from(((kind, one), {"kind": kind}) for one in _plain(ids))
        for row in self.to_frame().to_dict("records"):
            kind, layer = row["kind"], row["layer"]
            said = {name: row[name] for name in ("kind", "count", "first", "last")}
            key = kind if layer is None else f"{kind}:{layer}"
            layered = {} if layer is None else {"layer": layer}
            ends = ("person", row["person"]), (row["target_kind"], row["target"])
            graph.add_edge(*ends, key=key, **said, **layered)
        return graph

    def _counts(self) -> Iterator[tuple[str, int]]:
        yield from ((kind, len(ids)) for kind, ids in self.nodes.items() if len(ids))
        yield from ((kind, len(some)) for kind, some in self.edges.items() if len(some))

    def _title(self) -> str:
        nodes = sum(len(ids) for ids in self.nodes.values())
        return PLAIN["relations"].format(as_of=self.as_of, nodes=nodes, edges=len(self))

    def __repr__(self) -> str:
        return "\n".join([self._title(), *(f"  {name}: {count:,}" for name, count in self._counts())])

    def _repr_html_(self) -> str:
        rows = "".join(f"<tr><td>{name}</td><td>{count:,}</td></tr>" for name, count in self._counts())
        return f"<table dir='auto'><caption>{escape(self._title())}</caption>{rows}</table>"


def _plain(ids: Labels) -> list[Any]:
    return list(ids) if isinstance(ids, tuple) else ids.tolist()


def _named(ids: Labels, positions: Int64) -> Any:
    """The ids of nodes, shape (n_edges,)."""
    if isinstance(ids, tuple):
        return np.array(ids, object)[positions] if ids else np.empty(0, object)
    return ids[positions]
