"""The credit line of a decision, worked out again: the first one, and what the first review makes of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from creditscore.verify.again.prices import ability_of
from creditscore.verify.findings import canonical, sha256

_SHOWN: Final = ("least_payments", "months", "months_between", "raise_on_time", "raise_use")
CODES: Final = {
    "first": "C01", "no_line": "C02", "most": "C11", "income_share": "C12", "grade_most": "C13",
    "payable": "C14", "least": "C18", "not_assessed": "C21", "use_unknown": "C23",
    "paid_on_time": "C31", "used": "C32", "consent": "C33", "too_soon": "C41", "arrears": "C42",
    "arrears_lately": "C43", "few_payments": "C44", "some_late": "C45", "little_used": "C46",
    "held_by_rule": "C47", "held_by_score": "C48", "held_by_others": "C49", "late": "C51", "missed": "C52",
    "unused": "C53", "above_most": "C54", "owed": "C55", "least_kept": "C56", "default": "C61",
}  # fmt: skip
_NEAR: Final = 1e-9


class Line:
    """The line of one household by a plan.

    Parameters
    ----------
    plan : mapping
        As the policy of the record has it.
    grade : str
        That sets the price.
    means : mapping
        What is known of the household.
    """

    def __init__(self, plan: Mapping[str, Any], grade: str, means: Mapping[str, Any]) -> None:
        self.plan: Mapping[str, Any] = plan
        self.grade: str = grade
        self.means: Mapping[str, Any] = means
        self.payable: float | None = self._payable()

    def _payable(self) -> float | None:
        """The largest line that could be paid back in equal parts; all of them are in proportion."""
        most = self.plan["caps"]["most"]
        terms = {
            "amount": most, "payments": self.plan["months"], "repayment": "instalments", "a_year": 12,
            "last_share": 0.0, "monthly_share": 0.05,
        }  # fmt: skip
        found = ability_of(self.means, terms, self.plan["rate"], self.plan["ability"])
        if found["status"] == "unknown":
            return None
        return float(most * found["most_instalment"] / found["instalment"])

    @property
    def most(self) -> float | None:
        """The first line in money; None where means are not known."""
        first = self.first()
        return None if first is None else float(first["line"])

    def first(self) -> dict[str, Any] | None:
        """The first line; None where means are not known."""
        income = self.means["income"]
        if self.payable is None or income is None:
            return None
        wanted = self._of_table(income)
        if wanted == 0:
            return self.step("refuse", 0.0, 0.0, 0.0, [("no_line", income, None)])
        cut = self.below(wanted)
        most = min([wanted, *(bound for _, _, bound in cut)])
        line, least = self.on_grid(most), self.plan["least"]
        if line < least:
            return self.step("refuse", 0.0, 0.0, 0.0, [("least", most, least), *cut])
        return self.step("open", 0.0, line, line, [("first", income, line), *cut])

    def _of_table(self, income: float) -> float:
        """The line of the last range of incomes that begins at or below the income."""
        table = self.plan["table"]
        for row in table["lines"]:
            if row["grade"] == self.grade:
                ranges = zip(table["incomes"], row["lines"], strict=True)
                return float([line for lowest, line in ranges if lowest <= income][-1])
        return 0.0

    def below(self, wanted: float) -> list[tuple[str, float | None, float]]:
        """The caps that leave less than is wanted, the least first."""
        caps, income = self.plan["caps"], self.means["income"]
        bounds = [("most", None, caps["most"]), ("income_share", income, caps["share_of_income"] * income)]
        if self.grade in caps["by_grade"]:
            bounds.append(("grade_most", None, caps["by_grade"][self.grade]))
        bounds.append(("payable", None, self.payable))
        return sorted((one for one in bounds if one[2] < wanted), key=lambda one: one[2])

    def on_grid(self, amount: float) -> float:
        """The largest whole number of steps that is not above an amount."""
        steps, size = int(amount / self.plan["step_size"]) + 2, self.plan["step_size"]
        near = range(max(0, steps - 4), steps)
        return float(max(k * size for k in near if k == 0 or k <= amount / size + _NEAR))

    def after(self, line: float) -> dict[str, Any]:
        """What the first review would make of a line, if all was paid on time and just enough of it used."""
        rules, size = self.plan["rules"], self.plan["step_size"]
        grown = self.on_grid(line * rules["raise_by"])
        wanted = max(grown, self.on_grid(line) + size, self.plan["least"])
        cut = self.below(wanted)
        raised = self.on_grid(min([wanted, *(bound for _, _, bound in cut)]))
        if raised <= line:
            return self.step("keep", line, line, line, cut)
        why = [
            ("consent", None, raised), ("paid_on_time", 1.0, rules["raise_on_time"]),
            ("used", rules["raise_use"], rules["raise_use"]), *cut,
        ]  # fmt: skip
        return self.step("offer", line, line, raised, why)

    def step(
        self, change: str, before: float, line: float, offered: float, reasons: list[Any]
    ) -> dict[str, Any]:
        """A step as a record writes it."""
        return {
            "change": change, "grade": self.grade, "before": before, "line": line, "offered": offered,
            "frozen": False, "payable": self.payable, "months": self.plan["rules"]["months"],
            "plan": sha256(canonical(self.plan)),
            "reasons": [
                {"code": CODES[key], "key": key, "found": found, "bound": bound}
                for key, found, bound in reasons
            ],
        }  # fmt: skip

    def section(self, offered: float | None, *, looked_at: bool) -> dict[str, Any]:
        """What the record says: nothing where it did not come to a line, no review where none is lent."""
        rules = self.plan["rules"]
        return {
            "first": self.first() if looked_at else None,
            "next": None if offered is None else self.after(offered),
            "rules": {name: rules[name] for name in _SHOWN},
        }  # fmt: skip
