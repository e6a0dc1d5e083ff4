"""Raw scores by treelite: its general inference, which compiles nothing."""

from __future__ import annotations

import treelite
from _peer import FOLDER, array, done, measure, one_by_one


def main() -> None:
    """Time every row at once, and rows one by one."""
    X = array("rows")
    model = treelite.frontend.load_lightgbm_model(FOLDER / "model.txt")

    def run(rows: object) -> object:
        return treelite.gtil.predict(model, rows, nthread=1, pred_margin=True).reshape(-1)

    measure("batch", lambda: run(X))
    one_by_one("one row", lambda k: run(X[k : k + 1]), min(len(X), 500))
    done("treelite, general inference", "treelite")


if __name__ == "__main__":
    main()
