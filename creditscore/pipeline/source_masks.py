"""How a fitted pipeline does where only some groups of sources are there."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from creditscore.data.aligned import outcomes_of
from creditscore.data.applications import Applications
from creditscore.data.portfolio import Portfolio
from creditscore.data.presence import COMBINATIONS, groups_in, with_groups_alone
from creditscore.errors import FittingError
from creditscore.pipeline.masks import SourceMasks, measured
from creditscore.scoring.model import Scoring
from creditscore.words.plain import PLAIN

if TYPE_CHECKING:
    from numpy.typing import ArrayLike


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
            masks.append(measured(groups, known.size, log_odds, labels[known[scored]], resamples))
        return SourceMasks(tuple(masks))
