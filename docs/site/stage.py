"""Pages of the project become pages of the site: links lead where they lie now, prompts are highlighted."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Mapping
from pathlib import Path, PurePosixPath

from docs.site.navigation import FOLDERS, staged

ROOT = Path(__file__).resolve().parents[2]

FENCE = re.compile(r"^(```+|~~~+).*?^\1\s*?$", re.MULTILINE | re.DOTALL)
# A link, or code within a line, which is left as it is.
LINK = re.compile(r"`[^`\n]+`|(!?\[(?:[^\[\]]|\[[^\]]*\])*\]\()([^)\s]+)(\))")
# Files that are shown as they are, as a page of their own.
SHOWN = {".py": "python", ".json": "json", ".toml": "toml", ".sh": "bash", ".txt": "text", "": "text"}


class Stage:
    """The site's source, written page by page into one folder.

    Pages are named by their files in the project. A page that links to a file of code brings it along as a
    page that shows it; a link to what is not there ends the build. Pages that are `beside` stand in the site
    of another language, each at its address from the root of this one.
    """

    def __init__(self, folder: Path, pages: list[str], beside: Mapping[str, str] | None = None) -> None:
        self.folder = folder
        self.pages = dict.fromkeys(pages)
        self.beside = beside or {}
        self.shown: dict[str, str] = {}

    def write(self, page: str, text: str) -> None:
        """Write one page, with its links turned."""
        where = staged(page)
        self.put(where, outside_code(text, lambda part: self._turned(part, page, where)))

    def put(self, where: str, text: str) -> None:
        """Write a file that needs no turning."""
        path = self.folder / where
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")

    def write_shown(self) -> None:
        """Write the pages that show files of code."""
        for file, where in self.shown.items():
            code = (ROOT / file).read_text(encoding="utf-8")
            kind = SHOWN[PurePosixPath(file).suffix]
            self.put(where, f"# {file}\n\n``````{kind}\n{code}\n``````\n")

    def _turned(self, text: str, page: str, where: str) -> str:
        folder = PurePosixPath(page).parent

        def turn(match: re.Match[str]) -> str:
            if not match[1]:
                return match[0]
            target, _, anchor = match[2].partition("#")
            if "://" in target or target.startswith("mailto:") or not target:
                return match[0]
            file = os.path.normpath(folder / target)
            led = os.path.relpath(self._place(file, page), PurePosixPath(where).parent)
            return match[1] + led + (f"#{anchor}" if anchor else "") + match[3]

        return LINK.sub(turn, text)

    def _place(self, file: str, page: str) -> str:
        """Where a file of the project lies in the site."""
        file = FOLDERS.get(file, file)
        path = ROOT / file
        if file in self.pages:
            return staged(file)
        if file in self.beside:
            return self.beside[file]
        if (self.folder / staged(file)).is_file():
            return staged(file)
        if path.suffix in {".svg", ".png"} and path.is_file():
            where = self.folder / staged(file)
            where.parent.mkdir(parents=True, exist_ok=True)
            where.write_bytes(path.read_bytes())
            return staged(file)
        if path.is_file() and path.suffix in SHOWN:
            self.shown[file] = f"code/{file.replace('/', '_')}.md"
            return self.shown[file]
        raise ValueError(f"{page} links to {file}, which the site does not have.")


def outside_code(text: str, turn: Callable[[str], str]) -> str:
    """Change what stands between blocks of code; blocks with prompts are marked as sessions."""
    parts, at = [], 0
    for fence in FENCE.finditer(text):
        parts += [turn(text[at : fence.start()]), session(fence[0])]
        at = fence.end()
    return "".join([*parts, turn(text[at:])])


def session(block: str) -> str:
    """A block of code as a reader wants it: prompts as a session, without what only the test runner reads."""
    block = re.sub(r"[ \t]*#\s*doctest:.*", "", block).replace("<BLANKLINE>", "")
    if ">>> " not in block:
        return block
    block = re.sub(r"\A(```+|~~~+)\w*", r"\1pycon", block)
    return re.sub(r"\n\n(```+|~~~+)\Z", r"\n\1", block)
