"""Model folders in a store of objects: the same model back, whole or not at all, and the same checks."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import ClassVar

import fsspec
import pytest
from fsspec.implementations.local import LocalFileSystem
from fsspec.implementations.memory import MemoryFileSystem

import creditscore as cs
from creditscore._ground.object_stores import ObjectStore, any_folder, write_once
from creditscore.errors import ArtefactError
from creditscore.scoring.loading import MANIFEST, SIGNATURE, load_scoring_model
from creditscore.signing.keys import SigningKey
from creditscore.signing.trust import Trust, TrustedKey
from tests.pipeline.conftest import Case

KEY = SigningKey("lender.example", bytes(range(1, 33)))
TRUST = Trust.of(TrustedKey.of(KEY, valid_from=datetime(2020, 1, 1, tzinfo=UTC)))


class Breaking(MemoryFileSystem):
    """A store of objects that refuses writes after so many."""

    protocol = "breaking"
    store: ClassVar[dict] = {}
    pseudo_dirs: ClassVar[list] = [""]
    left: ClassVar[list[int]] = [0]

    def pipe_file(self, path, value, **given):
        if not self.left[0]:
            raise OSError("the line is down")
        self.left[0] -= 1
        super().pipe_file(path, value, **given)


class Raced(MemoryFileSystem):
    """A store of objects in which another writer begins and ends once one has begun."""

    protocol = "raced"
    store: ClassVar[dict] = {}
    pseudo_dirs: ClassVar[list] = [""]
    others: ClassVar[list[dict[str, bytes]]] = []

    def pipe_file(self, path, value, **given):
        super().pipe_file(path, value, **given)
        if self.others:
            write_once(ObjectStore("raced://bank/one"), self.others.pop(), last="z")


class Disk(LocalFileSystem):
    """The disk of this machine, reached as a store of objects is."""

    protocol = "disk"


@pytest.fixture(autouse=True)
def _stores() -> Iterator[None]:
    for store in (Breaking, Disk, Raced):
        fsspec.register_implementation(store.protocol, store, clobber=True)
    yield
    for store in (MemoryFileSystem, Breaking, Raced):
        store.store.clear()
        store.pseudo_dirs[:] = [""]


@pytest.fixture(params=["memory", "disk"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    return "memory://bank/models/one" if request.param == "memory" else f"disk://{tmp_path}/models/one"


def test_a_model_comes_back_with_every_file_as_on_disk(case: Case, url: str, tmp_path: Path) -> None:
    case.pipeline.save(url)
    case.pipeline.save(tmp_path / "model")
    again = cs.load(url)
    for one in case.asked[:20]:
        assert again.score(one, case.portfolio) == case.pipeline.score(one, case.portfolio)
    assert load_scoring_model(url).model_id == case.pipeline.model.model_id
    system, root = ObjectStore(url).reached()
    there = {path.rpartition("/")[2]: system.cat_file(path) for path in system.find(root)}
    assert there == {path.name: path.read_bytes() for path in (tmp_path / "model").iterdir()}
    case.pipeline.save(url)  # what lies there already is left as it is


def test_nothing_is_replaced(case: Case, url: str) -> None:
    case.pipeline.save(url)
    with pytest.raises(ArtefactError, match="nothing is replaced in a store of objects"):
        case.pipeline.save(url, sign_with=KEY)
    assert cs.load(url).model.model_id == case.pipeline.model.model_id
    system, _ = ObjectStore("memory://bank").reached()
    system.pipe_file("/bank/other/notes.txt", b"mine")
    with pytest.raises(ArtefactError, match=r"notes.txt.*Name an address that holds nothing"):
        case.pipeline.save("memory://bank/other")


def test_every_part_is_held_against_the_manifest(case: Case, url: str) -> None:
    case.pipeline.save(url)
    system, root = ObjectStore(url).reached()
    for name in ("model.txt", "features.json", MANIFEST):
        before = system.cat_file(f"{root}/{name}")
        system.pipe_file(f"{root}/{name}", before.replace(b"1", b"2", 1))
        with pytest.raises(ArtefactError, match=rf"{name} changed since it was saved"):
            cs.load(url)
        system.pipe_file(f"{root}/{name}", before)
    system.pipe_file(f"{root}/code.py", b"raise SystemExit")
    with pytest.raises(ArtefactError, match=r"unexpected \['code.py'\]"):
        cs.load(url)
    system.rm_file(f"{root}/code.py")
    system.rm_file(f"{root}/model.txt")
    with pytest.raises(ArtefactError, match=r"missing \['model.txt'\]"):
        cs.load(url)


def test_a_broken_write_is_no_model_and_can_be_taken_up(case: Case) -> None:
    url, parts = "breaking://bank/one", len(json.loads(_manifest(case))["files"]) + 1
    for done in range(parts):
        Breaking.left[0] = done
        with pytest.raises(ArtefactError, match="the line is down"):
            case.pipeline.save(url)
        with pytest.raises(ArtefactError, match=r"holds no manifest|is no folder"):
            cs.load(url)
    Breaking.left[0] = parts
    case.pipeline.save(url)
    assert cs.load(url).model.model_id == case.pipeline.model.model_id


def test_who_finds_the_manifest_of_another_leaves_it_and_is_told() -> None:
    Raced.others[:] = [{"a": b"theirs", "z": b"their manifest"}]
    place = ObjectStore("raced://bank/one")
    with pytest.raises(ArtefactError, match="holds other files than were written"):
        write_once(place, {"a": b"mine", "z": b"my manifest"}, last="z")
    system, root = place.reached()
    assert system.cat_file(f"{root}/z") == b"their manifest"


def _manifest(case: Case) -> bytes:
    case.pipeline.save("memory://counted")
    content: bytes = MemoryFileSystem().cat_file("/counted/manifest.json")
    return content


def test_a_signature_travels_and_is_asked_for(case: Case, url: str) -> None:
    case.pipeline.save(url, sign_with=KEY)
    assert cs.load(url, trust=TRUST).model.model_id == case.pipeline.model.model_id
    system, root = ObjectStore(url).reached()
    system.rm_file(f"{root}/{SIGNATURE}")
    with pytest.raises(ArtefactError, match="trusted"):
        cs.load(url, trust=TRUST)


def test_addresses() -> None:
    assert any_folder("file:///srv/model") == Path("/srv/model")
    assert any_folder("C:/models") == Path("C:/models")
    with pytest.raises(ArtefactError, match="Protocol not known: nosuch"):
        cs.load("nosuch://bank/one")
    with pytest.raises(ArtefactError, match=r"memory://nowhere is no folder"):
        cs.load("memory://nowhere")
    with pytest.raises(ArtefactError) as told:
        cs.load("nosuch://me:secret@bank/one")
    assert "secret" not in str(told.value)
    kept = ObjectStore("ftp://me:sec@ret@bank/one")
    assert str(kept) == "ftp://bank/one"
    assert repr(kept) == "ObjectStore(url='ftp://bank/one')"
    assert kept.said(OSError(f"no answer of {kept.url}")) == "no answer of ftp://bank/one"
