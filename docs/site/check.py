"""What may be wrong with a built site: dead links, dead anchors, and what is fetched from elsewhere."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote

# What a browser fetches by itself; a link that somebody clicks may lead anywhere.
FETCHED = {"script": "src", "img": "src", "link": "href", "iframe": "src", "source": "src"}
FAR = re.compile(r"^(https?:)?//")
IN_STYLE = re.compile(r"(?:url\(\s*['\"]?|@import\s+['\"])((?:https?:)?//[^'\")\s]+)")


class Page(HTMLParser):
    """One page: what it links to, what it fetches, and which anchors it has."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.anchors: set[str] = set()
        self.links: list[str] = []
        self.fetched: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Take down what one tag links to or fetches."""
        of = {name: value or "" for name, value in attrs}
        self.anchors |= {of[name] for name in ("id", "name") if name in of}
        if tag == "a" and "href" in of:
            self.links.append(of["href"])
        if tag in FETCHED and FETCHED[tag] in of and of.get("rel") not in {"canonical", "alternate"}:
            self.fetched.append(of[FETCHED[tag]])


def faults(site: Path) -> list[str]:
    """Every fault of a site, as the page and what is wrong, in the order of pages."""
    read = {path: Page(path.read_text(encoding="utf-8")) for path in sorted(site.rglob("*.html"))}
    found = [fault for path in read for fault in _of_page(site, path, read)]
    for path in sorted(site.rglob("*.css")):
        style = path.read_text(encoding="utf-8")
        found += [f"{path.relative_to(site)}: fetches {far}" for far in IN_STYLE.findall(style)]
    return found


def _of_page(site: Path, path: Path, read: dict[Path, Page]) -> Iterator[str]:
    name = path.relative_to(site)
    for target in read[path].fetched:
        if FAR.match(target):
            yield f"{name}: fetches {target}"
        elif not target.startswith("data:") and not _file(site, path, target).is_file():
            yield f"{name}: {target} is not there"
    for link in read[path].links:
        if re.match(r"[a-z]+:", link) or FAR.match(link):
            continue
        target, _, anchor = link.partition("#")
        to = _file(site, path, target) if target else path
        if not to.is_file():
            yield f"{name}: links to {link}, which is not there"
        elif anchor and to in read and unquote(anchor) not in read[to].anchors:
            yield f"{name}: links to {link}, but there is no such heading"


def _file(site: Path, path: Path, target: str) -> Path:
    plain = unquote(target.partition("?")[0])
    # The page of what was not found is served from any address, so its links begin at the root.
    to = (site / plain.lstrip("/")) if plain.startswith("/") else (path.parent / plain).resolve()
    return to / "index.html" if to.is_dir() else to
