"""Files that are written whole or not at all, and read within bounds."""

from __future__ import annotations

import os
import stat
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Final

from creditscore.errors import ArtefactError, ParameterError

_MOST_FILES: Final = 1_000
KEY_BYTES: Final = 32
_MOST_OF_A_KEY: Final = 256
# A device or a pipe must not be waited for.
_OPEN: Final = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)


def write_whole(path: Path, content: bytes, *, mode: int = 0o644, new: bool = False) -> None:
    """Write a file under a temporary name beside its place, flush it to disk, then rename it.

    Folders that are missing are made; a file that must be `new` is never put in another's stead.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    if new:
        write_new(path, content, mode=mode)
        return
    handle, name = tempfile.mkstemp(prefix=f".{path.name}-", dir=path.parent)
    os.close(handle)
    try:
        Path(name).write_bytes(content)
        Path(name).chmod(mode)
        move_whole(Path(name), path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def write_by_ending(path: str | Path, writings: Mapping[str, Callable[[], str | bytes]]) -> None:
    """Write the one of several writings that the ending of a file's name asks for, whole or not at all.

    Raises
    ------
    ParameterError
        If it ends otherwise.
    """
    file = Path(path)
    writing = writings.get(file.suffix.lower())
    if writing is None:
        *most, last = writings
        named = f"{', '.join(most)} or {last}" if most else last
        raise ParameterError.must_be("path", f"a file that ends with {named}", str(path))
    content = writing()
    write_whole(file, content.encode() if isinstance(content, str) else content)


def write_new(path: Path, content: bytes, *, mode: int = 0o644) -> None:
    """Write a file that is not there yet, in a folder that is: whole, on disk, never in another's stead.

    Raises
    ------
    FileExistsError
        If there is such a file.
    OSError
        If it cannot be written.
    """
    handle, name = tempfile.mkstemp(prefix=f".{path.name}-", dir=path.parent)
    scratch = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        scratch.chmod(mode)
        flush_to_disk(scratch)
        os.link(scratch, path)
        sync_folder(path.parent)
    finally:
        scratch.unlink(missing_ok=True)


def move_whole(scratch: Path, path: Path) -> None:
    """Give a finished file its name once it is on disk: no crash leaves half of it under that name."""
    flush_to_disk(scratch)
    scratch.replace(path)


def flush_to_disk(path: Path) -> None:
    """Return once all that was written to a file is on disk."""
    with path.open("r+b") as file:
        os.fsync(file.fileno())


def read_key(path: Path) -> bytes:
    """Read a key from a file of 32 bytes or of 64 hexadecimal digits; empty if it holds anything else.

    Raises what `read_bounded` raises.
    """
    content = read_bounded(path, _MOST_OF_A_KEY)
    if len(content) == KEY_BYTES:
        return content
    try:
        key = bytes.fromhex(content.decode("ascii").strip())
    except ValueError:
        return b""
    return key if len(key) == KEY_BYTES else b""


def read_bounded(path: Path, most_bytes: int) -> bytes:
    """Read a regular file of at most so many bytes; what is larger, or is no file, is never read.

    Raises
    ------
    ArtefactError
        If it is larger, or is a folder, a device or a pipe.
    OSError
        If it cannot be opened or read.
    """
    try:
        handle = os.open(path, _OPEN)
    except ValueError as error:
        raise ArtefactError(f"{str(path)!r} is no path: {error}.") from error
    return _read(handle, path.name, most_bytes)


@dataclass(frozen=True, slots=True)
class Folder:
    """A folder that was opened once: all that is read of it is of the same folder, whatever takes its name.

    Attributes
    ----------
    path : Path
    names : frozenset of str
        Of what is in it.
    handle : int
        -1 where the system reads no files relative to a folder.
    """

    path: Path
    names: frozenset[str]
    handle: int

    def read(self, name: str, most_bytes: int) -> bytes:
        """Read a regular file of the folder itself: no link is followed; see `read_bounded`."""
        if name not in self.names:
            raise ArtefactError(f"{name!r} is not in the folder.")
        if self.handle < 0:
            if (self.path / name).is_symlink():
                raise ArtefactError("it is a link.")
            return read_bounded(self.path / name, most_bytes)
        return _read(os.open(name, _OPEN | os.O_NOFOLLOW, dir_fd=self.handle), name, most_bytes)


@contextmanager
def opened_folder(path: Path) -> Iterator[Folder]:
    """Open a folder for reading.

    Raises
    ------
    ArtefactError
        If it is none, cannot be read, or holds more than a thousand files.
    """
    relative = os.open in os.supports_dir_fd and os.listdir in os.supports_fd
    handle = -1
    try:
        if relative:
            handle = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
        with os.scandir(handle if relative else path) as entries:
            names = [entry.name for entry in islice(entries, _MOST_FILES + 1)]
        if len(names) > _MOST_FILES:
            raise ArtefactError(f"{path} holds more than {_MOST_FILES:,} files.")
        yield Folder(path, frozenset(names), handle)
    except ValueError as error:
        if isinstance(error, ArtefactError):
            raise
        raise ArtefactError(f"{str(path)!r} is no path: {error}.") from error
    except (FileNotFoundError, NotADirectoryError) as error:
        raise ArtefactError(f"{path} is no folder. Name the folder that was given to save().") from error
    except OSError as error:
        raise ArtefactError(f"{path} cannot be read: {error.strerror}.") from error
    finally:
        if handle >= 0:
            os.close(handle)


def _read(handle: int, name: str, most_bytes: int) -> bytes:
    """Read what was opened, and close it."""
    with os.fdopen(handle, "rb") as file:
        found = os.fstat(handle)
        if not stat.S_ISREG(found.st_mode):
            raise ArtefactError(f"{name} is no regular file.")
        if found.st_size > most_bytes:
            raise ArtefactError(f"{name} has {found.st_size:,} bytes; at most {most_bytes:,} are read.")
        content = file.read(most_bytes + 1)
    if len(content) > most_bytes:
        raise ArtefactError(f"{name} has more than the {most_bytes:,} bytes that are read.")
    return content


def sync_folder(folder: Path) -> None:
    """Return once new names in a folder are on disk, where the system can say so."""
    if os.name == "nt":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
