"""Checks for knowledge of the future, each of which can be run again.

No statistic proves that nothing leaks. These find the usual ways: features that change with company or with
what was not yet known, a single feature or a pattern of missing values that knows the outcome, an order of
rows that does, and a fit that finds something where nothing is.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from creditscore._ground.arrays import Float64
from creditscore._ground.progress import progress
from creditscore.assess.lagging import most_lost
from creditscore.assess.study import Study
from creditscore.assess.values import Measurement
from creditscore.deciding.evidence import gather
from creditscore.errors import CreditScoreError, FittingError
from creditscore.model.dropping import auc_when_dropped
from creditscore.pipeline.cautions import SUSPICIOUS_ALONE, strengths
from creditscore.validation.metrics import auc

_ALONE: Final = 40
_DROPPED_ROWS: Final = 5_000
_SUSPICIOUS_MISSING: Final = 0.75
_SUSPICIOUS_ORDER: Final = 0.6
_SHUFFLED_ROWS: Final = 3_000
_SHUFFLED_ERRORS: Final = 4.0
_SUSPICIOUS_FALL: Final = 0.05
# Which of the ten checks of the model report's specification each one is.
KNOWN_AS: Final[dict[str, tuple[str, ...]]] = {
    "alone_equals_together": ("L10",),
    "only_what_was_known": ("L2", "L4", "L5", "L9"),
    "outcomes_known_later": ("L7",),
    "best_single_feature": ("L8",),
}


@dataclass(frozen=True, slots=True)
class LeakageCheck(Measurement):
    """One check and what it found.

    Attributes
    ----------
    check : str
        Name of the check, which is the name of its function.
    found : float
        A count of differences, or an AUC; 0 or more.
    limit : float
        From which on the check fails; a count must be 0.
    passed : bool
    rows : int
        Applications that it looked at.
    feature : str or None
        The feature that was found, where it looks for one.
    known_as : tuple of str
        Numbers of the checks, L1 to L10, that it makes: L2 nothing changes without what was not yet known,
        L4 nor without what arrived late, L5 nor without what happened at the moment itself, L7 nothing rests
        on what was known of the outcomes of others in the last three months, L8 no feature knows the outcome
        alone, L9 stored rows give the same features, L10 one alone gives what the batch
        does. Empty for checks beside these.
    """

    check: str
    found: float
    limit: float
    passed: bool
    rows: int
    feature: str | None = None
    known_as: tuple[str, ...] = ()


def leakage_checks(study: Study, *, refit: bool) -> tuple[LeakageCheck, ...]:
    """Run every check for which there is enough; ``refit`` allows the one that fits a small model."""
    checks = [alone_equals_together(study), only_what_was_known(study)]
    if study.has_both:
        checks += [best_single_feature(study), best_missing_pattern(study), order_of_rows(study)]
        dropped = alarm_when_dropped(study)
        later = outcomes_known_later(study)
        checks += [one for one in (dropped, later) if one is not None]
        shuffled = shuffled_outcomes(study) if refit else None
        checks += [shuffled] if shuffled is not None else []
    return tuple(checks)


def alone_equals_together(study: Study) -> LeakageCheck:
    """Count values that differ when applications are computed alone instead of in the batch."""
    rows = study.sample(_ALONE, purpose=2)
    different = 0
    for row in progress(rows.tolist(), what="alone", total=rows.size):
        one = study.model.computer.compute(study.applications.take([row]), study.portfolio, threads=1)
        different += _different(one.values[0], study.matrix.values[row])
    return _check("alone_equals_together", different, 0, different == 0, rows.size)


def only_what_was_known(study: Study) -> LeakageCheck:
    """Count applications whose features differ when all rows and facts not yet known are removed."""
    rows = study.sample(_ALONE, purpose=3)
    different = 0
    for row in progress(rows.tolist(), what="known", total=rows.size):
        try:
            gather(study.model.computer, study.applications.take([row]), study.portfolio)
        except CreditScoreError:
            different += 1
    return _check("only_what_was_known", different, 0, different == 0, rows.size)


def best_single_feature(study: Study) -> LeakageCheck:
    """Find the feature that ranks best by itself: by its values, its labels, or where it is missing."""
    found = strengths(study.matrix.values[study.rows], study.bad, study.model.computer.features)
    column = int(np.argmax(found))
    best, name = max(float(found[column]), 0.5), study.matrix.names[column]
    return _check(
        "best_single_feature", best, SUSPICIOUS_ALONE, best < SUSPICIOUS_ALONE, study.rows.size, name
    )


def alarm_when_dropped(study: Study) -> LeakageCheck | None:
    """Find the feature without which a small model loses most of its AUC, on rows that it had not seen.

    Sound features share what they say; one that carries the outcome leaves a hole.
    """
    chosen = np.arange(0, study.rows.size, max(1, -(-study.rows.size // _DROPPED_ROWS)))
    X, bad = study.matrix.values[study.rows[chosen]], study.bad[chosen]
    found = auc_when_dropped(X, bad, strengths(X, bad, study.model.computer.features))
    if found is None:
        return None
    name = study.matrix.names[found.column]
    limit = found.limit
    return _check("alarm_when_dropped", max(found.drop, 0.0), limit, found.drop < limit, chosen.size, name)


def outcomes_known_later(study: Study) -> LeakageCheck | None:
    """Measure what the best feature of the people around loses, had outcomes become known 91 days later.

    A little is lost where the risk of neighbours moves with time. What loses much ranks by what was known of
    others just before, as where their outcomes are dated too early.
    """
    found = most_lost(study)
    if found is None:
        return None
    limit = max(_SUSPICIOUS_FALL, _SHUFFLED_ERRORS * _error(found.bads, found.rows - found.bads))
    return _check("outcomes_known_later", found.auc, limit, found.auc < limit, found.rows, found.name)


def best_missing_pattern(study: Study) -> LeakageCheck:
    """Find the feature whose being missing ranks best by itself, in either direction."""
    best, name = 0.5, ""
    everyone = np.ones(study.rows.size, np.bool_)
    for column, feature in enumerate(study.model.computer.features):
        missing = np.isnan(study.matrix.values[study.rows, column])
        found = _either_way(study.bad, missing.astype(np.float64), everyone)
        if found > best:
            best, name = found, feature.name
    passed = best < _SUSPICIOUS_MISSING
    return _check("best_missing_pattern", best, _SUSPICIOUS_MISSING, passed, study.rows.size, name)


def order_of_rows(study: Study) -> LeakageCheck:
    """Rank by the position of an application among those of its moment."""
    as_of = study.applications.as_of
    order = np.lexsort((np.arange(as_of.size), as_of))
    starts = np.searchsorted(as_of[order], as_of[order], side="left")
    position = np.empty(as_of.size)
    position[order] = np.arange(as_of.size) - starts
    everyone = np.ones(study.rows.size, np.bool_)
    found = _either_way(study.bad, position[study.rows], everyone)
    return _check("order_of_rows", found, _SUSPICIOUS_ORDER, found < _SUSPICIOUS_ORDER, study.rows.size)


def shuffled_outcomes(study: Study) -> LeakageCheck | None:
    """Fit a small model to shuffled outcomes; on rows that it has not seen it must rank by chance."""
    from creditscore.model.scorer import CreditScorer

    random = np.random.default_rng([study.seed, 4])
    rows = study.rows
    if rows.size > _SHUFFLED_ROWS:
        rows = np.sort(random.choice(rows, _SHUFFLED_ROWS, replace=False))
    truth = study.bad[np.searchsorted(study.rows, rows)]
    shuffled = random.permutation(truth)
    scorer = CreditScorer(n_estimators=60, learning_rate=0.1, seed=study.seed, threads=study.threads)
    try:
        report = scorer.fit(study.matrix.values[rows], shuffled.astype(np.int64)).report_
    except FittingError:
        return None
    known = ~np.isnan(report.log_odds)
    bad, log_odds = report.bad[known], report.log_odds[known]
    found = float(auc(bad, log_odds))
    bads, goods = bad.sum(), bad.size - bad.sum()
    limit = 0.5 + _SHUFFLED_ERRORS * _error(bads, goods)
    return _check("shuffled_outcomes", found, limit, found < limit, int(rows.size))


def _error(bads: float, goods: float) -> float:
    """Standard error of the AUC of what ranks by chance."""
    return float(np.sqrt((bads + goods + 1) / (12 * bads * goods)))


def _check(name: str, found: float, limit: float, passed: bool, rows: int, feature: str = "") -> LeakageCheck:
    return LeakageCheck(name, found, limit, bool(passed), int(rows), feature or None, KNOWN_AS.get(name, ()))


def _different(one: Float64, other: Float64) -> int:
    same = (one.view(np.int64) == other.view(np.int64)) | (np.isnan(one) & np.isnan(other))
    return int((~same).sum())


def _either_way(bad: Float64, values: Float64, known: NDArray[np.bool_]) -> float:
    """AUC of values, or of their opposite, whichever is more."""
    truth, seen = bad[known], values[known]
    if truth.size < 50 or truth.min() == truth.max() or seen.min() == seen.max():
        return 0.5
    try:
        found = float(auc(truth, seen))
    except CreditScoreError:
        return 0.5
    return max(found, 1.0 - found)
