"""One place that decides how kernels are compiled."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar, cast

import numba

Kernel = TypeVar("Kernel", bound=Callable[..., object])


def compiled(kernel: Kernel) -> Kernel:
    """Compile a kernel to machine code, cached on disk, free of the interpreter lock.

    Kernels are serial on purpose: threads are Python threads over chunks of rows that call the same
    kernel, so that one applicant and a million take the same path and give the same bits.
    """
    return cast(Kernel, numba.njit(cache=True, nogil=True, error_model="numpy")(kernel))
