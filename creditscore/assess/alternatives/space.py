"""Which alternatives are tried: those that are planned, and those that are drawn by chance."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final

import numpy as np

from creditscore.assess.alternatives.alternative import Alternative
from creditscore.errors import ParameterError
from creditscore.features.definition import FeatureSet

STEPS: Final = (1, 2, 3, 5, 8)
_TRIES: Final = 200
_HOW_MANY: Final = (0.4, 0.3, 0.15, 0.1, 0.05)
_OFTEN_SOURCE: Final = 0.2
_OFTEN_CARD: Final = 0.1
_OFTEN_SIGNED: Final = 0.1


@dataclass(frozen=True, slots=True)
class AlternativeSpace:
    """What an alternative may differ in.

    Parameters
    ----------
    groups : bool, default True
        Whether reason groups may be left out.
    features : bool, default True
        Whether single features may be left out.
    sources : bool, default True
        Whether sources may be left out, where there are several beside the application.
    recipes : sequence of str
        Ways in which trees may be grown.
    reg_lambda : sequence of float
        L2 penalties of leaves that may be drawn; 0 or more.
    scorecard : bool, default True
        Whether the scorecard is a candidate too.
    signed_only : bool, default True
        Whether a model may leave out all features without a declared direction.
    """

    groups: bool = True
    features: bool = True
    sources: bool = True
    recipes: Sequence[str] = ("pairs", "shallow", "default")
    reg_lambda: Sequence[float] = (1.0, 20.0, 100.0)
    scorecard: bool = True
    signed_only: bool = True

    def __post_init__(self) -> None:
        for name in ("recipes", "reg_lambda"):
            given = getattr(self, name)
            if isinstance(given, str) or not len(given):
                raise ParameterError.must_be(name, "a sequence of at least one", given)
            object.__setattr__(self, name, tuple(given))

    def planned(self, features: FeatureSet, widening: Widening) -> Iterator[Alternative]:
        """Yield alternatives that follow from what widens the gap between groups, the likeliest first.

        Parameters
        ----------
        features : FeatureSet
        widening : Widening
            What each feature and each reason group adds to the gap.
        """
        groups, names = widening.groups.names, widening.features.names
        for step in STEPS:
            if self.features and len(names) >= step:
                yield Alternative(without_features=names[:step])
            if self.groups and len(groups) >= step:
                yield Alternative(without_groups=groups[:step])
        if self.signed_only and any(feature.sign == 0 for feature in features):
            yield Alternative(signed_only=True)
        if self.sources:
            for source in _sources(features):
                yield Alternative(without_sources=(source,))
        if self.scorecard:
            yield Alternative(family="scorecard")
            if self.features and names:
                yield Alternative(family="scorecard", without_features=names[:1])

    def drawn(self, features: FeatureSet, widening: Widening, seed: int) -> Iterator[Alternative]:
        """Yield alternatives by chance, each independent of the others and of one distribution.

        What widens the gap is left out oftener; that is fixed before the first draw.
        """
        number = 0
        while True:
            random = np.random.default_rng([seed, 23, number])
            number += 1
            yield self._usable(features, widening, random)

    def _usable(self, features: FeatureSet, widening: Widening, random: np.random.Generator) -> Alternative:
        for _ in range(_TRIES):
            one = self._one(features, widening, random)
            if one.features_of(features):
                return one
        return Alternative(settings=MappingProxyType({"seed": int(random.integers(2**31))}))

    def _one(self, features: FeatureSet, widening: Widening, random: np.random.Generator) -> Alternative:
        card = self.scorecard and random.random() < _OFTEN_CARD
        settings: dict[str, Any] = {"seed": int(random.integers(2**31))}
        if not card:
            settings["recipe"] = str(random.choice(list(self.recipes)))
            settings["reg_lambda"] = float(random.choice(list(self.reg_lambda)))
        return Alternative(
            without_groups=_some(widening.groups, random) if self.groups else (),
            without_sources=_part(_sources(features), random) if self.sources else (),
            without_features=_some(widening.features, random) if self.features else (),
            signed_only=bool(self.signed_only and random.random() < _OFTEN_SIGNED),
            family="scorecard" if card else "trees",
            settings=MappingProxyType(settings),
        )


@dataclass(frozen=True, slots=True)
class Widened:
    """Names and what each adds to the gap, in log-odds of bad, the most first; all of them add to it."""

    names: tuple[str, ...]
    log_odds: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Widening:
    """Features, and reason groups, that add to the gap between groups of low and of high approval."""

    features: Widened
    groups: Widened


def _some(widened: Widened, random: np.random.Generator) -> tuple[str, ...]:
    """Draw a few, seldom many; one that adds twice as much is twice as likely to be among them."""
    number = min(int(random.choice(len(_HOW_MANY), p=_HOW_MANY)), len(widened.names))
    if not number:
        return ()
    odds = np.asarray(widened.log_odds)
    chosen = random.choice(len(odds), number, replace=False, p=odds / odds.sum())
    return tuple(widened.names[position] for position in sorted(chosen.tolist()))


def _part(sources: Sequence[str], random: np.random.Generator) -> tuple[str, ...]:
    """Draw seldom, and then any combination of the sources but all of them."""
    if not sources or random.random() >= _OFTEN_SOURCE:
        return ()
    left = random.random(len(sources)) < 0.5
    left[int(random.integers(len(sources)))] = False
    return tuple(name for name, out in zip(sources, left.tolist(), strict=True) if out)


def _sources(features: FeatureSet) -> list[str]:
    found = sorted({feature.source for feature in features} - {"application"})
    return found if len(found) > 1 else []
