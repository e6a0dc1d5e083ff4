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
    from creditscore.deciding.installed import lock_lines, lock_sha256

    checks = examine()
    lacking = [check for check in checks if not check.passed and check.needed]
    lock = {"sha256": lock_sha256(), "packages": list(lock_lines())}
    found = {"passed": not lacking, "checks": [check.to_dict() for check in checks], "lock": lock}
    lines = [*map(_line, checks), f"lock     {lock['sha256']}", *(f"         {one}" for one in lock_lines())]
    say("\n".join(lines), found, as_json=as_json)
    if lacking:
        raise typer.Exit(FINDING)


def add_to(app: typer.Typer) -> None:
    """Give the command line this command."""
    app.command()(doctor)


def _line(check: Check) -> str:
    mark = "ok     " if check.passed else "LACKING" if check.needed else "without"
    return f"{mark}  {check.name}: {check.found}{'' if check.passed else f' {check.remedy}'}"
