"""What a decision was computed with: a hash of every file of the library and of the packages below it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from functools import cache
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from importlib.resources import files
from typing import Any, Final

# What computes between rows and a record: arrays, kernels and their compiler, the reader of trees.
_BELOW: Final = ("numpy", "numba", "llvmlite", "lightgbm", "scipy", "narwhals")
_OWN: Final = "creditscore"
_KINDS: Final = (".py", ".json", ".css")


@cache
def lock_sha256() -> str:
    """Hash what is installed, 64 hexadecimal digits: two machines with the same have the same wheels."""
    return hashlib.sha256("".join(f"{line}\n" for line in lock_lines()).encode()).hexdigest()


def lock_lines() -> tuple[str, ...]:
    """Name each package with its version and the hash of its files, in one order on every machine.

    Examples
    --------
    >>> [line.split()[0] for line in lock_lines()]
    ['creditscore', 'numpy', 'numba', 'llvmlite', 'lightgbm', 'scipy', 'narwhals']
    """
    return (f"{_OWN} {_own_files()}", *map(_line, _BELOW))


def _line(name: str) -> str:
    try:
        found = distribution(name)
    except PackageNotFoundError:
        return f"{name} absent"
    return f"{name} {found.version} {files_of(found)}"


def files_of(found: Distribution) -> str:
    """Hash the names and hashes of the files of a package, as its wheel lists them.

    What an installer adds (scripts with the path of this machine's Python, compiled caches, notes of its own)
    is left out.
    """
    digest = hashlib.sha256()
    for line in sorted((found.read_text("RECORD") or "").splitlines()):
        path, _, rest = line.partition(",sha256=")
        if rest and not path.startswith(("..", "/")) and ".dist-info/" not in path:
            digest.update(f"{path} {rest}\n".encode())
    return digest.hexdigest()


def _own_files() -> str:
    digest = hashlib.sha256()
    for name, file in sorted(_within(files(_OWN), _OWN), key=lambda found: found[0]):
        content = hashlib.sha256(file.read_bytes().replace(b"\r\n", b"\n")).hexdigest()
        digest.update(f"{name} {content}\n".encode())
    return digest.hexdigest()


def _within(folder: Any, name: str) -> Iterator[tuple[str, Any]]:
    for entry in folder.iterdir():
        below = f"{name}/{entry.name}"
        if entry.is_dir():
            yield from _within(entry, below)
        elif entry.name.endswith(_KINDS):
            yield below, entry
