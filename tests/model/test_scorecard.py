"""A scorecard against its own card worked out by hand, and against all that a booster must keep to."""

from __future__ import annotations

import json

import numpy as np
import pytest

import creditscore as cs
from creditscore.errors import ArtefactError, FittingError, MissingExtraError, ParameterError
from creditscore.model.card_points import points_table
from creditscore.pipeline.recipe import scorer_from, scorer_settings
from creditscore.validation import auc
from creditscore.verify.decision import verify_record
from creditscore.verify.model import verify_model

SIGNS = (1, -1, 0, 0)
CATEGORICAL = (3,)


def made(seed=0, n=2_400, missing=0.15):
    random = np.random.default_rng(seed)
    X = random.normal(size=(n, 4))
    X[:, 3] = random.integers(10, 16, n)
    risk = X[:, 0] - X[:, 1] + 0.7 * np.abs(X[:, 2]) + 0.5 * np.sin(X[:, 3]) - 2.0
    bad = (random.random(n) < 1 / (1 + np.exp(-risk))).astype(np.int64)
    X[random.random((n, 4)) < missing] = np.nan
    return X, bad


@pytest.fixture(scope="module")
def card():
    X, bad = made()
    return cs.Scorecard(signs=SIGNS, categorical_features=CATEGORICAL).fit(X, bad), X, bad


def by_hand(card, row):
    """Log-odds from the card alone, bin by bin."""
    total = card.card_.intercept
    for bins, coefficient in zip(card.card_.bins, card.card_.coefficients, strict=True):
        value = row[bins.column]
        if bins.column in CATEGORICAL:
            labels = card.model_.categories[bins.column]
            code = labels.index(value) if value in labels else None
            number = next((i for i, codes in enumerate(bins.labels) if code in codes), bins.n_bins)
        elif np.isnan(value):
            number = bins.n_bins
        else:
            oriented = -value if SIGNS[bins.column] < 0 else value
            number = sum(oriented > cut for cut in bins.cuts)
        total += coefficient * bins.evidence[number]
    line = card.model_.calibration
    return line.slope * total + line.intercept


def test_the_trees_say_what_the_card_says(card):
    fitted, X, _ = card
    rows = np.vstack([X[:200], np.full((1, 4), np.nan), [[9.0, 9.0, 9.0, 99.0]]])
    expected = [by_hand(fitted, row) for row in rows]
    assert fitted.model_.log_odds(rows) == pytest.approx(expected, abs=1e-12)


def test_counts_evidence_and_information_by_counting(card):
    fitted, X, bad = card
    for bins in fitted.card_.bins:
        assert bins.rows.sum() == len(bad)
        assert bins.bads.sum() == bad.sum()
        assert bins.rows[-1] == np.isnan(X[:, bins.column]).sum()
        assert (bins.rows[:-1] >= 24).all() or bins.column in CATEGORICAL
        assert bins.n_bins <= 20
    frame = points_table(fitted.model_, cs.ScoreScale()).to_counts(X, bad)
    first = frame[frame.feature == "x0"]
    assert first.rows.sum() == len(bad)
    expected = 0.0
    for row in first.itertuples():
        inside = np.isnan(X[:, 0]) if row.missing else (X[:, 0] > row.above) & (X[:, 0] <= row.up_to)
        assert row.rows == inside.sum()
        assert row.bads == bad[inside].sum()
        shares = bad[inside].sum() / bad.sum(), (1 - bad[inside]).sum() / (1 - bad).sum()
        assert row.evidence == pytest.approx(np.log(shares[0] / shares[1]))
        expected += (shares[0] - shares[1]) * row.evidence
    assert first.information_value.iloc[0] == pytest.approx(expected)


def test_points_add_up_to_the_score(card):
    fitted, X, _ = card
    scale = cs.ScoreScale()
    table = points_table(fitted.model_, scale)
    rows = np.vstack([X, [[9.0, 9.0, 9.0, 99.0]]])
    assert table.of(rows) == pytest.approx(scale.points(fitted.model_.log_odds(rows)), abs=1e-9)
    assert "base" in str(table)
    assert "<table" in table._repr_html_()


