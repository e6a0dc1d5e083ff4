"""The lock of a record: the same for the same packages, another for any other file."""

from __future__ import annotations

import subprocess
import sys
from importlib.metadata import Distribution

import pytest

from creditscore.deciding.decide import environment
from creditscore.deciding.installed import files_of, lock_lines, lock_sha256

RECORD = """numpy/core.py,sha256=aaa,10
numpy/core.so,sha256=bbb,20
../../../bin/f2py,sha256=ccc,30
numpy-1.0.dist-info/INSTALLER,sha256=ddd,4
numpy/__pycache__/core.cpython-311.pyc,,
"""


def package(folder, record):
    info = folder / "numpy-1.0.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: numpy\nVersion: 1.0\n")
    (info / "RECORD").write_text(record)
    return Distribution.at(info)


@pytest.mark.parametrize(
    ("old", "new", "same"),
    [
        ("aaa", "xxx", False),
        ("core.so", "other.so", False),
        ("numpy/core.so,sha256=bbb,20\n", "", False),
        ("ccc", "xxx", True),
        ("ddd", "xxx", True),
        ("numpy/__pycache__/core.cpython-311.pyc,,\n", "", True),
    ],
)
def test_what_the_wheel_holds_counts_and_what_an_installer_adds_does_not(tmp_path, old, new, same):
    first = files_of(package(tmp_path / "one", RECORD))
    assert (files_of(package(tmp_path / "two", RECORD.replace(old, new))) == first) is same
    assert files_of(package(tmp_path / "mixed", "\n".join(RECORD.splitlines()[::-1]))) == first


def test_another_process_has_the_same_lock_and_records_state_it():
    code = "from creditscore.deciding.installed import lock_sha256; print(lock_sha256())"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == lock_sha256() == environment()["lock"]
    assert all(len(line.split()[-1]) == 64 for line in lock_lines())
