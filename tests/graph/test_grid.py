"""Measures on the grid know nothing of the future, of the order of rows, or of a person's own standing."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import numpy as np
import pandas as pd
import pytest

import creditscore as cs
from creditscore.data.door.clock import instant
from creditscore.errors import NameUnknownError, ParameterError
from creditscore.graph.communities import communities
from creditscore.graph.grid import GridDate
from creditscore.graph.labels import labels_at
from creditscore.graph.measures import Measures
from creditscore.graph.settings import MEASURES
from creditscore.graph.snapshot import snapshot

NOW = pd.Timestamp("2024-01-01", tz="UTC")
MOMENT = instant("2024-01-01T00:00:00Z", "moment")
N = 60
FACTS = {"ties": "end", "instalments": "paid", "loans": "closed"}


def world(seed):
    """All tables, with events before and after now, late knowledge, corrections, ends and self-loops."""
    random = np.random.default_rng(seed)

    def rows(n, first=-500, last=120):
        event = NOW + pd.to_timedelta(random.integers(first, last, n), unit="D")
        event = event.where(random.random(n) > 0.03, NOW)
        late = np.where(random.random(n) < 0.2, random.integers(0, 200, n), 0)
        return {"event_time": event, "known_time": event + pd.to_timedelta(late, unit="D")}

    def fact(table, name, share):
        happened = table["event_time"] + pd.to_timedelta(random.integers(1, 400, len(table)), unit="D")
        happened = happened.where(random.random(len(table)) < share)
        late = pd.to_timedelta(random.integers(0, 60, len(table)), unit="D")
        table[f"{name}_time"], table[f"{name}_known_time"] = happened, happened + late

    people = random.permutation(N)
    ties = pd.DataFrame(
        {"person_id": random.choice(people, 200), "other_id": random.choice(people, 200)} | rows(200)
    )
    ties["weight"] = random.choice([0.1, 0.3, 0.7, -1.0, np.nan], 200)
    ties["layer"] = random.choice(["friend", "p2p", "device"], 200, p=[0.6, 0.3, 0.1])
    ties["event_id"] = np.arange(200)
    fact(ties, "end", 0.2)
    again = ties.iloc[:60].assign(weight=0.5)
    again["known_time"] += pd.Timedelta("90D")
    ties = pd.concat([ties, again], ignore_index=True)
    standings = pd.DataFrame({"person_id": random.choice(people, 50)} | rows(50))
    standings["standing"] = random.choice(["defaulted", "good"], 50)
    payments = pd.DataFrame({"applicant_id": random.choice(people, 600)} | rows(600))
    payments["amount"], payments["counterparty_id"] = -1.0, random.integers(0, 40, 600)
    loans = pd.DataFrame({"applicant_id": random.choice(people, 40), "loan_id": np.arange(40)} | rows(40))
    fact(loans, "closed", 0.2)
    due = loans.loc[np.repeat(np.arange(40), 3), ["loan_id", "applicant_id", "event_time"]]
    due = due.reset_index(drop=True)
    due["event_time"] += pd.to_timedelta(30 * (1 + np.arange(120) % 3), unit="D")
    fact(due, "paid", 0.7)
    due = due.rename(columns={"event_time": "due_time"}).assign(due_amount=100.0)
    due["instalment_no"] = 1 + np.arange(120) % 3
    return {"ties": ties, "standings": standings, "payments": payments, "loans": loans, "instalments": due}


def past_of(tables):
    """What was known before now, and nothing else: later facts are gone, and so are people met later."""
    kept = {}
    loans_known = tables["loans"].set_index("loan_id")["known_time"]
    for name, table in tables.items():
        if name == "instalments":
            past = table[table["loan_id"].map(loans_known) < NOW].copy()
        else:
            past = table[(table["known_time"] < NOW) & (table["event_time"] < NOW)].copy()
        if name in FACTS:
            happened, known = f"{FACTS[name]}_time", f"{FACTS[name]}_known_time"
            past.loc[~((past[known] < NOW) & (past[happened] < NOW)), [happened, known]] = pd.NaT
        kept[name] = past
    loans = set(kept["loans"]["loan_id"])
    kept["instalments"] = kept["instalments"][kept["instalments"]["loan_id"].isin(loans)]
    return kept


def values(tables, kind=GridDate, threads=1, **settings):
    """Value of each measure of each person at now."""
    portfolio = cs.Portfolio(**tables)
    at = kind(portfolio, MOMENT, cs.GraphSettings(**settings), threads)
    people, found = portfolio.people.labels, {}
    for name, codes, measured in at.rows():
        found |= {(name, people[code]): value for code, value in zip(codes, measured, strict=True)}
    return found


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("half_life", [None, "180d"])
def test_the_future_changes_nothing(seed, half_life):
    """Adding everything that happened or was known later, and everyone met later, changes not one bit."""
    tables = world(seed)
    settings = {"tie_half_life": half_life, "prior_share": 0.3}
    with_future, without = values(tables, **settings), values(past_of(tables), **settings)
    assert with_future == without
    assert {name for name, _ in without} == set(MEASURES) - {"neighbour_utilisation"}


@pytest.mark.parametrize("seed", range(3))
def test_neither_the_order_of_rows_nor_threads_change_anything(seed):
    tables = world(seed)
    shuffled = {name: table.sample(frac=1.0, random_state=seed) for name, table in tables.items()}
    assert values(tables) == values(shuffled) == values(tables, threads=3)


@pytest.mark.parametrize("seed", range(3))
def test_an_own_standing_changes_nothing_of_ones_own(seed):
    tables = world(seed)
    standings, before = tables["standings"], values(tables)
    other = standings["standing"].map({"good": "defaulted", "defaulted": "good"})
    for person in standings["person_id"].unique()[:15]:
        own = standings["person_id"] == person
        flipped = standings.assign(standing=standings["standing"].where(~own, other))
        for changed in (flipped, standings[~own]):
            after = values(tables | {"standings": changed})
            for name in MEASURES:
                assert before.get((name, person)) == after.get((name, person)), name


@pytest.mark.parametrize("seed", range(3))
def test_too_few_known_neighbours_tell_nothing(seed):
    """Every assignment of standings to fewer than three known neighbours gives the same values."""
    tables = world(seed)
    measures = tuple(name for name in MEASURES if "community" not in name and "lookalike" not in name)
    portfolio = cs.Portfolio(**tables)
    at = GridDate(portfolio, MOMENT, cs.GraphSettings(), 1)
    graph, tried = at.shot.graph, 0
    for node in range(graph.n_nodes):
        near = graph.neighbours[graph.offsets[node] : graph.offsets[node + 1]]
        known = at.shot.people[near[at.labels.known[near]]]
        if not 0 < len(known) < 3 or tried == 4:
            continue
        tried += 1
        person = portfolio.people.labels[at.shot.people[node]]
        near_ids = portfolio.people.labels[known]
        others = tables["standings"][~tables["standings"]["person_id"].isin(near_ids)]
        seen = []
        for assigned in product(["defaulted", "good"], repeat=len(known)):
            rows = {"person_id": near_ids, "standing": assigned, "event_time": NOW - pd.Timedelta("30D")}
            standings = pd.concat([others, pd.DataFrame(rows)])
            found = values(tables | {"standings": standings}, min_known=3, measures=measures)
            seen.append({name: value for (name, subject), value in found.items() if subject == person})
        assert all(one == seen[0] for one in seen)
        assert not {"default_influence", "good_influence"} & seen[0].keys()
    assert tried


def test_young_ties_count_for_nothing():
    """Ten friends of good standing, made within 90 days, change no measure of anyone."""
    tables = world(0)
    ties, person = tables["ties"], tables["ties"]["person_id"][0]
    of_person = ties[(ties["person_id"] == person) | (ties["other_id"] == person)]
    met = [*of_person["person_id"], *of_person["other_id"]]
    standings = tables["standings"]
    good = standings.loc[(standings["standing"] == "good") & ~standings["person_id"].isin(met), "person_id"]
    good = good.unique()[:10]
    assert len(good) == 10
    friends = pd.DataFrame({"person_id": person, "other_id": good, "event_time": NOW - pd.Timedelta("89D")})
    friends["event_id"] = 1_000 + np.arange(len(friends))
    more = tables | {"ties": pd.concat([tables["ties"], friends], ignore_index=True)}
    assert values(more) == values(tables)
    assert values(more, min_tie_age="30d") != values(tables, min_tie_age="30d")


class FutureStandings(GridDate):
    """A leaky variant: standings as they will be known in 120 days."""

    @property
    def everyone(self):
        return labels_at(self.portfolio, self.moment + 120 * 86_400_000_000)


class FutureCommunities(GridDate):
    """A leaky variant: communities of the graph of 120 days later."""

    @property
    def community(self):
        later = snapshot(self.portfolio, self.moment + 120 * 86_400_000_000)
        of_all = np.append(communities(later.graph), -1)[later.nodes_of(len(self.portfolio.people))]
        return np.unique(of_all[self.shot.people], return_inverse=True)[1].astype(np.int32)


class TimeOfTheEvent(GridDate):
    """A leaky variant: standings count from when they happened, not from when they were known."""

    @property
    def everyone(self):
        tables = {name: self.portfolio.to_frame(name) for name in ("ties", "standings")}
        tables = {name: table.drop(columns="superseded_time") for name, table in tables.items()}
        tables["standings"]["known_time"] = tables["standings"]["event_time"]
        return labels_at(cs.Portfolio(**tables), self.moment)


@pytest.mark.parametrize("leaky", [FutureStandings, FutureCommunities, TimeOfTheEvent])
def test_leaky_variants_are_caught(leaky):
    measures = tuple(name for name in MEASURES if "lookalike" not in name)
    tables = {name: table for name, table in world(1).items() if name in ("ties", "standings")}
    late = pd.DataFrame({"person_id": np.arange(N), "standing": "defaulted"})
    late["event_time"], late["known_time"] = NOW - pd.Timedelta("5D"), NOW + pd.Timedelta("5D")
    tables["standings"] = pd.concat([tables["standings"], late], ignore_index=True)
    past = {name: table[(table["known_time"] < NOW)] for name, table in tables.items()}
    assert values(tables, measures=measures) == values(past, measures=measures)
    assert values(tables, leaky, measures=measures) != values(past, leaky, measures=measures)


def test_a_hub_of_a_million_ties_and_people_without_any():
    """A hub tied to a million, some of them twice; a self-loop, and a person without a tie, beside it."""
    n = 1_000_000
    ties = pd.DataFrame({"person_id": 0, "other_id": np.arange(n + 1_000) % (n + 1)})
    ties["event_time"] = NOW - pd.Timedelta("400D")
    inquiry = pd.DataFrame({"applicant_id": [n + 5], "event_time": [NOW]})
    standings = pd.DataFrame({"person_id": [0, 1, 2], "event_time": NOW - pd.Timedelta("10D")})
    standings["standing"] = ["defaulted", "defaulted", "good"]
    portfolio = cs.Portfolio(ties=ties, inquiries=inquiry, standings=standings)
    names = ("clustering", "triangles", "core_number", "component_size", "constraint", "effective_size")
    around = ("default_share_two_hops", "default_influence")
    at = GridDate(portfolio, MOMENT, cs.GraphSettings(measures=names + around), 2)
    rows = list(at.rows())
    found = {name: dict(zip(codes[:9].tolist(), v[:9], strict=True)) for name, codes, v in rows}
    counts = {name: len(codes) for name, codes, _ in rows}
    assert found["triangles"][0] == 0.0
    assert found["effective_size"][0] == n
    assert found["component_size"][5] == n + 1
    assert found["core_number"][5] == 1.0
    assert found["constraint"][5] == pytest.approx(1.0)
    # A leaf has one neighbour; n + 5 has none.
    assert counts["clustering"] == 1
    assert counts["triangles"] == n + 1
    # The hub passes on neither its own default nor those of others, but is reached by its neighbours'.
    assert set(found["default_influence"]) == {0}
    assert found["default_influence"][0] > -6.0
    assert not counts["default_share_two_hops"]


def test_measures_go_back_into_a_portfolio():
    tables = world(0)
    portfolio = cs.Portfolio(**tables)
    grid = cs.calendar_grid("2023-11-15", "2024-01-01")
    assert [f"{date:%Y-%m-%d}" for date in grid] == ["2023-12-01", "2024-01-01"]
    settings = cs.GraphSettings(measures=("core_number", "default_influence"))
    measures = cs.compute_measures(portfolio, grid, settings=settings)
    assert isinstance(measures, Measures)
    frame = measures.to_frame()
    assert list(frame.columns) == ["subject_id", "measure", "value", "event_time"]
    assert len(frame) == len(measures)
    table = cs.Portfolio(**tables, measures=frame).tables["measures"]
    assert table.n_rows == len(measures)
    assert np.array_equal(table.times[0], table.times[1])
    at_now = frame[frame["event_time"] == NOW].itertuples(index=False)
    known = {key: v for key, v in values(tables).items() if key[0] in settings.measures}
    assert {(row.measure, row.subject_id): row.value for row in at_now} == known
    assert measures.dates == grid
    assert repr(measures).startswith(f"Measures({len(frame):,} rows: 2 measures on 2 dates)")
    assert "<caption>Measures on 2 dates</caption>" in measures._repr_html_()
    with pytest.raises(ValueError, match="read-only"):
        measures.blocks[0].values[0] = 1.0


def test_settings_are_plain_data():
    settings = cs.GraphSettings(min_known=5, tie_half_life="180d", measures=("triangles",))
    assert cs.GraphSettings.from_dict(settings.to_dict()) == settings
    assert replace(settings, hops=2).hops == 2
    with pytest.raises(NameUnknownError, match="no setting 'min_knwon'. Did you mean 'min_known'"):
        cs.GraphSettings.from_dict({"min_knwon": 5})


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"damping": 1.0}, "'damping' parameter must be between 0 and 1"),
        ({"hops": 5}, "'hops' parameter must be from 1 to 4"),
        ({"min_known": -1}, "'min_known' parameter must be 0 or more"),
        ({"hub_ties": 0}, "'hub_ties' parameter must be 1 or more"),
        ({"prior_share": 1.5}, "'prior_share' parameter must be from 0 to 1"),
        ({"resolution": 0.0}, "'resolution' parameter must be above 0"),
        ({"label_half_life": "0d"}, "'label_half_life' parameter must be longer than 0 days"),
        ({"min_tie_age": "soon"}, "'min_tie_age' parameter must be a duration"),
        ({"measures": "clustering"}, "'measures' parameter must be a sequence of names"),
        ({"without_layers": "shared"}, "'without_layers' parameter must be a sequence of names"),
        ({"measures": ("betweenness",)}, "no measure 'betweenness'. Known: 'clustering'"),
    ],
)
def test_settings_that_make_no_sense_are_refused(wrong, message):
    with pytest.raises((ParameterError, NameUnknownError), match=message):
        cs.GraphSettings(**wrong)


def test_questions_that_make_no_sense_are_refused():
    ties = {"person_id": 1, "other_id": 2, "event_time": NOW.to_pydatetime()}
    portfolio = cs.Portfolio.from_records({"ties": [ties]})
    with pytest.raises(ParameterError, match="'dates' parameter must be an instant with a zone"):
        cs.compute_measures(portfolio, ["2024-01-01T00:00:00"])
    with pytest.raises(ParameterError, match="names a date twice. Leave one"):
        cs.compute_measures(portfolio, [NOW.to_pydatetime(), MOMENT])
    asked = cs.Portfolio.from_records({"inquiries": [{"applicant_id": 1, "event_time": NOW.to_pydatetime()}]})
    with pytest.raises(ParameterError, match="neither ties nor payments. Give it one"):
        cs.compute_measures(asked, [MOMENT])
    with pytest.raises(ParameterError, match="'step' parameter must be one of weekly, monthly, quarterly"):
        cs.calendar_grid("2024-01-01", "2024-02-01", "daily")
    with pytest.raises(ParameterError, match="'start' parameter must be an instant"):
        cs.calendar_grid("2024-01-01T10:00:00", "2024-02-01")
    assert len(cs.calendar_grid("2024-01-01", "2024-12-31", "quarterly")) == 4
    assert {date.weekday() for date in cs.calendar_grid("2024-01-03", "2024-03-01", "weekly")} == {0}
    assert len(cs.compute_measures(portfolio, [NOW.to_pydatetime()])) == 0
