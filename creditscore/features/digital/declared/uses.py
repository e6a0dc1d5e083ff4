"""How much and how regularly a person deals with the lender."""

from __future__ import annotations

from typing import Final

from creditscore.features.definition import Feature
from creditscore.features.digital.declared.terms import (
    CLOCK,
    LOGIN,
    known_of,
    month,
    share_of,
    spread,
    used,
    using,
)
from creditscore.features.formula import AtLeast, Covered, Ratio, Term

_WINDOWS: Final = ("30d", "90d", "365d")
_HALF: Final = "180d"
_FEW: Final = 5.0
_ACTIONS: Final = used("count", "is_login")


def use_features() -> tuple[Feature, ...]:
    """Return how often and how regularly channels are used."""
    return (
        using(
            "covered", Covered("sessions"), "1 if sessions were there at the moment, else 0", "0/1",
            group="coverage",
        ),
        using("tenure_days", used("age"), "days since the oldest known use", "days", -1),
        using("recency_days", used("recency"), "days since the newest known use", "days", 1),
        *_counts(),
        *_rhythm(),
        *_hours(),
        *_trends(),
    )  # fmt: skip


def _counts() -> tuple[Feature, ...]:
    windowed = [
        feature
        for window in _WINDOWS
        for feature in (
            using("uses_count", used("count", window=window), "uses", "count", window=window),
            using(
                "logins_count",
                AtLeast(used("count", None, LOGIN, window=window), _ACTIONS, 1.0),
                "logins",
                "count",
                window=window,
            ),
            using(
                "balance_checks",
                known_of("balance_view", window),
                "uses in which the balance was looked at",
                "count",
                window=window,
            ),
        )
    ]
    return tuple(windowed)


def _rhythm() -> tuple[Feature, ...]:
    logins = used("count", None, LOGIN, window=_HALF)
    clusters = Term("uses", "clusters", where=(LOGIN,), window="84d", argument=7.0)
    return (
        *(
            using("active_days", used("active_days", window=w), "local days with a use", "count", window=w)
            for w in ("90d", "365d")
        ),
        using(
            "active_weeks", AtLeast(clusters, _ACTIONS, 1.0),
            "weeks with a login: clusters of 7 days, each from its first login on", "count", -1, "84d",
        ),
        using("login_recency_days", used("recency", None, LOGIN), "days since the newest login", "days", 1),
        using(
            "login_gap_median", Term("uses", "gap_median", where=(LOGIN,), window="365d", minimum_rows=5),
            "median days between logins; at least 5", "days", 0, "365d",
        ),
        using(
            "login_gap_max", Term("uses", "gap_max", where=(LOGIN,), window="365d", minimum_rows=5),
            "most days between logins; at least 5", "days", 0, "365d",
        ),
        using(
            "login_gap_cv", Term("uses", "gap_cv", where=(LOGIN,), window="365d", minimum_rows=10),
            "standard deviation of the days between logins over their mean; at least 10", "ratio", 0, "365d",
        ),
        using(
            "login_burstiness", Term("uses", "burstiness", where=(LOGIN,), window="365d", minimum_rows=10),
            "burstiness of logins (Kim and Jo 2016); at least 10", "index", 0, "365d", bounds=(-1.0, 1.0),
        ),
        using(
            "uses_per_login", AtLeast(Ratio(used("count", window=_HALF), logins), logins, _FEW),
            "uses over logins; at least 5 logins", "ratio", 0, _HALF,
        ),
    )  # fmt: skip


def _hours() -> tuple[Feature, ...]:
    hours = spread("key_entropy", "hour_of_week", _HALF, LOGIN, least=20, classes=168)
    return (
        using(
            "login_hour_entropy", hours,
            "entropy of the 168 hours of the week (local time) of logins over ln 168; at least 20 of a known "
            "hour", "share", 0, _HALF, tags=CLOCK, risk="medium",
        ),
        _clocked("night_share", "is_night", "from 00:00 to 04:59, local time", 0.05),
        _clocked("weekend_share", "is_weekend", "on days of the weekend, local time", 0.25),
    )  # fmt: skip


def _clocked(name: str, column: str, words: str, prior: float) -> Feature:
    part, whole = used("sum", column, window=_HALF), used("count", column, window=_HALF)
    return using(
        name, share_of(part, whole, prior, 10.0),
        f"(k + 5 * {prior}) / (n + 5): k of the n uses of a known hour are {words}; at least 10", "share", 0,
        _HALF, tags=CLOCK, risk="medium",
    )  # fmt: skip


def _trends() -> tuple[Feature, ...]:
    return (
        *(
            using(
                "uses_trend", month("trend", "uses", w, 4),
                "Theil-Sen slope of uses a whole calendar month, over their median; at least 4 months",
                "per month", 0, w,
            )
            for w in ("6m", "12m")
        ),
        using(
            "logins_trend", month("trend", "logins", "6m", 4),
            "Theil-Sen slope of logins a whole calendar month, over their median; at least 4 months",
            "per month", 0, "6m",
        ),
        using(
            "uses_volatility", month("rmad", "uses", "12m", 4),
            "1.4826 times the median absolute deviation of uses a whole calendar month, over their median; "
            "at least 4 months", "ratio", 0, "12m",
        ),
        using(
            "duration_median", used("median", "duration_s", window=_HALF), "median length of a use",
            "seconds", 0, _HALF,
        ),
        using(
            "duration_mean", used("mean", "duration_s", window=_HALF), "mean length of a use", "seconds", 0,
            _HALF,
        ),
    )  # fmt: skip
