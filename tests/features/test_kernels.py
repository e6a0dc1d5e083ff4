"""The compiled reductions: against plain Python, closed forms and NumPy, and alone against in company."""

from __future__ import annotations

import math
from itertools import groupby
from typing import Any

import numba
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from creditscore._ground.instants import DAY
from creditscore._ground.zones import USUAL
from creditscore.features.formula import Condition, Term
from creditscore.features.kernels.gather import first_within
from creditscore.features.kernels.order import (
    BLOCK,
    keep_rows,
    median_in_place,
    middle,
    select,
    sort_in_place,
    sort_rows,
)
from creditscore.features.kernels.reduce import reduce_rows, reduce_with
from creditscore.features.kernels.work import rows_since
from creditscore.features.program import Columns, build_program
from creditscore.features.statistics import BUILT_IN
from tests.features.oracle_statistics import chosen, evaluate_term
from tests.kernels import from_python

AS_OF = 20_000 * DAY
LABELS = ("rent", "food", "fees", "cash")
COLUMNS = Columns({"amount": 0, "late": 1}, {"shop": 0, "kind": 1}, {"shop": (), "kind": LABELS})
WHERES: tuple[tuple[Condition, ...], ...] = (
    (),
    (Condition("amount", "gt", 0.0),),
    (Condition("amount", "le", 5.0), Condition("late", "ge", 0.0)),
    (Condition("late", "eq", 1.0),),
    (Condition("late", "lt", 1.0),),
    (Condition("kind", "in", ("rent", "cash")),),
    (Condition("kind", "not_in", ("food",)), Condition("amount", "ge", -20.0)),
)
# Rows of one applicant, oldest first: time, amount, late, shop, kind.
Rows = list[tuple[int, float, float, int, int]]


def reduce(terms: list[Term], applicants: list[Rows], covered: list[bool] | None = None) -> NDArray[Any]:
    """One row an applicant, one column a term; -7 where nothing was written."""
    rows = [row for applicant in applicants for row in applicant]
    stops = np.cumsum([len(applicant) for applicant in applicants])
    starts = stops - [len(applicant) for applicant in applicants]
    table = np.array(rows, np.float64).reshape(-1, 5)
    times = np.array([row[0] for row in rows], np.int64)
    values = np.ascontiguousarray(table[:, 1:3].T)
    codes = np.ascontiguousarray(table[:, 3:].T.astype(np.int32))
    out = np.full((len(applicants), len(terms)), -7.0)
    flags = np.array([True] * len(applicants) if covered is None else covered)
    program = build_program([(term, slot) for slot, term in enumerate(terms)], COLUMNS)
    as_of = np.full(len(applicants), AS_OF)
    reduce_rows(starts, stops, times, values, codes, as_of, flags, program, USUAL.clock, out)
    return out


def as_records(rows: Rows) -> list[dict[str, Any]]:
    """The same rows for the oracle: None is missing."""
    return [
        {
            "time": time,
            "amount": None if math.isnan(amount) else amount,
            "late": None if math.isnan(late) else late,
            "shop": None if shop < 0 else shop,
            "kind": None if kind < 0 else LABELS[kind],
        }
        for time, amount, late, shop, kind in rows
    ]


def days_ago(*days: float, amounts: tuple[float, ...] | None = None) -> Rows:
    """Rows on given days before the moment, oldest first."""
    amounts = amounts or (1.0,) * len(days)
    return [(AS_OF - int(day * DAY), amount, 0.0, 0, 0) for day, amount in zip(days, amounts, strict=True)]


def expected_value(term: Term, rows: Rows) -> float:
    records = as_records(rows)
    if term.statistic != "longest_run":
        return evaluate_term(term, records, AS_OF)
    taken = [1.0 if term.column is None else row[term.column] for row in chosen(term, records, AS_OF)[0]]
    runs = [len(list(run)) for nonzero, run in groupby(taken, bool) if nonzero]
    return math.nan if len(taken) < term.minimum_rows else float(max(runs, default=0))


def same_bits(one: NDArray[Any], other: NDArray[Any]) -> bool:
    return bool(
        np.all((one == other) & (np.signbit(one) == np.signbit(other)) | np.isnan(one) & np.isnan(other))
    )


money = st.integers(-2_000, 2_000).map(lambda cents: cents / 100.0)
a_row = st.tuples(
    st.integers(AS_OF - 400 * DAY, AS_OF - 1),
    st.one_of(money, st.just(math.nan), st.sampled_from([0.0, 1.0, 5.0])),
    st.sampled_from([0.0, 0.0, 1.0, 2.0, math.nan]),
    st.integers(-1, 5),
    st.integers(-1, len(LABELS) - 1),
)
some_rows = st.lists(a_row, max_size=90).map(lambda rows: sorted(rows, key=lambda row: row[0]))


