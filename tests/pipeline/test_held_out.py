"""Held-out rows that are none are refused, also where a file was written anew around them."""

from __future__ import annotations

import pytest

from creditscore.errors import ArtefactError
from creditscore.pipeline.held_out import HeldOut

ROWS = {
    "index": [0, 3, 4],
    "log_odds": [-1.5, None, 0.25],
    "bad": [0.0, 1.0, 0.0],
    "weight": [1.0, 0.0, 2.5],
    "as_of": [1, 2, 3],
    "segments": {"region": ["north", None, "south"]},
}


def test_rows_come_back_as_they_were():
    assert HeldOut.from_dict(ROWS).to_dict() == ROWS


@pytest.mark.parametrize(
    ("part", "values", "message"),
    [
        ("index", [0, 4, 3], "numbered from 0 up"),
        ("index", [-5, 3, 4], "numbered from 0 up"),
        ("index", [3, 3, 4], "numbered from 0 up"),
        ("bad", [0.0, 7.0, 0.0], "outcome of 0 or 1"),
        ("weight", [1.0, -1.0, 2.5], "weight of 0 or more"),
        ("as_of", [1, 2], "one value of everything"),
        ("segments", {"region": ["north"]}, "one value of everything"),
    ],
)
def test_rows_that_cannot_be_are_refused(part, values, message):
    with pytest.raises(ArtefactError, match=message):
        HeldOut.from_dict(ROWS | {part: values})
