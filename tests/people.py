"""What people are called in made-up worlds: as ever, or in another script, or by pseudonyms (``--ids``).

``pytest --ids persian`` runs tests over tables whose people, loans, accounts and devices have other ids: each
is renamed at the door, and may be looked up by the id that the test gave it. Left out are tests marked
``as_given``: they compare ids with what they gave, look into files as they came, or hold figures of one model
(whose folds follow from ids).
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping
from typing import Any, Final

import numpy as np

import creditscore as cs

VARIABLE: Final = "CREDITSCORE_TEST_IDS"
AS_EVER: Final = "latin"
HIDDEN: Final = "pseudonyms"
_NAMES: Final = cs.Pseudonyms(secret=bytes(range(32, 64)))
_AROUND: Final[Mapping[str, tuple[str, str]]] = {
    "persian": ("\u0634\u062e\u0635\u200c\u06f0", ""),
    "chinese": ("\u5ba2\u6237", ""),
    "emoji": ("\U0001f98a", "\U0001f469\u200d\U0001f467"),
}
KINDS: Final = (AS_EVER, *_AROUND, HIDDEN)
# Records number the people in them anew: what is read of a record keeps those numbers.
_OF_RECORDS: Final = frozenset({"creditscore.deciding.evidence", "creditscore.deciding.together"})
_FRAMES: Final = 6


def called(k: int) -> str:
    """Return the id of a person of a made-up world."""
    return named(os.environ.get(VARIABLE, AS_EVER), f"per\u00e9-{k:03d}")


def named(kind: str, given: int | str) -> str:
    """Return what somebody is called instead; whoever is called so already stays."""
    if kind == HIDDEN:
        return _NAMES.of(given)
    before, after = _AROUND.get(kind, ("", ""))
    text = given if isinstance(given, str) else f"{given:012d}"
    return text if text.startswith(before) else f"{before}{text}{after}"


class _Names:
    """What stands in for pseudonyms where a table is renamed."""

    def __init__(self, kind: str) -> None:
        self.kind = kind

    def relabelled(self, codes: Any, labels: Any) -> tuple[Any, tuple[str, ...]]:
        known = labels.tolist() if isinstance(labels, np.ndarray) else labels
        now = [named(self.kind, one) for one in known]
        position = {one: number for number, one in enumerate(sorted(set(now)))}
        rank = np.array([*map(position.__getitem__, now), -1], dtype=np.int32)
        return rank[codes], tuple(position)


def rename_at_the_door(kind: str) -> None:
    """Let all tables and applications of this process come under other ids, and be found by those given."""
    from creditscore.data import applications
    from creditscore.data.door import build, validate
    from creditscore.data.door.reading import PLAIN
    from creditscore.data.door.renaming import rename_ids
    from creditscore.data.folder import arriving, screening
    from creditscore.data.tables.ids import Ids
    from creditscore.fraud import shared

    names: Any = _Names(kind)
    check: Callable[..., Any] = validate.check_table
    find, check_type = Ids._find, Ids._check_type

    def renaming(contract: Any, raw: Any, reading: Any = PLAIN) -> Any:
        draft = check(contract, raw, reading)
        if not (reading.stored or reading.pseudonyms is not None or _within_records()):
            hints = len(draft.hints)
            rename_ids(draft, names)
            del draft.hints[hints:]
        return draft

    def found(self: Any, label: Any) -> int:
        code = find(self, label) if _fits(self, label) else -1
        return code if code >= 0 or not isinstance(self.labels, tuple) else find(self, named(kind, label))

    def checked(self: Any, label: Any) -> None:
        if not _is_number(label) or not isinstance(self.labels, tuple):
            check_type(self, label)

    for module in (validate, build, applications, arriving, screening, shared):
        module.check_table = renaming
    Ids._find, Ids._check_type = found, checked


def _is_number(label: Any) -> bool:
    return isinstance(label, int | np.integer) and not isinstance(label, bool)


def _fits(ids: Any, label: Any) -> bool:
    return _is_number(label) is not isinstance(ids.labels, tuple)


def _within_records() -> bool:
    """Whether who asks is writing down a decision, or reading it again."""
    frame = sys._getframe(2)
    for _ in range(_FRAMES):
        if frame is None:
            return False
        if frame.f_globals.get("__name__") in _OF_RECORDS:
            return True
        frame = frame.f_back
    return False
