"""Commands for what people did with a decision: enter it into the ledger, and list it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from creditscore.cli._folder import Json
from creditscore.cli._ledger import File, KeyFile, opened
from creditscore.cli.ending import say


def enter(
    path: File,
    done: Annotated[Path, typer.Argument(help="A review or an objection, or a report that was issued.")],
    key_file: KeyFile,
    as_json: Json = False,
) -> None:
    """Enter what somebody did with a decision that is in the ledger; print the id of the entry."""
    made = _read(done)
    with opened(path, key_file) as ledger:
        found = ledger.handling.enter(made)
    data = {"entry_id": found.entry_id, "what": found.what, "sha256": found.sha256}
    say(found.entry_id, data, as_json=as_json)


def handled(
    path: File,
    key_file: KeyFile,
    decision_id: Annotated[str, typer.Option("--id", help="The id of the decision.")],
    out: Annotated[Path | None, typer.Option(help="A folder, for each thing as a file of JSON.")] = None,
    as_json: Json = False,
) -> None:
    """List what people did with a decision, oldest first: entry, when it was entered, and its hash."""
    from creditscore._ground.files import write_whole

    with opened(path, key_file) as ledger:
        found = ledger.handling.of(decision_id)
    data = [
        {
            "entry_id": one.entry_id,
            "appended_at": "" if one.appended_at is None else one.appended_at.isoformat(),
            "sha256": one.sha256,
            "content": dict(one.content),
        }
        for one in found
    ]
    for number, one in enumerate(found, 1) if out is not None else ():
        write_whole(Path(out or "", f"{number:03d}-{one.what}.json"), one.text.encode())
    lines = [f"{one['entry_id']} {one['appended_at']} {one['sha256']}" for one in data]
    if lines or as_json:
        say("\n".join(lines), {"handled": data}, as_json=as_json)


def add_to(app: typer.Typer) -> None:
    """Give the commands of the ledger these."""
    for command in (enter, handled):
        app.command()(command)


def _read(path: Path) -> object:
    """Read a review or an objection from JSON, or a report from JSON, its page or PDF file."""
    from creditscore._ground.canonical import MOST_BYTES, read_json
    from creditscore._ground.files import read_bounded
    from creditscore.cli._report_options import read_report
    from creditscore.verify.handled import HANDLED

    if path.suffix == ".json":
        found = read_json(read_bounded(path, MOST_BYTES), str(path))
        if isinstance(found, dict) and found.get("schema") in HANDLED:
            return found
    return read_report(path)
