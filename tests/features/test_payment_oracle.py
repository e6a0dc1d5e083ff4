"""Every payment feature against a second opinion: plain Python over records, SQL over the raw tables."""

from __future__ import annotations

import math
from functools import cache
from typing import Any

import numpy as np
import pytest

from creditscore.data.applications import Applications
from creditscore.data.portfolio import Portfolio
from creditscore.features.chunk import Chunk
from creditscore.features.compute import FeatureComputer
from creditscore.features.formula import Attribute, Covered, Formula, Term, terms
from creditscore.features.matrix import FeatureMatrix
from creditscore.features.payments.declared.catalogue import payment_features
from creditscore.features.payments.rows.all_views import PAYMENT_VIEWS
from creditscore.features.view import View
from creditscore.verify.twin.clock import WEEKDAY, Local
from creditscore.verify.twin.payments import Payments
from tests.features.oracle_statistics import combine, evaluate_term
from tests.features.payment_oracle import payments_of, view_rows
from tests.features.payment_worlds import LEFT_OUT, asked, payment_world
from tests.features.sql_oracle import connect, sql_values, supported

FEATURES = payment_features(every=True)
COMPUTER = FeatureComputer(FEATURES)
SEEDS = range(len(LEFT_OUT))
WITH_SQL = [f.name for f in FEATURES if terms(f.formula) and all(supported(t) for t in terms(f.formula))]


ASKED = asked()
UTC = Local()
ELSEWHERE = (Local("Asia/Tehran", (3, 4)), Local("America/New_York"))
BY_THE_CLOCK = {
    "payments_night_share_180d",
    "payments_weekend_share_180d",
    "payments_hour_entropy_180d",
    "payments_purchase_active_days_share_3m",
    "payments_spending_season_36m",
    "bills_days_late_mean_365d",
}
World = dict[str, list[dict[str, Any]]]


@cache
def world_of(seed: int) -> World:
    return payment_world(seed)


def read(seed: int, local: Local) -> Portfolio:
    weekend = [WEEKDAY[day] for day in local.weekend]
    return Portfolio.from_records(world_of(seed), timezone=local.zone, weekend=weekend)


@cache
def own(seed: int, person: str) -> World:
    world = world_of(seed)
    mine = {name: [r for r in rows if r["applicant_id"] == person] for name, rows in world.items()}
    return mine | {"every_loan": world["loans"]}


@cache
def computed(seed: int, local: Local = UTC) -> FeatureMatrix:
    portfolio = read(seed, local)
    return COMPUTER.compute(Applications.from_records(ASKED), portfolio, threads=1)


@cache
def twin(seed: int, application: int, local: Local) -> Payments:
    row = ASKED[application]
    return payments_of(own(seed, row["applicant_id"]), row["applicant_id"], row["as_of"], local)


@cache
def rows_of(seed: int, view: str, application: int, local: Local = UTC) -> list[dict[str, Any]]:
    mine = own(seed, ASKED[application]["applicant_id"])
    return view_rows(mine, view, twin(seed, application, local))


def covered(world: World, source: str, row: dict[str, Any]) -> bool:
    if source == "loans":
        return True
    rows = (r for r in world[source] if r["applicant_id"] == row["applicant_id"])
    return any(r["known_time"] < row["as_of"] for r in rows)


@cache
def is_covered(seed: int, source: str, application: int) -> bool:
    row = ASKED[application]
    return covered(own(seed, row["applicant_id"]), source, row)


def expected(formula: Formula, seed: int, application: int, local: Local = UTC) -> float:
    row = ASKED[application]

    def leaf(part: Formula) -> float:
        if isinstance(part, Attribute):
            return float(row[part.column])
        if isinstance(part, Covered):
            return float(is_covered(seed, part.source, application))
        assert isinstance(part, Term)
        if not is_covered(seed, "bills" if part.view == "bill_states" else "payments", application):
            return math.nan
        rows = rows_of(seed, part.view, application, local)
        return evaluate_term(part, rows, twin(seed, application, local).as_of, local.zone)

    return combine(formula, leaf)


