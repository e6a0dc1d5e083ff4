"""One way to ask for an optional dependency."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from creditscore.errors import MissingExtraError


@contextmanager
def needs(caller: str, *, package: str, extra: str) -> Iterator[None]:
    """Turn the absence of an optional package into an error that names the extra to install.

    The import itself stays a plain statement inside the ``with`` block, where readers and tools see it.

    Parameters
    ----------
    caller : str
        What the user called, such as ``"RocDisplay.plot"``.
    package : str
        The top-level package that may be absent, such as ``"matplotlib"``.
    extra : str
        The extra that brings it, such as ``"plots"``.

    Raises
    ------
    MissingExtraError
        If the package is not installed. Any other failed import passes through untouched.

    Examples
    --------
    >>> with needs("Example", package="json", extra="all"):
    ...     import json
    """
    try:
        yield
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] != package:
            raise
        raise MissingExtraError.needed_by(caller, package, extra) from error
