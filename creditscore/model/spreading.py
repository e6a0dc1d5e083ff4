"""Learn from rows that a model has not seen how far true chances may lie from its scores.

The law of total variance parts the spread of the true log-odds over all applicants into what the score tells
of it and what it leaves open. The whole is assumed, as a spread of rates of default, which keeps its size at
any share of bads as log-odds do not; what the score tells is learned for each combination of sources, from
outcomes; the rest is what is left. Where fewer sources are known, the score tells less and intervals widen.
"""

from __future__ import annotations

from collections.abc import Mapping
from statistics import NormalDist
from typing import Final, NamedTuple

import numpy as np

from creditscore._ground.arrays import Float64, Int64
from creditscore.errors import ParameterError
from creditscore.model.column_groups import ColumnGroups
from creditscore.model.scale import probability_of_default
from creditscore.model.spread import Spread, SpreadLine

LEVEL: Final = 0.9
# Of simulated applicants, at shares of bads from 0.02 to 0.3, it was 1.08 to 1.28.
ASSUMED: Final = 1.14
# What even the best score leaves open, where it tells as much as was assumed in all, or more.
LEAST_OPEN: Final = 0.5
FEWEST: Final = 20
# Above this share of the scores the line may bend: fraud and the worst arrears lie there, and would turn it.
_CORE: Final = 0.9
# Variance of a normal variable below its 90 % quantile, over that of all of it.
_OF_CORE: Final = 0.712
# A line of few rows leans on that of all rows: weight of a deviation of 1, as of so many binary outcomes.
_LEANS: Final = 4.0
_TINY: Final = 1e-9
# Probabilities that are 1 to the last bit have no slope.
_SMALLEST: Final = 1e-300
_STEPS: Final = 60
_HALVINGS: Final = 30
_NODES: Final = 21
_LARGEST_RATE: Final = 30.0
_QUANTILES: Final = (0.02, 0.25, 0.5, 0.75, 0.98)


class _Line(NamedTuple):
    """Mean log-odds by the score, the variance of them that it explains, and that of its own error."""

    knot: float
    numbers: Float64
    explained: float
    error: float
    found: Float64


class Judged(NamedTuple):
    """Scores of rows by models that had not seen them, and what came of the rows.

    Attributes
    ----------
    log_odds : ndarray of float64, shape (n_rows,)
        Calibrated.
    bad : ndarray of float64, shape (n_rows,)
        1 for bad, 0 for good.
    weight : ndarray of float64, shape (n_rows,)
        Above 0.
    """

    log_odds: Float64
    bad: Float64
    weight: Float64

    def of(self, rows: Int64) -> Judged:
        """Return some rows; ``rows`` has shape (n_chosen,)."""
        return Judged(*(part[rows] for part in self))

    @property
    def is_enough(self) -> bool:
        """Whether there are bads and goods enough to learn a line."""
        bads = float(self.bad.sum())
        return min(bads, len(self.bad) - bads) >= FEWEST


def learn_spread(
    judged: Judged,
    values: Float64,
    groups: ColumnGroups,
    *,
    level: float = LEVEL,
    assumed: float = ASSUMED,
) -> Spread | None:
    """Learn what makes an interval of every score.

    Parameters
    ----------
    judged : Judged
        Rows that the model had not seen.
    values : ndarray of float64, shape (n_rows, n_features)
        Their features, NaN where not known.
    groups : ColumnGroups
        The features of each group of sources.
    level : float, default 0.9
        Share of true chances that intervals shall hold, above 0 and below 1.
    assumed : float, default 1.14
        Standard deviation over all applicants of the log of the true rate of default, which is
        ``-log(1 - p)`` where the chance is ``p``; above 0. No outcome tells it.

    Returns
    -------
    Spread or None
        None with fewer than 20 bads or goods.

    References
    ----------
    Barber (2020), Is distribution-free inference possible for binary regression? Electronic Journal of
    Statistics 14, 3487-3524: without an assumption such an interval cannot become short.
    Zeger, Liang and Albert (1988), Models for longitudinal data: a generalized estimating equation approach,
    Biometrics 44, 1049-1060: a normal spread on the logit scale, and the mean probability that it has.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> true = 1.0 - np.exp(-np.exp(rng.normal(-2.0, 1.2, 4000)))
    >>> score, bad = np.full(4000, -1.5), (rng.random(4000) < true).astype(float)
    >>> judged = Judged(score, bad, np.ones(4000))
    >>> spread = learn_spread(judged, np.empty((4000, 0)), ColumnGroups({}), assumed=1.2)
    >>> low, high = spread.bounds(score, np.empty((4000, 0)))
    >>> odds = np.log(true / (1.0 - true))
    >>> bool(0.88 < ((low <= odds) & (odds <= high)).mean() < 0.92)
    True
    """
    for name, value, most in (("level", level, 1.0), ("assumed", assumed, 10.0)):
        if isinstance(value, bool) or not (isinstance(value, int | float) and 0.0 < value < most):
            raise ParameterError.must_be(name, f"a number above 0 and below {most:g}", value)
    if not judged.is_enough:
        return None
    judged = judged._replace(weight=judged.weight / judged.weight.mean())
    names, which = tuple(groups.columns), groups.codes(values)
    whole = _fitted(judged, None)
    rows = {int(known): np.flatnonzero(which == known) for known in np.unique(which)}
    fitted = {
        known: (judged.of(some), _fitted(judged.of(some), whole.numbers))
        for known, some in rows.items()
        if judged.of(some).is_enough
    }
    share = float(judged.weight @ judged.bad / judged.weight.sum())
    quantile = NormalDist().inv_cdf(0.5 + level / 2.0)
    variance = max(_of_log_odds(assumed, share, quantile) ** 2, whole.explained + LEAST_OPEN**2)
    found = {known: _open(line, variance) for known, (_, line) in fitted.items()}
    lines = tuple(
        _line(some, line, _widest(found, known), tuple(n for k, n in enumerate(names) if known >> k & 1))
        for known, (some, line) in fitted.items()
    )
    widest = max([np.sqrt(variance), *found.values()])
    return Spread(
        float(level), quantile, float(assumed), groups, lines, _elsewhere(judged, float(widest)),
    )  # fmt: skip


