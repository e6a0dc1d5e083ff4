"""The picture of the floors in the documentation is the one that the code gives."""

from __future__ import annotations

import re

from docs import make_architecture
from tests.house.source import ROOT


def test_the_picture_is_drawn_from_the_code_as_it_stands():
    """Run `make reference` where it is not."""
    stored = (ROOT / "docs" / make_architecture.PICTURE).read_text(encoding="utf-8")
    assert stored == make_architecture.drawn()


def test_the_page_shows_it():
    page = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    assert f"]({make_architecture.PICTURE})" in page


def test_every_import_leads_down_and_is_drawn():
    drawn = make_architecture.drawn()
    arrows = sum(map(len, make_architecture.imported().values()))
    assert len(re.findall("<circle", drawn)) == arrows > 100
    assert "#dc2626" not in drawn


def test_an_import_that_climbs_is_drawn_in_red(monkeypatch):
    imported = make_architecture.imported()
    imported["data"].add("report")
    monkeypatch.setattr(make_architecture, "imported", lambda: imported)
    assert make_architecture.drawn().count("#dc2626") == 1
