"""Where two pieces of plain data differ, leaf by leaf, by the path of the leaf."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any, Final, NamedTuple

NOTHING: Final = "nothing"
_SHOWN: Final = 60


class Difference(NamedTuple):
    """A leaf that is not what follows from the rest.

    Attributes
    ----------
    path : str
        Of the leaf: ``"features[12].value"``.
    stored, found : object
        What is written there, and what follows.
    """

    path: str
    stored: Any
    found: Any

    def __str__(self) -> str:
        return f"{self.path} is {_short(self.stored)}, and {_short(self.found)} follows"


def differences(stored: Any, found: Any, path: str = "", *, near: float = 0.0) -> Iterator[Difference]:
    """Compare plain data, numbers to the bit or within a tolerance.

    Parameters
    ----------
    stored, found : plain data
    path : str
        Of both.
    near : float
        By how much numbers with a fraction may differ: absolutely below 1, as a part of the number above.
    """
    if isinstance(stored, dict) and isinstance(found, dict):
        for name in sorted({*stored, *found}):
            one, other = stored.get(name, NOTHING), found.get(name, NOTHING)
            if name not in stored or name not in found:
                yield Difference(f"{path}.{name}".lstrip("."), one, other)
            else:
                yield from differences(one, other, f"{path}.{name}".lstrip("."), near=near)
    elif isinstance(stored, list) and isinstance(found, list):
        if len(stored) != len(found):
            yield Difference(f"{path} (how many)", len(stored), len(found))
        for number, (one, other) in enumerate(zip(stored, found, strict=False)):
            yield from differences(one, other, f"{path}[{number}]", near=near)
    elif not _same(stored, found, near):
        yield Difference(path, stored, found)


def _same(stored: Any, found: Any, near: float) -> bool:
    """Whether two leaves are the same; JSON knows no 600.0 apart from 600, and true is no number."""
    numbers = [type(leaf) in (int, float) for leaf in (stored, found)]
    if not all(numbers):
        return type(stored) is type(found) and bool(stored == found)
    one, other = _double(stored), _double(found)
    if near and float in (type(stored), type(found)):
        # Beside an infinite number every other one would be near.
        both = math.isfinite(one) and math.isfinite(other)
        return one == other or (both and abs(one - other) <= near * max(1.0, abs(other)))
    return one.hex() == other.hex() if abs(stored) < 2**53 else bool(stored == found)


def _double(number: float) -> float:
    """Return the double of a number; of a whole one that is beyond all of them, an infinite one."""
    try:
        return float(number)
    except OverflowError:
        return math.inf if number > 0 else -math.inf


def _short(leaf: Any) -> str:
    text = repr(leaf)
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}..."
