"""Parameters of a pipeline by name, as scikit-learn's estimators have them: to read, to set, and to clone."""

from __future__ import annotations

from typing import Any, Final, Self

from creditscore.errors import FittingError, NameUnknownError
from creditscore.law.jurisdiction import Jurisdiction
from creditscore.model.scale import MasterScale, ScoreScale

PARAMETERS: Final = (
    "features", "scorer", "scale", "master_scale", "embargo", "segments", "source_dropout", "threads",
    "jurisdiction",
)  # fmt: skip
_OF_SCORER: Final = "scorer__"


class Parameterised:
    """What has the parameters of a pipeline."""

    features: Any
    scorer: Any
    scale: ScoreScale
    master_scale: MasterScale
    embargo: str
    segments: tuple[str, ...]
    source_dropout: int
    threads: int | None
    jurisdiction: Jurisdiction | None
    _scorer_is_known: bool

    def get_params(self, deep: bool = True) -> dict[str, Any]:
        """Return the parameters by name.

        Parameters
        ----------
        deep : bool, default True
            Also those of the scorer, such as ``scorer__recipe``.
        """
        found: dict[str, Any] = {name: getattr(self, name) for name in PARAMETERS}
        scorer = found["scorer"]
        if deep and scorer is not None:
            found |= {f"{_OF_SCORER}{name}": value for name, value in scorer.get_params().items()}
        return found

    def set_params(self, **parameters: Any) -> Self:
        """Set parameters by name; ``scorer__recipe="deep"`` sets one of the scorer.

        What was fitted stays until the next ``fit``. Other pipelines that share the scorer keep theirs.

        Raises
        ------
        NameUnknownError
            If there is no such parameter; the closest one is named.
        """
        own = {name: value for name, value in parameters.items() if not name.startswith(_OF_SCORER)}
        for name in own:
            if name not in PARAMETERS:
                raise NameUnknownError.among("parameter of the pipeline", name, PARAMETERS)
        nested = {name.removeprefix(_OF_SCORER): parameters[name] for name in parameters if name not in own}
        made = type(self)(**self.get_params(deep=False) | own)
        for name in own:
            setattr(self, name, getattr(made, name))
        if nested:
            self._set_scorer(nested)
        return self

    def _set_scorer(self, nested: dict[str, Any]) -> None:
        from sklearn.base import clone

        from creditscore.model.scorer import CreditScorer

        scorer: Any = CreditScorer() if self.scorer is None else clone(self.scorer)
        known = sorted(scorer.get_params())
        for name in nested:
            if name not in known:
                raise NameUnknownError.among("parameter of the scorer", name, known)
        self.scorer = scorer.set_params(**nested)

    def __sklearn_clone__(self) -> Self:
        """Return a pipeline with the same parameters that was not fitted."""
        from sklearn.base import clone

        if not self._scorer_is_known:
            raise FittingError.without_scorer()
        given = self.get_params(deep=False)
        if given["scorer"] is not None:
            given["scorer"] = clone(given["scorer"])
        return type(self)(**given)
