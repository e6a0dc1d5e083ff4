"""Share the rows of a batch among Python threads that call the same serial kernel."""

from __future__ import annotations

import itertools
import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from creditscore.errors import ParameterError

SMALLEST_CHUNK = 512


def over_chunks(work: Callable[[int, int], None], n_rows: int, threads: int | None) -> None:
    """Call ``work(start, stop)`` over consecutive chunks of rows.

    Parameters
    ----------
    work : callable
        Must write only to its own rows and must free the interpreter lock to gain from threads.
    n_rows : int
        Rows in the batch.
    threads : int or None
        How many threads at most; None means one for each processor. Small batches never use more
        threads than they have chunks of 512 rows.
    """
    if threads is not None and threads < 1:
        raise ParameterError.must_be("threads", "None or an integer of at least 1", threads)
    wanted = min(threads or os.cpu_count() or 1, n_rows // SMALLEST_CHUNK)
    if wanted <= 1:
        work(0, n_rows)
        return
    bounds = [n_rows * part // wanted for part in range(wanted + 1)]
    with ThreadPoolExecutor(wanted) as pool:
        for done in [pool.submit(work, *pair) for pair in itertools.pairwise(bounds)]:
            done.result()
