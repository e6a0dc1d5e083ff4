"""Scoring by itself: without dataframes, without what fits models, without reports."""

from __future__ import annotations

import subprocess
import sys

import pytest

import creditscore as cs
from tests.house.source import ROOT

FOREIGN = (
    "pandas", "polars", "pyarrow", "narwhals", "sklearn", "lightgbm", "shap", "networkx", "scipy",
    "matplotlib", "tqdm", "typer", "rich", "cryptography",
)  # fmt: skip
OWN = (
    "creditscore.report", "creditscore.plots", "creditscore.pipeline", "creditscore.deciding",
    "creditscore.policy", "creditscore.recourse", "creditscore.assess", "creditscore.graph",
    "creditscore.cli", "creditscore.validation", "creditscore.datasets", "creditscore.simulate",
)  # fmt: skip

BLOCKER = """
import sys
class Blocker:
    def find_spec(self, name, path=None, target=None):
        if any(name == banned or name.startswith(banned + ".") for banned in BANNED):
            raise ImportError(f"{name} is not to be imported here")
sys.meta_path.insert(0, Blocker())
"""
SCORING = """
from creditscore.data.applications import Applications
from creditscore.data.portfolio import Portfolio
from creditscore.scoring.loading import load_scoring_model

model = load_scoring_model(FOLDER)
rows = [{"applicant_id": "a", "event_time": "2024-03-01T10:00+00:00", "amount": 250.0}]
asked = {"application_id": 1, "applicant_id": "a", "as_of": "2024-07-01T00:00+00:00", **GIVEN}
portfolio = Portfolio.from_records({"payments": rows})
one = model.score(asked, portfolio)
assert one.status == "scored" and str(one) and one.to_html("fa") and one.to_dict()["reasons"] is not None
many = model.score_many(Applications.from_records([asked]), portfolio)
assert many.probability_of_default[0] == one.probability_of_default
assert len(model.explain(Applications.from_records([asked]), portfolio)) == 1
assert {r.code for r in model.reasons(asked, portfolio)} <= {r.code for r in one.reasons}
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    german = cs.datasets.load_german()
    small = cs.CreditScorer(n_estimators=10, min_child_samples=10)
    pipeline = cs.CreditPipeline([cs.application_features(german.columns)], scorer=small)
    path = tmp_path_factory.mktemp("alone") / "model"
    pipeline.fit(german.applications, cs.Portfolio(), german.bad).save(path)
    return path


def run(code):
    return subprocess.run(
        [sys.executable, "-W", "error", "-c", code], cwd=ROOT, capture_output=True, text=True, check=False
    )


def test_scoring_needs_none_of_what_fits_draws_or_reports(folder):
    head = f"FOLDER, GIVEN, BANNED = {str(folder)!r}, {{'installment_rate': 4.0}}, {FOREIGN + OWN!r}\n"
    done = run(head + BLOCKER + SCORING)
    assert done.returncode == 0, done.stderr


def test_the_blocker_blocks():
    done = run(f"BANNED = {FOREIGN!r}\n{BLOCKER}import pandas")
    assert "pandas is not to be imported here" in done.stderr


def test_a_loaded_pipeline_imports_what_it_uses_and_no_more(folder):
    code = (
        f"FOLDER, GIVEN = {str(folder)!r}, {{'installment_rate': 4.0}}\n"
        "import sys, creditscore as cs\n"
        "asked = {'application_id': 1, 'applicant_id': 'a', 'as_of': '2024-07-01T00:00+00:00', **GIVEN}\n"
        "assert cs.load(FOLDER).score(asked, cs.Portfolio()).status == 'scored'\n"
        "numba_brings = {'scipy'}\n"
        f"heavy = ({{*{FOREIGN!r}}} - numba_brings) & set(sys.modules)\n"
        "assert not heavy, heavy\n"
        "assert 'creditscore.pipeline.fitting' not in sys.modules\n"
    )
    done = run(code)
    assert done.returncode == 0, done.stderr
