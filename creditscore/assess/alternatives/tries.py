"""What a search was asked for, and what it tried so far."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import Final, Literal, TypeAlias

import numpy as np

from creditscore._ground.arrays import Float64, Int64
from creditscore._ground.asked import check_known
from creditscore._ground.numbers import finite_number
from creditscore._ground.progress import progress
from creditscore.assess.alternatives.alternative import Alternative
from creditscore.assess.alternatives.certifying import Certificate, Said, certified
from creditscore.assess.alternatives.fits import Fit, Fits, Parts
from creditscore.assess.alternatives.judging import AUC, PROFIT, RATIO, Applied, Ranked
from creditscore.assess.alternatives.result import Candidate
from creditscore.assess.alternatives.space import AlternativeSpace
from creditscore.assess.alternatives.widening import widening_of
from creditscore.errors import FittingError, ParameterError
from creditscore.features.definition import FeatureSet
from creditscore.pipeline.crossing import Prepared
from creditscore.validation import _checks
from creditscore.validation.fairness.membership import Membership
from creditscore.validation.fairness.remaining import SearchBound, search_bound
from creditscore.validation.resampling import Resampling

Objective: TypeAlias = Literal["auc", "profit"]
_COLUMN: Final = {"auc": AUC, "profit": PROFIT}


@dataclass(frozen=True, slots=True)
class Asked:
    """What a search was asked for, checked; see `search_alternatives`."""

    approve: float | Sequence[float]
    objective: Objective
    worth: float
    draws: int
    enough: float | None
    confidence: float
    fewest: int
    profit_if_good: float
    loss_if_bad: float
    shares: tuple[float, ...] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "shares", _shares(self.approve))
        check_known("objective", self.objective, _COLUMN)
        for name in ("worth", "profit_if_good", "loss_if_bad", "enough"):
            value = getattr(self, name)
            if value is not None and finite_number(name, value) < 0:
                raise ParameterError.must_be(name, "0 or more", value)
        _checks.at_least("draws", self.draws, 0)
        _checks.level(self.confidence)
        _checks.at_least("fewest", self.fewest, 1)

    def applied(self, rows: Prepared, part: Int64, read: Sequence[Membership]) -> Applied:
        """Take the applications of one part, row numbers of shape (n_part,).

        Raises
        ------
        FittingError
            If no attribute has two groups of enough people there.
        """
        made = Applied(
            rows.bad[part], rows.weight[part], rows.who[part], [one.within(part) for one in read],
            fewest=self.fewest, profit=self.profit_if_good, loss=self.loss_if_bad,
        )  # fmt: skip
        if not any(len(shown) > 1 for shown in made.shown):
            raise FittingError(
                f"No attribute has two groups of at least {self.fewest} people in both parts. Give more "
                "rows, or a smaller 'fewest'."
            )
        return made


class Tries:
    """What was fitted, and what each share of each is worth where candidates are compared."""

    def __init__(self, fits: Fits, parts: Parts, applied: Applied, asked: Asked) -> None:
        self.fits: Fits = fits
        self.parts: Parts = parts
        self.applied: Applied = applied
        self.asked: Asked = asked
        self.shares: tuple[float, ...] = asked.shares if asked.objective == "profit" else asked.shares[:1]
        self.column: int = _COLUMN[asked.objective]
        self.candidates: list[Candidate] = []
        self.figures: list[Float64] = []
        self.fitted: list[Fit] = []
        self.owner: list[int] = []

    def take(self, alternative: Alternative, fit: Fit, *, drawn: bool) -> None:
        """Judge a fitted candidate at every share."""
        ranked = Ranked(self.applied, fit.choosing)
        even = np.ones(fit.choosing.size)
        for share in self.shares:
            figures = ranked.figures(share, even)
            number = len(self.candidates)
            self.candidates.append(
                Candidate(number, alternative, drawn, len(fit.features), share, *figures.tolist())
            )
            self.figures.append(figures)
            self.owner.append(len(self.fitted))
        self.fitted.append(fit)

    def run(self, space: AlternativeSpace, seed: int) -> None:
        """Fit what follows from the gap of the pipeline as given, then what is drawn by chance."""
        first, asked = self.fitted[0], self.asked
        widening = widening_of(self.fits, first, self.parts.choosing, self.applied, self.shares[0], seed)
        telling = self.fits.telling(self.parts)
        planned = _differing(space.planned(telling, widening), telling)
        for one in progress(planned, what="planned alternatives", total=len(planned)):
            self.take(one, self.fits.fit(one, self.parts), drawn=False)
        drawn = islice(space.drawn(telling, widening, seed), asked.draws)
        for one in progress(drawn, what="drawn alternatives", total=asked.draws):
            self.take(one, self.fits.fit(one, self.parts), drawn=True)
            if asked.enough is not None and self.bound().gain <= asked.enough:
                break

    def certified(self, applied: Applied, chosen: int, resampling: Resampling) -> Certificate:
        """Measure the pipeline as given, the chosen one and the front on the people that certify."""
        front = [self.said(position) for position, one in enumerate(self.ranked()) if one.front]
        rows = self.parts.certifying
        return certified(self.fits, rows, applied, resampling, self.said(0), self.said(chosen), front)

    def said(self, position: int) -> Said:
        """What a candidate says of the applicants that certify."""
        fit = self.fitted[self.owner[position]]
        return Said(position, fit, self.candidates[position].share)

    def _good_enough(self, position: int) -> bool:
        return bool(self.figures[position][self.column] >= self.figures[0][self.column] - self.asked.worth)

    def chosen(self) -> int:
        """Position of the highest ratio among those that are worth as much; ties go to the worthier."""
        able = [position for position in range(len(self.figures)) if self._good_enough(position)]
        ratios = [np.nan_to_num(self.figures[position][RATIO], nan=-1.0) for position in able]
        keys = [(ratio, self.figures[p][self.column], -p) for ratio, p in zip(ratios, able, strict=True)]
        return able[max(range(len(able)), key=keys.__getitem__)] if able else 0

    def ranked(self) -> tuple[Candidate, ...]:
        """Mark those that no other one beats in both, or equals in one and beats in the other."""
        points = np.array([[one[self.column], one[RATIO]] for one in self.figures])
        known = ~np.isnan(points).any(axis=1)
        marked = []
        for position, one in enumerate(self.candidates):
            mine = points[position]
            beats = (points >= mine).all(axis=1) & (points > mine).any(axis=1) & known
            marked.append(replace(one, front=bool(known[position] and not beats.any())))
        return tuple(marked)

    def bound(self) -> SearchBound:
        """Bound what more draws could gain in the impact ratio, where they are worth as much."""
        best: dict[int, float] = {}
        start = 0.0
        for position, one in enumerate(self.candidates):
            ratio = float(np.nan_to_num(self.figures[position][RATIO]))
            value = ratio if self._good_enough(position) else 0.0
            if one.drawn:
                owner = self.owner[position]
                best[owner] = max(best.get(owner, 0.0), value)
            else:
                start = max(start, value)
        return search_bound(list(best.values()), start=start, confidence=self.asked.confidence)


def _differing(planned: Iterable[Alternative], features: FeatureSet) -> list[Alternative]:
    """Leave out what has no feature, and what is another one in other words."""
    found: dict[tuple[tuple[str, ...], str], Alternative] = {}
    for one in planned:
        names = one.features_of(features)
        if names:
            found.setdefault((names, one.family), one)
    return list(found.values())


def _shares(approve: float | Sequence[float]) -> tuple[float, ...]:
    given = np.atleast_1d(np.asarray(approve))
    if given.ndim != 1 or not given.size or given.dtype.kind not in "iuf":
        raise ParameterError.must_be("approve", "a share, or several", approve)
    if not ((given > 0) & (given <= 1)).all():
        raise ParameterError.must_be("approve", "above 0 and at most 1", approve)
    return tuple(given.astype(np.float64).tolist())
