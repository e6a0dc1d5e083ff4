"""A portfolio on disk that goes on growing: appended to, opened again, folded and checked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock
from types import MappingProxyType
from typing import Any

from creditscore._ground.locking import locked
from creditscore.data.about import ids_of, without
from creditscore.data.door.build import Parts, read_table
from creditscore.data.door.draft import Draft
from creditscore.data.door.reading import Digits, Midnight, Reading
from creditscore.data.door.validate import check_sources, check_table
from creditscore.data.folder.adding import concerned
from creditscore.data.folder.condition import FolderCondition, examine
from creditscore.data.folder.generations import next_generation, sweep
from creditscore.data.folder.log import append_entry, entries_after
from creditscore.data.folder.manifest import LOCK, Manifest, read_manifest
from creditscore.data.folder.opening import State, read_state
from creditscore.data.network.privacy import StandingPrivacy
from creditscore.data.portfolio import Portfolio
from creditscore.data.pseudonyms import Pseudonyms
from creditscore.data.sources import CONNECTIONS, CONSENTS
from creditscore.data.tables.contracts import CONTRACTS
from creditscore.errors import ContractError, NameUnknownError, ParameterError
from creditscore.words.calendars import Calendar as DateCalendar


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
    """

    number: int
    rows: Mapping[str, int]
    hints: tuple[str, ...] = ()

    def __repr__(self) -> str:
        listed = ", ".join(f"{count:,} {name}" for name, count in self.rows.items()) or "nothing"
        return f"Appended(entry {self.number}: {listed})"


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
        What ids are called that are appended: the same as when the portfolio was made.

    Raises
    ------
    PortfolioError
        If the folder is none of a portfolio, damaged, or of an unknown format.

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
    _portfolio: Portfolio | None = field(default=None, init=False)
    _lock: Any = field(default_factory=Lock, init=False)

    def __init__(
        self,
        folder: str | Path,
        *,
        privacy: StandingPrivacy | None = None,
        pseudonyms: Pseudonyms | None = None,
    ) -> None:
        self.folder, self.privacy, self.pseudonyms = Path(folder), privacy, pseudonyms
        self._seen, self._portfolio, self._lock = None, None, Lock()
        self._state()

    def portfolio(self) -> Portfolio:
        """Return the portfolio as it stands now; the same object as long as nothing was written.

        Raises
        ------
        PortfolioError
            If the folder was damaged meanwhile.
        """
        with self._lock:
            before = self._seen
            manifest, state = self._state()
            same = before is not None and before[0] == manifest and before[1].entries == state.entries
            if self._portfolio is None or not same:
                self._portfolio = Portfolio.of_parts(state.whole())
            return self._portfolio

    def append(
        self,
        tables: Mapping[str, Any],
        *,
        calendar: DateCalendar = "gregorian",
        digits: Digits = "latin",
        midnight: Midnight = "auto",
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
        with self._lock, locked(self.folder / LOCK, create=True):
            manifest, state = self._state()
            zone = state.base.calendar
            timezone = None if zone.timezone == "UTC" else zone.timezone
            reading = Reading(timezone, calendar, digits, midnight, self.pseudonyms)
            drafts = _through_the_door(tables, reading)
            _check_pseudonyms(state, drafts, self.pseudonyms)
            rows = {name: draft.n_rows for name, draft in drafts.items()}
            hints = tuple(hint for draft in drafts.values() for hint in draft.hints)
            if not any(rows.values()):
                return Appended(0, MappingProxyType(rows), hints)
            concerned(state.base, [*state.drafts, drafts])
            sweep(self.folder, manifest)
            number = _last_entry(manifest, state) + 1
            append_entry(self.folder, number, drafts)
            return Appended(number, MappingProxyType(rows), hints)

    def compact(self) -> bool:
        """Fold the log into new files; False where it is empty.

        Readers go on meanwhile; appends wait. It needs room on disk for the portfolio once more.

        Raises
        ------
        OSError
            If the disk is full; then everything is as it was.
        """
        with self._lock, locked(self.folder / LOCK, create=True):
            manifest, state = self._state()
            sweep(self.folder, manifest)
            if not state.entries:
                return False
            next_generation(self.folder, manifest, state.whole(), _last_entry(manifest, state))
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
        with self._lock, locked(self.folder / LOCK, create=True):
            manifest, state = self._state()
            before = Portfolio.of_parts(state.whole())
            left, rows = without(before, ids_of(before, applicant_id))
            if rows:
                parts = Parts(**{name: getattr(left, name) for name in Parts._fields})
                next_generation(self.folder, manifest, parts, _last_entry(manifest, state))
            return rows

    def check(self) -> FolderCondition:
        """Hold every byte against its hash, every number against its range, and the log against the rows."""
        return examine(self.folder, self.privacy)

    def _state(self) -> tuple[Manifest, State]:
        self._seen = read_state(self.folder, self.privacy, self._seen)
        return self._seen

    def __repr__(self) -> str:
        manifest = read_manifest(self.folder)
        entries = len(entries_after(self.folder, manifest.through))
        return f"PortfolioFolder(generation {manifest.generation}, {entries:,} entries in the log)"


def _last_entry(manifest: Manifest, state: State) -> int:
    return state.entries[-1].number if state.entries else manifest.through


def _through_the_door(tables: Mapping[str, Any], reading: Reading) -> dict[str, Draft]:
    drafts = {
        name: check_table(CONTRACTS[name], read_table(name, tables[name]), reading)
        for name in CONTRACTS
        if tables.get(name) is not None
    }
    for name in (CONNECTIONS, CONSENTS):
        if name in drafts:
            check_sources(drafts[name])
    problems = [problem for draft in drafts.values() for problem in draft.all_problems()]
    if problems:
        raise ContractError(problems)
    return drafts


def _check_pseudonyms(state: State, drafts: Mapping[str, Draft], pseudonyms: Pseudonyms | None) -> None:
    """Refuse plain ids among pseudonyms: nobody would be found under them, and everybody be seen."""
    known = state.base.people.labels
    if pseudonyms is not None or not isinstance(known, tuple) or not known:
        return
    if Pseudonyms.looks_like_one(known[0]) and Pseudonyms.looks_like_one(known[-1]):
        for draft in drafts.values():
            labels = draft.coded[draft.contract.owner].labels
            if not all(isinstance(one, str) and Pseudonyms.looks_like_one(one) for one in labels):
                wanted = "given: the people of this portfolio go under pseudonyms"
                raise ParameterError.must_be("pseudonyms", wanted, None)
