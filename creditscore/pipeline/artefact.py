"""A fitted pipeline as a folder of plain parts; `creditscore.scoring.loading` says which, and reads them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import Any, Final

from creditscore._ground.canonical import canonical, read_json, sha256
from creditscore._ground.object_stores import AnyFolder, ObjectStore, write_once
from creditscore._ground.swapping import replace_folder
from creditscore._version import __version__
from creditscore.errors import ArtefactError
from creditscore.features.compute import FeatureComputer
from creditscore.pipeline.fit_report import FitReport
from creditscore.pipeline.held_out import HeldOut
from creditscore.scoring.loading import (
    CONTRACT,
    INTERVALS,
    LAW,
    MANIFEST,
    MINIMUM,
    OPTIONAL,
    PARTS,
    SIGNATURE,
    model_of,
    read_parts,
)  # fmt: skip
from creditscore.scoring.model import FORMAT, ScoringModel
from creditscore.signing.keys import SigningKey
from creditscore.signing.signatures import sign
from creditscore.signing.trust import Trust

_MOST_FILES: Final = 1_000
# Parts that tell how a model was fitted; a folder of an older format lacks some.
_BESIDE: Final = ("report", "recipe", "held_out")


@dataclass(frozen=True, slots=True, eq=False)
class Saved:
    """All that a folder keeps of a fitted pipeline.

    Attributes
    ----------
    model : ScoringModel
    report : FitReport or None
    recipe : mapping or None
        From `Recipe.to_dict`; None where it is not known.
    held_out : HeldOut or None
    """

    model: ScoringModel
    report: FitReport | None = None
    recipe: Mapping[str, Any] | None = None
    held_out: HeldOut | None = None

    def without(self, unsayable: Mapping[str, str]) -> Saved:
        """Report which features the model was not given, and why."""
        report = None if self.report is None else replace(self.report, unsayable=unsayable)
        return replace(self, report=report)


def save_pipeline(saved: Saved, folder: AnyFolder, *, sign_with: SigningKey | None = None) -> None:
    """Write a model folder; one on disk that holds a saved model is replaced whole, one in a store never.

    A model that was read from an older format is written in the present one, and so has another id from then
    on: the id is the hash of its canonical form.

    Raises
    ------
    ArtefactError
        If the folder exists and holds anything but a saved model, or cannot be written.
    """
    parts = {name: text.encode() for name, text in _texts(saved).items()}
    parts[MANIFEST] = _manifest(_present(saved.model).model_id, parts)
    if sign_with is not None:
        parts[SIGNATURE] = canonical(sign("model", parts[MANIFEST], sign_with).to_plain()).encode()
    if isinstance(folder, ObjectStore):
        write_once(folder, parts, last=MANIFEST)
        return
    try:
        folder = folder.resolve()  # what a link leads to is replaced, and not the link
        if folder.exists() and not _replaceable(folder):
            raise ArtefactError(
                f"{folder} exists and is no saved model. Name a new folder, or empty this one."
            )
        replace_folder(folder, parts)
    except (OSError, RuntimeError) as error:
        raise ArtefactError(f"{folder} cannot be written: {error}. What was there is as it was.") from error


def load_pipeline(folder: AnyFolder, trust: Trust | None = None) -> tuple[Saved, dict[str, str]]:
    """Read a model folder after checking every part against the manifest.

    Parameters
    ----------
    folder : Path or ObjectStore
    trust : Trust, optional
        Whose signature the model must have.

    Returns
    -------
    saved : Saved
    files : dict of str to str
        The sha256 of each part, by name.

    Raises
    ------
    ArtefactError
        If the format is unknown, a part is missing, unexpected, changed or not what it should be, or nobody
        trusted signed it.
    StatisticNotRegisteredError
        If a feature uses a statistic that this process has not registered.
    """
    parts = read_parts(folder, trust)
    model = model_of(parts)
    try:
        plain = {name: read_json(parts.texts.get(f"{name}.json", "null"), f"{name}.json") for name in _BESIDE}
        saved = Saved(
            model,
            None if plain["report"] is None else FitReport.from_dict(plain["report"]),
            None if plain["recipe"] is None else _recipe(plain["recipe"]),
            None if plain["held_out"] is None else HeldOut.from_dict(plain["held_out"]),
        )
    except (ArithmeticError, ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise ArtefactError(f"{folder} does not tell how the model was fitted: {error!r}") from error
    return saved, dict(parts.files)


def _recipe(stored: Mapping[str, Any]) -> dict[str, Any]:
    scorer, embargo, segments = stored["scorer"], stored["embargo"], stored["segments"]
    if not (scorer is None or isinstance(scorer, dict)):
        raise TypeError(f"the scorer's parameters are {scorer!r}")
    dropout = {"source_dropout": int(stored["source_dropout"])} if stored.get("source_dropout") else {}
    return {"scorer": scorer, "embargo": str(embargo), "segments": tuple(map(str, segments))} | dropout


def file_hashes(saved: Saved) -> dict[str, str]:
    """Hash the parts of a model as they would be saved: sha256 by name."""
    return {name: sha256(text) for name, text in _texts(saved).items()}


def _present(model: ScoringModel) -> ScoringModel:
    """Return the model as it is known in the present format."""
    if model.format == FORMAT:
        return model
    computer = FeatureComputer(model.computer.features)
    return ScoringModel(
        computer,
        model.fitted,
        model.scale,
        model.master_scale,
        model.references,
        contract=model.contract,
        law=model.law,
        spread=model.spread,
        minimum=model.minimum,
    )


def _texts(saved: Saved) -> dict[str, str]:
    model = saved.model
    fitted = model.fitted.to_dict()
    scales = {"scale": model.scale.to_dict(), "master_scale": model.master_scale.to_dict()}
    optional = {} if model.contract is None else {CONTRACT: canonical(model.contract.to_dict())}
    if model.law is not None and model.law.fitted is not None:
        optional[LAW] = canonical(model.law.to_dict())
    if model.spread is not None:
        optional[INTERVALS] = canonical(model.spread.to_dict())
    if model.minimum is not None:
        optional[MINIMUM] = canonical(model.minimum.to_dict())
    return optional | {
        "features.json": model.computer.features.to_json(),
        "held_out.json": canonical(None if saved.held_out is None else saved.held_out.to_dict()),
        "model.txt": fitted.pop("model_text"),
        "model.json": canonical(fitted),
        "recipe.json": canonical(saved.recipe),
        "references.json": canonical([reference.to_dict() for reference in model.references]),
        "report.json": canonical(None if saved.report is None else saved.report.to_dict()),
        "scales.json": canonical(scales),
    }


def _manifest(model_id: str, parts: Mapping[str, bytes]) -> bytes:
    body = {
        "format": FORMAT,
        "creditscore": __version__,
        "model_id": model_id,
        "files": {name: sha256(content) for name, content in parts.items()},
        "optional": [name for name in OPTIONAL if name in parts],
    }
    return canonical(body | {"sha256": sha256(canonical(body))}).encode()


def _replaceable(folder: Path) -> bool:
    if not folder.is_dir():
        return False
    names = {path.name for path in islice(folder.iterdir(), _MOST_FILES)}
    if not names:
        return True
    try:
        return set(read_parts(folder).files) | {MANIFEST, SIGNATURE} >= names
    except ArtefactError:
        return MANIFEST in names and names <= {MANIFEST, SIGNATURE, *OPTIONAL, *PARTS[FORMAT]}
