"""Any dataframe to raw columns: the one module below the edges that knows dataframe libraries.

pandas (NumPy, nullable and pyarrow types), polars (eager and lazy), pyarrow, and whatever else narwhals
knows, become the same raw columns. NumPy-backed pandas columns are taken as they are, all others pass
through Arrow; neither copies numbers without gaps.
"""

from __future__ import annotations

from typing import Any

import narwhals as nw
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from narwhals.exceptions import DuplicateError
from numpy.typing import NDArray

from creditscore._ground.arrays import Int64
from creditscore._ground.instants import DAY, NEVER
from creditscore.data.door.raw import AWARE, DATE, NAIVE, RawColumn, RawTable
from creditscore.data.door.records import column_of, number_column
from creditscore.errors import ParameterError

_ONE_OF_EACH = "a dataframe with one column of each name"
_NAT = np.iinfo(np.int64).min
_TICKS_PER_MICRO = {"s": 1_000_000, "ms": 1_000, "us": 1}


def read_frame(name: str, frame: Any) -> RawTable:
    """Raw columns of a dataframe.

    Parameters
    ----------
    name : str
        The table, for messages.
    frame : dataframe
        pandas, polars (a lazy one is collected), pyarrow, or any other that narwhals knows.

    Returns
    -------
    RawTable

    Raises
    ------
    ParameterError
        If it is no dataframe, or two of its columns have one name.
    """
    if isinstance(frame, pa.RecordBatchReader):
        frame = frame.read_all()
    try:
        narrow = nw.from_native(_whole(frame))
    except TypeError:
        raise ParameterError.must_be(name, "a dataframe or a list of dicts", type(frame).__name__) from None
    except DuplicateError as error:
        raise ParameterError.must_be(name, _ONE_OF_EACH, str(error)) from None
    eager = narrow.collect() if isinstance(narrow, nw.LazyFrame) else narrow
    columns = list(eager.columns)
    if len(set(map(str, columns))) < len(columns):
        raise ParameterError.must_be(name, _ONE_OF_EACH, [str(column) for column in columns])
    return RawTable(len(eager), {str(column): _column(eager.get_column(column)) for column in columns})


def is_frame(given: Any) -> bool:
    """Whether something is a dataframe that `read_frame` reads."""
    try:
        known = nw.from_native(given, pass_through=True)
    except DuplicateError:
        return True
    return isinstance(known, nw.DataFrame | nw.LazyFrame | pa.RecordBatch) or _is_delta(given)


def names_in(frame: Any) -> list[Any]:
    """Names of the columns of a dataframe, as they are; those of pandas may be numbers."""
    narrow = nw.from_native(_whole(frame))
    return list(narrow.collect_schema() if isinstance(narrow, nw.LazyFrame) else narrow.columns)


def is_plain(frame: Any) -> bool:
    """Whether a dataframe is one of pandas whose columns are all of NumPy's numbers and booleans."""
    kinds = frame.dtypes if hasattr(frame, "iloc") else (None,)
    return len(kinds) > 0 and all(isinstance(kind, np.dtype) and kind.kind in "biuf" for kind in kinds)


def _whole(frame: Any) -> Any:
    if _is_delta(frame):
        return frame.to_pyarrow_table()
    return pa.Table.from_batches([frame]) if isinstance(frame, pa.RecordBatch) else frame


def _is_delta(frame: Any) -> bool:
    """Whether it is a table of Delta Lake; nothing is imported to find that out."""
    return type(frame).__module__.partition(".")[0] == "deltalake" and hasattr(frame, "to_pyarrow_table")


def declared_labels(frame: Any) -> dict[str, tuple[Any, ...] | None]:
    """Columns whose type says that they hold labels; with the labels in order, where that is declared too.

    Parameters
    ----------
    frame : dataframe
        As for `read_frame`.

    Returns
    -------
    dict of str to tuple, or None
        None where labels have no order. An enumeration of polars is a closed list, not an order.
    """
    narrow = nw.from_native(_whole(frame))
    found: dict[str, tuple[Any, ...] | None] = {}
    for name, dtype in narrow.collect_schema().items():
        if dtype in (nw.Categorical, nw.Enum):
            is_frame = isinstance(narrow, nw.DataFrame)
            found[str(name)] = _order_of(narrow.get_column(name).to_native()) if is_frame else None
    return found


def _order_of(native: Any) -> tuple[Any, ...] | None:
    if isinstance(native, pa.ChunkedArray):
        if not native.type.ordered:
            return None
        return tuple(_one_chunk(native.unify_dictionaries()).dictionary.to_pylist())
    dtype: Any = getattr(native, "dtype", None)
    return tuple(dtype.categories) if getattr(dtype, "ordered", False) else None


def _column(series: nw.Series[Any]) -> RawColumn:
    """Raw column of one that any library made; what has no form in Arrow is looked at value by value."""
    if series.dtype == nw.Object and not hasattr(series.to_native(), "isna"):
        return column_of(series.to_list())
    try:
        return _of_native(series)
    except (pa.ArrowException, ValueError, TypeError, RuntimeError, ArithmeticError):
        return column_of(series.to_list())


