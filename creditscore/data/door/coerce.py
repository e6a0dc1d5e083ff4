"""Raw columns become typed ones: numbers, instants, and codes with sorted labels."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime
from functools import partial
from itertools import repeat
from typing import Any, Final

import numpy as np

from creditscore._ground.arrays import Float64, Int8, Int32, Int64
from creditscore._ground.instants import NEVER
from creditscore.data.door.clock import instants_of, parse_iso, reading_of
from creditscore.data.door.draft import Coded, Draft, Timed
from creditscore.data.door.labels import is_blank, screened
from creditscore.data.door.moments import resolve
from creditscore.data.door.raw import AWARE, RawColumn, RawKind
from creditscore.data.door.reading import PLAIN, Reading
from creditscore.data.door.written import parse_number, parse_written
from creditscore.data.tables.ordering import factorise, scan_numbers

_HOLDS: dict[RawKind, str] = {
    "flag": "true/false values",
    "integer": "whole numbers",
    "number": "numbers with fractions, or too large to be exact",
    "text": "text",
    "time": "times",
    "object": "values of several types",
}
# Stands for a label that a closed column may not hold, while -1 is a missing one.
_UNLISTED: Final = -2
_TOO_LARGE: Final = 1 << 1000
_EXACT: Final = 2.0**53


def _wrong_type(draft: Draft, name: str, wanted: str, raw: RawColumn, remedy: str) -> None:
    draft.problem(name, f"must hold {wanted}, holds {_HOLDS[raw.kind]}", remedy)


def to_numbers(draft: Draft, name: str, raw: RawColumn, reading: Reading = PLAIN) -> Float64 | None:
    """Typed numbers of shape (n_rows,), NaN = missing; None where the whole column is of another type."""
    if raw.kind == "empty":
        return np.full(draft.n_rows, np.nan)
    texts = raw.texts() if raw.kind == "text" else None
    if texts is not None and reading.digits == "any":
        values = _numbers_one_by_one(draft, name, texts, parse_number)
    elif texts is not None and all(text is None or is_blank(text) for text in texts):
        return np.full(draft.n_rows, np.nan)
    elif raw.kind in {"text", "time"}:
        _wrong_type(draft, name, "numbers", raw, "Convert it to numbers.")
        return None
    elif raw.kind == "object":
        values = _numbers_one_by_one(draft, name, raw.data, _no_number)
    else:
        values = raw.data if raw.kind == "number" else raw.data.astype(np.float64)
    if raw.missing is not None:
        values[raw.missing] = np.nan
    _, infinite, minus_zero = scan_numbers(values)
    if infinite:
        draft.fault(name, "must be finite", np.isinf(values), "Give the true number, or leave it missing.")
    return values + 0.0 if minus_zero else values


def _numbers_one_by_one(
    draft: Draft, name: str, values: Sequence[Any], read: Callable[[str], float | None]
) -> Float64:
    numbers = np.full(draft.n_rows, np.nan)
    bad = []
    for row, value in enumerate(values):
        if value is None or (isinstance(value, str) and is_blank(value)):
            continue
        number = read(value) if isinstance(value, str) else value
        if isinstance(number, int | float) and abs(number) < _TOO_LARGE:
            numbers[row] = number
        else:
            bad.append(row)
    draft.fault(name, "must be a number", np.array(bad, dtype=np.int64), "Convert it to a number.")
    return numbers


def _no_number(text: str) -> None:
    """Read no number from text: one that stands among numbers is a mistake."""
    del text


def to_times(draft: Draft, name: str, raw: RawColumn, reading: Reading = PLAIN) -> Timed | None:
    """Typed instants; None where the column as a whole holds no times."""
    if raw.kind == "empty":
        never = np.full(draft.n_rows, NEVER, dtype=np.int64)
        return Timed(never, never)
    if raw.kind in {"flag", "integer", "number"}:
        remedy = "Convert it first, for instance with pandas.to_datetime(column, unit='s', utc=True)."
        _wrong_type(draft, name, "times", raw, remedy)
        return None
    if raw.kind == "time":
        return resolve(draft, name, raw.data, raw.form, reading)
    if raw.kind == "text" and raw.labels is not None:
        wall, form, bad = _parse_texts(raw.labels, reading)
        gap = raw.data < 0
        wall, form, bad = (
            np.append(part, end)[raw.data] for part, end in ((wall, NEVER), (form, AWARE), (bad, False))
        )
        bad &= ~gap
    elif raw.kind == "text":
        wall, form, bad = _parse_texts(raw.data, reading)
    else:
        wall, form, bad = _readings(raw.data, partial(_reading_of_any, reading=reading))
    if reading.calendar == "jalali":
        draft.fault(name, "must be a date of the Solar Hijri calendar", bad, "Write it as '1403-03-12'.")
    else:
        draft.fault(name, "must be an ISO 8601 time", bad, "Write it as '2024-05-31T12:30:00+01:00'.")
    return resolve(draft, name, wall, AWARE if (form == AWARE).all() else form, reading)


def _parse_texts(texts: Sequence[str | None], reading: Reading) -> tuple[Int64, Any, Any]:
    """Clock readings, forms and failures of ISO texts; the common case, all aware, without a look at each."""
    if not reading.is_plain:
        return _readings(texts, partial(parse_written, reading=reading))
    try:
        moments = list(map(datetime.fromisoformat, texts))  # type: ignore[arg-type]
        data = instants_of(moments)
    except (TypeError, ValueError):
        return _readings(texts, parse_iso)
    return data, np.full(len(data), AWARE, dtype=np.int8), np.zeros(len(data), dtype=np.bool_)


def _readings(
    values: Sequence[Any], read: Callable[[Any], tuple[int, int] | None]
) -> tuple[Int64, Int8, Any]:
    missing = (NEVER, AWARE)
    readings = [missing if value is None or _is_blank_text(value) else read(value) for value in values]
    bad = np.array([reading is None for reading in readings], dtype=np.bool_)
    table = np.array([reading or missing for reading in readings], dtype=np.int64).reshape(-1, 2)
    return table[:, 0].copy(), table[:, 1].astype(np.int8), bad


def _is_blank_text(value: object) -> bool:
    return isinstance(value, str) and is_blank(value)


def _reading_of_any(value: Any, reading: Reading) -> tuple[int, int] | None:
    if isinstance(value, str):
        return parse_iso(value) if reading.is_plain else parse_written(value, reading)
    return reading_of(value) if isinstance(value, date) else None


def to_codes(draft: Draft, name: str, raw: RawColumn, *, as_text: bool = False) -> Coded | None:
    """Typed codes of an id or an open label column; None where the column as a whole cannot be one.

    With `as_text`, whole numbers become text (labels), otherwise they stay numbers (ids).
    """
    if raw.kind == "empty":
        return Coded(np.full(draft.n_rows, -1, dtype=np.int32), ())
    if raw.kind == "text":
        coded = _code_texts(raw.data) if raw.labels is None else _sort_labels(raw.data, raw.labels)
        return screened(draft, name, coded, as_id=not as_text)
    if raw.kind == "number":
        raw = _whole(raw)
    if raw.kind == "integer":
        coded = _code_integers(raw)
        return _sort_labels(coded.codes, [str(label) for label in coded.labels]) if as_text else coded
    if raw.kind == "object":
        return _code_objects(draft, name, raw, as_text=as_text)
    remedy = "Use text or whole numbers; pandas keeps long whole numbers with gaps only in its 'Int64' type."
    _wrong_type(draft, name, "text" if as_text else "ids (text or whole numbers)", raw, remedy)
    return None


def _code_objects(draft: Draft, name: str, raw: RawColumn, *, as_text: bool) -> Coded | None:
    values = [None if _is_blank_text(value) else value for value in raw.data]
    kinds = {type(value) for value in values} & {int, str}
    if kinds == {int, str} and not as_text:
        draft.problem(name, "must not mix text and whole numbers", "Bring all ids to one type.")
        return None
    fits = (str,) if as_text or str in kinds else (int,)
    bad = np.array([value is not None and type(value) not in fits for value in values])
    draft.fault(name, "must be text" if as_text else "must be an id", bad, "Use text or whole numbers.")
    kept = [None if wrong else value for value, wrong in zip(values, bad, strict=True)]
    if fits == (int,) and kinds:
        draft.problem(name, "must be an id that fits 64 bits", "Use text for longer numbers.")
        return None
    return screened(draft, name, _code_texts(kept), as_id=not as_text)


def _whole(raw: RawColumn) -> RawColumn:
    """Whole numbers that came as floats because of their gaps, as whole numbers; others as they are."""
    gaps = np.isnan(raw.data)
    kept = np.where(gaps, 0.0, raw.data)
    if (np.abs(kept) >= _EXACT).any() or (kept != np.rint(kept)).any():
        return raw
    return RawColumn("integer", kept.astype(np.int64), missing=gaps if gaps.any() else None)


def _code_integers(raw: RawColumn) -> Coded:
    if raw.missing is None or not raw.missing.any():
        return Coded(*factorise(raw.data))
    codes = np.full(len(raw.data), -1, dtype=np.int32)
    present = ~raw.missing
    codes[present], distinct = factorise(raw.data[present])
    return Coded(codes, distinct)


def _code_texts(texts: Sequence[str | None]) -> Coded:
    distinct = set(texts)
    distinct.discard(None)
    labels = tuple(sorted(distinct))  # type: ignore[type-var]
    if len(labels) == 1 and None not in texts:
        return Coded(np.zeros(len(texts), dtype=np.int32), labels)  # type: ignore[arg-type]
    code_of = dict(zip(labels, range(len(labels)), strict=True))
    codes = np.fromiter(map(code_of.get, texts, repeat(-1)), dtype=np.int32, count=len(texts))
    return Coded(codes, labels)  # type: ignore[arg-type]


def _sort_labels(codes: Int32, labels: Sequence[str]) -> Coded:
    """Drop labels that no row uses and renumber the others in sorted order."""
    used = (
        np.bincount(codes[codes >= 0] if codes.size and codes.min() < 0 else codes, minlength=len(labels)) > 0
    )
    kept = sorted({labels[code] for code in np.flatnonzero(used).tolist()})
    rank_of = dict(zip(kept, range(len(kept)), strict=True))
    rank = np.full(len(labels) + 1, -1, dtype=np.int32)
    for code in np.flatnonzero(used).tolist():
        rank[code] = rank_of[labels[code]]
    if np.array_equal(rank[:-1], np.arange(len(labels))):
        return Coded(codes, tuple(kept))
    return Coded(rank[codes], tuple(kept))


def to_closed_codes(draft: Draft, name: str, raw: RawColumn, vocabulary: tuple[str, ...]) -> Coded | None:
    """Typed codes of a closed label column, in the order of its vocabulary."""
    coded = to_codes(draft, name, raw, as_text=True)
    if coded is None:
        return None
    position = {label: code for code, label in enumerate(vocabulary)}
    unknown = [str(label) for label in coded.labels if label not in position]
    rank = np.array([*(position.get(str(label), _UNLISTED) for label in coded.labels), -1], dtype=np.int32)
    codes = rank[coded.codes]
    if unknown:
        shown = ", ".join(map(repr, unknown[:5]))
        draft.fault(
            name, f"unknown label(s) {shown}", codes == _UNLISTED, f"Known labels: {', '.join(vocabulary)}."
        )
        codes[codes == _UNLISTED] = -1
    return Coded(codes, vocabulary)
