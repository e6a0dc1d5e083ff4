"""What is made for each task before anybody starts: written to its folder; the sizes are given back."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import numpy as np
from judging import auc

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent), str(HERE.parents[1])]

Facts = dict[str, Any]


def explain_inputs(folder: Path, given: Any) -> Facts:
    """Make the model and the rows of `benchmarks/explain.py`."""
    from explain import rows_and_model

    X, booster = rows_and_model(given.rows, given.trees)
    booster.save_model(folder / "model.txt")
    np.save(folder / "rows.npy", X)
    np.save(folder / "background.npy", X[-given.rows // 2 :])
    return {"rows": given.rows, "trees": given.trees, "few": given.rows // 20}


def _feature_inputs(folder: Path, n_events: int, n_applicants: int) -> Facts:
    import polars as pl
    from _window_events import MOMENT, make_events

    events = make_events(n_events, n_applicants)
    days = np.random.default_rng(1).integers(0, 100, n_applicants)
    asked = pl.DataFrame({"applicant_id": np.arange(n_applicants), "days": days}).select(
        "applicant_id",
        application_id=pl.col("applicant_id"),
        as_of=pl.lit(MOMENT) - pl.duration(days="days"),
    )
    events.write_parquet(folder / "events.parquet")
    asked.with_columns(pl.col("as_of").cast(pl.Datetime("us", "UTC"))).write_parquet(
        folder / "applications.parquet"
    )
    return {"events": n_events, "applicants": n_applicants}


def many_events(folder: Path, given: Any) -> Facts:
    """Fifty payments a person."""
    return _feature_inputs(folder, given.events, max(1, given.events // 50))


def few_events(folder: Path, _: Any) -> Facts:
    """Few enough that everybody finishes."""
    return _feature_inputs(folder, 50_000, 1_000)


def gappy_rows_and_model(folder: Path, _: Any) -> Facts:
    """Make the model and the rows of `benchmarks/predict.py`."""
    from predict import fitted, made_up

    X = made_up(20_000, 120)
    fitted(X, 300, 31).save_model(folder / "model.txt")
    np.save(folder / "rows.npy", X)
    return {"rows": len(X)}


def ties(folder: Path, given: Any) -> Facts:
    """Pairs of people, none twice and nobody with himself, and some from whom walks start."""
    people = given.nodes
    random = np.random.default_rng(0)
    ends = np.sort(random.integers(0, people, (5 * people, 2)), axis=1)
    ends = np.unique(ends[ends[:, 0] < ends[:, 1]], axis=0).astype(np.int32)
    np.save(folder / "ends.npy", ends)
    np.save(folder / "seeds.npy", (random.random(people) < 0.02).astype(np.float64))
    return {"people": people, "ties": len(ends)}


def public_sets(folder: Path, given: Any) -> Facts:
    """Columns, outcomes and splits of the sets of `benchmarks/accuracy.py` that are beside the project."""
    from _accuracy_sets import contest

    titles: dict[str, str] = {}
    for name in given.sets:
        made = contest(name, 1)
        if made is None:
            continue
        splits = [pair for repeat in made.splits for pair in repeat]
        held = {"X": made.X, "bad": made.bad, "who": np.asarray(made.who).astype(str), "splits": len(splits)}
        for k, (fit, judged) in enumerate(splits):
            held |= {f"fit_{k}": fit, f"judged_{k}": judged}
        if made.time is not None:
            held["time"] = made.time
        np.savez(folder / f"{name}.npz", **held)
        facts = {"signs": made.signs, "categories": made.categories, "embargo": made.embargo}
        (folder / f"{name}.json").write_text(json.dumps(facts, default=int), encoding="utf-8")
        size = f"{len(made.bad):,} rows, {made.X.shape[1]} columns, splits: {len(splits)}"
        titles[name] = f"{made.title}: {size}"
    return {"sets": titles}


def moved_columns(folder: Path, _: Any) -> Facts:
    """Columns of which the first ones moved by a tenth of their spread; a twentieth of all is missing."""
    rows, columns, moved = 100_000, 50, 5
    random = np.random.default_rng(0)
    for name in ("before", "now"):
        values = random.normal(size=(rows, columns))
        values[:, :moved] += 0.1 * (name == "now")
        values[random.random(values.shape) < 0.05] = np.nan
        np.save(folder / f"{name}.npy", values)
    return {"rows": rows, "columns": columns, "moved": moved}


def young_cohorts(folder: Path, _: Any) -> Facts:
    """Make the lenders and cohorts of `benchmarks/expected.py`, two of each kind, and what came of them."""
    from expected import CHANGE, COURSE, KINDS, OLD, world

    cases: list[Facts] = []
    worlds, true = {}, []
    for kind in KINDS:
        for seed in range(2):
            made, name = world(kind, seed, 1_000), f"{KINDS.index(kind)}_{seed}"
            worlds |= {f"{name}_{part}": values for part, values in made.items()}
            for cohort in (CHANGE + 1, CHANGE + 4, CHANGE + 8):
                mine = made["entered"] == cohort
                cases.append({"world": name, "cohort": cohort})
                true.append(auc((~np.isnan(made["defaulted"][mine])).astype(int), made["chance"][mine]))
    np.savez(folder / "worlds.npz", **worlds)
    np.save(folder / "true.npy", true)
    course = [list(COURSE.shares), COURSE.defaults]
    told = {"cases": cases, "course": course, "old": OLD, "mature_before": CHANGE - 12}
    (folder / "cases.json").write_text(json.dumps(told), encoding="utf-8")
    return {"cohorts": len(cases), "kinds": len(KINDS)}


def cards_with_groups(folder: Path, given: Any) -> Facts:
    """Taiwan cards as columns for those who know no tables: features, outcomes, groups that no model sees."""
    from fairness import cards_of

    import creditscore as cs

    cards = cards_of(given.people)
    pipeline = cs.CreditPipeline(scorer=cs.CreditScorer(recipe="shallow", threads=1), threads=1)
    np.save(folder / "X.npy", pipeline.compute_features(cards.applications, cards.portfolio).values)
    np.save(folder / "bad.npy", cards.bad)
    codes = []
    for name in ("sex", "education", "age"):
        labels = np.array([label or "" for label in cards.groups[name]], str)
        code = np.unique(labels, return_inverse=True)[1]
        codes.append(np.where(labels == "", -1, code))
    np.save(folder / "groups.npy", np.column_stack(codes))
    return {"people": given.people, "draws": 8, "auc": 0.70, "ratio": 0.70}
