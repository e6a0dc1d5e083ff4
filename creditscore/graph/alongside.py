"""Embeddings of purchases: what is bought alongside, by the customers of the shops where somebody buys.

A merchant is described by its other customers: how many of them pay for each category of the closed list
within a few days of buying there, against how many customers of all merchants do. A person is the mean of
the merchants where they buy. The axes are the categories themselves, so that a value means the same at every
date of the grid, and no outcome takes part.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from creditscore._ground.arrays import Float64, Int32, Int64
from creditscore._ground.compiled import compiled, nested
from creditscore._ground.instants import parse_duration
from creditscore.data.network.lives import Lives
from creditscore.data.payments.paid import purchases_from_merchants, went_out
from creditscore.data.tables.vocabularies import PAYMENT_CATEGORIES
from creditscore.data.visible import HAPPENED
from creditscore.errors import ParameterError
from creditscore.graph.counting import codes_where, is_within, readable_payments, rows_of_person
from creditscore.graph.labels import identities_of
from creditscore.graph.settings import EmbeddingSettings

if TYPE_CHECKING:
    from creditscore.data.portfolio import Portfolio


class Visits(NamedTuple):
    """For every person, the merchants they bought from, how often, and what they paid for around it.

    Attributes
    ----------
    offsets : int64 array of shape (n_people + 1,)
    merchants : int32 array of shape (n_visits,)
        In rising order within a person.
    counts : int64 array of shape (n_visits,)
        How many purchases.
    alongside : int64 array of shape (n_visits,)
        A bit for each category that was paid for around one of them.
    """

    offsets: Int64
    merchants: Int32
    counts: Int64
    alongside: Int64


def visits(portfolio: Portfolio, moment: int, settings: EmbeddingSettings) -> Visits:
    """What every person bought where, and alongside what, as it was known before a moment.

    Nothing is read of those who withdrew their consent to payments.

    Parameters
    ----------
    portfolio : Portfolio
        With `payments` that have a `counterparty_id` and a `category`.
    moment : int
        Microseconds since 1970-01-01 UTC.
    settings : EmbeddingSettings
    """
    table = portfolio.tables["payments"]
    each = readable_payments(portfolio, moment)
    merchant = codes_where(each & purchases_from_merchants(table), table.column("counterparty_id"))
    category = codes_where(each & went_out(table), table.column("category"))
    span = parse_duration(settings.window), parse_duration(settings.alongside)
    who = identities_of(portfolio)
    n_merchants = len(table.vocabularies["counterparty_id"])
    codes = merchant, category, n_merchants
    return _visits(table.offsets, table.times, *codes, moment, *span, who.offsets, who.members, who.lives)


def coordinates(seen: Visits, settings: EmbeddingSettings) -> Float64:
    """Describe every person by the other customers of the merchants where they buy.

    Parameters
    ----------
    seen : Visits
    settings : EmbeddingSettings

    Returns
    -------
    float64 array of shape (n_people, n_categories)
        Natural logarithm of how much larger a part of the other customers pays for a category alongside than
        of the customers of all merchants; the mean over the merchants of a person by log(1 + purchases), in
        steps of 0.01. NaN without a merchant of enough other customers, and in the column of a category that
        too few people pay for.
    """
    n_people, n_visits = len(seen.offsets) - 1, len(seen.merchants)
    person = np.repeat(np.arange(n_people), np.diff(seen.offsets))
    customers = np.bincount(seen.merchants)
    others = customers[seen.merchants] - 1
    weight = np.where(others >= settings.min_customers, np.log1p(seen.counts), 0.0)
    total = np.bincount(person, weight, n_people)
    values = np.full((n_people, len(PAYMENT_CATEGORIES)), np.nan)
    for column in range(len(PAYMENT_CATEGORIES)):
        own = (seen.alongside >> column) & 1
        paying = np.bincount(seen.merchants, own)[seen.merchants] - own
        if np.unique(person[own > 0]).size <= settings.min_customers:
            continue
        usual = own.sum() / n_visits
        share = (paying + settings.prior_weight * usual) / (others + settings.prior_weight)
        summed = np.bincount(person, weight * np.log(share / usual), n_people)
        values[:, column] = summed / np.where(total > 0.0, total, np.nan)
    return np.asarray(np.rint(values * 100.0) / 100.0 + 0.0, np.float64)


def check_embeds(columns: Collection[str]) -> None:
    """Refuse payments, by the names of their columns, that do not name merchants and categories."""
    if not {"counterparty_id", "category"} <= set(columns):
        raise ParameterError(
            "The portfolio has no payments with the columns 'counterparty_id' and 'category', by which "
            "purchases are embedded. Give it payments that have them."
        )


@nested
def _by_time(
    rows: Int64, times: Int64, merchant: Int32, category: Int32, moment: int, window: int
) -> Int64:
    """Those of some rows that take part, by when they happened."""
    kept = np.zeros(rows.size, np.bool_)
    for k in range(rows.size):
        row = rows[k]
        kept[k] = (merchant[row] >= 0 or category[row] >= 0) and is_within(times, row, moment, window)
    rows = rows[kept]
    return rows[np.argsort(times[HAPPENED][rows], kind="mergesort")]


@compiled
def _around(happened: Int64, category: Int32, rows: Int64, span: int) -> Int64:
    """For each row, a bit for each category of another row that happened within the span of it."""
    found = np.zeros(rows.size, np.int64)
    often = np.zeros(64, np.int64)
    start, stop = 0, 0
    for k in range(rows.size):
        now = happened[rows[k]]
        while stop < rows.size and happened[rows[stop]] <= now + span:
            if category[rows[stop]] >= 0:
                often[category[rows[stop]]] += 1
            stop += 1
        while happened[rows[start]] < now - span:
            if category[rows[start]] >= 0:
                often[category[rows[start]]] -= 1
            start += 1
        own = category[rows[k]]
        for code in range(often.size):
            if often[code] - (1 if code == own else 0) > 0:
                found[k] |= np.int64(1) << np.int64(code)
    return found


@compiled
def _visits(
    offsets: Int64, times: Int64, merchant: Int32, category: Int32, n_merchants: int, moment: int,
    window: int, span: int, groups: Int64, members: Int32, lives: Lives,
) -> Visits:  # fmt: skip
    """Gather the visits of each person, merchants in rising order."""
    n = groups.size - 1
    starts = np.zeros(n + 1, np.int64)
    size = np.int64(0)
    most = max(1, merchant.size)
    merchants, counts = np.empty(most, np.int32), np.empty(most, np.int64)
    alongside = np.empty(most, np.int64)
    often, seen = np.zeros(n_merchants, np.int64), np.zeros(n_merchants, np.int64)
    for person in range(n):
        first = size
        rows = rows_of_person(offsets, groups, members, lives, person, moment)
        rows = _by_time(rows, times, merchant, category, moment, window)
        found = _around(times[HAPPENED], category, rows, span)
        for k in range(rows.size):
            where = merchant[rows[k]]
            if where >= 0:
                if often[where] == 0:
                    merchants[size] = where
                    size += 1
                often[where] += 1
                seen[where] |= found[k]
        merchants[first:size].sort()
        for k in range(first, size):
            where = merchants[k]
            counts[k], alongside[k] = often[where], seen[where]
            often[where], seen[where] = 0, 0
        starts[person + 1] = size
    return Visits(starts, merchants[:size].copy(), counts[:size].copy(), alongside[:size].copy())
