"""How the people around an applicant were known to stand: exposures, kept back where too few are known."""

from __future__ import annotations

from functools import partial
from typing import Final

from creditscore.features.definition import Feature
from creditscore.features.formula import AtLeast, Condition, Difference, Formula, Ratio, Share
from creditscore.features.social.declared.terms import (
    DE_CNUDDE,
    OMEGA,
    PRIOR,
    SHALIZI,
    Sign,
    SocialSettings,
    social,
)
from creditscore.words.labels import AnyLabel, Label

_STRONGEST: Final = Condition("strength_rank", "le", 5.0)
_RECENT: Final = Condition("days_since_standing", "lt", 180.0)
_OLD: Final = Condition("days_since_standing", "ge", 180.0)
NO_CAUSE: Final = (
    "Likeness and influence cannot be told apart in observed data; the value claims no cause. Forbidden in "
    "some jurisdictions."
)
_exposure: Final = partial(social, source="ties", note=NO_CAUSE)


def exposure_features(s: SocialSettings) -> tuple[Feature, ...]:
    """Return the share of neighbours of known standing, and exposures by number, share, strength and age."""
    return (_known_share(s), *_plain(s), *_weighted(s), *_by_age(s))


def _known_share(s: SocialSettings) -> Feature:
    everyone = s.among("count", "is_known")
    return _exposure(
        name="neighbours_known_share",
        formula=AtLeast(Ratio(s.known, everyone), s.known, float(s.min_known), otherwise=0.0),
        label=Label("neighbours_known_share"),
        definition=f"neighbours of known standing among all; {s.counted}; 0 with fewer than {s.min_known} "
        "known",
        unit="share",
        reason_group="coverage",
        missing="no ties were known",
        reference="coverage",
    )


def _plain(s: SocialSettings) -> list[Feature]:
    bad = s.among("sum", "is_defaulted")
    strongest = s.among("mean", "is_defaulted", _STRONGEST)
    share = Share(bad, s.known, prior=PRIOR, minimum=float(s.min_known))
    return [
        _of(
            s,
            "neighbours_defaulted_count",
            s.judged(bad),
            "neighbours known to have defaulted",
            "count",
            OMEGA,
            1,
        ),
        _of(
            s,
            "neighbours_defaulted_share",
            share,
            "share of defaults among neighbours of known standing, shrunk: (k + 5 * 0.1) / (n + 5)",
            "share",
            OMEGA,
            1,
        ),
        _of(
            s,
            "neighbours_defaulted_share_strongest_5",
            s.judged(strongest),
            "share of defaults among the 5 strongest ties to people of known standing",
            "share",
            DE_CNUDDE,
            1,
            Label("neighbours_defaulted_share_strongest", (5,)),
        ),
    ]


def _weighted(s: SocialSettings) -> list[Feature]:
    known = s.among("sum", "known_strength")
    faded = s.ties.label_half_life
    fade = f", faded by half every {faded} since it was known" if faded else ""
    return [
        _of(
            s,
            "neighbours_defaulted_strength_share",
            s.judged(Ratio(s.among("sum", "defaulted_strength"), known)),
            f"strength of ties to people who defaulted{fade}, over that to people of known standing",
            "share",
            OMEGA,
            1,
        ),
        _of(
            s,
            "neighbours_good_strength_share",
            s.judged(Ratio(s.among("sum", "good_strength"), known)),
            f"strength of ties to people known as good{fade}, over that to people of known standing",
            "share",
            OMEGA,
            -1,
        ),
    ]


def _by_age(s: SocialSettings) -> list[Feature]:
    recent = s.judged(Ratio(s.among("sum", "is_defaulted", _RECENT), s.known))
    old = s.judged(Ratio(s.among("sum", "is_defaulted", _OLD), s.known))
    words = "defaults of neighbours known for"
    return [
        _of(
            s,
            "neighbours_defaulted_share_recent",
            recent,
            f"{words} less than 180 days, over neighbours of known standing",
            "share",
            SHALIZI,
            1,
            Label("neighbours_defaulted_share_recent", ("180d",)),
        ),
        _of(
            s,
            "neighbours_defaulted_share_old",
            old,
            f"{words} 180 days or longer, over neighbours of known standing",
            "share",
            SHALIZI,
            1,
            Label("neighbours_defaulted_share_old", ("180d",)),
        ),
        _of(
            s,
            "neighbours_defaulted_share_recent_less_old",
            Difference(recent, old),
            "share of recent defaults of neighbours, less that of older ones",
            "index",
            SHALIZI,
            0,
        ),
    ]


def _of(
    s: SocialSettings,
    name: str,
    formula: Formula,
    words: str,
    unit: str,
    reference: str,
    sign: Sign,
    label: AnyLabel = "",
) -> Feature:
    edge = s.ties.edge_half_life
    fading = (
        f"; an interaction weighs half after {edge}"
        if edge and ("strength" in name or "strongest" in name)
        else ""
    )
    return _exposure(
        name=name,
        formula=formula,
        label=label or Label(name),
        definition=f"{words}; {s.counted}{fading}",
        unit=unit,
        sign=sign,
        reason_group="network_repayment",
        missing=s.kept_back,
        reference=reference,
    )


def layer_exposures(s: SocialSettings, layer: str) -> list[Feature]:
    """Return the share of defaults on one layer; `s` looks at that layer alone."""
    share = Share(s.among("sum", "is_defaulted"), s.known, prior=PRIOR, minimum=float(s.min_known))
    words = f"share of defaults among neighbours of known standing, layer {layer}, shrunk"
    return [_of(s, f"neighbours_{layer}_defaulted_share", share, words, "share", OMEGA, 1, words)]
