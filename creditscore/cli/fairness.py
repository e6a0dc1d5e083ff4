"""Commands about groups of people: what a model does to them, and alternatives that do it less."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from creditscore._ground.files import write_whole
from creditscore.cli._folder import (
    DateCalendar,
    Dates,
    DigitKind,
    DigitKinds,
    Json,
    PseudonymsKey,
    Read,
    Timezone,
)
from creditscore.cli.ending import say
from creditscore.cli.reports import Folder, Model, Threads, read_inputs
from creditscore.errors import ParameterError

if TYPE_CHECKING:
    from creditscore.law.jurisdiction import Jurisdiction

_ID = "application_id"

Groups = Annotated[
    Path, typer.Option(help="Parquet file with application_id and one column for each attribute.")
]
Crossed = Annotated[list[str] | None, typer.Option(help="Attributes to cross, such as sex,age; repeatable.")]
Fewest = Annotated[int, typer.Option(min=1, help="Groups of fewer people are withheld.")]
Resamples = Annotated[int, typer.Option(min=2, help="Of the bootstrap by applicant.")]


def fairness(
    model: Model,
    folder: Folder,
    groups: Groups,
    cutoff: Annotated[float, typer.Option(help="In points; who reaches it is approved.")],
    cross: Crossed = None,
    law: Annotated[list[str] | None, typer.Option(help="Such as US-MA; repeatable, needs --as-of.")] = None,
    as_of: Annotated[str | None, typer.Option(help="Day of the law, such as 2026-11-29.")] = None,
    fewest: Fewest = 50,
    resamples: Resamples = 200,
    out: Annotated[Path | None, typer.Option(help="File of the figures, as JSON.")] = None,
    timezone: Timezone = None,
    dates_in: Dates = DateCalendar.GREGORIAN,
    digits: DigitKinds = DigitKind.LATIN,
    pseudonyms_key: PseudonymsKey = None,
    as_json: Json = False,
    threads: Threads = None,
) -> None:
    """Measure what a saved model and a cut-off do to groups of people, who stand in a file apart.

    Example: creditscore fairness model/ --portfolio data/ --groups groups.parquet --cutoff 560
    """
    from creditscore.assess.fairness import assess_fairness
    from creditscore.pipeline.facade import load

    read = Read(timezone, dates_in, digits, pseudonyms_key)
    pipeline = load(model, threads=threads)
    applications, portfolio, bad = read_inputs(folder, threads, None, read, [pipeline])
    found = assess_fairness(
        pipeline,
        applications,
        portfolio,
        bad,
        _groups(groups, applications.application_ids),
        cutoff=cutoff,
        intersections=_crossed(cross),
        laws=_laws(law, as_of),
        resamples=resamples,
        fewest=fewest,
        threads=threads,
    )
    _give(found, out, as_json=as_json)


def alternatives(
    model: Model,
    folder: Folder,
    groups: Groups,
    approve: Annotated[float, typer.Option(help="Share of the scored that is approved.")] = 0.7,
    draws: Annotated[int, typer.Option(min=0, help="Candidates to draw by chance.")] = 30,
    worth: Annotated[float, typer.Option(min=0.0, help="AUC that may be lost.")] = 0.002,
    cross: Crossed = None,
    fewest: Fewest = 50,
    resamples: Resamples = 200,
    out: Annotated[Path | None, typer.Option(help="File of what was found, as JSON.")] = None,
    save: Annotated[Path | None, typer.Option(help="Folder for the model that was chosen.")] = None,
    seed: Annotated[int, typer.Option(min=0, help="Of all that is drawn.")] = 0,
    timezone: Timezone = None,
    dates_in: Dates = DateCalendar.GREGORIAN,
    digits: DigitKinds = DigitKind.LATIN,
    pseudonyms_key: PseudonymsKey = None,
    as_json: Json = False,
    threads: Threads = None,
) -> None:
    """Search for models that approve groups more alike and rank as well; outcomes are the column `bad`.

    Example: creditscore alternatives model/ --portfolio data/ --groups groups.parquet --save chosen/
    """
    from creditscore.assess.alternatives.search import search_alternatives
    from creditscore.pipeline.facade import load

    read = Read(timezone, dates_in, digits, pseudonyms_key)
    pipeline = load(model, threads=threads)
    applications, portfolio, bad = read_inputs(folder, threads, None, read, [pipeline])
    if bad is None:
        raise ParameterError.must_be(
            "portfolio", "a folder whose applications have a column 'bad'", str(folder)
        )
    found = search_alternatives(
        pipeline,
        applications,
        portfolio,
        bad,
        _groups(groups, applications.application_ids),
        approve=approve,
        draws=draws,
        worth=worth,
        intersections=_crossed(cross),
        resamples=resamples,
        fewest=fewest,
        seed=seed,
    )
    if save is not None:
        found.fit(applications, portfolio, bad).save(save)
    _give(found, out, as_json=as_json)


def add_to(app: typer.Typer) -> None:
    """Give the command line these commands."""
    for command in (fairness, alternatives):
        app.command()(command)


def _give(found: Any, out: Path | None, *, as_json: bool) -> None:
    plain = found.to_dict()
    if out is not None:
        write_whole(out, json.dumps(plain, ensure_ascii=False, allow_nan=False).encode())
    say(repr(found), plain, as_json=as_json)


def _groups(path: Path, ids: Any) -> dict[str, dict[Any, Any]]:
    """Read labels by application id; whoever is not in the file is of unknown group."""
    from creditscore.cli._folder import read_table

    table = read_table(path)
    if _ID not in table.column_names or len(table.column_names) < 2:
        raise ParameterError.must_be("groups", f"a file with {_ID} and an attribute", table.column_names)
    names = [str(one) for one in table.column(_ID).to_pylist()]
    if len(set(names)) != len(names):
        raise ParameterError.must_be("groups", "a file with one row for each application", "repeated ids")
    found = {}
    for attribute in table.column_names:
        if attribute != _ID:
            labels = dict(zip(names, table.column(attribute).to_pylist(), strict=True))
            found[attribute] = {one: labels.get(str(one)) for one in ids}
    return found


def _crossed(cross: list[str] | None) -> list[tuple[str, ...]]:
    return [tuple(part.strip() for part in one.split(",")) for one in cross or ()]


def _laws(names: list[str] | None, as_of: str | None) -> list[Jurisdiction]:
    from creditscore.law.jurisdiction import Jurisdiction

    if names and as_of is None:
        raise ParameterError.must_be("as-of", "the day whose law is meant", None)
    return [Jurisdiction.load(name, as_of=as_of or "") for name in names or ()]
