"""The small lender runs from its first event to its first look at what came in."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

import creditscore as cs

ROOT = Path(__file__).parents[2]


def of_the_site(script: str, site: Path) -> str:
    """What a script of the lender's folder prints about what the lender left."""
    words = [sys.executable, str(ROOT / "examples" / "lender" / script), str(site)]
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    return subprocess.run(words, check=True, capture_output=True, text=True, env=environment).stdout


@pytest.mark.long
def test_the_lender_runs_with_one_command_and_leaves_what_can_be_checked(tmp_path: Path) -> None:
    site = tmp_path / "site"
    said = of_the_site("run.py", site)
    assert "asked again: the same decision" in said
    assert "replayed: identical" in said
    record = cs.DecisionRecord.from_json((site / "decision.json").read_text())
    for reason in record.content["reasons"]:
        assert f"- {reason['texts']['en']}" in said
    key = bytes.fromhex((site / "ledger.key").read_text())
    with cs.Ledger.open(site / "decisions.db", key=key) as ledger:
        assert ledger.verify().decisions == 25
        assert ledger.read(record.decision_id) == record
    for language in ("en", "fa", "zh"):
        page = json.loads((site / f"decision_{language}.json").read_text())
        assert page["language"] == language
        assert page["record"]["decision_id"] == record.decision_id
    assert {"model.html", "tonight.html", "decision.html"} <= {one.name for one in site.iterdir()}
    found, _, lie = of_the_site("auditor.py", site).partition("another decision written into it")
    assert "taken again: identical" in found
    assert "FAILED  the decision follows from the policy" in lie
    here, there = re.split("over HTTP: ", of_the_site("loan_system.py", site).removeprefix("in process:"))
    assert here.split() == there.split()
