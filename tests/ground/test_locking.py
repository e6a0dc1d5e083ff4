"""One holder at a time: others wait, files that are replaced meanwhile are found, the dead hold nothing."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from creditscore._ground import locking
from creditscore._ground.files import write_whole
from creditscore._ground.locking import locked, try_to_lock

ROOT = Path(__file__).resolve().parents[2]
HOLDER = """
import sys, time
from pathlib import Path
from creditscore._ground.locking import locked
with locked(Path(sys.argv[1])):
    print("held", flush=True)
    time.sleep(60)
"""


def test_nothing_is_lost_where_many_change_one_file_that_is_replaced_each_time(tmp_path: Path) -> None:
    file = tmp_path / "count"
    file.write_bytes(b"0")

    def count() -> None:
        for _ in range(25):
            with locked(file):
                write_whole(file, str(int(file.read_bytes()) + 1).encode())

    threads = [threading.Thread(target=count) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert file.read_bytes() == b"100"
    assert [path.name for path in tmp_path.iterdir()] == ["count"]


def test_whoever_is_killed_holds_nothing(tmp_path: Path) -> None:
    file, entered = tmp_path / "one", threading.Event()
    file.touch()
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(file)], stdout=subprocess.PIPE, text=True,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
    )  # fmt: skip

    def wait() -> None:
        with locked(file):
            entered.set()

    try:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        waiter = threading.Thread(target=wait)
        waiter.start()
        assert not entered.wait(0.2)
    finally:
        holder.send_signal(signal.SIGKILL)
        holder.communicate()
    waiter.join(10)
    assert entered.is_set()


def test_a_file_is_made_only_where_that_is_asked_for(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError), locked(tmp_path / "none"):
        pass
    with locked(tmp_path / "new", create=True):
        assert (tmp_path / "new").read_bytes() == b""
    (tmp_path / "link").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(OSError, match="link"), locked(tmp_path / "link", create=True):
        pass
    assert not (tmp_path / "elsewhere").exists()


def test_a_folder_that_somebody_holds_is_not_waited_for(tmp_path: Path) -> None:
    handle = try_to_lock(tmp_path)
    assert handle >= 0
    assert try_to_lock(tmp_path) == -1
    os.close(handle)
    again = try_to_lock(tmp_path)
    assert again >= 0
    os.close(again)
    assert try_to_lock(tmp_path / "none") == -1


def test_a_system_that_cannot_lock_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(locking, "fcntl", None)
    (tmp_path / "one").touch()
    with pytest.raises(OSError, match="cannot lock files"), locked(tmp_path / "one"):
        pass
    assert try_to_lock(tmp_path) == -1
