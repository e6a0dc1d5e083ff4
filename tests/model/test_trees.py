"""Raw scores against LightGBM itself, and model texts that lie."""

from __future__ import annotations

import re
import threading

import lightgbm as lgb
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from creditscore.errors import ArtefactError, ParameterError
from creditscore.model.trees import Trees

ZEROS = [0.0, -0.0, 1e-36, -1e-36, 1e-35, 1.1e-35, -1.1e-35]
NUMBERS = [np.nan, np.inf, -np.inf, 1e300, -1.0, -0.5, 0.5, 3.0, 7.9]
CATEGORIES = [31.0, 32.0, 40.0, 63.0, 64.0, 1e6, 2.0**31 - 1, 2.0**31, -(2.0**31), 1e19]
STRANGE = np.array([*ZEROS, *NUMBERS, *CATEGORIES])


def random_booster(
    seed: int,
    *,
    rows: int = 400,
    trees: int = 8,
    parameters: dict[str, object] | None = None,
) -> tuple[lgb.Booster, np.ndarray]:
    """A model on columns with gaps, zeros, few values and a category, and rows that it never saw."""
    rng = np.random.default_rng(seed)

    def draw(n: int) -> np.ndarray:
        X = rng.normal(size=(n, 5))
        X[rng.random(X.shape) < 0.2] = np.nan
        X[:, 1] = np.where(rng.random(n) < 0.5, 0.0, X[:, 1])
        X[:, 2] = rng.integers(0, 4, n)
        X[:, 4] = rng.integers(0, 45, n)
        return X

    X = draw(rows)
    logit = np.nan_to_num(X[:, 0]) + np.isin(X[:, 4] % 7, [1, 4]) - 2.0 * np.isnan(X[:, 3])
    y = (rng.random(rows) < 1 / (1 + np.exp(-logit))).astype(float)
    settings = {
        "objective": "binary", "num_leaves": 15, "min_data_in_leaf": 3, "max_cat_to_onehot": 2,
        "min_data_per_group": 5, "cat_smooth": 1.0, "verbose": -1, "num_threads": 1, "seed": seed % 1000,
    } | (parameters or {})  # fmt: skip
    booster = lgb.train(settings, lgb.Dataset(X, y, categorical_feature=[4], params=settings), trees)
    fresh = draw(200)
    odd = rng.random(fresh.shape) < 0.2
    fresh[odd] = rng.choice(STRANGE, odd.sum())
    return booster, fresh


@settings(deadline=None, max_examples=25)
@given(
    seed=st.integers(0, 2**32 - 1),
    parameters=st.fixed_dictionaries(
        {
            "num_leaves": st.integers(2, 100),
            "zero_as_missing": st.booleans(),
            "use_missing": st.booleans(),
            "monotone_constraints": st.sampled_from([[0, 0, 0, 0, 0], [1, -1, 1, -1, 0]]),
            "bagging_fraction": st.sampled_from([0.5, 1.0]),
            "bagging_freq": st.just(1),
        }
    ),
)
def test_raw_scores_equal_lightgbm_to_the_bit(seed: int, parameters: dict[str, object]) -> None:
    booster, X = random_booster(seed, parameters=parameters)
    expected = booster.predict(X, raw_score=True)
    trees = Trees.from_lightgbm_text(booster.model_to_string())
    assert np.array_equal(trees.raw_scores(X), expected)
    one_by_one = [trees.raw_scores(X[row : row + 1])[0] for row in range(len(X))]
    assert np.array_equal(one_by_one, expected)


@pytest.mark.parametrize("leaves", [4, 64, 65])
def test_any_number_of_rows_gives_the_same_bits(leaves: int) -> None:
    booster, X = random_booster(leaves, rows=2_000, parameters={"num_leaves": leaves, "max_depth": 64})
    trees = Trees.from_lightgbm_text(booster.model_to_string())
    X = np.tile(X, (3, 1))
    expected = booster.predict(X, raw_score=True)
    assert max(tree["num_leaves"] for tree in booster.dump_model()["tree_info"]) == leaves
    for n in (1, 2, 3, 4, 7, 8, 9, 255, 256, 257, 513, 600):
        assert np.array_equal(trees.raw_scores(X[:n], threads=1), expected[:n])


