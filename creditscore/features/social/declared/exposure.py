"""What is seen of the people around an applicant: exposures, kept back where too few are known."""

from __future__ import annotations

from functools import partial
from typing import Final

from creditscore.features.definition import Feature
from creditscore.features.formula import AtLeast, Difference, Formula, Ratio
from creditscore.features.social.declared.terms import (
    COHORT,
    DE_CNUDDE,
    OMEGA,
    SHALIZI,
    TAGS,
    Sign,
    SocialSettings,
    shown,
    social,
)
from creditscore.features.social.rows.circle import PRIOR
from creditscore.words.labels import AnyLabel, Label

NO_CAUSE: Final = (
    "Likeness and influence cannot be told apart in observed data; the value claims no cause. It is made of "
    "one noisy bit for each person and half-year, never of a standing. Forbidden in some jurisdictions."
)
_exposure: Final = partial(social, legal_tags=COHORT, source="ties", note=NO_CAUSE, version=2)
_shown: Final = partial(shown, legal_tags=COHORT, source="ties", note=NO_CAUSE, version=2)

_VOTES: Final = (
    "ties that are 365 days old have a vote each; younger ones share half as many votes as there are older "
    "ones, one each at most"
)
_SHARE: Final = (
    f"with n votes, s of them marked, q = 1 / (1 + exp(epsilon)), r = q + (1 - 2q) * {PRIOR} and "
    "w = 5 / (1 - 2q)^2: ((s + w * r) / (n + w) - q) / (1 - 2q), within 0 and 1"
)


def exposure_features(s: SocialSettings) -> tuple[Feature, ...]:
    """Return the bounded exposure that a model is given; for the eye alone, those by age and number."""
    return (_known(s), _bounded(s), *_shares(s), *_for_the_eye(s))


def _known(s: SocialSettings) -> Feature:
    known = s.people()
    some = AtLeast(Ratio(known, known), known, float(s.min_known), otherwise=0.5)
    return _shown(
        name="neighbours_known_share",
        legal_tags=TAGS,
        formula=AtLeast(some, known, 1.0, otherwise=0.0),
        label=Label("neighbours_known_share"),
        definition=f"0 if a standing of no neighbour is seen, 1 if one of {s.min_known} or more is, 0.5 "
        f"between; {s.counted}",
        unit="index",
        reason_group="coverage",
        missing="no tie was known to which both ends had agreed",
        reference="coverage",
    )


def _bounded(s: SocialSettings) -> Feature:
    return _of(
        s, _exposure, "neighbours_defaulted_share_bounded",
        s.judged(s.together("default_share_bounded"), "votes"),
        f"share of defaults among neighbours of whom a standing is seen, {PRIOR} where it is more: {_SHARE}; "
        f"{_VOTES}. So neighbours may cost what others gave, and no more",
        "share", OMEGA, 1,
    )  # fmt: skip


def _shares(s: SocialSettings) -> list[Feature]:
    recent = s.judged(s.together("default_share_recent"), "votes_recent")
    old = s.judged(s.together("default_share_old"), "votes_old")
    of_whom, half_year = "share of defaults among neighbours of whom a standing is seen", ("180d",)
    rows: tuple[tuple[str, Formula, str, str, str, Sign, AnyLabel], ...] = (
        ("", s.judged(s.together("default_share"), "votes"), of_whom, "share", OMEGA, 1, ""),
        ("_recent", recent, f"{of_whom} for less than 180 days", "share", SHALIZI, 1,
         Label("neighbours_defaulted_share_recent", half_year)),
        ("_old", old, f"{of_whom} for 180 days or longer", "share", SHALIZI, 1,
         Label("neighbours_defaulted_share_old", half_year)),
        ("_recent_less_old", Difference(recent, old), f"{of_whom} for less than 180 days, less the others",
         "index", SHALIZI, 0, ""),
    )  # fmt: skip
    return [
        _of(
            s, _shown, f"neighbours_defaulted_share{end}", formula, f"{words}: {_SHARE}; {_VOTES}",
            unit, reference, sign, label,
        )
        for end, formula, words, unit, reference, sign, label in rows
    ]  # fmt: skip


def _for_the_eye(s: SocialSettings) -> list[Feature]:
    marked = "(share of marked bits - q) / (1 - 2q), within 0 and 1, with q = 1 / (1 + exp(epsilon))"
    strongest = Label("neighbours_defaulted_share_strongest", (5,))
    rows: tuple[tuple[str, str, str, str, str, Sign, AnyLabel], ...] = (
        ("count", "default_count", f"neighbours of whom a standing is seen, times {marked}", "count",
         OMEGA, 1, ""),
        ("share_strongest_5", "default_share_strongest", f"of the 5 strongest ties: {marked}", "share",
         DE_CNUDDE, 1, strongest),
        ("strength_share", "default_strength_share", f"by strength of ties: {marked}", "share", OMEGA, 1, ""),
        ("good", "good_strength_share", f"1 less, by strength of ties: {marked}", "share", OMEGA, -1, ""),
    )  # fmt: skip
    return [
        _of(
            s, _shown, "neighbours_good_strength_share" if end == "good" else f"neighbours_defaulted_{end}",
            s.judged(s.together(column), "votes"), words, unit, reference, sign, label,
        )
        for end, column, words, unit, reference, sign, label in rows
    ]  # fmt: skip


def _of(
    s: SocialSettings,
    kind: partial[Feature],
    name: str,
    formula: Formula,
    words: str,
    unit: str,
    reference: str,
    sign: Sign,
    label: AnyLabel = "",
) -> Feature:
    edge = s.ties.edge_half_life
    by_strength = edge and ("strength" in name or "strongest" in name)
    fading = f"; an interaction weighs half after {edge}" if by_strength else ""
    return kind(
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
    """Return shares of defaults on one layer, bounded and for the eye; `s` looks at that layer alone."""
    label = f"share of defaults among neighbours of whom a standing is seen, layer {layer}"
    name, words = f"neighbours_{layer}_defaulted_share", f"{label}: {_SHARE}; {_VOTES}"
    share, bounded = (
        s.judged(s.together(column), "votes") for column in ("default_share", "default_share_bounded")
    )
    return [
        _of(s, _exposure, f"{name}_bounded", bounded, f"{words}; {PRIOR} where it is more", "share", OMEGA, 1,
            f"{label}, up to the usual share"),
        _of(s, _shown, name, share, words, "share", OMEGA, 1, label),
    ]  # fmt: skip