@pytest.mark.parametrize("seed", range(6))
def test_risk_keeps_to_signs_and_a_missing_value_is_never_the_best(seed):
    X, bad = made(seed, n=500)
    X[:, 1][bad == 1] = np.where(np.arange(bad.sum()) % 2, np.nan, X[:, 1][bad == 1])
    X[:, 0][bad == 0] = np.where(np.arange((bad == 0).sum()) % 3, X[:, 0][bad == 0], np.nan)
    card = cs.Scorecard(signs=SIGNS, categorical_features=CATEGORICAL).fit(X, bad)
    grid = np.linspace(-4, 4, 200)
    for column in (0, 1):
        rows = np.tile(X[0], (201, 1))
        rows[:, column] = [*(grid * SIGNS[column]), np.nan]
        risk = card.log_odds(rows)
        assert (np.diff(risk[:-1]) >= 0).all()
        assert risk[-1] >= risk[:-1].min()


def test_what_was_never_missing_is_worst_when_it_is(card):
    X, bad = made(3, missing=0.0)
    fitted = cs.Scorecard(signs=SIGNS, categorical_features=CATEGORICAL).fit(X, bad)
    for column, values in ((0, np.linspace(-4, 4, 50)), (2, np.linspace(-4, 4, 50)), (3, np.arange(10, 16))):
        rows = np.tile(X[0], (len(values) + 1, 1))
        rows[:, column] = [*values, np.nan]
        risk = fitted.log_odds(rows)
        assert risk[-1] == pytest.approx(risk[:-1].max())


def test_order_of_rows_and_threads_change_nothing():
    X, bad = made(1, n=800)
    order = np.random.default_rng(0).permutation(800)
    groups = np.array([f"p{i}" for i in range(800)])
    first = cs.Scorecard(signs=SIGNS, categorical_features=CATEGORICAL, threads=1).fit(X, bad, groups=groups)
    again = cs.Scorecard(signs=SIGNS, categorical_features=CATEGORICAL, threads=2).fit(
        X[order], bad[order], groups=groups[order]
    )
    assert [b.cuts.tolist() for b in first.card_.bins] == [b.cuts.tolist() for b in again.card_.bins]
    assert again.log_odds(X) == pytest.approx(first.log_odds(X), abs=1e-6)


def test_weights_count_as_copies():
    X, bad = made(2, n=600)
    settings = {"signs": SIGNS, "categorical_features": CATEGORICAL, "min_bin_rows": 1, "calibrate": False}
    weighted = cs.Scorecard(**settings).fit(X, bad, sample_weight=np.full(600, 2.0))
    doubled = cs.Scorecard(**settings).fit(
        np.vstack([X, X]), np.tile(bad, 2), groups=np.tile(np.arange(600), 2)
    )
    assert weighted.card_.intercept == pytest.approx(doubled.card_.intercept, abs=1e-4)
    for one, other in zip(weighted.card_.bins, doubled.card_.bins, strict=True):
        assert one.bads == pytest.approx(other.bads)


@pytest.mark.parametrize(
    "wrong",
    [{"binning": "best"}, {"n_bins": 1}, {"reg_lambda": 0.0}, {"n_features": 0}, {"most_correlation": 0.0}],
)
def test_parameters_that_cannot_be_are_refused(wrong):
    with pytest.raises(ParameterError):
        cs.Scorecard(**wrong).fit(*made(n=200))


def test_noise_is_flattened_or_refused():
    random = np.random.default_rng(0)
    X, bad = random.normal(size=(400, 2)), np.repeat([0, 1], 200)
    card = cs.Scorecard(least_information=0.5).fit(X, bad)
    assert card.dropped_ == ("x0", "x1")
    assert np.ptp(card.log_odds(X)) == 0.0
    with pytest.raises(FittingError):
        cs.Scorecard(least_information=0.5, on_no_signal="raise").fit(X, bad)


