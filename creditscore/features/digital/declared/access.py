"""Trouble with access, which devices are used, roughly where, and how reminders are answered."""

from __future__ import annotations

from typing import Final

from creditscore.features.definition import Feature
from creditscore.features.digital.declared.terms import (
    ALL,
    DEVICE,
    FOOTPRINT,
    LOGIN,
    share_of,
    spread,
    used,
    using,
)
from creditscore.features.formula import AtLeast, Condition, Formula, Ratio, Term

_HALF: Final = "180d"
_YEAR: Final = "365d"
_LOCATION: Final = (*FOOTPRINT, "location")
_RESET: Final = Condition("action", "in", ("password_reset",))
_DEVICES: Final = ("mobile", "desktop", "tablet", "feature_phone")
_SYSTEMS: Final = ("android", "ios", "windows", "macos")


def access_features() -> tuple[Feature, ...]:
    """Return failed logins and uses, new passwords, and where from."""
    failed = {window: _failed(window, LOGIN) for window in ("90d", _YEAR)}
    actions = used("count", "is_login")
    return (
        *(
            using(
                "failed_login_share", share_of(*failed[w], 0.03, 5.0),
                "(k + 5 * 0.03) / (n + 5): k of the n logins of a known outcome failed; at least 5", "share",
                1, w, group="access_trouble",
            )
            for w in failed
        ),
        using(
            "failed_uses_count", AtLeast(_failed("90d")[0], used("count", "failed"), 1.0), "uses that failed",
            "count", 1, "90d", group="access_trouble",
        ),
        *(
            using(
                "password_resets", AtLeast(used("count", None, _RESET, window=w), actions, 1.0),
                "uses to set a new password", "count", 1, w, group="access_trouble",
            )
            for w in ("90d", _YEAR)
        ),
        using(
            "regions_count", spread("distinct_keys", "region", "30d"),
            "different regions, a city or more, of uses", "count", 0, "30d", group="channel_use",
            tags=_LOCATION, risk="high",
        ),
    )  # fmt: skip


def device_features() -> tuple[Feature, ...]:
    """Return on what sorts of devices channels are used, how old they are, and how often they change."""
    return (
        *(_of_label("device_class", label, "device") for label in _DEVICES),
        *(_of_label("os_family", label, "operating system") for label in _SYSTEMS),
        *(
            using(
                f"{what}_age_days", used("newest", f"{what}_age_days", window=_HALF),
                f"days since the {words} of the newest use came out, as of that use", "days", 0, _HALF,
                group="device", tags=DEVICE, risk="medium",
            )
            for what, words in (("device", "model"), ("os", "release of the operating system"))
        ),
        using(
            "os_releases_count", spread("distinct_keys", "os_release", _YEAR),
            "different releases of operating systems", "count", 0, _YEAR, group="device", tags=DEVICE,
            risk="medium",
        ),
        using(
            "device_classes_count", spread("distinct_keys", "device_class", _HALF),
            "different sorts of devices", "count", 0, _HALF, group="device", tags=DEVICE, risk="medium",
        ),
        using(
            "device_changes",
            AtLeast(used("sum", "device_changed", window="90d"), used("count", "device_changed"), 1.0),
            "uses on another device than the last known one before", "count", 1, "90d", group="device",
            tags=DEVICE, risk="medium",
        ),
    )  # fmt: skip


def reminder_features() -> tuple[Feature, ...]:
    """Return how reminders are answered, and whether due dates are looked after."""
    due = share_of(_reminded("sum", "attended", _YEAR), _reminded("count", "attended", _YEAR), 0.3, 3.0)
    decided = {w: _reminded("count", "answered", w) for w in (_HALF, _YEAR)}
    return (
        using(
            "reminders_count", _reminded("count", None, _YEAR), "reminders that were sent", "count", 0, _YEAR,
            group="reminders",
        ),
        *(
            using(
                "reminder_answered_share", share_of(_reminded("sum", "answered", w), decided[w], 0.5, 3.0),
                "(k + 5 * 0.5) / (n + 5): k of the n reminders were answered within 7 days; those of the "
                "newest 7 days without an answer take no part; at least 3", "share", -1, w, group="reminders",
            )
            for w in decided
        ),
        using(
            "reminder_answer_days",
            AtLeast(_reminded("median", "answer_days", _YEAR), _reminded("count", "answer_days", _YEAR), 3.0),
            "median days from a reminder to what it asked for, of those answered; at least 3", "days", 1,
            _YEAR, group="reminders",
        ),
        using(
            "reminders_answered_streak", Term("reminders", "streak", column="answered", minimum_rows=1),
            "newest reminders in a row that were answered within 7 days", "count", -1, group="reminders",
        ),
        using(
            "due_dates_attended_share", due,
            "(k + 5 * 0.3) / (n + 5): in the 3 days before what k of the n reminders asked for was due there "
            "was a login; at least 3 that are due by now, from 3 days after the first known use on", "share",
            -1, _YEAR, group="reminders",
        ),
    )  # fmt: skip


def _reminded(statistic: str, column: str | None, window: str) -> Term:
    return Term("reminders", statistic, column=column, window=window)


def _failed(window: str, *where: Condition) -> tuple[Term, Term]:
    """Uses that failed, and all of a known outcome."""
    return used("sum", "failed", *where, window=window), used("count", "failed", *where, window=window)


def _of_label(column: str, label: str, words: str) -> Feature:
    part, whole = (label,), ALL[column]
    formula: Formula = Ratio(
        used("count", None, Condition(column, "in", part), window=_HALF),
        used("count", None, Condition(column, "in", whole), window=_HALF),
    )
    return using(
        f"{label}_share", formula, f"share of the uses with a known {words} that are on {label}", "share", 0,
        _HALF, group="device", tags=DEVICE, risk="high",
    )  # fmt: skip
