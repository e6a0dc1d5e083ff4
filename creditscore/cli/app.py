"""All commands as one application."""

from __future__ import annotations

from creditscore._ground.extras import needs

with needs("creditscore", package="typer", extra="cli"):
    import typer
with needs("creditscore", package="rich", extra="cli"):
    import rich  # noqa: F401 - commands draw their tables with it

from creditscore.cli import (
    basics,
    checking,
    comparing,
    dashboards,
    decisions,
    doctoring,
    fairness,
    handling,
    laws,
    ledgers,
    measures,
    monitoring,
    portfolios,
    reports,
    serving,
    signing,
    simulating,
    streaming,
    subjects,
    warehouse,
)
from creditscore.cli.examples import show_examples

app: typer.Typer = typer.Typer(
    help="Credit scores from payments, repayments and other alternative data.",
    epilog="Ends with 0 done, 1 a finding (something differs, an alert), 2 a wrong option or name, "
    "3 data or a file that cannot be used, 4 a fault of creditscore itself.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)
for _commands in (
    basics,
    checking,
    comparing,
    dashboards,
    decisions,
    doctoring,
    fairness,
    handling,
    laws,
    ledgers,
    measures,
    monitoring,
    portfolios,
    reports,
    serving,
    signing,
    simulating,
    streaming,
    subjects,
    warehouse,
):
    _commands.add_to(app)
show_examples(app)
