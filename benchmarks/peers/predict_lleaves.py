"""Raw scores by lleaves, which compiles the trees with LLVM."""

from __future__ import annotations

import time

import lleaves
from _peer import FOLDER, array, done, measure, one_by_one, told


def main() -> None:
    """Time the compiling, every row at once, and rows one by one."""
    X = array("rows")
    model = lleaves.Model(FOLDER / "model.txt")
    began = time.perf_counter()
    model.compile(raw_score=True)
    compiled = f"compiled in {time.perf_counter() - began:.0f} s"
    measure("batch", lambda: model.predict(X, n_jobs=1), note=compiled)
    one_by_one("one row", lambda k: model.predict(X[k : k + 1], n_jobs=1), min(len(X), 2_000))
    told("one row", note=compiled)
    done("lleaves", "lleaves", "llvmlite")


if __name__ == "__main__":
    main()
