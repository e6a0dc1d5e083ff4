"""Generations of a portfolio on disk: a new one is written aside and takes over in one step."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, Final, TypeVar

from creditscore._ground.files import sync_folder
from creditscore._ground.locking import locked
from creditscore.data.door.build import Parts
from creditscore.data.folder.keyed import SETTING
from creditscore.data.folder.manifest import (
    LOCK,
    LOG,
    MANIFEST,
    Manifest,
    folder_of,
    generation_of,
    manifest_bytes,
    put_manifest,
    read_manifest,
)
from creditscore.data.folder.writing import settings_of, write_parts
from creditscore.errors import ParameterError, PortfolioError

Result = TypeVar("Result")
_MOST_TRIES: Final = 50
_OURS: Final = frozenset({MANIFEST, LOCK, LOG})


def write_portfolio(folder: Path, parts: Parts, *, overwrite: bool) -> None:
    """Write a portfolio into a folder that is new, empty or, where the caller says so, one of a portfolio.

    Raises
    ------
    ParameterError
        If something else stands in the folder, or a portfolio that is not to be overwritten.
    OSError
        If the disk is full, or nothing can be written there. Then what stood there stands.
    """
    if folder.exists() and not folder.is_dir():
        raise ParameterError.must_be("folder", "a folder, new or empty", str(folder))
    folder.mkdir(parents=True, exist_ok=True)
    strange = sorted(path.name for path in folder.iterdir() if not _is_ours(path.name))
    if strange:
        raise ParameterError.must_be("folder", "new or empty", f"{folder}, which holds {strange[0]}")
    with locked(folder / LOCK, create=True):
        there = (folder / MANIFEST).exists()
        if there and not overwrite:
            wanted = "new or empty; overwrite=True replaces the portfolio that stands there"
            raise ParameterError.must_be("folder", wanted, str(folder))
        before = read_manifest(folder) if there else None
        through = 0 if before is None else last_entry(folder, before)
        next_generation(folder, before, parts, through)


def _is_ours(name: str) -> bool:
    return name in _OURS or name.startswith(".") or generation_of(name) > 0


def last_entry(folder: Path, manifest: Manifest) -> int:
    """Return the number of the last entry of the log of a folder."""
    from creditscore.data.folder.log import entries_after

    return max((entry.number for entry in entries_after(folder, manifest.through)), default=manifest.through)


def next_generation(
    folder: Path,
    before: Manifest | None,
    parts: Parts,
    through: int,
    settings: Mapping[str, Any] | None = None,
    notes: Mapping[str, Any] | None = None,
) -> Manifest:
    """Write a generation and let it take over; a reader sees the old one or the new one. Needs the lock.

    Parameters
    ----------
    folder : Path
    before : Manifest or None
    parts : Parts
    through : int
        Number of the last entry of the log that the parts hold.
    settings : mapping, optional
        By default those of the parts.
    notes : mapping, optional
        What a feed keeps with the rows; by default nothing.
    """
    number = 1 if before is None else before.generation + 1
    sweep(folder, before)
    (folder / LOG).mkdir(exist_ok=True)
    fresh = folder / folder_of(number)
    fresh.mkdir()
    try:
        files = write_parts(fresh, parts)
        sync_folder(folder)
        manifest = Manifest(number, through, settings or settings_of(parts), files, notes=notes or {})
        put_manifest(folder, manifest)
    except BaseException:
        if not _took_over(folder, number):
            shutil.rmtree(fresh, ignore_errors=True)
        raise
    sweep(folder, manifest)
    return manifest


def note_key(folder: Path, manifest: Manifest, check: str) -> None:
    """Let a portfolio say under which key its people go, where it does not say so yet. Needs the lock."""
    if check and manifest.settings.get(SETTING) != check:
        put_manifest(folder, replace(manifest, settings={**manifest.settings, SETTING: check}))


def _took_over(folder: Path, number: int) -> bool:
    """Whether a generation became the newest, although its writer was interrupted."""
    try:
        return read_manifest(folder).generation == number
    except PortfolioError:
        return False


def sweep(folder: Path, manifest: Manifest | None) -> None:
    """Remove what no newest state needs: other generations, entries that were folded in, halves of files.

    Needs the lock. Whoever still reads a file that goes keeps it until it is closed.
    """
    for path in folder.iterdir():
        number = generation_of(path.name)
        if number > 0 and (manifest is None or number != manifest.generation):
            shutil.rmtree(path, ignore_errors=True)
        elif path.name.startswith(f".{MANIFEST}-"):
            path.unlink(missing_ok=True)
    if manifest is not None and (folder / LOG).is_dir():
        from creditscore.data.folder.log import sweep_log

        sweep_log(folder, manifest.through)


def consistently(
    folder: Path, read: Callable[[Manifest], Result], before: Manifest | None = None
) -> tuple[Manifest, Result]:
    """Read something that belongs to one manifest; again if another took over meanwhile.

    Parameters
    ----------
    folder : Path
    read : callable
        Takes the manifest.
    before : Manifest, optional
        One that was read before: taken again where the file holds the very same bytes.

    Raises
    ------
    PortfolioError
        If what the manifest names is damaged or not there.
    """
    for _ in range(_MOST_TRIES):
        content = manifest_bytes(folder)
        try:
            same = before is not None and before.content == content
            manifest = before if before is not None and same else Manifest.of_bytes(content)
            return manifest, read(manifest)
        except (FileNotFoundError, PortfolioError) as error:
            if manifest_bytes(folder) != content:
                continue
            if isinstance(error, PortfolioError):
                raise
            name = Path(str(error.filename)).name
            raise PortfolioError(f"{name} is missing in {folder}.") from error
    raise PortfolioError(f"{folder} was folded {_MOST_TRIES} times while it was opened; try again.")
