"""The Merkle tree of RFC 9162: hashes, roots and paths, from hashes that are stored once and never change.

What is stored are the hashes of all leaves, and of each 256 of them the root, of each 256 of those the root,
and so on: level 0, 1, 2. A complete subtree of any other height follows from at most 128 of them, so that a
proof in a tree of a million leaves reads a few hundred hashes, and an entry that is appended writes one.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from typing import Final, Protocol

from creditscore.errors import SigningError

HASH_BYTES: Final = 32
TILE_BITS: Final = 8
TILE: Final = 1 << TILE_BITS
EMPTY_ROOT: Final = hashlib.sha256(b"").digest()
# Sizes of trees are whole numbers that JSON holds exactly.
LARGEST: Final = 2**53


class Hashes(Protocol):
    """Where the stored hashes of a tree are read from."""

    def read(self, level: int, start: int, stop: int) -> list[bytes]:
        """Return the hashes of a level with numbers from ``start`` up to, not including, ``stop``."""


def leaf_hash(data: bytes) -> bytes:
    """Hash an entry as a leaf: SHA-256 of a zero byte and the entry."""
    return hashlib.sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Hash two subtrees as one: SHA-256 of a one byte and both."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def split_of(size: int) -> int:
    """Return how many of so many leaves go left: the largest power of two that is smaller.

    Parameters
    ----------
    size : int
        At least 2.
    """
    return 1 << (size - 1).bit_length() - 1


def root_of(hashes: Sequence[bytes]) -> bytes:
    """Return the root over hashes of leaves, or of complete subtrees of one height.

    Examples
    --------
    >>> root_of([]).hex()[:8], root_of([leaf_hash(b"")]).hex()[:8]
    ('e3b0c442', '6e340b9c')
    """
    if not hashes:
        return EMPTY_ROOT
    row = list(hashes)
    while len(row) > 1:
        pairs = [node_hash(row[k], row[k + 1]) for k in range(0, len(row) - 1, 2)]
        row = pairs + row[len(row) & ~1 :]
    return row[0]


def range_hash(hashes: Hashes, start: int, stop: int) -> bytes:
    """Return the hash of the subtree over the leaves from ``start`` up to, not including, ``stop``.

    The subtree must be one that RFC 9162 has: it starts at a multiple of the power of two that covers it.
    """
    size = stop - start
    if size & (size - 1):
        middle = start + split_of(size)
        return node_hash(range_hash(hashes, start, middle), range_hash(hashes, middle, stop))
    level, height = divmod(size.bit_length() - 1, TILE_BITS)
    first = start >> (level * TILE_BITS)
    return root_of(_stored(hashes, level, first, first + (1 << height)))


def root_at(hashes: Hashes, size: int) -> bytes:
    """Return the root of the tree when it had so many leaves."""
    return range_hash(hashes, 0, size) if size else EMPTY_ROOT


def inclusion_path(hashes: Hashes, index: int, size: int) -> list[bytes]:
    """Return the hashes that lead from a leaf to the root (RFC 9162, section 2.1.3.1).

    Raises
    ------
    SigningError
        If the tree has no such leaf.
    """
    if not 0 <= index < size:
        raise SigningError(f"A tree of {size:,} entries has no entry of index {index:,}.")
    path: list[bytes] = []
    start, stop = 0, size
    while stop - start > 1:
        middle = start + split_of(stop - start)
        if index < middle:
            path.append(range_hash(hashes, middle, stop))
            stop = middle
        else:
            path.append(range_hash(hashes, start, middle))
            start = middle
    return path[::-1]


def consistency_path(hashes: Hashes, first: int, second: int) -> list[bytes]:
    """Return the hashes that lead from an earlier root to a later one (RFC 9162, section 2.1.4.1).

    Raises
    ------
    SigningError
        If the sizes are not in order.
    """
    if not 0 <= first <= second:
        raise SigningError(f"A tree does not shrink from {first:,} to {second:,} entries.")
    if first in (0, second):
        return []
    path: list[bytes] = []
    start, stop, whole = 0, second, True
    while stop != first:
        middle = start + split_of(stop - start)
        if first <= middle:
            path.append(range_hash(hashes, middle, stop))
            stop = middle
        else:
            path.append(range_hash(hashes, start, middle))
            start, whole = middle, False
    return (path if whole else [*path, range_hash(hashes, start, stop)])[::-1]


def grown(hashes: Hashes, size: int, leaves: Sequence[bytes]) -> Iterator[tuple[int, int, bytes]]:
    """Yield what is to be stored once leaves are appended: level, number and hash.

    Parameters
    ----------
    hashes : Hashes
        Of the tree so far.
    size : int
        Its leaves so far.
    leaves : sequence of bytes
        Hashes of the new ones.
    """
    level, first, fresh = 0, size, list(leaves)
    while fresh:
        yield from ((level, first + k, one) for k, one in enumerate(fresh))
        above, whole = first // TILE, (first + len(fresh)) // TILE
        before = _stored(hashes, level, above * TILE, first) if whole > above else []
        row = before + fresh
        fresh = [root_of(row[k * TILE : (k + 1) * TILE]) for k in range(whole - above)]
        level, first = level + 1, above


def _stored(hashes: Hashes, level: int, start: int, stop: int) -> list[bytes]:
    found = hashes.read(level, start, stop) if stop > start else []
    if len(found) != stop - start or any(len(one) != HASH_BYTES for one in found):
        raise SigningError(f"Hashes of the tree are missing or damaged: level {level}, from {start:,}.")
    return found


class MemoryHashes:
    """The hashes of a tree in memory.

    Parameters
    ----------
    leaves : sequence of bytes, optional
        Hashes of leaves to begin with.

    Examples
    --------
    >>> tree = MemoryHashes([leaf_hash(bytes([k])) for k in range(7)])
    >>> len(tree), len(inclusion_path(tree, 3, 7)), len(consistency_path(tree, 3, 7))
    (7, 3, 4)
    """

    def __init__(self, leaves: Sequence[bytes] = ()) -> None:
        self._levels: list[list[bytes]] = []
        self.append(leaves)

    def append(self, leaves: Sequence[bytes]) -> None:
        """Append hashes of leaves."""
        for level, _, one in list(grown(self, len(self), leaves)):
            if level == len(self._levels):
                self._levels.append([])
            self._levels[level].append(one)

    def read(self, level: int, start: int, stop: int) -> list[bytes]:
        """See `Hashes`."""
        return self._levels[level][start:stop] if level < len(self._levels) else []

    def __len__(self) -> int:
        return len(self._levels[0]) if self._levels else 0
