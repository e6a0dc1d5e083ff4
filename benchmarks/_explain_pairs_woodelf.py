"""Time the pairs of PyPI woodelf-explainer; run by explain_pairs.py with the Python of its environment."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from time import process_time

import lightgbm
import numpy as np
import pandas as pd
from woodelf import WoodelfExplainer

FEW = 20


def timed(explainer: WoodelfExplainer, frame: pd.DataFrame) -> tuple[float, pd.DataFrame]:
    """Processor seconds of the pairs of a frame, without those of a feature with itself, and the pairs."""
    started = process_time()
    pairs = explainer.shap_interaction_values(
        frame, include_interaction_with_itself=False, as_df=True, verbose=False
    )
    return process_time() - started, pairs


def main() -> None:
    """Read model and rows from a folder; write the first pairs there and print the seconds as JSON."""
    folder = Path(sys.argv[1])
    booster = lightgbm.Booster(model_file=folder / "model.txt")
    names = booster.feature_name()
    frame = pd.DataFrame(np.load(folder / "rows.npy"), columns=names)
    seconds = {}
    for game, explainer in {
        "path": WoodelfExplainer(booster),
        "background": WoodelfExplainer(booster, frame[-10_000:]),
    }.items():
        timed(explainer, frame[:FEW])
        seconds[f"{game}_one"] = min(timed(explainer, frame[:1])[0] for _ in range(2))
        seconds[f"{game}_every"], pairs = timed(explainer, frame)
        first = np.zeros((FEW, len(names), len(names)))
        for one, name in enumerate(names):
            for two, other in enumerate(names):
                if one != two:
                    first[:, one, two] = pairs[(name, other)].to_numpy()[:FEW]
        np.save(folder / f"{game}.npy", first)
        del pairs
        print(json.dumps(seconds), flush=True)


if __name__ == "__main__":
    main()
