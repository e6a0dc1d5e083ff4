"""Five tasks of a branch manager, by keyboard alone and by mouse alone: each in at most twelve actions."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

import creditscore as cs
from tests.dashboard.chromium import Chromium

MOST = 12
KEYBOARD, MOUSE = "keyboard", "mouse"
both = pytest.mark.parametrize("by", [KEYBOARD, MOUSE])


@pytest.fixture
def done(opened) -> Iterator[Chromium]:
    """The page; afterwards it was used in few actions, without an error, and its files are gone."""
    yield opened
    assert 0 < opened.actions <= MOST
    assert not opened.errors
    for path in opened.downloads.glob("*.json"):
        path.unlink()


def segment_of(browser: Chromium) -> cs.Segment:
    browser.file("segment.json")
    (found,) = cs.load_segments(browser.downloads / "segment.json")
    return found


@both
def test_a_segment_of_two_conditions_that_is_looked_at_anew_every_week(done, by) -> None:
    if by == KEYBOARD:
        done.key("1", "Enter", "Space", "1", "a", "Enter", "Space")
        done.key("6", "Shift+Tab", "ArrowDown", "Tab", "Enter")
    else:
        done.click("[data-column='0']")
        done.click("fieldset:nth-of-type(1) .chip:nth-of-type(1)")
        done.click("[data-column='1']")
        done.click("fieldset:nth-of-type(2) .chip:nth-of-type(1)")
        done.choose("#refresh", "7d")
        done.click("#take-segment")
    found = segment_of(done)
    assert found.where == "level in [1] and age_band in ['18-25']"
    assert found.refresh == "7d"


@both
def test_a_stricter_cutoff_as_a_policy(done, policy, made, by) -> None:
    if by == KEYBOARD:
        done.key("4", "ArrowRight", "ArrowRight", "6", "Enter")
    else:
        done.click("#cutoff", along=0.9)
        done.click("#take-policy")
    stored = cs.Policy.from_json(json.dumps(done.file("segment-policy.json")))
    assert stored.cutoff > policy.cutoff
    assert stored.cutoff in made.data["score"]["edges"]
    assert stored.rules == policy.rules


@both
def test_a_small_test_is_planned(done, by) -> None:
    if by == KEYBOARD:
        done.key("5")
        done.type("20")
        done.key("Tab")
        done.type("12")
        done.key("Escape", "6", "Tab", "Enter")
    else:
        done.click("#plan button")
        done.click("#take-plan")
    plan = cs.TestPlan.from_dict(done.file("segment-plan.json"))
    if by == KEYBOARD:
        assert plan == cs.plan_test(0.20, 0.12)
    else:
        assert plan.other == pytest.approx(plan.base * 2 / 3, abs=1e-4)


@both
def test_how_a_segment_is_spread_over_products(done, by) -> None:
    if by == KEYBOARD:
        done.key("1", "Enter", "ArrowRight", "Space", "3", "p")
    else:
        done.click("[data-column='0']")
        done.click("fieldset .chip:nth-of-type(2)")
        done.choose("#compare-by", "3")
    assert done.run("document.getElementById('where').textContent") == "level in [2]"
    heads = done.run("[...document.querySelectorAll('#compared tbody th')].map((one) => one.textContent)")
    assert {"instalment", "card", "not known"} <= set(heads)
    assert done.run("document.getElementById('impact').textContent")


@both
def test_in_persian_a_segment_of_all_but_some(done, by) -> None:
    if by == KEYBOARD:
        done.key("0", "ArrowDown", "Escape", "1", "p", "Enter", "ArrowLeft", "Space", "Tab", "Space")
        done.key("6", "Enter")
    else:
        done.choose("#language", "fa")
        done.click("[data-column='3']")
        done.click("fieldset .chip:nth-of-type(2)")
        done.click("fieldset .bits label input")
        done.click("#take-segment")
    assert done.run("document.documentElement.lang") == "fa"
    assert segment_of(done).where == "not (product in ['instalment'])"
