"""What a person can do to reach another decision: a closed list of steps, with numbers and a date."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final, Literal, TypeAlias, get_args

StepKind: TypeAlias = Literal[
    "pay_overdue", "on_time", "wait", "card_balance", "above_zero", "amount", "term_days", "form"
]
STEP_KINDS: Final[tuple[StepKind, ...]] = get_args(StepKind)


@dataclass(frozen=True, slots=True)
class Step:
    """One thing to do.

    Attributes
    ----------
    kind : {"pay_overdue", "on_time", "wait", "card_balance", "above_zero", "amount", "term_days", "form"}
        Pay what is overdue; pay what falls due on time; go on as before; keep the balance of cards and
        credit lines low; keep accounts above zero; ask for less; ask for another term; state another value
        in the form.
    before, after : float or None
        What it is now and what it would be, in `unit`; None where nothing is compared.
    unit : str
        ``money``, ``days``, ``count``, ``share``, or that of the column of the form.
    until : str or None
        The moment up to which it is done, ISO 8601 of the local clock with its offset: when to apply again.
        None: before applying.
    times : int or None
        How many payments fall due until then.
    column, feature : str
        For a step of the form, its column and the feature that reads it; else empty.
    """

    kind: StepKind
    before: float | None = None
    after: float | None = None
    unit: str = ""
    until: str | None = None
    times: int | None = None
    column: str = ""
    feature: str = ""

    def to_dict(self) -> dict[str, Any]:
        """Write the step as plain data."""
        return {
            "kind": self.kind,
            "from": self.before,
            "to": self.after,
            "unit": self.unit,
            "until": self.until,
            "times": self.times,
            "column": self.column,
            "feature": self.feature,
        }
