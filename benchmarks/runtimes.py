"""Points, grades and first reasons of the offline page beside those of the library.

Run ``python benchmarks/runtimes.py --rows 100000``. A lender is simulated and a pipeline fitted on the
features that are written in SQL. Rows of features are drawn from its applications, those of each source from
somebody else half of the time, so that sources come and go. The library scores them, and the page in a
Chromium; printed is how many points, grades, first reasons and whole lists of reasons differ, and how long
one row takes in the page.
"""

from __future__ import annotations

import argparse
import json
import tempfile
import time
from pathlib import Path

import numpy as np
from warehouse import stored

import creditscore as cs
from creditscore.dashboard.offline_data import rows_for_page
from creditscore.pipeline.fitting import built_in_features
from creditscore.scoring.of_features import score_features
from creditscore.simulate import SimulationConfig, simulate_portfolio

AT_A_TIME = 1_000
READY = "globalThis.creditscore && document.getElementById('status').textContent"
ASK = (
    "(() => {{ const text = {text}, begun = performance.now(), found = creditscore.answers(text);"
    "return [performance.now() - begun, found.map((one) => [one.score ?? null, one.grade ?? '',"
    "one.reasons.map((reason) => [reason.code, reason.feature])])] }})()"
)


def simulated(people: int, seed: int) -> tuple[cs.CreditPipeline, np.ndarray, np.ndarray]:
    """Fit on half of a simulated lender's known applications; features of all, and who has rows at all."""
    made = simulate_portfolio(SimulationConfig(people=people), seed=seed)
    _, columns, _ = stored(made)
    portfolio = cs.Portfolio(**{name: made.tables[name] for name in columns})
    applications, features = made.to_applications(), built_in_features()
    features = features.select(cs.sql_coverage(features).written)
    bad = np.asarray(made.bad(made.portfolio()), float)
    known = np.flatnonzero(~np.isnan(bad))
    known = known[: len(known) // 2]
    pipeline = cs.CreditPipeline(features=[features])
    pipeline.fit(applications.take(known), portfolio, bad[known])
    matrix = pipeline.model.computer.compute(applications, portfolio)
    return pipeline, matrix.values, matrix.any_rows


def mixed(model, values: np.ndarray, rows: int, draw: np.random.Generator) -> np.ndarray:
    """Draw rows, and the features of each source from another row half of the time."""
    found = values[draw.integers(0, len(values), rows)]
    sources = np.array([feature.source for feature in model.computer.features])
    for source in np.unique(sources):
        of_it = np.flatnonzero(sources == source)
        other = values[draw.integers(0, len(values), rows)][:, of_it]
        found[:, of_it] = np.where(draw.random((rows, 1)) < 0.5, other, found[:, of_it])
    return found


def compared(browser, model, values: np.ndarray, known: np.ndarray) -> np.ndarray:
    """Milliseconds in the page, and how many points, grades, first reasons and lists of reasons differ."""
    own = score_features(model, values, known=known, reasons=True)
    asked = rows_for_page(model, values, list(range(len(values))))
    asked = [one | {"anything_known": bool(there)} for one, there in zip(asked, known, strict=True)]
    taken, found = browser.run(ASK.format(text=json.dumps(json.dumps(asked))))
    wrong = np.zeros(4)
    for row, (score, grade, reasons) in enumerate(found):
        mine = [[one.code, one.fact.feature] for one in own.reasons.get(row, ())]
        same = score == own.score[row] if own.scored[row] else score is None
        wrong += [not same, grade != own.grade[row], reasons[:1] != mine[:1], reasons != mine]
    return np.array([taken, *wrong])


def main() -> None:
    """Fit, draw, score twice, compare."""
    from tests.dashboard.chromium import Chromium

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=2_000)
    parser.add_argument("--people", type=int, default=4_000)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    pipeline, values, known = simulated(asked.people, asked.seed)
    model, draw = pipeline.model, np.random.default_rng(asked.seed)
    told = np.zeros(5)
    with tempfile.TemporaryDirectory() as folder, Chromium(Path(folder)) as browser:
        page = Path(folder) / "page.html"
        page.write_text(cs.offline_page(pipeline), encoding="utf-8")
        browser.open(page, READY)
        begun = time.perf_counter()
        for first in range(0, asked.rows, AT_A_TIME):
            rows = min(AT_A_TIME, asked.rows - first)
            there = known[draw.integers(0, len(known), rows)]
            told += compared(browser, model, mixed(model, values, rows, draw), there)
        requests = [one for one in browser.requests if not one.startswith("file:")]
        size = page.stat().st_size
    names = "points, grades, first reasons and lists of reasons"
    print(f"{model.fitted.n_trees} trees, {len(model.computer.names)} features, a page of {size:,} bytes")
    taken = time.perf_counter() - begun
    print(f"{asked.rows:,} rows in {taken:.0f} s; of {names} differ {told[1:].astype(int)}")
    print(f"{told[0] / asked.rows:.2f} ms a row in the page, {len(requests)} requests")


if __name__ == "__main__":
    main()
