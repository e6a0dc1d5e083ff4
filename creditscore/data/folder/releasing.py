"""Giving back memory that mapped columns took: they are read again from their files when they are needed."""

from __future__ import annotations

import mmap
from typing import Any

from creditscore.data.portfolio import Portfolio


def release(portfolio: Portfolio) -> None:
    """Let the system take back what was read of the mapped columns of a portfolio.

    Nothing changes but how much memory the process holds; of a portfolio that is in memory nothing is mapped.

    Parameters
    ----------
    portfolio : Portfolio

    Examples
    --------
    >>> release(Portfolio())
    """
    if not hasattr(mmap, "MADV_DONTNEED"):
        return
    found = {}
    for table in portfolio.tables.values():
        for array in (table.times, table.values, table.codes):
            content = _mapped_by(array)
            if content is not None:
                found[id(content)] = content
    for content in found.values():
        content.madvise(mmap.MADV_DONTNEED)


def _mapped_by(array: Any) -> mmap.mmap | None:
    """The read-only mapping that an array is a view of; None where it is one of its own."""
    while array is not None and not isinstance(array, mmap.mmap):
        array = array.obj if isinstance(array, memoryview) else getattr(array, "base", None)
    return array if array is not None and memoryview(array).readonly else None
