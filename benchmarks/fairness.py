"""Taiwan cards by groups that the model never saw, and alternatives beside random LightGBM models.

    python benchmarks/fairness.py --people 8000 --draws 20

Writes results_fairness.md. Not part of `make bench`.
"""

from __future__ import annotations

import argparse
import platform
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import lightgbm
import numpy as np
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import KFold

import creditscore as cs

HERE = Path(__file__).parent
SHARE = 0.7
# The corner from which areas of fronts are measured: what nobody would choose.
LOSS_OF_AUC, LOWEST_RATIO = 0.03, 0.7
RESAMPLES = 200
EDUCATION = {1: "graduate school", 2: "university", 3: "high school"}
MARRIAGE = {1: "married", 2: "single", 3: "other"}


@dataclass
class Cards:
    """Applications, tables, outcomes, and the groups that stand apart."""

    applications: cs.Applications
    portfolio: cs.Portfolio
    bad: np.ndarray
    groups: dict[str, Any]


def cards_of(people: int) -> Cards:
    """Take the first people of the file, and the groups that stand in none of its tables."""
    cards = cs.datasets.load_taiwan_cards()
    kept = np.arange(people)
    applications = cs.Applications(cards.applications).take(kept)
    return Cards(applications, cards.to_portfolio(), cards.bad[:people].astype(float), protected(people))


def protected(people: int) -> dict[str, Any]:
    """Sex, education, marriage and age band by position; a code that says nothing is not known."""
    from creditscore.datasets.taiwan import load_taiwan_protected

    table = load_taiwan_protected()
    sex, education, married, age = (
        table.column(name).to_numpy()[:people] for name in ("sex", "education", "marital_status", "age")
    )
    bands = np.array(["under 30", "30 to 39", "40 to 49", "50 and over"])
    return {
        "sex": np.where(sex == 1, "male", "female"),
        "education": [EDUCATION.get(int(code)) for code in education],
        "marriage": [MARRIAGE.get(int(code)) for code in married],
        "age": bands[np.digitize(age, [30, 40, 50])],
    }


def area(points: list[tuple[float, float]], corner: tuple[float, float]) -> float:
    """Area that a front covers above a corner, in AUC times impact ratio."""
    best, found, right = corner[1], 0.0, sorted(points, reverse=True)
    for auc, ratio in right:
        if auc > corner[0] and ratio > best:
            found += (auc - corner[0]) * (ratio - best)
            best = ratio
    return found


def front(points: list[tuple[float, float]]) -> list[int]:
    """Positions of the points that no other one beats."""
    return [
        k
        for k, one in enumerate(points)
        if not any(other != one and other[0] >= one[0] and other[1] >= one[1] for other in points)
    ]


def ratio_of(z: np.ndarray, groups: dict[str, Any], rows: np.ndarray) -> float:
    """Lowest impact ratio of any attribute where the safest share is approved."""
    labels = {name: np.asarray(one, object)[rows] for name, one in groups.items()}
    return min(curve.at(SHARE) for curve in cs.impact_curves(z, labels))


def areas_of(
    cards: Cards, rows: np.ndarray, fronts: list[list[np.ndarray]], corner: tuple[float, float]
) -> np.ndarray:
    """Areas of fronts on some people, and on resamples of them, shape (1 + resamples, n_fronts)."""
    found = []
    for number in range(RESAMPLES + 1):
        random = np.random.default_rng([17, number])
        drawn = random.integers(0, rows.size, rows.size) if number else np.arange(rows.size)
        points = [
            [
                (
                    roc_auc_score(cards.bad[rows[drawn]], z[drawn]),
                    ratio_of(z[drawn], cards.groups, rows[drawn]),
                )
                for z in one
            ]
            for one in fronts
        ]
        found.append([area(one, corner) for one in points])
    return np.array(found)


def random_models(
    X: np.ndarray, cards: Cards, choosing: np.ndarray, certifying: np.ndarray, budget: int
) -> list[dict[str, Any]]:
    """Fit LightGBM with parameters by chance, as many as the search fitted; no signs are kept."""
    found = []
    for number in range(budget):
        random = np.random.default_rng([11, number])
        how = {
            "num_leaves": int(random.integers(4, 64)), "learning_rate": float(10 ** random.uniform(-2, -0.7)),
            "n_estimators": int(random.integers(50, 300)), "min_child_samples": int(random.integers(5, 200)),
            "colsample_bytree": float(random.uniform(0.2, 1.0)),
            "reg_lambda": float(10 ** random.uniform(-1, 2)),
            "random_state": number, "n_jobs": 1, "verbosity": -1,
        }  # fmt: skip
        z = np.empty(choosing.size)
        for fit, judge in KFold(3, shuffle=True, random_state=0).split(choosing):
            model = lightgbm.LGBMClassifier(**how).fit(X[choosing[fit]], cards.bad[choosing[fit]])
            z[judge] = model.predict(X[choosing[judge]], raw_score=True)
        whole = lightgbm.LGBMClassifier(**how).fit(X[choosing], cards.bad[choosing])
        said = whole.predict(X[certifying], raw_score=True)
        found.append(
            {
                "auc": roc_auc_score(cards.bad[choosing], z), "ratio": ratio_of(z, cards.groups, choosing),
                "said": said,
            }
        )  # fmt: skip
    return found


