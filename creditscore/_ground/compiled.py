"""One place that decides how kernels are compiled.

A kernel that Python calls is an entry: its machine code is kept on disk. What only other kernels call is a
part: its code is put into the entries that use it and is optimised there, once, instead of at every step of
the way up; it gets no wrapper for Python and is not kept on disk. That halves the time of the first score.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from time import perf_counter
from typing import Any, Final, TypeVar, cast

import numba
from numba.core import event
from numba.core.caching import FunctionCache
from numba.core.codegen import JITCodeLibrary
from numba.core.compiler import Compiler

Kernel = TypeVar("Kernel", bound=Callable[..., object])

_OPTIONS: Final[dict[str, Any]] = {"nogil": True, "error_model": "numpy"}
_ENTRY: Final[dict[str, Any]] = {**_OPTIONS, "no_cfunc_wrapper": True}
_NO_CACHE: Final = (
    "Compiled code cannot be kept: neither the folder of the installed package nor the user's cache folder "
    "can be written to. Every new process compiles anew, which takes up to a minute before its first "
    "score. Set NUMBA_CACHE_DIR to a folder that can be written to."
)


class _Nowhere:
    """Where numba notes the surroundings of code that runs by itself; a part has none."""

    def set_env(self, env_name: str, env: object) -> None:
        """Forget them."""


class _Part(JITCodeLibrary):
    """Code that waits to be put into an entry: not optimised, and not made ready to run by itself."""

    def _optimize_final_module(self) -> None:
        pass

    def _finalize_final_module(self) -> None:
        self._finalize_dynamic_globals()  # type: ignore[no-untyped-call]
        self._finalized = True

    def get_pointer_to_function(self, name: str) -> int:  # noqa: ARG002
        return 0

    @property
    def codegen(self) -> Any:
        return _Nowhere()


class _PartCompiler(Compiler):
    """Numba's compiler, with a part to put the code into."""

    def _compile_core(self) -> Any:
        new: Any = _Part
        self.state.library = new(self.state.targetctx.codegen(), self.state.func_id.func_qualname)
        return super()._compile_core()  # type: ignore[no-untyped-call]


_PART: Final[dict[str, Any]] = {
    **_OPTIONS, "no_cpython_wrapper": True, "no_cfunc_wrapper": True, "pipeline_class": _PartCompiler,
}  # fmt: skip
_INNER: Final[dict[str, Any]] = {**_PART, "_nrt": False, "forceinline": True}


class _Cache(FunctionCache):
    """Numba's cache on disk, for which what cannot be read is stale.

    An index names the classes of arguments, so one that an older version of this package left behind may
    name a class that has moved; numba would raise before it sees that the source has changed.
    """

    def load_overload(self, sig: Any, target_context: Any) -> Any:
        try:
            return cast(Any, super()).load_overload(sig, target_context)
        except Exception:  # noqa: BLE001, whatever reading a file of another time may raise
            self._discard()
            return None

    def save_overload(self, sig: Any, data: Any) -> None:
        try:
            cast(Any, super()).save_overload(sig, data)
        except OSError:
            warn_of_no_cache()

    def _discard(self) -> None:
        try:
            cast(Any, self).flush()
        except OSError:
            cast(Any, self).disable()
            warn_of_no_cache()


@dataclass(slots=True)
class _Warned:
    """Whether this process was told that nothing can be kept on disk."""

    yet: bool = False


_warned: Final = _Warned()


def warn_of_no_cache() -> None:
    """Say, once in a process, that compiled code cannot be kept on disk."""
    if not _warned.yet:
        _warned.yet = True
        warnings.warn(_NO_CACHE, RuntimeWarning, stacklevel=2)


def compiled(kernel: Kernel) -> Kernel:
    """Compile a kernel that Python calls to machine code, kept on disk, free of the interpreter lock.

    Kernels are serial on purpose: threads are Python threads over chunks of rows that call the same
    kernel, so that one applicant and a million take the same path and give the same bits.
    """
    dispatcher: Any = numba.njit(**_ENTRY)(kernel)
    try:
        dispatcher._cache = _Cache(kernel)  # type: ignore[no-untyped-call]  # noqa: SLF001
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
