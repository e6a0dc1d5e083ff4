"""The language in which a segment says who is meant: comparisons of columns, joined by and, or, not."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

from creditscore.errors import ParameterError

Scalar: TypeAlias = float | str | bool
Comparison: TypeAlias = Literal["==", "!=", "<", "<=", ">", ">=", "in", "not in", "missing", "known"]
# A longer text, or a deeper one, describes no segment that a person would read.
MOST_CHARACTERS: Final = 4_000
MOST_DEPTH: Final = 40

_TOKEN: Final = re.compile(
    r"""\s*(?:
        (?P<number>[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)
      | (?P<text>'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")
      | (?P<name>[^\W\d]\w*(?:\.[^\W\d]\w*)*)
      | `(?P<quoted>[^`]+)`
      | (?P<mark>==|!=|<=|>=|<|>|\(|\)|\[|\]|,)
    )""",
    re.VERBOSE,
)
_BARE: Final = re.compile(r"[^\W\d]\w*(?:\.[^\W\d]\w*)*")
_ESCAPED: Final = re.compile(r"\\(.)")
_ORDERED: Final = ("==", "!=", "<", "<=", ">", ">=")
_WORDS: Final = ("and", "or", "not", "in", "is", "missing", "true", "false")


@dataclass(frozen=True, slots=True)
class Compared:
    """One comparison: a column, how, and with what (nothing for ``missing`` and ``known``)."""

    column: str
    comparison: Comparison
    values: tuple[Scalar, ...]


@dataclass(frozen=True, slots=True)
class Not:
    """What does not hold."""

    part: Condition


@dataclass(frozen=True, slots=True)
class Joined:
    """All parts (``and``) or any of them (``or``)."""

    word: Literal["and", "or"]
    parts: tuple[Condition, ...]


Condition: TypeAlias = Compared | Not | Joined


def parse(text: str) -> Condition:
    """Read a condition.

    Parameters
    ----------
    text : str
        Such as ``age_band == '18-25' and (digital_share > 0.6 or channel in ['app', 'web'])``; a column that
        may be missing is asked for by ``income is missing``, ``income is not missing``.

    Returns
    -------
    Compared, Not or Joined

    Raises
    ------
    ParameterError
        If it is no condition: says where it goes wrong, and what was expected.

    Examples
    --------
    >>> parse("income < 500")
    Compared(column='income', comparison='<', values=(500.0,))
    >>> parse("__import__('os')")
    Traceback (most recent call last):
    ...
    creditscore.errors.ParameterError: In "__import__('os')", at character 10: a comparison such as < or in \
was expected, after the column '__import__'. Got '('.
    """
    if not isinstance(text, str) or not text.strip():
        raise ParameterError.must_be("where", 'a condition, like "amount > 500"', text)
    if len(text) > MOST_CHARACTERS:
        raise ParameterError.must_be("where", f"at most {MOST_CHARACTERS} characters", f"{len(text)}")
    parser = _Parser(text, _tokens(text))
    found = parser.either(0)
    if parser.kind != "end":
        raise parser.wrong("and, or, or the end was expected")
    return found


def columns_of(condition: Condition) -> tuple[str, ...]:
    """Name the columns that a condition reads, sorted.

    Examples
    --------
    >>> columns_of(parse("b > 1 and not (a == 'x' or b < 0)"))
    ('a', 'b')
    """
    if isinstance(condition, Compared):
        return (condition.column,)
    parts = (condition.part,) if isinstance(condition, Not) else condition.parts
    return tuple(sorted({name for part in parts for name in columns_of(part)}))


def written(condition: Condition) -> str:
    """Write a condition in one form, which `parse` reads back.

    Examples
    --------
    >>> written(parse("(a>1) AND b in ['x' , 'y']"))
    "a > 1 and b in ['x', 'y']"
    """
    if isinstance(condition, Compared):
        return _written(condition)
    if isinstance(condition, Not):
        return f"not ({written(condition.part)})"
    return f" {condition.word} ".join(
        f"({written(part)})" if isinstance(part, Joined) else written(part) for part in condition.parts
    )


def _written(compared: Compared) -> str:
    name, how = compared.column, compared.comparison
    column = name if _BARE.fullmatch(name) and name.lower() not in _WORDS else f"`{name}`"
    if not compared.values:
        return f"{column} is {'' if how == 'missing' else 'not '}missing"
    if how in ("in", "not in"):
        return f"{column} {how} [{', '.join(_scalar(value) for value in compared.values)}]"
    return f"{column} {how} {_scalar(compared.values[0])}"


def _scalar(value: Scalar) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return "'" + value.replace("\\", "\\\\").replace("'", "\\'") + "'"
    return f"{value:.0f}" if value.is_integer() and abs(value) < 2**53 else repr(value)


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    text: str
    start: int


def _tokens(text: str) -> list[_Token]:
    found, position = [], 0
    while position < len(text.rstrip()):
        match = _TOKEN.match(text, position)
        if match is None or match.lastgroup is None:
            start = position + len(text[position:]) - len(text[position:].lstrip())
            raise ParameterError(
                f"In {text!r}, at character {start}: {text[start]!r} is no part of a condition. Write "
                "columns, numbers, texts in quotes, comparisons, and, or, not, brackets."
            )
        found.append(_Token(match.lastgroup, match.group(match.lastgroup), match.start(match.lastgroup)))
        position = match.end()
    return [*found, _Token("end", "", len(text))]


class _Parser:
    """Reads tokens from left to right: or binds loosest, then and, then not."""

    def __init__(self, text: str, tokens: list[_Token]) -> None:
        self.text = text
        self.tokens = tokens
        self.at = 0

    @property
    def kind(self) -> str:
        return self.tokens[self.at].kind

    def wrong(self, expected: str) -> ParameterError:
        token = self.tokens[self.at]
        got = repr(token.text or "end")
        return ParameterError(f"In {self.text!r}, at character {token.start}: {expected}. Got {got}.")

    def word(self, *words: str) -> str:
        """Take one of some words if it comes next."""
        token = self.tokens[self.at]
        lower = token.text.lower()
        if token.kind == "name" and lower in words:
            self.at += 1
            return lower
        return ""

    def mark(self, *marks: str) -> str:
        """Take one of some marks if it comes next."""
        token = self.tokens[self.at]
        if token.kind == "mark" and token.text in marks:
            self.at += 1
            return token.text
        return ""

    def either(self, depth: int) -> Condition:
        parts = [self.both(depth)]
        while self.word("or"):
            parts.append(self.both(depth))
        return parts[0] if len(parts) == 1 else Joined("or", tuple(parts))

    def both(self, depth: int) -> Condition:
        parts = [self.part(depth)]
        while self.word("and"):
            parts.append(self.part(depth))
        return parts[0] if len(parts) == 1 else Joined("and", tuple(parts))

    def part(self, depth: int) -> Condition:
        if depth > MOST_DEPTH:
            raise self.wrong(f"at most {MOST_DEPTH} brackets within each other were expected")
        if self.word("not"):
            return Not(self.part(depth + 1))
        if self.mark("("):
            inner = self.either(depth + 1)
            if not self.mark(")"):
                raise self.wrong(") was expected")
            return inner
        return self.compared()

    def compared(self) -> Condition:
        token = self.tokens[self.at]
        if token.kind != "quoted" and (token.kind != "name" or token.text.lower() in _WORDS):
            raise self.wrong("the name of a column was expected")
        self.at += 1
        if self.word("is"):
            return self.missing(token.text)
        if self.word("in"):
            return Compared(token.text, "in", self.listed())
        if self.word("not"):
            if not self.word("in"):
                raise self.wrong("in was expected")
            return Compared(token.text, "not in", self.listed())
        comparison = self.mark(*_ORDERED)
        if not comparison:
            raise self.wrong(f"a comparison such as < or in was expected, after the column {token.text!r}")
        return Compared(token.text, comparison, (self.scalar(),))  # type: ignore[arg-type]

    def missing(self, column: str) -> Condition:
        known = bool(self.word("not"))
        if not self.word("missing"):
            raise self.wrong("missing was expected")
        return Compared(column, "known" if known else "missing", ())

    def listed(self) -> tuple[Scalar, ...]:
        if not self.mark("["):
            raise self.wrong("[ was expected")
        values = [self.scalar()]
        while self.mark(","):
            values.append(self.scalar())
        if not self.mark("]"):
            raise self.wrong(", or ] was expected")
        if len({isinstance(value, str) for value in values}) > 1:
            raise self.wrong("a list of numbers or of texts was expected, not of both")
        return tuple(values)

    def scalar(self) -> Scalar:
        token = self.tokens[self.at]
        if token.kind == "number":
            self.at += 1
            return float(token.text)
        if token.kind == "text":
            self.at += 1
            return _ESCAPED.sub(r"\1", token.text[1:-1])
        word = self.word("true", "false")
        if not word:
            raise self.wrong("a number, a text in quotes, true or false was expected")
        return word == "true"
