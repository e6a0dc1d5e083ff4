"""The page: one file with its styles, scripts, words and sums, which asks nobody for anything."""

from __future__ import annotations

import base64
import hashlib
import json
import re
import zlib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any, Final

import numpy as np

from creditscore.dashboard.counted import SUMS, Counted
from creditscore.report import markup
from creditscore.report.markup import Html, tag
from creditscore.words.languages import LANGUAGES, TAGS, page_texts_in, texts_in
from creditscore.words.profile import PROFILE
from creditscore.words.reasons._entries import Texts

_SCRIPTS: Final = (
    "cube", "condition", "chances", "plan", "words", "figures", "charts", "beside", "who", "panels",
    "deciding", "taking", "main",
)  # fmt: skip
_WITHIN_A_PAGE: Final = str.maketrans({one: f"\\u{ord(one):04x}" for one in "<>&\u2028\u2029"})
_ALIGNED: Final = 8


def page(data: dict[str, Any], language: str) -> str:
    """Put the page together; its policy lets run what is in it and nothing else."""
    script = script_of_page()
    without = [
        tag("p", page_texts_in(one).words["dashboard.no_script"], lang=TAGS[one]) for one in LANGUAGES
    ]
    top = head_of(page_texts_in(language).words["dashboard.title"], script, style_of_page())
    parts = [
        json_part("data", data),
        json_part("words", {one: _words(one) for one in LANGUAGES}),
        tag("script", Html(script)),
    ]
    whole = tag("html", top, tag("body", tag("noscript", without)), parts, lang=TAGS[language])
    return f"<!doctype html>\n{whole}\n"


def head_of(title: str, script: str, style: str) -> Html:
    """Begin a page that runs this script and no other, and asks nobody for anything."""
    allowed = (
        f"default-src 'none'; script-src '{hash_of(script)}'; style-src '{hash_of(style)}'; base-uri 'none'; "
        "form-action 'none'"
    )
    return markup.head(title, style, allowed)


def cells_of_page(found: Counted) -> dict[str, Any]:
    """Write the cells as packed columns, little-endian: codes of one byte, sums of eight, others of four."""
    codes = found.cells.codes
    count = len(codes)
    columns = [np.ascontiguousarray(codes[:, position]).tobytes() for position in range(codes.shape[1])]
    head = b"".join(columns)
    sums = b"".join(found.sums[name].astype("<f8").tobytes() for name in SUMS)
    content = head + bytes(-len(head) % _ALIGNED) + sums + found.beside.sums.astype("<i4").tobytes()
    return {
        "count": count,
        "columns": ["state", "score", *(one.name for one in found.dimensions)],
        "packed": base64.b64encode(zlib.compress(content, 9)).decode("ascii"),
    }


def json_part(name: str, content: dict[str, Any]) -> Html:
    """Write data into a page, as text that no browser takes for markup."""
    text = json.dumps(content, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return tag("script", Html(text.translate(_WITHIN_A_PAGE)), type="application/json", id=name)


def _words(language: str) -> dict[str, Any]:
    texts, said = page_texts_in(language), texts_in(language)
    used = {key: text for key, text in texts.words.items() if re.match(r"dashboard\.|page\.skip$", key)}
    return {
        "tag": TAGS[language],
        "direction": said.script.direction,
        "fonts": texts.fonts,
        "words": used,
        "sources": _named(texts.words, "source."),
        "channels": _named(PROFILE[language], "channel."),
        "reasons": reason_words(said),
    }


def reason_words(said: Texts) -> dict[str, str]:
    """What each code of a reason says, those for what is absent among them."""
    known = {one.code: f"{one.code} {one.title}" for one in (*said.groups.values(), said.generic)}
    absent = (*said.insufficient.values(), said.unknown_source)
    return known | {code: f"{code} {title}" for code, title in absent}


def _named(words: Mapping[str, str], kind: str) -> dict[str, str]:
    """Words of one kind, by what they name."""
    return {key.removeprefix(kind): text for key, text in words.items() if key.startswith(kind)}


def script_of_page() -> str:
    """All scripts of the page, as one."""
    return scripts_of(_SCRIPTS)


def style_of_page() -> str:
    """The style of reports, and what the page adds to it."""
    return styles_of("dashboard.css")


@cache
def scripts_of(names: tuple[str, ...]) -> str:
    """Scripts of this package, as one that leaves no name behind."""
    folder = files("creditscore.dashboard").joinpath("script")
    parts = [folder.joinpath(f"{name}.js").read_text(encoding="utf-8") for name in names]
    return '"use strict";\n(() => {\n' + "\n".join(parts) + "})();\n"


@cache
def styles_of(name: str) -> str:
    """The style of reports, and what a page adds to it."""
    shared = files("creditscore.report.pages").joinpath("style.css").read_text(encoding="utf-8")
    own = files("creditscore.dashboard").joinpath("script").joinpath(name)
    return shared + own.read_text(encoding="utf-8")


def hash_of(text: str) -> str:
    """Write what a policy calls a script or a style."""
    return f"sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode('ascii')}"
