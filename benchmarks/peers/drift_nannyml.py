"""Drift of columns by nannyml's univariate calculator: Jensen and Shannon's distance, since it has no PSI."""

from __future__ import annotations

import nannyml
import numpy as np
import pandas as pd
from _peer import array, done, measure


def main() -> None:
    """Time learning and comparing, all that came in as one chunk."""
    before, now = (pd.DataFrame(array(name)).add_prefix("x") for name in ("before", "now"))
    names = list(before.columns)

    def run() -> np.ndarray:
        how = nannyml.UnivariateDriftCalculator(
            column_names=names, continuous_methods=["jensen_shannon"], chunk_number=1
        )
        found = how.fit(before).calculate(now).filter(period="analysis").to_df()
        return np.array([float(found[(name, "jensen_shannon", "value")].iloc[-1]) for name in names])

    measure("drift", run, times=1, note="another distance than PSI")
    done("nannyml", "nannyml", "pandas")


if __name__ == "__main__":
    main()
