"""What each group of sources is worth: models refitted with every combination of them, on the same rows."""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import ArrayLike

from creditscore._ground.arrays import Flags, Float64
from creditscore._ground.looks import cells_as_table, cells_as_text
from creditscore._ground.progress import progress
from creditscore.data.applications import Applications
from creditscore.data.loans.outcomes import OutcomeRule
from creditscore.data.portfolio import Portfolio
from creditscore.data.sources import SOURCE_GROUPS
from creditscore.errors import FittingError, NameUnknownError, ParameterError
from creditscore.features.definition import FeatureSet
from creditscore.features.statuses import source_status
from creditscore.pipeline.crossing import Folding, Prepared, prepared
from creditscore.pipeline.parameters import Parameterised
from creditscore.validation.metrics import auc
from creditscore.validation.resampling import Resampling
from creditscore.validation.results import Metric
from creditscore.words.plain import PLAIN

if TYPE_CHECKING:
    import pandas as pd

_MOST_BLOCKS: Final = 6
_FEWEST: Final = 10
_CHANCE: Final = 0.5
_APPLICATION: Final = "application"
# The states of a source of which rows were known.
_KNOWN: Final = frozenset({"present", "too_short", "stale"})


@dataclass(frozen=True, slots=True)
class CombinationWorth:
    """The AUC of models of one combination of blocks, on rows that they had not seen."""

    blocks: tuple[str, ...]
    auc: Metric


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class SourceWorth:
    """What each block of sources is worth, made by `source_worth`.

    Attributes
    ----------
    blocks : tuple of str
    combinations : tuple of CombinationWorth
        All blocks first.
    worth : tuple of Metric
        By block: its Shapley value, the AUC that it adds on average over all orders in which blocks can come.
        They add up to the AUC of all blocks less a half.
    applications, bads : int
        That are judged.
    never_customers : SourceWorth or None
        The same models, judged on those of whom no loan was known; None where they have fewer than ten goods
        or bads, or no portfolio of loans tells them apart.
    """

    blocks: tuple[str, ...]
    combinations: tuple[CombinationWorth, ...]
    worth: tuple[Metric, ...]
    applications: int
    bads: int
    never_customers: SourceWorth | None = None

    def __getitem__(self, blocks: str | Sequence[str]) -> CombinationWorth:
        wanted = {blocks} if isinstance(blocks, str) else set(blocks)
        for one in self.combinations:
            if set(one.blocks) == wanted:
                return one
        raise NameUnknownError.among("combination of", blocks, self.blocks)

    def to_frame(self) -> pd.DataFrame:
        """Return a row for each block: its worth, alone, and what is lost without it."""
        import pandas as pd

        return pd.DataFrame([_record(self, metric) for metric in self.worth])

    def __repr__(self) -> str:
        return "\n".join(cells_as_text(self._cells()))

    def _repr_html_(self) -> str:
        return cells_as_table(self._cells())

    def _cells(self) -> list[list[str]]:
        rows = [
            [f"{one.name}", _shown(one), *(f"{_record(self, one)[key]:.3f}" for key in ("alone", "without"))]
            for one in self.worth
        ]
        whole = ["all", _shown(self.combinations[0].auc), "", ""]
        return [PLAIN["worth"].split("|"), *rows, whole]


def source_worth(
    pipeline: Parameterised,
    applications: Applications,
    portfolio: Portfolio,
    bad: ArrayLike | OutcomeRule,
    *,
    blocks: Mapping[str, Sequence[str]] | None = None,
    folds: Folding = 3,
    extracted_at: datetime | str | None = None,
    sample_weight: ArrayLike | None = None,
    positive_label: str | float | None = None,
    resamples: int = 200,
    level: float = 0.95,
    seed: int = 0,
) -> SourceWorth:
    """Fit a model with every combination of sources, and share the AUC out among them.

    Features are computed once. Every combination is fitted anew on the same folds and judged on the same
    rows, so that differences are of pairs.

    Parameters
    ----------
    pipeline : CreditPipeline
        Its parameters count; it is not changed.
    applications, portfolio, bad, extracted_at, sample_weight, positive_label
        As for ``CreditPipeline.fit``; arrays of shape (n_applications,).
    blocks : mapping of str to sequence of str, optional
        Names of sources by block, at most six blocks; sources of no block are left out. By default payments,
        repayments, social, digital and the application, as far as features read them.
    folds : int, "time", splitter, or pairs of row numbers, default 3
        As for `cross_validate`.
    resamples, level, seed
        Of the intervals: applicants are drawn again. That a fit on other rows would give another model is not
        in them.

    Returns
    -------
    SourceWorth

    Raises
    ------
    FittingError
        If there are too few bads or goods.
    NameUnknownError
        If no feature reads a source that is named.
    ParameterError
        If there are more than six blocks, or a source is in two.

    References
    ----------
    Shapley (1953), A value for n-person games. Owen (1977), Values of games with a priori unions: blocks,
    not features, are the players.

    Examples
    --------
    >>> import creditscore as cs
    >>> made = cs.simulate.simulate_portfolio(cs.simulate.SimulationConfig(people=300, bad_rate=0.2), seed=1)
    >>> some = cs.application_features(["amount"]) + cs.payment_features().select(["payments_inflow_sum_90d"])
    >>> pipeline = cs.CreditPipeline([some], scorer=cs.CreditScorer(recipe="pairs", n_estimators=5))
    >>> asked, portfolio = made.to_applications(), made.to_portfolio()
    >>> found = source_worth(pipeline, asked, portfolio, made.to_outcomes(), folds=2, resamples=20)
    >>> found.blocks, len(found.combinations)
    (('payments', 'application'), 3)
    """
    plain = type(pipeline)(**pipeline.get_params(deep=False) | {"source_dropout": 0})
    rows = prepared(
        plain,
        applications,
        portfolio,
        bad,
        extracted_at=extracted_at,
        sample_weight=sample_weight,
        positive_label=positive_label,
    )
    columns = _columns(rows.features, blocks)
    pairs = rows.pairs(folds, seed)
    subsets = _subsets(tuple(columns))
    found = []
    for chosen in progress(subsets, what="combinations", total=len(subsets)):
        some = rows.of_columns(sorted(j for name in chosen for j in columns[name]))
        log_odds, fold = some.predicted(pipeline.scorer, pairs, pipeline.threads)
        found.append(log_odds)
    judged = (fold >= 0) & (rows.weight > 0)
    drawing = Resampling(None, resamples, level, seed, pipeline.threads)
    values = np.array(found)
    whole = _worth(tuple(columns), subsets, rows, values, judged, drawing)
    never = judged & _never(applications, portfolio)
    fewest = min(int((rows.bad[never] == side).sum()) for side in (0.0, 1.0))
    if "loans" not in portfolio.tables or fewest < _FEWEST or (never == judged).all():
        return whole
    return replace(whole, never_customers=_worth(tuple(columns), subsets, rows, values, never, drawing))


