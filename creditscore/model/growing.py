"""A booster that grows step by step while others watch."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

STEP: Final = 5
_SMALLEST: Final = 1e-15


class Growing:
    """A booster that grows by steps of five trees, and the log loss of rows that it does not see.

    Parameters
    ----------
    booster : lightgbm.Booster
        With one set of held-out rows.
    rows, held_out : ndarray of int64, shape (n_grown,) and (n_held_out,)
        What it grows on, and what it is watched on.

    Attributes
    ----------
    losses : list of float
        Summed, weighted log loss of the held-out rows after each step.
    """

    def __init__(self, booster: Any, rows: NDArray[np.int64], held_out: NDArray[np.int64]) -> None:
        self._booster = booster
        self.rows: NDArray[np.int64] = rows
        self.held_out: NDArray[np.int64] = held_out
        self.losses: list[float] = []

    def extend(self, steps: int, most: int) -> None:
        """Grow on to a number of steps, with ``most`` trees at most."""
        while len(self.losses) < steps:
            for _ in range(min(STEP, most - STEP * len(self.losses))):
                self._booster.update()
            (entry,) = self._booster.eval_valid(_summed_log_loss)
            self.losses.append(float(entry[2]))

    def text(self, n_trees: int) -> str:
        """Return the first trees as LightGBM writes them."""
        return str(self._booster.model_to_string(num_iteration=n_trees))

    def raw(self, encoded: NDArray[np.float64], n_trees: int) -> NDArray[np.float64]:
        """Log-odds of the held-out rows by the first trees, shape (n_held_out,), as LightGBM adds them.

        Parameters
        ----------
        encoded : ndarray of float64, shape (n_rows, n_features)
            All rows.
        n_trees : int
            How many of the trees.
        """
        rows = encoded[self.held_out]
        found: NDArray[np.float64] = self._booster.predict(
            rows, num_iteration=n_trees, raw_score=True, num_threads=1
        )
        return found


def _summed_log_loss(probability: NDArray[np.float64], rows: Any) -> tuple[str, float, bool]:
    bad, weight = rows.get_label(), rows.get_weight()
    inside = np.clip(probability, _SMALLEST, 1.0 - _SMALLEST)
    loss = -np.where(bad > 0, np.log(inside), np.log1p(-inside))
    return "log_loss", float(loss.sum() if weight is None else weight @ loss), False
