"""Time PyPI woodelf-explainer; run by explain.py with the Python of woodelf's own environment."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from time import perf_counter

import lightgbm
import numpy as np
import pandas as pd
from woodelf import WoodelfExplainer


def timed(explainer: WoodelfExplainer, frame: pd.DataFrame) -> tuple[float, np.ndarray]:
    """Seconds of the values of a frame, and the values."""
    started = perf_counter()
    values = explainer.shap_values(frame, verbose=False)
    return perf_counter() - started, np.asarray(values)


def main() -> None:
    """Read model, rows and background from a folder; write values there and print the seconds as JSON."""
    folder = Path(sys.argv[1])
    booster = lightgbm.Booster(model_file=folder / "model.txt")
    rows = pd.DataFrame(np.load(folder / "rows.npy"), columns=booster.feature_name())
    few = pd.DataFrame(np.load(folder / "few.npy"), columns=booster.feature_name())
    background = pd.DataFrame(np.load(folder / "background.npy"), columns=booster.feature_name())
    by_path = WoodelfExplainer(booster)
    timed(by_path, rows[:100])
    seconds = {}
    seconds["batch"], values = min((timed(by_path, rows) for _ in range(3)), key=lambda one: one[0])
    seconds["one"] = min(timed(by_path, rows[:1])[0] for _ in range(3))
    started = perf_counter()
    against = WoodelfExplainer(booster, background)
    seconds["background"] = perf_counter() - started
    taken, differences = timed(against, few)
    seconds["background"] += taken
    np.save(folder / "woodelf_batch.npy", values)
    np.save(folder / "woodelf_background.npy", differences)
    print(json.dumps(seconds))


if __name__ == "__main__":
    main()
