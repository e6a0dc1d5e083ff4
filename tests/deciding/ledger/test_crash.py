"""Processes that die, and processes that write at once: nothing is half-written, and nothing is lost."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

import creditscore as cs
from tests.deciding.ledger.keeper import opened

ROOT = Path(__file__).parents[3]
KEY = bytes(range(32))
SIZE = 40

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="needs a signal that kills")


def writer(path: Path, name: str, batches: int) -> subprocess.Popen[str]:
    command = [
        sys.executable,
        str(ROOT / "tests" / "deciding" / "ledger" / "writer.py"),
        str(path),
        name,
        str(batches),
        str(SIZE),
    ]
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment, cwd=ROOT)


def done_before_death(process: subprocess.Popen[str], seconds: float) -> int:
    """Wait for the first batch, kill without warning some time after it, and count what was reported."""
    first = process.stdout.readline()
    assert first == "0\n"
    time.sleep(seconds)
    process.send_signal(signal.SIGKILL)
    reported = [first, *process.communicate()[0].splitlines(keepends=True)]
    assert process.returncode == -signal.SIGKILL
    return sum(line.endswith("\n") for line in reported)


def check(path: Path, names: dict[str, int]) -> None:
    """Every reported batch is there whole, at most one more is, and the chain verifies."""
    with cs.Ledger.open(path, key=KEY) as ledger:
        assert ledger.verify().decisions == len(ledger)
        for name, reported in names.items():
            batches = 0
            while f"d-{name}-{batches}-0" in ledger:
                assert f"d-{name}-{batches}-{SIZE - 1}" in ledger
                batches += 1
            assert reported <= batches <= reported + 1
            assert ledger.read(f"d-{name}-{batches - 1}-7").content["counterfactuals"] == [7.0] * 200


def test_a_killed_writer_leaves_whole_batches(tmp_path):
    path, random_times = tmp_path / "decisions.db", random.Random(5)
    reported = {}
    for attempt in range(6):
        reported[f"w{attempt}"] = done_before_death(
            writer(path, f"w{attempt}", 10**6), random_times.random() * 0.15
        )
        check(path, reported)


def test_several_writers_at_once(place):
    """Three open a ledger that is not there yet, and append at once; one of them is killed."""
    victim, *others = [writer(place, name, batches) for name, batches in (("v", 10**6), ("a", 8), ("b", 8))]
    reported = {"v": done_before_death(victim, 0.3)}
    for name, process in zip("ab", others, strict=True):
        lines = process.communicate(timeout=60)[0].split()
        assert process.returncode == 0
        reported[name] = len(lines)
    assert reported["a"] == reported["b"] == 8
    check(place, reported)


def kept_until_killed(path: Path, keys: Path, seed: int, seconds: float) -> list[str]:
    script = ROOT / "tests" / "deciding" / "ledger" / "keeper.py"
    command = [sys.executable, str(script), str(path), str(keys), str(seed)]
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment, cwd=ROOT)
    first = process.stdout.readline()
    assert first, process.poll()
    time.sleep(seconds)
    process.send_signal(signal.SIGKILL)
    lines = [first, *process.communicate()[0].splitlines(keepends=True)]
    assert process.returncode == -signal.SIGKILL
    return [line.strip() for line in lines if line.endswith("\n")]


def check_kept(path: Path, keys: Path, seed: int, done: list[str]) -> None:
    """Everything that was reported was done, and whatever was under way was done whole or not at all."""
    with opened(path, keys) as ledger:
        ledger.verify()
        for act, turn in (line.split() for line in done):
            if act == "append":
                for k in range(6):
                    assert ledger.read(f"d-{seed}-{turn}-{k}").subject == f"subject-{seed}-{turn}-{k % 2}"
            elif act == "erase":
                assert [one.readable for one in ledger.find(subject=f"subject-{seed}-{turn}")] == [False]
        assert ledger.purge()
    for copy in path.parent.glob("backup-*.db"):
        with opened(copy, keys) as ledger:
            assert ledger.verify().head.sequence
        copy.unlink()


def loop_of_keepers(folder: Path, times: int) -> set[str]:
    path, keys, chance = folder / "decisions.db", folder / "keys", random.Random(11)
    keys.write_text(KEY.hex() + "\n")
    acts: set[str] = set()
    for seed in range(times):
        done = kept_until_killed(path, keys, seed, chance.random() * 0.4)
        check_kept(path, keys, seed, done)
        acts |= {line.split()[0] for line in done}
    return acts


def test_a_keeper_who_is_killed_leaves_everything_whole(tmp_path):
    assert loop_of_keepers(tmp_path, 2)


@pytest.mark.long
def test_keepers_who_are_killed_again_and_again(tmp_path):
    assert loop_of_keepers(tmp_path, 40) == {"append", "erase", "backup", "rotate"}
