"""The alternative that was chosen, and the model as given, on people that chose neither."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from creditscore._ground.arrays import Float64, Int64
from creditscore.assess.alternatives.fits import Fit, Fits
from creditscore.assess.alternatives.judging import FIGURES, Applied, Ranked
from creditscore.assess.alternatives.widening import contributions_of
from creditscore.assess.values import Measurement, frozen_mapping
from creditscore.validation.resampling import Resampling
from creditscore.validation.results import Metric

Flags = NDArray[np.bool_]
MOST_REASONS: Final = 5_000
FEWEST_OUTCOMES: Final = 10


class Said(NamedTuple):
    """A candidate by its position, what was fitted, and the share that it approves."""

    position: int
    fit: Fit
    share: float


@dataclass(frozen=True, slots=True)
class Changed(Measurement):
    """Whose decision is another one, in one group.

    Attributes
    ----------
    attribute, group : str
    people : float or None
        Applicants in the group; None where they are too few to say anything of it.
    lost : float
        Share of the group's applications that the model as given approves and the alternative declines; NaN
        where withheld.
    gained : float
        Share that it declines and the alternative approves.
    lost_bad_rate, gained_bad_rate : float
        Share of bads among those; NaN where withheld, or where fewer than ten outcomes are known.
    """

    attribute: str
    group: str
    people: float | None
    lost: float
    gained: float
    lost_bad_rate: float
    gained_bad_rate: float


@dataclass(frozen=True, slots=True)
class ReasonParity(Measurement):
    """How far the first reasons of the declined differ between groups.

    The first reason of a declined application is the reason group that adds most to its log-odds of bad.

    Attributes
    ----------
    attribute, group, reference : str
    given, chosen : float
        Half the sum of the differences of the shares of reasons between the group and the reference group,
        within 0 (alike) and 1, for the model as given and for the alternative; NaN where few are declined.
    """

    attribute: str
    group: str
    reference: str
    given: float
    chosen: float


@dataclass(frozen=True, slots=True)
class Certificate(Measurement):
    """What holds on people that nothing was fitted on or chosen by.

    Attributes
    ----------
    applications, people : int
    given, chosen, difference : mapping of str to Metric
        ``auc``, ``impact_ratio``, ``profit`` for each application of known outcome, ``bad_rate_approved`` and
        ``approval``; of the model as given, of the alternative, and the second less the first, on the
        same draws of applicants.
    front : mapping of str to (float, float)
        AUC and impact ratio of each candidate of the front by its number.
    changed : tuple of Changed
        Who loses and who gains.
    reasons : tuple of ReasonParity
    """

    applications: int
    people: int
    given: Mapping[str, Metric]
    chosen: Mapping[str, Metric]
    difference: Mapping[str, Metric]
    front: Mapping[str, tuple[float, float]]
    changed: tuple[Changed, ...]
    reasons: tuple[ReasonParity, ...]


def certified(
    fits: Fits,
    rows: Int64,
    applied: Applied,
    resampling: Resampling,
    given: Said,
    chosen: Said,
    front: Sequence[Said],
) -> Certificate:
    """Measure both, and how they differ.

    Parameters
    ----------
    fits : Fits
    rows : ndarray of int64, shape (n_certifying,)
    applied : Applied
        Their outcomes and groups.
    resampling : Resampling
    given, chosen : Said
    front : sequence of Said
        Candidates that no other one beats in both objectives.
    """
    pair = [(Ranked(applied, one.fit.certifying), one.share) for one in (given, chosen)]

    def statistic(counts: Float64) -> Float64:
        first, second = (ranked.figures(share, counts) for ranked, share in pair)
        return np.concatenate([first, second, second - first])

    def usable(counts: Float64) -> bool:
        return bool((counts * applied.weight).sum() > 0)

    metrics = resampling.metrics(FIGURES * 3, statistic, len(rows), usable)
    named = [frozen_mapping({one.name: one for one in metrics[at : at + len(FIGURES)]}) for at in (0, 5, 10)]
    even = np.ones(len(rows))
    found = {one.position: Ranked(applied, one.fit.certifying).figures(one.share, even) for one in front}
    approved = [ranked.approved(share, applied.weight) for ranked, share in pair]
    return Certificate(
        applications=len(rows),
        people=len(np.unique(applied.who)),
        given=named[0],
        chosen=named[1],
        difference=named[2],
        front=frozen_mapping({str(at): (float(one[0]), float(one[1])) for at, one in found.items()}),
        changed=tuple(_changed(applied, *approved)),
        reasons=tuple(_parity(fits, rows, applied, [given.fit, chosen.fit], approved)),
    )


def _changed(applied: Applied, before: Flags, after: Flags) -> list[Changed]:
    listed = []
    for one, shown in zip(applied.memberships, applied.shown, strict=True):
        people = one.people(applied.who)
        for position, group in enumerate(one.names):
            if position not in shown:
                listed.append(Changed(one.attribute, group, None, *(float("nan") for _ in range(4))))
                continue
            row, weight = one.of_group(position)
            w = weight * applied.weight[row]
            lost, gained = (before & ~after)[row], (after & ~before)[row]
            shares = [
                float(w @ part) / float(w.sum()) if w.sum() > 0 else float("nan") for part in (lost, gained)
            ]
            rates = [_bad_rate(applied.outcome[row], w * part) for part in (lost, gained)]
            listed.append(Changed(one.attribute, group, float(people[position]), *shares, *rates))
    return listed


def _bad_rate(outcome: Float64, weight: Float64) -> float:
    known = ~np.isnan(outcome)
    total = float(weight[known].sum())
    few = np.count_nonzero(weight[known]) < FEWEST_OUTCOMES
    return float("nan") if few else float(weight[known] @ outcome[known]) / total


def _parity(
    fits: Fits, rows: Int64, applied: Applied, pair: Sequence[Fit], approved: Sequence[Flags]
) -> list[ReasonParity]:
    shares = [_first_reasons(fits, rows, applied, *one) for one in zip(pair, approved, strict=True)]
    listed = []
    for number, (one, shown) in enumerate(zip(applied.memberships, applied.shown, strict=True)):
        if not len(shown):
            continue
        approvals = applied.approvals(approved[0], applied.weight)[number]
        best = int(shown[int(np.argmax(np.nan_to_num(approvals, nan=-1.0)))])
        for position in shown.tolist():
            if position != best:
                gaps = [_distance(each[number], position, best) for each in shares]
                listed.append(ReasonParity(one.attribute, one.names[position], one.names[best], *gaps))
    return listed


def _first_reasons(
    fits: Fits, rows: Int64, applied: Applied, fit: Fit, approved: Flags
) -> list[list[Float64 | None]]:
    """Shares of the first reasons of the declined, by attribute and group; None where they are too few."""
    declined = np.flatnonzero(~approved & ~np.isnan(fit.certifying))[:MOST_REASONS]
    names = sorted({feature.reason_group for feature in fits.rows.features})
    first = np.full(len(rows), -1, np.int64)
    if declined.size:
        values = contributions_of(fits, fit, rows[declined])
        member = np.array([[one.reason_group == name for name in names] for one in fit.features], float)
        first[declined] = np.argmax(values @ member, axis=1)
    found: list[list[Float64 | None]] = []
    for one in applied.memberships:
        inside: list[Float64 | None] = []
        for position in range(len(one.names)):
            row, weight = one.of_group(position)
            seen = first[row] >= 0
            w = (weight * applied.weight[row])[seen]
            counts = np.bincount(first[row][seen], w, minlength=len(names))
            few = weight[seen].sum() < applied.fewest or not counts.sum() > 0
            inside.append(None if few else counts / counts.sum())
        found.append(inside)
    return found


def _distance(shares: Sequence[Float64 | None], group: int, reference: int) -> float:
    one, other = shares[group], shares[reference]
    return float("nan") if one is None or other is None else float(np.abs(one - other).sum() / 2.0)
