"""A portfolio on disk at 10 and 100 million events: written, opened, appended to, computed from, and memory.

    python -m benchmarks.portfolio_on_disk --events 10,100 --folder DIR

Each size runs in a process of its own, so that peaks of memory are its own. Payments are drawn evenly over
applicants, 100 each; their ids are whole numbers. The folder is emptied afterwards.
"""

from __future__ import annotations

import argparse
import json
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

EACH = 100
DAY = 86_400_000_000
START = 19_000 * DAY
BATCH = 10_000_000
KINDS = ["purchase", "salary", "transfer", "bill", "cash", "fee"]


def batch(first: int, events: int, seed: int):
    """Payments of applicants from a first one on, in order of time."""
    import pyarrow as pa

    rng = np.random.default_rng(seed)
    who = first + rng.integers(0, events // EACH, events)
    at = np.sort(rng.integers(START, START + 730 * DAY, events))
    amounts = np.round(rng.lognormal(3.0, 1.0, events) * np.where(rng.random(events) < 0.2, 8.0, -1.0), 2)
    codes = rng.integers(0, len(KINDS), events, dtype=np.int32)
    kinds = pa.DictionaryArray.from_arrays(codes, pa.array(KINDS))
    times = pa.array(at).cast(pa.timestamp("us", "UTC"))
    return pa.table({"applicant_id": who, "event_time": times, "amount": amounts, "kind": kinds})


def measure(events: int, folder: Path) -> dict[str, float]:
    """Everything for one number of events; seconds, bytes and microseconds."""
    import creditscore as cs

    found: dict[str, float] = {"events": events}
    size = min(events, BATCH)
    clock = time.perf_counter()
    cs.Portfolio(payments=batch(0, size, 0)).write(folder)
    found["first_batch_s"] = time.perf_counter() - clock
    store = cs.PortfolioFolder(folder)
    for number in range(1, events // size):
        store.append({"payments": batch(number * (size // EACH), size, number)})
        store.compact()
    del store
    found["written_s"] = time.perf_counter() - clock
    found["peak_writing_gb"] = peak()
    found["bytes"] = sum(path.stat().st_size for path in folder.rglob("*.arrow"))
    code = f"from benchmarks.portfolio_on_disk import read; read({str(folder)!r})"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return found | json.loads(done.stdout.splitlines()[-1])


def read(folder: str) -> None:
    """Open, find, compute, append and open again, in a process of its own."""
    import creditscore as cs
    from creditscore.data.folder.releasing import release
    from creditscore.features.compute import FeatureComputer

    FeatureComputer(cs.payment_features())
    before, clock = resident(), time.perf_counter()
    portfolio = cs.Portfolio.open(folder)
    found = {"open_s": time.perf_counter() - clock, "open_mb": resident() - before}
    rng = np.random.default_rng(5)
    ids = rng.integers(0, portfolio.n_applicants, 20_000).tolist()
    clock = time.perf_counter()
    for one in ids:
        portfolio.code(one)
    found["find_us"] = (time.perf_counter() - clock) / len(ids) * 1e6
    computer = FeatureComputer(cs.payment_features())
    as_of = "2024-01-01T00:00Z"

    def asked(numbers):
        rows = [{"application_id": n, "applicant_id": n, "as_of": as_of} for n in numbers]
        return cs.Applications.from_records(rows)

    computer.compute(asked(ids[:64]), portfolio)
    clock = time.perf_counter()
    for one in ids[100:300]:
        computer.compute(asked([one]), portfolio, threads=1)
    found["one_applicant_ms"] = (time.perf_counter() - clock) / 200 * 1e3
    seconds, part = 0.0, 20_000
    sample = min(portfolio.n_applicants, 200_000)
    chosen = np.sort(rng.choice(portfolio.n_applicants, sample, replace=False))
    for start in range(0, sample, part):
        applications = asked(chosen[start : start + part].tolist())
        clock = time.perf_counter()
        computer.compute(applications, portfolio)
        release(portfolio)
        seconds += time.perf_counter() - clock
    found |= {"features": len(computer.names), "ns_an_event": seconds / (sample * EACH) * 1e9}
    found["peak_reading_gb"] = peak()
    store = cs.PortfolioFolder(folder)
    clock = time.perf_counter()
    store.append({"payments": batch(0, 100_000, 99).slice(0, 1_000)})
    found["append_1000_s"] = time.perf_counter() - clock
    clock = time.perf_counter()
    cs.Portfolio.open(folder)
    found["open_with_log_s"] = time.perf_counter() - clock
    clock = time.perf_counter()
    store.compact()
    found |= {"compact_s": time.perf_counter() - clock, "peak_gb": peak()}
    print(json.dumps(found))


def resident() -> float:
    """Megabytes of memory that this process holds now."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * resource.getpagesize() / 1e6


def peak() -> float:
    """Most memory that this process ever held, in gigabytes; pages of files that it read count."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(status.partition("VmHWM:")[2].split()[0]) / 1e6


def main() -> None:
    """Measure each size in a process of its own."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--events", default="10", help="Millions, separated by commas.")
    parser.add_argument("--folder", type=Path, help="Where there is room: 5 GB for 100 million, thrice over.")
    parser.add_argument("--one", action="store_true", help=argparse.SUPPRESS)
    given = parser.parse_args()
    for millions in given.events.split(","):
        if not given.one:
            call = [sys.executable, "-m", "benchmarks.portfolio_on_disk", "--one", "--events", millions]
            subprocess.run(call + (["--folder", str(given.folder)] if given.folder else []), check=True)
            continue
        folder = Path(tempfile.mkdtemp(dir=given.folder))
        try:
            print(json.dumps(measure(int(float(millions) * 1_000_000), folder / "portfolio")), flush=True)
        finally:
            shutil.rmtree(folder)


if __name__ == "__main__":
    main()
