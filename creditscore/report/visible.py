"""What a page says to who reads it: its verdict, its sentences, and its values with what they are of."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from html.parser import HTMLParser
from itertools import zip_longest
from typing import Final, NamedTuple

_BLOCKS: Final = frozenset(
    {"p", "td", "th", "dt", "dd", "li", "h1", "h2", "h3", "text", "figcaption", "caption", "title", "desc"}
)
_UNSEEN: Final = frozenset({"script", "style", "head"})
_VOID: Final = frozenset({"br", "hr", "meta", "link", "img"})
_HEADINGS: Final = ("dt", "th", "h1", "h2", "h3")
_DIGIT: Final = re.compile(r"\d")
_MOST_SHOWN: Final = 60


class SaidDifference(NamedTuple):
    """Where a page or PDF file says another thing than one that is made of its JSON anew.

    Attributes
    ----------
    what : str
        ``"page"``, ``"bytes"``, ``"text"``, ``"parts"``, ``"drawing"``, ``"verdict"``, ``"reasons"`` or
        ``"value"``.
    said, made : str
        What it says, and what one made anew does; empty for nothing.
    """

    what: str
    said: str = ""
    made: str = ""

    def __str__(self) -> str:
        return f"{self.what}: it has {self.said[:_MOST_SHOWN]!r}, its JSON makes {self.made[:_MOST_SHOWN]!r}"


class Visible(HTMLParser):
    """The text blocks of a page.

    Attributes
    ----------
    verdicts : list of str
        What was decided, in words.
    reasons : list of str
        Titles and sentences of the reasons.
    values : Counter of (str, str)
        Every text with a figure in it, under the heading that stands before it.
    """

    def __init__(self, page: str) -> None:
        super().__init__()
        self.verdicts: list[str] = []
        self.reasons: list[str] = []
        self.values: Counter[tuple[str, str]] = Counter()
        self._open: list[tuple[str, str]] = []
        self._text: list[str] = []
        self._heading = ""
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Open an element; what was said so far within another block is a block of its own."""
        if tag in _VOID:
            return
        if tag in _BLOCKS:
            self._end_block()
        self._open.append((tag, dict(attrs).get("class") or ""))

    def handle_endtag(self, tag: str) -> None:
        """Close an element, and with it a block of text."""
        if tag in _BLOCKS:
            self._end_block()
        while self._open and self._open.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        """Keep text that is seen."""
        if not any(tag in _UNSEEN for tag, _ in self._open):
            self._text.append(data)

    def _end_block(self) -> None:
        said, self._text = " ".join("".join(self._text).split()), []
        if not said:
            return
        classes = {name for _, names in self._open for name in names.split()}
        tag = next((tag for tag, _ in reversed(self._open) if tag in _BLOCKS), "")
        if "verdict" in classes:
            self.verdicts.append(said)
        if "reasons" in classes:
            self.reasons.append(said)
        if _DIGIT.search(said):
            self.values[self._heading, said] += 1
        if tag in _HEADINGS:
            self._heading = said

    def parts_from(self, made: Visible) -> Iterator[SaidDifference]:
        """Find where this page says what a page made anew does not.

        Parameters
        ----------
        made : Visible
            Of the same JSON.
        """
        if self.verdicts != made.verdicts:
            yield SaidDifference("verdict", str(self.verdicts), str(made.verdicts))
        for said, right in zip_longest(self.reasons, made.reasons, fillvalue=""):
            if said != right:
                yield SaidDifference("reasons", said, right)
        for heading, value in self.values - made.values:
            yield SaidDifference("value", f"{heading} {value}")
        for heading, value in made.values - self.values:
            yield SaidDifference("value", "", f"{heading} {value}")
