"""The example of a watch list runs, and finds whom it should."""

from __future__ import annotations

import re

import pytest
import watching


@pytest.mark.long
def test_who_loses_an_income_is_told_of(capsys: pytest.CaptureFixture[str]) -> None:
    watching.main()
    said = capsys.readouterr().out
    found = re.search(r"(\d+) of (\d+) who lost their income were told of, and (\d+) others", said)
    assert found is not None
    seen, lost, others = map(int, found.groups())
    assert lost > 30
    assert seen > 0.9 * lost
    assert others < 0.1 * lost
    assert "income_stability" in said
    assert "700 repeated, 0 refused, 0 waiting" in said
