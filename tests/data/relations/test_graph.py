"""The typed graph: what stands in it, what it may not know, and the door to networkx."""

from __future__ import annotations

from collections import Counter
from typing import Any

import networkx as nx
import numpy as np
import pandas as pd
import pytest

import creditscore as cs
from creditscore.errors import ParameterError
from tests.people import here

NOW = pd.Timestamp("2024-01-01", tz="UTC")
AT = "2024-01-01T00:00:00Z"


def world(seed: int) -> dict[str, pd.DataFrame]:
    """Rows before and after now, some known late, some ended."""
    rng = np.random.default_rng(seed)

    def some(rows: int, ends: bool = False, **columns: Any) -> pd.DataFrame:
        made = pd.DataFrame(columns)
        made["event_time"] = NOW - pd.to_timedelta(rng.integers(-100, 600, rows), unit="D")
        late = np.where(rng.random(rows) < 0.2, rng.integers(0, 300, rows), 0)
        made["known_time"] = made["event_time"] + pd.to_timedelta(late, unit="D")
        if ends:
            over = made["event_time"] + pd.to_timedelta(rng.integers(1, 500, rows), unit="D")
            made["end_time"] = over.where(rng.random(rows) < 0.4)
            made["end_known_time"] = made["end_time"] + pd.to_timedelta(rng.integers(0, 90, rows), unit="D")
        return made

    def who(rows: int) -> Any:
        return rng.integers(0, 25, rows)

    kinds = rng.choice(["merchant", "employer", "person"], 150)
    amounts = np.where(kinds == "merchant", -5.0, rng.choice([900.0, -900.0], 150))
    return {
        "ties": some(80, True, person_id=who(80), other_id=who(80), layer=rng.choice(["friend", "p2p"], 80)),
        "memberships": some(60, True, person_id=who(60), group_id=rng.integers(0, 6, 60)),
        "payments": some(
            150, applicant_id=who(150), counterparty_id=rng.integers(0, 9, 150), counterparty_kind=kinds,
            amount=amounts,
        ),
        "sessions": some(70, applicant_id=who(70), device=rng.integers(0, 15, 70), channel="app"),
    }  # fmt: skip


def between(*ends: tuple[str, Any]) -> frozenset[tuple[str, Any]]:
    """Both ends of an edge, by what they are called in this run."""
    return frozenset((kind, here(given)) for kind, given in ends)


def by_hand(tables: dict[str, pd.DataFrame]) -> Counter[tuple[Any, ...]]:
    """Edges as sets of ends with their counts, row by row."""
    found: Counter[tuple[Any, ...]] = Counter()
    for name, table in tables.items():
        for row in table.to_dict("records"):
            over = row.get("end_time", pd.NaT)
            ended = over is not pd.NaT and over < NOW and row["end_known_time"] < NOW
            if not row["event_time"] < NOW or not row["known_time"] < NOW or ended:
                continue
            recent = row["event_time"] >= NOW - pd.Timedelta("365D")
            if name == "ties" and row["person_id"] != row["other_id"]:
                ends = between(("person", row["person_id"]), ("person", row["other_id"]))
                found[(f"tie:{row['layer']}", ends)] += 1
            elif name == "memberships":
                found[
                    ("membership", between(("person", row["person_id"]), ("group", row["group_id"])))
                ] += 1
            elif name == "sessions" and recent:
                found[
                    ("device_use", between(("person", row["applicant_id"]), ("device", row["device"])))
                ] += 1
            elif name == "payments" and recent:
                kind = row["counterparty_kind"]
                edge = {"merchant": "purchase", "employer": "wage"}.get(kind)
                if edge == "purchase" or (edge == "wage" and row["amount"] > 0):
                    ends = between(("person", row["applicant_id"]), (kind, row["counterparty_id"]))
                    found[(edge, ends)] += 1
    return found


def edges_of(graph: nx.MultiGraph) -> Counter[tuple[Any, ...]]:
    return Counter(
        {
            (key, frozenset({one, other})): said["count"]
            for one, other, key, said in graph.edges(keys=True, data=True)
        }
    )


