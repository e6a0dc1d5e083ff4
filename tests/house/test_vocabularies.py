"""Sources, tables, tags, units and reason groups are closed vocabularies, each declared in one place."""

from __future__ import annotations

import ast
import inspect
import re

import pytest

from creditscore.data.portfolio import Portfolio
from creditscore.data.sources import LEGAL_TAGS, NO_SOURCES, SOURCES
from creditscore.data.tables import vocabularies
from creditscore.data.tables.contracts import CONTRACTS
from creditscore.features.definition import Feature
from creditscore.features.social.declared.measures import MEASURES as DECLARED_MEASURES
from creditscore.features.vocabulary import GROUPS_WITHOUT_WORDS, UNITS_WITHOUT_WORDS
from creditscore.graph import grid
from creditscore.pipeline.fitting import built_in_features
from creditscore.verify import reasons as second_path
from creditscore.words.languages import LANGUAGES, texts_in
from tests.house.source import Module, modules, of_each

DATA_NAMES = {*SOURCES, *CONTRACTS}
TAG_NAMES = {name for tag in LEGAL_TAGS.values() for name in (tag.name, *tag.formerly)}

# Where names of sources and tables are declared, and where texts stand that are looked up by them.
DECLARED_IN = {"data.sources", "data.tables.contracts"}
TEXTS = "words"
# The second path of verification shares no code with what it checks, its list of tags included.
OWN_PATH = "verify"
# Its own list of the tags of tables, which tests/law holds against the registry.
OWN_TABLES = "verify.law"

BUILT_IN = built_in_features()


def closed_lists(tree: ast.AST, known: set[str]) -> list[tuple[int, list[str]]]:
    """Literals of which three elements or more, and at least half of all, are known names.

    A dictionary counts by its keys, unless it maps each name to something that is made or called for it: a
    dispatch is no list. A longer list of other things, in which a few names occur too, is none either.
    """
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Tuple | ast.List | ast.Set):
            elements = node.elts
        elif isinstance(node, ast.Dict) and all(_is_plain(value) for value in node.values):
            elements = [key for key in node.keys if key is not None]
        else:
            continue
        names = [e.value for e in elements if isinstance(e, ast.Constant) and e.value in known]
        if len(names) >= 3 and 2 * len(names) >= len(elements):
            found.append((node.lineno, names))
    return found


def _is_plain(node: ast.AST) -> bool:
    """Whether a value is written out: constants, and collections of them."""
    allowed = ast.Constant | ast.Tuple | ast.List | ast.Set | ast.Dict | ast.expr_context
    return all(isinstance(inner, allowed) for inner in ast.walk(node))


@of_each(modules())
def test_sources_and_tables_are_listed_once(module: Module) -> None:
    if module.name in {*DECLARED_IN, OWN_TABLES} or module.name.split(".")[0] == TEXTS:
        return
    found = closed_lists(module.tree, DATA_NAMES)
    assert not found, f"{module}: derive these from data/sources.py or the contracts: {found}"


@of_each(modules())
def test_legal_tags_are_listed_once(module: Module) -> None:
    if module.name in DECLARED_IN or module.name.split(".")[0] == OWN_PATH:
        return
    for line, names in closed_lists(module.tree, TAG_NAMES):
        carried = module.name.startswith("features.") and {*names} <= {*LEGAL_TAGS}
        assert carried, f"{module}:{line}: derive these from LEGAL_TAGS: {names}"


@pytest.mark.parametrize(
    "planted",
    [
        "X = ('loans', 'instalments', 'repayments')",
        "X = frozenset({'ties', 'memberships', 'standings', 'social'})",
        "X = {'application': 'own', 'loans': 'own', 'inquiries': 'bureau'}",
        "def f():\n    return [n for n in ('bills', 'payments', 'sessions')]",
        "X = {'payments': ('payments',), 'bills': ('bills',), 'loans': ('loans', 'statements')}",
    ],
)
def test_a_planted_list_is_found(planted: str) -> None:
    assert closed_lists(ast.parse(planted), DATA_NAMES)


