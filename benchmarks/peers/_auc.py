"""What scripts of models share: the sets, and judged rows of all splits one after another."""

from __future__ import annotations

import json
import time
from collections.abc import Callable

import numpy as np
from _peer import FOLDER, keep, settings, told


class Contest:
    """One set: columns, outcomes, signs, labels, applicants, and pairs of rows to fit on and to judge."""

    def __init__(self, name: str) -> None:
        with np.load(FOLDER / f"{name}.npz", allow_pickle=False) as held:
            self.X, self.bad, self.who = held["X"], held["bad"], held["who"]
            self.time = held.get("time")
            self.splits = [(held[f"fit_{k}"], held[f"judged_{k}"]) for k in range(int(held["splits"]))]
        facts = json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))
        self.signs, self.categories, self.embargo = facts["signs"], facts["categories"], facts["embargo"]

    def coded(self) -> np.ndarray:
        """Labels as small whole numbers from 0, missing ones NaN."""
        X = self.X.copy()
        for column in self.categories:
            known = ~np.isnan(X[:, column])
            X[known, column] = np.unique(X[known, column], return_inverse=True)[1]
        return X


Fit = Callable[[Contest, np.ndarray, np.ndarray], np.ndarray]


def every_set(fitted: Fit, *, note: str = "") -> None:
    """Fit and judge every split of every set: seconds of a split, and what was said of the judged rows."""
    for name in settings()["sets"]:
        contest = Contest(name)
        began = time.process_time(), time.perf_counter()
        said = [fitted(contest, fit, judged) for fit, judged in contest.splits]
        spent, clock = time.process_time() - began[0], time.perf_counter() - began[1]
        told(name, cpu=spent / len(said), clock=clock / len(said), note=note)
        keep(name, np.concatenate(said))