@pytest.mark.parametrize("name", FEATURES.names)
def test_a_feature_is_what_plain_python_makes_of_the_records(name: str) -> None:
    for seed in SEEDS:
        matrix = computed(seed)
        got = matrix[name]
        if name in matrix.unavailable:
            assert LEFT_OUT[seed]
            assert np.isnan(got).all()
            continue
        want = [expected(FEATURES[name].formula, seed, k) for k in range(len(ASKED))]
        np.testing.assert_allclose(got, want, rtol=1e-9, atol=1e-9, err_msg=f"seed {seed}")


@pytest.mark.parametrize("local", ELSEWHERE, ids=lambda local: local.zone)
def test_elsewhere_features_are_what_plain_python_makes_of_the_clock_there(local: Local) -> None:
    moved = set()
    for name in FEATURES.names:
        got, in_utc = computed(0, local)[name], computed(0)[name]
        if not np.array_equal(got, in_utc, equal_nan=True):
            moved.add(name)
        if name in BY_THE_CLOCK or name in moved:
            want = [expected(FEATURES[name].formula, 0, k, local) for k in range(len(ASKED))]
            np.testing.assert_allclose(got, want, rtol=1e-9, atol=1e-9, err_msg=name)
    assert moved >= BY_THE_CLOCK - {"payments_spending_season_36m"}


@cache
def named_world() -> World:
    """A world in which every payment has a kind, so that no own transfer has to be found."""
    world = world_of(0)
    rows = [row | {"kind": row["kind"] or "transfer"} for row in world["payments"]]
    return world | {"payments": rows}


@cache
def named_matrix() -> FeatureMatrix:
    portfolio = Portfolio.from_records(named_world())
    return COMPUTER.compute(Applications.from_records(ASKED), portfolio, threads=1)


@cache
def connection() -> Any:
    return connect(named_world(), ASKED)


@pytest.mark.parametrize("name", WITH_SQL)
def test_a_window_statistic_is_what_sql_makes_of_the_raw_tables(name: str) -> None:
    formula = FEATURES[name].formula
    values = {term: sql_values(connection(), term) for term in terms(formula)}
    want = []
    for row in ASKED:

        def leaf(part: Formula, row: dict[str, Any] = row) -> float:
            if isinstance(part, Attribute):
                return float(row[part.column])
            assert isinstance(part, Term)
            source = "bills" if part.view == "bill_states" else "payments"
            known = covered(named_world(), source, row)
            return values[part][row["application_id"]] if known else math.nan

        want.append(combine(formula, leaf))
    np.testing.assert_allclose(named_matrix()[name], want, rtol=1e-9, atol=1e-9)


@pytest.mark.as_given
@pytest.mark.parametrize("local", [UTC, *ELSEWHERE], ids=lambda local: local.zone)
@pytest.mark.parametrize("view", PAYMENT_VIEWS, ids=lambda view: view.name)
def test_every_column_of_a_view_is_what_plain_python_makes_of_the_records(view: View, local: Local) -> None:
    portfolio, applications = read(0, local), Applications.from_records(ASKED)
    owners = portfolio.codes(applications.applicant_ids)
    rows = view.build(Chunk(portfolio, owners, applications.as_of))
    for k in range(len(ASKED)):
        wanted = rows_of(0, view.name, k, local)
        part = slice(int(rows.starts[k]), int(rows.stops[k]))
        assert rows.times[part].tolist() == [row["time"] for row in wanted]
        for column, block in zip(view.values, rows.values[:, part], strict=True):
            want = [math.nan if row[column.name] is None else row[column.name] for row in wanted]
            np.testing.assert_allclose(block, want, rtol=1e-9, atol=1e-9, err_msg=column.name)
        for column, codes in zip(view.codes, rows.codes[:, part], strict=True):
            labels = (
                column.labels or portfolio.tables[view.tables[0]].vocabularies[column.needs[0].split(".")[1]]
            )
            assert [None if c < 0 else labels[c] for c in codes] == [row[column.name] for row in wanted]
    assert rows.stops[-1] == rows.times.size == rows.values.shape[1] == rows.codes.shape[1]


def test_the_oracles_reach_every_feature_and_most_have_two() -> None:
    assert len(FEATURES) >= 240
    assert len(WITH_SQL) >= 150
    assert computed(0).unavailable == ()


def test_every_feature_has_a_value_in_some_world() -> None:
    seen = np.zeros(len(FEATURES), bool)
    for seed in SEEDS:
        seen |= ~np.isnan(computed(seed).values).all(axis=0)
    assert [name for name, found in zip(FEATURES.names, seen, strict=True) if not found] == []
