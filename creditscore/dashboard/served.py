"""The page that a service opens with: it holds nothing, asks for a key, and shows what the key may see."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import Final

from creditscore.dashboard.page import hash_of, json_part, script_of_page, style_of_page
from creditscore.report.markup import Html, head, tag
from creditscore.words.languages import LANGUAGES, TAGS, page_texts_in, texts_in

_STYLE: Final = (
    "main{max-width:72rem;margin:auto;padding:1rem}form{display:flex;flex-wrap:wrap;gap:.6rem;align-items:end;"
    "margin:.6rem 0}form label,main>label{display:grid;gap:.2rem}input,select,button{font:inherit;"
    "padding:.3rem .6rem;max-width:100%}input{width:24rem;box-sizing:border-box}"
    "iframe{width:100%;height:80vh;border:1px solid #8886}"
)


@cache
def served_page() -> tuple[str, str]:
    """Return the page, and the policy that lets run its own script and that of the page that it shows.

    It asks the service alone. What it shows stands in a frame that may run scripts but shares nothing with
    it, so that no page reads the key.
    """
    script = _script()
    policy = (
        f"default-src 'none'; script-src '{hash_of(script)}' '{hash_of(script_of_page())}'; "
        "style-src 'unsafe-inline'; img-src data:; connect-src 'self'; base-uri 'none'; form-action 'none'; "
        "frame-ancestors 'none'"
    )
    top = head(page_texts_in("en").words["served.title"], style_of_page() + _STYLE, None)
    words = json_part("words", {one: _words(one) for one in LANGUAGES})
    whole = tag("html", top, tag("body", _body(), words, tag("script", Html(script))), lang="en")
    return f"<!doctype html>\n{whole}\n", policy


def _body() -> Html:
    named = {one: page_texts_in(one).words["dashboard.language"] for one in LANGUAGES}
    languages = [tag("option", name, value=one) for one, name in named.items()]
    key = tag("input", id="key", type="password", autocomplete="off", required=True)
    decision = tag("input", id="decision", autocomplete="off", required=True, dir="ltr")
    return tag(
        "main",
        tag("h1", data_word="title"),
        tag("p", data_word="about"),
        tag("label", tag("span", data_word="language"), tag("select", languages, id="language")),
        tag(
            "form",
            tag("label", tag("span", data_word="key"), key),
            tag("button", data_word="all", type="submit"),
            id="all",
        ),
        tag(
            "form",
            tag("label", tag("span", data_word="decision"), decision),
            tag("button", data_word="one", type="submit"),
            id="one",
        ),
        tag("p", id="status", role="status"),
        tag("iframe", id="frame", sandbox="allow-scripts allow-downloads", hidden=True, title="."),
    )


def _words(language: str) -> dict[str, object]:
    texts = page_texts_in(language)
    said = {key: text for key, text in texts.words.items() if key.startswith("served.")}
    return {"tag": TAGS[language], "direction": texts_in(language).script.direction, "words": said}


def _script() -> str:
    text = files("creditscore.dashboard").joinpath("script").joinpath("served.js").read_text(encoding="utf-8")
    return f'"use strict";\n(() => {{\n{text}}})();\n'
