"""What is told as a whole: coordinates of an embedding decide together, and none of them is ever said."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import pytest

import creditscore as cs
from creditscore.deciding.record import DecisionRecord
from creditscore.errors import NameUnknownError, ParameterError
from creditscore.reasons.columns import ReasonColumns
from creditscore.words.labels import Label
from creditscore.words.languages import LANGUAGES
from creditscore.words.speech import AS_A_WHOLE, speak
from tests.explain.fakes import Declared
from tests.reasons.test_guards import against, judged
from tests.report.conftest import GIVEN

NOW = pd.Timestamp("2024-03-01", tz="UTC")
NAMES = ("tastes_0", "tastes_1")
WHOLE = {
    "en": "Pattern of the activity on record, taken as a whole",
    "fa": "الگوی فعالیت ثبت‌شده، روی‌هم‌رفته",
    "zh": "记录中活动的整体模式",
}


def coordinate(name: str) -> Declared:
    return Declared(name, Label("event_pattern"), "index", 0, "event_pattern", "measures")


def test_it_is_told_where_all_coordinates_together_would_have_helped_and_none_alone() -> None:
    features = [coordinate("a"), coordinate("b"), Declared("dpd")]

    def log_odds(rows: np.ndarray) -> np.ndarray:
        """Harm by both coordinates: with one of them usual it is as bad."""
        return np.maximum(rows[:, 0], rows[:, 1]) + 0.1 * rows[:, 2]

    (reason,) = judged(features, [0.3, 0.3, 0.0], [2.0, 2.0, 0.0], against=against([0.0, 0.0, 0.0], log_odds))
    assert (reason.group, reason.code, reason.family) == ("event_pattern", "R62", "event_pattern")
    assert reason.features == ("a", "b")
    assert {name: speak(reason, name) for name in LANGUAGES} == WHOLE


def test_it_is_not_told_where_all_together_would_not_have_helped() -> None:
    features = [coordinate("a"), coordinate("b")]

    def log_odds(rows: np.ndarray) -> np.ndarray:
        return rows[:, 0] - 2.0 * rows[:, 1]

    found = judged(features, [0.3, 0.1], [1.0, 1.0], against=against([0.0, 0.0], log_odds))
    assert not found.given
    assert [one.guard for one in found.suppressed] == ["actionability"]


def test_what_is_not_known_of_it_is_said_as_of_any_other() -> None:
    features = [coordinate("a"), Declared("other", source="measures", reason_group="network_structure")]
    found = judged(features, [0.3, 0.0], [np.nan, 1.0], against=against([0.5, 1.0]))
    (reason,) = found.given
    assert speak(reason).startswith(f"{WHOLE['en']}: ")
    assert not re.search(r"\d", speak(reason))


@dataclass(frozen=True)
class Lender:
    pipeline: cs.CreditPipeline
    applications: cs.Applications
    portfolio: cs.Portfolio
    tables: dict[str, pd.DataFrame]


@pytest.fixture(scope="module")
def lender() -> Lender:
    """Loans that go bad by the product of two coordinates, which the lender's own model wrote."""
    rng, n = np.random.default_rng(0), 500
    place = rng.normal(size=(n, 2))
    bad = rng.random(n) < np.where(place[:, 0] > 0.2, 0.6, 0.1)
    asked = pd.DataFrame(
        {"application_id": range(n), "applicant_id": range(n), "as_of": NOW, "amount": rng.uniform(1, 9, n)}
    )
    payments = pd.DataFrame(
        {"applicant_id": range(n), "event_time": NOW - pd.Timedelta("9D"), "amount": -5.0}
    )
    measures = pd.DataFrame(
        {"subject_id": np.repeat(np.arange(n), 2), "measure": np.tile(NAMES, n), "value": place.ravel(),
         "event_time": NOW - pd.Timedelta("20D")}
    )  # fmt: skip
    tables = {"payments": payments, "measures": measures}
    applications, portfolio = cs.Applications(asked), cs.Portfolio(**tables)
    features = cs.application_features(("amount",)) + cs.embedding_features(NAMES)
    pipeline = cs.CreditPipeline(features, scorer=cs.CreditScorer(recipe="pairs", n_estimators=40))
    return Lender(pipeline.fit(applications, portfolio, bad.astype(float)), applications, portfolio, tables)


@pytest.fixture(scope="module")
def declined(lender: Lender) -> DecisionRecord:
    scores = lender.pipeline.score_many(lender.applications, lender.portfolio).to_frame()["score"].to_numpy()
    worst = int(np.argmin(scores))
    policy = cs.Policy("loans", "1", cutoff=float(np.median(scores)))
    one = lender.applications.take([worst])
    return lender.pipeline.decide(one, lender.portfolio, policy=policy)


