"""Rows of a portfolio as they were before they were linked, so that new ones can be linked with them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from creditscore._ground.arrays import Int32, Int64
from creditscore._ground.instants import NEVER
from creditscore.data.door.assemble import fact_known
from creditscore.data.door.build import Parts
from creditscore.data.door.draft import Coded, Draft, Timed
from creditscore.data.door.raw import Labels, RawTable
from creditscore.data.tables.contracts import CONTRACTS, TableContract, known_name
from creditscore.data.tables.event_ids import renumbered
from creditscore.data.tables.events import EventTable
from creditscore.data.tables.ids import positions, union
from creditscore.data.visible import KNOWN, SUPERSEDED

_EVENT_ID = "event_id"
_KNOWN_TIME = "known_time"


def rows_of_owners(table: EventTable, owners: Int64) -> Int64:
    """Return the rows of some owners, owner by owner, shape (n_rows,).

    Parameters
    ----------
    table : EventTable
    owners : ndarray of int64, shape (n,)
        Codes of persons, or of loans where the table is stored by loan; rising.
    """
    starts, counts = table.offsets[owners], table.offsets[owners + 1] - table.offsets[owners]
    before = np.cumsum(counts) - counts
    return np.asarray(np.repeat(starts - before, counts) + np.arange(counts.sum()), np.int64)


def redrafted(parts: Parts, table: EventTable, rows: Int64) -> Draft:
    """Make a draft of some rows of a table, with every column that it has.

    Parameters
    ----------
    parts : Parts
    table : EventTable
    rows : ndarray of int64, shape (n_rows,)
    """
    contract = CONTRACTS[table.name]
    draft = Draft(contract, RawTable(rows.size, {}))
    times = table.times[:, rows]
    owners = np.searchsorted(table.offsets, rows, side="right") - 1
    if table.owners == "loan":
        draft.coded[contract.loan_column or ""] = _coded(owners, parts.loan_ids)
        owners = parts.loan_owner[owners]
    draft.coded[contract.owner] = _coded(owners, parts.people.labels)
    for name, codes in zip(table.code_columns, table.codes, strict=True):
        column = contract.loan_column or "" if name == "loan" else name
        draft.coded[column] = _labels(parts, table, name, codes[rows])
    if table.event_ids is not None:
        draft.coded[_EVENT_ID] = Coded(*table.event_ids.of(rows))
    draft.numbers |= {name: table.values[row][rows] for row, name in enumerate(table.value_columns)}
    draft.times |= {
        name: Timed(times[row], times[row])
        for row, name in enumerate(table.time_columns)
        if row not in {KNOWN, SUPERSEDED}
    }
    draft.times[_KNOWN_TIME] = _known(parts, table, rows, times[KNOWN])
    draft.superseded = times[SUPERSEDED] if (times[SUPERSEDED] != NEVER).any() else None
    return draft


def _coded(codes: Any, labels: Labels) -> Coded:
    return Coded(*renumbered(codes.astype(np.int32), labels))


def _labels(parts: Parts, table: EventTable, name: str, codes: Any) -> Coded:
    declared = CONTRACTS[table.name].declared.get(name)
    if name == "loan":
        return _coded(codes, parts.loan_ids)
    labels = table.vocabularies[name]
    if declared is not None and declared.vocabulary is not None:
        moved = np.array([*(declared.vocabulary.index(label) for label in labels), -1], np.int32)
        return Coded(moved[codes], declared.vocabulary)
    return _coded(codes, as_labels(labels))


def as_labels(labels: tuple[Any, ...]) -> Labels:
    """Labels of a vocabulary: whole numbers as an array, texts as they are."""
    return np.array(labels, np.int64) if labels and not isinstance(labels[0], str) else labels


def _known(parts: Parts, table: EventTable, rows: Int64, known: Int64) -> Timed:
    """When rows became known; of a schedule that came with its loan nothing, as it is known with the loan."""
    if CONTRACTS[table.name].known_default != "loan" or "loans" not in parts.tables:
        return Timed(known, known)
    loans = parts.tables["loans"]
    of_loan = np.full(len(parts.loan_ids), NEVER)
    np.minimum.at(of_loan, parts.loan_codes, loans.times[KNOWN])
    owners = np.searchsorted(table.offsets, rows, side="right") - 1
    given = np.where(known == of_loan[owners], NEVER, known)
    return Timed(given, given)


def chosen_rows(draft: Draft, rows: Int64) -> Draft:
    """Keep some rows of a draft that passed the door; labels that no row of them names go too.

    Parameters
    ----------
    draft : Draft
    rows : ndarray of int64, shape (n,)
    """
    kept = Draft(draft.contract, RawTable(rows.size, {}), hints=list(draft.hints))
    for name, coded in draft.coded.items():
        declared = draft.contract.declared.get(name)
        closed = declared is not None and declared.vocabulary is not None
        codes = coded.codes[rows]
        kept.coded[name] = Coded(codes, coded.labels) if closed else _coded(codes, coded.labels)
    kept.numbers |= {name: values[rows] for name, values in draft.numbers.items()}
    kept.times |= {name: Timed(times.at[rows], times.known[rows]) for name, times in draft.times.items()}
    kept.superseded = None if draft.superseded is None else draft.superseded[rows]
    return kept


def owners_of(drafts: Iterable[Mapping[str, Draft]]) -> dict[str, frozenset[int | str]]:
    """Collect the ids of those who own rows, by name of the table."""
    found: dict[str, set[int | str]] = {}
    for tables in drafts:
        for name, draft in tables.items():
            labels = draft.coded[draft.contract.owner].labels
            found.setdefault(name, set()).update(labels if isinstance(labels, tuple) else labels.tolist())
    return {name: frozenset(owners) for name, owners in found.items()}


def one_after_another(drafts: Sequence[Draft]) -> Draft:
    """Put the rows of several drafts of one table together; nothing of them is linked yet.

    What is known of a fact where nobody said so is written out, so that the parts mean the same.
    """
    contract = drafts[0].contract
    whole = Draft(contract, RawTable(sum(draft.n_rows for draft in drafts), {}))
    sizes = [draft.n_rows for draft in drafts]
    for name in _named(draft.coded for draft in drafts):
        whole.coded[name] = _all_coded(contract, name, [draft.coded.get(name) for draft in drafts], sizes)
    for name in _named(draft.numbers for draft in drafts):
        numbers = [draft.numbers.get(name, np.full(draft.n_rows, np.nan)) for draft in drafts]
        whole.numbers[name] = np.concatenate(numbers)
    _add_times(whole, drafts)
    if any(draft.superseded is not None for draft in drafts):
        until = [np.full(d.n_rows, NEVER) if d.superseded is None else d.superseded for d in drafts]
        whole.superseded = np.concatenate(until)
    return whole


def renamed(codes: Any, before: Labels, after: Labels) -> Int32:
    """Number labels by their place among others, shape (n,); -1 stays.

    Arrays: ``codes`` shape (n,).
    """
    moved = np.append(positions(before, after), np.int32(-1)).astype(np.int32)
    return np.asarray(moved[codes], np.int32)


def _add_times(whole: Draft, drafts: Sequence[Draft]) -> None:
    facts = {fact: known_name(fact) for fact in whole.contract.facts}
    for name in _named(draft.times for draft in drafts):
        if name in facts.values():
            continue
        at = np.concatenate([_time(draft, name).at for draft in drafts])
        known = np.concatenate([_time(draft, name).known for draft in drafts])
        if name in facts:
            learned = np.concatenate([_fact_known(draft, name) for draft in drafts])
            if not np.array_equal(at, learned):
                whole.times[facts[name]] = Timed(learned, learned)
        whole.times[name] = Timed(at, known)


def _fact_known(draft: Draft, fact: str) -> Int64:
    return fact_known(draft, fact) if fact in draft.times else np.full(draft.n_rows, NEVER)


def _time(draft: Draft, name: str) -> Timed:
    found = draft.times.get(name)
    if name == _KNOWN_TIME and draft.contract.known_default == "itself":
        found = _known_of(draft)
    never = np.full(draft.n_rows, NEVER)
    return found or Timed(never, never)


def _known_of(draft: Draft) -> Timed:
    row_time = draft.times[draft.contract.row_time]
    known = row_time.at if draft.contract.date_known_at_start else row_time.known
    given = draft.times.get(_KNOWN_TIME)
    if given is not None:
        known = np.where(given.known == NEVER, known, given.known)
    return Timed(known, known)


def _named(columns: Any) -> dict[str, None]:
    return dict.fromkeys(name for some in columns for name in some)


def _all_coded(
    contract: TableContract, name: str, parts: Sequence[Coded | None], sizes: Sequence[int]
) -> Coded:
    declared = contract.declared.get(name)
    labels: Labels = () if declared is None else declared.vocabulary or ()
    labels = labels or union(part.labels for part in parts if part is not None)
    codes = []
    for part, size in zip(parts, sizes, strict=True):
        if part is None:
            codes.append(np.full(size, -1, np.int32))
        else:
            codes.append(part.codes if part.labels is labels else renamed(part.codes, part.labels, labels))
    return Coded(np.concatenate(codes), labels)
