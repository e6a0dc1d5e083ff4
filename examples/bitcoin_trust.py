"""Bitcoin Alpha: will the next rating that a member receives be negative, told from the ratings before it.

Every rating is an application of the member who receives it, as of its own moment: who rates, and how, is
not known. A rating points from the rater, with its value as the weight; two members are tied from the moment
at which both have rated each other, neither below 0. A member whose latest rating is negative has the
standing ``defaulted``, one whose latest is positive ``good``. Trust is not credit; this shows that the
features keep to their moment on a real graph that changes daily. Data: Kumar, Spezzano, Subrahmanian and
Faloutsos (2016), "Edge weight prediction in weighted signed networks", ICDM.

    python examples/bitcoin_trust.py
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal

import numpy as np
import pandas as pd
from _common import Array, CrossValidated, Fit, credit_scorer, data_folder

import creditscore as cs
from creditscore.validation import auc

# A secret that is written down protects nobody: make your own with cs.StandingPrivacy.generate(...).
PRIVACY = cs.StandingPrivacy(secret=b"written down for an example", secret_name="example")


SHALLOW: dict[str, Any] = {"max_depth": 4, "num_leaves": 12, "learning_rate": 0.03, "feature_fraction": 0.4}
BLOCKS = 5


def tables(ratings: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """Turn ratings into ties, standings of the rated, and the ratings that each member gave and received."""
    time = ratings["time"].dt.tz_localize("UTC")
    value = ratings["rating"].astype(float)
    received = pd.DataFrame(
        {"subject_id": ratings["target"], "event_time": time, "measure": "received", "value": value}
    )
    given = pd.DataFrame(
        {"subject_id": ratings["source"], "event_time": time, "measure": "given", "value": value}
    )
    return {
        "ties": pd.DataFrame(
            {
                "person_id": ratings["source"],
                "other_id": ratings["target"],
                "event_time": time,
                "weight": value,
                "directed": True,
            }
        ),
        "standings": pd.DataFrame(
            {
                "person_id": ratings["target"],
                "event_time": time,
                "standing": np.where(value < 0, "defaulted", "good"),
            }
        ),
        "measures": pd.concat([received, given], ignore_index=True),
    }


def applications(ratings: pd.DataFrame) -> pd.DataFrame:
    """Make every rating an application of the member who receives it, as of that moment."""
    return pd.DataFrame(
        {
            "application_id": np.arange(len(ratings)),
            "applicant_id": ratings["target"],
            "as_of": ratings["time"].dt.tz_localize("UTC"),
        }
    )


def read(folder: Path) -> pd.DataFrame:
    """Read the ratings in the order of time."""
    ratings = pd.read_parquet(folder / "alpha.parquet")
    return ratings.sort_values(["time", "target", "source"], ignore_index=True)


def load(folder: Path) -> tuple[cs.Applications, cs.Portfolio, Array]:
    """Read the tables through the contracts; the last is whether each rating is negative."""
    ratings = read(folder)
    negative = (ratings["rating"] < 0).to_numpy(np.int64)
    return cs.Applications(applications(ratings)), cs.Portfolio(**tables(ratings), privacy=PRIVACY), negative


def features() -> cs.FeatureSet:
    """Return the social features as of the moment, and what was received and given so far."""
    social = cs.social_features(min_tie_age="0d").where(
        lambda feature: feature.source == "ties" and feature.name != "ties_covered"
    )
    return social + cs.FeatureSet(tuple(_ratings("received", sign=-1)) + tuple(_ratings("given", sign=0)))


def _ratings(which: str, *, sign: Literal[-1, 0]) -> Iterator[cs.Feature]:
    """Declare statistics of the ratings that a member received or gave."""
    those = cs.Condition("measure", "in", (which,))
    low = (those, cs.Condition("value", "lt", 0.0))
    for statistic, window in (
        ("mean", None), ("min", None), ("newest", None), ("count", None), ("mean", "90d"), ("count", "30d"),
    ):  # fmt: skip
        name = f"ratings_{which}_{statistic}" + (f"_{window}" if window else "")
        formula = cs.Term("measures", statistic, "value", (those,), window)
        towards = 0 if statistic == "count" else sign
        yield _feature(name, formula, f"{statistic} of ratings {which}", "index", towards)
    share = cs.Ratio(cs.Term("measures", "count", where=low), cs.Term("measures", "count", where=(those,)))
    yield _feature(f"ratings_{which}_negative_share", share, f"negative ratings {which}", "share", -sign)
    for statistic in ("recency", "age"):
        formula = cs.Term("measures", statistic, where=(those,))
        yield _feature(f"ratings_{which}_{statistic}", formula, f"{statistic} of ratings {which}", "days", 0)


def _feature(name: str, formula: Any, label: str, unit: str, sign: Any) -> cs.Feature:
    return cs.Feature(name, formula, label, f"{label}, before the moment", unit, sign, source="measures")


def forward(X: Array, negative: Array, moment: Array, fit: Fit) -> CrossValidated:
    """Predict each later fifth of the time with a model of all that came before it."""
    edges = np.quantile(moment, np.arange(BLOCKS + 1) / BLOCKS)
    block = np.clip(np.searchsorted(edges, moment, side="right") - 1, 0, BLOCKS - 1)
    log_odds = np.full(len(negative), np.nan)
    for later in range(1, BLOCKS):
        rows = block == later
        log_odds[rows] = fit(X[block < later], negative[block < later])(X[rows])
    told = block > 0
    return CrossValidated(negative[told], log_odds[told], block[told])


def by_member(X: Array, negative: Array, member: Array, fit: Fit) -> CrossValidated:
    """Predict each fifth of the members with a model of the others."""
    fold = np.random.default_rng(0).integers(0, BLOCKS, int(member.max()) + 1)[member]
    log_odds = np.full(len(negative), np.nan)
    for left_out in range(BLOCKS):
        rows = fold == left_out
        log_odds[rows] = fit(X[~rows], negative[~rows])(X[rows])
    return CrossValidated(negative, log_odds, fold)


def evaluate(folder: Path, *, permuted: bool = False, threads: int | None = None) -> dict[str, float]:
    """Measure the AUC among members rated before, in time and across members.

    With ``permuted`` the targets change places at random: nothing may be left to find.
    """
    moments, portfolio, negative = load(folder)
    matrix = cs.CreditPipeline(features(), threads=threads).compute_features(moments, portfolio)
    target = np.random.default_rng(0).permutation(negative) if permuted else negative
    fit = credit_scorer(features(), SHALLOW, threads=threads)
    rated = matrix["ratings_received_count"] > 0
    X, target, moment = matrix.values[rated], target[rated], moments.as_of[rated]
    member = np.asarray(moments.applicant_ids)[rated]
    ahead, across = forward(X, target, moment, fit), by_member(X, target, member, fit)
    mean = -matrix["ratings_received_mean"][rated]
    return {
        "mean rating so far": auc(target, mean),
        "in time": auc(ahead.bad, ahead.log_odds),
        "across members": auc(across.bad, across.log_odds),
    }


def main() -> None:
    """Print how well earlier ratings tell the next one."""
    folder = data_folder("bitcoin_trust")
    moments, portfolio, negative = load(folder)
    print(portfolio)
    print(f"{len(moments):,} ratings, {negative.mean():.1%} negative; {len(features())} features")
    for permuted in (False, True):
        print("targets permuted" if permuted else "as they are")
        for name, value in evaluate(folder, permuted=permuted).items():
            print(f"  AUC {name}: {value:.4f}")


if __name__ == "__main__":
    main()
