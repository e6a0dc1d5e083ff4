"""One alternative to a pipeline, as data: what is left out, how it is grown, and with which seed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final, Literal, TypeAlias

from creditscore.assess.values import Measurement
from creditscore.features.definition import FeatureSet
from creditscore.words.fairness import FAIRNESS

if TYPE_CHECKING:
    from creditscore.model.scorer import CreditScorer

Family: TypeAlias = Literal["as_given", "trees", "scorecard"]
FAMILIES: Final[tuple[Family, ...]] = ("as_given", "trees", "scorecard")
_SHARED: Final = ("n_folds", "folds", "embargo", "calibrate", "on_no_signal", "threads")
NOTHING: Final[Mapping[str, Any]] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Alternative(Measurement):
    """What makes a candidate another model than the pipeline as given.

    Attributes
    ----------
    without_groups : tuple of str
        Reason groups whose features are left out.
    without_sources : tuple of str
        Sources whose features are left out.
    without_features : tuple of str
        Features that are left out beside those.
    signed_only : bool
        Whether features without a declared direction are left out, so that the model is monotone in all.
    family : {"as_given", "trees", "scorecard"}
    settings : mapping of str to value
        Parameters of the scorer that differ: recipe, regularisation, seed.
    """

    without_groups: tuple[str, ...] = ()
    without_sources: tuple[str, ...] = ()
    without_features: tuple[str, ...] = ()
    signed_only: bool = False
    family: Family = "as_given"
    settings: Mapping[str, Any] = field(default_factory=lambda: NOTHING)

    def features_of(self, features: FeatureSet) -> tuple[str, ...]:
        """Names of the features that stay."""
        groups, sources = set(self.without_groups), set(self.without_sources)
        names = set(self.without_features)
        return tuple(
            one.name
            for one in features
            if one.reason_group not in groups
            and one.source not in sources
            and one.name not in names
            and (one.sign != 0 or not self.signed_only)
        )

    def scorer_of(self, given: CreditScorer | None) -> CreditScorer | None:
        """Return the scorer of the candidate, not fitted."""
        from sklearn.base import clone

        from creditscore.model.scorecard import Scorecard
        from creditscore.model.scorer import CreditScorer

        if self.family == "as_given" and not self.settings:
            return given
        start: Any = CreditScorer() if given is None else clone(given)
        wanted = {"trees": CreditScorer, "scorecard": Scorecard}.get(self.family, type(start))
        if type(start) is not wanted:
            start = wanted(**{name: getattr(start, name) for name in _SHARED})
        made: CreditScorer = start.set_params(**self.settings)
        return made

    def __str__(self) -> str:
        parts = [
            FAIRNESS[f"alternative.{name}"].format(listed=", ".join(getattr(self, name)))
            for name in ("without_groups", "without_sources", "without_features")
            if getattr(self, name)
        ]
        if self.signed_only:
            parts.append(FAIRNESS["alternative.signed_only"])
        if self.family != "as_given":
            parts.append(FAIRNESS[f"alternative.{self.family}"])
        parts += [f"{name}={value}" for name, value in self.settings.items()]
        return "; ".join(parts) or FAIRNESS["alternative.as_given"]
