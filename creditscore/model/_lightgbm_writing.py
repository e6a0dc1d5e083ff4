"""Write parsed trees anew in LightGBM's text, so that its own reader is given nothing else."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from creditscore.model._lightgbm_text import CATEGORICAL, NAN_MISSING, ZERO_MISSING, TreeText, parse

_OF_SPLITS = ("split_feature", "split_gain", "threshold", "decision_type", "left_child", "right_child")
_END = "end of trees\n\nfeature_importances:\n\nparameters:\nend of parameters\n\npandas_categorical:null\n"


def rewritten(text: str) -> str:
    """Read a model text with all checks, and write what was read, and nothing else.

    Parameters
    ----------
    text : str
        From ``booster.model_to_string()``, or from anywhere.

    Returns
    -------
    str
        A text that LightGBM takes for the same trees, to the bit. Features are numbered, not named.

    Raises
    ------
    ArtefactError
        Whatever `creditscore.model._lightgbm_text.parse` refuses.
    """
    names, trees = parse(text)
    return written(len(names), trees)


def written(n_features: int, trees: Sequence[TreeText]) -> str:
    """Write trees over so many features in LightGBM's text format; features are numbered, not named."""
    blocks = [_block(number, tree) for number, tree in enumerate(trees)]
    head = {
        "version": "v4",
        "num_class": "1",
        "num_tree_per_iteration": "1",
        "label_index": "0",
        "max_feature_idx": str(n_features - 1),
        "objective": "binary sigmoid:1",
        "feature_names": " ".join(f"Column_{column}" for column in range(n_features)),
        "feature_infos": " ".join(["none"] * n_features),
        "tree_sizes": " ".join(str(len(block)) for block in blocks),
    }
    lines = "".join(f"{key}={value}\n" for key, value in head.items())
    return f"tree\n{lines}\n{''.join(blocks)}{_END}"


def _block(number: int, tree: TreeText) -> str:
    n_nodes = len(tree.left)
    fields: dict[str, Iterable[object]] = {
        "num_leaves": [len(tree.leaf_values)],
        "num_cat": [len(tree.category_bounds) - 1],
    }
    if n_nodes:
        counts = _node_counts(tree)
        fields |= {
            "split_feature": tree.split_features,
            "split_gain": np.ones(n_nodes, np.int64),
            "threshold": _numbers(tree.thresholds),
            "decision_type": _decisions(tree),
            "left_child": tree.left,
            "right_child": tree.right,
            "leaf_value": _numbers(tree.leaf_values),
            "leaf_weight": tree.leaf_counts,
            "leaf_count": tree.leaf_counts,
            "internal_value": np.zeros(n_nodes, np.int64),
            "internal_weight": counts,
            "internal_count": counts,
        }
    else:
        fields |= dict.fromkeys(_OF_SPLITS, ()) | {"leaf_value": _numbers(tree.leaf_values)}
    if len(tree.category_bounds) > 1:
        fields |= {"cat_boundaries": tree.category_bounds, "cat_threshold": tree.category_words}
    fields |= {"is_linear": [0], "shrinkage": [1]}
    lines = "".join(f"{key}={' '.join(map(str, values))}\n" for key, values in fields.items())
    return f"Tree={number}\n{lines}\n\n"


def _decisions(tree: TreeText) -> NDArray[np.int32]:
    """Say of every numeric split that missing is NaN: the parsed trees know already where it goes."""
    categorical = (tree.decisions & CATEGORICAL) != 0
    as_nan = np.where(
        (tree.decisions & (ZERO_MISSING | NAN_MISSING)) == 0, tree.decisions | NAN_MISSING, tree.decisions
    )
    decisions: NDArray[np.int32] = np.where(categorical, tree.decisions, as_nan).astype(np.int32)
    return decisions


def _node_counts(tree: TreeText) -> NDArray[np.int64]:
    """Rows that reached each split: those of its two sides; a child stands after its parent."""
    counts = np.zeros(len(tree.left), np.int64)
    for node in range(len(counts) - 1, -1, -1):
        for child in (int(tree.left[node]), int(tree.right[node])):
            counts[node] += counts[child] if child >= 0 else tree.leaf_counts[-1 - child]
    return counts


def _numbers(values: NDArray[np.float64]) -> list[str]:
    return list(map(repr, values.tolist()))
