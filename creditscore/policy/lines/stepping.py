"""How one line is found: the first one, and each step after it."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Protocol

from creditscore.policy.ability.assess import Means
from creditscore.policy.lines.found import Change, LineReason, LineStep
from creditscore.policy.lines.parts import LineCaps, LineConduct, LineExposure, LineTable, StepRules

# Money that rounding adds may not cost a step of the grid.
_NEAR: Final = 1e-9


class PlanParts(Protocol):
    """What a step reads of a plan."""

    @property
    def table(self) -> LineTable:
        """First lines."""

    @property
    def caps(self) -> LineCaps:
        """The most that is lent."""

    @property
    def rules(self) -> StepRules:
        """When a line is raised or lowered."""

    @property
    def step_size(self) -> float:
        """The grid of lines, in money."""

    @property
    def least(self) -> float:
        """The smallest line, in money."""

    @property
    def digest(self) -> str:
        """Names the plan."""


def floored(amount: float, step: float) -> float:
    """Return the largest whole multiple of a step that is not above an amount, at least 0."""
    return max(0, math.floor(amount / step + _NEAR)) * step


def raised_to(amount: float, step: float) -> float:
    """Return the smallest whole multiple of a step that is not below an amount."""
    return math.ceil(amount / step - _NEAR) * step


@dataclass(frozen=True, slots=True)
class _Capped:
    """What somebody may be lent at most, and whether all of that is known."""

    plan: PlanParts
    grade: str
    means: Means
    exposure: LineExposure
    payable: float | None

    def caps(self) -> Iterator[LineReason]:
        """Every cap that counts, as the largest line that it leaves."""
        caps, lent = self.plan.caps, self.exposure
        yield from self.own_caps()
        if self.payable is not None:
            yield LineReason("payable", None, self.payable)
        if caps.person is not None and lent.person is not None:
            yield LineReason("person", lent.person, max(0.0, caps.person - lent.person))
        total = caps.grade_totals.get(self.grade)
        if total is not None and lent.grade is not None:
            yield LineReason("grade_total", lent.grade, max(0.0, total - lent.grade))
        if caps.portfolio is not None and lent.portfolio is not None:
            yield LineReason("portfolio", lent.portfolio, max(0.0, caps.portfolio - lent.portfolio))

    def own_caps(self) -> Iterator[LineReason]:
        """Those of grade and income."""
        caps = self.plan.caps
        yield LineReason("most", None, caps.most)
        if self.means.income is not None:
            yield LineReason("income_share", self.means.income, caps.share_of_income * self.means.income)
        if self.grade in caps.by_grade:
            yield LineReason("grade_most", None, caps.by_grade[self.grade])

    def exposure_known(self) -> bool:
        """Whether all is known that the caps name."""
        caps, lent = self.plan.caps, self.exposure
        named = (
            (caps.person, lent.person), (caps.grade_totals.get(self.grade), lent.grade),
            (caps.portfolio, lent.portfolio),
        )  # fmt: skip
        return all(cap is None or known is not None for cap, known in named)

    def made(
        self, change: Change, before: float, line: float, reasons: list[LineReason], *,
        offered: float | None = None, frozen: bool = False,
    ) -> LineStep:  # fmt: skip
        """State a step with all that it rests on."""
        return LineStep(
            change, self.grade, before, line, line if offered is None else offered, frozen, tuple(reasons),
            self.payable, self.plan.rules.months, self.plan.digest,
        )  # fmt: skip


def _bound(reason: LineReason) -> float:
    return math.inf if reason.bound is None else reason.bound


@dataclass(frozen=True, slots=True)
class FirstLine(_Capped):
    """The first line of one applicant."""

    def found(self) -> LineStep:
        """Find it."""
        plan, income = self.plan, self.means.income
        if self.payable is None or income is None:
            return self.made("refer", 0.0, 0.0, [LineReason("first_not_assessed")])
        if not self.exposure_known():
            return self.made("refer", 0.0, 0.0, [LineReason("first_exposure_unknown")])
        wanted = plan.table.first(self.grade, income)
        if wanted == 0:
            return self.made("refuse", 0.0, 0.0, [LineReason("no_line", income)])
        cut = sorted((cap for cap in self.caps() if _bound(cap) < wanted), key=_bound)
        most = min([wanted, *map(_bound, cut)])
        line = floored(most, plan.step_size)
        if line < plan.least:
            return self.made("refuse", 0.0, 0.0, [LineReason("least", most, plan.least), *cut])
        return self.made("open", 0.0, line, [LineReason("first", income, line), *cut])


@dataclass(frozen=True, slots=True)
class Stepping(_Capped):
    """One step of a line; the fields of `_Capped` come first."""

    line: float
    conduct: LineConduct
    free: bool

    def found(self) -> LineStep:
        """Find what becomes of the line."""
        rules, conduct = self.plan.rules, self.conduct
        late = LineReason("late", conduct.days_past_due, rules.lower_days)
        frozen = conduct.days_past_due >= rules.lower_days
        if conduct.days_past_due >= rules.close_days:
            closed = [LineReason("default", conduct.days_past_due, rules.close_days)]
            return self.made("close", self.line, 0.0, closed, frozen=True)
        if conduct.months_since_change < rules.months_between:
            soon = LineReason("too_soon", conduct.months_since_change, rules.months_between)
            return self.made("keep", self.line, self.line, [soon, *([late] if frozen else [])], frozen=frozen)
        worse = [*([late] if frozen else []), *self._lowered_by()]
        if worse:
            return self._lower(worse, frozen=frozen)
        hindered = list(self._not_raised_by())
        if hindered:
            return self.made("keep", self.line, self.line, hindered)
        return self._raise()

    def _lowered_by(self) -> Iterator[LineReason]:
        """Conduct and caps that lower the line, but for payments that are late now."""
        rules, conduct = self.plan.rules, self.conduct
        share = conduct.on_time if conduct.payments_due >= rules.least_payments else None
        if share is not None and share <= rules.lower_on_time:
            yield LineReason("missed", share, rules.lower_on_time)
        if conduct.use is not None and conduct.use <= rules.lower_use:
            yield LineReason("unused", conduct.use, rules.lower_use)
        most = min(map(_bound, self.own_caps()))
        if self.line > (1.0 + rules.gap) * most:
            yield LineReason("above_most", self.line, most)

    def _lower(self, reasons: list[LineReason], *, frozen: bool) -> LineStep:
        plan, most = self.plan, min(map(_bound, self.own_caps()))
        by_conduct = any(reason.key != "above_most" for reason in reasons)
        wanted = floored(min(most, self.line * plan.rules.lower_by if by_conduct else most), plan.step_size)
        if wanted < plan.least:
            wanted = plan.least if most >= plan.least else 0.0
            reasons = [*reasons, LineReason("least_kept", None, plan.least)]
        line = min(self.line, max(wanted, raised_to(self.conduct.owed, plan.step_size)))
        if line > wanted:
            reasons = [*reasons, LineReason("owed", self.conduct.owed)]
        if line == self.line:
            return self.made("keep", self.line, line, reasons, frozen=frozen)
        return self.made("lower" if line else "close", self.line, line, reasons, frozen=frozen or not line)

    def _not_raised_by(self) -> Iterator[LineReason]:
        """What stands against a raise."""
        rules, conduct = self.plan.rules, self.conduct
        if conduct.days_past_due > 0:
            yield LineReason("arrears", conduct.days_past_due)
        since = conduct.months_since_arrears
        if since is not None and since < rules.months_after_arrears:
            yield LineReason("arrears_lately", since, rules.months_after_arrears)
        if conduct.on_time is None or conduct.payments_due < rules.least_payments:
            yield LineReason("few_payments", conduct.payments_due, rules.least_payments)
        elif conduct.on_time < rules.raise_on_time:
            yield LineReason("some_late", conduct.on_time, rules.raise_on_time)
        if conduct.use is None:
            yield LineReason("use_unknown")
        elif conduct.use < rules.raise_use:
            yield LineReason("little_used", conduct.use, rules.raise_use)
        if self.payable is None:
            yield LineReason("not_assessed")
        if not self.exposure_known():
            yield LineReason("exposure_unknown")

    def _raise(self) -> LineStep:
        plan, rules, conduct = self.plan, self.plan.rules, self.conduct
        step = plan.step_size
        wanted = max(
            floored(self.line * rules.raise_by, step), floored(self.line, step) + step, plan.least
        )  # fmt: skip
        cut = sorted((cap for cap in self.caps() if _bound(cap) < wanted), key=_bound)
        line = floored(min([wanted, *map(_bound, cut)]), step)
        if line <= self.line:
            return self.made("keep", self.line, self.line, cut)
        why = [
            LineReason("paid_on_time", conduct.on_time, rules.raise_on_time),
            LineReason("used", conduct.use, rules.raise_use), *cut,
        ]  # fmt: skip
        if self.free:
            return self.made("raise", self.line, line, why)
        asked = LineReason("consent", None, line)
        return self.made("offer", self.line, self.line, [asked, *why], offered=line)
