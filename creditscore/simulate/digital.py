"""Sessions on devices, and what people share with one another: devices, addresses, telephones."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from creditscore._ground.instants import DAY, SECOND
from creditscore.data.tables.vocabularies import (
    DEVICE_CLASSES,
    OS_FAMILIES,
    SESSION_ACTIONS,
    SESSION_CHANNELS,
    SESSION_OUTCOMES,
    SHARED_KINDS,
)
from creditscore.simulate.almanac import ONLINE_HOURS, almanac_of
from creditscore.simulate.columns import NEVER, Columns, Labels, Times, array, join, take
from creditscore.simulate.config import SimulationConfig
from creditscore.simulate.observed import Observed, visible
from creditscore.simulate.people import People, logistic, noisy
from creditscore.simulate.streams import Generator, Streams, by_key

F8 = NDArray[np.float64]
I8 = NDArray[np.int64]

# What people do, and how often of all uses; where they do it is drawn by how far they are of the modern sort.
_DOES: Final = (
    ("login", 0.38),
    ("balance", 0.2),
    ("view", 0.17),
    ("pay", 0.13),
    ("transfer", 0.07),
    ("apply", 0.05),
)
_OLD_WAYS: Final = ("branch", "atm", "ussd", "call", "partner")
FUNCTIONS: Final = (
    "accounts", "cards", "transfers", "bills", "loans", "savings", "budget", "statements", "offers", "help",
)  # fmt: skip
RELEASES: Final = ("1", "2", "3", "4", "5", "6", "7", "8")
REGIONS: Final = ("north", "east", "south", "west")
LOGIN, RESET, REMINDER = (SESSION_ACTIONS.index(a) for a in ("login", "password_reset", "reminder"))
APP, WEB = (SESSION_CHANNELS.index(name) for name in ("app", "web"))
DESKTOP, TABLET, MOBILE, FEATURE_PHONE = (
    DEVICE_CLASSES.index(name) for name in ("desktop", "tablet", "mobile", "feature_phone")
)
ANDROID, IOS, WINDOWS, MACOS = (OS_FAMILIES.index(name) for name in ("android", "ios", "windows", "macos"))
_RELEASED: Final = 180 * DAY
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


def steadiness_of(people: People, streams: Streams) -> F8:
    """How steadily people deal with a lender, standard normal, shape (people,); 0.6 with reliability."""
    return noisy(people.theta, 0.6, streams.of("steadiness"))


def sessions_table(
    config: SimulationConfig, people: People, seen: Observed, device: I8, bills: Columns, streams: Streams
) -> Columns:
    """Uses of all channels over the history of payments, and reminders of bills.

    People who are steady use them a little more and longer, look before bills are due, answer reminders, and
    seldom fail to log in or change their device.

    Parameters
    ----------
    config, people, seen, streams
        As drawn before.
    device : ndarray of int64, shape (people,)
        Key of the device that each person mostly uses.
    bills : dict of str to column
        The bills, of which people are reminded.
    """
    random, steady = streams.of("sessions"), steadiness_of(people, streams)
    months = seen.span / DAY / 30.0
    rate = config.sessions * np.exp(0.4 * people.digital + 0.15 * steady - 0.09)
    owner = np.repeat(np.arange(len(people)), random.poisson(rate * months))
    since = seen.span * logistic(2.0 + 0.8 * steady)
    ago = (random.random(owner.size) * since[owner]).astype(np.int64) + 1_000_000
    almanac = almanac_of(config)
    time = almanac.at(almanac.day(people.as_of[owner] - ago), ONLINE_HOURS, random.random(owner.size))
    uses = described(people, owner, time, device, steady, random)
    table = join([uses, *reminded(people, bills, steady, streams.of("reminders"))])
    return take(table, visible(people, seen, array(table, "applicant_id"), array(table, "event_time")))


def described(people: People, owner: I8, time: I8, device: I8, steady: F8, random: Generator) -> Columns:
    """Say of each use where, on what, what was done and how it ended.

    Parameters
    ----------
    people
        As drawn before.
    owner, time : ndarray of int64, shape (uses,)
        Whose each is, and microseconds.
    device : ndarray of int64, shape (people,)
        Key of the device that each person mostly uses.
    steady : ndarray of float64, shape (people,)
        How steadily they deal with a lender.
    random : Generator
    """
    n = owner.size
    modern = logistic(0.5 + 0.8 * people.digital)[owner]
    draw, old = random.random(n), random.integers(0, len(_OLD_WAYS), n)
    old_code = np.array([SESSION_CHANNELS.index(name) for name in _OLD_WAYS])[old]
    channel = np.where(draw < modern, APP, np.where(draw < 0.92, WEB, old_code)).astype(np.int8)
    names, weights = zip(*_DOES, strict=True)
    done = np.array([SESSION_ACTIONS.index(name) for name in names])[random.choice(len(names), n, p=weights)]
    done = np.where(random.random(n) < 0.02 * np.exp(-0.5 * steady[owner]), RESET, done)
    failed = random.random(n) < logistic(-3.2 - 0.7 * steady)[owner]
    known = np.clip(2.0 + 1.5 * steady + random.standard_normal(len(people)), 1.0, len(FUNCTIONS))
    return {
        "applicant_id": owner,
        "event_time": Times(time // SECOND * SECOND),
        "channel": Labels(channel, SESSION_CHANNELS),
        "action": Labels(done.astype(np.int8), SESSION_ACTIONS),
        "function": Labels((random.random(n) * known[owner]).astype(np.int8), FUNCTIONS),
        "duration_s": np.round(np.exp(4.0 + 0.8 * random.standard_normal(n)), 0),
        "outcome": Labels(failed.astype(np.int8), SESSION_OUTCOMES),
        **_on_devices(people, owner, channel, device, steady, random),
        "os_release": Labels((time // _RELEASED % len(RELEASES)).astype(np.int8), RELEASES),
        "os_age_days": np.round(time % _RELEASED / DAY, 0),
        "region": Labels(
            np.where(random.random(n) < 0.95, owner % 4, random.integers(0, 4, n)).astype(np.int8), REGIONS
        ),
        "answered_time": Times(np.full(n, NEVER)),
        "due_time": Times(np.full(n, NEVER)),
    }


def _on_devices(
    people: People, owner: I8, channel: NDArray[np.int8], device: I8, steady: F8, random: Generator
) -> Columns:
    """Say on which device each use was, and of what sort it is; the protected attribute shifts both."""
    n = len(people)
    often = np.where(people.group, 0.35, 0.1) * np.exp(-0.5 * steady)
    second = random.random(owner.size) < often[owner]
    hand = np.where(random.random(n) < 0.05, FEATURE_PHONE, MOBILE)[owner]
    desk = np.where(random.random(n) < 0.15, TABLET, DESKTOP)[owner]
    in_hand = np.where(people.group, ANDROID, random.choice([ANDROID, IOS], n))[owner]
    on_desk = random.choice([WINDOWS, MACOS], n)[owner]
    app, web = channel == APP, channel == WEB
    kind = np.where(app, hand, np.where(web, desk, -1)).astype(np.int8)
    system = np.where(app, in_hand, np.where(web, on_desk, -1)).astype(np.int8)
    return {
        "device": np.where(second & (people.ring[owner] < 0), owner * 4 + 1, device[owner]),
        "device_class": Labels(kind, DEVICE_CLASSES),
        "os_family": Labels(system, OS_FAMILIES),
        "device_age_days": np.round(np.exp(5.6 + 0.5 * random.standard_normal(n)), 0)[owner],
    }


def reminded(people: People, bills: Columns, steady: F8, random: Generator) -> tuple[Columns, Columns]:
    """Return logins shortly before bills were due, and reminders of some bills.

    Whether, when and how depends on the person and the bill alone.

    Parameters
    ----------
    people, bills
        As drawn before.
    steady : ndarray of float64, shape (people,)
        How steadily they deal with a lender.
    random : Generator
    """
    owner, due = array(bills, "applicant_id"), array(bills, "due_time")
    keys = owner * 4_000_000_000 + due // SECOND
    looks = by_key(keys, random) < logistic(-2.0 + 0.9 * steady)[owner]
    early = (by_key(keys, random) * 2.5 * DAY).astype(np.int64) + SECOND
    sends = (by_key(keys, random) < 0.2) & (due + 9 * DAY < people.as_of[owner])
    answers = by_key(keys, random) < logistic(1.0 + 0.9 * steady)[owner]
    took = -np.exp(0.6 - 0.4 * steady[owner]) * np.log1p(-by_key(keys, random)) * DAY
    sent = due - 5 * DAY
    answered = np.where(answers, sent + took.astype(np.int64), NEVER)
    login = _plain(owner[looks], (due - early)[looks], LOGIN)
    reminders = _plain(owner[sends], sent[sends], REMINDER)
    return login, reminders | {"answered_time": Times(answered[sends]), "due_time": Times(due[sends])}


def _plain(owner: I8, time: I8, action: int) -> Columns:
    """Rows of which little more than who and when is known."""
    blank = np.full(owner.size, -1, np.int8)
    zero = np.zeros(owner.size, np.int8)
    return {
        "applicant_id": owner,
        "event_time": Times(time // SECOND * SECOND),
        "channel": Labels(zero, SESSION_CHANNELS),
        "action": Labels(np.full(owner.size, action, np.int8), SESSION_ACTIONS),
        "function": Labels(blank, FUNCTIONS),
        "duration_s": np.full(owner.size, np.nan),
        "outcome": Labels(zero if action == LOGIN else blank, SESSION_OUTCOMES),
        "device": np.full(owner.size, NEVER),
        "device_class": Labels(blank, DEVICE_CLASSES),
        "os_family": Labels(blank, OS_FAMILIES),
        "device_age_days": np.full(owner.size, np.nan),
        "os_release": Labels(blank, RELEASES),
        "os_age_days": np.full(owner.size, np.nan),
        "region": Labels(blank, REGIONS),
        "answered_time": Times(np.full(owner.size, NEVER)),
        "due_time": Times(np.full(owner.size, NEVER)),
    }


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
