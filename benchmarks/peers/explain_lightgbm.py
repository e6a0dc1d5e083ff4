"""Shapley values by LightGBM's own pred_contrib."""

from __future__ import annotations

import lightgbm
from _peer import FOLDER, array, done, measure, one_by_one


def main() -> None:
    """Time the batch and one row; it has no background and no pairs."""
    X = array("rows")
    booster = lightgbm.Booster(model_file=FOLDER / "model.txt")
    part = X[: len(X) // 4]
    measure(
        "batch", lambda: booster.predict(part, pred_contrib=True, num_threads=1)[:, :-1],
        share=len(part) / len(X), times=2,
    )  # fmt: skip
    one_by_one(
        "one row", lambda k: booster.predict(X[k : k + 1], pred_contrib=True, num_threads=1)[:, :-1], 200
    )
    done("LightGBM pred_contrib", "lightgbm")


if __name__ == "__main__":
    main()