def _of_native(series: nw.Series[Any]) -> RawColumn:
    native = series.to_native()
    dtype = getattr(native, "dtype", None)
    if hasattr(dtype, "subtype") and hasattr(native, "sparse"):
        native = native.sparse.to_dense()
        dtype = native.dtype
    if str(dtype).startswith("period["):
        return column_of(native.tolist())  # to Arrow it would be a whole number
    if isinstance(dtype, np.dtype):
        return _from_numpy(native.to_numpy(), native)
    if getattr(dtype, "tz", None) is not None:  # pandas' own times with a zone: UTC inside, whatever the zone
        instants = native.to_numpy(dtype=f"M8[{getattr(dtype, 'unit', 'ns')}]").astype("M8[us]", copy=False)
        return _times(instants.view(np.int64), AWARE)
    return _from_arrow(native if isinstance(native, pa.ChunkedArray) else series.to_arrow())


def _from_numpy(values: NDArray[Any], native: Any) -> RawColumn:
    """Raw column of a NumPy-backed one."""
    kind = values.dtype.kind
    if kind == "f":
        return number_column(values.astype(np.float64, copy=False))
    if kind == "b":
        return RawColumn("flag", values.astype(np.int64))
    if kind in "iu":
        fits = values.dtype != np.uint64 or not len(values) or int(values.max()) <= np.iinfo(np.int64).max
        whole = values.astype(np.int64, copy=False)
        return RawColumn("integer", whole) if fits else RawColumn("object", values.tolist())
    if kind == "M":
        micros = values.astype("M8[us]", copy=False).view(np.int64)
        return _times(micros, NAIVE)
    gaps = native.isna().to_numpy()
    return column_of(
        [None if gap else value for value, gap in zip(native.tolist(), gaps.tolist(), strict=True)]
    )


def _times(micros: Int64, form: int) -> RawColumn:
    """Raw column of times; one of nothing but gaps says nothing about what it holds."""
    missing = micros == _NAT
    if missing.size and missing.all():
        return RawColumn("empty", None)
    return RawColumn("time", np.where(missing, NEVER, micros) if missing.any() else micros, form=form)


def _from_arrow(column: Any) -> RawColumn:
    """Raw column of an Arrow array, chunked or not."""
    array = _one_chunk(column) if isinstance(column, pa.ChunkedArray) else column
    kind = array.type
    if pa.types.is_null(kind) or (len(array) and array.null_count == len(array)):
        return RawColumn("empty", None)
    if pa.types.is_boolean(kind):
        return _integers("flag", array.cast(pa.int8()))
    if pa.types.is_integer(kind):
        return _integers("integer", array)
    if pa.types.is_floating(kind) or pa.types.is_decimal(kind):
        whole = pa.types.is_decimal(kind) and kind.scale == 0
        return (
            _integers("integer", array) if whole else number_column(_numpy(array.cast(pa.float64()), np.nan))
        )
    if pa.types.is_timestamp(kind):
        return RawColumn("time", _timestamps(array), form=NAIVE if kind.tz is None else AWARE)
    if pa.types.is_date(kind):
        days = _numpy(array.cast(pa.date32()).cast(pa.int32()).cast(pa.int64()), NEVER)
        return RawColumn("time", np.where(days == NEVER, NEVER, days * DAY), form=DATE)
    if _is_text(kind):
        return _texts(array)
    if pa.types.is_dictionary(kind):
        return _from_arrow(array.cast(kind.value_type))
    return column_of(array.to_pylist())


def _one_chunk(column: Any) -> Any:
    """One Arrow array of a chunked one; without a copy where there is but one chunk."""
    if column.num_chunks == 1:
        return column.chunk(0)
    return pa.concat_arrays(column.chunks) if column.num_chunks else pa.array([], type=column.type)


def _is_text(kind: Any) -> bool:
    if pa.types.is_dictionary(kind):
        return _is_text(kind.value_type)
    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_string_view(kind))


def _numpy(array: Any, missing: float | int) -> NDArray[Any]:
    """NumPy values of an Arrow array of numbers, without a copy where nothing is missing.

    Arrow's own `to_numpy` would import pandas.
    """
    filled = pc.fill_null(array, missing) if array.null_count else array
    kind = np.dtype(filled.type.to_pandas_dtype())
    if not len(filled):
        return np.empty(0, kind)
    if kind == np.bool_:
        return _numpy(filled.cast(pa.uint8()), 0).view(np.bool_)
    return np.frombuffer(filled.buffers()[1], kind, len(filled), filled.offset * kind.itemsize)


def _integers(kind: Any, array: Any) -> RawColumn:
    try:
        whole = array.cast(pa.int64())
    except pa.ArrowInvalid:
        return RawColumn("object", array.to_pylist())
    missing = _numpy(pc.is_null(array), 0) if array.null_count else None
    return RawColumn(kind, _numpy(whole, 0), missing=missing)


def _timestamps(array: Any) -> Int64:
    """Microseconds of timestamps of any resolution; finer ones are cut off."""
    unit = array.type.unit
    ticks: Int64 = _numpy(array.cast(pa.int64()), NEVER)
    if unit == "us":
        return ticks
    micros = ticks // 1_000 if unit == "ns" else ticks * _TICKS_PER_MICRO[unit]
    return np.where(ticks == NEVER, NEVER, micros) if array.null_count else micros


def _texts(array: Any) -> RawColumn:
    coded = array if pa.types.is_dictionary(array.type) else array.cast(pa.large_string()).dictionary_encode()
    codes = _numpy(coded.indices.cast(pa.int32()), -1)
    labels = coded.dictionary.to_pylist()
    if None in labels:
        named = np.array([label is not None for label in labels])
        codes = np.where((codes >= 0) & named[codes], codes, np.int32(-1))
        labels = ["" if label is None else label for label in labels]
    return RawColumn("text", codes, labels=labels)
