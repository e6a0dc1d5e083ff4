"""Sessions on devices, and what people share with one another: devices, addresses, telephones."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from creditscore._ground.instants import DAY
from creditscore.data.tables.vocabularies import SHARED_KINDS
from creditscore.simulate.almanac import ONLINE_HOURS, almanac_of
from creditscore.simulate.columns import Columns, Labels, Times, take
from creditscore.simulate.config import SimulationConfig
from creditscore.simulate.observed import Observed, visible
from creditscore.simulate.people import People, logistic
from creditscore.simulate.streams import Streams

F8 = NDArray[np.float64]
I8 = NDArray[np.int64]

ACTIONS: Final = ("apply", "balance", "login", "pay", "view")
CHANNELS: Final = ("app", "branch", "web")
KINDS: Final = tuple(sorted(SHARED_KINDS))
RING: Final = 900_000_000


def home_of(config: SimulationConfig, people: People, streams: Streams) -> tuple[I8, I8]:
    """Address of each person, and the device that each mostly uses.

    Honest people live in households of 2 to 5, of whom some share a device, and one in a hundred in a
    hall of 12 with one address. Members of a ring mostly share its device and its address.

    Returns
    -------
    home, device : ndarray of int64, shape (people,)
        Keys; those from 900,000,000 on belong to a ring.
    """
    random = streams.of("households")
    n = len(people)
    order = random.permutation(n)
    sizes = random.integers(2, 6, n)
    share = random.random((3, n))
    home, device = np.arange(n), np.arange(n) * 4
    sharing = int(config.households * n)
    number = np.searchsorted(np.cumsum(sizes), np.arange(sharing), side="right")
    first = np.unique(number, return_index=True)[1][number]
    home[order[:sharing]] = order[first]
    pair = np.flatnonzero((np.arange(sharing) - first == 1) & (share[0, :sharing] < 0.5))
    device[order[pair]] = order[first[pair]] * 4
    hall = order[sharing : sharing + n // 100]
    home[hall] = n + np.arange(hall.size) // 12
    ring = people.ring
    home = np.where((ring >= 0) & (share[1] < 0.8), RING + ring, home)
    return home, np.where((ring >= 0) & (share[2] < 0.9), RING + ring, device)


def sessions_table(
    config: SimulationConfig, people: People, seen: Observed, device: I8, streams: Streams
) -> Columns:
    """Uses of app, web and branch over the history of payments.

    Parameters
    ----------
    config, people, seen, streams
        As drawn before.
    device : ndarray of int64, shape (people,)
        Key of the device that each person mostly uses.
    """
    random = streams.of("sessions")
    months = seen.span / DAY / 30.0
    rate = config.sessions * np.exp(0.4 * people.digital - 0.08)
    owner = np.repeat(np.arange(len(people)), random.poisson(rate * months))
    almanac = almanac_of(config)
    ago = (random.random(owner.size) * seen.span[owner]).astype(np.int64) + 1_000_000
    time = almanac.at(almanac.day(people.as_of[owner] - ago), ONLINE_HOURS, random.random(owner.size))
    modern = logistic(0.5 + 0.8 * people.digital)[owner]
    draw = random.random(owner.size)
    channel = np.where(draw < modern, 0, np.where(draw < 0.92, 2, 1)).astype(np.int8)
    # The protected attribute shifts which device people use.
    second = random.random(owner.size) < np.where(people.group, 0.35, 0.1)[owner]
    used = np.where(second & (people.ring[owner] < 0), owner * 4 + 1, device[owner])
    rows: Columns = {
        "applicant_id": owner,
        "event_time": Times(time // 1_000_000 * 1_000_000),
        "channel": Labels(channel, CHANNELS),
        "action": Labels(random.integers(0, len(ACTIONS), owner.size).astype(np.int8), ACTIONS),
        "duration_s": np.round(np.exp(4.0 + 0.8 * random.standard_normal(owner.size)), 0),
        "device": used,
    }
    return take(rows, visible(people, seen, owner, time))


def shared_table(people: People, household: I8, device: I8, streams: Streams) -> Columns:
    """Address, telephone and device of each person, as given at registration; for fraud signals only.

    Parameters
    ----------
    people, streams
        As drawn before.
    household, device : ndarray of int64, shape (people,)
        Keys of the address and of the device.
    """
    n = len(people)
    known = people.first - ((5.0 + 60.0 * streams.of("registrations").random(n)) * DAY).astype(np.int64)
    person = np.tile(np.arange(n), 3)
    return {
        "person": person,
        "kind": Labels(np.repeat(np.arange(3), n).astype(np.int8), KINDS),
        "key": np.concatenate([household, device, np.arange(n)]),
        "event_time": Times(np.tile(known, 3)),
    }
