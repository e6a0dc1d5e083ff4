"""Raw scores by this library's kernels."""

from __future__ import annotations

from _peer import FOLDER, array, done, measure, one_by_one

from creditscore.model.trees import Trees


def main() -> None:
    """Time every row at once, and rows one by one."""
    X = array("rows")
    trees = Trees.from_lightgbm_text((FOLDER / "model.txt").read_text(encoding="utf-8"))
    trees.raw_scores(X[:2], threads=1)
    measure("batch", lambda: trees.raw_scores(X, threads=1), times=7)
    one_by_one("one row", lambda k: trees.raw_scores(X[k : k + 1], threads=1), min(len(X), 2_000))
    done("creditscore", "creditscore")


if __name__ == "__main__":
    main()
