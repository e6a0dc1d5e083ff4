"""A fitted model as a folder of plain parts: JSON, the trees' text, and a manifest of their hashes.

Nothing in the folder is ever executed. Format 2 holds ``features.json`` (the declarations), ``model.txt``
(the trees in LightGBM's text format), ``model.json`` (orientation, categories, calibration),
``scales.json``, ``references.json`` (the populations that reasons may be stated against), ``report.json``
(how it was fitted) and ``manifest.json``.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from creditscore._ground.files import flush_to_disk
from creditscore._version import __version__
from creditscore.errors import ArtefactError, CreditScoreError, StatisticNotRegisteredError
from creditscore.explain.references import Reference
from creditscore.features.compute import FeatureComputer
from creditscore.features.definition import FeatureSet
from creditscore.features.formula import terms
from creditscore.features.statistics import find_statistic
from creditscore.model.fitted import FittedModel
from creditscore.model.grades import MasterScale
from creditscore.model.scale import ScoreScale
from creditscore.pipeline.fit_report import FitReport
from creditscore.scoring.model import ARTEFACT_FORMAT, ScoringModel

FORMAT: Final = ARTEFACT_FORMAT
MANIFEST: Final = "manifest.json"
FILES: Final = (
    "features.json", "model.json", "model.txt", "references.json", "report.json", "scales.json",
)  # fmt: skip


def save_model(model: ScoringModel, report: FitReport | None, folder: Path) -> None:
    """Write a model folder; a folder that holds a saved model is replaced whole.

    Raises
    ------
    ArtefactError
        If the folder exists and holds anything but a saved model.
    """
    if folder.exists() and not _replaceable(folder):
        raise ArtefactError(f"{folder} exists and is no saved model. Name a new folder, or empty this one.")
    parts = {name: text.encode() for name, text in _parts(model, report).items()}
    parts[MANIFEST] = _manifest(model.model_id, parts)
    folder.parent.mkdir(parents=True, exist_ok=True)
    fresh = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
    try:
        for name, content in parts.items():
            (fresh / name).write_bytes(content)
            flush_to_disk(fresh / name)
        fresh.chmod(0o755)
        _swap(fresh, folder)
    finally:
        shutil.rmtree(fresh, ignore_errors=True)


def load_model(folder: Path) -> tuple[ScoringModel, FitReport | None]:
    """Read a model folder after checking every file against the manifest.

    Raises
    ------
    ArtefactError
        If the format is unknown, or a file is missing, unexpected, changed or not what it should be.
    StatisticNotRegisteredError
        If a feature uses a statistic that this process has not registered.
    """
    manifest, parts = _checked_parts(folder)
    try:
        model, report = _build(parts)
    except StatisticNotRegisteredError:
        raise
    except (CreditScoreError, ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise ArtefactError(f"{folder} does not hold a model that can be read: {error}") from error
    if model.model_id != manifest["model_id"]:
        raise ArtefactError(f"{folder / MANIFEST} names another model than its files hold. Save it again.")
    return model, report


def file_hashes(model: ScoringModel, report: FitReport | None) -> dict[str, str]:
    """Hash the files of a model as they are, or would be, saved: sha256 by name."""
    return {name: _sha256(text.encode()) for name, text in _parts(model, report).items()}


def _parts(model: ScoringModel, report: FitReport | None) -> dict[str, str]:
    fitted = model.fitted.to_dict()
    scales = {"scale": model.scale.to_dict(), "master_scale": model.master_scale.to_dict()}
    return {
        "features.json": model.computer.features.to_json(),
        "model.txt": fitted.pop("model_text"),
        "model.json": _canonical(fitted),
        "references.json": _canonical([reference.to_dict() for reference in model.references]),
        "report.json": _canonical(None if report is None else report.to_dict()),
        "scales.json": _canonical(scales),
    }


def _build(parts: Mapping[str, str]) -> tuple[ScoringModel, FitReport | None]:
    features = FeatureSet.from_json(parts["features.json"])
    for feature in features:
        for term in terms(feature.formula):
            find_statistic(term.statistic, term.version)
    fitted = FittedModel.from_dict(json.loads(parts["model.json"]) | {"model_text": parts["model.txt"]})
    if fitted.feature_names != features.names:
        raise ArtefactError("The model was fitted on other features than the folder declares.")
    scales = json.loads(parts["scales.json"])
    scale, master_scale = ScoreScale.from_dict(scales["scale"]), MasterScale.from_dict(scales["master_scale"])
    report = json.loads(parts["report.json"])
    references = tuple(map(Reference.from_dict, json.loads(parts["references.json"])))
    if any(reference.feature_names != features.names for reference in references):
        raise ArtefactError("A reference was made with other features than the folder declares.")
    model = ScoringModel(FeatureComputer(features), fitted, scale, master_scale, references)
    return model, None if report is None else FitReport.from_dict(report)


def _checked_parts(folder: Path) -> tuple[dict[str, Any], dict[str, str]]:
    if not (folder / MANIFEST).is_file():
        raise ArtefactError(f"{folder} holds no {MANIFEST}. Name the folder that was given to save().")
    manifest = _read_manifest((folder / MANIFEST).read_bytes())
    found = {path.name for path in folder.iterdir()} - {MANIFEST}
    missing, unexpected = sorted(set(FILES) - found), sorted(found - set(FILES))
    if missing or unexpected:
        raise ArtefactError(f"{folder}: missing {missing}, unexpected {unexpected}. Save the model again.")
    parts = {name: (folder / name).read_bytes() for name in FILES}
    changed = [name for name, content in parts.items() if _sha256(content) != manifest["files"].get(name)]
    if changed:
        raise ArtefactError(f"{folder}: {', '.join(changed)} changed since it was saved. Restore it.")
    return manifest, {name: content.decode() for name, content in parts.items()}


def _manifest(model_id: str, parts: Mapping[str, bytes]) -> bytes:
    body = {
        "format": FORMAT,
        "creditscore": __version__,
        "model_id": model_id,
        "files": {name: _sha256(content) for name, content in parts.items()},
    }
    return _canonical(body | {"sha256": _sha256(_canonical(body).encode())}).encode()


def _read_manifest(content: bytes) -> dict[str, Any]:
    try:
        manifest = json.loads(content)
        body = {name: value for name, value in manifest.items() if name != "sha256"}
        whole = _canonical(manifest).encode() == content and isinstance(body["files"], dict)
        intact = whole and manifest["sha256"] == _sha256(_canonical(body).encode())
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise ArtefactError(f"{MANIFEST} cannot be read: {error!r}. Save the model again.") from error
    if manifest.get("format") != FORMAT:
        raise ArtefactError(f"{MANIFEST} has format {manifest.get('format')!r}; this version reads {FORMAT}.")
    if not intact or not isinstance(body.get("model_id"), str):
        raise ArtefactError(f"{MANIFEST} changed since it was saved. Restore it or save the model again.")
    return body


def _replaceable(folder: Path) -> bool:
    if not folder.is_dir():
        return False
    names = {path.name for path in folder.iterdir()}
    return not names or (MANIFEST in names and names <= {MANIFEST, *FILES})


def _swap(fresh: Path, folder: Path) -> None:
    if not folder.exists():
        fresh.rename(folder)
        return
    old = fresh.with_name(f"{fresh.name}-old")
    folder.rename(old)
    try:
        fresh.rename(folder)
    except OSError:
        old.rename(folder)
        raise
    shutil.rmtree(old)


def _canonical(data: object) -> str:
    return json.dumps(data, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
