"""Who is one person from when to when: found from links, against plain Python."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import pytest

import creditscore as cs
from creditscore.data.network.identities import MOST_IDS
from tests.people import here

START = datetime(2024, 1, 1, tzinfo=UTC)
DAY = timedelta(days=1)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def day(n: float) -> datetime:
    return START + n * DAY


def link(one: str, other: str, found: float, **more: Any) -> dict[str, Any]:
    return {"person_id": one, "other_id": other, "event_time": day(found)} | more


def named(given: str) -> str:
    """What somebody is called in this run, as text."""
    return str(here(given))


def portfolio_of(links: list[dict[str, Any]], ids: str = "abcdef") -> cs.Portfolio:
    ties = [{"person_id": one, "other_id": "z", "event_time": START} for one in ids]
    return cs.Portfolio.from_records({"ties": ties, "persons": links})


def persons(portfolio: cs.Portfolio, moment: datetime) -> set[frozenset[str]]:
    """Everybody with several ids at a moment."""
    who = portfolio.network.identities  # type: ignore[union-attr]
    at = (moment - EPOCH) // timedelta(microseconds=1)
    codes = np.arange(len(portfolio.people))
    nodes = who.nodes(codes, np.full(codes.size, at)).tolist()
    assert all(nodes[code] in range(who.n_nodes) for code in codes.tolist())
    found = {frozenset(str(portfolio.applicant_ids[i]) for i in who.ids_of(node)) for node in nodes}
    return {one for one in found if len(one) > 1}


@pytest.mark.parametrize(
    ("links", "moment", "expected"),
    [
        ([link("a", "b", 5)], 5, []),
        ([link("a", "b", 5)], 6, ["ab"]),
        ([link("a", "b", 5, known_time=day(9))], 9, []),
        ([link("a", "b", 5, known_time=day(9))], 10, ["ab"]),
        ([link("a", "b", 5), link("b", "c", 8)], 8, ["ab"]),
        ([link("a", "b", 5), link("b", "c", 8)], 9, ["abc"]),
        ([link("a", "b", 5), link("b", "c", 6), link("c", "a", 7)], 9, ["abc"]),
        ([link("a", "b", 5), link("b", "a", 6), link("a", "b", 7)], 9, ["ab"]),
        ([link("a", "a", 5)], 9, []),
        ([link("a", "b", 5), link("c", "d", 5), link("e", "f", 7)], 6, ["ab", "cd"]),
        ([link("a", "b", 5), link("c", "d", 5), link("b", "c", 7)], 8, ["abcd"]),
        # a correction: the link was to another id, so the first one is taken back once that is known
        ([link("a", "b", 5, event_id="x"), link("a", "c", 5, event_id="x", known_time=day(9))], 9, ["ab"]),
        ([link("a", "b", 5, event_id="x"), link("a", "c", 5, event_id="x", known_time=day(9))], 10, ["ac"]),
    ],
)
def test_links_add_up_once_they_are_known(
    links: list[dict[str, Any]], moment: float, expected: list[str]
) -> None:
    assert persons(portfolio_of(links), day(moment)) == {frozenset(map(named, one)) for one in expected}


@pytest.mark.parametrize("seed", range(20))
def test_persons_at_any_moment_are_those_of_plain_python(seed: int) -> None:
    rng = random.Random(seed)
    links = [
        link(*rng.choices("abcdefgh", k=2), rng.randint(0, 9), known_time=day(rng.randint(0, 12)))
        for _ in range(rng.randint(0, 12))
    ]
    portfolio = portfolio_of(links, "abcdefgh")
    for moment in range(14):
        blocks = [{one} for one in "abcdefgh"]
        for row in links:
            if max(row["event_time"], row["known_time"]) < day(moment):
                joined = [block for block in blocks if row["person_id"] in block or row["other_id"] in block]
                blocks = [block for block in blocks if block not in joined] + [set().union(*joined)]
        several = {frozenset(map(named, one)) for one in blocks if len(one) > 1}
        assert persons(portfolio, day(moment)) == several


def test_blank_ids_are_refused_and_so_are_more_ids_than_anybody_has() -> None:
    with pytest.raises(cs.errors.ContractError, match="persons.other_id"):
        portfolio_of([link("a", "b", 5), {"person_id": "a", "other_id": None, "event_time": START}])
    with pytest.raises(cs.errors.ContractError, match=f"one person of {MOST_IDS + 1} ids.*Leave out the"):
        portfolio_of([link("a", f"x{k}", 5) for k in range(MOST_IDS)])
    assert len(persons(portfolio_of([link("a", f"x{k}", 5) for k in range(MOST_IDS - 1)]), day(6))) == 1


@pytest.mark.as_given
def test_the_portfolio_says_what_it_joined() -> None:
    links = [link("a", "b", 5), link("b", "c", 8), link("d", "e", 6, known_time=day(7))]
    joined = portfolio_of(links).joined().to_dict("records")
    said = [(row["person"], tuple(row["ids"]), row["since"]) for row in joined]
    assert said == [("a", ("a", "b", "c"), day(8)), ("d", ("d", "e"), day(7))]
    before = portfolio_of(links).joined(as_of=day(6)).to_dict("records")
    assert [tuple(row["ids"]) for row in before] == [("a", "b")]
    assert portfolio_of([]).joined().empty
    assert cs.Portfolio.from_records({}).joined().empty
