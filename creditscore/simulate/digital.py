"""Sessions on devices, and what people share with one another: devices, addresses, telephones."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from creditscore._time import DAY
from creditscore.simulate.columns import Columns, Labels, Times
from creditscore.simulate.config import SimulationConfig
from creditscore.simulate.observed import Observed
from creditscore.simulate.people import People, logistic
from creditscore.simulate.streams import Streams

F8 = NDArray[np.float64]
I8 = NDArray[np.int64]

ACTIONS: Final = ("apply", "balance", "login", "pay", "view")
CHANNELS: Final = ("app", "branch", "web")
KINDS: Final = ("address", "device", "phone")
RING: Final = 900_000_000


def home_of(config: SimulationConfig, people: People, streams: Streams) -> tuple[I8, I8]:
    """Household of each person, and the device that each mostly uses; honest people share some too."""
    random = streams.of("households")
    n = len(people)
    household = np.arange(n)
    order = random.permutation(n)
    sharing = order[: int(config.households * n) // 2 * 2]
    household[sharing[1::2]] = sharing[::2]
    device = np.arange(n) * 4
    one = random.random(n) < 0.25
    device[one] = household[one] * 4
    ring = people.ring
    household = np.where(ring >= 0, RING + ring, household)
    return household, np.where(ring >= 0, RING + ring, device)


def sessions_table(
    config: SimulationConfig, people: People, seen: Observed, device: I8, streams: Streams
) -> Columns:
    """Uses of app, web and branch over the history of payments."""
    random = streams.of("sessions")
    months = seen.span / DAY / 30.0
    rate = config.sessions * np.exp(0.4 * people.digital - 0.08)
    owner = np.repeat(np.arange(len(people)), random.poisson(rate * months))
    time = people.as_of[owner] - (random.random(owner.size) * seen.span[owner]).astype(np.int64) - 1_000_000
    modern = logistic(0.5 + 0.8 * people.digital)[owner]
    draw = random.random(owner.size)
    channel = np.where(draw < modern, 0, np.where(draw < 0.92, 2, 1)).astype(np.int8)
    # The protected attribute shifts which device people use.
    second = random.random(owner.size) < np.where(people.group, 0.35, 0.1)[owner]
    used = np.where(second & (people.ring[owner] < 0), owner * 4 + 1, device[owner])
    return {
        "applicant_id": owner,
        "event_time": Times(time // 1_000_000 * 1_000_000),
        "channel": Labels(channel, CHANNELS),
        "action": Labels(random.integers(0, len(ACTIONS), owner.size).astype(np.int8), ACTIONS),
        "duration_s": np.round(np.exp(4.0 + 0.8 * random.standard_normal(owner.size)), 0),
        "device": used,
    }


def shared_table(people: People, household: I8, device: I8, streams: Streams) -> Columns:
    """Address, telephone and device of each person, as given at registration; for fraud signals only."""
    random = streams.of("households")
    n = len(people)
    random.permutation(n)
    known = people.as_of - ((5.0 + 60.0 * random.random(n)) * DAY).astype(np.int64)
    person = np.tile(np.arange(n), 3)
    return {
        "person": person,
        "kind": Labels(np.repeat(np.arange(3), n).astype(np.int8), KINDS),
        "key": np.concatenate([household, device, np.arange(n)]),
        "event_time": Times(np.tile(known, 3)),
    }
