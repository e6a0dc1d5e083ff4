"""What a plan finds of one line: the change, its reasons as numbers, and what holds from now on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from html import escape
from types import MappingProxyType
from typing import Any, Final, Literal, Self, TypeAlias

from creditscore.words.lines import say_line

Change: TypeAlias = Literal["open", "raise", "offer", "keep", "lower", "close", "refuse", "refer"]
# A number belongs to one reason for ever.
CODES: Final[Mapping[str, str]] = MappingProxyType({
    "first": "C01", "no_line": "C02", "first_not_assessed": "C03", "first_exposure_unknown": "C04",
    "most": "C11", "income_share": "C12", "grade_most": "C13", "payable": "C14", "person": "C15",
    "grade_total": "C16", "portfolio": "C17", "least": "C18",
    "not_assessed": "C21", "exposure_unknown": "C22", "use_unknown": "C23",
    "paid_on_time": "C31", "used": "C32", "consent": "C33",
    "too_soon": "C41", "arrears": "C42", "arrears_lately": "C43", "few_payments": "C44", "some_late": "C45",
    "little_used": "C46", "held_by_rule": "C47", "held_by_score": "C48", "held_by_others": "C49",
    "late": "C51", "missed": "C52", "unused": "C53", "above_most": "C54", "owed": "C55", "least_kept": "C56",
    "default": "C61",
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class LineReason:
    """Why a line is what it is: a number that was found, and the bound that it is compared with.

    Attributes
    ----------
    key : str
        One of ``CODES``; `creditscore.words.lines` says it.
    found, bound : float or None
        In the unit of the key: money, a share, days, months or payments.
    """

    key: str
    found: float | None = None
    bound: float | None = None

    @property
    def code(self) -> str:
        """Number of the reason."""
        return CODES[self.key]

    def to_dict(self) -> dict[str, Any]:
        """Write it as plain data."""
        return {"code": self.code, **asdict(self)}


@dataclass(frozen=True, slots=True)
class LineStep:
    """What a plan says of a line.

    Attributes
    ----------
    change : {"open", "raise", "offer", "keep", "lower", "close", "refuse", "refer"}
        ``offer``: a raise that waits for consent; ``refuse``: no first line; ``refer``: a person decides,
        since something needed is not known.
    grade : str
    before, line : float
        The line before, 0 for none, and the one that holds now, in money.
    offered : float
        The line once the raise is agreed to; `line` where none is offered.
    frozen : bool
        Whether nothing more may be drawn while payments are late.
    reasons : tuple of LineReason
        What decided first, then what else counted.
    payable : float or None
        The largest line that the income could pay back; None where it was not assessed.
    months : int
        Months over which conduct was looked at.
    plan : str
        Digest of the plan.
    """

    change: Change
    grade: str
    before: float
    line: float
    offered: float
    frozen: bool
    reasons: tuple[LineReason, ...]
    payable: float | None
    months: int
    plan: str

    @property
    def code(self) -> str:
        """Number of the reason that decided."""
        return self.reasons[0].code

    @property
    def keys(self) -> tuple[str, ...]:
        """Names of the reasons."""
        return tuple(reason.key for reason in self.reasons)

    def explain(self, language: str = "en", currency: str = "") -> tuple[str, ...]:
        """Say in sentences what happens and why; see `creditscore.say_line`."""
        return say_line(self, language, currency)

    def to_dict(self) -> dict[str, Any]:
        """Write it as plain data."""
        return asdict(self) | {"reasons": [reason.to_dict() for reason in self.reasons]}

    @classmethod
    def from_dict(cls, stored: Mapping[str, Any]) -> Self:
        """Read what `to_dict` wrote."""
        reasons = [LineReason(one["key"], one["found"], one["bound"]) for one in stored["reasons"]]
        return cls(**{**stored, "reasons": tuple(reasons)})

    def __str__(self) -> str:
        return "\n".join(self.explain())

    __repr__ = __str__

    def _repr_html_(self) -> str:
        return "".join(f"<p dir='auto'>{escape(said)}</p>" for said in self.explain())
