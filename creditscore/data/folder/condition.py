"""What a check of a portfolio on disk found."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from creditscore.data.folder.adding import concerned
from creditscore.data.folder.manifest import MANIFEST, read_manifest
from creditscore.data.folder.opening import read_state
from creditscore.data.folder.verifying import wrong_hashes, wrong_numbers
from creditscore.data.network.privacy import StandingPrivacy
from creditscore.errors import ContractError, PortfolioError


@dataclass(frozen=True, slots=True)
class FolderCondition:
    """The condition of a portfolio on disk.

    Attributes
    ----------
    generation, entries : int
        Number of its files, and how many entries its log holds.
    rows : int
        Rows of all tables in its files; those of the log come on top.
    n_bytes : int
        Size of its files.
    faults : tuple of str
        What is wrong; empty where everything is as it was written.
    """

    generation: int
    entries: int
    rows: int
    n_bytes: int
    faults: tuple[str, ...]

    @property
    def ok(self) -> bool:
        """Whether nothing is wrong."""
        return not self.faults

    def to_dict(self) -> dict[str, Any]:
        """Write it as plain data."""
        return {
            "generation": self.generation,
            "entries": self.entries,
            "rows": self.rows,
            "bytes": self.n_bytes,
            "ok": self.ok,
            "faults": list(self.faults),
        }

    def __str__(self) -> str:
        head = (
            f"generation {self.generation}: {self.rows:,} rows in {self.n_bytes:,} bytes, {self.entries:,} "
            "entries in the log"
        )
        return "\n".join([head, *(f"  fault: {fault}" for fault in self.faults or ())])


def examine(folder: Path, privacy: StandingPrivacy | None) -> FolderCondition:
    """Look at every byte of a portfolio on disk; what is wrong is told and not raised.

    Parameters
    ----------
    folder : Path
    privacy : StandingPrivacy, optional
        The secret of its standings, if it was written under one.
    """
    try:
        manifest = read_manifest(folder)
    except PortfolioError as error:
        return FolderCondition(0, 0, 0, 0, (str(error),))
    n_bytes = sum(part.n_bytes for part in manifest.files.values())
    try:
        manifest, state = read_state(folder, privacy)
        faults = tuple(_faults(folder, privacy))
    except PortfolioError as error:
        return FolderCondition(manifest.generation, 0, 0, n_bytes, (str(error),))
    rows = sum(table.n_rows for table in state.base.tables.values())
    return FolderCondition(manifest.generation, len(state.entries), rows, n_bytes, faults)


def _faults(folder: Path, privacy: StandingPrivacy | None) -> Iterator[str]:
    manifest, state = read_state(folder, privacy)
    if manifest.to_bytes() != (folder / MANIFEST).read_bytes():
        yield f"{MANIFEST}: it is not written as it must be"
    yield from wrong_hashes(folder, manifest)
    wrong = list(wrong_numbers(state.base))
    yield from wrong
    rows = state.rows()
    if rows and not wrong:
        try:
            concerned(state.base, rows)
        except ContractError as error:
            yield f"log: {error}"
