"""CBOR (RFC 8949) in its deterministic form, as far as receipts need it: what is read has one writing.

Whole numbers, bytes, texts, lists, mappings, true, false, null and tags; lengths are definite and shortest,
keys are sorted by their bytes (section 4.2.1). Anything else is refused.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from creditscore.errors import SigningError

_SIZES: Final = ((24, 1), (25, 2), (26, 4), (27, 8))
_SIMPLE: Final = {False: 0xF4, True: 0xF5, None: 0xF6}
_DEEPEST: Final = 16
_UNSIGNED, _NEGATIVE, _BYTES, _TEXT, _LIST, _MAP, _TAG, _OTHER = range(8)


class Tagged(NamedTuple):
    """A value with a tag that says what it is.

    Attributes
    ----------
    tag : int
    value : object
    """

    tag: int
    value: Any


def encode(value: Any) -> bytes:
    """Write a value.

    Raises
    ------
    SigningError
        If it is of another type.

    Examples
    --------
    >>> encode({1: -8, "a": [b"x", None]}).hex()
    'a201276161824178f6'
    """
    if value is None or isinstance(value, bool):
        return bytes([_SIMPLE[value]])
    if isinstance(value, int):
        return _head(_UNSIGNED, value) if value >= 0 else _head(_NEGATIVE, -1 - value)
    if isinstance(value, bytes):
        return _head(_BYTES, len(value)) + value
    if isinstance(value, str):
        text = value.encode("utf-8")
        return _head(_TEXT, len(text)) + text
    if isinstance(value, Tagged):
        return _head(_TAG, value.tag) + encode(value.value)
    if isinstance(value, list | tuple):
        return _head(_LIST, len(value)) + b"".join(map(encode, value))
    if isinstance(value, Mapping):
        pairs = sorted((encode(name), encode(part)) for name, part in value.items())
        return _head(_MAP, len(pairs)) + b"".join(name + part for name, part in pairs)
    raise SigningError(f"Receipts hold no {type(value).__name__}.")


def decode(content: bytes) -> Any:
    """Read what `encode` writes, whole.

    Raises
    ------
    SigningError
        If it is anything else, or the same in another writing.

    Examples
    --------
    >>> decode(bytes.fromhex("d28301f52a"))
    Tagged(tag=18, value=[1, True, -11])
    """
    try:
        value, end = _read(content, 0, _DEEPEST)
    except (IndexError, KeyError, ValueError, OverflowError, TypeError) as error:
        raise SigningError("What should be CBOR is cut short or damaged.") from error
    if end != len(content) or encode(value) != content:
        raise SigningError("What should be CBOR is not in its deterministic form.")
    return value


def _head(major: int, value: int) -> bytes:
    if value < 24:
        return bytes([major << 5 | value])
    for code, size in _SIZES:
        if value < 1 << 8 * size:
            return bytes([major << 5 | code]) + value.to_bytes(size, "big")
    raise SigningError("A whole number of more than 64 bits has no form here.")


def _read(content: bytes, start: int, deep: int) -> tuple[Any, int]:
    if deep < 0:
        raise ValueError
    major, value, start = _read_head(content, start)
    if major == _UNSIGNED:
        return value, start
    if major == _NEGATIVE:
        return -1 - value, start
    if major in (_BYTES, _TEXT):
        piece = content[start : start + value]
        if len(piece) != value:
            raise ValueError
        return (piece if major == _BYTES else piece.decode()), start + value
    if major == _TAG:
        inner, start = _read(content, start, deep - 1)
        return Tagged(value, inner), start
    if major == _OTHER:
        return {20: False, 21: True, 22: None}[value], start
    return _read_many(content, start, deep, major, value)


def _read_many(content: bytes, start: int, deep: int, major: int, count: int) -> tuple[Any, int]:
    """Read a list or a mapping: never more parts than there are bytes."""
    if count > len(content) - start:
        raise ValueError
    found = []
    for _ in range(count if major == _LIST else 2 * count):
        one, start = _read(content, start, deep - 1)
        found.append(one)
    return (found if major == _LIST else dict(zip(found[::2], found[1::2], strict=True))), start


def _read_head(content: bytes, start: int) -> tuple[int, int, int]:
    first = content[start]
    major, low, start = first >> 5, first & 31, start + 1
    if low < 24:
        return major, low, start
    size = dict(_SIZES)[low]
    piece = content[start : start + size]
    if len(piece) != size:
        raise ValueError
    return major, int.from_bytes(piece, "big"), start + size
