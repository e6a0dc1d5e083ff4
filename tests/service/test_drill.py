"""The drill of docs/operations.md: back up, lose everything, restore, verify, go on; keys are changed too."""

from __future__ import annotations

import shutil
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

import creditscore as cs
from creditscore.errors import LedgerError
from creditscore.service.keys import ApiKeys
from creditscore.service.store import FolderStore, Known
from tests.data.folder.splitting import assert_same
from tests.service.lender import Lender, Running

FILES = ("model", "policy.json", "keys.json", "ledger.key", "sign.key")


@dataclass(frozen=True)
class Site:
    """All that a service keeps on its disk."""

    folder: Path
    lender: Lender

    @property
    def ledger(self) -> Path:
        return self.folder / "decisions.db"

    @property
    def portfolio(self) -> Path:
        return self.folder / "events"

    def running(self) -> Running:
        here = replace(self.lender, folder=self.folder)
        return Running(here.edge(self.ledger, known=Known(FolderStore(self.portfolio))))

    def decide(self, server: Running, number: int):
        body = {"application": self.lender.asked(number)}
        key = self.lender.secrets["decide"]
        return server.ask("POST", "/v1/decisions", body, key=key, Idempotency_Key=f"request-{number}")

    def add(self, server: Running, month: int):
        row = {"applicant_id": self.lender.asked(3)["applicant_id"], "lender": "y"}
        rows = [row | {"event_time": f"2022-{month:02d}-17T10:00:00+00:00", "event_id": f"again-{month}"}]
        key = self.lender.secrets["ingest"]
        return server.ask("POST", "/v1/events", {"tables": {"inquiries": rows}}, key=key)


def copied(source: Path, to: Path) -> None:
    """Copy what no process writes while it is in use."""
    to.mkdir(exist_ok=True)
    for name in FILES:
        copy = shutil.copytree if (source / name).is_dir() else shutil.copy2
        copy(source / name, to / name)


def backed_up(site: Site, to: Path) -> cs.Head:
    """The steps of the page, while the service runs; the head is kept apart."""
    copied(site.folder, to)
    cs.Portfolio.open(site.portfolio, verify=True).write(to / "events")
    with cs.Ledger.open(site.ledger, key=site.lender.key(), create=False) as ledger:
        return ledger.backup(to / "decisions.db").head


def restored(site: Site, backup: Path, anchor: cs.Head) -> None:
    site.folder.mkdir()
    copied(backup, site.folder)
    cs.Portfolio.open(backup / "events", verify=True).write(site.portfolio)
    cs.Ledger.restore(backup / "decisions.db", site.ledger, key=site.lender.key(), anchor=anchor)
    assert not cs.PortfolioFolder(site.portfolio).check().faults


@pytest.fixture
def site(lender: Lender, tmp_path: Path) -> Site:
    made = Site(tmp_path / "site", lender)
    made.folder.mkdir()
    copied(lender.folder, made.folder)
    lender.portfolio.write(made.portfolio)
    return made


def test_what_was_backed_up_comes_back_and_goes_on(site, tmp_path):
    with site.running() as server:
        assert site.add(server, 9).status == 201
        kept = [site.decide(server, number).json for number in (2, 3)]
        head = backed_up(site, tmp_path / "backup")
        before = cs.Portfolio.open(site.portfolio)
        late = site.decide(server, 4).json
        assert site.add(server, 10).status == 201
        with cs.Ledger.open(site.ledger, key=site.lender.key()) as ledger:
            newest = ledger.head
    shutil.rmtree(site.folder)

    # Who knows of a newer entry is not given an older state unawares.
    with pytest.raises(LedgerError, match="before its anchor"):
        cs.Ledger.restore(
            tmp_path / "backup" / "decisions.db", tmp_path / "x.db", key=site.lender.key(), anchor=newest
        )
    restored(site, tmp_path / "backup", head)
    assert_same(before, cs.Portfolio.open(site.portfolio, verify=True))

    with site.running() as server:
        again = [site.decide(server, number) for number in (2, 3)]
        assert [(one.status, one.json) for one in again] == [(200, one) for one in kept]
        # What came after the backup is asked for and sent once more, and nothing twice.
        anew = site.decide(server, 4)
        assert (anew.status, anew.json["decision_id"]) == (201, late["decision_id"])
        repeated = site.add(server, 9)
        assert (repeated.status, repeated.json) == (201, {"rows": {"inquiries": 0}})
        assert site.add(server, 10).status == 201
    assert_same(cs.Portfolio.open(site.portfolio, verify=True), rebuilt(site, (9, 10)))
    with cs.Ledger.open(site.ledger, key=site.lender.key()) as ledger:
        verified = ledger.verify(anchor=head)
        assert (verified.decisions, verified.head.sequence) == (3, newest.sequence)


def rebuilt(site: Site, months: tuple[int, ...]) -> cs.Portfolio:
    """The portfolio of everything that was ever given, without any disk."""
    row = {"applicant_id": site.lender.asked(3)["applicant_id"], "lender": "y"}
    more = [
        row | {"event_time": f"2022-{month:02d}-17T10:00:00+00:00", "event_id": f"again-{month}"}
        for month in months
    ]
    world = site.lender.world
    return cs.Portfolio.from_records(world | {"inquiries": [*world["inquiries"], *more]})


def test_a_caller_changes_its_key_and_nobody_waits(site):
    old = site.lender.secrets["score"]
    body = {"application": site.lender.asked(2)}
    with site.running() as server:

        def status(key: str) -> int:
            return server.ask("POST", "/v1/scores", body, key=key).status

        file = site.folder / "keys.json"
        new, keys = ApiKeys.from_file(file).with_new("only-score-2", ["score"])
        assert (status(old), status(new)) == (200, 401)
        keys.to_file(file)
        server.edge.reload()
        assert (status(old), status(new)) == (200, 200)
        keys.without("only-score").to_file(file)
        server.edge.reload()
        assert (status(old), status(new)) == (401, 200)


def test_a_service_goes_on_under_another_key_of_the_ledger(site):
    new = cs.Ledger.new_key()
    with site.running() as server:
        kept = site.decide(server, 2).json
    with cs.Ledger.open(site.ledger, key=site.lender.key()) as ledger:
        ledger.rotate(new)
    (site.folder / "ledger.key").write_text(new.hex())
    with site.running() as server:
        assert (site.decide(server, 2).status, site.decide(server, 2).json) == (200, kept)
        assert site.decide(server, 3).status == 201
