"""Keys of a ledger: one master key that its owner keeps, and one data key for each subject under it."""

from __future__ import annotations

import hmac
import json
import secrets
import zlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from creditscore._ground.extras import needs
from creditscore.deciding.ledger.chain import FORMAT
from creditscore.deciding.ledger.store import About, WrappedKey
from creditscore.errors import LedgerError

KEY_BYTES: Final = 32
NONCE_BYTES: Final = 12
ID_BYTES: Final = 16
_TAG_BYTES: Final = 32
_FAST: Final = 1
_MOST_BYTES: Final = 1 << 28


def new_key() -> bytes:
    """Make a random master key of 32 bytes."""
    return secrets.token_bytes(KEY_BYTES)


def read_key(path: str | Path) -> bytes:
    """Read a master key from a file of 32 bytes, or of 64 hexadecimal digits.

    Raises
    ------
    LedgerError
        If the file is not there or holds anything else.
    """
    try:
        content = Path(path).read_bytes()
    except OSError as error:
        raise LedgerError(f"The key file {path} cannot be read: {error.strerror}.") from error
    if len(content) == KEY_BYTES:
        return content
    try:
        key = bytes.fromhex(content.decode("ascii").strip())
    except ValueError:
        key = b""
    if len(key) != KEY_BYTES:
        raise LedgerError(f"The key file {path} must hold 32 bytes, or 64 hexadecimal digits.")
    return key


class KeyRing:
    """Everything that the master key does: wraps data keys, makes pseudonyms, authenticates erasures.

    Parameters
    ----------
    master : bytes
        32 bytes.
    ledger_id : bytes
        The ledger that it is used for: another ledger with the same key shares no pseudonym with it.
    """

    def __init__(self, master: bytes, ledger_id: bytes) -> None:
        if not isinstance(master, bytes) or len(master) != KEY_BYTES:
            raise LedgerError("The key of a ledger is 32 bytes, for instance from Ledger.new_key().")
        with needs("Ledger", package="cryptography", extra="ledger"):
            from cryptography.exceptions import InvalidTag
            from cryptography.hazmat.primitives.ciphers.aead import AESGCM
        self._cipher: Any = AESGCM
        self._invalid: type[Exception] = InvalidTag
        self._ledger_id = ledger_id
        self._secrets = {
            use: hmac.digest(master, FORMAT + use + ledger_id, "sha256")
            for use in (b"wrap", b"check", b"pseudonym", b"subject", b"erasure")
        }
        self._wrapper = AESGCM(self._secrets[b"wrap"])

    def about(self) -> About:
        """Describe the ledger, with proof of the master key."""
        return About(self._ledger_id, self._secrets[b"check"])

    def fits(self, about: About) -> bool:
        """Tell whether the ledger was made with this master key."""
        return hmac.compare_digest(about.key_check, self._secrets[b"check"])

    def pseudonym(self, applicant_id: int | str) -> str:
        """Return what an applicant is called in records of this ledger."""
        known = json.dumps(applicant_id).encode()
        return f"subject-{hmac.digest(self._secrets[b'pseudonym'], known, 'sha256')[:ID_BYTES].hex()}"

    def subject(self, pseudonym: str) -> bytes:
        """Return what a pseudonym is called in the chain, 16 bytes."""
        return hmac.digest(self._secrets[b"subject"], pseudonym.encode(), "sha256")[:ID_BYTES]

    def fresh(self, subject: bytes) -> tuple[WrappedKey, Any]:
        """Make a data key: as it is stored, and as a cipher."""
        key, key_id, nonce = (secrets.token_bytes(n) for n in (KEY_BYTES, ID_BYTES, NONCE_BYTES))
        wrapped = nonce + self._wrapper.encrypt(nonce, key, key_id + subject)
        return WrappedKey(key_id, subject, wrapped), self._cipher(key)

    def unwrap(self, key: WrappedKey) -> Any:
        """Turn a stored data key into a cipher.

        Raises
        ------
        LedgerError
            If it was changed.
        """
        nonce, sealed = key.wrapped[:NONCE_BYTES], key.wrapped[NONCE_BYTES:]
        try:
            return self._cipher(self._wrapper.decrypt(nonce, sealed, key.key_id + key.subject))
        except (self._invalid, ValueError) as error:
            raise LedgerError(f"The data key {key.key_id.hex()} was tampered with.") from error

    def decrypt(self, cipher: Any, nonce: bytes, payload: bytes, bound: bytes) -> bytes:
        """Return the compressed payload of an entry.

        Raises
        ------
        LedgerError
            If payload, nonce or anything that it is bound to was changed.
        """
        try:
            plain: bytes = cipher.decrypt(nonce, payload, bound)
        except (self._invalid, ValueError) as error:
            raise LedgerError("its payload was tampered with, or belongs elsewhere") from error
        return plain

    def erasure(self, bound: bytes, key_ids: Sequence[bytes]) -> bytes:
        """Return the payload of an erasure: which keys were destroyed, authenticated."""
        text = b"".join(key_ids)
        return hmac.digest(self._secrets[b"erasure"], bound + text, "sha256") + text

    def erased(self, bound: bytes, payload: bytes) -> list[bytes]:
        """Return the keys that an erasure destroyed.

        Raises
        ------
        LedgerError
            If the payload was changed.
        """
        tag, text = payload[:_TAG_BYTES], payload[_TAG_BYTES:]
        if not hmac.compare_digest(tag, hmac.digest(self._secrets[b"erasure"], bound + text, "sha256")):
            raise LedgerError("its list of destroyed keys was tampered with")
        return [text[start : start + ID_BYTES] for start in range(0, len(text), ID_BYTES)]


def compress(text: str) -> bytes:
    """Make a payload small before it is encrypted."""
    return zlib.compress(text.encode(), _FAST)


def decompress(content: bytes) -> str:
    """Return the text of a payload; refuses what unfolds to more than 256 MB."""
    unfolding = zlib.decompressobj()
    text = unfolding.decompress(content, _MOST_BYTES)
    if not unfolding.eof:
        raise LedgerError("A payload of the ledger is damaged or larger than 256 MB.")
    return text.decode()
