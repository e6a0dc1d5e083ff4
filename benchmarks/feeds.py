"""A stream in one process: messages a second from files and from Kafka, and a watch list that is looked at.

    python -m benchmarks.feeds [--messages 200000] [--people 20000] [--watched 5000] [--before 2000000]

Payments of people, in order of time, into an empty portfolio and into one that holds many before; every
tenth message comes twice. Kafka is the three brokers that librdkafka starts within the process, so that
reading from them costs more than from brokers elsewhere. The watch list has a model of the payment features;
each look comes after messages of some of the watched. A folder of temporary files holds everything.
"""

from __future__ import annotations

import argparse
import json
import tempfile
import time
from pathlib import Path

import numpy as np

import creditscore as cs

START = np.datetime64("2024-01-01T00:00:00")
KINDS = ["purchase", "salary", "transfer", "bill", "cash", "fee"]


def columns(count: int, people: int, seed: int, first: int) -> dict[str, np.ndarray]:
    """Payments in order of time."""
    rng = np.random.default_rng(seed)
    at = START + np.sort(rng.integers(0, 365 * 86_400, count)).astype("timedelta64[s]")
    amounts = np.round(rng.lognormal(3.0, 1.0, count) * np.where(rng.random(count) < 0.2, 8.0, -1.0), 2)
    kinds = np.array(KINDS)[rng.integers(0, len(KINDS), count)]
    who = rng.integers(0, people, count)
    return {"applicant_id": who, "event_id": np.arange(first, first + count), "event_time": at,
            "amount": amounts, "kind": kinds}  # fmt: skip


def lines(given: dict[str, np.ndarray]) -> list[bytes]:
    """Messages, every tenth of them followed by one that came before."""
    rows = zip(*(column.tolist() for column in given.values()), strict=True)
    found = []
    for number, (who, event, at, amount, kind) in enumerate(rows):
        row = {"applicant_id": who, "event_id": event, "event_time": f"{at.isoformat()}Z", "amount": amount}
        found.append(json.dumps({"table": "payments", "row": row | {"kind": kind}}).encode())
        if number % 10 == 0:
            found.append(found[max(0, len(found) - 50)])
    return found


def written_before(folder: Path, rows: int, people: int) -> None:
    """Write a portfolio of the year before."""
    import pandas as pd

    frame = pd.DataFrame(columns(rows, people, 1, 10**9))
    frame["event_time"] = frame["event_time"].dt.tz_localize("UTC") - pd.Timedelta(days=366)
    cs.Portfolio(payments=frame).write(folder)


def taken(stream: cs.Stream, count: int) -> dict[str, float]:
    """Take everything, by the clock and by the time of the processor."""
    wall, own = time.perf_counter(), time.process_time()
    done = stream.take()
    wall, own = time.perf_counter() - wall, time.process_time() - own
    assert done.read == count, done
    assert done.refused == done.waiting == 0, done
    return {"a_second": count / wall, "a_second_of_processor": count / own}


def from_files(home: Path, messages: list[bytes]) -> dict[str, float]:
    """Take from a file."""
    (home / "feed.jsonl").write_bytes(b"".join(one + b"\n" for one in messages))
    with cs.Stream(home / "p", home / "s", [cs.FileFeed(home / "feed.jsonl")]) as stream:
        return taken(stream, len(messages))


def from_kafka(home: Path, messages: list[bytes]) -> dict[str, float]:
    """Take from a topic."""
    from confluent_kafka import Producer

    producer = Producer({"bootstrap.servers": "none", "test.mock.num.brokers": 3, "log_level": 0})
    brokers = producer.list_topics(timeout=10).brokers.values()
    messages = messages[:15_000]  # those brokers keep 5 MB a partition
    for one in messages:
        producer.produce("payments", one)
        producer.poll(0)
    producer.flush(60)
    servers = ",".join(f"{one.host}:{one.port}" for one in brokers)
    cs.Portfolio().write(home / "p")
    with cs.Stream(home / "p", home / "s", [cs.KafkaFeed("payments", servers)]) as stream:
        return taken(stream, len(messages))


def looked(home: Path, people: int, watched: int) -> dict[str, float]:
    """A first look, looks after messages of a hundredth and of all, and one on another day."""
    portfolio = cs.Portfolio.open(home / "p")
    at = "2025-01-01T00:00Z"
    asked = cs.Applications.from_records(
        [{"application_id": n, "applicant_id": n, "as_of": at} for n in range(min(people, 4_000))]
    )
    bad = (np.random.default_rng(3).random(len(asked)) < 0.2).astype(float)
    model = cs.CreditPipeline([cs.payment_features()], scorer=cs.CreditScorer(n_estimators=100))
    model.fit(asked, portfolio, bad)
    found: dict[str, float] = {}
    ids = list(range(watched))
    with cs.Stream(home / "p", home / "s", model=model) as stream:
        clock = time.perf_counter()
        stream.watch(ids, as_of="2025-01-02T08:00Z")
        found["first_look_s"] = time.perf_counter() - clock
        for name, share in (("a_hundredth", 100), ("everybody", 1)):
            rows = [
                {"applicant_id": n, "event_id": 10**12 + share * 10**7 + n, "amount": -400.0,
                 "event_time": "2025-01-02T07:00:00Z", "kind": "purchase"}
                for n in ids[::share]
            ]  # fmt: skip
            stream.push([json.dumps({"table": "payments", "row": row}).encode() for row in rows])
            stream.portfolio()
            clock = time.perf_counter()
            moved = stream.watch(ids, as_of="2025-01-02T08:00Z")
            found[f"look_{name}_s"], found[f"moved_{name}"] = time.perf_counter() - clock, len(moved)
    return found


def main() -> None:
    """Measure everything in turn."""
    form = argparse.RawDescriptionHelpFormatter
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=form)
    parser.add_argument("--messages", type=int, default=200_000)
    parser.add_argument("--people", type=int, default=20_000)
    parser.add_argument("--watched", type=int, default=5_000)
    parser.add_argument("--before", type=int, default=2_000_000)
    asked = parser.parse_args()
    messages = lines(columns(asked.messages, asked.people, 0, 0))
    with tempfile.TemporaryDirectory() as folder:
        homes = {name: Path(folder, name) for name in ("empty", "full", "kafka")}
        for home in homes.values():
            home.mkdir()
        cs.Portfolio().write(homes["empty"] / "p")
        with cs.Stream(homes["empty"] / "p", homes["empty"] / "s") as stream:
            stream.push(lines(columns(10, 10, 9, 10**8)))  # kernels are loaded
        print("files, empty portfolio", from_files(homes["empty"], messages), flush=True)
        written_before(homes["full"] / "p", asked.before, asked.people)
        print(f"files, {asked.before:,} payments before", from_files(homes["full"], messages), flush=True)
        print("kafka, empty portfolio", from_kafka(homes["kafka"], messages), flush=True)
        print("watch list", looked(homes["full"], asked.people, asked.watched), flush=True)


if __name__ == "__main__":
    main()