def test_a_decision_tells_the_whole_and_is_taken_again(
    lender: Lender, declined: DecisionRecord, tmp_path: Any
) -> None:
    from creditscore.verify.paths import verify_path

    first = declined.content["reasons"][0]
    assert (declined.decision, first["group"], first["code"]) == ("decline", "event_pattern", "R62")
    assert first["text"] == WHOLE["en"]
    assert {row["measure"] for row in declined.content["inputs"]["tables"]["measures"]} == {*NAMES}
    assert cs.replay_decision(declined, lender.pipeline.model) is None
    lender.pipeline.save(tmp_path / "model")
    path = tmp_path / "decision.json"
    path.write_text(declined.to_json())
    assert not [one for one in verify_path(path, model=tmp_path / "model").checks if one.fault]


def test_a_forged_coordinate_is_found(lender: Lender, declined: DecisionRecord, tmp_path: Any) -> None:
    from creditscore.verify.paths import verify_path

    content = declined.to_dict()
    content["inputs"]["tables"]["measures"][0]["value"] = -3.0
    forged = DecisionRecord.from_dict({name: part for name, part in content.items() if name != "sha256"})
    assert cs.replay_decision(forged, lender.pipeline.model) is not None
    lender.pipeline.save(tmp_path / "model")
    path = tmp_path / "decision.json"
    path.write_text(forged.to_json())
    assert [one for one in verify_path(path, model=tmp_path / "model").checks if one.fault]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_applicant_reads_no_coordinate(declined: DecisionRecord, language: str) -> None:
    report = cs.decision_report(declined, **(GIVEN | {"language": language}))
    shown = json.loads(report.to_json())
    assert WHOLE[language] in report.to_html()
    lines = [line for line in shown["record"]["features"] if line["group"] == "event_pattern"]
    assert len(lines) == 2
    assert all(line["value"] is None for line in lines)
    told = [one["fact"] for one in shown["record"]["reasons"] if one["group"] in AS_A_WHOLE]
    assert [fact["value"] for fact in told] == [None]


def test_whose_payments_may_not_be_read_has_no_coordinate(lender: Lender) -> None:
    consents = pd.DataFrame(
        [
            {"applicant_id": k, "source": source, "granted_time": NOW - pd.Timedelta("90D"),
             "withdrawn_time": NOW - pd.Timedelta("2D") if (k, source) == (0, "payments") else pd.NaT}
            for k in (0, 1) for source in ("payments", "measures")
        ]
    )  # fmt: skip
    portfolio = cs.Portfolio(**lender.tables, consents=consents)
    pipeline = cs.CreditPipeline(cs.embedding_features(NAMES))
    values = pipeline.compute_features(lender.applications.take([0, 1]), portfolio).values
    assert np.isnan(values[0]).all()
    assert np.isfinite(values[1]).all()


def test_it_stands_in_no_catalogue_and_changes_are_never_proposed_of_it(lender: Lender) -> None:
    from creditscore.pipeline.fitting import built_in_features

    assert not [one for one in built_in_features() if one.reason_group in AS_A_WHOLE]
    features = cs.embedding_features()
    assert {one.source for one in features} == {"measures"}
    assert all({"payment_data", "third_party_data"} <= set(one.legal_tags) for one in features)
    columns = ReasonColumns.of(features)
    assert columns.families == ("event_pattern",)
    assert not columns.forbidden.any()


@pytest.mark.parametrize(
    ("measures", "words"),
    [((), "identifiers"), ("tastes", "identifiers"), (("a b",), "identifiers"), (("a", "a"), "once"),
     (("default_share_two_hops",), "no measures of the graph"), (("neighbour_utilisation",), "of the graph")],
)  # fmt: skip
def test_names_that_would_go_round_other_rules_are_refused(measures: Any, words: str) -> None:
    with pytest.raises(ParameterError, match=words):
        cs.embedding_features(measures)


def test_an_unknown_source_is_refused() -> None:
    with pytest.raises(NameUnknownError, match="no source 'shops'"):
        cs.embedding_features(("a",), source="shops")


@pytest.mark.parametrize("name", ["DE", "US"])
def test_a_law_that_forbids_what_it_is_made_of_takes_it_out(name: str) -> None:
    from creditscore.law.leaving import left_out

    law = cs.Jurisdiction.load(name, as_of="2026-11-29")
    features = cs.embedding_features(NAMES)
    forbidden = law.forbidden("score") & {"payment_data", "social_network", "third_party_data"}
    assert [one.feature for one in left_out(features, law)] == ([*features.names] if forbidden else [])
