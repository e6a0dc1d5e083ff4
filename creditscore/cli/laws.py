"""Commands for laws: what one says on a day, what changes between two days, and what is proven of a model."""

from __future__ import annotations

import warnings
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from creditscore.cli._folder import Json, PseudonymsKey, StandingsKey, Timezone
from creditscore.cli.ending import say
from creditscore.law.vocabulary import PURPOSES

if TYPE_CHECKING:
    from creditscore.features.definition import FeatureSet
    from creditscore.law.jurisdiction import Jurisdiction
    from creditscore.law.leaving import LeftOut

law_app: typer.Typer = typer.Typer(
    help="Laws: what one says on a day, what changes, and what is proven of a model.", no_args_is_help=True
)

Where = Annotated[str, typer.Argument(help="EU, DE, IT, UK, US, US-NY, US-CO, US-MA, IN, CN, IR, or a file.")]
Model = Annotated[Path | None, typer.Option(help="A model: what the law takes from it is named.")]


@law_app.command("show")
def show(
    where: Where,
    as_of: Annotated[str | None, typer.Option(help="A day such as 2026-11-29; today by default.")] = None,
    model: Model = None,
    as_json: Json = False,
) -> None:
    """Print the rules of a law that are in force on a day, and those about to begin or end.

    Example: creditscore law show DE --as-of 2026-11-29
    """
    law = _law(where, as_of or datetime.now(UTC).date().isoformat())
    gone = () if model is None else _gone(_features(model), law)
    lines = [str(law), *(f"  leaves the model: {one}" for one in gone)]
    data = law.to_dict() | {
        "in_force": [rule.name for rule in law.in_force],
        "forbidden": sorted(law.forbidden("score")),
        "leaves": [one.to_dict() for one in gone],
    }
    say("\n".join(lines), data, as_json=as_json)


@law_app.command("diff")
def diff(
    before: Annotated[str, typer.Argument(help="A day.")],
    after: Annotated[str, typer.Argument(help="A later day.")],
    where: Annotated[
        str, typer.Option(help="EU, DE, IT, UK, US, US-NY, US-CO, US-MA, IN, CN, IR, or a file.")
    ],
    model: Model = None,
    as_json: Json = False,
) -> None:
    """Say which rules begin and end between two days, and what that means for a model.

    Example: creditscore law diff 2026-07-20 2026-11-21 --where DE --model model/
    """
    first = _law(where, before)
    last = first.on(after)
    changes = first.changes(until=last.as_of)
    lines = [f"{first.name} from {first.as_of} to {last.as_of}: {len(changes)} changes"]
    lines += [f"  {one}" for one in changes]
    lines += _moved(first, last)
    data: dict[str, Any] = {
        "changes": [{"day": str(one.day), "what": one.what, "rule": one.rule.to_dict()} for one in changes],
        "forbidden_before": sorted(first.forbidden("score")),
        "forbidden_after": sorted(last.forbidden("score")),
    }
    if model is not None:
        features = _features(model)
        known = {one.feature for one in _gone(features, first)}
        new = [one for one in _gone(features, last) if one.feature not in known]
        data |= {"features": len(features), "leave": [one.to_dict() for one in new]}
        what = "is allowed as before" if not new else f"loses {len(new)} of {len(features)} features"
        lines += [f"the model {what}", *(f"  {one}" for one in new)]
    say("\n".join(lines), data, as_json=as_json)


@law_app.command("prove")
def prove(
    model: Annotated[Path, typer.Argument(help="Folder that save() wrote, of a model fitted under a law.")],
    folder: Annotated[Path, typer.Option("--portfolio", help="Folder with applications.parquet and tables.")],
    times: Annotated[int, typer.Option(min=1, help="How often everything forbidden is changed.")] = 20,
    seed: Annotated[int, typer.Option(min=0, help="Of the changes.")] = 0,
    standings_key: StandingsKey = None,
    timezone: Timezone = None,
    pseudonyms_key: PseudonymsKey = None,
    as_json: Json = False,
) -> None:
    """Change all that the law of a model forbids at random, and see that no feature changes by a bit.

    Example: creditscore law prove model/ --portfolio data/ --times 100
    """
    from creditscore.cli._folder import Read, read_portfolio, read_table
    from creditscore.data.applications import Applications
    from creditscore.pipeline.facade import load

    read = Read(timezone, pseudonyms=pseudonyms_key)
    portfolio = read_portfolio(folder, read=read, standings_key=standings_key)
    applications = Applications(read_table(folder / "applications.parquet"), **read.settings())
    found = load(model).prove_absence(applications, portfolio, times=times, seed=seed)
    say(str(found), found.to_dict(), as_json=as_json)


def add_to(app: typer.Typer) -> None:
    """Give the command line these commands."""
    app.add_typer(law_app, name="law")


def _law(where: str, day: str) -> Jurisdiction:
    from creditscore.errors import LawChangesWarning
    from creditscore.law.jurisdiction import Jurisdiction

    with warnings.catch_warnings():
        # What changes soon is printed.
        warnings.simplefilter("ignore", LawChangesWarning)
        return Jurisdiction.load(where, as_of=day)


def _moved(first: Jurisdiction, last: Jurisdiction) -> list[str]:
    """Say which kinds of data leave a score, or may be in it again, for each purpose that changes."""
    lines = []
    for purpose in PURPOSES:
        before, after = first.forbidden(purpose), last.forbidden(purpose)
        for what, kinds in (("leave", after - before), ("may be used again", before - after)):
            if kinds:
                lines.append(f"  {what}, for {purpose}: {', '.join(sorted(kinds))}")
    return lines


def _features(model: Path) -> FeatureSet:
    from creditscore.scoring.loading import load_scoring_model

    return load_scoring_model(model).computer.features


def _gone(features: FeatureSet, law: Jurisdiction) -> tuple[LeftOut, ...]:
    from creditscore.law.leaving import left_out

    return left_out(features, law)
