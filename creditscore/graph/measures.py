"""Measures of the whole population on a calendar grid, as rows of the table `measures`."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from html import escape
from typing import TYPE_CHECKING, Any, Final, TypeAlias

import numpy as np

from creditscore._ground.arrays import Float64, Int32
from creditscore._ground.asked import check_made, checked_each, is_among
from creditscore._ground.instants import DAY, NEVER
from creditscore._ground.progress import progress
from creditscore.data.door.clock import instant, parse_iso
from creditscore.data.door.raw import AWARE, DATE, Labels
from creditscore.data.given import check_given
from creditscore.data.retention.kinds import Retention
from creditscore.data.retention.reading import retained
from creditscore.data.tables.vocabularies import DEFAULT_MEASURES
from creditscore.errors import ParameterError
from creditscore.graph.ageing import longest_gap, shortened
from creditscore.graph.changes import Changes
from creditscore.graph.grid import GridDate, measurable, quarter_of
from creditscore.graph.settings import EmbeddingSettings, GraphSettings

if TYPE_CHECKING:
    import pandas as pd

    from creditscore.data.portfolio import Portfolio

Moment: TypeAlias = datetime | str | np.datetime64 | int
_STEPS: Final = ("weekly", "monthly", "quarterly")


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Block:
    """One measure at one date.

    Attributes
    ----------
    measure : str
    moment : int
        Microseconds since 1970-01-01 UTC.
    people : int32 array of shape (n,)
        Codes of the persons for whom it changed, rising.
    values : float64 array of shape (n,)
        NaN where it is no longer defined.
    until : int
        From when on the values count no more, for what they rest on grows too old; else `NEVER`.
    """

    measure: str
    moment: int
    people: Int32
    values: Float64
    until: int = NEVER


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Measures:
    """What changed in the measures of persons from date to date; nobody is named but the subject.

    Attributes
    ----------
    blocks : tuple of Block
        By date, then in the order of the settings.
    subjects : int64 array or tuple of str
        Id of each code.
    settings : GraphSettings or EmbeddingSettings
    limited : bool
        Whether they were made with `retention_days`, so that values may end by themselves.
    """

    blocks: tuple[Block, ...]
    subjects: Labels
    settings: GraphSettings | EmbeddingSettings
    limited: bool = False

    def __len__(self) -> int:
        """Number of rows."""
        return sum(len(block.values) for block in self.blocks)

    @property
    def dates(self) -> tuple[datetime, ...]:
        """Dates of the grid that have rows, in UTC."""
        return tuple(_as_datetime(moment) for moment in sorted({block.moment for block in self.blocks}))

    def to_frame(self) -> pd.DataFrame:
        """Write as rows of the table `measures`: subject_id, measure, value, event_time.

        If they were made with `retention_days`, `voided_time` says from when on a value counts no more.
        """
        import pandas as pd

        labels = np.asarray(self.subjects, np.int64 if isinstance(self.subjects, np.ndarray) else object)
        people = np.concatenate([np.empty(0, np.int32), *(block.people for block in self.blocks)])
        counts = [len(block.values) for block in self.blocks]
        names = self.settings.measures
        code = np.repeat(np.array([names.index(b.measure) for b in self.blocks], np.int64), counts)
        moments = np.repeat(np.array([block.moment for block in self.blocks], np.int64), counts)
        columns = {
            "subject_id": labels[people],
            "measure": pd.Categorical.from_codes(code, pd.Index(names)),
            "value": np.concatenate([np.empty(0), *(block.values for block in self.blocks)]),
            "event_time": pd.to_datetime(moments, unit="us", utc=True),
        }
        if self.limited:
            ends = np.repeat(np.array([block.until for block in self.blocks], np.int64), counts)
            unending = (ends == NEVER) | np.isnan(columns["value"])
            text = np.where(unending, np.datetime64("NaT"), ends.astype("datetime64[us]"))
            columns["voided_time"] = pd.to_datetime(text, utc=True)
        return pd.DataFrame(columns)

    def __repr__(self) -> str:
        names = {block.measure for block in self.blocks}
        shown = [f"Measures({len(self):,} rows: {len(names)} measures on {len(self.dates)} dates)"]
        shown += [f"  {name}: {count:,} rows, median {median:.4g}" for name, count, median in self._summary()]
        return "\n".join(shown)

    def _repr_html_(self) -> str:
        rows = "".join(
            f"<tr><td>{escape(name)}</td><td>{count:,}</td><td>{median:.4g}</td></tr>"
            for name, count, median in self._summary()
        )
        head = "<tr><th>measure</th><th>rows</th><th>median</th></tr>"
        return f"<table dir='auto'><caption>Measures on {len(self.dates)} dates</caption>{head}{rows}</table>"

    def _summary(self) -> Iterator[tuple[str, int, float]]:
        """Rows and median of each measure that some person has."""
        for name in self.settings.measures:
            parts = [block.values for block in self.blocks if block.measure == name]
            values = np.concatenate(parts) if parts else np.empty(0)
            defined = values[np.isfinite(values)]
            if defined.size:
                yield name, values.size, float(np.median(defined))


def compute_measures(
    portfolio: Portfolio,
    dates: Sequence[Moment],
    *,
    settings: GraphSettings | None = None,
    retention_days: int | Mapping[str, int] | None = None,
    threads: int | None = None,
) -> Measures:
    """Compute the measures of the graph of all persons on the dates of a calendar grid.

    A value at a date uses only what was known before it: ties that count, bits of standings, payments. A row
    is written only where a value differs from the subject's newest row, and holds until the next one; a row
    without a value says that the measure is no longer defined. A person for whom it never was has no row.

    Parameters
    ----------
    portfolio : Portfolio
        With `ties`; `standings`, `payments` and `memberships` add to it. If it has `measures`, the changes go
        on from those known before the first date, so that a month can be added to a grid.
    dates : sequence of datetime with a zone, ISO 8601 text with a zone, numpy.datetime64 in UTC, or int
        An int is microseconds since 1970-01-01 UTC. See `calendar_grid`.
    settings : GraphSettings, optional
    retention_days : int or mapping of str to int, optional
        For how many days adverse facts of others may be read after they ended, for all kinds or by kind, as
        in a `Policy`; of a law, ``jurisdiction.retention.to_dict()``. What would grow older before the next
        date does not count; and shares of defaults are written at every date, for they count no more once
        the longest time between two dates has gone by (31 days, if one date is given).
    threads : int, optional
        All processors where left out; the bits do not depend on it.

    Returns
    -------
    Measures
        Give `to_frame()` to `Portfolio(measures=...)`.

    Raises
    ------
    ParameterError
        If the portfolio has nothing that the measures read, a date is named twice, or adverse facts may be
        read for no longer than lies between two dates.

    Examples
    --------
    >>> from creditscore.data.portfolio import Portfolio
    >>> met = "2024-01-01T00:00:00Z"
    >>> ties = [{"person_id": a, "other_id": b, "event_time": met} for a, b in ("ab", "bc", "ca", "cd")]
    >>> portfolio = Portfolio.from_records({"ties": ties})
    >>> settings = GraphSettings(measures=("clustering", "core_number"))
    >>> compute_measures(portfolio, ["2024-07-01T00:00:00Z"], settings=settings)
    Measures(7 rows: 2 measures on 1 dates)
      clustering: 3 rows, median 1
      core_number: 4 rows, median 2
    """
    check_given(portfolio=portfolio)
    settings = GraphSettings() if settings is None else settings
    check_made("settings", settings, GraphSettings, "GraphSettings(...), or None")
    blocks = [
        block
        for date_blocks in measures_by_date(portfolio, dates, settings, threads, retention_days)
        for block in date_blocks
    ]
    return Measures(tuple(blocks), portfolio.people.labels, settings, retention_days is not None)


def measures_by_date(
    portfolio: Portfolio,
    dates: Sequence[Moment],
    settings: GraphSettings,
    threads: int | None = None,
    retention_days: int | Mapping[str, int] | None = None,
) -> Iterator[list[Block]]:
    """What changes in the measures at one date after the other, so that no more than one need be held."""
    measurable(settings.measures, {name: table.columns for name, table in portfolio.tables.items()})
    moments = moments_of(dates)
    workers = threads or os.cpu_count() or 1
    span = longest_gap(moments)
    retention = shortened(Retention.of(retention_days), span // DAY)
    fading = DEFAULT_MEASURES if retention.of_kind("defaulted_standing") else ()
    changes = Changes(portfolio, settings.measures, min(moments, default=0), written_always=fading)
    portfolio = retained(portfolio, retention)
    quarter: GridDate | None = None
    for moment in progress(moments, what="measures", total=len(moments)):
        same = quarter is not None and quarter.moment == quarter_of(moment)
        at = GridDate(portfolio, moment, settings, workers, quarter if same else None)
        changed = ((name, *changes.of(name, people, values)) for name, people, values in at.rows())
        yield [
            block_of(name, moment, people, values, moment + span if name in fading else NEVER)
            for name, people, values in changed
            if len(people)
        ]
        quarter = at.of_quarter


def moments_of(dates: Sequence[Moment]) -> list[int]:
    """Read the dates of a grid, in microseconds since 1970-01-01 UTC, rising.

    Raises
    ------
    ParameterError
        If one of them is named twice.
    """
    given = checked_each("dates", dates, object, "a sequence of dates, as calendar_grid(start, stop) gives")
    moments = sorted(instant(moment, "dates") for moment in given)
    if len(set(moments)) < len(moments):
        raise ParameterError("The 'dates' parameter names a date twice. Leave one of them out.")
    return moments


def block_of(name: str, moment: int, people: Int32, values: Float64, until: int = NEVER) -> Block:
    """Make a block that nobody can write to; arrays of shape (n,)."""
    people.setflags(write=False)
    values.setflags(write=False)
    return Block(name, moment, people, values, until)


def calendar_grid(start: Moment | date, stop: Moment | date, step: str = "monthly") -> tuple[datetime, ...]:
    """The first instants, in UTC, of the weeks, months or quarters from one moment to another.

    Parameters
    ----------
    start, stop : instant or date
        The grid has every first instant that lies between them; both ends count. A date is its midnight, UTC.
    step : {"weekly", "monthly", "quarterly"}
        Weeks begin on Monday.

    Returns
    -------
    tuple of datetime

    Examples
    --------
    >>> [f"{day:%d.%m.%Y}" for day in calendar_grid("2024-01-15", "2024-03-01")]
    ['01.02.2024', '01.03.2024']
    """
    if not is_among(step, _STEPS):
        raise ParameterError.must_be("step", "one of " + ", ".join(_STEPS), step)
    first, last = _moment(start, "start"), _moment(stop, "stop")
    day = datetime(first.year, first.month, first.day, tzinfo=UTC)
    day -= timedelta(days=day.weekday() if step == "weekly" else day.day - 1)
    found = []
    while day <= last:
        if day >= first and (step != "quarterly" or day.month in {1, 4, 7, 10}):
            found.append(day)
        day = day + timedelta(days=7) if step == "weekly" else (day + timedelta(days=32)).replace(day=1)
    return tuple(found)


def _moment(value: Any, parameter: str) -> datetime:
    """An instant, or the midnight of a date, in UTC."""
    if isinstance(value, date) and not isinstance(value, datetime):
        value = value.isoformat()
    read = parse_iso(value) if isinstance(value, str) else None
    if read is not None and read[1] == DATE:
        return _as_datetime(read[0])
    return _as_datetime(read[0] if read is not None and read[1] == AWARE else instant(value, parameter))


def _as_datetime(moment: int) -> datetime:
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=moment)
