"""What a strategy decides, worked out again: arm, segment, ability to pay, price, offer and reasons."""

from __future__ import annotations

import hashlib
import hmac
import math
from collections.abc import Iterator, Mapping
from typing import Any, Final

from creditscore.verify.again.given import Given
from creditscore.verify.again.interval import straddles
from creditscore.verify.again.lines import Line
from creditscore.verify.again.members import belongs
from creditscore.verify.again.prices import Prices, ability_of, paid_of
from creditscore.verify.again.rules import by_interval, subjects, unsaid_of
from creditscore.verify.again.said import people_reasons, reasons_of
from creditscore.verify.again.sources import sources_of
from creditscore.verify.again.steps import Step, decided, looked_again, step_reasons

_TINY: Final = 1e-9
_BY_SCORE: Final = ("cutoff", "band")
_CHANGES: Final = ("term", "amount", "both")


class Again:
    """One record with a strategy, worked out anew.

    Parameters
    ----------
    given : Given
    scored : mapping
        Score and grade, as worked out again.
    fired : bool
        Whether a rule declines.
    judged : mapping
        ``given`` and ``dropped`` reasons of the model.
    interval : mapping or None
        Of the score, as worked out again.
    """

    def __init__(
        self,
        given: Given,
        scored: Mapping[str, Any],
        *,
        fired: bool,
        judged: Mapping[str, Any],
        interval: Mapping[str, Any] | None,
    ) -> None:
        self.record: Mapping[str, Any] = given.record
        self.plan: Mapping[str, Any] = self.record["policy"]["strategy"]
        self.stated: Mapping[str, Any] = self.record["strategy"]
        self.means: dict[str, Any] = self.stated["means"]
        self.scored: Mapping[str, Any] = scored
        self.fired: bool = fired
        beside = self.record.get("parties") or {"first": "", "others": []}
        self.others: list[str] = [one["standing"] for one in beside["others"]]
        self.drawn_for: str = beside["first"] or self.record["subject"]
        self.grade: str = self._worst([scored["grade"], *(one["grade"] for one in beside["others"])])
        self.doubtful: bool = bool(given.code)
        self.row: dict[str, Any] = subjects(given, scored)
        self.arm: dict[str, Any] | None = self._arm()
        bar = self._bar()
        self.segment: str = bar[0]
        self.cutoff: float = bar[1]
        self.below: float | None = bar[2]
        self.straddling: bool = straddles(self.record["policy"], interval, self.cutoff)
        score = scored["score"]
        self.because: dict[str, Any] | None = unsaid_of(judged, 0.0 if score is None else self.cutoff - score)
        self.table: Mapping[str, Any] = self.plan["prices"]
        lines = self.plan.get("lines")
        self.line: Line | None = None if lines is None else Line(lines, self.grade, self.means)
        price_arm = "standard" if self.arm is None else self.arm["price_arm"]
        self.prices: Prices = Prices(self.plan, self.grade, price_arm)

    def _worst(self, grades: list[str | None]) -> str:
        """The grade of all who apply that sets the price: of the highest probability in the list."""
        listed = self.plan["prices"]["grades"]
        known = [one for one in grades if one is not None]
        return max(known, key=lambda one: listed[one]) if len(known) == len(grades) else grades[0] or ""

    def _drawn(self, what: str) -> float:
        text = f"{what}\n{self.drawn_for}"
        found = hmac.digest(self.plan["seed"].encode(), text.encode(), hashlib.sha256)
        return int(found.hex()[:14], 16) // 8 / 2.0**53

    def _arm(self) -> dict[str, Any] | None:
        left = self._drawn("arm") if self.plan["arms"] else 1.0
        for arm in self.plan["arms"]:
            if left < arm["share"]:
                return dict(arm)
            left -= arm["share"]
        return None

    def _bar(self) -> tuple[str, float, float | None]:
        shift, policy = 0.0 if self.arm is None else self.arm["cutoff_shift"], self.record["policy"]
        bars: list[tuple[str, float, float | None]] = []
        certain: bool | None = False
        for one in self.plan["cutoffs"]:
            certain = belongs(one["segment"]["where"], _Open(self.row))
            if certain is not False:
                bars.append((one["segment"]["name"], one["cutoff"], one["refer_below"]))
            if certain:
                break
        if not certain:
            bars.append(("", policy["cutoff"], policy["refer_below"]))
        name, cutoff, below = max(bars, key=lambda bar: (bar[1], -math.inf if bar[2] is None else bar[2]))
        return name, cutoff + shift, None if below is None else below + shift

    def section(self) -> dict[str, Any]:
        """The section of the record, but for days, costs and yearly rates of an offer."""
        found = self._decided()
        small, number = self.plan["exploration"], self._number()
        made = {
            "segment": self.segment, "refer_below": self.below, "means": self.means,
            "asked": {"amount": _real(self.row.get(self.plan["amount"])), "payments": number},
            "assignment": {
                "arm": "standard" if self.arm is None else self.arm["name"],
                "arm_share": self._share(), "explored": found.pop("explored", False),
                "explored_share": None if small is None else small["share"],
                "weight": found.pop("weight", None),
            },
            "wanted": None, "limits": [], "ability": None, "price": {"status": "", "cap": ""},
            "counter_offers": [], "offer": None, "need": self.stated["need"],
        }  # fmt: skip
        if self.others:
            made["applicants"] = 1 + len(self.others)
        checked = found.pop("guarantors", None)
        if "guarantors" in self.stated:
            means = [one["means"] for one in self.stated["guarantors"]]
            abilities = checked or [None] * len(means)
            pairs = zip(means, abilities, strict=True)
            made["guarantors"] = [{"means": one, "ability": able} for one, able in pairs]
        if self.line is not None:
            offer = found.get("offer")
            lent = None if offer is None else offer["terms"]["amount"]
            made["line"] = self.line.section(lent, looked_at="limits" in found) | found.pop("step", {})
        if "ability" in self.record["inputs"]:
            apart = {"inputs": self.record["inputs"]["ability"], "sources": self.stated["sources"]}
            made["sources"] = sources_of(apart, None)
        return made | found

    def _share(self) -> float:
        whole = 1.0 - math.fsum(arm["share"] for arm in self.plan["arms"])
        return whole if self.arm is None else float(self.arm["share"])

    def _number(self) -> int | None:
        days = _real(self.row.get(self.plan["term_days"]))
        if days is None or days <= 0:
            return None
        return max(1, math.floor(days * int(self.table["shape"]["a_year"]) / 365.25 + 0.5))

    def _of_a_line(self, line: Line) -> dict[str, Any]:
        score = self.scored["score"]
        if score is None or "unscored" in self.others:
            return {"stage": "score" if score is None else "parties", "decision": "refer"}
        found = decided(
            Step(line, self.row).found(), self.others, score, self.cutoff, self.below,
            fired=self.fired, look=self.doubtful or self.straddling, unsaid=self.because is not None,
        )  # fmt: skip
        return found | {"step": {"step": found["step"]}}

    def _decided(self) -> dict[str, Any]:
        if self.line is not None and looked_again(self.record):
            return self._of_a_line(self.line)
        if self.fired or "rules" in self.others:
            return {"stage": "rules" if self.fired else "parties", "decision": "decline"}
        score = self.scored["score"]
        if score is None or "unscored" in self.others:
            return {"stage": "score" if score is None else "parties", "decision": "refer"}
        wanted, limits = self._wanted()
        if wanted is None:
            by = (
                {"stage": "offer", "decision": "decline"}
                if limits
                else {"stage": "request", "decision": "refer"}
            )
            return by | {"limits": limits}
        found = self._looked_at(wanted, limits)
        if found["stage"] in ("ability", "price"):
            return found
        if score < self.cutoff or {"below", "unsaid"} & {*self.others}:
            return self._below(found, wanted, below=score < self.cutoff)
        own = self.doubtful or self.straddling or (self.below is not None and score < self.below)
        if own or "band" in self.others:
            return found | {"stage": "band" if own else "parties", "decision": "refer"}
        terms = found["counter_offers"][0]["terms"] if found["counter_offers"] else wanted
        sureties = [one["means"] for one in self.stated.get("guarantors", ())]
        rate = self.prices.listed(terms) or 0.0
        checked = [ability_of(one, terms, rate, self.plan["ability"]) for one in sureties]
        found["guarantors"] = checked
        if any(one["status"] != "able" for one in checked):
            return found | {"stage": "guarantor", "decision": "refer"}
        return found | self._offered(terms) | {"weight": 1.0}

    def _wanted(self) -> tuple[dict[str, Any] | None, list[dict[str, Any]]]:
        amount, number = _real(self.row.get(self.plan["amount"])), self._number()
        edges = self.table["amounts"]
        if amount is None or number is None or amount < edges[0]:
            return None, []
        limits = []
        offered = self.table["payments"]
        near = max([one for one in offered if one <= number], default=offered[0])
        if near != number:
            limits.append({"by": "terms", "most": near})
        least = amount
        for name, most in self._most():
            if amount > most:
                limits.append({"by": name, "most": most})
                least = min(least, most)
        if least < amount:
            steps = math.floor((least - edges[0]) / self.plan["step"] + _TINY)
            least = edges[0] + steps * self.plan["step"]
        if least < edges[0]:
            return None, limits
        return self.table["shape"] | {"amount": least, "payments": near}, limits

    def _most(self) -> Iterator[tuple[str, float]]:
        yield "list", self.table["amounts"][-1]
        caps, grade = self.plan["caps"], self.grade
        if grade in caps["by_grade"]:
            yield "grade", caps["by_grade"][grade]
        if caps["incomes"] is not None and self.means["income"] is not None:
            yield "incomes", caps["incomes"] * self.means["income"]
        most = None if self.line is None else self.line.most
        if most is not None:
            yield "line", most

    def _able(self, terms: Mapping[str, Any], rate: float) -> dict[str, Any]:
        return ability_of(self.means, terms, rate, self.plan["ability"])

    def _looked_at(self, wanted: dict[str, Any], limits: list[dict[str, Any]]) -> dict[str, Any]:
        status, cap = self.prices.status(wanted, self.stated["price"])
        rate = self.prices.listed(wanted) if status == "OFFERED" else None
        ability = self._able(wanted, rate or 0.0)
        found: dict[str, Any] = {
            "stage": "offer", "decision": "", "wanted": wanted, "limits": limits, "ability": ability,
            "price": {"status": status, "cap": cap}, "counter_offers": [],
        }  # fmt: skip
        if ability["status"] == "unknown":
            return found | {"stage": "ability", "decision": "refer"}
        if rate is not None and ability["status"] == "able":
            return found
        found["ability"] = ability if rate is not None else None
        found["counter_offers"] = [*self._counters(wanted), *self._later(wanted, rate)]
        if any(one["change"] != "date" for one in found["counter_offers"]):
            return found
        return found | {"stage": "price" if rate is None else "ability", "decision": "decline"}

    def _passes(self, terms: Mapping[str, Any]) -> float | None:
        stated = [one["terms"] for one in self.stated["counter_offers"]]
        rate = self.prices.rate(terms, known=terms in stated)
        return rate if rate is not None and self._able(terms, rate)["status"] == "able" else None

    def _counters(self, wanted: dict[str, Any]) -> list[dict[str, Any]]:
        """Every amount of the grid and every term, tried one after the other."""
        found = []
        smaller = self._largest(wanted, wanted["payments"])
        if smaller is not None:
            found.append({"change": "amount", **smaller})
        offered = self.table["payments"]
        longer = [one for one in offered if one > wanted["payments"]]
        shorter = [one for one in reversed(offered) if one < wanted["payments"]]
        for number in (*longer, *shorter):
            terms = wanted | {"payments": number}
            rate = self._passes(terms)
            if rate is not None:
                found.append({"change": "term", "terms": terms, "rate": rate})
                break
        if not found:
            tried = [one for number in offered if (one := self._largest(wanted, number))]
            most = max((one["terms"]["amount"] for one in tried), default=0.0)
            found = [{"change": "both", **one} for one in tried if one["terms"]["amount"] == most][:1]
        return sorted(found, key=lambda one: _CHANGES.index(one["change"]))

    def _later(self, wanted: dict[str, Any], rate: float | None) -> Iterator[dict[str, Any]]:
        """The first day on which what ends by then leaves enough, of what has a price at all."""
        ending = self.means.get("ending", ()) if self._stands() else ()
        for day in sorted({day for day, _ in ending}) if rate is not None else ():
            left = self.means["commitments"] - math.fsum(part for end, part in ending if end <= day)
            means = self.means | {"commitments": max(0.0, left)}
            stated = [one for one in self.stated["counter_offers"] if one.get("start") == day]
            price = self.prices.rate(wanted, known=bool(stated))
            if price is not None and self._bears(means, wanted, price):
                sureties = [one["means"] for one in self.stated.get("guarantors", ())]
                if all(self._bears(one, wanted, price) for one in sureties):
                    yield {"change": "date", "terms": wanted, "rate": price, "start": day}
                return

    def _bears(self, means: Mapping[str, Any], terms: Mapping[str, Any], rate: float) -> bool:
        return bool(ability_of(means, terms, rate, self.plan["ability"])["status"] == "able")

    def _stands(self) -> bool:
        """Whether nothing but the ability to pay stands in the way."""
        least = self.cutoff if self.below is None else max(self.cutoff, self.below)
        return not self.doubtful and self.scored["score"] >= least and {*self.others} <= {"clear"}

    def _largest(self, wanted: dict[str, Any], number: int) -> dict[str, Any] | None:
        lowest, step = self.table["amounts"][0], self.plan["step"]
        for k in range(math.ceil((wanted["amount"] - lowest) / step - _TINY) - 1, -1, -1):
            terms = wanted | {"amount": lowest + k * step, "payments": number}
            rate = self._passes(terms)
            if rate is not None:
                return {"terms": terms, "rate": rate}
        return None

    def _below(self, found: dict[str, Any], wanted: dict[str, Any], *, below: bool) -> dict[str, Any]:
        small = self.plan["exploration"]
        sure = not (self.doubtful or self.straddling)
        drawn = small is not None and below and not self.others and sure
        if drawn and self._drawn("exploration") < small["share"]:
            least = min(small["amount"], _real(self.row.get(self.plan["amount"])) or 0.0)
            terms = wanted | {"amount": least, "payments": small["payments"]}
            if wanted["amount"] >= least and self._passes(terms) is not None:
                made = {
                    "stage": "cutoff",
                    "explored": True,
                    "weight": 1.0 / small["share"],
                    "counter_offers": [],
                }
                return found | self._offered(terms) | made
        stands = found["price"]["status"] != "OFFERED" or found["ability"]["status"] == "unable"
        said = (stands or (below and self.because is None)) and not self.straddling
        said = said or "below" in self.others
        stage = "cutoff" if below else "parties"
        return found | {"stage": stage, "decision": "decline" if said else "refer", "counter_offers": []}

    def _offered(self, terms: Mapping[str, Any]) -> dict[str, Any]:
        asked, number = _real(self.row.get(self.plan["amount"])), self._number()
        same = terms["amount"] == asked and terms["payments"] == number
        rate = self.prices.listed(terms) or 0.0
        fee = round(self.table["fee_share"] * terms["amount"], 2)
        paid = [round(one, 2) for one in paid_of(terms, rate)]
        total = math.fsum(paid)
        offer = {
            "status": "OFFERED", "grade": self.grade, "loss_class": self.plan["loss_class"],
            "arm": "standard" if self.arm is None else self.arm["price_arm"], "terms": dict(terms),
            "rate": rate, "fee": fee, "paid": paid, "received": terms["amount"] - fee, "cap": "",
            "total": total, "interest": total - terms["amount"], "instead": [], "law": self.plan["law"],
        }  # fmt: skip
        return {"decision": "approve" if same else "counter_offer", "offer": offer}


