"""Where what is to be scored parts from what the model was fitted on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from types import MappingProxyType
from typing import Any, Final, Literal, Self, TypeAlias

from creditscore.errors import MismatchError, ParameterError
from creditscore.words.plain import MISMATCHES

Effect: TypeAlias = Literal["refuse", "refer", "note"]
OnMismatch: TypeAlias = Literal["refuse", "count"]

# What each does: without the first kind there is no score, with the second there is one and a policy refers
# who would be approved, and the third is said and changes nothing.
EFFECTS: Final[Mapping[str, Effect]] = MappingProxyType(
    {
        "table_absent": "refuse",
        "column_absent": "refuse",
        "column_retyped": "refuse",
        "currency_changed": "refuse",
        "zone_changed": "refuse",
        "weekend_changed": "refuse",
        "feature_vanished": "refuse",
        "table_emptied": "refuse",
        "column_emptied": "refuse",
        "applicants_unknown": "refuse",
        "attribute_absent": "refer",
        "label_unseen": "refer",
        "value_far": "refer",
        "credit_history_alone": "refer",
        "scale_shifted": "note",
        "labels_shifted": "note",
        "table_unexpected": "note",
        "column_unexpected": "note",
        "ids_retyped": "note",
        "rows_repeated": "note",
        "table_ended": "note",
        "features_rarer": "note",
        "values_rarer": "note",
        "kinds_shifted": "note",
        "kind_gone": "note",
        "lag_shifted": "note",
    }
)
# Where a law lets nobody be assessed on credit history alone, and nothing else was known: a person decides,
# whatever the score says.
HISTORY_ALONE: Final = "credit_history_alone"
_SHOWN: Final = 12


@dataclass(frozen=True, slots=True)
class Mismatch:
    """One way in which what is to be scored parts from what the model was fitted on.

    Attributes
    ----------
    code : str
        What sort it is: ``table_absent``, ``column_absent``, ``column_retyped``, ``currency_changed``,
        ``zone_changed``, ``weekend_changed``, ``feature_vanished``, ``applicants_unknown``,
        ``attribute_absent``, ``label_unseen``, ``value_far``, ``credit_history_alone``, ``scale_shifted``,
        ``labels_shifted``, ``table_unexpected``, ``column_unexpected``, ``ids_retyped``, ``rows_repeated``,
        ``table_emptied``, ``column_emptied``, ``table_ended``, ``features_rarer``,
        ``values_rarer``, ``kinds_shifted``, ``kind_gone`` or ``lag_shifted``.
    subject : str
        The table, column, attribute or feature: ``"statements"``, ``"payments.balance"``,
        ``"applications.purpose"``.
    expected, found : str
        What there was at fitting and what there is now, in short; may be empty.
    count : int
        How many applications (or rows of a table) it concerns, 0 where it concerns none in particular.
    effect : {"refuse", "refer", "note"}
        ``"refuse"``: no score is given; ``"refer"``: there is a score, and a policy refers who would be
        approved; ``"note"``: it is said and changes nothing.

    Examples
    --------
    >>> print(Mismatch("table_absent", "statements"))
    the table statements was there when the model was fitted and is not there now
    """

    code: str
    subject: str
    expected: str = ""
    found: str = ""
    count: int = 0

    @property
    def effect(self) -> Effect:
        """What it does."""
        return EFFECTS[self.code]

    def to_dict(self) -> dict[str, Any]:
        """Write it as plain data."""
        return asdict(self)

    @classmethod
    def from_dict(cls, stored: Mapping[str, Any]) -> Self:
        """Read what `to_dict` wrote."""
        return cls(**stored)

    def __str__(self) -> str:
        return MISMATCHES[self.code].format(**asdict(self))


Mismatches: TypeAlias = tuple[Mismatch, ...]


def check_choice(on_mismatch: str) -> None:
    """Refuse any other choice than "refuse" and "count"."""
    if on_mismatch not in ("refuse", "count"):
        raise ParameterError.must_be("on_mismatch", "'refuse' or 'count'", on_mismatch)


def refuse(found: Sequence[Mismatch], on_mismatch: OnMismatch) -> None:
    """Raise an error that lists every mismatch, if one forbids to score and they are not only counted.

    Raises
    ------
    MismatchError
    """
    if on_mismatch == "refuse" and any(one.effect == "refuse" for one in found):
        shown = [str(one) for one in sorted(found, key=_weight)]
        raise MismatchError.listing(shown[:_SHOWN], len(shown))


def code_of(found: Sequence[Mismatch]) -> str:
    """Return the code of the gravest mismatch that bears on a decision; empty where there is none."""
    grave = [one for one in found if one.effect != "note"]
    return min(grave, key=_weight).code if grave else ""


def status_code(found: Sequence[Mismatch], lack: str) -> str:
    """Return the code of a result: why there is no score, or for what a policy refers; empty for neither.

    Parameters
    ----------
    found : sequence of Mismatch
    lack : str
        The code of what too little is known for, empty where enough is.
    """
    return code_of(found) if not lack or forbids(found) else lack


def forbids(found: Sequence[Mismatch]) -> bool:
    """Tell whether one of them forbids to score."""
    return any(one.effect == "refuse" for one in found)


def _weight(one: Mismatch) -> int:
    return ("refuse", "refer", "note").index(one.effect)
