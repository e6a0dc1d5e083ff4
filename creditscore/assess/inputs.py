"""Where the data came from, what the features are, and how often each source was there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import numpy as np

from creditscore._ground.arrays import Float64
from creditscore.assess.study import Study
from creditscore.assess.values import Measurement, frozen_mapping
from creditscore.data.door.clock import moment
from creditscore.data.tables.events import EventTable
from creditscore.explain.contributions import Contributions
from creditscore.pipeline.fit_report import FitReport
from creditscore.words.labels import AnyLabel

_GRID_ROWS: Final = 60
_GRID_VALUES: Final = 9
_ROUNDING: Final = 1e-12
_QUANTILES: Final = (0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99)
_STEPS: Final = (1, 2, 5, 10, 20, 25, 50)
_BINS: Final = 24


@dataclass(frozen=True, slots=True)
class Period(Measurement):
    """First and last moment of application, in UTC."""

    first: datetime
    last: datetime


@dataclass(frozen=True, slots=True)
class FitSummary(Measurement):
    """Who was left out of the fit and why.

    Attributes
    ----------
    applications, used : int
        Applications given to the fit, and those with a known outcome and the minimum data.
    excluded : mapping of str to int
        Why the others were left out, with their number; no reason that holds for nobody.
    folds : str
        Which rows trained, stopped, calibrated and report, in words.
    trees : int
        Trees in the model.
    warnings : tuple of str
        What a careful colleague would say of the fit, each with its code.
    """

    applications: int
    excluded: Mapping[str, int]
    used: int
    folds: str
    trees: int
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class TableSummary(Measurement):
    """One table of the portfolio: its rows, and when the first and the last of them happened, in UTC."""

    table: str
    rows: int
    first: datetime | None
    last: datetime | None


@dataclass(frozen=True, slots=True)
class DataSummary(Measurement):
    """What was looked at.

    Attributes
    ----------
    applications, unscorable : int
        All applications, and those without the minimum data.
    period : Period
        When they were made.
    fit : FitSummary or None
        Who was left out of the fit; None where the model does not know.
    tables : tuple of TableSummary
        One for each table of the portfolio.
    coverage : mapping of str to float
        Share of the applications for which each source was there, within 0 and 1.
    mismatches : tuple of str
        Where applications and tables part from those of the fit, one sentence each.
    """

    applications: int
    unscorable: int
    period: Period
    fit: FitSummary | None
    tables: tuple[TableSummary, ...]
    coverage: Mapping[str, float]
    mismatches: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class FeatureSummary(Measurement):
    """One feature as declared, and what it does in this model.

    Attributes
    ----------
    name, label, definition, unit, sign, group, source, proxy_risk, legal_tags
        As declared; `group` is the reason group.
    missing : float
        Share of the applications without a value, within 0 and 1.
    importance : float
        Mean size of its contribution, in log-odds, 0 or more.
    """

    name: str
    label: AnyLabel
    definition: str
    unit: str
    sign: int
    group: str
    source: str
    proxy_risk: str
    legal_tags: tuple[str, ...]
    missing: float
    importance: float


@dataclass(frozen=True, slots=True)
class SignTrials(Measurement):
    """Steps over the values of signed features, and how often risk moved against the sign."""

    trials: int
    violations: int


@dataclass(frozen=True, slots=True)
class FeatureDictionary(Measurement):
    """All features of a model.

    Attributes
    ----------
    features : tuple of FeatureSummary
        In the order of the model's columns.
    all, used : int
        How many there are, and how many move some application.
    signs : SignTrials
        Whether declared signs hold.
    """

    features: tuple[FeatureSummary, ...]
    all: int
    used: int
    signs: SignTrials


@dataclass(frozen=True, slots=True)
class ScoreBin(Measurement):
    """Scored applications with `low` <= score < `high` points, and their share, within 0 and 1."""

    low: float
    high: float
    applications: int
    share: float


@dataclass(frozen=True, slots=True)
class ScoreQuantile(Measurement):
    """The score, in points, that a share of `quantile` of the scored applications does not exceed."""

    quantile: float
    score: float


@dataclass(frozen=True, slots=True)
class ScoreDistribution(Measurement):
    """How scores are spread.

    Attributes
    ----------
    histogram : tuple of ScoreBin
        Bins of equal width, rising; at most 24 where the scores span at most 1,200 points.
    quantiles : tuple of ScoreQuantile
        From the 1st to the 99th percentile.
    scored, unscorable : int
        Applications with a score and without.
    """

    histogram: tuple[ScoreBin, ...]
    quantiles: tuple[ScoreQuantile, ...]
    scored: int
    unscorable: int


def data_of(study: Study) -> DataSummary:
    """Summarise applications, tables and the way from applications to the rows that were used."""
    as_of = study.applications.as_of
    return DataSummary(
        applications=len(study.applications),
        unscorable=int((~study.scored).sum()),
        period=Period(moment(int(as_of.min())), moment(int(as_of.max()))),
        fit=fit_of(study.pipeline.report),
        tables=tuple(_table(name, table) for name, table in study.portfolio.tables.items()),
        coverage=frozen_mapping(
            {source: float(flags.mean()) for source, flags in sorted(study.matrix.covered.items())}
        ),
        mismatches=tuple(map(str, study.mismatches)),
    )


def fit_of(report: FitReport | None) -> FitSummary | None:
    """Say who was left out of the fit and why; None where there is no report of the fit."""
    if report is None:
        return None
    said = tuple(f"{one.code}: {one.text}" for one in report.warnings)
    excluded = {why: int(count) for why, count in report.excluded.items() if count}
    return FitSummary(
        report.applications, frozen_mapping(excluded), report.used, report.folds, report.trees, said
    )


def _table(name: str, table: EventTable) -> TableSummary:
    if not table.n_rows:
        return TableSummary(name, 0, None, None)
    times = table.times[0]
    return TableSummary(name, int(table.n_rows), moment(int(times.min())), moment(int(times.max())))


def dictionary_of(study: Study, explained: Contributions) -> FeatureDictionary:
    """List every feature with its declaration, how often it is missing and how much it moves."""
    size = np.abs(explained.values).mean(axis=0)
    missing = np.isnan(study.matrix.values).mean(axis=0)
    features = tuple(
        FeatureSummary(
            name=feature.name,
            label=feature.label,
            definition=feature.definition,
            unit=feature.unit,
            sign=feature.sign,
            group=feature.reason_group,
            source=feature.source,
            proxy_risk=feature.proxy_risk,
            legal_tags=feature.legal_tags,
            missing=float(missing[column]),
            importance=float(size[column]),
        )
        for column, feature in enumerate(study.model.computer.features)
    )
    return FeatureDictionary(features, len(features), int((size > 0.0).sum()), sign_trials(study, size))


def sign_trials(study: Study, size: Float64) -> SignTrials:
    """Move every signed feature that counts over a grid of its values; count where risk moves against it.

    Parameters
    ----------
    study : Study
    size : ndarray of float64, shape (n_features,)
        Mean size of the contributions of each feature, in log-odds; those with 0 are not tried.
    """
    X = study.matrix.values[study.sample(_GRID_ROWS, purpose=1)]
    trials = violations = 0
    for column, feature in enumerate(study.model.computer.features):
        known = study.matrix.values[:, column]
        known = known[~np.isnan(known)]
        if not feature.sign or not size[column] or not known.size:
            continue
        grid = np.unique(np.quantile(known, np.linspace(0.0, 1.0, _GRID_VALUES)))
        tried = np.repeat(X, grid.size, axis=0)
        tried[:, column] = np.tile(grid, len(X))
        risk = study.model.fitted.raw_log_odds(tried, threads=study.threads).reshape(len(X), grid.size)
        steps = feature.sign * np.diff(risk, axis=1)
        trials += int(steps.size)
        violations += int((steps < -_ROUNDING).sum())
    return SignTrials(trials, violations)


def scores_of(study: Study) -> ScoreDistribution:
    """Count quantiles and a histogram of the score."""
    score = study.model.scale.score(study.log_odds[study.scored]).astype(np.float64)
    low, high = float(score.min()), float(score.max()) + 1.0
    step = next((step for step in _STEPS if (high - low) / step <= _BINS), _STEPS[-1])
    edges = np.arange(np.floor(low / step), np.ceil(high / step) + 1) * step
    counts, _ = np.histogram(score, edges)
    histogram = tuple(
        ScoreBin(float(start), float(stop), int(n), float(n / score.size))
        for start, stop, n in zip(edges[:-1], edges[1:], counts, strict=True)
    )
    values = np.quantile(score, _QUANTILES).tolist()
    quantiles = tuple(ScoreQuantile(q, v) for q, v in zip(_QUANTILES, values, strict=True))
    return ScoreDistribution(histogram, quantiles, int(score.size), int((~study.scored).sum()))
