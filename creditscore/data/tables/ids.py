"""The ids of one lender, numbered: what a person or a loan is called outside, and its code inside."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from creditscore._ground.arrays import Int32, Int64, distinct
from creditscore.data.door.raw import Labels
from creditscore.data.pseudonyms import Pseudonyms, are_pseudonyms
from creditscore.errors import ParameterError


@dataclass(frozen=True, slots=True, eq=False)
class Ids:
    """Distinct ids in rising order; the code of an id is its position.

    Attributes
    ----------
    labels : int64 array of shape (n_ids,) or tuple of str
    what : str
        What they identify, for messages.
    """

    labels: Labels
    what: str

    def __len__(self) -> int:
        return len(self.labels)

    def code(self, label: int | str) -> int:
        """Code of one id, -1 if it is unknown.

        Raises
        ------
        ParameterError
            If the id is text where these are whole numbers, or the other way round; or if it is unknown and
            no pseudonym where these are: it was not read with their key, and stands for nobody new.
        """
        self._check_type(label)
        found = self._find(label)
        if found < 0:
            self._refuse_plain((label,))
        return found

    def codes(self, labels: Sequence[Any]) -> Int64:
        """Codes of several ids, shape (len(labels),); -1 where unknown.

        Raises
        ------
        ParameterError
            As for `code`.
        """
        if len(labels) == 1:
            return np.array([self.code(labels[0])], np.int64)
        for label in {type(label): label for label in labels}.values():
            self._check_type(label)
        if isinstance(self.labels, tuple):
            found = np.array([self._find(label) for label in labels], dtype=np.int64)
            self._refuse_plain([labels[row] for row in np.flatnonzero(found < 0).tolist()])
            return found
        ends = np.iinfo(np.int64)
        fits = np.array([ends.min <= label <= ends.max for label in labels], dtype=np.bool_)
        whole = [label if fit else 0 for label, fit in zip(labels, fits.tolist(), strict=True)]
        return np.where(fits, positions(np.asarray(whole, dtype=np.int64), self.labels), -1).astype(np.int64)

    def _find(self, label: Any) -> int:
        position = bisect_left(self.labels, label)
        return position if position < len(self.labels) and self.labels[position] == label else -1

    def _refuse_plain(self, unknown: Sequence[Any]) -> None:
        if unknown and are_pseudonyms(self.labels) and not all(map(Pseudonyms.looks_like_one, unknown)):
            raise ParameterError(
                f"The people of these tables go under pseudonyms, and the {self.what!r} given is none: "
                "nobody would be found. Read applications with the key of the tables, pseudonyms=..., or "
                "give Pseudonyms.of(...) of the id."
            )

    def _check_type(self, label: object) -> None:
        as_text = isinstance(self.labels, tuple)
        fits = isinstance(label, str) if as_text else isinstance(label, int | np.integer)
        if len(self.labels) and (not fits or isinstance(label, bool)):
            constraint = f"{'text' if as_text else 'a whole number'}, as in the tables"
            raise ParameterError.must_be(self.what, constraint, label)


def positions(labels: Labels, known: Labels) -> Int32:
    """Find each label among known ones.

    Parameters
    ----------
    labels : ndarray of int64, shape (n,), or tuple of str
    known : ndarray of int64, shape (n_known,), or tuple of str
        In rising order.

    Returns
    -------
    ndarray of int32, shape (n,)
        Position of each label, -1 where it is not among the known ones.
    """
    if not len(labels) or not len(known):
        return np.full(len(labels), -1, dtype=np.int32)
    if isinstance(labels, tuple):
        position_of = dict(zip(known, range(len(known)), strict=True))
        return np.array([position_of.get(label, -1) for label in labels], dtype=np.int32)
    sorted_known = np.asarray(known)
    position = np.minimum(np.searchsorted(sorted_known, labels), len(sorted_known) - 1)
    return np.where(sorted_known[position] == labels, position, -1).astype(np.int32)


def same_labels(first: Labels, second: Labels) -> bool:
    """Whether two lists of labels are equal."""
    if first is second:
        return True
    if isinstance(first, tuple) or isinstance(second, tuple):
        return isinstance(first, tuple) and isinstance(second, tuple) and first == second
    return np.array_equal(first, second)


def union(parts: Iterable[Labels]) -> Labels:
    """Distinct labels of all parts, which are of one type, in rising order."""
    given = [part for part in parts if len(part)]
    if not given:
        return ()
    if isinstance(given[0], tuple):
        return given[0] if len(given) == 1 else tuple(sorted(set().union(*given)))
    return given[0] if len(given) == 1 else distinct(np.concatenate(given))
