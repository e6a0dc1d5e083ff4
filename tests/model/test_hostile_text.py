"""A model text from anywhere: refused in one sentence, or read; LightGBM is given only what was read."""

from __future__ import annotations

import random

import lightgbm
import numpy as np
import pytest

from creditscore.errors import ArtefactError
from creditscore.model._lightgbm_text import DEEPEST, parse
from creditscore.model._lightgbm_writing import rewritten
from creditscore.verify.trees import read_trees


def trained(seed: int) -> tuple[np.ndarray, lightgbm.Booster]:
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(500, 6))
    X[:, 5] = rng.integers(0, 40, 500)
    X[rng.random(X.shape) < 0.15] = np.nan
    X[rng.random(X.shape) < 0.1] = 0.0
    y = rng.random(500) < 1 / (1 + np.exp(-np.nansum(X[:, :3], axis=1)))
    settings = {
        "objective": "binary", "verbose": -1, "seed": seed, "num_leaves": 15, "min_data_in_leaf": 5,
        "zero_as_missing": bool(seed % 2), "use_missing": seed % 3 > 0, "min_data_per_group": 5,
        "num_threads": 1,
    }  # fmt: skip
    data = lightgbm.Dataset(X, y.astype(float), categorical_feature=[5])
    return X, lightgbm.train(settings, data, 8)


@pytest.mark.parametrize("seed", range(6))
def test_lightgbm_takes_what_is_written_anew_for_the_same_trees(seed):
    X, booster = trained(seed)
    odd = np.array([[np.nan] * 6, [0.0] * 6, [-0.0, 1e-36, -1e-36, 1e-30, 7.0, 99.0], [1e300] * 5 + [-1.0]])
    rows = np.vstack([X, odd])
    again = lightgbm.Booster(model_str=rewritten(booster.model_to_string()))
    assert np.array_equal(again.predict(rows, raw_score=True), booster.predict(rows, raw_score=True))
    one, other = (model.predict(rows, pred_contrib=True) for model in (again, booster))
    assert np.allclose(one, other, rtol=0, atol=1e-12)


def chain(depth: int) -> str:
    """One tree whose every right side is the next split."""
    lefts = " ".join(str(-1 - node) for node in range(depth))
    rights = " ".join([*(str(node + 1) for node in range(depth - 1)), str(-1 - depth)])
    block = "\n".join(
        (
            "Tree=0", f"num_leaves={depth + 1}", "num_cat=0", "split_feature=" + " ".join(["0"] * depth),
            "split_gain=" + " ".join(["1"] * depth), "threshold=" + " ".join(["0.5"] * depth),
            "decision_type=" + " ".join(["2"] * depth), f"left_child={lefts}", f"right_child={rights}",
            "leaf_value=" + " ".join(["0.1"] * (depth + 1)), "leaf_count=" + " ".join(["1"] * (depth + 1)),
            "is_linear=0", "shrinkage=1",
        )
    )  # fmt: skip
    return (
        "tree\nversion=v4\nnum_class=1\nnum_tree_per_iteration=1\nlabel_index=0\nmax_feature_idx=0\n"
        f"objective=binary sigmoid:1\nfeature_names=a\nfeature_infos=none\ntree_sizes={len(block)}\n\n"
        f"{block}\n\n\nend of trees\n"
    )


def test_a_path_of_thousands_is_refused_by_both_readers():
    assert len(parse(chain(DEEPEST))[1]) == 1
    assert len(read_trees(chain(DEEPEST))[1]) == 1
    for depth in (DEEPEST + 1, 20_000):
        for read in (parse, read_trees):
            with pytest.raises(ArtefactError, match="512 splits"):
                read(chain(depth))


def hostile(text: str) -> dict[str, str]:
    return {
        "a leading space": " " + text,
        "a blank before a key": text.replace("\nnum_leaves", "\n num_leaves", 1),
        "a blank after a key": text.replace("num_cat=", "num_cat =", 1),
        "a null": text.replace("version=v4", "version=v4\0"),
        "a carriage return": text.replace("\n", "\r\n"),
        "a vertical tab": text.replace("split_feature=", "split_feature=\x0b", 1),
        "a line separator": text.replace("version=v4\n", "version=v4\u2028"),
        "an underscore in a number": text.replace("num_leaves=1", "num_leaves=1_", 1),
        "digits of another script": text.replace("num_leaves=1", "num_leaves=\u0661", 1),
        "no first line": text.removeprefix("tree\n"),
        "a long number": text.replace("num_leaves=", "num_leaves=" + "9" * 5000, 1),
        "a cycle": text.replace("left_child=1", "left_child=0", 1),
        "a tree twice": text.replace("Tree=1\n", "Tree=0\n", 1),
        "a key twice": text.replace("is_linear=0\n", "is_linear=0\nis_linear=0\n", 1),
        "linear leaves": text.replace("is_linear=0", "is_linear=1", 1),
        "another objective": text.replace("binary sigmoid:1", "binary sigmoid:2"),
        "a feature too many": text.replace("max_feature_idx=5", "max_feature_idx=6"),
        "cut short": text[: len(text) // 2],
        "empty": "",
        "all blanks": " " * 1000,
        "only its end": "\nend of trees",
    }


@pytest.mark.parametrize("what", hostile("x"))
def test_hostile_texts_are_refused_by_both_readers(what):
    text = trained(0)[1].model_to_string()
    changed = hostile(text)[what]
    assert changed != text
    for read in (parse, read_trees, rewritten):
        with pytest.raises(ArtefactError):
            read(changed)


def test_what_the_second_reader_takes_the_first_takes_too():
    """Changes at random, a thousand of them: neither reader raises anything but its own error."""
    chance = random.Random(7)
    text = trained(1)[1].model_to_string().partition("\nfeature_importances")[0]
    pieces = [
        "",
        " ",
        "\n",
        "0",
        "-1",
        "9" * 30,
        "nan",
        "inf",
        "-inf",
        "1e999",
        "=",
        "\0",
        "Tree=0\n",
        "é",
        "1 1",
    ]
    agreed = 0
    for _ in range(1_000):
        start = chance.randrange(len(text))
        changed = text[:start] + chance.choice(pieces) + text[start + chance.randrange(4) :]
        verdicts = []
        for read in (parse, read_trees):
            try:
                read(changed)
                verdicts.append(True)
            except ArtefactError:
                verdicts.append(False)
        assert verdicts[0] >= verdicts[1], changed[max(0, start - 60) : start + 60]
        agreed += verdicts[0] == verdicts[1]
    assert agreed > 950
