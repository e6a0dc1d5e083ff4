"""A segment: a name and who is meant by it."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray

from creditscore._ground.asked import checked_each, path_of
from creditscore._ground.canonical import read_json
from creditscore._ground.files import read_bounded, write_whole
from creditscore.errors import ArtefactError, NameUnknownError, ParameterError
from creditscore.segments.columns import plain_column
from creditscore.segments.language import Compared, Condition, Joined, Not, columns_of, parse, written

Flags = NDArray[np.bool_]
_NAME: Final = re.compile(r"[^\W\d]\w{0,99}")
_REFRESH: Final = re.compile(r"[1-9]\d{0,3}[hdm]")
_FORM: Final = "creditscore.segments/1"
_MOST_BYTES: Final = 1 << 24


@dataclass(frozen=True, slots=True, eq=False)
class Membership:
    """Who is in a segment, and of whom that cannot be said.

    Attributes
    ----------
    inside : ndarray of bool, shape (n,)
        Whether the condition holds.
    unknown : ndarray of bool, shape (n,)
        Whether a missing value leaves that open; such a row is not inside.
    """

    inside: Flags
    unknown: Flags


@dataclass(frozen=True, slots=True)
class Segment:
    """People who meet a condition.

    A comparison with a missing value is neither true nor false: it leaves open whether the row belongs (three
    values of truth, Kleene 1938), so that ``not`` never counts in those of whom nothing is known.

    Parameters
    ----------
    name : str
        An identifier.
    where : str
        The condition; see `creditscore.segments.language.parse`.
    refresh : str, default "1d"
        How often it is looked at anew: hours, days or months, like ``"6h"``, ``"7d"``, ``"1m"``.

    Examples
    --------
    >>> young = Segment("young_digital", "age_band == '18-25' and digital_share > 0.6")
    >>> found = young.of({"age_band": ["18-25", "18-25", None], "digital_share": [0.9, np.nan, 0.1]})
    >>> found.inside.tolist(), found.unknown.tolist()
    ([True, False, False], [False, True, False])
    """

    name: str
    where: str
    refresh: str = "1d"
    condition: Condition = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        if not isinstance(self.name, str) or not _NAME.fullmatch(self.name):
            raise ParameterError.must_be("name", "an identifier, like 'young_digital'", self.name)
        if not isinstance(self.refresh, str) or not _REFRESH.fullmatch(self.refresh):
            raise ParameterError.must_be("refresh", "hours, days or months, like '7d'", self.refresh)
        object.__setattr__(self, "condition", parse(self.where))

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that it reads, sorted."""
        return columns_of(self.condition)

    def of(self, columns: Mapping[str, ArrayLike]) -> Membership:
        """Find who is in the segment.

        Parameters
        ----------
        columns : mapping of str to array-like, shape (n,)
            Numbers (NaN is missing), texts (None is missing) or truths.

        Returns
        -------
        Membership

        Raises
        ------
        NameUnknownError
            If a column is not given.
        ParameterError
            If numbers are compared with a text, texts with a number, or columns differ in length.
        """
        holds, unknown = _holding(self.condition, columns, {})
        return Membership(holds & ~unknown, unknown)

    def to_dict(self) -> dict[str, str]:
        """Write the segment as plain data, its condition in one form."""
        return {"name": self.name, "where": written(self.condition), "refresh": self.refresh}

    @classmethod
    def from_dict(cls, stored: Mapping[str, Any]) -> Self:
        """Read what `to_dict` wrote."""
        if not isinstance(stored, Mapping) or set(stored) != {"name", "where", "refresh"}:
            raise ArtefactError(f"A segment has a name, where and refresh. Got {stored!r:.200}.")
        return cls(**stored)


def save_segments(segments: tuple[Segment, ...] | list[Segment], path: str | Path) -> None:
    """Write segments to a JSON file, whole or not at all.

    Raises
    ------
    ParameterError
        If two segments share a name.
    """
    file = path_of("path", path)
    segments = checked_each("segments", segments, Segment, "a sequence of Segments")
    names = [segment.name for segment in segments]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise ParameterError.must_be("segments", "of different names", twice)
    stored = {"form": _FORM, "segments": [segment.to_dict() for segment in segments]}
    text = json.dumps(stored, indent=2, ensure_ascii=False) + "\n"
    write_whole(file, text.encode("utf-8"))


