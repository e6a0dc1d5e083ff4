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


def run(code: str, cache: Path, *arguments: str) -> str:
    environment = os.environ | {"NUMBA_CACHE_DIR": str(cache)}
    done = subprocess.run(
        [sys.executable, "-c", code, *arguments], env=environment, check=True, capture_output=True, text=True
    )
    return done.stdout.strip()


def as_text(record: dict[str, Any]) -> dict[str, Any]:
    return {
        name: value.isoformat() if hasattr(value, "isoformat") else value for name, value in record.items()
    }


@pytest.mark.long
def test_after_warming_up_a_fresh_process_compiles_nothing(tmp_path: Path) -> None:
    kernels, counted, in_order = run(WARM, tmp_path / "cache").split()
    assert int(kernels) > 100
    assert (counted, in_order) == ("True", "True")
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
    assert (
        json.loads(run(SCORE, tmp_path / "cache", str(tmp_path / "model"), str(tmp_path / "given.json")))
        == []
    )


def test_the_report_adds_up_by_kernel() -> None:
    warmed = Warmed(9.0, (Compilation("a", 1.0), Compilation("b", 2.5), Compilation("a", 1.0)))
    assert warmed.by_kernel() == [("b", 1, 2.5), ("a", 2, 2.0)]
