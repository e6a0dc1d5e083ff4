"""A portfolio on disk behind the service: what is added is read at once, and who is erased is gone."""

from __future__ import annotations

import json
from collections.abc import Iterator

import numpy as np
import pytest

import creditscore as cs
from creditscore.service.service import _fold
from creditscore.service.store import FolderStore, Known
from tests.service.lender import Lender, Running
from tests.service.test_door import problem


@pytest.fixture(scope="module")
def changing(lender: Lender, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    folder = tmp_path_factory.mktemp("changing")
    lender.portfolio.write(folder / "portfolio")
    known = Known(FolderStore(folder / "portfolio"))
    with Running(lender.edge(folder / "decisions.db", known=known)) as server:
        yield server


def score(changing: Running, lender: Lender, number: int) -> dict:
    got = changing.ask(
        "POST", "/v1/scores", {"application": lender.asked(number)}, key=lender.secrets["score"]
    )
    assert got.status == 200, got.content
    return got.json


def ingest(changing: Running, lender: Lender, tables: dict):
    return changing.ask("POST", "/v1/events", {"tables": tables}, key=lender.secrets["ingest"])


def test_what_is_added_is_read_by_the_next_score(changing, lender):
    asked = lender.asked(2)
    assert score(changing, lender, 2) == json.loads(
        json.dumps(lender.pipeline.score(asked, lender.portfolio).to_dict())
    )
    rows = [
        {
            "applicant_id": asked["applicant_id"],
            "event_time": f"2022-11-{day:02d}T10:00:00+00:00",
            "lender": "y",
        }
        for day in range(1, 29)
    ]
    got = ingest(changing, lender, {"inquiries": rows})
    assert (got.status, got.json) == (201, {"rows": {"inquiries": 28}})
    world = lender.world | {"inquiries": [*lender.world["inquiries"], *rows]}
    expected = lender.pipeline.score(asked, cs.Portfolio.from_records(world))
    assert score(changing, lender, 2)["score_unrounded"] == expected.score_unrounded


def test_rows_that_break_a_contract_change_nothing(changing, lender):
    before = score(changing, lender, 3)
    who = lender.asked(3)["applicant_id"]
    rows = [{"applicant_id": who, "event_time": "2022-11-01T10:00:00+00:00", "lender": "y"}] * 2
    rows.append({"applicant_id": who, "event_time": "soon", "lender": "y"})
    problem(ingest(changing, lender, {"inquiries": rows}), 422, "/tables/inquiries")
    problem(ingest(changing, lender, {"enquiries": rows}), 422)
    assert score(changing, lender, 3) == before


@pytest.mark.long
def test_who_is_erased_is_gone_from_ledger_and_portfolio(changing, lender):
    asked = lender.asked(5)
    made = changing.ask(
        "POST", "/v1/decisions", {"application": asked}, key=lender.secrets["decide"], Idempotency_Key="five"
    ).json
    path = f"/v1/subjects/{made['subject']}"
    assert changing.ask("GET", path, key=lender.secrets["audit"]).json["decisions"]
    got = changing.ask("DELETE", path, key=lender.secrets["erase"])
    assert got.status == 200, got.content
    mine = {name: len(rows) for name, rows in lender.records(5).items() if rows}
    assert got.json == {"keys": 1, "rows": mine}
    store = changing.edge.service.known.store
    assert store.current().code(asked["applicant_id"]) == -1
    left = lender.portfolio.n_applicants - 1
    assert store.current().n_applicants == cs.Portfolio.open(store._folder.folder).n_applicants == left
    found = changing.ask("GET", path, key=lender.secrets["audit"]).json
    assert (found["tables"], found["decisions"], found["erased_decisions"]) == ([], [], 1)
    problem(changing.ask("DELETE", path, key=lender.secrets["erase"]), 404)
    problem(changing.ask("GET", f"/v1/decisions/{made['decision_id']}", key=lender.secrets["audit"]), 404)
    assert score(changing, lender, 5)["sources"]["payments"] is False


def test_records_that_are_sent_again_count_once(changing, lender):
    row = {
        "applicant_id": lender.asked(4)["applicant_id"],
        "event_id": "sent",
        "event_time": "2022-11-01T10:00:00+00:00",
        "lender": "y",
    }
    found = [ingest(changing, lender, {"inquiries": [row]}) for _ in "ab"]
    assert [(one.status, one.json) for one in found] == [
        (201, {"rows": {"inquiries": 1}}),
        (201, {"rows": {"inquiries": 0}}),
    ]
    problem(ingest(changing, lender, {"inquiries": [row | {"lender": "z"}]}), 422, "/tables/inquiries")


def test_a_long_log_is_folded_while_the_service_goes_on(changing, lender, monkeypatch, tmp_path):
    folder, asked = changing.edge.service.known.store._folder, lender.asked(5)
    row = {"applicant_id": asked["applicant_id"], "event_time": "2022-11-03T10:00:00+00:00", "lender": "w"}
    monkeypatch.setattr("creditscore.data.folder.opening._MOST_ENTRIES", folder.log_size()[0] + 2)
    assert ingest(changing, lender, {"inquiries": [row | {"event_id": "fold-1"}]}).status == 201
    entries, rows, there = folder.log_size()
    assert entries
    assert rows
    assert ingest(changing, lender, {"inquiries": [row | {"event_id": "fold-2"}]}).status == 201
    changing.edge._beside.submit(int).result()  # what is done beside is done in turn
    assert folder.log_size() == (0, 0, there + rows + 1)
    assert folder.check().ok
    assert not changing.edge.service.known.store.is_long
    inquiries = folder.portfolio().tables["inquiries"]
    codes, labels = inquiries.event_ids.of(np.arange(inquiries.n_rows))
    assert [labels[code] for code in codes if code >= 0 and str(labels[code]).startswith("fold")] == [
        "fold-1", "fold-2",
    ]  # fmt: skip
    assert ingest(changing, lender, {"inquiries": [row | {"event_id": "fold-1"}]}).json == {
        "rows": {"inquiries": 0}
    }


def test_a_log_that_cannot_be_folded_is_told_and_loses_nothing(changing, lender, monkeypatch):
    store = changing.edge.service.known.store
    monkeypatch.setattr("creditscore.data.folder.opening._MOST_ENTRIES", 1)
    monkeypatch.setattr("creditscore.service.store.apart", _full)
    told = []
    monkeypatch.setattr("creditscore.service.service.tell", lambda *said, **_: told.append(said[1]))
    row = {"applicant_id": lender.asked(5)["applicant_id"], "event_time": "2022-11-04T10:00:00+00:00"}
    assert ingest(changing, lender, {"inquiries": [row | {"event_id": "full-1"}]}).status == 201
    changing.edge._beside.submit(int).result()
    assert told == ["not_folded"]
    assert store.is_long
    assert store._folder.log_size()[1] >= 1


def test_a_fold_that_failed_is_not_tried_again_at_every_append(changing, lender, monkeypatch):
    store = changing.edge.service.known.store
    monkeypatch.setattr("creditscore.data.folder.opening._MOST_ENTRIES", 20)
    monkeypatch.setattr("creditscore.service.store.apart", _full)
    told = []
    monkeypatch.setattr("creditscore.service.service.tell", lambda *said, **_: told.append(said[1]))
    row = {"applicant_id": lender.asked(5)["applicant_id"], "event_time": "2022-11-04T11:00:00+00:00"}
    tried = []
    while store._folder.log_size()[0] < 29:
        sent = row | {"event_id": f"again-{len(tried)}"}
        assert ingest(changing, lender, {"inquiries": [sent]}).status == 201
        changing.edge._beside.submit(int).result()
        tried.append(len(told))
    ends = [size for size, more in enumerate(np.diff([0, *tried]), 30 - len(tried)) if more]
    assert ends == [20, 22, 24, 26, 28]
    with monkeypatch.context() as patched:
        patched.setattr("creditscore.service.store.apart", lambda *_: False)
        assert store.fold() is False
    assert not store.is_long


def test_a_fold_that_somebody_else_is_at_is_not_told_as_done(changing, monkeypatch):
    told = []
    monkeypatch.setattr("creditscore.service.service.tell", lambda *said, **_: told.append(said[1]))
    store = changing.edge.service.known.store
    with store._folding:
        _fold(store)
    monkeypatch.setattr("creditscore.service.store.apart", lambda *_: False)
    _fold(store)
    monkeypatch.setattr("creditscore.service.store.apart", lambda *_: True)
    _fold(store)
    assert told == ["folded"]


def _full(*_: object) -> None:
    raise OSError(28, "No space left on device")
