"""Measure a private join: two parties of so many ids each, half of them shared, on one core.

Run: python benchmarks/joining.py 20000 100000
"""

from __future__ import annotations

import sys
import time

import creditscore as cs


def measured(count: int) -> tuple[float, int, int]:
    """Seconds of both parties together, and bytes of request and reply."""
    mine = [f"person-{number}" for number in range(count)]
    theirs = [f"person-{number}" for number in range(count // 2, count + count // 2)]
    begun = time.perf_counter()
    asker, answerer = cs.JoinAsker(mine), cs.JoinAnswerer(theirs, most_asked=count)
    request = asker.request()
    reply = answerer.reply(request)
    shared = asker.shared(reply)
    took = time.perf_counter() - begun
    if len(shared) != count - count // 2:
        raise SystemExit(f"{len(shared)} shared ids were found, and there are {count - count // 2}.")
    return took, len(request), len(reply)


if __name__ == "__main__":
    for given in sys.argv[1:] or ["20000"]:
        seconds, asked, answered = measured(int(given))
        print(f"{int(given):>9,} ids a side: {seconds:7.1f} s, {asked:,} and {answered:,} bytes")
