"""Walk through one score() and one decide(): calls, files entered, changes of package, milliseconds."""

from __future__ import annotations

import argparse
import statistics
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from types import FrameType
from typing import Any

from _lender import application, fitted_pipeline, portfolio_of
from _timing import percentile, seconds_of, table

import creditscore as cs

PACKAGE = Path(cs.__file__).resolve().parent


class Walk:
    """Counts what a call passes through, by `sys.setprofile`.

    Attributes
    ----------
    calls : int
        Python functions called, of the library or not.
    files : set of str
        Files of the library that were entered.
    changes : int
        How often the next file of the library that was entered stands in another package.
    """

    def __init__(self) -> None:
        self.calls = 0
        self.files: set[str] = set()
        self.changes = 0
        self._package = ""

    def __call__(self, frame: FrameType, event: str, _: Any) -> None:
        """Note one event of the interpreter."""
        if event != "call":
            return
        self.calls += 1
        path = Path(frame.f_code.co_filename)
        if PACKAGE not in path.parents:
            return
        name = path.relative_to(PACKAGE).as_posix()
        self.files.add(name)
        package = name.partition("/")[0].removesuffix(".py")
        self.changes += package != self._package
        self._package = package


def walk(run: Callable[[], object]) -> Walk:
    """Follow one call."""
    seen = Walk()
    sys.setprofile(seen)
    try:
        run()
    finally:
        sys.setprofile(None)
    return seen


def row(name: str, run: Callable[[], object], calls: int) -> tuple[str, ...]:
    """Return a row of the table: what is passed through, and how long it takes."""
    for _ in range(20):
        run()
    seen = walk(run)
    seconds = [seconds_of(run) for _ in range(calls)]
    return (
        name,
        str(seen.calls),
        str(len(seen.files)),
        str(seen.changes),
        f"{statistics.median(seconds) * 1e3:.3f} ms",
        f"{percentile(seconds, 0.99) * 1e3:.3f} ms",
    )


def main() -> None:
    """Fit a model of the whole catalogue, then follow one score and one decision."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--calls", type=int, default=300)
    parser.add_argument("--files", action="store_true", help="name the files that one score enters")
    given = parser.parse_args()
    pipeline, portfolio, asked = fitted_pipeline(), portfolio_of(20), application(0)
    policy = cs.Policy("benchmark", "1", cutoff=560.0)
    score = partial(pipeline.score, asked, portfolio)
    decide = partial(pipeline.decide, asked, portfolio)
    rows = [
        row("score()", score, given.calls),
        row("decide()", decide, given.calls),
        row("decide(policy=...)", partial(decide, policy=policy), given.calls),
    ]
    print("One applicant with 500 payments and 36 instalments, one thread\n")
    print(table(("", "calls", "files", "changes of package", "p50", "p99"), rows))
    if given.files:
        print("\n" + "\n".join(sorted(walk(score).files)))


if __name__ == "__main__":
    main()
