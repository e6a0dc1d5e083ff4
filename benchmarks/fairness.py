"""Taiwan cards by groups that the model never saw, and alternatives beside random models and fairlearn's.

    python benchmarks/fairness.py --people 8000 --draws 20 --fairlearn-python ENVIRONMENT/bin/python

Rivals have the seconds of processor that the search took: LightGBM with parameters by chance, and fairlearn's
reductions (a grid of multipliers of demographic parity by education, over LightGBM) in an environment of its
own. All are compared out of fold on one half of the people; fronts are measured on the other half. Writes
results_fairness.md. Not part of `make bench`.
"""

from __future__ import annotations

import argparse
import platform
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent / "peers"))

import lightgbm
import numpy as np
from _search import area, by_chance, unbeaten
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
    X: np.ndarray, cards: Cards, choosing: np.ndarray, certifying: np.ndarray, seconds: float
) -> list[dict[str, Any]]:
    """Fit LightGBM with parameters by chance until the seconds are over; no signs are kept."""
    found: list[dict[str, Any]] = []
    until = time.process_time() + seconds
    while time.process_time() < until:
        how = by_chance(len(found))
        z = np.empty(choosing.size)
        for fit, judge in KFold(3, shuffle=True, random_state=0).split(choosing):
            model = lightgbm.LGBMClassifier(**how).fit(X[choosing[fit]], cards.bad[choosing[fit]])
            z[judge] = model.predict(X[choosing[judge]], raw_score=True)
        whole = lightgbm.LGBMClassifier(**how).fit(X[choosing], cards.bad[choosing])
        found.append(judged(cards, choosing, z, whole.predict(X[certifying], raw_score=True)))
    return found


def judged(cards: Cards, choosing: np.ndarray, z: np.ndarray, said: np.ndarray) -> dict[str, Any]:
    """What a rival is worth where it is chosen, and what it says of the other people."""
    ratio = ratio_of(z, cards.groups, choosing)
    return {"auc": roc_auc_score(cards.bad[choosing], z), "ratio": ratio, "said": said}


def reductions(
    python: str, X: np.ndarray, cards: Cards, choosing: np.ndarray, certifying: np.ndarray, seconds: float
) -> tuple[list[dict[str, Any]], float]:
    """Fit fairlearn's grid of multipliers in its own environment; also the seconds of processor it took."""
    folds = np.empty(choosing.size, np.int64)
    for number, (_, judge) in enumerate(KFold(3, shuffle=True, random_state=0).split(choosing)):
        folds[judge] = number
    known = ["not known" if one is None else one for one in np.asarray(cards.groups["education"], object)]
    with tempfile.TemporaryDirectory() as folder:
        np.savez(
            f"{folder}/given.npz", X=X[choosing], others=X[certifying], bad=cards.bad[choosing], folds=folds,
            group=np.array(known)[choosing], seconds=seconds,
        )  # fmt: skip
        subprocess.run([python, "-W", "ignore", str(HERE / "_fairness_fairlearn.py"), folder], check=True)
        with np.load(f"{folder}/told.npz") as told:
            models, spent = list(zip(told["z"], told["said"], strict=True)), float(told["seconds"])
    return [judged(cards, choosing, *one) for one in models], spent


def rivals_of(
    pipeline: cs.CreditPipeline, cards: Cards, found: cs.AlternativeSearch, seconds: float, python: str
) -> tuple[dict[str, tuple[list[dict[str, Any]], float]], np.ndarray]:
    """Rivals by name with their seconds of processor; and who they are judged on."""
    matrix = pipeline.compute_features(cards.applications, cards.portfolio)
    X = matrix.values[:, [matrix.names.index(name) for name in pipeline.model.computer.names]]
    fitted = np.isin(cards.applications.application_ids, found.fitting)
    parts = np.flatnonzero(fitted), np.flatnonzero(~fitted)
    started = time.process_time()
    rivals = {"random LightGBM parameters": (random_models(X, cards, *parts, seconds), 0.0)}
    spent = time.process_time() - started
    rivals = {name: (models, spent) for name, (models, _) in rivals.items()}
    if python:
        rivals["fairlearn, grid of reductions"] = reductions(python, X, cards, *parts, seconds)
    return rivals, parts[1]


