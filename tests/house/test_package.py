"""What is installed is what is meant: data and types travel, tests and caches do not; bounds are tested."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
import zipfile

import pytest
from packaging.requirements import Requirement
from packaging.version import Version

from tests.house.source import PACKAGE, ROOT


@pytest.fixture(scope="module")
def project() -> dict:
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def wheel(tmp_path_factory) -> list[str]:
    folder = tmp_path_factory.mktemp("wheel")
    built = subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert built.returncode == 0, built.stderr
    with zipfile.ZipFile(next(folder.glob("*.whl"))) as archive:
        return archive.namelist()


def test_the_wheel_holds_the_whole_package_and_nothing_else(wheel):
    inside = {name for name in wheel if ".dist-info/" not in name}
    here = {
        path.relative_to(ROOT).as_posix()
        for path in PACKAGE.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    assert inside == here
    assert "creditscore/py.typed" in inside
    assert any(name.endswith("licenses/LICENSE") for name in wheel)


def test_each_lower_bound_is_the_version_that_is_tested(project):
    extras = project["project"]["optional-dependencies"]
    declared = [*project["project"]["dependencies"], *extras["cli"], *extras["plots"]]
    lines = (ROOT / "constraints-minimum.txt").read_text(encoding="utf-8").splitlines()
    pinned = {
        r.name: next(iter(r.specifier)).version
        for line in lines
        if not line.startswith("#")
        for r in [Requirement(line)]
    }
    for requirement in map(Requirement, declared):
        (bound,) = requirement.specifier
        assert bound.operator == ">="
        assert Version(pinned[requirement.name]) == Version(bound.version), requirement


def test_the_extra_all_holds_every_extra_for_users(project):
    extras = project["project"]["optional-dependencies"]
    (everything,) = map(Requirement, extras["all"])
    # ortools, which optbinning needs, what sends traces, and openmined-psi pin protobufs that cannot live
    # together.
    # A foundation model brings torch, and Spark an engine, each larger than everything else together.
    # MLflow brings a client of Databricks, deltalake an engine of its own.
    apart = {"all", "dev", "docs", "delta", "scorecard", "foundation", "mlflow", "spark", "traces"}
    assert everything.extras == set(extras) - apart


def test_every_target_that_is_not_a_file_is_declared_phony():
    text = (ROOT / "Makefile").read_text(encoding="utf-8")
    phony = set(re.search(r"^\.PHONY: (.+)$", text, re.MULTILINE)[1].split())
    targets = set(re.findall(r"^([a-z][a-z-]*):", text, re.MULTILINE))
    assert targets == phony
    listed = set(re.findall(r"@echo 'make ([a-z-]+)", text))
    assert listed == phony - {"help"}


def test_the_continuous_integration_runs_every_test_and_the_quick_ones_on_the_oldest_packages():
    script = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    assert 'make test MARK="long or not long"' in script
    assert re.search(r"^make test-minimum$", script, re.MULTILINE)
    assert "set -euo pipefail" in script
