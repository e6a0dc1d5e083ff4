"""German credit, which travels with the library: a scorecard that fits on a sheet of paper.

Run: python examples/german.py
"""

from __future__ import annotations

import numpy as np

import creditscore as cs


def fit() -> tuple[cs.CreditPipeline, cs.datasets.GermanCredit]:
    """Fit a card on all columns that the set has."""
    german = cs.datasets.load_german()
    features = cs.application_features(columns=german.columns, categories=german.categories)
    pipeline = cs.CreditPipeline([features], scorer=cs.Scorecard())
    return pipeline.fit(german.applications, cs.Portfolio(), german.bad), german


def main() -> None:
    """Print the card, how it ranks loans that it has not seen, and one explained score."""
    pipeline, german = fit()
    print(pipeline.report.performance)
    print(cs.points_table(pipeline.model.fitted, pipeline.scale))
    scores = pipeline.score_many(german.applications, cs.Portfolio())
    riskiest = int(np.argmax(scores.log_odds))
    print(pipeline.score(german.applications.take([riskiest]), cs.Portfolio()))


if __name__ == "__main__":
    main()
