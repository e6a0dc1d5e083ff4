"""Commands that make reports: of a model as a whole, and of one decision."""

from __future__ import annotations

import sys
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import numpy as np
import typer

from creditscore.cli._folder import (
    DateCalendar,
    Dates,
    DigitKind,
    DigitKinds,
    Json,
    Read,
    StandingsKey,
    Timezone,
)
from creditscore.cli.ending import say
from creditscore.errors import ContractError, NameUnknownError, ParameterError, Problem
from creditscore.words.languages import LANGUAGES, Language

if TYPE_CHECKING:
    from creditscore.data.applications import Applications
    from creditscore.data.portfolio import Portfolio
    from creditscore.report.document import Report


class Calendar(StrEnum):
    """Calendar of the dates on a page."""

    GREGORIAN = "gregorian"
    JALALI = "jalali"


class Audience(StrEnum):
    """Who reads a decision report."""

    SUBJECT = "subject"
    AUDITOR = "auditor"


def _language(text: str) -> Language:
    for language in LANGUAGES:
        if text == language:
            return language
    raise typer.BadParameter(f"one of {', '.join(LANGUAGES)}")


Model = Annotated[Path, typer.Argument(help="Folder that save() wrote.")]
Folder = Annotated[Path, typer.Option("--portfolio", help="Folder with applications.parquet and the tables.")]
Out = Annotated[Path | None, typer.Option(help="File.html, .pdf or .json; default: JSON on standard output.")]
InLanguage = Annotated[
    Language, typer.Option(parser=_language, metavar=f"[{'|'.join(LANGUAGES)}]", help="Language of the page.")
]
InCalendar = Annotated[Calendar, typer.Option(help="Calendar of the dates on the page.")]
Threads = Annotated[int | None, typer.Option(min=1, help="Default: one a processor.")]


def report(
    model: Model,
    folder: Folder,
    out: Out = None,
    language: InLanguage = "en",
    calendar: InCalendar = Calendar.GREGORIAN,
    purpose: Annotated[str, typer.Option(help="What the model is for.")] = "",
    population: Annotated[str, typer.Option(help="Whom it may judge.")] = "",
    target: Annotated[str, typer.Option(help="What counts as bad.")] = "",
    refits: Annotated[int, typer.Option(min=0, help="Models fitted again, to try the reasons.")] = 3,
    segment: Annotated[str | None, typer.Option(help="Column of applications to part by.")] = None,
    standings_key: StandingsKey = None,
    timezone: Timezone = None,
    dates_in: Dates = DateCalendar.GREGORIAN,
    digits: DigitKinds = DigitKind.LATIN,
    as_json: Json = False,
    seed: Annotated[int, typer.Option(min=0, help="Of all that is drawn.")] = 0,
    threads: Threads = None,
) -> None:
    """Report a saved model on applications; outcomes are read from their column `bad`, if there is one."""
    from creditscore.pipeline.facade import load
    from creditscore.report.model import model_report

    read = Read(timezone, dates_in, digits)
    applications, portfolio, bad = read_inputs(folder, threads, standings_key, read)
    made = model_report(
        load(model, threads=threads),
        applications,
        portfolio,
        bad,
        purpose=purpose,
        population=population,
        target=target,
        segments=_segments(applications, segment),
        refits=refits,
        language=language,
        calendar=calendar.value,
        seed=seed,
        threads=threads,
    )
    _give(made, out, as_json=as_json)


