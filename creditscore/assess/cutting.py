"""Performance, and the comparison of two models, cut by segment, time, vintage, sources or any label."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from creditscore._ground.arrays import Flags, Float64
from creditscore._ground.groups import checked_groups
from creditscore._ground.looks import cells_as_table, cells_as_text
from creditscore._ground.numbers import numbers_of
from creditscore.assess.parting import Rows, groups_of
from creditscore.data.aligned import outcomes_of, weights_of
from creditscore.data.applications import Applications
from creditscore.data.periods import Period, check_period
from creditscore.data.portfolio import Portfolio
from creditscore.errors import NameUnknownError, ParameterError
from creditscore.model.scale import probability_of_default
from creditscore.segments.withholding import FEWEST_PEOPLE, withheld
from creditscore.validation.bootstrap import performance, performance_difference
from creditscore.validation.ranks import AucComparison, compare_auc
from creditscore.validation.results import Performance, PerformanceDifference
from creditscore.words.plain import PLAIN

if TYPE_CHECKING:
    import pandas as pd

FEWEST_OF_CLASS: Final = 10
_SHOWN: Final = ("auc", "brier", "calibration_slope")


@dataclass(frozen=True, slots=True, eq=False)
class GroupPerformance:
    """One group of rows.

    Attributes
    ----------
    name : str
    applications, people, bads : int
        Rows that are judged, the people behind them, and the bads among them; 0 where they are withheld.
    bad_rate, predicted : float
        Share of bads and mean probability of default, within 0 and 1; NaN where they are withheld.
    performance : Performance or None
        AUC, Gini, KS, Brier score, log loss, calibration slope and intercept with intervals by applicant;
        None where there are too few goods or bads.
    difference : PerformanceDifference or None
        Score minus reference score on the same rows; None without one.
    delong : AucComparison or None
        DeLong's test of the two areas, where it holds: nobody has two rows, and rows count alike.
    withheld : bool
        Whether nothing is shown, as so few people stand in it, or between it and another one.
    """

    name: str
    applications: int
    people: int
    bads: int
    bad_rate: float
    predicted: float
    performance: Performance | None = None
    difference: PerformanceDifference | None = None
    delong: AucComparison | None = None
    withheld: bool = False

    def to_dict(self) -> dict[str, Any]:
        """Write it as one flat row: sizes, and each figure with the ends of its interval."""
        names = ("name", "applications", "people", "bads", "bad_rate", "predicted", "withheld")
        found = {name: getattr(self, name) for name in names}
        for prefix, table in (("", self.performance), ("difference_", self.difference)):
            for metric in () if table is None else table.metrics:
                found[prefix + metric.name] = metric.value
                found |= {f"{prefix}{metric.name}_{end}": getattr(metric, end) for end in ("low", "high")}
        return found


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class PerformanceTable:
    """Groups of rows side by side, made by `performance_by`.

    Attributes
    ----------
    groups : tuple of GroupPerformance
    applications, judged : int
        Rows that were given, and those with a known outcome and a score. Figures are of these alone: where
        outcomes are known of accepted applications only, they say nothing of the others.
    fewest_people : int
    """

    groups: tuple[GroupPerformance, ...]
    applications: int
    judged: int
    fewest_people: int

    def __len__(self) -> int:
        return len(self.groups)

    def __getitem__(self, name: str) -> GroupPerformance:
        for group in self.groups:
            if group.name == name:
                return group
        raise NameUnknownError.among("group", name, tuple(group.name for group in self.groups))

    def to_frame(self) -> pd.DataFrame:
        """Return a row for each group: its size, and each figure with the ends of its interval."""
        import pandas as pd

        return pd.DataFrame([group.to_dict() for group in self.groups])

    def __repr__(self) -> str:
        return "\n".join([*cells_as_text(self._cells()), self._note()])

    def _repr_html_(self) -> str:
        return cells_as_table(self._cells(), caption=self._note())

    def _note(self) -> str:
        return PLAIN["judged"].format(judged=self.judged, everyone=self.applications)

    def _cells(self) -> list[list[str]]:
        compared = any(group.difference is not None for group in self.groups)
        head = PLAIN["cut"].split("|") + ([PLAIN["cut_difference"]] if compared else [])
        return [head, *(_line(group, self.fewest_people, compared=compared) for group in self.groups)]


def performance_by(
    bad: ArrayLike | Mapping[Any, Any],
    log_odds: ArrayLike,
    by: Any,
    *,
    applications: Applications | None = None,
    portfolio: Portfolio | None = None,
    columns: Mapping[str, ArrayLike] | None = None,
    reference_log_odds: ArrayLike | None = None,
    sample_weight: ArrayLike | None = None,
    applicants: ArrayLike | None = None,
    period: Period = "quarter",
    fewest_people: int = FEWEST_PEOPLE,
    fewest_of_class: int = FEWEST_OF_CLASS,
    resamples: int = 200,
    level: float = 0.95,
    seed: int = 0,
    threads: int | None = None,
) -> PerformanceTable:
    """Measure how a score does in groups of applications, with intervals by applicant.

    Parameters
    ----------
    bad : array-like of shape (n_applications,), or mapping by application id
        1 bad, 0 good, NaN not known: such rows are left out and counted.
    log_odds : array-like of shape (n_applications,)
        Calibrated log-odds of bad; NaN where there is no score: such rows are left out too.
    by : Segment, sequence of Segment, str, or labels of shape (n_applications,)
        ``"time"``: by the moment of the application; ``"vintage"``: by when the loan was opened that it
        became; ``"sources"``: by which groups of sources had rows that were known; another text: a column by
        name; or a label for each row, by position or by application id.
    applications : Applications, optional
        In the order of the rows; needed for time, vintage and sources, and for attributes by name.
    portfolio : Portfolio, optional
        Needed for vintage and sources; its local calendar parts time.
    columns : mapping of str to array-like of shape (n_applications,), optional
        What segments and names read, such as features.
    reference_log_odds : array-like of shape (n_applications,), optional
        Another model's, on the same rows: differences are of pairs.
    sample_weight : array-like of shape (n_applications,), optional
        Weights, 0 or more.
    applicants : array-like of shape (n_applications,), optional
        Who each row is about; by default those of the applications, else each row is someone else.
    period : {"month", "quarter", "year"}, default "quarter"
        For time and vintage.
    fewest_people : int, default 5
        A group of fewer people is withheld, and so is one that differs by fewer from another.
    fewest_of_class : int, default 10
        Goods and bads at least, for figures to stand; 2 or more.
    resamples, level, seed, threads
        As for `performance`.

    Returns
    -------
    PerformanceTable

    Raises
    ------
    NameUnknownError
        If a column is not known.
    ParameterError
        If arrays do not fit, or what is needed was not given.

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> log_odds = rng.normal(-1.0, 1.0, 2000)
    >>> bad = rng.random(2000) < probability_of_default(log_odds)
    >>> channel = np.where(np.arange(2000) % 4 == 0, "branch", "app")
    >>> found = performance_by(bad, log_odds, channel, resamples=50)
    >>> [group.name for group in found.groups], found["app"].applications
    (['app', 'branch'], 1500)
    """
    if not isinstance(fewest_of_class, int) or isinstance(fewest_of_class, bool) or fewest_of_class < 2:
        raise ParameterError.must_be("fewest_of_class", "a whole number, 2 or more", fewest_of_class)
    if not isinstance(fewest_people, int) or isinstance(fewest_people, bool) or fewest_people < 1:
        raise ParameterError.must_be("fewest_people", "a whole number, 1 or more", fewest_people)
    scores = _Scores.of(bad, log_odds, reference_log_odds, sample_weight, applicants, applications)
    rows = Rows(scores.bad.size, applications, portfolio, dict(columns or {}), check_period(period))
    groups = groups_of(by, rows)
    gone = withheld([scores.people_in(inside) for inside in groups.values()], fewest_people).tolist()
    how = {"resamples": resamples, "level": level, "seed": seed, "threads": threads}
    found = tuple(
        GroupPerformance(name, 0, 0, 0, np.nan, np.nan, withheld=True)
        if hidden
        else scores.measured(name, inside, fewest_of_class, how)
        for (name, inside), hidden in zip(groups.items(), gone, strict=True)
    )
    return PerformanceTable(found, scores.bad.size, int(scores.known.sum()), fewest_people)


@dataclass(frozen=True, slots=True, eq=False)
class _Scores:
    """What is judged; arrays of shape (n_rows,)."""

    bad: Float64
    log_odds: Float64
    reference: Float64 | None
    weight: Float64 | None
    who: NDArray[np.int64]
    known: Flags

    @classmethod
    def of(
        cls, bad: Any, log_odds: Any, reference: Any, weight: Any, applicants: Any, asked: Applications | None
    ) -> _Scores:
        numbers = numbers_of("log_odds", log_odds)
        if numbers.ndim != 1 or not numbers.size:
            raise ParameterError.must_be("log_odds", "1-D with a row or more", f"shape {numbers.shape}")
        ids = range(numbers.size) if asked is None else asked.application_ids
        labels = outcomes_of(bad, ids)
        other = None if reference is None else numbers_of("reference_log_odds", reference)
        for name, values in (("log_odds", numbers), ("reference_log_odds", other)):
            if values is not None and values.shape != labels.shape:
                raise ParameterError.must_be(name, f"of the {labels.size} rows of 'bad'", values.shape)
            if values is not None and np.isinf(values).any():
                raise ParameterError.must_be(name, "finite, or NaN where there is no score", np.inf)
        who = asked.applicant_ids if applicants is None and asked is not None else applicants
        named = checked_groups(None if who is None else np.array(who), labels.size, name="applicants")
        _, codes = np.unique(named.astype(str) if named.dtype.kind == "O" else named, return_inverse=True)
        known = ~np.isnan(labels) & ~np.isnan(numbers) & (True if other is None else ~np.isnan(other))
        return cls(labels, numbers, other, weights_of(weight, ids), codes.ravel(), known)

    def people_in(self, inside: Flags) -> Flags:
        """Who has a judged row in a group; shape (n_people,)."""
        found = np.zeros(int(self.who.max()) + 1, np.bool_)
        found[self.who[inside & self.known]] = True
        return found

    def measured(self, name: str, inside: Flags, fewest: int, how: dict[str, Any]) -> GroupPerformance:
        """Figures of one group."""
        rows = np.flatnonzero(inside & self.known)
        bad, log_odds = self.bad[rows], self.log_odds[rows]
        weight = None if self.weight is None else self.weight[rows]
        bads, people = int(bad.sum()), int(np.unique(self.who[rows]).size)
        rate, predicted = (_average(part, weight) for part in (bad, probability_of_default(log_odds)))
        plain = GroupPerformance(name, rows.size, people, bads, rate, predicted)
        counted = np.ones(rows.size, np.bool_) if weight is None else weight > 0
        if min(int((bad[counted] == side).sum()) for side in (0.0, 1.0)) < fewest:
            return plain
        repeated = people < rows.size
        how = how | {"applicants": self.who[rows] if repeated else None, "sample_weight": weight}
        whole, pairs, delong = performance(bad, log_odds, **how), None, None
        if self.reference is not None:
            other = self.reference[rows]
            pairs = performance_difference(bad, log_odds, other, **how)
            delong = None if repeated or weight is not None else compare_auc(bad, log_odds, other)
        return GroupPerformance(name, rows.size, people, bads, rate, predicted, whole, pairs, delong)


def _average(values: Float64, weight: Float64 | None) -> float:
    if not values.size or (weight is not None and not weight.sum() > 0):
        return float("nan")
    return float(np.average(values, weights=weight))


def _line(group: GroupPerformance, fewest: int, *, compared: bool) -> list[str]:
    if group.withheld:
        return [group.name, f"< {fewest}", *([""] * (5 + compared))]
    numbers = [f"{group.applications:,}", f"{group.bads:,}", _share(group.bad_rate)]
    found = group.performance
    figures = [_figure(None if found is None else found[name]) for name in _SHOWN]
    pairs = group.difference
    difference = [_figure(None if pairs is None else pairs["auc"])] if compared else []
    return [group.name, *numbers, *figures, *difference]


def _share(value: float) -> str:
    return "" if np.isnan(value) else f"{value:.2%}"


def _figure(metric: Any) -> str:
    return "" if metric is None else f"{metric.value:.3f} ({metric.low:.3f} to {metric.high:.3f})"
