"""A page of made-up applications, and a browser that stays open."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

import creditscore as cs
from tests.dashboard.chromium import Chromium
from tests.dashboard.worlds import BY, rows

READY = "document.getElementById('status')?.textContent"


@pytest.fixture(scope="package")
def browser(tmp_path_factory) -> Iterator[Chromium]:
    with Chromium(tmp_path_factory.mktemp("downloads")) as opened:
        opened.size(1280, 900)
        yield opened


@pytest.fixture(scope="package")
def policy() -> cs.Policy:
    rule = cs.DeclineRule("too_much", "P01", "amount", ">", 9000, {"en": "The amount is too large"})
    return cs.Policy("loans", "7", cutoff=652, rules=(rule,), refer_below=670)


@pytest.fixture(scope="package")
def made(policy) -> cs.Dashboard:
    given = {"bad": "bad", "decision": "decision", "amount": "amount", "policy": policy}
    return cs.make_dashboard(rows(6000), by=BY, **given)


@pytest.fixture(scope="package")
def page(made, tmp_path_factory) -> Path:
    file = tmp_path_factory.mktemp("page") / "page.html"
    made.save(file)
    return file


@pytest.fixture
def opened(browser, page) -> Chromium:
    browser.errors.clear()
    browser.open(page, READY)
    browser.actions = 0
    return browser
