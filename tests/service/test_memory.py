"""Stores of memory are counted by the C library itself, in a process of their own."""

from __future__ import annotations

import ctypes
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from creditscore.service.memory import share_memory

GLIBC = hasattr(ctypes.CDLL(None), "malloc_info") if sys.platform == "linux" else False
COUNT = """
import ctypes, sys, threading
from creditscore.service.memory import share_memory
changed = share_memory() if sys.argv[1] == "share" else None
held, ready, libc = [], threading.Barrier(9), ctypes.CDLL(None)
def hold():
    held.append([bytearray(1000 + k) for k in range(2000)])
    ready.wait()
    ready.wait()
threads = [threading.Thread(target=hold) for _ in range(8)]
for one in threads:
    one.start()
ready.wait()
libc.fopen.restype = ctypes.c_void_p
file = ctypes.c_void_p(libc.fopen(sys.argv[2].encode(), b"w"))
libc.malloc_info(0, file)
libc.fclose(file)
ready.wait()
print(changed)
"""


def stores(path: Path, how: str, **said: str) -> tuple[int, str]:
    """How many stores eight threads have, and what the function said."""
    ours = ("MALLOC", "GLIBC")
    environment = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    made = subprocess.run(
        [sys.executable, "-c", COUNT, how, str(path)], env=environment | said, text=True, check=True,
        capture_output=True, cwd=Path(__file__).parents[2],
    )  # fmt: skip
    return len(re.findall(r"<heap nr=", path.read_text(encoding="ascii"))), made.stdout.strip()


@pytest.mark.skipif(not GLIBC, reason="the C library counts no stores of memory")
def test_threads_share_two_stores_unless_the_environment_says_another_number(tmp_path: Path) -> None:
    assert stores(tmp_path / "a", "as it is")[0] > 2
    assert stores(tmp_path / "b", "share") == (2, "True")
    assert stores(tmp_path / "c", "share", MALLOC_ARENA_MAX="4") == (4, "False")


def test_a_number_in_either_variable_is_kept() -> None:
    assert not share_memory({"MALLOC_ARENA_MAX": "8"})
    assert not share_memory({"GLIBC_TUNABLES": "glibc.malloc.arena_max=3"})
