"""A saved model serves whoever may read it, and says in a sentence what another user may not."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import creditscore as cs

ROOT = Path(__file__).parents[2]
NOBODY = "65534"
AS_NOBODY = ("setpriv", "--reuid", NOBODY, "--regid", NOBODY, "--clear-groups")
CODE = """
import json, sys
import creditscore as cs
row = {"application_id": 1, "applicant_id": "a", "as_of": "2024-05-01T00:00Z", "amount": 900.0, "job": 3.0}
try:
    pipeline = cs.load(sys.argv[1])
    if len(sys.argv) > 2:
        pipeline.save(sys.argv[2])
    print(json.dumps(pipeline.score(row, cs.Portfolio()).score_unrounded))
except cs.errors.CreditScoreError as error:
    print(type(error).__name__, error)
"""


def can_be_another() -> bool:
    """Only root may become another user, who must be able to run this Python."""
    if os.geteuid() != 0 or shutil.which(AS_NOBODY[0]) is None:
        return False
    command = [*AS_NOBODY, sys.executable, "-c", "import numpy"]
    return subprocess.run(command, capture_output=True, check=False, cwd="/").returncode == 0


another = pytest.mark.skipif(not can_be_another(), reason="no other user can run this Python from here")


@pytest.fixture(scope="module")
def open_folder(tmp_path_factory):
    """A folder that every user may enter, with a model that every user may read."""
    root = tmp_path_factory.mktemp("shared")
    rng = np.random.default_rng(0)
    job = rng.integers(0, 300, 300)
    rows = [
        {"application_id": k, "applicant_id": f"p{k}", "as_of": "2024-05-01T00:00Z"}
        | {"amount": float(rng.integers(100, 9_000)), "job": float(job[k])}
        for k in range(300)
    ]
    pipeline = cs.CreditPipeline(
        [cs.application_features(["amount", "job"])],
        scorer=cs.CreditScorer(recipe="pairs", n_estimators=20, n_folds=3, threads=1),
    ).fit(cs.Applications.from_records(rows), cs.Portfolio(), job + rng.normal(0, 60, 300) < 80)
    pipeline.save(root / "model")
    for folder in (root, *root.parents):
        if folder.owner() == Path.home().owner() and str(folder).count("pytest"):
            folder.chmod(0o755)
    return root, pipeline


def as_another(folder: Path, *more: str) -> str:
    """What the code prints as a user who owns nothing here, with no home."""
    done = subprocess.run(
        [*AS_NOBODY, sys.executable, "-c", CODE, str(folder), *more],
        capture_output=True,
        text=True,
        check=False,
        cwd="/",
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "HOME": "/nonexistent"},
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


@another
def test_another_user_scores_to_the_bit_and_cannot_change_the_model(open_folder):
    root, pipeline = open_folder
    row = {
        "application_id": 1,
        "applicant_id": "a",
        "as_of": "2024-05-01T00:00Z",
        "amount": 900.0,
        "job": 3.0,
    }
    assert float(as_another(root / "model")) == pipeline.score(row, cs.Portfolio()).score_unrounded
    before = sorted((path.name, path.read_bytes()) for path in (root / "model").iterdir())
    refused = as_another(root / "model", str(root / "model"))
    assert refused.startswith("ArtefactError")
    assert "cannot be written" in refused
    assert sorted((path.name, path.read_bytes()) for path in (root / "model").iterdir()) == before
    assert [path.name for path in root.iterdir()] == ["model"]


@another
@pytest.mark.parametrize("hidden", [".", "model.txt", "manifest.json"])
def test_what_another_user_may_not_read_is_said_in_a_sentence(open_folder, hidden):
    path = open_folder[0] / "model" / hidden
    mode = path.stat().st_mode
    path.chmod(0o700 if path.is_dir() else 0o600)
    try:
        said = as_another(open_folder[0] / "model")
    finally:
        path.chmod(mode)
    assert said.startswith("ArtefactError")
    assert len(said) < 300