def beside(
    cards: Cards, found: cs.AlternativeSearch, rivals: list[list[dict[str, Any]]], certifying: np.ndarray,
    corner: tuple[float, float],
) -> np.ndarray:  # fmt: skip
    """Areas of all fronts, ours first, on the certifying people and on resamples of them."""
    others = cards.applications.take(certifying)
    mine = [
        found.fit(cards.applications, cards.portfolio, cards.bad, one).score_many(others, cards.portfolio)
        for one in found.front
    ]
    fronts = [[one.log_odds for one in mine]]
    for models in rivals:
        seen = unbeaten([(one["auc"], one["ratio"]) for one in models])
        fronts.append([models[k]["said"] for k in seen])
    return areas_of(cards, certifying, fronts, corner)


def asked_for() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=8_000)
    parser.add_argument("--draws", type=int, default=20)
    parser.add_argument("--fairlearn-python", default="")
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
    rivals, certifying = rivals_of(pipeline, cards, found, ours, asked.fairlearn_python)
    corner = found.certificate.given["auc"].value - LOSS_OF_AUC, LOWEST_RATIO
    areas = beside(cards, found, [models for models, _ in rivals.values()], certifying, corner)
    run = f"--people {asked.people} --draws {asked.draws} --fairlearn-python PATH"
    corner_said = f"the area above an AUC of {corner[0]:.4f} and an impact ratio of {corner[1]:g}"
    table = [
        "| | models | seconds of processor | area on other people | ours less theirs (95 % of resamples) |",
        "| --- | --- | --- | --- | --- |",
        f"| `search_alternatives` (monotone) | {len(found.candidates)} | {ours:.0f} | {areas[0, 0]:.5f} | |",
    ]
    for number, (name, (models, theirs)) in enumerate(rivals.items(), 1):
        low, high = np.quantile(areas[1:, 0] - areas[1:, number], [0.025, 0.975])
        ahead = f"{areas[0, 0] - areas[0, number]:+.5f} ({low:+.5f} to {high:+.5f})"
        table.append(f"| {name} | {len(models)} | {theirs:.0f} | {areas[0, number]:.5f} | {ahead} |")
    refits = len(found.candidates) * refit_of(cards, found)
    run_said = f"`python benchmarks/fairness.py {run}` on {platform.machine()}, one thread"
    search_said = f"Search: {ours:.0f} s, {len(found.candidates)} models, {len(found.front)} on the front"
    refits_said = f"as many plain fits on the same people: {refits:.0f} s ({ours / refits:.2f})"
    lines = [
        "# Groups that the model never saw, and alternatives to it",
        f"{run_said}. Fit and assessment: {first:.0f} s.",
        f"```\n{assessed!r}\n```",
        f"{search_said}; {refits_said}.",
        f"```\n{found!r}\n```",
        f"Fronts are found on one half of the people and measured on the other half: {corner_said}.",
        "\n".join(table),
    ]
    asked.out.write_text("\n\n".join(lines) + "\n", encoding="utf-8")
    print(asked.out.read_text(encoding="utf-8"))


def refit_of(cards: Cards, found: cs.AlternativeSearch) -> float:
    """Seconds of processor that one plain fit of the pipeline as given takes on the people that choose."""
    chosen = np.flatnonzero(np.isin(cards.applications.application_ids, found.fitting))
    started = time.process_time()
    pipeline = cs.CreditPipeline(scorer=cs.CreditScorer(recipe="shallow", threads=1), threads=1)
    pipeline.fit(cards.applications.take(chosen), cards.portfolio, cards.bad[chosen])
    return time.process_time() - started


if __name__ == "__main__":
    main()
