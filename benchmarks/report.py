"""Reports: pages of one decision in three languages, and the report of a model of 30,000 credit cards."""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
from _timing import table

import creditscore as cs
from creditscore.cli.demo import card_features


def milliseconds(work: Callable[[], object], times: int) -> str:
    """Median time of some work, after a first run that is not counted."""
    work()
    taken = []
    for _ in range(times):
        begun = time.perf_counter()
        work()
        taken.append(time.perf_counter() - begun)
    return f"{1000 * statistics.median(taken):,.1f}"


def main() -> None:
    """Fit once on all cards, then report one of them and the model."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--customers", type=int, default=30_000, help="How many cards (default: all).")
    parser.add_argument("--times", type=int, default=20, help="Runs of each decision report.")
    chosen = parser.parse_args()
    cards = cs.datasets.load_taiwan_cards()
    rows = np.arange(chosen.customers)
    applications, portfolio = cards.to_applications().take(rows), cards.to_portfolio()
    bad = cards.bad[rows]
    pipeline = cs.CreditPipeline([card_features()], scorer=cs.CreditScorer(learning_rate=0.05))
    pipeline.fit(applications, portfolio, bad)
    record = pipeline.decide(applications.take([0]), portfolio, policy=cs.Policy("demo", "1", cutoff=560))
    lines = []
    for language in ("en", "fa", "zh"):
        for audience in ("subject", "auditor"):
            report = cs.decision_report(record, language=language, audience=audience)
            html = milliseconds(report.to_html, chosen.times)
            lines.append([f"HTML, {language}, {audience}", html])
    made = milliseconds(lambda: cs.decision_report(record, audience="auditor").to_html(), chosen.times)
    lines.append(["JSON and HTML from the record, auditor", made])
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / "report.pdf"
        lines.append(["PDF, en, auditor", milliseconds(lambda: report.to_pdf(target), 3)])
    begun = time.perf_counter()
    model = cs.model_report(pipeline, applications, portfolio, bad)
    lines.append(
        [f"model report, {chosen.customers:,} applications", f"{1000 * (time.perf_counter() - begun):,.0f}"]
    )
    lines.append(["its HTML", milliseconds(model.to_html, 5)])
    print(table(["what", "milliseconds"], lines))


if __name__ == "__main__":
    main()