def _columns(features: FeatureSet, blocks: Mapping[str, Sequence[str]] | None) -> dict[str, list[int]]:
    """Columns of each block that has any."""
    sources = [feature.source for feature in features]
    named = dict(SOURCE_GROUPS) | {_APPLICATION: (_APPLICATION,)} if blocks is None else dict(blocks)
    given = [source for some in named.values() for source in some]
    for source in given if blocks is not None else ():
        if source not in sources:
            raise NameUnknownError.among("source of a feature", source, sorted(set(sources)))
    if len(set(given)) < len(given):
        raise ParameterError.must_be("blocks", "of sources of which none is in two", blocks)
    found = {name: [j for j, source in enumerate(sources) if source in some] for name, some in named.items()}
    found = {name: columns for name, columns in found.items() if columns}
    if not 0 < len(found) <= _MOST_BLOCKS:
        raise ParameterError.must_be("blocks", f"1 to {_MOST_BLOCKS}", f"{len(found)} of them")
    return found


def _subsets(blocks: tuple[str, ...]) -> list[tuple[str, ...]]:
    sizes = range(len(blocks), 0, -1)
    return [chosen for size in sizes for chosen in itertools.combinations(blocks, size)]


def _worth(
    blocks: tuple[str, ...],
    subsets: list[tuple[str, ...]],
    rows: Prepared,
    log_odds: Float64,
    judged: Flags,
    drawing: Resampling,
) -> SourceWorth:
    """Share out the AUC on some rows; ``log_odds`` has shape (n_subsets, n_applications)."""
    bad, weight, said = rows.bad[judged], rows.weight[judged], log_odds[:, judged]
    if len(np.unique(bad)) < 2:
        raise FittingError("The folds judge bads alone, or goods alone. Give other folds.")
    share = _shares(blocks, subsets)

    def figures(counts: Float64) -> Float64:
        areas = np.array([auc(bad, one, sample_weight=counts * weight) for one in said])
        return np.concatenate([areas, share @ (areas - _CHANCE)])

    def usable(counts: Float64) -> bool:
        return bool((counts * weight)[bad == 1].any() and (counts * weight)[bad == 0].any())

    names = ["auc"] * len(subsets) + list(blocks)
    by_applicant = replace(drawing, applicants=rows.who[judged])
    metrics = by_applicant.metrics(names, figures, bad.size, usable)
    combinations = tuple(CombinationWorth(*pair) for pair in zip(subsets, metrics, strict=False))
    return SourceWorth(blocks, combinations, metrics[len(subsets) :], int(bad.size), int(bad.sum()))


def _shares(blocks: tuple[str, ...], subsets: list[tuple[str, ...]]) -> Float64:
    """Weights with which the values of combinations make Shapley values, shape (n_blocks, n_subsets)."""
    n = len(blocks)
    found = np.zeros((n, len(subsets)))
    for i, block in enumerate(blocks):
        for k, chosen in enumerate(subsets):
            size = len(chosen)
            if block in chosen:
                found[i, k] = math.factorial(size - 1) * math.factorial(n - size) / math.factorial(n)
            else:
                found[i, k] = -math.factorial(size) * math.factorial(n - size - 1) / math.factorial(n)
    return found


def _never(applications: Applications, portfolio: Portfolio) -> Flags:
    """Of whom no loan was known, shape (n_applications,)."""
    found = source_status(applications, portfolio)
    return np.array([status.of("loans") not in _KNOWN for status in found], np.bool_)


def _record(found: SourceWorth, metric: Metric) -> dict[str, Any]:
    others = tuple(block for block in found.blocks if block != metric.name)
    without = found[others].auc.value if others else _CHANCE
    alone = found[metric.name].auc.value
    return {
        "block": metric.name, "worth": metric.value, "low": metric.low, "high": metric.high,
        "alone": alone, "without": without,
    }  # fmt: skip


def _shown(metric: Metric) -> str:
    return f"{metric.value:.3f} ({metric.low:.3f} to {metric.high:.3f})"
