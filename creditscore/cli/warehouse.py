"""Commands that write SQL for a warehouse, with the columns that the files of a folder have."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from creditscore.cli._folder import Json
from creditscore.cli.ending import say
from creditscore.errors import ParameterError

if TYPE_CHECKING:
    from creditscore.features.definition import FeatureSet
    from creditscore.warehouse.warehouse import Warehouse

sql_app: typer.Typer = typer.Typer(
    help="SQL for a warehouse: features and scores where the data are.", no_args_is_help=True
)


class Dialect(StrEnum):
    """What is written for whom."""

    DUCKDB = "duckdb"
    POSTGRES = "postgres"
    SNOWFLAKE = "snowflake"
    BIGQUERY = "bigquery"
    SPARK = "spark"


Folder = Annotated[Path, typer.Argument(help="Folder with <table>.parquet, whose columns the warehouse has.")]
InDialect = Annotated[Dialect, typer.Option("--dialect", help="For which warehouse.")]
Out = Annotated[Path | None, typer.Option("--out", help="Write the query here, and not to the screen.")]
Zone = Annotated[str, typer.Option("--timezone", help="Zone of local days and months.")]


@sql_app.command("features")
def features(
    folder: Folder,
    dialect: InDialect = Dialect.DUCKDB,
    only: Annotated[list[str] | None, typer.Option("--only", help="A feature; may be repeated.")] = None,
    timezone: Zone = "UTC",
    out: Out = None,
    as_json: Json = False,
) -> None:
    """Write the built-in features that are written in SQL, or those that are named, as one query.

    Example: creditscore sql features data/ --dialect postgres --out features.sql
    """
    chosen = _features().select(only) if only else _features()
    query = _warehouse(folder, timezone).features_sql(chosen, dialect.value, leave_out=not only)
    _give(query, out, as_json=as_json)


@sql_app.command("score")
def score(
    folder: Folder,
    model: Annotated[Path, typer.Argument(help="Folder of a saved model.")],
    dialect: InDialect = Dialect.DUCKDB,
    timezone: Zone = "UTC",
    reasons: Annotated[bool, typer.Option("--reasons", help="Name the first reason too.")] = False,
    out: Out = None,
    as_json: Json = False,
) -> None:
    """Write a saved model as one query, from the tables to points and grade.

    Example: creditscore sql score data/ model/ --dialect postgres --out score.sql
    """
    from creditscore.scoring.loading import load_scoring_model

    scoring = load_scoring_model(model)
    query = _warehouse(folder, timezone).score_sql(scoring, dialect.value, reasons=reasons)
    _give(query, out, as_json=as_json)


@sql_app.command("coverage")
def coverage(
    as_json: Json = False,
) -> None:
    """List the built-in features that are not written in SQL, and why."""
    from creditscore.warehouse.coverage import sql_coverage

    found = sql_coverage(_features())
    lines = [f"{len(found.written)} features are written in SQL, {len(found.left_out)} are not:"]
    lines += [f"{name}: {reason}" for name, reason in found.left_out.items()]
    said = {"written": list(found.written), "left_out": dict(found.left_out)}
    say("\n".join(lines), said, as_json=as_json)


def _features() -> FeatureSet:
    from creditscore.pipeline.fitting import built_in_features

    return built_in_features()


def _warehouse(folder: Path, timezone: str) -> Warehouse:
    """The warehouse whose tables have the columns of the files of a folder."""
    from pyarrow.parquet import read_schema

    from creditscore.data.tables.contracts import APPLICATIONS, CONTRACTS
    from creditscore.warehouse.warehouse import Warehouse

    found = {path.stem: read_schema(path).names for path in sorted(folder.glob("*.parquet"))}
    applications = found.pop(APPLICATIONS.name, None)
    if applications is None:
        raise ParameterError(f"There is no {APPLICATIONS.name}.parquet in {str(folder)!r}. Add it.")
    tables = {name: columns for name, columns in found.items() if name in CONTRACTS}
    warehouse = Warehouse(tables, applications=applications, timezone=timezone)
    for hint in warehouse.hints:
        typer.echo(f"hint: {hint}", err=True)
    return warehouse


def _give(query: str, out: Path | None, *, as_json: bool) -> None:
    """Print a query, or write it to a file, which a program is told the name of."""
    if out is not None:
        out.write_text(query + "\n", encoding="utf-8")
        if as_json:
            say("", {"file": str(out)}, as_json=True)
    else:
        say(query, {"sql": query}, as_json=as_json)


def add_to(app: typer.Typer) -> None:
    """Give the command line these commands."""
    app.add_typer(sql_app, name="sql")
