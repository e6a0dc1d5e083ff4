"""Proofs about a tree: that an entry is in it, and that a later one holds all of an earlier one."""

from __future__ import annotations

import base64
import binascii
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Self

from creditscore.errors import SigningError
from creditscore.transparency.tree import (
    HASH_BYTES,
    LARGEST,
    Hashes,
    consistency_path,
    inclusion_path,
    node_hash,
)

_LONGEST_PATH: Final = 64


@dataclass(frozen=True, slots=True)
class InclusionProof:
    """That an entry is in a tree (RFC 9162, section 2.1.3).

    Attributes
    ----------
    index : int
        Of the entry, from 0.
    size : int
        Of the tree.
    path : tuple of bytes
        Hashes from the leaf to the root.
    """

    index: int
    size: int
    path: tuple[bytes, ...]

    @classmethod
    def of(cls, hashes: Hashes, index: int, size: int) -> Self:
        """Prove that a tree of a size holds the entry of an index."""
        return cls(index, size, tuple(inclusion_path(hashes, index, size)))

    def root(self, leaf: bytes) -> bytes | None:
        """Return the root that follows from the hash of the leaf; None if the path is of another shape."""
        if not 0 <= self.index < self.size:
            return None
        number, last, found = self.index, self.size - 1, leaf
        for one in self.path:
            if not last:
                return None
            if number & 1 or number == last:
                found = node_hash(one, found)
                while not number & 1 and number:
                    number, last = number >> 1, last >> 1
            else:
                found = node_hash(found, one)
            number, last = number >> 1, last >> 1
        return None if last else found

    def proves(self, leaf: bytes, root: bytes) -> bool:
        """Whether the leaf of a hash is in the tree of a root, at this position."""
        found = self.root(leaf)
        return found is not None and hmac.compare_digest(found, root)

    def to_plain(self) -> dict[str, Any]:
        """Write the proof as plain data; hashes are in base 64."""
        return {"index": self.index, "size": self.size, "path": _written(self.path)}

    @classmethod
    def from_plain(cls, data: Any) -> Self:
        """Read what `to_plain` wrote.

        Raises
        ------
        SigningError
            If it is anything else.
        """
        parts = _parts(data, ("index", "size", "path"))
        return cls(_size(parts["index"]), _size(parts["size"]), read_path(parts["path"]))


@dataclass(frozen=True, slots=True)
class ConsistencyProof:
    """That a tree holds all of an earlier one, in order and unchanged (RFC 9162, section 2.1.4).

    Attributes
    ----------
    first, second : int
        Sizes of the earlier and of the later tree.
    path : tuple of bytes
        Hashes that lead to both roots.
    """

    first: int
    second: int
    path: tuple[bytes, ...]

    @classmethod
    def of(cls, hashes: Hashes, first: int, second: int) -> Self:
        """Prove that a tree of one size grew into that of another."""
        return cls(first, second, tuple(consistency_path(hashes, first, second)))

    def proves(self, first_root: bytes, second_root: bytes) -> bool:
        """Whether the tree of the first root grew into that of the second."""
        if not 0 <= self.first <= self.second:
            return False
        if self.first in (0, self.second):
            same = self.first == 0 or hmac.compare_digest(first_root, second_root)
            return not self.path and same
        power = self.first & (self.first - 1) == 0
        path = [first_root, *self.path] if power else [*self.path]
        return bool(path) and self._leads(path, first_root, second_root)

    def _leads(self, path: list[bytes], first_root: bytes, second_root: bytes) -> bool:
        number, last = self.first - 1, self.second - 1
        while number & 1:
            number, last = number >> 1, last >> 1
        before = after = path[0]
        for one in path[1:]:
            if not last:
                return False
            if number & 1 or number == last:
                before, after = node_hash(one, before), node_hash(one, after)
                while not number & 1 and number:
                    number, last = number >> 1, last >> 1
            else:
                after = node_hash(after, one)
            number, last = number >> 1, last >> 1
        same = hmac.compare_digest(before, first_root) and hmac.compare_digest(after, second_root)
        return not last and same

    def to_plain(self) -> dict[str, Any]:
        """Write the proof as plain data; hashes are in base 64."""
        return {"first": self.first, "second": self.second, "path": _written(self.path)}

    @classmethod
    def from_plain(cls, data: Any) -> Self:
        """Read what `to_plain` wrote; see `InclusionProof.from_plain`."""
        parts = _parts(data, ("first", "second", "path"))
        return cls(_size(parts["first"]), _size(parts["second"]), read_path(parts["path"]))


def read_path(data: Any) -> tuple[bytes, ...]:
    """Read hashes in base 64.

    Raises
    ------
    SigningError
        If they are anything else, or more than 64.
    """
    if not isinstance(data, list) or len(data) > _LONGEST_PATH:
        raise SigningError(f"The path of a proof is a list of {_LONGEST_PATH} hashes at most.")
    return tuple(read_hash(one) for one in data)


def read_hash(text: Any) -> bytes:
    """Read a hash in base 64, in its only form."""
    try:
        found = base64.b64decode(text, validate=True) if isinstance(text, str) else b""
    except (binascii.Error, ValueError):
        found = b""
    if len(found) != HASH_BYTES or base64.b64encode(found).decode() != text:
        raise SigningError(f"A hash is 32 bytes in base 64. Got {text!r:.90}.")
    return found


def _written(path: tuple[bytes, ...]) -> list[str]:
    return [base64.b64encode(one).decode() for one in path]


def _parts(data: Any, names: tuple[str, ...]) -> Mapping[str, Any]:
    if not isinstance(data, Mapping) or set(data) != set(names):
        raise SigningError(f"A proof has the parts {', '.join(names)}.")
    return data


def _size(value: Any) -> int:
    if type(value) is not int or not 0 <= value < LARGEST:
        raise SigningError(f"A size is a whole number from 0. Got {value!r:.90}.")
    return value