def test_threads_and_memory_layout_change_no_bit() -> None:
    booster, X = random_booster(5, trees=30)
    X = np.tile(X, (20, 1))
    trees = Trees.from_lightgbm_text(booster.model_to_string())
    expected = trees.raw_scores(X, threads=1)
    assert np.array_equal(trees.raw_scores(X, threads=3), expected)
    assert np.array_equal(trees.raw_scores(np.asfortranarray(X)), expected)
    assert np.array_equal(expected, booster.predict(X, raw_score=True))


def test_eight_callers_at_once_get_the_same_scores() -> None:
    booster, X = random_booster(6)
    trees = Trees.from_lightgbm_text(booster.model_to_string())
    expected = trees.raw_scores(X)
    answers: list[np.ndarray] = []
    callers = [threading.Thread(target=lambda: answers.append(trees.raw_scores(X))) for _ in range(8)]
    for caller in callers:
        caller.start()
    for caller in callers:
        caller.join()
    assert len(answers) == 8
    assert all(np.array_equal(answer, expected) for answer in answers)


def test_models_without_a_split_give_their_constant() -> None:
    booster, X = random_booster(7, parameters={"min_data_in_leaf": 1000})
    trees = Trees.from_lightgbm_text(booster.model_to_string())
    assert trees.n_leaves == trees.n_trees
    assert np.array_equal(trees.raw_scores(X), booster.predict(X, raw_score=True))


def test_no_rows_give_no_scores() -> None:
    booster, X = random_booster(8)
    assert Trees.from_lightgbm_text(booster.model_to_string()).raw_scores(X[:0]).shape == (0,)


def test_counts_of_a_node_are_those_of_its_leaves() -> None:
    booster, _ = random_booster(9)
    trees = Trees.from_lightgbm_text(booster.model_to_string())
    assert (trees.node_counts[trees.roots[trees.roots >= 0]] == 400).all()


def test_arrays_cannot_be_written() -> None:
    trees = Trees.from_lightgbm_text(random_booster(10)[0].model_to_string())
    with pytest.raises(ValueError, match="read-only"):
        trees.leaf_values[0] = 1.0


@pytest.mark.parametrize("X", [np.zeros((2, 4)), np.zeros(5)])
def test_a_wrong_shape_is_refused_with_the_number_of_columns(X: np.ndarray) -> None:
    trees = Trees.from_lightgbm_text(random_booster(11)[0].model_to_string())
    with pytest.raises(ParameterError, match="matrix with 5 columns"):
        trees.raw_scores(X)


@pytest.mark.parametrize(
    ("parameters", "named"),
    [
        ({"objective": "regression"}, "objective 'regression'"),
        ({"sigmoid": 2.0}, "objective 'binary sigmoid:2'"),
        ({"linear_tree": True}, "linear"),
        ({"boosting": "rf", "bagging_fraction": 0.5, "bagging_freq": 1}, "average"),
        ({"objective": "multiclass", "num_class": 2}, "multiclass"),
    ],
)
def test_other_kinds_of_model_are_refused_by_name(parameters: dict[str, object], named: str) -> None:
    booster, _ = random_booster(12, parameters=parameters)
    with pytest.raises(ArtefactError, match=named):
        Trees.from_lightgbm_text(booster.model_to_string())


def first_values(text: str, key: str, change: dict[int, str]) -> str:
    """The text with some values of the first occurrence of a key replaced."""

    def replaced(match: re.Match[str]) -> str:
        values = match.group(1).split()
        for position, value in change.items():
            values[position] = value
        return f"\n{key}={' '.join(values)}\n"

    return re.sub(rf"\n{key}=(.*)\n", replaced, text, count=1)


