"""Scores with the social group: attacks G and H in points, and what the group adds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import lightgbm
import numpy as np
import pandas as pd
from _attacks_learn import Cell
from _attacks_library import Design
from _attacks_world import DAY, NEW_IDS, NOW, World, added, batches, standing_rows, tie_rows

import creditscore as cs
from creditscore.validation.metrics import auc

VICTIMS = 1_000
FRIENDS = 10
FEW = 50
FOLDS = 5
SCALE = cs.ScoreScale(reference_score=600, reference_good_bad_odds=50, points_to_double_odds=20)
TREES = {
    "objective": "binary", "learning_rate": 0.05, "num_leaves": 8, "min_child_samples": 50,
    "feature_fraction": 0.4, "lambda_l2": 5.0, "verbose": -1, "num_threads": 1, "seed": 0,
    "monotone_constraints_method": "basic", "deterministic": True, "force_row_wise": True,
}  # fmt: skip
ROUNDS = 200


@dataclass(frozen=True)
class Scorer:
    """A scorer of payments and the social group.

    Attributes
    ----------
    world : World
    design : Design
    fitted : CreditScorer
    """

    world: World
    design: Design
    fitted: cs.CreditScorer

    def points(self, people: np.ndarray, block: np.ndarray) -> np.ndarray:
        """Score points of people whose payments stand as at their application.

        Parameters
        ----------
        people : ndarray of int64, shape (n,)
        block : ndarray of float64, shape (n, n_columns)
            Their social values at some date.

        Returns
        -------
        ndarray of float64, shape (n,)
        """
        paid = self.world.payments.to_numpy()[people]
        rows = np.concatenate([paid, block[:, self.design.in_model]], axis=1)
        return np.asarray(SCALE.points(self.fitted.decision_function(rows)))


def at_application(world: World, design: Design) -> np.ndarray:
    """Social values of everyone at their own application, measures on the first of each month.

    Returns
    -------
    ndarray of float64, shape (n_people, n_columns)
    """
    first, last = world.applications["as_of"].min(), world.applications["as_of"].max()
    grid = cs.calendar_grid((first - pd.Timedelta(days=32)).to_pydatetime(), last.to_pydatetime())
    names = [n for n in cs.GraphSettings().measures if not n.startswith("lookalike")]
    measures = design.measures(world.tables, [pd.Timestamp(day) for day in grid], names)
    asked = world.applications[["application_id", "applicant_id", "as_of"]]
    return design.asked({**world.tables, "measures": measures}, asked)


def signs_of(world: World, design: Design) -> list[int]:
    """Directions of payment features, then of the social ones that a model may read."""
    social = [design.signs[column] for column in design.in_model]
    return [*(world.signs[name] for name in world.payments.columns), *social]


def scorer(world: World, design: Design, block: np.ndarray) -> Scorer:
    """Grow trees on every application; less shrunk than by default, so that each value weighs more."""
    rows = np.concatenate([world.payments.to_numpy(), block[:, design.in_model]], axis=1)
    shape = {"folds": "hash", "reg_lambda": 5.0, "num_leaves": 8, "max_depth": 4}
    fitted = cs.CreditScorer(signs=signs_of(world, design), threads=1, seed=0, **shape)
    return Scorer(world, design, fitted.fit(rows, world.bad))


def alone(world: World) -> float:
    """AUC of payments alone, cross-fitted in five folds."""
    signs = [world.signs[name] for name in world.payments.columns]
    return float(auc(world.bad, _crossfitted(world.payments.to_numpy(), world.bad, signs)))


def gain(world: World, design: Design, block: np.ndarray, base: float) -> Cell:
    """AUC of payments and the social group less that of payments alone, in the same folds."""
    both = np.concatenate([world.payments.to_numpy(), block[:, design.in_model]], axis=1)
    together = float(auc(world.bad, _crossfitted(both, world.bad, signs_of(world, design))))
    return Cell(together - base, len(world.bad), f"{base:.3f} to {together:.3f}")


def _crossfitted(rows: np.ndarray, bad: np.ndarray, signs: list[int]) -> np.ndarray:
    fold, out = np.arange(len(bad)) % FOLDS, np.empty(len(bad))
    for k in range(FOLDS):
        data = lightgbm.Dataset(rows[fold != k], bad[fold != k])
        grown = lightgbm.train({**TREES, "monotone_constraints": signs}, data, num_boost_round=ROUNDS)
        out[fold == k] = grown.predict(rows[fold == k], raw_score=True)
    return out


# What ten others do to one person: how old their ties are in days, who asks, and how they stand.
MOVES: dict[str, dict[str, Any]] = {
    "G ten strangers, one-sided": {"age": 400, "way": "in", "standing": "defaulted"},
    "G ten defaulters, accepted": {"age": 100, "standing": "defaulted"},
    "G ten defaulters, accepted, 300 d": {"age": 300, "standing": "defaulted"},
    "G ten defaulters, accepted, 400 d": {"age": 400, "standing": "defaulted"},
    "H ten friends, accepted": {"age": 100, "standing": "good"},
    "H ten friends, aged 300 d": {"age": 300, "standing": "good"},
    "H ten friends, a year and more": {"age": 400, "standing": "good"},
    "H ten friends, bought": {"age": 100, "standing": "good", "bought": True},
    "H ten friends, backdated": {"age": 3_000, "known": 1, "standing": "good"},
    "H ten friends, one-sided": {"age": 400, "way": "out", "standing": "good"},
}


def moved(world: World, judge: Scorer, name: str, most: int = VICTIMS) -> dict[str, Cell]:
    """Points by which the scores of some people move: mean, and the tenth that moves most."""
    design, move = judge.design, MOVES[name]
    victims = np.random.default_rng(design.key).permutation(world.n_people)[:most]
    before = judge.points(victims, design.block(world.tables, victims, [NOW])[0])
    after = np.empty(len(victims))
    for batch in batches(len(victims), FEW):
        tables = _changed(world, victims[batch], design, **move)
        after[batch] = judge.points(victims[batch], design.block(tables, victims[batch], [NOW])[0])
    change = after - before
    worst = move["standing"] == "defaulted"
    edge = float(np.quantile(change, 0.1 if worst else 0.9))
    ends = np.sort(change)[: len(change) // 10] if worst else np.sort(change)[-(len(change) // 10) :]
    tenth = "lowest tenth" if worst else "best tenth"
    return {
        f"{name}: mean": Cell(float(change.mean()), len(victims)),
        f"{name}: {tenth}": Cell(edge, len(victims), f"mean of that tenth {ends.mean():+.1f}"),
    }


def _changed(
    world: World, victims: np.ndarray, design: Design, *, age: int, standing: str, way: str = "both",
    known: int | None = None, bought: bool = False,
) -> dict[str, pd.DataFrame]:  # fmt: skip
    """Tables in which ten others are tied to each victim."""
    victim = np.repeat(victims, FRIENDS)
    others = NEW_IDS + np.arange(len(victim))
    if bought:
        good = np.flatnonzero(world.settled(NOW, design.settled) == 0.0)
        random = np.random.default_rng(design.key + int(victims[0]))
        others = np.concatenate([random.choice(good, FRIENDS, replace=False) for _ in victims])
    source, target = (others, victim) if way == "in" else (victim, others)
    seen = None if known is None else NOW - known * DAY
    more = {"ties": tie_rows(source, target, NOW - age * DAY, directed=way != "both", known=seen)}
    if not bought:
        more["standings"] = standing_rows(others, standing, NOW - 700 * DAY)
    return added(world.tables, **more)
