"""The one warning about compiled code that cannot be kept on disk."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import Final

_NO_CACHE: Final = (
    "Compiled code cannot be kept: neither the folder of the installed package nor the user's cache folder "
    "can be written to. Every new process compiles anew, which takes up to a minute before its first "
    "score. Set NUMBA_CACHE_DIR to a folder that can be written to."
)


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
