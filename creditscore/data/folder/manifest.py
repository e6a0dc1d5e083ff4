"""The manifest of a portfolio on disk: which files make up its newest state, and what they must be."""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, Self

from creditscore._ground.canonical import canonical
from creditscore._ground.files import opened_folder, sync_folder, write_whole
from creditscore.data.tables.contracts import CONTRACTS
from creditscore.errors import ArtefactError, PortfolioError

FORMAT: Final = "creditscore-portfolio"
VERSION: Final = 1
MANIFEST: Final = "manifest.json"
LOCK: Final = "lock"
LOG: Final = "log"
IDS: Final = "ids"
ASIDE: Final = "set_aside"
ENDING: Final = ".arrow"
_MOST_BYTES: Final = 1 << 28
_MOST_OF_A_NUMBER: Final = 10**12
_GENERATION: Final = re.compile(r"generation-(\d{6,12})")
_SHA256: Final = re.compile(r"[0-9a-f]{64}")
_FILE_PARTS: Final = {"bytes": int, "sha256": str, "extents": dict, "about": dict}


@dataclass(frozen=True, slots=True)
class FilePart:
    """One file of a generation.

    Attributes
    ----------
    n_bytes : int
    sha256 : str
    extents : mapping of str to list
        Where each buffer lies, as it was written.
    about : mapping
        Of a table: names of its columns, who owns its rows, how many there are.
    """

    n_bytes: int
    sha256: str
    extents: Mapping[str, Any]
    about: Mapping[str, Any] = field(default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        """Write it as plain data."""
        extents = {name: list(extent) for name, extent in self.extents.items()}
        return {"bytes": self.n_bytes, "sha256": self.sha256, "extents": extents, "about": dict(self.about)}

    @classmethod
    def of(cls, given: Any) -> Self:
        """Read what `to_dict` wrote."""
        if not isinstance(given, dict) or {k: type(v) for k, v in given.items()} != _FILE_PARTS:
            raise PortfolioError("The manifest is damaged: a file is not described as it must be.")
        if _SHA256.fullmatch(given["sha256"]) is None:
            raise PortfolioError("The manifest is damaged: a hash is none.")
        return cls(given["bytes"], given["sha256"], given["extents"], given["about"])


@dataclass(frozen=True, slots=True)
class Manifest:
    """What makes up one state of a portfolio on disk.

    Attributes
    ----------
    generation : int
        Number of the folder of its files, from 1.
    through : int
        Number of the last entry of the log that these files hold; later ones are added to them.
    settings : mapping
        Zone, weekend, currency, hints, terms, and whose secret its standings need.
    files : mapping of str to FilePart
        By name of the table, and ``ids``.
    content : bytes
        What it was read from; empty where it was not read.
    notes : mapping
        What a feed keeps with the rows, as its last entry of the log that these files hold has it; empty
        where there is none.
    """

    generation: int
    through: int
    settings: Mapping[str, Any]
    files: Mapping[str, FilePart]
    content: bytes = field(default=b"", compare=False, repr=False)
    notes: Mapping[str, Any] = field(default_factory=dict)

    @property
    def folder(self) -> str:
        """Name of the folder of its files."""
        return folder_of(self.generation)

    def to_bytes(self) -> bytes:
        """Write it as canonical JSON that carries its own hash."""
        plain = {
            "format": FORMAT,
            "version": VERSION,
            "generation": self.generation,
            "through": self.through,
            "settings": dict(self.settings),
            "files": {name: part.to_dict() for name, part in self.files.items()},
        }
        if self.notes:
            plain["notes"] = dict(self.notes)
        digest = hashlib.sha256(canonical(plain).encode()).hexdigest()
        return canonical(plain | {"sha256": digest}).encode()

    @classmethod
    def of_bytes(cls, content: bytes) -> Self:
        """Read what `to_bytes` wrote.

        Raises
        ------
        PortfolioError
            If it is no manifest, damaged, or of another version.
        """
        plain = _parsed(content)
        if plain.get("format") != FORMAT:
            raise PortfolioError("The manifest is of no portfolio that Portfolio.write(...) wrote.")
        if plain.get("version") != VERSION:
            raise PortfolioError(
                f"The portfolio is of format {plain.get('version')!r}; this version reads format {VERSION}. "
                "Use the version of creditscore that wrote it, or write it anew."
            )
        digest = plain.pop("sha256", None)
        if _digest(plain) != digest:
            raise PortfolioError("The manifest is damaged: its hash does not fit.")
        generation, through = _number(plain, "generation"), _number(plain, "through")
        files, settings, notes = plain.get("files"), plain.get("settings"), plain.get("notes", {})
        if not (isinstance(files, dict) and isinstance(settings, dict) and isinstance(notes, dict)):
            raise PortfolioError("The manifest is damaged: a part of it is missing.")
        unknown = set(files) - {*CONTRACTS, IDS, ASIDE}
        if unknown or IDS not in files:
            named = ", ".join(sorted(map(repr, unknown))) or f"no {IDS!r}"
            raise PortfolioError(f"The manifest names {named} among its tables.")
        parts = {name: FilePart.of(part) for name, part in files.items()}
        return cls(generation, through, settings, parts, content, notes)


def _number(plain: dict[str, Any], name: str) -> int:
    found = plain.get(name)
    if not isinstance(found, int) or isinstance(found, bool) or not 0 <= found < _MOST_OF_A_NUMBER:
        raise PortfolioError(f"The manifest is damaged: its {name} is no number that can be.")
    return found


def _digest(plain: dict[str, Any]) -> str | None:
    try:
        return hashlib.sha256(canonical(plain).encode()).hexdigest()
    except (ArtefactError, RecursionError, UnicodeEncodeError):
        return None


def _parsed(content: bytes) -> dict[str, Any]:
    try:
        plain = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise PortfolioError("The manifest is damaged: it is no JSON.") from error
    if not isinstance(plain, dict):
        raise PortfolioError("The manifest is damaged: it is no JSON object.")
    return plain


def folder_of(generation: int) -> str:
    """Name the folder of a generation."""
    return f"generation-{generation:06d}"


def generation_of(name: str) -> int:
    """Return the number of the generation that a folder is named after, -1 for any other name."""
    found = _GENERATION.fullmatch(name)
    return int(found[1]) if found else -1


def read_manifest(folder: Path) -> Manifest:
    """Read the manifest of a folder.

    Raises
    ------
    PortfolioError
        If the folder is none of a portfolio, or its manifest is damaged.
    """
    return Manifest.of_bytes(manifest_bytes(folder))


def manifest_bytes(folder: Path) -> bytes:
    """Read the bytes of the manifest of a folder; no link is followed.

    Raises
    ------
    PortfolioError
        If there is none, or it cannot be read.
    """
    try:
        with opened_folder(folder) as opened:
            return opened.read(MANIFEST, _MOST_BYTES)
    except (ArtefactError, OSError) as error:
        raise PortfolioError(
            f"{folder} is no portfolio on disk that can be read: {str(error).removesuffix('.')}. Name a "
            "folder that Portfolio.write(...) wrote; a lake is read with Portfolio.open_delta(...)."
        ) from error


def put_manifest(folder: Path, manifest: Manifest) -> None:
    """Let a manifest take the place of the one before in one step, and be on disk when this returns."""
    write_whole(folder / MANIFEST, manifest.to_bytes())
    sync_folder(folder)


def open_inside(folder: Path, *names: str) -> int:
    """Open a file below a folder for reading, step by step, following no link.

    Raises
    ------
    OSError
        If it is not there, or a step is a link.
    """
    flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
    if os.open not in os.supports_dir_fd:
        path = folder.joinpath(*names)
        for part in (path, *path.parents[: len(names) - 1]):
            if part.is_symlink():
                raise PortfolioError(f"{part} is a link.")
        return os.open(path, flags | getattr(os, "O_BINARY", 0))
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    for step, name in enumerate(names):
        kind = 0 if step == len(names) - 1 else os.O_DIRECTORY
        try:
            inner = os.open(name, flags | kind, dir_fd=handle)
        finally:
            os.close(handle)
        handle = inner
    return handle
