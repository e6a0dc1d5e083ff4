"""The command line: the only part of the library that talks to a person."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from creditscore.errors import CreditScoreError, MissingExtraError

try:
    import typer
    from rich.console import Console
except ImportError as error:
    raise MissingExtraError.needed_by("creditscore.cli", error.name or "typer", "cli") from error

from creditscore.cli import basics, decisions, ledgers, measures, reports, simulating

app = typer.Typer(
    help="Credit scores from payments, repayments and other alternative data.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
for _commands in (basics, decisions, ledgers, measures, reports, simulating):
    _commands.add_to(app)


def main(run: Callable[[], Any] = app) -> None:
    """Run the command line; an error of the library is one line, not a traceback."""
    try:
        run()
    except CreditScoreError as error:
        Console(stderr=True).print(f"[bold red]error[/] {error}", highlight=False)
        raise SystemExit(1) from error
