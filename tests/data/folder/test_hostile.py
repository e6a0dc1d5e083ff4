"""Folders that somebody else made, or that were damaged: refused by name, never read beyond their files."""

from __future__ import annotations

import hashlib
import json
import os
import random
import shutil
from pathlib import Path

import pytest

import creditscore as cs
from creditscore._ground.canonical import canonical
from creditscore.data.folder.manifest import read_manifest
from creditscore.errors import PortfolioError
from tests.data.folder.splitting import assert_same

PAID = {"applicant_id": "a", "event_time": "2024-05-31T12:00:00+00:00", "amount": -12.5, "event_id": "1"}
ROWS = [PAID, PAID | {"event_id": "2", "channel": "app"}]
HUGE = (2**31, 2**40, 2**52, -1, 1.5, True, None, "8")


@pytest.fixture
def folder(tmp_path) -> Path:
    cs.Portfolio(payments=ROWS).write(tmp_path / "p")
    cs.PortfolioFolder(tmp_path / "p").append({"payments": [PAID | {"event_id": "3"}]})
    return tmp_path / "p"


def sealed_again(folder: Path, change) -> None:
    """Change the manifest, and give it a hash that fits."""
    path = folder / "manifest.json"
    plain = json.loads(path.read_text())
    plain.pop("sha256")
    change(plain)
    digest = hashlib.sha256(canonical(plain).encode()).hexdigest()
    path.write_text(canonical(plain | {"sha256": digest}))


def refused(folder: Path, **how) -> str:
    with pytest.raises(PortfolioError) as caught:
        cs.Portfolio.open(folder, **how)
    return str(caught.value)


def test_what_is_no_portfolio_is_refused(tmp_path):
    (tmp_path / "empty").mkdir()
    for path in (tmp_path / "nowhere", tmp_path / "empty"):
        assert "no portfolio on disk" in refused(path)
    for content in (b"", b"{}", b"[1]", b"\xff", b"[" * 100_000, b'{"format":"creditscore-portfolio"}'):
        (tmp_path / "empty" / "manifest.json").write_bytes(content)
        assert refused(tmp_path / "empty")


def test_another_format_is_named(folder):
    sealed_again(folder, lambda plain: plain.update(version=2))
    assert "format 2" in refused(folder)


def test_links_are_not_followed(folder, tmp_path):
    (file,) = folder.glob("generation-*/payments.arrow")
    kept = tmp_path / "elsewhere.arrow"
    shutil.copy(file, kept)
    file.unlink()
    file.symlink_to(kept)
    assert "cannot be read" in refused(folder)
    file.unlink()
    shutil.copy(kept, file)
    generation = file.parent
    generation.rename(tmp_path / "moved")
    generation.symlink_to(tmp_path / "moved")
    assert "cannot be read" in refused(folder)
    generation.unlink()
    (tmp_path / "moved").rename(generation)
    manifest = folder / "manifest.json"
    manifest.rename(tmp_path / "manifest.json")
    manifest.symlink_to(tmp_path / "manifest.json")
    assert "no portfolio on disk" in refused(folder)


def test_a_pipe_is_not_waited_for(folder):
    (file,) = folder.glob("generation-*/payments.arrow")
    file.unlink()
    os.mkfifo(file)
    assert "must be a file of" in refused(folder)


def test_names_lead_nowhere_else(folder):
    def climb(plain):
        plain["files"]["../../etc/passwd"] = plain["files"].pop("payments")

    sealed_again(folder, climb)
    assert "'../../etc/passwd'" in refused(folder)


def test_sizes_counts_and_shapes_must_fit(folder):
    path = folder / "manifest.json"
    before = path.read_bytes()
    changes = [
        (("files", "payments", "bytes"), 10), (("files", "payments", "bytes"), 2**45),
        (("files", "payments", "about", "plain"), 1), (("files", "payments", "about", "times"), "event_time"),
        (("files", "payments", "about", "times"), ["event_time"]), (("files", "ids", "extents"), {}),
        (("settings", "timezone"), "Nowhere/Land"), (("settings", "weekend"), 3),
        (("settings", "terms"), {"forbidden": {"score": ["no such tag"]}}), (("settings",), {}),
        (("files", "payments", "extents", "times"), ["zip", 0, 8, 0, 0]),
        (("files", "payments", "extents", "times"), 8), (("generation",), 7), (("generation",), -1),
        (("through",), "1"), (("files", "payments", "sha256"), "x"), (("files", "payments"), None),
        (("files",), {}),
    ]  # fmt: skip
    for number in HUGE:
        changes += [(("files", "payments", "about", "rows"), number)]
        for buffer in ("times", "offsets", "event_id", "vocabulary:channel"):
            for position in (1, 2, 3, 4):
                if position < 3 or buffer in {"event_id", "vocabulary:channel"}:
                    changes += [(("files", "payments", "extents", buffer, position), number)]
    for steps, value in changes:
        path.write_bytes(before)

        def change(plain, steps=steps, value=value):
            for step in steps[:-1]:
                plain = plain[step]
            plain[steps[-1]] = value

        sealed_again(folder, change)
        assert refused(folder)
    path.write_bytes(before)
    cs.Portfolio.open(folder, verify=True)


def test_a_changed_manifest_is_seen(folder):
    path = folder / "manifest.json"
    path.write_bytes(path.read_bytes().replace(b'"currency":""', b'"currency":"X"'))
    assert "its hash does not fit" in refused(folder)


