"""Keyed pseudonyms: what ids are called inside, so that nobody reads from a table whom it is about."""

from __future__ import annotations

import base64
import os
import re
from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import InitVar, dataclass, field
from pathlib import Path
from typing import Final, Self

import numpy as np

from creditscore._ground.arrays import Int32
from creditscore.data.door.raw import Labels
from creditscore.data.secret import Secret, check_key, from_digits, part, read_key, write_key
from creditscore.errors import ParameterError

_DOMAIN: Final = b"creditscore.pseudonyms/1"
_BYTES: Final = 16
_CHECK_BYTES: Final = 8
_BEGINS: Final = "p-"
# What comes after everything that begins so.
_ENDS: Final = "p."
_FORM: Final = re.compile(r"p-[a-z2-7]{26}")
_STAYED_BEHIND: Final = (
    "The key of the pseudonyms does not travel with a copy. Read it where it is needed, with "
    "Pseudonyms.from_file(...) or Pseudonyms.from_environment(...)."
)


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Pseudonyms:
    """Replace ids by HMAC-SHA-256 under a key, as they pass the door of a portfolio.

    The same id has the same pseudonym in every table, every column and on every day, so that everything that
    can be joined can still be joined; without the key no pseudonym can be made of an id, nor an id be tried
    against it. The key stands in no file that this library writes, in no text, and in no copy of this value
    that leaves the process. What has the form of a pseudonym is one already and stays: so the measures of a
    portfolio under pseudonyms can be given to it, and what was renamed once is not renamed again.

    Parameters
    ----------
    secret : bytes
        16 bytes or more.

    Attributes
    ----------
    key_check : str
        16 hexadecimal digits that tell one key from another, and nothing about it.

    Raises
    ------
    ParameterError
        If the secret is no bytes, or too short.

    References
    ----------
    Krawczyk, Bellare and Canetti (1997), HMAC, RFC 2104. Regulation (EU) 2016/679, Art. 4(5).

    Examples
    --------
    >>> pseudonyms = Pseudonyms(secret=bytes(range(32)))
    >>> pseudonyms.of("anna"), pseudonyms.of(7) == pseudonyms.of("7")
    ('p-5tkhh6hlavo2erchciorlo5mde', False)
    >>> from creditscore import Portfolio
    >>> asked = {"inquiries": [{"applicant_id": "anna", "event_time": "2024-05-31T12:00:00Z"}]}
    >>> Portfolio.from_records(asked, pseudonyms=pseudonyms).applicant_ids
    ('p-5tkhh6hlavo2erchciorlo5mde',)
    """

    secret: InitVar[bytes]
    key_check: str = field(init=False)
    _secret: Secret = field(init=False, compare=False)

    def __post_init__(self, secret: bytes) -> None:
        check_key(secret, "Pseudonyms.generate(...)")
        kept = Secret(secret, _STAYED_BEHIND)
        object.__setattr__(self, "_secret", kept)
        object.__setattr__(self, "key_check", kept.digest(_DOMAIN + b"check")[:_CHECK_BYTES].hex())

    @staticmethod
    def looks_like_one(label: str) -> bool:
        """Tell whether an id has the form of a pseudonym, under whatever key.

        Examples
        --------
        >>> Pseudonyms.looks_like_one("p-5tkhh6hlavo2erchciorlo5mde"), Pseudonyms.looks_like_one("anna")
        (True, False)
        """
        return _FORM.fullmatch(label) is not None

    @classmethod
    def generate(cls, path: str | Path) -> Self:
        """Make a new key and write it to a file that its owner alone can read.

        Parameters
        ----------
        path : str or Path
            A file that is not there yet.

        Raises
        ------
        ParameterError
            If the file is there already: without the old key nobody is recognised any more.
        """
        write_key(path)
        return cls.from_file(path)

    @classmethod
    def from_file(cls, path: str | Path) -> Self:
        """Read the key from a file of 32 bytes, or of 64 hexadecimal digits.

        Raises
        ------
        ParameterError
            If the file cannot be read or holds anything else.
        """
        return cls(secret=read_key(path))

    @classmethod
    def from_environment(cls, name: str) -> Self:
        """Read the key from a variable of the environment, as hexadecimal digits: at least 32 of them.

        Parameters
        ----------
        name : str
            Name of the variable.

        Raises
        ------
        ParameterError
            If it is not set, or holds anything else; its content is never shown.
        """
        if not isinstance(name, str):
            raise ParameterError.must_be("name", "the name of a variable of the environment", name)
        key = from_digits(dict(os.environ).get(name, "").encode("utf-8", "surrogateescape"))
        if not key:
            raise ParameterError(f"The variable {name!r} of the environment must hold hexadecimal digits.")
        return cls(secret=key)

    def of(self, identifier: int | str) -> str:
        """Return what an id is called: ``p-`` and 26 letters and digits (128 bits).

        Parameters
        ----------
        identifier : int or str
            7 and ``"7"`` are two ids, as they are in a table. A pseudonym stays what it is.

        Raises
        ------
        ParameterError
            If it is neither, or the key stayed behind in another process.
        """
        if isinstance(identifier, np.integer):
            identifier = int(identifier)
        if isinstance(identifier, bool) or not isinstance(identifier, int | str) or identifier == "":
            raise ParameterError.must_be("identifier", "a text or a whole number", type(identifier).__name__)
        return self._pseudonym(identifier)

    def relabelled(self, codes: Int32, labels: Labels) -> tuple[Int32, tuple[str, ...]]:
        """Put pseudonyms in the place of ids, in rising order again.

        Parameters
        ----------
        codes : ndarray of int32, shape (n_rows,)
            Into `labels`; -1 is missing.
        labels : ndarray of int64, or tuple of str
            In rising order.

        Returns
        -------
        codes : ndarray of int32, shape (n_rows,)
        labels : tuple of str
        """
        known: Iterable[int | str] = labels.tolist() if isinstance(labels, np.ndarray) else labels
        called = [self._pseudonym(one) for one in known]
        position = {one: number for number, one in enumerate(sorted(set(called)))}
        rank = np.array([*map(position.__getitem__, called), -1], dtype=np.int32)
        return rank[codes], tuple(position)

    def _pseudonym(self, identifier: int | str) -> str:
        if isinstance(identifier, str) and self.looks_like_one(identifier):
            return identifier
        written = part(identifier) if isinstance(identifier, str) else b"n" + str(identifier).encode()
        digest = self._secret.digest(_DOMAIN + written)[:_BYTES]
        return _BEGINS + base64.b32encode(digest).decode("ascii").rstrip("=").lower()

    def __repr__(self) -> str:
        return f"Pseudonyms(key {self.key_check})"


def are_pseudonyms(labels: Labels) -> bool:
    """Whether ids, in rising order, have the form of pseudonyms; False where there are none."""
    if not len(labels) or not isinstance(labels, tuple):
        return False
    return all(map(Pseudonyms.looks_like_one, (labels[0], labels[-1])))


def count_pseudonyms(labels: Labels) -> int:
    """Count the ids, of some in rising order, that have the form of pseudonyms.

    Examples
    --------
    >>> count_pseudonyms(("anna", "p-5tkhh6hlavo2erchciorlo5mde", "paul")), count_pseudonyms(())
    (1, 0)
    """
    if not isinstance(labels, tuple):
        return 0
    first, last = (bisect_left(labels, ends) for ends in (_BEGINS, _ENDS))
    return sum(map(Pseudonyms.looks_like_one, labels[first:last]))
