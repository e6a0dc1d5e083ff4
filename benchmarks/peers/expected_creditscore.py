"""Ranking expected before loans are mature, by this library: it sees who had defaulted by then."""

from __future__ import annotations

import json

import numpy as np
from _peer import FOLDER, done, measure

import creditscore as cs


def main() -> None:
    """Estimate the AUC of every cohort."""
    cases = json.loads((FOLDER / "cases.json").read_text(encoding="utf-8"))
    with np.load(FOLDER / "worlds.npz") as held:
        worlds = {name: held[name] for name in held.files}
    course = cs.DefaultCourse(*cases["course"])

    def run() -> np.ndarray:
        found = []
        for one in cases["cases"]:
            chance, entered, defaulted = (
                worlds[f"{one['world']}_{name}"] for name in ("chance", "entered", "defaulted")
            )
            now = one["cohort"] + cases["old"]
            told = cs.expected_performance(
                course, chance, entered, defaulted, now=now, cohort=[one["cohort"]]
            )
            found.append(told.figures["auc"].value)
        return np.array(found)

    measure("expected", run, times=1, note="sees which loans had defaulted by then; with intervals")
    done("creditscore", "creditscore")


if __name__ == "__main__":
    main()
