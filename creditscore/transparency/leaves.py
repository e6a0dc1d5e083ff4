"""What of an entry is hashed into the tree: all of it by its hash, and what it holds by a commitment.

The commitment binds an entry to the hash of what is encrypted in it. Who has the salt and the plain text can
check that; who has the plain text alone cannot even recognise it, so that nothing is left once a subject's
key, from which the salt follows, is destroyed.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal, Self, get_args

from creditscore.errors import SigningError
from creditscore.transparency.tree import LARGEST, leaf_hash

SCHEMA: Final = "creditscore.leaf/1"
# To one hash; to those of a decision and of what everybody is shown of it; to what one is told of it, too.
COMMITMENTS: Final = ("creditscore.commitment/1", "creditscore.commitment/2", "creditscore.commitment/3")
SALT_BYTES: Final = 32

What = Literal[
    "decision", "erasure", "rotation", "model", "policy", "retirement", "tree", "naming",
    "review", "objection", "report",
]  # fmt: skip
WHATS: Final = get_args(What)

_PARTS: Final = frozenset({"sequence", "what", "appended_at", "entry_id", "commitment", "entry_hash"})
_DIGITS: Final = 64
LONGEST_ID: Final = 10_000


@dataclass(frozen=True, slots=True)
class Leaf:
    """A leaf of the tree.

    Attributes
    ----------
    sequence : int
        Number of the entry, from 1; its index in the tree is one less.
    what : str
        What is entered: a decision, a model, and so on.
    appended_at : int
        Microseconds since 1970-01-01 UTC.
    entry_id : str
        The id of the decision, or of what was done instead.
    commitment : str
        To what the entry holds, 64 hexadecimal digits; empty for entries of before there was a tree.
    entry_hash : str
        SHA-256 of the entry, encrypted as it is, and of the hash of the entry before: 64 hexadecimal digits.
    """

    sequence: int
    what: What
    appended_at: int
    entry_id: str
    commitment: str
    entry_hash: str

    @property
    def data(self) -> bytes:
        """The bytes that are hashed: the schema and each part on a line."""
        lines = (self.sequence, self.what, self.appended_at, self.entry_id, self.commitment, self.entry_hash)
        return "\n".join([SCHEMA, *map(str, lines), ""]).encode("utf-8", "surrogatepass")

    @property
    def hash(self) -> bytes:
        """The hash of the leaf in the tree."""
        return leaf_hash(self.data)

    @classmethod
    def from_data(cls, data: bytes) -> Self:
        """Read what `data` holds.

        Raises
        ------
        SigningError
            If it is anything else.
        """
        try:
            schema, sequence, what, at, rest = data.decode("utf-8", "surrogatepass").split("\n", 4)
            entry_id, commitment, entry_hash, end = rest.rsplit("\n", 3)
            numbers = int(sequence), int(at)
        except ValueError as error:
            raise SigningError("The text of a leaf has seven lines.") from error
        plain = {"sequence": numbers[0], "what": what, "appended_at": numbers[1], "entry_id": entry_id}
        leaf = cls.from_plain(plain | {"commitment": commitment, "entry_hash": entry_hash})
        if schema != SCHEMA or end or leaf.data != data:
            raise SigningError(f"The text of a leaf begins with {SCHEMA!r} and has one form.")
        return leaf

    def to_plain(self) -> dict[str, Any]:
        """Write the leaf as plain data."""
        return {name: getattr(self, name) for name in sorted(_PARTS)}

    @classmethod
    def from_plain(cls, data: Any) -> Self:
        """Read what `to_plain` wrote.

        Raises
        ------
        SigningError
            If it is anything else.
        """
        if not isinstance(data, Mapping) or set(data) != _PARTS:
            raise SigningError(f"A leaf has the parts {sorted(_PARTS)}.")
        numbers = [data["sequence"], data["appended_at"]]
        texts = [data["entry_id"], data["commitment"], data["entry_hash"]]
        right = all(type(one) is int and abs(one) < 2 * LARGEST for one in numbers)
        right = right and all(isinstance(one, str) for one in texts) and data["what"] in WHATS
        if not (right and len(texts[0]) <= LONGEST_ID and is_hash(texts[2])):
            raise SigningError("A part of a leaf is damaged.")
        if texts[1] and not is_hash(texts[1]):
            raise SigningError("The commitment of a leaf is damaged.")
        return cls(**data)

    def opens(self, salt: bytes, digest: str, *versions: str) -> bool:
        """Whether the entry holds what has this SHA-256, and of its versions what has these; see `commit`."""
        return bool(self.commitment) and self.commitment == commit(salt, digest, *versions)


def commit(salt: bytes, digest: str, *versions: str) -> str:
    """Commit to a SHA-256, and to those of what is shown of it, under a salt of 32 bytes.

    Parameters
    ----------
    salt : bytes
    digest : str
        64 hexadecimal digits.
    *versions : str
        The same of what everybody is shown of a decision, then of what the person concerned is told; of a
        review, of all reviews of its decision so far as the person is told of them; of all else nothing is
        shown. Where one is empty, it and what follows are left out.

    Raises
    ------
    SigningError
        If one is left out before another.
    """
    given = [one for one in versions if one]
    if given != list(versions[: len(given)]):
        raise SigningError("Who commits to what the person is told commits to what everybody is shown.")
    lines = [COMMITMENTS[len(given)], salt.hex(), digest, *given, ""]
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def is_hash(text: object) -> bool:
    """Whether something is a SHA-256 as it is written here: 64 hexadecimal digits, in small letters."""
    return isinstance(text, str) and len(text) == _DIGITS and not set(text) - set("0123456789abcdef")
