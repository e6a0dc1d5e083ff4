"""One place that decides how kernels are compiled."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, TypeVar, cast

import numba

Kernel = TypeVar("Kernel", bound=Callable[..., object])

_OPTIONS: Final[dict[str, Any]] = {"cache": True, "nogil": True, "error_model": "numpy"}
_INNER: Final[dict[str, Any]] = {**_OPTIONS, "_nrt": False, "forceinline": True}


def compiled(kernel: Kernel) -> Kernel:
    """Compile a kernel to machine code, cached on disk, free of the interpreter lock.

    Kernels are serial on purpose: threads are Python threads over chunks of rows that call the same
    kernel, so that one applicant and a million take the same path and give the same bits.
    """
    return cast(Kernel, numba.njit(**_OPTIONS)(kernel))


def inner(kernel: Kernel) -> Kernel:
    """Compile a kernel into the kernels that call it, without counting references to its arrays.

    Counting takes an atomic step for every array that is passed or sliced, which for applicants with few
    rows costs several times the arithmetic. Such a kernel borrows its arrays: it can neither make one nor
    return one that it was not given (numba refuses to compile it).
    """
    return cast(Kernel, numba.njit(**_INNER)(kernel))
