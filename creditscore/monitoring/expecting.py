"""How well a score will turn out to have ranked loans that are not mature yet, from what they did so far.

Where outcomes are not known, calibrated probabilities say how well they would rank if they still held.
Whether they do is seen long before loans are mature: in the months on book that are over. So log-odds are
calibrated anew, by the likelihood of these months, and what is expected follows from the new probabilities.
A change may have come within these months: one line for all of them, and lines that came anew in each, are
weighed by how probable they make what was seen.

References
----------
Kivimaki et al. (2024), "Confidence-based estimators for predictive performance in model monitoring",
arXiv 2407.08649: figures expected under calibrated probabilities. Cox (1958), Biometrika 45: calibration as
a line on log-odds. Fearnhead (2006), "Exact and efficient Bayesian inference for multiple changepoint
problems", Statistics and Computing 16: when a line changed, weighed by its evidence. Klein and Moeschberger
(2003), Survival Analysis, ch. 3: loans seen from a month on.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from creditscore._ground.numbers import finite_number
from creditscore.errors import ParameterError
from creditscore.monitoring.course import DefaultCourse, Float64, Loans
from creditscore.validation import _kernels
from creditscore.validation.results import Metric
from creditscore.words.plain import PLAIN

FIGURES: Final = ("auc", "brier", "bad_rate")
_DRAWS: Final = 200
_STEPS: Final = 50
_LAST_STEP: Final = 1e-8
# Standard deviations of what is believed of intercept and slope before anything is seen.
_PRIOR: Final = np.array([0.5, 0.5])
# Probability, before anything is seen, that the line changed within the recent months.
_CHANGED: Final = 0.5
_UNCHANGED: Final = np.array([0.0, 1.0])
_TINY: Final = 1e-12


@dataclass(frozen=True, slots=True)
class ExpectedPerformance:
    """What will be found of a score once the loans are mature, made by `expected_performance`.

    Attributes
    ----------
    loans, defaults : int
        In the cohort, and of them those that defaulted already.
    figures : mapping of str to Metric
        AUC, Brier score and bad rate at the end of the window, with intervals that hold what is not known of
        the calibration and of the outcomes that are to come. AUC is NaN where all are found alike.
    as_decided : mapping of str to float
        The same if probabilities held as they were at the decisions and nothing had been seen.
    intercept, slope : float
        Of the line on log-odds by which probabilities are calibrated anew; 0 and 1 where they hold. The mean
        over lines that may hold, each by how probable it is.
    level : float
        Confidence, within 0 and 1.
    """

    loans: int
    defaults: int
    figures: Mapping[str, Metric]
    as_decided: Mapping[str, float]
    intercept: float
    slope: float
    level: float

    def to_dict(self) -> dict[str, Any]:
        """Write it as plain data."""
        figures = {
            name: {"value": one.value, "low": one.low, "high": one.high} for name, one in self.figures.items()
        }
        plain = {name: getattr(self, name) for name in ("loans", "defaults", "intercept", "slope", "level")}
        return plain | {"figures": figures, "as_decided": dict(self.as_decided)}

    def __str__(self) -> str:
        figures = "; ".join(
            PLAIN["expected_figure"].format(figure=str(one).replace("_", " "), decided=self.as_decided[name])
            for name, one in self.figures.items()
        )
        return PLAIN["expected"].format(
            loans=self.loans, defaults=self.defaults, figures=figures, intercept=self.intercept,
            slope=self.slope,
        )  # fmt: skip

    __repr__ = __str__


def expected_performance(
    course: DefaultCourse,
    probability: ArrayLike,
    entered: ArrayLike,
    defaulted: ArrayLike,
    now: int,
    *,
    cohort: Sequence[int] | None = None,
    recent: int = 6,
    level: float = 0.90,
    seed: int = 0,
) -> ExpectedPerformance:
    """Say how well a score will be found to rank and to hold once a cohort is mature.

    Parameters
    ----------
    course, probability, entered, defaulted, now
        As for `follow_defaults`; arrays of shape (n,). All loans tell how probabilities stand to defaults.
    cohort : sequence of int, optional
        Calendar months; only loans that began in them are judged. By default all.
    recent : int, default 6
        How many months, up to now, probabilities are calibrated by, 1 or more. A change within them is looked
        for, one that came before them is not told from what always was. Months before the first loan began
        do not count.
    level : float, default 0.90
        Confidence of the intervals, between 0 and 1.
    seed : int, default 0
        Of the draws.

    Returns
    -------
    ExpectedPerformance

    Raises
    ------
    ParameterError
        If arrays do not fit each other, in a month of the cohort no loan began before now, or a parameter has
        a value that it cannot take.

    Examples
    --------
    >>> course = DefaultCourse.learned(np.repeat(np.arange(1, 13), 10))
    >>> rng = np.random.default_rng(2)
    >>> entered = np.repeat(np.arange(12), 1000)
    >>> log_odds = rng.normal(-2.5, 1.0, 12_000)
    >>> true = 1 / (1 + np.exp(2.0 - 0.4 * (log_odds + 2.5)))        # the score ranks less than it did
    >>> month = entered + rng.integers(1, 13, 12_000)
    >>> defaulted = np.where(rng.random(12_000) < true, month, np.nan)
    >>> given = course, 1 / (1 + np.exp(-log_odds)), entered, defaulted
    >>> found = expected_performance(*given, now=9, cohort=[6])
    >>> found.slope < 0.7, found.figures["auc"].high < found.as_decided["auc"]
    (True, True)
    """
    for name, value, least in (("recent", recent, 1), ("seed", seed, 0)):
        if isinstance(value, bool) or not isinstance(value, int) or value < least:
            raise ParameterError.must_be(name, f"a whole number of at least {least}", value)
    if not 0.0 < finite_number("level", level) < 1.0:
        raise ParameterError.must_be("level", "between 0 and 1", level)
    loans = Loans.of(course, probability, entered, defaulted, now)
    chosen = loans.began_in(cohort)
    lines = _Lines.of(course, loans, recent)
    judged = _Judged.of(course, loans, chosen)
    random = np.random.default_rng([seed, 41])
    drawn = np.empty((_DRAWS, len(FIGURES)))
    for number, (intercept, slope) in enumerate(lines.drawn(random)):
        drawn[number] = judged.figures(judged.drawn(random, intercept, slope))
    figures = judged.figures(lines.chances(judged))
    line = lines.weights @ lines.likeliest
    tail = (1.0 - level) / 2.0
    return ExpectedPerformance(
        loans=int(chosen.sum()),
        defaults=int(judged.gone.sum()),
        figures={
            name: Metric(name, one, *_ends(column, tail))
            for name, one, column in zip(FIGURES, figures.tolist(), drawn.T, strict=True)
        },
        as_decided=dict(zip(FIGURES, judged.figures(judged.probability).tolist(), strict=True)),
        intercept=float(line[0]),
        slope=float(line[1]),
        level=float(level),
    )


def _ends(drawn: Float64, tail: float) -> tuple[float, float]:
    """Ends of an interval, of the draws that have a figure; NaN where none has."""
    known = drawn[~np.isnan(drawn)]
    low, high = np.quantile(known, [tail, 1.0 - tail]) if known.size else (np.nan, np.nan)
    return float(low), float(high)


@dataclass(frozen=True, slots=True, eq=False)
class _Lines:
    """Lines that may hold now, one for each month since which it may; k of them.

    Attributes
    ----------
    weights : ndarray of float64, shape (k,)
        How probable each is, from what was seen; they add up to 1.
    likeliest, spreads : ndarray of float64, shape (k, 2) and (k, 2, 2)
        Intercept and slope, and their covariance.
    """

    weights: Float64
    likeliest: Float64
    spreads: Float64

    @classmethod
    def of(cls, course: DefaultCourse, loans: Loans, recent: int) -> _Lines:
        """Weigh one line for all recent months against a line that came anew in any of them."""
        start = max(loans.now - recent, int(loans.entered.min()))  # before, nothing could have changed
        months = loans.now - start
        found, chance = [], []
        for since in range(start, loans.now):
            line, spread, evidence = _Months.of(course, loans, since, loans.now).line()
            if since > start:
                evidence += _Months.of(course, loans, start, since).line()[2]
                evidence += np.log(_CHANGED / (months - 1.0))
            elif months > 1:
                evidence += np.log1p(-_CHANGED)
            found.append((line, spread))
            chance.append(evidence)
        weights = np.exp(np.array(chance) - max(chance))
        likeliest, spreads = (np.array(one) for one in zip(*found, strict=True))
        return cls(weights / weights.sum(), likeliest, spreads)

    def drawn(self, random: np.random.Generator) -> Float64:
        """Draw lines, shape (n_draws, 2)."""
        which = random.choice(self.weights.size, _DRAWS, p=self.weights)
        return np.array(
            [random.multivariate_normal(self.likeliest[one], self.spreads[one]) for one in which.tolist()]
        )

    def chances(self, judged: _Judged) -> Float64:
        """Chance of each loan that is judged to be found bad, shape (n,)."""
        each = [judged.chances(*line) for line in self.likeliest.tolist()]
        return np.where(judged.gone, 1.0, self.weights @ np.array(each))


@dataclass(frozen=True, slots=True, eq=False)
class _Months:
    """Loans over some months: log-odds, shares of the window at their start and end; shape (n,)."""

    log_odds: Float64
    before: Float64
    after: Float64
    fell: NDArray[np.bool_]

    @classmethod
    def of(cls, course: DefaultCourse, loans: Loans, start: int, end: int) -> _Months:
        """Take the months after one calendar month, up to another."""
        shares = np.concatenate([[0.0], course.shares])
        window = len(course.shares)
        age = np.clip(end - loans.entered, 0, window)
        since = np.clip(start - loans.entered, 0, window)
        month = np.where(np.isnan(loans.defaulted), np.inf, loans.defaulted - loans.entered)
        seen = (month > since) & (age > since)
        odds = np.log(loans.probability[seen]) - np.log1p(-loans.probability[seen])
        return cls(odds, shares[since[seen]], shares[age[seen]], (month <= age)[seen])

    def line(self) -> tuple[Float64, Float64, float]:
        """Likeliest intercept and slope, their covariance, and the log of how probable all this was."""
        line = _UNCHANGED.copy()
        now, slope, curve = self._posterior(line)
        for _ in range(_STEPS):
            step: Float64 = np.asarray(np.linalg.solve(curve, slope), np.float64)
            while float(np.abs(step).max()) > _LAST_STEP:
                tried = self._posterior(line - step)
                if tried[0] <= now:
                    break
                step = step / 2.0
            else:
                break
            line, (now, slope, curve) = line - step, tried
        spread: Float64 = np.asarray(np.linalg.inv(curve), np.float64)
        evidence = (np.linalg.slogdet(spread)[1] - np.log(_PRIOR**2).sum()) / 2.0 - now
        return line, spread, float(evidence)

    def _posterior(self, line: Float64) -> tuple[float, Float64, Float64]:
        """Minus the log of the posterior, its gradient, and the information that is expected of the line."""
        x = np.stack([np.ones(self.log_odds.size), self.log_odds])
        logit = line @ x
        p = 1.0 / (1.0 + np.exp(-logit))
        lived, entered = 1.0 - p * self.after, 1.0 - p * self.before
        loss = np.where(self.fell, np.logaddexp(0.0, -logit), -np.log(lived)) + np.log(entered)
        pull = p * (1.0 - p)
        one = np.where(self.fell, p - 1.0, pull * self.after / lived) - pull * self.before / entered
        chance = np.clip(p * (self.after - self.before) / entered, _TINY, 1.0 - _TINY)
        moved = pull * (self.after - self.before) / (entered * entered)
        share = moved * moved / (chance * (1.0 - chance))
        away = (line - _UNCHANGED) / _PRIOR
        return (
            float(loss.sum() + away @ away / 2.0),
            x @ one + away / _PRIOR,
            (x * share) @ x.T + np.diag(1.0 / _PRIOR**2),
        )


@dataclass(frozen=True, slots=True, eq=False)
class _Judged:
    """Loans of a cohort by rising probability; arrays of shape (n,)."""

    probability: Float64
    log_odds: Float64
    gone: NDArray[np.bool_]
    lived: Float64

    @classmethod
    def of(cls, course: DefaultCourse, loans: Loans, chosen: NDArray[np.bool_]) -> _Judged:
        rows = np.flatnonzero(chosen)
        rows = rows[np.argsort(loans.probability[rows], kind="stable")]
        chance = loans.probability[rows]
        shares = np.concatenate([[0.0], course.shares])
        age = np.clip(loans.now - loans.entered[rows], 0, len(course.shares))
        return cls(chance, np.log(chance) - np.log1p(-chance), loans.is_bad[rows], shares[age])

    def chances(self, intercept: float, slope: float) -> Float64:
        """Chance to be bad at the end of the window, of who is not known to be from having lived so far."""
        p = 1.0 / (1.0 + np.exp(-intercept - slope * self.log_odds))
        return np.where(self.gone, 1.0, p * (1.0 - self.lived) / (1.0 - p * self.lived))

    def drawn(self, random: np.random.Generator, intercept: float, slope: float) -> Float64:
        """Draw outcomes."""
        return (random.random(self.gone.size) < self.chances(intercept, slope)).astype(np.float64)

    def figures(self, bad: Float64) -> Float64:
        """AUC, Brier score and bad rate, where rows are bad in part; AUC is NaN where all are alike."""
        ones, rate = np.ones(bad.size), float(bad.mean())
        area = _kernels.ranking(self.log_odds, bad, ones)[0] if 0.0 < rate < 1.0 else float("nan")
        p = self.probability
        return np.array([area, float((p * p - 2.0 * p * bad + bad).mean()), rate])
