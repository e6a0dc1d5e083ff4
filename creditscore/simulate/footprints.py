"""Registrations, forms, settings and complaints of the people of a simulated lender."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from creditscore._ground.instants import DAY, SECOND
from creditscore.data.tables.vocabularies import (
    DEVICE_CLASSES,
    EMAIL_HOSTS,
    FIRST_TOUCHES,
    FORM_ACTIONS,
    FORM_FIELDS,
    OS_FAMILIES,
    RIGHTS,
    SETTINGS,
)
from creditscore.simulate.almanac import ONLINE_HOURS, almanac_of
from creditscore.simulate.columns import Columns, Labels, Times
from creditscore.simulate.config import SimulationConfig
from creditscore.simulate.digital import steadiness_of
from creditscore.simulate.people import People, logistic
from creditscore.simulate.streams import Generator, Streams

F8 = NDArray[np.float64]
I8 = NDArray[np.int64]

# Steps of a form, and how many of each a person takes: the mean, and how it moves with steadiness.
_STEPS: Final = (
    ("edit", "income", 0.5, -0.5), ("edit", "amount", 0.6, 0.0), ("edit", "other", 1.2, -0.35),
    ("paste", "contact", 0.5, 0.0), ("backtrack", "other", 0.4, 0.0), ("slider", "amount", 1.5, 0.0),
    ("error", "identity", 0.3, 0.0), ("dwell", "terms", 0.8, 0.0),
)  # fmt: skip
_HOSTS: Final = np.array([0.1, 0.2, 0.6, 0.0, 0.1])
DISPOSABLE: Final = EMAIL_HOSTS.index("disposable")


def footprint_tables(config: SimulationConfig, people: People, streams: Streams) -> dict[str, Columns]:
    """Make the tables of what people leave, set and complain of, by name.

    Rights are used by people of every sort alike, and so is the wish not to be tracked.
    """
    steady = steadiness_of(people, streams)
    return {
        "registrations": registrations_table(config, people, steady, streams.of("footprints")),
        "form_events": forms_table(people, steady, streams.of("forms")),
        "settings": settings_table(people, steady, streams.of("settings")),
        "complaints": complaints_table(people, streams.of("complaints")),
    }


def registrations_table(config: SimulationConfig, people: People, steady: F8, random: Generator) -> Columns:
    """One registration a person: earlier, and with a better address, where people are steady.

    Parameters
    ----------
    config, people
        As drawn before.
    steady : ndarray of float64, shape (people,)
        How steadily they deal with a lender.
    random : Generator
    """
    n = len(people)
    ago = np.exp(4.5 + 0.5 * steady + 0.7 * random.standard_normal(n))
    almanac = almanac_of(config)
    day = almanac.day(people.as_of - (np.minimum(ago, 900.0) * DAY).astype(np.int64))
    time = almanac.at(day, ONLINE_HOURS, random.random(n))
    night = random.random(n) < logistic(-2.6 - 0.6 * steady)
    time = np.where(
        night,
        almanac.instant(day * DAY + (random.random(n) * 4.5 * 3600 + 60).astype(np.int64) * SECOND),
        time,
    )
    mobile = random.random(n) < np.where(people.group, 0.7, 0.45)
    host = random.choice(len(EMAIL_HOSTS), n, p=_HOSTS)
    host = np.where(random.random(n) < logistic(-3.5 - 0.8 * steady), DISPOSABLE, host)
    return {
        "applicant_id": np.arange(n),
        "event_time": Times(np.minimum(time, people.as_of - DAY) // SECOND * SECOND),
        "first_touch": Labels(random.integers(0, len(FIRST_TOUCHES), n).astype(np.int8), FIRST_TOUCHES),
        "device_class": Labels(
            np.where(mobile, random.choice([1, 2, 3], n, p=[0.15, 0.8, 0.05]), 0).astype(np.int8),
            DEVICE_CLASSES,
        ),
        "os_family": Labels(
            np.where(mobile, random.integers(0, 2, n), random.integers(2, 4, n)).astype(np.int8), OS_FAMILIES
        ),
        "email_host": Labels(host.astype(np.int8), EMAIL_HOSTS),
        "email_digits": random.random(n) < logistic(-1.5 - 0.3 * steady),
        "email_has_name": random.random(n) < logistic(0.8 + 0.4 * steady),
        "email_error": random.random(n) < logistic(-3.8 - 0.7 * steady),
        "lowercase": random.random(n) < logistic(-2.2 - 0.4 * steady),
        "do_not_track": random.random(n) < 0.15,
    }


def forms_table(people: People, steady: F8, random: Generator) -> Columns:
    """The form of the last application, and forms that were given up before it.

    Parameters
    ----------
    people : People
        As drawn before.
    steady : ndarray of float64, shape (people,)
        How steadily they deal with a lender.
    random : Generator
    """
    n = len(people)
    given_up = random.poisson(0.25 * np.exp(-0.5 * steady))
    person = np.concatenate([np.arange(n), np.repeat(np.arange(n), given_up)])
    handed_in = np.arange(person.size) < n
    seconds = np.exp(5.2 + 0.3 * steady[person] + 0.9 * random.standard_normal(person.size))
    back = np.where(handed_in, 60.0, (2.0 + 60.0 * random.random(person.size)) * 86_400.0)
    ended = people.as_of[person] - (back * SECOND).astype(np.int64)
    begun = ended - (np.clip(seconds, 5.0, 7_200.0) * SECOND).astype(np.int64)
    starts = 1 + random.poisson(0.15 * np.exp(-0.5 * steady[person]))
    form, action, field = _steps(handed_in, starts, steady[person], random)
    within = random.random(form.size)
    within[action == FORM_ACTIONS.index("start")] = 0.0
    within[np.isin(action, [FORM_ACTIONS.index("submit"), FORM_ACTIONS.index("abandon")])] = 1.0
    time = begun[form] + (within * (ended - begun)[form]).astype(np.int64)
    shown = np.where(
        np.isin(action, [FORM_ACTIONS.index("slider"), FORM_ACTIONS.index("start")]),
        np.round(np.exp(7.0 + 0.4 * random.standard_normal(form.size)), -1), np.nan,
    )  # fmt: skip
    return {
        "applicant_id": person[form],
        "event_time": Times(time // SECOND * SECOND),
        "application_id": form,
        "action": Labels(action.astype(np.int8), FORM_ACTIONS),
        "field": Labels(field.astype(np.int8), FORM_FIELDS),
        "value": shown,
        "duration_s": np.round(np.exp(1.5 + 0.8 * random.standard_normal(form.size)), 0),
    }


def _steps(handed_in: NDArray[np.bool_], starts: I8, steady: F8, random: Generator) -> tuple[I8, I8, I8]:
    """Number of the form, action and field of every step, shape (steps,) each."""
    forms = np.arange(handed_in.size)
    amount = FORM_FIELDS.index("amount")
    last = np.where(handed_in, FORM_ACTIONS.index("submit"), FORM_ACTIONS.index("abandon"))
    parts = [
        (np.repeat(forms, starts), FORM_ACTIONS.index("start"), amount),
        *(
            (
                np.repeat(forms, random.poisson(mean * np.exp(slope * steady))),
                FORM_ACTIONS.index(a),
                FORM_FIELDS.index(f),
            )
            for a, f, mean, slope in _STEPS
        ),
    ]
    form = np.concatenate([which for which, _, _ in parts] + [forms])
    action = np.concatenate([np.full(which.size, code) for which, code, _ in parts] + [last])
    field = np.concatenate(
        [np.full(which.size, code) for which, _, code in parts] + [np.full(forms.size, -1)]
    )
    return form, action, field


def settings_table(people: People, steady: F8, random: Generator) -> Columns:
    """What people turned on, and some of it off again.

    Parameters
    ----------
    people : People
        As drawn before.
    steady : ndarray of float64, shape (people,)
        How steadily they deal with a lender.
    random : Generator
    """
    n = len(people)
    wishes = {"autopay": 0.7, "e_statement": 0.4, "alerts": 0.0, "two_factor": 0.0}
    on = {name: random.random(n) < logistic(-0.5 + slope * steady) for name, slope in wishes.items()}
    off = {
        name: flags & (random.random(n) < logistic(-2.5 - 0.5 * wishes[name] * steady))
        for name, flags in on.items()
    }
    person = np.concatenate([np.flatnonzero(flags) for flags in (*on.values(), *off.values())])
    codes = [
        np.full(int(flags.sum()), SETTINGS.index(name)) for part in (on, off) for name, flags in part.items()
    ]
    turned_on = np.arange(person.size) < sum(int(flags.sum()) for flags in on.values())
    days = np.where(
        turned_on, 40.0 + 300.0 * random.random(person.size), 2.0 + 30.0 * random.random(person.size)
    )
    return {
        "applicant_id": person,
        "event_time": Times((people.as_of[person] - (days * DAY).astype(np.int64)) // SECOND * SECOND),
        "setting": Labels(np.concatenate(codes).astype(np.int8), SETTINGS),
        "enabled": turned_on,
    }


def complaints_table(people: People, random: Generator) -> Columns:
    """Rights that were used, by people of every sort alike."""
    person = np.repeat(np.arange(len(people)), random.poisson(0.2, len(people)))
    days = 1.0 + 500.0 * random.random(person.size)
    return {
        "applicant_id": person,
        "event_time": Times((people.as_of[person] - (days * DAY).astype(np.int64)) // SECOND * SECOND),
        "kind": Labels(random.integers(0, len(RIGHTS), person.size).astype(np.int8), RIGHTS),
    }
