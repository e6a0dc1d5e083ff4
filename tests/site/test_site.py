"""The site: every page has its place, links lead where pages lie now, and a broken site is found to be so."""

from __future__ import annotations

import ast
import re
import tomllib
from pathlib import Path

import numpy as np
import pytest

from creditscore import Applications, Portfolio
from creditscore.features.formula import AtLeast, Term
from creditscore.pipeline.fitting import built_in_features
from docs.site import catalogue, reference
from docs.site.check import faults
from docs.site.config import settings, toml
from docs.site.examples import Example, examples
from docs.site.navigation import CATALOGUE, CHINESE, ENGLISH, PERSIAN, REFERENCE, pages, staged
from docs.site.stage import Stage, session

ROOT = Path(__file__).resolve().parents[2]
NAVIGATIONS = {"en": ENGLISH, "fa": PERSIAN, "zh": CHINESE}


def test_every_page_stands_in_a_navigation_once():
    made = {*REFERENCE, *CATALOGUE}
    named = [page for nav in NAVIGATIONS.values() for page in pages(nav) if page not in made]
    there = [
        *ROOT.glob("docs/**/*.md"),
        *ROOT.glob("benchmarks/*.md"),
        *ROOT.glob("notebooks/*.ipynb"),
        *ROOT.glob("examples/*.md"),
        *(ROOT / name for name in ("README.md", "CONTRIBUTING.md", "SECURITY.md", "CHANGELOG.md")),
    ]
    assert sorted(named) == sorted(str(path.relative_to(ROOT)) for path in there)


@pytest.mark.parametrize("nav", NAVIGATIONS.values(), ids=NAVIGATIONS)
def test_no_two_pages_lie_on_each_other(nav):
    where = [staged(page) for page in pages(nav)]
    assert len(set(where)) == len(where)


@pytest.mark.parametrize("language", NAVIGATIONS)
def test_settings_are_read_as_they_were_said(language):
    said = settings(language, NAVIGATIONS[language], Path("source"), Path("site"))
    assert tomllib.loads(toml(said)) == _texts(said)


def _texts(value):
    """Paths are text in TOML."""
    if isinstance(value, dict):
        return {key: _texts(one) for key, one in value.items()}
    return [_texts(one) for one in value] if isinstance(value, list) else value


def test_links_are_turned_to_where_pages_lie(tmp_path):
    stage = Stage(tmp_path, ["README.md", "docs/tables.md", "docs/index.md"])
    stage.write("docs/tables.md", "[a](../README.md#b), [`b`](index.md) and `[c](no.md)`\n")
    assert (tmp_path / "tables.md").read_text() == "[a](start.md#b), [`b`](index.md) and `[c](no.md)`\n"


def test_another_language_links_to_the_main_site(tmp_path):
    stage = Stage(tmp_path, ["docs/fa/index.md"], {"docs/tables.md": "../tables.html"})
    stage.write("docs/fa/index.md", "[جدول](../tables.md)\n")
    assert (tmp_path / "index.md").read_text("utf-8") == "[جدول](../tables.html)\n"


def test_code_that_is_linked_is_shown(tmp_path):
    stage = Stage(tmp_path, ["docs/graph.md"])
    stage.write("docs/graph.md", "[code](../examples/berka.py)\n")
    stage.write_shown()
    assert (tmp_path / "graph.md").read_text() == "[code](code/examples_berka.py.md)\n"
    assert "import" in (tmp_path / "code" / "examples_berka.py.md").read_text()


def test_a_link_to_nothing_ends_the_build(tmp_path):
    stage = Stage(tmp_path, ["docs/graph.md"])
    with pytest.raises(ValueError, match=r"docs/graph.md links to docs/nowhere.md"):
        stage.write("docs/graph.md", "[gone](nowhere.md)\n")


def test_code_is_left_as_it_is():
    assert session("```\n[x](y.md)\n```") == "```\n[x](y.md)\n```"
    block = "```python\n>>> 1 + 1  # doctest: +ELLIPSIS\n2\n<BLANKLINE>\n\n```"
    assert session(block) == "```pycon\n>>> 1 + 1\n2\n\n```"


@pytest.mark.parametrize(
    ("planted", "found"),
    [
        ('<script src="https://far.example/x.js"></script>', "fetches https://far.example/x.js"),
        ('<img src="//far.example/x.png">', "fetches //far.example/x.png"),
        ('<link rel="stylesheet" href="gone.css">', "gone.css is not there"),
        ('<a href="gone.html">x</a>', "links to gone.html, which is not there"),
        ('<a href="b.html#no">x</a>', "links to b.html#no, but there is no such heading"),
        ('<a href="#no">x</a>', "links to #no, but there is no such heading"),
    ],
)
def test_a_fault_is_found(tmp_path, planted, found):
    (tmp_path / "a.html").write_text(planted)
    (tmp_path / "b.html").write_text('<h1 id="yes">b</h1>')
    assert faults(tmp_path) == [f"a.html: {found}"]


def test_a_whole_site_has_no_fault(tmp_path):
    good = '<h1 id="a">a</h1><a href="b.html#yes">b</a><a href="#a">a</a><a href="https://far.example">far</a>'
    (tmp_path / "a.html").write_text(good)
    (tmp_path / "b.html").write_text('<h1 id="yes">b</h1><img src="data:image/png;base64,">')
    (tmp_path / "c.css").write_text("a { background: url(data:x) }")
    assert not faults(tmp_path)
    (tmp_path / "c.css").write_text("@import 'https://far.example/f.css';")
    assert faults(tmp_path) == ["c.css: fetches https://far.example/f.css"]


