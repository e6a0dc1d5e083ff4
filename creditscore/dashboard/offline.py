"""One page that scores rows of features in a browser, and sends nothing: the model stands in it."""

from __future__ import annotations

from typing import Any, Final

from creditscore.dashboard.offline_data import data_of
from creditscore.dashboard.page import head_of, json_part, reason_words, scripts_of, styles_of
from creditscore.errors import ParameterError
from creditscore.report.markup import Html, tag
from creditscore.scoring.model import HasModel
from creditscore.words.languages import TAGS, Language, page_texts_in, texts_in

_SCRIPTS: Final = ("offline_scoring", "offline_reasons", "offline_main")


def offline_page(scoring: HasModel, *, language: Language = "en") -> str:
    """Write a page that scores rows of features: points, grade, reasons.

    Whoever has the page has the model, its trees and what is usual for each feature. It holds nothing of a
    person, and its policy lets it ask nobody for anything.

    Parameters
    ----------
    scoring : CreditPipeline or ScoringModel
        Fitted, or loaded; without a law.
    language : {"en", "fa", "zh"}, default "en"
        Of the page.

    Returns
    -------
    str
        HTML. It takes a JSON list of rows: a number or null for each feature (``"inf"`` and ``"-inf"`` for
        what is infinite), and if they are given ``application_id``, ``anything_known`` (whether any row was
        known that counts as minimum data; else one feature with a value that is not of the application says
        so) and ``unread`` (sources that were not read).

    Raises
    ------
    ParameterError
        If the model scores under a law, or there is no such language.
    ExplanationError
        If its trees are too deep for tables of contributions.

    Examples
    --------
    >>> import creditscore as cs
    >>> german = cs.datasets.load_german()
    >>> pipeline = cs.CreditPipeline(scorer=cs.CreditScorer(n_estimators=60))
    >>> pipeline = pipeline.fit(german.applications, cs.Portfolio(), german.bad)
    >>> page = cs.offline_page(pipeline)
    >>> page.startswith("<!doctype html>"), "://" in page
    (True, False)
    """
    if not hasattr(scoring, "model"):
        raise ParameterError.must_be("scoring", "a fitted pipeline or a model", type(scoring).__name__)
    words = page_texts_in(language).words
    script, style = scripts_of(_SCRIPTS), styles_of("offline.css")
    head = head_of(words["offline.title"], script, style)
    parts = [
        json_part("data", data_of(scoring.model)),
        json_part("words", _words(language)),
        tag("script", Html(script)),
    ]
    shown = {"lang": TAGS[language], "dir": texts_in(language).script.direction}
    top = tag("html", head, tag("body", _body(language, scoring.model.model_id), parts), **shown)
    return f"<!doctype html>\n{top}\n"


def _body(language: Language, model_id: str) -> Html:
    words = {key: text for key, text in page_texts_in(language).words.items() if key.startswith("offline.")}
    heads = [tag("th", words[f"offline.{one}"], scope="col") for one in _HEADS]
    table = tag("table", tag("thead", tag("tr", heads)), tag("tbody", id="answers"))
    return tag(
        "main",
        tag("h1", words["offline.title"]),
        tag("p", words["offline.about"]),
        tag("p", words["offline.model"], " ", tag("code", model_id, dir="ltr")),
        tag("noscript", tag("p", words["offline.no_script"])),
        tag(
            "div",
            tag("label", words["offline.file"], for_="file"),
            tag("input", id="file", type="file", accept=".json,application/json"),
            tag("label", words["offline.rows"], for_="rows"),
            tag("textarea", id="rows", spellcheck="false"),
            tag("button", words["offline.score_them"], id="score", type="button"),
            class_="ask",
        ),
        tag("p", id="status", role="status"),
        tag("div", table, id="found", class_="found", hidden=True, tabindex="0"),
        tag("p", tag("a", words["offline.save"], id="save", hidden=True, download="scores.csv")),
    )


_HEADS: Final = ("application", "score", "grade", "chance", "first_reason")
_LOCALES: Final = {"en": "en-US", "fa": "fa-IR", "zh": "zh-CN"}


def _words(language: Language) -> dict[str, Any]:
    texts, said = page_texts_in(language), texts_in(language)
    return {
        "locale": _LOCALES[language],
        "words": {key: text for key, text in texts.words.items() if key.startswith("offline.")},
        "reasons": reason_words(said),
    }
