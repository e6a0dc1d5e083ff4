"""The command line: the only part of the library that talks to a person.

Exit status: 0 all is well, 1 something was found to be wrong with what was checked, 2 the command was called
wrongly, 3 the data or files are not what they should be, 4 the library has a fault of its own.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from creditscore.cli.ending import run_to_the_end

__all__ = ["main"]


def main(run: Callable[[], Any] | None = None) -> None:
    """Run the command line, by the arguments of the process, and end the process."""
    run_to_the_end(run or _run_app)


def _run_app() -> None:
    from creditscore.cli.app import app

    app()
