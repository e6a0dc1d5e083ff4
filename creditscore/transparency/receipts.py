"""Receipts: what a person can keep to prove that the decision on them is in the log.

A receipt holds the leaf, the salt that opens its commitment, the path to the root, and the signed head:
small enough for a page. It is written as JSON, or as a COSE Receipt (RFC 9942) with the claims that RFC 9943
asks for.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any, Final, Self

from creditscore._ground.canonical import canonical, read_json
from creditscore.errors import ArtefactError, SigningError
from creditscore.signing.keys import SigningKey, checked_key, is_signed_by
from creditscore.signing.signatures import Checked
from creditscore.signing.trust import LENDER, Trust
from creditscore.transparency.cbor import Tagged, decode, encode
from creditscore.transparency.heads import SignedHead
from creditscore.transparency.leaves import SALT_BYTES, Leaf, What, is_hash
from creditscore.transparency.proofs import InclusionProof

SCHEMA: Final = "creditscore.receipt/1"
_PARTS: Final = frozenset({"schema", "leaf", "salt", "proof", "head"})
# Of a decision: what everybody is shown of it, and what the person concerned is told.
_VERSIONS: Final = ("shown", "disclosed")
_DAY: Final = timedelta(days=1)
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MOST_CHARACTERS: Final = 65_536
# RFC 9052: a signed structure, its algorithm, its key; EdDSA. RFC 9597: claims, whose, of what, and when.
_SIGNED: Final = 18
_ALGORITHM, _KEY, _CLAIMS = 1, 4, 15
_ISSUER, _SUBJECT, _ISSUED = 1, 2, 6
_EDDSA: Final = -8
# RFC 9942: which tree, proofs about it, and of these that of inclusion; the tree of RFC 9162.
_TREE, _PROOFS, _INCLUSION = 395, 396, -1
_RFC9162_SHA256: Final = 1
_LEAF, _SALT, _OF_VERSION = "creditscore.leaf", "creditscore.salt", "creditscore."
# Trees of several sizes can lead to one root by paths of one shape: the size is signed too.
_SIZE: Final = "creditscore.size"


@dataclass(frozen=True, slots=True)
class Receipt:
    """That an entry is in a log.

    Attributes
    ----------
    leaf : Leaf
    salt : bytes
        Opens the commitment of the leaf, 32 bytes.
    proof : InclusionProof
    head : SignedHead
    shown : str
        SHA-256 of what everybody is shown of a decision, 64 hexadecimal digits; empty for other entries, and
        for decisions that were entered before ledgers committed to it.
    disclosed : str
        The same of what the person concerned is told beside that.
    """

    leaf: Leaf
    salt: bytes
    proof: InclusionProof
    head: SignedHead
    shown: str = ""
    disclosed: str = ""

    def check(self, digest: str, trust: Trust) -> Checked:
        """Judge a receipt for something.

        Parameters
        ----------
        digest : str
            The SHA-256 that a record names as its own, or of the plain text of another entry.
        trust : Trust
            Whose keys may sign for the log.

        Returns
        -------
        Checked
            ``signed_by`` says that a trusted log holds it.
        """
        fault = self.fault(digest)
        return Checked("bad_signature", why=fault) if fault else self.head.check(trust)

    def fault(self, digest: str) -> str:
        """Say why the receipt does not lead from something to the root of its head; empty if it does."""
        if not self.leaf.opens(self.salt, digest, self.shown, self.disclosed):
            return "the receipt is for something else"
        if (self.proof.index, self.proof.size) != (self.leaf.sequence - 1, self.head.head.size):
            return "the proof is for another entry or another head"
        if not self.proof.proves(self.leaf.hash, self.head.head.root):
            return "the path does not lead to the root"
        if _EPOCH + timedelta(microseconds=self.leaf.appended_at) > self.head.head.at + _DAY:
            return "its head is older than its entry"
        return ""

    def of_fault(self, what: What, entry_id: str) -> str:
        """Say why the receipt is not of an entry of a kind and a name; empty if it is.

        A hash alone does not say it: whoever writes a ledger with a build of their own could enter that of a
        decision as something else.
        """
        own = (self.leaf.what, self.leaf.entry_id)
        return "" if own == (what, entry_id) else f"the receipt is for something else, {' '.join(own):.90}"

    def head_fault(self, head: str) -> str:
        """Say why the receipt does not stand under a head, as it is written; empty if it does."""
        return "" if self.head.text == head else "the receipt is under another head"

    def shown_fault(self, shown: str, disclosed: str, *, alone: bool = False) -> str:
        """Say why the receipt is not for what a version of a record shows; empty if it is.

        Parameters
        ----------
        shown, disclosed : str
            The SHA-256 of what everybody is shown, and of what the person is told, 64 hexadecimal digits.
        alone : bool
            Whether the version cannot be hashed into the record, so that nothing else speaks for it.
        """
        if not self.shown:
            return "it says nothing of what this version shows" if alone else ""
        if self.shown != shown:
            return "another decision was entered than it shows"
        return "" if self.disclosed in ("", disclosed) else "other figures were entered than it tells one"

    def to_plain(self) -> dict[str, Any]:
        """Write the receipt as plain data."""
        return {
            "schema": SCHEMA,
            "leaf": self.leaf.to_plain(),
            "salt": self.salt.hex(),
            "proof": self.proof.to_plain(),
            "head": self.head.text,
            **self._versions(),
        }

    def _versions(self) -> dict[str, str]:
        return {name: found for name in _VERSIONS if (found := getattr(self, name))}

    def to_json(self) -> str:
        """Write the receipt as canonical JSON (RFC 8785)."""
        return canonical(self.to_plain())

    @classmethod
    def from_plain(cls, data: Any) -> Self:
        """Read what `to_plain` wrote.

        Raises
        ------
        SigningError
            If it is anything else.
        """
        if (
            not isinstance(data, Mapping)
            or set(data) - {*_VERSIONS} != _PARTS
            or data["schema"] != SCHEMA
            or not all(is_hash(data[name]) for name in _VERSIONS if name in data)
            or ("disclosed" in data and "shown" not in data)
        ):
            raise SigningError(f"A receipt has the schema {SCHEMA!r} and the parts {sorted(_PARTS)}.")
        try:
            salt = bytes.fromhex(data["salt"])
        except (OverflowError, TypeError, ValueError):
            salt = b""
        if len(salt) != SALT_BYTES or salt.hex() != data["salt"] or not isinstance(data["head"], str):
            raise SigningError("The salt or the head of a receipt is damaged.")
        proof, head = InclusionProof.from_plain(data["proof"]), SignedHead.from_text(data["head"])
        versions = (data.get(name, "") for name in _VERSIONS)
        return cls(Leaf.from_plain(data["leaf"]), salt, proof, head, *versions)

    @classmethod
    def from_json(cls, text: str | bytes) -> Self:
        """Read what `to_json` wrote; see `from_plain`."""
        if len(text) > _MOST_CHARACTERS:
            raise SigningError("A receipt is shorter.")
        try:
            return cls.from_plain(read_json(text, "The receipt"))
        except ArtefactError as error:
            raise SigningError(str(error)) from error

    def to_cose(self, key: SigningKey) -> bytes:
        """Write the receipt as a COSE Receipt, some 1,300 bytes in a log of a million.

        The root is not in it, so that whoever checks must compute it. Leaf and salt travel in its
        unprotected header.

        Parameters
        ----------
        key : SigningKey
            Of the log.
        """
        checked_key(key)
        head = self.head.head
        claims = {_ISSUER: key.name, _SUBJECT: head.origin, _ISSUED: int(head.at.timestamp())}
        protected = encode(
            {
                _ALGORITHM: _EDDSA,
                _KEY: bytes.fromhex(key.key_id),
                _CLAIMS: claims,
                _TREE: _RFC9162_SHA256,
                _SIZE: head.size,
            }
        )
        proof = encode([self.proof.size, self.proof.index, list(self.proof.path)])
        unprotected = {_PROOFS: {_INCLUSION: [proof]}, _LEAF: self.leaf.data, _SALT: self.salt}
        unprotected |= {_OF_VERSION + name: bytes.fromhex(one) for name, one in self._versions().items()}
        signature = key.sign(_to_be_signed(protected, head.root))
        return encode(Tagged(_SIGNED, [protected, unprotected, None, signature]))


def check_cose(content: bytes, digest: str, trust: Trust) -> Checked:
    """Judge what `Receipt.to_cose` wrote.

    Parameters
    ----------
    content : bytes
    digest : str
        As for `Receipt.check`.
    trust : Trust
    """
    try:
        protected, leaf, opening, proof, signature = _parts(content)
        header = decode(protected)
        key_id = header[_KEY].hex()
        at = int(header[_CLAIMS][_ISSUED])
        stated = (header[_ALGORITHM], header[_TREE], header[_SIZE])
        salt, *versions = opening
        fits = stated == (_EDDSA, _RFC9162_SHA256, proof.size) and leaf.opens(salt, digest, *versions)
        fits = fits and leaf.appended_at <= (at + 1) * 10**6 + _DAY // timedelta(microseconds=1)
    except (SigningError, AttributeError, LookupError, OverflowError, TypeError, ValueError) as error:
        return Checked("bad_signature", why=f"it is no COSE Receipt: {error}"[:200])
    root = proof.root(leaf.hash)
    if not fits or root is None or proof.index != leaf.sequence - 1:
        return Checked("bad_signature", why="the receipt is for something else")
    key = trust.find(key_id)
    if key is None:
        return Checked("untrusted_key", why=f"key {key_id}")
    if not is_signed_by(key.public, signature, _to_be_signed(protected, root)):
        return Checked("bad_signature", key.name)
    if key.revoked_as_of is not None and at >= key.revoked_as_of.timestamp():
        return Checked("revoked", key.name)
    since = replace(key, valid_from=key.valid_from.replace(microsecond=0))
    try:
        fault = since.fault(datetime.fromtimestamp(at, UTC), "head", (LENDER,))
    except (OverflowError, OSError, ValueError):
        fault = "that is no moment"
    if fault:
        return Checked("untrusted_key", key.name, why=fault)
    return Checked("signed_by", key.name)


def _parts(content: bytes) -> tuple[bytes, Leaf, tuple[bytes, str, str], InclusionProof, bytes]:
    """Take a COSE Receipt apart."""
    if len(content) > _MOST_CHARACTERS:
        raise SigningError("a receipt is shorter")
    whole = decode(content)
    if not isinstance(whole, Tagged) or whole.tag != _SIGNED or whole.value[2] is not None:
        raise SigningError("it is no signed structure with a detached payload")
    protected, unprotected, _, signature = whole.value
    (packed,) = unprotected[_PROOFS][_INCLUSION]
    size, index, path = decode(packed)
    proof = InclusionProof(int(index), int(size), tuple(bytes(one) for one in path))
    shown, disclosed = (unprotected.get(_OF_VERSION + name, b"").hex() for name in _VERSIONS)
    if disclosed and not shown:
        raise SigningError("it says what one is told and not what everybody is shown")
    opening = unprotected[_SALT], shown, disclosed
    return protected, Leaf.from_data(unprotected[_LEAF]), opening, proof, signature


def _to_be_signed(protected: bytes, root: bytes) -> bytes:
    """The structure of RFC 9052 that is signed, with the root as its detached payload."""
    return encode(["Signature1", protected, b"", root])
