"""Raw scores by treelite and TL2cgen: the trees as C, compiled by the machine's compiler."""

from __future__ import annotations

import time

import tl2cgen
import treelite
from _peer import FOLDER, array, done, measure, one_by_one, told


def main() -> None:
    """Time the compiling, every row at once, and rows one by one."""
    X = array("rows")
    model = treelite.frontend.load_lightgbm_model(FOLDER / "model.txt")
    library = FOLDER / "trees.so"
    began = time.perf_counter()
    tl2cgen.export_lib(model, toolchain="gcc", libpath=library, params={"parallel_comp": 8}, nthread=1)
    compiled = f"compiled in {time.perf_counter() - began:.0f} s"
    predictor = tl2cgen.Predictor(library, nthread=1)

    def run(rows: object) -> object:
        return predictor.predict(tl2cgen.DMatrix(rows, dtype="float64"), pred_margin=True).reshape(-1)

    measure("batch", lambda: run(X), note=compiled)
    one_by_one("one row", lambda k: run(X[k : k + 1]), min(len(X), 500))
    told("one row", note=compiled)
    done("treelite, compiled by TL2cgen", "treelite", "tl2cgen")


if __name__ == "__main__":
    main()
