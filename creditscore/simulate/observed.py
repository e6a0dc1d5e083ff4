"""What payments can show of a person: noisy images of reliability and capacity."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from creditscore.data.tables.vocabularies import (
    ACCOUNT_KINDS,
    COUNTERPARTY_KINDS,
    PAYMENT_CATEGORIES,
    PAYMENT_CLASSES,
    PAYMENT_KINDS,
    PAYMENT_STATUSES,
)
from creditscore.simulate.columns import NEVER, Columns, Labels, Times, array, take
from creditscore.simulate.config import MONTH, SimulationConfig
from creditscore.simulate.people import LOG_INCOME, THIN, People, logistic, noisy
from creditscore.simulate.streams import Streams

F8 = NDArray[np.float64]
I8 = NDArray[np.int64]

INCOME_CORRELATION: Final = 0.75
RING_MONTHS: Final = 3
CHANNELS: Final = ("app", "branch", "store", "web", "atm")
METHODS: Final = ("card", "cash", "direct_debit", "transfer", "wallet")
CURRENT, SAVINGS, CARD_ACCOUNT = (ACCOUNT_KINDS.index(name) for name in ("current", "savings", "card"))


@dataclass(frozen=True, slots=True, eq=False)
class Observed:
    """What stands behind the payments of each person; arrays of shape (people,).

    Attributes
    ----------
    discipline : ndarray of float64
        Standard normal; correlates with reliability as `payments_signal` says.
    means : ndarray of float64
        Standard normal; correlates 0.75 with capacity.
    income : ndarray of float64
        Typical monthly income that goes through the account.
    span : ndarray of int64
        Length of the history up to the last application, microseconds.
    saved : ndarray of float64
        Balance at the beginning of the history.
    trouble : ndarray of float64
        Days before the application at which pay stopped; 0 where it did not.
    gambles, hidden : ndarray of bool
        Who gambles, and who does so on an account that nobody sees.
    orderly : ndarray of bool
        Who pays all bills for the sake of appearance.
    since : ndarray of int64
        First moment of which there is a trace, microseconds.
    saver : ndarray of bool
        Who has a savings account that is seen.
    put_aside : ndarray of float64
        What stands on the savings account at the beginning of the history.
    """

    discipline: F8
    means: F8
    income: F8
    span: I8
    saved: F8
    trouble: F8
    gambles: NDArray[np.bool_]
    hidden: NDArray[np.bool_]
    orderly: NDArray[np.bool_]
    since: I8
    saver: NDArray[np.bool_]
    put_aside: F8


def observe(config: SimulationConfig, people: People, streams: Streams) -> Observed:
    """Draw the noisy images."""
    random = streams.of("observed")
    n = len(people)
    discipline = noisy(people.theta, config.payments_signal, random)
    means = noisy(people.capacity, INCOME_CORRELATION, random)
    income = np.exp(LOG_INCOME[people.segment] + 0.5 * means)
    short = random.integers(3, 7, n)
    months = np.where(people.segment == THIN, np.minimum(short, config.payment_months), config.payment_months)
    saved = income * np.exp(-0.2 + 0.5 * discipline + 0.5 * random.standard_normal(n))
    stops = random.random(n) < logistic(-3.0 - 0.9 * discipline)
    # The members of a ring are made up: they have three orderly months and nothing before.
    orderly = people.ring >= 0
    trouble = np.where(stops & ~orderly, 100.0 * random.random(n), 0.0)
    gambles = random.random(n) < logistic(-2.2 - 0.9 * discipline)
    secret = streams.of("missing").random(n) < config.missing_not_at_random
    span = months * MONTH + people.as_of - people.first
    accounts = streams.of("accounts")
    saver = accounts.random(n) < config.savings_accounts
    put_aside = np.round(income * np.exp(0.3 + 0.5 * discipline + 0.7 * accounts.standard_normal(n)), 2)
    return Observed(
        discipline=discipline, means=means, income=income, span=span, saved=saved, trouble=trouble,
        gambles=gambles, hidden=gambles & secret, orderly=orderly,
        since=people.as_of - np.where(orderly, np.minimum(span, RING_MONTHS * MONTH), span),
        saver=saver, put_aside=put_aside,
    )  # fmt: skip


def shown(columns: Columns, time: str, seen: Observed) -> Columns:
    """Leave out what lies before the first trace of a person: made-up people have none that is old."""
    return take(columns, array(columns, time) >= seen.since[array(columns, "applicant_id")])


def flow(owner: I8, time: I8, amount: F8, truth: str | I8, **labels: str | int | I8) -> Columns:
    """Columns of some payments.

    Parameters
    ----------
    owner : ndarray of int64, shape (rows,)
        Whose payment each is.
    time : ndarray of int64, shape (rows,)
        Microseconds.
    amount : ndarray of float64, shape (rows,)
        Above 0 came in, below 0 went out.
    truth : str or ndarray of int64, shape (rows,)
        What each really is once it is settled: among ``PAYMENT_CLASSES``, or positions there.
    **labels : str, int or ndarray of int64, shape (rows,)
        By column: a word, or codes; what is absent is missing. Likewise ``counterparty_id``, ``order_id`` and
        ``account``, 0 (current) where it is absent.
    """
    size = owner.size
    columns: Columns = {
        "applicant_id": owner,
        "event_time": Times(time),
        "amount": np.round(amount, 2),
        "truth": Labels(_codes(truth, PAYMENT_CLASSES, size), PAYMENT_CLASSES),
        "account": np.broadcast_to(np.asarray(labels.get("account", CURRENT), np.int64), size),
    }
    for name, words in _WORDS.items():
        columns[name] = Labels(_codes(labels.get(name, -1), words, size), words)
    for name in ("counterparty_id", "order_id"):
        columns[name] = np.broadcast_to(np.asarray(labels.get(name, NEVER), np.int64), size)
    return columns


def visible(people: People, seen: Observed, owner: I8, time: I8) -> NDArray[np.bool_]:
    """Which rows fall into what is seen of their owner before the last application.

    Parameters
    ----------
    people, seen
        As drawn before.
    owner, time : ndarray of int64, shape (rows,)
        Whose each is, and microseconds.

    Returns
    -------
    ndarray of bool, shape (rows,)
    """
    return np.asarray((time >= seen.since[owner]) & (time < people.as_of[owner]), np.bool_)


def _codes(value: str | int | I8, words: tuple[str, ...], size: int) -> NDArray[np.int8]:
    code = words.index(value) if isinstance(value, str) else value
    return np.broadcast_to(np.asarray(code, np.int8), size)


_WORDS: Final = {
    "kind": PAYMENT_KINDS,
    "category": PAYMENT_CATEGORIES,
    "channel": CHANNELS,
    "method": METHODS,
    "counterparty_kind": COUNTERPARTY_KINDS,
    "status": PAYMENT_STATUSES,
}
