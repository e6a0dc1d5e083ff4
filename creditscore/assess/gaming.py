"""How far people can raise their score by bending what is seen of them, as frozen values."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from creditscore.assess.values import Measurement
from creditscore.errors import NameUnknownError
from creditscore.words.plain import PLAIN

if TYPE_CHECKING:
    import pandas as pd

_ROUNDING: Final = 1e-9


@dataclass(frozen=True, slots=True)
class Bounds(Measurement):
    """How much a manipulation may move scores.

    Attributes
    ----------
    median, highest : float
        The largest median and 95th percentile of the gain, in points.
    crossed : float
        The largest share of the declined who may reach the cut-off.
    lost : float or None
        How many points the lowest tenth may lose on average, where others do it to the person; None: any.
    """

    median: float = 3.0
    highest: float = 10.0
    crossed: float = 0.02
    lost: float | None = None

    def hold(self, *, median: float, highest: float, crossed: float, lowest_tenth: float) -> bool:
        """Tell whether what was found keeps within; a share of nobody does."""
        gained = median <= self.median + _ROUNDING and highest <= self.highest + _ROUNDING
        passed_by = math.isnan(crossed) or crossed <= self.crossed + _ROUNDING
        return gained and passed_by and (self.lost is None or -lowest_tenth <= self.lost + _ROUNDING)


@dataclass(frozen=True, slots=True)
class GainShare(Measurement):
    """Points of the mean gain that come through one reason group, or one feature."""

    name: str
    points: float


@dataclass(frozen=True, slots=True)
class QuarterGain(Measurement):
    """Gains of a quarter of the people by their score before; 1 is the lowest.

    Attributes
    ----------
    quarter, people : int
    median, highest : float
        Median and 95th percentile of the gain, in points.
    """

    quarter: int
    people: int
    median: float
    highest: float


@dataclass(frozen=True, slots=True)
class GamingEffect(Measurement):
    """What one manipulation does to the scores of those who try it.

    Attributes
    ----------
    manipulation : str
        Its name; see `creditscore.gaming.manipulations`.
    people : int
        Who could try it.
    median, mean, highest : float
        Of the gain in points, score after less score before, unrounded: the median, the mean and the 95th
        percentile.
    lowest_tenth, highest_tenth : float
        Mean gain of the tenth that gains least, and of the tenth that gains most, in points.
    declined : int
        Of these people, those who score below the cut-off before.
    crossed : float
        Share of the declined who reach the cut-off, within 0 and 1; NaN where nobody is declined.
    quarters : tuple of QuarterGain
        By score before, lowest first.
    groups : tuple of GainShare
        Mean gain by reason group (difference of the Shapley values), largest first; they add up to the mean.
    features : tuple of GainShare
        The ten features that add most to it.
    bounds : Bounds
    passed : bool
        Whether every bound holds.
    """

    manipulation: str
    people: int
    median: float
    mean: float
    highest: float
    lowest_tenth: float
    highest_tenth: float
    declined: int
    crossed: float
    quarters: tuple[QuarterGain, ...]
    groups: tuple[GainShare, ...]
    features: tuple[GainShare, ...]
    bounds: Bounds
    passed: bool


@dataclass(frozen=True, slots=True, repr=False)
class GamingAssessment(Measurement):
    """How far a model can be gamed; made by `assess_gaming`.

    Attributes
    ----------
    model_id : str
    cutoff : float
        In points.
    people : int
        Who was drawn, one application each.
    seed : int
    effects : tuple of GamingEffect
        One for each manipulation that somebody could try.
    absent : tuple of str
        Manipulations that nobody could try, for want of a table.
    """

    model_id: str
    cutoff: float
    people: int
    seed: int
    effects: tuple[GamingEffect, ...]
    absent: tuple[str, ...]

    @property
    def passed(self) -> bool:
        """Whether every bound of every manipulation holds."""
        return all(effect.passed for effect in self.effects)

    def effect(self, manipulation: str) -> GamingEffect:
        """Return what one manipulation did.

        Raises
        ------
        NameUnknownError
            If it was not tried.
        """
        for effect in self.effects:
            if effect.manipulation == manipulation:
                return effect
        known = tuple(effect.manipulation for effect in self.effects)
        raise NameUnknownError.among("manipulation", manipulation, known)

    def to_frame(self) -> pd.DataFrame:
        """Return a pandas frame: a row for each manipulation, in points and shares."""
        import pandas as pd

        columns = (
            "manipulation", "people", "median", "mean", "highest", "lowest_tenth", "highest_tenth",
            "declined", "crossed", "passed",
        )  # fmt: skip
        return pd.DataFrame([{c: getattr(effect, c) for c in columns} for effect in self.effects])

    def __repr__(self) -> str:
        head = PLAIN["gaming"].format(
            people=self.people,
            cutoff=self.cutoff,
            passed=sum(effect.passed for effect in self.effects),
            tried=len(self.effects),
            model=self.model_id[:12],
        )
        return "\n".join([head, *(f"  {_line(effect)}" for effect in self.effects)])

    def _repr_html_(self) -> str:
        table = self.to_frame().to_html(index=False, float_format="{:.2f}".format)
        return f"<p dir='auto'>{repr(self).partition(chr(10))[0]}</p>{table}"


def _line(effect: GamingEffect) -> str:
    return PLAIN["gaming_effect"].format(
        name=effect.manipulation,
        median=effect.median,
        highest=effect.highest,
        crossed=effect.crossed,
        mark=PLAIN["gaming_passed" if effect.passed else "gaming_failed"],
    )