def _open(line: _Line, variance: float) -> float:
    """Standard deviation that a line leaves open: all that it does not explain, and its own error."""
    explained = min(line.explained, variance - LEAST_OPEN**2)
    return float(np.sqrt(variance - explained + line.error))


def _widest(found: Mapping[int, float], known: int) -> float:
    """Never less than where the same groups and more are known."""
    return max(deviation for other, deviation in found.items() if known & other == known)


def _line(judged: Judged, line: _Line, deviation: float, groups: tuple[str, ...]) -> SpreadLine:
    """Turn a line of mean probabilities into one of the middle of true log-odds around it."""
    at = np.quantile(line.found, _QUANTILES)
    slope, intercept = np.polyfit(at, _middle(at, deviation), 1) if np.ptp(at) > _TINY else (0.0, 0.0)
    if np.ptp(at) <= _TINY:
        intercept = float(_middle(at[:1], deviation)[0]) - slope * float(at[0])
    mean, rise, bend = (float(number) for number in line.numbers)
    return SpreadLine(
        groups, len(judged.bad), int(judged.bad.sum()), float(intercept + slope * mean), float(slope * rise),
        float(slope * bend), line.knot, deviation,
    )  # fmt: skip


def _elsewhere(judged: Judged, deviation: float) -> SpreadLine:
    share = float(judged.weight @ judged.bad / judged.weight.sum())
    middle = float(_middle(np.array([np.log(share / (1.0 - share))]), deviation)[0])
    return SpreadLine((), len(judged.bad), int(judged.bad.sum()), middle, 0.0, 0.0, 0.0, deviation)


def _fitted(judged: Judged, leaning: Float64 | None) -> _Line:
    """Fit mean log-odds by the score, free to bend at its 90 % quantile, leaning on the line of all rows."""
    z = judged.log_odds
    knot = float(np.quantile(z, _CORE))
    design = np.column_stack([np.ones_like(z), z, np.maximum(z - knot, 0.0)])
    towards = np.array([0.0, 1.0, 0.0]) if leaning is None else leaning
    numbers, errors = _newton(design, judged, towards, _TINY if leaning is None else _LEANS)
    numbers[1] = max(numbers[1], 0.0)
    numbers[2] = max(numbers[2], -numbers[1])
    core = z[z <= knot]
    explained = max(numbers[1] ** 2 - errors[1, 1], 0.0) * float(core.var()) / _OF_CORE
    error = float(np.einsum("ij,jk,ik->i", design, errors, design).mean())
    return _Line(knot, numbers, explained, error, design @ numbers)


def _newton(
    design: Float64, judged: Judged, towards: Float64, weight_of_it: float
) -> tuple[Float64, Float64]:
    """Minimise the log loss and a penalty; return the numbers and the matrix of their errors."""

    def loss(numbers: Float64) -> float:
        log_odds, apart = design @ numbers, numbers - towards
        plain = judged.weight @ (np.logaddexp(0.0, log_odds) - judged.bad * log_odds)
        return float(plain + 0.5 * weight_of_it * apart @ apart)

    numbers = towards.copy()
    least = loss(numbers)
    for _ in range(_STEPS):
        probability = probability_of_default(design @ numbers)
        gradient = design.T @ (judged.weight * (probability - judged.bad)) + weight_of_it * (
            numbers - towards
        )
        information = (design * (judged.weight * probability * (1.0 - probability))[:, None]).T @ design
        information += (weight_of_it + _TINY * np.trace(information)) * np.eye(len(numbers))
        step = np.linalg.solve(information, gradient)
        for _ in range(_HALVINGS):
            if (tried := loss(numbers - step)) <= least:
                numbers, least = numbers - step, tried
                break
            step = step / 2.0
        else:
            break
    return numbers, np.asarray(np.linalg.inv(information), np.float64)


def _middle(log_odds: Float64, deviation: float) -> Float64:
    """Find where normal log-odds have their middle, so that their mean probability is given."""
    at, weight = np.polynomial.hermite_e.hermegauss(_NODES)
    weight = weight / weight.sum()
    aim, middle = probability_of_default(log_odds), log_odds.copy()
    for _ in range(_STEPS):
        probability = probability_of_default(middle[:, None] + deviation * at)
        slope = np.maximum((probability * (1.0 - probability)) @ weight, _SMALLEST)
        middle = middle - np.clip((probability @ weight - aim) / slope, -1.0, 1.0)
    return middle


def _of_log_odds(assumed: float, share: float, quantile: float) -> float:
    """Deviation of log-odds whose ends lie where normal logs of rates have theirs, at a share of bads."""
    at, weight = np.polynomial.hermite_e.hermegauss(_NODES)
    low, high = np.log(-np.log1p(-share)) - 2.0 * assumed**2 - 1.0, 5.0
    for _ in range(_STEPS):
        middle = (low + high) / 2.0
        mean = -np.expm1(-np.exp(middle + assumed * at)) @ weight / weight.sum()
        low, high = (low, middle) if mean > share else (middle, high)
    ends = np.exp((low + high) / 2.0 + np.array([-1.0, 1.0]) * quantile * assumed)
    least, most = np.log(np.expm1(np.minimum(ends, _LARGEST_RATE)))
    return float((most - least) / (2.0 * quantile))
