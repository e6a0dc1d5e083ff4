"""What a score is worth where only some groups of sources are there, as values."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any, Final, Self

import numpy as np

from creditscore._ground.arrays import Float64
from creditscore._ground.looks import cells_as_table, cells_as_text
from creditscore.model.scale import probability_of_default
from creditscore.validation.bootstrap import performance
from creditscore.validation.results import Metric
from creditscore.words.plain import PLAIN

_FEWEST: Final = 2


@dataclass(frozen=True, slots=True)
class SourceMask:
    """The score where only some groups of sources are there.

    Attributes
    ----------
    groups : tuple of str
        Those that are there: ``payments``, ``repayments``, ``social``, ``digital``.
    applications, scored, bads : int
        Applications of known outcome; those of them that have a score; the bads among these.
    predicted, bad_rate : float
        Mean probability of default and share of bads of those with a score, within 0 and 1; NaN where nobody
        has one.
    auc, slope : Metric or None
        With 95 % bootstrap intervals; None where those with a score are all good or all bad, or have one
        score.
    """

    groups: tuple[str, ...]
    applications: int
    scored: int
    bads: int
    predicted: float
    bad_rate: float
    auc: Metric | None
    slope: Metric | None

    def to_dict(self) -> dict[str, Any]:
        """Write it as plain data, exact in JSON; what is not known, or no finite number, as null."""
        plain = {one.name: getattr(self, one.name) for one in fields(self)}
        figures = {
            name: None if plain[name] is None else [_known(part) for part in _ends(plain[name])]
            for name in ("auc", "slope")
        }
        means = {name: _known(plain[name]) for name in ("predicted", "bad_rate")}
        return plain | {"groups": list(self.groups)} | means | figures

    @classmethod
    def from_dict(cls, stored: Mapping[str, Any]) -> Self:
        """Read what `to_dict` wrote."""
        return cls(
            groups=tuple(map(str, stored["groups"])),
            applications=int(stored["applications"]),
            scored=int(stored["scored"]),
            bads=int(stored["bads"]),
            predicted=_number(stored["predicted"]),
            bad_rate=_number(stored["bad_rate"]),
            auc=_metric("auc", stored["auc"]),
            slope=_metric("calibration_slope", stored["slope"]),
        )

    @property
    def share_scored(self) -> float:
        """Share of the applications that have a score, within 0 and 1."""
        return self.scored / self.applications

    @property
    def ratio(self) -> float:
        """Mean probability of default over the share of bads; NaN without bads."""
        return self.predicted / self.bad_rate if self.bads else np.nan


@dataclass(frozen=True, slots=True)
class SourceMasks:
    """One row for each combination of the groups of sources that a portfolio has.

    Attributes
    ----------
    masks : tuple of SourceMask
        All groups first.
    """

    masks: tuple[SourceMask, ...]

    def __len__(self) -> int:
        return len(self.masks)

    def __getitem__(self, groups: str | tuple[str, ...]) -> SourceMask:
        wanted = {groups} if isinstance(groups, str) else set(groups)
        for mask in self.masks:
            if set(mask.groups) == wanted:
                return mask
        raise KeyError(groups)

    def __str__(self) -> str:
        return "\n".join(cells_as_text(self._rows()))

    def __repr__(self) -> str:
        return str(self)

    def _repr_html_(self) -> str:
        return cells_as_table(self._rows())

    def _rows(self) -> list[list[str]]:
        return [PLAIN["source_masks"].split("|"), *(_row(mask) for mask in self.masks)]


def measured(
    groups: tuple[str, ...], applications: int, log_odds: Float64, bad: Float64, resamples: int
) -> SourceMask:
    """Measure a score of some of the applications; arrays have shape (n_scored,)."""
    auc = slope = None
    if np.unique(bad).size == _FEWEST and np.unique(log_odds).size >= _FEWEST:
        found = performance(bad, log_odds, resamples=resamples, threads=1)
        auc, slope = found["auc"], found["calibration_slope"]
    predicted = float(probability_of_default(log_odds).mean()) if bad.size else np.nan
    rate = float(bad.mean()) if bad.size else np.nan
    return SourceMask(groups, applications, bad.size, int(bad.sum()), predicted, rate, auc, slope)


def _row(mask: SourceMask) -> list[str]:
    figures = [
        "-" if one is None else f"{one.value:.3f} ({one.low:.3f} to {one.high:.3f})"
        for one in (mask.auc, mask.slope)
    ]
    means = ["-" if value != value else f"{value:.2%}" for value in (mask.predicted, mask.bad_rate)]
    names = " + ".join(mask.groups) or PLAIN["no_group"]
    return [names, f"{mask.scored:,}", f"{mask.share_scored:.1%}", f"{mask.bads:,}", *figures, *means]


def _ends(metric: Metric) -> tuple[float, float, float]:
    return metric.value, metric.low, metric.high


def _known(value: float) -> float | None:
    return value if math.isfinite(value) else None


def _number(stored: float | None) -> float:
    return math.nan if stored is None else float(stored)


def _metric(name: str, stored: Any) -> Metric | None:
    if stored is None:
        return None
    value, low, high = map(_number, stored)
    return Metric(name, value, low, high)
