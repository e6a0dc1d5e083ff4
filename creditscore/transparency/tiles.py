"""The log as plain files that any web server can hand out: tiles of hashes, entries, and the newest head.

The layout is that of C2SP's tlog-tiles, which Rekor v2 uses too: ``tile/<level>/<number>`` holds 256 hashes
and never changes, ``….p/<width>`` fewer, ``tile/entries/<number>`` the leaves, ``checkpoint`` the signed
head. What lies there holds nothing about anybody: leaves are ids, hashes and commitments.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Final

from creditscore._ground.files import read_bounded, write_whole
from creditscore.errors import ArtefactError, SigningError
from creditscore.signing.trust import Trust
from creditscore.transparency.heads import SignedHead
from creditscore.transparency.leaves import Leaf
from creditscore.transparency.tree import HASH_BYTES, TILE, Hashes, leaf_hash, root_at, root_of

CHECKPOINT: Final = "checkpoint"
_LENGTH: Final = struct.Struct(">H")
_MOST_BYTES: Final = 1 << 24
_GROUP: Final = 1_000


class Tiles:
    """A folder of tiles.

    Parameters
    ----------
    folder : Path

    Examples
    --------
    >>> tile_name(0, 5), tile_name(1, 1234067, 17), tile_name(-1, 0)
    ('tile/0/005', 'tile/1/x001/x234/067.p/17', 'tile/entries/000')
    """

    def __init__(self, folder: str | Path) -> None:
        self.folder: Path = Path(folder)

    def head(self) -> SignedHead | None:
        """Return the head that lies there, or None."""
        if not (self.folder / CHECKPOINT).exists():
            return None
        try:
            return SignedHead.from_text(self._content(CHECKPOINT).decode())
        except UnicodeDecodeError as error:
            raise SigningError(f"The head in {self.folder} is damaged.") from error

    def publish(self, head: SignedHead, hashes: Hashes, leaves: Iterable[tuple[int, Sequence[Leaf]]]) -> None:
        """Write what is new since the head that lies there, and the head last.

        Parameters
        ----------
        head : SignedHead
        hashes : Hashes
            Of the tree, at least as large.
        leaves : iterable of (int, sequence of Leaf)
            For each tile of entries its number and all its leaves, from `first_tile` on.

        Raises
        ------
        SigningError
            If the log that lies there is another, or does not lead to the new head.
        """
        before, size = self.head(), head.head.size
        if before is not None and not _leads(before, head, hashes):
            raise SigningError(f"{self.folder} holds a log that does not lead to the new head. Keep both.")
        for number, several in leaves:
            data = b"".join(_LENGTH.pack(len(leaf.data)) + leaf.data for leaf in several)
            self._write(tile_name(-1, number, len(several) % TILE), data)
        level, count, old = 0, size, 0 if before is None else before.head.size
        while count:
            for start in range(old - old % TILE, count, TILE):
                stop = min(start + TILE, count)
                name = tile_name(level, start // TILE, (stop - start) % TILE)
                self._write(name, b"".join(hashes.read(level, start, stop)))
            level, count, old = level + 1, count // TILE, old // TILE
        self._write(CHECKPOINT, head.text.encode())

    def first_tile(self) -> int:
        """Return the number of the first tile of entries that a later head may change."""
        before = self.head()
        return 0 if before is None else before.head.size // TILE

    def read(self, level: int, start: int, stop: int) -> list[bytes]:
        """Return stored hashes; see `creditscore.transparency.tree.Hashes`."""
        found: list[bytes] = []
        for number in range(start // TILE, (stop - 1) // TILE + 1):
            row = self._tile(level, number)
            found += row[max(0, start - number * TILE) : stop - number * TILE]
        return found

    def leaves(self) -> Iterator[Leaf]:
        """Pass over all leaves of the head that lies there.

        Raises
        ------
        SigningError
            If one is damaged or missing.
        """
        size = self._size()
        for number in range((size + TILE - 1) // TILE):
            width = min(TILE, size - number * TILE)
            yield from _unpacked(self._content(tile_name(-1, number, width % TILE)), width)

    def check(self, trust: Trust) -> SignedHead:
        """Compute every hash anew from the leaves: each tile must hold it, and the head the root.

        Parameters
        ----------
        trust : Trust
            Whose keys may sign for the log.

        Returns
        -------
        SignedHead
            The head that lies there: compare it with those that you kept.

        Raises
        ------
        SigningError
            At the first that is another, or if nobody trusted signed the head.
        """
        head = self.head()
        checked = None if head is None else head.check(trust)
        if head is None or checked is None or not checked.is_good:
            raise SigningError(f"The head in {self.folder} is not believed: {checked or 'there is none'}.")
        level, row = 0, [leaf_hash(leaf.data) for leaf in self.leaves()]
        while row:
            if self.read(level, 0, len(row)) != row:
                raise SigningError(f"A tile of level {level} is not that of its entries.")
            row = [root_of(row[k : k + TILE]) for k in range(0, len(row) - TILE + 1, TILE)]
            level += 1
        if root_at(self, head.head.size) != head.head.root:
            raise SigningError("The head is not that of the tiles.")
        return head

    def _size(self) -> int:
        head = self.head()
        return 0 if head is None else head.head.size

    def _tile(self, level: int, number: int) -> list[bytes]:
        """A whole tile, or the one that is not whole yet at the size of the head."""
        count = self._size() >> 8 * level
        width = min(TILE, count - number * TILE)
        content = self._content(tile_name(level, number, width % TILE)) if width > 0 else b""
        return [content[k : k + HASH_BYTES] for k in range(0, len(content), HASH_BYTES)]

    def _content(self, name: str) -> bytes:
        try:
            return read_bounded(self.folder / name, _MOST_BYTES)
        except (OSError, ArtefactError) as error:
            raise SigningError(f"{self.folder / name} cannot be read: {error}.") from error

    def _write(self, name: str, content: bytes) -> None:
        """Write a file that is not there yet with this content."""
        path = self.folder / name
        try:
            if not (path.is_file() and path.read_bytes() == content):
                write_whole(path, content)
        except OSError as error:
            raise SigningError(f"{path} cannot be written: {error.strerror}.") from error


def tile_name(level: int, number: int, width: int = 0) -> str:
    """Name a tile as tlog-tiles does.

    Parameters
    ----------
    level : int
        -1 for entries.
    number : int
    width : int, default 0
        How many hashes it has, where it is not whole.
    """
    rest, name = divmod(number, _GROUP)
    parts = [f"{name:03d}"]
    while rest:
        rest, name = divmod(rest, _GROUP)
        parts.append(f"x{name:03d}")
    whose = "entries" if level < 0 else str(level)
    return f"tile/{whose}/{'/'.join(reversed(parts))}" + (f".p/{width}" if width else "")


def _leads(before: SignedHead, head: SignedHead, hashes: Hashes) -> bool:
    one, other = before.head, head.head
    known = one.origin == other.origin and one.size <= other.size
    return known and root_at(hashes, one.size) == one.root


def _unpacked(content: bytes, width: int) -> Iterator[Leaf]:
    start = 0
    for _ in range(width):
        piece = content[start : start + _LENGTH.size]
        end = start + _LENGTH.size + (_LENGTH.unpack(piece)[0] if len(piece) == _LENGTH.size else 0)
        if end > len(content) or end - start <= _LENGTH.size:
            raise SigningError("A tile of entries is cut short.")
        yield Leaf.from_data(content[start + _LENGTH.size : end])
        start = end
    if start != len(content):
        raise SigningError("A tile of entries holds more than its entries.")
