"""The card of German credit: its points are those of its scores, and it ranks loans that it has not seen."""

from __future__ import annotations

import german


def test_the_card_ranks_and_fits_on_a_sheet() -> None:
    pipeline, loans = german.fit()
    assert pipeline.report.performance["auc"].value > 0.75
    scores = pipeline.score_many(loans.applications, german.cs.Portfolio())
    assert scores.probability_of_default[loans.bad == 1].mean() > scores.probability_of_default.mean()
    lines = str(german.cs.points_table(pipeline.model.fitted, pipeline.scale)).splitlines()
    assert 20 < len(lines) < 120
