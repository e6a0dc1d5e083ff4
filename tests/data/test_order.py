"""Rows stand in one order, whatever order they came in, and the kernels agree with plain NumPy."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from creditscore.data.portfolio import Portfolio
from creditscore.data.tables.ordering import count_rows, factorise, rows_by_owner, scan_numbers

WHOLE = st.one_of(st.integers(-5, 5), st.integers(-(2**63), 2**63 - 1))


@given(arrays(np.int64, st.integers(0, 200), elements=WHOLE))
def test_factorise_agrees_with_numpy(values):
    codes, distinct = factorise(values)
    expected, inverse = np.unique(values, return_inverse=True)
    np.testing.assert_array_equal(distinct, expected)
    np.testing.assert_array_equal(codes, inverse)


def test_factorise_many_scattered_values():
    values = np.random.default_rng(3).integers(-(2**62), 2**62, 30_000)
    values = np.concatenate([values, values[::3]])
    codes, distinct = factorise(values)
    np.testing.assert_array_equal(distinct, np.unique(values))
    np.testing.assert_array_equal(distinct[codes], values)


@given(arrays(np.int32, st.integers(0, 60), elements=st.integers(-1, 6)))
def test_the_counting_sort_is_a_stable_sort(owners):
    offsets, grouped = count_rows(owners, 7)
    kept = np.flatnonzero(owners >= 0)
    np.testing.assert_array_equal(
        rows_by_owner(owners, offsets), kept[np.argsort(owners[kept], kind="stable")]
    )
    np.testing.assert_array_equal(np.diff(offsets), np.bincount(owners[kept], minlength=7))
    assert grouped == (len(kept) == len(owners) and bool(np.all(np.diff(owners) >= 0)))


@given(
    arrays(
        np.float64, st.integers(0, 30), elements=st.sampled_from([0.0, -0.0, 1.0, np.nan, np.inf, -np.inf])
    )
)
def test_scan_numbers_counts(values):
    minus_zero = np.count_nonzero((values == 0) & np.signbit(values))
    assert scan_numbers(values) == (np.isnan(values).sum(), np.isinf(values).sum(), minus_zero)


MOMENT = datetime(2024, 1, 1, tzinfo=UTC)
PAYMENT = st.fixed_dictionaries(
    {
        "applicant_id": st.sampled_from(["ä", "b", "ج"]),
        "event_time": st.integers(0, 3).map(lambda day: MOMENT + timedelta(days=day)),
        "amount": st.sampled_from([-1.0, 0.0, -0.0, 2.5]),
        "balance": st.sampled_from([None, 1.0, 2.0]),
        "kind": st.sampled_from([None, "fee", "salary"]),
        "counterparty_id": st.sampled_from([None, 3, 1, 2]),
        "note": st.sampled_from([None, "x", "y"]),
    }
)


@given(st.lists(PAYMENT, max_size=40), st.randoms(use_true_random=False))
@settings(max_examples=60)
def test_the_order_of_rows_never_reaches_a_bit(rows, shuffling: random.Random):
    shuffled = list(rows)
    shuffling.shuffle(shuffled)
    one, other = (Portfolio.from_records({"payments": given}) for given in (rows, shuffled))
    first, second = one.tables["payments"], other.tables["payments"]
    assert list(one.applicant_ids) == list(other.applicant_ids)
    for block in ("offsets", "times", "values", "codes"):
        assert getattr(first, block).tobytes() == getattr(second, block).tobytes()


def test_the_order_of_rows_of_every_table_is_open(lender):
    expected = Portfolio.from_records(lender)
    turned = Portfolio.from_records({name: rows[::-1] for name, rows in lender.items()})
    for name, table in expected.tables.items():
        for block in ("offsets", "times", "values", "codes"):
            assert getattr(table, block).tobytes() == getattr(turned.tables[name], block).tobytes(), name


def test_ties_are_broken_by_event_id_before_all_else(door, at):
    rows = [
        {"applicant_id": 1, "event_time": at(1), "event_id": event, "amount": amount}
        for event, amount in [("c", 1.0), ("a", 3.0), ("b", 2.0)]
    ]
    assert Portfolio(payments=door(rows)).tables["payments"].column("amount").tolist() == [3.0, 2.0, 1.0]


def test_other_ties_are_broken_in_contract_order(door, at):
    rows = [
        {"applicant_id": 1, "event_time": at(1), "zeta": 0.0, "balance": balance, "amount": amount}
        for balance, amount in [(2.0, 1.0), (1.0, 1.0), (9.0, 0.5)]
    ]
    assert Portfolio(payments=door(rows)).tables["payments"].column("balance").tolist() == [9.0, 1.0, 2.0]


@pytest.mark.parametrize("in_order", [True, False])
def test_one_applicant_with_one_event_beside_one_with_a_million(in_order):
    n = 1_000_000
    rng = np.random.default_rng(1)
    times = rng.permutation(n + 1).astype(np.int64) * 1_000_000
    people = np.append(np.full(n, 7), 9)
    if in_order:
        times = np.append(np.sort(times[:n]), times[n])
    else:
        shuffle = rng.permutation(n + 1)
        times, people = times[shuffle], people[shuffle]
    amounts = rng.normal(size=n + 1)
    stamps = pa.array(times, pa.timestamp("us", "UTC"))
    frame = pa.table({"applicant_id": people, "event_time": stamps, "amount": amounts})
    portfolio = Portfolio(payments=frame)
    table = portfolio.tables["payments"]
    assert np.diff(table.offsets).tolist() == [n, 1]
    expected = np.lexsort((times, people))
    np.testing.assert_array_equal(table.times[0], times[expected])
    np.testing.assert_array_equal(table.values[0], amounts[expected])
