"""Look-alikes: persons who buy from the same merchants, whether or not they know each other."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from creditscore._ground.arrays import Flags, Float64, Int32, Int64
from creditscore._ground.compiled import compiled, inner
from creditscore.data.network.lives import Lives
from creditscore.data.payments.paid import purchases_from_merchants
from creditscore.graph.counting import codes_where, is_within, readable_payments, rows_of_person
from creditscore.graph.csr import by_stretches
from creditscore.graph.labels import Bits, identities_of
from creditscore.graph.shares import Weighed

if TYPE_CHECKING:
    from creditscore.data.portfolio import Portfolio

_FEWEST_CUSTOMERS = 2


class Vectors(NamedTuple):
    """For every person, the merchants they bought from and the logarithm of 1 + how often.

    Attributes
    ----------
    offsets : int64 array of shape (n_people + 1,)
    merchants : int32 array of shape (n_entries,)
        In rising order within a person.
    values : float64 array of shape (n_entries,)
        Scaled so that the squares of a person add up to 1.
    """

    offsets: Int64
    merchants: Int32
    values: Float64


def merchant_vectors(portfolio: Portfolio, moment: int, window: int, most_customers: int) -> Vectors:
    """The merchants of every person, by purchases that happened in a window and were known before a moment.

    Parameters
    ----------
    portfolio : Portfolio
        With `payments` that have a `counterparty_id`.
    moment, window : int
        Microseconds.
    most_customers : int
        Merchants with more customers say nothing about any of them and are left out; so are those with one.

    Returns
    -------
    Vectors
    """
    kept_rows = purchases_from_merchants(portfolio.tables["payments"])
    offsets, merchants, counts = counterparties(portfolio, kept_rows, moment, window)
    customers = np.bincount(merchants)
    kept = ((customers >= _FEWEST_CUSTOMERS) & (customers <= most_customers))[merchants]
    before = np.append(0, np.cumsum(kept))
    offsets, merchants, values = before[offsets], merchants[kept], np.log1p(counts[kept])
    _scale(offsets, values)
    return Vectors(offsets, merchants, values)


def counterparties(
    portfolio: Portfolio, kept: Flags, moment: int, window: int
) -> tuple[Int64, Int32, Float64]:
    """Whom each person paid or was paid by, by payments that happened in a window and were known before.

    Nothing is read of those who withdrew their consent to payments.

    Parameters
    ----------
    portfolio : Portfolio
        With `payments` that have a `counterparty_id`.
    kept : bool array of shape (n_payments,)
        Which payments count.
    moment, window : int
        Microseconds.

    Returns
    -------
    offsets : int64 array of shape (n_people + 1,)
    counterparties : int32 array of shape (n_entries,)
        In rising order within a person.
    counts : float64 array of shape (n_entries,)
        How many payments.
    """
    table = portfolio.tables["payments"]
    codes = codes_where(kept & readable_payments(portfolio, moment), table.column("counterparty_id"))
    n_codes, who = len(table.vocabularies["counterparty_id"]), identities_of(portfolio)
    ids = who.offsets, who.members, who.lives
    return _entries(table.offsets, table.times, codes, n_codes, moment, window, *ids)


def can_look_alike(columns: Mapping[str, Collection[str]]) -> bool:
    """Whether tables, by the names of their columns, have payments that name merchants."""
    return "counterparty_id" in columns.get("payments", ())


def weighed_lookalikes(vectors: Vectors, bits: Bits, *, most: int, threads: int = 1) -> Weighed:
    """The known persons who are most alike; each counts as one, however much alike.

    Parameters
    ----------
    vectors : Vectors
    bits : Bits
        Of all persons.
    most : int
        How many count: those of largest cosine, which must be above 0; of equal ones those of lowest code.
    threads : int

    Returns
    -------
    Weighed
        Of shape (n_people,) each.
    """
    n_people = len(vectors.offsets) - 1
    n_merchants = int(vectors.merchants.max()) + 1 if len(vectors.merchants) else 0
    customers = _customers(vectors, bits.known, n_merchants)
    marked, count = np.zeros(n_people), np.zeros(n_people)
    task = partial(_nearest, vectors, customers, bits.marked, most, marked, count)
    by_stretches(task, vectors.offsets, threads)
    return Weighed(marked, count, count, np.minimum(count, 1.0), count)


@inner
def _counts(times: Int64, merchant: Int32, row: int, moment: int, window: int) -> bool:
    return merchant[row] >= 0 and is_within(times, row, moment, window)


@compiled
def _entries(
    offsets: Int64, times: Int64, merchant: Int32, n_merchants: int, moment: int, window: int,
    groups: Int64, members: Int32, lives: Lives,
) -> tuple[Int64, Int32, Float64]:  # fmt: skip
    """Merchants of each person in rising order, and how often each was paid."""
    n, kept = groups.size - 1, 0
    last = np.full(n_merchants, -1, np.int32)
    for person in range(n):
        for row in rows_of_person(offsets, groups, members, lives, person, moment):
            if _counts(times, merchant, row, moment, window) and last[merchant[row]] != person:
                last[merchant[row]] = person
                kept += 1
    starts, merchants, counts = np.zeros(n + 1, np.int64), np.empty(kept, np.int32), np.empty(kept)
    often, kept = np.zeros(n_merchants, np.int32), 0
    for person in range(n):
        first = kept
        for row in rows_of_person(offsets, groups, members, lives, person, moment):
            if _counts(times, merchant, row, moment, window):
                if often[merchant[row]] == 0:
                    merchants[kept] = merchant[row]
                    kept += 1
                often[merchant[row]] += 1
        merchants[first:kept].sort()
        for position in range(first, kept):
            counts[position] = often[merchants[position]]
            often[merchants[position]] = 0
        starts[person + 1] = kept
    return starts, merchants, counts


@compiled
def _scale(offsets: Int64, values: Float64) -> None:
    for person in range(offsets.size - 1):
        squared = 0.0
        for position in range(offsets[person], offsets[person + 1]):
            squared += values[position] * values[position]
        for position in range(offsets[person], offsets[person + 1]):
            values[position] /= np.sqrt(squared)


@compiled
def _customers(vectors: Vectors, known: Flags, n_merchants: int) -> Vectors:
    """The known persons who bought from each merchant (in the field `merchants`)."""
    offsets = np.zeros(n_merchants + 1, np.int64)
    for person in range(known.size):
        for position in range(vectors.offsets[person], vectors.offsets[person + 1]):
            offsets[vectors.merchants[position] + 1] += known[person]
    for merchant in range(n_merchants):
        offsets[merchant + 1] += offsets[merchant]
    people, values, end = np.empty(offsets[-1], np.int32), np.empty(offsets[-1]), offsets[:-1].copy()
    for person in range(known.size):
        if not known[person]:
            continue
        for position in range(vectors.offsets[person], vectors.offsets[person + 1]):
            there = end[vectors.merchants[position]]
            people[there], values[there] = person, vectors.values[position]
            end[vectors.merchants[position]] += 1
    return Vectors(offsets, people, values)


@inner
def _keep_best(best: Int32, cosines: Float64, n_best: int, person: int, cosine: float) -> int:
    """Insert a candidate into a list in falling order of cosine, then rising order of code."""
    position = n_best
    while position > 0:
        other = cosines[position - 1]
        if other > cosine or (other == cosine and best[position - 1] < person):
            break
        position -= 1
    if position == best.size:
        return n_best
    n_best = min(n_best + 1, best.size)
    for k in range(n_best - 1, position, -1):
        best[k], cosines[k] = best[k - 1], cosines[k - 1]
    best[position], cosines[position] = person, cosine
    return n_best


@compiled
def _nearest(
    vectors: Vectors,
    customers: Vectors,
    marked: Flags,
    most: int,
    marked_of: Float64,
    count_of: Float64,
    start: int,
    stop: int,
) -> None:
    cosine, met = np.zeros(marked.size), np.empty(marked.size, np.int32)
    best, cosines = np.empty(most, np.int32), np.empty(most)
    for person in range(start, stop):
        n_met, n_best = 0, 0
        for position in range(vectors.offsets[person], vectors.offsets[person + 1]):
            merchant, value = vectors.merchants[position], vectors.values[position]
            for there in range(customers.offsets[merchant], customers.offsets[merchant + 1]):
                other = customers.merchants[there]
                if cosine[other] == 0.0:
                    met[n_met] = other
                    n_met += 1
                cosine[other] += value * customers.values[there]
        for k in range(n_met):
            other = met[k]
            if other != person and (n_best < most or cosine[other] >= cosines[most - 1]):
                n_best = _keep_best(best, cosines, n_best, other, cosine[other])
            cosine[other] = 0.0
        count_of[person] = n_best
        for k in range(n_best):
            marked_of[person] += marked[best[k]]
