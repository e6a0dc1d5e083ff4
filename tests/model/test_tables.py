"""Whatever holds the same values gives the same model: labels count by label, whoever stores them."""

from __future__ import annotations

import pickle
import warnings
from decimal import Decimal

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse

from creditscore.errors import NameUnknownError, ParameterError, UnseenLabelsWarning
from creditscore.model.baseline import LogisticBaseline
from creditscore.model.scorer import CreditScorer

PURPOSES = ("boat", "car", "home")
MADE = {
    "scorer": lambda **more: CreditScorer(n_estimators=20, learning_rate=0.2, threads=1, **more),
    "baseline": LogisticBaseline,
}


def frame_of(n=500, seed=0):
    rng = np.random.default_rng(seed)
    return pd.DataFrame(
        {
            "debt": rng.exponential(10.0, n).round(3),
            "purpose": rng.choice(PURPOSES, n).astype(object),
            "owner": rng.random(n) < 0.5,
            "loans": rng.integers(0, 5, n),
        }
    )


FRAME = frame_of()
BAD = (
    FRAME["debt"] + 9.0 * (FRAME["purpose"] == "boat") + np.random.default_rng(1).normal(0, 4, 500) > 18
).astype(int)

FORMS = {
    "text of pandas 3": lambda f: f.astype({"purpose": "str"}),
    "string": lambda f: f.astype({"purpose": "string"}),
    "category": lambda f: f.astype({"purpose": "category"}),
    "category of another order": lambda f: f.assign(
        purpose=pd.Categorical(f["purpose"], categories=["home", "never", "car", "boat"])
    ),
    "nullable": lambda f: f.astype({"debt": "Float64", "owner": "boolean", "loans": "Int64"}),
    "arrow of pandas": lambda f: f.convert_dtypes(dtype_backend="pyarrow"),
    "decimals": lambda f: f.assign(debt=[Decimal(str(value)) for value in f["debt"]]),
    "truths among objects": lambda f: f.assign(owner=f["owner"].astype(object)),
    "polars": pl.from_pandas,
    "polars categories": lambda f: pl.from_pandas(f).with_columns(pl.col("purpose").cast(pl.Categorical)),
    "polars enumeration": lambda f: pl.from_pandas(f).with_columns(
        pl.col("purpose").cast(pl.Enum(["car", "home", "boat"]))
    ),
    "arrow": pa.Table.from_pandas,
    "arrow dictionary": lambda f: pa.Table.from_pandas(f.astype({"purpose": "category"})),
}


@pytest.fixture(scope="module", params=MADE)
def fitted(request):
    return MADE[request.param]().fit(FRAME, BAD)


@pytest.mark.parametrize("form", FORMS)
def test_every_form_of_the_same_values_is_fitted_and_scored_alike(fitted, form):
    expected = fitted.predict_proba(FRAME)
    other = FORMS[form](FRAME)
    assert np.array_equal(fitted.predict_proba(other), expected)
    again = type(fitted)(**fitted.get_params()).fit(other, BAD)
    assert np.array_equal(again.predict_proba(FRAME), expected)
    assert again.reader_.labels == {1: PURPOSES}


@pytest.mark.parametrize("made", MADE.values(), ids=MADE)
def test_lists_and_arrays_of_objects_are_read_by_column(made, fitted):
    rows = FRAME.to_numpy(dtype=object)
    assert np.array_equal(
        made().fit(rows, BAD).predict_proba(rows), made().fit(FRAME, BAD).predict_proba(FRAME)
    )
    as_list = made().fit(rows.tolist(), BAD.tolist())
    assert np.array_equal(as_list.predict(rows), made().fit(rows, BAD).predict(rows))


def test_labels_do_carry_what_is_known(fitted):
    alike = FRAME.head(3).assign(debt=10.0, owner=True, loans=1, purpose=PURPOSES)
    risk = fitted.predict_proba(alike)[:, 1]
    assert risk[0] > 2 * max(risk[1:])


@settings(max_examples=20, deadline=None)
@given(st.permutations([*PURPOSES, "plane", "yacht"]), st.integers(0, 2**32 - 1))
def test_codes_of_a_library_never_matter(order, seed):
    rng = np.random.default_rng(seed)
    model = KEPT
    rows = FRAME.sample(20, random_state=rng.integers(2**31))
    coded = rows.assign(purpose=pd.Categorical(rows["purpose"], categories=order))
    assert np.array_equal(model.predict_proba(coded), model.predict_proba(rows))


KEPT = LogisticBaseline().fit(FRAME, BAD)