@pytest.mark.parametrize(
    ("key", "change", "complaint"),
    [
        ("left_child", {0: "0"}, "name each leaf"),
        ("left_child", {-1: "9999"}, "left_child must lie within"),
        ("right_child", {-1: "-9999"}, "right_child must lie within"),
        ("right_child", {0: "x"}, "not an integer"),
        ("left_child", {0: "9" * 30}, "not an integer"),
        ("split_feature", {0: "5"}, "split_feature must lie within 0 and 4"),
        ("split_feature", {0: "-1"}, "split_feature must lie within"),
        ("threshold", {0: "nan"}, "threshold must not be NaN"),
        ("threshold", {0: "one"}, "not a number"),
        ("leaf_value", {0: "inf"}, "leaf_value must be finite"),
        ("leaf_count", {0: "-1"}, "leaf_count must lie within"),
        ("decision_type", {0: "12"}, "decision_type must lie within"),
        ("cat_boundaries", {0: "1"}, "cat_boundaries"),
        ("cat_boundaries", {-1: "900"}, "cat_boundaries"),
        ("cat_threshold", {0: str(2**32)}, "cat_threshold must lie within"),
        ("num_leaves", {0: "3"}, "values, not"),
        ("num_leaves", {0: "999999999999"}, "num_leaves must lie within"),
        ("num_leaves", {0: "0"}, "num_leaves must lie within"),
        ("Tree", {0: "1"}, "tree '1' stands"),
        ("max_feature_idx", {0: "7"}, "max_feature_idx=7"),
        ("version", {0: "v9"}, "format version 'v9'"),
        ("tree_sizes", {0: "1 1"}, "promises 9 trees and holds 8"),
    ],
)
def test_a_text_that_lies_is_refused(key: str, change: dict[int, str], complaint: str) -> None:
    text = random_booster(13)[0].model_to_string()
    with pytest.raises(ArtefactError, match=complaint):
        Trees.from_lightgbm_text(first_values(text, key, change))


def test_a_cycle_is_refused() -> None:
    text = """tree
version=v4
num_class=1
num_tree_per_iteration=1
max_feature_idx=0
objective=binary sigmoid:1
feature_names=a
tree_sizes=1

Tree=0
num_leaves=4
num_cat=0
split_feature=0 0 0
threshold=0 0 0
decision_type=2 2 2
left_child=-1 2 1
right_child=-2 -3 -4
leaf_value=1 2 3 4
leaf_count=1 1 1 1
is_linear=0

end of trees
"""
    with pytest.raises(ArtefactError, match="cycle"):
        Trees.from_lightgbm_text(text)


def test_a_categorical_split_without_its_set_is_refused() -> None:
    text = random_booster(14)[0].model_to_string()
    blocks = text.split("\nTree=")
    block = next(part for part in blocks if re.search(r"\nnum_cat=[1-9]", part))
    damaged = re.sub(r"\nthreshold=.*", lambda found: re.sub(r"[^= \n]+(?= |$)", "77", found[0]), block)
    assert damaged != block
    with pytest.raises(ArtefactError, match="not the number of one of"):
        Trees.from_lightgbm_text(text.replace(block, damaged))


@settings(deadline=None, max_examples=150)
@given(data=st.data())
def test_no_damage_crashes_or_hangs(data: st.DataObject) -> None:
    text = SMALL_TEXT
    start = data.draw(st.integers(0, len(text)))
    stop = data.draw(st.integers(start, min(len(text), start + 40)))
    text = text[:start] + data.draw(st.text(alphabet="0123456789-. =\nae", max_size=12)) + text[stop:]
    try:
        trees = Trees.from_lightgbm_text(text)
    except ArtefactError:
        return
    trees.raw_scores(np.zeros((2, trees.n_features)))


SMALL_TEXT = (
    random_booster(15, trees=2, parameters={"num_leaves": 6})[0].model_to_string().split("\nparameters")[0]
)


@pytest.mark.parametrize("seed", [3, 4])
def test_a_row_has_the_same_bits_alone_and_among_any_number_of_others(seed):
    booster, X = random_booster(seed)
    trees = Trees.from_lightgbm_text(booster.model_to_string())
    alone = np.concatenate([trees.raw_scores(row[None, :]) for row in X[:21]])
    for rows in range(1, 22):
        assert (trees.raw_scores(X[:rows]) == alone[:rows]).all()
