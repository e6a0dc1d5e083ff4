"""What a fitted model answers to an applicant who asks what to do."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from creditscore.data.applications import Applications
from creditscore.data.portfolio import Portfolio
from creditscore.deciding.afterwards import opened_after, recourse_of, that_hold
from creditscore.deciding.evidence import gather
from creditscore.recourse.counterfactual import MOST_ALTERNATIVES, Counterfactual
from creditscore.scoring.asking import one_application
from creditscore.scoring.mismatch import forbids
from creditscore.scoring.model import Scoring


class Advising(Scoring):
    """What a fitted model answers, with what would lead to another decision."""

    __slots__ = ()

    def counterfactuals(
        self,
        application: Applications | Mapping[str, Any],
        portfolio: Portfolio,
        cutoff: float | None,
        *,
        limit: int = MOST_ALTERNATIVES,
    ) -> tuple[Counterfactual, ...]:
        """Find what the applicant could do so that the score reaches a cut-off.

        Events and the application are changed, never features: what is overdue is paid, some months are paid
        on time, a card balance is kept low, an account above zero, less or another term is asked for. Every
        feature that follows is computed anew.

        Parameters
        ----------
        application : mapping or Applications of one
        portfolio : Portfolio
            Where the model reads standings of other people, with its secret, as for `decide`.
        cutoff : float
            The lowest score that is approved, in points.
        limit : int
            Alternatives at most.

        Returns
        -------
        tuple of Counterfactual
            Each of one to three kinds of change, scored by the model; fewest kinds first, then least effort.
            Empty if the score reaches the cut-off, if nothing within reach does, or if the applicant cannot
            be scored. `after` carries one out.
        """
        model = self.model
        one, portfolio = model.lawful(one_application(application), portfolio)
        one, found = model.admitted(one, portfolio)
        evidence = gather(model.computer, one, portfolio)
        found += model.values_found(one, evidence.matrix)
        if forbids(found) or not model.scorable(evidence.matrix)[0]:
            return ()
        asked = evidence.application, evidence.portfolio, evidence.matrix.values[0], cutoff
        return that_hold(model, evidence, recourse_of(model).find(*asked, limit=limit))

    def after(
        self,
        application: Applications | Mapping[str, Any],
        portfolio: Portfolio,
        alternative: Counterfactual,
    ) -> tuple[Applications, Portfolio]:
        """Return the application and the portfolio as they would be after an alternative.

        Give both to `score`: the score is that of the alternative. The portfolio holds the applicant and
        those around, with ids of their own, as a decision record does.
        """
        one, portfolio = self.model.lawful(one_application(application), portfolio)
        one, _ = self.model.admitted(one, portfolio)
        stated = (*one.numeric, *one.text)
        evidence = gather(self.model.computer, one, portfolio, compared=stated)
        steps = [step.to_dict() for step in alternative.steps]
        return opened_after(self.model, json.loads(evidence.inputs_text()), steps)
