"""Measures on the grid know nothing of the future, of the order of rows, or of a person's own standing."""

from __future__ import annotations

from dataclasses import replace

import networkx as nx
import numpy as np
import pandas as pd
import pytest

import creditscore as cs
from creditscore.data.door.clock import instant
from creditscore.errors import NameUnknownError, ParameterError
from creditscore.graph.communities import communities
from creditscore.graph.grid import GridDate
from creditscore.graph.labels import Bits, bits_at
from creditscore.graph.settings import MEASURES
from creditscore.graph.snapshot import snapshot

NOW = pd.Timestamp("2024-01-01", tz="UTC")
MOMENT = instant("2024-01-01T00:00:00Z", "moment")
PRIVACY = cs.StandingPrivacy(secret=bytes(range(32)), secret_name="trial")
N = 60


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
        {"person_id": random.choice(people, 400), "other_id": random.choice(people, 400)} | rows(400)
    )
    ties["weight"] = random.choice([0.1, 0.3, 0.7, -1.0, np.nan], 400)
    ties["layer"] = random.choice(["friend", "p2p", "device"], 400, p=[0.6, 0.3, 0.1])
    ties["directed"] = random.random(400) < 0.3
    ties["event_id"] = np.arange(400)
    fact(ties, "end", 0.2)
    again = ties.iloc[:60].assign(weight=0.5)
    again["known_time"] += pd.Timedelta("90D")
    ties = pd.concat([ties, again], ignore_index=True)
    standings = pd.DataFrame({"person_id": random.choice(people, 100)} | rows(100))
    standings["standing"] = random.choice(["defaulted", "good"], 100)
    payments = pd.DataFrame({"applicant_id": random.choice(people, 600)} | rows(600))
    payments["amount"], payments["counterparty_id"] = -1.0, random.integers(0, 40, 600)
    return {"ties": ties, "standings": standings, "payments": payments}


def past_of(tables):
    """What was known before now, and nothing else: later facts are gone, and so are people met later."""
    kept = {name: t[(t["known_time"] < NOW) & (t["event_time"] < NOW)].copy() for name, t in tables.items()}
    ties = kept["ties"]
    ended = (ties["end_time"] < NOW) & (ties["end_known_time"] < NOW)
    ties.loc[~ended, ["end_time", "end_known_time"]] = pd.NaT
    return kept


def values(tables, kind=GridDate, threads=1, **settings):
    """Value of each measure of each person at now."""
    portfolio = cs.Portfolio(**tables, privacy=PRIVACY)
    settings = {"min_known": 2, "measures": tuple(MEASURES)} | settings
    at = kind(portfolio, MOMENT, cs.GraphSettings(**settings), threads)
    people, found = portfolio.people.labels, {}
    for name, codes, measured in at.rows():
        found |= {(name, people[code]): value for code, value in zip(codes, measured, strict=True)}
    return found


@pytest.mark.parametrize("seed", range(4))
def test_the_future_changes_nothing(seed):
    """Adding everything that happened or was known later, and everyone met later, changes not one bit."""
    tables = world(seed)
    with_future, without = values(tables), values(past_of(tables))
    assert with_future == without
    assert {name for name, _ in without} == set(MEASURES)


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


@pytest.mark.parametrize("seed", range(2))
def test_few_known_neighbours_tell_nothing(seed):
    """Who has a value has enough known people so many ties away, by the distances that networkx finds."""
    portfolio = cs.Portfolio(**world(seed), privacy=PRIVACY)
    names = ("default_share_two_hops", "community_default_share", "default_influence")
    at = GridDate(portfolio, MOMENT, cs.GraphSettings(min_known=2, measures=names), 1)
    graph, people = at.shot.graph, at.shot.people
    twin = nx.Graph(zip(np.repeat(np.arange(graph.n_nodes), graph.degrees), graph.neighbours, strict=True))
    found = {name: set(codes.tolist()) for name, codes, _ in at.rows()}
    assert all(found.values())
    for node in twin:
        away = nx.single_source_shortest_path_length(twin, node, cutoff=3)
        known = [distance for other, distance in away.items() if other != node and at.bits.known[other]]
        assert people[node] not in found["default_share_two_hops"] or known.count(2) >= 6
        assert people[node] not in found["community_default_share"] or len(known) - known.count(1) >= 4
        assert people[node] not in found["default_influence"] or len(known) - known.count(1) >= 2


