"""Read a saved model: check every part against the manifest, then build what scores.

A model is a folder of plain parts, of which nothing is ever executed, and a manifest that names and hashes
them. Format 3 (its JSON is RFC 8785) holds

- what a score depends on: ``features.json`` (the declarations), ``model.txt`` (the trees in LightGBM's text
  format), ``model.json`` (orientation, categories, calibration), ``scales.json``;
- ``references.json``: the populations that reasons may be stated against;
- ``recipe.json``, ``held_out.json``, ``report.json``: how it was fitted, and on what it can be judged.

The manifest may name further parts as optional. They are hashed like all others, and a reader that does not
know them leaves them alone, so that new parts need no new format. Format 2 is still read. Beside all that,
``signature.json`` may say who vouches for the manifest, and so for every part.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from creditscore._ground.canonical import MOST_BYTES, canonical, canonical_v1, read_json, sha256
from creditscore._ground.files import Folder
from creditscore._ground.object_stores import AnyFolder, Objects, ObjectStore, any_folder, opened
from creditscore.errors import ArtefactError, CreditScoreError, StatisticNotRegisteredError
from creditscore.explain.references import Reference
from creditscore.features.compute import FeatureComputer
from creditscore.features.definition import FeatureSet
from creditscore.features.formula import terms
from creditscore.features.meaning import check_meaning
from creditscore.features.statistics import find_statistic
from creditscore.law.model_law import ModelLaw
from creditscore.model.fitted import FittedModel
from creditscore.model.scale import MasterScale, ScoreScale
from creditscore.model.spread import Spread
from creditscore.scoring.contract import Contract
from creditscore.scoring.minimum import MinimumData
from creditscore.scoring.model import FORMAT, ScoringModel
from creditscore.signing.signatures import check
from creditscore.signing.trust import Trust

MANIFEST: Final = "manifest.json"
SIGNATURE: Final = "signature.json"
OLDER_FORMAT: Final = 2
_MOST_OF_A_MANIFEST: Final = 1 << 20
_MOST_GRADES: Final = 10_000
_ATTEMPTS: Final = 20
_PAUSE_SECONDS: Final = 0.01

_ALWAYS: Final = (
    "features.json", "model.json", "model.txt", "references.json", "report.json", "scales.json",
)  # fmt: skip
# A part that a folder may lack: what the model was fitted on.
CONTRACT: Final = "contract.json"
# A part that only a model has that was fitted under a law.
LAW: Final = "law.json"
# A part that a folder may lack: what makes an interval of every score.
INTERVALS: Final = "intervals.json"
# A part that a folder may lack: what has to be known besides the application.
MINIMUM: Final = "minimum.json"
OPTIONAL: Final = (CONTRACT, LAW, INTERVALS, MINIMUM)
# The parts that a folder of each format must hold.
PARTS: Final[Mapping[int, tuple[str, ...]]] = {
    OLDER_FORMAT: _ALWAYS,
    FORMAT: tuple(sorted((*_ALWAYS, "held_out.json", "recipe.json"))),
}


@dataclass(frozen=True, slots=True)
class Parts:
    """The parts of a model folder, all as their manifest says.

    Attributes
    ----------
    folder : Path or ObjectStore
    format : int
    model_id : str
    files : mapping of str to str
        The sha256 of each part, by name.
    texts : mapping of str to str
        The parts that this version knows.
    """

    folder: AnyFolder
    format: int
    model_id: str
    files: Mapping[str, str]
    texts: Mapping[str, str]


def load_scoring_model(folder: str | Path, *, trust: Trust | None = None) -> ScoringModel:
    """Read what a service needs: the model that scores, without how it was fitted.

    Parameters
    ----------
    folder : path or str
        What ``CreditPipeline.save`` wrote; ``s3://...`` and the like are read through fsspec (extra
        ``buckets``).
    trust : Trust, optional
        Whose signature the model must have.

    Raises
    ------
    ArtefactError
        If the format is unknown, a part is missing, unexpected, changed or not what it should be, or nobody
        trusted signed it.
    StatisticNotRegisteredError
        If a feature uses a statistic that this process has not registered.
    """
    return model_of(read_parts(any_folder(folder), trust))


def read_parts(folder: AnyFolder, trust: Trust | None = None) -> Parts:
    """Read a model folder after checking every part against the manifest, and who signed it if that is asked.

    A folder that is replaced meanwhile is read again: what is returned is of one save.

    Raises
    ------
    ArtefactError
        If the format is unknown, a part is missing, unexpected, changed, too large or no plain file, or
        nobody trusted signed it.
    """
    for _ in range(_ATTEMPTS):
        before = _identity(folder)
        try:
            return _read_parts(folder, trust)
        except ArtefactError:
            if before == _identity(folder):
                raise
            time.sleep(_PAUSE_SECONDS)
    return _read_parts(folder, trust)


def _read_parts(folder: AnyFolder, trust: Trust | None) -> Parts:
    with opened(folder) as read:
        if MANIFEST not in read.names:
            raise ArtefactError(f"{folder} holds no {MANIFEST}. Name the folder that was given to save().")
        content = _content(read, MANIFEST, _MOST_OF_A_MANIFEST)
        manifest = _read_manifest(content)
        if trust is not None:
            _check_signature(read, content, trust)
        files, known = manifest["files"], PARTS[manifest["format"]]
        found = read.names - {MANIFEST, SIGNATURE}
        expected = {*known, *manifest.get("optional", ())}
        missing, unexpected = sorted({*known, *files} - found), sorted((found | set(files)) - expected)
        if missing or unexpected:
            raise ArtefactError(
                f"{folder}: missing {missing}, unexpected {unexpected}. Save the model again."
            )
        contents = {name: _content(read, name, MOST_BYTES) for name in sorted(found)}
    changed = [name for name, content in contents.items() if sha256(content) != files.get(name)]
    if changed:
        raise ArtefactError(f"{folder}: {', '.join(changed)} changed since it was saved. Restore it.")
    try:
        texts = {name: contents[name].decode() for name in (*known, *OPTIONAL) if name in contents}
    except UnicodeDecodeError as error:
        raise ArtefactError(f"{folder} holds a part that is no text: {error}.") from error
    return Parts(folder, manifest["format"], manifest["model_id"], files, texts)


def _check_signature(folder: Folder | Objects, manifest: bytes, trust: Trust) -> None:
    there = SIGNATURE in folder.names
    signature = read_json(_content(folder, SIGNATURE, _MOST_OF_A_MANIFEST), SIGNATURE) if there else None
    checked = check("model", manifest, signature, trust)
    if not checked.is_good:
        raise ArtefactError(f"{folder.path}: the model is {checked}. Load only what somebody trusted signed.")


def _identity(folder: AnyFolder) -> tuple[int, int, int]:
    """What changes when a folder is replaced by another; zeros where there is none, or none is replaced."""
    if isinstance(folder, ObjectStore):
        return 0, 0, 0
    try:
        found = folder.stat()
    except (OSError, ValueError):
        return 0, 0, 0
    return found.st_dev, found.st_ino, found.st_mtime_ns


def model_of(parts: Parts) -> ScoringModel:
    """Build the model that a folder holds; see `load_scoring_model` for what it raises."""
    try:
        model = _built(parts)
    except StatisticNotRegisteredError:
        raise
    except (
        CreditScoreError, ArithmeticError, AttributeError, KeyError, RecursionError, TypeError, ValueError,
    ) as error:  # fmt: skip
        raise ArtefactError(f"{parts.folder} does not hold a model that can be read: {error}") from error
    if model.model_id != parts.model_id:
        raise ArtefactError(
            f"{parts.folder}/{MANIFEST} names another model than its files hold. Save it again."
        )
    return model


def written(data: object, form: int) -> str:
    """Write plain data in the canonical form of a format."""
    return canonical(data) if form == FORMAT else canonical_v1(data)


def _json(texts: Mapping[str, str], name: str) -> Any:
    return read_json(texts[name], name)


def _built(parts: Parts) -> ScoringModel:
    texts = parts.texts
    features = FeatureSet.from_json(texts["features.json"])
    check_meaning(_json(texts, "features.json"), features)
    for feature in features:
        for term in terms(feature.formula):
            find_statistic(term.statistic, term.version)
    fitted = FittedModel.from_dict(_json(texts, "model.json") | {"model_text": texts["model.txt"]})
    if fitted.feature_names != features.names:
        raise ArtefactError("The model was fitted on other features than the folder declares.")
    scales = _json(texts, "scales.json")
    if scales["master_scale"]["grades"] > _MOST_GRADES:
        raise ArtefactError(f"The master scale has more than {_MOST_GRADES:,} grades.")
    references = tuple(map(Reference.from_dict, _json(texts, "references.json")))
    if any(reference.feature_names != features.names for reference in references):
        raise ArtefactError("A reference was made with other features than the folder declares.")
    return ScoringModel(
        FeatureComputer(features, sha256(texts["features.json"])),
        fitted,
        ScoreScale.from_dict(scales["scale"]),
        MasterScale.from_dict(scales["master_scale"]),
        references,
        parts.format,
        Contract.from_dict(_json(texts, CONTRACT)) if CONTRACT in texts else None,
        ModelLaw.from_dict(_json(texts, LAW), features) if LAW in texts else None,
        Spread.from_dict(_json(texts, INTERVALS), n_features=len(features)) if INTERVALS in texts else None,
        MinimumData.from_dict(_json(texts, MINIMUM)) if MINIMUM in texts else None,
    )


def _content(folder: Folder | Objects, name: str, most_bytes: int) -> bytes:
    try:
        return folder.read(name, most_bytes)
    except (OSError, ArtefactError) as error:
        raise ArtefactError(f"{name} cannot be read: {error}. Restore it.") from error


def _read_manifest(content: bytes) -> dict[str, Any]:
    try:
        manifest = read_json(content, MANIFEST)
        form = manifest["format"]
    except (ArtefactError, KeyError, OverflowError, TypeError, AttributeError) as error:
        raise ArtefactError(f"{MANIFEST} cannot be read: {error!r}. Save the model again.") from error
    if not isinstance(form, int) or form not in PARTS:
        known = " and ".join(map(str, PARTS))
        raise ArtefactError(f"{MANIFEST} has format {form!r}; this version reads {known}.")
    if not _is_intact(manifest, content, form):
        raise ArtefactError(f"{MANIFEST} changed since it was saved. Restore it or save the model again.")
    return dict(manifest)


def _is_intact(manifest: Mapping[str, Any], content: bytes, form: int) -> bool:
    body = {name: value for name, value in manifest.items() if name != "sha256"}
    optional = body.get("optional", [])
    whole = isinstance(body.get("files"), dict) and isinstance(body.get("model_id"), str)
    whole = whole and isinstance(optional, list) and all(isinstance(name, str) for name in optional)
    if not whole or written(manifest, form).encode() != content:
        return False
    return bool(manifest.get("sha256") == sha256(written(body, form)))
