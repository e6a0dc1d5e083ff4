"""Model folders from a hostile hand: findings, never a hang, a traceback or a file from elsewhere."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from typer.testing import CliRunner

import creditscore as cs
from creditscore._ground import swapping
from creditscore._ground.canonical import canonical, read_json, sha256
from creditscore.cli.app import app
from creditscore.errors import ArtefactError, CreditScoreError
from creditscore.scoring.loading import MANIFEST, PARTS
from creditscore.scoring.model import FORMAT
from creditscore.verify.paths import verify_path

ROOT = Path(__file__).parents[2]

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="needs links, pipes and devices")


@pytest.fixture(scope="module")
def saved(few: cs.CreditPipeline, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("hostile") / "model"
    few.save(folder)
    return folder


@pytest.fixture
def model(saved: Path, tmp_path: Path) -> Path:
    folder = tmp_path / "model"
    folder.mkdir()
    for path in saved.iterdir():
        (folder / path.name).write_bytes(path.read_bytes())
    return folder


def resealed(folder: Path, **changes: object) -> None:
    """Write the manifest anew, with some fields changed and hashes that fit."""
    manifest = json.loads((folder / MANIFEST).read_text())
    files = {p.name: sha256(p.read_bytes()) for p in folder.iterdir() if p.name in manifest["files"]}
    body = {**manifest, "files": files, **changes}
    body.pop("sha256")
    (folder / MANIFEST).write_text(canonical(body | {"sha256": sha256(canonical(body))}))


def test_both_say_yes_to_what_was_saved(saved: Path) -> None:
    assert cs.load(saved)
    assert verify_path(saved).passed
    done = CliRunner().invoke(app, ["verify", str(saved)])
    assert done.exit_code == 0
    assert "the library reads the model too" in done.output


def refused_by_both(folder: Path) -> str:
    """What `load` says; `verify` must not say yes to it, in the library or on the command line."""
    with pytest.raises(CreditScoreError) as caught:
        cs.load(folder)
    try:
        assert not verify_path(folder).passed
    except ArtefactError:
        return str(caught.value)
    done = CliRunner().invoke(app, ["verify", str(folder)])
    assert done.exit_code == 1
    return str(caught.value)


@pytest.mark.parametrize("name", [*PARTS[FORMAT], MANIFEST])
@pytest.mark.parametrize("kind", ["zero", "pipe", "folder", "loop", "outside", "itself"])
def test_what_is_no_file_of_the_folder_is_a_finding(
    model: Path, tmp_path: Path, name: str, kind: str
) -> None:
    part, elsewhere = model / name, tmp_path / "elsewhere"
    content = part.read_bytes()
    part.unlink()
    if kind == "zero":
        part.symlink_to("/dev/zero")
    elif kind == "pipe":
        os.mkfifo(part)
    elif kind == "folder":
        part.mkdir()
    elif kind == "loop":
        part.symlink_to(model / "loop")
        (model / "loop").symlink_to(part)
    elif kind == "outside":
        elsewhere.write_bytes(content)
        part.symlink_to(elsewhere)
    else:
        part.symlink_to(part)
    assert refused_by_both(model)


@pytest.mark.parametrize(
    "name", ["../../etc/passwd", "/etc/passwd", "..", ".", "", "a/b", "x\0y", "n" * 5000]
)
def test_a_manifest_names_nothing_outside_its_folder(model: Path, name: str) -> None:
    files = json.loads((model / MANIFEST).read_text())["files"]
    resealed(model, files=files | {name: "0" * 64}, optional=[name])
    refused_by_both(model)


@pytest.mark.parametrize(
    "what", ["[" * 100_000, '{"a":' * 50_000, "1" * 10_000, "[1e999]", "nul", "\ud800", ""]
)
@pytest.mark.parametrize("name", [*(n for n in PARTS[FORMAT] if n.endswith(".json")), MANIFEST])
def test_json_without_end_is_a_finding(model: Path, name: str, what: str) -> None:
    (model / name).write_bytes(what.encode("utf-8", "surrogatepass"))
    if name != MANIFEST:
        resealed(model)
    refused_by_both(model)


FORGERIES = {
    "scales.json": [
        ('"points_to_double_odds":20', '"points_to_double_odds":0'),
        ('"points_to_double_odds":20', '"points_to_double_odds":-20'),
        ('"reference_good_bad_odds":50', '"reference_good_bad_odds":0'),
        ('"reference_score":600', '"reference_score":"600"'),
        ('"reference_score":600', '"reference_score":null'),
        ('"reference_score":600', '"reference_score":600,"more":1'),
        ('"minimum":', '"minimum":99999,"x":'),
        ('"grades":', '"grades":1e9,"x":'),
        ('"grades":', '"grades":1'),
    ],
    "model.json": [
        ('"signs":[', '"signs":[7,'),
        ('"signs":[', '"signs":['),
        ('"slope":', '"slope":-1,"s":'),
        ('"feature_names":["', '"feature_names":["x'),
        ('"categories":{', '"categories":{"999":[1],'),
    ],
    "features.json": [('"sign":', '"sine":'), ('"name":"', '"name":"x'), ("[", "[{},")],
    "references.json": [('"means":[', '"means":[0,'), ('"typical":[', '"typical":[0,'), ("[", "[{},")],
    "held_out.json": [('"bad":[', '"bad":[0,'), ('"weight":[', '"weight":[-1,')],
    "recipe.json": [('"scorer":', '"scored":'), ("{", "[{")],
    "report.json": [('"applications":', '"application":'), ("{", "[{")],
    "model.txt": [
        ("tree\n", " tree\n"),
        ("num_leaves=", "num_leaves=1"),
        ("end of trees", "end of tree"),
        ("version=v4", "version=v9"),
        ("is_linear=0", "is_linear=1"),
    ],
}


@pytest.mark.parametrize(("name", "change"), [(n, c) for n, several in FORGERIES.items() for c in several])
def test_verify_never_says_yes_to_what_load_refuses(model: Path, name: str, change: tuple[str, str]) -> None:
    text = (model / name).read_text()
    (model / name).write_text(text.replace(*change, 1))
    resealed(model)
    try:
        cs.load(model)
    except CreditScoreError:
        done = CliRunner().invoke(app, ["verify", str(model)])
        assert done.exit_code == 1, done.output
        assert "FAILED" in done.output
    else:
        assert change[0] not in text or change[0] == change[1]


def test_a_folder_of_very_many_files_is_a_finding(model: Path) -> None:
    for number in range(1_100):
        (model / f"f{number}").touch()
    assert "more than 1,000 files" in refused_by_both(model)


@pytest.mark.parametrize("path", ["\0", "x" * 5000, "/dev/zero", "/dev/null"])
def test_what_is_no_folder_is_said_so(path: str) -> None:
    with pytest.raises(ArtefactError):
        cs.load(path)
    with pytest.raises(ArtefactError):
        verify_path(path)


def test_json_is_read_within_bounds(monkeypatch: pytest.MonkeyPatch) -> None:
    from creditscore._ground import canonical as module

    assert read_json('{"a":[1,2]}', "it") == {"a": [1, 2]}
    monkeypatch.setattr(module, "MOST_VALUES", 3)
    with pytest.raises(ArtefactError, match="longer than is read"):
        read_json("[1,1,1,1,1]", "it")
    monkeypatch.setattr(module, "MOST_BYTES", 5)
    with pytest.raises(ArtefactError, match="longer than is read"):
        read_json("[      ]", "it")


def test_readers_of_a_folder_that_is_saved_over_see_one_save_or_the_other(
    few: cs.CreditPipeline, model: Path
) -> None:
    expected = cs.load(model).model.model_id
    wrong: list[object] = []
    done = threading.Event()

    def read() -> None:
        while not done.is_set():
            try:
                wrong.extend({cs.load(model).model.model_id} - {expected})
            except Exception as error:  # noqa: BLE001 - whatever a reader sees is what is tested
                wrong.append(error)

    readers = [threading.Thread(target=read) for _ in range(2)]
    for reader in readers:
        reader.start()
    for _ in range(15):
        few.save(model)
    done.set()
    for reader in readers:
        reader.join()
    assert not wrong
    assert [path.name for path in model.parent.iterdir()] == ["model"]


@pytest.mark.parametrize("exchange", [True, False])
def test_both_ways_of_replacing_leave_one_whole_folder(
    tmp_path: Path, exchange: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not exchange:
        monkeypatch.setattr(swapping, "_exchanged", lambda one, other: False)
    for content in (b"1", b"2", b"3"):
        swapping.replace_folder(tmp_path / "m", {"a": content, "b": content})
        assert {p.name: p.read_bytes() for p in (tmp_path / "m").iterdir()} == {"a": content, "b": content}
    assert [path.name for path in tmp_path.iterdir()] == ["m"]


SAVER = """
import sys, time
from pathlib import Path
from creditscore._ground import swapping
class Parts(dict):
    def items(self):
        yield "a", b"1" * 1000
        sys.stdout.write("begun\\n"); sys.stdout.flush()
        time.sleep(60)
        yield "b", b"1"
