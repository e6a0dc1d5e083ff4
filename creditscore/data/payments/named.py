"""When two names are of the same party."""

from __future__ import annotations


def name_of(label: object) -> object:
    """Return what two labels of one party have in common: texts whatever their case and outer spaces.

    Examples
    --------
    >>> name_of(" Bank A") == name_of("bank a "), name_of(7)
    (True, 7)
    """
    return label.strip().casefold() if isinstance(label, str) else label
