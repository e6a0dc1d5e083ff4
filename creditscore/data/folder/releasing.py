"""Giving back memory that mapped columns took: they are read again from their files when they are needed."""

from __future__ import annotations

from creditscore.data.folder.buffers import drop
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
    for table in portfolio.tables.values():
        for array in (table.times, table.values, table.codes):
            drop(array)
