"""Who belongs to a segment, worked out again: the condition read anew, with three values of truth."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

_TOKEN: Final = re.compile(
    r"""\s*(?:(?P<number>[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)|(?P<text>'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")
    |(?P<word>[^\W\d]\w*(?:\.[^\W\d]\w*)*)|`(?P<quoted>[^`]+)`|(?P<mark>==|!=|<=|>=|<|>|\(|\)|\[|\]|,))""",
    re.VERBOSE,
)
Truth = bool | None


class _Reader:
    """Reads a condition from left to right, and says at once whether it holds."""

    def __init__(self, text: str, row: Mapping[str, Any]) -> None:
        self.row = row
        self.left = [(one.lastgroup or "", one[one.lastgroup or 0]) for one in _TOKEN.finditer(text)]

    def next_is(self, *words: str) -> bool:
        return bool(self.left) and self.left[0][0] in ("word", "mark") and self.left[0][1] in words

    def take(self) -> tuple[str, str]:
        return self.left.pop(0)

    def either(self) -> Truth:
        found = [self.both()]
        while self.next_is("or"):
            self.take()
            found.append(self.both())
        return True if True in found else None if None in found else False

    def both(self) -> Truth:
        found = [self.one()]
        while self.next_is("and"):
            self.take()
            found.append(self.one())
        return False if False in found else None if None in found else True

    def one(self) -> Truth:
        if self.next_is("not"):
            self.take()
            found = self.one()
            return None if found is None else not found
        if self.next_is("("):
            self.take()
            found = self.either()
            self.take()
            return found
        return self.compared()

    def compared(self) -> Truth:
        value = self.row[self.take()[1]]
        absent = value is None or value != value
        how = self.take()[1]
        if how == "is":
            negated = self.next_is("not")
            for _ in range(1 + negated):
                self.take()
            return absent is not negated
        negated = how == "not"
        if negated:
            how = self.take()[1]
        limits = self.listed() if how == "in" else [self.scalar()]
        if absent:
            return None
        return _holds(value, how, limits) is not negated

    def listed(self) -> list[Any]:
        self.take()
        found = []
        while not self.next_is("]", ")"):
            if self.next_is(","):
                self.take()
            else:
                found.append(self.scalar())
        self.take()
        return found

    def scalar(self) -> Any:
        kind, text = self.take()
        if kind == "text":
            return re.sub(r"\\(.)", r"\1", text[1:-1])
        return float(text) if kind == "number" else float(text == "true")


def _holds(value: Any, how: str, limits: list[Any]) -> bool:
    value = value if isinstance(value, str) else float(value)
    match how:
        case "==" | "in":
            return value in limits
        case "!=":
            return value not in limits
        case "<":
            return bool(value < limits[0])
        case "<=":
            return bool(value <= limits[0])
        case ">":
            return bool(value > limits[0])
    return bool(value >= limits[0])


def belongs(where: str, row: Mapping[str, Any]) -> Truth:
    """Say whether a row meets a condition; None where a missing value leaves that open.

    Examples
    --------
    >>> where = "not (income < 500 or channel in ['app'])"
    >>> belongs(where, {"income": 900.0, "channel": "web"})
    True
    >>> belongs(where, {"income": None, "channel": "web"}) is None
    True
    """
    return _Reader(where, row).either()