def rivals_of(
    pipeline: cs.CreditPipeline, cards: Cards, found: cs.Alternatives
) -> tuple[list[dict[str, Any]], np.ndarray, float]:
    """Random models on the people that the search fitted on; who they are judged on; processor seconds."""
    matrix = pipeline.compute_features(cards.applications, cards.portfolio)
    X = matrix.values[:, [matrix.names.index(name) for name in pipeline.model.computer.names]]
    fitted = np.isin(cards.applications.application_ids, found.fitting)
    choosing, certifying = np.flatnonzero(fitted), np.flatnonzero(~fitted)
    started = time.process_time()
    rivals = random_models(X, cards, choosing, certifying, len(found.candidates))
    return rivals, certifying, time.process_time() - started


def beside(
    cards: Cards, found: cs.Alternatives, rivals: list[dict[str, Any]], certifying: np.ndarray,
    corner: tuple[float, float],
) -> np.ndarray:  # fmt: skip
    """Areas of both fronts, on the certifying people and on resamples of them."""
    others = cards.applications.take(certifying)
    mine = [
        found.fit(cards.applications, cards.portfolio, cards.bad, one).score_many(others, cards.portfolio)
        for one in found.front
    ]
    seen = front([(one["auc"], one["ratio"]) for one in rivals])
    fronts = [[one.log_odds for one in mine], [rivals[k]["said"] for k in seen]]
    return areas_of(cards, certifying, fronts, corner)


def asked_for() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=8_000)
    parser.add_argument("--draws", type=int, default=20)
    parser.add_argument("--out", type=Path, default=HERE / "results_fairness.md")
    return parser.parse_args()


def assessed_first(cards: Cards) -> tuple[cs.CreditPipeline, cs.FairnessAssessment, float]:
    """Fit the model, and assess it where the safest share is approved; processor seconds."""
    pipeline = cs.CreditPipeline(scorer=cs.CreditScorer(recipe="shallow", threads=1), threads=1)
    given = cards.applications, cards.portfolio, cards.bad
    started = time.process_time()
    pipeline.fit(*given)
    points = pipeline.scale.score(pipeline.held_out.log_odds)
    cutoff = float(np.quantile(points, 1.0 - SHARE))
    assessed = cs.assess_fairness(pipeline, *given, cards.groups, cutoff=cutoff)
    return pipeline, assessed, time.process_time() - started


def main() -> None:
    """Measure, search, and write the page."""
    asked = asked_for()
    cards = cards_of(asked.people)
    pipeline, assessed, first = assessed_first(cards)
    started = time.process_time()
    cards.groups = {name: one for name, one in cards.groups.items() if name != "marriage"}  # has a tiny group
    found = cs.search_alternatives(
        pipeline, cards.applications, cards.portfolio, cards.bad, cards.groups, approve=SHARE,
        draws=asked.draws,
    )  # fmt: skip
    ours = time.process_time() - started
    print(found, f"{ours:.0f} s", flush=True)
    rivals, certifying, theirs = rivals_of(pipeline, cards, found)
    corner = found.certificate.given["auc"].value - LOSS_OF_AUC, LOWEST_RATIO
    areas = beside(cards, found, rivals, certifying, corner)
    (ours_area, other_area), drawn = areas[0], areas[1:]
    low, high = np.quantile(drawn[:, 0] - drawn[:, 1], [0.025, 0.975])
    run = f"`python benchmarks/fairness.py --people {asked.people} --draws {asked.draws}`"
    corner_said = f"the area above an AUC of {corner[0]:.4f} and an impact ratio of {corner[1]:g}"
    table = [
        "| | models | seconds of processor | area on other people |",
        "| --- | --- | --- | --- |",
        f"| `search_alternatives` (monotone) | {len(found.candidates)} | {ours:.0f} | {ours_area:.5f} |",
        f"| random LightGBM parameters | {len(rivals)} | {theirs:.0f} | {other_area:.5f} |",
    ]
    lines = [
        "# Groups that the model never saw, and alternatives to it",
        f"{run} on {platform.machine()}, one thread. Fit and assessment: {first:.0f} s.",
        f"```\n{assessed!r}\n```",
        f"Search: {ours:.0f} s, {len(found.candidates)} models, {len(found.front)} on the front.",
        f"```\n{found!r}\n```",
        f"Fronts are found on one half of the people and measured on the other half: {corner_said}.",
        "\n".join(table),
        f"Ours less theirs: {ours_area - other_area:+.5f} ({low:+.5f} to {high:+.5f} by resampling people).",
    ]
    asked.out.write_text("\n\n".join(lines) + "\n", encoding="utf-8")
    print(asked.out.read_text(encoding="utf-8"))


if __name__ == "__main__":
    main()
