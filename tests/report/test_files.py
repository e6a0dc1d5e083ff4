"""Files are whole or not there; PDF comes from the same page."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import creditscore as cs
from creditscore._ground.files import write_whole
from creditscore.errors import MissingExtraError, ParameterError
from tests.report.conftest import GIVEN


def test_a_file_is_replaced_whole(tmp_path) -> None:
    target = tmp_path / "new" / "a.txt"
    write_whole(target, b"one")
    write_whole(target, b"two")
    assert target.read_bytes() == b"two"
    assert [path.name for path in target.parent.iterdir()] == ["a.txt"]


def test_what_fails_halfway_leaves_the_old_file_and_no_litter(tmp_path, monkeypatch) -> None:
    target = tmp_path / "a.txt"
    write_whole(target, b"old")
    monkeypatch.setattr(Path, "replace", lambda *_: (_ for _ in ()).throw(OSError("disk")))
    with pytest.raises(OSError, match="disk"):
        write_whole(target, b"new")
    assert target.read_bytes() == b"old"
    assert [path.name for path in tmp_path.iterdir()] == ["a.txt"]


def test_a_file_has_its_name_only_once_it_is_on_disk(tmp_path, monkeypatch) -> None:
    target, named_at_flush = tmp_path / "a.txt", []
    flush = os.fsync
    monkeypatch.setattr(os, "fsync", lambda file: (named_at_flush.append(target.exists()), flush(file)))
    write_whole(target, b"new")
    assert named_at_flush == [False]
    assert target.read_bytes() == b"new"


def test_the_ending_says_what_is_written(decided, tmp_path) -> None:
    report = cs.decision_report(decided, **GIVEN)
    report.save(tmp_path / "r.html")
    report.save(tmp_path / "r.json")
    assert (tmp_path / "r.html").read_text(encoding="utf-8") == report.to_html()
    assert (tmp_path / "r.json").read_text(encoding="utf-8") == report.to_json()
    with pytest.raises(ParameterError, match="'path'.*.html, .pdf or .json"):
        report.save(tmp_path / "r.docx")


def test_without_weasyprint_the_extra_is_named(decided, tmp_path, monkeypatch) -> None:
    monkeypatch.setitem(sys.modules, "weasyprint", None)
    remedy = r"DecisionReport.to_pdf needs 'weasyprint'.*pip install 'creditscore\[pdf\]'"
    with pytest.raises(MissingExtraError, match=remedy):
        cs.decision_report(decided).to_pdf(tmp_path / "r.pdf")
    assert not list(tmp_path.iterdir())


@pytest.mark.filterwarnings("default")  # of the font machinery below WeasyPrint, which is not ours
@pytest.mark.parametrize("language", ["en", "fa", "zh"])
def test_the_pdf_is_a_pdf_and_says_what_the_page_says(decided, tmp_path, language) -> None:
    report = cs.decision_report(decided, language=language, **GIVEN)
    report.to_pdf(tmp_path / "r.pdf")
    content = (tmp_path / "r.pdf").read_bytes()
    assert content.startswith(b"%PDF-")
    assert content.rstrip().endswith(b"%%EOF")
    if shutil.which("pdftotext"):
        command = ["pdftotext", str(tmp_path / "r.pdf"), "-"]
        text = subprocess.run(command, capture_output=True, text=True, check=True).stdout
        assert "Example Bank" in text
