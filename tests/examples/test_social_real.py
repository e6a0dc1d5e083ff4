"""Social signals on real graphs: a household's own label stays out, and no rating knows a later one."""

from __future__ import annotations

import bitcoin_trust
import numpy as np
import pandas as pd
import pytest
import villages
from _common import credit_scorer

import creditscore as cs
from creditscore.validation import auc

# Of two parts, each model knows half of the rows: one that knows all is deployed.
QUICK = villages.SHALLOW | {"n_estimators": 60, "learning_rate": 0.1, "n_folds": 2, "bag": False}


@pytest.fixture(scope="module")
def households(real_data) -> tuple[pd.DataFrame, pd.DataFrame]:
    place = real_data("microfinance_villages/households.parquet").parent
    return tuple(pd.read_parquet(place / f"{name}.parquet") for name in ("households", "edges"))


@pytest.fixture(scope="module")
def ratings(real_data) -> pd.DataFrame:
    return bitcoin_trust.read(real_data("bitcoin_trust/alpha.parquet").parent)


def village_features(households: pd.DataFrame, edges: pd.DataFrame) -> tuple[np.ndarray, tuple[str, ...]]:
    plain = cs.StandingPrivacy.unprotected(secret=b"villages of a survey", secret_name="trial")
    applications, portfolio = villages.assemble(households, edges, plain)
    matrix = cs.CreditPipeline(villages.features(), threads=1).compute_features(applications, portfolio)
    return matrix.values, matrix.names


@pytest.fixture(scope="module")
def village_matrix(households) -> tuple[np.ndarray, tuple[str, ...]]:
    return village_features(*households)


def test_the_share_of_neighbours_tells_who_took_the_loan(households, village_matrix):
    people, _ = households
    values, names = village_matrix
    took, village = people["loan"].to_numpy(), people["village"].to_numpy()
    share = villages.neighbour_share(values[:, names.index("neighbours_defaulted_share")], took, village)
    assert 0.62 <= share < 0.70  # 0.644 and more where a single neighbour is enough


def test_a_household_s_own_label_is_not_in_its_features(households, village_matrix):
    people, edges = households
    values, names = village_matrix
    for row in (0, 1234, 4000):
        turned = people.copy()
        turned.loc[row, "loan"] = 1 - turned.loc[row, "loan"]
        again, _ = village_features(turned, edges)
        assert np.allclose(again[row], values[row], rtol=0, atol=1e-9, equal_nan=True)
        assert not np.array_equal(again, values, equal_nan=True), "the neighbours do see it"
    assert len(names) == values.shape[1]


def test_the_neighbours_count_by_hand(households, village_matrix):
    people, edges = households
    values, names = village_matrix
    took = people.set_index("hh")["loan"]
    both = edges[edges["hh1"] != edges["hh2"]].drop_duplicates()
    count = both.assign(took=both["hh2"].map(took)).groupby("hh1")["took"].sum()
    count[both.groupby("hh1").size() < 5] = np.nan
    expected = count.reindex(people["hh"]).to_numpy()
    seen = values[:, names.index("neighbours_defaulted_count")]
    assert np.array_equal(seen, expected, equal_nan=True)


@pytest.mark.long
def test_villages_left_out(households, village_matrix):
    people, _ = households
    took, village = people["loan"].to_numpy(np.int64), people["village"].to_numpy()
    fit = credit_scorer(villages.features(), QUICK, threads=1)
    run = villages.leave_one_village_out(village_matrix[0], took, village, fit)
    assert run.auc > 0.65


def rating_features(ratings: pd.DataFrame, moments: pd.DataFrame) -> np.ndarray:
    portfolio = cs.Portfolio(**bitcoin_trust.tables(ratings), privacy=bitcoin_trust.PRIVACY)
    pipeline = cs.CreditPipeline(bitcoin_trust.features(), threads=1)
    return pipeline.compute_features(cs.Applications(moments), portfolio).values


def test_ratings_of_the_future_change_nothing(ratings):
    moments = bitcoin_trust.applications(ratings)
    before = rating_features(ratings, moments)
    now = ratings["time"].iloc[len(ratings) // 2]
    later = ratings["time"] >= now
    changed = ratings.copy()
    random = np.random.default_rng(0)
    changed.loc[later, "rating"] = random.permutation(changed.loc[later, "rating"].to_numpy()) * -1
    changed.loc[later, "target"] = random.permutation(changed.loc[later, "target"].to_numpy())
    changed.loc[later, "time"] += pd.to_timedelta(random.integers(0, 900, int(later.sum())), unit="D")
    settled = (ratings["time"] <= now).to_numpy()
    after = rating_features(changed, moments)
    assert np.array_equal(before[settled], after[settled], equal_nan=True)
    assert not np.array_equal(before[~settled], after[~settled], equal_nan=True)


def test_two_members_are_tied_once_both_have_rated_each_other_by_hand(ratings):
    first = ratings.iloc[:4000]
    values = rating_features(first, bitcoin_trust.applications(first))
    names = bitcoin_trust.features().names
    kind = {True: 0, False: 0}
    for row in range(0, 4000, 61):
        one = first.iloc[row]
        known = first[(first["time"] < one["time"]) & (first["rating"] >= 0)]
        raters = set(known[known["target"] == one["target"]]["source"])
        rated = set(known[known["source"] == one["target"]]["target"])
        seen = values[row, names.index("ties_count")]
        assert np.isnan(seen) if not raters & rated else seen == len(raters & rated)
        kind[raters <= rated] += 1
    assert min(kind.values()) >= 10, "of both kinds there are many: those with one-way ratings, and others"


def test_the_mean_rating_so_far_by_hand(ratings):
    first = ratings.iloc[:3000]
    values = rating_features(first, bitcoin_trust.applications(first))
    names = bitcoin_trust.features().names
    for row in range(0, 3000, 97):
        one = first.iloc[row]
        known = first[(first["target"] == one["target"]) & (first["time"] < one["time"])]["rating"]
        seen = values[row, names.index("ratings_received_mean")]
        assert np.isnan(seen) if known.empty else seen == pytest.approx(known.mean())


@pytest.mark.long
def test_bitcoin_ahead_of_time(ratings):
    moments, negative = bitcoin_trust.applications(ratings), (ratings["rating"] < 0).to_numpy(np.int64)
    values = rating_features(ratings, moments)
    rated = values[:, bitcoin_trust.features().names.index("ratings_received_count")] > 0
    as_of = moments["as_of"].astype("int64").to_numpy()[rated]
    quick = bitcoin_trust.SHALLOW | {"n_estimators": 60, "learning_rate": 0.1, "n_folds": 2}
    fit = credit_scorer(bitcoin_trust.features(), quick, threads=1)
    told = bitcoin_trust.forward(values[rated], negative[rated], as_of, fit)
    assert auc(told.bad, told.log_odds) > 0.8
    shuffled = np.random.default_rng(1).permutation(negative[rated])
    nothing = bitcoin_trust.forward(values[rated], shuffled, as_of, fit)
    assert abs(auc(nothing.bad, nothing.log_odds) - 0.5) < 0.04