def test_labels_that_fitting_did_not_see_are_missing_and_counted(fitted):
    new = FRAME.head(6).assign(purpose=["yacht", "yacht", "plane", "car", "boat", None])
    gone = new.assign(purpose=[None, None, None, "car", "boat", None])
    with pytest.warns(UnseenLabelsWarning, match=r"purpose: 'yacht' \(2\), purpose: 'plane' \(1\)") as told:
        scored = fitted.predict_proba(new)
    assert told[0].message.counts == {"purpose": {"yacht": 2, "plane": 1}}
    assert told[0].filename == __file__
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert np.array_equal(fitted.predict_proba(gone), scored)


def test_what_was_not_seen_can_be_asked_without_a_warning():
    model = MADE["scorer"]().fit(FRAME, BAD)
    assert model.unseen_labels(FRAME) == {}
    assert model.unseen_labels(FRAME.assign(purpose="yacht")) == {"purpose": {"yacht": 500}}
    numbers = FRAME.assign(purpose=pd.Categorical(FRAME["loans"]))
    model.fit(numbers, BAD)
    assert model.model_.categories == {1: (0.0, 1.0, 2.0, 3.0, 4.0)}
    assert model.unseen_labels(numbers.assign(purpose=9)) == {"purpose": {9.0: 500}}


def test_labels_of_rows_without_weight_are_not_seen(fitted):
    weight = np.where(FRAME["purpose"] == "home", 0.0, 1.0)
    model = type(fitted)(**fitted.get_params()).fit(FRAME, BAD, sample_weight=weight)
    assert model.reader_.labels == {1: ("boat", "car")}
    with pytest.warns(UnseenLabelsWarning, match="'home'"):
        model.predict(FRAME)


def test_blanks_are_missing_and_letters_compare_in_normal_form(fitted):
    composed, apart = "caf\u00e9", "cafe\u0301"
    model = type(fitted)(**fitted.get_params()).fit(
        FRAME.assign(purpose=np.where(FRAME["purpose"] == "boat", composed, FRAME["purpose"])), BAD
    )
    rows = FRAME.head(2)
    assert np.array_equal(
        model.predict_proba(rows.assign(purpose=composed)), model.predict_proba(rows.assign(purpose=apart))
    )
    assert np.array_equal(
        model.predict_proba(rows.assign(purpose=" ")), model.predict_proba(rows.assign(purpose=None))
    )


def test_ordered_labels_are_quantities_and_may_have_a_sign():
    graded = FRAME.assign(
        purpose=pd.Categorical(FRAME["purpose"], categories=["home", "car", "boat"], ordered=True)
    )
    model = MADE["scorer"](signs={"purpose": 1}).fit(graded, BAD)
    assert model.reader_.labels == {1: ("home", "car", "boat")}
    assert model.model_.categories == {}
    rows = FRAME.head(1)
    risk = [float(model.predict_proba(rows.assign(purpose=one))[0, 1]) for one in ("home", "car", "boat")]
    assert risk == sorted(risk)
    assert risk[2] > risk[0]
    years = FRAME.assign(purpose=pd.Categorical(FRAME["loans"], categories=[4, 0, 3, 1, 2], ordered=True))
    assert MADE["scorer"]().fit(years, BAD).reader_.labels == {1: (4.0, 0.0, 3.0, 1.0, 2.0)}
    with pytest.raises(ParameterError, match="0 for the categorical column 'purpose'"):
        MADE["scorer"](signs={"purpose": 1}).fit(FRAME, BAD)


def test_a_column_that_was_text_is_not_read_as_numbers_nor_the_other_way(fitted):
    for other in (FRAME.assign(purpose=1), FRAME.assign(debt="high")):
        with pytest.raises(ParameterError, match=r"held (text|numbers) when the model was fitted"):
            fitted.predict(other)
    with (
        pytest.warns(UserWarning, match="valid feature names"),
        pytest.raises(ParameterError, match="'purpose' of X held text"),
    ):
        fitted.predict(np.ones((2, 4)))
    assert np.isfinite(fitted.predict_proba(FRAME.assign(purpose=None))).all()


@pytest.mark.parametrize("made", MADE.values(), ids=MADE)
@pytest.mark.parametrize(
    ("column", "told"),
    [
        (pd.Timestamp("2024-01-01"), "holds times"),
        ([f"person {k}" for k in range(500)], "tell rows apart"),
        ([1, "a"] * 250, "values of several types"),
        (pd.period_range("2020-01", periods=500, freq="M"), "values of several types"),
        (pd.to_timedelta(range(500), unit="D"), "values of several types"),
    ],
    ids=["times", "names", "mixture", "periods", "durations"],
)
def test_columns_that_cannot_be_read_are_refused_by_name(made, column, told):
    with pytest.raises(ParameterError, match=f"'odd' of X.*{told}"):
        made().fit(FRAME.assign(odd=column), BAD)


