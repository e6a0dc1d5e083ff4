"""Importing the library costs little and changes nothing in the process that imports it."""

from __future__ import annotations

import subprocess
import sys

import pytest

from creditscore._ground.extras import needs
from creditscore.errors import MissingExtraError
from tests.house.source import ROOT

HEAVY = {
    "pandas",
    "pyarrow",
    "narwhals",
    "polars",
    "sklearn",
    "scipy",
    "lightgbm",
    "shap",
    "numba",
    "networkx",
    "matplotlib",
    "typer",
    "rich",
}


def run(code: str) -> str:
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", code], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_import_is_light():
    loaded = run("import sys, creditscore; print(*sys.modules)").split()
    assert "creditscore" in loaded
    assert not HEAVY & set(loaded)


def test_import_leaves_the_process_as_it_was():
    run(
        "import logging, os, threading, warnings\n"
        "def state():\n"
        "    filters, handlers = list(warnings.filters), list(logging.root.handlers)\n"
        "    return filters, handlers, dict(os.environ), threading.active_count()\n"
        "before = state()\n"
        "import creditscore\n"
        "assert before == state()\n"
        "loggers = [n for n in logging.root.manager.loggerDict if n.startswith('creditscore')]\n"
        "assert not any(logging.getLogger(n).handlers for n in loggers), loggers\n"
    )


def test_import_prints_nothing():
    assert not run("import creditscore")


def test_every_public_name_is_there_without_the_extras():
    """A bare install has neither typer, rich nor matplotlib."""
    run(
        "import sys\n"
        "for name in ('typer', 'rich', 'matplotlib', 'polars', 'duckdb'):\n"
        "    sys.modules[name] = None\n"
        "import creditscore\n"
        "for name in creditscore.__all__:\n"
        "    getattr(creditscore, name)\n"
        "import creditscore.plots\n"
    )


@pytest.mark.parametrize("package", ["typer", "rich"])
def test_the_command_names_its_extra_in_one_sentence(package):
    code = f"import sys; sys.modules[{package!r}] = None; from creditscore.cli import main; main()"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "pip install 'creditscore[cli]'" in done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert not done.stdout


def test_a_missing_package_names_caller_and_extra(monkeypatch):
    monkeypatch.setitem(sys.modules, "rich", None)
    with (
        pytest.raises(MissingExtraError, match=r"table needs 'rich'.*pip install 'creditscore\[cli\]'"),
        needs("table", package="rich", extra="cli"),
    ):
        import rich.table  # noqa: F401


def test_another_failed_import_is_not_hidden(monkeypatch):
    monkeypatch.setitem(sys.modules, "colorsys", None)
    with (
        pytest.raises(ModuleNotFoundError, match="colorsys") as caught,
        needs("x", package="rich", extra="cli"),
    ):
        import colorsys  # noqa: F401
    assert not isinstance(caught.value, MissingExtraError)
