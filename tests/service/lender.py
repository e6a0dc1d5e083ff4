"""A small lender whose model is served: its files, and one way to ask over a real socket."""

from __future__ import annotations

import asyncio
import http.client
import json
import threading
import time
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Self

import creditscore as cs
from creditscore.service.app import Edge
from creditscore.service.gate import Gate
from creditscore.service.keys import SCOPES, ApiKeys
from creditscore.service.limits import Limits
from creditscore.service.models import Models, ServedModel
from creditscore.service.server import Address, Server, server_of
from creditscore.service.service import Service
from creditscore.service.store import FixedStore, Known
from creditscore.service.traces import Traces
from tests.features.worlds import AS_OF, World, applications, filled, random_world
from tests.pipeline.conftest import SMALL, late_people

PEOPLE = 120
TABLES = ("payments", "loans", "instalments", "inquiries")
CUTOFF = 560.0


def plain(row: dict[str, Any]) -> dict[str, Any]:
    """A record as JSON has it."""
    return {name: one.isoformat() if isinstance(one, datetime) else one for name, one in row.items()}


def fitted(world: World, trees: int, seed: int = 0) -> cs.CreditPipeline:
    scorer = cs.CreditScorer(**SMALL | {"n_estimators": trees, "seed": seed}, recipe="pairs", threads=1)
    pipeline = cs.CreditPipeline(scorer=scorer, threads=1)
    asked = cs.Applications.from_records(applications(PEOPLE, AS_OF))
    return pipeline.fit(asked, cs.Portfolio.from_records(world), late_people(world, PEOPLE))


@dataclass(frozen=True)
class Lender:
    """What lies on the lender's disk, and what is known of everybody."""

    folder: Path
    world: World
    pipeline: cs.CreditPipeline
    portfolio: cs.Portfolio
    secrets: dict[str, str]

    @classmethod
    def made(cls, folder: Path) -> Self:
        world = filled({name: rows for name, rows in random_world(3, PEOPLE).items() if name in TABLES})
        pipeline = fitted(world, 20)
        pipeline.save(folder / "model")
        portfolio = cs.Portfolio.from_records(world)
        (folder / "portfolio").mkdir()
        for name in portfolio.tables:
            portfolio.to_frame(name).to_parquet(folder / "portfolio" / f"{name}.parquet")
        cs.Policy("consumer", "1", cutoff=CUTOFF, refer_below=CUTOFF + 20).to_file(folder / "policy.json")
        (folder / "ledger.key").write_text(cs.Ledger.new_key().hex())
        (folder / "ledger.key").chmod(0o600)
        cs.SigningKey.new("lender.example").to_file(folder / "sign.key")
        keys, secrets = ApiKeys(), {}
        for scope in SCOPES:
            secrets[scope], keys = keys.with_new(f"only-{scope}", [scope])
        secrets["all"], keys = keys.with_new("all", SCOPES)
        keys.to_file(folder / "keys.json")
        return cls(folder, world, pipeline, portfolio, secrets)

    def asked(self, number: int, **attributes: Any) -> dict[str, Any]:
        return plain(applications(PEOPLE, AS_OF)[number]) | attributes

    def records(self, number: int) -> dict[str, list[dict[str, Any]]]:
        """The rows of one person, as JSON has them; every table is there, if only without rows."""
        who = self.asked(number)["applicant_id"]
        mine = {loan["loan_id"] for loan in self.world["loans"] if loan["applicant_id"] == who}
        return {
            name: [plain(row) for row in rows if row.get("applicant_id") == who or row.get("loan_id") in mine]
            for name, rows in self.world.items()
        }

    def key(self) -> bytes:
        return bytes.fromhex((self.folder / "ledger.key").read_text())

    def edge(self, ledger: Path | None = None, limits: Limits | None = None, **more: Any) -> Edge:
        model = ServedModel.open(self.folder / "model", self.folder / "policy.json")
        challenger = more.pop("challenger", None)
        models = Models(model, None if challenger is None else ServedModel.open(challenger))
        found = None if ledger is None else cs.Ledger.open(ledger, key=self.key())
        at = None if ledger is None else (ledger, self.key())
        signing = cs.SigningKey.from_file(self.folder / "sign.key")
        most = (limits or Limits()).most_rows
        known = more.pop("known", Known(FixedStore(self.portfolio), most_rows=most))
        traces = more.pop("traces", Traces())
        service = Service(models, known, found, at, signing, traces=traces)
        return Edge(service, Gate(self.folder / "keys.json", **more), limits)


@dataclass
class Reply:
    status: int
    headers: dict[str, str]
    content: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.content)


def ask(
    port: int, method: str, path: str, body: Any = None, *, key: str | None = None, **headers: str
) -> Reply:
    """Ask over a socket; names of headers have underscores."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    content = body if isinstance(body, bytes) or body is None else json.dumps(body).encode()
    head = {name.replace("_", "-"): value for name, value in headers.items()}
    if key is not None:
        head["Authorization"] = f"Bearer {key}"
    if content is not None:
        head.setdefault("Content-Type", "application/json")
    try:
        connection.request(method, path, content, head)
        got = connection.getresponse()
        return Reply(got.status, {k.lower(): v for k, v in got.getheaders()}, got.read())
    finally:
        connection.close()


class Running:
    """A server in a thread of this process, on a port of its own."""

    def __init__(self, edge: Edge, address: Address | None = None) -> None:
        self.edge = edge
        self.server: Server = server_of(edge, address or Address(port=0))
        self._thread = threading.Thread(target=lambda: asyncio.run(self.server.serve()), daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        until = time.monotonic() + 60
        while not self.server.port and time.monotonic() < until:
            time.sleep(0.01)
        assert self.server.port
        return self

    def __exit__(self, *_: object) -> None:
        self.server.should_exit = True
        self._thread.join(60)
        assert not self._thread.is_alive()

    def ask(self, method: str, path: str, body: Any = None, **more: Any) -> Reply:
        return ask(self.server.port, method, path, body, **more)
