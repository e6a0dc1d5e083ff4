"""Raw scores by LightGBM."""

from __future__ import annotations

import lightgbm
from _peer import FOLDER, array, done, measure, one_by_one


def main() -> None:
    """Time every row at once, and rows one by one."""
    X = array("rows")
    booster = lightgbm.Booster(model_file=FOLDER / "model.txt")
    measure("batch", lambda: booster.predict(X, raw_score=True, num_threads=1))

    def one(k: int) -> object:
        return booster.predict(X[k : k + 1], raw_score=True, num_threads=1)

    one_by_one("one row", one, min(len(X), 2_000))
    done("LightGBM", "lightgbm")


if __name__ == "__main__":
    main()
