"""Rules and cut-offs on what a law protects: refused, unless the law itself names the ground."""

from __future__ import annotations

from collections.abc import Sequence

from creditscore.data.protected import protected_by
from creditscore.errors import ParameterError


def check_protected(subjects: Sequence[str], legal_basis: str, what: str = "rule") -> None:
    """Refuse to treat people differently by a protected characteristic without a ground in law.

    Parameters
    ----------
    subjects : sequence of str
        Names of what is compared.
    legal_basis : str
        The ground that is named; empty for none.
    what : str, default "rule"
        What compares them.

    Raises
    ------
    ParameterError
        If a subject is protected and the ground does not allow it, or a ground is named and nothing needs
        one.

    Examples
    --------
    >>> check_protected(["age"], "legal capacity")
    >>> check_protected(["gender"], "")
    Traceback (most recent call last):
    ...
    creditscore.errors.ParameterError: A rule may not use 'gender': sex is protected (15 U.S.C. 1691(a); \
EU Charter of Fundamental Rights, Art. 21; Constitution of Iran, Art. 19 and 20). Leave the rule out.
    """
    protected = {subject: found for subject in subjects if (found := protected_by(subject)) is not None}
    if legal_basis and not protected:
        names = " and ".join(map(repr, subjects))
        raise ParameterError(
            f"Nothing in {names} is named after a protected characteristic, so the {what} needs no legal "
            f"basis. Leave legal_basis={legal_basis!r} out."
        )
    for subject, found in protected.items():
        if legal_basis in found.allowed_by:
            continue
        grounds = " or ".join(f"legal_basis={ground!r}" for ground in found.allowed_by)
        raise ParameterError(
            f"A {what} may not use {subject!r}: {found.name} is protected ({'; '.join(found.laws)}). "
            + (f"Name {grounds} if that is the ground, or leave" if grounds else "Leave")
            + f" the {what} out."
        )
