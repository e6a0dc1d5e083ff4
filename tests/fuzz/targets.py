"""What is fuzzed: every parser of files from anywhere, each with seeds that it takes."""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import numpy as np

import creditscore as cs
from creditscore._ground.canonical import canonical, sha256
from creditscore.data.stored.packed import Column, packed, unpacked
from creditscore.deciding.ledger.keys import read_key
from creditscore.deciding.ledger.payloads import compress, decompress
from creditscore.model._lightgbm_writing import rewritten
from creditscore.scoring.loading import MANIFEST
from creditscore.verify.paths import verify_path
from creditscore.verify.trees import read_trees
from tests.deciding.records import record
from tests.fuzz.texts import small_targets

KEY = bytes(range(32))


class Target(NamedTuple):
    """A parser: its seeds, and a call that raises a CreditScoreError or nothing."""

    seeds: tuple[bytes, ...]
    call: Callable[[bytes], object]


def targets(folder: Path) -> dict[str, Target]:
    """Make all targets; files are written in a folder."""
    german = cs.datasets.load_german()
    pipeline = cs.CreditPipeline(
        [cs.application_features(german.columns, german.categories)], scorer=cs.CreditScorer(n_estimators=3)
    ).fit(german.applications, cs.Portfolio(), german.bad)
    model = folder / "model"
    pipeline.save(model)
    decision = pipeline.decide(german.applications.take([0]), cs.Portfolio())
    decided = decision.to_json().encode()
    text = (model / "model.txt").read_bytes()
    found = {
        "model_text": Target((text,), lambda content: both(content.decode("utf-8", "replace"))),
        "record": Target((decided,), lambda content: of_record(folder, content)),
        "policy": Target(
            (cs.Policy("p", "1", cutoff=520).to_json().encode(),),
            lambda content: cs.Policy.from_file(written(folder / "policy.json", content)),
        ),
        "key": Target((KEY, KEY.hex().encode()), lambda content: read_key(written(folder / "key", content))),
        "payload": Target((compress("x" * 500),), decompress),
        "packed": Target((packed_seed(),), of_packed),
        "ledger": Target((ledger_seed(folder),), lambda content: of_ledger(folder, content)),
    }
    found |= {name: Target(*of_small) for name, of_small in small_targets(folder, decision).items()}
    for part in sorted(path.name for path in model.iterdir()):
        content = (model / part).read_bytes()
        found[part.replace(".", "_")] = Target((content,), part_of(folder, model, part))
    return found


def written(path: Path, content: bytes) -> Path:
    path.write_bytes(content)
    return path


def both(text: str) -> None:
    """Read a model text on both paths, the second only if the first takes it."""
    rewritten(text)
    read_trees(text)


def of_record(folder: Path, content: bytes) -> None:
    path = written(folder / "record.json", content)
    verify_path(path)
    cs.DecisionRecord.from_json(content.decode("utf-8", "surrogateescape"))


def packed_seed() -> bytes:
    columns = {
        "a": Column("number", np.arange(20.0)),
        "d": Column("label", np.zeros(20, np.int32), ("x", 7)),
        "t": Column("time", np.arange(20)),
    }
    return json.dumps(packed(columns, 20)).encode()


def of_packed(content: bytes) -> None:
    try:
        stored = json.loads(content)
    except (ValueError, RecursionError):
        return
    if isinstance(stored, dict):
        unpacked(stored)


def ledger_seed(folder: Path) -> bytes:
    path = folder / "seed.db"
    with cs.Ledger.open(path, key=KEY) as ledger:
        ledger.append_many(record(k, f"subject-{k % 2}") for k in range(3))
    return path.read_bytes()


def of_ledger(folder: Path, content: bytes) -> None:
    with tempfile.TemporaryDirectory(dir=folder) as fresh:
        path = written(Path(fresh) / "ledger.db", content)
        verify_path(path)
        with cs.Ledger.open(path, key=KEY, create=False, patience=1.0) as ledger:
            ledger.verify()
            ledger.find(subject="subject-1")
            ledger.append(record(99))


def part_of(folder: Path, model: Path, part: str) -> Callable[[bytes], object]:
    """Load and verify a folder of which one part is another, with hashes that fit."""
    copy = folder / f"copy-{part}"
    shutil.copytree(model, copy)

    def call(content: bytes) -> None:
        (copy / part).write_bytes(content)
        if part != MANIFEST:
            manifest = json.loads((model / MANIFEST).read_text())
            manifest["files"][part] = sha256(content)
            body = {name: value for name, value in manifest.items() if name != "sha256"}
            (copy / MANIFEST).write_text(canonical(body | {"sha256": sha256(canonical(body))}))
        verified = verify_path(copy).passed
        try:
            cs.load(copy)
        except cs.errors.CreditScoreError:
            assert not verified or part in MEANT, "verify says yes to what load refuses"
            raise

    return call


# Parts whose meaning only the library knows; the command `verify` loads the model too.
MEANT = ("features.json", "report.json", "recipe.json", "held_out.json", "contract.json", "model.json")
