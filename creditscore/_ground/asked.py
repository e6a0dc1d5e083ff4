"""Whether what a function was given is of the kind that it takes: refused in one sentence, whatever it is."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable, Mapping
from pathlib import Path
from typing import Any

from creditscore.errors import NameUnknownError, ParameterError


def is_among(value: object, known: Iterable[str]) -> bool:
    """Whether a value is one of some texts; also an array or a frame can be asked about.

    >>> is_among("a", ("a", "b")), is_among(["a"], ("a", "b"))
    (True, False)
    """
    return isinstance(value, str) and value in known


def check_choice(name: str, value: object, known: Iterable[str]) -> None:
    """Refuse what is none of some texts.

    Raises
    ------
    ParameterError

    Examples
    --------
    >>> check_choice("step", "monthly", ("monthly", "weekly"))
    """
    if not is_among(value, known):
        raise ParameterError.must_be(name, f"one of {', '.join(map(repr, known))}", value)


def check_known(what: str, name: object, known: Collection[str]) -> None:
    """Refuse what is none of the names that are known, and say which of them is closest to it.

    Raises
    ------
    NameUnknownError

    Examples
    --------
    >>> check_known("calendar", "jalali", ("gregorian", "jalali"))
    """
    if not is_among(name, known):
        raise NameUnknownError.among(what, name, tuple(known))


def check_made(name: str, value: object, kind: type | tuple[type, ...], wanted: str) -> None:
    """Refuse what is not of a type.

    Parameters
    ----------
    name : str
        Of the parameter.
    value : object
    kind : type or tuple of types
    wanted : str
        What it must be, as it is said.

    Raises
    ------
    ParameterError

    Examples
    --------
    >>> check_made("scale", 1.5, float, "a number")
    """
    if not isinstance(value, kind):
        raise ParameterError.must_be(name, wanted, value)


def checked_each(name: str, values: Any, kind: type | tuple[type, ...], wanted: str) -> tuple[Any, ...]:
    """Return the items of a sequence, each of a type; a text, a mapping or a frame is no sequence.

    Raises
    ------
    ParameterError
        If it is no sequence, or an item is of another type.

    Examples
    --------
    >>> checked_each("names", ["a", "b"], str, "a sequence of names")
    ('a', 'b')
    """
    if isinstance(values, str | bytes | Mapping) or hasattr(values, "columns"):
        raise ParameterError.must_be(name, wanted, values)
    try:
        found = tuple(values)
    except TypeError:
        raise ParameterError.must_be(name, wanted, values) from None
    if not all(isinstance(one, kind) for one in found):
        raise ParameterError.must_be(name, wanted, values)
    return found


def path_of(name: str, value: object) -> Path:
    """Return the path that a text or a path says; a path need not be there.

    Raises
    ------
    ParameterError
        If it is neither, or no system takes it.

    Examples
    --------
    >>> path_of("folder", "model").name
    'model'
    """
    said = os.fspath(value) if isinstance(value, str | os.PathLike) else None
    if not isinstance(said, str) or not said or "\0" in said or not _can_be_written(said):
        raise ParameterError.must_be(name, "the path of a file or folder", value)
    return Path(said)


def _can_be_written(text: str) -> bool:
    try:
        os.fsencode(text)
    except UnicodeEncodeError:
        return False
    return True
