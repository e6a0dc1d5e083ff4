"""Where the data came from, what the features are, and how often each source was there."""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from creditscore.assess.study import Floats, Study, period
from creditscore.data.tables.events import EventTable
from creditscore.explain.contributions import Contributions
from creditscore.scoring.results import moment

_GRID_ROWS: Final = 60
_GRID_VALUES: Final = 9
_ROUNDING: Final = 1e-12
_QUANTILES: Final = (0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99)
_STEPS: Final = (1, 2, 5, 10, 20, 25, 50)
_BINS: Final = 24


def data_of(study: Study) -> dict[str, Any]:
    """Applications, tables and the waterfall from applications to the rows that were used."""
    return {
        "applications": len(study.applications),
        "unscorable": int((~study.scored).sum()),
        "period": period(study.applications.as_of),
        "fit": fit_of(study.pipeline.report),
        "tables": [_table(name, table) for name, table in study.portfolio.tables.items()],
        "coverage": {source: float(flags.mean()) for source, flags in sorted(study.matrix.covered.items())},
    }


def fit_of(report: Any) -> dict[str, Any] | None:
    """Say who was left out of the fit and why."""
    if report is None:
        return None
    excluded = {why: int(count) for why, count in report.excluded.items() if count}
    return {
        "applications": report.applications,
        "excluded": excluded,
        "used": report.used,
        "folds": report.folds,
        "trees": report.trees,
    }


def _table(name: str, table: EventTable) -> dict[str, Any]:
    ends: tuple[str | None, str | None] = (None, None)
    if table.n_rows:
        times = table.times[0]
        ends = (moment(int(times.min())).isoformat(), moment(int(times.max())).isoformat())
    return {"table": name, "rows": int(table.n_rows), "first": ends[0], "last": ends[1]}


def dictionary(study: Study, explained: Contributions) -> dict[str, Any]:
    """Every feature with its declaration, how often it is missing and how much it moves."""
    size = np.abs(explained.values).mean(axis=0)
    missing = np.isnan(study.matrix.values).mean(axis=0)
    rows = [
        {
            "name": feature.name,
            "label": feature.label,
            "definition": feature.definition,
            "unit": feature.unit,
            "sign": feature.sign,
            "group": feature.reason_group,
            "source": feature.source,
            "proxy_risk": feature.proxy_risk,
            "legal_tags": list(feature.legal_tags),
            "missing": float(missing[place]),
            "importance": float(size[place]),
        }
        for place, feature in enumerate(study.model.computer.features)
    ]
    used = int((size > 0.0).sum())
    return {"features": rows, "all": len(rows), "used": used, "signs": sign_trials(study, size)}


def sign_trials(study: Study, size: Floats) -> dict[str, int]:
    """Move every signed feature that counts over a grid of its values; count where risk moves against it."""
    X = study.matrix.values[study.sample(_GRID_ROWS, purpose=1)]
    trials = violations = 0
    for place, feature in enumerate(study.model.computer.features):
        known = study.matrix.values[:, place]
        known = known[~np.isnan(known)]
        if not feature.sign or not size[place] or not known.size:
            continue
        grid = np.unique(np.quantile(known, np.linspace(0.0, 1.0, _GRID_VALUES)))
        tried = np.repeat(X, grid.size, axis=0)
        tried[:, place] = np.tile(grid, len(X))
        risk = study.model.fitted.raw_log_odds(tried, threads=study.threads).reshape(len(X), grid.size)
        steps = feature.sign * np.diff(risk, axis=1)
        trials += int(steps.size)
        violations += int((steps < -_ROUNDING).sum())
    return {"trials": trials, "violations": violations}


def scores_of(study: Study) -> dict[str, Any]:
    """Quantiles and a histogram of the score."""
    score = study.model.scale.score(study.log_odds[study.scored]).astype(np.float64)
    low, high = float(score.min()), float(score.max()) + 1.0
    step = next((step for step in _STEPS if (high - low) / step <= _BINS), _STEPS[-1])
    edges = np.arange(np.floor(low / step), np.ceil(high / step) + 1) * step
    counts, _ = np.histogram(score, edges)
    histogram = [
        {"low": float(start), "high": float(stop), "applications": int(n), "share": float(n / score.size)}
        for start, stop, n in zip(edges[:-1], edges[1:], counts, strict=True)
    ]
    values = np.quantile(score, _QUANTILES).tolist()
    return {
        "histogram": histogram,
        "quantiles": [{"quantile": q, "score": v} for q, v in zip(_QUANTILES, values, strict=True)],
        "scored": int(score.size),
        "unscorable": int((~study.scored).sum()),
    }
