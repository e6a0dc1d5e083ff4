"""Ids that pass the door under another name: typed columns, and the raw values that messages quote."""

from __future__ import annotations

from typing import Final

from creditscore.data.door.draft import Coded, Draft
from creditscore.data.door.raw import RawColumn, RawTable
from creditscore.data.pseudonyms import Pseudonyms

# They name an event or an application and nobody in it; events of one moment stand in the order of theirs.
KEPT: Final = frozenset({"event_id", "application_id"})
_IDS: Final = frozenset({"applicant", "loan", "id"})


def rename_ids(draft: Draft, pseudonyms: Pseudonyms) -> None:
    """Replace every id of people, loans, accounts, groups and devices; nothing of a draft shows it any more.

    Undeclared columns of texts, in which anything may stand, stay and are named in a hint.
    """
    raw = dict(draft.raw.columns)
    for name, column in draft.contract.declared.items():
        if column.kind not in _IDS or name in KEPT or name not in raw:
            continue
        raw[name] = RawColumn("empty", None)
        if name in draft.coded:
            before = draft.coded[name]
            codes, labels = pseudonyms.relabelled(before.codes, before.labels)
            draft.coded[name] = Coded(codes, labels)
            raw[name] = RawColumn("text", codes, labels)
    draft.raw = RawTable(draft.raw.n_rows, raw)
    for name in draft.coded:
        if name not in draft.contract.declared:
            draft.hints.append(f"{draft.name}.{name} is no declared column: its texts are kept as they are")
