"""Features that two of the sets given to a pipeline declare: refused, with the names of the sets."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from creditscore.errors import FeatureError
from creditscore.features.application.form import OpenFeatures
from creditscore.features.definition import FeatureSet, declared_twice, first_names
from creditscore.features.digital.declared.catalogue import digital_features
from creditscore.features.loans.declared.catalogue import repayment_features
from creditscore.features.payments.declared.catalogue import payment_features
from creditscore.features.payments.declared.means import ability_features
from creditscore.features.social.declared.catalogue import social_features

_KNOWN: Final[tuple[Callable[[], FeatureSet], ...]] = (
    payment_features,
    ability_features,
    repayment_features,
    social_features,
    digital_features,
)


def check_doubled(given: Sequence[FeatureSet], resolved: Sequence[FeatureSet]) -> None:
    """Refuse sets of which two declare the same feature.

    Parameters
    ----------
    given : sequence of FeatureSet
        In the order of the parameter ``features``.
    resolved : sequence of FeatureSet
        The same, those of the application as its columns allow.

    Raises
    ------
    FeatureError
        If there are such; it names the features, the sets that hold them, and what to give instead.
    """
    holders: dict[str, list[int]] = {}
    for position, part in enumerate(resolved):
        for name in part.names:
            holders.setdefault(name, []).append(position)
    twice = {name: positions for name, positions in holders.items() if len(positions) > 1}
    if not twice:
        return
    first, second, *_ = min(twice.values())
    one, other = given[first], given[second]
    both = first_names([name for name, positions in twice.items() if {first, second} <= set(positions)])
    what = declared_twice(tuple(twice))
    what = f"{what}. {_called(given, first)} and {_called(given, second)} hold {both}."
    # What a set of the columns of the application holds is known once they are.
    if isinstance(one, OpenFeatures) or isinstance(other, OpenFeatures):
        raise FeatureError(f"{what} Leave them out of one, or rename them.")
    if set(other.names) <= set(one.names):
        raise FeatureError(f"{what} Leave {_called(given, second)} out: the other one has all of it.")
    raise FeatureError(
        f"{what} Give {_written(given, second)}.where(lambda feature: feature.name not in "
        f"{_written(given, first)}.names) in its place, or rename them."
    )


def _called(given: Sequence[FeatureSet], position: int) -> str:
    written = _written(given, position)
    return written if written.startswith("features[") else f"{written} (features[{position}])"


def _written(given: Sequence[FeatureSet], position: int) -> str:
    """Write how a set is had: by its catalogue, or by its position among those that were given."""
    found = (one for one in _KNOWN if one() == given[position])
    catalogue = next(found, None)
    return f"features[{position}]" if catalogue is None else f"{catalogue.__name__}()"
