"""A PostgreSQL server of the tests' own: in a folder of its own, on a socket there, gone when it ends.

`CREDITSCORE_POSTGRES` names the folder of `initdb` and `pg_ctl`; Debian's are found without it. Where it is
set the server must start: tests fail instead of being skipped.
"""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

NAMED = "CREDITSCORE_POSTGRES"
SETTINGS = (
    "listen_addresses=",
    "shared_buffers=16MB",
    "max_connections=40",
    "max_wal_size=64MB",
)


def programs() -> Path | None:
    """The folder of the newest server that is installed."""
    if named := os.environ.get(NAMED):
        return Path(named)
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda one: int(one.parent.name))
    on_path = shutil.which("pg_ctl")
    return found[-1] if found else Path(on_path).parent if on_path else None


def why_not() -> str | None:
    """Why there can be no server here."""
    folder = programs()
    if os.environ.get(NAMED):
        return None
    if folder is None or not (folder / "initdb").exists():
        return "no PostgreSQL server is installed"
    if os.name == "posix" and os.geteuid() == 0 and _other_user() is None:
        return "PostgreSQL does not run as root, and there is no other user"
    return None


def _other_user() -> str | None:
    known = {one.pw_name for one in pwd.getpwall()}
    return next((name for name in ("postgres", "nobody") if name in known), None)


@dataclass
class Server:
    """A running server."""

    folder: Path
    run: Callable[..., subprocess.CompletedProcess[str]]

    def address(self, schema: str | None = None, *, user: str = "owner", more: str = "") -> str:
        """An address in it; of a schema that nobody has used, by default."""
        named = schema or f"s{uuid.uuid4().hex[:16]}"
        return f"postgresql://{user}@/postgres?host={self.folder}&schema={named}{more}"

    def connect(self, schema: str = "public", *, user: str = "owner"):
        """A connection of somebody who may do everything, each statement for itself."""
        import psycopg

        options = f"-c search_path={schema},pg_catalog"
        return psycopg.connect(
            host=str(self.folder), user=user, dbname="postgres", options=options, autocommit=True
        )

    def answer(self, query: str) -> Any:
        """The one cell that a query finds."""
        with self.connect() as connection:
            return connection.execute(query).fetchone()[0]

    def standby(self) -> Server:
        """Start a copy of this server that follows it, on a socket of its own."""
        folder = _folder()
        self.run("pg_basebackup", "-h", str(self.folder), "-U", "owner", "-D", str(folder / "data"), "-R",
                 "-X", "stream", "-c", "fast")  # fmt: skip
        other = Server(folder, self.run)
        other.start()
        return other

    def remove(self) -> None:
        """Stop it if it runs, and leave nothing of it."""
        if (self.folder / "data" / "postmaster.pid").exists():
            self.stop("immediate")
        shutil.rmtree(self.folder)

    def control(self, act: str, *more: str) -> None:
        self.run("pg_ctl", "-D", str(self.folder / "data"), "-w", "-l", str(self.folder / "log"), act, *more)

    def start(self) -> None:
        options = " ".join(f"-c {one}" for one in (*SETTINGS, f"unix_socket_directories={self.folder}"))
        self.control("start", "-o", options)

    def stop(self, how: str = "fast") -> None:
        self.control("stop", "-m", how)


def _folder() -> Path:
    """A new folder of whoever runs servers."""
    folder = Path(tempfile.mkdtemp(prefix="cs-pg-", dir="/tmp"))
    if os.geteuid() == 0:
        entry = pwd.getpwnam(_other_user())
        os.chown(folder, entry.pw_uid, entry.pw_gid)
    return folder


def started() -> Server:
    """Make and start a server."""
    bin_, folder = programs(), _folder()
    as_user: dict[str, object] = {}
    if os.geteuid() == 0:
        entry = pwd.getpwnam(_other_user())
        as_user = {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}

    def run(program: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        environment = {"PATH": os.environ["PATH"], "LC_ALL": "C", "HOME": "/nonexistent"}
        return subprocess.run(
            [str(bin_ / program), *arguments],
            check=True,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            cwd="/tmp",
            env=environment,
            timeout=120,
            **as_user,
        )

    run("initdb", "-D", str(folder / "data"), "-U", "owner", "-A", "trust", "-E", "UTF8", "--no-sync")
    server = Server(folder, run)
    server.start()
    return server


def until(is_so: Callable[[], object], seconds: float = 60.0) -> None:
    """Wait for something."""
    end = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < end
        time.sleep(0.05)


def running() -> Iterator[Server]:
    """A server for a fixture: nothing of it is left. Where there can be none, tests skip, saying why."""
    if reason := why_not():
        pytest.skip(reason)
    server = started()
    yield server
    server.remove()
