"""What each source of data adds to the score."""

from __future__ import annotations

import itertools
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from creditscore._ground.arrays import Float64
from creditscore.assess.study import Study
from creditscore.assess.values import Measurement
from creditscore.data.sources import SOURCE_GROUPS
from creditscore.data.statuses import STATES, SourceState
from creditscore.data.tables.vocabularies import PURPOSES
from creditscore.explain.contributions import Contributions
from creditscore.features.formula import Covered
from creditscore.features.statuses import states_of
from creditscore.model.scale import probability_of_default
from creditscore.validation.metrics import auc

_MOST_SUBSETS: Final = 16


@dataclass(frozen=True, slots=True)
class SourceShare(Measurement):
    """One source and its share of a whole, within 0 and 1."""

    source: str
    share: float


@dataclass(frozen=True, slots=True)
class SourceSubset(Measurement):
    """The score where only some sources are there.

    Attributes
    ----------
    sources : tuple of str
        Those that are there.
    auc : float
        Within 0 and 1.
    predicted, bad_rate : float
        Mean probability of default, and share of bads; within 0 and 1.
    """

    sources: tuple[str, ...]
    auc: float
    predicted: float
    bad_rate: float


@dataclass(frozen=True, slots=True)
class CellFigures(Measurement):
    """The score of those of whom one combination of groups of sources is known.

    Attributes
    ----------
    sources : tuple of str
        Of these groups.
    applications, bads : int
        Rows and copies that stand in it, and the bads among them.
    auc, slope : float or None
        None where all are good or all bad.
    predicted, bad_rate : float
        Mean probability of default, and share of bads; within 0 and 1.
    """

    sources: tuple[str, ...]
    applications: int
    bads: int
    auc: float | None
    slope: float | None
    predicted: float
    bad_rate: float


@dataclass(frozen=True, slots=True)
class SourceStanding(Measurement):
    """Of how many applications a source that the model reads stood in one way.

    Attributes
    ----------
    source : str
    purposes : tuple of str
        For which purposes it stood so for as many: ``"score"``, ``"ability"``, ``"fraud"``, ``"price"``,
        ``"monitoring"``.
    state : str
        As `SourceStatus` says it.
    applications : int
        1 or more; of them the share, within 0 and 1.
    share : float
    """

    source: str
    purposes: tuple[str, ...]
    state: SourceState
    applications: int
    share: float


@dataclass(frozen=True, slots=True)
class SourcesUsed(Measurement):
    """What each source adds.

    Attributes
    ----------
    shares : tuple of SourceShare
        Of the mean size of all contributions, largest first.
    matrix : tuple of SourceSubset
        The score with only some sources; empty where there are no goods and bads to judge by.
    cells : tuple of CellFigures
        Each combination of groups of sources that has a calibration of its own, out of fold; empty where one
        serves all.
    states : tuple of SourceStanding
        How each source that the model reads stood for the applications that were given, by source.
    """

    shares: tuple[SourceShare, ...]
    matrix: tuple[SourceSubset, ...]
    cells: tuple[CellFigures, ...] = ()
    states: tuple[SourceStanding, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """Write it as plain data; cells and states only where there are any."""
        found = Measurement.to_dict(self)
        absent = {name for name in ("cells", "states") if not getattr(self, name)}
        return {name: part for name, part in found.items() if name not in absent}


def sources_of(study: Study, explained: Contributions) -> SourcesUsed:
    """Measure the share of each source, and the score without it."""
    matrix = missing_source_matrix(study, explained) if study.has_both else ()
    return SourcesUsed(source_shares(study, explained), matrix, cells_of(study), states_of_study(study))


def states_of_study(study: Study) -> tuple[SourceStanding, ...]:
    """Count how each source that the model reads stood, purposes for which it stood alike together."""
    read = list(dict.fromkeys(feature.source for feature in study.model.computer.features))
    found: dict[str, dict[tuple[int, ...], list[str]]] = {name: {} for name in read}
    for purpose in PURPOSES:
        portfolio = study.portfolio
        if study.model.law is not None:
            _, portfolio = study.model.law.readable(study.applications, portfolio, purpose)
        for name, codes in states_of(study.applications, portfolio, read, purpose).items():
            counts = tuple(np.bincount(codes, minlength=len(STATES)).tolist())
            found[name].setdefault(counts, []).append(purpose)
    return tuple(
        SourceStanding(name, tuple(purposes), state, count, count / len(study.applications))
        for name, alike in found.items()
        for counts, purposes in alike.items()
        for state, count in zip(STATES, counts, strict=True)
        if count
    )


def cells_of(study: Study) -> tuple[CellFigures, ...]:
    """Say what the report of the fit keeps of each combination of groups of sources that the model reads."""
    report = study.pipeline.report
    if report is None or report.masks is None:
        return ()
    read = {feature.source for feature in study.model.computer.features}
    return tuple(
        CellFigures(
            tuple(name for group in mask.groups for name in SOURCE_GROUPS[group] if name in read),
            mask.scored,
            mask.bads,
            None if mask.auc is None else mask.auc.value,
            None if mask.slope is None else mask.slope.value,
            mask.predicted,
            mask.bad_rate,
        )
        for mask in report.masks.masks
    )


def source_shares(study: Study, explained: Contributions) -> tuple[SourceShare, ...]:
    """Share of the mean size of all contributions that comes from each source, largest first."""
    size = np.abs(explained.values).mean(axis=0)
    total = float(size.sum()) or 1.0
    sums: dict[str, float] = {}
    for column, feature in enumerate(study.model.computer.features):
        sums[feature.source] = sums.get(feature.source, 0.0) + float(size[column])
    ordered = sorted(sums.items(), key=lambda pair: (-pair[1], pair[0]))
    return tuple(SourceShare(source, value / total) for source, value in ordered if value)


def missing_source_matrix(study: Study, explained: Contributions) -> tuple[SourceSubset, ...]:
    """Score the judged rows with only some sources there: all subsets of up to four, else one out at a time.

    The model is not fitted anew; features of absent sources are missing and coverage says so.
    """
    sources = sorted(row.source for row in source_shares(study, explained))
    X = study.matrix.values[study.rows]
    found = []
    for there in _subsets(sources):
        absent = [source for source in sources if source not in there]
        log_odds = study.model.fitted.log_odds(without(study, X, absent), threads=study.threads)
        found.append(
            SourceSubset(
                there,
                float(auc(study.bad, log_odds)),
                float(probability_of_default(log_odds).mean()),
                float(study.bad.mean()),
            )
        )
    return tuple(found)


def without(study: Study, X: Float64, absent: Collection[str]) -> Float64:
    """Return feature values as they would be if some sources were not there.

    Parameters
    ----------
    study : Study
    X : ndarray of float64, shape (n_rows, n_features)
        As computed; NaN is missing. Not changed.
    absent : collection of str
        Sources that are not there.

    Returns
    -------
    ndarray of float64, shape (n_rows, n_features)
        NaN in their columns, and 0 in those that say whether they are there.
    """
    X = X.copy()
    for column, feature in enumerate(study.model.computer.features):
        if feature.source in absent:
            X[:, column] = 0.0 if isinstance(feature.formula, Covered) else np.nan
    return X


def _subsets(sources: list[str]) -> list[tuple[str, ...]]:
    if 2 ** len(sources) <= _MOST_SUBSETS:
        sizes = range(len(sources), -1, -1)
        return [chosen for size in sizes for chosen in itertools.combinations(sources, size)]
    alone = [tuple(s for s in sources if s != left_out) for left_out in sources]
    return [tuple(sources), *alone, *((source,) for source in sources)]
