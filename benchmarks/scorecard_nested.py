"""Our scorecard, its settings chosen within the training rows alone, against the defaults of optbinning.

``python benchmarks/scorecard_nested.py`` prints the paragraph of docs/scorecard.md. In each of five parts the
other four choose among a few settings by their own cross-fitted AUC; the card so chosen, our defaults and
optbinning's are judged on the part that nobody looked at. German credit over three shuffles, Taiwan over one.
"""

from __future__ import annotations

import warnings
from itertools import product

import numpy as np
from scorecard import german, taiwan, theirs
from sklearn.model_selection import StratifiedKFold

import creditscore as cs
from creditscore.validation import performance, performance_difference

GRID = [
    {"n_bins": bins, "reg_lambda": strength, "least_information": least}
    for bins, strength, least in product((5, 8, 12), (1.0, 10.0), (0.01, 0.02))
]


def log_odds_of(card, X):
    """Log-odds of rows by a fitted card."""
    probability = card.predict_proba(X)[:, 1]
    return np.log(probability / (1.0 - probability))


def inner_auc(X, bad, settings):
    """AUC across parts of the training rows."""
    card = cs.Scorecard(threads=1, **settings).fit(X, bad)
    rows = card.report_.index
    return performance(bad[rows], card.report_.log_odds, resamples=0)["auc"].value


def nested(X, bad, categories, seed):
    """Log-odds of rows that were held out, by who made them."""
    said = {name: np.zeros(len(bad)) for name in ("chosen within", "defaults", "optbinning")}
    chosen = []
    for grown, judged in StratifiedKFold(5, shuffle=True, random_state=seed).split(X, bad):
        inside, outside = X.iloc[grown], X.iloc[judged]
        best = max(GRID, key=lambda one: inner_auc(inside, bad[grown], one))
        chosen.append(best)
        for name, settings in (("chosen within", best), ("defaults", {})):
            card = cs.Scorecard(threads=1, **settings).fit(inside, bad[grown])
            said[name][judged] = log_odds_of(card, outside)
        said["optbinning"][judged] = theirs(X, bad, categories, _One(grown, judged))[judged]
    return said, chosen


class _One:
    """A single pair of parts, as `theirs` asks for them."""

    def __init__(self, grown, judged):
        self.both = grown, judged

    def pairs(self):
        yield self.both


def main():
    """Print AUC and differences, set by set and shuffle by shuffle."""
    warnings.simplefilter("ignore")
    for name, load, seeds in (("German credit", german, (11, 12, 13)), ("Taiwan cards", taiwan, (11,))):
        X, bad, categories = load()
        for seed in seeds:
            said, chosen = nested(X, bad, categories, seed)
            print(f"{name}, shuffle {seed}; chosen: {chosen}")
            for who, log_odds in said.items():
                print(f"  {who}: {performance(bad, log_odds, resamples=400)['auc']}")
            for who in ("chosen within", "defaults"):
                found = performance_difference(bad, said[who], said["optbinning"])["auc"]
                print(f"  {who} less optbinning: {found}", flush=True)


if __name__ == "__main__":
    main()
