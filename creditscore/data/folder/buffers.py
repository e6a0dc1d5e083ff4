"""Columns of a file as plain buffers: where they lie is said beside the file, so that nothing is parsed."""

from __future__ import annotations

import mmap
import os
import stat
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Final, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from creditscore._ground.arrays import Int64, read_only
from creditscore.data.door.raw import Labels
from creditscore.errors import PortfolioError

_KINDS: Final[dict[str, np.dtype[Any]]] = {
    name: np.dtype(f"<{name}") for name in ("i8", "f8", "i4", "i1")
}
_NAMES: Final = {dtype: name for name, dtype in _KINDS.items()}
TEXT: Final = "text"
_ALIGNED: Final = 8
_MOST: Final = 1 << 46


class Texts(NamedTuple):
    """Texts one after the other.

    Attributes
    ----------
    offsets : ndarray of int64, shape (n + 1,)
        Text k is ``data[offsets[k]:offsets[k + 1]]``, in UTF-8.
    data : ndarray of uint8, shape (n_bytes,)
    """

    offsets: Int64
    data: NDArray[np.uint8]


Buffer: TypeAlias = NDArray[Any] | Texts


class Extent(NamedTuple):
    """Where a buffer lies in its file.

    Attributes
    ----------
    kind : str
        ``"i8"``, ``"f8"``, ``"i4"``, ``"i1"`` or ``"text"``.
    start, length : int
        First byte, and number of entries; of texts, of their offsets less one.
    data_start, data_bytes : int
        Of texts, where their letters lie.
    """

    kind: str
    start: int
    length: int
    data_start: int = 0
    data_bytes: int = 0


def kind_of(buffer: Buffer) -> str:
    """Name what a buffer holds."""
    return TEXT if isinstance(buffer, Texts) else _NAMES[buffer.dtype]


def texts_of(labels: tuple[str, ...]) -> Texts:
    """Lay texts one after the other."""
    parts = [label.encode() for label in labels]
    offsets = np.zeros(len(parts) + 1, np.int64)
    np.cumsum([len(one) for one in parts], out=offsets[1:])
    return Texts(offsets, np.frombuffer(b"".join(parts), np.uint8))


def labels_of(buffer: Buffer) -> Labels:
    """Read labels: texts as text, whole numbers as they lie."""
    if not isinstance(buffer, Texts):
        return np.asarray(buffer)
    data, ends = buffer.data.tobytes(), buffer.offsets.tolist()
    try:
        return tuple([data[start:stop].decode() for start, stop in pairwise(ends)])
    except UnicodeDecodeError as error:
        raise PortfolioError("A label in the folder is no text in UTF-8; the file is damaged.") from error


def labels_as(labels: Labels) -> Buffer:
    """Lay labels out as a buffer."""
    return texts_of(labels) if isinstance(labels, tuple) else np.ascontiguousarray(labels, np.int64)


@dataclass(frozen=True, slots=True, eq=False)
class Mapped:
    """A file that is mapped into memory, read-only, as long as anything of it is in use.

    Parameters
    ----------
    name : str
        For messages.
    content : mmap or bytes
    """

    name: str
    content: Any

    @property
    def size(self) -> int:
        """Number of bytes."""
        return len(self.content)

    def buffer(self, given: object) -> Buffer:
        """Return a buffer of the file: read-only arrays over its bytes, none of which is read yet.

        Parameters
        ----------
        given : object
            An `Extent` as it was written; it need not be one.

        Raises
        ------
        PortfolioError
            If it is no extent in this file.
        """
        extent = self._checked(given)
        if extent.kind != TEXT:
            return self._array(_KINDS[extent.kind], extent.start, extent.length)
        offsets = self._array(_KINDS["i8"], extent.start, extent.length + 1)
        data = self._array(np.dtype(np.uint8), extent.data_start, extent.data_bytes)
        rises = not offsets[0] and offsets[-1] == extent.data_bytes and bool((np.diff(offsets) >= 0).all())
        if not rises:
            raise self._damaged("the ends of its texts do not rise")
        return Texts(offsets, data)

    def _checked(self, given: object) -> Extent:
        if not isinstance(given, list | tuple) or len(given) != len(Extent._fields):
            raise self._damaged("an extent has other parts")
        kind, *numbers = given
        if not isinstance(kind, str) or kind not in {*_KINDS, TEXT}:
            raise self._damaged("a buffer is of an unknown kind")
        if not all(type(number) is int and 0 <= number < _MOST for number in numbers):
            raise self._damaged("an extent lies outside of the file")
        return Extent(kind, *numbers)

    def _array(self, dtype: np.dtype[Any], start: int, count: int) -> NDArray[Any]:
        if start % min(_ALIGNED, dtype.itemsize) or start + count * dtype.itemsize > self.size:
            raise self._damaged("an extent lies outside of the file")
        if not count:
            return read_only(np.empty(0, dtype))
        return np.frombuffer(self.content, dtype, count, start)

    def _damaged(self, why: str) -> PortfolioError:
        return PortfolioError(f"{self.name} is damaged: {why}.")


def mapped(name: str, handle: int, n_bytes: int) -> Mapped:
    """Map an open file of a known size, and close the handle.

    Raises
    ------
    PortfolioError
        If it is no regular file of that size.
    """
    try:
        found = os.fstat(handle)
        if not stat.S_ISREG(found.st_mode) or found.st_size != n_bytes or not n_bytes:
            raise PortfolioError(f"{name} is damaged: it must be a file of {n_bytes:,} bytes.")
        return Mapped(name, mmap.mmap(handle, n_bytes, access=mmap.ACCESS_READ))
    finally:
        os.close(handle)


def drop(array: Any) -> None:
    """Give back the memory that the bytes of a mapped array took; they are read again when they are needed.

    Parameters
    ----------
    array : ndarray, shape (...), or mmap
        One that is not mapped from a file stays as it is.
    """
    while array is not None and not isinstance(array, mmap.mmap):
        array = array.obj if isinstance(array, memoryview) else getattr(array, "base", None)
    if array is not None and hasattr(mmap, "MADV_DONTNEED"):
        array.madvise(mmap.MADV_DONTNEED)


def extents_of(buffers: Mapping[str, Buffer], start: int) -> tuple[dict[str, Extent], list[NDArray[Any]]]:
    """Lay buffers one after the other from a first byte on, each at a multiple of 8.

    Returns
    -------
    extents : dict of str to Extent
    parts : list of ndarray of uint8, shape (n_bytes,)
        What is to be written, in order, the gaps with it.
    """
    extents: dict[str, Extent] = {}
    parts: list[NDArray[Any]] = []
    for name, buffer in buffers.items():
        starts = []
        for array in buffer if isinstance(buffer, Texts) else (buffer,):
            flat = np.ascontiguousarray(array).reshape(-1).view(np.uint8)
            gap = -flat.size % _ALIGNED
            parts += [flat, np.zeros(gap, np.uint8)]
            starts.append(start)
            start += flat.size + gap
        if isinstance(buffer, Texts):
            extents[name] = Extent(TEXT, starts[0], len(buffer.offsets) - 1, starts[1], buffer.data.size)
        else:
            extents[name] = Extent(kind_of(buffer), starts[0], buffer.size)
    return extents, parts
