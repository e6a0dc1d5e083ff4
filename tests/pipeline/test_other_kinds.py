"""Whatever is given for whatever parameter: one sentence, and no error of another library."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
import pytest

import creditscore as cs
from creditscore.errors import CreditScoreError, ParameterError

AS_OF = datetime(2024, 6, 1, tzinfo=UTC)
ONE = {"application_id": 1, "applicant_id": "p1", "as_of": AS_OF, "amount": 100.0}
FEATURES = [cs.application_features(("amount",))]
BOTH = ("applications", "portfolio")
PAID = {"applicant_id": "p1", "event_time": datetime(2024, 5, 1, 10, tzinfo=UTC), "amount": 5.0}


class Odd:
    """Nothing that anything takes."""


# What is no object of the library, no name that it knows, no number that it takes and no sequence of those.
ANYTHING: dict[str, Any] = {
    "a number": math.pi,
    "NaN": math.nan,
    "a number of 100 bits": 2**100,
    "a word": "surprise",
    "half a character": "a\ud800",
    "bytes": b"surprise",
    "a list of words": ["surprise"],
    "a mapping": {"surprise": Odd()},
    "a set": {1, 2},
    "an object": Odd(),
    "a complex number": 1j,
    "NaT": pd.NaT,
    "NA": pd.NA,
    "a type": int,
    "a frame": pd.DataFrame({"amount": [1.0, 2.0]}),
    "an empty frame": pd.DataFrame(),
    "an array": np.ones((3, 3)),
    "an array of objects": np.array([Odd(), Odd()], object),
}


class Asked(NamedTuple):
    call: Callable[..., Any]
    given: Mapping[str, Any]
    names: tuple[str, ...]


@pytest.fixture(scope="module")
def calls(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Asked]:
    random, n = np.random.default_rng(0), 200
    records = [ONE | {"application_id": k, "applicant_id": f"p{k}", "amount": 1.0 + k} for k in range(n)]
    asked = {
        "applications": cs.Applications.from_records(records), "portfolio": cs.Portfolio.from_records({})
    }  # fmt: skip
    bad = (np.arange(n) + random.normal(size=n) * 50 > 100).astype(float)
    pipeline = cs.CreditPipeline(FEATURES, scorer=cs.CreditScorer(n_estimators=3)).fit(**asked, bad=bad)
    folder = tmp_path_factory.mktemp("other_kinds")
    return {
        **of_the_pipeline(pipeline, asked, folder), **of_decisions(pipeline, asked["portfolio"]), **of_data(),
        **of_people(pipeline, asked, bad), **of_segments(), **of_names(),
    }  # fmt: skip


def of_the_pipeline(pipeline: cs.CreditPipeline, asked: dict[str, Any], folder: Path) -> dict[str, Asked]:
    one = {"application": ONE, "portfolio": asked["portfolio"]}
    return {
        "score": Asked(pipeline.score, one, ("portfolio",)),
        "score_many": Asked(pipeline.score_many, asked, BOTH),
        "explain": Asked(pipeline.explain, asked, BOTH),
        "compute_features": Asked(pipeline.compute_features, asked, BOTH),
        "save": Asked(pipeline.save, {"folder": folder / "model"}, ()),
        "pipeline": Asked(cs.CreditPipeline, {"features": FEATURES}, ("scale", "master_scale", "segments")),
        "points_table": Asked(
            cs.points_table, {"model": pipeline.model.fitted, "scale": cs.ScoreScale()}, ("model", "scale")
        ),
    }


def of_decisions(pipeline: cs.CreditPipeline, portfolio: cs.Portfolio) -> dict[str, Asked]:
    policy = cs.Policy("p", "1", cutoff=500)
    record = pipeline.decide(ONE, portfolio, policy=policy)
    return {
        "decide": Asked(
            pipeline.decide, {"application": ONE, "portfolio": portfolio, "policy": policy},
            ("portfolio", "policy"),
        ),
        "Policy": Asked(
            cs.Policy, {"name": "p", "version": "1", "cutoff": 500},
            ("cutoff", "rules", "refer_below", "strategy"),
        ),
        "replay_decision": Asked(
            cs.replay_decision, {"record": record, "model": pipeline.model}, ("record", "model", "privacy")
        ),
        "decision_report": Asked(
            cs.decision_report, {"record": record},
            ("record", "audience", "language", "calendar", "kind", "reviews", "replaces", "model",
             "keep_months", "valid_days"),
        ),
    }  # fmt: skip


def of_data() -> dict[str, Asked]:
    read = ("timezone", "calendar", "digits", "midnight")
    return {
        "Portfolio": Asked(cs.Portfolio.from_records, {"tables": {"payments": [PAID]}}, read),
        "Applications": Asked(cs.Applications.from_records, {"records": ONE}, read),
        "OutcomeRule": Asked(cs.OutcomeRule, {}, ("window",)),
    }


def of_people(pipeline: cs.CreditPipeline, asked: dict[str, Any], bad: np.ndarray) -> dict[str, Asked]:
    fair = {"pipeline": pipeline, **asked, "bad": bad, "groups": ["a", "b"] * 100, "cutoff": 500}
    return {
        "compute_measures": Asked(
            cs.compute_measures, {"portfolio": asked["portfolio"], "dates": ["2024-07-01T00:00:00Z"]},
            ("portfolio", "dates", "settings"),
        ),
        "calendar_grid": Asked(
            cs.calendar_grid, {"start": "2024-01-01", "stop": "2024-03-01"}, ("start", "stop", "step")
        ),
        "community_groups": Asked(cs.community_groups, asked, (*BOTH, "way", "as_of")),
        "assess_fairness": Asked(
            cs.assess_fairness, fair,
            ("pipeline", *BOTH, "groups", "cutoff", "intersections", "reference", "laws"),
        ),
    }  # fmt: skip


def of_segments() -> dict[str, Asked]:
    columns = {"amount": np.arange(50.0)}
    return {
        "summarise_segments": Asked(
            cs.summarise_segments,
            {"segments": [cs.Segment("low", "amount < 30")], "columns": columns, "bad": np.arange(50) % 2.0},
            ("segments", "columns"),
        ),
        "suggest_segments": Asked(
            cs.suggest_segments,
            {"columns": columns, "probability": np.full(50, 0.5), "bad": np.arange(50) % 2.0},
            ("probability", "bad"),
        ),
    }


def of_names() -> dict[str, Asked]:
    curve = cs.strategy_curve([700, 650, 600], [0, 0, 1], profit_if_good=10, loss_if_bad=15)
    held = cs.Portfolio.from_records({"payments": [PAID]})
    return {
        "LoanTerms": Asked(cs.LoanTerms, {"amount": 100.0, "payments": 3}, ("repayment",)),
        "best_cutoff": Asked(cs.best_cutoff, {"curve": curve}, ("goal",)),
        "subject_export": Asked(
            cs.subject_export, {"portfolio": held, "applicant_id": "p1"}, ("language", "calendar")
        ),
    }


NAMES = (
    "score", "score_many", "decide", "explain", "compute_features", "pipeline", "Portfolio", "Applications",
    "Policy", "replay_decision", "decision_report", "OutcomeRule", "compute_measures", "calendar_grid",
    "community_groups", "summarise_segments", "suggest_segments", "points_table", "assess_fairness",
    "LoanTerms", "best_cutoff", "subject_export",
)  # fmt: skip


_NUMBERS = ("a number", "a number of 100 bits")
# A number where a number is asked for, and a name of segments: these are what they should be.
TAKEN = {
    ("pipeline", "segments", "a list of words"),
    *((name, "cutoff", what) for name in ("Policy", "assess_fairness") for what in _NUMBERS),
    ("Policy", "refer_below", "a number of 100 bits"),
}


@pytest.mark.parametrize("name", NAMES)
def test_another_kind_of_value_is_refused_by_name(calls: dict[str, Asked], name: str) -> None:
    found = []
    for parameter in calls[name].names:
        for what, value in {**ANYTHING, "an iterator": iter([Odd()])}.items():
            try:
                calls[name].call(**{**calls[name].given, parameter: value})
            except CreditScoreError as error:
                if len(str(error)) > 1_000:
                    found.append(f"{parameter}, {what}: too long")
            except Exception as error:  # noqa: BLE001 - all are listed at once
                found.append(f"{parameter}, {what}: {type(error).__name__}: {str(error)[:90]}")
            else:
                if (name, parameter, what) not in TAKEN:
                    found.append(f"{parameter}, {what}: accepted")
    assert not found, "\n".join(found)


@pytest.mark.parametrize("where", [3, None, b"model", ["model"], pd.NaT, Odd()])
def test_what_is_no_path_is_refused_where_a_model_would_be_saved(
    calls: dict[str, Asked], where: Any
) -> None:
    with pytest.raises(ParameterError, match="folder"):
        calls["save"].call(where)
    with pytest.raises(CreditScoreError):
        cs.load(where)
    assert not Path("3").exists()


def test_too_large_numbers_of_a_rule_are_refused() -> None:
    for name in ("bad_dpd", "indeterminate_dpd", "materiality"):
        with pytest.raises(ParameterError, match=name):
            cs.OutcomeRule(**{name: 10**400})
