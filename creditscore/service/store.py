"""What the service knows of applicants: a portfolio of its own, and records that come with a request."""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from creditscore._ground.zones import USUAL_WEEKEND
from creditscore.data.folder.folder import PortfolioFolder
from creditscore.data.folder.opening import is_long
from creditscore.data.network.privacy import StandingPrivacy
from creditscore.data.portfolio import Portfolio
from creditscore.data.pseudonyms import Pseudonyms
from creditscore.errors import ParameterError
from creditscore.service.apart import apart
from creditscore.service.messages import Tables
from creditscore.service.problems import Fault, RefusedError


@dataclass(frozen=True, slots=True)
class Reading:
    """How records that come with a request are read, as the portfolio was.

    Attributes
    ----------
    timezone : str, optional
    weekend : sequence of str
    privacy : StandingPrivacy, optional
    pseudonyms : Pseudonyms, optional
        What ids are called that come with a request.
    """

    timezone: str | None = None
    weekend: Sequence[str] = USUAL_WEEKEND
    privacy: StandingPrivacy | None = None
    pseudonyms: Pseudonyms | None = None

    def settings(self) -> dict[str, Any]:
        """Arguments of `Portfolio.from_records`."""
        return {
            "timezone": self.timezone,
            "weekend": self.weekend,
            "privacy": self.privacy,
            "pseudonyms": self.pseudonyms,
        }


class PortfolioStore(Protocol):
    """Where the portfolio of the service lies."""

    @property
    def can_change(self) -> bool:
        """Whether rows can be added and taken out."""

    def current(self) -> Portfolio:
        """Return what is known now: it does not change under whoever reads it."""

    def append(self, tables: Tables) -> Mapping[str, int]:
        """Add records, for good on return, and count them by table."""

    def erase(self, applicant_id: int | str, /) -> Mapping[str, int]:
        """Take a person out, all ids of theirs, for good on return, and count the rows by table."""

    @property
    def is_long(self) -> bool:
        """Whether so much was added that it is worth folding: reading it takes time and memory."""

    def fold(self) -> bool:
        """Fold what was added into the files, or tell that nothing was to fold; readers go on meanwhile."""


@dataclass(frozen=True, slots=True)
class FixedStore:
    """A portfolio that was read once and stays as it is.

    Attributes
    ----------
    portfolio : Portfolio
    """

    portfolio: Portfolio

    @property
    def can_change(self) -> bool:
        """Nothing can."""
        return False

    def current(self) -> Portfolio:
        """Return the portfolio."""
        return self.portfolio

    def append(self, tables: Tables) -> Mapping[str, int]:
        """Refuse: nothing can be added.

        Raises
        ------
        RefusedError
        """
        raise _fixed(f"{len(tables)} table(s) were given")

    def erase(self, _: int | str, /) -> Mapping[str, int]:
        """Refuse: nothing can be taken out.

        Raises
        ------
        RefusedError
        """
        raise _fixed("somebody is to be taken out of it")

    @property
    def is_long(self) -> bool:
        """Nothing was added."""
        return False

    def fold(self) -> bool:
        """Do nothing: nothing was added."""
        return False


