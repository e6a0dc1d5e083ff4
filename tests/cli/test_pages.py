"""Pages that are written from declarations say what the declarations say."""

from __future__ import annotations

import runpy
from pathlib import Path

DOCS = Path(__file__).resolve().parents[2] / "docs"


def test_the_rules_of_payments_and_what_they_find_are_up_to_date() -> None:
    page = runpy.run_path(str(DOCS / "make_payments.py"))["page"]()
    assert (DOCS / "payments.md").read_text(encoding="utf-8") == page, "run `make reference`"


def test_tables_and_dictionary_are_up_to_date() -> None:
    pages = runpy.run_path(str(DOCS / "make_tables.py"))["pages"]()
    assert set(pages) == {"tables.md", "dictionary.md"}
    for name, text in pages.items():
        assert (DOCS / name).read_text(encoding="utf-8") == text.rstrip() + "\n", "run `make reference`"
