"""Measures of the graph of all persons on Spark: whoever is tied through others is measured in one part.

Which persons are tied through others is found by joins in rounds. What ties tell of a person depends on
nothing outside the connected part of the graph, to the bit, so connected parts are spread over the parts of
the job and measured there by the kernels of one machine, all dates one after the other. What payments and
groups tell leads from everybody to everybody, and is measured in one part.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial, reduce
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from creditscore._ground.instants import DAY, NEVER
from creditscore.data.retention.kinds import Retention
from creditscore.data.sources import CONSENTS, PERSONS, SOURCE_GROUPS
from creditscore.data.tables.contracts import CONTRACTS
from creditscore.data.tables.vocabularies import UNSOCIAL_LAYERS
from creditscore.errors import NameUnknownError
from creditscore.graph.ageing import longest_gap, shortened
from creditscore.graph.alongside import check_embeds
from creditscore.graph.embeddings import compute_embeddings
from creditscore.graph.grid import is_of_everyone, measurable
from creditscore.graph.measures import Measures, Moment, measures_by_date, moments_of
from creditscore.graph.settings import EmbeddingSettings, GraphSettings
from creditscore.spark.given import arrow_types, tables_checked
from creditscore.spark.job import number_of_parts, together
from creditscore.spark.packing import opened
from creditscore.spark.parting import PART, ROW, as_rows, part_of, with_key
from creditscore.spark.persons import pairs_in, smallest_reached
from creditscore.spark.reading import AS_EVER, SparkReading

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

    from creditscore.data.portfolio import Portfolio

_OF_TIES: Final = (
    *(table for table in SOURCE_GROUPS["social"] if table not in ("memberships", "activities")),
    PERSONS,
    CONSENTS,
)
_OF_EVERYONE: Final = ("payments", "memberships", *_OF_TIES)


def measures(
    tables: Mapping[str, DataFrame],
    dates: Sequence[Moment],
    *,
    settings: GraphSettings | EmbeddingSettings | None = None,
    retention_days: int | Mapping[str, int] | None = None,
    reading: SparkReading = AS_EVER,
    parts: int | None = None,
) -> DataFrame:
    """Compute the measures of the graph of all persons on Spark, to the bits of `compute_measures`.

    Who is tied through others is found by joins in rounds when this is called; the rest once something is
    asked of the result.

    Parameters
    ----------
    tables : mapping of str to DataFrame
        Ties, payments, memberships, standings, and whatever of persons, consents and measures there is; other
        tables are not read.
    dates : sequence of datetime with a zone, ISO 8601 text with a zone, numpy.datetime64 in UTC, or int
        As for `compute_measures`. See `calendar_grid`.
    settings : GraphSettings or EmbeddingSettings, optional
        With an `EmbeddingSettings`, what `compute_embeddings` computes.
    retention_days : int or mapping of str to int, optional
        As for `compute_measures`.
    reading : SparkReading, optional
    parts : int, optional
        Over how many parts connected parts of the graph are spread; by default
        ``spark.sql.shuffle.partitions``. A connected part is computed at once in the memory of one task; so
        are all measures that read payments or groups, and embeddings.

    Returns
    -------
    DataFrame
        Rows of the table `measures`, in no order: subject_id, measure, value, event_time, and with
        `retention_days` voided_time.

    Raises
    ------
    ParameterError, NameUnknownError
        As `compute_measures` does, or if a table cannot be read part by part.
    MissingExtraError
        If PySpark is not installed (extra ``spark``).
    """
    moments, settings = moments_of(dates), settings or GraphSettings()
    shortened(Retention.of(retention_days), longest_gap(moments) // DAY)
    kept, kinds = tables_checked(tables, reading)
    kept = {name: frame for name, frame in kept.items() if name in _OF_EVERYONE}
    jobs = _jobs(kept, settings, parts)
    ends = "" if retention_days is None else ", voided_time timestamp"
    subject = "string" if "text" in kinds.values() else "bigint"
    schema = f"subject_id {subject}, measure string, value double, event_time timestamp{ends}"
    found = []
    for job in jobs:
        types = {name: arrow_types(kept[name]) for name in job.rows}
        ask = partial(_measured, job.settings, tuple(moments), retention_days)
        packed = together(job.rows, types, job.parts)
        found.append(packed.mapInArrow(_GraphPart(types, reading, ask).measured, schema))
    return reduce(lambda a, b: a.union(b), found)


@dataclass(frozen=True, slots=True)
class _Job:
    """What is measured in parts of one kind.

    Attributes
    ----------
    settings : GraphSettings or EmbeddingSettings
        With the measures of this job alone.
    rows : mapping of str to DataFrame
        Of each table: the part, and the row as a struct.
    parts : int
    """

    settings: GraphSettings | EmbeddingSettings
    rows: Mapping[str, DataFrame]
    parts: int


def _jobs(
    tables: Mapping[str, DataFrame], settings: GraphSettings | EmbeddingSettings, parts: int | None
) -> list[_Job]:
    if isinstance(settings, EmbeddingSettings):
        check_embeds(tables["payments"].columns if "payments" in tables else ())
        return [_Job(settings, _in_one(tables), 1)]
    found = []
    there = measurable(settings.measures, {name: frame.columns for name, frame in tables.items()})
    of_ties = tuple(name for name in there if not is_of_everyone(name))
    shared = tuple(name for name in there if is_of_everyone(name))
    if "ties" in tables:
        _check_layers(tables["ties"], settings.without_layers)
    if of_ties:
        number = number_of_parts(parts, tables["ties"])
        rows = _by_connected_part(tables, settings, number)
        found.append(_Job(replace(settings, measures=of_ties), rows, number))
    if shared:
        found.append(_Job(replace(settings, measures=shared), _in_one(tables), 1))
    return found


def _check_layers(ties: DataFrame, without: Iterable[str]) -> None:
    """Refuse a layer that no tie has, as the measures do on one machine."""
    from pyspark.sql import functions as f

    named = sorted(set(without) - set(UNSOCIAL_LAYERS))
    if named:
        found = ties.select(f.col("layer").cast("string").alias("l")) if "layer" in ties.columns else None
        labels = [] if found is None else [row["l"] for row in found.distinct().dropna().collect()]
        for name in named:
            if name not in labels:
                raise NameUnknownError.among("layer", name, (*sorted(labels), *UNSOCIAL_LAYERS))


def _by_connected_part(
    tables: Mapping[str, DataFrame], settings: GraphSettings, parts: int
) -> dict[str, DataFrame]:
    """Send everybody to the part of whom their ties lead to; layers that never count lead nowhere."""
    from pyspark.sql import functions as f

    ties, without = tables["ties"], [*UNSOCIAL_LAYERS, *settings.without_layers]
    if "layer" in ties.columns:
        ties = ties.where(f.col("layer").isNull() | ~f.col("layer").cast("string").isin(without))
    links = [pairs_in(frame) for frame in (ties, tables.get(PERSONS)) if frame is not None]
    first = smallest_reached(reduce(lambda a, b: a.union(b), links))
    found = {}
    for name in _OF_TIES:
        if name in tables:
            owner = f.col(f"{ROW}.{CONTRACTS[name].owner}")
            keyed = with_key(as_rows(tables[name]), owner, first, "key")
            found[name] = keyed.select(part_of(f.col("key"), parts), ROW)
    return found


def _in_one(tables: Mapping[str, DataFrame]) -> dict[str, DataFrame]:
    """Send everybody to one part."""
    from pyspark.sql import functions as f

    return {name: as_rows(frame).select(f.lit(0).alias(PART), ROW) for name, frame in tables.items()}


@dataclass(frozen=True, slots=True)
class _GraphPart:
    """What is the same for every part: types of the columns, how tables are read, and what is asked."""

    types: Mapping[str, Mapping[str, Any]]
    reading: SparkReading
    ask: Callable[[Portfolio], Measures]

    def measured(self, batches: Iterable[Any]) -> Iterator[Any]:
        """Measure the people of one part; nothing for a part without any."""
        tables = opened(self.types, batches)
        if any(table.num_rows for table in tables.values()):
            yield from _as_arrow(self.ask(self.reading.portfolio(tables))).to_batches()


def _measured(
    settings: GraphSettings | EmbeddingSettings,
    moments: tuple[int, ...],
    retention_days: int | Mapping[str, int] | None,
    portfolio: Portfolio,
) -> Measures:
    limited = retention_days is not None
    if isinstance(settings, EmbeddingSettings):
        return replace(compute_embeddings(portfolio, moments, settings=settings), limited=limited)
    ties = portfolio.tables.get("ties")
    labels = () if ties is None else ties.vocabularies.get("layer", ())
    there = tuple(name for name in settings.without_layers if name in labels)
    here = replace(settings, without_layers=there)
    blocks = measures_by_date(portfolio, moments, here, 1, retention_days)
    every = tuple(block for of_date in blocks for block in of_date)
    return Measures(every, portfolio.people.labels, here, limited)


def _as_arrow(found: Measures) -> Any:
    """Write rows of the table `measures` as a table of Arrow, as `Measures.to_frame` has them."""
    import pyarrow as pa

    labels = np.asarray(found.subjects, np.int64 if isinstance(found.subjects, np.ndarray) else object)
    kind, at = pa.int64() if labels.dtype == np.int64 else pa.string(), pa.timestamp("us", "UTC")
    tables = []
    for block in found.blocks:
        size = len(block.values)
        columns = {
            "subject_id": pa.array(labels[block.people], kind),
            "measure": pa.repeat(block.measure, size),
            "value": pa.array(block.values, from_pandas=True),
            "event_time": pa.repeat(pa.scalar(block.moment, pa.int64()), size).cast(at),
        }
        if found.limited:
            ended = (block.until == NEVER) | np.isnan(block.values)
            until = pa.array(np.full(size, block.until, np.int64), mask=ended)
            columns["voided_time"] = until.cast(at)
        tables.append(pa.table(columns))
    return pa.concat_tables(tables) if tables else pa.table({})
