"""Secret keys: what can be drawn from one, and the files that hold one."""

from __future__ import annotations

import hashlib
import secrets
import struct
from pathlib import Path
from typing import Any, Final, Self

from creditscore._ground import files
from creditscore._ground.asked import path_of
from creditscore._ground.files import write_whole
from creditscore.errors import ParameterError

KEY_BYTES: Final = 32
LEAST_BYTES: Final = 16

_BLOCK: Final = 64


class Secret:
    """The key of a HMAC-SHA256, ready to use; it can be read back from nothing, and stays in its process.

    Parameters
    ----------
    key : bytes or None
        None for a copy that left its process.
    remedy : str
        What to do where the secret stayed behind.
    """

    __slots__ = ("_remedy", "_states")

    def __init__(self, key: bytes | None, remedy: str = "") -> None:
        self._states: tuple[Any, Any] | None = None
        self._remedy = remedy
        if key is not None:
            whole = (hashlib.sha256(key).digest() if len(key) > _BLOCK else key).ljust(_BLOCK, b"\0")
            inner, outer = (bytes(byte ^ pad for byte in whole) for pad in (0x36, 0x5C))
            self._states = hashlib.sha256(inner), hashlib.sha256(outer)

    @property
    def is_there(self) -> bool:
        """Whether it is known in this process."""
        return self._states is not None

    def digest(self, message: bytes) -> bytes:
        """Return the HMAC of a message, 32 bytes.

        Raises
        ------
        ParameterError
            If the secret stayed behind in another process.
        """
        if self._states is None:
            raise ParameterError(self._remedy)
        inner, outer = self._states[0].copy(), self._states[1].copy()
        inner.update(message)
        outer.update(inner.digest())
        found: bytes = outer.digest()
        return found

    def __repr__(self) -> str:
        return "Secret(...)"

    def __copy__(self) -> Self:
        return self

    def __deepcopy__(self, memo: dict[int, Any]) -> Self:
        return self

    def __reduce__(self) -> tuple[type[Secret], tuple[None, str]]:
        return Secret, (None, self._remedy)


def part(value: str | int) -> bytes:
    """Write one part of what a digest depends on, with its type and length.

    Examples
    --------
    >>> part(1) == part("1")
    False
    """
    if isinstance(value, str):
        text = value.encode("utf-8", "surrogatepass")
        return b"s" + struct.pack(">I", len(text)) + text
    return b"i" + struct.pack(">q", value)


def check_key(key: object, made_by: str) -> None:
    """Refuse a key that is no bytes, or too short to keep a secret.

    Raises
    ------
    ParameterError
    """
    if not isinstance(key, bytes) or len(key) < LEAST_BYTES:
        raise ParameterError(
            f"The 'secret' parameter must be {LEAST_BYTES} or more bytes, for instance those of {made_by}."
        )


def write_key(path: str | Path) -> None:
    """Make a new key and write it to a file that its owner alone can read.

    Raises
    ------
    ParameterError
        If the file is there already: who loses a secret can repeat nothing that rests on it.
    """
    file = path_of("path", path)
    if file.exists():
        raise ParameterError.must_be("path", "a file that is not there yet", str(path))
    write_whole(file, f"{secrets.token_bytes(KEY_BYTES).hex()}\n".encode(), mode=0o600)


def read_key(path: str | Path) -> bytes:
    """Read a key from a file of 32 bytes, or of 64 hexadecimal digits.

    Raises
    ------
    ParameterError
        If the file cannot be read or holds anything else.
    """
    file = path_of("path", path)
    try:
        key = files.read_key(file)
    except (OSError, ValueError) as error:
        raise ParameterError(f"The key file {path} cannot be read: {error}.") from error
    if not key:
        raise ParameterError(f"The key file {path} must hold 32 bytes, or 64 hexadecimal digits.")
    return key


def from_digits(content: bytes) -> bytes:
    """Read hexadecimal digits; nothing where they are none."""
    try:
        return bytes.fromhex(content.decode("ascii").strip())
    except ValueError:
        return b""
