"""Command that makes a simulated portfolio."""

from __future__ import annotations

import json
from dataclasses import fields
from pathlib import Path
from typing import Annotated, Any

import typer

from creditscore.cli._folder import Json
from creditscore.cli.ending import say
from creditscore.errors import NameUnknownError, ParameterError


def simulate(
    out: Annotated[Path, typer.Option(help="New folder: one Parquet file a table.")],
    people: Annotated[int, typer.Option(help="How many people; each applies once or more often.")] = 20_000,
    seed: Annotated[int, typer.Option(help="0 or more; the same seed gives the same files.")] = 0,
    dial: Annotated[
        list[str] | None,
        typer.Option(help="Any other dial as NAME=VALUE, such as homophily=0.8; may be repeated."),
    ] = None,
    truth: Annotated[
        Path | None,
        typer.Option(help="Parquet file for what is true of people; two more beside it; outside the folder."),
    ] = None,
    timezone: Annotated[str | None, typer.Option(help="Zone that people live in; a dial, too.")] = None,
    as_json: Json = False,
) -> None:
    """Make a portfolio of made-up people whose truth is known."""
    from creditscore.simulate.folder import check_apart, save_tables, save_truth
    from creditscore.simulate.generate import simulate_with_truth

    config = _config(people, [*(dial or []), *([] if timezone is None else [f"timezone={timezone}"])])
    if truth is not None:
        check_apart(truth, out)
    made, known = simulate_with_truth(config, seed=seed)
    written = save_tables(made, out)
    if truth is not None:
        written += save_truth(known, truth, apart_from=out)
    text = f"{made}\n{len(written)} files written, tables to {out}"
    say(text, {"files": [str(file) for file in written], "seed": seed, "people": people}, as_json=as_json)


def _config(people: int, dials: list[str]) -> Any:
    from creditscore.simulate.config import SimulationConfig

    names = [field.name for field in fields(SimulationConfig)]
    chosen: dict[str, Any] = {"people": people}
    for dial in dials:
        name, equals, value = dial.partition("=")
        if not equals:
            raise ParameterError.must_be("dial", "NAME=VALUE", dial)
        if name not in names:
            raise NameUnknownError.among("dial", name, names)
        chosen[name] = _value(value)
    return SimulationConfig(**chosen)


def _value(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return text


def add_to(app: typer.Typer) -> None:
    """Give the command line this command."""
    app.command()(simulate)
