"""Starts the service as its own program, as an operator would, and asks it over HTTP."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

CREDITSCORE = (sys.executable, "-m", "creditscore")


def command(*words: str | Path) -> str:
    """Run `creditscore` with these words and return what it printed; where it fails, stop with its error."""
    done = subprocess.run([*CREDITSCORE, *map(str, words)], check=False, capture_output=True, text=True)
    if done.returncode:
        raise SystemExit(f"creditscore {words[0]} ended with {done.returncode}: {done.stderr}{done.stdout}")
    return done.stdout


@contextmanager
def serving(site: Path) -> Iterator[str]:
    """Serve the files of a site on a port that is free; give the address, and stop it gently afterwards."""
    words = ["serve", site / "model", "--port", "0", "--threads", "2", "--keys", site / "keys.json"]
    words += ["--portfolio", site / "portfolio", "--standings-key", site / "standings.key"]
    words += ["--policy", site / "policy.json"]
    words += ["--ledger", site / "decisions.db", "--key-file", site / "ledger.key"]
    words += ["--sign-with", site / "signing.key"]
    with (site / "service.log").open("wb") as log:
        process = subprocess.Popen([*CREDITSCORE, *map(str, words)], stdout=log, stderr=log)
        try:
            yield f"http://127.0.0.1:{_port(process, site / 'service.log')}"
        finally:
            process.terminate()
            process.wait(timeout=60)


def _port(process: subprocess.Popen[bytes], log: Path) -> int:
    """Wait until the log says where it listens."""
    while True:
        for line in log.read_text().splitlines():
            said = json.loads(line) if line.startswith("{") else {}
            if said.get("event") == "listening":
                return int(said["port"])
        try:
            process.wait(timeout=0.2)
        except subprocess.TimeoutExpired:
            continue
        raise SystemExit(f"The service did not start: {log.read_text()}")
