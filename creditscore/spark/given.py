"""What is given to a job on Spark: tables and applications of which every part can be read by itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from creditscore._ground.extras import needs
from creditscore.data.door.linking import OTHER_END
from creditscore.data.tables.contracts import APPLICATIONS, CONTRACTS, TableContract
from creditscore.errors import NameUnknownError, ParameterError
from creditscore.spark.reading import SparkReading

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

CALLER: Final = "creditscore.spark"
_WHOLE: Final = frozenset({"tinyint", "smallint", "int", "bigint"})
_PLAIN: Final = _WHOLE | {"string", "boolean", "float", "double", "date", "timestamp", "timestamp_ntz"}
_TIMES: Final = frozenset({"timestamp", "date"})
_IDS: Final = frozenset({"application_id", "loan_id", OTHER_END})


@dataclass(frozen=True, slots=True)
class Given:
    """Tables and applications that passed every check that needs no row.

    Attributes
    ----------
    tables : mapping of str to DataFrame
        In the order of the contracts.
    applications : DataFrame
    reading : SparkReading
    """

    tables: Mapping[str, DataFrame]
    applications: DataFrame
    reading: SparkReading

    @classmethod
    def checked(
        cls, tables: Mapping[str, DataFrame], applications: DataFrame, reading: SparkReading
    ) -> Given:
        """Refuse what cannot be read part by part as it would be read whole.

        Raises
        ------
        NameUnknownError
            If a table is none of the declared ones.
        ParameterError
            If something is no DataFrame of Spark, lacks a column that it must have, holds times as text, or
            names people by text here and by numbers there.
        MissingExtraError
            If PySpark is not installed (extra ``spark``).
        """
        kept, kinds = tables_checked(tables, reading)
        _check_frame("applications", applications)
        kinds["applications"] = _checked(APPLICATIONS, applications, reading)
        _check_one_kind(kinds)
        return cls(kept, applications, reading)


def tables_checked(
    tables: Mapping[str, DataFrame], reading: SparkReading
) -> tuple[dict[str, DataFrame], dict[str, str]]:
    """Refuse tables that cannot be read part by part, as `Given.checked` does.

    Returns
    -------
    tables : dict of str to DataFrame
        In the order of the contracts.
    kinds : dict of str to {"text", "numbers"}
        What the people of each are named by, which is the same for all.
    """
    with needs(CALLER, package="pyspark", extra="spark"):
        import pyspark.sql  # noqa: F401
    if not isinstance(tables, Mapping):
        raise ParameterError.must_be("tables", "a dict of DataFrames, by name of the table", tables)
    for name in tables:
        if name not in CONTRACTS:
            raise NameUnknownError.among("table", name, tuple(CONTRACTS))
    for name, frame in tables.items():
        _check_frame(name, frame)
    if "standings" in tables and not reading.privacy_file:
        raise ParameterError(
            "The table standings is given without the secret that protects it. Name the file that holds "
            "it on every executor: privacy_file='/etc/secrets/standings.key'."
        )
    kept = {name: tables[name] for name in CONTRACTS if name in tables}
    kinds = {name: _checked(CONTRACTS[name], frame, reading) for name, frame in kept.items()}
    _check_one_kind(kinds)
    return kept, kinds


def _check_frame(name: str, frame: object) -> None:
    from pyspark.sql import DataFrame

    if not isinstance(frame, DataFrame):
        raise ParameterError.must_be(name, "a DataFrame of Spark", type(frame).__name__)


def _check_one_kind(kinds: Mapping[str, str]) -> None:
    if len(set(kinds.values())) > 1:
        raise ParameterError(
            f"People are named by text and by whole numbers: {kinds}. Cast the ids to one of the two."
        )


def columns_of(frame: DataFrame) -> dict[str, str]:
    """Name the columns of a DataFrame, each with Spark's name of its type."""
    return {field.name: field.dataType.simpleString() for field in frame.schema.fields}


def _checked(contract: TableContract, frame: DataFrame, reading: SparkReading) -> str:
    """Check the columns of one table; return what its people are named by."""
    columns = columns_of(frame)
    named = f"{contract.name}."
    for name, column in contract.declared.items():
        if column.required and name not in columns:
            found = f"The column {named}{name} is required and missing."
            raise ParameterError(f"{found} Add it: {column.meaning}")
    for name, kind in columns.items():
        if kind not in _PLAIN and not kind.startswith("decimal"):
            raise ParameterError.must_be(named + name, "text, numbers, flags, dates or timestamps", kind)
        declared = contract.declared.get(name)
        is_time = declared is not None and declared.kind == "time"
        if kind == "timestamp_ntz" and not (reading.timezone and reading.midnight != "auto"):
            wanted = "a timestamp, or read with timezone= and with midnight= 'date' or 'instant'"
            raise ParameterError.must_be(named + name, wanted, kind)
        if is_time and kind not in _TIMES | {"timestamp_ntz"}:
            raise ParameterError.must_be(named + name, "a timestamp or a date: cast it", kind)
        if name in (contract.owner, *_IDS) and kind != "string" and kind not in _WHOLE:
            raise ParameterError.must_be(named + name, "text or whole numbers", kind)
    return "text" if columns[contract.owner] == "string" else "numbers"


def id_type(given: Given) -> str:
    """Return Spark's name of the type of ids of applications, as results have it."""
    return "string" if columns_of(given.applications)["application_id"] == "string" else "bigint"


def arrow_types(frame: DataFrame) -> dict[str, Any]:
    """Return the type in Arrow of each column of a DataFrame that was checked."""
    import pyarrow as pa

    plain = {
        "string": pa.string(), "boolean": pa.bool_(), "float": pa.float32(), "double": pa.float64(),
        "tinyint": pa.int8(), "smallint": pa.int16(), "int": pa.int32(), "bigint": pa.int64(),
        "date": pa.date32(), "timestamp": pa.timestamp("us", "UTC"), "timestamp_ntz": pa.timestamp("us"),
    }  # fmt: skip
    return {
        field.name: plain[kind]
        if (kind := field.dataType.simpleString()) in plain
        else pa.decimal128(field.dataType.precision, field.dataType.scale)  # type: ignore[attr-defined]
        for field in frame.schema.fields
    }
