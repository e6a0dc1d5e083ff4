"""A model folder, checked and read again from its plain parts."""

from __future__ import annotations

import itertools
import json
import math
import struct
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, Final, NamedTuple

from creditscore.errors import ArtefactError
from creditscore.verify.findings import Findings, canonical, canonical_rfc8785, sha256
from creditscore.verify.law import LAW_FILE, law_faults
from creditscore.verify.numbers import odd_numbers
from creditscore.verify.reading import names_in, read_json, read_member
from creditscore.verify.signatures import SIGNATURE_FILE
from creditscore.verify.trees import Tree, raw_score, read_trees, shapley

MANIFEST: Final = "manifest.json"
CONTRACT: Final = "contract.json"
INTERVALS: Final = "intervals.json"
MINIMUM: Final = "minimum.json"
OLDER_FORMAT: Final = 2
MOST_OF_A_MANIFEST: Final = 1 << 20
DAMAGE: Final = (
    ValueError, KeyError, TypeError, AttributeError, IndexError, ArithmeticError, RecursionError, MemoryError,
)  # fmt: skip
_ALWAYS: Final = (
    "features.json", "model.json", "model.txt", "references.json", "report.json", "scales.json",
)  # fmt: skip
PARTS: Final[dict[int, tuple[str, ...]]] = {
    OLDER_FORMAT: _ALWAYS,
    3: (*_ALWAYS, "held_out.json", "recipe.json"),
}


_MOST_KEPT: Final = 8
_SHAPLEY: Final[dict[tuple[str, str, bytes], tuple[float, list[float]]]] = {}


class ModelParts(NamedTuple):
    """The parts of a model that a second scoring needs.

    Attributes
    ----------
    trees : list of Tree
    signs, categories, slope, intercept
        From ``model.json``.
    names : list of str
        Features in order.
    features, references : list of dict
        Declarations, and populations that reasons are stated against.
    scale, master_scale : dict
    model_id, feature_digest : str
    files : dict of str to str
        Hash of each file.
    format : int
        In which it is saved.
    folder : Path or None
        Where it lies.
    contract : dict or None
        What it was fitted on; None for a model that was saved before this was kept.
    law : dict or None
        Under which law it was fitted; None for none.
    cells : dict or None
        Groups of columns, and lines by which of them a row shows; None for one line for all.
    intervals : dict or None
        What makes an interval of every score; None for a model without intervals.
    minimum : dict or None
        What has to be known besides the application; None for anything at all.
    """

    trees: list[Tree]
    signs: list[int]
    categories: dict[int, list[float]]
    slope: float
    intercept: float
    names: list[str]
    features: list[dict[str, Any]]
    references: list[dict[str, Any]]
    scale: dict[str, Any]
    master_scale: dict[str, Any]
    model_id: str
    feature_digest: str
    files: dict[str, str]
    format: int = OLDER_FORMAT
    folder: Path | None = None
    contract: dict[str, Any] | None = None
    law: dict[str, Any] | None = None
    intervals: dict[str, Any] | None = None
    minimum: dict[str, Any] | None = None
    cells: dict[str, Any] | None = None

    def line_of(self, values: Sequence[float]) -> tuple[float, float]:
        """Return slope and intercept for one row of features: those of its combination of groups."""
        if self.cells is not None:
            line = self.cells["lines"].get("+".join(self.groups_of(values)))
            if line is not None:
                return line["slope"], line["intercept"]
        return self.slope, self.intercept

    def groups_of(self, values: Sequence[float]) -> list[str]:
        """Name the groups of columns of which a row of features shows one."""
        groups = () if self.cells is None else self.cells["columns"]
        return [name for name, columns in groups if any(_known(values, columns))]

    def log_odds(self, values: Sequence[float]) -> float:
        """Score a row of features: calibrated log-odds of bad."""
        slope, intercept = self.line_of(values)
        return slope * self.raw_score(values) + intercept

    def encode(self, values: Sequence[float]) -> list[float]:
        """Orient features by their sign and give categories their codes, as the trees were fitted."""
        row = [-value if sign < 0 else value for value, sign in zip(values, self.signs, strict=True)]
        for column, labels in self.categories.items():
            value = values[column]
            row[column] = float(labels.index(value) if value in labels else len(labels))
        return row

    def raw_score(self, values: Sequence[float]) -> float:
        """Sum the trees for one row of features."""
        return raw_score(self.trees, self.encode(values))

    def shapley(self, values: Sequence[float]) -> tuple[float, list[float]]:
        """Return the mean raw score, and what each feature adds to that of a row; the last few are kept."""
        row = self.encode(values)
        key = (self.files["model.txt"], self.files["model.json"], struct.pack(f"{len(row)}d", *row))
        if key not in _SHAPLEY:
            while len(_SHAPLEY) >= _MOST_KEPT:
                _SHAPLEY.pop(next(iter(_SHAPLEY)), None)
            _SHAPLEY[key] = shapley(self.trees, row)
        return _SHAPLEY[key]

    def grade(self, probability: float) -> str:
        """Place a probability on the master scale."""
        low, high, grades = (self.master_scale[name] for name in ("lowest", "highest", "grades"))
        step = math.log(high / low) / (grades - 1)
        middles = [low * math.exp(step * number) for number in range(grades)]
        bounds = [math.sqrt(one * other) for one, other in itertools.pairwise(middles)]
        return str(1 + sum(probability >= bound for bound in bounds))


