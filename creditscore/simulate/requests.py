"""Who applies when and for how much: everybody at least once, existing customers now and then again."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from creditscore.simulate.config import MONTH, SimulationConfig
from creditscore.simulate.streams import Streams

F8 = NDArray[np.float64]
I8 = NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Requests:
    """All applications in order of their moments; arrays of shape (applications,).

    Attributes
    ----------
    person : ndarray of int64
    back : ndarray of int64
        0 for the last application of a person, 1 for the one before it, and so on.
    month : ndarray of int64
        Month of the application, counted from the start.
    as_of : ndarray of int64
        Microseconds.
    amount, term_days : ndarray of float64
        What is asked for: money of the day, and days.
    last : ndarray of int64, shape (people,)
        Position of the last application of each person.
    """

    person: I8
    back: I8
    month: I8
    as_of: I8
    amount: F8
    term_days: F8
    last: I8

    def __len__(self) -> int:
        return self.person.size


def make_requests(
    config: SimulationConfig, when: I8, back: I8, wish: F8, term: F8, streams: Streams
) -> Requests:
    """Lay out the last application of everybody and those before it.

    Parameters
    ----------
    config : SimulationConfig
    when : ndarray of int64, shape (people,)
        Microseconds from the start to the last application.
    back : ndarray of int64, shape (people, most)
        How long before it earlier ones were made; 0 where there was none.
    wish, term : ndarray of float64, shape (people,)
        Amount in money of the start, and days, that is asked for last.
    streams : Streams
    """
    random = streams.of("earlier_requests")
    size = np.exp(0.3 * random.standard_normal(back.shape) - 0.1)
    terms = random.choice([180.0, 360.0, 360.0, 540.0], back.shape)
    everyone = np.arange(when.size)
    earlier, number = np.nonzero(back)
    person = np.concatenate([everyone, earlier])
    after = np.concatenate([when, when[earlier] - back[earlier, number]])
    amount = np.concatenate([wish, wish[earlier] * size[earlier, number]])
    order = np.argsort(after, kind="stable")
    as_of = config.start_time + after[order]
    position = np.empty(order.size, np.int64)
    position[order] = np.arange(order.size)
    return Requests(
        person=person[order], back=np.concatenate([np.zeros(when.size, np.int64), number + 1])[order],
        month=after[order] // MONTH, as_of=as_of,
        amount=np.round(amount[order] * prices(config, as_of), -1) + 100.0,
        term_days=np.concatenate([term, terms[earlier, number]])[order], last=position[: when.size],
    )  # fmt: skip


def prices(config: SimulationConfig, time: I8) -> F8:
    """Level of prices at each moment.

    Parameters
    ----------
    config : SimulationConfig
    time : ndarray of int64, shape (rows,)
        Microseconds.

    Returns
    -------
    ndarray of float64, shape (rows,)
        1 at the start.
    """
    return np.asarray((1.0 + config.inflation) ** ((time - config.start_time) / MONTH), np.float64)
