"""A stream is killed at any moment, or its disk is full: no message is lost, and none counts twice."""

from __future__ import annotations

import errno
import json
import os
import random
import select
import signal
import sys
import time
from pathlib import Path

import pytest

import creditscore as cs
from creditscore.errors import PortfolioError
from tests.data.folder.splitting import assert_same
from tests.data.folder.test_killed import in_a_child
from tests.streaming.messages import NEW_LINE, message

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="needs a signal that kills")
PAID = {"applicant_id": 0, "event_time": "2024-05-31T12:00:00+00:00", "amount": -12.5}


def row(number: int) -> dict[str, object]:
    return PAID | {"applicant_id": number % 7, "event_id": number, "amount": float(number)}


def line(number: int) -> bytes:
    """Every tenth message cannot be read, every seventh comes again."""
    if number % 10 == 9:
        return b"no message %d" % number + NEW_LINE
    return message("payments", row(number - (number % 7 == 6))) + NEW_LINE


def opened(home: Path) -> cs.Stream:
    return cs.Stream(home / "portfolio", home / "stream", [cs.FileFeed(home / "feed.jsonl")], batch=10)


def right(home: Path, lines: int) -> None:
    """Everything of the feed counts once, and stands once in the portfolio or among the dead letters."""
    sent = [line(number) for number in range(lines)]
    told = [json.loads(one) for one in sent if one.startswith(b"{")]
    rows = {one["row"]["event_id"]: one["row"] for one in told}
    dead = [one.decode().strip() for one in sent if not one.startswith(b"{")]
    with opened(home) as stream:
        stream.take()
        state = stream.state()
        assert_same(cs.Portfolio(payments=list(rows.values())), stream.portfolio())
    assert (state.read, state.taken, state.refused) == (lines, len(rows), len(dead))
    assert state.repeated == len(told) - len(rows)
    letters = (home / "stream" / "dead_letters.jsonl").read_text().splitlines()
    assert [json.loads(one)["message"] for one in letters] == dead


def begun(home: Path, lines: int) -> Path:
    home.mkdir(exist_ok=True)
    cs.Portfolio().write(home / "portfolio")
    (home / "feed.jsonl").write_bytes(b"".join(map(line, range(lines))))
    return home


def survive(home: Path, seeds: range, *, full: bool = False) -> None:
    lines = 20 * len(seeds)
    begun(home, lines)

    def work(pipe: int) -> None:
        if full:
            import resource

            limit = random.Random(seed).randrange(100, 20_000)
            resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
        os.write(pipe, b"x")
        while True:
            try:
                with opened(home) as stream:
                    stream.take()
            except OSError:
                continue

    for seed in seeds:
        child, pipe = in_a_child(work)
        select.select([pipe], [], [], 10.0)
        time.sleep(random.Random(seed).random() * 0.1)
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        os.close(pipe)
    right(home, lines)


def test_a_killed_stream_loses_and_doubles_nothing(tmp_path):
    survive(tmp_path / "a", range(6))


def test_a_stream_on_a_full_disk_loses_and_doubles_nothing(tmp_path):
    survive(tmp_path / "a", range(4), full=True)


@pytest.mark.long
def test_two_hundred_killed_streams_lose_and_double_nothing(tmp_path):
    survive(tmp_path / "a", range(100, 250))
    survive(tmp_path / "b", range(250, 300), full=True)


@pytest.mark.parametrize("step", ["fsync", "link", "replace", "open"])
def test_a_failure_at_every_step_loses_and_doubles_nothing(tmp_path, monkeypatch, step):
    home = begun(tmp_path / "a", 30)
    monkeypatch.setattr("creditscore.data.folder.opening._MOST_ROWS", 4)
    monkeypatch.setattr("creditscore.data.folder.opening._PART", 100)
    real, failed = getattr(os, step), 0
    for nth in range(100):
        calls = 0

        def failing(*args, nth=nth, **kwargs):
            nonlocal calls
            calls += 1
            if calls == nth + 1:
                raise OSError(errno.ENOSPC, "no room is left")
            return real(*args, **kwargs)

        with monkeypatch.context() as patch:
            patch.setattr(os, step, failing)
            try:
                with opened(home) as stream:
                    stream.take(5)
            except (OSError, PortfolioError, cs.errors.StreamError):
                failed += 1
        if calls <= nth:
            break
    assert failed > 0
    right(home, 30)
