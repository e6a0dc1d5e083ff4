"""Rules on what a law protects: refused, unless the law itself names the ground."""

from __future__ import annotations

from creditscore.data.protected import protected_by
from creditscore.errors import ParameterError


def check_protected(subject: str, legal_basis: str) -> None:
    """Refuse a rule on a protected characteristic without a ground on which the law allows it.

    Parameters
    ----------
    subject : str
        What the rule compares.
    legal_basis : str
        The ground that the rule names; empty for none.

    Raises
    ------
    ParameterError
        If the subject is protected and the ground does not allow it, or a ground is named and nothing needs
        one.

    Examples
    --------
    >>> check_protected("age", "legal capacity")
    >>> check_protected("gender", "")
    Traceback (most recent call last):
    ...
    creditscore.errors.ParameterError: A rule may not use 'gender': sex is protected (15 U.S.C. 1691(a); \
EU Charter of Fundamental Rights, Art. 21; Constitution of Iran, Art. 19 and 20). Leave the rule out.
    """
    found = protected_by(subject)
    if found is None:
        if legal_basis:
            raise ParameterError(
                f"{subject!r} is not named after a protected characteristic, so the rule needs no legal "
                f"basis. Leave legal_basis={legal_basis!r} out."
            )
        return
    if legal_basis in found.allowed_by:
        return
    grounds = " or ".join(f"legal_basis={ground!r}" for ground in found.allowed_by)
    if grounds:
        raise ParameterError(
            f"A rule may not use {subject!r}: {found.name} is protected ({'; '.join(found.laws)}). Name "
            f"{grounds} if that is the ground, or leave the rule out."
        )
    raise ParameterError(
        f"A rule may not use {subject!r}: {found.name} is protected ({'; '.join(found.laws)}). Leave the "
        "rule out."
    )
