"""Words are chosen with care, and nothing of a workplace is left in what is published."""

from __future__ import annotations

import ast
import json
import re
from pathlib import Path

import pytest

from tests.house.source import ROOT, modules, of_each, project_files

# People are not bad or good; loans turn out bad or good. A model is not fair or without bias; a measured
# difference between groups is small or large.
JUDGEMENTS = ("bad customer", "bad borrower", "good customer", "unbiased", "fair model", "debias")

# Written in pieces, so that this file passes its own test.
WORKPLACE = (
    r"(?<!\w)\." + "library",  # an attribute of that name is no folder
    "shared/" + "spec",
    "/work" + "/",
    "issues " + "show",
    "/tmp/" + "team",
    "/tmp/" + "wt",
)

PUBLISHED = {".py", ".md", ".toml", ".txt", ".ipynb", ".yml", ""}


def published() -> list[Path]:
    return [ROOT / name for name in project_files() if Path(name).suffix in PUBLISHED]


@pytest.fixture(scope="module")
def texts() -> dict[Path, str]:
    files = published()
    assert files
    return {path.relative_to(ROOT): path.read_text(encoding="utf-8") for path in files}


def test_nothing_of_the_workplace_is_published(texts):
    found = [
        f"{path}: {word!r}" for path, text in texts.items() for word in WORKPLACE if re.search(word, text)
    ]
    assert not found, "\n".join(found)


def test_no_judgement_of_people_or_models(texts):
    own = Path("tests/house/test_words.py")
    found = [
        f"{path}: {word!r}"
        for path, text in texts.items()
        for word in JUDGEMENTS
        if path != own and re.search(rf"\b{word}", text, re.IGNORECASE)
    ]
    assert not found, "\n".join(found)


def test_the_glossary_lists_its_terms_in_order_and_once():
    text = (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8")
    terms = re.findall(r"^\*\*(.+?)\*\*", text, re.MULTILINE)
    assert len(terms) >= 40
    assert len(set(terms)) == len(terms)
    assert terms == sorted(terms, key=str.casefold)


def test_links_between_pages_lead_somewhere(texts):
    broken = []
    for path, text in texts.items():
        if path.suffix != ".md":
            continue
        targets = re.findall(r"\]\(([^)#]+?)(?:#[^)]*)?\)", text)
        local = [target for target in targets if "://" not in target]
        broken += [f"{path}: {t}" for t in local if not (ROOT / path.parent / t).exists()]
    assert not broken, "\n".join(broken)


def test_the_reference_lists_every_public_name():
    """docs/reference.md is written by `make reference`; it must not fall behind the code."""
    import creditscore

    listed = re.findall(
        r"^### `(\w+)", (ROOT / "docs" / "reference.md").read_text(encoding="utf-8"), re.MULTILINE
    )
    assert sorted(listed) == sorted(name for name in creditscore.__all__ if name != "__version__")


def test_all_is_sorted_complete_and_made_of_names():
    import creditscore

    assert list(creditscore.__all__) == sorted(creditscore.__all__)
    assert len(set(creditscore.__all__)) == len(creditscore.__all__)
    for name in creditscore.__all__:
        assert getattr(creditscore, name) is not None


def test_the_version_is_written_once():
    import creditscore

    written = [
        str(m)
        for m in modules()
        for node in ast.walk(m.tree)
        if isinstance(node, ast.Constant) and node.value == creditscore.__version__
    ]
    assert written == ["_version"]
    assert f'"{creditscore.__version__}"' not in (ROOT / "pyproject.toml").read_text(encoding="utf-8")


def test_licence_and_change_log_are_there():
    licence = (ROOT / "LICENSE").read_text(encoding="utf-8")
    assert "Apache License" in licence
    assert "END OF TERMS AND CONDITIONS" in licence
    assert "## Unreleased" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")


def test_notebooks_are_stored_without_machine_paths():
    for path in (ROOT / "notebooks").glob("*.ipynb"):
        notebook = json.loads(path.read_text(encoding="utf-8"))
        for cell in notebook["cells"]:
            assert "Traceback" not in json.dumps(cell.get("outputs", [])), path


# What is called so elsewhere by no one: the field, or the craft of arrays, has a word of its own.
HOUSE_WORDS = {
    "lane": "a segment, a column",
    "slice": "a window, a segment",
    "bucket": "a group, a bin",
    "room": "a package, a workspace",
    "book": "a catalogue, a portfolio, a schedule",
    "case": "an applicant, an example",
    "place": "a position, a column, a row",
    "told": "a basis, what is said or shown",
    "held": "suppressed, kept",
}

# Whole names in which such a word means what the field means by it, and why.
FIELD_TERMS = {
    "slice": "Python's own",
    "held_out": "rows that fitting has not seen are held out",
    "HeldOut": "the same",
    "sort_in_place": "in place, as arrays are sorted",
    "median_in_place": "the same",
    "buckets": "of a histogram, as Prometheus calls them",
}


def house_words(tree: ast.AST) -> set[str]:
    """Names that hold a word of the house as one of their parts."""
    return {name for name in names_in(tree) if name not in FIELD_TERMS and parts_of(name) & set(HOUSE_WORDS)}


def names_in(tree: ast.AST) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(tree):
        match node:
            case ast.Name(id=name) | ast.Attribute(attr=name) | ast.alias(asname=str(name)):
                found.add(name)
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
                found.add(name)
            case ast.arg(arg=name) | ast.keyword(arg=str(name)):
                found.add(name)
    return found


def parts_of(name: str) -> set[str]:
    """Words of a name, in the singular: ``_find_Places2`` has "find" and "place"."""
    words = {word.lower() for word in re.findall(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])", name)}
    return words | {word.removesuffix("s") for word in words}


@of_each(modules())
def test_names_are_those_of_the_field(module):
    path = {part for part in module.name.split(".") if part not in FIELD_TERMS}
    found = house_words(module.tree) | {part for part in path if parts_of(part) & set(HOUSE_WORDS)}
    known = "; ".join(f"{word}: {better}" for word, better in HOUSE_WORDS.items())
    assert not found, f"{module}: {sorted(found)} ({known})"


@pytest.mark.parametrize("name", FIELD_TERMS)
def test_each_exception_is_used(name):
    assert any(name in names_in(module.tree) for module in modules())


def test_the_checker_sees_a_house_word():
    planted = "def f(place):\n    case_of = HeldBack(lanes=1)\n    return case_of.room2\n"
    assert house_words(ast.parse(planted)) == {"place", "case_of", "HeldBack", "lanes", "room2"}
    assert not house_words(ast.parse("placement = held_out = casing = bookkeeping = roomy\n"))


def test_the_glossary_names_every_public_name():
    """Each in the entry that says what it is."""
    import creditscore

    text = (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8")
    missing = [n for n in creditscore.__all__ if n != "__version__" and not re.search(rf"`{n}\b", text)]
    assert not missing, ", ".join(missing)
