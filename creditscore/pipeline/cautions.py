"""What a careful colleague would look at before and after a fit."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from creditscore._ground.arrays import Float64, Int64
from creditscore._ground.instants import DAY
from creditscore.data.applications import Applications
from creditscore.data.portfolio import Portfolio
from creditscore.data.sources import MINIMUM_TABLES
from creditscore.data.suspected import tells_outcome
from creditscore.errors import FittingError, NameUnknownError, ParameterError
from creditscore.features.compute import FeatureComputer
from creditscore.features.definition import FeatureSet
from creditscore.features.formula import Attribute, attributes
from creditscore.features.matrix import FeatureMatrix
from creditscore.model.dropping import auc_alone, auc_of_levels, auc_when_dropped
from creditscore.pipeline.caution import Caution
from creditscore.pipeline.recipe import Recipe
from creditscore.scoring.contract import tables_read

if TYPE_CHECKING:
    from creditscore.model.scorer import CreditScorer

SUSPICIOUS_ALONE: Final = 0.95
_ROWS: Final = 5_000
_FEW_KNOWN: Final = 0.2
_HARDLY_KNOWN: Final = 0.01
_ENOUGH: Final = 200
_APART: Final = 90 * DAY
_ERRORS: Final = 4.0
_SHOWN: Final = 5
_KEYS: Final = ("application_id", "applicant_id", "as_of", "loan_id")


@dataclass(frozen=True, slots=True, eq=False)
class Fit:
    """A fit as it is looked at.

    Attributes
    ----------
    computer, applications, portfolio, matrix, recipe, scorer
        What was computed, of whom, from what, with what settings, and what was fitted on it.
    rows : ndarray of int64, shape (n_used,)
        Applications with a known outcome.
    bad : ndarray of float64, shape (n_used,)
        Their outcomes.
    """

    computer: FeatureComputer
    applications: Applications
    portfolio: Portfolio
    matrix: FeatureMatrix
    rows: Int64
    bad: Float64
    recipe: Recipe
    scorer: CreditScorer


def check_attributes(features: FeatureSet, applications: Applications) -> None:
    """Refuse features of the application that read what is not there, a time, or what names the loan.

    Raises
    ------
    NameUnknownError, ParameterError
    """
    known = (*applications.numeric, *applications.text)
    for feature in features:
        for attribute in attributes(feature.formula) if feature.source == "application" else ():
            name = attribute.column
            if name in _KEYS:
                raise ParameterError(
                    f"Feature {feature.name!r} reads {name!r}, which says who asks, when, or what became of "
                    "it. Leave it out."
                )
            if name in applications.moments and not attribute.as_:
                raise ParameterError(
                    f"Feature {feature.name!r} reads {name!r}, which holds times. Read it as an age: "
                    f"Column({name!r}, as_='age_in_days')."
                )
            if attribute.as_ and name not in applications.moments:
                times = tuple(applications.moments)
                raise NameUnknownError.among("column of times of the applications", name, times)
            if name not in (*known, *applications.moments):
                raise NameUnknownError.among("column of the applications that holds something", name, known)


def check_known(
    computer: FeatureComputer, applications: Applications, portfolio: Portfolio, matrix: FeatureMatrix
) -> None:
    """Refuse applicants of whom no table knows anything although features read tables.

    Raises
    ------
    FittingError
        Names two ids of each side.
    """
    if not _rows_read(computer, portfolio):
        return
    found = int((portfolio.codes(applications.applicant_ids) >= 0).sum())
    some, everyone = int(matrix.any_rows.sum()), len(applications)
    if found > _HARDLY_KNOWN * everyone or (found and everyone < _ENOUGH):
        if some or not _minimum_read(computer, portfolio):
            return
        first, last = _ends(applications.as_of)
        events, newest = _ends(_events(computer, portfolio))
        raise FittingError(
            f"0 of {everyone:,} applicants have a row that was known before their moment: the applications "
            f"are of {first} to {last}, the rows of {events} to {newest}. Compare as_of with the times of "
            "the tables."
        )
    theirs = ", ".join(map(repr, applications.applicant_ids[:2]))
    ours = ", ".join(map(repr, np.array(portfolio.applicant_ids[:2]).tolist()))
    raise FittingError(
        f"{found:,} of {everyone:,} applicants have a row in any table. Ids of the applications are like "
        f"{theirs}, those of the tables like {ours}. Give both sides the same ids."
    )


def cautions(fit: Fit) -> tuple[Caution, ...]:
    """Say what a careful colleague would say of a fit."""
    return (*_of_moments(fit), *_of_size(fit), *_of_columns(fit), *_of_outcomes(fit))


def _of_moments(fit: Fit) -> Iterator[Caution]:
    if not _rows_read(fit.computer, fit.portfolio):
        return
    share = float(fit.matrix.any_rows.mean())
    if share < _FEW_KNOWN and _minimum_read(fit.computer, fit.portfolio):
        known = int(fit.matrix.any_rows.sum())
        yield Caution.of("applicants_few_known", known=known, everyone=len(fit.applications))
    last = int(_events(fit.computer, fit.portfolio).max())
    first = int(fit.applications.as_of.min())
    if first - last > _APART:
        yield Caution.of("moments_apart", days=(first - last) // DAY, last=_day(last), first=_day(first))


def _of_size(fit: Fit) -> Iterator[Caution]:
    known = int((~np.isnan(fit.matrix.values[fit.rows]).all(axis=0)).sum())
    bads = int(fit.bad.sum())
    fewest = min(bads, fit.bad.size - bads)
    if fit.rows.size < 2 * known or fewest < known // 5:
        yield Caution.of("rows_few", rows=fit.rows.size, features=known, fewest=fewest)
    most = getattr(fit.scorer, "n_estimators", np.inf)
    if any(one.kept and one.trees >= most for one in fit.scorer.candidates_):
        yield Caution.of("trees_capped", "n_estimators", trees=most)


def _of_columns(fit: Fit) -> Iterator[Caution]:
    asked = fit.applications
    read = {one.column for feature in fit.computer.features for one in attributes(feature.formula)}
    unread = sorted({*asked.numeric, *asked.text, *asked.moments} - read - {*fit.recipe.segments, *_KEYS})
    if unread:
        more = f" and {len(unread) - _SHOWN} more" if len(unread) > _SHOWN else ""
        yield Caution.of("columns_unread", ", ".join(unread[:_SHOWN]) + more)


def _of_outcomes(fit: Fit) -> Iterator[Caution]:
    one_class = not 0.0 < float(fit.bad.mean()) < 1.0
    chosen = np.arange(0, 0 if one_class else fit.rows.size, max(1, -(-fit.rows.size // _ROWS)))
    X, bad = fit.matrix.values[fit.rows[chosen]], fit.bad[chosen]
    yield from outcome_alarms(X, bad, fit.computer.features)
    if not one_class:
        yield from _reversed(fit, X, bad, auc_alone(X, bad))


def outcome_alarms(X: Float64, bad: Float64, features: FeatureSet) -> Iterator[Caution]:
    """Say which features carry the outcome: by their name, alone, or by what is lost without them.

    Parameters
    ----------
    X : ndarray of float64, shape (n_rows, n_features)
        Without rows, names alone are looked at.
    bad : ndarray of float64, shape (n_rows,)
        1 for bad, 0 for good; both where there are rows.
    features : FeatureSet
    """
    for feature in features:
        formula: Any = feature.formula
        if isinstance(formula, Attribute) and tells_outcome(formula.column):
            yield Caution.of("outcome_by_name", feature.name)
    if not bad.size:
        return
    strength = strengths(X, bad, features)
    for column in np.flatnonzero(strength >= SUSPICIOUS_ALONE).tolist():
        yield Caution.of("outcome_alone", features.names[column], auc=float(strength[column]))
    dropped = auc_when_dropped(X, bad, strength)
    if dropped is not None and dropped.drop >= dropped.limit:
        figures = {"auc": dropped.whole, "without": dropped.without}
        yield Caution.of("outcome_when_dropped", features.names[dropped.column], **figures)


def strengths(X: Float64, bad: Float64, features: FeatureSet) -> Float64:
    """How well each feature ranks the outcome alone: by its values either way, or by the rate of its levels.

    Parameters
    ----------
    X : ndarray of float64, shape (n_rows, n_features)
    bad : ndarray of float64, shape (n_rows,)
    features : FeatureSet

    Returns
    -------
    ndarray of float64, shape (n_features,)
        AUC, about a half or more.
    """
    alone = auc_alone(X, bad)
    formulas = enumerate(feature.formula for feature in features)
    labels = [at for at, one in formulas if isinstance(one, Attribute) and one.category]
    return np.maximum(np.maximum(alone, 1.0 - alone), auc_of_levels(X, bad, labels))


def _reversed(fit: Fit, X: Float64, bad: Float64, alone: Float64) -> Iterator[Caution]:
    """Count signed features that rank against their sign, and those that rank with it, beyond chance."""
    known = ~np.isnan(X)
    bads = (known * bad[:, None]).sum(axis=0)
    goods = known.sum(axis=0) - bads
    with np.errstate(divide="ignore", invalid="ignore"):
        error = np.sqrt((bads + goods + 1.0) / (12.0 * bads * goods))
        away = np.nan_to_num((alone - 0.5) / error, nan=0.0, posinf=0.0, neginf=0.0)
    along = away * np.array(fit.computer.features.signs)
    against, agreeing = int((along < -_ERRORS).sum()), int((along > _ERRORS).sum())
    if against > 2 * agreeing:
        yield Caution.of("labels_reversed", against=against, agreeing=agreeing)


def _rows_read(computer: FeatureComputer, portfolio: Portfolio) -> bool:
    return bool(_events(computer, portfolio).size)


def _minimum_read(computer: FeatureComputer, portfolio: Portfolio) -> bool:
    """Whether a table of which a row is enough to give a score has rows."""
    read = set(tables_read(computer, portfolio)) & set(MINIMUM_TABLES)
    return any(portfolio.tables[name].n_rows for name in read if name in portfolio.tables)


def _events(computer: FeatureComputer, portfolio: Portfolio) -> Int64:
    """First and last time of the rows of each table that features read, shape (n_ends,)."""
    tables = (portfolio.tables.get(name) for name in tables_read(computer, portfolio))
    ends = [(t.times[0].min(), t.times[0].max()) for t in tables if t is not None and t.n_rows]
    return np.array(ends, np.int64).ravel()


def _ends(times: Int64) -> tuple[str, str]:
    return _day(int(times.min())), _day(int(times.max()))


def _day(moment: int) -> str:
    return str(np.datetime64(moment, "us").astype("M8[D]"))
