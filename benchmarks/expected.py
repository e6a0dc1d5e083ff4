"""Performance that is expected before loans are mature, beside nannyml's estimate on the same drift.

    python benchmarks/expected.py                                        # ours, beside what came
    python benchmarks/expected.py --nannyml-python ENVIRONMENT/bin/python    # and nannyml's

A lender makes loans for 36 months. The score was fitted before; from month 24 on something changes for all
who are at risk. Cohorts that began after it are judged when they are three months old; the truth is what had
come of them after twelve. nannyml's confidence-based estimate (CBPE) is fitted on mature loans from before
the change and sees scores and probabilities of the cohort, as it is made to; ours sees also which loans had
defaulted by then. Whoever knew the true chances, and what was seen, would still be off by what is left to
luck: that error stands beside. nannyml has an environment of its own. Not part of `make bench`.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import tempfile
from pathlib import Path
from typing import Any

import numpy as np

import creditscore as cs
from creditscore.validation import auc

CHANGE, MONTHS, OLD = 24, 36, 3
COURSE = cs.DefaultCourse((0.02, 0.06, 0.13, 0.21, 0.31, 0.41, 0.52, 0.62, 0.72, 0.82, 0.91, 1.0), 1000)
KINDS = ("nothing", "people", "one column", "all columns", "level", "one column and level")
NANNYML = """
import json, sys
import nannyml, numpy as np, pandas as pd
given = json.load(open(sys.argv[1]))
found = []
for one in given:
    reference, batch = pd.DataFrame(one["reference"]), pd.DataFrame(one["batch"])
    for part in (reference, batch):
        part["decided"] = (part["probability"] >= 0.5).astype(int)
    how = nannyml.CBPE(
        metrics=["roc_auc"], y_pred="decided", y_pred_proba="probability", y_true="bad",
        problem_type="classification_binary", chunk_number=1,
    )
    made = how.fit(reference).estimate(batch).filter(period="analysis").to_df()
    found.append(float(made[("roc_auc", "value")].iloc[-1]))
json.dump(found, open(sys.argv[2], "w"))
"""


def world(kind: str, seed: int, a_month: int) -> dict[str, np.ndarray]:
    """Loans with a probability that was right before the change, and the month in which each defaulted."""
    rng = np.random.default_rng([seed, KINDS.index(kind)])
    entered = np.repeat(np.arange(MONTHS), a_month)
    columns = rng.normal(size=(entered.size, 3))
    columns[entered >= CHANGE] += 0.7 * (kind == "people")
    weights = np.array([0.7, 0.6, 0.4])
    log_odds = -2.6 + columns @ weights
    after = weights * {"one column": [0, 1, 1], "one column and level": [0, 1, 1]}.get(kind, [1, 1, 1])
    after = after * (0.4 if kind == "all columns" else 1.0)
    level = 0.6 if "level" in kind else 0.0
    chance, changed = (1.0 / (1.0 + np.exp(-one)) for one in (log_odds, -2.6 + level + columns @ after))
    before, later = COURSE.hazards(chance), COURSE.hazards(changed)
    month = entered[:, None] + np.arange(1, 13)
    fell = rng.random(month.shape) < np.where(month > CHANGE, later, before)
    defaulted = np.where(fell.any(axis=1), entered + 1.0 + fell.argmax(axis=1), np.nan)
    return {"chance": chance, "entered": entered, "defaulted": defaulted, "changed": changed}


def knowing(made: dict[str, np.ndarray], cohort: int, seed: int) -> float:
    """AUC that is expected by whoever knows the true chances and who of a cohort has defaulted so far."""
    rng = np.random.default_rng([seed, cohort, 3])
    mine = made["entered"] == cohort
    chance, true, lived = made["chance"][mine], made["changed"][mine], COURSE.shares[OLD - 1]
    gone = made["defaulted"][mine] <= cohort + OLD
    left = np.where(gone, 1.0, true * (1.0 - lived) / (1.0 - true * lived))
    return float(np.mean([auc((rng.random(left.size) < left).astype(int), chance) for _ in range(50)]))


def cases(kind: str, seed: int, a_month: int) -> list[dict[str, Any]]:
    """Ours and the truth of three cohorts of one lender, and what nannyml is given of each."""
    made = world(kind, seed, a_month)
    chance, entered, defaulted = made["chance"], made["entered"], made["defaulted"]
    bad = (~np.isnan(defaulted)).astype(int)
    mature = entered < CHANGE - 12
    found = []
    for cohort in (CHANGE + 1, CHANGE + 4, CHANGE + 8):
        mine = entered == cohort
        given = COURSE, chance, entered, defaulted
        ours = cs.expected_performance(*given, now=cohort + OLD, cohort=[cohort])
        figure = ours.figures["auc"]
        found.append(
            {
                "kind": kind, "true": auc(bad[mine], chance[mine]), "ours": figure.value,
                "held": figure.low <= auc(bad[mine], chance[mine]) <= figure.high,
                "plain": ours.as_decided["auc"], "knowing": knowing(made, cohort, seed),
                "reference": {"probability": chance[mature].tolist(), "bad": bad[mature].tolist()},
                "batch": {"probability": chance[mine].tolist()},
            }
        )  # fmt: skip
    return found


def nannyml_of(python: str, found: list[dict[str, Any]]) -> list[float]:
    """Ask nannyml, in an environment of its own."""
    with tempfile.TemporaryDirectory() as folder:
        given, told, script = (Path(folder) / name for name in ("given.json", "told.json", "ask.py"))
        parts = [{name: one[name] for name in ("reference", "batch")} for one in found]
        given.write_text(json.dumps(parts), encoding="utf-8")
        script.write_text(NANNYML, encoding="utf-8")
        quiet = os.environ | {"NML_DISABLE_USAGE_LOGGING": "1", "PYTHONWARNINGS": "ignore"}
        subprocess.run([python, str(script), str(given), str(told)], check=True, env=quiet)
        answers: list[float] = json.loads(told.read_text(encoding="utf-8"))
    return answers


def main() -> None:
    """Measure and print."""
    plainly = argparse.RawDescriptionHelpFormatter
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=plainly)
    parser.add_argument("--seeds", type=int, default=10)
    parser.add_argument("--loans", type=int, default=1_000, help="a month")
    parser.add_argument("--nannyml-python", default="")
    asked = parser.parse_args()
    figures = "as decided", "true chances", "nannyml", "ours by nannyml's"
    columns = "change", "ours", *figures, "intervals that hold"
    print(f"| {' | '.join(columns)} |\n|{' --- |' * len(columns)}")
    for kind in KINDS:
        found = [one for seed in range(asked.seeds) for one in cases(kind, seed, asked.loans)]
        true = np.array([one["true"] for one in found])
        ours, plain, best = (
            np.abs(np.array([one[name] for one in found]) - true).mean()
            for name in ("ours", "plain", "knowing")
        )
        other = float("nan")
        if asked.nannyml_python:
            other = float(np.abs(np.array(nannyml_of(asked.nannyml_python, found)) - true).mean())
        held = np.mean([one["held"] for one in found])
        figures = f"{ours:.4f} | {plain:.4f} | {best:.4f} | {other:.4f} | {ours / other:.2f} | {held:.0%}"
        print(f"| {kind} | {figures} |", flush=True)


if __name__ == "__main__":
    main()