class _Open(dict[str, Any]):
    """A row in which what is not there is missing."""

    def __missing__(self, name: str) -> None:
        return None


def _real(value: Any) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        return None
    return float(value)


def worked_out(
    given: Given,
    scored: Mapping[str, Any],
    rules: list[dict[str, Any]],
    judged: Mapping[str, Any],
    interval: Mapping[str, Any] | None,
) -> tuple[dict[str, Any], dict[str, Any], list[dict[str, Any]]]:
    """Work out outcome, section and reasons of the strategy.

    Returns
    -------
    tuple
        What the outcome says of the decision, the section, and the reasons that come after the rules.
    """
    again = Again(given, scored, fired=bool(rules), judged=judged, interval=interval)
    section = again.section()
    decision = section.pop("decision")
    because = again.because if decision == "refer" and section["stage"] == "cutoff" else None
    if because is None and again.straddling and decision == "refer" and section["stage"] in _BY_SCORE:
        because = by_interval(judged)
    outcome = {"decision": decision, "cutoff": again.cutoff, "referred_because": because}
    currency = given.record["inputs"].get("currency", "")
    reasons = step_reasons(decision, section.get("line", {}).get("step"), currency)
    reasons += reasons_of(section, again.plan["ability"], currency)
    beside = people_reasons(decision, again.others, section.get("guarantors", ()))
    return outcome, section, [*reasons, *beside]
