"""A day of mixed traffic, compressed: a service that is stopped, killed and started again loses nothing.

Starts `creditscore serve` (one process, a ledger in a file, a portfolio on disk) with the made-up lender of
`_lender.py`, and lets some callers ask as fast as they are answered: scores by id and with records,
decisions, events, explanations, records and reports of decisions. A caller whom nobody answers asks again,
with the same key, until somebody does, as loan systems do. While they ask, the service is stopped (SIGTERM)
and killed (SIGKILL) in turns, and the log of the portfolio is folded by another process. Then everything that
was answered is looked for: each decision once in the ledger, under the hash that was answered; each event
once in the portfolio; both whole. Resident memory is written down all the time: the slope over the second
half of the last life, which nothing interrupts, says whether it grows.

Usage: python benchmarks/service_day.py [--requests 20000] [--lives 8] [--callers 6] [--customers 200]
"""

from __future__ import annotations

import argparse
import http.client
import json
import random
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))

import numpy as np
from _lender import AS_OF, application, customer
from _timing import percentile, table
from service_load import megabytes, prepare, processor_seconds, start

import creditscore as cs
from creditscore.service.messages import written

# How often each is asked, in a hundred.
MIX = {
    "score": 52, "score with records": 8, "decide": 18, "events": 14, "explain": 3, "record": 3, "report": 2,
}  # fmt: skip
_PAUSE = 0.05
_LAST_LIFE = 0.5


@dataclass
class Told:
    """What was asked, answered and seen, of all callers together."""

    lock: Any = field(default_factory=threading.Lock)
    seconds: dict[str, list[float]] = field(default_factory=dict)
    statuses: Counter[int] = field(default_factory=Counter)
    unanswered: int = 0
    decisions: dict[str, dict[str, Any]] = field(default_factory=dict)
    asked_keys: set[str] = field(default_factory=set)
    events: dict[str, float] = field(default_factory=dict)
    done: int = 0


class Service:
    """The process as it stands now; callers wait while there is none."""

    def __init__(self, folder: Path, model: Path) -> None:
        self.folder, self.model = folder, model
        self.up = threading.Event()
        self.process: subprocess.Popen[str] | None = None
        self.port, self.processor = 0, 0.0

    def begin(self) -> float:
        """Start it, and say how long it took."""
        self.process, self.port, took = start(self.folder, self.model)
        self.up.set()
        return took

    def end(self, how: signal.Signals) -> None:
        """Stop or kill it."""
        assert self.process is not None
        self.up.clear()
        self.processor += processor_seconds(self.process.pid)
        self.process.send_signal(how)
        self.process.wait()


