"""The page in a browser: real clicks, keys, drags and downloads; what it says is what the rows say."""

from __future__ import annotations

import json
import re

import numpy as np
import pytest

import creditscore as cs
from creditscore.words.languages import LANGUAGES, page_texts_in
from tests.dashboard.conftest import READY
from tests.dashboard.worlds import BY, rows
from tests.house.source import PACKAGE

SCRIPTS = {path.stem: path.read_text(encoding="utf-8") for path in (PACKAGE / "dashboard").rglob("*.js")}
WHERE = "document.getElementById('where').textContent"


def shown(browser, name: str) -> str:
    """What stands under a heading of the facts."""
    text = page_texts_in("en").words[f"dashboard.{name}"]
    return browser.run(
        f"[...document.querySelectorAll('dt')].find((one) => one.textContent === {json.dumps(text)})"
        ".nextSibling.firstChild.textContent"
    )


def test_the_page_asks_nobody_for_anything_and_runs_nothing_else(opened, page) -> None:
    html = page.read_text(encoding="utf-8")
    policy = re.search(r'Content-Security-Policy" content="([^"]+)"', html)[1]
    assert policy.startswith("default-src &#x27;none&#x27;; script-src &#x27;sha256-")
    assert "unsafe" not in policy
    assert opened.requests == [page.as_uri()]
    assert not opened.errors
    assert not re.search(r"https?://(?!www\.w3\.org/2000/svg)", html)
    opened.run("void fetch('https://bank.example/x').catch(() => 0)")
    opened.run(f"void fetch({json.dumps(page.as_uri())}).catch(() => 0)")
    opened.until("true")
    assert len(opened.errors) >= 1, "a request that is tried is stopped"


def test_without_data_the_page_is_small(made) -> None:
    html = made.to_html()
    data = re.search(r'<script type="application/json" id="data">(.*?)</script>', html, re.DOTALL)[1]
    assert len(html.encode()) - len(data.encode()) < 1_500_000
    assert len(html.encode()) - len(data.encode()) < 150_000


def test_no_row_and_no_id_of_a_person_is_in_the_page() -> None:
    given = rows(900)
    given["applicant_id"] = np.array([f"person-{one}" for one in given["applicant_id"]], dtype=object)
    html = cs.make_dashboard(given, by=BY, bad="bad").to_html()
    assert "person-" not in html
    assert "applicant_id" not in html


def test_every_word_of_the_dashboard_is_used_and_every_word_that_is_used_is_there() -> None:
    code = "\n".join(SCRIPTS.values())
    words = {key.partition(".")[2] for key in page_texts_in("en").words if key.startswith("dashboard.")}
    named = set(re.findall(r'"(?:dashboard\.)?(\w+)"', code))
    made = {f"swap_{name}" for name in ("kept", "out", "in", "left")}
    made |= {f"take_{name}" for name in ("segment", "policy", "plan")}
    made |= {f"{kind}_{name}" for kind in ("beside", "known") for name in ("sources", "channels", "reasons")}
    assert all(name.partition("_")[0] in code for name in made)
    assert words - named - made == {"no_script"}
    asked = set(re.findall(r'"dashboard\.(\w+)"', code))
    assert len(asked) > 40
    assert asked <= words


def test_every_word_of_the_served_page_is_used_and_every_word_that_is_used_is_there() -> None:
    words = {key.partition(".")[2] for key in page_texts_in("en").words if key.startswith("served.")}
    asked = set(re.findall(r'(?:tell\(|"served\.|\d: |[?] |: |[?][?] )"?(\w+)"', SCRIPTS["served"]))
    placed = set(re.findall(r'data_word="(\w+)"', (PACKAGE / "dashboard" / "served.py").read_text("utf-8")))
    assert asked | placed == words


def test_every_word_of_the_offline_page_is_used_and_every_word_that_is_used_is_there() -> None:
    words = {key.partition(".")[2] for key in page_texts_in("en").words if key.startswith("offline.")}
    asked = (PACKAGE / "dashboard" / "offline.py").read_text("utf-8")
    script = "\n".join(
        file.read_text("utf-8") for file in (PACKAGE / "dashboard" / "script").glob("offline_*.js")
    )
    assert {word for word in words if not re.search(rf"\b{word}\b", asked + script)} == set()
    assert set(re.findall(r'"offline\.(\w+)"', asked + script)) - {"css"} <= words