@pytest.mark.parametrize(
    "fine",
    [
        "X = ('loans', 'instalments')",
        "X = {'payments': make(1), 'bills': make(2), 'loans': make(3)}",
        "X = {'payments': one, 'bills': two, 'loans': three}",
        "X = ('loans', 'ties', 'bills', 'a', 'b', 'c', 'd')",
    ],
)
def test_a_dispatch_and_a_pair_are_no_list(fine: str) -> None:
    assert not closed_lists(ast.parse(fine), DATA_NAMES)


def test_every_table_belongs_to_one_source_or_says_when_one_was_there() -> None:
    tables = [table for source in SOURCES.values() for table in source.tables]
    assert sorted([*tables, *NO_SOURCES]) == sorted(CONTRACTS)


def test_what_every_source_declares_is_known() -> None:
    for name, source in SOURCES.items():
        assert source.name == name
        assert {*source.shown_by} <= {*source.tables}, name
        assert source.legal_tags, name
        assert {*source.legal_tags} <= {*LEGAL_TAGS}, name
        assert source.shown_by or source.coverage == "always", name
        assert all(contract.row_time for contract in source.contracts), name


def test_every_source_that_can_give_a_score_has_its_words_in_every_language() -> None:
    scored = {name for name, source in SOURCES.items() if source.minimum_data} | {"application"}
    read = {feature.source for feature in BUILT_IN}
    assert scored <= read
    for language in LANGUAGES:
        assert {*texts_in(language).insufficient} == read


def test_every_built_in_feature_carries_the_tags_of_its_source() -> None:
    for feature in BUILT_IN:
        assert {*SOURCES[feature.source].legal_tags} <= {*feature.legal_tags}, feature.name
    assert {feature.source for feature in BUILT_IN} == {*SOURCES} - {"standings"}


def test_units_and_reason_groups_are_those_that_can_be_said() -> None:
    for language in LANGUAGES:
        texts = texts_in(language)
        assert {f.unit for f in BUILT_IN} <= {*texts.units, *UNITS_WITHOUT_WORDS}
        assert {f.reason_group for f in BUILT_IN} <= {"", *texts.groups, *GROUPS_WITHOUT_WORDS}
        assert {*texts.units} == {*texts_in("en").units}
        assert {*texts.groups} == {*texts_in("en").groups}


def test_the_parameters_of_a_portfolio_are_the_tables() -> None:
    parameters = inspect.signature(Portfolio.__init__).parameters
    settings = {"self", "on_bad_rows", "set_aside", "timezone", "weekend", "privacy", "threads"}
    settings |= {"calendar", "digits", "midnight", "pseudonyms"}
    assert [name for name in parameters if name not in settings] == [*CONTRACTS]
    listed = re.search(r"payments, bills.*?consents", Portfolio.__doc__ or "", re.DOTALL)
    assert listed is not None
    assert re.findall(r"\w+", listed[0].replace("\\\n", "")) == [*CONTRACTS]


def test_measures_are_declared_once() -> None:
    names = [*vocabularies.NETWORK_MEASURES]
    assert [measure.name for measure in DECLARED_MEASURES] == names
    assert [*grid._SOURCES] == names


def test_the_second_path_forbids_what_the_registry_protects() -> None:
    assert {tag.name for tag in LEGAL_TAGS.values() if tag.protected} == second_path.FORBIDDEN_TAGS


def test_a_declaration_lists_its_own_choices() -> None:
    """The literal types of a declaration and the lists that are checked against say the same."""
    from creditscore.features.vocabulary import RISKS

    assert [*RISKS] == re.findall(r"\w+", re.search(r"Literal\[(.*?)\]", _risk_line())[1])


def _risk_line() -> str:
    source = inspect.getsource(inspect.getmodule(Feature))
    return next(line for line in source.splitlines() if line.startswith("Risk"))
