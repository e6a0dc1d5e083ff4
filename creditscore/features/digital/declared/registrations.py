"""What was left at registrations and checkouts, and what a person turned on."""

from __future__ import annotations

from typing import Final

from creditscore.features.definition import Feature, Risk
from creditscore.features.digital.declared.terms import (
    BERG,
    DEVICE,
    EMAIL,
    FOOTPRINT,
    PRACTICE,
    Sign,
    marked,
    registered,
)
from creditscore.features.formula import AtLeast, Condition, Covered, Formula, Term
from creditscore.words.labels import Label

_CLOCK: Final = (*FOOTPRINT, "location_time")
_NAMED: Final = (*EMAIL, "protected")
_TOUCHES: Final = ("direct", "organic", "paid", "affiliate", "price_comparison", "branch", "agent")
_DEVICES: Final = ("mobile", "desktop", "tablet", "feature_phone")
_SYSTEMS: Final = ("android", "ios", "windows", "macos")
_HOSTS: Final[tuple[tuple[str, Sign], ...]] = (
    ("corporate", 0),
    ("paid", 0),
    ("free", 0),
    ("disposable", 1),
    ("none", 0),
)
# Off unless asked for by name: what may stand for where a name comes from, and what uses a right.
_MARKS: Final[tuple[tuple[str, str, Sign, tuple[str, ...], Risk], ...]] = (
    ("email_digits", "digits stand in the e-mail address", 1, EMAIL, "medium"),
    ("email_has_name", "a part of the person's name stands in the e-mail address", -1, _NAMED, "high"),
    ("email_error", "the first address that was entered could not be reached", 1, EMAIL, "medium"),
    ("lowercase", "name and address were entered in lower case alone", 1, EMAIL, "medium"),
)


def registration_features() -> tuple[Feature, ...]:
    """Return features of registrations and checkouts that are on by default."""
    return (
        _left(
            "covered", Covered("registrations"), "1 if registrations or settings were there, else 0", "0/1",
            group="coverage", reference=PRACTICE,
        ),
        _left(
            "days", Term("registrations", "age"), "days since the first known registration or checkout",
            "days", -1, reference=PRACTICE,
        ),
        _left(
            "count", Term("registrations", "count"), "known registrations and checkouts", "count", 0,
            reference=PRACTICE,
        ),
        *(_share("first_touch", touch, f"for which the person first came by {touch}") for touch in _TOUCHES),
        *(
            _share(
                "email_host", host, f"with an e-mail host of the sort {host}", sign, EMAIL, "medium", "email"
            )
            for host, sign in _HOSTS
        ),
        *(_share("device_class", sort, f"made on {sort}", 0, DEVICE, "high", "device") for sort in _DEVICES),
        *(
            _share("os_family", system, f"made on {system}", 0, DEVICE, "high", "device")
            for system in _SYSTEMS
        ),
        _hour("is_night", "from 00:00 to 04:59", 1),
        _hour("is_evening", "from 18:00 to 23:59", 0),
        *_settings(),
    )  # fmt: skip


def marked_features() -> tuple[Feature, ...]:
    """Return those that are off unless asked for by name."""
    return (
        *(
            _left(
                f"{column}_share", Term("registrations", "mean", column=column),
                f"share of the registrations of which it is known where {words}", "share", sign, tags=tags,
                risk=risk, group="email",
            )
            for column, words, sign, tags, risk in _MARKS
        ),
        _left(
            "do_not_track_share", Term("registrations", "mean", column="do_not_track"),
            "share of the registrations of which it is known where the browser asked not to be tracked",
            "share", -1, tags=(*FOOTPRINT, "exercise_of_right"), risk="medium", group="",
        ),
    )  # fmt: skip


def _settings() -> tuple[Feature, ...]:
    return tuple(
        _left(
            f"{setting}_on", _is_on(setting), f"1 if {words} is turned on at the moment, else 0", "0/1", sign,
            group="settings", reference=PRACTICE,
        )
        for setting, words, sign in _SWITCHES
    )  # fmt: skip


_SWITCHES: Final[tuple[tuple[str, str, Sign], ...]] = (
    ("autopay", "payment by itself", -1),
    ("e_statement", "the electronic statement", -1),
    ("alerts", "notice of movements", 0),
    ("two_factor", "a second proof at login", 0),
)


def _is_on(setting: str) -> Formula:
    """The newest setting; never set is off."""
    where = (Condition("setting", "in", (setting,)),)
    newest = Term("settings", "newest", column="enabled", where=where)
    return AtLeast(newest, Term("settings", "count", where=where), 1.0, otherwise=0.0)


def _share(
    column: str,
    label: str,
    words: str,
    sign: Sign = 0,
    tags: tuple[str, ...] = FOOTPRINT,
    risk: Risk = "low",
    group: str = "registration",
) -> Feature:
    known = column.replace("_", " ")
    return _left(
        f"{column}_{label}_share", marked(column, label),
        f"share of the registrations and checkouts of a known {known} {words}", "share", sign, tags=tags,
        risk=risk, group=group,
    )  # fmt: skip


def _hour(column: str, words: str, sign: Sign) -> Feature:
    return _left(
        f"{column.removeprefix('is_')}_share", Term("registration_hours", "mean", column=column),
        f"share of the registrations and checkouts of a known hour that were {words}, local time", "share",
        sign, tags=_CLOCK,
    )  # fmt: skip


def _left(
    name: str,
    formula: Formula,
    words: str,
    unit: str,
    sign: Sign = 0,
    *,
    tags: tuple[str, ...] = FOOTPRINT,
    risk: Risk = "low",
    group: str = "registration",
    reference: str = BERG,
) -> Feature:
    return registered(
        name=f"registration_{name}",
        formula=formula,
        label=Label(f"registration_{name}"),
        definition=words,
        unit=unit,
        sign=sign,
        legal_tags=tags,
        proxy_risk=risk,
        reason_group=group,
        reference=reference,
    )