def test_columns_that_say_nothing_or_are_empty_get_no_points():
    X, bad = made(4, n=500)
    X[:, 2] = np.nan
    X = np.column_stack([X, np.ones(500)])
    card = cs.Scorecard(signs=(*SIGNS, 0), categorical_features=CATEGORICAL).fit(X, bad)
    assert {"x2", "x4"} <= set(card.dropped_)


def test_a_booster_is_no_scorecard():
    X, bad = made(n=400)
    booster = cs.CreditScorer(recipe="pairs", n_estimators=20).fit(X, bad)
    with pytest.raises(ParameterError, match="scorecard"):
        points_table(booster.model_, cs.ScoreScale())


def test_cuts_of_optbinning_keep_to_the_signs_too(card):
    X, bad = made()
    try:
        import optbinning  # noqa: F401
    except ModuleNotFoundError:
        with pytest.raises(MissingExtraError, match="scorecard"):
            cs.Scorecard(binning="optbinning").fit(X, bad)
        return
    fitted = cs.Scorecard(signs=SIGNS, categorical_features=CATEGORICAL, binning="optbinning").fit(X, bad)
    rows = X[:100]
    assert fitted.model_.log_odds(rows) == pytest.approx([by_hand(fitted, row) for row in rows], abs=1e-12)
    assert abs(auc(bad, fitted.log_odds(X)) - auc(bad, card[0].log_odds(X))) < 0.02
    ordered = [bins.evidence[:-1] for bins in fitted.card_.bins if SIGNS[bins.column]]
    assert all((np.diff(one) >= 0).all() for one in ordered)


@pytest.fixture(scope="module")
def decided(tmp_path_factory):
    data = cs.datasets.load_german()
    features = [cs.application_features(data.columns, data.categories)]
    pipeline = cs.CreditPipeline(features, scorer=cs.Scorecard())
    pipeline.fit(data.applications, cs.Portfolio(), data.bad)
    folder = tmp_path_factory.mktemp("card") / "model"
    pipeline.save(folder)
    return pipeline, cs.load(folder), folder, data


def test_a_pipeline_of_a_scorecard_is_saved_loaded_and_fitted_again(decided):
    pipeline, loaded, _, data = decided
    before = pipeline.score_many(data.applications, cs.Portfolio()).to_frame()
    assert before.equals(loaded.score_many(data.applications, cs.Portfolio()).to_frame())
    assert isinstance(loaded.scorer, cs.Scorecard)
    assert loaded.fit(data.applications, cs.Portfolio(), data.bad).model.model_id == pipeline.model.model_id


def test_decisions_by_a_scorecard_are_verified(decided):
    _, loaded, folder, data = decided
    findings, parts = verify_model(folder)
    assert findings.passed, str(findings)
    policy = cs.Policy("card", "1", cutoff=500.0)
    for number in range(6):
        one = data.applications.take([number])
        record = json.loads(loaded.decide(one, cs.Portfolio(), policy=policy).to_json())
        found = verify_record(record, parts)
        assert found.passed, str(found)


def test_reasons_by_points_add_up(decided):
    _, loaded, _, data = decided
    table = points_table(loaded.model.fitted, loaded.scale)
    explained = loaded.explain(data.applications.take(np.arange(20)), cs.Portfolio())
    result = loaded.score_many(data.applications.take(np.arange(20)), cs.Portfolio()).to_frame()
    matrix = loaded.model.computer.compute(data.applications.take(np.arange(20)), cs.Portfolio()).values
    assert np.round(table.of(matrix)).tolist() == result.score.tolist()
    points = table.of(matrix)
    told = -loaded.scale.factor * explained.values.sum(axis=1)
    assert points - points[0] == pytest.approx(told - told[0], abs=1e-9)


def test_settings_go_through_plain_data_and_unknown_kinds_are_refused():
    card = cs.Scorecard(n_bins=5, reg_lambda=3.0)
    stored = json.loads(json.dumps(scorer_settings(card)))
    assert scorer_from(stored).get_params() == card.get_params()
    assert "kind" not in scorer_settings(cs.CreditScorer())
    with pytest.raises(ArtefactError, match="oracle"):
        scorer_from({"kind": "oracle"})