GOOD_FRIENDS = {
    "young": {"event_time": NOW - pd.Timedelta("89D")},
    "told late": {"event_time": NOW - pd.Timedelta("400D"), "known_time": NOW - pd.Timedelta("89D")},
    "one-sided": {"event_time": NOW - pd.Timedelta("400D"), "directed": True},
    "of a device": {"event_time": NOW - pd.Timedelta("400D"), "layer": "device"},
    "soon over": {"event_time": NOW - pd.Timedelta("400D"), "end_time": NOW - pd.Timedelta("311D")},
    "long over": {"event_time": NOW - pd.Timedelta("900D"), "end_time": NOW - pd.Timedelta("181D")},
}


@pytest.mark.parametrize("kind", [*GOOD_FRIENDS, "accepted"])
def test_friends_who_count_for_nothing(kind):
    """Ten friends of good standing, not accepted and kept for 90 days, change no measure of anyone."""
    tables = world(0)
    ties, person = tables["ties"], tables["ties"]["person_id"][0]
    of_person = ties[(ties["person_id"] == person) | (ties["other_id"] == person)]
    met = [*of_person["person_id"], *of_person["other_id"]]
    standings = tables["standings"]
    good = standings.loc[(standings["standing"] == "good") & ~standings["person_id"].isin(met), "person_id"]
    good = good.unique()[:10]
    assert len(good) == 10
    friends = pd.DataFrame({"person_id": person, "other_id": good, "directed": False, "layer": "friend"})
    friends = friends.assign(**GOOD_FRIENDS.get(kind, {"event_time": NOW - pd.Timedelta("400D")}))
    friends["event_id"] = 1_000 + np.arange(len(friends))
    more = tables | {"ties": pd.concat([tables["ties"], friends], ignore_index=True)}
    assert (values(more) == values(tables)) == (kind != "accepted")


def test_a_tie_counts_on_after_its_end():
    """What somebody sees of the end of a tie on the day it ends: nothing, for half a year."""
    ties = world(0)["ties"].assign(end_time=pd.NaT, end_known_time=pd.NaT)
    ended = ties.assign(end_time=ties["end_time"].where(ties.index != 3, NOW - pd.Timedelta("100D")))
    portfolio = world(0) | {"ties": ties}
    assert values(portfolio) == values(portfolio | {"ties": ended})


class FutureStandings(GridDate):
    """A leaky variant: bits as they will be seen in 240 days."""

    @property
    def everyone(self):
        return bits_at(self.portfolio, self.moment + 240 * 86_400_000_000)


class FutureCommunities(GridDate):
    """A leaky variant: communities of the graph of 120 days later."""

    @property
    def community(self):
        later = snapshot(self.portfolio, self.moment + 120 * 86_400_000_000, min_tie_age=0)
        of_all = np.append(communities(later.graph), -1)[later.nodes_of(len(self.portfolio.people))]
        return np.unique(of_all[self.shot.people], return_inverse=True)[1].astype(np.int32)


class TrueStandings(GridDate):
    """A leaky variant: what the lender knows, and since when, in the stead of the bits."""

    @property
    def everyone(self):
        frame = self.portfolio.to_frame("standings")
        codes = self.portfolio.codes(frame["person_id"])
        known, marked = np.zeros(N, np.bool_), np.zeros(N, np.bool_)
        known[codes] = True
        marked[codes] = (frame["standing"] == "defaulted").to_numpy()
        return Bits(known, marked, 0.0)