def load_segments(path: str | Path) -> tuple[Segment, ...]:
    """Read what `save_segments` wrote.

    Raises
    ------
    ArtefactError
        If the file is of another form, or damaged.
    """
    file = path_of("path", path)
    stored = read_json(read_bounded(file, _MOST_BYTES), file.name)
    if not isinstance(stored, dict) or stored.get("form") != _FORM or set(stored) != {"form", "segments"}:
        raise ArtefactError(f"{file.name} holds no segments of the form {_FORM}.")
    if not isinstance(stored["segments"], list):
        raise ArtefactError(f"The segments of {file.name} are no list. Save them anew.")
    return tuple(Segment.from_dict(one) for one in stored["segments"])


def _holding(
    condition: Condition, columns: Mapping[str, ArrayLike], seen: dict[str, NDArray[Any]]
) -> tuple[Flags, Flags]:
    """Say where a condition holds, and where that is unknown; of an unknown row the first means nothing."""
    if isinstance(condition, Not):
        holds, unknown = _holding(condition.part, columns, seen)
        return ~holds, unknown
    if isinstance(condition, Joined):
        parts = [_holding(part, columns, seen) for part in condition.parts]
        certain = condition.word == "or"
        decided = np.logical_or.reduce([(holds == certain) & ~unknown for holds, unknown in parts])
        left_open = np.logical_or.reduce([unknown for _, unknown in parts]) & ~decided
        return (decided if certain else ~decided), left_open
    return _compared(condition, _column(condition, columns, seen))


def _column(
    compared: Compared, columns: Mapping[str, ArrayLike], seen: dict[str, NDArray[Any]]
) -> NDArray[Any]:
    name = compared.column
    if name not in columns:
        raise NameUnknownError.among("column of a segment", name, tuple(columns))
    if name not in seen:
        seen[name] = plain_column(np.asarray(columns[name]), name)
        if any(other.shape != seen[name].shape for other in seen.values()):
            raise ParameterError(f"The column {name!r} has another number of rows than the others.")
    return seen[name]


def _compared(compared: Compared, values: NDArray[Any]) -> tuple[Flags, Flags]:
    texts = values.dtype == object
    missing = np.array([one is None for one in values.tolist()], np.bool_) if texts else np.isnan(values)
    known = np.zeros(values.shape, np.bool_)
    if compared.comparison in ("missing", "known"):
        return (missing if compared.comparison == "missing" else ~missing), known
    if missing.size and missing.all():  # gaps alone are of no kind that a value could be wrong for
        return known, missing
    if any(isinstance(value, str) != texts for value in compared.values):
        kind, other = ("texts", "a number") if texts else ("numbers", "a text")
        raise ParameterError(
            f"The column {compared.column!r} holds {kind} and is compared with {other}: "
            f"{compared.values[0]!r}. Compare it with its own kind."
        )
    if compared.comparison in ("in", "not in", "==", "!="):
        inside = _among(values, compared.values, texts=bool(texts))
        return (inside if compared.comparison in ("in", "==") else ~inside), missing
    return _ordered(compared, values, texts=bool(texts)), missing


def _among(values: NDArray[Any], listed: tuple[Any, ...], *, texts: bool) -> Flags:
    if not texts:
        return np.isin(values, [float(one) for one in listed])
    wanted = frozenset(listed)
    return np.array([one in wanted for one in values.tolist()], np.bool_)


def _ordered(compared: Compared, values: NDArray[Any], *, texts: bool) -> Flags:
    if texts:
        raise ParameterError(
            f"The column {compared.column!r} holds texts, which have no order here. Use ==, != or in."
        )
    limit = float(compared.values[0])
    found: Flags = {
        "<": np.less, "<=": np.less_equal, ">": np.greater, ">=": np.greater_equal
    }[compared.comparison](values, limit)  # fmt: skip
    return found
