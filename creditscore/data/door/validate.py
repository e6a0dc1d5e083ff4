"""The checks that one table can be put to on its own: columns, types, missing and impossible values."""

from __future__ import annotations

from difflib import get_close_matches

import numpy as np

from creditscore._ground.arrays import Flags, Float64
from creditscore._ground.instants import NEVER
from creditscore.data.door.coerce import to_closed_codes, to_codes, to_numbers, to_times
from creditscore.data.door.draft import Draft
from creditscore.data.door.plausible import check_rows
from creditscore.data.door.raw import RawColumn, RawTable
from creditscore.data.door.reading import PLAIN, Reading
from creditscore.data.door.renaming import rename_ids
from creditscore.data.door.speaking import mark_dates, name_accounts
from creditscore.data.door.together import date_parties
from creditscore.data.sources import SOURCES
from creditscore.data.tables.column import Column
from creditscore.data.tables.contracts import LIKENESS, VOIDING, TableContract
from creditscore.data.tables.ordering import scan_numbers
from creditscore.errors import NameUnknownError

_EMPTY = RawColumn("empty", None)
_ADDED_BY_THE_LIBRARY = frozenset({"loan"})
_VOIDS = frozenset(column.name for column in VOIDING)
_REPLACED_FROM = "superseded_time"


def check_table(contract: TableContract, raw: RawTable, reading: Reading = PLAIN) -> Draft:
    """Give every column its type and note everything that is wrong.

    Parameters
    ----------
    contract : TableContract
    raw : RawTable
    reading : Reading
        How times and numbers that are written are to be read.

    Returns
    -------
    Draft
        Typed columns, problems of the table and faults of its rows.
    """
    draft = Draft(contract, raw)
    extras = [name for name in raw.columns if name not in contract.declared]
    _note_missing_columns(draft, extras)
    for name, column in contract.declared.items():
        if name in raw.columns:
            _add_declared(draft, column, raw.columns[name] if raw.n_rows else _EMPTY, reading)
        elif raw.n_rows == 0 and column.required:
            _add_declared(draft, column, _EMPTY, reading)
    for name in sorted(extras):
        _add_extra(draft, name, raw.columns[name], reading)
    _check_currency(draft)
    if not reading.stored:
        check_rows(draft, reading)
    date_parties(draft)
    mark_dates(draft)
    name_accounts(draft)
    if reading.pseudonyms is not None:
        rename_ids(draft, reading.pseudonyms)
    return draft


def check_sources(draft: Draft) -> None:
    """Note rows that say of a source that is not declared when it was there, or allowed."""
    coded = draft.coded.get("source")
    for code, label in enumerate(() if coded is None else coded.labels):
        if coded is not None and label not in SOURCES:
            meant = str(NameUnknownError.among("source", label, tuple(SOURCES)))
            draft.fault("source", "must be a declared source", coded.codes == code, meant)


def _note_missing_columns(draft: Draft, extras: list[str]) -> None:
    declared, given = draft.contract.declared, draft.raw.columns
    for extra, near in draft.contract.near_misses(given):
        draft.hints.append(f"{draft.name}.{extra} is kept as an extra column; did you mean {near!r}?")
    if not draft.raw.n_rows and not given:
        return
    for name, column in declared.items():
        if column.required and name not in given:
            near_extras = get_close_matches(name, extras, n=1, cutoff=LIKENESS)
            hint = f" Did you mean {near_extras[0]!r}?" if near_extras else ""
            draft.problem(name, "the column is required and missing", f"Add it: {column.meaning}{hint}")


def _add_declared(draft: Draft, column: Column, raw: RawColumn, reading: Reading) -> None:
    name = column.name
    if column.kind == "time":
        times = to_times(draft, name, raw, reading)
        if times is not None:
            draft.times[name] = times
            _require(draft, column, times.at == NEVER)
    elif column.kind in {"number", "flag"}:
        numbers = to_numbers(draft, name, raw, reading)
        if numbers is not None:
            draft.numbers[name] = numbers
            _check_number(draft, column, numbers, stored=reading.stored)
    else:
        words = column.vocabulary
        as_text = column.kind == "text"
        coded = (
            to_codes(draft, name, raw, as_text=as_text)
            if words is None
            else to_closed_codes(draft, name, raw, words)
        )
        if coded is not None:
            draft.coded[name] = coded
            _require(draft, column, coded.codes < 0)


def _require(draft: Draft, column: Column, missing: Flags) -> None:
    """Note missing values of a required column, other than those that are missing because they were wrong."""
    if column.required and missing.any():
        for fault in draft.faults:
            if fault.column == column.name:
                missing[fault.rows] = False
        draft.fault(column.name, "is required and missing", missing, "Fill it in, or leave the rows out.")


def _check_number(draft: Draft, column: Column, numbers: Float64, *, stored: bool) -> None:
    if column.required and scan_numbers(numbers)[0]:
        _require(draft, column, np.isnan(numbers))
    if column.at_least is not None and not stored:
        rule = f"must be {column.at_least:g} or more"
        draft.fault(column.name, rule, numbers < column.at_least, "Correct it, or leave it missing.")


def _add_extra(draft: Draft, name: str, raw: RawColumn, reading: Reading) -> None:
    """Keep an undeclared column by what it holds; one without a single value says nothing and is left out."""
    if name == _REPLACED_FROM:
        times = to_times(draft, name, raw, reading)
        if times is not None and (times.at != NEVER).any():
            draft.superseded = times.at.copy()
    elif name in _VOIDS:
        draft.problem(name, "cannot be given of this table", "Say when it ended, or leave the rows out.")
    elif name in _ADDED_BY_THE_LIBRARY:
        draft.problem(name, "is a name that the library fills itself", "Rename the column.")
    elif raw.kind == "object":
        draft.problem(name, "must hold values of one type", "Convert the column, or leave it out.")
    elif raw.kind == "time":
        times = to_times(draft, name, raw, reading)
        if times is not None and (times.at != NEVER).any():
            draft.times[name] = times
    elif raw.kind == "text":
        coded = to_codes(draft, name, raw)
        if coded is not None and len(coded.labels):
            draft.coded[name] = coded
    elif raw.kind != "empty":
        values = to_numbers(draft, name, raw, reading)
        if values is not None and not np.isnan(values).all():
            draft.numbers[name] = values


def _check_currency(draft: Draft) -> None:
    currency = draft.coded.get("currency")
    if currency is not None and len(currency.labels) > 1:
        shown = tuple(map(str, currency.labels[:3]))
        remedy = "Convert all money to one currency before it comes in."
        draft.problem("currency", "must hold one currency", remedy, examples=shown)
