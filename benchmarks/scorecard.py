"""Booster, scorecard and that of optbinning on the same parts: the table of docs/scorecard.md."""

from __future__ import annotations

import numpy as np
import pandas as pd
from optbinning import BinningProcess
from optbinning import Scorecard as TheirScorecard
from sklearn.linear_model import LogisticRegression

import creditscore as cs
from creditscore.datasets._files import read_shipped
from creditscore.validation import performance, performance_difference

PAID = tuple(f"PAY_{month}" for month in (0, 2, 3, 4, 5, 6))
MONEY = tuple(f"{name}{month}" for name in ("BILL_AMT", "PAY_AMT") for month in range(1, 7))


def german():
    """Applications of the German set."""
    data = cs.datasets.load_german()
    columns = {name: data.applications.numeric[name] for name in data.columns}
    columns |= {name: pd.Categorical(data.applications.text[name]) for name in data.categories}
    return pd.DataFrame(columns), data.bad, list(data.categories)


def taiwan():
    """Rows of the Taiwan set without its protected columns."""
    raw = read_shipped("taiwan", ("LIMIT_BAL", *PAID, *MONEY, "DEFAULT")).to_pandas()
    bad = raw.pop("DEFAULT").to_numpy()
    return raw.astype(float), bad, []


def theirs(X, bad, categories, folds):
    """Log-odds out of fold by optbinning's own scorecard."""
    texts, log_odds = X.copy(), np.zeros(len(X))
    for name in categories:
        texts[name] = texts[name].astype(str)
    for grown, judged in folds.pairs():
        process = BinningProcess(list(texts.columns), categorical_variables=categories or None)
        card = TheirScorecard(binning_process=process, estimator=LogisticRegression())
        probability = card.fit(texts.iloc[grown], bad[grown]).predict_proba(texts.iloc[judged])[:, 1]
        log_odds[judged] = np.log(probability / (1.0 - probability))
    return log_odds


def main():
    """Print the table."""
    for name, load in (("German credit", german), ("Taiwan cards", taiwan)):
        X, bad, categories = load()
        card, booster = cs.Scorecard().fit(X, bad), cs.CreditScorer().fit(X, bad)
        rows = card.report_.index
        said = {
            "booster": booster.report_.log_odds,
            "scorecard": card.report_.log_odds,
            "optbinning": theirs(X, bad, categories, card.folds_)[rows],
        }
        print(name)
        for who, log_odds in said.items():
            print(f"  {who}: {performance(bad[rows], log_odds, resamples=200)['auc']}")
        for one, other in (("booster", "scorecard"), ("scorecard", "optbinning")):
            print(
                f"  {one} minus {other}: {performance_difference(bad[rows], said[one], said[other])['auc']}"
            )


if __name__ == "__main__":
    main()
