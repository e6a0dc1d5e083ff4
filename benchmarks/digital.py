"""What features of digital channels cost beside those of payments, by processor time, on one thread.

Run ``python benchmarks/digital.py``. So many session events and as many payments of the same people, in all
their columns, within 400 days; every feature of each catalogue that the default pipeline computes, and then
the features of one person of 500 session events out of the same tables.
"""

from __future__ import annotations

import argparse
import statistics
import time
from datetime import UTC, datetime

import numpy as np
import pandas as pd
from numpy.typing import NDArray

import creditscore as cs
from creditscore.data.tables import vocabularies as words
from creditscore.features.compute import FeatureComputer

AS_OF = datetime(2024, 7, 1, tzinfo=UTC)
DAYS = 400
CALLS = 200


def times_of(n: int, random: np.random.Generator) -> pd.Series:
    """Draw moments before the application."""
    seconds = random.integers(0, DAYS * 86_400, n)
    return pd.Series(pd.Timestamp(AS_OF) - pd.to_timedelta(seconds + 1, unit="s"))


def labels(among: tuple[str, ...], n: int, random: np.random.Generator) -> pd.Categorical:
    """Draw labels of a closed list."""
    return pd.Categorical.from_codes(random.integers(0, len(among), n), list(among))


def sessions(who: NDArray[np.int64], random: np.random.Generator) -> pd.DataFrame:
    """Uses of channels by these people."""
    n = who.size
    known = [one for one in words.SESSION_ACTIONS if one != "reminder"]
    action = labels(tuple(known), n, random)
    functions = tuple(f"screen {number}" for number in range(30))
    return pd.DataFrame(
        {
            "applicant_id": who, "event_time": times_of(n, random),
            "channel": labels(words.SESSION_CHANNELS, n, random), "action": action,
            "function": labels(functions, n, random), "duration_s": random.integers(1, 900, n).astype(float),
            "outcome": labels(words.SESSION_OUTCOMES, n, random),
            "device": who * 3 + random.integers(0, 3, n),
            "device_class": labels(words.DEVICE_CLASSES, n, random),
            "os_family": labels(words.OS_FAMILIES, n, random),
            "region": labels(tuple(f"region {number}" for number in range(20)), n, random),
            "balance_view": random.random(n) < 0.2,
        }
    )  # fmt: skip


def payments(who: NDArray[np.int64], random: np.random.Generator) -> pd.DataFrame:
    """Payments of these people."""
    n = who.size
    amount = np.round(np.exp(random.normal(3.5, 1.2, n)) * np.where(random.random(n) < 0.3, 1.0, -1.0), 2)
    return pd.DataFrame(
        {
            "applicant_id": who, "event_time": times_of(n, random),
            "amount": np.where(amount == 0, 1.0, amount),
            "balance": np.round(random.normal(900.0, 500.0, n), 2),
            "category": labels(words.PAYMENT_CATEGORIES, n, random),
            "counterparty_id": random.integers(0, 400, n), "account_id": who * 2 + random.integers(0, 2, n),
        }
    )  # fmt: skip


def seconds_of(computer: FeatureComputer, asked: cs.Applications, portfolio: cs.Portfolio) -> float:
    """Processor time of one computation."""
    start = time.process_time()
    computer.compute(asked, portfolio, threads=1)
    return time.process_time() - start


def main() -> None:
    """Print the costs."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--events", type=int, default=1_000_000)
    parser.add_argument("--each", type=int, default=50, help="events of one person")
    parser.add_argument("--rounds", type=int, default=3)
    given = parser.parse_args()
    random, people = np.random.default_rng(5), given.events // given.each
    who = random.integers(1, people, given.events)
    mine = np.zeros(500, np.int64)
    tables = {
        "payments": payments(np.concatenate([who, mine]), random),
        "sessions": sessions(np.concatenate([who, mine]), random),
    }
    portfolio = cs.Portfolio(**tables)
    asked = cs.Applications(
        pd.DataFrame({"application_id": np.arange(people), "applicant_id": np.arange(people), "as_of": AS_OF})
    )
    computers = {
        "payments": FeatureComputer(cs.payment_features().for_model),
        "digital": FeatureComputer(cs.digital_features().for_model),
    }
    few, one = asked.take(np.arange(50)), asked.take([0])
    spent: dict[str, list[float]] = {name: [] for name in computers}
    for computer in computers.values():
        computer.compute(few, portfolio, threads=1)
    for _ in range(given.rounds):
        for name, computer in computers.items():
            spent[name].append(seconds_of(computer, asked, portfolio))
    print(f"{given.events:,} events of each, {people:,} people, one thread, processor time")
    for name, computer in computers.items():
        print(f"{name}: {len(computer.names)} features, {min(spent[name]):.2f} s at best of {given.rounds}")
    print(f"digital over payments: {min(spent['digital']) / min(spent['payments']):.2f}")
    for name, computer in computers.items():
        taken = [seconds_of(computer, one, portfolio) for _ in range(CALLS)]
        middle, best = statistics.median(taken) * 1e3, min(taken) * 1e3
        print(f"one person of 500 events, {name}: {middle:.3f} ms, best {best:.3f}")


if __name__ == "__main__":
    main()
