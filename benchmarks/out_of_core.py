"""Trees grown from Parquet without ever holding the rows: memory, time, and whether they are the same.

``python benchmarks/out_of_core.py --rows 100000 200000 400000`` writes made-up rows of 300 features
as Parquet, bins them row group by row group (``lightgbm.Sequence``) and grows 100 trees in a process of its
own; ``--also-whole`` does the same from one array of float64. Printed are the most memory that each process
held, in GB, a digest of each model, and a line through the memory by rows.
"""

from __future__ import annotations

import argparse
import hashlib
import multiprocessing
import resource
import tempfile
import time
from pathlib import Path
from typing import Any

import lightgbm
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

FEATURES = 300
GROUP = 20_000
SETTINGS = {
    "objective": "binary", "num_leaves": 31, "learning_rate": 0.05, "verbose": -1, "deterministic": True,
    "force_row_wise": True, "num_threads": 1, "seed": 1,
}  # fmt: skip


class ParquetRows(lightgbm.Sequence):
    """Rows of a file, one row group at a time in memory."""

    batch_size = GROUP

    def __init__(self, path: Path) -> None:
        self._file, self._held = pq.ParquetFile(path), (-1, np.empty((0, 0)))

    def __len__(self) -> int:
        return int(self._file.metadata.num_rows)

    def __getitem__(self, index: Any) -> Any:
        if isinstance(index, slice):
            first, stop, _ = index.indices(len(self))
            groups = range(first // GROUP, -(-stop // GROUP))
            rows = np.concatenate([self._group(k) for k in groups])
            return rows[first - groups.start * GROUP : stop - groups.start * GROUP]
        return self._group(index // GROUP)[index % GROUP]

    def _group(self, k: int) -> Any:
        if self._held[0] != k:
            table = self._file.read_row_group(k, columns=[f"f{j}" for j in range(FEATURES)])
            self._held = k, np.column_stack([column.to_numpy() for column in table.columns]).astype(float)
        return self._held[1]


def write(path: Path, rows: int) -> None:
    """Make rows with gaps, of which a few features tell something."""
    random, names = np.random.default_rng(0), [f"f{j}" for j in range(FEATURES)]
    kinds = [(name, pa.float32()) for name in names]
    with pq.ParquetWriter(path, pa.schema([*kinds, ("bad", pa.float64())])) as file:
        for first in range(0, rows, GROUP):
            n = min(GROUP, rows - first)
            X = random.normal(size=(n, FEATURES)).astype(np.float32)
            odds = X[:, :10].sum(1) * 0.4 - 2.0
            X[random.random(X.shape) < 0.2] = np.nan
            bad = (random.random(n) < 1.0 / (1.0 + np.exp(-odds))).astype(float)
            columns = dict(zip(names, X.T, strict=True)) | {"bad": bad}
            file.write_table(pa.table(columns), row_group_size=GROUP)


def grown(path: Path, whole: bool, answer: Any) -> None:
    """Bin, grow, and tell the most memory, the seconds of each and a digest of the model."""
    bad = pq.read_table(path, columns=["bad"]).column(0).to_numpy()
    rows = ParquetRows(path)
    begun = time.process_time()
    data = lightgbm.Dataset(rows[:] if whole else rows, bad, params=SETTINGS).construct()
    binned = time.process_time() - begun
    text = lightgbm.train(SETTINGS, data, 100).model_to_string()
    taken = time.process_time() - begun - binned
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    answer.put((most, binned, taken, hashlib.sha256(text.encode()).hexdigest()))


def apart(path: Path, whole: bool) -> tuple[float, float, float, str]:
    """Grow in a process of its own, so that nothing else is in its memory."""
    context = multiprocessing.get_context("spawn")
    answer = context.Queue()
    process = context.Process(target=grown, args=(path, whole, answer))
    process.start()
    found: tuple[float, float, float, str] = answer.get()
    process.join()
    return found


def main() -> None:
    """Write, grow, fit a line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, nargs="+", default=[100_000, 200_000])
    parser.add_argument("--also-whole", action="store_true")
    asked = parser.parse_args()
    held = []
    for n in asked.rows:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "rows.parquet"
            write(path, n)
            for whole in (False, True) if asked.also_whole else (False,):
                most, binned, taken, digest = apart(path, whole)
                how = "one array" if whole else "row groups"
                seconds = f"binned in {binned:.0f} s, grown in {taken:.0f} s of processor"
                print(f"{n:,} rows, {how}: {most:.2f} GB, {seconds}, model {digest[:12]}", flush=True)
                held += [] if whole else [most]
    if len(held) > 1:
        each, start = np.polyfit(asked.rows, held, 1)
        at_last = f"{start + 5e6 * each:.1f} at 5,000,000, extrapolated"
        print(f"GB = {start:.2f} + {each * 1e6:.2f} a million rows; {at_last}")


if __name__ == "__main__":
    main()