@st.composite
def a_term(draw: st.DrawFn, statistic: str | None = None) -> Term:
    name = statistic or draw(st.sampled_from(sorted(BUILT_IN)))
    limits = draw(st.sampled_from([{}, {"last": 3}, {"first": 4}, {"last": 30}, {"first": 1}]))
    arguments = [0.0, 0.1, 0.5, 0.9, 1.0] if name == "quantile" else [math.nan, 6.0, 1.0]
    return Term(
        "view",
        name,
        # amounts of both signs have no shares, so shares by key are taken of counts here
        column=None if BUILT_IN[name].keyed else draw(st.sampled_from([None, "amount", "late"])),
        where=draw(st.sampled_from(WHERES)),
        window=draw(st.sampled_from([None, "1d", "30d", "90d", "365d"])),
        by="shop" if BUILT_IN[name].keyed else None,
        argument=draw(st.sampled_from(arguments)),
        minimum_rows=draw(st.sampled_from([0, 0, 2])),
        **limits,
    )


@pytest.mark.parametrize("statistic", sorted(BUILT_IN))
def test_every_statistic_equals_plain_python(statistic):
    compared = 0

    @settings(max_examples=40)
    @given(st.lists(a_term(statistic), min_size=3, max_size=3), st.lists(some_rows, min_size=1, max_size=3))
    def check(terms, applicants):
        nonlocal compared
        found = reduce(terms, applicants)
        for place, rows in enumerate(applicants):
            for slot, term in enumerate(terms):
                expected = expected_value(term, rows)
                assert found[place, slot] == pytest.approx(expected, rel=1e-9, abs=1e-9, nan_ok=True), term
                compared += 1

    check()
    assert compared > 20


@settings(max_examples=40)
@given(st.lists(a_term(), min_size=2, max_size=25), st.lists(some_rows, min_size=1, max_size=3))
def test_a_term_has_the_same_bits_alone_and_in_company(terms, applicants):
    together = reduce(terms, applicants)
    for slot, term in enumerate(terms):
        assert same_bits(reduce([term], applicants)[:, 0], together[:, slot]), term


@settings(max_examples=30)
@given(st.lists(a_term(), min_size=1, max_size=10), st.lists(some_rows, min_size=2, max_size=5))
def test_an_applicant_has_the_same_bits_alone_and_in_a_batch(terms, applicants):
    batch = reduce(terms, applicants)
    for place, rows in enumerate(applicants):
        assert same_bits(reduce(terms, [rows])[0], batch[place])


def test_a_window_begins_with_its_first_instant():
    rows = [(AS_OF - 30 * DAY - 1, 1.0, 0.0, 0, 0), (AS_OF - 30 * DAY, 2.0, 0.0, 0, 0)]
    found = reduce([Term("view", "sum", column="amount", window="30d")], [rows])
    assert found.tolist() == [[2.0]]


def test_without_coverage_nothing_is_written():
    count = [Term("view", "count")]
    assert reduce(count, [days_ago(1), [], days_ago(2)], [True, True, False]).tolist() == [
        [1.0],
        [0.0],
        [-7.0],
    ]


def test_closed_forms_of_an_arithmetic_sequence():
    n = 101
    rows = days_ago(*range(n, 0, -1), amounts=tuple(float(k) for k in range(n)))
    expected = {
        "count": n, "sum": n * (n - 1) / 2, "mean": (n - 1) / 2, "std": math.sqrt(n * (n + 1) / 12),
        "min": 0.0, "max": n - 1.0, "newest": n - 1.0, "oldest": 0.0, "share": (n - 1) / n,
        "median": (n - 1) / 2, "distinct": n, "slope": 1.0, "trend": 2 / (n - 1), "recency": 1.0, "age": n,
        "gap_mean": 1.0, "gap_median": 1.0, "gap_max": 1.0, "gap_std": 0.0, "gap_cv": 0.0, "active_days": n,
        "streak": n - 1.0, "longest_run": n - 1.0,
    }  # fmt: skip
    found = reduce([Term("view", name, column="amount") for name in expected], [rows])[0]
    assert dict(zip(expected, found.tolist(), strict=True)) == pytest.approx(expected, rel=1e-12)


def test_even_events_are_least_bursty():
    even = reduce([Term("view", "burstiness")], [days_ago(*range(50, 0, -1))])
    assert even[0, 0] == pytest.approx(-1.0)


def test_equal_parts_are_least_concentrated():
    rows = [(AS_OF - (9 - k) * DAY, 2.0, 0.0, k % 4, 0) for k in range(8)]
    keyed = [Term("view", name, column="amount", by="shop") for name in ("hhi", "key_entropy", "top_share")]
    assert reduce(keyed, [rows])[0].tolist() == pytest.approx([0.25, 1.0, 0.25])


def test_shares_by_key_weigh_by_value():
    rows = [
        (AS_OF - day * DAY, amount, 0.0, shop, 0)
        for day, amount, shop in ((3, 6.0, 4), (2, 1.0, 2), (1, 3.0, 4))
    ]
    keyed = [Term("view", name, column="amount", by="shop") for name in ("distinct_keys", "hhi", "top_share")]
    assert reduce(keyed, [rows])[0].tolist() == pytest.approx([2.0, 0.82, 0.9])


