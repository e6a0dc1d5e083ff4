"""How one model for all combinations of sources does beside one of each combination, as values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
from numpy.typing import ArrayLike

from creditscore._ground.arrays import Float64
from creditscore._ground.looks import cells_as_table, cells_as_text
from creditscore.data.aligned import outcomes_of
from creditscore.data.applications import Applications
from creditscore.data.portfolio import Portfolio
from creditscore.data.presence import with_groups_alone
from creditscore.errors import FittingError
from creditscore.pipeline.masks import SourceMask, measured
from creditscore.validation.bootstrap import performance_difference
from creditscore.validation.results import Metric
from creditscore.words.plain import PLAIN

if TYPE_CHECKING:
    from creditscore.scoring.model import Scoring

Mask: TypeAlias = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class MaskModelRow:
    """Two models on the same applications, with one combination of sources.

    Attributes
    ----------
    one : SourceMask
        The model for every combination.
    own : SourceMask
        That of this combination alone.
    difference : Metric or None
        AUC of the one model less that of the own one, in pairs, with its 95 % interval: below 0 where a model
        of its own ranks better. None where all are good or all bad, or a model has one score for all.
    """

    one: SourceMask
    own: SourceMask
    difference: Metric | None

    @property
    def groups(self) -> Mask:
        """The groups of sources that are there."""
        return self.one.groups

    def to_dict(self) -> dict[str, Any]:
        """Write it as plain data."""
        gain = self.difference
        ends = None if gain is None else [gain.value, gain.low, gain.high]
        return {"one": self.one.to_dict(), "own": self.own.to_dict(), "difference": ends}


@dataclass(frozen=True, slots=True, repr=False)
class MaskModelComparison:
    """One model for all combinations of sources beside one of each, made by `MaskModels.compare`.

    Attributes
    ----------
    rows : tuple of MaskModelRow
        By combination, all groups first.
    """

    rows: tuple[MaskModelRow, ...]

    def __len__(self) -> int:
        return len(self.rows)

    def __getitem__(self, groups: str | Mask) -> MaskModelRow:
        wanted = {groups} if isinstance(groups, str) else set(groups)
        for row in self.rows:
            if set(row.groups) == wanted:
                return row
        raise KeyError(groups)

    def to_dict(self) -> dict[str, Any]:
        """Write it as plain data."""
        return {"rows": [row.to_dict() for row in self.rows]}

    def __repr__(self) -> str:
        return "\n".join(cells_as_text(self._cells()))

    def _repr_html_(self) -> str:
        return cells_as_table(self._cells())

    def _cells(self) -> list[list[str]]:
        return [PLAIN["mask_models"].split("|"), *map(_row, self.rows)]


def compared(
    models: Mapping[Mask, Scoring],
    pipeline: Scoring,
    applications: Applications,
    portfolio: Portfolio,
    bad: ArrayLike,
    resamples: int,
) -> MaskModelComparison:
    """Judge both on applications that both can score; see `MaskModels.compare`.

    ``bad``, where it is an array, has shape (n_applications,).
    """
    labels = outcomes_of(bad, applications.application_ids)
    known = np.flatnonzero(~np.isnan(labels))
    if not known.size:
        raise FittingError(PLAIN["no_masks"])
    asked, labels = applications.take(known), labels[known]
    pipeline.model.computed(asked, portfolio, threads=None, on_mismatch="refuse")
    rows = []
    for groups, own in models.items():
        some = with_groups_alone(portfolio, groups)
        said = [one.score_many(asked, some, on_mismatch="count").log_odds for one in (pipeline, own)]
        both = np.flatnonzero(~np.isnan(said).any(axis=0))
        one, other = (measured(groups, known.size, z[both], labels[both], resamples) for z in said)
        gain = _difference(labels[both], *(z[both] for z in said), resamples=resamples)
        rows.append(MaskModelRow(one, other, gain if one.auc and other.auc else None))
    return MaskModelComparison(tuple(rows))


def _difference(bad: Float64, one: Float64, own: Float64, *, resamples: int) -> Metric | None:
    if np.unique(bad).size < 2:
        return None
    return performance_difference(bad, one, own, resamples=resamples, threads=1)["auc"]


def _row(row: MaskModelRow) -> list[str]:
    gain = row.difference
    shown = "-" if gain is None else f"{gain.value:+.4f} ({gain.low:+.4f} to {gain.high:+.4f})"
    pairs = (row.one, row.own)
    areas = ["-" if one.auc is None else f"{one.auc.value:.3f}" for one in pairs]
    slopes = ["-" if one.slope is None else f"{one.slope.value:.2f}" for one in pairs]
    ratios = ["-" if one.ratio != one.ratio else f"{one.ratio:.2f}" for one in pairs]
    sizes = [" + ".join(row.groups), f"{row.one.scored:,}", f"{row.one.bads:,}"]
    return [*sizes, *areas, shown, *slopes, *ratios]
