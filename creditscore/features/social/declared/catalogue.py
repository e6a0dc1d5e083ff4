"""Ties, groups and activities of an applicant, and what was known of the people around them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from creditscore.data.network.agreed import check_layers
from creditscore.features.definition import FeatureSet
from creditscore.features.social.declared.exposure import exposure_features, layer_exposures
from creditscore.features.social.declared.groups import activity_features, group_features
from creditscore.features.social.declared.measures import measure_features
from creditscore.features.social.declared.terms import SocialSettings
from creditscore.features.social.declared.ties import layer_features, tie_features
from creditscore.features.social.rows.neighbours import TieSettings


def social_features(
    *,
    min_known: int = 5,
    min_tie_age: str = "90d",
    edge_half_life: str | None = "365d",
    min_known_group: int = 10,
    layers: Sequence[str] = (),
) -> FeatureSet:
    """Declare features of ties, groups and activities, and of measures on the calendar grid.

    A tie counts once both ends agreed to it, for 90 days. Of a neighbour's standing one noisy bit is seen, on
    the neighbour's own dates (`StandingPrivacy`), and the applicant's own never takes part. What others can
    move at will (numbers of people, strengths) is computed and shown, and given to no model. Many
    jurisdictions forbid these features in credit; all carry the tag ``social_network``, so that they can be
    left out.

    Parameters
    ----------
    min_known : int, default 5
        With fewer votes of people of whom a standing is seen, exposures are NaN in the matrix itself. What
        keeps one of them safe is the noise that `StandingPrivacy` adds; this alone would not.
    min_tie_age : str, default "90d"
        Younger ties and memberships count in churn only, so that adding friends before
        applying gains nothing. The age counts from the moment from which on both ends are known to agree.
    edge_half_life : str, optional
        After so long a tie or an interaction weighs half; None: it does not fade.
    min_known_group : int, default 10
        Groups with fewer members of whom a standing is seen have no default share.
    layers : sequence of str
        Layers of ties for which number, strength and exposure are declared too; none of shared devices,
        addresses and telephones, nor of look-alikes.

    Returns
    -------
    FeatureSet
        The settings stand in the formulas, so that JSON and digest carry them.

    Raises
    ------
    ParameterError
        If a number is below 1, a duration cannot be read, or a layer is named twice, is no identifier,
        or ties nobody to anybody.

    Examples
    --------
    >>> features = social_features(min_known=5)
    >>> features["neighbours_defaulted_share"].formula.minimum
    5.0
    >>> features["neighbours_defaulted_share"].legal_tags
    ('social_network', 'third_party_data', 'cohort_default_rate')
    """
    ties = TieSettings(min_tie_age, edge_half_life)
    settings = SocialSettings(ties, min_known, min_known_group)
    features = [
        *tie_features(settings),
        *exposure_features(settings),
        *group_features(settings),
        *activity_features(),
        *measure_features(),
    ]
    for layer in check_layers(layers):
        alone = replace(settings, ties=replace(ties, layers=(layer,)))
        features += [*layer_features(alone, layer), *layer_exposures(alone, layer)]
    return FeatureSet(tuple(features))
