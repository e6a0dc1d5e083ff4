"""Load on a service that runs on this machine: requests a second, p50 and p99 at 50 connections.

Starts one process of `creditscore serve` on loopback with a made-up lender (`_lender.py`: 500 payments, 36
instalments each), and asks it for a bounded time by each route; the generator is a process of its own, with
plain sockets that are kept open. Prints memory before and after, and how long the server took to start.

Usage: python benchmarks/service_load.py [--seconds 5] [--connections 50] [--customers 200] [--model FOLDER]
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from _lender import application, customer, fitted_pipeline, portfolio_of
from _timing import percentile, table

import creditscore as cs
from creditscore.service.keys import SCOPES, ApiKeys
from creditscore.service.messages import written

Next = Callable[[], bytes]
START = "from creditscore.cli import main\nif __name__ == '__main__':\n    main()\n"


def request(path: str, secret: str, body: object, key: str = "") -> bytes:
    """A request as it goes over the wire."""
    content = written(body)
    once = f"Idempotency-Key: {key}\r\n" if key else ""
    head = (
        f"POST {path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {secret}\r\n{once}"
        f"Content-Type: application/json\r\nContent-Length: {len(content)}\r\n\r\n"
    )
    return head.encode() + content


async def caller(port: int, following: Next, until: float, seconds: list[float]) -> None:
    """Ask again and again over one connection."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    while time.perf_counter() < until:
        began = time.perf_counter()
        writer.write(following())
        head = await reader.readuntil(b"\r\n\r\n")
        if not head.startswith((b"HTTP/1.1 200", b"HTTP/1.1 201")):
            raise SystemExit(head.decode() + (await reader.read(2_000)).decode())
        length = int(head.lower().partition(b"content-length:")[2].partition(b"\r\n")[0])
        await reader.readexactly(length)
        seconds.append(time.perf_counter() - began)
    writer.close()


async def load(port: int, following: Next, connections: int, seconds: float) -> list[float]:
    """The seconds of each request of so many callers."""
    found: list[float] = []
    until = time.perf_counter() + seconds
    await asyncio.gather(*(caller(port, following, until, found) for _ in range(connections)))
    return found


async def measured(
    process: int, port: int, following: Next, given: argparse.Namespace
) -> tuple[float, list[float], float]:
    """Requests a second, the seconds of each, and the processor's milliseconds for one."""
    await load(port, following, 8, 1.0)
    before, began = processor_seconds(process), time.perf_counter()
    found = await load(port, following, given.connections, given.seconds)
    took, used = time.perf_counter() - began, processor_seconds(process) - before
    return len(found) / took, found, used / len(found) * 1e3


def routes(secret: str, customers: int) -> Iterator[tuple[str, Next]]:
    """What is asked, by what it is called."""
    numbers = count()
    plain = [json.loads(json.dumps(application(n), default=str)) for n in range(customers)]
    records = [json.loads(json.dumps(customer(n), default=lambda when: when.isoformat())) for n in range(50)]
    by_id = [request("/v1/scores", secret, {"application": one}) for one in plain]
    bodies = [
        request("/v1/scores", secret, {"application": plain[n], "tables": records[n]}) for n in range(50)
    ]
    yield "scores with reasons, by id", lambda: by_id[next(numbers) % customers]
    yield "scores with reasons, 500 payments in the body", lambda: bodies[next(numbers) % 50]

    def decision() -> bytes:
        number = next(numbers)
        body = {"application": plain[number % customers]}
        return request("/v1/decisions", secret, body, f"{os.getpid()} {number}")

    yield "decisions with the ledger, by id", decision


def megabytes(process: int) -> int:
    """Resident memory, as Linux has it."""
    lines = Path(f"/proc/{process}/status").read_text(encoding="utf-8").splitlines()
    return next(int(line.split()[1]) // 1024 for line in lines if line.startswith("VmRSS"))


def processor_seconds(process: int) -> float:
    """Of user and system, which other work on the machine changes little."""
    stat = Path(f"/proc/{process}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    return (int(stat[11]) + int(stat[12])) / os.sysconf("SC_CLK_TCK")


def prepare(folder: Path, customers: int, model: Path | None) -> str:
    """Write everything that the service needs; return the secret."""
    if model is None:
        fitted_pipeline().save(folder / "model")
    portfolio_of(customers).write(folder / "portfolio")
    cs.Policy("consumer", "1", cutoff=520, refer_below=540).to_file(folder / "policy.json")
    (folder / "ledger.key").write_text(cs.Ledger.new_key().hex(), encoding="ascii")
    (folder / "ledger.key").chmod(0o600)
    secret, keys = ApiKeys().with_new("load", SCOPES)
    keys.to_file(folder / "keys.json")
    (folder / "start.py").write_text(START, encoding="ascii")
    return secret


def start(folder: Path, model: Path) -> tuple[subprocess.Popen[str], int, float]:
    """The process, its port, and how many seconds it took until it listened."""
    made = [
        sys.executable, str(folder / "start.py"), "serve", str(model), "--port", "0", "--keys",
        str(folder / "keys.json"), "--portfolio", str(folder / "portfolio"), "--ledger",
        str(folder / "decisions.db"), "--key-file", str(folder / "ledger.key"), "--policy",
        str(folder / "policy.json"),
    ]  # fmt: skip
    began = time.perf_counter()
    log = (folder / "log").open("w+", encoding="utf-8")
    environment = os.environ | {"PYTHONPATH": str(Path(__file__).parents[1])}
    process = subprocess.Popen(made, stdout=log, text=True, env=environment)
    while time.perf_counter() - began < 120 and process.poll() is None:
        lines = (folder / "log").read_text(encoding="utf-8").splitlines()
        ports = [json.loads(line)["port"] for line in lines if '"listening"' in line]
        if ports:
            return process, ports[0], time.perf_counter() - began
        time.sleep(0.05)
    raise SystemExit("the service did not start")


def main() -> None:
    """Start the service, ask it, print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=5.0)
    parser.add_argument("--connections", type=int, default=50)
    parser.add_argument("--customers", type=int, default=200)
    parser.add_argument("--model", type=Path, default=None)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        secret = prepare(folder, given.customers, given.model)
        process, port, took = start(folder, given.model or folder / "model")
        try:
            before, rows = megabytes(process.pid), []
            for what, following in routes(secret, given.customers):
                rate, seconds, cost = asyncio.run(measured(process.pid, port, following, given))
                middle, last = percentile(seconds, 0.5) * 1e3, percentile(seconds, 0.99) * 1e3
                rows.append((what, f"{rate:,.0f}/s", f"{middle:.0f} ms", f"{last:.0f} ms", f"{cost:.2f} ms"))
            after = megabytes(process.pid)
        finally:
            process.terminate()
            process.wait()
    print(f"listening after {took:.1f} s; {before} MB at first, {after} MB at the end; one process\n")
    print(table((f"{given.connections} connections", "requests", "p50", "p99", "processor time each"), rows))


if __name__ == "__main__":
    main()
