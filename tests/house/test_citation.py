"""What stands in CITATION.cff is what the project says of itself elsewhere."""

from __future__ import annotations

import re
import tomllib

from tests.house.source import ROOT


def test_the_citation_says_what_the_project_says():
    text = (ROOT / "CITATION.cff").read_text(encoding="utf-8")
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    parts = dict(re.findall(r"^([a-z-]+): ?(.*)$", text, re.MULTILINE))
    assert {"cff-version", "message", "title", "authors"} <= set(parts)
    assert (parts["cff-version"], parts["title"], parts["license"]) == (
        "1.2.0", project["name"], project["license"],
    )  # fmt: skip
    assert set(re.findall(r"^  - (?!name)(.+)$", text, re.MULTILINE)) <= set(project["keywords"])
    # The version is written once, and not here.
    assert "version" not in parts