class Caller(threading.Thread):
    """Asks for one thing after another; what nobody answers is asked again."""

    def __init__(
        self, number: int, service: Service, told: Told, secret: str, given: argparse.Namespace
    ) -> None:
        super().__init__(daemon=True)
        self.number, self.service, self.told, self.secret, self.given = number, service, told, secret, given
        self.random = random.Random(number)
        self.connection: http.client.HTTPConnection | None = None
        self.mine: list[str] = []
        self.failed: BaseException | None = None

    def run(self) -> None:
        """Ask until the day is over."""
        try:
            while True:
                with self.told.lock:
                    if self.told.done >= self.given.requests:
                        return
                    self.told.done += 1
                    number = self.told.done
                self._one(number)
        except BaseException as error:  # noqa: BLE001 - told at the end, by whoever waits
            self.failed = error

    def _one(self, number: int) -> None:
        kind = self.random.choices(list(MIX), list(MIX.values()))[0]
        who = self.random.randrange(self.given.customers)
        asked = {"application": json.loads(json.dumps(application(who), default=str))}
        if kind in ("record", "report") and not self.mine:
            kind = "score"
        match kind:
            case "decide":
                self._decide(f"day {self.number} {number}", asked)
            case "events":
                self._events(number, who)
            case "record" | "report":
                tail = "/report?audience=subject" if kind == "report" else ""
                path = f"/v1/decisions/{self.random.choice(self.mine)}{tail}"
                self._until_answered(kind, "GET", path, None)
            case "score with records":
                records = json.loads(json.dumps(customer(who), default=lambda when: when.isoformat()))
                self._until_answered(kind, "POST", "/v1/scores", asked | {"tables": records})
            case _:
                path = "/v1/scores" if kind == "score" else "/v1/explanations"
                self._until_answered(kind, "POST", path, asked)

    def _decide(self, key: str, asked: dict[str, Any]) -> None:
        with self.told.lock:
            self.told.asked_keys.add(key)
        answer = json.loads(self._until_answered("decide", "POST", "/v1/decisions", asked, key))
        with self.told.lock:
            self.told.decisions[key] = answer
        self.mine.append(answer["decision_id"])

    def _events(self, number: int, who: int) -> None:
        rows = [
            {
                "applicant_id": f"customer-{who}",
                "event_id": f"event-{number}-{place}",
                "event_time": (AS_OF - timedelta(minutes=number % 500_000 + place)).isoformat(),
                "amount": -1.0 - place,
                "kind": "purchase",
            }
            for place in range(self.random.randrange(1, 6))
        ]
        self._until_answered("events", "POST", "/v1/events", {"tables": {"payments": rows}})
        with self.told.lock:
            self.told.events |= {row["event_id"]: row["amount"] for row in rows}

    def _until_answered(self, kind: str, method: str, path: str, body: Any, key: str = "") -> bytes:
        content = None if body is None else written(body)
        began = time.perf_counter()
        while True:
            self.service.up.wait()
            try:
                status, answer = self._ask(method, path, content, key)
            except (OSError, http.client.HTTPException):
                self.connection = None
                with self.told.lock:
                    self.told.unanswered += 1
                time.sleep(_PAUSE)
                continue
            with self.told.lock:
                self.told.statuses[status] += 1
            if status in (200, 201):
                with self.told.lock:
                    self.told.seconds.setdefault(kind, []).append(time.perf_counter() - began)
                return answer
            if status not in (503, 504):
                raise SystemExit(f"{method} {path}: {status} {answer[:500]!r}")
            time.sleep(_PAUSE)

    def _ask(self, method: str, path: str, content: bytes | None, key: str) -> tuple[int, bytes]:
        if self.connection is None or self.connection.port != self.service.port:
            self.connection = http.client.HTTPConnection("127.0.0.1", self.service.port, timeout=60)
        head = {"Authorization": f"Bearer {self.secret}", "Content-Type": "application/json"}
        head |= {"Idempotency-Key": key} if key else {}
        self.connection.request(method, path, content, head)
        got = self.connection.getresponse()
        return got.status, got.read()


def lived(service: Service, told: Told, until: int, memory: list[tuple[int, int]]) -> None:
    """Write down the memory of the process until so many requests were asked."""
    assert service.process is not None
    while told.done < until:
        memory.append((told.done, megabytes(service.process.pid)))
        time.sleep(0.5)


