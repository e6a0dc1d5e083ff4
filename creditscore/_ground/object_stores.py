"""A folder in a store of objects, wherever fsspec reaches: written once and whole, read as a folder is."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, TypeAlias

from creditscore._ground.asked import check_made
from creditscore._ground.extras import needs
from creditscore._ground.files import Folder, opened_folder
from creditscore.errors import ArtefactError

_MOST_FILES: Final = 1_000
_SCHEME: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.:_-]+://")
_LOCAL: Final = ("file", "local")
_USER: Final = re.compile(r"//[^/]*@")


@dataclass(frozen=True, slots=True)
class ObjectStore:
    """The address of a folder in a store of objects.

    Attributes
    ----------
    url : str
        As fsspec takes it, such as ``s3://bank/models/2026-11``.

    Examples
    --------
    >>> print(ObjectStore("ftp://me:secret@bank/models"))
    ftp://bank/models
    """

    url: str

    def __str__(self) -> str:
        return _USER.sub("//", self.url)

    def __repr__(self) -> str:
        return f"ObjectStore(url={str(self)!r})"

    def said(self, error: Exception) -> str:
        """Return what an error says, without what the address keeps to itself."""
        return str(error).replace(self.url, str(self))

    def reached(self) -> tuple[Any, str]:
        """Return the file system, and the path in it.

        Raises
        ------
        MissingExtraError
            If fsspec is not installed.
        ArtefactError
            If fsspec does not know the scheme, or lacks the package that it asks for.
        """
        with needs("A folder in a store of objects", package="fsspec", extra="buckets"):
            import fsspec.core
        try:
            system, path = fsspec.core.url_to_fs(self.url)
        except (ImportError, OSError, ValueError) as error:
            raise ArtefactError(f"{self} cannot be reached: {self.said(error)}.") from error
        system.invalidate_cache()
        return system, path.rstrip("/")


AnyFolder: TypeAlias = Path | ObjectStore


@dataclass(frozen=True, slots=True)
class Objects:
    """What lies in a store, as a `Folder` has it."""

    path: ObjectStore
    names: frozenset[str]
    system: Any
    root: str

    def read(self, name: str, most_bytes: int) -> bytes:
        """Read one object of at most so many bytes."""
        if name not in self.names:
            raise ArtefactError(f"{name!r} is not in the folder.")
        with self.system.open(f"{self.root}/{name}", "rb") as file:
            content: bytes = file.read(most_bytes + 1)
        if len(content) > most_bytes:
            raise ArtefactError(f"{name} has more than the {most_bytes:,} bytes that are read.")
        return content


def any_folder(folder: str | Path) -> AnyFolder:
    """Return where a folder is: on a disk of this machine, or in a store of objects.

    Examples
    --------
    >>> any_folder("models/one"), any_folder("s3://bank/models/one")
    (PosixPath('models/one'), ObjectStore(url='s3://bank/models/one'))
    """
    check_made("folder", folder, (str, Path), "the path of a folder")
    if isinstance(folder, Path) or not _SCHEME.match(folder):
        return Path(folder)
    scheme, _, rest = folder.partition("://")
    return Path(rest) if scheme.lower() in _LOCAL else ObjectStore(folder)


@contextmanager
def opened(folder: AnyFolder) -> Iterator[Folder | Objects]:
    """Open a folder for reading, wherever it is.

    Raises
    ------
    ArtefactError
        If it is none, cannot be read, or holds more than a thousand files.
    """
    if isinstance(folder, Path):
        with opened_folder(folder) as read:
            yield read
        return
    system, root = folder.reached()
    yield Objects(folder, frozenset(_listed(folder, system, root)), system, root)


def write_once(store: ObjectStore, parts: Mapping[str, bytes], *, last: str) -> None:
    """Write files into a store that holds nothing, one of them after all others, and read them again.

    No store of objects replaces a folder in one step, so that nothing is replaced: without the last file a
    reader refuses what is there. What a writer that died left of the same files is written over.

    Parameters
    ----------
    store : ObjectStore
    parts : mapping of str to bytes
    last : str
        Which of them is written last.

    Raises
    ------
    ArtefactError
        If something else lies there, nothing can be written, or another writer wrote meanwhile.
    """
    system, root = store.reached()
    there = set(_listed(store, system, root, create=True))
    if last in there and _lies_there(store, parts):
        return
    if last in there or there - set(parts):
        raise ArtefactError(
            f"{store} holds {', '.join(sorted(there))}: nothing is replaced in a store of objects. "
            "Name an address that holds nothing."
        )
    try:
        system.makedirs(root, exist_ok=True)
        for name in (name for name in parts if name != last):
            system.pipe_file(f"{root}/{name}", parts[name])
        system.invalidate_cache()
        if last not in _listed(store, system, root, create=True):  # else it is of another writer
            system.pipe_file(f"{root}/{last}", parts[last])
    except OSError as error:
        said = store.said(error)
        raise ArtefactError(f"{store} cannot be written: {said}. Nobody reads what is there.") from error
    if not _lies_there(store, parts):
        raise ArtefactError(f"{store} holds other files than were written. Save to an address of its own.")


def _listed(store: ObjectStore, system: Any, root: str, *, create: bool = False) -> list[str]:
    try:
        found = system.ls(root, detail=True)
    except FileNotFoundError as error:
        if create:
            return []
        raise ArtefactError(f"{store} is no folder. Name the folder that was given to save().") from error
    except OSError as error:
        raise ArtefactError(f"{store} cannot be read: {store.said(error)}.") from error
    if len(found) > _MOST_FILES:
        raise ArtefactError(f"{store} holds more than {_MOST_FILES:,} files.")
    names = [str(one["name"]).rstrip("/") for one in found]
    return [name.rpartition("/")[2] for name in names if name != root]


def _lies_there(store: ObjectStore, parts: Mapping[str, bytes]) -> bool:
    """Tell whether a store holds just these files."""
    with opened(store) as read:
        if read.names != set(parts):
            return False
        try:
            return all(read.read(name, len(content)) == content for name, content in parts.items())
        except ArtefactError:
            return False
