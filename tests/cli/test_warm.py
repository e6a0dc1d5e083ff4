"""Warming up compiles what scoring needs."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

SCORE = """
import sys, creditscore as cs
from creditscore.cli.warm import warm_up
print(warm_up() > 0.0)
"""


@pytest.mark.long
def test_warming_up_leaves_the_kernels_on_disk(tmp_path: Path) -> None:
    environment = os.environ | {"NUMBA_CACHE_DIR": str(tmp_path)}
    run = subprocess.run(
        [sys.executable, "-c", SCORE], env=environment, check=True, capture_output=True, text=True
    )
    assert run.stdout.strip() == "True"
    assert len(list(tmp_path.rglob("*.nbi"))) > 30
