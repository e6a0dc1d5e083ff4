"""Who refuses or withdraws a source, or of whom it may not be read, is neither told of it nor declined by it.

In a made-up lender those who refuse their payments default far more often: whatever a model makes of that.
"""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pytest

import creditscore as cs
from creditscore.verify.decision import verify_record
from creditscore.verify.model import ModelParts, verify_model
from creditscore.verify.replayed import Replay

PEOPLE, EVERYBODY, VERIFIED = 240, 60, 12
AS_OF = "2024-06-01T00:00Z"
REFUSED, WITHDRAWN, EMPTY = "refused", "withdrawn", "empty"
Tables = dict[str, list[dict[str, Any]]]


class Lender(NamedTuple):
    """A fitted pipeline, everyone's rows, how the payments of each stood, and at which score it declines."""

    pipeline: cs.CreditPipeline
    asked: list[dict[str, Any]]
    tables: Tables
    stood: list[str]
    cutoff: float
    parts: ModelParts
    replay: Replay

    def portfolio(self, number: int, **terms: Any) -> cs.Portfolio:
        who = self.asked[number]["applicant_id"]
        own = {
            name: [row for row in rows if row["applicant_id"] == who] for name, rows in self.tables.items()
        }
        return cs.Portfolio.from_records(own).with_sources(**{"consent_needed": ["payments"], **terms})

    def decide(self, number: int, cutoff: float | None = None, **terms: Any) -> cs.DecisionRecord:
        policy = cs.Policy("p", "1", cutoff=self.cutoff if cutoff is None else cutoff)
        return self.pipeline.decide(self.asked[number], self.portfolio(number, **terms), policy=policy)

    def faults(self, record: cs.DecisionRecord) -> str:
        found = verify_record(json.loads(record.to_json()), self.parts, replay=self.replay)
        return "" if found.passed else str([check for check in found.checks if check.fault])


def rows_of(rng: np.random.Generator) -> tuple[list[dict[str, Any]], Tables, list[str], np.ndarray]:
    asked, stood, bad = [], [], []
    tables: Tables = {"payments": [], "inquiries": [], "consents": []}
    for k in range(PEOPLE):
        who, risk = f"a{k}", float(rng.normal())
        amount = 100.0 * (k % 9 + 1)
        asked.append({"application_id": k, "applicant_id": who, "as_of": AS_OF, "amount": amount})
        stood.append((REFUSED, WITHDRAWN, EMPTY, "", "", "")[k % 6])
        if stood[-1] != EMPTY:
            tables["payments"] += [
                {"applicant_id": who, "event_time": f"2024-0{month}-{day:02d}T08:00Z", "amount": amount}
                for month in range(1, 6)
                for day, amount in ((3, 900.0 - 150.0 * risk), (9, -300.0), (20, -200.0 - 40.0 * risk))
            ]
        if stood[-1] != REFUSED:
            over = {"withdrawn_time": "2024-05-02T00:00Z"} if stood[-1] == WITHDRAWN else {}
            tables["consents"].append(
                {"applicant_id": who, "source": "payments", "granted_time": "2023-12-01T00:00Z", **over}
            )
        tables["inquiries"] += [
            {"applicant_id": who, "event_time": f"2024-05-{day + 1:02d}T08:00Z"}
            for day in range(int(rng.poisson(1.0 + max(risk, 0.0))))
        ]
        planted = 0.7 if stood[-1] in (REFUSED, WITHDRAWN) else 1.0 / (1.0 + np.exp(1.5 - 1.5 * risk))
        bad.append(float(rng.random() < planted))
    return asked, tables, stood, np.array(bad)


@pytest.fixture(scope="module")
def lender(tmp_path_factory: pytest.TempPathFactory) -> Lender:
    asked, tables, stood, bad = rows_of(np.random.default_rng(3))
    portfolio = cs.Portfolio.from_records(tables).with_sources(consent_needed=["payments"])
    some = cs.payment_features().where(lambda one: one.source == "payments" and "90d" in one.name)
    asking = cs.repayment_features().where(lambda one: one.source == "inquiries")
    scorer = cs.CreditScorer(recipe="pairs", n_estimators=40)
    pipeline = cs.CreditPipeline([cs.application_features(("amount",)), some, asking], scorer=scorer)
    pipeline.fit(cs.Applications.from_records(asked), portfolio, bad)
    scores = pipeline.score_many(cs.Applications.from_records(asked), portfolio).score
    folder: Path = tmp_path_factory.mktemp("unread") / "model"
    pipeline.save(folder)
    findings, parts = verify_model(folder)
    assert findings.passed, str(findings)
    assert parts is not None
    cutoff = float(np.round(np.quantile(scores, 0.6)))
    return Lender(pipeline, asked, tables, stood, cutoff, parts, Replay(folder))


