"""A page of empty boxes is no notice: PDF files are refused where no font has the characters."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import creditscore as cs
from creditscore.cli.machine import examine
from creditscore.errors import FontMissingError
from creditscore.report.glyphs import every_glyph
from tests.report.conftest import GIVEN

weasyprint = pytest.importorskip("weasyprint", reason="PDF files need the extra 'pdf'")
# A character of a private plane: no font has it.
NOBODYS = "\U0010fffd"


def test_a_page_with_a_character_that_no_font_has_is_refused_and_leaves_no_file(decided, tmp_path) -> None:
    report = cs.decision_report(decided, **{**GIVEN, "creditor": f"Bank {NOBODYS}, 1 Road"})
    with pytest.raises(
        FontMissingError, match=r"No font of this machine has the characters .*fonts-noto-cjk"
    ):
        report.to_pdf(tmp_path / "r.pdf")
    assert not list(tmp_path.iterdir())
    report.save(tmp_path / "r.html")
    assert NOBODYS in (tmp_path / "r.html").read_text(encoding="utf-8")


def test_characters_without_a_shape_need_no_font() -> None:
    with every_glyph():
        weasyprint.HTML(string="<p>a\u200cb\u200d \u2066c\u2069</p>").write_pdf()


@pytest.mark.parametrize("language", ["fa", "zh"])
def test_pages_of_each_language_are_refused_with_a_font_of_latin_letters_alone(
    language: str, decided, tmp_path: Path
) -> None:
    """On a machine that has one font, without Chinese; a Persian page needs what DejaVu has."""
    fonts = sorted(Path("/usr/share/fonts").rglob("DejaVuSans*.ttf"))
    if not fonts:
        pytest.skip("no DejaVu fonts are installed to make a machine of them alone")
    only = tmp_path / "fonts"
    only.mkdir()
    for font in fonts:
        shutil.copy(font, only)
    (tmp_path / "fonts.conf").write_text(
        f"<fontconfig><dir>{only}</dir><cachedir>{tmp_path}/cache</cachedir></fontconfig>", encoding="utf-8"
    )
    (tmp_path / "page.html").write_text(
        cs.decision_report(decided, language=language, **GIVEN).to_html(), encoding="utf-8"
    )
    code = (
        "import sys; from weasyprint import HTML; from creditscore.report.glyphs import every_glyph\n"
        "with every_glyph():\n    HTML(filename=sys.argv[1]).write_pdf()\n"
    )
    settings = {"FONTCONFIG_FILE": str(tmp_path / "fonts.conf"), "PYTHONPATH": ":".join(sys.path)}
    done = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path / "page.html")],
        env={"PATH": "/usr/bin:/bin", **settings}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert ("FontMissingError" in done.stderr) == (language == "zh"), done.stderr[-500:]
    assert (done.returncode == 0) == (language == "fa")


def test_the_doctor_names_what_it_looked_for() -> None:
    checks = {check.name: check for check in examine()}
    assert {"python", "numpy", "compiled kernels", "zone Asia/Tehran", "font for Chinese"} <= set(checks)
    assert all(check.passed for check in checks.values() if check.needed)
    assert all(check.found and check.remedy for check in checks.values())


def test_the_doctor_says_what_is_not_there(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(tmp_path / "absent"))
    monkeypatch.setitem(sys.modules, "weasyprint", None)
    checks = {check.name: check for check in examine()}
    assert not checks["compiled kernels"].passed
    assert not checks["font for Chinese"].passed
    assert not checks["font for Chinese"].needed
