"""The command that says what a machine lacks."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from creditscore.cli._folder import Json
from creditscore.cli.ending import FINDING, say

if TYPE_CHECKING:
    from creditscore.cli.machine import Check


def doctor(*, as_json: Json = False) -> None:
    """Say what this machine has and lacks: packages, a place for compiled kernels, zones, fonts."""
    from creditscore.cli.machine import examine

    checks = examine()
    lacking = [check for check in checks if not check.passed and check.needed]
    found = {"passed": not lacking, "checks": [check.to_dict() for check in checks]}
    say("\n".join(_line(check) for check in checks), found, as_json=as_json)
    if lacking:
        raise typer.Exit(FINDING)


def add_to(app: typer.Typer) -> None:
    """Give the command line this command."""
    app.command()(doctor)


def _line(check: Check) -> str:
    mark = "ok     " if check.passed else "LACKING" if check.needed else "without"
    return f"{mark}  {check.name}: {check.found}{'' if check.passed else f' {check.remedy}'}"
