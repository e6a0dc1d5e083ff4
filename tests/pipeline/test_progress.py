"""Progress shows itself in a terminal alone."""

from __future__ import annotations

import io

import pytest

from creditscore._ground import progress as _progress


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(("stream", "shown"), [(io.StringIO(), False), (Terminal(), True)])
def test_progress_is_silent_unless_a_person_watches(
    monkeypatch: pytest.MonkeyPatch, stream: io.StringIO, shown: bool
) -> None:
    monkeypatch.setattr("sys.stderr", stream)
    monkeypatch.setattr(_progress, "PATIENCE_SECONDS", 0.0)
    assert list(_progress.progress(range(3), what="features", total=3)) == [0, 1, 2]
    assert ("features" in stream.getvalue()) is shown