def verify_model(folder: Path) -> tuple[Findings, ModelParts | None]:
    """Check a model folder: every byte of every file against the manifest, and the parts against each other.

    Returns
    -------
    findings : Findings
    parts : ModelParts or None
        None if they cannot be read.
    """
    findings = Findings(f"model {folder}")
    try:
        manifest = _manifest(findings, folder)
        contents = {name: read_member(folder, name) for name in manifest["files"]}
        changed = [name for name, content in contents.items() if sha256(content) != manifest["files"][name]]
        findings.note_first("every file is as it was saved", (f"{name} changed" for name in changed))
        findings.note_first("its parts are those of its format", _wrong_parts(manifest))
        found = names_in(folder) - {MANIFEST, SIGNATURE_FILE, *contents}
        findings.note_first("no other file is there", (f"{name} is unexpected" for name in sorted(found)))
        findings.note_first("the parts are in the form of their format", _badly_written(contents, manifest))
        parts = _parts(contents, manifest)._replace(folder=folder)
        findings.note("the parts can be read")
        findings.note_first(
            "every number is one that a model can have", odd_numbers(contents, parts.features)
        )
        findings.note("the model's id follows from its parts", _wrong_id(contents, parts, manifest))
        findings.note_first(
            "trees, signs and declarations name the same features", _disagreements(contents, parts)
        )
        if parts.law is not None:
            findings.note_first(
                f"nothing that the law of {parts.law['jurisdiction']['name']} forbids is in a split",
                law_faults(parts.law, parts.features, parts.trees),
            )
    except (ArtefactError, OSError, *DAMAGE) as error:
        findings.note("the parts can be read", f"{type(error).__name__}: {error}"[:500])
        return findings, None
    return findings, parts


def _manifest(findings: Findings, folder: Path) -> dict[str, Any]:
    content = read_member(folder, MANIFEST, MOST_OF_A_MANIFEST)
    manifest: dict[str, Any] = read_json(content, MANIFEST)
    body = {name: value for name, value in manifest.items() if name != "sha256"}
    write = _form(manifest)
    intact = manifest.get("sha256") == sha256(write(body)) and write(manifest).encode() == content
    findings.note("the manifest is as it was saved", "" if intact else f"{MANIFEST} changed")
    return manifest


