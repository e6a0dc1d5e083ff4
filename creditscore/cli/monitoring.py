"""Commands that watch what comes in: bins of a reference, and each night's batch beside them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from creditscore._ground.files import read_bounded, write_whole
from creditscore.cli._folder import Json
from creditscore.cli.ending import FINDING, say

monitor_app = typer.Typer(
    help="Watch what comes in: learn bins once, then check each batch.", no_args_is_help=True
)

_MOST_BYTES = 1 << 26
_IDS = frozenset({"application_id", "applicant_id", "status"})

Batch = Annotated[Path, typer.Argument(help="Parquet file of scores, features or reasons, a column each.")]


@monitor_app.command("learn")
def learn(
    reference: Batch,
    out: Annotated[Path, typer.Option(help="File of the bins, as JSON.")],
    bins: Annotated[int, typer.Option(min=2, max=100, help="Bins of numbers, at most.")] = 10,
    as_json: Json = False,
) -> None:
    """Draw bins of a reference once, and keep them.

    Example: creditscore monitor learn training_scores.parquet --out bins.json
    """
    from creditscore.monitoring.drift import FrozenBins

    columns, left = _columns(reference)
    frozen = FrozenBins.learned(columns, bins=bins)
    write_whole(out, json.dumps(frozen.to_dict(), ensure_ascii=False).encode())
    text = f"{frozen!r}: {out}" + (f"; not watched: {', '.join(left)}" if left else "")
    say(text, {"file": str(out), "columns": list(frozen.names), "left_out": left}, as_json=as_json)


@monitor_app.command("check")
def check(
    frozen: Annotated[Path, typer.Argument(help="File that learn wrote.")],
    batch: Batch,
    level: Annotated[float, typer.Option(help="Chance of any alert without drift.")] = 0.01,
    as_json: Json = False,
) -> None:
    """Hold a batch against the bins; the exit status is 1 where a column moved.

    Example: creditscore monitor check bins.json tonight.parquet --json
    """
    from creditscore._ground.canonical import read_json
    from creditscore.monitoring.drift import FrozenBins

    kept = FrozenBins.from_dict(read_json(read_bounded(frozen, _MOST_BYTES).decode(), "The file of bins"))
    columns, _ = _columns(batch)
    table = kept.compare({name: part for name, part in columns.items() if name in kept.names}, level=level)
    say(str(table), table.to_dict(), as_json=as_json)
    if table.alerts:
        raise typer.Exit(FINDING)


def add_to(app: typer.Typer) -> None:
    """Give the command line these commands."""
    app.add_typer(monitor_app, name="monitor")


def _columns(path: Path) -> tuple[dict[str, Any], list[str]]:
    """Columns of numbers and of texts, and the names of all others but ids."""
    import pyarrow.types as kinds

    from creditscore.cli._folder import read_table

    table = read_table(path)
    found: dict[str, Any] = {}
    left = []
    for field in table.schema:
        column = table[field.name].combine_chunks()
        if kinds.is_dictionary(field.type):
            column = column.dictionary_decode()
        if field.name in _IDS:
            continue
        if kinds.is_floating(column.type) or kinds.is_integer(column.type):
            found[field.name] = column.cast("double").to_numpy(zero_copy_only=False)
        elif kinds.is_boolean(column.type):
            found[field.name] = column.cast("int8").cast("double").to_numpy(zero_copy_only=False)
        elif kinds.is_string(column.type) or kinds.is_large_string(column.type):
            found[field.name] = column.to_pylist()
        else:
            left.append(field.name)
    return found, left
