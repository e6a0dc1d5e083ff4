"""Fixtures that every test may ask for."""

from __future__ import annotations

import gc
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.people import AS_EVER, KINDS, VARIABLE, rename_at_the_door

ROOT = Path(__file__).resolve().parent.parent
REAL_DATA = ROOT.parent / "shared" / "data"

# Folders whose files share what takes seconds to make: one process makes it, once, for all of them.
TOGETHER = frozenset(
    "tests/" + name
    for name in (
        "law", "parties", "pipeline", "privacy", "recourse", "report", "service", "simulate", "verify"
    )
)  # fmt: skip

# Compiling a kernel takes seconds the first time and nothing later, so hypothesis must not judge speed.
# In continuous integration the examples are the same in every run.
settings.register_profile(
    "house", deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize="CI" in os.environ
)
settings.load_profile("house")


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let a run call people otherwise."""
    parser.addoption("--ids", choices=KINDS, help="What ids of people are called.")


def pytest_configure(config: pytest.Config) -> None:
    """Say it to every process of the run, and rename whoever comes through the door of this one.

    The collector of garbage rests until all tests are collected: what is made until then stays.
    """
    gc.disable()
    kind = config.getoption("--ids") or AS_EVER
    if kind != AS_EVER:
        os.environ[VARIABLE] = kind
        rename_at_the_door(kind)


@pytest.fixture(scope="session")
def root() -> Path:
    """Folder of the project."""
    return ROOT


@pytest.fixture(scope="session")
def real_data() -> Callable[[str], Path]:
    """Find a file of the real data sets, such as ``real_data("taiwan/clients.parquet")``, or skip."""

    def find(name: str) -> Path:
        path = REAL_DATA / name
        if not path.exists():
            pytest.skip(f"{name} is not there: the real data sets do not travel with the project")
        return path

    return find


def unit_of(nodeid: str) -> str:
    """Return what one process takes whole: a file, or a folder whose files share what is costly."""
    file = nodeid.split("::", 1)[0]
    folder = "/".join(file.split("/")[:2])
    return folder if folder in TOGETHER else file


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Among several processes: the longest first, so that none is left alone with one of them at the end.

    Under other ids, tests are left out that compare ids with what they gave.
    """
    if config.getoption("--ids") not in (None, AS_EVER):
        left_out = [item for item in items if item.get_closest_marker("as_given")]
        items[:] = [item for item in items if item not in left_out]
        config.hook.pytest_deselected(items=left_out)
    if not hasattr(config, "workerinput"):
        return
    long = {unit_of(item.nodeid) for item in items if item.get_closest_marker("long")}
    units = list(dict.fromkeys(unit_of(item.nodeid) for item in items))
    rank = {unit: (unit not in long, unit not in TOGETHER, place) for place, unit in enumerate(units)}
    items.sort(key=lambda item: rank[unit_of(item.nodeid)])


def pytest_collection_finish() -> None:
    """Let the collector of garbage pass over what stays to the end: a million nodes of syntax trees, say."""
    meet_hypothesis()
    gc.freeze()
    gc.enable()


@settings(max_examples=1, database=None, derandomize=True)
@given(st.none())
def meet_hypothesis(_: None) -> None:
    """Let hypothesis keep its generator while the collector still sees who refers to it: later it warns."""


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Hand out units in the order of the collection; pytest-xdist knows files and folders, not both."""
    if config.getvalue("dist") != "loadfile":
        return None
    from xdist.scheduler import LoadScopeScheduling

    class ByUnit(LoadScopeScheduling):
        _split_scope = staticmethod(unit_of)

    config.option.loadscopereorder = False
    return ByUnit(config, log)
