"""One place that decides how kernels are compiled.

A kernel that Python calls is an entry: its machine code is kept on disk. What only other kernels call is a
part: its code is put into the entries that use it and is optimised there, once, instead of at every step of
the way up; it gets no wrapper for Python and is not kept on disk. That halves the time of the first score.
It needs the inside of numba; where that is not as it is expected to be, kernels are compiled as numba does by
itself: slower to start with, and with the same bits.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from time import perf_counter
from typing import Any, Final, TypeVar, cast

import numba
from numba.core import event

from creditscore._ground.no_cache import warn_of_no_cache

Kernel = TypeVar("Kernel", bound=Callable[..., object])

try:
    from creditscore._ground import numba_parts
except (ImportError, AttributeError, TypeError):  # a numba of another making
    numba_parts = None  # type: ignore[assignment]

_OPTIONS: Final[dict[str, Any]] = {"nogil": True, "error_model": "numpy"}
_ENTRY: Final[dict[str, Any]] = {**_OPTIONS, "no_cfunc_wrapper": True}
_PART: Final[dict[str, Any]] = {**_OPTIONS}
_INNER: Final[dict[str, Any]] = {**_OPTIONS}
if numba_parts is not None:
    _PART.update(no_cpython_wrapper=True, no_cfunc_wrapper=True, pipeline_class=numba_parts.PartCompiler)
    _INNER.update(_PART, _nrt=False, forceinline=True)


def compiled(kernel: Kernel) -> Kernel:
    """Compile a kernel that Python calls to machine code, kept on disk, free of the interpreter lock.

    Kernels are serial on purpose: threads are Python threads over chunks of rows that call the same
    kernel, so that one applicant and a million take the same path and give the same bits.
    """
    dispatcher: Any = numba.njit(**_ENTRY)(kernel)
    try:
        if numba_parts is None:
            dispatcher.enable_caching()
        else:
            dispatcher._cache = numba_parts.KernelCache(kernel)  # noqa: SLF001
    except RuntimeError:  # no folder to keep it in
        warn_of_no_cache()
    return cast(Kernel, dispatcher)


def nested(kernel: Kernel) -> Kernel:
    """Compile a kernel into the kernels that call it; Python cannot call it."""
    return cast(Kernel, numba.njit(**_PART)(kernel))


def inner(kernel: Kernel) -> Kernel:
    """Compile a kernel into the kernels that call it, without counting references to its arrays.

    Counting takes an atomic step for every array that is passed or sliced, which for applicants with few
    rows costs several times the arithmetic. Such a kernel borrows its arrays: it can neither make one nor
    return one that it was not given (numba refuses to compile it). Python cannot call it.
    """
    return cast(Kernel, numba.njit(**_INNER)(kernel))


@dataclass(frozen=True, slots=True)
class Compilation:
    """One kernel compiled for one list of argument types.

    Attributes
    ----------
    kernel : str
        Module and name; not of this package where numba compiled something of its own.
    seconds : float
        Without those of the kernels that were compiled on its behalf.
    """

    kernel: str
    seconds: float


class _Listener(event.Listener):
    """Notes what is compiled, and how long each kernel took by itself."""

    def __init__(self, found: list[Compilation], clock: Callable[[], float]) -> None:
        self.found = found
        self.clock = clock
        self.running: list[list[float]] = []

    def on_start(self, event: Any) -> None:  # noqa: ARG002
        self.running.append([self.clock(), 0.0])

    def on_end(self, event: Any) -> None:
        begun, within = self.running.pop()
        whole = self.clock() - begun
        if self.running:
            self.running[-1][1] += whole
        function = event.data["dispatcher"].py_func
        self.found.append(Compilation(f"{function.__module__}.{function.__qualname__}", whole - within))


@contextmanager
def compilations(clock: Callable[[], float] = perf_counter) -> Iterator[list[Compilation]]:
    """Note every kernel that is compiled, not merely loaded from disk, while the context lasts.

    Parameters
    ----------
    clock : callable
        What seconds are read from.

    Examples
    --------
    >>> with compilations() as found:
    ...     pass
    >>> found
    []
    """
    found: list[Compilation] = []
    listener = _Listener(found, clock)
    event.register("numba:compile", listener)  # type: ignore[no-untyped-call]
    try:
        yield found
    finally:
        event.unregister("numba:compile", listener)  # type: ignore[no-untyped-call]
