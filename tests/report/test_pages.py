"""Pages: closed, reachable by keyboard and screen reader, and without a number of their own."""

from __future__ import annotations

import itertools
import re

import pytest

import creditscore as cs
from creditscore.deciding.disclosed import is_protected
from creditscore.words.languages import TAGS, page_texts_in
from tests.report.conftest import GIVEN, LANGUAGES
from tests.report.reading import Page, numbers_in, written

KINDS = ("subject", "auditor", "authority", "notice", "model")
every_page = pytest.mark.parametrize("kind", KINDS)
every_language = pytest.mark.parametrize("language", LANGUAGES)


@pytest.fixture(scope="module")
def made(case, decided, model_reports):
    def one(kind: str, language: str):
        if kind == "model":
            return model_reports[language]
        calendar = "jalali" if language == "fa" else "gregorian"
        options = {"audience": kind, "model": case.pipeline} if kind != "subject" else {"audience": kind}
        if kind == "notice":
            options = {"audience": "subject", "kind": "adverse_action"}
        return cs.decision_report(decided, language=language, calendar=calendar, **options, **GIVEN)

    return {(kind, language): one(kind, language) for kind in KINDS for language in LANGUAGES}


@every_page
@every_language
def test_every_number_on_the_page_is_in_the_json(made, kind, language) -> None:
    report = made[kind, language]
    allowed = written(report.to_dict()) | written(list(page_texts_in(language).words.values()))
    if language == "fa":
        allowed |= {"1405", "1384", "1", "2", "22", "21", "11", "12"} | {str(day) for day in range(1, 32)}
        allowed |= {str(year) for year in range(1380, 1410)}
    found = numbers_in(Page(report.to_html()).text("text", "code"))
    assert len(found) > 10
    assert not found - allowed


@every_page
@every_language
def test_the_page_is_well_formed_and_asks_for_nothing(made, kind, language) -> None:
    html = made[kind, language].to_html()
    page = Page(html)
    assert not page.faults
    assert page.all("html") == [{"lang": TAGS[language], "dir": "rtl" if language == "fa" else "ltr"}]
    assert not {"link", "img", "iframe", "form", "object"} & set(page.names())
    assert page.all("script") == [{"type": "application/json", "id": "report-json"}]
    assert not [found for _, found in page.elements if {"src", "srcset"} & set(found)]
    assert all((found["href"] or "").startswith("#") for found in page.all("a"))
    assert "url(" not in html
    assert "@import" not in html
    assert any("default-src 'none'" in (found.get("content") or "") for found in page.all("meta"))


@every_page
@every_language
def test_links_lead_to_parts_of_the_page_and_ids_do_not_repeat(made, kind, language) -> None:
    page = Page(made[kind, language].to_html())
    ids = [found["id"] for _, found in page.elements if "id" in found]
    assert len(ids) == len(set(ids))
    assert {found["href"][1:] for found in page.all("a")} <= set(ids)
    labelled = {found["aria-labelledby"] for _, found in page.elements if "aria-labelledby" in found}
    assert labelled <= set(ids)


@every_page
def test_headings_step_down_one_at_a_time(made, kind) -> None:
    levels = [int(name[1]) for name in Page(made[kind, "en"].to_html()).names() if re.fullmatch(r"h\d", name)]
    assert levels.count(1) == 1
    assert levels[0] == 1
    assert all(after - before <= 1 for before, after in itertools.pairwise(levels))


@every_page
def test_landmarks_tables_and_charts_are_told_to_screen_readers(made, kind) -> None:
    html = made[kind, "en"].to_html()
    page = Page(html)
    names = page.names()
    for landmark in ("header", "main", "footer"):
        assert names.count(landmark) == 1
    assert names.count("table") == names.count("caption")
    assert all(found.get("scope") in ("col", "row") for found in page.all("th"))
    pictures = page.all("svg")
    assert len(pictures) == len(re.findall(r"<svg[^>]*><title>[^<]+</title><desc>[^<]+</desc>", html))
    assert all(found["role"] == "img" and found["aria-label"] for found in pictures)
    assert page.all("a")[0]["href"] == "#main"
    scrolling = [found for found in page.all("div") if found.get("class") == "scroll"]
    assert all(found["tabindex"] == "0" and found["aria-label"] for found in scrolling)


@every_language
def test_every_chart_is_drawn(made, language) -> None:
    assert made["model", language].to_html().count("<figure") >= 7
    assert made["subject", language].to_html().count("<figure") == 2


def test_styles_serve_dark_screens_paper_and_the_keyboard(made) -> None:
    html = made["subject", "en"].to_html()
    for rule in ("prefers-color-scheme: dark", "@media print", ":focus-visible", "@page", ".skip"):
        assert rule in html


def test_digits_are_those_of_the_language(made) -> None:
    text = Page(made["subject", "fa"].to_html()).text()
    shown = re.sub(r"[A-Za-z][\w.@ -]*|SHA-256", "", text)
    assert re.search("[۰-۹]", shown)
    for reason in re.findall(r"[۰-۹]+ امتیاز", text):
        assert reason


def test_the_notebook_shows_the_page_in_a_frame_that_runs_nothing(made) -> None:
    shown = made["subject", "en"]._repr_html_()
    (frame,) = Page(shown).all("iframe")
    assert frame["sandbox"] is None
    assert frame["srcdoc"] == made["subject", "en"].to_html()


def test_names_tell_what_is_protected_of_the_application_alone() -> None:
    assert not is_protected({"name": "digital_os_age_days_180d", "source": "sessions"})
    assert is_protected({"name": "application_age", "source": "application"})
