"""Population stability of columns by this library, the frozen bins learned included."""

from __future__ import annotations

import numpy as np
from _peer import array, done, measure

import creditscore as cs


def main() -> None:
    """Time bins, counts and indices of all columns."""
    before, now = ({f"x{k}": column for k, column in enumerate(array(name).T)} for name in ("before", "now"))

    def run() -> np.ndarray:
        found = cs.FrozenBins.learned(before).compare(now)
        return np.array([found[name].psi for name in before])

    run()
    measure("drift", run)
    done("creditscore", "creditscore")


if __name__ == "__main__":
    main()
