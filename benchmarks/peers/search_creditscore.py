"""Alternatives to a model by this library; it draws the halves that the others use too."""

from __future__ import annotations

import numpy as np
from _peer import FOLDER, array, done, measure, settings
from _search import APPROVED
from fairness import cards_of

import creditscore as cs


def main() -> None:
    """Time the search, and the models of its front on all of its half."""
    asked = settings()
    cards = cards_of(asked["people"])
    groups = {name: one for name, one in cards.groups.items() if name != "marriage"}  # has a tiny group
    pipeline = cs.CreditPipeline(scorer=cs.CreditScorer(recipe="shallow", threads=1), threads=1)
    given = cards.applications, cards.portfolio, cards.bad
    pipeline.fit(*given)

    def run() -> np.ndarray:
        found = cs.search_alternatives(pipeline, *given, groups, approve=APPROVED, draws=asked["draws"])
        fitted = np.isin(cards.applications.application_ids, found.fitting)
        np.save(FOLDER / "fitted.npy", fitted)
        (FOLDER / "models.txt").write_text(str(len(found.candidates)), encoding="utf-8")
        others = cards.applications.take(np.flatnonzero(~fitted))
        models = [found.fit(*given, one) for one in found.front]
        return np.array([one.score_many(others, cards.portfolio).log_odds for one in models])

    measure("front", run, times=1, note="keeps every declared sign; with a certificate on other people")
    assert len(array("fitted")) == asked["people"]
    done("creditscore", "creditscore", "lightgbm")


if __name__ == "__main__":
    main()