def test_a_manifest_that_changes_under_an_open_folder_is_seen(folder):
    opened, path = cs.PortfolioFolder(folder), folder / "manifest.json"
    first, before = opened.portfolio(), path.read_bytes()
    path.write_bytes(before.replace(b'"currency":""', b'"currency":"X"'))
    with pytest.raises(PortfolioError, match="its hash does not fit"):
        opened.portfolio()
    path.write_bytes(before)
    assert opened.portfolio() is first


def test_every_flipped_byte_is_seen(folder):
    """At opening with `verify`, by `check`, and never by a crash without them."""
    rng = random.Random(3)
    files = [path for path in sorted(folder.rglob("*")) if path.is_file() and path.name != "lock"]
    assert len(files) == 4
    whole = cs.Portfolio.open(folder)
    for path in files:
        content = path.read_bytes()
        for position in rng.sample(range(len(content)), min(len(content), 60)):
            flipped = bytes([content[position] ^ 1 << rng.randrange(8)])
            path.write_bytes(content[:position] + flipped + content[position + 1 :])
            assert refused(folder, verify=True)
            try:
                assert not cs.PortfolioFolder(folder).check().ok
            except PortfolioError:
                assert path.name in {"manifest.json", "ids.arrow", "payments.arrow"} or path.suffix == ".rows"
        path.write_bytes(content)
    assert_same(whole, cs.Portfolio.open(folder, verify=True))


def test_cut_and_missing_files_are_refused(folder, tmp_path):
    for path in [path for path in sorted(folder.rglob("*")) if path.is_file() and path.name != "lock"]:
        shutil.copytree(folder, tmp_path / "copy")
        copy = tmp_path / "copy" / path.relative_to(folder)
        content = copy.read_bytes()
        for part in (content[: len(content) // 2], content + b"\0", b""):
            copy.write_bytes(part)
            assert refused(tmp_path / "copy")
        if path.suffix != ".rows":
            copy.unlink()
            assert refused(tmp_path / "copy")
        shutil.rmtree(tmp_path / "copy")


def test_a_log_with_a_gap_or_a_stranger_is_refused(folder):
    writer = cs.PortfolioFolder(folder)
    writer.append({"payments": [PAID | {"event_id": "4"}]})
    first, _ = sorted((folder / "log").iterdir())
    first.rename(first.with_name("x"))
    assert "holds 'x', which is no entry" in refused(folder)
    first.with_name("x").unlink()
    assert "Entry 1 of the log" in refused(folder)


def test_numbers_out_of_range_are_found_where_hashes_were_made_anew(folder):
    """Whoever can write in the folder can make hashes; `verify` still finds what no door lets through."""
    (file,) = folder.glob("generation-*/payments.arrow")
    part = read_manifest(folder).files["payments"]
    content = file.read_bytes()
    late = 2**60
    changes = (("codes", 77, "labels that are not there"), ("times", late, "in order of time"))
    for buffer, value, found in changes:
        start, width = part.extents[buffer][1], 4 if buffer == "codes" else 8
        changed = content[:start] + value.to_bytes(width, "little") + content[start + width :]
        file.write_bytes(changed)
        digest = hashlib.sha256(changed).hexdigest()
        sealed_again(folder, lambda plain, digest=digest: plain["files"]["payments"].update(sha256=digest))
        assert found in refused(folder, verify=True)


def test_ties_are_looked_at_before_they_are_indexed(tmp_path):
    tie = {"person_id": "a", "event_time": "2024-01-01T00:00Z", "other_id": "b"}
    cs.Portfolio(ties=[tie]).write(tmp_path / "p")
    (file,) = (tmp_path / "p").glob("generation-*/ties.arrow")
    start, content = read_manifest(tmp_path / "p").files["ties"].extents["codes"][1], file.read_bytes()
    file.write_bytes(content[:start] + (2**30).to_bytes(4, "little") + content[start + 4 :])
    assert "other_id has labels that are not there" in refused(tmp_path / "p")


def test_entries_of_the_log_are_read_within_their_bounds(folder):
    """An entry whose hash fits, and whose header lies."""
    (path,) = (folder / "log").iterdir()
    content = path.read_bytes()
    length = int.from_bytes(content[8:16], "little")
    header, body = json.loads(content[16 : 16 + length]), content[16 + length :]
    path.unlink()
    for number in HUGE:
        for name in list(header["extents"])[:6]:
            for position in (1, 2):
                plain = json.loads(json.dumps(header))
                plain["extents"][name][position] = number
                put(folder, plain, body)
                with pytest.raises(PortfolioError):
                    cs.Portfolio.open(folder)
    for plain in ({}, {"tables": {"nope": {}}, "extents": {}}, {"tables": 3, "extents": {}}, [], 3):
        put(folder, plain, body)
        with pytest.raises(PortfolioError):
            cs.Portfolio.open(folder)
    for start in (b"", b"cs-rows1", b"cs-rows1" + b"\xff" * 8, b"other-ma" + bytes(8)):
        entry(folder, start)
        with pytest.raises(PortfolioError):
            cs.Portfolio.open(folder)


def put(folder: Path, plain: object, body: bytes) -> None:
    head = json.dumps(plain).encode()
    head += b" " * (-len(head) % 8)
    entry(folder, b"cs-rows1" + len(head).to_bytes(8, "little") + head + body)


def entry(folder: Path, content: bytes) -> None:
    for old in (folder / "log").iterdir():
        old.unlink()
    (folder / "log" / f"{1:012d}-{hashlib.sha256(content).hexdigest()}.rows").write_bytes(content)
