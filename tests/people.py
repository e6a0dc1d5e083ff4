"""What people are called in made-up worlds: as ever, or in another script, or by pseudonyms (``--ids``).

``pytest --ids persian`` (or chinese, emoji, uuid, zeros, long, large, pseudonyms) runs tests over tables
whose people, loans, accounts and devices have other ids: each is renamed at the door, and may be looked up by
the id that the test gave it. Left out are tests marked ``as_given``: they compare ids with what they gave,
look into files as they came, or hold figures of one model (whose folds follow from ids).
"""

from __future__ import annotations

import hashlib
import os
import sys
import uuid
from collections.abc import Callable, Mapping
from typing import Any, Final

import numpy as np

import creditscore as cs

VARIABLE: Final = "CREDITSCORE_TEST_IDS"
AS_EVER: Final = "latin"
HIDDEN: Final = "pseudonyms"
# Numbers stay neighbours, so large that a thousand of them are one as a float; texts are strewn above
# them, so widely that no two of a table meet.
LARGE: Final = "large"
_LEAST: Final = 1 << 62
_NUMBERS: Final = 1 << 40
_SPREAD: Final = 1 << 50
_NAMES: Final = cs.Pseudonyms(secret=bytes(range(32, 64)))
_AROUND: Final[Mapping[str, tuple[str, str]]] = {
    "persian": ("\u0634\u062e\u0635\u200c\u06f0", ""),
    "chinese": ("\u5ba2\u6237", ""),
    "emoji": ("\U0001f98a", "\U0001f469\u200d\U0001f467"),
}
_MADE: Final[Mapping[str, Callable[[bytes], str]]] = {
    "uuid": lambda digest: str(uuid.UUID(bytes=digest)),
    "zeros": lambda digest: f"{int.from_bytes(digest[:6], 'big'):024d}",
    "long": lambda digest: digest.hex() * 20,
}
KINDS: Final = (AS_EVER, *_AROUND, *_MADE, LARGE, HIDDEN)
# Records number the people in them anew: what is read of a record keeps those numbers.
_OF_RECORDS: Final = frozenset({"creditscore.deciding.evidence", "creditscore.deciding.together"})
_FRAMES: Final = 6


def called(k: int) -> str:
    """Return the id of a person of a made-up world."""
    kind, given = os.environ.get(VARIABLE, AS_EVER), f"per\u00e9-{k:03d}"
    return given if kind == LARGE else named(kind, given)  # beside other texts, until the door


def here(given: int | str) -> int | str:
    """Return what somebody is called in this run, for whoever works out again what follows from an id."""
    kind = os.environ.get(VARIABLE, AS_EVER)
    return given if kind == AS_EVER else named(kind, given)


def named(kind: str, given: int | str) -> Any:
    """Return what somebody is called instead; whoever is called so already stays."""
    if kind == HIDDEN:
        return _NAMES.of(given)
    if kind == LARGE or kind in _MADE:
        return _made(kind, given)
    before, after = _AROUND.get(kind, ("", ""))
    text = given if isinstance(given, str) else f"{given:012d}"
    return text if text.startswith(before) else f"{before}{text}{after}"


def _made(kind: str, given: int | str) -> int | str:
    """A new id for each, the same whenever it is asked for; what was made once is known by its form."""
    if kind == LARGE and not isinstance(given, str) and given >= _LEAST:
        return given
    if kind == LARGE and not isinstance(given, str) and 0 <= given < _NUMBERS:
        return _LEAST + int(given)
    if kind in _MADE and isinstance(given, str) and len(given) == len(_MADE[kind](bytes(16))):
        return given
    digest = hashlib.blake2b(repr(given).encode(), digest_size=16).digest()
    if kind == LARGE:
        return _LEAST + _NUMBERS + int.from_bytes(digest, "big") % _SPREAD
    return _MADE[kind](digest)


class _Names:
    """What stands in for pseudonyms where a table is renamed."""

    def __init__(self, kind: str) -> None:
        self.kind = kind

    def relabelled(self, codes: Any, labels: Any) -> tuple[Any, Any]:
        known = labels.tolist() if isinstance(labels, np.ndarray) else labels
        now = [named(self.kind, one) for one in known]
        position = {one: number for number, one in enumerate(sorted(set(now)))}
        rank = np.array([*map(position.__getitem__, now), -1], dtype=np.int32)
        called = np.array([*position], np.int64) if self.kind == LARGE else tuple(position)
        return rank[codes], called


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
        renamed = kind == LARGE or isinstance(self.labels, tuple)
        return find(self, named(kind, label)) if code < 0 and renamed else code

    def several(self: Any, labels: Any) -> Any:
        return np.array([self.code(one) for one in labels], np.int64)

    def checked(self: Any, label: Any) -> None:
        if kind == LARGE or (_is_number(label) and isinstance(self.labels, tuple)):
            return
        check_type(self, label)

    for module in (validate, build, applications, arriving, screening, shared):
        module.check_table = renaming
    Ids._find, Ids._check_type = found, checked
    Ids.codes = several
    Ids._refuse_plain = lambda *_: None  # a test looks people up by the ids that it gave


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