def slope(memory: list[tuple[int, int]]) -> float:
    """Megabytes in 1,000 requests over the second half of a life."""
    half = np.array(memory[len(memory) // 2 :], np.float64)
    moved = half[:, 0] - half[:, 0].mean()
    return float((moved @ half[:, 1]) / max(float(moved @ moved), 1.0) * 1e3)


def folded(folder: Path) -> None:
    """Fold the log of the portfolio in a process of its own, as a night does."""
    made = [sys.executable, str(folder / "start.py"), "portfolio", "compact", str(folder / "portfolio")]
    subprocess.run(made, check=True, stdout=subprocess.DEVNULL, cwd=Path(__file__).parents[1])


def day(folder: Path, model: Path, secret: str, given: argparse.Namespace) -> tuple[Told, list[Any], float]:
    """Live the day; return what was told, each life (how it ended, memory), and the processor's seconds."""
    service, told = Service(folder, model), Told()
    service.begin()
    callers = [Caller(number, service, told, secret, given) for number in range(given.callers)]
    for caller in callers:
        caller.start()
    lives: list[Any] = []
    short = int(given.requests * (1.0 - _LAST_LIFE) / max(given.lives - 1, 1))
    for life in range(given.lives):
        memory: list[tuple[int, int]] = []
        last = life == given.lives - 1
        lived(service, told, given.requests if last else (life + 1) * short, memory)
        if last:
            break
        how = signal.SIGKILL if life % 2 else signal.SIGTERM
        service.end(how)
        if life % 3 == 1:
            folded(folder)
        took = service.begin()
        lives.append((how.name, memory, took))
        if life % 3 == 0:
            folded(folder)
    for caller in callers:
        caller.join()
    failed = next((caller.failed for caller in callers if caller.failed is not None), None)
    service.end(signal.SIGTERM)
    if failed is not None:
        raise failed
    lives.append(("SIGTERM", memory, 0.0))
    return told, lives, service.processor


def faults(folder: Path, told: Told, before: int) -> list[str]:
    """Say what was lost, doubled or is not whole."""
    found = []
    key = bytes.fromhex((folder / "ledger.key").read_text(encoding="ascii"))
    with cs.Ledger.open(folder / "decisions.db", key=key) as ledger:
        stored: Counter[str] = Counter()
        hashes: dict[str, str] = {}
        for record in ledger.records():
            stored[record.decision_id] += 1
            hashes[record.decision_id] = record.sha256
        found += [f"{one} stands {count} times" for one, count in stored.items() if count > 1]
        if len(stored) != len(told.asked_keys):
            found.append(f"{len(stored)} decisions are in the ledger, {len(told.asked_keys)} were asked for")
        for name, answer in told.decisions.items():
            one = answer["decision_id"]
            if hashes.get(one) != answer["record_sha256"] or ledger.decision_id(name) != one:
                found.append(f"{name} is not in the ledger as it was answered")
        try:
            ledger.verify()
        except cs.errors.LedgerError as error:
            found.append(f"the ledger is not whole: {error}")
    condition = cs.PortfolioFolder(folder / "portfolio").check()
    found += [] if condition.ok else [f"the portfolio is not whole: {condition}"]
    payments = cs.Portfolio.open(folder / "portfolio", verify=True).tables["payments"]
    codes, labels = payments.event_ids.of(np.arange(payments.n_rows))
    counts = Counter(labels[code] for code in codes.tolist() if code >= 0)
    found += [f"{one} stands {count} times" for one, count in counts.items() if count > 1]
    found += [f"{one} is lost" for one in told.events.keys() - counts.keys()]
    found += [f"{one} was never sent" for one in counts.keys() - told.events.keys()]
    if payments.n_rows != before + len(told.events):
        found.append(f"{payments.n_rows} payments, {before} + {len(told.events)} expected")
    return found


def said(told: Told, lives: list[Any], given: argparse.Namespace, times: tuple[float, float]) -> None:
    """Print what was asked and answered, and the memory of each life."""
    clock, processor = times
    print(f"{told.done:,} requests in {clock:,.0f} s, {processor:,.0f} of processor; {given.callers} callers")
    statuses = dict(sorted(told.statuses.items()))
    print(f"{told.unanswered} without an answer, asked again; statuses {statuses}\n")
    rows = [
        (kind, f"{len(took):,}", *(f"{percentile(took, share) * 1e3:.0f} ms" for share in (0.5, 0.99)))
        for kind, took in sorted(told.seconds.items())
    ]
    print(table(("asked for", "answered", "p50", "p99"), rows), end="\n\n")
    ends = [
        (how, f"{memory[0][0]:,}", f"{memory[0][1]} MB", f"{memory[-1][1]} MB", f"{slope(memory):+.2f} MB")
        for how, memory, _ in lives
        if memory
    ]
    heads = ("life ended by", "from request", "at first", "at its end", "in 1,000 requests, second half")
    print(table(heads, ends))
    print(f"\n{len(told.decisions):,} decisions and {len(told.events):,} events were answered")


def main() -> None:
    """Live the day and print what came of it; status 1 where anything was lost, doubled or not whole."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--requests", type=int, default=20_000)
    parser.add_argument("--lives", type=int, default=8)
    parser.add_argument("--callers", type=int, default=6)
    parser.add_argument("--customers", type=int, default=200)
    parser.add_argument("--model", type=Path, default=None)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        secret = prepare(folder, given.customers, given.model)
        before = cs.Portfolio.open(folder / "portfolio").tables["payments"].n_rows
        began = time.perf_counter()
        told, lives, used = day(folder, given.model or folder / "model", secret, given)
        took = time.perf_counter() - began
        wrong = faults(folder, told, before)
    said(told, lives, given, (took, used))
    for one in wrong[:20]:
        print(f"WRONG: {one}")
    if not wrong:
        print("nothing lost, nothing doubled, both whole")
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
