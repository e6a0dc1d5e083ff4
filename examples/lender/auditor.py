"""What an auditor does with a decision in hand, offline: verify it, take it again, and try to lie.

Run: python examples/lender/auditor.py FOLDER      (where `run.py` left decision.json, model and trust.json)

Of the lender's systems nothing is needed but the folder of the model and the lender's public key.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import creditscore as cs
from creditscore.verify.paths import verify_path


def main(folder: str) -> None:
    """Print what is found about the decision, whether it comes out again, and what is found of a lie."""
    site = Path(folder)
    path, model, trust = site / "decision.json", site / "model", site / "trust.json"
    findings = verify_path(path, model=model, trust=trust)
    print(findings)
    if not findings.passed:
        raise SystemExit("The decision does not follow from its data and this model.")
    record = cs.DecisionRecord.from_json(path.read_text())
    differs = cs.replay_decision(record, cs.load(model).model)
    print("taken again:", "identical" if differs is None else differs)
    changed = json.loads(path.read_text())
    changed["outcome"]["decision"] = "approve"
    with TemporaryDirectory() as desk:
        lie = Path(desk, "decision.json")
        lie.write_text(json.dumps(changed))
        try:
            found = _failed(str(verify_path(lie, model=model, trust=trust)))
        except cs.errors.CreditScoreError as refused:
            found = f"refused: {refused}"
    print(f"\nthe same, with another decision written into it:\n{found}")


def _failed(findings: str) -> str:
    return "\n".join(line for line in findings.splitlines() if line.lstrip().startswith("FAILED"))


if __name__ == "__main__":
    main(*sys.argv[1:] or ["lender"])
