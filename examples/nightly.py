"""A night at a lender: applications are scored, their scores held against frozen bins, somebody is told.

Run: python examples/nightly.py FOLDER

Each step is a plain function of the folder and the night, and may be run again: what is there is left as it
is. An orchestrator calls the same functions: `definitions` gives them to Dagster as two steps of a job with a
schedule, and Airflow would call them the same way. People are made up; on the fourth night half of them have
lost their income.
"""

from __future__ import annotations

import json
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.parquet as pq

import creditscore as cs

START, NIGHTS, PEOPLE = datetime(2026, 3, 1, tzinfo=UTC), 4, 400
MODEL, WATCH = "model", "watch.json"


def people(seed: int, until: datetime, *, lost: float) -> dict[str, list[dict[str, Any]]]:
    """Six months of payments; a share of the people have had no income for the last three."""
    draw = np.random.default_rng(seed)
    rows = []
    for person in range(PEOPLE):
        income, spent, gone = draw.uniform(1_500, 3_000), draw.uniform(0.6, 1.0), draw.random() < lost
        for month in range(6):
            paid = until - timedelta(days=30 * (6 - month))
            found = [] if gone and month > 2 else [(paid, income, "salary")]
            found += [(paid + timedelta(days=5 * k + 1), -income * spent / 5, "purchase") for k in range(5)]
            rows += [
                {"applicant_id": f"p{person}", "event_time": at, "amount": float(amount), "kind": kind}
                for at, amount, kind in found
            ]
    return {"payments": rows}


def asked_on(night: datetime) -> cs.Applications:
    """The applications of a day."""
    rows = [{"application_id": n, "applicant_id": f"p{n}", "as_of": night} for n in range(PEOPLE)]
    return cs.Applications.from_records(rows)


def prepare(folder: Path) -> None:
    """Fit and save a model, and begin to watch its scores; once, by a person."""
    tables = people(1, START, lost=0.2)
    portfolio, applications = cs.Portfolio.from_records(tables), asked_on(START)
    months = [row["applicant_id"] for row in tables["payments"] if row["kind"] == "salary"]
    chance = [0.7 if months.count(f"p{n}") < 4 else 0.08 for n in range(PEOPLE)]
    bad = (np.random.default_rng(2).random(PEOPLE) < chance).astype(float)
    pipeline = cs.CreditPipeline([cs.payment_features()], scorer=cs.CreditScorer(n_estimators=40))
    pipeline.fit(applications, portfolio, bad).save(folder / MODEL)
    bins = cs.FrozenBins.learned({"score": pipeline.score_many(applications, portfolio).score})
    (folder / WATCH).write_text(json.dumps(cs.Watch.begun(bins).to_dict()))


def score(folder: Path, night: datetime, tables: dict[str, list[dict[str, Any]]]) -> Path:
    """Score the applications of the day into a folder of its own, whole or taken up again."""
    found = folder / "scores" / f"{night:%Y-%m-%d}"
    model, portfolio = cs.load(folder / MODEL), cs.Portfolio.from_records(tables)
    cs.score_in_parts(model, asked_on(night), portfolio, found)
    return found


def watch(folder: Path, night: datetime, scores: Path) -> list[str]:
    """Hold the scores of a night against the bins, once a night, and return the alerts that are new.

    The last night says its alerts again, since whoever died after it may have told nobody.
    """
    kept = cs.Watch.from_dict(json.loads((folder / WATCH).read_text()))
    looked = [one.at for one in kept.looks]
    if night in looked:
        return news_of(kept) if night == looked[-1] else []
    if looked and night < looked[-1]:
        raise ValueError(f"{night} was not looked at, and {looked[-1]} was: nights are looked at in order.")
    points = pq.read_table(scores, columns=["score"]).column("score").to_numpy(zero_copy_only=False)
    seen = kept.look({"score": points.astype(float)}, at=night)
    scratch = folder / f".{WATCH}"
    scratch.write_text(json.dumps(seen.to_dict()))
    scratch.replace(folder / WATCH)
    return news_of(seen)


def news_of(seen: cs.Watch) -> list[str]:
    """What the last look found new."""
    return [f"{one.column}: {one.verdict}" for one in seen.news]


def tell(night: datetime, alerts: list[str]) -> str:
    """Say what somebody has to look at; a lender sends it where its people read."""
    return f"{night:%Y-%m-%d}: " + ("; ".join(alerts) or "nothing new")


def tables_of(night: datetime) -> dict[str, list[dict[str, Any]]]:
    """What the lender's systems know that night."""
    number = (night - START).days
    return people(10 + number, night, lost=0.2 if number < NIGHTS else 0.5)


def one_night(folder: Path, night: datetime) -> str:
    """The three steps, one after the other."""
    return tell(night, watch(folder, night, score(folder, night, tables_of(night))))


def definitions(folder: Path) -> Any:
    """The same steps as a job of Dagster, every night at two."""
    import dagster

    @dagster.op(config_schema={"night": str})
    def scored(context) -> str:
        night = datetime.fromisoformat(context.op_config["night"])
        return str(score(folder, night, tables_of(night)))

    @dagster.op(config_schema={"night": str})
    def watched(context, scores: str) -> str:
        night = datetime.fromisoformat(context.op_config["night"])
        return tell(night, watch(folder, night, Path(scores)))

    @dagster.job
    def nightly() -> None:
        watched(scored())

    @dagster.schedule(job=nightly, cron_schedule="0 2 * * *", execution_timezone="UTC")
    def at_two(context):
        night = {"config": {"night": context.scheduled_execution_time.isoformat()}}
        return dagster.RunRequest(run_config={"ops": {"scored": night, "watched": night}})

    return dagster.Definitions(jobs=[nightly], schedules=[at_two])


def main(folder: Path) -> None:
    """Prepare once, then four nights."""
    folder.mkdir(parents=True, exist_ok=True)
    if not (folder / MODEL).exists():
        prepare(folder)
    for number in range(1, NIGHTS + 1):
        print(one_night(folder, START + timedelta(days=number)))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
