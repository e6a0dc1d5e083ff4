"""Who belongs to which group: labels, or probabilities where groups are only guessed; and intersections."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from creditscore._ground.groups import checked_groups
from creditscore.errors import NameUnknownError, ParameterError

Floats = NDArray[np.float64]
MOST_GROUPS: Final = 60
ATTRIBUTE: Final = "group"
WITH: Final = " x "
_ROUNDING: Final = 1e-9
_MISSING: Final = frozenset({"", "nan", "none", "nat", "<na>"})


@dataclass(frozen=True, slots=True, eq=False)
class Membership:
    """One attribute: its groups, and how much each row belongs to each.

    Attributes
    ----------
    attribute : str
    names : tuple of str
        Groups in the order of their names.
    row : ndarray of int64, shape (n_members,)
        Row numbers, rising; a row of unknown group is not there, a guessed one may be there several times.
    group : ndarray of int64, shape (n_members,)
        Position in `names`.
    weight : ndarray of float64, shape (n_members,)
        How much of the row counts in the group, above 0 and at most 1; the weights of a row add up to at
        most 1.
    n_rows : int
    """

    attribute: str
    names: tuple[str, ...]
    row: NDArray[np.int64]
    group: NDArray[np.int64]
    weight: Floats
    n_rows: int

    @property
    def certain(self) -> bool:
        """Whether every row belongs to one group as a whole, or to none that is known."""
        return bool((self.weight == 1.0).all())

    def people(self, applicants: NDArray[Any]) -> Floats:
        """Applicants in each group, shape (n_groups,); one who is guessed counts as the guess says.

        Parameters
        ----------
        applicants : ndarray, shape (n_rows,)
            Who each row is about.
        """
        _, who = np.unique(applicants, return_inverse=True)
        most = np.zeros((int(who.max(initial=-1)) + 1, len(self.names)))
        np.maximum.at(most, (who.ravel()[self.row], self.group), self.weight)
        counted: Floats = most.sum(axis=0)
        return counted

    def within(self, rows: NDArray[np.int64]) -> Membership:
        """Return the membership of some rows alone, numbered anew.

        Parameters
        ----------
        rows : ndarray of int64, shape (n_chosen,)
            Row numbers, none twice.
        """
        number = np.full(self.n_rows, -1, np.int64)
        number[rows] = np.arange(len(rows))
        kept = np.flatnonzero(number[self.row] >= 0)
        kept = kept[np.argsort(number[self.row[kept]], kind="stable")]
        parts = number[self.row[kept]], self.group[kept], self.weight[kept]
        return Membership(self.attribute, self.names, *parts, len(rows))

    def of_group(self, position: int) -> tuple[NDArray[np.int64], Floats]:
        """Row numbers and weights of one group, each of shape (n_in_group,)."""
        inside = self.group == position
        return self.row[inside], self.weight[inside]


def memberships(groups: Any, n_rows: int, intersections: Iterable[Sequence[str]] = ()) -> tuple[
    Membership, ...
]:  # fmt: skip
    """Read groups as they may be given.

    Parameters
    ----------
    groups : array-like of str or int, shape (n_rows,), data frame, or mapping of str to one of these
        Labels, where a missing one is of unknown group; or a data frame with one column a group that holds
        the probability of belonging to it. A mapping names attributes, each of which has labels, such a data
        frame, or a mapping of group to probabilities.
    n_rows : int
        Rows there must be.
    intersections : sequence of sequence of str
        Attributes to cross, such as ``[("sex", "age")]``. Of guessed groups the probabilities are
        multiplied, as if they were independent in each row.

    Returns
    -------
    tuple of Membership
        Attributes as given, then intersections.

    Raises
    ------
    ParameterError
        If rows do not match, a probability is none, or there are more than 60 groups.

    Examples
    --------
    >>> sex, both = memberships({"sex": ["f", "m", None]}, 3, [("sex", "sex")])
    >>> sex.names, sex.row.tolist(), both.names
    (('f', 'm'), [0, 1], ('f x f', 'm x m'))
    """
    named = groups if isinstance(groups, Mapping) else {ATTRIBUTE: groups}
    found = {str(name): _read(str(name), given, n_rows) for name, given in named.items()}
    if not found:
        raise ParameterError.must_be("groups", "labels, or a mapping of attribute to labels", "none")
    crossed = []
    for names in intersections:
        parts = [str(name) for name in ([names] if isinstance(names, str) else names)]
        for name in parts:
            if name not in found:
                raise NameUnknownError.among("attribute", name, tuple(found))
        if len(parts) < 2:
            raise ParameterError.must_be("intersections", "made of two attributes or more each", parts)
        one = found[parts[0]]
        for name in parts[1:]:
            one = _crossed(one, found[name])
        crossed.append(one)
    names = [one.attribute for one in (*found.values(), *crossed)]
    if len(set(names)) < len(names):
        raise ParameterError.must_be("intersections", "of attributes whose names differ", names)
    return (*found.values(), *crossed)


def _is_table(given: Any) -> bool:
    return isinstance(given, Mapping) or hasattr(given, "columns")


def _read(attribute: str, given: Any, n_rows: int) -> Membership:
    if _is_table(given):
        return _guessed(attribute, given, n_rows)
    labels = np.asarray(given, dtype=object)
    if labels.shape != (n_rows,):
        raise ParameterError.must_be(
            "groups", f"one label for each of {n_rows} rows in {attribute!r}", labels.shape
        )
    seen: dict[Any, int] = {}
    try:
        codes = np.array([seen.setdefault(one, len(seen)) for one in labels.tolist()], np.int64)
    except TypeError as error:
        raise ParameterError.must_be("groups", f"made of labels in {attribute!r}", type(labels[0])) from error
    texts = [_text(one) for one in seen]
    shown = tuple(sorted(set(texts) - {""}))
    _check_number(attribute, shown)
    number = {name: position for position, name in enumerate(shown)}
    found = np.array([number.get(text, -1) for text in texts], np.int64)[codes]
    row = np.flatnonzero(found >= 0).astype(np.int64)
    group = found[row]
    return Membership(attribute, shown, row, group, np.ones(row.size), n_rows)


def _guessed(attribute: str, given: Any, n_rows: int) -> Membership:
    names = tuple(str(name) for name in (given if isinstance(given, Mapping) else given.columns))
    if not names:
        raise ParameterError.must_be("groups", f"made of one column or more for {attribute!r}", "none")
    _check_number(attribute, names)
    columns = [np.asarray(given[name]) for name in (given if isinstance(given, Mapping) else given.columns)]
    wrong = [one.shape for one in columns if one.shape != (n_rows,) or one.dtype.kind not in "fiub"]
    if wrong:
        raise ParameterError.must_be(
            "groups", f"one probability for each of {n_rows} rows in {attribute!r}", wrong[0]
        )
    values = np.stack([one.astype(np.float64) for one in columns], axis=1)
    missing = np.isnan(values).any(axis=1)
    values[missing] = 0.0
    if (values < 0).any() or not (values.sum(axis=1) <= 1.0 + _ROUNDING).all():
        raise ParameterError.must_be(
            "groups", f"made of probabilities that add up to at most 1 in each row of {attribute!r}", "others"
        )
    row, group = np.nonzero(values > 0)
    return Membership(
        attribute, names, row.astype(np.int64), group.astype(np.int64), values[row, group], n_rows
    )


def _crossed(one: Membership, other: Membership) -> Membership:
    """Cross two attributes; a row of unknown group in either is of unknown group."""
    size = len(other.names)
    dense = np.zeros((other.n_rows, size))
    dense[other.row, other.group] = other.weight
    weight = one.weight[:, None] * dense[one.row]
    position, second = np.nonzero(weight > 0)
    pairs = one.group[position] * size + second
    met = np.unique(pairs)
    shown = tuple(f"{one.names[pair // size]}{WITH}{other.names[pair % size]}" for pair in met.tolist())
    attribute = f"{one.attribute}{WITH}{other.attribute}"
    _check_number(attribute, shown)
    group = np.searchsorted(met, pairs).astype(np.int64)
    return Membership(attribute, shown, one.row[position], group, weight[position, second], one.n_rows)


def _check_number(attribute: str, names: Sequence[str]) -> None:
    if len(set(names)) != len(names):
        raise ParameterError.must_be("groups", f"of names that differ in {attribute!r}", list(names))
    if len(names) > MOST_GROUPS:
        raise ParameterError.must_be(
            "groups", f"at most {MOST_GROUPS} groups in {attribute!r}: band what is a quantity", len(names)
        )


def _text(label: Any) -> str:
    """Write a label; empty where it is missing."""
    if isinstance(label, float) and label == label and label.is_integer():
        label = int(label)
    text = str(label).strip()
    return "" if text.casefold() in _MISSING else text


def applicants_of(applicants: Any, n_rows: int) -> NDArray[np.generic]:
    """Who each row is about, shape (n_rows,); without `applicants` each row is somebody else."""
    who = checked_groups(applicants, n_rows, name="applicants")
    return who.astype(str) if who.dtype.kind == "O" else who
