"""What is installed in production is pinned with hashes, and the container changes nothing of itself."""

from __future__ import annotations

import re
import tomllib

import pytest
from packaging.requirements import Requirement
from typer.testing import CliRunner

from creditscore.cli.app import app
from tests.house.source import ROOT

LOCKS = ("service", "all", "tools")
EXTRAS = {"service": ("cli", "serve"), "all": ("all",)}
PINNED = re.compile(r"^([\w.-]+)==([\w.]+)(?: ; [^\\]+)? \\$")
HASH = re.compile(r"^    --hash=sha256:[0-9a-f]{64}(?: \\)?$")


def locked(name: str) -> dict[str, set[str]]:
    """Versions of each package of a lock, every one with hashes; nothing else stands in it."""
    found: dict[str, set[str]] = {}
    hashes: list[int] = []
    for line in (ROOT / "locks" / f"{name}.txt").read_text(encoding="utf-8").splitlines():
        if pinned := PINNED.match(line):
            found.setdefault(plain(pinned[1]), set()).add(pinned[2])
            hashes.append(0)
        elif HASH.match(line):
            hashes[-1] += 1
        else:
            assert line.lstrip().startswith("# "), line
    assert len(found) >= 10
    assert min(hashes) > 0
    return found


def plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def declared(extras: tuple[str, ...]) -> list[Requirement]:
    """What the project needs with some extras, those that extras name among them."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    of_extras, found, seen = project["optional-dependencies"], list(project["dependencies"]), set()
    todo = list(extras)
    while todo:
        extra = todo.pop()
        if extra not in seen:
            seen.add(extra)
            own = [one for one in of_extras[extra] if one.startswith("creditscore[")]
            todo += [name for one in own for name in Requirement(one).extras]
            found += [one for one in of_extras[extra] if one not in own]
    return [Requirement(one) for one in found]


@pytest.mark.parametrize("name", LOCKS)
def test_every_package_of_a_lock_has_hashes(name):
    locked(name)


@pytest.mark.parametrize("name", EXTRAS)
def test_a_lock_holds_what_is_declared(name):
    pinned = locked(name)
    for requirement in declared(EXTRAS[name]):
        versions = pinned.get(plain(requirement.name), set())
        assert versions, f"{requirement} is not in locks/{name}.txt: run make lock"
        assert all(requirement.specifier.contains(one, prereleases=True) for one in versions), requirement


def test_tools_are_those_that_are_named():
    named = (ROOT / "locks" / "tools.in").read_text(encoding="utf-8").split()
    assert {plain(one) for one in named} <= set(locked("tools"))


def test_the_container_installs_by_hash_warms_and_runs_as_nobody():
    text = (ROOT / "Containerfile").read_text(encoding="utf-8").replace("\\\n", " ")
    steps = [line.split(maxsplit=1) for line in text.splitlines() if line and not line.startswith("#")]
    build, last = (text.split("FROM ${BASE}")[part] for part in (1, 2))
    fetched = re.findall(r"pip install [^&\n]+", build)
    assert len(fetched) == 3
    safe = ("--require-hashes --only-binary :all:", "--no-deps --no-index")
    assert all(any(flags in one for flags in safe) for one in fetched)
    assert build.rstrip().endswith("creditscore warmup")
    assert CliRunner().invoke(app, ["warmup", "--help"]).exit_code == 0
    assert CliRunner().invoke(app, ["serve", "--help"]).exit_code == 0
    assert re.search(r"^USER [1-9]\d+$", last, re.MULTILINE)
    assert "pip" not in last
    assert not {"ADD", "VOLUME"} & {word for word, _ in steps}
    given = [rest.split() for step, rest in steps if step == "COPY" and "--from" not in rest]
    copied = [word for words in given for word in words[:-1]]
    kept = (ROOT / ".containerignore").read_text(encoding="utf-8").splitlines()
    assert {f"!{name}" for name in copied} == {line for line in kept if line.startswith("!")}
    assert all((ROOT / name).exists() for name in copied)
