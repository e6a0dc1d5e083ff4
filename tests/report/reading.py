"""Read a page as a browser and as a reader would: its elements, its text, the numbers in it."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import Any

VOID = {"br", "hr", "meta", "link", "img"}
_NUMBER = re.compile(r"\d[\d,]*(?:\.\d+)?(?:e[+-]\d+)?%?")
_PERSIAN = str.maketrans("۰۱۲۳۴۵۶۷۸۹٫٬٪", "0123456789.,%")


class Page(HTMLParser):
    """All elements with attributes, text by element, and whether every element was closed in order."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[tuple[str, str]] = []
        self.faults: list[str] = []
        self.feed(html)
        self.close()
        self.faults += [f"{name} was never closed" for name, _ in self.open]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        self.elements.append((tag, found))
        if tag not in VOID:
            self.open.append((tag, found))

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open[-1][0] != tag:
            self.faults.append(f"</{tag}> closes {self.open[-1][0] if self.open else 'nothing'}")
        else:
            self.open.pop()

    def handle_data(self, data: str) -> None:
        inside = {name for name, _ in self.open}
        kinds = {kind for _, attributes in self.open for kind in (attributes.get("class") or "").split()}
        where = next((name for name in ("script", "style", "code") if name in inside), "text")
        self.texts.append(("tick" if "tick" in kinds else where, data))

    def names(self) -> list[str]:
        return [name for name, _ in self.elements]

    def all(self, name: str) -> list[dict[str, str | None]]:
        return [attributes for found, attributes in self.elements if found == name]

    def text(self, *kinds: str) -> str:
        return "\n".join(text for kind, text in self.texts if kind in (kinds or ("text",)))


def numbers_in(text: str) -> set[str]:
    """Numbers of a text, written as in English."""
    return {found.rstrip(".,") for found in _NUMBER.findall(text.translate(_PERSIAN))}


def written(data: Any) -> set[str]:
    """Every way in which a page may write the numbers that plain data hold."""
    if isinstance(data, dict):
        return set().union(*(written(part) for part in (*data.keys(), *data.values())), set())
    if isinstance(data, list | tuple):
        return set().union(*(written(part) for part in data), set())
    if isinstance(data, str):
        found = numbers_in(data) | set(re.findall(r"\d+", data))
        return found | {str(int(digits)) for digits in found if digits.isascii() and digits.isdigit()}
    if isinstance(data, bool) or data is None:
        return set()
    plain = {f"{abs(data):,.{decimals}f}" for decimals in range(7)} | {f"{abs(data):g}", f"{abs(data):.0f}"}
    shares = {f"{100 * abs(data):,.{decimals}f}%" for decimals in range(3)}
    return plain | shares | {f"{data:.1e}"}
