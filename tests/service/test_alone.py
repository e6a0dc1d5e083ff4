"""The process that serves imports what scores and decides, and nothing that fits, draws or reads frames."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.house.source import ROOT
from tests.service.lender import Lender

FOREIGN = (
    "pandas", "polars", "sklearn", "lightgbm", "shap", "networkx", "matplotlib", "narwhals", "opentelemetry",
)  # fmt: skip
# What fits, judges and writes pages is not even there until a report is asked for.
OWN = (
    "creditscore.pipeline.fitting",
    "creditscore.plots",
    "creditscore.assess",
    "creditscore.report.decision",
)

# Reads the portfolio, scores, decides, explains and reports through the service, then looks at what is there.
SERVED = """
import json, sys
class Blocker:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in FOREIGN:
            raise ImportError(f"{name} is not to be imported here")
sys.meta_path.insert(0, Blocker())
from pathlib import Path
from creditscore.cli._folder import read_portfolio
from creditscore.deciding.ledger.ledger import Ledger
from creditscore.features.kernels.reduce import reduce_rows
from creditscore.service.apart import apart
from creditscore.service.models import Models, ServedModel
from creditscore.service.routes import ROUTES, answered
from creditscore.service.app import Edge
from creditscore.service.server import serve
from creditscore.service.service import Call, Service
from creditscore.service.store import FixedStore, Known
from creditscore.signing.keys import SigningKey

folder = Path(FOLDER)
key = bytes.fromhex((folder / "ledger.key").read_text())
models = Models(ServedModel.open(folder / "model", folder / "policy.json"))
assert reduce_rows.signatures, "the first request would wait for kernels"
known = Known(FixedStore(apart(read_portfolio, folder / "portfolio")))
with Ledger.open(folder / LEDGER, key=key) as ledger:
    service = Service(models, known, ledger, None, SigningKey.from_file(folder / "sign.key"))
    routes = {route.name: route for route in ROUTES}
    asked = {"application": ASKED}
    for body in (asked, asked | {"tables": RECORDS}):
        for name in ("score", "explain", "decide"):
            call = Call(json.dumps(body).encode(), key=f"trial {len(body)}")
            assert answered(service, routes[name], call).status in (200, 201)
    many = {"applications": [ASKED]}
    assert answered(service, routes["score_batch"], Call(json.dumps(many).encode())).status == 200
    path = {"decision_id": ledger.decision_id("trial 1")}
    heavy = [name for name in OWN if name in sys.modules]
    assert not heavy, heavy
    for name in ("decision", "report", "proof"):
        assert answered(service, routes[name], Call(path=path)).status == 200
    page = answered(service, routes["report"], Call(path=path, query={"format": "html", "language": "fa"}))
    assert b'dir="rtl"' in page.content
lines = Path("/proc/self/status").read_text().splitlines() if Path("/proc/self/status").exists() else []
print([int(line.split()[1]) // 1024 for line in lines if line.startswith("VmRSS")] or [0])
"""


def served(lender: Lender, ledger: str, *flags: str) -> subprocess.CompletedProcess[str]:
    head = (
        f"FOLDER, ASKED, RECORDS = {str(lender.folder)!r}, {lender.asked(2)!r}, {lender.records(2)!r}\n"
        f"FOREIGN, OWN, LEDGER = {FOREIGN!r}, {OWN!r}, {ledger!r}\n"
    )
    command = [sys.executable, *flags, "-c", head + SERVED]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def megabytes(lender: Lender) -> int:
    served(lender, "first.db")  # compiles what was not yet, which takes memory of its own
    done = served(lender, "alone.db", "-W", "error")
    assert done.returncode == 0, done.stderr
    return int(done.stdout.strip().strip("[]"))


def test_the_service_imports_scoring_alone_and_stays_small(megabytes):
    """With a small model; most of it is numba, LLVM and the kernels that were used so far."""
    assert megabytes < 320
