"""What comes back every month or every few weeks, laid out by person over what is seen of each."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from creditscore._ground.instants import DAY
from creditscore.simulate.almanac import Almanac
from creditscore.simulate.config import MONTH
from creditscore.simulate.observed import Observed
from creditscore.simulate.people import People

F8 = NDArray[np.float64]
I8 = NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Repeats:
    """Repetitions of something, by person, newest first; arrays of shape (repeats,).

    Attributes
    ----------
    owner : ndarray of int64
        Rising.
    back : ndarray of int64
        How many repetitions before the last application each is, from 0.
    month : ndarray of int64
        Number of the month, where they are months.
    starts : ndarray of int64, shape (people + 1,)
        First repetition of each person, and behind the last.
    """

    owner: I8
    back: I8
    month: I8
    starts: I8

    def __len__(self) -> int:
        return self.owner.size


def repeats(counts: I8, newest: I8) -> Repeats:
    """Lay out a number of repetitions of each person.

    Parameters
    ----------
    counts, newest : ndarray of int64, shape (people,)
        How many, and the month of the newest.
    """
    starts = np.concatenate([[0], np.cumsum(counts)])
    owner = np.repeat(np.arange(counts.size), counts)
    back = np.arange(owner.size) - starts[owner]
    return Repeats(owner, back, newest[owner] - back, starts)


def months_of(almanac: Almanac, people: People, seen: Observed) -> Repeats:
    """Calendar months up to that of the last application; how many depends on the length of history alone."""
    return repeats(seen.span // MONTH + 2, almanac.month_of(almanac.day(people.as_of)))


def weeks_of(almanac: Almanac, people: People, seen: Observed, weekday: I8, step: I8) -> tuple[Repeats, I8]:
    """The same day of every week, or of every second one.

    Parameters
    ----------
    almanac, people, seen
        As made before.
    weekday, step : ndarray of int64, shape (people,)
        Day of the week, 0 for Monday, and weeks between two; 0 weeks for who has none.

    Returns
    -------
    rows : Repeats
    day : ndarray of int64, shape (repeats,)
        Local days.
    """
    counts = np.where(step > 0, seen.span // (np.maximum(step, 1) * 7 * DAY) + 2, 0)
    rows = repeats(counts, np.zeros(counts.size, np.int64))
    today = almanac.day(people.as_of)
    newest = today - (today + 3 - weekday) % 7
    return rows, newest[rows.owner] - rows.back * 7 * step[rows.owner]


def days_before(people: People, owner: I8, time: I8) -> F8:
    """Days from each moment to the last application of its owner.

    Parameters
    ----------
    people : People
    owner, time : ndarray of int64, shape (rows,)
        Whose each is, and microseconds.

    Returns
    -------
    ndarray of float64, shape (rows,)
    """
    return np.asarray((people.as_of[owner] - time) / DAY, np.float64)
