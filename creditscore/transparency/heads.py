"""Heads of a tree, signed: who keeps one can prove later what the log held then.

A head is a signed note in the form of a C2SP checkpoint: the origin of the log, its size, its root in
base 64, and the moment; then a line for each who signed, the log itself or a witness. Witnesses sign with a
moment of their own (C2SP tlog-cosignature).

References
----------
C2SP (2024), signed-note, tlog-checkpoint and tlog-cosignature, https://c2sp.org.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
import struct
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Final, Self

from creditscore.errors import SigningError
from creditscore.signing import moments
from creditscore.signing.keys import SIGNATURE_BYTES, SigningKey, checked_key, is_signed_by
from creditscore.signing.signatures import Checked
from creditscore.signing.trust import LENDER, WITNESS, Trust, TrustedKey
from creditscore.transparency.proofs import ConsistencyProof, read_hash
from creditscore.transparency.tree import LARGEST

ORIGIN: Final = "creditscore.ledger/"
_NOTE_KEY: Final = b"\x01"
_COSIGNING_KEY: Final = b"\x04"
_HINT_BYTES: Final = 4
_STAMP: Final = struct.Struct(">Q")
_MOST_CHARACTERS: Final = 16_384
_MOST_SIGNATURES: Final = 64
_ORIGIN: Final = re.compile(r"creditscore\.ledger/[0-9a-f]{32}")
_LINE: Final = re.compile(r"— (?P<name>[^\s+]+) (?P<blob>[A-Za-z0-9+/]+={0,2})")
_LATEST: Final = 253_402_300_799


@dataclass(frozen=True, slots=True)
class TreeHead:
    """What a log says of itself at a moment.

    Attributes
    ----------
    origin : str
        Which log: ``creditscore.ledger/`` and its id.
    size : int
        Entries.
    root : bytes
        32 bytes.
    at : datetime
        With a zone.
    """

    origin: str
    size: int
    root: bytes
    at: datetime

    @property
    def text(self) -> str:
        """The text that is signed."""
        root = base64.b64encode(self.root).decode()
        return f"{self.origin}\n{self.size}\n{root}\ntime {moments.written(self.at)}\n"

    @classmethod
    def from_text(cls, text: str) -> Self:
        """Read what `text` holds.

        Raises
        ------
        SigningError
            If it is anything else: a head has one form.
        """
        lines = text.split("\n")
        if len(lines) != 5 or lines[4] or not _ORIGIN.fullmatch(lines[0]) or lines[3][:5] != "time ":
            raise SigningError("A head names the log, its size, its root and its time, a line each.")
        if not re.fullmatch(r"0|[1-9][0-9]{0,15}", lines[1], re.ASCII) or int(lines[1]) >= LARGEST:
            raise SigningError(f"The size of a log is a whole number. Got {lines[1]!r:.90}.")
        return cls(lines[0], int(lines[1]), read_hash(lines[2]), moments.read(lines[3][5:]))


@dataclass(frozen=True, slots=True)
class SignedHead:
    """A head and who signed it.

    Attributes
    ----------
    head : TreeHead
    lines : tuple of str
        One for each signature: a name, and bytes in base 64.

    Examples
    --------
    >>> from creditscore.signing.trust import TrustedKey
    >>> key, witness = SigningKey.new("lender.example"), SigningKey.new("witness.example")
    >>> head = TreeHead("creditscore.ledger/" + "0" * 32, 0, bytes(32), moments.now())
    >>> signed = SignedHead.of(head, key).cosigned(witness)
    >>> SignedHead.from_text(signed.text) == signed
    True
    >>> trust = Trust.of(key, TrustedKey.of(witness, roles=["witness"]))
    >>> str(signed.check(trust)), signed.witnesses(trust)
    ('signed by lender.example', ('witness.example',))
    """

    head: TreeHead
    lines: tuple[str, ...]

    @property
    def text(self) -> str:
        """The note: the head, an empty line, and the signatures."""
        return "\n".join([self.head.text, *self.lines, ""])

    @classmethod
    def of(cls, head: TreeHead, key: SigningKey) -> Self:
        """Sign a head as its log."""
        checked_key(key)
        blob = _hint(key.name, _NOTE_KEY, key.public) + key.sign(head.text.encode())
        return cls(head, (_line(key.name, blob),))

    def cosigned(self, key: SigningKey, *, at: datetime | None = None) -> Self:
        """Add the signature of a witness, who has checked that the log only grew; see `witness`."""
        checked_key(key)
        stamp = int((at or moments.now()).timestamp())
        signature = key.sign(_cosigned_text(stamp, self.head))
        blob = _hint(key.name, _COSIGNING_KEY, key.public) + _STAMP.pack(stamp) + signature
        return type(self)(self.head, (*self.lines, _line(key.name, blob)))

    @classmethod
    def from_text(cls, text: str) -> Self:
        """Read a signed head.

        Raises
        ------
        SigningError
            If it is none.
        """
        body, gap, below = text.partition("\n\n")
        lines = below.split("\n")[:-1]
        if len(text) > _MOST_CHARACTERS or not gap or not below.endswith("\n"):
            raise SigningError("A signed head is a head, an empty line, and signatures.")
        if not 0 < len(lines) <= _MOST_SIGNATURES or not all(map(_LINE.fullmatch, lines)):
            raise SigningError("A signature of a head is a dash, a name, and bytes in base 64.")
        return cls(TreeHead.from_text(body + "\n"), tuple(lines))

    def check(self, trust: Trust) -> Checked:
        """Judge the signature of the log.

        Parameters
        ----------
        trust : Trust
            Whose keys may sign for it.
        """
        known = [pair for pair in self._blobs(trust) if pair[1].startswith(_hint_of(pair[0], _NOTE_KEY))]
        at = moments.written(self.head.at)
        for key, blob in known:
            if not is_signed_by(key.public, blob[_HINT_BYTES:], self.head.text.encode()):
                return Checked("bad_signature", key.name, at)
            if key.revoked_as_of is not None and self.head.at >= key.revoked_as_of:
                return Checked("revoked", key.name, at, f"as of {moments.written(key.revoked_as_of)}")
            if fault := key.fault(self.head.at, "head", (LENDER,)):
                return Checked("untrusted_key", key.name, at, fault)
            return Checked("signed_by", key.name, at)
        return Checked("untrusted_key", signed_at=at)

    def witnesses(self, trust: Trust) -> tuple[str, ...]:
        """Name the witnesses, of those trusted, whose signatures are good.

        Parameters
        ----------
        trust : Trust
            Whose keys may witness.
        """
        return tuple(sorted({key.name for key, blob in self._blobs(trust) if self._is_witnessed(key, blob)}))

    def _is_witnessed(self, key: TrustedKey, blob: bytes) -> bool:
        hint, rest = _hint_of(key, _COSIGNING_KEY), blob[_HINT_BYTES + _STAMP.size :]
        if not blob.startswith(hint) or len(rest) != SIGNATURE_BYTES:
            return False
        (stamp,) = _STAMP.unpack(blob[_HINT_BYTES : _HINT_BYTES + _STAMP.size])
        if stamp > _LATEST or not is_signed_by(key.public, rest, _cosigned_text(stamp, self.head)):
            return False
        at = datetime.fromtimestamp(stamp, UTC)
        since = replace(key, valid_from=key.valid_from.replace(microsecond=0))
        revoked = key.revoked_as_of is not None and at >= key.revoked_as_of
        return not (revoked or since.fault(at, "head of another", (WITNESS,)))

    def _blobs(self, trust: Trust) -> Iterator[tuple[TrustedKey, bytes]]:
        """Each signature with each trusted key of its name."""
        for line in self.lines:
            found = _LINE.fullmatch(line)
            if found is None:
                continue
            try:
                blob = base64.b64decode(found["blob"], validate=True)
            except (binascii.Error, ValueError):
                continue
            if base64.b64encode(blob).decode() != found["blob"]:  # spare bits of the last letter
                continue
            yield from ((key, blob) for key in trust.named(found["name"]))


def witness(
    head: SignedHead,
    before: SignedHead | None,
    proof: ConsistencyProof | None,
    *,
    trust: Trust,
    key: SigningKey,
) -> SignedHead:
    """Sign a head as a witness: only if the log signed it, and only grew since the head before.

    Parameters
    ----------
    head : SignedHead
        The new one.
    before : SignedHead or None
        The last one that this witness has signed of this log; None the first time.
    proof : ConsistencyProof or None
        From the size of the one before to that of the new one.
    trust : Trust
        Whose keys may sign for the log.
    key : SigningKey
        Of the witness.

    Raises
    ------
    SigningError
        If the log did not sign the head, shrank, changed its past, or is another log; if the proof is missing
        or is one between other sizes.
    """
    checked = head.check(trust)
    if not checked.is_good:
        raise SigningError(f"The head is not that of a log which is trusted: {checked}.")
    if before is not None:
        _require_proof(before.head, head.head, proof)
        fault = fork_between(before.head, head.head, proof)
        if fault:
            shown = "Keep both heads; they prove it." if proof is None else "Keep both heads and the proof."
            raise SigningError(f"The log did not only grow: {fault}. {shown}")
    return head.cosigned(key)


def _require_proof(first: TreeHead, second: TreeHead, proof: ConsistencyProof | None) -> None:
    """Refuse to judge without the proof from one head to the next: that it is missing accuses nobody."""
    if first.origin != second.origin or not 0 < first.size < second.size:
        return
    if proof is None or (proof.first, proof.second) != (first.size, second.size):
        sizes = f"from {first.size:,} to {second.size:,} entries"
        raise SigningError(f"Whether the log only grew cannot be told: give a proof {sizes}.")


def fork_between(first: TreeHead, second: TreeHead, proof: ConsistencyProof | None) -> str:
    """Say why a log did not only grow from one head to another; empty if it did.

    Parameters
    ----------
    first, second : TreeHead
        The earlier one first.
    proof : ConsistencyProof or None
        None is enough where both have the same size, or the first is empty.
    """
    if first.origin != second.origin:
        return f"one head is of {first.origin}, the other of {second.origin}"
    if second.size < first.size:
        return f"it went back from {first.size:,} to {second.size:,} entries"
    if first.size == second.size:
        return "" if first.root == second.root else f"two histories of {first.size:,} entries were shown"
    given = proof or ConsistencyProof(first.size, second.size, ())
    fits = (given.first, given.second) == (first.size, second.size)
    if not (fits and given.proves(first.root, second.root)):
        return f"the head of {second.size:,} entries does not follow from that of {first.size:,}"
    return ""


def _cosigned_text(stamp: int, head: TreeHead) -> bytes:
    return f"cosignature/v1\ntime {stamp}\n{head.text}".encode()


def _hint_of(key: TrustedKey, kind: bytes) -> bytes:
    return _hint(key.name, kind, key.public)


def _hint(name: str, kind: bytes, public: bytes) -> bytes:
    return hashlib.sha256(name.encode() + b"\n" + kind + public).digest()[:_HINT_BYTES]


def _line(name: str, blob: bytes) -> str:
    return f"— {name} {base64.b64encode(blob).decode()}"