def test_a_segment_by_mouse_says_what_the_rows_say(opened, made) -> None:
    opened.click("[data-column='0']")
    opened.click("#groups fieldset .chip:nth-of-type(1) input")
    assert opened.run(WHERE) == "level in [1]"
    given = rows(6000)
    inside = given["level"] == 1
    found = int(shown(opened, "size").replace(",", ""))
    assert found <= inside.sum()
    assert found > 0.9 * inside.sum()
    note = opened.run("document.getElementById('notes').textContent")
    maybe, unknown = (int(one.replace(",", "")) for one in re.findall(r"(?:^|\.\s*|Of )([\d,]+)", note)[:2])
    assert found + maybe >= inside.sum()
    assert unknown <= np.isnan(given["level"]).sum()


def test_a_column_is_dragged_to_a_group(opened) -> None:
    opened.drag("[data-column='1']", "[data-group='0']")
    opened.key("Space")
    assert opened.run(WHERE) == "age_band in ['18-25']"


def test_a_finger_does_on_a_phone_what_a_mouse_does(opened) -> None:
    opened.size(390, 800, touch=True)
    opened.tap("[data-column='1']")
    opened.tap("#groups fieldset .chip:nth-of-type(3)")
    opened.size(1280, 900)
    assert opened.run(WHERE) == "age_band in ['41-60']"


def test_groups_are_joined_by_or_and_conditions_are_taken_away_again(opened) -> None:
    opened.click("[data-column='0']")
    opened.click("[data-group='0'] .chip:nth-of-type(1)")
    opened.click("#groups > .bits button:nth-of-type(1)")
    opened.click("[data-column='1']")
    opened.click("[data-group='1'] .chip:nth-of-type(1)")
    assert opened.run(WHERE) == "(level in [1]) or (age_band in ['18-25'])"
    opened.click("[data-group='1'] .remove")
    assert opened.run(WHERE) == "level in [1]"
    opened.click("#groups > .bits button:nth-of-type(2)")
    assert shown(opened, "size") == "6,000"


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_speaks_its_language_and_runs_its_way(opened, language) -> None:
    opened.run(
        f"(() => {{const e = document.getElementById('language'); e.value = '{language}';"
        "e.dispatchEvent(new Event('change'))})()"
    )
    assert opened.run("document.documentElement.dir") == ("rtl" if language == "fa" else "ltr")
    words = page_texts_in(language).words
    assert opened.run("document.querySelector('h1').textContent") == words["dashboard.title"]
    text = opened.run("document.body.innerText")
    assert words["dashboard.take"] in text
    assert "undefined" not in text
    assert "NaN" not in text
    if language == "fa":
        assert "۶٬۰۰۰" in text
    assert not opened.errors


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("width", [360, 1440])
def test_nothing_overflows_on_a_phone_or_a_desktop(opened, language, width) -> None:
    opened.size(width, 900, touch=width < 400)
    opened.run(
        f"(() => {{const e = document.getElementById('language'); e.value = '{language}';"
        "e.dispatchEvent(new Event('change'))})()"
    )
    opened.click("[data-column='2']")
    over = opened.run(
        "[...document.querySelectorAll('body *')]"
        ".filter((one) => !one.closest('.scroll table, .unseen, .skip, svg'))"
        ".map((one) => [one.getBoundingClientRect(), one.outerHTML.slice(0, 90)])"
        ".filter(([b]) => b.width > 2 && (b.right > innerWidth + 1 || b.left < -1)).map(([, one]) => one)"
    )
    wide = opened.run("document.documentElement.scrollWidth")
    opened.size(1280, 900)
    assert not over
    assert wide <= width


def test_what_is_taken_away_is_read_back(opened, policy) -> None:
    opened.click("[data-column='3']")
    opened.click("#groups fieldset .chip:nth-of-type(2) input")
    opened.click("#take-segment")
    opened.file("segment.json")
    (segment,) = cs.load_segments(opened.downloads / "segment.json")
    assert segment.where == "product in ['instalment']"
    opened.click("#take-policy")
    stored = opened.file("segment-policy.json")
    taken = cs.Policy.from_json(json.dumps(stored))
    assert (taken.cutoff, taken.rules, taken.name) == (policy.cutoff, policy.rules, policy.name)
    opened.click("#take-plan")
    plan = cs.TestPlan.from_dict(opened.file("segment-plan.json"))
    assert plan == cs.plan_test(0.10, 0.06)
    for name in ("segment", "segment-policy", "segment-plan"):
        (opened.downloads / f"{name}.json").unlink()


def test_a_dark_screen_gets_a_dark_page(opened) -> None:
    opened.size(1280, 900, dark=True)
    ground = opened.run("getComputedStyle(document.documentElement).backgroundColor")
    opened.size(1280, 900)
    assert max(map(int, re.findall(r"\d+", ground)[:3])) < 50


