"""The tasks: what is made for each, who takes part, and what a row of its table shows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import inputs
from judging import area_of, largest_difference, missed, ranked, told_apart

Facts = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Task:
    """The same work for everybody.

    Attributes
    ----------
    short : str
        Its name.
    title : str
        Its name and sizes.
    make : callable
        From an empty folder and the driver's arguments: writes the inputs, gives back the sizes.
    scripts : dict of str to str or None
        Names of scripts, and of the environment of each; None is the environment of the library.
    rows : dict of str to str
        Rows that scripts tell of, and what they are called on the page.
    judged : callable
        From folder, script and row to what is said of its values.
    reference : str
        The script whose values the others are compared with.
    said : str
        What a reader must know beside the table.
    best : str
        What decides who wins a row: "cpu" or "error" (the least), or another fact (the greatest).
    """

    short: str
    title: str
    make: Callable[[Path, Any], Facts]
    scripts: dict[str, str | None]
    rows: dict[str, str]
    reference: str
    judged: Callable[[Path, str, str, str], Facts]
    said: str = ""
    best: str = "cpu"


FRAMES = {
    "features_creditscore": None,
    "features_polars": "polars",
    "features_tiles": "polars",
    "features_duckdb": "duckdb",
    "features_pandas": "pandas",
}
TASKS = {
    "explain": Task(
        "Explanations",
        "Explanations: {rows:,} rows, {trees} trees of depth 6 and 31 leaves, 120 columns, a tenth missing",
        inputs.explain_inputs,
        {
            "explain_creditscore": None,
            "explain_lightgbm": "lightgbm",
            "explain_shap": "shap",
            "explain_woodelf": "woodelf",
            "explain_fasttreeshap": "fasttreeshap",
        },
        {
            "batch": "every row, path-dependent",
            "one row": "one row, path-dependent",
            "background": "{few:,} rows against half of the rows",
        },
        "explain_creditscore",
        largest_difference,
    ),
    "pairs": Task(
        "Pairs of features",
        "Pairs of features: the same rows and model, path-dependent",
        inputs.explain_inputs,
        {
            "pairs_creditscore": None,
            "pairs_shap": "shap",
            "pairs_woodelf": "woodelf",
            "pairs_fasttreeshap": "fasttreeshap",
        },
        {"every row": "{rows:,} rows", "few rows": "{few:,} rows"},
        "pairs_creditscore",
        largest_difference,
    ),
    "features": Task(
        "Features",
        "Features as of each moment: 60 statistics, {events:,} payments, {applicants:,} applications",
        inputs.many_events,
        FRAMES,
        {"as of": "from payments", "as of, ready": "from what stands ready"},
        "features_creditscore",
        largest_difference,
    ),
    "features_few": Task(
        "Features of few",
        "The same 60 statistics, {events:,} payments, {applicants:,} applications",
        inputs.few_events,
        {**FRAMES, "features_featuretools": "featuretools"},
        {"as of": "from payments", "as of, ready": "from what stands ready"},
        "features_creditscore",
        largest_difference,
    ),
    "predict": Task(
        "Raw scores",
        "Raw scores: {rows:,} rows of 120 columns, a tenth missing, 300 trees of 31 leaves",
        inputs.gappy_rows_and_model,
        {
            "predict_creditscore": None,
            "predict_lightgbm": "lightgbm",
            "predict_treelite": "treelite",
            "predict_tl2cgen": "treelite",
            "predict_lleaves": "lleaves",
        },
        {"batch": "every row", "one row": "one row"},
        "predict_creditscore",
        largest_difference,
    ),
    "graph": Task(
        "Graph",
        "Graph of everyone: {people:,} people, {ties:,} ties",
        inputs.ties,
        {
            "graph_creditscore": None,
            "graph_networkx": "networkx",
            "graph_igraph": "igraph",
        },
        {
            "build": "from pairs of numbers to a graph",
            "pagerank": "personalised PageRank",
            "clustering": "triangles and clustering",
            "cores": "core numbers",
        },
        "graph_creditscore",
        largest_difference,
    ),
    "auc": Task(
        "AUC",
        "Models with their defaults on public sets; seconds of a fit, the greatest mean AUC wins",
        inputs.public_sets,
        {
            "auc_creditscore": None,
            "auc_lightgbm": "lightgbm",
            "auc_xgboost": "xgboost",
            "auc_optbinning": "optbinning",
            "auc_catboost": "catboost",
        },
        {},
        "auc_creditscore",
        ranked,
        "Nobody is tuned. Where the spread over splits holds 0 the order is chance, and one split tells "
        "little: on SuperLender in time ours has 0.676 over ten draws, and LightGBM once tuned 0.677. "
        "[Accuracy](../docs/accuracy.md) has more sets, and intervals.",
        best="auc",
    ),
    "drift": Task(
        "Drift",
        "Drift: {columns} columns of {rows:,} rows, {moved} of which moved by a tenth of their spread",
        inputs.moved_columns,
        {"drift_creditscore": None, "drift_evidently": "evidently", "drift_nannyml": "nannyml"},
        {"drift": "how far each column moved"},
        "drift_creditscore",
        told_apart,
        "evidently draws pictures besides, which cannot be left out of its preset here.",
    ),
    "expected": Task(
        "Expected",
        "Ranking expected of young loans: {cohorts} cohorts, {kinds} kinds of change; the least error wins",
        inputs.young_cohorts,
        {"expected_creditscore": None, "expected_nannyml": "nannyml"},
        {"expected": "mean absolute error of the AUC"},
        "expected_creditscore",
        missed,
        "The cohorts are three months old. Ours is given more: who had defaulted by then. Where nothing but "
        "the level changes it has little to add ([figures](../docs/monitoring.md)).",
        best="error",
    ),
    "search": Task(
        "Alternatives",
        "Alternatives on {people:,} Taiwan cards, half of them to judge: the greatest area above an AUC of "
        "{auc:g} and an impact ratio of {ratio:g} wins",
        inputs.cards_with_groups,
        {"search_creditscore": None, "search_fairlearn": "fairlearn", "search_random": "lightgbm"},
        {"front": "sex, education and age, where the safest 70% are approved; as many models each"},
        "search_creditscore",
        area_of,
        best="area",
    ),
}
