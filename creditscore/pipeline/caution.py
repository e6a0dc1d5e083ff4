"""What a careful colleague would say of a fit: one remark, with a code and a class of its own."""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from types import MappingProxyType
from typing import Any, Final, Self

from creditscore.errors import (
    FewApplicantsKnownWarning,
    FewRowsWarning,
    FittingError,
    FitWarning,
    HidingGainsWarning,
    LabelsReversedWarning,
    MomentsApartWarning,
    OutcomeCarriedWarning,
    TreesCappedWarning,
    UnreadColumnsWarning,
)
from creditscore.words.plain import CAUTIONS

CLASSES: Final[Mapping[str, type[FitWarning]]] = MappingProxyType(
    {
        "applicants_few_known": FewApplicantsKnownWarning,
        "moments_apart": MomentsApartWarning,
        "labels_reversed": LabelsReversedWarning,
        "outcome_alone": OutcomeCarriedWarning,
        "outcome_when_dropped": OutcomeCarriedWarning,
        "outcome_by_name": OutcomeCarriedWarning,
        "rows_few": FewRowsWarning,
        "trees_capped": TreesCappedWarning,
        "hiding_gains": HidingGainsWarning,
        "columns_unread": UnreadColumnsWarning,
    }
)


@dataclass(frozen=True, slots=True)
class Caution:
    """One remark on a fit.

    Attributes
    ----------
    code : str
        ``applicants_few_known``, ``moments_apart``, ``labels_reversed``, ``outcome_alone``,
        ``outcome_when_dropped``, ``outcome_by_name``, ``rows_few``, ``trees_capped``, ``hiding_gains`` or
        ``columns_unread``.
    subject : str
        The feature, column or setting that it is about; may be empty.
    text : str
        What was found, in a sentence.
    """

    code: str
    subject: str
    text: str

    @classmethod
    def of(cls, code: str, subject: str = "", **figures: Any) -> Self:
        """Word a remark."""
        return cls(code, subject, CAUTIONS[code].format(subject=subject, **figures))

    @property
    def category(self) -> type[FitWarning]:
        """The class of its warning."""
        return CLASSES[self.code]

    def to_dict(self) -> dict[str, Any]:
        """Write it as plain data."""
        return asdict(self)

    @classmethod
    def from_dict(cls, stored: Mapping[str, Any]) -> Self:
        """Read what `to_dict` wrote."""
        return cls(**stored)

    def __str__(self) -> str:
        return self.text


def tell(found: Sequence[Caution], *, strict: bool) -> None:
    """Warn of every remark, or raise an error of all of them.

    Raises
    ------
    FittingError
        If `strict` and there is one.
    """
    if strict and found:
        raise FittingError("\n".join(f"{one.code}: {one.text}" for one in found))
    for one in found:
        warnings.warn(one.category(f"{one.code}: {one.text}"), stacklevel=4)
