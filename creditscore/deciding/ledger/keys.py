"""Keys of a ledger: one master key that its owner keeps, and one data key for each subject under it."""

from __future__ import annotations

import hmac
import json
import secrets
import uuid
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from creditscore._ground import files
from creditscore._ground.extras import needs
from creditscore.deciding.ledger.chain import FORMAT
from creditscore.deciding.ledger.store import About, WrappedKey
from creditscore.errors import ArtefactError, LedgerError

KEY_BYTES: Final = 32
NONCE_BYTES: Final = 12
ID_BYTES: Final = 16
_TAG_BYTES: Final = 32
_FOUND_BY_KEYS: Final = b"creditscore.erasure/2\n"
_SALT: Final = b"creditscore.salt/1\n"
# These stay when the master key is replaced: pseudonyms and what they are called in the chain must last.
_LASTING: Final = (b"pseudonym", b"subject", b"erasure", b"name")


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
        key = files.read_key(Path(path))
    except (OSError, ArtefactError) as error:
        raise LedgerError(f"The key file {path} cannot be read: {error}.") from error
    if not key:
        raise LedgerError(f"The key file {path} must hold 32 bytes, or 64 hexadecimal digits.")
    return key


class DataKey:
    """A subject's own key: it encrypts their decisions, and salts what is committed to about them.

    Parameters
    ----------
    cipher : object
        AES-256-GCM under the key.
    secret : bytes
        The key, 32 bytes.
    """

    def __init__(self, cipher: Any, secret: bytes) -> None:
        self.cipher = cipher
        self._secret = secret

    def salt(self, entry_id: str) -> bytes:
        """Return the salt of the commitment of an entry: nobody can make it once the key is destroyed."""
        return hmac.digest(self._secret, _SALT + entry_id.encode(), "sha256")


