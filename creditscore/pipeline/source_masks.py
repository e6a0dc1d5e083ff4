"""How a fitted pipeline does where only some groups of sources are there."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING, Final

import numpy as np

from creditscore._ground.arrays import Float64
from creditscore.data.aligned import outcomes_of
from creditscore.data.applications import Applications
from creditscore.data.portfolio import Portfolio
from creditscore.data.presence import COMBINATIONS, groups_in, with_groups_alone
from creditscore.errors import FittingError
from creditscore.model.scale import probability_of_default
from creditscore.scoring.model import Scoring
from creditscore.validation.bootstrap import performance
from creditscore.validation.results import Metric
from creditscore.words.plain import PLAIN

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

_FEWEST: Final = 2


@dataclass(frozen=True, slots=True)
class SourceMask:
    """The score where only some groups of sources are there.

    Attributes
    ----------
    groups : tuple of str
        Those that are there: ``payments``, ``repayments``, ``social``, ``digital``.
    applications, scored, bads : int
        Applications of known outcome; those of them that have a score; the bads among these.
    predicted, bad_rate : float
        Mean probability of default and share of bads of those with a score, within 0 and 1; NaN where nobody
        has one.
    auc, slope : Metric or None
        With 95 % bootstrap intervals; None where those with a score are all good or all bad, or have one
        score.
    """

    groups: tuple[str, ...]
    applications: int
    scored: int
    bads: int
    predicted: float
    bad_rate: float
    auc: Metric | None
    slope: Metric | None

    @property
    def share_scored(self) -> float:
        """Share of the applications that have a score, within 0 and 1."""
        return self.scored / self.applications

    @property
    def ratio(self) -> float:
        """Mean probability of default over the share of bads; NaN without bads."""
        return self.predicted / self.bad_rate if self.bads else np.nan


@dataclass(frozen=True, slots=True)
class SourceMasks:
    """One row for each combination of the groups of sources that a portfolio has.

    Attributes
    ----------
    masks : tuple of SourceMask
        All groups first.
    """

    masks: tuple[SourceMask, ...]

    def __len__(self) -> int:
        return len(self.masks)

    def __getitem__(self, groups: str | tuple[str, ...]) -> SourceMask:
        wanted = {groups} if isinstance(groups, str) else set(groups)
        for mask in self.masks:
            if set(mask.groups) == wanted:
                return mask
        raise KeyError(groups)

    def __str__(self) -> str:
        widths = [max(len(row[column]) for row in self._rows()) for column in range(len(self._rows()[0]))]
        lines = []
        for first, *others in self._rows():
            cells = (text.rjust(width) for text, width in zip(others, widths[1:], strict=True))
            lines.append("  ".join([first.ljust(widths[0]), *cells]))
        return "\n".join(lines)

    def __repr__(self) -> str:
        return str(self)

    def _repr_html_(self) -> str:
        head, *body = self._rows()
        cells = "".join(f"<th>{escape(text)}</th>" for text in head)
        rows = "".join("<tr>" + "".join(f"<td>{escape(text)}</td>" for text in row) + "</tr>" for row in body)
        return f"<table><thead><tr>{cells}</tr></thead><tbody>{rows}</tbody></table>"

    def _rows(self) -> list[list[str]]:
        return [PLAIN["source_masks"].split("|"), *(_row(mask) for mask in self.masks)]


class SourceMasking(Scoring):
    """What tells how a model does with some sources alone."""

    __slots__ = ()

    def source_masks(
        self, applications: Applications, portfolio: Portfolio, bad: ArrayLike, *, resamples: int = 200
    ) -> SourceMasks:
        """Judge the model with every combination of sources: payments, repayments, social, digital.

        The model is not fitted anew. For each combination the tables of the other groups are taken away and
        all features are computed again, as they are for whoever never connected these sources; what the
        application itself says stays. Give applications that the model was not fitted on.

        Parameters
        ----------
        applications : Applications
        portfolio : Portfolio
            Combinations of groups of which it has no table are left out, so there are up to 15.
        bad : array-like of shape (n_applications,), or mapping by application id
            1 bad, 0 good, NaN not known: such rows are left out.
        resamples : int, default 200
            Of the bootstrap, at least 2.

        Returns
        -------
        SourceMasks

        Raises
        ------
        FittingError
            If no outcome is known, or the portfolio has no table of these groups.
        MismatchError
            If with every source these are not what the model was fitted on.

        Examples
        --------
        >>> import creditscore as cs
        >>> cards = cs.datasets.load_taiwan_cards()
        >>> tables = cs.Portfolio(loans=cards.loans, statements=cards.statements, repayments=cards.repayments)
        >>> who = cs.Applications(cards.applications[:600])
        >>> scorer = cs.CreditScorer(recipe="pairs", n_estimators=20)
        >>> pipeline = cs.CreditPipeline(scorer=scorer).fit(who, tables, cards.bad[:600])
        >>> masks = pipeline.source_masks(who, tables, cards.bad[:600])
        >>> [mask.groups for mask in masks.masks], masks["repayments"].share_scored
        ([('repayments',)], 1.0)
        """
        labels = outcomes_of(bad, applications.application_ids)
        known = np.flatnonzero(~np.isnan(labels))
        present = groups_in(portfolio)
        if not known.size or not present:
            raise FittingError(PLAIN["no_masks"])
        applications, _, _ = self.model.computed(
            applications.take(known), portfolio, threads=self._threads, on_mismatch="refuse"
        )
        masks = []
        for groups in (one for one in COMBINATIONS if set(one) <= set(present)):
            some = with_groups_alone(portfolio, groups)
            matrix = self.model.computer.compute(applications, some, threads=self._threads)
            scored = np.flatnonzero(self.model.scorable(matrix))
            log_odds = self.model.fitted.log_odds(matrix.values[scored], threads=self._threads)
            masks.append(_measured(groups, known.size, log_odds, labels[known[scored]], resamples))
        return SourceMasks(tuple(masks))


def _measured(
    groups: tuple[str, ...], applications: int, log_odds: Float64, bad: Float64, resamples: int
) -> SourceMask:
    auc = slope = None
    if np.unique(bad).size == _FEWEST and np.unique(log_odds).size >= _FEWEST:
        found = performance(bad, log_odds, resamples=resamples, threads=1)
        auc, slope = found["auc"], found["calibration_slope"]
    predicted = float(probability_of_default(log_odds).mean()) if bad.size else np.nan
    rate = float(bad.mean()) if bad.size else np.nan
    return SourceMask(groups, applications, bad.size, int(bad.sum()), predicted, rate, auc, slope)


def _row(mask: SourceMask) -> list[str]:
    figures = [
        "-" if one is None else f"{one.value:.3f} ({one.low:.3f} to {one.high:.3f})"
        for one in (mask.auc, mask.slope)
    ]
    means = ["-" if value != value else f"{value:.2%}" for value in (mask.predicted, mask.bad_rate)]
    names = " + ".join(mask.groups)
    return [names, f"{mask.scored:,}", f"{mask.share_scored:.1%}", f"{mask.bads:,}", *figures, *means]