def test_shares_of_nothing_are_missing():
    keyed = [Term("view", name, column="late", by="shop") for name in ("hhi", "key_entropy", "top_share")]
    assert np.isnan(reduce(keyed, [days_ago(2, 1)])).all()


def test_a_key_seen_before_the_window_is_not_new():
    rows = [
        (AS_OF - 90 * DAY, 1.0, 0.0, 1, 0),
        (AS_OF - 2 * DAY, 1.0, 0.0, 1, 0),
        (AS_OF - DAY, 1.0, 0.0, 2, 0),
    ]
    found = reduce([Term("view", "new_key_share", by="shop", window="30d")], [rows])
    assert found.tolist() == [[0.5]]


def test_a_missing_code_is_in_no_set_and_in_every_complement():
    rows = [(AS_OF - DAY, 1.0, 0.0, 0, -1)]
    inside = Term("view", "count", where=(Condition("kind", "in", LABELS),))
    outside = Term("view", "count", where=(Condition("kind", "not_in", LABELS),))
    assert reduce([inside, outside], [rows]).tolist() == [[0.0, 1.0]]


def test_a_hundred_thousand_rows_of_one_applicant_equal_numpy():
    random = np.random.default_rng(3)
    amounts = np.round(random.normal(0.0, 50.0, 100_000), 2)
    rows = [(AS_OF - 100_000 + k, amount, 0.0, 0, 0) for k, amount in enumerate(amounts.tolist())]
    names = ("sum", "std", "min", "max", "median", "distinct", "rmad")
    found = reduce([Term("view", name, column="amount") for name in names], [rows])[0]
    spread = np.median(np.abs(amounts - np.median(amounts)))
    expected = [
        amounts.sum(), amounts.std(ddof=1), amounts.min(), amounts.max(), np.median(amounts),
        len(np.unique(amounts)), 1.4826 * spread / abs(np.median(amounts)),
    ]  # fmt: skip
    assert found == pytest.approx(expected, rel=1e-9)


def test_a_registered_reduction_sees_values_oldest_first_and_ages_in_days():
    @numba.njit
    def weighed(values, ages):
        return values[0] * 1_000.0 + ages[0]

    rows = days_ago(40, 3, 2, amounts=(9.0, 5.0, 7.0))
    program = build_program([(Term("view", "count", column="amount", window="30d"), 0)], COLUMNS)
    out = np.full((1, 1), np.nan)
    reduce_with(
        weighed, np.array([0]), np.array([3]), np.array([row[0] for row in rows]),
        np.array([[9.0, 5.0, 7.0], [0.0, 0.0, 0.0]]), np.zeros((2, 3), np.int32), np.array([AS_OF]),
        np.array([True]), program, USUAL.clock, 0, 0, out,
    )  # fmt: skip
    assert out[0, 0] == 5_003.0


def sorted_with_rows(values: NDArray[Any]) -> tuple[NDArray[Any], NDArray[Any]]:
    n = values.size
    ordered, spare = np.empty(n), np.empty(n)
    positions, spare_positions = np.empty(n, np.int64), np.empty(n, np.int64)
    from_python(sort_rows)(values, ordered, positions, spare, spare_positions)
    return ordered, positions


many_values = st.lists(st.one_of(st.integers(-3, 3).map(float), st.floats(-1e9, 1e9)), max_size=5 * BLOCK)


@given(many_values)
def test_sorting_is_stable(values):
    values = np.array(values, np.float64)
    ordered, positions = sorted_with_rows(values)
    expected = np.argsort(values, kind="stable")
    assert positions.tolist() == expected.tolist()
    assert ordered.tolist() == values[expected].tolist()


@given(many_values, st.integers(0, 100), st.integers(0, 400))
def test_a_thinned_order_is_the_order_of_what_is_left(values, first, last):
    values = np.array(values, np.float64)
    last = min(last, values.size)
    first = min(first, last)
    ordered, positions = sorted_with_rows(values)
    from_python(keep_rows)(ordered, positions, first, last, ordered, positions)
    alone, places = sorted_with_rows(values[first:last].copy())
    assert ordered[: last - first].tolist() == alone.tolist()
    assert (positions[: last - first] - first).tolist() == places.tolist()


@given(st.lists(st.floats(-1e9, 1e9), min_size=1, max_size=200), st.data())
def test_selection_and_medians_equal_numpy(values, data):
    values = np.array(values, np.float64)
    rank = data.draw(st.integers(0, values.size - 1))
    assert from_python(select)(values.copy(), rank) == np.sort(values)[rank]
    ordered = values.copy()
    from_python(sort_in_place)(ordered)
    assert ordered.tolist() == np.sort(values).tolist()
    assert from_python(median_in_place)(values.copy()) == from_python(middle)(ordered) == np.median(values)


@given(st.lists(st.integers(0, 50), max_size=400).map(sorted), st.integers(-1, 51))
def test_searches_equal_numpy(times, moment):
    times = np.array(times, np.int64)
    assert from_python(first_within)(0, times.size, times, moment) == np.searchsorted(times, moment)
    newest_first = times[::-1].copy()
    assert from_python(rows_since)(newest_first, moment) == np.count_nonzero(times >= moment)
