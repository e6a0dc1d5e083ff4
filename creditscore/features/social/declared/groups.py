"""The groups of an applicant, what was known of the other members, and what the applicant does there."""

from __future__ import annotations

from functools import partial
from typing import Final

from creditscore.data.tables.vocabularies import LEADING_ROLES
from creditscore.features.definition import Feature
from creditscore.features.formula import AtLeast, Condition, Covered, Formula, Ratio, Term
from creditscore.features.social.declared.terms import (
    COHORT,
    FREEDMAN,
    Sign,
    SocialSettings,
    shown,
    social,
)
from creditscore.features.social.rows.circle import PRIOR
from creditscore.words.labels import Label, within

_group: Final = partial(social, source="memberships", missing="no memberships were known", version=2)
_shown: Final = partial(shown, source="memberships", missing="no memberships were known", version=2)
_activity: Final = partial(
    social,
    source="activities",
    legal_tags=("social_network",),
    missing="no activities were known",
    reference="practice of mobile and social lenders, De Cnudde et al. (2019)",
)


def group_features(s: SocialSettings) -> tuple[Feature, ...]:
    """Return number, tenure, size and role, and how the other members were known to stand."""
    return (*_belonging(), *_standing(s))


def _of_groups(
    statistic: str, column: str | None = None, *where: Condition, window: str | None = None
) -> Term:
    return Term("groups", statistic, column=column, where=where, window=window)


def _belonging() -> list[Feature]:
    led = _of_groups("count", None, Condition("role", "in", LEADING_ROLES))
    rows: tuple[tuple[str, str, Formula, str, str], ...] = (
        ("memberships_covered", "", Covered("memberships"), "1 if memberships were there, else 0", "0/1"),
        ("groups_count", "", _of_groups("count"), "groups to which the applicant belongs", "count"),
        ("groups_led_count", "", led, f"of these, groups with the role {', '.join(LEADING_ROLES)}", "count"),
        (
            "groups_size_median",
            "",
            _of_groups("median", "others"),
            "median number of other members",
            "count",
        ),
        ("groups_size_max", "", _of_groups("max", "others"), "largest number of other members", "count"),
        (
            "groups_tenure_median_days",
            "",
            _of_groups("median", "tenure_days"),
            "median days since joining",
            "days",
        ),
        ("groups_tenure_max_days", "", _of_groups("max", "tenure_days"), "most days since joining", "days"),
        ("groups_joined_count", "90d", _of_groups("count", window="90d"), "groups joined, 90d", "count"),
    )
    return [
        (_shown if "size" in name else _group)(
            name=f"{name}_{window}" if window else name,
            formula=formula,
            label=Label(name, span=within(window) if window else None),
            definition=words if unit == "0/1" else f"{words}; groups joined and not left",
            unit=unit,
            reason_group="" if unit == "0/1" else "group_membership",
            missing="no memberships were known; of sizes and tenures also: belongs to no group",
            reference="coverage" if unit == "0/1" else FREEDMAN,
        )
        for name, window, formula, words, unit in rows
    ]


def _known_share(s: SocialSettings) -> Feature:
    known = _of_groups("max", "known_members")
    some = AtLeast(Ratio(known, known), known, float(s.min_known_group), otherwise=0.5)
    return _shown(
        name="groups_known_share",
        formula=AtLeast(some, _of_groups("sum", "known_members"), 1.0, otherwise=0.0),
        label=Label("groups_known_share"),
        definition="0 if a standing of no member of any group is seen, 1 if in some group one of "
        f"{s.min_known_group} or more is, 0.5 between",
        unit="index",
        reason_group="coverage",
        reference="coverage",
    )


def _standing(s: SocialSettings) -> list[Feature]:
    at_least = max(s.min_known_group, s.min_known)
    least = Condition("known_members", "ge", float(at_least))
    joined = Condition("tenure_days", "ge", s.days)
    of_known = "share of defaults among members of whom a standing is seen"
    rows: tuple[tuple[str, str, str, Sign], ...] = (
        ("default_share_mean", "mean", f"mean {of_known}", 1),
        ("default_share_max", "max", f"largest {of_known}", 1),
    )
    least_known = f"{at_least} or more members of whom a standing is seen"
    return [_known_share(s)] + [
        _group(
            name=f"groups_{name}",
            formula=_of_groups(statistic, "default_share", least, joined),
            label=Label(f"groups_{name}"),
            definition=f"{words}, of all keyed folds but the applicant's, made of noisy bits and drawn "
            f"towards {PRIOR} as the share of neighbours is; groups with {least_known}, joined "
            f"{s.ties.min_tie_age} ago or longer; members count from 90 days on",
            unit="share",
            sign=sign,
            reason_group="group_repayment",
            legal_tags=COHORT,
            missing=f"no memberships were known, or no group with {least_known}",
            reference=FREEDMAN,
            note="Forbidden in some jurisdictions.",
        )
        for name, statistic, words, sign in rows
    ]


def activity_features() -> tuple[Feature, ...]:
    """Return how much, how regularly and how variedly an applicant acts; no content is ever read."""
    windows = ("30d", "90d", "365d")
    counts = [_acts("count", w, f"activities, {w}", "count") for w in windows]
    kinds = [
        _acts("distinct_keys", w, f"distinct kinds of activity, {w}", "count", by="kind") for w in windows
    ]
    months = Term("activity_months", "trend", column="activities", window="12m", minimum_rows=4)
    return (
        _activity(
            name="activities_covered", formula=Covered("activities"), label=Label("activities_covered"),
            unit="0/1", definition="1 if activities were there at the moment, else 0",
        ),
        _of_activities("history_days", Term("activities", "age"), "days since the first activity", "days"),
        _of_activities("recency_days", Term("activities", "recency"), "days since the last activity", "days"),
        *counts,
        *kinds,
        _acts("active_days", "90d", "days with an activity, 90d", "count"),
        _acts("gap_cv", "365d", "irregularity: variation of the gaps between activities, 365d", "ratio"),
        _acts("distinct_keys", "90d", "people towards whom something was done, 90d", "count", by="other_id"),
        _acts("distinct_keys", "90d", "groups in which something was done, 90d", "count", by="group_id"),
        _of_activities(
            "trend_12m", months, "Theil-Sen slope of activities a month, over their median, 12m", "per month",
            Label("activities_trend", span=within("12m")),
        ),
    )  # fmt: skip


_NAMES: Final = {
    "kind": "kinds_count", "other_id": "people_count", "group_id": "groups_count", None: "count",
}  # fmt: skip


def _acts(statistic: str, window: str, words: str, unit: str, by: str | None = None) -> Feature:
    name = _NAMES[by] if statistic in ("count", "distinct_keys") else statistic
    term = Term("activities", statistic, window=window, by=by)
    label = Label(f"activities_{name}", span=within(window))
    return _of_activities(f"{name}_{window}", term, words, unit, label)


def _of_activities(name: str, formula: Formula, words: str, unit: str, label: Label | None = None) -> Feature:
    return _activity(
        name=f"activities_{name}",
        formula=formula,
        label=label or Label(f"activities_{name}"),
        definition=f"{words}; posts, comments, reactions, calls and the like, never their content",
        unit=unit,
        reason_group="social_activity",
    )
