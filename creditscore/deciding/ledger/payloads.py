"""What is encrypted in an entry: the text of a decision, compressed."""

from __future__ import annotations

import os
import struct
import zlib
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Final

from creditscore._ground.zstd import compress_zstd, decompress_zstd
from creditscore.errors import ArtefactError, LedgerError

MOST_BYTES: Final = 1 << 28
_SIZE: Final = struct.Struct(">I")
_FEW: Final = 8
# What zlib writes begins so; a length of at most 256 MB never does.
_ZLIB: Final = b"\x78"


def compress(text: str) -> bytes:
    """Make a payload small before it is encrypted: its length, then a frame of Zstandard."""
    content = text.encode()
    if len(content) > MOST_BYTES:
        raise LedgerError("A decision of more than 256 MB cannot be appended.")
    return _SIZE.pack(len(content)) + compress_zstd(content)


def compress_all(texts: Sequence[str]) -> list[bytes]:
    """Compress on every processor: the codec lets other threads run."""
    if len(texts) < _FEW:
        return [compress(text) for text in texts]
    with ThreadPoolExecutor(os.cpu_count() or 1) as pool:
        return list(pool.map(compress, texts))


def decompress(content: bytes) -> str:
    """Return the text of a payload, also of one that was written with zlib; at most 256 MB are unfolded.

    Raises
    ------
    LedgerError
        If the payload is damaged or larger.
    """
    try:
        return (_inflated(content) if content[:1] == _ZLIB else _unfolded(content)).decode()
    except (ArtefactError, UnicodeDecodeError, zlib.error, struct.error) as error:
        raise LedgerError(f"A payload of the ledger is damaged or larger than 256 MB: {error}") from error


def _unfolded(content: bytes) -> bytes:
    (size,) = _SIZE.unpack(content[: _SIZE.size])
    if size > MOST_BYTES:
        raise ArtefactError(f"it would take {size} bytes")
    return decompress_zstd(content[_SIZE.size :], size)


def _inflated(content: bytes) -> bytes:
    unfolding = zlib.decompressobj()
    text = unfolding.decompress(content, MOST_BYTES)
    if not unfolding.eof:
        raise ArtefactError("it is cut short or too long")
    return text
