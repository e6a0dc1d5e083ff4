"""Every declined applicant of several data sets, in three languages: nothing that is said may be false."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pytest

import creditscore as cs
from creditscore.words.families import FAMILIES
from creditscore.words.languages import LANGUAGES
from tests.reasons.saying import page_faults, record_faults

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
SMALL = {"n_estimators": 120}
NOTICE: dict[str, Any] = {
    "creditor": "Example Bank", "agency": "Office of Lending", "statements": ("You may ask why.",)
}  # fmt: skip


class Data(NamedTuple):
    """A fitted pipeline, whom it decides on, and at which cut-off."""

    pipeline: cs.CreditPipeline
    applications: cs.Applications
    portfolio: cs.Portfolio
    cutoff: float

    def declined(self, most: int) -> list[int]:
        scores = self.pipeline.score_many(self.applications, self.portfolio).score
        return np.flatnonzero(scores < self.cutoff)[:most].tolist()


def fitted(features: Any, applications: cs.Applications, portfolio: cs.Portfolio, bad: Any) -> Data:
    pipeline = cs.CreditPipeline(features, scorer=cs.CreditScorer(**SMALL), threads=1)
    pipeline.fit(applications, portfolio, bad)
    scores = pipeline.score_many(applications, portfolio).score
    return Data(pipeline, applications, portfolio, float(round(np.nanquantile(scores, 0.35))))


def german() -> Data:
    data = cs.datasets.load_german()
    features = [cs.application_features(data.columns, data.categories)]
    return fitted(features, data.applications, cs.Portfolio(), data.bad)


def taiwan() -> Data:
    cards = cs.datasets.load_taiwan_cards()
    some = np.arange(0, 30_000, 12)
    return fitted(None, cards.to_applications().take(some), cards.to_portfolio(), np.asarray(cards.bad)[some])


def simulated(tmp_path: Path) -> Data:
    made = cs.simulate.simulate_portfolio(cs.simulate.SimulationConfig(people=900), seed=11)
    portfolio = made.portfolio(privacy=cs.StandingPrivacy.generate(tmp_path / "standings.key"))
    return fitted(None, made.to_applications(), portfolio, made.bad(portfolio))


def superlender(find: Callable[[str], Path]) -> Data:
    sys.path.insert(0, str(EXAMPLES))
    import superlender as example

    applications, portfolio, bad = example.load(find("superlender/loans.parquet").parent)
    return fitted(example.features(), applications, portfolio, bad)


def prosper(find: Callable[[str], Path]) -> Data:
    import pandas as pd

    raw = pd.read_parquet(find("prosper_sample/loans_81cols.parquet"))
    raw = raw[raw["LoanStatus"].isin(["Completed", "Chargedoff", "Defaulted"])].reset_index(drop=True)
    numbers = {
        "LoanOriginalAmount": "amount", "DebtToIncomeRatio": "debt_to_income",
        "StatedMonthlyIncome": "income",
        "InquiriesLast6Months": "inquiries", "CurrentDelinquencies": "delinquencies",
        "BankcardUtilization": "utilisation", "OpenCreditLines": "lines", "TotalTrades": "trades",
    }  # fmt: skip
    frame = raw[list(numbers)].rename(columns=numbers).astype(float)
    frame["term_days"] = 30.0 * raw["Term"].astype(float)
    frame["employment"] = raw["EmploymentStatus"].astype(object)
    frame["application_id"] = frame["applicant_id"] = np.arange(len(raw))
    frame["as_of"] = pd.to_datetime(raw["ListingCreationDate"]).dt.tz_localize("UTC")
    bad = raw["LoanStatus"].ne("Completed").to_numpy(float)
    features = [
        cs.application_features(("amount", "term_days", *list(numbers.values())[1:]), ("employment",))
    ]
    return fitted(features, cs.Applications(frame), cs.Portfolio(), bad)


def faults_of(data: Data, most: int, *, pages: int = 0) -> tuple[list[str], dict[str, int]]:
    """Decide on some who would be declined, and read back everything that is said."""
    model = data.pipeline.model
    tags = {feature.name: set(feature.legal_tags) for feature in model.computer.features}
    policy = cs.Policy("bulk", "1", cutoff=data.cutoff)
    faults: list[str] = []
    counts = {"decline": 0, "refer": 0, "reasons": 0}
    for number, row in enumerate(data.declined(most)):
        record = data.pipeline.decide(data.applications.take([row]), data.portfolio, policy=policy).to_dict()
        counts[record["outcome"]["decision"]] += 1
        counts["reasons"] += len(record["reasons"])
        faults += record_faults(record, lambda rows: model.fitted.log_odds(rows, threads=1), tags)
        if number < pages:
            for language in LANGUAGES:
                kinds = ("decision", "adverse_action")[: 1 + (record["outcome"]["decision"] == "decline")]
                for kind in kinds:
                    report = cs.decision_report(record, language=language, kind=kind, **NOTICE)  # type: ignore[arg-type]
                    faults += page_faults(report.data, report.to_html())
    return faults, counts


@pytest.mark.long
@pytest.mark.parametrize("name", ["german", "taiwan", "simulated", "superlender", "prosper"])
def test_nothing_false_is_said_to_anybody(
    name: str, real_data: Callable[[str], Path], tmp_path: Path
) -> None:
    found = {"superlender": real_data, "prosper": real_data, "simulated": tmp_path}
    make: Any = globals()[name]
    data = make(found[name]) if name in found else make()
    faults, counts = faults_of(data, 10_000, pages=60)
    assert not faults, f"{len(faults)} faults: {faults[:8]}"
    assert counts["decline"] > 50
    assert counts["reasons"] > counts["decline"]
    assert counts["refer"] <= 0.02 * (counts["decline"] + counts["refer"]), counts


@pytest.fixture(scope="module")
def cards() -> Data:
    return taiwan()


def test_nothing_false_is_said_to_some(cards: Data) -> None:
    faults, counts = faults_of(cards, 60, pages=6)
    assert not faults, faults[:8]
    assert counts["decline"] == 60


def _turned(value: float, reference: float, unit: str) -> Any:
    from creditscore.reasons.facts import direction_of

    return {"higher": "lower", "lower": "higher"}.get(str(direction_of(value, reference, unit)))


@pytest.mark.parametrize(
    ("target", "wrong", "fault"),
    [
        ("creditscore.reasons.choice.direction_of", _turned, "it says"),
        ("creditscore.reasons.applicant.SMALLEST_EFFECT", -9.0, "no better"),
        ("creditscore.reasons.choice.FEWEST_POINTS", 0.0, "cost 0"),
        ("creditscore.deciding.speaking.unsaid", lambda judged, short: None, "declined"),
    ],
)
def test_a_build_with_a_guard_switched_off_is_found_out(
    cards: Data, monkeypatch: pytest.MonkeyPatch, target: str, wrong: Any, fault: str
) -> None:
    monkeypatch.setattr(target, wrong)
    if fault == "declined":
        monkeypatch.setattr("creditscore.reasons.choice.FEWEST_POINTS", 1e6)
    faults, _ = faults_of(cards, 150)
    assert any(fault in one for one in faults)


def test_a_family_that_a_fact_does_not_belong_to_is_found_out(
    cards: Data, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    cards.pipeline.save(tmp_path / "model")
    right = {group: name for name, groups in FAMILIES.items() for group in groups}
    monkeypatch.setattr("creditscore.words.families._FAMILY_OF", right | {"past_arrears": "inquiries"})
    faults, _ = faults_of(cards._replace(pipeline=cs.load(tmp_path / "model")), 20)
    assert any("does not speak of it" in fault for fault in faults)


@pytest.mark.parametrize("language", LANGUAGES)
def test_words_of_the_other_direction_are_found_out(
    cards: Data, monkeypatch: pytest.MonkeyPatch, language: str
) -> None:
    from creditscore.words import speech
    from creditscore.words.languages import texts_in

    texts = texts_in(language)
    turned = {**texts.compared, "higher": texts.compared["lower"], "lower": texts.compared["higher"]}
    monkeypatch.setattr(speech, "texts_in", lambda name: _with(texts_in(name), turned, name == language))
    faults, _ = faults_of(cards, 20)
    assert any(one.startswith(f"{language} ") and "another direction" in one for one in faults)


def _with(texts: Any, compared: Any, here: bool) -> Any:
    from dataclasses import replace

    return replace(texts, compared=compared) if here else texts


def test_a_protected_feature_in_a_model_is_found_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """Both the leaving out at fitting and the guard must be off for it to be named."""
    rng = np.random.default_rng(5)
    rows = [
        {"application_id": k, "applicant_id": k, "as_of": "2024-01-01T00:00Z", "marital_status": float(k % 4)}
        for k in range(400)
    ]
    bad = (rng.random(400) < np.where(np.arange(400) % 4 == 3, 0.7, 0.1)).astype(float)
    features = [cs.application_features(("marital_status",))]
    applications = cs.Applications.from_records(rows)
    monkeypatch.setattr("creditscore.reasons.sayable.why_forbidden", lambda feature: "")
    data = fitted(features, applications, cs.Portfolio(), bad)
    guarded, counts = faults_of(data, 40)
    assert not guarded
    assert counts["refer"] == 40
    monkeypatch.setattr("creditscore.reasons.columns.forbidden_because", lambda *parts: "")
    named = fitted(features, applications, cs.Portfolio(), bad)
    model = named.pipeline.model
    record = named.pipeline.decide(
        applications.take([3]), cs.Portfolio(), policy=cs.Policy("p", "1", cutoff=named.cutoff)
    ).to_dict()
    tags = {"application_marital_status": {"protected"}}
    faults = record_faults(record, lambda rows: model.fitted.log_odds(rows, threads=1), tags)
    assert any("which a law protects" in one for one in faults)
