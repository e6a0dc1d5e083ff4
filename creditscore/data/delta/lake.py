"""What is asked of Delta Lake: a table as it stood, its newest version, a new one; errors in our words."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from secrets import token_hex
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from creditscore._ground.extras import needs
from creditscore.errors import ParameterError, PortfolioError

if TYPE_CHECKING:
    import pyarrow as pa

_MARK: Final = "creditscore_write"
_FAR_BACK: Final = 1_000
_USER: Final = re.compile(r"//[^/@\s]*@")
# How a terminal is told of colours, which stand in errors of the engine.
_COLOURS: Final = re.compile(r"\x1b\[[0-9;]*m")
_MOST_SAID: Final = 300


class TableVersion(NamedTuple):
    """A version of a Delta table.

    Attributes
    ----------
    version : int
    rows : int
    """

    version: int
    rows: int


@dataclass(frozen=True, slots=True, repr=False)
class Lake:
    """A folder of Delta tables, on a disk or in a store of objects.

    Attributes
    ----------
    root : str
    options : mapping of str to str, optional
        What the store of objects needs, such as keys; it is handed on, and stands in no message.
    """

    root: str
    options: Mapping[str, str] | None = None

    @classmethod
    def at(cls, root: str | Path, options: Mapping[str, str] | None, caller: str) -> Lake:
        """Return the lake at an address.

        Raises
        ------
        MissingExtraError
            If deltalake is not installed.
        ParameterError
            If it is no address, or the options are no texts by name.
        """
        if not isinstance(root, str | Path) or not str(root) or "\0" in str(root):
            raise ParameterError.must_be("root", "a folder, or an address such as s3://bank/lake", root)
        if options is not None and not _are_texts(options):
            wanted = "texts by name, as the store of objects takes them"
            raise ParameterError.must_be("storage_options", wanted, type(options).__name__)
        with needs(caller, package="deltalake", extra="delta"):
            import deltalake  # noqa: F401
        return cls(str(root).rstrip("/"), options)

    def __str__(self) -> str:
        return _USER.sub("//", self.root)

    def has(self, name: str) -> bool:
        """Whether there is a Delta table of a name."""
        from deltalake import DeltaTable

        with self._said(name):
            return DeltaTable.is_deltatable(self._of(name), self._options())

    def newest(self, name: str) -> int:
        """Return the number of the newest version of a table."""
        return int(self._opened(name, None).version())

    def read(self, name: str, version: int | None) -> pa.Table:
        """Read a table as it stood at a version; the newest where none is named.

        Raises
        ------
        PortfolioError
            If there is no such table or version, or it cannot be read.
        """
        table = self._opened(name, version)
        with self._said(name):
            return table.to_pyarrow_table()

    def replace(self, name: str, rows: pa.RecordBatchReader, count: int) -> TableVersion:
        """Let rows take the place of those of a table, as its next version, in one step.

        Raises
        ------
        PortfolioError
            If another wrote to the table meanwhile, or nothing can be written there.
        """
        from deltalake import CommitProperties, DeltaTable, write_deltalake

        mark = token_hex(16)
        with self._said(name):
            write_deltalake(
                self._made(name), rows, mode="overwrite", schema_mode="overwrite",
                storage_options=self._options(),
                commit_properties=CommitProperties(custom_metadata={_MARK: mark}),
            )  # fmt: skip
            history = DeltaTable(self._of(name), storage_options=self._options()).history(_FAR_BACK)
        ours = next((one for one in history if one.get(_MARK) == mark), None)
        if ours is None:
            raise PortfolioError(f"{self}/{name}: what was written is not in its history; write it again.")
        return TableVersion(int(ours["version"]), count)

    def _made(self, name: str) -> str:
        where = self._of(name)
        if "://" not in where:
            Path(where).mkdir(parents=True, exist_ok=True)
        return where

    def _opened(self, name: str, version: int | None) -> Any:
        from deltalake import DeltaTable

        with self._said(name):
            return DeltaTable(self._of(name), version=version, storage_options=self._options())

    def _of(self, name: str) -> str:
        return f"{self.root}/{name}"

    def _options(self) -> dict[str, str] | None:
        return None if self.options is None else dict(self.options)

    @contextmanager
    def _said(self, name: str) -> Iterator[None]:
        from deltalake.exceptions import CommitFailedError, DeltaError
        from pyarrow import ArrowException

        try:
            yield
        except CommitFailedError as error:
            raise PortfolioError(
                f"{self}/{name}: another wrote to it meanwhile. Write the portfolio again."
            ) from error
        except (DeltaError, ArrowException, OSError) as error:
            plain = _COLOURS.sub("", _USER.sub("//", str(error)))
            why = " ".join(plain.split())[:_MOST_SAID]
            raise PortfolioError(f"{self}/{name} cannot be had as a Delta table: {why}") from error


def _are_texts(options: object) -> bool:
    return isinstance(options, Mapping) and all(isinstance(one, str) for one in chain(*options.items()))
