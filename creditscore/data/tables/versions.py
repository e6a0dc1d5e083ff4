"""Versions of one event: which row replaces which, and from when."""

from __future__ import annotations

from typing import Final

import numpy as np

from creditscore._ground.arrays import Flags, Int32, Int64
from creditscore._ground.instants import NEVER
from creditscore.data.door.draft import Draft
from creditscore.data.tables.ordering import factorise

# How the rule ends that two rows of one key and one known time break.
NOT_TWICE: Final = "must not repeat"


def key_names(draft: Draft) -> tuple[str, ...]:
    """Name the columns that identify an event of the table; none where it has no such columns."""
    return next((key for key in draft.contract.key if _is_given(draft, key)), ())


def key_codes(draft: Draft) -> Int32:
    """Number the events of a table, shape (n_rows,): versions share a number; -1 for a row without a key."""
    names = key_names(draft)
    return _key_codes(draft, names)[0] if names else np.full(draft.n_rows, -1, np.int32)


def link_versions(draft: Draft) -> None:
    """Fill `draft.superseded` and note repeated keys and keys that two persons share.

    The key of an event is declared in the contract; two rows with one key are versions of the event, each
    replaced by the next at the moment the next became known, or earlier where the table says so. Needs
    `draft.owner`, `draft.loan` and `draft.known`.
    """
    names = key_names(draft)
    if not names or draft.n_rows < 2:
        return
    groups, n_groups = _key_codes(draft, names)
    if n_groups == draft.n_rows:
        return
    valid = groups >= 0
    if draft.faults:
        valid &= ~draft.bad_rows()
    counts = np.bincount(groups[valid], minlength=n_groups)
    if counts.size == 0 or counts.max() < 2:
        return
    rows = np.flatnonzero(valid)
    rows = rows[counts[groups[rows]] > 1]
    rows = rows[np.lexsort((draft.known[rows], groups[rows]))]
    faulty = _note_clashes(draft, names, rows, groups[rows])
    _chain(draft, rows[~faulty], groups)


def void_rows(draft: Draft) -> None:
    """Let rows count no more from when they were voided and this was known.

    Nothing replaces a voided row, and what was read of it before stays as it was.
    """
    if "voided_time" not in draft.times:
        return
    voided, given = draft.times["voided_time"], draft.times.get("voided_known_time")
    known = voided.known if given is None else np.where(given.known == NEVER, voided.known, given.known)
    until = np.where(voided.at == NEVER, NEVER, np.maximum(voided.at, known))
    if (until == NEVER).all():
        return
    before = NEVER if draft.superseded is None else draft.superseded
    draft.superseded = np.asarray(np.minimum(until, before), np.int64)


def _is_given(draft: Draft, key: tuple[str, ...]) -> bool:
    return all(name in draft.coded or name in draft.times or name in draft.numbers for name in key)


def _key_codes(draft: Draft, names: tuple[str, ...]) -> tuple[Int32, int]:
    """One code per distinct key, -1 where part of the key is missing, and how many codes there are."""
    codes, n_codes = _part_codes(draft, names[0])
    for name in names[1:]:
        more, n_more = _part_codes(draft, name)
        key = codes.astype(np.int64) * n_more + more
        missing = (codes < 0) | (more < 0)
        key[missing] = -1
        codes, distinct = factorise(key)
        n_codes = len(distinct)
        if missing.any():
            codes, n_codes = codes - 1, n_codes - 1
    return codes, n_codes


def _part_codes(draft: Draft, name: str) -> tuple[Int32, int]:
    if name in draft.coded:
        return draft.coded[name].codes, len(draft.coded[name].labels)
    if name in draft.times:
        values, missing = draft.times[name].at, draft.times[name].at == NEVER
    else:
        values, missing = draft.numbers[name].view(np.int64), np.isnan(draft.numbers[name])
    codes, distinct = factorise(values)
    codes[missing] = -1
    return codes, len(distinct)


def _note_clashes(draft: Draft, names: tuple[str, ...], rows: Int64, groups: Int32) -> Flags:
    """Note rows (sorted by key, then known time) that cannot be versions; mask of shape (len(rows),)."""
    key = ", ".join(names)
    same_key = groups[1:] == groups[:-1]
    same = same_key & (draft.known[rows][1:] == draft.known[rows][:-1])
    repeated = np.append(same, False) | np.insert(same, 0, False)
    remedy = "Give each event one row for each moment at which it became known."
    draft.fault(names[-1], f"({key}, known_time) {NOT_TWICE}", np.sort(rows[repeated]), remedy)
    owners = draft.owner[rows]
    torn = groups[1:][same_key & (owners[1:] != owners[:-1])]
    shared = np.isin(groups, torn)
    remedy = "Give each event an id of its own."
    draft.fault(
        names[0], f"one ({key}) must belong to one {draft.contract.owner}", np.sort(rows[shared]), remedy
    )
    return np.asarray(repeated | shared, dtype=np.bool_)


def _chain(draft: Draft, rows: Int64, groups: Int32) -> None:
    earlier, later = rows[:-1], rows[1:]
    linked = groups[earlier] == groups[later]
    if linked.any():
        given = draft.superseded
        superseded = np.full(draft.n_rows, NEVER, dtype=np.int64) if given is None else given
        earlier, until = earlier[linked], draft.known[later[linked]]
        superseded[earlier] = np.minimum(superseded[earlier], until)
        draft.superseded = superseded