def test_nobody_is_declined_by_what_they_did_not_agree_to(lender: Lender) -> None:
    seen: Counter[str] = Counter()
    for number, stood in enumerate(lender.stood):
        if number >= EVERYBODY and stood not in (REFUSED, WITHDRAWN):
            continue
        record = lender.decide(number)
        if number < VERIFIED:
            assert not lender.faults(record)
            assert cs.replay_decision(record, lender.pipeline.model) is None
        content = record.to_dict()
        outcome = content["outcome"]
        groups = {reason["group"] for reason in content["reasons"]}
        dropped = [one for one in content["dropped_reasons"] if one["guard"] == "unread"]
        unread = {one["group"]: one["points_lost"] for one in dropped}
        seen[f"{stood} {outcome['decision']} {(outcome['referred_because'] or {}).get('why', '')}"] += 1
        if stood not in (REFUSED, WITHDRAWN):
            assert "payments" not in content["unread"]
            assert not unread
            seen["nothing stored is told"] += "insufficient_payments" in groups
            continue
        assert "payments" in content["unread"]
        assert "insufficient_payments" not in groups
        if outcome["decision"] == "decline":  # it would be declined without what the refusal cost, too
            assert outcome["score"] + unread.get("insufficient_payments", 0.0) < outcome["cutoff"]
    assert seen["refused refer unread"] > 5
    assert seen["withdrawn refer unread"] > 5
    assert seen["nothing stored is told"] > 5


@pytest.mark.parametrize("gap", [1, 3, 10, 40])
def test_a_decline_stands_only_where_it_stands_without_what_was_not_read(lender: Lender, gap: int) -> None:
    """At any cut-off above the score, whatever else is lost."""
    for number in (k for k in range(60) if lender.stood[k] == REFUSED):
        score = lender.pipeline.score(lender.asked[number], lender.portfolio(number)).score
        assert score is not None
        outcome = lender.decide(number, score + gap).to_dict()["outcome"]
        content = lender.decide(number, score + gap).to_dict()
        lost = sum(one["points_lost"] for one in content["dropped_reasons"] if one["guard"] == "unread")
        if lost >= gap:
            assert outcome["decision"] == "refer"
        assert outcome["decision"] in ("refer", "decline")


def test_the_sentence_of_a_refusal_is_on_no_page(lender: Lender) -> None:
    """And of the one reason that is left, if a person decides, the page says why."""
    refused = {"en": "not agreed to", "fa": "موافقت نشده", "zh": "未获同意"}
    why = {"en": "that alone may not be why", "fa": "این به‌تنهایی نباید", "zh": "仅凭这一点"}
    told: Counter[str] = Counter()
    for number in (k for k in range(60) if lender.stood[k] in (REFUSED, WITHDRAWN)):
        record = lender.decide(number)
        because = (record.to_dict()["outcome"]["referred_because"] or {}).get("why")
        result = lender.pipeline.score(lender.asked[number], lender.portfolio(number))
        assert "insufficient_payments" not in {reason.group for reason in result.reasons}
        for language, sentence in refused.items():
            html = cs.decision_report(record, language=language).to_html()  # type: ignore[arg-type]
            reasons = html[html.index('class="reasons"') :] if 'class="reasons"' in html else ""
            assert sentence not in reasons.split("</ol>")[0]
            assert (why[language] in html) == (because == "unread")
            told[language] += because == "unread"
    assert min(told.values()) > 3


@pytest.mark.parametrize(
    "terms", [{"unavailable": {"payments": "outage"}}, {"forbidden": {"score": ["payment_data"]}}]
)
def test_what_the_lender_could_not_read_is_nobodys_reason(lender: Lender, terms: dict[str, Any]) -> None:
    for number in range(3, 60, 6):
        record = lender.decide(number, 840.0, **terms)
        assert not lender.faults(record)
        content = record.to_dict()
        assert "payments" in content["unread"]
        assert "insufficient_payments" not in {reason["group"] for reason in content["reasons"]}


def test_a_build_that_names_a_refusal_is_found_out(lender: Lender, monkeypatch: pytest.MonkeyPatch) -> None:
    """Verification names both the reason and the list of what was not read."""
    monkeypatch.setattr("creditscore.reasons.absence.unread_sources", lambda *given: ((),))
    refused = [k for k in range(PEOPLE) if lender.stood[k] == REFUSED][:6]
    records = [lender.decide(number) for number in refused]
    assert any("insufficient_payments" in {r["group"] for r in one.to_dict()["reasons"]} for one in records)
    monkeypatch.undo()
    faults = [lender.faults(record) for record in records]
    assert all("unread" in fault for fault in faults), faults
