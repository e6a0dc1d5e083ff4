"""How far people can raise their score by bending what is seen of them, without changing how they pay."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from creditscore._ground.arrays import Flags, Float64
from creditscore._ground.progress import progress
from creditscore.assess.gaming import GainShare, GamingAssessment, GamingEffect, QuarterGain
from creditscore.data.applications import Applications
from creditscore.data.given import check_given
from creditscore.data.portfolio import Portfolio
from creditscore.errors import NameUnknownError, ParameterError
from creditscore.explain.contributions import Contributions
from creditscore.gaming.manipulations import MANIPULATIONS, Manipulation
from creditscore.gaming.measures import with_measures
from creditscore.gaming.sample import GamingSample, gaming_sample
from creditscore.pipeline.facade import CreditPipeline
from creditscore.scoring.model import ScoringModel

MOST_PEOPLE: Final = 500
_QUARTERS: Final = 4
_SHOWN: Final = 10
_TENTH: Final = 0.1
_ROUNDING: Final = 1e-9


@dataclass(frozen=True, slots=True, eq=False)
class _Scored:
    """The people of a sample, scored."""

    points: Float64
    score: Float64
    contributions: Contributions
    known: Flags


def assess_gaming(
    pipeline: CreditPipeline,
    applications: Applications,
    portfolio: Portfolio,
    *,
    cutoff: float,
    people: int = MOST_PEOPLE,
    seed: int = 0,
    manipulations: Sequence[str] | None = None,
    threads: int | None = None,
) -> GamingAssessment:
    """Let people bend their raw events before they apply, and score them again by the same path.

    Each manipulation is what somebody could do without paying any better: borrow income, move money to and
    fro, buy for 1, put off bills, settle tiny loans, choose friends. All people of the sample bend their own
    events at once, which no score of another reads; what the grid of the graph measures is computed anew.

    Parameters
    ----------
    pipeline : CreditPipeline
        Fitted or loaded.
    applications : Applications
        Of which one of each person may be drawn.
    portfolio : Portfolio
    cutoff : float
        The lowest score that is approved, in points.
    people : int, default 500
        How many are drawn, from 1 to 500; everyone, where there are fewer with a score.
    seed : int, default 0
        Of everything that is drawn, 0 or more.
    manipulations : sequence of str, optional
        Some of those of `creditscore.gaming.manipulations`; all where left out.
    threads : int, optional
        Default: one a processor. No figure depends on it.

    Returns
    -------
    GamingAssessment
        Give it to ``model_report(gaming=...)``.

    Raises
    ------
    ParameterError
        If a parameter has a value that it cannot take, or nobody has a score.
    NameUnknownError
        If there is no such manipulation.

    Examples
    --------
    >>> import creditscore as cs
    >>> made = cs.simulate.simulate_portfolio(cs.simulate.SimulationConfig(people=400), seed=1)
    >>> applications, portfolio = made.to_applications(), made.portfolio()
    >>> pipeline = cs.CreditPipeline([cs.payment_features().select(["payments_inflow_sum_90d"])])
    >>> pipeline = pipeline.fit(applications, portfolio, made.bad(portfolio))
    >>> found = cs.assess_gaming(
    ...     pipeline, applications, portfolio, cutoff=520, people=20, manipulations=["one_deposit"]
    ... )
    >>> [effect.manipulation for effect in found.effects]
    ['one_deposit']
    """
    check_given(applications=applications, portfolio=portfolio, some=True)
    chosen = _chosen(manipulations)
    if not np.isfinite(cutoff):
        raise ParameterError.must_be("cutoff", "a finite number of points", cutoff)
    if not 1 <= people <= MOST_PEOPLE:
        raise ParameterError.must_be("people", f"from 1 to {MOST_PEOPLE}", people)
    if seed < 0:
        raise ParameterError.must_be("seed", "0 or more", seed)
    sample = _draw(pipeline, applications, portfolio, people, seed, threads)
    before = _score(pipeline.model, sample, sample.portfolio_of({}), threads)
    effects, absent = [], []
    for one in progress(chosen, what="manipulations", total=len(chosen)):
        effect = _try(pipeline.model, sample, before, one, cutoff, threads)
        if effect is None:
            absent.append(one.name)
        else:
            effects.append(effect)
    return GamingAssessment(
        pipeline.model.model_id, float(cutoff), len(sample), seed, tuple(effects), tuple(absent)
    )


def _chosen(names: Sequence[str] | None) -> list[Manipulation]:
    if names is None:
        return list(MANIPULATIONS.values())
    if isinstance(names, str):
        raise ParameterError.must_be("manipulations", f"a sequence of names, such as ({names!r},)", names)
    for name in names:
        if name not in MANIPULATIONS:
            raise NameUnknownError.among("manipulation", name, tuple(MANIPULATIONS))
    return [MANIPULATIONS[name] for name in dict.fromkeys(names)]


def _draw(
    pipeline: CreditPipeline,
    applications: Applications,
    portfolio: Portfolio,
    people: int,
    seed: int,
    threads: int | None,
) -> GamingSample:
    """Draw one application each of some people; of several of a person, any."""
    order = np.random.default_rng([seed, 30]).permutation(len(applications))
    seen: set[Any] = set()
    rows = []
    for row in order.tolist():
        who = applications.applicant_ids[row]
        if who not in seen:
            seen.add(who)
            rows.append(row)
    # Some have nothing that could be scored; they are passed over.
    drawn = np.array(rows, np.int64)
    few = np.sort(drawn[: 2 * people])
    matrix = pipeline.model.computer.compute(applications.take(few), portfolio, threads=threads)
    scored = dict(zip(few.tolist(), pipeline.model.scorable(matrix).tolist(), strict=True))
    kept = [row for row in rows[: 2 * people] if scored[row]][:people]
    if not kept:
        raise ParameterError("None of the applications can be scored. Give some of whom something is known.")
    return gaming_sample(applications, portfolio, np.sort(np.array(kept, np.int64)), seed)


def _score(model: ScoringModel, sample: GamingSample, portfolio: Portfolio, threads: int | None) -> _Scored:
    matrix = model.computer.compute(sample.applications, portfolio, threads=threads)
    contributions = model.explainer.contributions(
        matrix.values, model.computer.features, matrix.application_ids, threads=threads
    )
    points = np.asarray(model.scale.points(contributions.log_odds), np.float64)
    score = np.asarray(model.scale.score(contributions.log_odds), np.float64)
    return _Scored(points, score, contributions, model.scorable(matrix))


def _try(
    model: ScoringModel,
    sample: GamingSample,
    before: _Scored,
    one: Manipulation,
    cutoff: float,
    threads: int | None,
) -> GamingEffect | None:
    """Bend, score again and compare; None where nobody could."""
    if not all(name in sample.tables and len(sample.tables[name]) for name in one.needs):
        return None
    bent = one.bend(sample)
    if not bent.tried.any():
        return None
    portfolio = sample.portfolio_of(with_measures(sample, bent.tables, threads))
    after = _score(model, sample, portfolio, threads)
    rows = np.flatnonzero(bent.tried & before.known & after.known)
    return _effect(model, before, after, rows, one, cutoff) if rows.size else None


def _effect(
    model: ScoringModel,
    before: _Scored,
    after: _Scored,
    rows: NDArray[np.int64],
    one: Manipulation,
    cutoff: float,
) -> GamingEffect:
    gain = after.points[rows] - before.points[rows]
    declined = before.score[rows] < cutoff
    crossed = after.score[rows][declined] >= cutoff
    ordered = np.sort(gain)
    tenth = max(1, round(_TENTH * gain.size))
    found = {
        "median": float(np.median(gain)),
        "highest": float(np.quantile(gain, 0.95)),
        "crossed": float(crossed.mean()) if crossed.size else float("nan"),
        "lowest_tenth": float(ordered[:tenth].mean()),
    }
    moved = -model.scale.factor * (after.contributions.values[rows] - before.contributions.values[rows])
    by_feature = dict(zip(before.contributions.feature_names, moved.mean(axis=0).tolist(), strict=True))
    by_group: dict[str, float] = {}
    for name, group in zip(by_feature, before.contributions.reason_groups, strict=True):
        by_group[group] = by_group.get(group, 0.0) + by_feature[name]
    return GamingEffect(
        manipulation=one.name,
        people=int(rows.size),
        mean=float(gain.mean()),
        highest_tenth=float(ordered[-tenth:].mean()),
        declined=int(declined.sum()),
        quarters=_quarters(before.points[rows], gain),
        groups=tuple(share for share in _shares(by_group) if abs(share.points) > _ROUNDING),
        features=tuple(share for share in _shares(by_feature)[:_SHOWN] if share.points > _ROUNDING),
        bounds=one.bounds,
        passed=one.bounds.hold(**found),
        **found,
    )


def _shares(points: dict[str, float]) -> list[GainShare]:
    return [GainShare(name, value) for name, value in sorted(points.items(), key=lambda pair: -pair[1])]


def _quarters(points: Float64, gain: Float64) -> tuple[QuarterGain, ...]:
    """Part people by their score before; of equal scores, in the order of the sample."""
    order = np.argsort(points, kind="stable")
    parts = np.array_split(gain[order], _QUARTERS)
    return tuple(
        QuarterGain(number, int(part.size), float(np.median(part)), float(np.quantile(part, 0.95)))
        for number, part in enumerate(parts, start=1)
        if part.size
    )
