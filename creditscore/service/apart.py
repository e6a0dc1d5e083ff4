"""Work that is done in a process of its own: what it imports and allocates does not stay in this one."""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")


def apart(work: Callable[P, T], *args: P.args, **more: P.kwargs) -> T:
    """Call a function in a new process, and return what it returns or raise what it raises.

    Parameters
    ----------
    work : callable
        Of a module, not of another function.
    *args, **more
        What it is called with.

    Examples
    --------
    >>> import os
    >>> apart(os.getpid) == os.getpid()
    False
    """
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(1, mp_context=context) as process:
        return process.submit(work, *args, **more).result()