def statements(page: str, prompt: bool) -> set[str]:
    """The statements of a page's Python, in one form; the language that is asked for left open."""
    code = re.findall(r"^```python\n(.*?)^```", (ROOT / page).read_text("utf-8"), re.MULTILINE | re.DOTALL)
    text = "\n".join(code)
    if prompt:
        lines = [line[4:] for line in text.splitlines() if line.startswith((">>> ", "... "))]
        text = "\n".join(lines)
    tree = ast.parse(text)
    return {re.sub(r"language='\w+'", "language=...", ast.unparse(one)) for one in tree.body}


@pytest.mark.parametrize("language", ["fa", "zh"])
def test_landing_pages_show_code_that_the_readme_runs(language):
    shown = statements(f"docs/{language}/index.md", prompt=False)
    assert len(shown) >= 6
    assert shown <= statements("README.md", prompt=True)


@pytest.mark.parametrize("language", ["fa", "zh"])
def test_the_glossary_says_every_term_in_every_language(language):
    english = re.findall(r"^\*\*(.+?)\*\*", (ROOT / "docs/glossary.md").read_text("utf-8"), re.MULTILINE)
    text = (ROOT / "docs" / language / "glossary.md").read_text("utf-8")
    said = re.findall(r"^\*\*(.+?)\*\* · (.+?)  \n(.+)$", text, re.MULTILINE)
    assert [term for _, term, _ in said] == english
    assert len({word for word, _, _ in said}) == len(said)


def test_the_reference_has_every_public_name_once():
    import creditscore

    made = reference.pages()
    assert list(made) == REFERENCE
    named = re.findall(r"^::: creditscore\.(\w+)$", "\n".join(made.values()), re.MULTILINE)
    modules = {"datasets", "simulate"}
    assert sorted(named) == sorted(set(creditscore.__all__) - {"__version__"})
    assert modules <= set(named)


@pytest.mark.long
def test_the_catalogue_shows_every_feature_and_counts_what_the_engine_counts():
    """The rows that a figure draws as counted, reduced by NumPy, give the value of the engine."""
    features = built_in_features()
    made = catalogue.pages()
    assert list(made) == CATALOGUE
    text = "\n".join(made.values())
    assert all(f"| `{feature.name}` |" in text for feature in features)
    families = {(feature.source, catalogue.family(feature)) for feature in features}
    assert len(families) > 500
    assert text.count("<svg") == len(families)
    checked = 0
    for example in examples(features):
        for feature in features:
            formula = feature.formula.value if isinstance(feature.formula, AtLeast) else feature.formula
            if isinstance(formula, Term) and formula.statistic in REDUCED and formula.by is None:
                checked += held(example, feature.name, formula)
    assert checked > 5_000


def newest(values):
    """The last value; a setting that nobody ever touched is off."""
    return values[-1] if values.size else 0.0


REDUCED = {"count": np.size, "sum": np.sum, "mean": np.mean, "max": np.max, "min": np.min, "newest": newest}


def test_a_figure_shows_what_tells_that_a_source_was_there():
    """Bills connected, disconnected and connected again, one not known yet; the same without connections."""
    asked = [{"application_id": 1, "applicant_id": "a", "as_of": "2024-03-01T00:00:00Z"}]
    bill = {"applicant_id": "a", "due_amount": 9}
    bills = [
        bill | {"bill_id": 1, "due_time": "2024-02-20T00:00:00Z"},
        bill | {"bill_id": 2, "due_time": "2024-02-22T00:00:00Z", "known_time": "2024-03-02T00:00:00Z"},
    ]
    connections = [
        {"applicant_id": "a", "source": "bills", "connected_time": "2024-01-01T00:00:00Z"}
        | {"disconnected_time": "2024-01-11T00:00:00Z"},
        {"applicant_id": "a", "source": "bills", "connected_time": "2024-02-01T00:00:00Z"},
        {"applicant_id": "a", "source": "payments", "connected_time": "2024-02-02T00:00:00Z"},
    ]
    features = built_in_features().where(lambda feature: feature.source == "bills")
    told = {}
    for tables in ({"bills": bills, "connections": connections}, {"bills": bills}):
        example = Example(Portfolio.from_records(tables), Applications(asked), features)
        told[len(tables)] = {
            name: (counted.days.tolist(), counted.inside.tolist())
            for name, counted in example.shown_by("bills", 0).items()
        }
        assert example.values["bills_covered"].tolist() == [1.0]
    assert told[2] == {"connections": ([60.0, 29.0], [False, True]), "bills": ([10.0], [False])}
    assert told[1] == {"bills": ([10.0], [True])}


def held(example, name, term) -> int:
    """How many values of a feature were the same when reduced from the rows of the figure."""
    checked = 0
    for row in range(0, len(example.applications), 7):
        value = example.values[name][row]
        counted = example.counted(term, row)
        if np.isfinite(value) and counted is not None:
            assert REDUCED[term.statistic](counted.values[counted.inside]) == pytest.approx(value), name
            checked += 1
    return checked
