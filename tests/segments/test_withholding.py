"""No subtraction of two counts that are shown tells of fewer people than it may."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import creditscore as cs
from creditscore.errors import ParameterError
from creditscore.segments.withholding import withheld

FEWEST = 5


@st.composite
def groups(draw: st.DrawFn) -> list[np.ndarray]:
    people = draw(st.integers(1, 40))
    rng = np.random.default_rng(draw(st.integers(0, 2**32)))
    many = draw(st.integers(1, 6))
    value = rng.integers(0, 12, people)
    made = []
    for _ in range(many):
        low, high = sorted(rng.integers(0, 13, 2))
        made.append((value >= low) & (value < high))
    return made


@given(groups())
def test_no_count_and_no_difference_of_nested_counts_tells_of_a_few(made: list[np.ndarray]) -> None:
    gone = withheld(made, FEWEST)
    everyone = np.ones_like(made[0])
    shown = [set(np.flatnonzero(g)) for g, hidden in zip(made, gone, strict=True) if not hidden]
    shown.append(set(np.flatnonzero(everyone)))
    for inner in shown[:-1]:
        assert not 0 < len(inner) < FEWEST
        for outer in shown:
            if inner and inner < outer:
                assert len(outer) - len(inner) >= FEWEST


@given(groups())
def test_parts_that_do_not_overlap_leave_nobody_to_be_told_of(made: list[np.ndarray]) -> None:
    gone = withheld(made, FEWEST)
    shown = [set(np.flatnonzero(g)) for g, hidden in zip(made, gone, strict=True) if not hidden]
    union = set().union(*shown)
    if shown and len(union) == sum(map(len, shown)) and union:
        assert not 0 < made[0].size - len(union) < FEWEST


@given(groups())
def test_one_withholds_nothing_and_an_empty_group_is_always_shown(made: list[np.ndarray]) -> None:
    assert not withheld(made, 1).any()
    empty = np.array([not group.any() for group in made])
    assert not withheld(made, FEWEST)[empty].any()


def test_a_table_shows_no_number_of_a_segment_that_is_withheld() -> None:
    columns = {"age": np.arange(18.0, 58.0)}
    segments = [cs.Segment("three", "age < 21"), cs.Segment("half", "age < 38")]
    table = cs.summarise_segments(segments, columns, bad=np.arange(40) % 2)
    assert [row.withheld for row in table.rows] == [True, False]
    line = str(table).splitlines()[1]
    assert "withheld" in line
    assert "3" not in line.replace("three", "")
    assert "&lt; 5" in table._repr_html_()
    whole = cs.summarise_segments(segments, columns, bad=np.arange(40) % 2, fewest_people=1)
    assert [row.size for row in whole.rows] == [3, 20]


@pytest.mark.parametrize("wrong", [0, -1, 2.5, True, None, "5"])
def test_how_many_at_least_is_a_whole_number(wrong: object) -> None:
    with pytest.raises(ParameterError, match="fewest_people"):
        cs.summarise_segments([cs.Segment("a", "x > 0")], {"x": [1.0]}, fewest_people=wrong)  # type: ignore[arg-type]
