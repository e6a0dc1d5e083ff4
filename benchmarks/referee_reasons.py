"""Let an independent package judge the reasons: `covenants` and its check of adverse-action reason codes.

The model is a plain `lightgbm.LGBMClassifier` on features of the Taiwan cards, without signs, so that
the referee can explain it in its own way (`shap.TreeExplainer`, interventional, against rows that it
samples). Our reasons name one feature each and come from the same model's text, once against the mean of
the training rows and once against the very rows that the referee samples. Needs `covenants` and
`lightgbm` in an environment of its own:

    python -m venv referee && referee/bin/pip install covenants lightgbm
    python benchmarks/referee_reasons.py --referee referee/bin/python
"""

from __future__ import annotations

import argparse
import csv
import json
import subprocess
import tempfile
from dataclasses import replace
from pathlib import Path

import joblib
import numpy as np
import pandas as pd
from lightgbm import LGBMClassifier

import creditscore as cs
from creditscore.explain.background import Background
from creditscore.explain.explainer import Explainer
from creditscore.model.affine import AffineCalibration
from creditscore.model.fitted import FittedModel
from creditscore.model.scale import ScoreScale
from creditscore.reasons.choice import ReasonCatalogue

MOST_FEATURES = 40
SAMPLED = 200
LIBRARY = (
    "import json,sys;from covenant import __version__;"
    "from covenant.checks.reason_codes import run_reason_code_check as check;"
    "r=check(sys.argv[1],sys.argv[2],sys.argv[3]);"
    "print(json.dumps({'version':__version__,'passed':r.passed,'metrics':r.metrics,"
    "'thresholds':r.thresholds,'rows':r.n_evaluated,'path':r.details['attribution_path'],"
    "'bands':r.details['by_score_band']}))"
)


def cards() -> tuple[pd.DataFrame, np.ndarray, list[cs.Feature]]:
    """Return features without missing values, outcomes and declarations."""
    taiwan = cs.datasets.load_taiwan_cards()
    features = cs.repayment_features().where(lambda feature: feature.name.startswith("statements_"))
    pipeline = cs.CreditPipeline(features=[features])
    matrix = pipeline.compute_features(taiwan.to_applications(), taiwan.to_portfolio())
    told = ~np.isnan(matrix.values).any(axis=0) & (np.ptp(matrix.values, axis=0) > 0)
    columns = np.flatnonzero(told)[:MOST_FEATURES].tolist()
    declared = [list(features)[column] for column in columns]
    frame = pd.DataFrame(matrix.values[:, columns], columns=[feature.name for feature in declared])
    return frame, np.asarray(taiwan.bad), declared


def reasons(
    model: LGBMClassifier, X: np.ndarray, declared: list[cs.Feature], background: Background | None
) -> list[list[str]]:
    """Name the features of up to four reasons of each row, each feature being its own reason group."""
    alone = [replace(feature, reason_group=feature.name, sign=0, legal_tags=()) for feature in declared]
    names = tuple(feature.name for feature in declared)
    text = model.booster_.model_to_string()
    fitted = FittedModel(text, (0,) * len(names), {}, AffineCalibration(1.0, 0.0), names)
    explained = Explainer(fitted, background).contributions(X, alone, range(len(X)))
    book = ReasonCatalogue.of(alone, ScoreScale())
    return [
        [reason.group for reason in book.of_one(*row)]
        for row in zip(explained.values, explained.data, strict=True)
    ]


def covenants_file(names: list[str], reasons_file: Path) -> dict[str, object]:
    """What the referee is told of the model."""
    return {
        "covenant_schema": 1,
        "model_name": "taiwan",
        "features": [{"name": name} for name in names],
        "reason_codes": {"method": "custom", "top_k": 4, "parameters": {"reasons_file": str(reasons_file)}},
        "checks": {"reason_codes": {"id_column": "row", "background_size": SAMPLED, "placebo": False}},
    }


def main() -> None:
    """Fit, name reasons, have them judged, print what the referee says."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--referee", type=Path, required=True, help="python with covenants and lightgbm")
    given = parser.parse_args()
    frame, bad, declared = cards()
    model = LGBMClassifier(
        n_estimators=100, num_leaves=15, max_depth=6, verbosity=-1, random_state=0, n_jobs=2
    )
    model.fit(frame, bad)
    sampled = np.sort(np.random.default_rng(0).choice(len(frame), size=SAMPLED, replace=False))
    rows = Background("the referee's rows", frame.to_numpy()[sampled])
    denied = np.flatnonzero(model.predict_proba(frame)[:, 1] >= 0.5)
    X = frame.to_numpy()[denied]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        joblib.dump(model, folder / "model.joblib")
        frame.assign(row=np.arange(len(frame))).to_csv(folder / "data.csv", index=False)
        for title, background in (("training mean", None), ("the referee's own rows", rows)):
            named = reasons(model, X, declared, background)
            with (folder / "reasons.csv").open("w", newline="") as file:
                table = csv.writer(file)
                table.writerow(["row", "reason_1", "reason_2", "reason_3", "reason_4"])
                table.writerows([row, *(few + [""] * 4)[:4]] for row, few in zip(denied, named, strict=True))
            told = covenants_file(list(frame.columns), folder / "reasons.csv")
            (folder / "covenants.yaml").write_text(json.dumps(told))
            parts = [str(folder / part) for part in ("model.joblib", "data.csv", "covenants.yaml")]
            judged = subprocess.run(
                [str(given.referee), "-c", LIBRARY, *parts], capture_output=True, text=True, check=True
            )
            print(title, json.dumps(json.loads(judged.stdout), indent=1), sep="\n")


if __name__ == "__main__":
    main()
