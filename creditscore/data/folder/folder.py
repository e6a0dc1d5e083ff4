"""A portfolio on disk that goes on growing: appended to, opened again, folded and checked."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from threading import Lock
from types import MappingProxyType
from typing import Any, Literal, TypeAlias

from creditscore._ground.asked import path_of
from creditscore._ground.locking import locked
from creditscore.data.about import ids_of, without
from creditscore.data.door.build import Parts
from creditscore.data.door.draft import Draft
from creditscore.data.door.reading import Digits, Midnight, Reading
from creditscore.data.folder.adding import concerned
from creditscore.data.folder.arriving import check_pseudonyms, through_the_door
from creditscore.data.folder.condition import FolderCondition, examine
from creditscore.data.folder.generations import next_generation, note_key, sweep
from creditscore.data.folder.log import Entry, append_entry, entries_after
from creditscore.data.folder.manifest import LOCK, Manifest, read_manifest
from creditscore.data.folder.noted import without_rows_of
from creditscore.data.folder.opening import State, read_state
from creditscore.data.folder.redrafting import owners_of
from creditscore.data.folder.screening import Record, Screened, screen, without_copies
from creditscore.data.network.privacy import StandingPrivacy
from creditscore.data.portfolio import Portfolio
from creditscore.data.pseudonyms import Pseudonyms
from creditscore.data.tables.contracts import CONTRACTS
from creditscore.errors import NameUnknownError, ParameterError
from creditscore.words.calendars import Calendar as DateCalendar

Screen: TypeAlias = Callable[[Sequence[Record]], Screened]
Noted: TypeAlias = tuple[Mapping[str, Draft], Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Appended:
    """What was appended to a portfolio on disk.

    Attributes
    ----------
    number : int
        Of the entry of the log, from 1; 0 where nothing was given.
    rows : mapping of str to int
        How many rows each table got.
    hints : tuple of str
        What was noticed at the door.
    repeated : int
        How many rows were left out because they stand there already.
    """

    number: int
    rows: Mapping[str, int]
    hints: tuple[str, ...] = ()
    repeated: int = 0

    def __repr__(self) -> str:
        listed = ", ".join(f"{count:,} {name}" for name, count in self.rows.items()) or "nothing"
        again = f", {self.repeated:,} were there" if self.repeated else ""
        return f"Appended(entry {self.number}: {listed}{again})"


@dataclass(slots=True, eq=False, repr=False)
class PortfolioFolder:
    """A portfolio on disk, to which rows are added while others read it.

    Rows go to a log, one file for each append, which is on disk when `append` returns and is seen by every
    later opening; `compact` folds the log into new files. One process writes at a time, others wait; readers
    never wait, and what they opened stays as it was. A killed process leaves nothing half done: what was
    acknowledged is there, and what was not is either there whole or not at all.

    Parameters
    ----------
    folder : str or Path
        What `Portfolio.write` wrote.
    privacy : StandingPrivacy, optional
        The secret of its standings: needed if it was written under one.
    pseudonyms : Pseudonyms, optional
        What ids are called that are appended: under the key that the portfolio was made under.

    Raises
    ------
    PortfolioError
        If the folder is none of a portfolio, damaged, of an unknown format, or was made under another key.

    Examples
    --------
    >>> import tempfile
    >>> import creditscore as cs
    >>> row = {"applicant_id": "a", "event_time": "2024-05-31T12:00:00+00:00", "amount": -12.5}
    >>> with tempfile.TemporaryDirectory() as path:
    ...     cs.Portfolio(payments=[row]).write(path)
    ...     folder = cs.PortfolioFolder(path)
    ...     print(folder.append({"payments": [row | {"applicant_id": "b"}]}))
    ...     print(folder.portfolio().n_applicants, cs.Portfolio.open(path).n_applicants)
    ...     print(folder.compact(), folder)
    Appended(entry 1: 1 payments)
    2 2
    True PortfolioFolder(generation 2, 0 entries in the log)
    """

    folder: Path
    privacy: StandingPrivacy | None = None
    pseudonyms: Pseudonyms | None = None
    _seen: tuple[Manifest, State] | None = field(default=None, init=False)
    _made: tuple[tuple[Manifest, list[Entry]], Portfolio] | None = field(default=None, init=False)
    _lock: Any = field(default_factory=Lock, init=False)

    def __init__(
        self,
        folder: str | Path,
        *,
        privacy: StandingPrivacy | None = None,
        pseudonyms: Pseudonyms | None = None,
    ) -> None:
        self.folder, self.privacy, self.pseudonyms = path_of("folder", folder), privacy, pseudonyms
        self._seen, self._made, self._lock = None, None, Lock()
        self._state()

    def portfolio(self) -> Portfolio:
        """Return the portfolio as it stands now; the same object as long as nothing was written.

        Raises
        ------
        PortfolioError
            If the folder was damaged meanwhile.
        """
        with self._lock:
            manifest, state = self._state()
            made_of = (manifest, state.entries)
            if self._made is None or self._made[0] != made_of:
                self._made = made_of, Portfolio.of_parts(state.whole())
            return self._made[1]

    def append(
        self,
        tables: Mapping[str, Any],
        *,
        calendar: DateCalendar = "gregorian",
        digits: Digits = "latin",
        midnight: Midnight = "auto",
        repeated: Literal["refuse", "skip"] = "refuse",
    ) -> Appended:
        """Add rows: new events, later versions of known ones, facts that became known late.

        A row passes the door as it does for `Portfolio`, under the zone of the portfolio, and must fit the
        rows that are there: all of it is taken, or nothing. When this returns, the rows are on disk.

        Parameters
        ----------
        tables : mapping of str to dataframe or list of dicts
            New rows by name of the table.
        calendar, digits, midnight
            As for `Portfolio`. What a midnight means is decided for the rows of one call alone; say it where
            a call may hold few.
        repeated : {"refuse", "skip"}, default "refuse"
            What to do with a row whose key and known time stand there already and which says the same: refuse
            the call, or leave the row out and count it, so that a call that was answered by nobody can be
            made again. One that says something else is always refused, and one without a key (`event_id`) is
            an event of its own.

        Returns
        -------
        Appended

        Raises
        ------
        NameUnknownError
            If a table is none of the declared ones.
        ContractError
            If rows break a contract, alone or with those that are there.
        OSError
            If the disk is full; then nothing was appended.
        """
        if not isinstance(tables, Mapping):
            raise ParameterError.must_be("tables", "tables by name", tables)
        for name in tables:
            if name not in CONTRACTS:
                raise NameUnknownError.among("table", name, tuple(CONTRACTS))
        if repeated not in ("refuse", "skip"):
            raise ParameterError.must_be("repeated", "'refuse' or 'skip'", repeated)
        with locked(self.folder / LOCK, create=True), self._lock:
            manifest, state = self._state()
            reading = Reading(_zone(state), calendar, digits, midnight, self.pseudonyms)
            drafts, there = through_the_door(tables, reading), 0
            check_pseudonyms(state.people, state.base.pseudonyms_check, drafts, self.pseudonyms)
            if repeated == "skip":
                drafts, there = without_copies(state.base, state.rows(), drafts)
            rows = {name: draft.n_rows for name, draft in drafts.items()}
            hints = tuple(hint for draft in drafts.values() for hint in draft.hints)
            if not any(rows.values()):
                return Appended(0, MappingProxyType(rows), hints, there)
            concerned(state.base, [*state.rows(), drafts])
            number = self._add(manifest, state, drafts)
            return Appended(number, MappingProxyType(rows), hints, there)

    def append_noted(self, work: Callable[[Mapping[str, Any], Screen], Noted], /) -> Appended:
        """Add rows of a feed, and in the same step what the feed notes of them: where it stands, what waits.

        Nobody else writes meanwhile. `notes` and `creditscore.Stream` read them; folding the log keeps them.

        Parameters
        ----------
        work : callable
            It is called once, with the notes as they stand and with a function that judges records one by
            one, and returns the rows to be added and the notes that take the place of those before, as plain
            data. It must not use this folder.

        Returns
        -------
        Appended

        Raises
        ------
        ParameterError
            If the folder was opened with `pseudonyms`: notes would show ids as they came.
        OSError
            If the disk is full; then nothing was added or noted.

        Examples
        --------
        >>> import tempfile
        >>> import creditscore as cs
        >>> paid = {"applicant_id": "a", "event_time": "2024-05-31T12:00:00+00:00", "amount": -12.5}
        >>> def work(notes, screen):
        ...     screened = screen([("payments", paid | {"event_id": "1"}), ("payments", paid)])
        ...     print([verdict.outcome for verdict in screened.verdicts])
        ...     return screened.drafts, {"seen": notes.get("seen", 0) + 2}
        >>> with tempfile.TemporaryDirectory() as path:
        ...     cs.Portfolio(payments=[]).write(path)
        ...     folder = cs.PortfolioFolder(path)
        ...     print(folder.append_noted(work), dict(folder.notes()))
        ['taken', 'refused']
        Appended(entry 1: 1 payments) {'seen': 2}
        """
        if self.pseudonyms is not None:
            wanted = "left out: what a feed notes would show ids as they came; give it pseudonyms instead"
            raise ParameterError.must_be("pseudonyms", wanted, "some")
        with locked(self.folder / LOCK, create=True), self._lock:
            manifest, state = self._state()
            reading = Reading(_zone(state), midnight="instant")
            screening = partial(screen, state.base, state.rows(), reading=reading)
            drafts, notes = work(state.newest_notes(manifest), screening)
            check_pseudonyms(state.people, state.base.pseudonyms_check, drafts, None)
            number = self._add(manifest, state, drafts, notes)
            return Appended(number, MappingProxyType({name: draft.n_rows for name, draft in drafts.items()}))

    def notes(self) -> Mapping[str, Any]:
        """Return what a feed noted last; empty where none ever did."""
        with self._lock:
            manifest, state = self._state()
            return state.newest_notes(manifest)

    def changed_since(self, number: int) -> tuple[int, Mapping[str, frozenset[int | str]] | None]:
        """Say of whom rows were added after an entry of the log.

        Parameters
        ----------
        number : int
            Of the last entry that was looked at.

        Returns
        -------
        last : int
            Number of the last entry by now.
        owners : mapping of str to frozenset of ids, or None
            Owners of the rows by name of the table. None where that can no longer be told: the log was folded
            beyond the entry, or is not the one that was looked at.
        """
        with self._lock:
            manifest, state = self._state()
            last = _last_entry(manifest, state)
            if not manifest.through <= number <= last:
                return last, None
            logged = zip(state.entries, state.drafts, strict=True)
            return last, owners_of(drafts for entry, drafts in logged if entry.number > number)

    def log_size(self) -> tuple[int, int, int]:
        """Count the entries of the log, their rows, and the rows of the files that they are added to."""
        with self._lock:
            _, state = self._state()
            rows = sum(draft.n_rows for drafts in state.rows() for draft in drafts.values())
            return len(state.entries), rows, sum(table.n_rows for table in state.base.tables.values())

    def _add(
        self,
        manifest: Manifest,
        state: State,
        drafts: Mapping[str, Draft],
        notes: Mapping[str, Any] | None = None,
    ) -> int:
        sweep(self.folder, manifest)
        note_key(self.folder, manifest, state.base.pseudonyms_check)
        number = _last_entry(manifest, state) + 1
        append_entry(self.folder, number, drafts, notes)
        return number

    def compact(self) -> bool:
        """Fold the log into new files; False where it is empty.

        Readers go on meanwhile; appends wait. It needs room on disk for the portfolio once more.

        Raises
        ------
        OSError
            If the disk is full; then everything is as it was.
        """
        with locked(self.folder / LOCK, create=True), self._lock:
            manifest, state = self._state()
            sweep(self.folder, manifest)
            if not state.entries:
                return False
            last, notes = _last_entry(manifest, state), state.newest_notes(manifest)
            next_generation(self.folder, manifest, state.whole(), last, notes=notes)
            return True

    def erase(self, applicant_id: int | str) -> Mapping[str, int]:
        """Take one person out, and count their rows by table: new files are written, old ones and the log go.

        What happens to a row is what `erase_subject` does to it. Readers go on meanwhile; appends wait, and
        are taken after it. It needs pandas, room on disk for the portfolio once more, and in memory too.

        Parameters
        ----------
        applicant_id : int or str
            Any of their ids; all that the tables know to be theirs go.

        Returns
        -------
        mapping of str to int
            Rows by table that went, or no longer name them. Empty where no table knows them: then nothing was
            written.

        Raises
        ------
        OSError
            If the disk is full; then everything is as it was.

        Examples
        --------
        >>> import tempfile
        >>> import creditscore as cs
        >>> asked = [{"applicant_id": one, "event_time": "2024-05-31T12:00:00Z"} for one in ("a", "b")]
        >>> with tempfile.TemporaryDirectory() as path:
        ...     cs.Portfolio.from_records({"inquiries": asked}).write(path)
        ...     print(dict(cs.PortfolioFolder(path).erase("a")), cs.Portfolio.open(path).applicant_ids)
        {'inquiries': 1} ('b',)
        """
        with locked(self.folder / LOCK, create=True), self._lock:
            manifest, state = self._state()
            before = Portfolio.of_parts(state.whole())
            ids = ids_of(before, applicant_id)
            left, rows = without(before, ids)
            if rows:
                last, notes = _last_entry(manifest, state), state.newest_notes(manifest)
                left_over = without_rows_of(notes, ids)
                next_generation(self.folder, manifest, Parts.of(left), last, notes=left_over)
            return rows

    def check(self) -> FolderCondition:
        """Hold every byte against its hash, every number against its range, and the log against the rows."""
        return examine(self.folder, self.privacy)

    def _state(self) -> tuple[Manifest, State]:
        self._seen = read_state(self.folder, self.privacy, self.pseudonyms, self._seen)
        return self._seen

    def __repr__(self) -> str:
        manifest = read_manifest(self.folder)
        entries = len(entries_after(self.folder, manifest.through))
        return f"PortfolioFolder(generation {manifest.generation}, {entries:,} entries in the log)"


def _zone(state: State) -> str | None:
    zone = state.base.calendar.timezone
    return None if zone == "UTC" else zone


def _last_entry(manifest: Manifest, state: State) -> int:
    return state.entries[-1].number if state.entries else manifest.through