def _wrong_parts(manifest: dict[str, Any]) -> Iterator[str]:
    """A format names the parts that it must have; others are named as optional."""
    form, files, optional = manifest["format"], manifest["files"], manifest.get("optional", [])
    if type(form) is not int or form not in PARTS:
        yield f"the format {form!r} is unknown"
        return
    if not isinstance(optional, list) or not all(isinstance(name, str) for name in optional):
        yield "its optional parts are no names"
        return
    for name in sorted({*PARTS[form]} - {*files}):
        yield f"{name} is missing"
    for name in sorted({*files} - {*PARTS[form]} - {*optional}):
        yield f"{name} is unexpected"


def _parts(contents: dict[str, bytes], manifest: dict[str, Any]) -> ModelParts:
    names, trees = read_trees(contents["model.txt"].decode())
    fitted, scales, features, references = (
        read_json(contents[name], name)
        for name in ("model.json", "scales.json", "features.json", "references.json")
    )
    return ModelParts(
        trees=trees,
        signs=fitted["signs"],
        categories={int(column): labels for column, labels in fitted["categories"].items()},
        slope=fitted["calibration"]["slope"],
        intercept=fitted["calibration"]["intercept"],
        cells=fitted.get("cells"),
        names=names,
        features=features,
        references=references,
        scale=scales["scale"],
        master_scale=scales["master_scale"],
        model_id=manifest["model_id"],
        feature_digest=sha256(contents["features.json"]),
        files=manifest["files"],
        format=manifest["format"],
        contract=read_json(contents[CONTRACT], CONTRACT) if CONTRACT in contents else None,
        law=read_json(contents[LAW_FILE], LAW_FILE) if LAW_FILE in contents else None,
        intervals=read_json(contents[INTERVALS], INTERVALS) if INTERVALS in contents else None,
        minimum=read_json(contents[MINIMUM], MINIMUM) if MINIMUM in contents else None,
    )


def _known(values: Sequence[float], columns: Sequence[int]) -> Iterator[bool]:
    return (not math.isnan(values[column]) for column in columns)


def _form(manifest: dict[str, Any]) -> Callable[[Any], str]:
    return canonical if manifest.get("format") == OLDER_FORMAT else canonical_rfc8785


def _badly_written(contents: dict[str, bytes], manifest: dict[str, Any]) -> Iterator[str]:
    write, optional = _form(manifest), manifest.get("optional", [])
    for name, content in contents.items():
        known = name.endswith(".json") and name not in optional
        if known and write(read_json(content, name)).encode() != content:
            yield f"{name} is not canonical"


def _wrong_id(contents: dict[str, bytes], parts: ModelParts, manifest: dict[str, Any]) -> str:
    fitted = read_json(contents["model.json"], "model.json") | {"model_text": contents["model.txt"].decode()}
    whole = {
        "features": parts.feature_digest,
        "fitted": fitted,
        "scale": parts.scale,
        "master_scale": parts.master_scale,
    }
    if parts.law is not None:
        whole["jurisdiction"] = parts.law["jurisdiction"]["sha256"]
    if parts.intervals is not None:
        whole["intervals"] = parts.intervals
    if parts.minimum is not None:
        whole["minimum"] = parts.minimum
    old = manifest.get("format") == OLDER_FORMAT
    found = sha256(
        json.dumps(whole, sort_keys=True, separators=(",", ":")) if old else canonical_rfc8785(whole)
    )
    return "" if found == parts.model_id else f"{found[:12]}, not {parts.model_id[:12]}"


def _disagreements(contents: dict[str, bytes], parts: ModelParts) -> list[str]:
    fitted = read_json(contents["model.json"], "model.json")["feature_names"]
    declared = [feature["name"] for feature in parts.features]
    faults = [] if fitted == declared else ["model.json and features.json name other features"]
    if not len(parts.names) == len(parts.signs) == len(declared):
        faults.append("there are not as many trees' features, signs and declarations")
    return faults