swapping.replace_folder(Path(sys.argv[1]), Parts())
"""


def test_leftovers_of_a_saver_that_died_are_swept_and_those_of_a_living_one_are_not(tmp_path: Path) -> None:
    folder = tmp_path / "m"
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    savers = [
        subprocess.Popen(
            [sys.executable, "-c", SAVER, str(folder)], stdout=subprocess.PIPE, text=True, env=environment
        )
        for _ in range(2)
    ]
    try:
        for saver in savers:
            assert saver.stdout is not None
            assert saver.stdout.readline() == "begun\n"
        savers[0].send_signal(signal.SIGKILL)
        savers[0].wait()
        assert len(list(tmp_path.iterdir())) == 2
        swapping.replace_folder(folder, {"a": b"2"})
        assert len(list(tmp_path.iterdir())) == 2
    finally:
        for saver in savers:
            saver.kill()
            saver.communicate()
    swapping.replace_folder(folder, {"a": b"3"})
    assert [path.name for path in tmp_path.iterdir()] == ["m"]


def test_a_disk_that_is_full_is_said_so_and_changes_nothing(
    few: cs.CreditPipeline, model: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = {path.name: path.read_bytes() for path in model.iterdir()}

    def full(self: Path, content: bytes) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(ArtefactError, match="cannot be written.*No space left"):
        few.save(model)
    monkeypatch.undo()
    assert {path.name: path.read_bytes() for path in model.iterdir()} == before
    assert [path.name for path in model.parent.iterdir()] == ["model"]


@pytest.mark.parametrize("what", ["[" * 100_000, "{}", "[]", "null", '{"rules":1}', "\ud800", ""])
def test_policies_and_records_from_anywhere_are_refused_in_one_sentence(tmp_path: Path, what: str) -> None:
    file = tmp_path / "policy.json"
    file.write_bytes(what.encode("utf-8", "surrogatepass"))
    with pytest.raises(ArtefactError):
        cs.Policy.from_file(file)
    with pytest.raises(ArtefactError):
        cs.DecisionRecord.from_json(what)
    try:
        assert not verify_path(file).passed
    except ArtefactError as error:
        assert str(error)  # noqa: PT017 - either is a verdict


@pytest.mark.parametrize("path", ["/dev/zero", "/dev/null", "/", "/nowhere"])
def test_devices_are_no_policies_keys_or_records(path: str) -> None:
    begun = time.perf_counter()
    with pytest.raises(ArtefactError):
        cs.Policy.from_file(path)
    with pytest.raises(CreditScoreError):
        cs.StandingPrivacy.from_file(path)
    for command in (["replay", path, "--model", path], ["verify", path]):
        assert CliRunner().invoke(app, command).exit_code != 0
    assert time.perf_counter() - begun < 30
