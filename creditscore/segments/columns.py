"""Columns as segments read them: numbers, or texts with None for what is missing."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from creditscore._ground.instants import NEVER
from creditscore.data.door.raw import RawColumn
from creditscore.errors import NameUnknownError, ParameterError

Plain = NDArray[np.float64] | NDArray[np.object_]
_MONTHS_OF_A_QUARTER: Final = 3


def segment_columns(rows: Any, only: Collection[str] | None = None) -> dict[str, Plain]:
    """Bring a dataframe, or a mapping of arrays, to the columns that segments read.

    Parameters
    ----------
    rows : dataframe or mapping of str to array-like, shape (n,)
        pandas, polars, pyarrow or whatever else narwhals knows, or arrays by name.
    only : collection of str, optional
        Names of the columns to bring; others may then hold anything. Default: all.

    Returns
    -------
    dict of str to ndarray, each of shape (n,)
        Numbers and truths as float64 (NaN is missing), texts as objects (None is missing). A column of times
        named ``as_of`` becomes the texts ``as_of_month``, such as ``"2026-03"``, and ``as_of_quarter``, such
        as ``"2026-Q1"``; times with a zone are read in UTC.

    Raises
    ------
    NameUnknownError
        If there is no column of a name in `only`.
    ParameterError
        If a column holds something else, or columns differ in length.

    Examples
    --------
    >>> asked = np.array(["2026-02-03", "NaT"], "datetime64[D]")
    >>> columns = segment_columns({"as_of": asked, "level": [1, 2]})
    >>> columns["as_of_quarter"].tolist(), columns["level"].tolist()
    (['2026-Q1', None], [1.0, 2.0])
    """
    found: dict[str, Plain] = {}
    names: list[str] = []
    for name, values in _given(rows):
        mine = [f"{name}_month", f"{name}_quarter"] if _is_time(values) else [name]
        names += mine
        if only is None or set(mine) & set(only):
            found.update(_brought(name, values))
    for name in sorted(only or ()):
        if name not in names:
            raise NameUnknownError.among("column of the rows", name, names)
    if len({values.shape for values in found.values()}) > 1:
        sizes = {name: len(values) for name, values in found.items()}
        raise ParameterError.must_be("rows", "of columns of one length", sizes)
    return found


def _given(rows: Any) -> Iterator[tuple[str, NDArray[Any] | RawColumn]]:
    from creditscore.data.door.frames import is_frame, read_frame  # scoring plain records needs no dataframes

    if isinstance(rows, Mapping):
        yield from ((str(name), np.asarray(values)) for name, values in rows.items())
    elif is_frame(rows):
        table = read_frame("rows", rows)
        nothing = np.full(table.n_rows, None, dtype=object)
        for name, column in table.columns.items():
            yield str(name), nothing if column.kind == "empty" else column
    else:
        raise ParameterError.must_be("rows", "a dataframe, or arrays by name", type(rows).__name__)


def _is_time(values: NDArray[Any] | RawColumn) -> bool:
    return values.kind == "time" if isinstance(values, RawColumn) else values.dtype.kind == "M"


def plain_column(values: NDArray[Any], name: str) -> Plain:
    """Numbers and truths of shape (n,) as float64, all else as texts with None for what is missing.

    Raises
    ------
    ParameterError
        If a value is none of these, or the array has not one dimension.
    """
    if values.ndim != 1:
        raise ParameterError(f"The column {name!r} must have one dimension. Got {values.ndim}.")
    if values.dtype.kind in "biuf":
        return values.astype(np.float64)
    listed = [None if _absent(one) else one for one in values.tolist()]
    if any(one is not None for one in listed) and all(
        one is None or isinstance(one, bool | int | float) for one in listed
    ):
        return np.array([np.nan if one is None else float(one) for one in listed])
    strange = [one for one in listed if not (one is None or isinstance(one, str))]
    if strange:
        raise ParameterError(
            f"The column {name!r} holds a {type(strange[0]).__name__}; a segment reads numbers, texts and "
            "truths. Turn it into one of these."
        )
    return np.array(listed, dtype=object)


def _absent(value: Any) -> bool:
    """None, NaN, NaT, and the NA of pandas, which compares with nothing, itself included."""
    try:
        return value is None or bool(value != value)
    except TypeError:
        return True


def _brought(name: str, values: NDArray[Any] | RawColumn) -> dict[str, Plain]:
    if not isinstance(values, RawColumn):
        if values.dtype.kind == "M":
            return _periods(name, values.astype("datetime64[us]"))
        return {name: plain_column(values, name)}
    if values.kind == "time":
        micros = np.asarray(values.data, np.int64)
        times = micros.astype("datetime64[us]")
        times[micros == NEVER] = np.datetime64("NaT")
        return _periods(name, times)
    return {name: _of_raw(name, values)}


def _of_raw(name: str, column: RawColumn) -> Plain:
    if column.kind == "text" and column.labels is not None:
        texts: Plain = np.array([*column.labels, None], dtype=object)[column.data]
        return texts
    if column.kind in ("flag", "integer", "number"):
        numbers = np.asarray(column.data).astype(np.float64)
        if column.missing is not None:
            numbers[column.missing] = np.nan
        return numbers
    return plain_column(np.array(list(column.data), dtype=object), name)


def _periods(name: str, times: NDArray[Any]) -> dict[str, Plain]:
    distinct, position = np.unique(times.astype("datetime64[M]"), return_inverse=True)
    months = [None if np.isnat(one) else str(one) for one in distinct]
    quarters = [None if month is None else _quarter(month) for month in months]
    return {
        f"{name}_month": np.array(months, dtype=object)[position],
        f"{name}_quarter": np.array(quarters, dtype=object)[position],
    }


def _quarter(month: str) -> str:
    year, _, number = month.rpartition("-")
    return f"{year}-Q{(int(number) - 1) // _MONTHS_OF_A_QUARTER + 1}"
