"""What a portfolio can do with folders: be written to one, and be opened from one."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Self

from creditscore._ground.asked import path_of
from creditscore.data.door.build import MadeOfParts, Parts

if TYPE_CHECKING:
    from creditscore.data.network.privacy import StandingPrivacy
    from creditscore.data.pseudonyms import Pseudonyms


class OnDisk(MadeOfParts):
    """The part of a portfolio that knows folders."""

    __slots__ = ()

    def write(self, folder: str | Path, *, overwrite: bool = False) -> None:
        """Write the portfolio to a folder, from which `open` maps it into memory.

        The folder holds one file a table, in the order in which rows are read, hashes of all of them, and no
        secret. It is whole or not there: whoever reads meanwhile sees what stood there before.

        Parameters
        ----------
        folder : str or Path
            New or empty.
        overwrite : bool, default False
            Whether a portfolio that stands there is replaced, and its log with it.

        Raises
        ------
        ParameterError
            If something else stands in the folder, or a portfolio that is not to be overwritten.
        OSError
            If the disk is full, or nothing can be written there.

        Examples
        --------
        >>> import tempfile
        >>> from creditscore.data.portfolio import Portfolio
        >>> row = {"applicant_id": "a", "event_time": "2024-05-31T12:00:00+00:00", "amount": -12.5}
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     Portfolio(payments=[row]).write(folder)
        ...     Portfolio.open(folder)
        Portfolio(1 applicant, 0 loans, 2024-05-31 to 2024-05-31)
          payments: 1 row
        """
        from creditscore.data.folder.generations import write_portfolio

        write_portfolio(path_of("folder", folder), Parts.of(self), overwrite=overwrite)

    @classmethod
    def open(
        cls,
        folder: str | Path,
        *,
        privacy: StandingPrivacy | None = None,
        pseudonyms: Pseudonyms | None = None,
        verify: bool = False,
    ) -> Self:
        """Open a portfolio that `write` wrote, with all that was appended to it by now.

        Its files are mapped, not read: opening takes as long for ten events as for a hundred million, but
        for ties, which are indexed, and for what the log holds, which is folded in (see `PortfolioFolder`).
        What is opened is of one moment and stays so; whatever is written later needs another opening.

        Parameters
        ----------
        folder : str or Path
        privacy : StandingPrivacy, optional
            The secret of its standings: needed if it was written under one.
        pseudonyms : Pseudonyms, optional
            The key of those who will ask: held against the one that the portfolio was made under. Reading it
            needs none.
        verify : bool, default False
            Whether every byte is held against its hash, and every number against its range: do so with
            folders from elsewhere. Without it, sizes, shapes and ends are checked.

        Raises
        ------
        PortfolioError
            If the folder is none of a portfolio, damaged, of an unknown format, or the secret or the key of
            pseudonyms is another.
        ParameterError
            If there are pseudonyms and its people go under the ids that were given.

        Examples
        --------
        See `write`.
        """
        from creditscore.data.folder.opening import open_parts

        return cls.of_parts(open_parts(path_of("folder", folder), privacy, pseudonyms, verify=verify))
