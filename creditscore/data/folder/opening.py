"""A portfolio on disk as it stands at one moment: its files, and what its log adds to them."""

from __future__ import annotations

from itertools import chain
from pathlib import Path
from typing import NamedTuple

from creditscore.data.door.build import Parts
from creditscore.data.door.draft import Draft
from creditscore.data.folder.adding import added
from creditscore.data.folder.generations import consistently
from creditscore.data.folder.log import Entry, entries_after, read_entry
from creditscore.data.folder.manifest import Manifest
from creditscore.data.folder.verifying import wrong_hashes, wrong_numbers
from creditscore.data.folder.writing import read_parts
from creditscore.data.network.privacy import StandingPrivacy
from creditscore.errors import PortfolioError


class State(NamedTuple):
    """What stands in a folder at one moment.

    Attributes
    ----------
    base : Parts
        What its files hold.
    entries : list of Entry
        What its log adds.
    drafts : list of dict of str to Draft
        Their rows by name of the table.
    """

    base: Parts
    entries: list[Entry]
    drafts: list[dict[str, Draft]]

    def whole(self) -> Parts:
        """Add the log to the files."""
        return added(self.base, self.drafts) if self.drafts else self.base


def read_state(
    folder: Path, privacy: StandingPrivacy | None, before: tuple[Manifest, State] | None = None
) -> tuple[Manifest, State]:
    """Read the newest state of a folder; what was read before is used again as far as it still stands."""

    def read(manifest: Manifest) -> State:
        known = {}
        base = None
        if before is not None:
            known = dict(zip(before[1].entries, before[1].drafts, strict=True))
            base = before[1].base if before[0] == manifest else None
        entries = entries_after(folder, manifest.through)
        drafts = [known.get(entry) or read_entry(folder, entry) for entry in entries]
        return State(base or read_parts(folder, manifest, privacy), entries, drafts)

    return consistently(folder, read, None if before is None else before[0])


def open_parts(folder: Path, privacy: StandingPrivacy | None, *, verify: bool) -> Parts:
    """Open the newest state of a folder; parameters and errors are those of `Portfolio.open`."""
    manifest, state = read_state(folder, privacy)
    if verify:
        wrong = next(chain(wrong_hashes(folder, manifest), wrong_numbers(state.base)), None)
        if wrong is not None:
            raise PortfolioError(f"{folder} is damaged: {wrong}.")
    return state.whole()
