"""Where labels go of which training says nothing: a new one, and a missing one where few were missing.

Left alone, LightGBM sends them right at each split on labels, whichever side that is: as likely as not to the
lesser risk, so that whoever leaves a field empty or misspells it fares as well as the best label. Here they
take the riskier side of each split. That side holds training rows, whose labels took the same sides at every
split above; so in each tree an unknown label fares exactly as some known one does, never better
than the best of them, and at each split no better than the rows that reached it did on the whole.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from creditscore.model._lightgbm_text import CATEGORICAL
from creditscore.model._model_text import END, joined
from creditscore.model.trees import Trees
from creditscore.model.walking import DECISION, FEATURE, LEFT, RIGHT

_WORD = 32


def with_unknown_labels(text: str, unknown: Mapping[int, int]) -> str:
    """Write into a model text that unknown labels take the riskier side of each split.

    Parameters
    ----------
    text : str
        Canonical model text.
    unknown : mapping of int to int
        Column of each categorical feature that this is for, and the code of its unknown labels.

    Returns
    -------
    str
        The same trees, of which sets of labels hold that code where the left side is the riskier one.
    """
    trees = Trees.from_lightgbm_text(text)
    riskier = riskier_on_the_left(trees)
    head, *blocks = text.removesuffix(END).split("\nTree=")
    first, written = 0, []
    for block in blocks:
        lines = block.split("\n")
        fields = dict(line.partition("=")[::2] for line in lines)
        nodes = len(fields.get("split_feature", "").split())
        chosen = [
            (node - first, unknown[int(trees.nodes[node, FEATURE])], bool(riskier[node]))
            for node in range(first, first + nodes)
            if trees.nodes[node, DECISION] & CATEGORICAL and int(trees.nodes[node, FEATURE]) in unknown
        ]
        first += nodes
        new = _with_codes(fields, chosen) if chosen else {}
        kept = (f"{name}={new[name]}" if name in new else line for name, line in _named(lines))
        written.append("Tree=" + "\n".join(kept))
    return joined(head, written)


def _named(lines: Sequence[str]) -> Iterator[tuple[str, str]]:
    return ((line.partition("=")[0], line) for line in lines)


def riskier_on_the_left(trees: Trees) -> NDArray[np.bool_]:
    """Tell for each split whether training rows fared worse on its left side, shape (n_nodes,)."""
    sums, counts = np.zeros(len(trees.nodes)), np.zeros(len(trees.nodes))
    left = np.zeros(len(trees.nodes), np.bool_)

    def below(child: int) -> tuple[float, float]:
        if child >= 0:
            return float(sums[child]), float(counts[child])
        count = float(trees.leaf_counts[~child])
        return count * float(trees.leaf_values[~child]), count

    for node in range(len(trees.nodes) - 1, -1, -1):
        here = below(int(trees.nodes[node, LEFT]))
        there = below(int(trees.nodes[node, RIGHT]))
        sums[node], counts[node] = here[0] + there[0], here[1] + there[1]
        left[node] = here[0] * there[1] > there[0] * here[1]
    return left


def _with_codes(fields: Mapping[str, str], chosen: Sequence[tuple[int, int, bool]]) -> dict[str, str]:
    """Return the sets of labels of a tree, some of them with one more code or without it."""
    bounds = [int(item) for item in fields["cat_boundaries"].split()]
    words = [int(item) for item in fields["cat_threshold"].split()]
    sets = [words[start:stop] for start, stop in itertools.pairwise(bounds)]
    thresholds = fields["threshold"].split()
    for node, code, inside in chosen:
        labels = sets[int(float(thresholds[node]))]
        labels += [0] * (code // _WORD + 1 - len(labels))
        bit = 1 << (code % _WORD)
        labels[code // _WORD] = labels[code // _WORD] | bit if inside else labels[code // _WORD] & ~bit
    edges = itertools.accumulate(map(len, sets), initial=0)
    return {
        "cat_boundaries": " ".join(map(str, edges)),
        "cat_threshold": " ".join(str(word) for labels in sets for word in labels),
    }
