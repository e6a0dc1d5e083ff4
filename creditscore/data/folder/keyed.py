"""Under which key the people of a stored portfolio go: its check value is kept, and held against a key."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from creditscore.data.door.build import Parts
from creditscore.data.door.raw import Labels
from creditscore.data.pseudonyms import Pseudonyms, are_pseudonyms
from creditscore.errors import ParameterError, PortfolioError

SETTING: Final = "pseudonyms"
# Said where it is opened, and not kept: the next time it may be known.
UNSAID: Final = (
    "its people go under pseudonyms, and it does not say of which key: whether a key is the one that it was "
    "made under cannot be told. The next rows that are added under a key note it, and so does writing it anew"
)
_CHECK: Final = re.compile(r"[0-9a-f]{16}")


class Named(NamedTuple):
    """What is known of the key of a portfolio.

    Attributes
    ----------
    check : str
        `Pseudonyms.key_check` of it; empty where there is none, or it is not known.
    is_said : bool
        False where pseudonyms are there, and nothing says of which key.
    """

    check: str
    is_said: bool = True

    def of(self, parts: Parts) -> Parts:
        """Let a portfolio know it."""
        hints = parts.hints if self.is_said else (*parts.hints, UNSAID)
        return parts._replace(pseudonyms_check=self.check, hints=hints)


def named_under(settings: Mapping[str, Any], people: Labels, pseudonyms: Pseudonyms | None) -> Named:
    """Hold the key of pseudonyms that is given against the one that a portfolio was made under.

    Parameters
    ----------
    settings : mapping
        Of the portfolio, as they were written; those of older ones say nothing of a key.
    people : ndarray of int64, or tuple of str
        Ids of its people, or of some of them, in rising order.
    pseudonyms : Pseudonyms, optional
        What is given; None for whoever reads a portfolio as it stands, and needs no key for that.

    Raises
    ------
    PortfolioError
        If it was made under another key, or the settings are damaged.
    ParameterError
        If a key is given and the people go under the ids that were given, or it is no key.
    """
    if pseudonyms is not None and not isinstance(pseudonyms, Pseudonyms):
        wanted = "Pseudonyms, for instance from Pseudonyms.from_file(...)"
        raise ParameterError.must_be("pseudonyms", wanted, type(pseudonyms).__name__)
    written = settings.get(SETTING)
    if written is not None:
        if not isinstance(written, str) or _CHECK.fullmatch(written) is None:
            raise PortfolioError("The manifest is damaged: what it says of the key of pseudonyms is none.")
        if pseudonyms is not None and pseudonyms.key_check != written:
            raise PortfolioError(
                f"The people of this portfolio go under pseudonyms of the key {written}, and the key "
                f"{pseudonyms.key_check} was given: nobody would be found. Give the key that it was made "
                "under, as pseudonyms=Pseudonyms.from_file(...), or write it anew, from tables under the ids "
                "that were given."
            )
        return Named(written)
    hidden = are_pseudonyms(people)
    if pseudonyms is None:
        return Named("", is_said=not hidden or SETTING in settings)
    if len(people) and not hidden:
        wanted = "left out: the people of this portfolio go under the ids that were given"
        raise ParameterError.must_be("pseudonyms", wanted, pseudonyms)
    return Named(pseudonyms.key_check, is_said=not hidden)
