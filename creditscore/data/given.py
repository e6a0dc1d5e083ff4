"""Whether what a function was given is what it takes: objects of the library and not tables."""

from __future__ import annotations

from typing import Any, Final

from creditscore.data.applications import Applications
from creditscore.data.portfolio import Portfolio
from creditscore.errors import ParameterError

_TAKES: Final[dict[str, tuple[type, str]]] = {
    "applications": (Applications, "creditscore.Applications(frame)"),
    "portfolio": (Portfolio, "creditscore.Portfolio(payments=frame, ...)"),
}


def check_given(*, some: bool = False, **given: Any) -> None:
    """Refuse anything but applications as `applications`, and a portfolio as `portfolio`.

    Parameters
    ----------
    some : bool
        Whether there must be an application.
    **given
        What the function was given, by the name of its parameter.

    Raises
    ------
    ParameterError
        If one is of another type, or there are no applications.

    Examples
    --------
    >>> check_given(portfolio=Portfolio())
    """
    for name, value in given.items():
        kind, made_by = _TAKES[name]
        if not isinstance(value, kind):
            got = f"a {type(value).__name__}" if value is not None else "None"
            raise ParameterError(f"The {name!r} parameter must be made by {made_by}. Got {got} instead.")
    if some and not len(given["applications"]):
        raise ParameterError("The 'applications' parameter must hold one application or more. Got none.")
