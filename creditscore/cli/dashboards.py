"""The command that makes a page for people without code."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from creditscore.cli import _report_options as options
from creditscore.cli._folder import Json, StandingsKey, read_portfolio, read_table
from creditscore.cli.ending import say
from creditscore.errors import ParameterError
from creditscore.words.languages import Language

if TYPE_CHECKING:
    import pyarrow as pa

_KEY = "application_id"
_MOST_OF_A_KEY = 4_096
_COUNTS = ("applications", "people", "cells", "fewest_people", "against")


def dashboard(
    source: Annotated[
        str,
        typer.Argument(
            help="scores.parquet, or a folder with it (or with what `portfolio score` wrote) and "
            "applications.parquet; with --model, tables or a portfolio on disk; or the address of a service."
        ),
    ],
    out: Annotated[Path, typer.Option(help="Page to write, .html.")],
    applications: Annotated[
        Path | None, typer.Option(help="Parquet file of the applications, where it is not in the folder.")
    ] = None,
    model: Annotated[
        Path | None,
        typer.Option(help="Folder of a saved model that scores; sources, channels and reasons are shown."),
    ] = None,
    standings_key: StandingsKey = None,
    key_file: Annotated[
        Path | None, typer.Option(help="Of a service: file with a key of the scope look.")
    ] = None,
    by: Annotated[
        list[str] | None, typer.Option(help="Column to choose from; once for each, those that matter first.")
    ] = None,
    person: Annotated[str, typer.Option(help="Column of whose application it is.")] = "applicant_id",
    each_row_a_person: Annotated[
        bool, typer.Option("--each-row-a-person", help="There is no such column: each row is a person.")
    ] = False,
    bad: Annotated[str | None, typer.Option(help="Column of the outcome, 1 bad and 0 good.")] = None,
    decision: Annotated[str | None, typer.Option(help="Column of what was decided before.")] = None,
    amount: Annotated[str | None, typer.Option(help="Column of the money asked for.")] = None,
    edges: Annotated[
        list[str] | None, typer.Option(help="Where bands begin, such as age=25,40,60; once for each column.")
    ] = None,
    policy: Annotated[Path | None, typer.Option(help="File of the policy in use.")] = None,
    most_cutoffs: Annotated[
        int | None, typer.Option(min=2, max=100, help="Cut-offs to choose from, at most.")
    ] = None,
    fewest_people: Annotated[int, typer.Option(min=1, help="People that a number tells of, at least.")] = 5,
    title: Annotated[str, typer.Option(help="Of the page.")] = "",
    language: options.InLanguage = "en",
    as_json: Json = False,
) -> None:
    """Make one page on which a person without code defines segments, sets a cut-off and plans a test.

    Example: creditscore dashboard scored/ --by level --by age_band --bad bad --out page.html
    """
    if source.startswith(("http://", "https://")):
        _save_of_service(source, key_file, language, out)
        summary = {"file": str(out), "service": source}
        say(f"Page of all decisions of {source}: {out}", summary, as_json=as_json)
        return
    from creditscore.dashboard.making import make_dashboard
    from creditscore.policy.rules import Policy

    given = Path(source), applications
    asked = {*(by or []), *(name for name in (bad, decision, amount) if name is not None)}
    rows, left_out = _read(*given) if model is None else (_scored_by(model, *given, standings_key, asked), 0)
    found = make_dashboard(
        rows,
        by=by or [],
        person=None if each_row_a_person else person,
        bad=bad,
        decision=decision,
        amount=amount,
        edges=_edges(edges or []),
        policy=None if policy is None else Policy.from_file(policy),
        most_cutoffs=most_cutoffs,
        fewest_people=fewest_people,
        language=language,
        title=title,
    )
    found.save(out)
    counts = {name: getattr(found, name) for name in _COUNTS} | {"left_out": left_out}
    more = f" Of {left_out:,} applications there are no scores: they are left out." if left_out else ""
    say(f"{found!r}: {out}{more}", {"file": str(out), **counts}, as_json=as_json)


def _save_of_service(address: str, key_file: Path | None, language: Language, out: Path) -> None:
    """Write the page that a service makes of its decisions."""
    from creditscore._ground.files import read_bounded, write_whole
    from creditscore.service.client import ServiceClient

    if key_file is None:
        raise ParameterError.must_be("key_file", "the file with a key of the service", None)
    key = read_bounded(key_file, _MOST_OF_A_KEY).decode("utf-8").strip()
    with ServiceClient(address, key) as client:
        write_whole(out, client.dashboard(language=language).encode())


def add_to(app: typer.Typer) -> None:
    """Give the command line this command."""
    app.command()(dashboard)


def _read(source: Path, asked: Path | None) -> tuple[pa.Table, int]:
    """Scores, with the columns of the applications beside them, and how many of these have no scores."""
    scores = _scores(source) if source.is_dir() else read_table(source)
    beside = source / "applications.parquet" if asked is None and source.is_dir() else asked
    if beside is None or (asked is None and not beside.exists()):
        return scores, 0
    applications = _by_id(beside.name, read_table(beside))
    scores = _by_id("scores", scores)
    alone = scores.join(applications.select([_KEY]), keys=_KEY, join_type="left anti").num_rows
    if alone:
        raise ParameterError.must_be(
            f"{_KEY} of the scores", f"each in {beside.name}", f"{alone:,} that are not"
        )
    more = [name for name in applications.column_names if name not in scores.column_names]
    joined = scores.join(applications.select([_KEY, *more]), keys=_KEY)
    return joined, applications.num_rows - joined.num_rows


def _scored_by(
    model: Path, source: Path, asked: Path | None, standings_key: Path | None, names: set[str]
) -> pa.Table:
    """What a model says of applications, and their own columns beside it."""
    from creditscore.dashboard.columns import dashboard_columns
    from creditscore.data.applications import Applications
    from creditscore.data.folder.manifest import MANIFEST
    from creditscore.data.network.privacy import StandingPrivacy
    from creditscore.data.portfolio import Portfolio
    from creditscore.scoring.loading import load_scoring_model
    from creditscore.segments.columns import segment_columns

    beside = read_table(asked or source / "applications.parquet")
    if (source / MANIFEST).exists():
        privacy = None if standings_key is None else StandingPrivacy.from_file(standings_key)
        portfolio: Portfolio = Portfolio.open(source, privacy=privacy)
    else:
        portfolio = read_portfolio(source, standings_key=standings_key, may_be_empty=True)
    scoring = load_scoring_model(model)

    def scored(some: pa.Table) -> pa.Table:
        return _joined(dashboard_columns(scoring, Applications(some), portfolio), some)

    # All of them may take hours: a name that is wrong is refused by the first.
    segment_columns(scored(beside.slice(0, 1)), only=names)
    return scored(beside)


def _joined(columns: Mapping[str, Any], beside: pa.Table) -> pa.Table:
    import pyarrow as pa

    arrays = {name: pa.array(values) for name, values in columns.items()}
    return pa.table(arrays | {name: beside[name] for name in beside.column_names if name not in columns})


def _scores(folder: Path) -> pa.Table:
    """Scores in one file, or in the parts of a run over a portfolio on disk."""
    import pyarrow as pa

    one, parts = folder / "scores.parquet", sorted(folder.glob("part-*.parquet"))
    if one.exists() and parts:
        raise ParameterError.must_be(f"{folder}", "a folder of one run", "scores.parquet and parts")
    return pa.concat_tables([read_table(part) for part in parts]) if parts else read_table(one)


def _by_id(name: str, table: pa.Table) -> pa.Table:
    """The table with its ids as texts, each once."""
    if _KEY not in table.column_names:
        raise ParameterError.must_be(name, f"a table with {_KEY}", table.column_names)
    ids = table.column(_KEY).cast("string")
    if len(ids.unique()) < len(ids):
        raise ParameterError.must_be(f"{_KEY} of {name}", "different in every row", "repeats")
    return table.set_column(table.column_names.index(_KEY), _KEY, ids)


def _edges(given: list[str]) -> dict[str, list[float]]:
    found = {}
    for one in given:
        name, _, numbers = one.rpartition("=")
        try:
            found[name] = [float(part) for part in numbers.split(",")]
        except ValueError:
            raise typer.BadParameter("edges are like age=25,40,60") from None
    return found
