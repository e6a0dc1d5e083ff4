"""What a signature says, how one is made, and what is to be thought of one."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Literal, Self, get_args

from creditscore._ground.canonical import canonical_v1
from creditscore.errors import ParameterError, SigningError
from creditscore.signing import moments
from creditscore.signing.keys import SIGNATURE_BYTES, SigningKey, checked_key, is_signed_by
from creditscore.signing.trust import LENDER, VENDOR, Role, Trust, TrustedKey

SCHEMA: Final = "creditscore.signature/1"
# The part of a document that holds its signature, and that the signature does not cover.
PART: Final = "signature"

Kind = Literal["record", "report", "model", "policy"]
KINDS: Final = get_args(Kind)
Verdict = Literal["signed_by", "not_signed", "untrusted_key", "bad_signature", "revoked"]
VERDICTS: Final = get_args(Verdict)

# Whose keys may sign what: nobody but a lender decides.
_SIGNS: Final[Mapping[Kind, tuple[Role, ...]]] = dict.fromkeys(KINDS, (LENDER,)) | {"model": (LENDER, VENDOR)}
_PARTS: Final = frozenset({"schema", "kind", "sha256", "signed_at", "key_id", "value"})
_DIGEST_DIGITS: Final = 64
_ID_DIGITS: Final = 32


@dataclass(frozen=True, slots=True)
class Signature:
    """A signature, and all that it covers.

    Attributes
    ----------
    kind : {"record", "report", "model", "policy"}
    sha256 : str
        Of what was signed, 64 hexadecimal digits.
    signed_at : str
        UTC, by the signer's own word.
    key_id : str
        32 hexadecimal digits.
    value : bytes
        64 bytes.
    """

    kind: Kind
    sha256: str
    signed_at: str
    key_id: str
    value: bytes

    @property
    def message(self) -> bytes:
        """The bytes that Ed25519 signs: schema, kind, hash, moment and key, each on a line of its own."""
        return f"{SCHEMA}\n{self.kind}\n{self.sha256}\n{self.signed_at}\n{self.key_id}\n".encode()

    def to_plain(self) -> dict[str, str]:
        """Write the signature as plain data."""
        return {
            "schema": SCHEMA,
            "kind": self.kind,
            "sha256": self.sha256,
            "signed_at": self.signed_at,
            "key_id": self.key_id,
            "value": self.value.hex(),
        }

    @classmethod
    def from_plain(cls, data: Any) -> Self:
        """Read what `to_plain` wrote.

        Raises
        ------
        SigningError
            If it is anything else: a signature has one form.
        """
        if not isinstance(data, Mapping) or set(data) != _PARTS or data["schema"] != SCHEMA:
            raise SigningError(f"A signature has the schema {SCHEMA!r} and the parts {sorted(_PARTS)}.")
        kind, value = data["kind"], _bytes(data["value"], 2 * SIGNATURE_BYTES)
        _bytes(data["sha256"], _DIGEST_DIGITS)
        _bytes(data["key_id"], _ID_DIGITS)
        if kind not in KINDS:
            raise SigningError(f"What is signed is one of {', '.join(KINDS)}. Got {kind!r:.90}.")
        moments.read(data["signed_at"])
        return cls(kind, data["sha256"], data["signed_at"], data["key_id"], value)


@dataclass(frozen=True, slots=True)
class Checked:
    """What is to be thought of a signature.

    Attributes
    ----------
    verdict : {"signed_by", "not_signed", "untrusted_key", "bad_signature", "revoked"}
    name : str
        Whose key it is, by the trust file; empty where that does not know it.
    signed_at : str
        The moment that the signature names; empty where there is none.
    why : str
        More, where there is more to say.
    """

    verdict: Verdict
    name: str = ""
    signed_at: str = ""
    why: str = ""

    @property
    def is_good(self) -> bool:
        """Whether a trusted key signed it."""
        return self.verdict == "signed_by"

    def __str__(self) -> str:
        said = {
            "signed_by": f"signed by {self.name}",
            "not_signed": "not signed",
            "untrusted_key": "signed by a key that is not trusted",
            "bad_signature": "bad signature",
            "revoked": f"signed by a key of {self.name} that was revoked",
        }[self.verdict]
        return f"{said} ({self.why})" if self.why else said


def sign(kind: Kind, payload: bytes, key: SigningKey, *, signed_at: datetime | None = None) -> Signature:
    """Sign something.

    Parameters
    ----------
    kind : {"record", "report", "model", "policy"}
        What it is: no signature serves for another kind.
    payload : bytes
    key : SigningKey
    signed_at : datetime, optional
        With a zone; now by default.

    Returns
    -------
    Signature

    Raises
    ------
    ParameterError
        If the kind is none of these, or the key is no `SigningKey`.
    """
    if kind not in KINDS:
        raise ParameterError.must_be("kind", f"one of {', '.join(KINDS)}", kind)
    checked_key(key)
    moment = moments.written(signed_at or moments.now())
    blank = Signature(kind, hashlib.sha256(payload).hexdigest(), moment, key.key_id, b"")
    return Signature(kind, blank.sha256, moment, key.key_id, key.sign(blank.message))


def check(
    kind: Kind, payload: bytes, signature: Signature | Mapping[str, Any] | None, trust: Trust
) -> Checked:
    """Judge a signature.

    Parameters
    ----------
    kind : {"record", "report", "model", "policy"}
        What the payload is.
    payload : bytes
        What should have been signed.
    signature : Signature, mapping or None
        What stands beside it.
    trust : Trust

    Returns
    -------
    Checked
        Only ``verdict == "signed_by"`` is good.
    """
    if signature is None:
        return Checked("not_signed")
    try:
        found = signature if isinstance(signature, Signature) else Signature.from_plain(signature)
    except SigningError as error:
        return Checked("bad_signature", why=str(error))
    if found.kind != kind:
        return Checked("bad_signature", signed_at=found.signed_at, why=f"it is that of a {found.kind}")
    if found.sha256 != hashlib.sha256(payload).hexdigest():
        return Checked("bad_signature", signed_at=found.signed_at, why="something else was signed")
    key = trust.find(found.key_id)
    if key is None:
        return Checked("untrusted_key", signed_at=found.signed_at, why=f"key {found.key_id}")
    if not is_signed_by(key.public, found.value, found.message):
        return Checked("bad_signature", key.name, found.signed_at)
    return _in_time(found, key)


def _in_time(found: Signature, key: TrustedKey) -> Checked:
    """What to think of a genuine signature, by the times and the roles of its key."""
    at = moments.read(found.signed_at)
    if key.revoked_as_of is not None and at >= key.revoked_as_of:
        why = f"as of {moments.written(key.revoked_as_of)}"
        return Checked("revoked", key.name, found.signed_at, why)
    if fault := key.fault(at, found.kind, _SIGNS[found.kind]):
        return Checked("untrusted_key", key.name, found.signed_at, fault)
    why = "" if key.revoked_as_of is None else "by its own word before the key was revoked"
    return Checked("signed_by", key.name, found.signed_at, why)


def signed_document(kind: Kind, content: Mapping[str, Any], key: SigningKey) -> dict[str, Any]:
    """Give a document a signature of all its other parts, in the canonical form of records.

    Parameters
    ----------
    kind : {"record", "report", "model", "policy"}
    content : mapping
        Plain data; a signature that it has is replaced.
    key : SigningKey
    """
    body = {name: part for name, part in content.items() if name != PART}
    return {**body, PART: sign(kind, canonical_v1(body).encode(), key).to_plain()}


def check_document(kind: Kind, content: Mapping[str, Any], trust: Trust) -> Checked:
    """Judge the signature that a document carries; see `signed_document` and `check`."""
    body = {name: part for name, part in content.items() if name != PART}
    return check(kind, canonical_v1(body).encode(), content.get(PART), trust)


def _bytes(text: object, digits: int) -> bytes:
    try:
        found = bytes.fromhex(text) if isinstance(text, str) and len(text) == digits else b""
    except ValueError:
        found = b""
    if found.hex() != text:
        raise SigningError(f"A part of a signature is {digits} hexadecimal digits. Got {text!r:.90}.")
    return found
