"""A lender whose truth is known: one column stands in for a group, and tells next to nothing of risk."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

import creditscore as cs


@dataclass(frozen=True)
class World:
    applications: cs.Applications
    bad: np.ndarray
    group: np.ndarray
    age: np.ndarray
    pipeline: cs.CreditPipeline
    z: np.ndarray

    @property
    def given(self) -> tuple[Any, ...]:
        return self.applications, cs.Portfolio(), self.bad


def lender(n: int = 2_400, seed: int = 1, planted: float = 0.1) -> World:
    """Make applications; `planted` is what the proxy adds to risk, in log-odds for each of its units."""
    random = np.random.default_rng(seed)
    group = random.random(n) < 0.4
    columns = {f"x{k}": random.normal(size=n) for k in range(4)}
    columns["device"] = 2.0 * group + 0.5 * random.normal(size=n)
    z = -1.4 + 0.8 * columns["x0"] + 0.6 * columns["x1"] + 0.4 * columns["x2"]
    z = z + planted * (columns["device"] - 0.8)
    bad = (random.random(n) < 1 / (1 + np.exp(-z))).astype(float)
    frame = pd.DataFrame(
        {
            "application_id": np.arange(n),
            "applicant_id": np.arange(n),
            "as_of": pd.Timestamp("2025-06-01", tz="UTC"),
            **columns,
        }
    )
    listed = [cs.Column(name, sign=1, group=f"applicant_attributes.{name}") for name in columns]
    scorer = cs.CreditScorer(
        recipe="pairs", learning_rate=0.2, n_estimators=40, n_folds=3, folds="hash", threads=1
    )
    pipeline = cs.CreditPipeline(features=[cs.application_features(listed)], scorer=scorer, threads=1)
    age = random.choice(["young", "old"], n)
    labels = np.where(group, "p", "q")
    return World(cs.Applications(frame), bad, labels, age, pipeline, z)
