"""Commands that need no data of their own: the demo, the data dictionary, and compiling ahead."""

from __future__ import annotations

import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from creditscore.cli._folder import Json
from creditscore.cli.ending import say


class Form(StrEnum):
    """How a data dictionary is printed."""

    TABLE = "table"
    MARKDOWN = "markdown"
    JSON = "json"


def demo(
    out: Annotated[Path, typer.Option(help="Where the model, the scores and the plots go.")] = Path(
        "creditscore-demo"
    ),
    as_json: Json = False,
    threads: Annotated[int | None, typer.Option(min=1, help="Default: one a processor.")] = None,
) -> None:
    """Fit, validate, explain and save a model on the UCI Taiwan credit card data (30,000 customers)."""
    from creditscore.cli.demo import run_demo

    if not as_json:
        sys.stdout.write("Taiwan credit cards: 30,000 customers, six months of statements and repayments\n")
    result = run_demo(out, threads=threads)
    said = {"report": result.report, "files": [str(file) for file in result.files]}
    say(str(result), said, as_json=as_json)


def features(
    form: Annotated[Form, typer.Option("--format", help="How to print.")] = Form.TABLE,
    source: Annotated[str | None, typer.Option(help="Only this source.")] = None,
    as_json: Json = False,
) -> None:
    """Print the data dictionary: every built-in feature with definition, unit, sign and note."""
    from creditscore.data.sources import find_source
    from creditscore.features.dictionary import to_json, to_markdown
    from creditscore.pipeline.fitting import built_in_features

    if source is not None:
        find_source(source)
    chosen = built_in_features().where(lambda feature: source in (None, feature.source))
    if form is Form.TABLE and not as_json:
        _print_table(chosen)
    else:
        sys.stdout.write((to_markdown if form is Form.MARKDOWN and not as_json else to_json)(chosen) + "\n")


def warmup(*, as_json: Json = False) -> None:
    """Compile every kernel once and keep the result on disk, so that the first score is fast."""
    from creditscore.cli.warm import warm_up

    console = Console()
    warmed = warm_up()
    kernels = warmed.by_kernel()
    if kernels and not as_json:
        table = Table("kernel", "argument types", "seconds", title=f"compiled: {len(kernels)} kernels")
        for kernel, signatures, seconds in kernels:
            table.add_row(kernel, str(signatures), f"{seconds:.2f}")
        console.print(table)
    text = f"kernels ready in {warmed.seconds:.1f} s, {len(warmed.compiled)} compilations"
    said = {
        "seconds": round(warmed.seconds, 3),
        "compilations": len(warmed.compiled),
        "kernels": len(kernels),
    }
    say(text, said, as_json=as_json)


def add_to(app: typer.Typer) -> None:
    """Give the command line these commands."""
    for command in (demo, features, warmup):
        app.command()(command)


def _print_table(features: Any) -> None:
    from creditscore.features.dictionary import dictionary

    table = Table("feature", "definition", "unit", "sign", "missing", "refresh", "note", show_lines=False)
    for record in dictionary(features):
        table.add_row(
            *(record[key] for key in ("name", "definition", "unit", "sign", "missing", "refresh", "note"))
        )
    Console(width=None if sys.stdout.isatty() else 200).print(table)
