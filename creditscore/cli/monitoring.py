"""Commands that watch what comes in: bins of a reference, and each night's batch beside them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from creditscore._ground.files import read_bounded, write_whole
from creditscore._ground.locking import locked
from creditscore.cli import _report_options as options
from creditscore.cli._folder import (
    DateCalendar,
    Dates,
    DigitKind,
    DigitKinds,
    Json,
    PseudonymsKey,
    Read,
    StandingsKey,
    Timezone,
)
from creditscore.cli.ending import FINDING, say

if TYPE_CHECKING:
    from creditscore.monitoring.drift import FrozenBins
    from creditscore.monitoring.watch import Watch

monitor_app: typer.Typer = typer.Typer(
    help="Watch what comes in: learn bins once, then check each batch.", no_args_is_help=True
)

_MOST_BYTES = 1 << 26
_IDS = frozenset({"application_id", "applicant_id", "status"})

State = Annotated[Path, typer.Argument(help="File of the watch, as JSON.")]
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
    kept = _bins(frozen)
    table = kept.compare(_watched(batch, kept), level=level)
    say(str(table), table.to_dict(), as_json=as_json)
    if table.alerts:
        raise typer.Exit(FINDING)


@monitor_app.command("start")
def start(
    frozen: Annotated[Path, typer.Argument(help="File that learn wrote.")],
    state: State,
    settings: Annotated[
        Path | None, typer.Option(help="JSON with level, moved, shifted, and columns of their own limits.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Begin to watch: keep the bins with the limits, and what was found so far, in one file.

    Example: creditscore monitor start bins.json watch.json --settings limits.json
    """
    from creditscore.errors import ArtefactError
    from creditscore.monitoring.settings import WatchSettings
    from creditscore.monitoring.watch import Watch

    chosen = None if settings is None else WatchSettings.from_dict(_read(settings, "The file of settings"))
    watch = Watch.begun(_bins(frozen), chosen)
    try:
        write_whole(state, _state_bytes(watch), new=True)
    except FileExistsError as error:
        why = f"{state} is there already, with what was found so far. Give another name."
        raise ArtefactError(why) from error
    say(f"{watch!r}: {state}", {"file": str(state), "columns": list(watch.bins.names)}, as_json=as_json)


@monitor_app.command("look")
def look(
    state: State,
    batch: Batch,
    at: Annotated[str, typer.Option(help="When the batch came in: ISO 8601 with a zone.")],
    out: options.Out = None,
    language: options.InLanguage = "en",
    calendar: options.InCalendar = options.Calendar.GREGORIAN,
    as_json: Json = False,
) -> None:
    """Look at the next batch and keep what was found; the exit status is 1 while an alert stands.

    Example: creditscore monitor look watch.json tonight.parquet --at 2026-11-29T02:00:00Z --out page.html
    """
    with locked(state):
        watch = _state(state)
        seen = watch.look(_watched(batch, watch.bins), at=at)
        if out is not None:
            from creditscore.report.monitoring import monitoring_report

            monitoring_report(watch=seen, language=language, calendar=calendar.value).save(out)
        write_whole(state, _state_bytes(seen))
    found = seen.to_dict()
    said = {name: found[name] for name in ("table", "alerts", "ended")} | {"looks": len(seen.looks)}
    say(str(seen), said, as_json=as_json)
    if seen.alerts:
        raise typer.Exit(FINDING)


@monitor_app.command("report")
def report(
    state: Annotated[Path | None, typer.Option("--watch", help="File that start wrote.")] = None,
    folder: Annotated[
        Path | None, typer.Option("--portfolio", help="Folder of tables, for vintages and roll rates.")
    ] = None,
    as_of: Annotated[str | None, typer.Option(help="What of the tables was known before: ISO 8601.")] = None,
    out: options.Out = None,
    language: options.InLanguage = "en",
    calendar: options.InCalendar = options.Calendar.GREGORIAN,
    sign_with: options.SignWith = None,
    standings_key: StandingsKey = None,
    timezone: Timezone = None,
    dates_in: Dates = DateCalendar.GREGORIAN,
    digits: DigitKinds = DigitKind.LATIN,
    pseudonyms_key: PseudonymsKey = None,
    as_json: Json = False,
) -> None:
    """Write the page of a watch, of the vintages and roll rates of a portfolio, or of both.

    Example: creditscore monitor report --watch watch.json --portfolio data/ --as-of 2026-11-29T00:00:00Z
    """
    from creditscore.cli._folder import read_portfolio
    from creditscore.cli.reports import give
    from creditscore.errors import ParameterError
    from creditscore.monitoring.rolls import roll_rates
    from creditscore.monitoring.vintages import vintages
    from creditscore.report.monitoring import monitoring_report

    if (folder is None) is not (as_of is None):
        raise ParameterError("--portfolio and --as-of go together. Give both, or neither.")
    table, rolls = None, None
    if folder is not None and as_of is not None:
        read = Read(timezone, dates_in, digits, pseudonyms_key)
        portfolio = read_portfolio(folder, read=read, standings_key=standings_key)
        table, rolls = vintages(portfolio, as_of), roll_rates(portfolio, as_of)
    watch = None if state is None else _state(state)
    made = monitoring_report(
        watch=watch, vintages=table, rolls=rolls, language=language, calendar=calendar.value
    )
    give(options.signed(made, sign_with), out, as_json=as_json)


def add_to(app: typer.Typer) -> None:
    """Give the command line these commands."""
    app.add_typer(monitor_app, name="monitor")


def _read(path: Path, what: str) -> Any:
    from creditscore._ground.canonical import read_json

    return read_json(read_bounded(path, _MOST_BYTES), what)


def _bins(path: Path) -> FrozenBins:
    from creditscore.monitoring.drift import FrozenBins

    return FrozenBins.from_dict(_read(path, "The file of bins"))


def _state(path: Path) -> Watch:
    from creditscore.monitoring.watch import Watch

    return Watch.from_dict(_read(path, "The file of the watch"))


def _state_bytes(watch: Watch) -> bytes:
    return json.dumps(watch.to_dict(), ensure_ascii=False).encode()


def _watched(batch: Path, bins: FrozenBins) -> dict[str, Any]:
    return {name: part for name, part in _columns(batch)[0].items() if name in bins.names}


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
