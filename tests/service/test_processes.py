"""Whole processes, as they are started by hand: two at once, stopped, killed, given another model."""

from __future__ import annotations

import http.client
import json
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

import creditscore as cs
from tests.house.source import ROOT
from tests.postgres import Server, running
from tests.service.lender import Lender, Reply, ask, fitted

pytestmark = [
    pytest.mark.long,
    pytest.mark.skipif(not hasattr(signal, "SIGHUP"), reason="signals are those of POSIX"),
]
START = "from creditscore.cli import main\nif __name__ == '__main__':\n    main()\n"


@pytest.fixture(scope="module")
def database() -> Iterator[Server]:
    yield from running()


class Started:
    """One process of the service."""

    def __init__(
        self, lender: Lender, folder: Path, model: Path | None = None, ledger: str | None = None
    ) -> None:
        script = folder / "start.py"
        script.write_text(START)
        made = [
            sys.executable, str(script), "serve", str(model or lender.folder / "model"), "--port", "0",
            "--keys", str(lender.folder / "keys.json"), "--policy", str(lender.folder / "policy.json"),
            "--ledger", ledger or str(folder / "decisions.db"), "--grace", "20",
            "--key-file", str(lender.folder / "ledger.key"),
        ]  # fmt: skip
        environment = os.environ | {"PYTHONPATH": str(ROOT)}
        self.process = subprocess.Popen(made, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True)
        self.lines: list[dict[str, Any]] = []
        self._listening = threading.Event()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()
        assert self._listening.wait(120), self.process.poll()

    def end(self) -> None:
        self.process.kill()
        self.process.wait()
        self._reader.join(60)
        assert self.process.stdout is not None
        self.process.stdout.close()

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.lines.append(json.loads(line))
            if self.lines[-1]["event"] == "listening":
                self.port = self.lines[-1]["port"]
                self._listening.set()

    def ask(self, method: str, path: str, body: Any = None, **more: Any) -> Reply:
        return ask(self.port, method, path, body, **more)

    def wait_for(self, event: str, seconds: float = 60) -> dict[str, Any]:
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            found = [line for line in self.lines if line["event"] == event]
            if found:
                return found[-1]
            time.sleep(0.05)
        raise AssertionError(f"no {event} in {self.lines}")


@contextmanager
def started(*args: Any) -> Iterator[Started]:
    one = Started(*args)
    try:
        yield one
    finally:
        one.end()


def decide(port: int, lender: Lender, number: int, key: str) -> Reply | None:
    """Ask for a decision; None where no answer came."""
    body = {"application": lender.asked(number), "tables": lender.records(number)}
    try:
        return ask(port, "POST", "/v1/decisions", body, key=lender.secrets["decide"], Idempotency_Key=key)
    except (OSError, http.client.HTTPException):
        return None


@pytest.mark.parametrize("stop", [signal.SIGTERM, signal.SIGKILL])
def test_whoever_is_stopped_loses_and_doubles_nothing(lender, tmp_path, stop):
    """Thirty callers; the process is stopped among them; another takes up, and all ask again."""
    with started(lender, tmp_path) as first:
        stopper = threading.Timer(0.3, lambda: first.process.send_signal(stop))
        stopper.start()
        with ThreadPoolExecutor(6) as callers:
            asked = callers.map(lambda n: decide(first.port, lender, n, f"k{n}"), range(30))
            got = {f"k{number}": reply for number, reply in enumerate(asked)}
        assert first.process.wait(60) in (0, -stop)
    answered = {key: reply.json for key, reply in got.items() if reply is not None and reply.status == 201}
    with started(lender, tmp_path) as second:
        again = {f"k{n}": decide(second.port, lender, n, f"k{n}") for n in range(30)}
    assert {reply.status for reply in again.values()} <= {200, 201}
    for key, before in answered.items():
        assert again[key].status == 200
        assert again[key].json == before
    with cs.Ledger.open(tmp_path / "decisions.db", key=lender.key(), create=False) as ledger:
        assert ledger.verify().decisions == len(ledger) == 30


