"""Pages in a real browser: nothing overflows, Persian runs from the right, nothing is fetched."""

from __future__ import annotations

import re

import numpy as np
import pytest
from matplotlib.image import imread

import creditscore as cs
from tests.report.browser import draw, look
from tests.report.conftest import GIVEN, LANGUAGES

PHONE, DESKTOP = 360, 1440


@pytest.fixture(scope="module")
def pages(decided, model_reports) -> dict[str, dict[str, str]]:
    """HTML by language and kind."""
    found: dict[str, dict[str, str]] = {}
    for language in LANGUAGES:
        shared = {"language": language, "calendar": "jalali" if language == "fa" else "gregorian"} | GIVEN
        found[language] = {
            "subject": cs.decision_report(decided, **shared).to_html(),
            "auditor": cs.decision_report(decided, audience="auditor", **shared).to_html(),
            "notice": cs.decision_report(decided, kind="adverse_action", **shared).to_html(),
            "model": model_reports[language].to_html(),
        }
    return found


@pytest.fixture(scope="module")
def seen(pages, tmp_path_factory):
    """Look at all pages of a language at both widths in one go."""
    known: dict[str, dict] = {}

    def one(language: str) -> dict:
        if language not in known:
            wanted = {
                f"{kind} {width}": (html, width)
                for kind, html in pages[language].items()
                for width in (PHONE, DESKTOP)
            }
            known[language] = look(wanted, tmp_path_factory.mktemp(language))
        return known[language]

    return one


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_overflows_on_a_phone_or_a_desktop(seen, language) -> None:
    assert len(seen(language)) == 8
    for name, found in seen(language).items():
        assert found["width"] == int(name.split()[1])
        assert found["scroll"] <= found["width"], name
        assert not found["out"], name
        assert not found["cut"], name
        assert not found["blank"], name
        assert found["height"] > 800, name


@pytest.mark.parametrize("language", LANGUAGES)
def test_text_runs_and_starts_where_its_readers_begin(seen, language) -> None:
    for name, found in seen(language).items():
        assert found["direction"] == ("rtl" if language == "fa" else "ltr"), name
        margin = 16 if name.endswith(str(PHONE)) else (DESKTOP - 62 * 16) // 2 + 32
        assert abs(found["starts"] - margin) <= 2, name


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_page_fetches_anything(seen, language) -> None:
    assert [found["resources"] for found in seen(language).values()] == [[]] * 8


def test_a_page_that_did_fetch_or_overflow_would_be_noticed(pages, tmp_path) -> None:
    """A test that cannot fail proves nothing."""
    (tmp_path / "x.css").write_text("p { color: red }", encoding="utf-8")
    wide = '<main id="main" tabindex="-1"><p style="width:900px">wide</p><link rel="stylesheet" href="x.css">'
    broken = pages["en"]["notice"].replace('<main id="main" tabindex="-1">', wide)
    found = look({"broken": (broken, PHONE)}, tmp_path)["broken"]
    assert found["scroll"] > PHONE
    assert found["out"]
    assert any(name.endswith("x.css") for name in found["resources"])


def test_dark_screens_get_a_dark_page_with_light_ink(pages, tmp_path) -> None:
    found = look({"dark": (pages["en"]["subject"], DESKTOP)}, tmp_path, dark=True)["dark"]
    assert brightness(found["ground"]) < 50
    assert brightness(found["ink"]) > 200


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("width", "height"), [(PHONE, 740), pytest.param(DESKTOP, 1000, marks=pytest.mark.long)]
)
def test_a_screenshot_shows_the_page(pages, tmp_path, language, width, height) -> None:
    target = tmp_path / "page.png"
    draw(pages[language]["subject"], width, height, target)
    picture = imread(target)
    assert picture.shape[:2] == (height, width)
    ink = picture[..., :3].mean(axis=2) < 0.5
    assert 0.005 < ink.mean() < 0.3
    columns = np.flatnonzero(ink[:200].any(axis=0))
    left, right = columns.min(), width - 1 - columns.max()
    assert (right < left) == (language == "fa")


def brightness(colour: str) -> float:
    """Mean of red, green and blue in a computed colour, 0 to 255."""
    return sum(map(float, re.findall(r"[\d.]+", colour)[:3])) / 3
