"""What all measurements share: they are frozen, and they write themselves as plain data."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import fields
from datetime import datetime
from types import MappingProxyType
from typing import Any, TypeVar

import numpy as np

from creditscore._ground.arrays import Float64, read_only
from creditscore.words.labels import Label

V = TypeVar("V")


class Measurement:
    """Base of the measurements, each of which is a frozen dataclass.

    Examples
    --------
    >>> from dataclasses import dataclass
    >>> @dataclass(frozen=True, slots=True)
    ... class Rate(Measurement):
    ...     bads: int
    ...     rate: float
    >>> Rate(0, float("nan")).to_dict()
    {'bads': 0, 'rate': None}
    """

    __slots__ = ()

    def to_dict(self) -> dict[str, Any]:
        """Write the fields as plain data that JSON can hold, in their order.

        Returns
        -------
        dict
            Arrays and tuples become lists, moments ISO 8601, and a number that is not finite None.
        """
        return {field.name: plain(getattr(self, field.name)) for field in fields(self)}  # type: ignore[arg-type]


def plain(value: Any) -> Any:
    """Turn a value into what JSON can hold: a number that is not finite becomes None.

    Examples
    --------
    >>> plain((1, float("inf"), np.array([0.5, np.nan])))
    [1, None, [0.5, None]]
    """
    if isinstance(value, Measurement):
        return value.to_dict()
    if isinstance(value, Label):
        return value.to_plain()
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, np.ndarray):
        return plain(value.tolist())
    if isinstance(value, list | tuple):
        return [plain(part) for part in value]
    if isinstance(value, Mapping):
        return {str(name): plain(part) for name, part in value.items()}
    return value.isoformat() if isinstance(value, datetime) else value


def frozen_array(values: Float64) -> Float64:
    """Copy an array to one that cannot be written to.

    Parameters
    ----------
    values : ndarray of float64, shape (...)

    Returns
    -------
    ndarray of float64, shape (...)
        As given, read-only.
    """
    return read_only(np.array(values, dtype=np.float64))


def frozen_mapping(pairs: Mapping[str, V]) -> Mapping[str, V]:
    """Copy a mapping to one that cannot be written to, in the same order."""
    return MappingProxyType(dict(pairs))
