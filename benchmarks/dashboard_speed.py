"""How long the dashboard takes from a filter to its picture, over a million made-up applications.

    python -m benchmarks.dashboard_speed --rows 1000000

A value is ticked or a cut-off moved by a real event in Chromium; the time ends when the next frame is ready.
"""

from __future__ import annotations

import argparse
import json
import tempfile
import time
from pathlib import Path

import numpy as np

import creditscore as cs
from tests.dashboard.chromium import Chromium

READY = "document.getElementById('status')?.textContent"
BY = ("level", "age_band", "digital_share", "product", "channel", "as_of_quarter", "sources", "region")
SOURCES = {"payments": 20.0, "loans": 12.0, "inquiries": 5.0, "sessions": 3.0, "application": 2.0}
CHANNELS = {"app": 9.0, "web": 4.0, "branch": 0.3, "atm": 1.0, "ussd": 0.5, "call": 0.4, "partner": 0.1}
REASONS = np.array(["R05", "R06", "R10", "R12", "R13", "R14", "R23", "R28", "R32", "R34"], dtype=object)
MEASURE = """(async () => {
  const frame = () => new Promise((done) => requestAnimationFrame(() => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = done;
    port2.postMessage(0);
  }));
  const times = [];
  const timed = async (act) => {
    await frame();
    const start = performance.now();
    act();
    document.body.offsetHeight;
    await frame();
    times.push(performance.now() - start);
  };
  for (const button of [...document.querySelectorAll("[data-column]")]) button.click();
  for (let turn = 0; turn < 2; turn++)
    for (const box of [...document.querySelectorAll(".chip input")]) await timed(() => box.click());
  for (const value of [3, 9, 15, 21]) await timed(() => {
    const slider = document.getElementById("cutoff");
    slider.value = value;
    slider.dispatchEvent(new Event("input"));
  });
  return times;
})()"""


def rows(n: int) -> dict[str, object]:
    """Columns of n applications."""
    draw = np.random.default_rng(3)
    chance = draw.beta(1, 9, n)
    score = np.round(600 - 30 * np.log(chance / (1 - chance)))
    approved = score >= 640
    return {
        "applicant_id": draw.integers(0, n, n),
        "score": score,
        "probability_of_default": chance,
        "bad": np.where(approved, (draw.random(n) < chance) * 1.0, np.nan),
        "decision": approved.astype(float),
        "level": draw.choice([1, 2, 3, 4], n, p=[0.4, 0.3, 0.2, 0.1]),
        "age_band": draw.choice(["18-25", "26-40", "41-60", "60+"], n),
        "digital_share": np.where(draw.random(n) < 0.15, np.nan, draw.beta(2, 2, n)),
        "product": draw.choice(["instalment", "card", "pay later"], n),
        "channel": draw.choice(["app", "web", "branch"], n),
        "as_of": np.datetime64("2026-01-01") + draw.integers(0, 300, n),
        "sources": draw.integers(1, 6, n),
        "region": draw.choice(["north", "south"], n),
        **{f"points_of_{name}": draw.normal(0, size, n) for name, size in SOURCES.items()},
        **{f"uses_of_{name}": draw.poisson(mean, n) for name, mean in CHANNELS.items()},
        "reason_1": draw.choice(REASONS, n),
        "reason_2": draw.choice(REASONS, n),
    }


def measured(page: Path) -> dict[str, float]:
    """Open a page, change it many times, and tell wall time and the processor time of its thread."""
    with tempfile.TemporaryDirectory() as folder, Chromium(Path(folder)) as browser:
        browser.size(1280, 900)
        start = time.perf_counter()
        browser.open(page, READY)
        opened = time.perf_counter() - start
        browser.ask("Performance.enable", timeDomain="threadTicks")
        before = busy(browser)
        times = browser.run(MEASURE)
        spent = 1000 * (busy(browser) - before) / len(times)
    p50, p95, worst = np.quantile(times, (0.5, 0.95, 1.0)).tolist()
    found = {"opened_s": opened, "filters": len(times), "p50_ms": p50, "p95_ms": p95, "worst_ms": worst}
    return {name: round(value, 2) for name, value in (found | {"processor_ms_each": spent}).items()}


def busy(browser: Chromium) -> float:
    """Seconds of the processor that the page has taken."""
    metrics = browser.ask("Performance.getMetrics")["metrics"]
    return float(next(one["value"] for one in metrics if one["name"] == "TaskDuration"))


def main() -> None:
    """Make the page, or take one that was made, and print what a change of the filter costs."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--page", type=Path, default=Path("dashboard_speed.html"), help="made if absent")
    given = parser.parse_args()
    if not given.page.exists():
        start = time.perf_counter()
        made = cs.make_dashboard(rows(given.rows), by=BY, bad="bad", decision="decision")
        made.save(given.page)
        print(f"{made!r}: made in {time.perf_counter() - start:.1f} s")
    print(f"{given.page.stat().st_size:,} bytes", json.dumps(measured(given.page.resolve())))


if __name__ == "__main__":
    main()