@pytest.mark.parametrize("made", MADE.values(), ids=MADE)
def test_two_columns_of_one_name_and_no_column_are_refused(made):
    with pytest.raises(ParameterError, match="one column of each name"):
        made().fit(pd.concat([FRAME, FRAME], axis=1), BAD)
    with pytest.raises(ValueError, match=r"0 feature\(s\)"):
        made().fit(FRAME[[]], BAD)


@pytest.mark.parametrize("made", MADE.values(), ids=MADE)
def test_columns_of_labels_may_be_named(made):
    named = made(categorical_features=["purpose", "loans"]).fit(FRAME, BAD)
    counted = made().fit(FRAME.astype({"loans": "category"}), BAD)
    assert np.array_equal(named.predict_proba(FRAME), counted.predict_proba(FRAME))
    with pytest.raises(ParameterError, match="Name it in categorical_features"):
        made(categorical_features=["loans"]).fit(FRAME, BAD)
    with pytest.raises(ParameterError, match="Name it in categorical_features"):
        made(categorical_features=None).fit(FRAME, BAD)
    with pytest.raises(NameUnknownError, match="Did you mean 'loans'"):
        made(categorical_features=["loan"]).fit(FRAME, BAD)
    with pytest.raises(ParameterError, match="'from_dtype', a sequence"):
        made(categorical_features="purpose").fit(FRAME, BAD)


@pytest.mark.parametrize("made", MADE.values(), ids=MADE)
def test_sparse_matrices_are_what_they_stand_for(made):
    rng = np.random.default_rng(0)
    full = np.where(rng.random((300, 4)) < 0.6, 0.0, rng.normal(size=(300, 4)))
    y = (full[:, 0] + rng.normal(size=300) > 0.3).astype(int)
    expected = made().fit(full, y).predict_proba(full)
    for form in (sparse.csr_matrix, sparse.csc_array, sparse.coo_array, sparse.lil_matrix):
        assert np.array_equal(made().fit(form(full), y).predict_proba(form(full)), expected)
    with_columns = pd.DataFrame.sparse.from_spmatrix(sparse.csr_matrix(full)).add_prefix("c")
    assert np.array_equal(made().fit(with_columns, y).predict_proba(with_columns), expected)


@pytest.mark.parametrize(
    "outcomes",
    [
        pd.Series(BAD).astype("boolean"),
        pd.Series(BAD).astype("Int64"),
        pl.Series(BAD.to_numpy() == 1),
        pa.chunked_array([BAD.to_numpy()]),
        np.array((BAD == 1).tolist(), dtype=object),
        (BAD == 1).tolist(),
    ],
    ids=["nullable truths", "nullable numbers", "polars", "arrow", "objects", "list"],
)
def test_outcomes_of_any_library_are_read(fitted, outcomes):
    again = type(fitted)(**fitted.get_params()).fit(FRAME, outcomes)
    assert np.array_equal(again.predict_proba(FRAME), fitted.predict_proba(FRAME))


@pytest.mark.parametrize("kind", ["category", "string", "str", "string[pyarrow]"])
def test_outcomes_may_be_texts_of_any_type(fitted, kind):
    texts = pd.Series(np.where(BAD == 1, "charged off", "paid")).astype(kind)
    again = type(fitted)(**fitted.get_params() | {"positive_label": "charged off"}).fit(FRAME, texts)
    assert again.classes_.tolist() == ["charged off", "paid"]
    assert again.bad_label_ == "charged off"
    assert np.array_equal(again.probability_of_bad(FRAME), fitted.probability_of_bad(FRAME))


@pytest.mark.parametrize(
    "gap", [pd.Series([None, *BAD[1:]], dtype="boolean"), [None, *BAD[1:].astype(object)]]
)
def test_outcomes_that_are_missing_are_refused(fitted, gap):
    with pytest.raises(ValueError, match=r"missing values|contains NaN"):
        type(fitted)(**fitted.get_params()).fit(FRAME, gap)


def test_a_model_with_labels_survives_pickling(fitted):
    again = pickle.loads(pickle.dumps(fitted))
    assert np.array_equal(again.predict_proba(FRAME), fitted.predict_proba(FRAME))
