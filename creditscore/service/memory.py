"""Memory that threads allocate from: a few stores that all share, and not one for each."""

from __future__ import annotations

import ctypes
import os
from collections.abc import Mapping
from typing import Final

# Of glibc's <malloc.h>.
_ARENA_MAX: Final = -8
_ARENAS: Final = 2
_SAID_BY: Final = ("MALLOC_ARENA_MAX", "GLIBC_TUNABLES")


def share_memory(environment: Mapping[str, str] | None = None) -> bool:
    """Let all threads that start from now on allocate from two stores.

    By default glibc gives each thread a store of its own, up to eight a processor, and what is freed in one
    is of no use to the others. Whoever set the number in the environment keeps it.

    Parameters
    ----------
    environment : mapping of str to str, optional
        By default that of the process.

    Returns
    -------
    bool
        False where nothing was changed: the environment says a number, or the C library is not glibc.

    References
    ----------
    GNU C Library manual, section 3.2.3.9, Malloc Tunable Parameters (``M_ARENA_MAX``).
    """
    said = os.environ if environment is None else environment
    if said.get(_SAID_BY[0]) or "arena_max" in said.get(_SAID_BY[1], ""):
        return False
    try:
        change = ctypes.CDLL(None).mallopt
    except (AttributeError, OSError, TypeError):
        return False
    return bool(change(_ARENA_MAX, _ARENAS))
