"""Pages look as they did: a fixed decision, three languages, on a phone and at the width of paper."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np
import pytest

from creditscore.words.languages import LANGUAGES
from tests.report.browser import find_browser
from tests.report.pictures.drawn import GREYS, MADE_WITH, made_with, page, pixels, record, stored

# Of all pixels, so many may be another grey than the next one: the edges of letters are drawn a little apart.
MOST_OTHERS = 0.0003
REMAKE = "python -m tests.report.pictures.drawn"


@pytest.fixture(scope="module")
def alike() -> None:
    """Skip where lines would break elsewhere: another browser, or other fonts, than drew what is stored."""
    find_browser()
    if shutil.which("fc-match") is None:
        pytest.skip("fc-match is not there, so nobody knows by which fonts the pages would be drawn")
    here, then = made_with(), json.loads(MADE_WITH.read_text(encoding="utf-8"))
    if here != then:
        pytest.skip(f"the pictures were drawn with {then}, and here is {here}; to make them anew: {REMAKE}")


def others(one: np.ndarray, two: np.ndarray) -> float:
    """Share of pixels that differ by more than one grey; all of them where sizes differ."""
    if one.shape != two.shape:
        return 1.0
    return float((np.abs(one.astype(int) - two.astype(int)) > 1).mean())


@pytest.mark.usefixtures("alike")
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("width", ["phone", pytest.param("print", marks=pytest.mark.long)])
def test_a_page_looks_as_it_did(language: str, width: str, tmp_path: Path) -> None:
    found = pixels(page(language, record()), width, tmp_path)
    apart = others(found, stored(language, width))
    assert apart <= MOST_OTHERS, f"{apart:.2%} of the pixels differ; if that is meant: {REMAKE}"


@pytest.mark.usefixtures("alike")
def test_one_word_that_is_another_would_be_noticed(tmp_path: Path) -> None:
    html = page("en", record())
    changed = html.replace("points lost", "points more")
    assert changed != html
    assert others(pixels(changed, "phone", tmp_path), stored("en", "phone")) > MOST_OTHERS


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_stored_is_a_page_in_few_greys(language: str) -> None:
    """Whatever browser is here."""
    for width, columns in (("phone", 180), ("print", 397)):
        picture = stored(language, width)
        assert picture.shape[1] == columns
        assert picture.max() == GREYS - 1
        assert 0.005 < (picture < GREYS // 2).mean() < 0.4
