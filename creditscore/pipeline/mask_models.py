"""One model for each combination of sources: an option beside the one model for all of them."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple, Self, TypeAlias

import numpy as np
from numpy.typing import ArrayLike

from creditscore._ground.arrays import Int64
from creditscore._ground.canonical import canonical, read_json
from creditscore._ground.files import write_whole
from creditscore.data.applications import Applications
from creditscore.data.given import check_given
from creditscore.data.portfolio import Portfolio
from creditscore.data.presence import COMBINATIONS, with_groups_alone
from creditscore.errors import ArtefactError
from creditscore.model.column_groups import JOINED
from creditscore.pipeline.facade import CreditPipeline, load
from creditscore.pipeline.mask_comparison import MaskModelComparison, compared
from creditscore.scoring.asking import one_application
from creditscore.scoring.mismatch import Mismatches, OnMismatch, forbids
from creditscore.scoring.results import ScoreResult, Scores

if TYPE_CHECKING:
    import pandas as pd

Mask: TypeAlias = tuple[str, ...]
SCHEMA: Final = "creditscore.mask-models/1"
MANIFEST: Final = "mask_models.json"


class ChosenModel(NamedTuple):
    """The model that speaks of an applicant, and the tables as it reads them.

    Attributes
    ----------
    groups : tuple of str
        Those of which it was fitted.
    pipeline : CreditPipeline
        An ordinary one: it scores, explains and decides as any other.
    portfolio : Portfolio
        Without the tables of the other groups.
    """

    groups: Mask
    pipeline: CreditPipeline
    portfolio: Portfolio


@dataclass(frozen=True, slots=True, eq=False)
class MaskScores:
    """Scores of many applications, each by the model of the sources that are known of it.

    Attributes
    ----------
    parts : mapping of tuple of str to Scores
        By the groups of the model that was asked.
    rows : mapping of tuple of str to ndarray of int64, shape (n_of_the_part,)
        Which applications they are, by their numbers.
    mismatches : tuple of Mismatch
        Where what was given parts from what the model of all sources was fitted on, counted.
    """

    parts: Mapping[Mask, Scores]
    rows: Mapping[Mask, Int64]
    mismatches: Mismatches = ()

    def __len__(self) -> int:
        return sum(len(part) for part in self.parts.values())

    def to_frame(self, *, intervals: bool = False) -> pd.DataFrame:
        """Return a pandas frame in the order of the applications: that of `Scores`, model and its groups.

        Parameters
        ----------
        intervals : bool, default False
            As for ``Scores.to_frame``.
        """
        import pandas as pd

        if not self.parts:
            return pd.DataFrame()
        frames = []
        for groups, part in self.parts.items():
            frame = part.to_frame(intervals=intervals)
            frame["model_of"], frame["model_id"] = JOINED.join(groups), part.model_id
            frames.append(frame.set_axis(self.rows[groups], axis=0))
        return pd.concat(frames).sort_index().rename_axis(None)


@dataclass(frozen=True, slots=True, eq=False)
class MaskModels:
    """One model for each combination of groups of sources, made by `fit_mask_models`.

    Who is asked of is spoken of by the model of exactly those groups of which something is known; where there
    is none, as for somebody of whom the application alone tells, by the model of all groups.

    Attributes
    ----------
    models : mapping of tuple of str to CreditPipeline
        All groups first.
    left_out : mapping of tuple of str to str
        Combinations without a model of their own, and why: ``"too_few"``.

    Examples
    --------
    >>> import creditscore as cs
    >>> made = cs.simulate.simulate_portfolio(cs.simulate.SimulationConfig(people=300), seed=3)
    >>> tables, who = made.portfolio(), made.to_applications()
    >>> features = [cs.repayment_features(), cs.digital_features()]
    >>> pipeline = cs.CreditPipeline(features, scorer=cs.CreditScorer(recipe="pairs", n_estimators=10))
    >>> models = cs.fit_mask_models(pipeline, who, tables, made.bad(tables))
    >>> list(models.models)
    [('repayments', 'digital'), ('repayments',), ('digital',)]
    >>> chosen = models.of(who.take([0]), tables)
    >>> chosen.groups, chosen.pipeline.score(who.take([0]), chosen.portfolio).status
    (('repayments', 'digital'), 'scored')
    """

    models: Mapping[Mask, CreditPipeline]
    left_out: Mapping[Mask, str] = field(default_factory=dict)

    @property
    def whole(self) -> Mask:
        """The groups of the model of all sources."""
        return next(iter(self.models))

    def masks_of(
        self, applications: Applications, portfolio: Portfolio, *, on_mismatch: OnMismatch = "count"
    ) -> tuple[tuple[Mask, ...], Mismatches]:
        """Say whose model speaks of each application, and where what was given parts from the fit."""
        model, threads = self.models[self.whole].model, self.models[self.whole].threads
        _, matrix, found = model.computed(applications, portfolio, threads=threads, on_mismatch=on_mismatch)
        names = {JOINED.join(groups): groups for groups in self.models}
        cells = [names.get(name, self.whole) for name in model.groups.names()]
        return tuple(cells[code] for code in model.groups.codes(matrix.values).tolist()), found

    def of(self, application: Applications | Mapping[str, Any], portfolio: Portfolio) -> ChosenModel:
        """Return the model that speaks of one application: score, explain and decide with it."""
        (groups,), found = self.masks_of(one_application(application), portfolio)
        if groups == self.whole or forbids(found):
            return ChosenModel(self.whole, self.models[self.whole], portfolio)
        return ChosenModel(groups, self.models[groups], with_groups_alone(portfolio, groups))

    def score(self, application: Applications | Mapping[str, Any], portfolio: Portfolio) -> ScoreResult:
        """Score one application by the model of the sources that are known of it; see `CreditPipeline`."""
        chosen = self.of(application, portfolio)
        return chosen.pipeline.score(application, chosen.portfolio)

    def score_many(
        self, applications: Applications, portfolio: Portfolio, *, on_mismatch: OnMismatch = "refuse"
    ) -> MaskScores:
        """Score many applications, each by the model of the sources that are known of it.

        Parameters
        ----------
        applications : Applications
        portfolio : Portfolio
        on_mismatch : {"refuse", "count"}, default "refuse"
            As for `CreditPipeline.score_many`; a table of the fit that is not there is a mismatch here too,
            though there is a model that does without it.

        Raises
        ------
        MismatchError
        """
        check_given(applications=applications, portfolio=portfolio)
        masks, found = self.masks_of(applications, portfolio, on_mismatch=on_mismatch)
        parts, rows = {}, {}
        for groups, pipeline in self.models.items():
            mine = np.array([k for k, mask in enumerate(masks) if mask == groups], np.int64)
            if not mine.size:
                continue
            some = portfolio if groups == self.whole else with_groups_alone(portfolio, groups)
            parts[groups] = pipeline.score_many(applications.take(mine), some, on_mismatch=on_mismatch)
            rows[groups] = mine
        return MaskScores(parts, rows, found)

    def compare(
        self,
        pipeline: CreditPipeline,
        applications: Applications,
        portfolio: Portfolio,
        bad: ArrayLike,
        *,
        resamples: int = 200,
    ) -> MaskModelComparison:
        """Hold each model against one model for all combinations, on the same applications.

        For each combination the tables of the other groups are taken away, as `source_masks` does, and both
        models score the same applications. Give applications that neither was fitted on.

        Parameters
        ----------
        pipeline : CreditPipeline
            One model for every combination.
        applications : Applications
        portfolio : Portfolio
        bad : array-like of shape (n_applications,), or mapping by application id
            1 bad, 0 good, NaN not known: such rows are left out.
        resamples : int, default 200
            Of the bootstrap, in pairs, at least 2.

        Raises
        ------
        FittingError
            If no outcome is known.
        MismatchError
            If with every source these are not what the models were fitted on.
        """
        return compared(self.models, pipeline, applications, portfolio, bad, resamples)

    def save(self, folder: str | Path) -> None:
        """Write a new folder: one of each model, and a list of them by which `load` tells that it has all.

        Raises
        ------
        ArtefactError
            If the folder exists, or cannot be written.
        """
        target = Path(folder).resolve()
        if target.exists():
            raise ArtefactError(f"{target} exists. Name a new folder for one model a combination of sources.")
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            fresh = Path(tempfile.mkdtemp(prefix=f".{target.name}-saving-", dir=target.parent))
            try:
                for groups, pipeline in self.models.items():
                    pipeline.save(fresh / JOINED.join(groups))
                write_whole(fresh / MANIFEST, canonical(self._listed()).encode())
                fresh.chmod(0o755)
                fresh.rename(target)
            finally:
                shutil.rmtree(fresh, ignore_errors=True)
        except OSError as error:
            raise ArtefactError(f"{target} cannot be written: {error}.") from error

    def _listed(self) -> dict[str, Any]:
        models = [[JOINED.join(groups), one.model.model_id] for groups, one in self.models.items()]
        return {
            "schema": SCHEMA,
            "models": models,
            "left_out": {JOINED.join(groups): why for groups, why in self.left_out.items()},
        }

    @classmethod
    def load(cls, folder: str | Path, *, threads: int | None = None) -> Self:
        """Read what `save` wrote, after checking every hash; runs no code from it.

        Raises
        ------
        ArtefactError
            If the list or a model is missing, changed, or not what the list names.
        """
        target = Path(folder)
        try:
            ids, left_out = _read_list((target / MANIFEST).read_text("utf-8"))
        except (OSError, ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
            raise ArtefactError(f"{target} holds no models by combination of sources: {error!r}") from error
        if not ids or any(not set(groups) <= set(next(iter(ids))) for groups in ids):
            raise ArtefactError(f"{target} does not list the model of all groups of sources first.")
        models = {groups: load(target / JOINED.join(groups), threads=threads) for groups in ids}
        for groups, pipeline in models.items():
            if pipeline.model.model_id != ids[groups]:
                raise ArtefactError(f"{target / JOINED.join(groups)} is another model than {MANIFEST} names.")
        return cls(models, left_out)

    def __repr__(self) -> str:
        names = ", ".join(JOINED.join(groups) for groups in self.models)
        return f"MaskModels({len(self.models)} models: {names})"


def _read_list(text: str) -> tuple[dict[Mask, str], dict[Mask, str]]:
    """Read ids of models, and what has none, by combination."""
    listed = read_json(text, MANIFEST)
    if listed["schema"] != SCHEMA or canonical(listed) != text:
        raise ValueError(listed["schema"])
    ids = {_mask(name): str(model_id) for name, model_id in listed["models"]}
    return ids, {_mask(name): str(why) for name, why in listed["left_out"].items()}


def _mask(name: object) -> Mask:
    """Read the name of a combination; nothing else becomes a path."""
    groups = tuple(str(name).split(JOINED))
    if groups not in COMBINATIONS:
        raise ValueError(name)
    return groups
