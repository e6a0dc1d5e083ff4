"""Every command shows an example in its help, and the command line takes each as it stands."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.main import get_command
from typer.testing import CliRunner

from creditscore.cli.app import app
from creditscore.cli.ending import KINDS
from creditscore.cli.examples import EXAMPLES

runner = CliRunner()
ROOT = Path(__file__).parents[2]


def commands(group: Any, before: tuple[str, ...] = ()) -> Iterator[tuple[str, Any]]:
    for name, one in group.commands.items():
        if hasattr(one, "commands"):
            yield from commands(one, (*before, name))
        else:
            yield " ".join((*before, name)), one


ALL = dict(commands(get_command(app)))


def examples(name: str, help_text: str) -> list[str]:
    """The words after `creditscore` in the help of a command, a line that goes on joined."""
    text = help_text.replace("\\\n", " ")
    lines = [line for line in text.splitlines() if f"creditscore {name}" in line]
    return [line.partition("creditscore ")[2].partition(" | ")[0] for line in lines]


def test_there_is_no_example_of_a_command_that_is_gone() -> None:
    assert set(EXAMPLES) <= set(ALL)


@pytest.mark.parametrize("name", ALL)
def test_the_command_line_takes_the_example_of_each_command(name) -> None:
    command = ALL[name]
    found = examples(name, f"{command.help or ''}\n{command.epilog or ''}")
    assert found, f"creditscore {name} --help shows no example: add one to cli/examples.py"
    given = shlex.split(found[0])
    assert given[: len(name.split())] == name.split()
    with command.make_context(name, given[len(name.split()) :]) as read:
        assert read.params


def written(page: Path) -> list[str]:
    """The commands of this library in the blocks of a page, a line that goes on joined."""
    blocks = page.read_text(encoding="utf-8").split("```")[1::2]
    lines = [line.strip() for block in blocks for line in block.replace("\\\n", " ").splitlines()]
    return [line for line in lines if line.startswith("creditscore ")]


PAGES = sorted(page for page in (ROOT / "README.md", *(ROOT / "docs").rglob("*.md")) if written(page))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_the_command_line_takes_every_command_in_the_docs(page: Path) -> None:
    for line in written(page):
        given = shlex.split(line.partition(" | ")[0].partition(" > ")[0], comments=True)[1:]
        size = next((n for n in (2, 1) if " ".join(given[:n]) in ALL), 0)
        assert size, f"{line}: there is no such command"
        name = " ".join(given[:size])
        with ALL[name].make_context(name, given[size:]) as read:
            assert read.params, line


def test_help_says_what_the_exit_statuses_mean() -> None:
    shown = runner.invoke(app, ["--help"], env={"TERM": "dumb", "COLUMNS": "200"}).output
    shown = " ".join(shown.split())
    for said in ("0 done", "1 a finding", "2 a wrong option", "3 data", "4 a fault"):
        assert said in shown


def test_the_page_lists_every_exit_status() -> None:
    page = (ROOT / "docs" / "operations.md").read_text("utf-8")
    listed = dict(re.findall(r"^\| (\d+) \| (\w*) ?\| ", page, re.MULTILINE))
    assert listed == {"0": "", **{str(status): kind for status, kind in KINDS.items()}, "130": ""}


# They do not end by themselves; what they tell goes to their log, an object a line.
NEVER_END = {"serve", "stream run"}


def test_every_command_gives_its_result_to_a_program() -> None:
    silent = {name for name, one in ALL.items() if not any("--json" in each.opts for each in one.params)}
    assert silent == NEVER_END


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_a_shell_can_ask_what_may_follow(shell, monkeypatch) -> None:
    asked = {"_CREDITSCORE_COMPLETE": f"complete_{shell}", "COMP_WORDS": "creditscore led", "COMP_CWORD": "1"}
    asked |= {"_TYPER_COMPLETE_ARGS": "creditscore led", "_TYPER_COMPLETE_FISH_ACTION": "get-args"}
    shown = runner.invoke(app, [], prog_name="creditscore", env=asked).output
    assert "ledger" in shown