def test_two_processes_take_one_decision(lender, tmp_path):
    with started(lender, tmp_path) as one, started(lender, tmp_path) as other:
        ports = [one.port, other.port]
        with ThreadPoolExecutor(8) as callers:
            got = list(callers.map(lambda n: decide(ports[n % 2], lender, 7, f"same {n // 4}"), range(24)))
    assert all(reply is not None and reply.status in (200, 201) for reply in got), got
    for key in range(6):
        mine = got[4 * key : 4 * key + 4]
        assert len({reply.content for reply in mine}) == 1
        assert sum(reply.status == 201 for reply in mine) == 1
    with cs.Ledger.open(tmp_path / "decisions.db", key=lender.key(), create=False) as ledger:
        assert ledger.verify().decisions == len(ledger) == 6


def test_two_processes_on_a_database_that_fails_lose_and_double_nothing(lender, tmp_path, database):
    """Forty callers; the server's ends are killed among them again and again, and it starts anew once."""
    ledger = database.address()
    with started(lender, tmp_path, None, ledger) as one, started(lender, tmp_path, None, ledger) as other:
        ports, over = [one.port, other.port], threading.Event()
        harming = threading.Thread(target=harmed, args=(database, over))
        harming.start()
        with ThreadPoolExecutor(6) as callers:
            asked = callers.map(lambda n: decide(ports[n % 2], lender, n % 30, f"k{n}"), range(40))
            got = {f"k{number}": reply for number, reply in enumerate(asked)}
        over.set()
        harming.join()
        again = {f"k{n}": decide(ports[1 - n % 2], lender, n % 30, f"k{n}") for n in range(40)}
        told = [json.dumps(line) for server in (one, other) for line in server.lines]
    assert {reply.status for reply in again.values()} <= {200, 201}
    answered = {key: reply.json for key, reply in got.items() if reply is not None and reply.status == 201}
    assert len(answered) > 20
    assert all(again[key].status == 200 and again[key].json == before for key, before in answered.items())
    assert not [line for line in told if "SELECT" in line or "INSERT" in line]
    with cs.Ledger.open(ledger, key=lender.key(), create=False) as found:
        assert found.verify().decisions == len(found) == 40


def harmed(database: Server, over: threading.Event) -> None:
    for turn in range(200):
        if over.wait(0.15):
            return
        with database.connect() as connection:
            ends = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = "
            connection.execute(f"{ends} 'creditscore'")
        if turn == 4:
            database.stop("immediate")
            database.start()


def test_another_model_takes_over_only_once_it_verifies(lender, tmp_path):
    model = tmp_path / "model"
    shutil.copytree(lender.folder / "model", model)
    with started(lender, tmp_path, model) as server:
        before = server.ask("GET", "/readyz").json["model_id"]
        text = (model / "model.txt").read_text()
        (model / "model.txt").write_text(text.replace("leaf_value=", "leaf_value=9", 1))
        server.process.send_signal(signal.SIGHUP)
        refused = server.wait_for("reload_refused")
        assert refused["error"] == "ArtefactError"
        assert server.ask("GET", "/readyz").json["model_id"] == before
        shutil.rmtree(model)
        other = fitted(lender.world, 15, seed=1)
        other.save(model)
        server.process.send_signal(signal.SIGHUP)
        assert server.wait_for("reloaded")["changed"] is True
        assert server.ask("GET", "/readyz").json["model_id"] == other.model.model_id != before
        body = {"application": lender.asked(2), "tables": lender.records(2)}
        got = server.ask("POST", "/v1/scores", body, key=lender.secrets["score"]).json
        expected = other.score(lender.asked(2), cs.Portfolio.from_records(lender.records(2)))
        assert got["score_unrounded"] == expected.score_unrounded
        said = json.dumps(server.lines)
        assert lender.asked(2)["applicant_id"] not in said
        server.process.send_signal(signal.SIGTERM)
        assert server.process.wait(60) in (0, -signal.SIGTERM)
        server.wait_for("stopped")
