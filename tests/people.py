"""What people are called in made-up worlds: as ever, or in another script, or by pseudonyms (``--ids``).

``pytest --ids persian tests/law`` runs tests over worlds whose people have other ids; files that hold what a
run gave once (tests/golden) and pictures know one kind of ids alone.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from typing import Final

import creditscore as cs

VARIABLE: Final = "CREDITSCORE_TEST_IDS"
AS_EVER: Final = "latin"
_NAMES: Final = cs.Pseudonyms(secret=bytes(range(32, 64)))
KINDS: Final[Mapping[str, Callable[[int], str]]] = {
    AS_EVER: lambda k: f"per\u00e9-{k:03d}",
    "persian": lambda k: f"\u0634\u062e\u0635\u200c\u06f0{k:03d}",
    "chinese": lambda k: f"\u5ba2\u6237{k:03d}",
    "emoji": lambda k: f"\U0001f98a{k:03d}\U0001f469\u200d\U0001f467",
    "pseudonyms": lambda k: _NAMES.of(f"per\u00e9-{k:03d}"),
}


def called(k: int) -> str:
    """Return the id of a person of a made-up world."""
    return KINDS[os.environ.get(VARIABLE, AS_EVER)](k)