def explain(
    model: Model,
    folder: Folder,
    application: Annotated[str, typer.Option(help="Its application_id.")],
    out: Out = None,
    audience: Annotated[Audience, typer.Option(help="Who reads it.")] = Audience.SUBJECT,
    language: InLanguage = "en",
    calendar: InCalendar = Calendar.GREGORIAN,
    policy: Annotated[Path | None, typer.Option(help="JSON of a Policy, which decides.")] = None,
    creditor: Annotated[str | None, typer.Option(help="Who decides, with an address.")] = None,
    objection: Annotated[str | None, typer.Option(help="How to object.")] = None,
    objection_days: Annotated[int | None, typer.Option(min=1, help="Days to object in.")] = None,
    standings_key: StandingsKey = None,
    timezone: Timezone = None,
    dates_in: Dates = DateCalendar.GREGORIAN,
    digits: DigitKinds = DigitKind.LATIN,
    as_json: Json = False,
    threads: Threads = None,
) -> None:
    """Score one application and report the decision, for the person concerned or for an auditor."""
    from creditscore.pipeline.facade import load
    from creditscore.policy.rules import Policy
    from creditscore.report.decision import decision_report

    read = Read(timezone, dates_in, digits)
    applications, portfolio, _ = read_inputs(folder, threads, standings_key, read)
    decider = None if policy is None else Policy.from_file(policy)
    one = _one(applications, application)
    record = load(model, threads=threads).decide(one, portfolio, policy=decider)
    made = decision_report(
        record,
        audience=audience.value,
        language=language,
        calendar=calendar.value,
        creditor=creditor,
        objection=objection,
        objection_days=objection_days,
    )
    _give(made, out, as_json=as_json)


def add_to(app: typer.Typer) -> None:
    """Give the command line these commands."""
    for command in (report, explain):
        app.command()(command)


def read_inputs(
    folder: Path, threads: int | None, standings_key: Path | None = None, read: Read | None = None
) -> tuple[Applications, Portfolio, np.ndarray[Any, np.dtype[np.float64]] | None]:
    """Read applications with their outcomes, and all tables that stand beside them.

    Returns
    -------
    tuple of Applications, Portfolio and ndarray of float64, shape (n_applications,), or None
        The last is the column `bad`, 1 bad, 0 good, NaN not known; None where there is no such column.
    """
    from creditscore.cli._folder import read_portfolio, read_table
    from creditscore.data.applications import Applications

    path = folder / "applications.parquet"
    if not path.exists():
        raise ParameterError.must_be("portfolio", "a folder with applications.parquet", str(folder))
    table = read_table(path)
    bad = None
    if "bad" in table.column_names:
        bad = _outcomes(table.column("bad"))
        table = table.drop_columns(["bad"])
    how = read or Read()
    portfolio = read_portfolio(folder, read=how, standings_key=standings_key, threads=threads)
    return Applications(table, **how.settings()), portfolio, bad


def _outcomes(column: Any) -> np.ndarray[Any, np.dtype[np.float64]]:
    try:
        return np.asarray(column.to_pandas().to_numpy(dtype=np.float64, na_value=np.nan))
    except (TypeError, ValueError) as error:
        remedy = "Give 1 for bad, 0 for good, and nothing where it is not known."
        rule = f"must hold numbers, holds {column.type}"
        raise ContractError([Problem("applications", "bad", rule, len(column), (), remedy)]) from error


def _one(applications: Applications, wanted: str) -> Applications:
    ids = [str(name) for name in applications.application_ids]
    if wanted not in ids:
        raise NameUnknownError.among("application", wanted, [*ids[:5], "..."] if len(ids) > 5 else ids)
    return applications.take([ids.index(wanted)])


def _segments(applications: Applications, column: str | None) -> dict[str, Any] | None:
    if column is None:
        return None
    known: dict[str, Any] = {**applications.text, **applications.numeric}
    if column not in known:
        raise NameUnknownError.among("column of applications", column, sorted(known))
    return {column: ["" if label is None else label for label in list(known[column])]}


def _give(made: Report, out: Path | None, *, as_json: bool) -> None:
    if out is None:
        sys.stdout.write(made.to_json() + "\n")
        return
    made.save(out)
    say(f"{made!r}: {out}", {"file": str(out), "sha256": made.data["sha256"]}, as_json=as_json)
