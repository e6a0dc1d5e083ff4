"""Ties, groups and activities of an applicant, and what was known of the people around them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from creditscore.errors import ParameterError
from creditscore.features.definition import FeatureSet
from creditscore.features.social.declared.exposure import exposure_features, layer_exposures
from creditscore.features.social.declared.groups import activity_features, group_features
from creditscore.features.social.declared.measures import measure_features
from creditscore.features.social.declared.terms import SocialSettings
from creditscore.features.social.declared.ties import layer_features, tie_features
from creditscore.features.social.rows.neighbours import TieSettings


def social_features(
    *,
    min_known: int = 1,
    min_tie_age: str = "90d",
    edge_half_life: str | None = "365d",
    label_half_life: str | None = "365d",
    min_known_group: int = 20,
    layers: Sequence[str] = (),
) -> FeatureSet:
    """Declare features of ties, groups and activities, and of measures on the calendar grid.

    Everything is as of the moment: a neighbour's default counts once it was known, and the applicant's own
    standing never takes part. Many jurisdictions forbid these features in credit; all carry the tag
    ``social_network``, so that they can be left out.

    Parameters
    ----------
    min_known : int, default 1
        With fewer neighbours of known standing, exposures are NaN in the matrix itself, so that nothing can
        be inferred about one of them.
    min_tie_age : str, default "90d"
        Younger ties and memberships count in churn only, so that adding friends before
        applying gains nothing.
    edge_half_life : str, optional
        After so long a tie or an interaction weighs half; None: it does not fade.
    label_half_life : str, optional
        After so long a known standing weighs half; None: it does not fade.
    min_known_group : int, default 20
        Groups with fewer other members of known standing have no default share.
    layers : sequence of str
        Layers of ties for which number, strength and exposure are declared too.

    Returns
    -------
    FeatureSet
        The settings stand in the formulas, so that JSON and digest carry them.

    Raises
    ------
    ParameterError
        If a number is below 1, a duration cannot be read, or a layer is named twice or is no identifier.

    Examples
    --------
    >>> features = social_features(min_known=5)
    >>> features["neighbours_defaulted_share"].formula.minimum
    5.0
    >>> features["neighbours_defaulted_share"].legal_tags
    ('social_network', 'third_party_data')
    """
    ties = TieSettings(min_tie_age, edge_half_life, label_half_life)
    settings = SocialSettings(ties, min_known, min_known_group)
    features = [
        *tie_features(settings),
        *exposure_features(settings),
        *group_features(settings),
        *activity_features(),
        *measure_features(settings),
    ]
    for layer in _distinct(layers):
        alone = replace(settings, ties=replace(ties, layers=(layer,)))
        features += [*layer_features(alone, layer), *layer_exposures(alone, layer)]
    return FeatureSet(tuple(features))


def _distinct(layers: Sequence[str]) -> Sequence[str]:
    if isinstance(layers, str) or len(set(layers)) != len(layers):
        raise ParameterError.must_be("layers", "a sequence of names, each given once", layers)
    return layers
