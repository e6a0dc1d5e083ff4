"""What a kernel's machine code was made of, so that code made of something else is not taken for it.

Numba looks at the file of the kernel itself alone. But the parts that it calls, the numbers that it names and
the order of fields in the tuples that it is given are compiled into it too, and stand in other files.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from functools import lru_cache
from types import CodeType, FunctionType, ModuleType
from typing import Any, Final

import numpy as np

_PACKAGE: Final = __name__.partition(".")[0]
_CHARGES: Final = (bool, int, float, str, bytes, np.generic)


def kernel_stamp(kernel: Callable[..., Any]) -> str:
    """Return a digest of everything of this package that is compiled into a kernel.

    Parameters
    ----------
    kernel : function
        As written in Python.

    Returns
    -------
    str
        64 hexadecimal digits: another one where the code of the kernel or of any part that it reaches, a
        number or an array that one of them names, or the fields of a tuple that one of them takes has
        changed. It does not depend on lines or folders.

    Examples
    --------
    >>> def double(number: int) -> int:
    ...     return 2 * number
    >>> def triple(number: int) -> int:
    ...     return 3 * number
    >>> kernel_stamp(double) == kernel_stamp(triple)
    False
    """
    reached: dict[FunctionType, str] = {}
    waiting = [_python(kernel)]
    while waiting:
        function = waiting.pop()
        if function is None or function in reached:
            continue
        reached[function], parts = _read(function)
        waiting += parts
    return _digest(repr(sorted(reached.values())))


@lru_cache(maxsize=4_096)
def _read(function: FunctionType) -> tuple[str, tuple[FunctionType, ...]]:
    """Return a digest of what a function says itself, and the functions that it calls."""
    content: list[object] = [function.__name__, *_said(function.__code__)]
    parts: list[FunctionType] = []
    for name, value in _named(function):
        part = _python(value)
        if part is not None:
            parts.append(part)
        elif (fixed := _fixed(value)) is not None:
            content.append((name, fixed))
    return _digest(repr(content)), tuple(parts)


def _named(function: FunctionType) -> Iterator[tuple[str, object]]:
    """Yield what a function names outside itself, in its code, in its annotations and around it."""
    names = set(_names(function.__code__)) | {str(said) for said in function.__annotations__.values()}
    for name in sorted(names & function.__globals__.keys()):
        value = function.__globals__[name]
        yield name, value
        if isinstance(value, ModuleType) and value.__name__.partition(".")[0] == _PACKAGE:
            there = sorted(names & vars(value).keys())
            yield from ((f"{name}.{member}", vars(value)[member]) for member in there)
    cells = function.__closure__ or ()
    yield from zip(function.__code__.co_freevars, (cell.cell_contents for cell in cells), strict=True)


def _names(code: CodeType) -> Iterator[str]:
    yield from code.co_names
    for inner in code.co_consts:
        if isinstance(inner, CodeType):
            yield from _names(inner)


def _said(code: CodeType) -> Iterator[object]:
    """Yield the steps of a function and its constants, those of functions within it too."""
    yield from (code.co_code, code.co_names, code.co_varnames, code.co_freevars)
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _said(constant)
        else:
            yield _fixed(constant)


def _fixed(value: object) -> object:
    """Return what a value adds to machine code, as something whose text is always the same; None: nothing."""
    if isinstance(value, _CHARGES):
        return type(value).__name__, repr(value)
    if isinstance(value, np.ndarray):
        return str(value.dtype), value.shape, value.tobytes()
    if isinstance(value, frozenset):
        return sorted(map(repr, map(_fixed, value)))
    if isinstance(value, tuple):
        return tuple(map(_fixed, value))
    return getattr(value, "_fields", None) if isinstance(value, type) else None


def _python(value: object) -> FunctionType | None:
    """Return the function behind a kernel of this package or whatever else is compiled; None: it is none."""
    found = getattr(value, "py_func", value)
    return found if isinstance(found, FunctionType) else None


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
