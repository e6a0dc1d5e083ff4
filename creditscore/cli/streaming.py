"""Commands of feeds: keep a portfolio on disk current, and watch scores."""

from __future__ import annotations

import json
import signal
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from creditscore._ground.instants import parse_duration
from creditscore.cli._folder import Json, StandingsKey, Timezone, read_table
from creditscore.cli.ending import FINDING, say
from creditscore.errors import ParameterError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from creditscore.streaming.moved import ScoreMoved
    from creditscore.streaming.stream import Stream

stream_app: typer.Typer = typer.Typer(
    help="Keep a portfolio on disk current from feeds, and watch scores.", no_args_is_help=True
)

Home = Annotated[Path, typer.Argument(help="The folder of the portfolio on disk.")]
Aside = Annotated[Path, typer.Argument(help="Folder for dead letters and watch lists.")]
Files = Annotated[Path | None, typer.Option(help="A file of messages, one a line, or a folder of *.jsonl.")]
Topic = Annotated[str | None, typer.Option(help="A Kafka topic of messages.")]
Servers = Annotated[str | None, typer.Option(help="Of Kafka: host:port, several with commas.")]
Settings = Annotated[Path | None, typer.Option(help="JSON of more settings of librdkafka.")]
ModelHome = Annotated[Path, typer.Option(help="Folder of the saved model.")]
Watched = Annotated[
    Path, typer.Option(help="Parquet file: applicant_id, and what an application of theirs says.")
]
Points = Annotated[float, typer.Option(help="Tell of moves by more than so many points.")]
Name = Annotated[str, typer.Option(help="Of the watch list.")]
AsOf = Annotated[str | None, typer.Option(help="The moment, with a zone; left out: now.")]


@stream_app.command()
def begin(
    folder: Home, timezone: Timezone = None, standings_key: StandingsKey = None, as_json: Json = False
) -> None:
    """Write an empty portfolio, for a feed to fill."""
    from creditscore.data.network.privacy import StandingPrivacy
    from creditscore.data.portfolio import Portfolio

    privacy = None if standings_key is None else StandingPrivacy.from_file(standings_key)
    Portfolio(timezone=timezone, privacy=privacy).write(folder)
    say(f"{folder}: an empty portfolio", {"folder": str(folder)}, as_json=as_json)


@stream_app.command()
def take(
    folder: Home,
    aside: Aside,
    files: Files = None,
    topic: Topic = None,
    servers: Servers = None,
    settings: Settings = None,
    standings_key: StandingsKey = None,
    as_json: Json = False,
) -> None:
    """Take what stands in the feeds; status 1 where some of it became dead letters.

    Example: creditscore stream take portfolio/ stream/ --files incoming/
    """
    with _opened(folder, aside, _Feeds(files, topic, servers, settings), standings_key) as stream:
        done = stream.take()
        say(f"{done}\n{stream.state()}", stream.state().to_dict() | {"now": _plain(done)}, as_json=as_json)
    if done.refused:
        raise typer.Exit(FINDING)


@stream_app.command()
def state(
    folder: Home,
    aside: Aside,
    files: Files = None,
    topic: Topic = None,
    servers: Servers = None,
    settings: Settings = None,
    standings_key: StandingsKey = None,
    as_json: Json = False,
) -> None:
    """Say where the stream stands: counts, watermark, and what of the feeds was not read."""
    with _opened(folder, aside, _Feeds(files, topic, servers, settings), standings_key) as stream:
        found = stream.state()
    say(str(found), found.to_dict(), as_json=as_json)


@stream_app.command()
def watch(
    folder: Home,
    aside: Aside,
    model: ModelHome,
    watched: Watched,
    points: Points = 20.0,
    name: Name = "watch",
    as_of: AsOf = None,
    everybody: Annotated[bool, typer.Option(help="Score everybody again.")] = False,
    standings_key: StandingsKey = None,
    as_json: Json = False,
) -> None:
    """Look at a watch list once: a line for each score that moved; status 1 where there is one.

    Example: creditscore stream watch portfolio/ stream/ --model model/ --watched customers.parquet
    """
    with _opened(folder, aside, _Feeds(), standings_key, model) as stream:
        ids = _asked(watched)
        found = stream.watch(ids, points, as_of=as_of, name=name, everybody=everybody)
    lines = [_line(move) for move in found] or ["nobody moved"]
    say("\n".join(lines), {"moved": [move.to_dict() for move in found]}, as_json=as_json)
    if found:
        raise typer.Exit(FINDING)


