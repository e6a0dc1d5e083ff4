"""How a portfolio shows itself: text, HTML, and tables as pandas frames."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from creditscore._ground import looks
from creditscore._ground.arrays import Int64
from creditscore._ground.instants import NEVER
from creditscore._ground.zones import Calendar
from creditscore.data.door.quarantine import QuarantinedRows
from creditscore.data.door.raw import Labels
from creditscore.data.tables.contracts import CONTRACTS
from creditscore.data.tables.events import EventTable
from creditscore.data.tables.parties import PARTIES, WITH_THE_APPLICATION

if TYPE_CHECKING:
    import pandas as pd

    from creditscore.data.network.identities import Identities

# Columns that the door adds.
_OURS = frozenset({"superseded_time", "date_only"})


def _counted(count: int, noun: str) -> str:
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def _period(tables: Mapping[str, EventTable], calendar: Calendar) -> str:
    """First and last local day on which something happened, due dates left aside as far as possible."""
    dated = [table for name, table in tables.items() if table.n_rows and name != PARTIES]
    rows = [table.times[0] for table in dated]
    happened = [table.times[0] for table in dated if table.time_columns[0] != "due_time"]
    chosen = happened or rows
    if not chosen:
        return "no rows"
    bounds = np.array([min(int(t.min()) for t in chosen), max(int(t.max()) for t in chosen)])
    first, last = calendar.local_days(bounds).astype("M8[D]")
    return f"{first} to {last}"


def _zone(calendar: Calendar) -> str:
    if calendar.is_usual:
        return ""
    return f", {calendar.timezone}, weekend {' '.join(calendar.weekend) or 'none'}"


def describe(
    tables: Mapping[str, EventTable],
    quarantined: Mapping[str, QuarantinedRows],
    n_applicants: int,
    n_loans: int,
    hints: tuple[str, ...],
    calendar: Calendar,
) -> str:
    """Text of a portfolio: applicants, loans, period, zone unless UTC, and the rows of each table."""
    counts = f"{_counted(n_applicants, 'applicant')}, {_counted(n_loans, 'loan')}"
    head = f"Portfolio({counts}, {_period(tables, calendar)}{_zone(calendar)})"
    lines = [
        f"  {name}: {_counted(table.n_rows, 'row')}{_aside(name, quarantined)}"
        for name, table in tables.items()
    ]
    return "\n".join([head, *lines, *(f"  hint: {hint}" for hint in hints)])


def _aside(name: str, quarantined: Mapping[str, QuarantinedRows]) -> str:
    return f", {quarantined[name].count:,} set aside" if name in quarantined else ""


def describe_html(
    tables: Mapping[str, EventTable],
    quarantined: Mapping[str, QuarantinedRows],
    n_applicants: int,
    n_loans: int,
    calendar: Calendar,
) -> str:
    """HTML table of a portfolio for notebooks."""
    counts = f"{_counted(n_applicants, 'applicant')}, {_counted(n_loans, 'loan')}"
    caption = f"{counts}, {_period(tables, calendar)}{_zone(calendar)}"
    rows = [
        (
            name,
            f"{table.n_rows:,}",
            _owned(table),
            *_span(name, table, calendar),
            ", ".join(column for column in table.columns if column not in _OURS),
            f"{quarantined[name].count if name in quarantined else 0:,}",
        )
        for name, table in tables.items()
    ]
    heads = ("table", "rows", "people or loans", "first", "last", "columns", "set aside")
    return f"<p dir='auto'>{escape(caption)}</p>{looks.table(heads, rows, numbers=(1, 2, 3, 4, 6))}"


def _owned(table: EventTable) -> str:
    """How many of those whose rows the table may hold have one."""
    owners = int(np.count_nonzero(np.diff(table.offsets)))
    return f"{_counted(owners, table.owners)} ({owners / max(table.n_owners, 1):.0%})"


def _span(name: str, table: EventTable, calendar: Calendar) -> tuple[str, str]:
    if not table.n_rows or name == PARTIES:
        return "", ""
    bounds = np.array([int(table.times[0].min()), int(table.times[0].max())])
    first, last = calendar.local_days(bounds).astype("M8[D]")
    return str(first), str(last)


def _instants(micros: Int64) -> Any:
    import pandas as pd

    stamps = micros.view("M8[us]").copy()
    stamps[(micros == NEVER) | (micros == WITH_THE_APPLICATION)] = np.datetime64("NaT")
    return pd.DatetimeIndex(stamps, tz="UTC")


def _labelled(codes: NDArray[np.integer[Any]], labels: Labels | tuple[Any, ...]) -> Any:
    if isinstance(labels, np.ndarray):
        return labels[codes]
    lookup = np.array([*labels, None], dtype=object)
    return lookup[codes]


def frame_of(table: EventTable, people: Labels, loans: Labels, loan_owner: Int64) -> pd.DataFrame:
    """Write one table as a pandas frame: owners, times in UTC, labels instead of codes, numbers.

    Parameters
    ----------
    table : EventTable
    people : ndarray of int64, shape (n_people,), or tuple of str
    loans : ndarray of int64, shape (n_loans,), or tuple of str
    loan_owner : ndarray of int64, shape (n_loans,)
        Code of the person of each loan.

    Returns
    -------
    pandas DataFrame
    """
    import pandas as pd

    owner = np.repeat(np.arange(table.n_owners), np.diff(table.offsets))
    data: dict[str, Any] = {}
    if table.owners == "loan":
        data["loan_id"] = _labelled(owner, loans)
        owner = loan_owner[owner]
    data[CONTRACTS[table.name].owner] = _labelled(owner, people)
    data |= {name: _instants(table.times[row]) for row, name in enumerate(table.time_columns)}
    for row, name in enumerate(table.code_columns):
        if name == "loan":
            data["loan_id"] = _labelled(table.codes[row], loans)
        else:
            data[name] = _labelled(table.codes[row], table.vocabularies[name])
    data |= {name: table.values[row] for row, name in enumerate(table.value_columns)}
    return pd.DataFrame(data)


def joined_frame(who: Identities | None, people: Labels, moment: int | None) -> pd.DataFrame:
    """Write the persons of several ids as a pandas frame: person, ids, since.

    Parameters
    ----------
    who : Identities or None
    people : ndarray of int64, shape (n_people,), or tuple of str
    moment : int or None
        In microseconds; None: all that is known.

    Returns
    -------
    pandas DataFrame
    """
    import pandas as pd

    at = NEVER if moment is None else moment
    nodes: list[int] = []
    if who is not None and not who.is_plain:
        alive = (who.lives.since < at) & (at <= who.lives.until) & (np.diff(who.offsets) > 1)
        nodes = sorted(np.flatnonzero(alive).tolist(), key=lambda node: int(who.first[node]))
    ids = [tuple(_labelled(who.ids_of(node), people).tolist()) for node in nodes] if who is not None else []
    since = np.empty(0, np.int64) if who is None else who.lives.since[nodes]
    return pd.DataFrame(
        {"person": [one[0] for one in ids], "ids": ids, "since": pd.to_datetime(since, unit="us", utc=True)}
    )
