"""Whether the same applicants would be given the same reasons by a model fitted to another sample."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from creditscore._ground.progress import progress
from creditscore.assess.study import Study
from creditscore.assess.values import Measurement
from creditscore.errors import FittingError
from creditscore.explain.contributions import Contributions
from creditscore.explain.explainer import Explainer
from creditscore.explain.stability import (
    DECLINED,
    ReasonStability,
    as_reasons_are_given,
    reason_stability,
    rows_of,
)
from creditscore.model.fitted import FittedModel
from creditscore.words.plain import PLAIN

_MOST_ROWS: Final = 4_000
_COMPARED: Final = 500


@dataclass(frozen=True, slots=True)
class RefitStability(Measurement):
    """How the leading reason groups of the same applicants agree across refits.

    Attributes
    ----------
    refits, rows, seed : int
        Models that were fitted, rows that each was fitted to, and the seed that repeats their draw.
    agreement : ReasonStability
        Between the model in use and the refits.
    """

    refits: int
    rows: int
    seed: int
    agreement: ReasonStability

    def to_dict(self) -> dict[str, Any]:
        """Write the settings and the agreement side by side, as plain data."""
        settings = {"refits": self.refits, "rows": self.rows, "seed": self.seed}
        return settings | self.agreement.to_dict()


def stability_of(study: Study, refits: int) -> RefitStability | None:
    """Fit the model again to applications drawn with replacement, and compare the leading reason groups.

    Compared are the riskiest two fifths, who are given reasons, against the others, as reasons are stated.

    Returns
    -------
    RefitStability or None
        None where a resample cannot be fitted.
    """
    compared = study.sample(_COMPARED, purpose=7)
    ids = [study.matrix.application_ids[row] for row in compared.tolist()]
    features = study.model.computer.features
    risk = study.log_odds[compared]
    declined = np.flatnonzero(risk >= np.quantile(risk, 1.0 - DECLINED))

    def explained(explainer: Explainer) -> Contributions:
        values = study.matrix.values[compared]
        found = explainer.contributions(values, features, ids, threads=study.threads)
        return rows_of(as_reasons_are_given(found), declined)

    others = {}
    rows = min(study.rows.size, _MOST_ROWS)
    for number in progress(range(1, refits + 1), what="refits", total=refits):
        drawn = np.random.default_rng([study.seed, 8, number]).integers(study.rows.size, size=rows)
        try:
            others[f"refit {number}"] = explained(Explainer(refitted(study, drawn)))
        except FittingError:
            return None
    found = reason_stability(explained(study.model.explainer), others, across=PLAIN["refits"])
    return RefitStability(refits, int(rows), study.seed, found)


def refitted(study: Study, drawn: NDArray[np.int64]) -> FittedModel:
    """Fit as the pipeline does, with its signs and categories, to some judged rows: shape (n_drawn,)."""
    from sklearn.base import clone

    from creditscore.model.scorer import CreditScorer

    scorer: Any = CreditScorer() if study.pipeline.scorer is None else clone(study.pipeline.scorer)
    fitted = study.model.fitted
    if "n_estimators" in scorer.get_params(deep=False):
        scorer.set_params(n_estimators=fitted.n_trees)
    scorer.set_params(
        signs=list(fitted.signs),
        categorical_features=sorted(fitted.categories),
        folds="hash",
        threads=study.threads,
    )
    rows = study.rows[drawn]
    found = scorer.fit(study.matrix.values[rows], study.bad[drawn].astype(np.int64), groups=rows)
    model: FittedModel = found.model_
    return model
