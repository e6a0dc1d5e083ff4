"""Judge the default model beside LightGBM and a scorecard on every set, and write ``docs/accuracy.md``.

    python benchmarks/accuracy.py                                  # all sets, the cheap ones first
    python benchmarks/accuracy.py --set german --only creditscore  # one set, one contestant
    python benchmarks/accuracy.py --page                           # the page from what was measured

Every prediction is kept under ``build/accuracy``, so that a run that was stopped goes on where it stood; what
is there is not made again (``--again`` makes it again). Sets that are not beside the project are passed over,
saying so. Contestants whose package (optuna, optbinning) is not installed are passed over as well.
"""

from __future__ import annotations

import argparse
import json
import sys
from importlib.util import find_spec
from pathlib import Path
from time import process_time
from typing import Any

import numpy as np

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "benchmarks")]

from _accuracy_figures import of_set  # noqa: E402
from _accuracy_maps import compared  # noqa: E402
from _accuracy_page import page  # noqa: E402
from _accuracy_sets import Contest, contest, names_of  # noqa: E402
from _accuracy_years import by_year  # noqa: E402
from _contestants import BY_HAND, CONTESTANTS, REFERENCES  # noqa: E402

KEPT = ROOT / "build" / "accuracy"
RESULTS = ROOT / "benchmarks" / "accuracy.json"
NEEDS = {"LightGBM, Optuna": "optuna", "by hand, Optuna": "optuna", "optbinning": "optbinning"}
# What takes long, and what is only looked back at, judges the first splits alone.
SPLITS_OF = {"optbinning": 10, "before": 10, "shallow": 10, "screened": 10}
ENOUGH_FOR_YEARS = 10_000
OURS = ("creditscore", "screened", "shallow", "before")


def measure(name: str, rows: Contest, only: list[str], again: bool) -> None:
    """Let each contestant speak of each split, and keep what it says."""
    folder = KEPT / name
    folder.mkdir(parents=True, exist_ok=True)
    shared_file = folder / "shared.json"
    shared = json.loads(shared_file.read_text()) if shared_file.exists() else {}
    for who, fit in CONTESTANTS.items():
        package = NEEDS.get(who)
        unable = (package and find_spec(package) is None) or (who in BY_HAND and rows.by_hand is None)
        if unable or (only and who not in only):
            continue
        for key, (to_fit, to_judge), seed in _splits(rows, who):
            kept = folder / f"{who}, {key}.npz"
            if kept.exists() and not again:
                continue
            begun = process_time()
            said = fit(rows, to_fit, to_judge, seed, shared)
            seconds = process_time() - begun
            notes = json.dumps(said.notes | {"seconds": seconds})
            np.savez(kept, log_odds=said.log_odds, rows=to_judge, notes=notes)
            shared_file.write_text(json.dumps(shared, indent=1))
            print(f"{name}: {who}, split {key}: {seconds:.1f} s {said.notes}", flush=True)


def _splits(rows: Contest, who: str) -> list[tuple[str, Any, int]]:
    found = [
        (f"{repeat}.{number}", pair, repeat)
        for repeat, pairs in enumerate(rows.splits)
        for number, pair in enumerate(pairs)
    ]
    return found[: SPLITS_OF.get(who, len(found))]


