"""For whom a score may have moved: everyone for whom a feature has another value is among them."""

from __future__ import annotations

import random
from datetime import timedelta

import numpy as np
import pytest

import creditscore as cs
from creditscore.data.door.clock import instant
from creditscore.data.tables.contracts import CONTRACTS
from creditscore.features.compute import FeatureComputer
from creditscore.streaming.due import due, shape_of
from tests.data.folder.splitting import cut
from tests.features.worlds import AS_OF, PRIVACY, applications
from tests.streaming.messages import batch_of, keyed

PEOPLE = 12
IDS = [row["applicant_id"] for row in applications(PEOPLE, AS_OF)]
OWN = (*cs.payment_features(), *cs.repayment_features(), *cs.digital_features())
OF_MANY = (*OWN, *cs.social_features())
WINDOWS = ("3h", "7d", "30d", "1m", "12m", "365d", None)


def plain(table: str, column: str | None, statistic: str, window: str | None) -> cs.Feature:
    term = cs.Term(table, statistic, column=column, window=window)
    name = f"{table}_{column}_{statistic}_{window}"
    source = "loans" if table == "statements" else table
    return cs.Feature(name, term, label=name, definition=name, unit="money", source=source)


# What is counted in a window moves when a row becomes known, ceases to count or passes an end of the window.
COUNTED = tuple(
    plain(table, column, statistic, window)
    for table, column in (("payments", "amount"), ("statements", "balance"), ("inquiries", None))
    for statistic in (("count",) if column is None else ("count", "sum", "median", "max"))
    for window in WINDOWS
)


def values(features: tuple[cs.Feature, ...], portfolio: cs.Portfolio, at: object) -> np.ndarray:
    asked = cs.Applications.from_records([row | {"as_of": at} for row in applications(PEOPLE, AS_OF)])
    return FeatureComputer(cs.FeatureSet(features)).compute(asked, portfolio).values


def changed(before: np.ndarray, after: np.ndarray) -> np.ndarray:
    return ((before != after) & ~(np.isnan(before) & np.isnan(after))).any(axis=1)


@pytest.mark.parametrize(
    "features", [OWN, pytest.param(OF_MANY, marks=pytest.mark.long)], ids=["own", "with others"]
)
def test_new_facts_move_the_features_of_nobody_else(tmp_path, features):
    """Every catalogue, at one moment, before and after rows of a few people came in."""
    first, *later = cut(keyed(1, PEOPLE), 1, 6)
    cs.Portfolio.from_records(first, privacy=PRIVACY, midnight="instant").write(tmp_path / "p")
    folder = cs.PortfolioFolder(tmp_path / "p", privacy=PRIVACY)
    before, entry, shape, moved, spared = values(features, folder.portfolio(), AS_OF), 0, "", 0, 0
    for part in later:
        of_some = {
            name: [row for row in rows if row[CONTRACTS[name].owner] in IDS[:4]]
            for name, rows in part.items()
        }
        folder.append({name: rows for name, rows in of_some.items() if rows}, midnight="instant")
        entry, added = folder.changed_since(entry)
        if shape != (shape := shape_of(folder.portfolio())):
            added = None
        at = instant(AS_OF, "as_of")
        found = due(folder.portfolio(), features, IDS, added, (at, at))
        after = values(features, folder.portfolio(), AS_OF)
        assert not (changed(before, after) & ~found).any()
        moved, spared = moved + int(changed(before, after).sum()), spared + int((~found).sum())
        before = after
    assert moved > 10
    assert spared > 10 or features is OF_MANY


@pytest.mark.parametrize("timezone", [pytest.param("UTC", marks=pytest.mark.long), "America/St_Johns"])
def test_within_a_day_windows_move_for_nobody_else(timezone):
    world = keyed(3, PEOPLE)
    portfolio = cs.Portfolio.from_records(world, privacy=PRIVACY, midnight="instant", timezone=timezone)
    rng, moved, spared = random.Random(4), 0, 0
    for _ in range(30):
        noon = AS_OF.replace(hour=14) - timedelta(days=rng.randint(0, 600))
        hours = sorted(rng.uniform(-9, 9) for _ in "ab")
        between = [noon + timedelta(hours=one) for one in hours]
        found = due(portfolio, COUNTED, IDS, {}, tuple(instant(one, "as_of") for one in between))
        other = changed(*(values(COUNTED, portfolio, one) for one in between))
        assert not (other & ~found).any()
        moved, spared = moved + int(other.sum()), spared + int((~found).sum())
    assert moved > 25
    assert spared > 25


def test_on_a_new_day_and_after_a_fold_everybody_is():
    portfolio = batch_of(keyed(1, PEOPLE))
    at = instant(AS_OF, "as_of")
    for added, until in ((None, at), ({}, at + 24 * 3_600_000_000)):
        assert due(portfolio, OWN, IDS, added, (at, until)).all()
    assert not due(portfolio, OWN, IDS, {}, (at, at)).any()
    assert due(portfolio, OWN, IDS, {"payments": frozenset({IDS[2]})}, (at, at)).nonzero()[0].tolist() == [2]
    assert due(portfolio, OWN, ["nobody"], {"payments": frozenset({"nobody"})}, (at, at)).all()


def test_a_fact_about_others_concerns_everybody_whose_model_reads_of_others():
    portfolio = batch_of(keyed(1, PEOPLE))
    at = instant(AS_OF, "as_of")
    added = {"standings": frozenset({"somebody"})}
    assert not due(portfolio, OWN, IDS, added, (at, at)).any()
    assert due(portfolio, OF_MANY, IDS, added, (at, at)).all()
