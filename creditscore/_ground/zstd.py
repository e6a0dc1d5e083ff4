"""Zstandard, by the codec that pyarrow brings, so that no further package is needed.

References
----------
Collet and Kucherawy (2021), RFC 8878, Zstandard Compression.
"""

from __future__ import annotations

from functools import cache
from typing import Any, Final

from creditscore.errors import ArtefactError

_LEVEL: Final = 3


def compress_zstd(content: bytes) -> bytes:
    """Return a frame of the content."""
    packed: bytes = _codec().compress(content, asbytes=True)
    return packed


def decompress_zstd(frame: bytes, size: int) -> bytes:
    """Return the content of a frame that unfolds to so many bytes; no more than that is ever allocated.

    Raises
    ------
    ArtefactError
        If the frame is damaged, or its content is longer or shorter.
    """
    try:
        content: bytes = _codec().decompress(frame, decompressed_size=size, asbytes=True)
    except (OSError, ValueError, MemoryError) as error:
        raise ArtefactError(f"What was compressed is damaged: {error}.") from error
    if len(content) != size:
        raise ArtefactError("What was compressed is damaged: its length is another.")
    return content


@cache
def _codec() -> Any:
    from pyarrow import Codec

    return Codec("zstd", compression_level=_LEVEL)