def summary(name: str, rows: Contest) -> dict[str, Any]:
    """Put together what was kept of one set."""
    said: dict[str, Any] = {}
    notes: dict[str, list[dict[str, Any]]] = {}
    expected = {key for key, _, _ in _splits(rows, "creditscore")}
    for path in sorted((KEPT / name).glob("*.npz")):
        who, _, key = path.stem.rpartition(", ")
        if key in expected and who in CONTESTANTS:
            stored = np.load(path)
            said.setdefault(who, {})[key] = stored["log_odds"], stored["rows"]
            notes.setdefault(who, []).append(json.loads(str(stored["notes"])))
    shared = KEPT / name / "shared.json"
    return {
        "title": rows.title,
        "rows": len(rows.bad),
        "bads": int(rows.bad.sum()),
        "features": rows.X.shape[1],
        "fitted_on": len(rows.splits[0][0][0]),
        "judged": len(rows.splits[0][0][1]),
        "in_time": rows.in_time,
        "tuned": json.loads(shared.read_text()) if shared.exists() else {},
        "splits": {who: len(keys) for who, keys in said.items()},
        "seconds": {who: float(np.mean([one["seconds"] for one in of])) for who, of in notes.items()},
        "kept": _kept(notes.get("creditscore", [])),
        "blocks": notes.get("creditscore", [{}])[0].get("blocks", []),
        "levels": [one["level"] for one in notes.get("creditscore", []) if one["level"] is not None],
        "trees": float(np.mean([one["trees"] for one in notes.get("creditscore", [])] or [0])),
        **_of_first(rows, said.get("creditscore", {})),
        **of_set(rows.bad, rows.who, said, REFERENCES, [one for one in OURS if one in said]),
    }


def with_earlier(before: dict[str, Any], now: dict[str, Any]) -> dict[str, Any]:
    """Keep what an earlier run found of contestants that this one did not hear, and name them."""
    unheard = [who for who in before.get("auc", {}) if who not in now["auc"]]
    for part in ("auc", "splits", "seconds", "calibration"):
        now[part] = {who: one for who, one in before.get(part, {}).items() if who in unheard} | now[part]
    for mine, others in before.get("difference", {}).items():
        gaps = {other: gap for other, gap in others.items() if mine in unheard or other in unheard}
        if gaps:
            now["difference"][mine] = gaps | now["difference"].get(mine, {})
    if OURS[0] in unheard:  # all else that is said of a set is said of the default model
        now = before | {part: now[part] for part in ("auc", "splits", "seconds", "calibration", "difference")}
    return now | {"earlier": unheard}


def _of_first(rows: Contest, said: dict[str, Any]) -> dict[str, Any]:
    """What other maps would add, and slopes by year, on the judged rows of the first repeat."""
    first = [said[key] for key in said if key.startswith("0.")]
    if not first:
        return {}
    log_odds = np.concatenate([one for one, _ in first])
    judged = np.concatenate([numbers for _, numbers in first])
    bad = rows.bad[judged].astype(np.float64)
    found: dict[str, Any] = {"maps": compared(log_odds, bad, rows.who[judged])}
    if rows.time is not None and len(judged) > ENOUGH_FOR_YEARS:
        found["by_year"] = by_year(log_odds, bad, rows.time[judged])
    return found


def _kept(notes: list[dict[str, Any]]) -> dict[str, float]:
    """Share of the fits in which each recipe was kept."""
    every = sorted({recipe for one in notes for recipe in one["kept"]})
    return {recipe: float(np.mean([recipe in one["kept"] for one in notes])) for recipe in every}


def main() -> None:
    """Measure what was asked for, and write the page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--set", action="append", default=[], help="one set, or several")
    parser.add_argument("--only", action="append", default=[], help="one contestant, or several")
    parser.add_argument("--repeats", type=int, help="how many draws of parts, or of models in time")
    parser.add_argument("--again", action="store_true", help="do not take what an earlier run kept")
    parser.add_argument("--page", action="store_true", help="measure nothing, write the page")
    arguments = parser.parse_args()
    for name in names_of(arguments.set):
        if arguments.page:
            break
        rows = contest(name, arguments.repeats)
        if rows is None:
            print(f"{name} is not beside the project: passed over", flush=True)
            continue
        measure(name, rows, arguments.only, arguments.again)
        results = json.loads(RESULTS.read_text()) if RESULTS.exists() else {}
        results[name] = with_earlier(results.get(name, {}), summary(name, rows))
        RESULTS.write_text(json.dumps(results, indent=1) + "\n")
    (ROOT / "docs" / "accuracy.md").write_text(page(json.loads(RESULTS.read_text())))


if __name__ == "__main__":
    main()
