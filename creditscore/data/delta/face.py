"""What a portfolio can do with Delta Lake: be written to one, and be read as it stood."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Self

from creditscore.data.door.build import MadeOfParts, Parts

if TYPE_CHECKING:
    from creditscore.data.delta.whole import DeltaWritten, Version
    from creditscore.data.network.privacy import StandingPrivacy
    from creditscore.data.pseudonyms import Pseudonyms


class InDelta(MadeOfParts):
    """The part of a portfolio that knows Delta Lake."""

    __slots__ = ()

    def write_delta(
        self, root: str | Path, *, storage_options: Mapping[str, str] | None = None
    ) -> DeltaWritten:
        """Write the portfolio to Delta Lake: one Delta table for each table, readable by any engine.

        Each table gets a next version that replaces its rows; what stood there stays as an earlier version.
        Last, the Delta table ``portfolio`` gets a version that names those that belong together, so that a
        reader sees the write before or this one, and never half of each. Rows that were set aside are not
        written; no secret is.

        Parameters
        ----------
        root : str or Path
            The folder of the Delta tables, or an address such as ``s3://bank/lake``.
        storage_options : mapping of str to str, optional
            What the store of objects needs, as deltalake takes it.

        Returns
        -------
        DeltaWritten

        Raises
        ------
        MissingExtraError
            If deltalake is not installed (extra ``delta``).
        PortfolioError
            If another wrote to one of the tables meanwhile, or nothing can be written there.

        References
        ----------
        Armbrust, M. et al. (2020). Delta Lake: high-performance ACID table storage over cloud object stores.
        Proceedings of the VLDB Endowment 13(12), 3411-3424.

        Examples
        --------
        >>> import tempfile
        >>> from creditscore.data.portfolio import Portfolio
        >>> row = {"applicant_id": "a", "event_time": "2024-05-31T12:00:00+00:00", "amount": -12.5}
        >>> with tempfile.TemporaryDirectory() as root:
        ...     first = Portfolio(payments=[row]).write_delta(root)
        ...     second = Portfolio(payments=[row, row]).write_delta(root)
        ...     [Portfolio.open_delta(root, version=k).tables["payments"].n_rows for k in (0, 1)]
        [1, 2]
        >>> first.version, second.version, dict(second.tables)
        (0, 1, {'payments': 1})
        """
        from creditscore.data.delta.lake import Lake
        from creditscore.data.delta.whole import write_parts

        return write_parts(Lake.at(root, storage_options, "Portfolio.write_delta"), Parts.of(self))

    @classmethod
    def open_delta(
        cls,
        root: str | Path,
        *,
        version: Version = None,
        privacy: StandingPrivacy | None = None,
        pseudonyms: Pseudonyms | None = None,
        set_aside: bool = False,
        threads: int | None = None,
        storage_options: Mapping[str, str] | None = None,
    ) -> Self:
        """Read a portfolio that `write_delta` wrote, as it stood at any of its versions.

        Every row passes the same door as rows that are new: others may have written to the tables. Tables of
        others, which no portfolio wrote, are given one by one: ``Portfolio(payments=DeltaTable(...))``.

        Parameters
        ----------
        root : str or Path
        version : int or "newest", optional
            Number of a write, from 0: what stood then. Left out: the last write; a hint says which tables
            others wrote to since. ``"newest"``: the newest version of each table, whoever wrote it; Delta
            Lake does not say whether these belong together.
        privacy : StandingPrivacy, optional
            The secret of its standings: needed if it was written under one.
        pseudonyms : Pseudonyms, optional
            The key of those who will ask: held against the one that the portfolio was made under. Reading it
            needs none.
        set_aside : bool, default False
            Whether rows that break a rule are set aside, and not refused.
        threads : int, optional
            How many threads order large tables; all processors where left out.
        storage_options : mapping of str to str, optional
            What the store of objects needs, as deltalake takes it.

        Raises
        ------
        MissingExtraError
            If deltalake is not installed (extra ``delta``).
        PortfolioError
            If no portfolio or no such version is there (it may have been vacuumed), the secret or the
            key of pseudonyms is another, or a table has other rows than were written.
        ParameterError
            If there are pseudonyms and its people go under the ids that were given.
        ContractError
            If rows break a contract.

        Examples
        --------
        See `write_delta`.
        """
        from creditscore.data.delta.lake import Lake
        from creditscore.data.delta.whole import read_parts

        lake = Lake.at(root, storage_options, "Portfolio.open_delta")
        return cls.of_parts(
            read_parts(lake, version, privacy, pseudonyms, set_aside=set_aside, threads=threads)
        )
