"""From rows to the card that is deployed, its calibration, and what judges it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from creditscore._ground.progress import progress
from creditscore.errors import FittingError
from creditscore.model.affine import AffineCalibration
from creditscore.model.calibration import fit_affine
from creditscore.model.card import Card, CardData
from creditscore.model.choosing import Candidate
from creditscore.model.crossfit import HeldOut
from creditscore.model.division import Division
from creditscore.model.folds import Folds
from creditscore.model.level import Level, applications_in, level_of, newest_tenth
from creditscore.model.origins import Origins
from creditscore.model.trees import Trees

Floats = NDArray[np.float64]
Rows = NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class GrownCard:
    """All that comes of making a card.

    Attributes
    ----------
    card : Card
        Of all rows: what is deployed.
    text : str
        The same as canonical trees.
    calibration : AffineCalibration
        From their sum to calibrated log-odds, learned out of fold.
    raw : ndarray of float64, shape (n_rows,)
        Raw log-odds of all rows, each by a card that was made of others.
    report : HeldOut
        Calibrated log-odds of rows by cards that were made, and calibrated, on others.
    candidates : tuple of Candidate
        How it did: the one.
    level : Level or None
        How far the newest rows moved the level of risk.
    """

    card: Card
    text: str
    calibration: AffineCalibration
    raw: Floats
    report: HeldOut
    candidates: tuple[Candidate, ...]
    level: Level | None

    @property
    def dropped(self) -> tuple[int, ...]:
        """Columns of too little information."""
        return self.card.weak

    @property
    def parts(self) -> tuple[tuple[str, ...], ...]:
        """None are kept."""
        return ()

    @property
    def refit(self) -> bool:
        """Whether it was made of all rows: it was."""
        return True

    def sentence(self, origins: Origins | str) -> str:
        """Say in a sentence what was judged and what is deployed; a text tells why not in time."""
        if isinstance(origins, str):
            judged = f"parts of applicants, each by scorecards made of the others (not in time: {origins})"
        else:
            judged = str(origins)
        n = len(self.card.bins)
        return f"judged on {judged}; deployed: a scorecard of {n} {'feature' if n == 1 else 'features'}"


@dataclass(frozen=True, slots=True, eq=False)
class _Cards:
    """Rows, who they are about, and how cards of them are calibrated."""

    data: CardData
    who: NDArray[np.generic]
    when: Rows | None
    calibrate: bool
    flatten: bool
    threads: int

    def said(self, made_of: Rows, of: Rows) -> Floats:
        trees = Trees.from_lightgbm_text(self.data.grow(made_of))
        return trees.raw_scores(self.data.encoded[of], threads=self.threads)

    def line(self, raw: Floats, rows: Rows) -> tuple[AffineCalibration, Level | None]:
        """Slope by all given rows, level by the newest; ``raw`` is of these rows alone."""
        if not self.calibrate:
            return AffineCalibration(), None
        bad, weight = self.data.bad[rows], self.data.weight[rows]
        line = fit_affine(raw, bad, weight, flatten=self.flatten)
        if self.when is None:
            return line, None
        which = applications_in(self.who[rows], self.when[rows])
        newest = newest_tenth(self.when[rows], bad, which)
        if newest is None:
            return line, None
        which = None if which is None else which[newest]
        level = level_of(line.log_odds(raw[newest]), bad[newest], weight[newest], which)
        return line.shifted(level.shift), level


def grow_card(data: CardData, apart: Division, *, calibrate: bool, flatten: bool, threads: int) -> GrownCard:
    """Make a card of all rows, calibrate it out of fold, and judge it in time if that can be.

    Parameters
    ----------
    data : CardData
    apart : Division
        Parts of the applicants, and blocks of time that judge; without them the parts do.
    calibrate, flatten, threads
        As for `Scorecard`.
    """
    folds, origins = apart.folds, apart.in_time
    cards = _Cards(data, apart.who, apart.when, calibrate, flatten, threads)
    raw = np.full(len(data.bad), np.nan)
    pairs = list(folds.pairs())
    for made_of, of in progress(pairs, what="cross-fitting", total=len(pairs)):
        raw[of] = cards.said(made_of, of)
    rows = folds.rows(*range(folds.n_parts))
    line, level = cards.line(raw[rows], rows)
    if origins is None:
        judged = np.full(len(data.bad), np.nan)
        for others, of in pairs:
            judged[of] = cards.line(raw[others], others)[0].log_odds(raw[of])
    else:
        judged = _in_time(cards, folds, origins)
    reported = np.flatnonzero(~np.isnan(judged)).astype(np.int64)
    card = data.card(rows)
    if not (card.bins or flatten):
        raise FittingError("No feature tells enough to get points. Lower 'least_information'.")
    loss = np.logaddexp(0.0, raw[rows]) - data.bad[rows] * raw[rows]
    mean = float(data.weight[rows] @ loss / data.weight[rows].sum())
    return GrownCard(
        card=card,
        text=data.grow(rows),
        calibration=line,
        raw=raw,
        report=HeldOut(reported, judged[reported], data.bad[reported], data.weight[reported]),
        candidates=(Candidate("scorecard", True, len(card.bins), mean, 0.0, 0.0, folds.n_parts),),
        level=level,
    )


def _in_time(cards: _Cards, folds: Folds, origins: Origins) -> Floats:
    """Judge each block by a card of the rows before it, of which one part is left to calibrate."""
    judged = np.full(len(cards.data.bad), np.nan)
    pairs = list(origins.pairs())
    for number, (before, block) in enumerate(progress(pairs, what="judging in time", total=len(pairs))):
        is_aside = folds.number[before] == number % folds.n_parts
        aside = before[is_aside]
        said = cards.said(before[~is_aside], np.concatenate([aside, block]))
        judged[block] = cards.line(said[: len(aside)], aside)[0].log_odds(said[len(aside) :])
    return judged
