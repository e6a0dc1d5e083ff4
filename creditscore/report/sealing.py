"""The full version of a report for an authority, which nobody but the authority can open."""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping
from typing import Any, Final

from creditscore._ground.canonical import canonical_v1, read_json, sha256
from creditscore._ground.extras import needs
from creditscore.errors import ArtefactError, ParameterError
from creditscore.report.document import Report
from creditscore.report.proving import report_of

SCHEMA: Final = "creditscore.sealed-report/1"
_KEY: Final = 32
_NONCE: Final = 12
_INFO: Final = b"creditscore sealed report 1"


def new_keys() -> tuple[bytes, bytes]:
    """Make the private and the public key of an authority, X25519, 32 bytes each.

    Raises
    ------
    MissingExtraError
        If the package cryptography is not installed.
    """
    with needs("sealed", package="cryptography", extra="ledger"):
        from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
    private = X25519PrivateKey.generate()
    return private.private_bytes_raw(), private.public_key().public_bytes_raw()


def sealed(report: Report, public_key: bytes) -> str:
    """Encrypt a report to whoever holds a private key.

    Parameters
    ----------
    report : DecisionReport
        The version for an authority.
    public_key : bytes
        X25519, 32 bytes.

    Returns
    -------
    str
        Canonical JSON: the hash of the report in the open, and all the rest encrypted.

    Raises
    ------
    ParameterError
        If the key is none.
    MissingExtraError
        If the package cryptography is not installed.

    References
    ----------
    RFC 7748 (X25519), RFC 5869 (HKDF), RFC 8439 (ChaCha20-Poly1305).
    """
    with needs("sealed", package="cryptography", extra="ledger"):
        from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
        from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
    if len(public_key) != _KEY:
        raise ParameterError.must_be("public_key", f"{_KEY} bytes", len(public_key))
    once = X25519PrivateKey.generate()
    once_public = once.public_key().public_bytes_raw()
    nonce = secrets.token_bytes(_NONCE)
    head = {"schema": SCHEMA, "report_sha256": str(report.data["sha256"]), "key": once_public.hex()}
    try:
        shared = once.exchange(X25519PublicKey.from_public_bytes(public_key))
    except ValueError as error:
        raise ParameterError.must_be("public_key", "an X25519 key", public_key.hex()) from error
    key = _derived(shared, once_public, public_key)
    closed = ChaCha20Poly1305(key).encrypt(nonce, report.to_json().encode(), canonical_v1(head).encode())
    return canonical_v1(head | {"nonce": nonce.hex(), "report": closed.hex()})


def unsealed(text: str | bytes, private_key: bytes) -> Report:
    """Open what `sealed` wrote.

    Parameters
    ----------
    text : str or bytes
    private_key : bytes
        X25519, 32 bytes.

    Raises
    ------
    ArtefactError
        If the key is another, or a byte was changed.
    ParameterError
        If the key is none.
    MissingExtraError
        If the package cryptography is not installed.
    """
    with needs("unsealed", package="cryptography", extra="ledger"):
        from cryptography.exceptions import InvalidTag
        from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
        from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
    if len(private_key) != _KEY:
        raise ParameterError.must_be("private_key", f"{_KEY} bytes", len(private_key))
    found = read_json(text, "The sealed report")
    mine = X25519PrivateKey.from_private_bytes(private_key)
    own = mine.public_key().public_bytes_raw()
    try:
        head = {name: found[name] for name in ("schema", "report_sha256", "key")}
        once = bytes.fromhex(found["key"])
        key = _derived(mine.exchange(X25519PublicKey.from_public_bytes(once)), once, own)
        nonce, closed = bytes.fromhex(found["nonce"]), bytes.fromhex(found["report"])
        opened = ChaCha20Poly1305(key).decrypt(nonce, closed, canonical_v1(head).encode())
        data: Mapping[str, Any] = json.loads(opened)
    except (InvalidTag, KeyError, TypeError, ValueError) as error:
        raise ArtefactError("The sealed report is for another key, or was changed.") from error
    report = report_of(data)
    if head["schema"] != SCHEMA or report.data["sha256"] != head["report_sha256"]:
        raise ArtefactError("The sealed report holds another report than it names.")
    return report


def _derived(shared: bytes, *keys: bytes) -> bytes:
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.hazmat.primitives.kdf.hkdf import HKDF

    salt = bytes.fromhex(sha256(b"".join(keys)))
    return HKDF(SHA256(), _KEY, salt, _INFO).derive(shared)
