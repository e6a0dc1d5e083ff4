"""What makes a page, by its hash: a page can be made again to the byte by whoever has the same."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from typing import Any, Final

_MADE_BY: Final = ("creditscore.report", "creditscore.words")
_KINDS: Final = (".py", ".css", ".json")


@cache
def renderer() -> str:
    """Hash all that turns the JSON of a report into a page: code, words and styles, 64 hexadecimal digits."""
    digest = hashlib.sha256()
    for package in _MADE_BY:
        for name, file in sorted(_within(files(package), package), key=lambda found: found[0]):
            content = file.read_bytes().replace(b"\r\n", b"\n")
            digest.update(f"{name}\0{len(content)}\0".encode())
            digest.update(content)
    return digest.hexdigest()


def _within(folder: Any, name: str) -> Iterator[tuple[str, Any]]:
    for entry in folder.iterdir():
        below = f"{name}/{entry.name}"
        if entry.is_dir():
            yield from _within(entry, below)
        elif entry.name.endswith(_KINDS):
            yield below, entry
