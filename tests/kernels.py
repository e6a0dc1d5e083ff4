"""Kernels that only other kernels call have no way in from Python; this makes one."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import numba


@cache
def from_python(kernel: Callable[..., Any]) -> Callable[..., Any]:
    """A function that Python may call, with the same arguments and the same result."""

    @numba.njit
    def call(*arguments: Any) -> Any:
        return kernel(*arguments)

    return call
