"""Fairness of a score and a cut-off, group by group, with intervals by applicant."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from creditscore._ground.numbers import numbers_of
from creditscore.errors import NameUnknownError, ParameterError
from creditscore.validation import _checks
from creditscore.validation.fairness.bands import GapAtEqualRisk
from creditscore.validation.fairness.counts import GroupCounts, GroupScores, Rows, Spread
from creditscore.validation.fairness.figures import (
    DECIDED,
    OF_NEWCOMERS,
    OF_OUTCOMES,
    OF_TERMS,
    WHOLE,
    AttributeFairness,
    Fairness,
    GroupFairness,
)
from creditscore.validation.fairness.membership import Membership, applicants_of, memberships
from creditscore.validation.resampling import Resampling
from creditscore.validation.results import Metric

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]


def fairness(
    log_odds: ArrayLike,
    bad: ArrayLike | None,
    groups: Any,
    *,
    approve: float | ArrayLike,
    reference: Mapping[str, str] | None = None,
    intersections: Sequence[Sequence[str]] = (),
    newcomers: ArrayLike | None = None,
    price: ArrayLike | None = None,
    limit: ArrayLike | None = None,
    sample_weight: ArrayLike | None = None,
    resampling: Resampling | None = None,
    fewest: int = 50,
    fewest_outcomes: int = 10,
) -> Fairness:
    """Measure what a score and a cut-off do to groups of people.

    Protected attributes are read here and by nothing that fits a model.

    Parameters
    ----------
    log_odds : array-like of float, shape (n_applications,)
        Calibrated log-odds of bad; NaN for those without a score, whom a share never approves.
    bad : array-like of {0, 1}, shape (n_applications,), optional
        1 for bad, 0 for good, NaN for not known, which tells of decisions alone.
    groups : array-like of str, shape (n_applications,), data frame, or mapping of str to one of these
        As `memberships` reads them: labels; or probabilities of belonging to each group, where the group is
        only guessed; a mapping names several attributes.
    approve : float, or array-like of bool, shape (n_applications,)
        The share of the scored applications that is approved, the safest first (equal scores together); or
        who was approved.
    reference : mapping of attribute to group, optional
        By default the group of the highest approval among those that are shown.
    intersections : sequence of sequence of str
        Attributes to cross, such as ``[("sex", "age")]``.
    newcomers : array-like of bool, shape (n_applications,), optional
        Who was never a customer before.
    price, limit : array-like of float, shape (n_applications,), optional
        What was charged and what may be borrowed; NaN where nothing was offered. Their gaps are taken at
        equal log-odds.
    sample_weight : array-like of float, shape (n_applications,), optional
        Weights, 0 or more.
    resampling : Resampling, optional
        How intervals are made; give the applicants there.
    fewest : int, default=50
        Groups of fewer people are withheld, at least 1.
    fewest_outcomes : int, default=10
        Figures of outcomes need so many goods and so many bads in the group, at least 1.

    Returns
    -------
    Fairness

    Raises
    ------
    ParameterError
        If the rows do not match, or a value is not what it can be.
    NameUnknownError
        If `reference` or `intersections` name what is not there.

    References
    ----------
    Uniform Guidelines on Employee Selection Procedures, 29 CFR 1607.4 D (impact ratio). Hardt, Price and
    Srebro (2016), Equality of opportunity in supervised learning. Kozodoi, Jacob and Lessmann (2022),
    Fairness in credit scoring, EJOR 297.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> sex = np.repeat(["f", "m"], 500)
    >>> log_odds = rng.normal(-2.0, 1.0, 1000) + 0.5 * (sex == "f")
    >>> found = fairness(log_odds, None, sex, approve=0.5, resampling=Resampling(resamples=50))
    >>> found["group"].reference, 0.5 < found["group"].group("f")["impact_ratio"].value < 0.8
    ('m', True)
    """
    _checks.at_least("fewest", fewest, 1)
    _checks.at_least("fewest_outcomes", fewest_outcomes, 1)
    how = resampling or Resampling()
    terms = {"price_gap": price, "limit_gap": limit}
    rows = rows_of(log_odds, bad, approve, newcomers, terms, sample_weight)
    return measured(
        rows, memberships(groups, rows.n, intersections), how,
        reference=reference or {}, fewest=fewest, fewest_outcomes=fewest_outcomes,
    )  # fmt: skip


def measured(
    rows: Rows,
    read: Sequence[Membership],
    how: Resampling,
    *,
    reference: Mapping[str, str],
    fewest: int,
    fewest_outcomes: int,
) -> Fairness:
    """Measure rows whose groups were read; see `fairness`."""
    _check_reference(reference, read)
    who = applicants_of(how.applicants, rows.n)
    # rows by rising risk lie side by side in memory wherever a group is ranked
    order = np.argsort(rows.log_odds, kind="stable").astype(np.int64)
    rows, who, read = rows.ordered(order), who[order], [one.within(order) for one in read]
    how, spread = replace(how, applicants=who), Spread(rows)
    parts = [_Part.of(one, rows, who, fewest, fewest_outcomes, reference.get(one.attribute)) for one in read]

    def statistic(counts: Floats) -> Floats:
        weight = counts * rows.weight
        deviation = spread.deviation(weight)
        return np.concatenate([part.figures(weight, deviation) for part in parts])

    def usable(counts: Floats) -> bool:
        return bool((counts * rows.weight).sum() > 0)

    values = statistic(np.ones(rows.n))
    low, high = how.ends(how.drawn(statistic, rows.n, usable))
    metrics, start = [], 0
    for part in parts:
        stop = start + part.size
        metrics.append(part.value(values[start:stop], low[start:stop], high[start:stop]))
        start = stop
    return Fairness(
        applications=rows.n,
        approval=float(rows.weight[rows.approved].sum() / rows.weight.sum()),
        attributes=tuple(metrics),
        fewest=fewest,
        fewest_outcomes=fewest_outcomes,
        level=how.level,
        resamples=how.resamples,
        seed=how.seed,
    )


@dataclass(frozen=True, slots=True, eq=False)
class _Part:
    """One attribute, made ready for resampling."""

    membership: Membership
    people: Floats
    shown: Flags
    judged: Flags
    reference: int
    counts: GroupCounts
    scores: tuple[GroupScores | None, ...]
    gaps: Mapping[str, GapAtEqualRisk]
    names: tuple[str, ...]
    unknown: float

    @classmethod
    def of(
        cls,
        membership: Membership,
        rows: Rows,
        who: NDArray[Any],
        fewest: int,
        fewest_outcomes: int,
        reference: str | None,
    ) -> _Part:
        people = membership.people(who)
        shown = people >= fewest
        counts = GroupCounts(membership, rows)
        goods, bads = counts.outcomes()
        judged = shown & (np.minimum(goods, bads) >= fewest_outcomes)
        approval = counts.table(rows.weight).approval()
        best = int(np.nanargmax(np.where(shown, approval, -1.0))) if len(people) else 0
        chosen = best if reference is None else membership.names.index(reference)
        if reference is not None and not shown[chosen]:
            raise ParameterError.must_be(
                "reference", f"a group of at least {fewest} people in {membership.attribute!r}", reference
            )
        given = {name: values for name, values in rows.terms.items() if values is not None}
        names = DECIDED + (OF_OUTCOMES if rows.has_outcomes else ())
        names += OF_NEWCOMERS if rows.newcomers is not None else ()
        inside = np.bincount(membership.row, membership.weight, minlength=rows.n)
        return cls(
            membership, people, shown, judged, chosen, counts,
            tuple(
                GroupScores.of(membership, position, rows) if judged[position] else None
                for position in range(len(people))
            ),
            {
                name: GapAtEqualRisk(membership, rows.log_odds, values, chosen)
                for name, values in given.items()
            },
            names + tuple(name for name in OF_TERMS if name in given),
            float(1.0 - (inside * rows.weight).sum() / rows.weight.sum()),
        )  # fmt: skip

    @property
    def size(self) -> int:
        return len(self.people) * len(self.names) + len(WHOLE)

    def figures(self, weight: Floats, deviation: float) -> Floats:
        """All figures under weights of the rows: those of each name for all groups, then of the whole."""
        table = self.counts.table(weight)
        found = table.figures(self.reference, deviation)
        lines = np.array([[np.nan, np.nan] if one is None else one.figures(weight) for one in self.scores])
        found["calibration_slope"], found["auc"] = lines.reshape(-1, 2).T
        found |= {name: gap.gaps(weight) for name, gap in self.gaps.items()}
        for name in OF_OUTCOMES:
            found[name] = np.where(self.judged, found[name], np.nan)
        listed = [np.where(self.shown, found[name], np.nan) for name in self.names]
        return np.concatenate([*listed, self._whole(found)])

    def _whole(self, found: Mapping[str, Floats]) -> Floats:
        approval = found["approval"][self.shown]
        goods, bads = (found[name][self.judged] for name in ("approval_of_goods", "approval_of_bads"))
        odds = np.array([_spread(goods), _spread(bads)])
        ratio = approval.min() / approval.max() if approval.size > 1 and approval.max() > 0 else np.nan
        return np.array([ratio, _spread(approval), odds[0], odds.max()])

    def value(self, values: Floats, low: Floats, high: Floats) -> AttributeFairness:
        """Name the figures."""
        n = len(self.people)
        groups = []
        for position, group in enumerate(self.membership.names):
            at = {name: number * n + position for number, name in enumerate(self.names)}
            shown = bool(self.shown[position])
            groups.append(
                GroupFairness(
                    group,
                    float(self.people[position]) if shown else None,
                    not shown,
                    _named(at, values, low, high) if shown else MappingProxyType({}),
                )
            )
        start = n * len(self.names)
        whole = {name: start + number for number, name in enumerate(WHOLE)}
        reference = self.membership.names[self.reference] if self.shown.any() else None
        unknown = 0.0 if self.unknown < 1e-12 else self.unknown
        return AttributeFairness(
            self.membership.attribute, reference, unknown, tuple(groups), _named(whole, values, low, high)
        )


def _spread(values: Floats) -> float:
    known = values[~np.isnan(values)]
    return float(known.max() - known.min()) if known.size > 1 else float("nan")


def _named(at: Mapping[str, int], values: Floats, low: Floats, high: Floats) -> Mapping[str, Metric]:
    return MappingProxyType(
        {
            name: Metric(name, float(values[one]), float(low[one]), float(high[one]))
            for name, one in at.items()
        }
    )


def _check_reference(reference: Mapping[str, str], read: Sequence[Membership]) -> None:
    for attribute, group in reference.items():
        known = {one.attribute: one.names for one in read}
        if attribute not in known:
            raise NameUnknownError.among("attribute", attribute, tuple(known))
        if group not in known[attribute]:
            raise NameUnknownError.among("group", group, known[attribute])


def rows_of(
    log_odds: ArrayLike,
    bad: ArrayLike | None,
    approve: float | ArrayLike,
    newcomers: ArrayLike | None,
    terms: Mapping[str, ArrayLike | None],
    sample_weight: ArrayLike | None,
) -> Rows:
    """Check applications and decisions, arrays of shape (n_applications,) as `fairness` takes them."""
    risk = numbers_of("log_odds", log_odds)
    if risk.ndim != 1 or risk.size == 0 or np.isinf(risk).any():
        raise ParameterError.must_be("log_odds", "1-D, finite or NaN, with at least one row", risk.shape)
    n = risk.size
    weight = np.ones(n) if sample_weight is None else _checks.finite("sample_weight", sample_weight, n)
    if (weight < 0).any() or not weight.sum() > 0:
        raise ParameterError.must_be("sample_weight", "0 or more, and above 0 in some row", "another")
    outcome = np.full(n, np.nan) if bad is None else _like("bad", bad, n)
    if not np.isin(outcome[~np.isnan(outcome)], (0.0, 1.0)).all():
        raise ParameterError.must_be("bad", "1 for bad, 0 for good, NaN for not known", "another value")
    return Rows(
        log_odds=risk,
        outcome=outcome,
        approved=approved_of(risk, approve, weight),
        newcomers=None if newcomers is None else flags_of("newcomers", newcomers, n),
        weight=weight,
        terms={
            name: None if values is None else _like(name.removesuffix("_gap"), values, n)
            for name, values in terms.items()
        },
    )


def approved_of(log_odds: Floats, approve: float | ArrayLike, weight: Floats) -> Flags:
    """Who is approved, shape (n_applications,): the safest share of the scored ones, or as given.

    Parameters
    ----------
    log_odds, weight : ndarray of float64, shape (n_applications,)
    approve : float, or array-like of bool, shape (n_applications,)
    """
    if np.ndim(approve) == 0:
        share = float(approve) if isinstance(approve, int | float | np.number) else float("nan")
        if isinstance(approve, bool | np.bool_) or not 0.0 < share <= 1.0:
            raise ParameterError.must_be(
                "approve", "a share above 0 and at most 1, or a decision a row", approve
            )
        return log_odds <= risk_at(log_odds, share, weight)
    return flags_of("approve", approve, log_odds.size)


def risk_at(log_odds: Floats, share: float, weight: Floats) -> float:
    """Return the highest log-odds among the safest share of the scored applications, by weight.

    Parameters
    ----------
    log_odds, weight : ndarray of float64, shape (n_applications,)
    share : float
        Above 0 and at most 1. Equal scores stay together, so that at least this share is approved.
    """
    scored = np.flatnonzero(~np.isnan(log_odds) & (weight > 0))
    if not scored.size:
        return float("-inf")
    order = scored[np.argsort(log_odds[scored], kind="stable")]
    reached = np.cumsum(weight[order])
    position = int(np.searchsorted(reached, share * reached[-1] * (1.0 - 1e-12)))
    return float(log_odds[order[min(position, order.size - 1)]])


def flags_of(name: str, values: ArrayLike, n: int) -> Flags:
    """Read one yes or no for each row, shape (n_applications,)."""
    given = np.asarray(values)
    if given.shape != (n,) or given.dtype.kind not in "biuf" or not np.isin(given, (0, 1)).all():
        raise ParameterError.must_be(name, f"one true or false for each of {n} rows", given.shape)
    return given.astype(np.bool_)


def _like(name: str, values: ArrayLike, n: int) -> Floats:
    numbers = numbers_of(name, values)
    if numbers.shape != (n,) or np.isinf(numbers).any():
        raise ParameterError.must_be(name, f"one finite number or NaN for each of {n} rows", numbers.shape)
    return numbers
