"""Read rules from plain files, by a closed schema: what is not known is refused, with its file and remedy."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from difflib import get_close_matches
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final, NoReturn

from creditscore.errors import JurisdictionError, NameUnknownError, shown
from creditscore.law.rule import LawRule
from creditscore.law.vocabulary import DUTIES, MARKS, NUMBERS, PRECISIONS, PURPOSES, TAGS

SCHEMA: Final = 1
MOST_BYTES: Final = 1 << 20
_OF_FILE: Final = ("schema", "name", "title", "above", "languages", "working_days", "rule")
_OF_RULE: Final = (
    "id", "law", "article", "from", "to", "precision", "mark", "says", "removes", "asks", "keeps", "caps",
    "clocks", "counsel",
)  # fmt: skip
_NEEDED: Final = ("id", "law", "mark", "says", "counsel")
_MOST: Final = 10**9


@dataclass(frozen=True, slots=True)
class LawFile:
    """What one file of rules says.

    Attributes
    ----------
    name, title : str
    above : str
        The jurisdiction whose rules are in force here too; empty for none.
    languages : tuple of str
        In which notices are usually written; no rule says so.
    working_days : str
        Whose calendar counts working days; empty where no rule counts them.
    rules : tuple of LawRule
        Its own, without those from above.
    """

    name: str
    title: str
    above: str
    languages: tuple[str, ...]
    working_days: str
    rules: tuple[LawRule, ...]


@lru_cache(maxsize=1)
def built_in() -> Mapping[str, LawFile]:
    """Read the files that come with the library, by name of the jurisdiction."""
    found: dict[str, LawFile] = {}
    for entry in sorted((files("creditscore.law") / "rules").iterdir(), key=lambda one: one.name):
        if entry.name.endswith(".toml"):
            read = read_law(entry.read_text(encoding="utf-8"), entry.name)
            found[read.name] = read
    return MappingProxyType(found)


def law_file(path: Path) -> LawFile:
    """Read a file of one's own.

    Raises
    ------
    JurisdictionError
        If it cannot be read, or breaks the schema.
    """
    try:
        if path.stat().st_size > MOST_BYTES:
            raise JurisdictionError(f"{path} is no file of rules: it is too large.")
        return read_law(path.read_text(encoding="utf-8"), path.name)
    except (OSError, UnicodeDecodeError) as error:
        raise JurisdictionError(f"{path} cannot be read: {error}. Give a text file in TOML.") from error


def read_law(text: str, file: str) -> LawFile:
    """Read the text of a file of rules.

    Raises
    ------
    JurisdictionError
        If it is no TOML, or a key, tag, purpose, duty, mark, number or date is none that is known.
    """
    try:
        data = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise JurisdictionError(f"{file} is no TOML: {error}.") from error
    at = _Where(file, "")
    at.known(data, _OF_FILE, "key")
    if data.get("schema") != SCHEMA or isinstance(data.get("schema"), bool):
        at.fail(f"its schema is {shown(data.get('schema'))}", f"Write schema = {SCHEMA}.")
    name, title = at.text(data, "name"), at.text(data, "title")
    rules = data.get("rule", [])
    if not isinstance(rules, list) or not all(isinstance(rule, dict) for rule in rules):
        at.fail("'rule' is no list of tables", "Begin each rule with [[rule]].")
    found = tuple(_rule(rule, name, file) for rule in rules)
    at.once([rule.name for rule in found])
    return LawFile(
        name=name,
        title=title,
        above=at.text(data, "above") if "above" in data else "",
        languages=at.names(data, "languages", None),
        working_days=at.text(data, "working_days") if "working_days" in data else "",
        rules=found,
    )


def chain_of(start: LawFile, known: Mapping[str, LawFile]) -> tuple[LawFile, ...]:
    """Return a file and those above it, the highest first.

    Raises
    ------
    JurisdictionError
        If they go round in a circle, or two of them name a rule alike.
    """
    chain = [start]
    while chain[-1].above:
        above = chain[-1].above
        if above in [one.name for one in chain]:
            raise JurisdictionError(f"{above} stands above itself. Correct 'above' in one of the files.")
        if above not in known:
            raise NameUnknownError.among("jurisdiction", above, tuple(known))
        chain.append(known[above])
    _Where(start.name, "").once([rule.name for one in chain for rule in one.rules])
    return tuple(reversed(chain))


def _rule(data: Mapping[str, Any], jurisdiction: str, file: str) -> LawRule:
    at = _Where(file, str(data.get("id", "without id")))
    at.known(data, _OF_RULE, "key")
    for name in _NEEDED:
        if name not in data:
            at.fail(f"{name!r} is not there", f"Write {name} = ...")
    mark, precision = at.one_of(data, "mark", MARKS), at.one_of(data, "precision", PRECISIONS, "day")
    if not isinstance(data["counsel"], bool):
        at.fail(f"'counsel' is {shown(data['counsel'])}", "Write true or false.")
    if mark != "seen" and not data["counsel"]:
        at.fail("it was not seen, and counsel is not asked", "Write counsel = true, or verify it.")
    since, until = at.day(data, "from"), at.day(data, "to")
    if since is not None and until is not None and until <= since:
        at.fail(f"it ends on {until}, before it begins", "Correct 'from' or 'to'.")
    return LawRule(
        name=at.text(data, "id"),
        jurisdiction=jurisdiction,
        law=at.text(data, "law"),
        article=at.text(data, "article") if "article" in data else "",
        since=since,
        until=until,
        precision=precision,
        mark=mark,
        says=at.text(data, "says"),
        removes=at.removed(data),
        asks=at.names(data, "asks", DUTIES),
        counsel=data["counsel"],
        **{name: at.numbers(data, name) for name in NUMBERS},
    )


@dataclass(frozen=True, slots=True)
class _Where:
    """What is being read, so that a fault can name it."""

    file: str
    rule: str

    def fail(self, fault: str, remedy: str) -> NoReturn:
        where = f"{self.file}, rule {self.rule!r}" if self.rule else self.file
        raise JurisdictionError(f"{where}: {fault}. {remedy}")

    def known(self, data: Iterable[str], names: Iterable[str], what: str) -> None:
        listed = sorted(names)
        for name in data:
            if name not in listed:
                close = get_close_matches(str(name)[:200], listed, n=1)
                remedy = f"Did you mean {close[0]!r}?" if close else "Leave it out."
                self.fail(f"{shown(name)} is no known {what}", f"{remedy} Known: {', '.join(listed)}.")

    def once(self, names: list[str]) -> None:
        for name in names:
            if names.count(name) > 1:
                self.fail(f"two rules are called {name!r}", "Give each an id of its own.")

    def text(self, data: Mapping[str, Any], name: str) -> str:
        value = data.get(name)
        if not isinstance(value, str) or not value.strip():
            self.fail(f"{name!r} is {shown(value)}", f'Write {name} = "...".')
        return value

    def one_of(
        self, data: Mapping[str, Any], name: str, among: Iterable[str], default: str | None = None
    ) -> str:
        value = data.get(name, default)
        if not isinstance(value, str) or value not in among:
            self.fail(f"{name!r} is {shown(value)}", f"Write one of {', '.join(among)}.")
        return value

    def names(self, data: Mapping[str, Any], name: str, among: Iterable[str] | None) -> tuple[str, ...]:
        value = data.get(name, [])
        if not isinstance(value, list) or not all(isinstance(one, str) and one for one in value):
            self.fail(f"{name!r} is {shown(value)}", "Write a list of names.")
        if among is not None:
            self.known(value, among, f"name of {name!r}")
        return tuple(value)

    def day(self, data: Mapping[str, Any], name: str) -> date | None:
        value = data.get(name)
        if value is not None and (not isinstance(value, date) or isinstance(value, datetime)):
            self.fail(f"{name!r} is {shown(value)}", f"Write a day without quotes: {name} = 2026-11-20.")
        return value

    def table(self, data: Mapping[str, Any], name: str) -> Mapping[str, Any]:
        value = data.get(name, {})
        if not isinstance(value, dict):
            self.fail(f"{name!r} is {shown(value)}", f"Begin it with [rule.{name}].")
        return value

    def removed(self, data: Mapping[str, Any]) -> Mapping[str, tuple[str, ...]]:
        removes = self.table(data, "removes")
        self.known(removes, PURPOSES, "purpose")
        return MappingProxyType({purpose: self.names(removes, purpose, TAGS) for purpose in removes})

    def numbers(self, data: Mapping[str, Any], name: str) -> Mapping[str, int]:
        table = self.table(data, name)
        self.known(table, NUMBERS[name], f"number of {name!r}")
        for key, value in table.items():
            if isinstance(value, bool) or not isinstance(value, int) or not 0 < value < _MOST:
                self.fail(f"{key!r} is {shown(value)}", "Write a whole number above 0.")
        return MappingProxyType(dict(table))