@pytest.mark.parametrize("leaky", [FutureStandings, FutureCommunities, TrueStandings])
def test_leaky_variants_are_caught(leaky):
    measures = tuple(name for name in MEASURES if "lookalike" not in name)
    tables = {name: table for name, table in world(1).items() if name in ("ties", "standings")}
    late = pd.DataFrame({"person_id": np.arange(N), "standing": "defaulted"})
    late["event_time"], late["known_time"] = NOW - pd.Timedelta("5D"), NOW + pd.Timedelta("5D")
    tables["standings"] = pd.concat([tables["standings"], late], ignore_index=True)
    past = {name: table[(table["known_time"] < NOW)] for name, table in tables.items()}
    assert values(tables, measures=measures) == values(past, measures=measures)
    assert values(tables, leaky, measures=measures) != values(past, leaky, measures=measures)


@pytest.mark.as_given
def test_a_hub_of_a_million_ties_and_people_without_any():
    """A hub tied to a million, some of them twice; a self-loop, and a person without a tie, beside it."""
    n = 1_000_000
    ties = pd.DataFrame({"person_id": 0, "other_id": np.arange(n + 1_000) % (n + 1)})
    ties["event_time"] = NOW - pd.Timedelta("400D")
    inquiry = pd.DataFrame({"applicant_id": [n + 5], "event_time": [NOW]})
    standings = pd.DataFrame({"person_id": np.arange(9), "event_time": NOW - pd.Timedelta("300D")})
    standings["standing"] = "good"
    portfolio = cs.Portfolio(ties=ties, inquiries=inquiry, standings=standings, privacy=PRIVACY)
    names = ("clustering", "triangles", "core_number", "component_size", "constraint", "effective_size")
    around = ("default_share_two_hops", "default_influence")
    at = GridDate(portfolio, MOMENT, cs.GraphSettings(measures=names + around), 2)
    rows = list(at.rows())
    found = {name: dict(zip(codes[:9].tolist(), v[:9], strict=True)) for name, codes, v in rows}
    counts = {name: len(codes) for name, codes, _ in rows}
    assert found["triangles"][0] == 0.0
    assert found["effective_size"][0] == n
    assert found["component_size"][5] == n
    assert found["core_number"][5] == 1.0
    assert found["constraint"][5] == pytest.approx(1.0)
    # A leaf has one neighbour; n + 5 has none.
    assert counts["clustering"] == 1
    assert counts["triangles"] == n + 1
    # Nothing goes through a hub, and a leaf knows nobody else.
    assert not counts["default_influence"]
    assert not counts["default_share_two_hops"]


