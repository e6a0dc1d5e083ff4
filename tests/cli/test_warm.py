"""Warming up compiles what scoring needs, and nothing is left to compile after it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import creditscore as cs
from creditscore._ground.compiled import Compilation
from creditscore.cli.warm import Warmed, _application, _records, timedelta
from tests.house.source import ROOT

WARM = """
from creditscore.cli.warm import warm_up
warmed = warm_up()
rows = warmed.by_kernel()
counted = sum(number for _, number, _ in rows) == len(warmed.compiled)
print(len(rows), counted, rows == sorted(rows, key=lambda row: -row[2]))
"""
SCORE = """
import json, sys
import creditscore as cs
from creditscore._ground.compiled import compilations
assert cs.__file__.startswith(sys.argv[3]), cs.__file__
given = json.loads(open(sys.argv[2]).read())
with compilations() as found:
    pipeline = cs.load(sys.argv[1])
    privacy = cs.StandingPrivacy(secret=bytes(range(32)), secret_name="trial")
    portfolio = cs.Portfolio.from_records(given["tables"], privacy=privacy)
    pipeline.score(given["application"], portfolio)
    pipeline.explain(cs.Applications.from_records(given["application"]), portfolio, on_mismatch="count")
    pipeline.decide(given["application"], portfolio, policy=cs.Policy("p", "1", cutoff=500.0))
print(json.dumps([compilation.kernel for compilation in found]))
"""

PRIVACY = cs.StandingPrivacy(secret=bytes(range(32)), secret_name="trial")


# A copy of the package as warming up left it, where that was done just before: .ci/run makes one.
LEFT = os.environ.get("CREDITSCORE_WARMED")


def run(code: str, *arguments: str, **environment: str) -> str:
    done = subprocess.run(
        [sys.executable, "-P", "-c", code, *arguments],
        env=os.environ | environment,
        check=False,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def warmed(cache: Path) -> tuple[str, dict[str, str]]:
    """Where the package is that was warmed up in a process of its own, and how others find its kernels."""
    if LEFT is not None:
        assert len(list(Path(LEFT).rglob("*.nbc"))) > 50
        return LEFT, {"PYTHONPATH": LEFT}
    found = {"NUMBA_CACHE_DIR": str(cache), "PYTHONPATH": str(ROOT)}
    kernels, counted, in_order = run(WARM, **found).split()
    assert int(kernels) > 100
    assert (counted, in_order) == ("True", "True")
    return str(ROOT), found


def as_text(record: dict[str, Any]) -> dict[str, Any]:
    return {
        name: value.isoformat() if hasattr(value, "isoformat") else value for name, value in record.items()
    }


@pytest.mark.long
def test_after_warming_up_a_fresh_process_compiles_nothing(tmp_path: Path) -> None:
    place, environment = warmed(tmp_path / "cache")
    people = [_application(k) for k in range(60)]
    tables = _records(timedelta(hours=1))
    pipeline = cs.CreditPipeline(scorer=cs.CreditScorer(n_estimators=20), threads=1)
    pipeline.fit(
        cs.Applications.from_records(people),
        cs.Portfolio.from_records(tables, privacy=PRIVACY),
        [float(k * 2_654_435_761 % 1_009 < 400) for k in range(60)],
    )
    pipeline.save(tmp_path / "model")
    mine = {
        name: [as_text(row) for row in rows if row.get("applicant_id", row.get("person_id")) == "a0"]
        for name, rows in tables.items()
    }
    given = {"tables": {name: rows for name, rows in mine.items() if rows}, "application": as_text(people[0])}
    (tmp_path / "given.json").write_text(json.dumps(given))
    compiled = run(SCORE, str(tmp_path / "model"), str(tmp_path / "given.json"), place, **environment)
    assert json.loads(compiled) == []


def test_the_report_adds_up_by_kernel() -> None:
    warmed = Warmed(9.0, (Compilation("a", 1.0), Compilation("b", 2.5), Compilation("a", 1.0)))
    assert warmed.by_kernel() == [("b", 1, 2.5), ("a", 2, 2.0)]
