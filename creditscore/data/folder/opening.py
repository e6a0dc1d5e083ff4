"""A portfolio on disk as it stands at one moment: its files, and what its log adds to them."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import chain
from pathlib import Path
from typing import Any, Final, NamedTuple

from creditscore.data.door.build import Parts
from creditscore.data.door.draft import Draft
from creditscore.data.door.raw import Labels
from creditscore.data.folder.adding import added
from creditscore.data.folder.generations import consistently
from creditscore.data.folder.keyed import named_under
from creditscore.data.folder.log import Entry, Logged, entries_after, read_entry
from creditscore.data.folder.manifest import Manifest
from creditscore.data.folder.verifying import wrong_hashes, wrong_numbers
from creditscore.data.folder.writing import read_parts
from creditscore.data.network.privacy import StandingPrivacy
from creditscore.data.pseudonyms import Pseudonyms
from creditscore.errors import PortfolioError

# When a log is folded: at so many entries, or so many rows that are a part of those in the files.
_MOST_ENTRIES: Final = 1_000
_MOST_ROWS: Final = 100_000
_PART: Final = 4


def is_long(entries: int, rows: int, there: int) -> bool:
    """Tell whether a log has become so long that it is folded; of `PortfolioFolder.log_size`.

    >>> is_long(999, 5_000, 0), is_long(1_000, 5_000, 0), is_long(2, 100_000, 0), is_long(2, 100_000, 500_000)
    (False, True, True, False)
    """
    return entries >= _MOST_ENTRIES or rows >= max(_MOST_ROWS, there // _PART)


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
    notes : list of mapping or None
        What feeds noted in each of them.
    """

    base: Parts
    entries: list[Entry]
    drafts: list[dict[str, Draft]]
    notes: list[Mapping[str, Any] | None]

    @property
    def people(self) -> Labels:
        """Ids of those whom the files know, or else of some whom the log knows; in rising order."""
        if len(self.base.people):
            return self.base.people.labels
        drafts = (draft for rows in self.rows() for draft in rows.values())
        return next((labels for draft in drafts if len(labels := _owners(draft))), ())

    def whole(self) -> Parts:
        """Add the log to the files."""
        rows = self.rows()
        return added(self.base, rows) if rows else self.base

    def rows(self) -> list[dict[str, Draft]]:
        """Rows of those entries that have any, oldest first."""
        return [drafts for drafts in self.drafts if drafts]

    def newest_notes(self, manifest: Manifest) -> Mapping[str, Any]:
        """What was noted last; empty where no feed ever was."""
        return next((notes for notes in reversed(self.notes) if notes is not None), manifest.notes)


def _owners(draft: Draft) -> Labels:
    return draft.coded[draft.contract.owner].labels if draft.contract.owner in draft.coded else ()


def read_state(
    folder: Path,
    privacy: StandingPrivacy | None,
    pseudonyms: Pseudonyms | None = None,
    before: tuple[Manifest, State] | None = None,
) -> tuple[Manifest, State]:
    """Read the newest state of a folder; what was read before is used again as far as it still stands."""

    def read(manifest: Manifest) -> State:
        known = {}
        base = None
        if before is not None:
            logged = map(Logged, before[1].drafts, before[1].notes)
            known = dict(zip(before[1].entries, logged, strict=True))
            base = before[1].base if before[0] == manifest else None
        entries = entries_after(folder, manifest.through)
        found = [known.get(entry) or read_entry(folder, entry) for entry in entries]
        drafts, notes = [one.drafts for one in found], [one.notes for one in found]
        if base is not None:
            return State(base, entries, drafts, notes)
        state = State(read_parts(folder, manifest, privacy), entries, drafts, notes)
        under = named_under(manifest.settings, state.people, pseudonyms)
        return state._replace(base=under.of(state.base))

    return consistently(folder, read, None if before is None else before[0])


def open_parts(
    folder: Path, privacy: StandingPrivacy | None, pseudonyms: Pseudonyms | None, *, verify: bool
) -> Parts:
    """Open the newest state of a folder; parameters and errors are those of `Portfolio.open`."""
    manifest, state = read_state(folder, privacy, pseudonyms)
    if verify:
        wrong = next(chain(wrong_hashes(folder, manifest), wrong_numbers(state.base)), None)
        if wrong is not None:
            raise PortfolioError(f"{folder} is damaged: {wrong}.")
    return state.whole()
