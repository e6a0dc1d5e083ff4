"""The checks that one table can be put to on its own: columns, types, missing and impossible values."""

from __future__ import annotations

from difflib import get_close_matches

import numpy as np

from creditscore._time import NEVER
from creditscore.data.coerce import to_closed_codes, to_codes, to_numbers, to_times
from creditscore.data.contracts import Column, TableContract
from creditscore.data.draft import Draft
from creditscore.data.raw import Flags, RawColumn, RawTable

_EMPTY = RawColumn("empty", None)
_LIKENESS = 0.8
_ADDED_BY_THE_LIBRARY = frozenset({"superseded_time", "loan"})


def check_table(contract: TableContract, raw: RawTable, timezone: str | None) -> Draft:
    """Give every column its type and note everything that is wrong.

    Parameters
    ----------
    contract : TableContract
    raw : RawTable
    timezone : str or None
        Zone of the local clock for times without one; None refuses them.

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
            _add_declared(draft, column, raw.columns[name] if raw.n_rows else _EMPTY, timezone)
        elif raw.n_rows == 0 and column.required:
            _add_declared(draft, column, _EMPTY, timezone)
    for name in sorted(extras):
        _add_extra(draft, name, raw.columns[name], timezone)
    _check_currency(draft)
    return draft


def _note_missing_columns(draft: Draft, extras: list[str]) -> None:
    declared, given = draft.contract.declared, draft.raw.columns
    if extras:
        absent = [name for name in declared if name not in given]
        for extra in extras:
            for near in get_close_matches(extra, absent, n=1, cutoff=_LIKENESS):
                draft.hints.append(f"{draft.name}.{extra} is kept as an extra column; did you mean {near!r}?")
    if draft.n_rows == 0 and not given:
        return
    for name, column in declared.items():
        if column.required and name not in given:
            near_extras = get_close_matches(name, extras, n=1, cutoff=_LIKENESS)
            hint = f" Did you mean {near_extras[0]!r}?" if near_extras else ""
            draft.problem(name, "the column is required and missing", f"Add it: {column.meaning}{hint}")


def _add_declared(draft: Draft, column: Column, raw: RawColumn, timezone: str | None) -> None:
    missing: Flags | None = None
    if column.kind == "time":
        times = to_times(draft, column.name, raw, timezone)
        if times is not None:
            draft.times[column.name] = times
            missing = times.at == NEVER if column.required else None
    elif column.kind in {"number", "flag"}:
        missing = _add_number(draft, column, raw)
    else:
        if column.vocabulary is not None:
            coded = to_closed_codes(draft, column.name, raw, column.vocabulary)
        else:
            coded = to_codes(draft, column.name, raw, as_text=column.kind == "text")
        if coded is not None:
            draft.coded[column.name] = coded
            missing = coded.codes < 0 if column.required and column.vocabulary is None else None
    if missing is not None and not draft.faulted(column.name):
        draft.fault(column.name, "is required and missing", missing, "Fill it in, or leave the rows out.")


def _add_number(draft: Draft, column: Column, raw: RawColumn) -> Flags | None:
    values = to_numbers(draft, column.name, raw)
    if values is None:
        return None
    draft.numbers[column.name] = values
    if column.at_least is not None:
        remedy = (
            "Give what is due as a positive amount." if column.unit.startswith("currency") else "Correct it."
        )
        draft.fault(column.name, f"must be {column.at_least:g} or more", values < column.at_least, remedy)
    return np.isnan(values) if column.required else None


def _add_extra(draft: Draft, name: str, raw: RawColumn, timezone: str | None) -> None:
    """Keep an undeclared column by what it holds; one without a single value says nothing and is left out."""
    if name in _ADDED_BY_THE_LIBRARY:
        draft.problem(name, "is a name that the library fills itself", "Rename the column.")
    elif raw.kind == "object":
        draft.problem(name, "must hold values of one type", "Convert the column, or leave it out.")
    elif raw.kind == "time":
        times = to_times(draft, name, raw, timezone)
        if times is not None and (times.at != NEVER).any():
            draft.times[name] = times
    elif raw.kind == "text":
        coded = to_codes(draft, name, raw)
        if coded is not None and len(coded.labels):
            draft.coded[name] = coded
    elif raw.kind != "empty":
        values = to_numbers(draft, name, raw)
        if values is not None and not np.isnan(values).all():
            draft.numbers[name] = values


def _check_currency(draft: Draft) -> None:
    currency = draft.coded.get("currency")
    if currency is not None and len(currency.labels) > 1:
        shown = tuple(map(str, currency.labels[:3]))
        remedy = "Convert all money to one currency before it comes in."
        draft.problem("currency", "must hold one currency", remedy, examples=shown)
