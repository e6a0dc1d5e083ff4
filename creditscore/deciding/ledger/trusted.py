"""Heads that somebody kept, and whether they are believed."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final, TypeAlias

from creditscore._ground.files import read_bounded
from creditscore.errors import ArtefactError, LedgerError, ParameterError, SigningError
from creditscore.signing.trust import Trust
from creditscore.transparency.heads import SignedHead, TreeHead

Heads: TypeAlias = SignedHead | str | Path | Sequence[SignedHead | str | Path]
_MOST_BYTES: Final = 65_536


def trusted_heads(given: Heads | None, trust: Trust | None) -> list[TreeHead]:
    """Read heads, and check who signed them.

    Parameters
    ----------
    given : SignedHead, path, or several of them, or None
    trust : Trust or None

    Raises
    ------
    LedgerError
        If one cannot be read, or is not signed by whom one trusts.
    ParameterError
        If heads are given without a trust.
    """
    several: Sequence[SignedHead | str | Path]
    several = [given] if isinstance(given, SignedHead | str | Path) else [] if given is None else given
    readable = isinstance(several, list | tuple)
    if not readable or not all(isinstance(one, SignedHead | str | Path) for one in several):
        raise ParameterError.must_be("head", "a SignedHead, the path of one, or several", given)
    if (several or trust is not None) and not isinstance(trust, Trust):
        raise ParameterError.must_be("trust", "a Trust, such as Trust.from_file(path)", trust)
    return [_trusted(read_head(one), trust) for one in several if trust is not None]


def read_head(given: SignedHead | str | Path) -> SignedHead:
    """Read a signed head from a file.

    Raises
    ------
    LedgerError
        If the file holds none.
    """
    if isinstance(given, SignedHead):
        return given
    try:
        return SignedHead.from_text(read_bounded(Path(given), _MOST_BYTES).decode())
    except (OSError, ArtefactError, SigningError, UnicodeDecodeError) as error:
        raise LedgerError(f"The head {given} cannot be read: {error}") from error


def _trusted(head: SignedHead, trust: Trust) -> TreeHead:
    checked = head.check(trust)
    if not checked.is_good:
        raise LedgerError(f"The head of {head.head.size:,} entries is not believed: {checked}.")
    return head.head
