"""What scripts of pairs share that take rows one after another: ten are timed, and the rest is scaled."""

from __future__ import annotations

from collections.abc import Callable

import lightgbm
import numpy as np
from _peer import FOLDER, array, keep, measure, settings


def booster() -> lightgbm.Booster:
    """Read the model of the task."""
    return lightgbm.Booster(model_file=FOLDER / "model.txt")


def ten_rows(explained: Callable[[np.ndarray], np.ndarray | list[np.ndarray]]) -> None:
    """Time ten rows as part of every row and of a few, and keep their matrices."""
    X = array("rows")
    ten = X[:10]
    for row, count in {"every row": len(X), "few rows": settings()["few"]}.items():
        found = measure(row, lambda: explained(ten), share=len(ten) / count, times=1, values=False)
        keep(row, np.asarray(found[-1] if isinstance(found, list) else found))
