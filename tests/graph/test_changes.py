"""The table of measures holds changes only: what a reader sees, and what one standing can move in it."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import creditscore as cs
from creditscore.data.door.clock import instant
from creditscore.graph.grid import GridDate
from creditscore.graph.measures import Measures
from creditscore.graph.settings import MEASURES
from tests.graph.test_grid import PRIVACY, world

GRID = cs.calendar_grid("2023-05-01", "2024-05-01")
SETTINGS = cs.GraphSettings(min_known=2, measures=tuple(MEASURES))


def whole(portfolio, date):
    """All values of one date, computed by themselves."""
    at, found = GridDate(portfolio, instant(date, "date"), SETTINGS, 1), {}
    for name, codes, measured in at.rows():
        ids = (portfolio.people.labels[code] for code in codes)
        found |= {(name, person): value for person, value in zip(ids, measured, strict=True)}
    return found


def newest(frame, date):
    """What the newest rows say at a date, by plain reading."""
    held: dict[tuple[str, int], float] = {}
    for row in frame.sort_values("event_time", kind="stable").itertuples():
        if row.event_time <= date:
            held[row.measure, row.subject_id] = row.value
    return {key: value for key, value in held.items() if value == value}


@pytest.mark.parametrize("seed", range(2))
def test_newest_rows_are_the_values_of_every_date(seed):
    portfolio = cs.Portfolio(**world(seed), privacy=PRIVACY)
    frame = cs.compute_measures(portfolio, GRID, settings=SETTINGS).to_frame()
    assert frame["value"].isna().any()
    full = 0
    for date in GRID:
        values = whole(portfolio, date)
        full += len(values)
        assert newest(frame, date) == values
    assert len(frame) < 0.6 * full
    twice = frame.sort_values(["measure", "subject_id", "event_time"])
    same = twice.groupby(["measure", "subject_id"], observed=True)["value"].shift()
    assert not (twice["value"] == same).any()


def test_features_read_what_holds_and_not_what_was_taken_back():
    tables = world(0)
    portfolio = cs.Portfolio(**tables, privacy=PRIVACY)
    frame = cs.compute_measures(portfolio, GRID, settings=SETTINGS).to_frame()
    read = cs.Portfolio(**tables, measures=frame, privacy=PRIVACY)
    pipeline, compared = cs.CreditPipeline(cs.social_features()), 0
    for date in (GRID[2], GRID[7], GRID[12]):
        moment = date + pd.Timedelta("3D")
        people = list(portfolio.people.labels)
        asked = [
            {"application_id": k, "applicant_id": person, "as_of": moment} for k, person in enumerate(people)
        ]
        found = pipeline.compute_features(cs.Applications.from_records(asked), read)
        values = whole(portfolio, date)
        for name in MEASURES:
            expected = [values.get((name, person), np.nan) for person in people]
            np.testing.assert_array_equal(found[f"network_{name}"], expected, name)
            compared += np.isnan(expected).any() and np.isfinite(expected).any()
    assert compared > 20


def test_a_grid_is_continued_from_the_measures_that_are_there():
    tables = world(1)
    portfolio = cs.Portfolio(**tables, privacy=PRIVACY)
    at_once = cs.compute_measures(portfolio, GRID, settings=SETTINGS).to_frame()
    first = cs.compute_measures(portfolio, GRID[:6], settings=SETTINGS).to_frame()
    half = cs.Portfolio(**tables, measures=first, privacy=PRIVACY)
    rest = cs.compute_measures(half, GRID[6:], settings=SETTINGS).to_frame()
    together = pd.concat([first, rest], ignore_index=True)
    assert together.astype({"measure": str}).equals(at_once.astype({"measure": str}))


def test_one_standing_moves_nothing_but_by_its_bit():
    """Two worlds that differ in what is known of one person and agree in the bits have the same measures."""
    tables = world(2)
    standings, agreed, differed = tables["standings"], 0, 0
    portfolio = cs.Portfolio(**tables, privacy=PRIVACY)
    grid = GRID[::3]
    before = cs.compute_measures(portfolio, grid, settings=SETTINGS).to_frame()
    moments = [instant(date, "date") for date in grid]
    bits = [portfolio.network.seen.at(moment) for moment in moments]
    other = standings["standing"].map({"good": "defaulted", "defaulted": "good"})
    for person in standings["person_id"].unique()[:12]:
        own = standings["person_id"] == person
        flipped = tables | {"standings": standings.assign(standing=standings["standing"].where(~own, other))}
        flipped = cs.Portfolio(**flipped, privacy=PRIVACY)
        seen = [flipped.network.seen.at(moment) for moment in moments]
        equal = all((a.marked == b.marked).all() for a, b in zip(bits, seen, strict=True))
        after = cs.compute_measures(flipped, grid, settings=SETTINGS).to_frame()
        if equal:
            assert before.equals(after)
        agreed += equal
        differed += not before.equals(after)
    assert agreed
    assert differed


def test_rows_of_measures():
    portfolio = cs.Portfolio(**world(0), privacy=PRIVACY)
    settings = cs.GraphSettings(measures=("core_number", "clustering"))
    measures = cs.compute_measures(portfolio, GRID[-3:], settings=settings)
    assert isinstance(measures, Measures)
    frame = measures.to_frame()
    assert list(frame.columns) == ["subject_id", "measure", "value", "event_time"]
    assert len(frame) == len(measures)
    # Structure is that of the first day of the quarter: the first of three dates, in March, and April's.
    assert measures.dates == GRID[-3:-1]
    table = cs.Portfolio(**world(0), measures=frame).tables["measures"]
    assert table.n_rows == len(measures)
    assert np.array_equal(table.times[0], table.times[1])
    assert repr(measures).startswith(f"Measures({len(frame):,} rows: 2 measures on 2 dates)")
    assert "<caption>Measures on 2 dates</caption>" in measures._repr_html_()
    with pytest.raises(ValueError, match="read-only"):
        measures.blocks[0].values[0] = 1.0
