"""A writer is killed, or the disk is full, at any moment: what was acknowledged is there, nothing is torn."""

from __future__ import annotations

import contextlib
import errno
import os
import random
import select
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

import creditscore as cs
from creditscore.errors import PortfolioError
from tests.data.folder.splitting import assert_same

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="needs a signal that kills")
FIRST = {"applicant_id": 0, "event_time": "2024-05-31T12:00:00+00:00", "amount": -12.5, "event_id": 0}


def row(number: int) -> dict[str, object]:
    return FIRST | {"applicant_id": number % 7, "event_id": number, "amount": float(number)}


def started(path: Path) -> cs.PortfolioFolder:
    cs.Portfolio(payments=[row(0)]).write(path)
    folder = cs.PortfolioFolder(path)
    folder.append({"payments": [row(1)]})
    folder.compact()
    return folder


def stored(path: Path) -> list[int]:
    """Numbers of the rows that stand in a folder; each row is as it was given."""
    portfolio = cs.Portfolio.open(path, verify=True)
    found = sorted(int(one) for one in portfolio.tables["payments"].column("amount"))
    assert_same(cs.Portfolio(payments=[row(number) for number in found]), portfolio)
    return found


def in_a_child(work: Callable[[int], None]) -> tuple[int, int]:
    """Run something in a child; what it acknowledges is read from a pipe."""
    read, write = os.pipe()
    child = os.fork()
    if child:
        os.close(write)
        return child, read
    os.close(read)
    status = 1
    try:
        work(write)
        status = 0
    finally:
        os._exit(status)


def acknowledged(pipe: int) -> list[int]:
    """Read all that a child said, until it closes its end."""
    with os.fdopen(pipe, "rb") as file:
        words = file.read().split(b"\n")
    return [int(word) for word in words[:-1]]


def append_on(path: Path, start: int, pipe: int, seed: int) -> None:
    """Append rows one by one, fold now and then, and say of each row that it was taken."""
    rng, folder = random.Random(seed), cs.PortfolioFolder(path)
    for number in range(start, start + 10_000):
        try:
            folder.append({"payments": [row(number)]})
        except OSError:
            continue
        os.write(pipe, b"%d\n" % number)
        if rng.random() < 0.3:
            with contextlib.suppress(OSError):
                folder.compact()


def killed(path: Path, start: int, seed: int, limit: int | None = None) -> list[int]:
    """Let a child append until it is killed at a random moment; return what it acknowledged."""

    def work(pipe: int) -> None:
        if limit is not None:
            import resource

            resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
        append_on(path, start, pipe, seed)

    child, pipe = in_a_child(work)
    select.select([pipe], [], [], 2.0)
    time.sleep(random.Random(seed).random() * 0.05)
    os.kill(child, signal.SIGKILL)
    assert os.waitpid(child, 0)[1] == signal.SIGKILL
    return acknowledged(pipe)


def survive(path: Path, seeds: range, *, full: bool = False) -> int:
    """Kill a writer again and again; return how many rows were acknowledged in all."""
    started(path)
    taken, start = {0, 1}, 2
    for seed in seeds:
        largest = max(file.stat().st_size for file in path.rglob("*") if file.is_file())
        limit = random.Random(seed).randrange(200, 2 * largest) if full else None
        taken |= set(killed(path, start, seed, limit))
        found = set(stored(path))
        assert taken <= found
        # of what was not acknowledged, the one append that was under way may be there
        assert len(found - taken) <= 1
        taken, start = found, start + 10_000
    return len(taken)


def test_a_killed_writer_loses_nothing(tmp_path):
    assert survive(tmp_path / "p", range(6)) > 8


def test_a_writer_on_a_full_disk_loses_nothing(tmp_path):
    survive(tmp_path / "p", range(6), full=True)


@pytest.mark.long
def test_two_hundred_killed_writers_lose_nothing(tmp_path):
    assert survive(tmp_path / "p", range(100, 200)) > 100
    survive(tmp_path / "q", range(200, 300), full=True)


STEPS = ("fsync", "link", "replace", "rename", "mkdir", "unlink", "open")


@pytest.mark.parametrize("action", ["append", "compact"])
def test_a_failure_at_every_step_leaves_the_old_state_or_the_new(tmp_path, monkeypatch, action):
    """Whichever call of the system fails first, and whether or not the process goes on."""
    folder = started(tmp_path / "p")
    folder.append({"payments": [row(2)]})
    known, number, failed = {0, 1, 2}, 2, 0

    def act(number: int) -> None:
        if action == "append":
            folder.append({"payments": [row(number)]})
        else:
            folder.compact()

    for step in STEPS:
        real = getattr(os, step)
        for nth in range(60):
            calls = 0

            def failing(*args, real=real, nth=nth, **kwargs):
                nonlocal calls
                calls += 1
                if calls == nth + 1:
                    raise OSError(errno.ENOSPC, "no room is left")
                return real(*args, **kwargs)

            number += 1
            if action == "compact":
                folder.append({"payments": [row(number)]})
                known.add(number)
            with monkeypatch.context() as patch:
                patch.setattr(os, step, failing)
                try:
                    act(number)
                    done = True
                except (OSError, PortfolioError):
                    done = False
            found = set(stored(tmp_path / "p"))
            if done and action == "append":
                known.add(number)
            # a call that failed may have come far enough
            assert known <= found <= known | {number}
            known, failed = found, failed + (not done)
            if calls <= nth:
                break
        else:
            raise AssertionError(f"{step} was called more than 60 times")
    assert failed > 5
    assert folder.check().ok


def test_two_writers_and_a_reader_at_once(tmp_path):
    started(tmp_path / "p")

    def writing(start: int) -> Callable[[int], None]:
        def work(pipe: int) -> None:
            folder = cs.PortfolioFolder(tmp_path / "p")
            for number in range(start, start + 12):
                folder.append({"payments": [row(number)]})
                os.write(pipe, b"%d\n" % number)
                if number % 4 == 0:
                    folder.compact()

        return work

    children = [in_a_child(writing(start)) for start in (100, 200)]
    seen = 0
    while any(os.waitpid(child, os.WNOHANG)[0] == 0 for child, _ in children[:1]):
        found = len(cs.Portfolio.open(tmp_path / "p").tables["payments"].column("amount"))
        assert found >= seen
        seen = found
    os.waitpid(children[1][0], 0)
    for _, pipe in children:
        assert len(acknowledged(pipe)) == 12
    assert stored(tmp_path / "p") == [0, 1, *range(100, 112), *range(200, 212)]