def test_a_title_of_ones_own_is_text_and_nothing_else(browser, tmp_path) -> None:
    title = "</script><img src=x onerror=alert(1)> & more"
    given = rows(300)
    given["product"] = np.array(["<b>x</b>", "y"] * 150, dtype=object)
    file = tmp_path / "page.html"
    cs.make_dashboard(given, by=["product"], title=title).save(file)
    browser.open(file, READY)
    assert browser.run("document.querySelector('h1').textContent") == title
    assert browser.run("document.querySelectorAll('img, b').length") == 0


def test_a_page_without_columns_still_shows_the_cutoff(browser, tmp_path) -> None:
    file = tmp_path / "page.html"
    cs.make_dashboard(rows(300), by=[]).save(file)
    browser.errors.clear()
    browser.open(file, READY)
    assert browser.run("document.querySelectorAll('section').length") == 4
    assert not browser.errors


def test_a_cutoff_of_their_own_for_those_who_are_meant_never_by_what_is_protected(browser, tmp_path) -> None:
    costs = cs.LoanCosts(0.06, 0.02, 0.01)
    prices = cs.PriceTable(costs, {"A": 0.01, "B": 0.05}, {"unsecured": 0.6}, (6, 12), (100.0, 5000.0))
    before = cs.SegmentCutoff(cs.Segment("cards", "product == 'card'"), 700.0)
    strategy = cs.Strategy(prices, cs.AbilityRule({1: 600.0}), "unsecured", cutoffs=[before])
    policy = cs.Policy("loans", "7", cutoff=652, strategy=strategy)
    file = tmp_path / "page.html"
    cs.make_dashboard(rows(2000), by=BY, policy=policy).save(file)
    browser.open(file, READY)
    browser.click("#only")
    assert browser.run("document.getElementById('take-policy').disabled"), "of everybody"
    browser.click("[data-column='0']")
    browser.click("#groups fieldset .chip:nth-of-type(1) input")
    browser.click("#take-policy")
    taken = cs.Policy.from_json(json.dumps(browser.file("segment-policy.json")))
    (browser.downloads / "segment-policy.json").unlink()
    own, other = taken.strategy.cutoffs
    assert (own.segment.where, own.cutoff, other, taken.cutoff) == ("level in [1]", 652.0, before, 652.0)
    browser.click("[data-column='1']")
    browser.click("#groups fieldset:nth-of-type(2) .chip:nth-of-type(1) input")
    assert browser.run("document.getElementById('take-policy').disabled"), "by age"


def test_what_a_reader_would_take_for_something_else_is_said(browser, tmp_path) -> None:
    """Points of another model, a condition that no file can hold, labels that look like words of the page."""
    given = rows(600)
    given["score"] += np.random.default_rng(0).normal(0, 20, 600)
    given["product"] = np.array(["R12", "constructor"] * 300, dtype=object)
    given["level"] = np.array(["x" * 5000, "y"] * 300, dtype=object)
    given["bad"] = np.where(np.isnan(given["score"]), 1.0, given["bad"])
    file = tmp_path / "page.html"
    cs.make_dashboard(given, by=["product", "reason", "level"], bad="bad", fewest_people=1).save(file)
    browser.open(file, READY)
    words = page_texts_in("en").words
    assert words["dashboard.against"] in browser.run("document.getElementById('cut').textContent")
    chips = "[...document.querySelectorAll('.chip')].map((one) => one.textContent)"
    browser.click("[data-column='0']")
    assert browser.run(chips) == ["R12", "constructor"]
    browser.click("[data-column='1']")
    assert all(re.match(r"R\d\d .", one) for one in browser.run(chips)[2:])
    known, scored = ~np.isnan(given["bad"]), ~np.isnan(given["score"])
    rate = given["bad"][known & scored].mean()
    beside = f"bad rate {rate:.2%} of the {(known & scored).sum():,} whose score is known here"
    assert beside in browser.run("document.getElementById('facts').textContent")
    browser.click("[data-column='2']")
    browser.click("#groups fieldset:nth-of-type(3) .chip:nth-of-type(1) input")
    told = browser.run("document.getElementById('too-long').textContent")
    assert told == words["dashboard.too_long"].format(number="4,000")
    assert browser.run("document.getElementById('take-segment').disabled")
    browser.size(390, 800, touch=True)
    assert browser.run("document.documentElement.scrollWidth") == 390
    browser.size(1280, 900)
