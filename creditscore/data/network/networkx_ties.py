"""The door to networkx: ties from a graph whose edges carry times, and back."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from creditscore._ground.arrays import Flags
from creditscore._ground.instants import NEVER
from creditscore.data.door.clock import instant
from creditscore.data.given import check_given
from creditscore.data.tables.events import EventTable
from creditscore.data.visible import SUPERSEDED, facts_known, happened, visible
from creditscore.errors import ContractError, NameUnknownError, ParameterError, Problem

if TYPE_CHECKING:
    import networkx as nx
    import pandas as pd

    from creditscore.data.portfolio import Portfolio

_TIMES: Final = ("event_time", "known_time", "end_time", "end_known_time")
_EXAMPLES: Final = 5


def ties_from_networkx(
    graph: nx.Graph[Any],
    *,
    time: str = "event_time",
    known_time: str = "known_time",
    end_time: str = "end_time",
    end_known_time: str = "end_known_time",
    weight: str = "weight",
    layer: str = "layer",
) -> pd.DataFrame:
    """Write the edges of a networkx graph as rows of the table `ties`.

    Parameters
    ----------
    graph : networkx.Graph, DiGraph, MultiGraph or MultiDiGraph
        Its nodes are ids of persons, all text or all whole numbers. Every edge carries the time at which it
        began. Nodes without an edge give no row.
    time, known_time, end_time, end_known_time, weight, layer : str
        Names of the attributes of edges. All but `time` may be missing (not there, None, NaN or NaT), on some
        edges or on all. Times are
        datetimes with a zone or ISO 8601 texts with a zone.

    Returns
    -------
    pandas.DataFrame
        Columns person_id, other_id, event_time and directed, and those of the other attributes that some edge
        has. Edges of directed graphs point from person_id to other_id. Self-loops and parallel edges are
        kept; features know what to do with them.

    Raises
    ------
    ContractError
        If an edge has no time, or a time that names no zone.
    ParameterError
        If it is no networkx graph.

    Examples
    --------
    >>> import networkx as nx
    >>> graph = nx.DiGraph()
    >>> graph.add_edge("a", "b", event_time="2024-01-31T00:00:00Z", weight=2.0)
    >>> ties_from_networkx(graph).to_dict("records")[0]["weight"]
    2.0
    """
    if not callable(getattr(graph, "is_directed", None)) or not callable(getattr(graph, "edges", None)):
        raise ParameterError.must_be("graph", "a networkx graph", graph)
    names = (time, known_time, end_time, end_known_time)
    attributes = dict(zip(_TIMES, names, strict=True)) | {"weight": weight, "layer": layer}
    edges = list(graph.edges(data=True))
    columns: dict[str, list[Any]] = {
        "person_id": [one for one, _, _ in edges],
        "other_id": [other for _, other, _ in edges],
    }
    for column, name in attributes.items():
        values = [_or_none(data.get(name)) for _, _, data in edges]
        if column == "event_time" or any(value is not None for value in values):
            columns[column] = values
    _check_times(columns, attributes)
    columns["directed"] = [bool(graph.is_directed())] * len(edges)
    return _to_ties(columns)


def ties_to_networkx(
    portfolio: Portfolio,
    as_of: datetime | str | np.datetime64 | int | None = None,
    layer: str | None = None,
) -> nx.MultiGraph[Any] | nx.MultiDiGraph[Any]:
    """Write the ties of a portfolio as a networkx graph, parallel edges and self-loops included.

    Parameters
    ----------
    portfolio : Portfolio
        With `ties`.
    as_of : datetime with a zone, ISO 8601 text with a zone, numpy.datetime64 in UTC, or int, optional
        Only ties that began and were known before, and were not then known to have ended; without it, the
        latest version of every tie.
    layer : str, optional
        Only ties of this layer.

    Returns
    -------
    networkx.MultiGraph or networkx.MultiDiGraph
        Directed if some tie is; a tie that is not then stands there as two edges, one each way. Edges carry
        the columns of the tie as attributes (times as pandas timestamps in UTC), missing ones left out. As of
        a moment they carry no end: none was known.

    Raises
    ------
    ParameterError
        If the portfolio has no ties.
    NameUnknownError
        If no tie has such a layer.
    """
    check_given(portfolio=portfolio)
    if "ties" not in portfolio.tables:
        raise ParameterError("The portfolio has no ties. Give it the ties table.")
    import networkx as nx

    table = portfolio.tables["ties"]
    records = _to_records(portfolio, _alive(table, as_of) & _of_layer(table, layer), as_of)
    arrows = [bool(record.pop("directed", False)) for record in records]
    directed = any(arrows)
    graph = nx.MultiDiGraph() if directed else nx.MultiGraph()
    for record, arrow in zip(records, arrows, strict=True):
        one, other = record.pop("person_id"), record.pop("other_id")
        graph.add_edge(one, other, **record)
        if directed and not arrow and one != other:
            graph.add_edge(other, one, **record)
    return graph


def _check_times(columns: Mapping[str, list[Any]], attributes: Mapping[str, str]) -> None:
    """Refuse edges without a time, and times without a zone, all at once."""
    problems: list[Problem] = []
    ends = list(zip(columns["person_id"], columns["other_id"], strict=True))
    for column in (column for column in _TIMES if column in columns):
        name, values = attributes[column], columns[column]
        missing = [row for row, value in enumerate(values) if value is None] if column == "event_time" else []
        wrong = [row for row, value in enumerate(values) if value is not None and not _has_zone(value)]
        remedy = f"Give every edge the attribute {name!r}, or name another one."
        problems += _problem(column, f"edges carry no attribute {name!r}", missing, ends, remedy)
        remedy = "Give times with a zone, such as '2024-01-31T00:00:00+00:00'."
        problems += _problem(
            column, f"the attribute {name!r} must be a time with a zone", wrong, ends, remedy
        )
    if problems:
        raise ContractError(problems)


def _problem(column: str, rule: str, rows: list[int], ends: list[Any], remedy: str) -> Iterator[Problem]:
    if rows:
        shown = tuple(f"edge {row + 1} of {len(ends)}" for row in rows[:_EXAMPLES])
        yield Problem("ties", column, rule, len(rows), shown, remedy)


def _or_none(value: Any) -> Any:
    """The value of an attribute; None for what dataframes write where nothing is: NaN and NaT."""
    return value if isinstance(value, str) or value == value else None


def _has_zone(value: object) -> bool:
    if isinstance(value, int | date) and not isinstance(value, datetime):
        return False
    try:
        instant(value, "time")  # type: ignore[arg-type]
    except ParameterError:
        return False
    return True


def _to_ties(columns: Mapping[str, list[Any]]) -> pd.DataFrame:
    import pandas as pd

    frame = pd.DataFrame({name: values for name, values in columns.items() if name not in _TIMES})
    for name in (name for name in _TIMES if name in columns):
        frame[name] = pd.to_datetime(pd.Series(columns[name], dtype=object), utc=True, format="ISO8601")
    if "weight" in frame:
        frame["weight"] = frame["weight"].astype(np.float64)
    return frame


def _alive(table: EventTable, as_of: Any) -> Flags:
    times = table.times
    if as_of is None:
        return np.asarray(times[SUPERSEDED] == NEVER, np.bool_)
    moment, end = instant(as_of, "as_of"), table.row("end_time")
    there = happened(times, moment) & visible(times, moment)
    return there & ~facts_known(times, end, moment)


def _of_layer(table: EventTable, layer: str | None) -> Flags:
    if layer is None:
        return np.ones(table.n_rows, np.bool_)
    labels = table.vocabularies.get("layer", ())
    if layer not in labels:
        raise NameUnknownError.among("layer", layer, labels)
    return np.asarray(table.column("layer") == labels.index(layer), np.bool_)


def _to_records(portfolio: Portfolio, kept: Flags, as_of: Any) -> list[dict[str, Any]]:
    """Plain records of some ties, without missing values and without ends that were not yet known."""
    frame = portfolio.to_frame("ties")
    frame = frame[kept].drop(columns="superseded_time")
    if as_of is not None:
        frame = frame.drop(columns=["end_time", "end_known_time"], errors="ignore")
    return [
        {str(name): value for name, value in record.items() if value is not None and value == value}
        for record in frame.to_dict("records")
    ]
