"""Ids and labels that say nothing: blanks, words for a missing value, half characters."""

from __future__ import annotations

import re
from typing import Final

import numpy as np

from creditscore.data.door.draft import Coded, Draft

# Characters without width that str.strip() does not know.
_UNSEEN: Final = "\u200b\u200c\u200d\u2060\ufeff\x00"
# What programs write where there was no id; as an id it would join everyone who has none.
_NO_ID: Final = frozenset({"nan", "none", "null", "<na>", "nat", "n/a", "#n/a", "undefined"})
_LONGEST: Final = max(map(len, _NO_ID))
_HALVES: Final = ("\ud800", "\udfff")
# A label, one a line, that begins with what may be a blank, or is a word for no id: looked at more closely.
_BEGINS: Final = re.compile(rf"\n[\s\x00-\x20{_UNSEEN}]")
_NAMES_NONE: Final = re.compile(rf"\n(?:{'|'.join(map(re.escape, _NO_ID))})\n", re.IGNORECASE)


def is_blank(text: str) -> bool:
    """Whether a text shows nothing.

    Examples
    --------
    >>> is_blank(""), is_blank(" "), is_blank("0")
    (True, True, False)
    """
    return not text.strip().strip(_UNSEEN).strip()


def screened(draft: Draft, name: str, coded: Coded, *, as_id: bool) -> Coded:
    """Take blanks for missing, and note labels that no file can hold, or that stand for no id."""
    labels = coded.labels
    if not isinstance(labels, tuple):
        return coded
    if not labels or _is_sound(labels, as_id=as_id):
        return coded
    gone = np.zeros(len(labels) + 1, dtype=np.bool_)
    for code, label in enumerate(labels):
        if not label.isascii() and any(_HALVES[0] <= letter <= _HALVES[1] for letter in label):
            gone[code] = True
            remedy = "Read the file in its own encoding, or correct the text."
            draft.fault(name, "must be text without half characters", coded.codes == code, remedy)
        elif as_id and len(label) <= _LONGEST and label.casefold() in _NO_ID:
            gone[code] = True
            rule = f"{label!r} is a word for a missing value and no id"
            draft.fault(name, rule, coded.codes == code, "Leave it missing (None).")
        elif label[:1] <= " " or label[0] in _UNSEEN or label[0].isspace():
            gone[code] = is_blank(label)
    if not gone.any():
        return coded
    rank = np.cumsum(~gone, dtype=np.int32) - np.int32(1)
    rank[gone] = rank[-1] = -1
    kept = tuple(label for label, leaves in zip(labels, gone[:-1].tolist(), strict=True) if not leaves)
    return Coded(rank[coded.codes], kept)


def _is_sound(labels: tuple[str, ...], *, as_id: bool) -> bool:
    """Whether nothing is wrong with any label, at a glance at all of them."""
    text = "\n".join(("", *labels, ""))
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return _BEGINS.search(text) is None and not (as_id and _NAMES_NONE.search(text))
