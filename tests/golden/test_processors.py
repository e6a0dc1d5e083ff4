"""Golden decisions replay, and probabilities keep every bit, on a processor without vector instructions.

One cannot take instructions away from the processor that runs the tests, but NumPy, numba and the C library
can each be told not to use them.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from tests.house.source import ROOT

try:
    from numpy._core._multiarray_umath import __cpu_dispatch__ as dispatched
except ImportError:  # NumPy before 2
    from numpy.core._multiarray_umath import __cpu_dispatch__ as dispatched

HERE = Path(__file__).parent

# Every golden decision again, then the probabilities of all German applications and the exponential, as bits.
SCRIPT = """
import gzip, hashlib, json, sys, tempfile
from pathlib import Path

import numpy as np

import creditscore as cs
from creditscore.model.exponential import exponential
from creditscore.deciding.decide import evaluate
from creditscore.deciding.replay import first_difference

WORDS = ("text", "texts", "why", "label")

def without_words(part):
    if isinstance(part, dict):
        return {name: without_words(value) for name, value in part.items() if name not in WORDS}
    return [without_words(value) for value in part] if isinstance(part, list) else part

replayed, differences = 0, []
for file in sorted(Path(sys.argv[1]).glob("*.json.gz")):
    content = json.loads(gzip.decompress(file.read_bytes()))
    folder = Path(tempfile.mkdtemp()) / "model"
    folder.mkdir()
    for name, text in content["model"].items():
        (folder / name).write_text(text, encoding="utf-8", newline="")
    model = cs.load(folder).model
    for decision in content["decisions"]:
        policy = decision["policy"]
        rules = policy and cs.Policy.from_dict({name: policy[name] for name in policy if name != "policy_id"})
        kind = {
            "schema": decision["schema"], "by_family": "families" in decision,
            "unread_apart": "unread" in decision,
        }  # fmt: skip
        again = evaluate(model, decision["inputs"], policy=rules, **kind)
        difference = first_difference(without_words(decision), without_words(again))
        if difference is not None:
            differences.append(str(difference))
        replayed += 1
    if file.name.startswith("german"):
        german = cs.datasets.load_german()
        scores = model.score_many(german.applications, cs.Portfolio())
        probabilities = scores.probability_of_default.tobytes()
x = np.random.default_rng(0).uniform(-40.0, 40.0, 100_000)
found = {
    "replayed": replayed,
    "differences": differences,
    "german": hashlib.sha256(probabilities).hexdigest(),
    "applications": len(probabilities) // 8,
    "exponential": hashlib.sha256(exponential(x).tobytes()).hexdigest(),
    "numpy": hashlib.sha256(np.exp(x).tobytes()).hexdigest(),
}
print(json.dumps(found))
"""


def run(**environment: str) -> dict[str, object]:
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, str(HERE)],
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": str(ROOT)} | environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.mark.long
def test_bits_do_not_depend_on_the_processor(tmp_path):
    usual = run()
    plain = run(
        NPY_DISABLE_CPU_FEATURES=" ".join(dispatched),
        NUMBA_CPU_NAME="generic",
        NUMBA_CPU_FEATURES="",
        NUMBA_CACHE_DIR=str(tmp_path),
        GLIBC_TUNABLES="glibc.cpu.hwcaps=-AVX512F,-AVX2,-FMA,-FMA4,-AVX",
    )
    assert usual["replayed"] == plain["replayed"] >= 50
    assert usual["applications"] == plain["applications"] == 1_000
    assert usual["differences"] == plain["differences"] == []
    for name in ("german", "exponential"):
        assert usual[name] == plain[name], name


def test_what_is_switched_off_is_what_numpy_would_use():
    assert dispatched
    assert np.exp(1.0) == pytest.approx(np.e)
