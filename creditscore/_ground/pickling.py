"""Pickles of frozen objects: what comes back can be changed as little as what was sent."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import fields, is_dataclass
from types import MappingProxyType
from typing import Any, NamedTuple

import numpy as np


class _Mapping(NamedTuple):
    """A read-only mapping on its way: views of dicts cannot be pickled."""

    items: dict[Any, Any]


def reduced(frozen: object, names: Iterable[str]) -> tuple[Callable[..., Any], tuple[type, dict[str, Any]]]:
    """What `__reduce__` of a frozen object returns that is all of its fields.

    Parameters
    ----------
    frozen : object
    names : iterable of str
        Its fields.
    """
    return _again, (type(frozen), {name: _sent(getattr(frozen, name)) for name in names})


def _again(kind: type, fields: dict[str, Any]) -> Any:
    made: Any = object.__new__(kind)
    for name, value in fields.items():
        object.__setattr__(made, name, _received(value))
    return made


def _sent(value: Any) -> Any:
    if isinstance(value, MappingProxyType):
        return _Mapping({key: _sent(item) for key, item in value.items()})
    return value


def _received(value: Any) -> Any:
    if isinstance(value, _Mapping):
        return MappingProxyType({key: _received(item) for key, item in value.items.items()})
    _freeze(value)
    return value


def _freeze(value: Any) -> None:
    """Make every array within read-only, as it was: kernels would be compiled anew for others."""
    if isinstance(value, np.ndarray):
        value.setflags(write=False)
    elif isinstance(value, tuple):
        for item in value:
            _freeze(item)
    elif is_dataclass(value):
        for one in fields(value):
            _freeze(getattr(value, one.name))
