"""Changes are told in files of their own, and come together in the changelog."""

from __future__ import annotations

import shutil

import pytest

from docs.make_changes import kind_of, main
from tests.house.source import ROOT


def test_every_fragment_can_be_told() -> None:
    for path in (ROOT / "changes").iterdir():
        if path.name != "README.md":
            assert kind_of(path)


@pytest.mark.parametrize(
    ("name", "text", "why"),
    [
        ("words.md", "- One.", "WORDS.KIND.md"),
        ("words.news.md", "- One.", "one of changed, added"),
        (".added.md", "- One.", "WORDS.KIND.md"),
        ("words.added.md", "One.", "as a list"),
    ],
)
def test_a_fragment_of_another_form_is_refused(tmp_path, name, text, why) -> None:
    (tmp_path / name).write_text(text, encoding="utf-8")
    with pytest.raises(ValueError, match=why):
        kind_of(tmp_path / name)


def test_fragments_come_under_their_headings_and_older_versions_stay(tmp_path) -> None:
    (tmp_path / "changes").mkdir()
    shutil.copy(ROOT / "changes" / "README.md", tmp_path / "changes")
    before = "# Changes\n\n## Unreleased\n\n### Added\n\n- Old.\n\n## 0.1.0\n\n### Added\n\n- First.\n"
    (tmp_path / "CHANGELOG.md").write_text(before, encoding="utf-8")
    told = {"a.added.md": "- New.\n  More.\n", "b.fixed.md": "- Mended.\n", "c.added.md": "- Too.\n"}
    for name, text in told.items():
        (tmp_path / "changes" / name).write_text(text, encoding="utf-8")
    main(tmp_path)
    assert (tmp_path / "CHANGELOG.md").read_text(encoding="utf-8") == (
        "# Changes\n\n## Unreleased\n\n### Fixed\n\n- Mended.\n"
        "\n### Added\n\n- New.\n  More.\n- Too.\n- Old.\n"
        "\n## 0.1.0\n\n### Added\n\n- First.\n"
    )
    assert [path.name for path in (tmp_path / "changes").iterdir()] == ["README.md"]
    main(tmp_path)
    assert (tmp_path / "CHANGELOG.md").read_text(encoding="utf-8").count("- Mended.") == 1
