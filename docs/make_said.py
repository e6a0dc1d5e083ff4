"""Write docs/said.md: every sentence that an applicant may read, in three languages, side by side for review.

Run by `make reference`.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

DOCS = Path(__file__).parent
sys.path.insert(0, str(DOCS.parent))

from creditscore.words.languages import LANGUAGES, page_texts_in, texts_in  # noqa: E402

HEAD = """# What applicants read

Every sentence of the pages of an applicant, as the text tables hold it, side by side for review. Fields stand
in braces. `python docs/make_said.py` writes this page. Texts of the model report, which no applicant sees,
are left out.

"""
# Words of pages that no applicant reads.
FOR_OTHERS = ("ledger.", "checks.", "lineage.", "guard.", "absent.chain")
PARTS = (
    "fact", "detail", "weighed", "opened", "unknown_fact", "unknown_group", "rule", "as_of", "yes", "no",
    "money",
)  # fmt: skip


def rows() -> Iterator[tuple[str, list[tuple[str, list[str]]]]]:
    """Yield a title and the sentences below it, each with its key and the languages in order."""
    texts = [texts_in(language) for language in LANGUAGES]
    pages = [page_texts_in(language) for language in LANGUAGES]
    yield "Reasons: the sentence", [(name, [getattr(one, name) for one in texts]) for name in PARTS]
    for name in ("compared", "silent", "populations", "absent", "sources", "currencies"):
        yield f"Reasons: {name}", _of([getattr(one, name) for one in texts])
    yield "Reasons: titles", _of([{key: group.title for key, group in one.groups.items()} for one in texts])
    yield "Reasons: titles of families", _of([one.families for one in texts])
    absent = [{key: text for key, (_, text) in one.insufficient.items()} for one in texts]
    yield "Reasons: a source that was not there", _of(absent)
    for name in ("units", "windows", "durations"):
        both = [{key: " / ".join(pair) for key, pair in getattr(one, name).items()} for one in texts]
        yield f"Reasons: {name} (one / many)", _of(both)
    for name in ("labels", "spans", "counted", "below"):
        yield f"Reasons: {name}", _of([getattr(one.phrases, name) for one in texts])
    read = [
        {key: text for key, text in one.words.items() if not key.startswith(FOR_OTHERS) and key in _used()}
        for one in pages
    ]
    yield "Pages of a decision and notices", _of(read)


def _used() -> set[str]:
    """Keys of the words that the tables of a decision's pages hold, not those of a model's."""
    from creditscore.words.pages import _en_gaming, _en_model, _en_selection, en

    return set(en.TEXTS.words) - set(_en_model.WORDS) - set(_en_gaming.WORDS) - set(_en_selection.WORDS)


def _of(tables: list[Mapping[str, str]]) -> list[tuple[str, list[str]]]:
    return [(key, [table[key] for table in tables]) for key in tables[0]]


def page() -> str:
    """Return the page."""
    lines = [HEAD.rstrip(), ""]
    for title, sentences in rows():
        lines += [f"## {title}", "", "| key | English | Persian | Chinese |", "| --- | --- | --- | --- |"]
        for key, said in sentences:
            cells = [text.replace("|", "\\|").replace("\n", " ") for text in said]
            lines.append(f"| `{key or ' '}` | {' | '.join(cells)} |")
        lines.append("")
    return "\n".join(lines)


if __name__ == "__main__":
    (DOCS / "said.md").write_text(page(), encoding="utf-8")