class KeyRing:
    """Everything that the master key does: wraps data keys, makes pseudonyms, authenticates erasures.

    Parameters
    ----------
    master : bytes
        32 bytes.
    ledger_id : bytes
        The ledger that it is used for: another ledger with the same key shares no pseudonym with it.
    vault : bytes, optional
        What lasts of the keys before this one, encrypted, where the master key was rotated.
    """

    def __init__(self, master: bytes, ledger_id: bytes, vault: bytes = b"") -> None:
        if not isinstance(master, bytes) or len(master) != KEY_BYTES:
            raise LedgerError("The key of a ledger is 32 bytes, for instance from Ledger.new_key().")
        if not any(master):
            raise LedgerError(
                "The key of a ledger must be random, and this one is zero. See Ledger.new_key()."
            )
        with needs("Ledger", package="cryptography", extra="ledger"):
            from cryptography.exceptions import InvalidTag
            from cryptography.hazmat.primitives.ciphers.aead import AESGCM
        self._cipher: Any = AESGCM
        self._invalid: type[Exception] = InvalidTag
        self._ledger_id = ledger_id
        self._secrets = {
            use: hmac.digest(master, FORMAT + use + ledger_id, "sha256")
            for use in (b"wrap", b"check", b"vault", *_LASTING)
        }
        self._wrapper = AESGCM(self._secrets[b"wrap"])
        if vault:
            self._secrets |= self._from_vault(vault)

    def rotated(self, master: bytes) -> tuple[KeyRing, bytes]:
        """Make the ring of a new master key, and the vault that keeps what lasts of this one."""
        new, nonce = KeyRing(master, self._ledger_id), secrets.token_bytes(NONCE_BYTES)
        lasting = b"".join(self._secrets[use] for use in _LASTING)
        vault = nonce + self._cipher(new._secrets[b"vault"]).encrypt(nonce, lasting, self._ledger_id)
        return KeyRing(master, self._ledger_id, vault), vault

    def _from_vault(self, vault: bytes) -> dict[bytes, bytes]:
        nonce, sealed = vault[:NONCE_BYTES], vault[NONCE_BYTES:]
        try:
            lasting = self._cipher(self._secrets[b"vault"]).decrypt(nonce, sealed, self._ledger_id)
        except (self._invalid, ValueError) as error:
            raise LedgerError(
                "The ledger was made with another key, or what it keeps of earlier keys was tampered with."
            ) from error
        return {use: lasting[32 * k : 32 * (k + 1)] for k, use in enumerate(_LASTING)}

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

    def name_of(self, what: bytes, known: int | str) -> bytes:
        """Return what an id is called among the names of entries, 16 bytes: ids themselves stand nowhere."""
        text = what + json.dumps(known).encode()
        return hmac.digest(self._secrets[b"name"], text, "sha256")[:ID_BYTES]

    def decision_id(self, idempotency_key: str) -> str:
        """Derive the id of the one decision under a key of the caller's (RFC 9562, version 8)."""
        known = self.name_of(b"idempotency", idempotency_key)
        octets = bytearray(known)
        octets[6] = octets[6] & 0x0F | 0x80
        octets[8] = octets[8] & 0x3F | 0x80
        return str(uuid.UUID(bytes=bytes(octets)))

    def fresh(self, subject: bytes) -> tuple[WrappedKey, DataKey]:
        """Make a data key: as it is stored, and as it is used."""
        key = secrets.token_bytes(KEY_BYTES)
        stored = self.wrap(WrappedKey(secrets.token_bytes(ID_BYTES), subject, b""), key)
        return stored, DataKey(self._cipher(key), key)

    def wrap(self, stored: WrappedKey, key: bytes) -> WrappedKey:
        """Encrypt a data key under the master key, to be stored under the same id."""
        nonce = secrets.token_bytes(NONCE_BYTES)
        bound = stored.key_id + stored.subject
        return stored._replace(wrapped=nonce + self._wrapper.encrypt(nonce, key, bound))

    def unwrap(self, key: WrappedKey) -> DataKey:
        """Turn a stored data key into one that is used; see `data_key`."""
        plain = self.data_key(key)
        return DataKey(self._cipher(plain), plain)

    def data_key(self, key: WrappedKey) -> bytes:
        """Decrypt a stored data key.

        Raises
        ------
        LedgerError
            If it was changed.
        """
        nonce, sealed = key.wrapped[:NONCE_BYTES], key.wrapped[NONCE_BYTES:]
        try:
            plain: bytes = self._wrapper.decrypt(nonce, sealed, key.key_id + key.subject)
        except (self._invalid, ValueError) as error:
            raise LedgerError(f"The data key {key.key_id.hex()} was tampered with.") from error
        return plain

    def decrypt(self, key: DataKey, nonce: bytes, payload: bytes, bound: bytes) -> bytes:
        """Return the compressed payload of an entry.

        Raises
        ------
        LedgerError
            If payload, nonce or anything that it is bound to was changed.
        """
        try:
            plain: bytes = key.cipher.decrypt(nonce, payload, bound)
        except (self._invalid, ValueError) as error:
            raise LedgerError("its payload was tampered with, or belongs elsewhere.") from error
        return plain

    def vouched(self, bound: bytes, text: bytes) -> bytes:
        """Return the payload of all but decisions: what was done, authenticated."""
        return hmac.digest(self._secrets[b"erasure"], bound + text, "sha256") + text

    def vouched_for(self, bound: bytes, payload: bytes) -> bytes:
        """Return what any entry but a decision says was done.

        Raises
        ------
        LedgerError
            If the payload was changed.
        """
        tag, text = payload[:_TAG_BYTES], payload[_TAG_BYTES:]
        if not hmac.compare_digest(tag, hmac.digest(self._secrets[b"erasure"], bound + text, "sha256")):
            raise LedgerError("what it says was done, such as a list of destroyed keys, was tampered with.")
        return text

def erasure_of(key_ids: Sequence[bytes]) -> bytes:
    """Write which keys an erasure destroys, and that it is found by them."""
    return b"".join((_FOUND_BY_KEYS, *key_ids))


def erased_by(text: bytes) -> tuple[list[bytes], bool]:
    """Return the keys that an erasure destroyed, and whether it is found by them: older ones are not."""
    ids = text.removeprefix(_FOUND_BY_KEYS)
    return [ids[start : start + ID_BYTES] for start in range(0, len(ids), ID_BYTES)], ids != text
