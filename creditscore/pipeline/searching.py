"""Other parameters of a pipeline, tried on applications that the models were not fitted on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final, Literal, TypeAlias

import numpy as np

from creditscore._ground.asked import check_known
from creditscore._ground.extras import needs
from creditscore._ground.numbers import whole_number
from creditscore.data.applications import Applications
from creditscore.data.loans.outcomes import OutcomeRule
from creditscore.data.portfolio import Portfolio
from creditscore.errors import FittingError, ParameterError
from creditscore.pipeline.crossing import CrossValidated, Folding, Pair, Prepared, prepared

if TYPE_CHECKING:
    from numpy.typing import ArrayLike
    from optuna import Trial

    from creditscore.pipeline.facade import CreditPipeline

Space: TypeAlias = Callable[["Trial"], dict[str, Any]]
Metric: TypeAlias = Literal["log_loss", "auc", "brier"]
_RISES: Final = {"log_loss": False, "auc": True, "brier": False}
_SCORER: Final = "scorer__"


@dataclass(frozen=True, slots=True)
class Tried:
    """One set of parameters, and what came of it.

    Attributes
    ----------
    parameters : dict of str to value
        As for ``set_params``; empty for the pipeline as it was given.
    value : float
        The metric, over all applications that were judged.
    """

    parameters: dict[str, Any]
    value: float


@dataclass(frozen=True, slots=True, eq=False)
class SearchResult:
    """What a search found.

    Attributes
    ----------
    best : Tried
        The best of all that was tried.
    pipeline : CreditPipeline
        The pipeline with these parameters, not fitted.
    tried : tuple of Tried
        The pipeline as it was given first, then each trial.
    metric : str
    judged : CrossValidated
        What the best one said of applications that it was not fitted on. It was chosen for that, so it
        flatters: judge the pipeline on applications that the search did not see.
    """

    best: Tried
    pipeline: CreditPipeline
    tried: tuple[Tried, ...]
    metric: str
    judged: CrossValidated

    def __str__(self) -> str:
        given = self.tried[0].value
        return (
            f"{self.metric} {self.best.value:.5f} by {self.best.parameters or 'the pipeline as given'}, of "
            f"{len(self.tried) - 1} trials; as given: {given:.5f}"
        )


def usual_space(trial: Trial) -> dict[str, Any]:
    """Ask for the settings of trees, in the ranges that credit data bear.

    Parameters
    ----------
    trial : optuna.Trial
    """
    depth = trial.suggest_int("max_depth", 1, 8)
    return {
        "scorer__max_depth": depth,
        "scorer__num_leaves": trial.suggest_int("num_leaves", 2, min(2**depth, 63), log=True),
        "scorer__learning_rate": trial.suggest_float("learning_rate", 0.02, 0.1, log=True),
        "scorer__feature_fraction": trial.suggest_float("feature_fraction", 0.1, 1.0),
        "scorer__reg_lambda": trial.suggest_float("reg_lambda", 0.1, 100.0, log=True),
    }


def search(
    pipeline: CreditPipeline,
    applications: Applications,
    portfolio: Portfolio,
    bad: ArrayLike | OutcomeRule,
    *,
    trials: int = 30,
    space: Space = usual_space,
    metric: Metric = "log_loss",
    folds: Folding = 5,
    timeout: float | None = None,
    extracted_at: datetime | str | None = None,
    sample_weight: ArrayLike | None = None,
    positive_label: str | float | None = None,
    seed: int = 0,
) -> SearchResult:
    """Search parameters of the scorer with Optuna, judged on applications that the models were not fitted on.

    Features are computed once. The pipeline as it was given is tried too, so that nothing worse on these
    folds is returned. The same seed gives the same trials, unless `timeout` ends them.

    Parameters
    ----------
    pipeline : CreditPipeline
        It is not changed.
    applications, portfolio, bad, folds, extracted_at, sample_weight, positive_label
        As for `cross_validate`; arrays of shape (n_applications,).
    trials : int, default 30
        Sets of parameters to try, at least 1.
    space : callable
        Takes an ``optuna.Trial`` and returns parameters as for ``set_params``, all of them of the scorer,
        such as ``{"scorer__max_depth": trial.suggest_int("max_depth", 2, 6)}``.
    metric : {"log_loss", "auc", "brier"}
    timeout : float, optional
        Seconds after which no trial begins.
    seed : int, default 0
        Of the trials and of the parts.

    Returns
    -------
    SearchResult

    Raises
    ------
    MissingExtraError
        If Optuna is not installed: the extra is ``search``.
    NameUnknownError
        If the space names a parameter that is not there.
    ParameterError
        If the space names what is no parameter of the scorer, or an argument is none.

    References
    ----------
    Akiba et al. (2019), Optuna: a next-generation hyperparameter optimization framework.
    """
    trials = whole_number("trials", trials, 1)
    check_known("metric", metric, _RISES)
    with needs("search", package="optuna", extra="search"):
        import optuna
    rows = prepared(
        pipeline,
        applications,
        portfolio,
        bad,
        extracted_at=extracted_at,
        sample_weight=sample_weight,
        positive_label=positive_label,
    )
    tries = _Tries(pipeline, rows, tuple(rows.pairs(folds, seed)), space, metric)
    tries.judge({})
    verbosity = optuna.logging.get_verbosity()
    try:
        optuna.logging.set_verbosity(optuna.logging.WARNING)
        sampler = optuna.samplers.TPESampler(seed=seed)
        rises = _RISES[metric]
        study = optuna.create_study(direction="maximize" if rises else "minimize", sampler=sampler)
        study.optimize(tries, n_trials=trials, timeout=timeout)
    finally:
        optuna.logging.set_verbosity(verbosity)
    return tries.result()


class _Tries:
    """What Optuna calls: it judges a set of parameters and remembers the best."""

    def __init__(
        self,
        pipeline: CreditPipeline,
        rows: Prepared,
        pairs: tuple[Pair, ...],
        space: Space,
        metric: str,
    ) -> None:
        self.pipeline, self.rows, self.pairs, self.space, self.metric = pipeline, rows, pairs, space, metric
        self.tried: list[Tried] = []
        self.best: tuple[Tried, CrossValidated, CreditPipeline] | None = None

    def __call__(self, trial: Trial) -> float:
        return self.judge(self.space(trial))

    def judge(self, parameters: dict[str, Any]) -> float:
        from sklearn.base import clone

        alien = [name for name in parameters if not name.startswith(_SCORER)]
        if alien:
            raise ParameterError.must_be(
                "space", f"a callable that names parameters of the scorer ({_SCORER}...)", alien
            )
        made: CreditPipeline = clone(self.pipeline)
        made.set_params(**parameters)
        found = self.rows.judged(made.scorer, self.pairs, made.threads)
        one = Tried(dict(parameters), found.performance[self.metric].value)
        if not np.isfinite(one.value):
            raise FittingError(f"The metric {self.metric} has no finite value. Give another one.")
        self.tried.append(one)
        if self.best is None or self._better(one.value, self.best[0].value):
            self.best = one, found, made
        return one.value

    def _better(self, value: float, than: float) -> bool:
        return value > than if _RISES[self.metric] else value < than

    def result(self) -> SearchResult:
        if self.best is None:
            raise FittingError.not_yet()
        one, found, made = self.best
        return SearchResult(one, made, tuple(self.tried), self.metric, found)
