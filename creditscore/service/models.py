"""The model that answers, and how another takes its place: only after all of it was checked and tried."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Self

from creditscore.data.portfolio import Portfolio
from creditscore.data.sources import SOURCE_TABLES, source_of
from creditscore.errors import ArtefactError, CreditScoreError
from creditscore.policy.rules import Policy
from creditscore.scoring.loading import model_of, read_parts
from creditscore.scoring.model import ScoringModel
from creditscore.signing.trust import Trust
from creditscore.verify.paths import verify_path


@dataclass(frozen=True, slots=True)
class ServedModel:
    """A model at work, with the hashes that decisions name.

    Attributes
    ----------
    model : ScoringModel
    files : mapping of str to str
        The sha256 of each part, by name.
    folder : Path
    policy : Policy, optional
        What decides on its scores.
    policy_file : Path, optional
    loaded_at : datetime
        In UTC.
    """

    model: ScoringModel
    files: Mapping[str, str]
    folder: Path
    policy: Policy | None
    policy_file: Path | None
    loaded_at: datetime

    @classmethod
    def open(cls, folder: Path, policy: Path | None = None, *, trust: Trust | None = None) -> Self:
        """Load a model folder after checking it by both paths, and score somebody of whom nothing is known.

        Parameters
        ----------
        folder : Path
        policy : Path, optional
            The file of a policy.
        trust : Trust, optional
            Whose signatures the model and the policy must have.

        Raises
        ------
        ArtefactError
            If a part is not as it was saved, nobody trusted signed it, the second path finds something wrong,
            or the model cannot score.
        """
        findings = verify_path(folder)
        if not findings.passed:
            raise ArtefactError(f"The model {folder} does not verify: {findings}")
        parts = read_parts(folder, trust)
        model = model_of(parts)
        decider = None if policy is None else Policy.from_file(policy, trust=trust)
        _try_out(model, folder)
        return cls(model, parts.files, folder, decider, policy, datetime.now(UTC))

    def again(self, trust: Trust | None) -> ServedModel:
        """Read what stands in the same folder and file now."""
        return ServedModel.open(self.folder, self.policy_file, trust=trust)


def _try_out(model: ScoringModel, folder: Path) -> None:
    """Compile and load all that a score needs before the first request waits for it."""
    asked = {"application_id": "trial", "applicant_id": "nobody", "as_of": datetime.now(UTC)}
    read = () if model.contract is None else model.contract.tables
    own: dict[str, list[dict[str, Any]]] = {
        name: [] for name in read if name in SOURCE_TABLES and source_of(name).own_conduct
    }
    try:
        for portfolio in (Portfolio(), Portfolio.from_records(own)):
            model.score(asked, portfolio)
    except CreditScoreError as error:
        raise ArtefactError(f"The model {folder} loads and cannot score: {error}") from error


class Models:
    """The model that answers, and one that is scored beside it without a say.

    Parameters
    ----------
    champion : ServedModel
    challenger : ServedModel, optional
    trust : Trust, optional
        Whose signature a model must have that takes the place of the first.
    """

    def __init__(
        self, champion: ServedModel, challenger: ServedModel | None = None, *, trust: Trust | None = None
    ) -> None:
        self._champion = champion
        self._challenger = challenger
        self._trust = trust
        self._turn = threading.Lock()

    @property
    def champion(self) -> ServedModel:
        """The model that answers now: a request keeps to the one that it began with."""
        return self._champion

    @property
    def challenger(self) -> ServedModel | None:
        """The model that is scored beside it."""
        return self._challenger

    def reload(self) -> bool:
        """Read the folders again; True if another model answers now.

        A folder that does not verify, or that holds a model which cannot score, changes nothing.

        Raises
        ------
        ArtefactError
        """
        with self._turn:
            before = self._champion
            champion = before.again(self._trust)
            challenger = None if self._challenger is None else self._challenger.again(self._trust)
            self._champion, self._challenger = champion, challenger
        return champion.model.model_id != before.model.model_id
