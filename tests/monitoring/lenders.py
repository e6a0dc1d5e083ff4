"""Made-up lenders of 26 months; `python -m tests.monitoring.lenders 200` counts alarms.

In the last two months people are another mixture (``people``), repay worse for the same score (``risk``),
or both.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from typing import Literal

import numpy as np

import creditscore as cs

BEFORE, AFTER = 24, 2
COLUMNS = ("income", "spending", "age_days", "late_days", "limit_used")
MONTHS = np.arange(1, 13)


@dataclass(frozen=True)
class Alarms:
    """What was alarmed: columns and defaults, counted before the shift, and whether any was after it."""

    before: int
    in_time: bool


def people(random: np.random.Generator, n: int, moved: float) -> dict[str, np.ndarray]:
    """Columns that hang together, some with gaps; income and spending move."""
    reliable = random.normal(size=n)
    found = {
        name: 0.5 * reliable + random.normal(size=n) - moved * (name in ("income", "spending"))
        for name in COLUMNS
    }
    found["late_days"][random.random(n) < 0.2] = np.nan
    return found | {"log_odds": -2.6 + 0.3 * sum(np.nan_to_num(found[name]) for name in COLUMNS)}


def alarms(seed: int, shift: Literal["people", "risk", "both"]) -> Alarms:
    """Watch one lender month by month, and follow the defaults of all loans that were made."""
    random = np.random.default_rng([seed, 9])
    volume = int(random.integers(400, 1_600))
    watch = cs.Watch.begun(cs.FrozenBins.learned(people(random, 5_000, 0.0)))
    course = cs.DefaultCourse.learned(
        random.choice(MONTHS, 2_000, p=np.sqrt(MONTHS) / np.sqrt(MONTHS).sum())
    )
    raised = 0
    probability, entered, hazards = [], [], []
    for month in range(1, BEFORE + AFTER + 1):
        late = month > BEFORE
        batch = people(random, volume, 0.8 if late and shift in ("people", "both") else 0.0)
        watch = watch.look(batch, at=np.datetime64("2024-01-01T00:00:00") + np.timedelta64(31 * month, "D"))
        raised += 0 if late else len(watch.news)
        # The level is never exact: each lender is up to 3 % off.
        chance = 1.0 / (1.0 + np.exp(-batch["log_odds"]))
        probability.append(chance)
        entered.append(np.full(volume, month))
        hazards.append(course.hazards(chance))
    chance, began, hazard = (np.concatenate(part) for part in (probability, entered, hazards))
    off = float(random.uniform(0.97, 1.03))
    age = began[:, None] + MONTHS
    worse = 1.5 if shift in ("risk", "both") else 1.0
    monthly = np.clip(hazard * off * np.where(age > BEFORE, worse, 1.0), 0.0, 0.9)
    fell = random.random(monthly.shape) < monthly
    defaulted = np.where(fell.any(axis=1), began + 1.0 + fell.argmax(axis=1), np.nan)
    followed = cs.follow_defaults(course, chance, began, defaulted, now=BEFORE + AFTER)
    early = followed.since is not None and followed.since <= BEFORE
    late_news = any(f"{one.since:%Y-%m-%d}" >= "2026-02-01" for one in watch.alerts)
    in_time = late_news or (followed.since is not None and followed.since > BEFORE)
    return Alarms(raised + early, in_time)


if __name__ == "__main__":
    lenders = int(sys.argv[1]) if len(sys.argv) > 1 else 200
    for kind in ("people", "risk", "both"):
        found = [alarms(seed, kind) for seed in range(lenders)]
        caught, false = (np.mean([getattr(one, name) for one in found]) for name in ("in_time", "before"))
        sys.stdout.write(f"{kind}: {caught:.1%} within two months, {false:.3f} false alarms in 24 months\n")
