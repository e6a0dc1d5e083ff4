"""The applications to score: who asked, when, for what."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Self

import numpy as np

from creditscore._ground.arrays import Flags, Float64, Int64
from creditscore._ground.pickling import reduced
from creditscore.data.door.build import read_table
from creditscore.data.door.draft import Coded, Draft
from creditscore.data.door.raw import RawTable
from creditscore.data.door.reading import Digits, Midnight, Reading
from creditscore.data.door.records import read_records
from creditscore.data.door.validate import check_table
from creditscore.data.pseudonyms import Pseudonyms
from creditscore.data.tables.contracts import APPLICATIONS
from creditscore.errors import ContractError, ParameterError
from creditscore.words.calendars import Calendar

Text = tuple[str | None, ...]


@dataclass(frozen=True, slots=True, init=False, eq=False, repr=False)
class Applications:
    """Applications with the moment as of which each is to be judged.

    Parameters
    ----------
    frame : dataframe or list of dicts
        Columns application_id, applicant_id, as_of, and any attribute: amount, term_days, product, purpose,
        loan_id (the loan it became, read for outcomes only), or others.
    timezone : str, optional
        Zone of the local clock for an as_of that carries none. A date stands for the start of its day.
    calendar : {"gregorian", "jalali"}
        Calendar of dates that are given as text.
    digits : {"latin", "any"}
        ``"any"`` also reads Persian, Arabic, Chinese and full-width digits in text.
    midnight : {"auto", "date", "instant"}
        As for `Portfolio`.
    pseudonyms : Pseudonyms, optional
        What applicants and loans are called from the door on: those of the portfolio.

    Attributes
    ----------
    application_ids, applicant_ids : tuple of length n
    as_of : int64 array of shape (n,)
        Microseconds since 1970-01-01 UTC.
    loan_ids : tuple of length n, or None
        None where the column was not given; an entry is None where it is missing.
    numeric : mapping of str to float64 array of shape (n,)
        Attributes that are numbers; true/false as 1/0; NaN = missing.
    text : mapping of str to tuple of length n
        Attributes that are text; None = missing.
    moments : mapping of str to int64 array of shape (n,)
        Attributes that are times, microseconds since 1970-01-01 UTC; ``NEVER`` = missing.

    Raises
    ------
    ContractError
        If the table breaks its contract, or holds no applications.

    Examples
    --------
    >>> from creditscore.data.applications import Applications
    >>> asked = {"application_id": 1, "applicant_id": "a", "as_of": "2024-05-31T12:00:00Z", "amount": 500}
    >>> len(Applications.from_records(asked))
    1
    """

    application_ids: tuple[Any, ...]
    applicant_ids: tuple[Any, ...]
    as_of: Int64
    loan_ids: tuple[Any, ...] | None
    numeric: Mapping[str, Float64]
    text: Mapping[str, Text]
    moments: Mapping[str, Int64]

    def __init__(
        self,
        frame: Any,
        *,
        timezone: str | None = None,
        calendar: Calendar = "gregorian",
        digits: Digits = "latin",
        midnight: Midnight = "auto",
        pseudonyms: Pseudonyms | None = None,
    ) -> None:
        reading = Reading(timezone, calendar, digits, midnight, pseudonyms)
        self._read(read_table("applications", frame), reading)

    @classmethod
    def from_records(
        cls,
        records: Mapping[str, Any] | Sequence[Mapping[str, Any]],
        *,
        timezone: str | None = None,
        calendar: Calendar = "gregorian",
        digits: Digits = "latin",
        midnight: Midnight = "auto",
        pseudonyms: Pseudonyms | None = None,
    ) -> Self:
        """Make applications of plain records, or of one dict, without building a dataframe.

        Raises
        ------
        ContractError
            If the records break the contract, or there are none.
        """
        self = cls.__new__(cls)
        rows = [records] if isinstance(records, Mapping) else records
        reading = Reading(timezone, calendar, digits, midnight, pseudonyms)
        self._read(read_records("applications", rows), reading)
        return self

    def _read(self, raw: RawTable, reading: Reading) -> None:
        draft = check_table(APPLICATIONS, raw, reading)
        _check_rows(draft)
        if draft.problems or draft.faults:
            raise ContractError(draft.all_problems())
        special = {"application_id", "applicant_id", "loan_id"}
        as_of = draft.times["as_of"].at.copy()
        loans = draft.coded.get("loan_id")
        self._fill(
            application_ids=_labels(draft.coded["application_id"]),
            applicant_ids=_labels(draft.coded["applicant_id"]),
            as_of=as_of,
            loan_ids=None if loans is None else _labels(loans),
            numeric={name: values.copy() for name, values in draft.numbers.items()},
            text={name: _labels(coded) for name, coded in draft.coded.items() if name not in special},
            moments={name: times.at.copy() for name, times in draft.times.items() if name != "as_of"},
        )

    def _fill(
        self,
        *,
        application_ids: tuple[Any, ...],
        applicant_ids: tuple[Any, ...],
        as_of: Int64,
        loan_ids: tuple[Any, ...] | None,
        numeric: Mapping[str, Float64],
        text: Mapping[str, Text],
        moments: Mapping[str, Int64],
    ) -> None:
        for array in (as_of, *numeric.values(), *moments.values()):
            array.setflags(write=False)
        object.__setattr__(self, "application_ids", application_ids)
        object.__setattr__(self, "applicant_ids", applicant_ids)
        object.__setattr__(self, "as_of", as_of)
        object.__setattr__(self, "loan_ids", loan_ids)
        object.__setattr__(self, "numeric", MappingProxyType(dict(numeric)))
        object.__setattr__(self, "text", MappingProxyType(dict(text)))
        object.__setattr__(self, "moments", MappingProxyType(dict(moments)))

    def __reduce__(self) -> tuple[Any, ...]:
        return reduced(self, self.__slots__)

    def __len__(self) -> int:
        return len(self.as_of)

    def take(self, indices: Sequence[int] | Sequence[bool] | Int64 | Flags) -> Applications:
        """The applications at some positions, in that order, or those where a mask is true.

        Parameters
        ----------
        indices : sequence of int, or array of bool of shape (n,)
            Positions from 0 on (a negative one counts from the end), or a mask.

        Raises
        ------
        ParameterError
            If a position is none, or a mask has another length.
        """
        positions = positions_of(indices, len(self))
        rows = positions.tolist()
        taken = Applications.__new__(Applications)
        taken._fill(  # noqa: SLF001 - the same class
            application_ids=tuple(self.application_ids[row] for row in rows),
            applicant_ids=tuple(self.applicant_ids[row] for row in rows),
            as_of=self.as_of[positions],
            loan_ids=None if self.loan_ids is None else tuple(self.loan_ids[row] for row in rows),
            numeric={name: values[positions] for name, values in self.numeric.items()},
            text={name: tuple(values[row] for row in rows) for name, values in self.text.items()},
            moments={name: times[positions] for name, times in self.moments.items()},
        )
        return taken

    def with_attributes(
        self,
        numeric: Mapping[str, Float64 | None],
        text: Mapping[str, Text | None],
        moments: Mapping[str, Int64] = MappingProxyType({}),
    ) -> Applications:
        """The same applications with other columns of numbers, texts and times; None leaves a column out.

        Parameters
        ----------
        numeric : mapping of str to ndarray of float64, shape (n,), or None
        text : mapping of str to tuple of length n, or None
        moments : mapping of str to ndarray of int64, shape (n,), optional
            Microseconds since 1970-01-01 UTC.
        """
        left_out = {name for given in (numeric, text) for name, values in given.items() if values is None}
        changed = Applications.__new__(Applications)
        changed._fill(  # noqa: SLF001 - the same class
            application_ids=self.application_ids,
            applicant_ids=self.applicant_ids,
            as_of=self.as_of,
            loan_ids=self.loan_ids,
            numeric=_replaced(self.numeric, numeric),
            text=_replaced(self.text, text),
            moments={name: at for name, at in self.moments.items() if name not in left_out} | dict(moments),
        )
        return changed

    def repeated(
        self, applicant_ids: Sequence[Any], as_of: Int64, numeric: Mapping[str, Float64]
    ) -> Applications:
        """The first application several times over, numbered from 0, each time otherwise.

        Parameters
        ----------
        applicant_ids : sequence of length n
        as_of : ndarray of int64, shape (n,)
            Microseconds since 1970-01-01 UTC.
        numeric : mapping of str to ndarray of float64, shape (n,)
            Attributes that are otherwise each time.

        Returns
        -------
        Applications
        """
        count = len(applicant_ids)
        made = Applications.__new__(Applications)
        kept = {name: np.repeat(values[:1], count) for name, values in self.numeric.items()}
        made._fill(  # noqa: SLF001 - the same class
            application_ids=tuple(range(count)),
            applicant_ids=tuple(applicant_ids),
            as_of=as_of.copy(),
            loan_ids=None,
            numeric=kept | {name: values.copy() for name, values in numeric.items()},
            text={name: values[:1] * count for name, values in self.text.items()},
            moments={name: np.repeat(values[:1], count) for name, values in self.moments.items()},
        )
        return made

    def __repr__(self) -> str:
        attributes = ", ".join([*self.numeric, *self.text, *self.moments]) or "none"
        if not len(self):
            return f"Applications(0; attributes: {attributes})"
        days = [
            str(np.datetime64(int(end), "us").astype("M8[D]")) for end in (self.as_of.min(), self.as_of.max())
        ]
        return f"Applications({len(self):,} from {days[0]} to {days[1]}; attributes: {attributes})"


def positions_of(indices: Any, n_rows: int) -> Int64:
    """Return the positions that are named, or where a mask is true.

    Parameters
    ----------
    indices : sequence of int or bool
        Positions, negative ones from the end; or a mask of `n_rows`.
    n_rows : int

    Returns
    -------
    ndarray of int64, shape (n_taken,)

    Raises
    ------
    ParameterError
        If a position is none, or a mask has another length.

    Examples
    --------
    >>> positions_of([False, True, True], 3), positions_of([2, -3], 3)
    (array([1, 2]), array([2, 0]))
    """
    given = np.asarray(indices)
    if given.dtype == np.bool_:
        if given.shape != (n_rows,):
            raise ParameterError.must_be("indices", f"a mask of {n_rows} values", given.shape)
        return np.flatnonzero(given).astype(np.int64)
    if given.ndim != 1 or (given.size and given.dtype.kind not in "iu"):
        raise ParameterError.must_be("indices", "whole numbers, or a mask of true and false", given.dtype)
    positions = given.astype(np.int64)
    positions = np.where(positions < 0, positions + n_rows, positions)
    wrong = (positions < 0) | (positions >= n_rows)
    if wrong.any():
        raise ParameterError.must_be("indices", f"positions below {n_rows}", int(given[wrong][0]))
    return positions


def _replaced(columns: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
    kept = {name: values for name, values in columns.items() if name not in given}
    return kept | {name: values for name, values in given.items() if values is not None}


def _check_rows(draft: Draft) -> None:
    n_rows = draft.raw.n_rows
    if n_rows == 0:
        draft.problem("", "there are no applications", "Give at least one row.")
        return
    ids = draft.coded.get("application_id")
    if ids is not None and len(ids.labels) < n_rows:
        counts = np.bincount(ids.codes[ids.codes >= 0], minlength=len(ids.labels))
        repeated = (ids.codes >= 0) & (np.append(counts, 0)[ids.codes] > 1)
        draft.fault("application_id", "must not repeat", repeated, "Give each application an id of its own.")


def _labels(coded: Coded) -> tuple[Any, ...]:
    """Plain label of each row."""
    if isinstance(coded.labels, tuple):
        labels = (*coded.labels, None)
        return tuple(labels[code] for code in coded.codes.tolist())
    if len(coded.codes) and coded.codes.min() < 0:
        whole = [*coded.labels.tolist(), None]
        return tuple(whole[code] for code in coded.codes.tolist())
    return tuple(coded.labels[coded.codes].tolist())
