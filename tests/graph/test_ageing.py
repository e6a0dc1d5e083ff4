"""What is known of others grows too old: bits and measures under a limit of days, counted plainly."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import creditscore as cs
from creditscore._ground.instants import DAY as DAY_LONG
from creditscore.data.door.clock import instant
from creditscore.data.network.privacy import SEEN_ON_DAYS
from creditscore.data.retention.kinds import Retention
from creditscore.data.retention.reading import retained
from creditscore.data.tables.vocabularies import DEFAULT_MEASURES
from creditscore.data.visible import HAPPENED, SUPERSEDED
from creditscore.errors import ParameterError
from creditscore.graph.settings import MEASURES
from tests.graph.test_grid import PRIVACY, world

SETTINGS = cs.GraphSettings(min_known=2, measures=tuple(MEASURES))
GRID = cs.calendar_grid("2023-10-01", "2024-04-01")
DAYS = 400
DAY = pd.Timedelta("1D")


def of_known(days: int | None, tables):
    portfolio = retained(cs.Portfolio(**tables, privacy=PRIVACY), Retention.of(days))
    return portfolio, portfolio.network.seen


@pytest.mark.as_given
@pytest.mark.parametrize("seed", range(3))
def test_nobody_is_seen_by_standings_that_are_older_than_allowed(seed):
    """By hand: who has had no standing for so many days is unseen; younger ones are seen as ever."""
    tables = world(seed)
    portfolio, seen = of_known(DAYS, tables)
    _, free = of_known(None, tables)
    standings, codes = tables["standings"], {name: k for k, name in enumerate(portfolio.people.labels)}
    spans = standings.groupby("person_id")["event_time"].agg(["min", "max"])
    late = set(standings.loc[standings["known_time"] > standings["event_time"], "person_id"])
    hidden = kept = 0
    for month in pd.date_range("2023-01-01", "2026-06-01", freq="MS", tz="UTC"):
        known, ever = seen.at(instant(month, "month")), free.at(instant(month, "month"))
        for person, first, last in spans.itertuples():
            code = codes[person]
            if last + DAYS * DAY < month:
                assert not known.known[code]
                hidden += ever.known[code]
            elif first + (DAYS - SEEN_ON_DAYS) * DAY >= month and person not in late:
                assert (known.known[code], known.marked[code]) == (ever.known[code], ever.marked[code])
                kept += ever.known[code]
    assert hidden > 500
    assert kept > 20


def test_that_somebody_is_seen_no_more_does_not_tell_how_they_stood():
    tables = world(1)
    other = tables["standings"]["standing"].map({"good": "defaulted", "defaulted": "good"})
    _, one = of_known(DAYS, tables)
    _, two = of_known(DAYS, tables | {"standings": tables["standings"].assign(standing=other)})
    for month in pd.date_range("2023-01-01", "2026-06-01", freq="MS", tz="UTC"):
        at = instant(month, "month")
        assert (one.at(at).known == two.at(at).known).all()


def read_at(frame, tables, moment, names):
    """Measures as features read them at a moment: by person and name, where there is a value."""
    portfolio = cs.Portfolio(**tables, measures=frame, privacy=PRIVACY)
    people = list(portfolio.people.labels)
    asked = [{"application_id": k, "applicant_id": who, "as_of": moment} for k, who in enumerate(people)]
    found = cs.CreditPipeline(cs.social_features()).compute_features(
        cs.Applications.from_records(asked), portfolio
    )
    values = {name: found[f"network_{name}"] for name in names}
    return {
        (name, who): value
        for name in names
        for who, value in zip(people, values[name], strict=True)
        if not np.isnan(value)
    }


def test_a_value_is_read_of_no_standing_that_is_too_old():
    """At any moment: the same as of a portfolio out of which all that is too old then was taken by hand."""
    tables, compared = world(0), 0
    whole = cs.Portfolio(**tables, privacy=PRIVACY)
    frame = cs.compute_measures(whole, GRID, settings=SETTINGS, retention_days=DAYS).to_frame()
    fading = frame["measure"].isin(DEFAULT_MEASURES) & frame["value"].notna()
    assert frame["voided_time"].notna().equals(fading)
    free = cs.compute_measures(whole, GRID, settings=SETTINGS).to_frame()
    rows = tables["standings"]
    for date, since in ((GRID[2], 4 * DAY), (GRID[5], 20 * DAY), (GRID[6], pd.Timedelta("1s"))):
        moment = date + since
        # A row that is left out from a moment on is one that was voided then; a month ahead of its time.
        gone = rows["event_time"] + (DAYS - 31 - SEEN_ON_DAYS) * DAY
        voided = rows.assign(voided_time=gone.where(gone > rows["known_time"], rows["known_time"]))
        by_hand = cs.Portfolio(**tables | {"standings": voided}, privacy=PRIVACY)
        values = cs.compute_measures(by_hand, [date], settings=SETTINGS).to_frame()
        expected = {(r.measure, r.subject_id): r.value for r in values.itertuples() if r.value == r.value}
        found = read_at(frame, tables, moment, MEASURES)
        assert found == expected
        compared += sum(name in DEFAULT_MEASURES for name, _ in found)
        assert found != read_at(free, tables, moment, MEASURES)
    assert compared > 30
    after = GRID[-1] + 32 * DAY
    assert not [name for name, _ in read_at(frame, tables, after, MEASURES) if name in DEFAULT_MEASURES]


def test_without_a_limit_rows_are_as_they_were_and_a_limit_too_short_is_refused():
    portfolio = cs.Portfolio(**world(0), privacy=PRIVACY)
    free = cs.compute_measures(portfolio, GRID[:2], settings=SETTINGS).to_frame()
    assert "voided_time" not in free
    other = cs.compute_measures(
        portfolio, GRID[:2], settings=SETTINGS, retention_days={"written_off": 100}
    ).to_frame()
    assert other.pop("voided_time").isna().all()
    assert other.equals(free)
    with pytest.raises(ParameterError, match=r"31 days.*Choose a finer grid"):
        cs.compute_measures(portfolio, GRID[:2], retention_days=31)


def test_a_grid_with_a_limit_goes_on_and_takes_up_none_without():
    tables = world(1)
    whole = cs.Portfolio(**tables, privacy=PRIVACY)
    limit = {"settings": SETTINGS, "retention_days": DAYS}
    at_once = cs.compute_measures(whole, GRID, **limit).to_frame()
    first = cs.compute_measures(whole, GRID[:4], **limit).to_frame()
    rest = cs.compute_measures(cs.Portfolio(**tables, measures=first, privacy=PRIVACY), GRID[4:], **limit)
    together = pd.concat([first, rest.to_frame()], ignore_index=True)
    for moment in (GRID[1] + 9 * DAY, GRID[4] + 9 * DAY, GRID[6] + 40 * DAY):
        assert read_at(together, tables, moment, MEASURES) == read_at(at_once, tables, moment, MEASURES)
    free = cs.compute_measures(whole, GRID[:4], settings=SETTINGS).to_frame()
    with pytest.raises(ParameterError, match="Leave the table out"):
        cs.compute_measures(cs.Portfolio(**tables, measures=free, privacy=PRIVACY), GRID[4:], **limit)
    # Without a limit, values that end by themselves are written anew.
    more = cs.compute_measures(
        cs.Portfolio(**tables, measures=first, privacy=PRIVACY), GRID[4:], settings=SETTINGS
    )
    later = pd.concat([first, more.to_frame()], ignore_index=True)
    ever = cs.compute_measures(whole, GRID, settings=SETTINGS).to_frame()
    moment = GRID[6] + 40 * DAY
    assert read_at(later, tables, moment, MEASURES) == read_at(ever, tables, moment, MEASURES)


def test_values_of_everyone_are_read_until_all_they_rest_on_is_too_old():
    """By hand: a share is read for 100 days, one of the structure for ever, another's for the fewest."""
    names = {"default_share_two_hops": 100, "clustering": None, "bureau_points": 40}
    rows = [
        {"subject_id": "a", "measure": name, "value": 0.5, "event_time": "2026-01-01T00:00:00Z"}
        for name in names
    ]
    rows.append(rows[0] | {"value": None, "event_time": "2025-01-01T00:00:00Z"})
    portfolio = cs.Portfolio.from_records({"measures": rows})
    cut = retained(portfolio, Retention.of({"defaulted_standing": 100, "arrears": 40})).tables["measures"]
    read = {}
    for row in range(cut.n_rows):
        name = cut.vocabularies["measure"][int(cut.column("measure")[row])]
        ends = int(cut.times[SUPERSEDED, row])
        read[name, bool(np.isnan(cut.column("value")[row]))] = (ends - cut.times[HAPPENED, row]) / DAY_LONG
    assert {key: value if value < 1_000 else None for key, value in read.items()} == {
        ("default_share_two_hops", False): 100, ("default_share_two_hops", True): None,
        ("clustering", False): None, ("bureau_points", False): 40,
    }  # fmt: skip
