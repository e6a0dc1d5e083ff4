"""Commands that make reports: of a model as a whole, and of one decision."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple

import numpy as np
import typer

from creditscore._ground.files import write_whole
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
from creditscore.cli.ending import say
from creditscore.errors import ContractError, NameUnknownError, ParameterError, Problem

if TYPE_CHECKING:
    from creditscore.data.applications import Applications
    from creditscore.data.portfolio import Portfolio
    from creditscore.deciding.record import DecisionRecord
    from creditscore.pipeline.facade import CreditPipeline
    from creditscore.report.document import Report
    from creditscore.transparency.receipts import Receipt


Model = Annotated[Path, typer.Argument(help="Folder that save() wrote.")]
Folder = Annotated[Path, typer.Option("--portfolio", help="Folder with applications.parquet and the tables.")]
Threads = Annotated[int | None, typer.Option(min=1, help="Default: one a processor.")]


def report(
    model: Model,
    folder: Folder,
    out: options.Out = None,
    language: options.InLanguage = "en",
    calendar: options.InCalendar = options.Calendar.GREGORIAN,
    purpose: Annotated[str, typer.Option(help="What the model is for.")] = "",
    population: Annotated[str, typer.Option(help="Whom it may judge.")] = "",
    target: Annotated[str, typer.Option(help="What counts as bad.")] = "",
    refits: Annotated[int, typer.Option(min=0, help="Models fitted again, to try the reasons.")] = 3,
    segment: Annotated[str | None, typer.Option(help="Column of applications to part by.")] = None,
    sign_with: options.SignWith = None,
    standings_key: StandingsKey = None,
    timezone: Timezone = None,
    dates_in: Dates = DateCalendar.GREGORIAN,
    digits: DigitKinds = DigitKind.LATIN,
    pseudonyms_key: PseudonymsKey = None,
    as_json: Json = False,
    seed: Annotated[int, typer.Option(min=0, help="Of all that is drawn.")] = 0,
    threads: Threads = None,
) -> None:
    """Report a saved model on applications; outcomes are read from their column `bad`, if there is one."""
    from creditscore.pipeline.facade import load
    from creditscore.report.model import model_report

    read = Read(timezone, dates_in, digits, pseudonyms_key)
    pipeline = load(model, threads=threads)
    applications, portfolio, bad = read_inputs(folder, threads, standings_key, read, [pipeline])
    made = model_report(
        pipeline,
        applications,
        portfolio,
        bad,
        purpose=purpose,
        population=population,
        target=target,
        segments=segments_of(applications, segment),
        refits=refits,
        language=language,
        calendar=calendar.value,
        seed=seed,
        threads=threads,
    )
    give(options.signed(made, sign_with), out, as_json=as_json)


def explain(
    model: Model,
    folder: Folder,
    application: Annotated[str, typer.Option(help="Its application_id.")],
    out: options.Out = None,
    audience: options.For = options.Audience.SUBJECT,
    kind: options.AsKind = options.Kind.DECISION,
    language: options.InLanguage = "en",
    calendar: options.InCalendar = options.Calendar.GREGORIAN,
    policy: Annotated[Path | None, typer.Option(help="JSON of a Policy, which decides.")] = None,
    record_out: Annotated[Path | None, typer.Option(help="Where the decision itself goes, as JSON.")] = None,
    ledger: Annotated[
        str | None,
        typer.Option(
            help="A ledger to enter the decision into; with --sign-with, the report carries its receipt."
        ),
    ] = None,
    key_file: Annotated[Path | None, typer.Option(help="Where the key of the ledger is.")] = None,
    creditor: options.Creditor = None,
    agency: options.Agency = None,
    action: options.Action = None,
    counter_offer: options.CounterOffer = None,
    statements: options.Statements = None,
    debt_advice: options.DebtAdvice = None,
    databases: options.Databases = None,
    objection: options.Objection = None,
    objection_days: options.ObjectionDays = None,
    answer_days: options.AnswerDays = None,
    review: options.ByPerson = None,
    replaces: options.Replaces = None,
    correction: options.Correction = None,
    valid_days: options.ValidDays = None,
    keep_months: options.KeepMonths = None,
    sign_with: options.SignWith = None,
    standings_key: StandingsKey = None,
    timezone: Timezone = None,
    dates_in: Dates = DateCalendar.GREGORIAN,
    digits: DigitKinds = DigitKind.LATIN,
    pseudonyms_key: PseudonymsKey = None,
    as_json: Json = False,
    threads: Threads = None,
) -> None:
    """Score one application and report the decision, for the person concerned, an auditor or an authority."""
    from creditscore.pipeline.facade import load
    from creditscore.report.decision import decision_report

    read = Read(timezone, dates_in, digits, pseudonyms_key)
    pipeline = load(model, threads=threads)
    applications, portfolio, _ = read_inputs(folder, threads, standings_key, read, [pipeline])
    one = _one(applications, application)
    record, receipt = _decided(pipeline, one, portfolio, policy, sign_with, _Ledger.of(ledger, key_file))
    made = decision_report(
        record,
        receipt=receipt,
        model=pipeline,
        audience=audience.value,
        kind=kind.value,
        language=language,
        calendar=calendar.value,
        creditor=creditor,
        agency=agency,
        action=action,
        counter_offer=counter_offer,
        statements=statements or (),
        debt_advice=debt_advice,
        databases=databases or (),
        objection=objection,
        objection_days=objection_days,
        answer_days=answer_days,
        review=review,
        valid_days=valid_days,
        keep_months=keep_months,
        **options.replaced(replaces, correction),
    )
    if record_out is not None:
        write_whole(record_out, record.to_json().encode())
    give(options.signed(made, sign_with), out, as_json=as_json)


class _Ledger(NamedTuple):
    """Where a ledger is, and its key."""

    path: str
    key_file: Path

    @classmethod
    def of(cls, path: str | None, key_file: Path | None) -> _Ledger | None:
        """Give both or none."""
        if (path is None) != (key_file is None):
            raise typer.BadParameter("--ledger and --key-file belong together")
        return None if path is None or key_file is None else cls(path, key_file)


def _decided(
    pipeline: CreditPipeline,
    application: Applications,
    portfolio: Portfolio,
    policy: Path | None,
    sign_with: Path | None,
    ledger: _Ledger | None,
) -> tuple[DecisionRecord, Receipt | None]:
    """Decide, and enter the decision where a ledger is named; its receipt needs a key that signs."""
    from creditscore.cli._ledger import opened
    from creditscore.policy.rules import Policy
    from creditscore.signing.keys import SigningKey

    decider = None if policy is None else Policy.from_file(policy)
    key = None if sign_with is None else SigningKey.from_file(sign_with)
    if ledger is None:
        return pipeline.decide(application, portfolio, policy=decider, sign_with=key), None
    with opened(*ledger) as entered:
        record = pipeline.decide(application, portfolio, policy=decider, sign_with=key, ledger=entered)
        return record, None if key is None else entered.tree.receipt(record.decision_id, key)


def add_to(app: typer.Typer) -> None:
    """Give the command line these commands."""
    for command in (report, explain):
        app.command()(command)


def read_inputs(
    folder: Path,
    threads: int | None,
    standings_key: Path | None = None,
    read: Read | None = None,
    models: Sequence[CreditPipeline] = (),
) -> tuple[Applications, Portfolio, np.ndarray[Any, np.dtype[np.float64]] | None]:
    """Read applications with their outcomes, and all tables that stand beside them.

    Only where none of the models reads a table may there be none.

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
    contracts = [one.model.contract for one in models]
    alone = bool(contracts) and all(one is not None and not one.reads for one in contracts)
    portfolio = read_portfolio(
        folder, read=how, standings_key=standings_key, threads=threads, may_be_empty=alone
    )
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


def segments_of(applications: Applications, column: str | None) -> dict[str, Any] | None:
    """Return the labels of a column of the applications by its name; None where none is asked for."""
    if column is None:
        return None
    known: dict[str, Any] = {**applications.text, **applications.numeric}
    if column not in known:
        raise NameUnknownError.among("column of applications", column, sorted(known))
    return {column: ["" if label is None else label for label in list(known[column])]}


def give(made: Report, out: Path | None, *, as_json: bool) -> None:
    """Write a report to a file, or its JSON to standard output."""
    if out is None:
        sys.stdout.write(made.to_json() + "\n")
        return
    made.save(out)
    say(f"{made!r}: {out}", {"file": str(out), "sha256": made.data["sha256"]}, as_json=as_json)
