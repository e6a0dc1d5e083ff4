"""The nightly example: what moved is told on its night, and every step may be run again."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import nightly
import pytest


@pytest.mark.long
def test_a_shift_is_told_on_its_night_and_again_to_who_asks_again(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    nightly.main(tmp_path)
    said = capsys.readouterr().out.splitlines()
    assert [line.partition(": ")[2] for line in said[:3]] == ["nothing new"] * 3
    assert said[3] == "2026-03-05: score: shifted"
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    assert nightly.one_night(tmp_path, nightly.START + timedelta(days=4)) == said[3]
    assert nightly.one_night(tmp_path, nightly.START + timedelta(days=3)) == said[2]
    assert {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()} == before
    with pytest.raises(ValueError, match="was not looked at"):
        nightly.watch(tmp_path, nightly.START + timedelta(days=2, hours=1), tmp_path / "scores")