@pytest.mark.parametrize("seed", range(4))
def test_every_edge_is_one_of_the_rows_that_were_known_and_counts_them(seed: int) -> None:
    tables = world(seed)
    graph = cs.Portfolio(**tables).graph(AT)
    twin = graph.to_networkx()
    assert edges_of(twin) == by_hand(tables)
    assert twin.number_of_edges() == len(graph)
    assert all(degree for _, degree in twin.degree)
    assert {kind for kind, _ in twin} == {"person", "group", "merchant", "employer", "device"}
    assert all(kind == said["kind"] for (kind, _), said in twin.nodes(data=True))
    frame = graph.to_frame()
    assert (frame["first"] <= frame["last"]).all()
    assert (frame["last"] < NOW).all()
    assert frame["count"].sum() == sum(by_hand(tables).values())


@pytest.mark.parametrize("seed", range(2))
def test_neither_the_future_nor_the_order_of_rows_changes_anything(seed: int) -> None:
    tables = world(seed)
    known = {
        name: table[(table["known_time"] < NOW) & (table["event_time"] < NOW)]
        for name, table in tables.items()
    }
    mixed = {name: table.sample(frac=1.0, random_state=1) for name, table in tables.items()}
    frames = [cs.Portfolio(**some).graph(AT).to_frame() for some in (tables, known, mixed)]
    pd.testing.assert_frame_equal(frames[0], frames[1])
    pd.testing.assert_frame_equal(frames[0], frames[2])


@pytest.mark.as_given
def test_ids_of_one_person_are_one_node_and_nobody_is_tied_to_oneself() -> None:
    at = "2023-05-01T00:00:00Z"
    ties = [
        {"person_id": a, "other_id": b, "event_time": at} for a, b in (("a1", "b"), ("a2", "c"), ("a1", "a2"))
    ]
    persons = [{"person_id": "a1", "other_id": "a2", "event_time": "2023-06-01T00:00:00Z"}]
    portfolio = cs.Portfolio.from_records({"ties": ties, "persons": persons})
    assert portfolio.graph("2023-05-15T00:00:00Z").nodes["person"] == ("a1", "a2", "b", "c")
    later = portfolio.graph(AT)
    assert later.nodes["person"] == ("a1", "b", "c")
    assert set(edges_of(later.to_networkx())) == {
        ("tie", frozenset({("person", "a1"), ("person", one)})) for one in "bc"
    }


def test_nothing_stands_in_it_of_a_consent_that_was_withdrawn_or_a_source_that_is_taken_out() -> None:
    tables = world(7)
    who = int(cs.Portfolio(**tables).graph(AT).to_frame().query("kind == 'purchase'")["person"].iloc[0])
    consents = pd.DataFrame(
        {"applicant_id": [who] * 4, "source": ["payments", "memberships", "ties", "sessions"],
         "granted_time": NOW - pd.Timedelta("900D"), "withdrawn_time": NOW - pd.Timedelta("5D")}
    )  # fmt: skip
    portfolio = cs.Portfolio(**tables, consents=consents)
    assert ("person", who) not in portfolio.graph(AT).to_networkx()
    assert ("person", who) in portfolio.graph("2023-12-20T00:00:00Z").to_networkx()
    barred = cs.Portfolio(**tables).with_sources(forbidden={"score": {"payment_data"}})
    kinds = set(barred.graph(AT).to_frame()["kind"])
    assert kinds == {"tie", "membership", "device_use"}


def test_it_says_what_it_holds_and_refuses_what_is_no_moment_or_span() -> None:
    portfolio = cs.Portfolio(**world(1))
    graph = portfolio.graph(AT)
    assert repr(graph).splitlines()[0].startswith("PortfolioGraph(as of 2024-01-01 00:00 UTC: ")
    assert "<caption>PortfolioGraph(as of" in graph._repr_html_()
    assert len(portfolio.graph(AT, window="1d")) < len(graph)
    with pytest.raises(ParameterError, match="as_of"):
        portfolio.graph("2024-01-01T00:00:00")
    with pytest.raises(ParameterError, match="window"):
        portfolio.graph(AT, window="a year")
    nobody = cs.Portfolio.from_records({"inquiries": [{"applicant_id": 1, "event_time": AT}]}).graph(AT)
    assert len(nobody) == 0
    assert nobody.to_networkx().number_of_nodes() == 0
