"""A plan of credit lines: how large the first one is, and when it is raised, lowered or closed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Final, Literal, Self

from creditscore._ground.asked import check_known, check_made
from creditscore._ground.canonical import canonical_v1, read_json, sha256
from creditscore._ground.numbers import finite_number, whole_number
from creditscore.errors import ArtefactError, ParameterError
from creditscore.law.jurisdiction import Jurisdiction
from creditscore.policy.ability.assess import AbilityRule, Means, assess_ability
from creditscore.policy.lines.found import LineStep
from creditscore.policy.lines.parts import (
    LineCaps,
    LineConduct,
    LineExposure,
    LineTable,
    StepRules,
    amount_of,
    check_grades,
    is_multiple,
)
from creditscore.policy.lines.stepping import FirstLine, Stepping
from creditscore.policy.pricing.repayment import LoanTerms

CONSENT: Final = "consent_to_increase"
_KINDS: Final = {"table": LineTable, "caps": LineCaps, "ability": AbilityRule, "rules": StepRules}
_ASKED: Final = ("always", "by_law")
_NOTHING: Final = LineExposure()


@dataclass(frozen=True, slots=True)
class LinePlan:
    """How large a first credit line is, and when it is raised, lowered or closed.

    The same numbers give the same line: nothing of a person is read but grade, means, conduct and what is
    lent already. What is not known raises nothing; a line rises only where it was assessed that the income
    could pay back all of it; and by default only with consent.

    Parameters
    ----------
    table : LineTable
        First lines by grade and income.
    caps : LineCaps
        The most that is lent.
    ability : AbilityRule
        What the income has to bear if the whole line is drawn.
    rate : float
        Nominal yearly rate of what is drawn, a share; 0 or more.
    months : int, default 12
        In how many equal monthly payments a line that is drawn in full has to be payable.
    rules : StepRules, optional
        When a line is raised or lowered.
    step_size : float, default 10
        All lines are whole multiples of it, in money.
    least : float, default 50
        The smallest line, in money: a whole multiple of `step_size`.
    consent : {"always", "by_law"}, default "always"
        Whether a raise waits for consent everywhere, or only where a law asks for it; without a law that is
        named, it waits then too.

    Attributes
    ----------
    digest : str
        SHA-256 of all that, 64 hexadecimal digits.

    Examples
    --------
    >>> plan = LinePlan(
    ...     LineTable((0, 800, 1600), {"A": (100, 300, 600), "B": (50, 100, 200)}),
    ...     LineCaps(most=2_000, share_of_income=1.0),
    ...     AbilityRule({1: 400.0}),
    ...     rate=0.24,
    ... )
    >>> means = Means(income=900.0, commitments=50.0, essentials=300.0)
    >>> plan.first("A", means).line
    300.0
    >>> steady = LineConduct(
    ...     payments_due=6, paid_on_time=6, use=0.6, days_past_due=0, months_since_change=6
    ... )
    >>> asked = plan.step(300.0, "A", means, steady)
    >>> asked.change, asked.line, asked.offered
    ('offer', 300.0, 450.0)
    >>> plan.step(300.0, "A", means, steady, agreed=True).line
    450.0
    """

    table: LineTable
    caps: LineCaps
    ability: AbilityRule
    rate: float
    months: int = 12
    rules: StepRules = StepRules()  # noqa: RUF009 (frozen)
    step_size: float = 10.0
    least: float = 50.0
    consent: Literal["always", "by_law"] = "always"
    digest: str = field(init=False, repr=False)

    def __post_init__(self) -> None:
        for name, kind in _KINDS.items():
            check_made(name, getattr(self, name), kind, f"of type {kind.__name__}")
        for name in ("rate", "step_size", "least"):
            object.__setattr__(self, name, amount_of(name, getattr(self, name)))
        object.__setattr__(self, "months", whole_number("months", self.months, 1))
        if self.step_size == 0 or self.least == 0 or not is_multiple(self.least, self.step_size):
            raise ParameterError.must_be("least", "above 0 and a whole multiple of step_size", self.least)
        if self.least > self.caps.most:
            raise ParameterError.must_be("least", f"at most {self.caps.most:g}, the largest line", self.least)
        check_known("consent", self.consent, _ASKED)
        check_grades("by_grade", self.caps.by_grade, self.table)
        check_grades("grade_totals", self.caps.grade_totals, self.table)
        LoanTerms(self.caps.most, self.months)
        object.__setattr__(self, "digest", sha256(self.to_json()))

    def __hash__(self) -> int:
        return hash(self.digest)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, LinePlan) and self.digest == other.digest

    def payable(self, means: Means) -> float | None:
        """Return the largest line that the income could pay back if all of it were drawn.

        Parameters
        ----------
        means : Means
            Commitments are those of other loans, without this line.

        Returns
        -------
        float or None
            In money; None where income, commitments or essentials are not known.
        """
        found = assess_ability(means, LoanTerms(self.caps.most, self.months), self.rate, self.ability)
        return None if found.status == "unknown" else found.most_of_asked * self.caps.most

    def first(self, grade: str, means: Means, exposure: LineExposure = _NOTHING) -> LineStep:
        """Find the first line of somebody who asks for one.

        Parameters
        ----------
        grade : str
            Of the probability of default.
        means : Means
            What is known of the household, as of the moment.
        exposure : LineExposure, optional
            What is lent already; needed as far as the caps name it.

        Returns
        -------
        LineStep
            ``open``, ``refuse``, or ``refer`` where the ability to pay or a needed exposure is not known.

        Raises
        ------
        NameUnknownError
            If the table does not know the grade.
        """
        self._check_given(grade, (means, Means), (exposure, LineExposure))
        return FirstLine(self, grade, means, exposure, self.payable(means)).found()

    def step(
        self,
        line: float,
        grade: str,
        means: Means,
        conduct: LineConduct,
        exposure: LineExposure = _NOTHING,
        *,
        agreed: bool = False,
        law: Jurisdiction | None = None,
    ) -> LineStep:
        """Find what becomes of a line: raised, offered to be raised, kept, lowered or closed.

        Parameters
        ----------
        line : float
            The line as it is, in money, above 0; a line that was closed begins anew with `first`.
        grade : str
            As of the moment.
        means : Means
            As of the moment: a raise rests on a new assessment.
        conduct : LineConduct
            How the line was used and repaid.
        exposure : LineExposure, optional
            What else is lent; needed for a raise as far as the caps name it.
        agreed : bool, default False
            Whether the borrower asked for the raise or agreed to it.
        law : Jurisdiction, optional
            Of the borrower, for ``consent="by_law"``.

        Returns
        -------
        LineStep

        Raises
        ------
        NameUnknownError, ParameterError
            If the table does not know the grade, or there is no line.
        """
        self._check_given(grade, (means, Means), (conduct, LineConduct), (exposure, LineExposure))
        now = finite_number("line", line)
        if now <= 0:
            raise ParameterError.must_be("line", "above 0; begin a new line with first()", line)
        if not isinstance(agreed, bool):
            raise ParameterError.must_be("agreed", "True or False", agreed)
        if law is not None and not isinstance(law, Jurisdiction):
            raise ParameterError.must_be("law", "a Jurisdiction", law)
        free = agreed or not self.asks_consent(law)
        return Stepping(
            self, grade, means, exposure, self.payable(means), now, conduct, free
        ).found()  # fmt: skip

    def asks_consent(self, law: Jurisdiction | None) -> bool:
        """Tell whether a raise waits for consent under a law."""
        return self.consent == "always" or law is None or CONSENT in law.asks

    def _check_given(self, grade: str, *given: tuple[object, type]) -> None:
        check_known("grade", grade, self.table.lines)
        for value, kind in given:
            check_made(kind.__name__.lower(), value, kind, f"of type {kind.__name__}")

    def to_dict(self) -> dict[str, Any]:
        """Write the plan as plain data."""
        return {
            "table": self.table.to_dict(), "caps": self.caps.to_dict(), "ability": self.ability.to_dict(),
            "rate": self.rate, "months": self.months, "rules": asdict(self.rules),
            "step_size": self.step_size, "least": self.least, "consent": self.consent,
        }  # fmt: skip

    def to_json(self) -> str:
        """Write the plan as canonical JSON, of which `digest` is the hash."""
        return canonical_v1(self.to_dict())

    @classmethod
    def from_json(cls, text: str) -> Self:
        """Read what `to_json` wrote.

        Raises
        ------
        ArtefactError
            If the text holds no plan.
        """
        try:
            return cls.from_dict(read_json(text, "The plan"))
        except (KeyError, OverflowError, TypeError, AttributeError, ValueError) as error:
            raise ArtefactError(
                f"The text holds no plan: {error!r:.200}. Write one with to_json()."
            ) from error

    @classmethod
    def from_dict(cls, stored: Mapping[str, Any]) -> Self:
        """Build from what `to_dict` wrote."""
        made = {
            "table": LineTable.from_dict(stored["table"]), "caps": LineCaps(**stored["caps"]),
            "ability": AbilityRule.from_dict(stored["ability"]), "rules": StepRules(**stored["rules"]),
        }  # fmt: skip
        return cls(**{**stored, **made})
