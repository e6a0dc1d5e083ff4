"""A credit line that was looked at again, worked out once more: the step by its plan, and what holds it."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from creditscore.verify.again.lines import CODES, Line
from creditscore.verify.again.speech import number_said, pair_said, value_said
from creditscore.words.languages import LANGUAGES, Language, texts_in
from creditscore.words.lines import LINES

_NEAR: Final = 1e-9
_NUMBERS: Final = (
    "line_now", "line_payments_due", "line_paid_on_time", "line_days_past_due", "line_months_since_change",
    "line_owed", "line_agreed", "line_months_since_arrears",
)  # fmt: skip
_SHARES: Final = ("paid_on_time", "used", "some_late", "little_used", "missed", "unused")
_COUNTS: Final = ("too_soon", "arrears_lately", "few_payments", "held_by_score")
_DAYS: Final = ("arrears", "late", "default")
Reasons = list[tuple[str, float | None, float | None]]


def looked_again(record: Mapping[str, Any]) -> bool:
    """Whether a record decides on a line that is there already, and on no loan."""
    planned = (record["policy"] or {}).get("strategy", {}).get("lines")
    return planned is not None and record["inputs"]["application"].get("line_now") is not None


class Step:
    """One step of one line.

    Parameters
    ----------
    line : Line
        Plan, grade and means.
    row : mapping
        The attributes of the application.
    """

    def __init__(self, line: Line, row: Mapping[str, Any]) -> None:
        self.line: Line = line
        self.plan: Mapping[str, Any] = line.plan
        self.rules: Mapping[str, Any] = line.plan["rules"]
        given = {name: float(row[name]) for name in _NUMBERS}
        self.now: float = given["line_now"]
        self.owed: float = given["line_owed"]
        self.late: float = given["line_days_past_due"]
        self.due: float = given["line_payments_due"]
        self.paid: float = given["line_paid_on_time"]
        self.since: float = given["line_months_since_change"]
        self.arrears: float = given["line_months_since_arrears"]
        self.agreed: bool = given["line_agreed"] == 1.0
        self.use: Any | None = row.get("line_use")
        self.share: float | None = self.paid / self.due if self.due else None

    def found(self) -> dict[str, Any]:
        """The step by the plan alone."""
        rules = self.rules
        frozen = self.late >= rules["lower_days"]
        behind: Reasons = [("late", self.late, rules["lower_days"])] if frozen else []
        if self.late >= rules["close_days"]:
            return self._made("close", 0.0, [("default", self.late, rules["close_days"])], frozen=True)
        if self.since < rules["months_between"]:
            soon: Reasons = [("too_soon", self.since, rules["months_between"])]
            return self._made("keep", self.now, [*soon, *behind], frozen=frozen)
        worse = [*behind, *self._worse()]
        if worse:
            return self._lowered(worse, frozen=frozen)
        against = list(self._against())
        return self._made("keep", self.now, against) if against else self._raised()

    def _own_most(self) -> float:
        caps, income = self.plan["caps"], self.line.means["income"]
        bounds = [caps["most"]] if income is None else [caps["most"], caps["share_of_income"] * income]
        return float(min([*bounds, caps["by_grade"].get(self.line.grade, math.inf)]))

    def _worse(self) -> Iterator[tuple[str, float, float]]:
        rules, most = self.rules, self._own_most()
        share = self.share if self.due >= rules["least_payments"] else None
        if share is not None and share <= rules["lower_on_time"]:
            yield "missed", share, rules["lower_on_time"]
        if self.use is not None and self.use <= rules["lower_use"]:
            yield "unused", self.use, rules["lower_use"]
        if self.now > most * (1.0 + rules["gap"]):
            yield "above_most", self.now, most

    def _lowered(self, why: Reasons, *, frozen: bool) -> dict[str, Any]:
        most, least, size = self._own_most(), self.plan["least"], self.plan["step_size"]
        part = self.now * self.rules["lower_by"] if {one[0] for one in why} != {"above_most"} else most
        wanted = self.line.on_grid(min(most, part))
        if wanted < least:
            wanted, why = (least if most >= least else 0.0), [*why, ("least_kept", None, least)]
        drawn = math.ceil(self.owed / size - _NEAR) * size
        left = min(self.now, max(wanted, drawn))
        if left > wanted:
            why = [*why, ("owed", self.owed, None)]
        if left == self.now:
            return self._made("keep", left, why, frozen=frozen)
        return self._made("lower" if left else "close", left, why, frozen=frozen or not left)

    def _against(self) -> Iterator[tuple[str, float | None, float | None]]:
        rules = self.rules
        if self.late > 0:
            yield "arrears", self.late, None
        if 0 <= self.arrears < rules["months_after_arrears"]:
            yield "arrears_lately", self.arrears, rules["months_after_arrears"]
        if self.share is None or self.due < rules["least_payments"]:
            yield "few_payments", self.due, rules["least_payments"]
        elif self.share < rules["raise_on_time"]:
            yield "some_late", self.share, rules["raise_on_time"]
        if self.use is None:
            yield "use_unknown", None, None
        elif self.use < rules["raise_use"]:
            yield "little_used", self.use, rules["raise_use"]
        if self.line.payable is None:
            yield "not_assessed", None, None

    def _raised(self) -> dict[str, Any]:
        size = self.plan["step_size"]
        wanted = max(
            self.line.on_grid(self.now * self.rules["raise_by"]), self.line.on_grid(self.now) + size,
            self.plan["least"],
        )  # fmt: skip
        cut = self.line.below(wanted)
        most = self.line.on_grid(min([wanted, *(bound for _, _, bound in cut)]))
        if most <= self.now:
            return self._made("keep", self.now, cut)
        why: Reasons = [
            ("paid_on_time", self.share, self.rules["raise_on_time"]),
            ("used", self.use, self.rules["raise_use"]), *cut,
        ]  # fmt: skip
        if self.agreed:
            return self._made("raise", most, why)
        return self._made("offer", self.now, [("consent", None, most), *why], offered=most)

    def _made(
        self, change: str, line: float, why: Sequence[Any], *, offered: float | None = None,
        frozen: bool = False,
    ) -> dict[str, Any]:  # fmt: skip
        made = self.line.step(change, self.now, line, line if offered is None else offered, [*why])
        return made | {"frozen": frozen}


def decided(
    step: dict[str, Any], others: Sequence[str], score: float, cutoff: float, below: float | None, *,
    fired: bool, look: bool, unsaid: bool,
) -> dict[str, Any]:  # fmt: skip
    """Say what is decided of a step: nothing rises where no loan could be made.

    Parameters
    ----------
    step : mapping
        By the plan alone.
    others : sequence of str
        How everybody else stands who applies too.
    score, cutoff, below
        Points, the cut-off, and the end of the band that a person looks at.
    fired, look, unsaid : bool
        Whether a rule declines, a person would have to look at a loan, and too little may be said.
    """
    if step["change"] in ("raise", "offer"):
        if fired:
            return _kept(step, "rules", "held_by_rule", None, None)
        if {"rules", "below"} & {*others}:
            return _kept(step, "parties", "held_by_others", None, None)
        if score < cutoff and not look and not unsaid:
            return _kept(step, "cutoff", "held_by_score", float(score), cutoff)
        if score < cutoff:
            return {"stage": "cutoff", "decision": "refer", "step": step}
        if look or (below is not None and score < below):
            return {"stage": "band", "decision": "refer", "step": step}
        if {*others} - {"clear"}:
            return {"stage": "parties", "decision": "refer", "step": step}
    falls = step["change"] in ("lower", "close")
    of_grade = falls and any(one["key"] == "above_most" for one in step["reasons"])
    decision = "refer" if of_grade and (look or unsaid) else step["change"]
    return {"stage": "line", "decision": decision, "step": step}


def _kept(
    step: dict[str, Any], stage: str, key: str, found: float | None, bound: float | None
) -> dict[str, Any]:
    why = {"code": CODES[key], "key": key, "found": found, "bound": bound}
    before = step["before"]
    kept = step | {"change": "keep", "line": before, "offered": before, "reasons": [why]}
    return {"stage": stage, "decision": "keep", "step": kept}


def step_reasons(decision: str, step: Mapping[str, Any] | None, currency: str) -> list[dict[str, Any]]:
    """Why a line does not rise, falls or is closed, each sentence once."""
    if step is None or decision not in ("keep", "lower", "close"):
        return []
    found = [
        {
            "kind": "offer", "code": one["code"], "group": f"line_{one['key']}", "points_lost": 0.0,
            "share": 0.0, "features": [], "fact": None, "told": "rule", "source": "own",
            "texts": {each: _said(one, step["months"], each, currency) for each in LANGUAGES},
        }
        for one in step["reasons"]
        if one["key"] != "held_by_rule"
    ]  # fmt: skip
    said = [one | {"text": one["texts"]["en"]} for one in found]
    return [one for rank, one in enumerate(said) if one["text"] not in [each["text"] for each in said[:rank]]]


def _said(reason: Mapping[str, Any], months: int, language: Language, currency: str) -> str:
    key, texts = reason["key"], texts_in(language)
    unit = "share" if key in _SHARES else "days" if key in _DAYS else "count" if key in _COUNTS else "money"
    found, bound = reason["found"], reason["bound"]
    if found is not None and bound is not None:
        said = dict(zip(("found", "bound"), pair_said(found, bound, unit, texts, currency), strict=True))
    else:
        known = {name: reason[name] for name in ("found", "bound") if reason[name] is not None}
        said = {name: value_said(number, unit, texts, currency) for name, number in known.items()}
    return LINES[language][key].format(months=number_said(months, texts), **said)
