"""All social features as of the moment for many applications, and what the group adds to one score."""

from __future__ import annotations

import argparse
import statistics
from datetime import UTC, datetime

import numpy as np
import pandas as pd
from _timing import percentile, seconds_of, table

import creditscore as cs
from creditscore.features.compute import FeatureComputer
from creditscore.features.social.declared.measures import MEASURES

PRIVACY = cs.StandingPrivacy(secret=b"written down for a benchmark", secret_name="benchmark")

AS_OF = datetime(2024, 7, 1, tzinfo=UTC)
DAY = 86_400_000_000
END = int(AS_OF.timestamp() * 1e6)
TREES = 300


def times(rng: np.random.Generator, n: int, days: int = 1_500) -> pd.Series:
    """Moments before the applications."""
    return pd.Series(pd.to_datetime(END - rng.integers(1, days * DAY, n), unit="us", utc=True))


def network(people: int, ties: int, seed: int = 0) -> dict[str, pd.DataFrame]:
    """Tables of a made-up network: hubs and hermits, groups small and large, standings of a third."""
    rng = np.random.default_rng(seed)
    popular = rng.permutation(people)[(people * rng.random(ties) ** 2).astype(np.int64)]
    seats, acts, known = 2 * people, 10 * people, people // 3
    began, joined = times(rng, ties), times(rng, seats)
    return {
        "ties": pd.DataFrame(
            {
                "person_id": rng.integers(0, people, ties), "other_id": popular, "event_time": began,
                "end_time": began + pd.to_timedelta(np.where(rng.random(ties) < 0.1, 200, np.nan), unit="D"),
                "layer": rng.choice(["friend", "interaction"], ties), "weight": rng.random(ties),
                "directed": rng.random(ties) < 0.3,
            }
        ),
        "memberships": pd.DataFrame(
            {
                "person_id": rng.integers(0, people, seats), "event_time": joined,
                "group_id": (people // 50 * rng.random(seats) ** 2).astype(np.int64),
                "role": rng.choice(["member", "admin"], seats, p=[0.95, 0.05]),
            }
        ),
        "activities": pd.DataFrame(
            {
                "person_id": rng.integers(0, people, acts), "event_time": times(rng, acts),
                "kind": rng.choice(["post", "comment", "reaction"], acts),
                "other_id": rng.integers(0, people, acts), "group_id": rng.integers(0, people // 50, acts),
            }
        ),
        "standings": pd.DataFrame(
            {
                "person_id": rng.integers(0, people, known), "event_time": times(rng, known),
                "standing": rng.choice(["good", "defaulted"], known, p=[0.85, 0.15]),
            }
        ),
    }  # fmt: skip


def measures(people: int, seed: int = 1) -> pd.DataFrame:
    """Every measure of everyone at the newest date of the grid."""
    rng = np.random.default_rng(seed)
    n = people * len(MEASURES)
    return pd.DataFrame(
        {
            "subject_id": np.repeat(np.arange(people), len(MEASURES)), "value": rng.random(n),
            "measure": np.tile([measure.name for measure in MEASURES], people),
            "event_time": pd.Timestamp("2024-06-01", tz="UTC"),
        }
    )  # fmt: skip


def payments(people: int, each: int = 60, seed: int = 2) -> pd.DataFrame:
    """Payments that a score without the social group reads."""
    rng = np.random.default_rng(seed)
    return pd.DataFrame(
        {
            "applicant_id": np.repeat(np.arange(people), each),
            "event_time": times(rng, people * each, 700),
            "amount": rng.normal(0.0, 100.0, people * each),
        }
    )


def asked(people: int) -> cs.Applications:
    """One application for each person."""
    frame = pd.DataFrame({"application_id": np.arange(people), "applicant_id": np.arange(people)})
    return cs.Applications(frame.assign(as_of=pd.Timestamp(AS_OF), amount=1_000.0, term_days=360.0))


def batch(people: int, ties: int, rounds: int) -> list[tuple[str, str, str]]:
    """Seconds at the door and for the features of everyone."""
    tables = network(people, ties)
    indexed: list[cs.Portfolio] = []
    door = seconds_of(lambda: indexed.append(cs.Portfolio(**tables, privacy=PRIVACY)))
    applications, everything = asked(people), cs.social_features()
    rows = [("door: five tables, checked, sorted and indexed", "", f"{door:.2f} s")]
    for name, sources in (
        ("all as of the moment", {"ties", "memberships", "activities"}),
        ("ties and neighbours", {"ties"}),
        ("groups", {"memberships"}),
        ("activities", {"activities"}),
    ):
        chosen = everything.where(lambda feature, sources=sources: feature.source in sources)
        computer = FeatureComputer(chosen)
        computer.compute(asked(10), indexed[0])
        runs = [
            seconds_of(lambda c=computer: c.compute(applications, indexed[0], threads=2))
            for _ in range(rounds)
        ]
        rows.append((name, str(len(chosen)), f"{statistics.median(runs):.2f} s"))
    return rows


def one_score(people: int, ties: int, calls: int) -> list[tuple[str, str, str, str]]:
    """Milliseconds of `score()` with and without the social group, called in turn."""
    few = 1_500
    portfolio = cs.Portfolio(
        payments=payments(few), measures=measures(people), privacy=PRIVACY, **network(people, ties)
    )
    applications = asked(few)
    bad = (np.random.default_rng(3).random(few) < 0.3).astype(np.float64)
    plain = [cs.application_features(), cs.payment_features()]
    pipelines = {"without": plain, "with": [*plain, cs.social_features()]}
    fitted = {}
    for name, features in pipelines.items():
        scorer = cs.CreditScorer(n_estimators=TREES, learning_rate=0.02, early_stopping_rounds=TREES)
        fitted[name] = cs.CreditPipeline(features=features, scorer=scorer, threads=1).fit(
            applications, portfolio, bad
        )
    seconds: dict[str, list[float]] = {name: [] for name in fitted}
    for call in range(-200, calls):
        one = {
            "application_id": call, "applicant_id": call % few, "as_of": AS_OF, "amount": 1e3,
            "term_days": 360.0,
        }  # fmt: skip
        for name, pipeline in fitted.items():
            taken = seconds_of(lambda p=pipeline, a=one: p.score(a, portfolio))
            if call >= 0:
                seconds[name].append(taken)
    extra = [w - wo for w, wo in zip(seconds["with"], seconds["without"], strict=True)]
    return [
        (
            f"score() {name} the social group" if name in fitted else "extra, call by call",
            str(len(fitted[name].model.computer.features)) if name in fitted else "",
            f"{percentile(taken, 0.5) * 1e3:.3f} ms",
            f"{percentile(taken, 0.99) * 1e3:.3f} ms",
        )
        for name, taken in {**seconds, "extra": extra}.items()
    ]


def main() -> None:
    """Measure the batch, then single scores, and print two tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=200_000)
    parser.add_argument("--ties", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--calls", type=int, default=2_000)
    given = parser.parse_args()
    print(f"{given.people:,} people, each applies once; {given.ties:,} ties; two threads\n")
    print(table(("", "features", "median"), batch(given.people, given.ties, given.rounds)))
    print("\nOne score with reasons from an indexed portfolio, one thread:\n")
    print(table(("", "features", "p50", "p99"), one_score(given.people, given.ties, given.calls)))


if __name__ == "__main__":
    main()
