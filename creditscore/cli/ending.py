"""How a command ends: one sentence for a person, or one object for a program, and an exit status."""

from __future__ import annotations

import json
import os
import sys
import traceback
from collections.abc import Callable
from typing import Any, Final

from creditscore.errors import (
    ContractError,
    CreditScoreError,
    MissingExtraError,
    NameUnknownError,
    ParameterError,
)

FINDING, USAGE, DATA, INTERNAL = 1, 2, 3, 4
KINDS: Final = {FINDING: "finding", USAGE: "usage", DATA: "data", INTERNAL: "internal"}
AS_JSON: Final = "--json"
# Set it to see where a fault of the library came from.
_TRACE: Final = "CREDITSCORE_TRACEBACK"
_INTERRUPTED: Final = 130


def run_to_the_end(run: Callable[[], Any]) -> None:
    """Run a command and end the process; whatever goes wrong is one sentence and an exit status.

    Parameters
    ----------
    run : callable
    """
    try:
        run()
    except SystemExit as stopped:
        if stopped.code == USAGE and _is_json():
            _print_json({"exit_status": USAGE, "kind": KINDS[USAGE], "message": "see standard error"})
        raise
    except KeyboardInterrupt:
        raise SystemExit(_INTERRUPTED) from None
    except BrokenPipeError:  # whoever read our output has read enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise SystemExit(0) from None
    except Exception as error:  # noqa: BLE001 - a person gets a sentence, whatever it was
        raise SystemExit(_tell(error)) from None


def say(text: str, data: dict[str, Any], *, as_json: bool) -> None:
    """Print a result: the text for a person, or the data for a program."""
    if as_json:
        _print_json(data)
    else:
        _print(text, sys.stdout)


def status_of(error: Exception) -> int:
    """Return the exit status that an error stands for.

    Examples
    --------
    >>> status_of(ParameterError("x")), status_of(ContractError([])), status_of(KeyError("x"))
    (2, 3, 4)
    """
    if isinstance(error, ParameterError | NameUnknownError | MissingExtraError):
        return USAGE
    return DATA if isinstance(error, CreditScoreError | OSError) else INTERNAL


def _is_json() -> bool:
    return AS_JSON in sys.argv[1:]


def _tell(error: Exception) -> int:
    status = status_of(error)
    message = _message(error)
    if status == INTERNAL:
        if os.environ.get(_TRACE):
            traceback.print_exception(error)
        message = (
            f"This is a fault of creditscore itself: {message} Please report it; {_TRACE}=1 shows where."
        )
    if _is_json():
        found: dict[str, Any] = {"exit_status": status, "kind": KINDS[status], "message": message}
        if isinstance(error, ContractError):
            found["problems"] = [
                {"table": p.table, "column": p.column, "rule": p.rule, "rows": p.rows, "remedy": p.remedy}
                for p in error.problems
            ]
        _print_json(found)
    else:
        _print(f"error {message}", sys.stderr)
    return status


def _message(error: Exception) -> str:
    if isinstance(error, CreditScoreError):
        return str(error)
    if isinstance(error, OSError):
        return f"{error.filename or 'A file'} cannot be used: {error.strerror or error}."
    return f"{type(error).__name__}: {' '.join(str(error).split())[:300]}."


def _print_json(data: dict[str, Any]) -> None:
    _print(json.dumps(data, ensure_ascii=False, sort_keys=True, default=str), sys.stdout)


def _print(text: str, stream: Any) -> None:
    """Print on any terminal: what its encoding cannot show stands as an escape."""
    encoding = getattr(stream, "encoding", None) or "utf-8"
    stream.write(text.encode(encoding, "backslashreplace").decode(encoding) + "\n")
    stream.flush()
