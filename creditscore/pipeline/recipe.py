"""What a pipeline was told before it saw data, as plain data: enough to fit the same model again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from creditscore.errors import ArtefactError
from creditscore.features.compute import FeatureComputer
from creditscore.model.scale import MasterScale, ScoreScale

if TYPE_CHECKING:
    from creditscore.model.scorer import CreditScorer

_KIND: Final = "kind"
_BOOSTER: Final = "booster"
_SCORECARD: Final = "scorecard"


@dataclass(frozen=True, slots=True)
class Recipe:
    """What a pipeline was told before it saw data.

    Attributes
    ----------
    computer : FeatureComputer
    scorer : CreditScorer or None
        None is ``CreditScorer()``.
    scale : ScoreScale
    master_scale : MasterScale
    embargo : str
        Length of the outcome window.
    segments : tuple of str
        Columns of the applications that are kept with the held-out rows.
    source_dropout : int
        Copies of each row with other sources taken away.
    """

    computer: FeatureComputer
    scorer: CreditScorer | None
    scale: ScoreScale
    master_scale: MasterScale
    embargo: str
    segments: tuple[str, ...] = ()
    source_dropout: int = 0

    def to_dict(self) -> dict[str, Any] | None:
        """Write what no other part tells; None for a scorer of another class, or with a teacher."""
        settings = None if self.scorer is None else scorer_settings(self.scorer)
        if self.scorer is not None and settings is None:
            return None
        dropout = {"source_dropout": self.source_dropout} if self.source_dropout else {}
        return {"scorer": settings, "embargo": self.embargo, "segments": list(self.segments)} | dropout


def scorer_settings(scorer: CreditScorer) -> dict[str, Any] | None:
    """Return the parameters of a scorer as plain data; None if it is of one's own class, or has a teacher."""
    kind = next((kind for kind, known in _classes().items() if type(scorer) is known), None)
    given = scorer.get_params(deep=False)
    if kind is None or given.pop("teacher", None) is not None:
        return None
    settings = {name: _plain(value) for name, value in sorted(given.items())}
    return settings if kind == _BOOSTER else {_KIND: kind, **settings}


def scorer_from(settings: Mapping[str, Any]) -> CreditScorer:
    """Build the scorer that `scorer_settings` described: JSON writes 3.0 as 3."""
    from creditscore.model._parameters import REAL_PARAMETERS as OF_BOOSTERS
    from creditscore.model.scorecard import REAL_PARAMETERS as OF_CARDS

    kind = settings.get(_KIND, _BOOSTER)
    known = _classes()
    if kind not in known:
        raise ArtefactError(f"The recipe names a scorer of the kind {kind!r}; known are {sorted(known)}.")
    given: dict[str, Any] = {
        name: float(value) if name in OF_CARDS | OF_BOOSTERS and value is not None else value
        for name, value in settings.items()
        if name != _KIND
    }
    return known[kind](**given)


def _classes() -> dict[str, type[CreditScorer]]:
    from creditscore.model.scorecard import Scorecard
    from creditscore.model.scorer import CreditScorer

    return {_BOOSTER: CreditScorer, _SCORECARD: Scorecard}


def _plain(value: Any) -> Any:
    if isinstance(value, np.generic | np.ndarray):
        return value.tolist()
    if isinstance(value, Mapping):
        return {str(name): _plain(part) for name, part in value.items()}
    return [_plain(part) for part in value] if isinstance(value, list | tuple) else value
