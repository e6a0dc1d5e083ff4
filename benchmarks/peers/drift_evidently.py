"""Population stability of columns by evidently."""

from __future__ import annotations

import numpy as np
import pandas as pd
from _peer import array, done, measure
from evidently import Report
from evidently.presets import DataDriftPreset


def main() -> None:
    """Time the preset with the index of population stability for every column."""
    before, now = (pd.DataFrame(array(name)).add_prefix("x") for name in ("before", "now"))

    def run() -> np.ndarray:
        snapshot = Report([DataDriftPreset(num_method="psi")]).run(now, before)
        told = {
            one["config"]["column"]: one["value"]
            for one in snapshot.dict()["metrics"]
            if "column" in one.get("config", {})
        }
        return np.array([float(told[name]) for name in before])

    measure("drift", run, times=1)
    done("evidently", "evidently", "pandas")


if __name__ == "__main__":
    main()
