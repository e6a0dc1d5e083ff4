"""The ties of an applicant as such: how many, how strong, how old, how fast they change."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import Final

from creditscore.features.definition import Feature
from creditscore.features.formula import Condition, Covered, Formula, Ratio, Share
from creditscore.features.social.declared.terms import (
    FREEDMAN,
    LIN,
    OMEGA,
    WEI,
    Sign,
    SocialSettings,
    shown,
    social,
)
from creditscore.words.labels import Label, within

_COUNTS: Final = Condition("is_counted", "eq", 1.0)
_ENDED: Final = Condition("days_since_end", "gt", 0.0)
PRIOR_CHURN: Final = 0.2
_DIRECTED: Final = (
    "ties with a direction that are known to have begun {age} ago or longer and not to have ended"
)
_OTHER_TIES: Final = {
    "negative_count": "ties of every age, not ended",
    "incoming_count": _DIRECTED,
    "outgoing_count": _DIRECTED,
    "reciprocal_share": _DIRECTED,
}

_MISSING: Final = "ties were not there: no tie was known to which both ends had agreed"
_tie: Final = partial(social, source="ties", missing=_MISSING, version=2)
_shown: Final = partial(shown, source="ties", missing=_MISSING, version=2)


def tie_features(settings: SocialSettings) -> tuple[Feature, ...]:
    """Return number, strength, direction, age, concentration and change of ties."""
    covered = social(
        name="ties_covered", source="ties", missing=_MISSING, formula=Covered("ties"),
        label=Label("ties_covered"), unit="0/1", reference="coverage", version=2,
        definition="1 if both ends were known to have agreed to some tie of the applicant, of weight 0 or "
        "more, or, where connections are given, if ties were connected at the moment; else 0",
    )  # fmt: skip
    return (covered, *_size(settings), *_directions(settings), *_ages(settings), *_changes(settings))


def _size(s: SocialSettings) -> list[Feature]:
    strength = s.among("sum", "strength")
    strongest = Ratio(s.among("max", "strength"), strength)
    entropy = replace(s.among("key_entropy", "strength"), by="neighbour")
    rows: tuple[tuple[str, Formula, str, str, str], ...] = (
        ("count", s.among("count", None, _COUNTS), "number of people tied to the applicant", "count", OMEGA),
        ("strength", strength, "strength of all ties", "index", LIN),
        ("strength_entropy", entropy, "evenness of tie strength, 1 = all ties equally strong", "index", LIN),
        ("strongest_share", strongest, "share of the strongest tie in the strength of all", "share", LIN),
        (
            "negative_count",
            s.among("sum", "is_negative"),
            "number of people tied by distrust (a weight below 0)",
            "count",
            "signed networks",
        ),
    )
    return [_of_ties(s, *row, group="social_ties", kind=_shown) for row in rows]


def _directions(s: SocialSettings) -> list[Feature]:
    rows: tuple[tuple[str, Formula, str, str, Sign], ...] = (
        (
            "incoming_count",
            s.among("sum", "is_incoming"),
            "people with a tie towards the applicant",
            "count",
            0,
        ),
        ("outgoing_count", s.among("sum", "is_outgoing"), "people with a tie from the applicant", "count", 0),
        (
            "reciprocal_share",
            Share(s.among("sum", "is_reciprocal"), s.among("count", "is_reciprocal"), prior=0.5, minimum=1.0),
            (
                "share of the people towards whom the applicant has a tie who have one back, shrunk: "
                "(k + 5 * 0.5) / (n + 5)"
            ),
            "share",
            -1,
        ),
    )
    return [
        _of_ties(
            s, name, formula, words, unit, LIN, group="social_ties", sign=sign,
            kind=_shown if unit == "count" else _tie,
        )
        for name, formula, words, unit, sign in rows
    ]  # fmt: skip


def _ages(s: SocialSettings) -> list[Feature]:
    rows: tuple[tuple[str, Formula, str, Sign], ...] = (
        ("age_median_days", s.among("median", "age_days", _COUNTS), "median days since both ends agreed", -1),
        (
            "age_max_days",
            s.among("max", "age_days", _COUNTS),
            "days since both ends agreed to the oldest tie",
            -1,
        ),
        ("recency_days", s.among("min", "days_since_last"), "days since the newest tie or interaction", 1),
    )
    return [
        _of_ties(
            s, name, formula, words, "days", FREEDMAN, group="tie_history", sign=sign,
            kind=_shown if name == "age_median_days" else _tie,
        )
        for name, formula, words, sign in rows
    ]  # fmt: skip


def _changes(s: SocialSettings) -> list[Feature]:
    changed = s.among("count", "age_days", Condition("days_since_change", "le", 90.0))
    present = s.among("count", "age_days", Condition("days_since_end", "le", 90.0))
    lost = s.among("count", "age_days", _ENDED, Condition("days_since_end", "le", 90.0))
    rows: tuple[tuple[str, str, Formula, str, str], ...] = (
        ("new_count", "30d", s.among("count", "age_days", window="30d"), "new ties, 30d", "count"),
        ("new_count", "90d", s.among("count", "age_days", window="90d"), "new ties, 90d", "count"),
        ("lost_count", "90d", lost, "ties that ended, 90d", "count"),
        (
            "churn_share",
            "90d",
            Share(changed, present, prior=PRIOR_CHURN, minimum=1.0),
            "share of ties that are new or ended, 90d, shrunk: (k + 5 * 0.2) / (n + 5)",
            "share",
        ),
    )
    return [
        _shown(
            name=f"ties_{name}_{window}",
            formula=formula,
            label=Label(f"ties_{name}", span=within(window)),
            definition=f"{words}; ties of weight 0 or more to which both ends agreed, of every age, new "
            "since both are known to have agreed, ended since one is known not to any more",
            unit=unit,
            sign=1,
            reason_group="tie_changes",
            reference=WEI,
            note="People reshape their ties before they apply, and others do too: no model is given it. "
            "Younger ties count here and nowhere else.",
        )
        for name, window, formula, words, unit in rows
    ]


def layer_features(s: SocialSettings, layer: str) -> list[Feature]:
    """Return number and strength of the ties of one layer; `s` looks at that layer alone."""
    rows: tuple[tuple[str, Formula, str, str], ...] = (
        ("count", s.among("count", None, _COUNTS), "number of people tied to the applicant", "count"),
        ("strength", s.among("sum", "strength"), "strength of all ties", "index"),
    )
    return [
        _of_ties(
            s,
            f"{layer}_{name}",
            formula,
            f"{words}, layer {layer}",
            unit,
            OMEGA,
            group="social_ties",
            label=f"{words}, layer {layer}",
            kind=_shown,
        )
        for name, formula, words, unit in rows
    ]


def _of_ties(
    s: SocialSettings,
    name: str,
    formula: Formula,
    words: str,
    unit: str,
    reference: str,
    *,
    group: str,
    sign: Sign = 0,
    label: str = "",
    kind: partial[Feature] = _tie,
) -> Feature:
    of = _OTHER_TIES.get(name, s.counted).format(age=s.ties.min_tie_age)
    faded = s.ties.edge_half_life
    strength = (
        f"; an interaction weighs half after {faded}"
        if faded and ("strength" in name or "strongest" in name)
        else ""
    )
    return kind(
        name=f"ties_{name}",
        formula=formula,
        label=label or Label(f"ties_{name}"),
        definition=f"{words}; {of}{strength}",
        unit=unit,
        sign=sign,
        reason_group=group,
        reference=reference,
    )
