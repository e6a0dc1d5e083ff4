"""No text that a person reads stands outside `words/`, where every language can say it."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.house.source import Module, modules, of_each

# Two words of letters side by side, as in a sentence and not as in a name, a path or a format.
SENTENCE = re.compile(r"[^\W\d_]{2,},? [^\W\d_]{2,}")

# Packages whose texts nobody reads as part of a decision, and why.
EXEMPT = {
    "words": "the texts themselves",
    "errors": "messages for developers, in English",
    "_ground": "warnings about the installation, for whoever runs it",
    "data": "what columns mean and what is wrong with a table, for whoever brings the data",
    "law": "rules as they are listed, for whoever chooses a law",
    "features": "definitions for the data dictionary; labels are quantities, as tests/words proves",
    "model": "how it was fitted, for the modeller",
    "validation": "names of measures, for the modeller",
    "cli": "a command line for developers",
    "datasets": "public data as published",
    "simulate": "made-up people, and the settings that make them",
    "fraud": "alarms for the lender's own staff",
    "signing": "verdicts for whoever checks, in English; pages say them in words of their own",
    "transparency": "what a proof does not prove, for whoever checks, in English",
    "verify": "on its own path: its findings may share nothing with what it checks",
    "privacy": "statements of SQL, and what is wrong with a file or a message, for whoever keeps the data",
    "service": "problems and descriptions for whoever writes a loan system; reasons come from words",
    "mappings": "codes of others, and what was left out of a document, for whoever brings it",
    "warehouse": "parts of SQL, and why a feature is not written, for whoever runs the warehouse",
    "plots": "axes of figures for the modeller",
    "spark": "types of columns as Spark writes them, and what is wrong with a table, for who runs it",
}

# Modules that put statements of SQL together; what they say to people is in errors, which are let be anyway.
SPEAK_SQL = re.compile(r"deciding\.ledger\.(postgres\..+|pouring|rows|session|writer)$")

# What makes errors, progress and differences, and what prints a command.
CALLS = re.compile(
    r"(Error|must_be|check_made|check_known|checked_each|among|named|needed_by|progress|code|Difference|read_json)$"
)
# Arguments of markup that are no text.
MARKUP = frozenset({"class_", "kind", "style", "content", "sandbox"})
# What an object says of itself at a prompt, for the developer.
PROMPT = frozenset({"__repr__", "__str__", "_repr_html_"})
# Values that look like text: an operator of a rule, and the classes of a text in a chart.
NO_TEXT = frozenset({"not in", "strong plate"})

TAGS = re.compile(r"<[^>]*>?|^[^<]*>")
CSS = re.compile(r"[\w-]+:[^;:]+;|[\w-]+-src ")
SQL = re.compile(r"\s*(SELECT|INSERT|UPDATE|DELETE|DROP|CREATE|PRAGMA|BEGIN|WHERE|ORDER) ")


def unread(tree: ast.Module) -> set[int]:
    """Ids of the nodes whose texts are docstrings, errors, markup or what a prompt shows."""
    roots: list[ast.AST] = []
    for node in ast.walk(tree):
        match node:
            case ast.Expr(value=ast.Constant()) | ast.Raise() | ast.Assert():
                roots.append(node)
            case ast.Call(func=func) if CALLS.search(ast.unparse(func).rpartition(".")[2]):
                roots.append(node)
            case ast.keyword(arg=arg) if arg in MARKUP:
                roots.append(node)
            case ast.FunctionDef(name=name) if name in PROMPT:
                roots.append(node)
    return {id(part) for root in roots for part in ast.walk(root)}


def sentences(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Every text of a module that somebody may read, with its line."""
    skipped = unread(tree)
    for node in ast.walk(tree):
        if not isinstance(node, ast.Constant) or not isinstance(node.value, str) or id(node) in skipped:
            continue
        text = (
            ""
            if CSS.search(node.value) or SQL.match(node.value) or node.value in NO_TEXT
            else TAGS.sub(" ", node.value)
        )
        if SENTENCE.search(text):
            yield node.lineno, node.value


def package(module: Module) -> str:
    return module.name.partition(".")[0]


@of_each([m for m in modules() if m.name and package(m) not in EXEMPT and not SPEAK_SQL.match(m.name)])
def test_no_text_outside_words(module):
    found = [f"{module}:{line} {text!r}" for line, text in sentences(module.tree)]
    assert not found, "move to creditscore/words:\n" + "\n".join(found)


def test_every_exempt_package_is_there():
    assert set(EXEMPT) <= {package(module) for module in modules()}


@pytest.mark.parametrize(
    "planted",
    [
        'HEAD = "Your credit decision"',
        'def title(name):\n    return f"{name} was not paid on time"',
        'def cell():\n    return "<td>not known yet</td>"',
        'WHY = {"limit": "other reasons cost more"}',
        'HEAD = "تصمیم اعتباری شما"',
    ],
)
def test_a_planted_sentence_is_seen(planted):
    assert list(sentences(ast.parse(planted)))


@pytest.mark.parametrize(
    "harmless",
    [
        '"""Say what it is."""',
        'raise ParameterError("Give a number above zero.")',
        'raise ParameterError.must_be("limit", f"a number above {least}", limit)',
        'check_made("model", model, ScoringModel, "the model of a pipeline")',
        'cell = tag("td", class_="wide number")',
        "start = \"<td style='text-align:right; color:red'>\"",
        'class A:\n    def __repr__(self):\n        return f"A with {self.n} rows"',
        'NAME = "repayment_dpd_now"',
    ],
)
def test_what_nobody_reads_is_let_be(harmless):
    assert not list(sentences(ast.parse(harmless)))


def test_templates_and_scripts_hold_no_words():
    """Files beside the code that end up on a page: scripts and styles only."""
    root = Path(modules()[0].path).parent
    found = [path.name for path in root.rglob("*.html")]
    assert not found