def test_settings_are_plain_data():
    settings = cs.GraphSettings(min_known=4, min_tie_age="180d", measures=("triangles",))
    assert cs.GraphSettings.from_dict(settings.to_dict()) == settings
    assert replace(settings, hops=2).hops == 2
    with pytest.raises(NameUnknownError, match="no setting 'min_knwon'. Did you mean 'min_known'"):
        cs.GraphSettings.from_dict({"min_knwon": 5})


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"damping": 1.0}, "'damping' parameter must be between 0 and 1"),
        ({"damping": "0.5"}, "'damping' parameter must be a number. Got '0.5'"),
        ({"hops": 4}, "'hops' parameter must be from 2 to 3"),
        ({"hops": 2.0}, "'hops' parameter must be a whole number, 2 or more. Got 2.0"),
        ({"min_known": 0}, "'min_known' parameter must be a whole number, 1 or more"),
        ({"min_known": True}, "'min_known' parameter must be a whole number, 1 or more. Got True"),
        ({"hub_ties": 0}, "'hub_ties' parameter must be a whole number, 1 or more"),
        ({"seed": 1.5}, "'seed' parameter must be a whole number, 0 or more. Got 1.5"),
        ({"lookalikes": 3.5}, "'lookalikes' parameter must be a whole number, 1 or more"),
        ({"prior_share": 1.5}, "'prior_share' parameter must be from 0 to 1"),
        ({"prior_share": True}, "'prior_share' parameter must be a number. Got True"),
        ({"prior_weight": -1.0}, "'prior_weight' parameter must be 0 or more"),
        ({"resolution": 0.0}, "'resolution' parameter must be above 0"),
        ({"lookalike_window": "0d"}, "'lookalike_window' parameter must be longer than 0 days"),
        ({"min_tie_age": "soon"}, "'min_tie_age' parameter must be a duration"),
        ({"measures": "clustering"}, "'measures' parameter must be a sequence of names"),
        ({"measures": ("clustering",) * 2}, "'measures' parameter must be names, each given once"),
        ({"without_layers": "shared"}, "'without_layers' parameter must be a sequence of names"),
        ({"without_layers": (1,)}, "'without_layers' parameter must be a sequence of names"),
        ({"measures": ("betweenness",)}, "no measure 'betweenness'. Known: 'clustering'"),
    ],
)
def test_settings_that_make_no_sense_are_refused(wrong, message):
    with pytest.raises((ParameterError, NameUnknownError), match=message):
        cs.GraphSettings(**wrong)


def test_a_layer_that_no_tie_has_is_refused():
    ties = [{"person_id": "a", "other_id": "b", "event_time": "2023-01-01T00:00Z", "layer": "friend"}]
    portfolio = cs.Portfolio.from_records({"ties": ties})
    for layers in (("fiend",), ("devise",)):
        settings = cs.GraphSettings(without_layers=layers)
        with pytest.raises(NameUnknownError, match="Did you mean '(friend|device)'"):
            cs.compute_measures(portfolio, [MOMENT], settings=settings)
    without = cs.GraphSettings(without_layers=("friend", "device"))
    assert len(cs.compute_measures(portfolio, [MOMENT], settings=without)) == 0
    assert len(cs.compute_measures(portfolio, [MOMENT])) > 0


def test_questions_that_make_no_sense_are_refused():
    ties = {"person_id": 1, "other_id": 2, "event_time": NOW.to_pydatetime()}
    portfolio = cs.Portfolio.from_records({"ties": [ties]})
    with pytest.raises(ParameterError, match="'dates' parameter must be an instant with a zone"):
        cs.compute_measures(portfolio, ["2024-01-01T00:00:00"])
    with pytest.raises(ParameterError, match="names a date twice. Leave one"):
        cs.compute_measures(portfolio, [NOW.to_pydatetime(), MOMENT])
    asked = cs.Portfolio.from_records({"inquiries": [{"applicant_id": 1, "event_time": NOW.to_pydatetime()}]})
    with pytest.raises(ParameterError, match="neither ties nor payments, nor groups"):
        cs.compute_measures(asked, [MOMENT])
    for name in ("lookalike_default_share", "bipartite_default_share"):
        with pytest.raises(ParameterError, match="'settings.measures' parameter must be one or more that"):
            cs.compute_measures(portfolio, [MOMENT], settings=cs.GraphSettings(measures=(name,)))
    with pytest.raises(ParameterError, match="'step' parameter must be one of weekly, monthly, quarterly"):
        cs.calendar_grid("2024-01-01", "2024-02-01", "daily")
    with pytest.raises(ParameterError, match="'start' parameter must be an instant"):
        cs.calendar_grid("2024-01-01T10:00:00", "2024-02-01")
    assert len(cs.calendar_grid("2024-01-01", "2024-12-31", "quarterly")) == 4
    assert {date.weekday() for date in cs.calendar_grid("2024-01-03", "2024-03-01", "weekly")} == {0}
    assert len(cs.compute_measures(portfolio, [NOW.to_pydatetime()])) == 0