@stream_app.command()
def run(
    folder: Home,
    aside: Aside,
    files: Files = None,
    topic: Topic = None,
    servers: Servers = None,
    settings: Settings = None,
    model: Annotated[Path | None, typer.Option(help="Folder of the saved model, to watch scores.")] = None,
    watched: Annotated[Path | None, typer.Option(help="As for watch.")] = None,
    points: Points = 20.0,
    name: Name = "watch",
    everybody: Annotated[
        str | None,
        typer.Option(help="Score everybody again after so long, such as 1h: what the clock alone moves."),
    ] = None,
    pause: Annotated[
        float, typer.Option(min=0.0, max=86_400.0, help="Seconds between two looks at the feeds.")
    ] = 1.0,
    standings_key: StandingsKey = None,
) -> None:
    """Take from the feeds until stopped; each score that moved is one line of JSON.

    Example: creditscore stream run portfolio/ stream/ --topic payments --servers broker:9092
    """
    if (model is None) != (watched is None):
        raise ParameterError.must_be("watched", "given together with a model", watched)
    if everybody is not None:
        parse_duration(everybody, parameter="everybody")
        if watched is None:
            raise ParameterError.must_be("everybody", "given together with whom to watch", everybody)
    every = False if everybody is None else everybody
    stopped = threading.Event()
    for one in (signal.SIGINT, signal.SIGTERM):
        signal.signal(one, lambda *_: stopped.set())
    with _opened(folder, aside, _Feeds(files, topic, servers, settings), standings_key, model) as stream:
        while not stopped.is_set():
            done = stream.take()
            if watched is not None:
                for move in stream.watch(_asked(watched), points, name=name, everybody=every):
                    say(json.dumps(move.to_dict(), ensure_ascii=False), {}, as_json=False)
            stopped.wait(0 if done.read else pause)
        say(str(stream.state()), {}, as_json=False)


class _Feeds:
    """Which feeds were asked for."""

    def __init__(
        self,
        files: Path | None = None,
        topic: str | None = None,
        servers: str | None = None,
        settings: Path | None = None,
    ) -> None:
        if (topic is None) != (servers is None):
            raise ParameterError.must_be("servers", "given together with a topic", servers)
        self.files, self.topic, self.servers, self.settings = files, topic, servers, settings

    def opened(self) -> list[Any]:
        """Open them; without Kafka nothing of it is imported."""
        from creditscore.streaming.feeds import FileFeed

        found: list[Any] = [] if self.files is None else [FileFeed(self.files)]
        if self.topic is not None and self.servers is not None:
            from creditscore.streaming.kafka import KafkaFeed

            found.append(KafkaFeed(self.topic, self.servers, settings=self._more()))
        return found

    def _more(self) -> dict[str, Any]:
        from creditscore._ground.canonical import read_json
        from creditscore._ground.files import read_bounded

        if self.settings is None:
            return {}
        found = read_json(read_bounded(self.settings, 1 << 16), self.settings.name)
        if not isinstance(found, dict):
            raise ParameterError.must_be("settings", "a JSON object of settings by name", str(self.settings))
        return found


def _opened(
    folder: Path, aside: Path, feeds: _Feeds, standings_key: Path | None, model: Path | None = None
) -> Stream:
    from creditscore.data.network.privacy import StandingPrivacy
    from creditscore.scoring.loading import load_scoring_model
    from creditscore.streaming.stream import Stream

    privacy = None if standings_key is None else StandingPrivacy.from_file(standings_key)
    scoring = None if model is None else load_scoring_model(model)
    return Stream(folder, aside, feeds.opened(), model=scoring, privacy=privacy)


def _asked(path: Path) -> Mapping[int | str, Mapping[str, Any]]:
    rows = read_table(path).to_pylist()
    if not all("applicant_id" in row for row in rows):
        raise ParameterError.must_be("watched", "a table with the column applicant_id", str(path))
    return {row.pop("applicant_id"): row for row in rows}


def _line(move: ScoreMoved) -> str:
    ends = f"{move.score_from} -> {move.score_to}"
    return f"{move.applicant_id}: {ends} {move.reason} {move.reason_points:+.1f}".rstrip()


def _plain(done: Any) -> dict[str, int]:
    return {name: getattr(done, name) for name in ("read", "taken", "repeated", "refused", "waiting")}


def add_to(app: typer.Typer) -> None:
    """Give the command line these commands."""
    app.add_typer(stream_app, name="stream")
