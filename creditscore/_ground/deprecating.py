"""What goes is told of first: since when, until when, and what to use instead."""

from __future__ import annotations

import warnings


def warn_deprecated(what: str, *, since: str, removed_in: str, instead: str, level: int = 1) -> None:
    """Warn whoever called the function that calls this.

    Parameters
    ----------
    what : str
        The name that goes, as its caller writes it.
    since, removed_in : str
        The version that began to warn, and the one that lacks it; a test of the house finds what is overdue.
    instead : str
        What to use.
    level : int, default 1
        How many calls of the library lie between its caller and this.

    Examples
    --------
    >>> def old():
    ...     warn_deprecated("old()", since="0.2.0", removed_in="0.4.0", instead="new()")
    >>> with warnings.catch_warnings(record=True) as told:
    ...     warnings.simplefilter("always")
    ...     old()
    >>> print(told[0].message)
    old() is deprecated since version 0.2.0 and will be removed in version 0.4.0. Use new() instead.
    """
    text = f"{what} is deprecated since version {since} and will be removed in version {removed_in}."
    warnings.warn(f"{text} Use {instead} instead.", DeprecationWarning, stacklevel=level + 2)
