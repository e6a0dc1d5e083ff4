"""Every command shows an example in its help, and the command line takes each as it stands."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from typing import Any

import pytest
from typer.main import get_command
from typer.testing import CliRunner

from creditscore.cli.app import app
from creditscore.cli.examples import EXAMPLES

runner = CliRunner()


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


def test_help_says_what_the_exit_statuses_mean() -> None:
    shown = runner.invoke(app, ["--help"], env={"TERM": "dumb", "COLUMNS": "200"}).output
    shown = " ".join(shown.split())
    for said in ("0 done", "1 a finding", "2 a wrong option", "3 data", "4 a fault"):
        assert said in shown


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_a_shell_can_ask_what_may_follow(shell, monkeypatch) -> None:
    asked = {"_CREDITSCORE_COMPLETE": f"complete_{shell}", "COMP_WORDS": "creditscore led", "COMP_CWORD": "1"}
    asked |= {"_TYPER_COMPLETE_ARGS": "creditscore led", "_TYPER_COMPLETE_FISH_ACTION": "get-args"}
    shown = runner.invoke(app, [], prog_name="creditscore", env=asked).output
    assert "ledger" in shown
