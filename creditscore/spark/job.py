"""What an executor does with one part: read its tables as a portfolio and ask the model.

Executors import `creditscore.scoring` and what stands below it; the model comes as the texts of its parts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache, partial, reduce
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from creditscore.data.applications import Applications
from creditscore.data.portfolio import Portfolio
from creditscore.data.tables.contracts import APPLICATIONS
from creditscore.errors import ParameterError
from creditscore.scoring.loading import Parts, model_of
from creditscore.scoring.model import HasModel, Scoring, ScoringModel
from creditscore.spark.given import Given, arrow_types
from creditscore.spark.packing import SCHEMA, opened, pack
from creditscore.spark.parting import ASKED, PART, parted
from creditscore.spark.reading import SparkReading

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

_PARTS: Final = 200

Asking = Callable[[Applications, Portfolio], Any]


@dataclass(frozen=True, slots=True)
class ModelTexts:
    """A model folder on its way: the parts that scoring needs, as they were checked against the manifest."""

    folder: str
    format: int
    model_id: str
    files: tuple[tuple[str, str], ...]
    texts: tuple[tuple[str, str], ...]

    @classmethod
    def of(cls, parts: Parts) -> ModelTexts:
        """Take from a folder what scoring needs."""
        needless = {"held_out.json", "recipe.json", "report.json"}
        texts = tuple((name, text) for name, text in parts.texts.items() if name not in needless)
        return cls(str(parts.folder), parts.format, parts.model_id, tuple(parts.files.items()), texts)


class OneThread(Scoring):
    """A model that computes on one thread, since Spark has a task on each processor."""

    __slots__ = ("_saved",)

    def __init__(self, saved: HasModel) -> None:
        self._saved = saved

    @property
    def _threads(self) -> int | None:
        return 1


@lru_cache(maxsize=2)
def model_from(texts: ModelTexts) -> ScoringModel:
    """Build a model, once in each process of an executor."""
    parts = Parts(
        Path(texts.folder), texts.format, texts.model_id, dict(texts.files), dict(texts.texts)
    )
    return model_of(parts)


@dataclass(frozen=True, slots=True)
class Part:
    """What is the same for every part of a job.

    Attributes
    ----------
    types : mapping of str to mapping of str to pyarrow.DataType
        Of each column of each table, the applications among them.
    reading : SparkReading
    ask : callable
        From applications and portfolio to a table of Arrow.
    """

    types: Mapping[str, Mapping[str, Any]]
    reading: SparkReading
    ask: Asking

    def answered(self, batches: Iterable[Any]) -> Iterator[Any]:
        """Answer for the applications of one part; nothing for a part without any."""
        tables = opened(self.types, batches)
        asked, again = tables.pop("applications"), tables.pop(ASKED)
        _check_same(asked.column(APPLICATIONS.owner), again.column(APPLICATIONS.owner))
        portfolio = self.reading.portfolio(tables)  # it refuses rows that name nobody
        if asked.num_rows:
            yield from self.ask(self.reading.applications(asked), portfolio).to_batches()


def _check_same(ids: Any, again: Any) -> None:
    """Refuse applications that were others when the rows of their applicants were sought."""
    if {str(one) for one in ids.to_pylist() if one is not None} - set(again.to_pylist()):
        raise ParameterError(
            "The applications were others each time that Spark computed them, as a limit after a shuffle is: "
            "write them first, and give what was written."
        )


def number_of_parts(parts: int | None, frame: DataFrame) -> int:
    """Return into how many parts people go: as many as Spark shuffles into, where nothing is said.

    Where Spark is left to choose (``auto``, as Databricks has it), so many as Spark has by default.
    """
    if parts is None:
        said = str(frame.sparkSession.conf.get("spark.sql.shuffle.partitions", ""))
        return int(said) if said.isdigit() and int(said) else _PARTS
    if not isinstance(parts, int) or isinstance(parts, bool) or parts < 1:
        raise ParameterError.must_be("parts", "1 or more", parts)
    return parts


def run(given: Given, ask: Asking, schema: str, parts: int) -> DataFrame:
    """Move the rows of each part together and ask for it; Spark does so once the result is asked for.

    Parameters
    ----------
    given : Given
    ask : callable
        From applications and portfolio to a table of Arrow; it travels to the executors.
    schema : str
        Of that table, as Spark writes it.
    parts : int
    """
    import pyarrow as pa

    frames = {**given.tables, "applications": given.applications}
    types = {name: arrow_types(frame) for name, frame in frames.items()}
    types[ASKED] = {APPLICATIONS.owner: pa.string()}
    return together(parted(given, parts), types, parts).mapInArrow(
        Part(types, given.reading, ask).answered, schema
    )


def together(
    rows: Mapping[str, DataFrame], types: Mapping[str, Mapping[str, Any]], parts: int
) -> DataFrame:
    """Pack the rows of all tables and shuffle them once, so that each partition is a part.

    Parameters
    ----------
    rows : mapping of str to DataFrame
        Of each table: the part, and the row as a struct.
    types : mapping of str to mapping of str to pyarrow.DataType
        Of each column of each table.
    parts : int

    Returns
    -------
    DataFrame
        As `creditscore.spark.packing.SCHEMA` says.
    """
    packed = [one.mapInArrow(partial(pack, name, types[name]), SCHEMA) for name, one in rows.items()]
    return reduce(lambda a, b: a.union(b), packed).repartitionById(parts, PART)
