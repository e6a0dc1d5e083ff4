"""One fitted pipeline over a made-up world, shared by the tests that only read it."""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

import numpy as np
import pytest
from numpy.typing import NDArray

import creditscore as cs
from tests.features.worlds import AS_OF, PRIVACY, Record, World, applications, filled, random_world
from tests.people import called

PEOPLE = 160
SMALL = {"n_estimators": 25, "learning_rate": 0.1, "min_child_samples": 8}


class Case(NamedTuple):
    world: World
    asked: list[Record]
    applications: cs.Applications
    portfolio: cs.Portfolio
    bad: NDArray[np.float64]
    pipeline: cs.CreditPipeline


def late_people(world: World, people: int) -> NDArray[np.float64]:
    """Draw outcomes that depend on how late somebody paid, so that there is something to learn."""
    late: dict[str, float] = {}
    for row in world["instalments"]:
        paid = row["paid_time"]
        delay = 60.0 if paid is None else (paid - row["due_time"]).total_seconds() / 86_400
        late[row["applicant_id"]] = max(late.get(row["applicant_id"], 0.0), delay)
    scores = np.array([late.get(called(k), 20.0) for k in range(people)])
    noise = np.random.default_rng(7).normal(0.0, 15.0, people)
    return (scores + noise > np.quantile(scores + noise, 0.7)).astype(np.float64)


@cache
def fitted() -> Case:
    """Folders that import the fixture each have one of their own: what it gives is made once a process."""
    world = filled(random_world(3, PEOPLE))
    asked = applications(PEOPLE, AS_OF)
    records, portfolio = (
        cs.Applications.from_records(asked),
        cs.Portfolio.from_records(world, privacy=PRIVACY),
    )
    bad = late_people(world, PEOPLE)
    pipeline = cs.CreditPipeline(scorer=cs.CreditScorer(**SMALL)).fit(records, portfolio, bad)
    return Case(world, asked, records, portfolio, bad, pipeline)


@pytest.fixture(scope="session")
def case() -> Case:
    return fitted()


@pytest.fixture(scope="session")
def few(case: Case) -> cs.CreditPipeline:
    """Of every sixtieth feature: its folder has every file, and is read in a fraction of the time."""
    every = case.pipeline.model.computer.features
    pipeline = cs.CreditPipeline([every.select(every.names[::60])], scorer=cs.CreditScorer(**SMALL))
    return pipeline.fit(case.applications, case.portfolio, case.bad)


@pytest.fixture(scope="session")
def dropped(case: Case) -> cs.CreditPipeline:
    """Fitted with copies of rows without some of their sources."""
    scorer = cs.CreditScorer(**SMALL, recipe="pairs", n_folds=3, threads=1)
    pipeline = cs.CreditPipeline(scorer=scorer, source_dropout=2, threads=1)
    return pipeline.fit(case.applications, case.portfolio, case.bad)