class FolderStore:
    """A portfolio on disk: what is added is on disk on return, and the next request reads it.

    Parameters
    ----------
    folder : Path
    standings_key : Path, optional
        The file of the secret of its standings.
    pseudonyms : Pseudonyms, optional
        What ids are called that are appended: the same as when the portfolio was made.

    Raises
    ------
    ParameterError
        If the people of the portfolio go under their own ids, and pseudonyms are given; or under pseudonyms
        of a key, and none is given.
    PortfolioError
        If they go under pseudonyms of another key.
    """

    def __init__(
        self, folder: Path, standings_key: Path | None = None, pseudonyms: Pseudonyms | None = None
    ) -> None:
        self._standings_key = standings_key
        self._folder = PortfolioFolder(folder, privacy=secret_in(standings_key), pseudonyms=pseudonyms)
        check = self._folder.portfolio().pseudonyms_check
        if check and pseudonyms is None:
            wanted = (
                f"given (--pseudonyms-key): the people of the portfolio go under pseudonyms of the key "
                f"{check}, and nobody would be found under the ids that callers send"
            )
            raise ParameterError.must_be("pseudonyms", wanted, None)
        self._turn, self._folding = threading.Lock(), threading.Lock()
        self._long = False
        self._again_at = 0

    @property
    def can_change(self) -> bool:
        """Rows can be added and taken out."""
        return True

    def current(self) -> Portfolio:
        """Return the portfolio as it stands, also after what other processes added."""
        return self._folder.portfolio()

    def append(self, tables: Tables) -> Mapping[str, int]:
        """Add records: all of them, or none; those that stand there already are left out.

        Raises
        ------
        ContractError
            If records break a contract, alone or with those that are there.
        """
        with self._turn:
            added = self._folder.append(tables, midnight="instant", repeated="skip").rows
            size = self._folder.log_size()
            self._long = is_long(*size) and size[0] >= self._again_at
            return added

    def erase(self, applicant_id: int | str, /) -> Mapping[str, int]:
        """Write the portfolio anew without a person; whoever adds to it meanwhile waits."""
        with self._turn:
            return apart(_written_without, self._folder.folder, self._standings_key, applicant_id)

    @property
    def is_long(self) -> bool:
        """Whether the log was long when something was added last, and nobody folds it."""
        return self._long and not self._folding.locked()

    def fold(self) -> bool:
        """Fold the log in a process of its own; this one reads on, and what is to be added waits.

        Where that fails, what is appended asks for it again once the log has a tenth more entries.

        Returns
        -------
        bool
            False if there was nothing to fold, or it is folded already at this moment.

        Raises
        ------
        PortfolioError
            If the folder is damaged.
        OSError
            If the disk is full; then everything is as it was.
        """
        if not self._folding.acquire(blocking=False):
            return False
        try:
            entries = self._folder.log_size()[0]
            self._again_at = entries + max(1, entries // 10)
            folded: bool = apart(_folded, self._folder.folder, self._standings_key)
            self._long, self._again_at = False, 0
            return folded
        finally:
            self._folding.release()


def secret_in(file: Path | None) -> StandingPrivacy | None:
    """Read the secret of standings: it goes from process to process as the name of its file alone."""
    return None if file is None else StandingPrivacy.from_file(file)


def _written_without(folder: Path, standings_key: Path | None, applicant_id: int | str) -> dict[str, int]:
    return dict(PortfolioFolder(folder, privacy=secret_in(standings_key)).erase(applicant_id))


def _folded(folder: Path, standings_key: Path | None) -> bool:
    return PortfolioFolder(folder, privacy=secret_in(standings_key)).compact()


def _fixed(given: str) -> RefusedError:
    return RefusedError.of(
        503, "not-configured", f"The portfolio of this service cannot be changed, and {given}."
    )


@dataclass(frozen=True, slots=True)
class Known:
    """What can be read of applicants.

    Attributes
    ----------
    store : PortfolioStore, optional
        None where every request brings its records.
    reading : Reading
    most_rows : int
        Of all tables that come with a request.
    """

    store: PortfolioStore | None = None
    reading: Reading = field(default_factory=Reading)
    most_rows: int = 200_000

    def portfolio(self, tables: Tables | None) -> Portfolio:
        """Return the portfolio of given records, or that of the service where none are given.

        Parameters
        ----------
        tables : dict of str to list of dict, optional

        Raises
        ------
        RefusedError
            If none are given and the service has no portfolio, or more are given than are read.
        ContractError, NameUnknownError
            If records break the contract of their table, or there is no such table.
        """
        if tables is not None:
            self.count(tables)
            return Portfolio.from_records(tables, **self.reading.settings())
        return self.changeable().current()

    def changeable(self) -> PortfolioStore:
        """Return the store of the portfolio.

        Raises
        ------
        RefusedError
            If there is none.
        """
        if self.store is None:
            detail = "This service has no portfolio. Give the records of the applicant in 'tables'."
            raise RefusedError.of(503, "not-configured", detail, Fault("/tables", detail))
        return self.store

    def called(self, applicant_id: int | str) -> int | str:
        """Return what an applicant is called inside: the pseudonym of an id, or the id."""
        names = self.reading.pseudonyms
        return applicant_id if names is None else names.of(applicant_id)

    def count(self, tables: Tables) -> int:
        """Count records.

        Raises
        ------
        RefusedError
            If they are more than are read at once.
        """
        rows = sum(map(len, tables.values()))
        if rows > self.most_rows:
            detail = f"At most {self.most_rows:,} records are read at once. Got {rows:,}."
            raise RefusedError.of(413, "too-large", detail, Fault("/tables", detail))
        return rows
