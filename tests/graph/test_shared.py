"""Who is reached by what people share, against walks counted one by one in plain Python, and what leaks."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import creditscore as cs
from creditscore._ground.instants import DAY
from creditscore.data.door.clock import instant
from creditscore.graph.grid import GridDate
from creditscore.graph.labels import bits_at
from creditscore.graph.shared import Sharing, folds_of, shared_by, weighed_by_sharing
from creditscore.graph.snapshot import snapshot

NOW = pd.Timestamp("2024-01-01", tz="UTC")
MOMENT = instant("2024-01-01T00:00:00Z", "moment")
PRIVACY = cs.StandingPrivacy(secret=bytes(range(32)), secret_name="trial")
NAMES = ("bipartite_default_share", "multilayer_default_share")


def world(seed: int, n: int = 40) -> dict[str, pd.DataFrame]:
    """People with ties, groups, shops and employers, of whom most have a known standing."""
    rng = np.random.default_rng(seed)

    def some(rows: int, **columns: Any) -> pd.DataFrame:
        ago = rng.integers(-20, 600, rows)
        return pd.DataFrame(columns | {"event_time": NOW - pd.to_timedelta(ago, unit="D")})

    ties = some(60, person_id=rng.integers(0, n, 60), other_id=rng.integers(0, n, 60))
    groups = some(70, person_id=rng.integers(0, n, 70), group_id=rng.integers(0, 5, 70))
    payments = some(160, applicant_id=rng.integers(0, n, 160), counterparty_id=rng.integers(0, 12, 160))
    kinds = rng.choice(["merchant", "employer", "person"], 160)
    payments["counterparty_kind"] = kinds
    payments["amount"] = np.where(kinds == "merchant", -5.0, 900.0)
    standings = some(n, person_id=np.arange(n), standing=rng.choice(["good", "defaulted"], n))
    return {"ties": ties, "memberships": groups, "payments": payments, "standings": standings[: n - 6]}


def by_hand(
    tables: dict[str, pd.DataFrame], portfolio: cs.Portfolio, most: int, least: int, *, over_ties: bool
) -> dict[int, dict[int, float]]:
    """Where walks of each person end, and with which chance, by the text of the documentation."""
    people = portfolio.applicant_ids.tolist()
    bits = bits_at(portfolio, MOMENT)
    known = {one for one, there in zip(people, bits.known, strict=True) if there}
    folds = dict(zip(people, portfolio.network.seen.folds(np.arange(len(people))), strict=True))
    layers: list[dict[int, set[int]]] = [defaultdict(set) for _ in range(3)]
    for row in tables["memberships"].itertuples():
        if (NOW - row.event_time).days >= 90:
            layers[0][row.person_id].add(row.group_id)
    for row in tables["payments"].itertuples():
        layer = {"merchant": 1, "employer": 2}.get(row.counterparty_kind)
        if layer and NOW - pd.Timedelta("365D") <= row.event_time < NOW:
            layers[layer][row.applicant_id].add(row.counterparty_id)
    shot = snapshot(portfolio, MOMENT, min_tie_age=90 * DAY)
    votes: dict[int, dict[int, float]] = defaultdict(dict)
    for node, person in enumerate(shot.people.tolist()):
        for at in range(shot.votes.offsets[node], shot.votes.offsets[node + 1]):
            other = people[shot.people[shot.votes.neighbours[at]]]
            votes[people[person]][other] = float(shot.votes.weights[at])
    found: dict[int, dict[int, float]] = {}
    for person in people:
        ends: dict[int, float] = defaultdict(float)
        for layer in layers:
            inside = {hub: {p for p in people if hub in layer[p]} for hub in layer[person]}
            hubs = {hub: members for hub, members in inside.items() if len(members) <= most}
            for members in hubs.values():
                others = (members & known) - {person}
                n_folds = 2
                while 2 * n_folds * 5 <= len(others):
                    n_folds *= 2
                apart = [p for p in others if int(folds[p] * n_folds) != int(folds[person] * n_folds)]
                for end in apart if len(others) >= least else []:
                    ends[end] += 1.0 / len(hubs) / len(apart)
        for friend, vote in votes[person].items() if over_ties else ():
            for end, onward in votes[friend].items():
                if end in known:
                    chances = sum(votes[person].values()), sum(votes[friend].values())
                    ends[end] += vote * onward / chances[0] / chances[1] if all(chances) else 0.0
        found[person] = {
            end: c for end, c in ends.items() if c > 0 and end != person and end not in votes[person]
        }
    return found


@pytest.mark.as_given
@settings(max_examples=12, deadline=None)
@given(st.integers(0, 10_000), st.sampled_from([6, 14, 40]), st.sampled_from([1, 3, 6]), st.booleans())
def test_walks_over_what_is_shared(seed: int, most: int, least: int, over_ties: bool) -> None:
    tables = world(seed)
    portfolio = cs.Portfolio(**tables, privacy=PRIVACY)
    bits = bits_at(portfolio, MOMENT)
    shared = shared_by(portfolio, MOMENT, bits, Sharing(365 * DAY, most))
    shot = snapshot(portfolio, MOMENT, min_tie_age=90 * DAY)
    rule = {"least_known": least, "hub_ties": 150 if over_ties else 0}
    got = weighed_by_sharing(shared, bits, folds_of(portfolio, shared), shot, **rule)
    ends = by_hand(tables, portfolio, most, least, over_ties=over_ties)
    marked = dict(zip(portfolio.applicant_ids.tolist(), bits.marked, strict=True))
    for code, person in enumerate(portfolio.applicant_ids.tolist()):
        chances = ends[person]
        expected = (
            sum(c for end, c in chances.items() if marked[end]), sum(chances.values()),
            sum(c * c for c in chances.values()), max(chances.values(), default=0.0), len(chances),
        )  # fmt: skip
        assert [float(part[code]) for part in got] == pytest.approx(expected, abs=1e-12)


def values(tables: dict[str, pd.DataFrame], moment: int = MOMENT, threads: int = 1) -> dict[Any, float]:
    portfolio = cs.Portfolio(**tables, privacy=PRIVACY)
    at = GridDate(portfolio, moment, cs.GraphSettings(min_known=1, measures=NAMES), threads)
    people = portfolio.people.labels
    return {
        (name, people[code]): value
        for name, codes, found in at.rows()
        for code, value in zip(codes, found, strict=True)
    }


def test_the_own_standing_and_those_of_friends_change_nothing() -> None:
    tables = world(3)
    standings, before = tables["standings"], values(tables)
    assert len({name for name, _ in before}) == 2
    ties = tables["ties"].assign(directed=False)
    before = values(tables | {"ties": ties})
    counted = ties[(NOW - ties["event_time"]).dt.days >= 90]
    for person in range(12):
        near = counted.loc[counted["person_id"] == person, "other_id"].tolist()
        near += counted.loc[counted["other_id"] == person, "person_id"].tolist()
        for who in ([person], near):
            other = standings["standing"].map({"good": "defaulted", "defaulted": "good"})
            mine = standings["person_id"].isin(who)
            flipped = standings.assign(standing=standings["standing"].where(~mine, other))
            after = values(tables | {"ties": ties, "standings": flipped})
            for name in NAMES:
                assert before.get((name, person)) == after.get((name, person))
        alone = values(tables | {"ties": ties, "standings": standings[standings["person_id"] != person]})
        for name in NAMES:
            assert before.get((name, person)) == alone.get((name, person))


@pytest.mark.as_given
def test_only_those_in_other_folds_take_part() -> None:
    """One group and nothing else: members of one fold have one value, made of the other folds."""
    n = 48
    members = pd.DataFrame({"person_id": np.arange(n), "group_id": "choir"})
    standings = pd.DataFrame(
        {"person_id": np.arange(n - 1), "standing": np.resize(["good", "defaulted"], n - 1)}
    )
    tables = {"memberships": members, "standings": standings}
    tables = {name: table.assign(event_time=NOW - pd.Timedelta("400D")) for name, table in tables.items()}
    found = values(tables)
    portfolio = cs.Portfolio(**tables, privacy=PRIVACY)
    folds = (portfolio.network.seen.folds(np.arange(n)) * 8).astype(int)
    for name in NAMES:
        for fold in range(8):
            assert len({found[(name, who)] for who in np.flatnonzero(folds == fold).tolist()}) <= 1
    assert len(set(found.values())) > 1


@pytest.mark.as_given
def test_who_withdraws_a_consent_shares_nothing() -> None:
    tables = world(5)
    before = values(tables)
    person = next(who for name, who in before if name == NAMES[0])
    consents = pd.DataFrame(
        {"applicant_id": [person] * 2, "source": ["payments", "memberships"],
         "granted_time": NOW - pd.Timedelta("900D"), "withdrawn_time": NOW - pd.Timedelta("5D")}
    )  # fmt: skip
    after = values(tables | {"consents": consents})
    assert (NAMES[0], person) not in after
    without = {name: table[table.iloc[:, 0] != person] for name, table in tables.items()} | {
        name: tables[name] for name in ("ties", "standings")
    }
    assert after == values(without)
