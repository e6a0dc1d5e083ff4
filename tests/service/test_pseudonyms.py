"""A service with a key of pseudonyms: ids as they are at the door, and behind it nowhere."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import creditscore as cs
from creditscore.cli._folder import Read, read_portfolio
from creditscore.cli.portfolios import score
from creditscore.cli.serving import _known
from creditscore.errors import ParameterError, PortfolioError
from creditscore.service.logs import LOGGER, JsonLines
from creditscore.service.store import FolderStore, Known, Reading
from tests.people import called
from tests.service.lender import PEOPLE, Lender, Reply, Running
from tests.service.test_door import problem

pytestmark = pytest.mark.as_given
KEY = bytes(range(100, 132))
MARK = "کدملی"
DAY = "2022-11-03T10:00:00Z"
VARIABLE = "CREDITSCORE_TEST_PSEUDONYMS"


def raw(number: int) -> str:
    return f"{MARK}-00{number:03d}17"


def as_given(rows: Any) -> Any:
    """The same rows with other ids, other than of events: theirs stay, and name nobody here."""
    text = json.dumps(rows)
    for number in range(PEOPLE):
        text = text.replace(json.dumps(called(number))[1:-1], raw(number))
    found = json.loads(text)
    for number, row in enumerate(found):
        if "event_id" in row:
            row["event_id"] = f"e{number}"
    return found


@dataclass
class Town:
    """A lender's service under pseudonyms, its disk, and what it logged."""

    lender: Lender
    folder: Path
    names: cs.Pseudonyms
    running: Running
    log: io.StringIO

    def asked(self, number: int, **more: Any) -> dict[str, Any]:
        plain = self.lender.asked(number) | {"applicant_id": raw(number), "application_id": f"A{number}"}
        return plain | more

    def records(self, number: int) -> dict[str, Any]:
        return {name: as_given(rows) for name, rows in self.lender.records(number).items()}

    def ask(self, method: str, path: str, body: Any = None, key: str = "all", **more: str) -> Reply:
        return self.running.ask(method, path, body, key=self.lender.secrets[key], **more)


@pytest.fixture(scope="module")
def town(lender: Lender, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    folder = tmp_path_factory.mktemp("hidden")
    names = cs.Pseudonyms(secret=KEY)
    (folder / "ids.key").write_text(KEY.hex())
    rows = {name: as_given([*map(_plain, rows)]) for name, rows in lender.world.items()}
    cs.Portfolio.from_records(rows, pseudonyms=names).write(folder / "portfolio")
    known = _known(folder / "portfolio", Read(pseudonyms=folder / "ids.key"), None, 200_000)
    log, logger = io.StringIO(), logging.getLogger(LOGGER)
    handler = logging.StreamHandler(log)
    handler.setFormatter(JsonLines())
    logger.addHandler(handler)
    logger.setLevel(logging.INFO)
    with Running(lender.edge(folder / "decisions.db", known=known)) as server:
        yield Town(lender, folder, names, server, log)
    logger.removeHandler(handler)


def _plain(row: dict[str, Any]) -> dict[str, Any]:
    as_they_are = (int, float, type(None))
    return {name: one if isinstance(one, as_they_are) else str(one) for name, one in row.items()}


def test_who_asks_with_the_id_gets_the_bits_of_the_portfolio_by_id_and_by_records(town):
    stored = cs.Portfolio.open(town.folder / "portfolio")
    for number in (2, 5, 9):
        asked = town.asked(number)
        one = cs.Applications.from_records(asked, pseudonyms=town.names)
        expected = town.lender.pipeline.score(one, stored)
        got = town.ask("POST", "/v1/scores", {"application": asked})
        assert got.json == json.loads(json.dumps(expected.to_dict()))
        assert got.json["sources"]["payments"]
        sent = town.ask("POST", "/v1/scores", {"application": asked, "tables": town.records(number)})
        assert sent.json["score_unrounded"] == expected.score_unrounded
    many = town.ask("POST", "/v1/scores/batch", {"applications": [town.asked(k) for k in (2, 5, 9)]})
    assert [one["application_id"] for one in many.json["scores"]] == ["A2", "A5", "A9"]
    unknown = town.ask("POST", "/v1/scores", {"application": town.asked(2, applicant_id=called(2))})
    assert not unknown.json["sources"]["payments"]


def test_one_person_from_the_first_event_to_erasure_and_no_id_stands_anywhere(town):
    who, event = raw(7), {"event_time": "2022-11-03T10:00:00+00:00", "lender": "y"}
    added = town.ask("POST", "/v1/events", {"tables": {"inquiries": [event | {"applicant_id": who}]}})
    assert added.json == {"rows": {"inquiries": 1}}
    stored = cs.Portfolio.open(town.folder / "portfolio")
    assert stored.code(town.names.of(who)) >= 0
    with pytest.raises(ParameterError, match="go under pseudonyms"):
        stored.code(who)
    made = town.ask("POST", "/v1/decisions", {"application": town.asked(7)}, Idempotency_Key="seven")
    assert made.status == 201
    found = town.ask("POST", "/v1/subjects", {"applicant_id": who})
    assert found.json == {"subject": made.json["subject"]}
    paths = [f"/v1/decisions/{made.json['decision_id']}{end}" for end in ("", "/proof", "/report")]
    paths += [f"/v1/subjects/{made.json['subject']}", "/metrics"]
    answers = [made, found, *(town.ask("GET", path) for path in paths)]
    answers.append(town.ask("POST", "/v1/explanations", {"application": town.asked(7)}))
    assert [one.status for one in answers] == [201, 200, 200, 200, 200, 200, 200, 200]
    export = answers[-3].json
    assert {one["table"] for one in export["tables"]} >= {"loans", "inquiries"}
    gone = town.ask("DELETE", paths[3])
    assert gone.json["keys"] == 1
    assert gone.json["rows"]["inquiries"] >= 1
    assert cs.Portfolio.open(town.folder / "portfolio").code(town.names.of(who)) == -1
    left = town.ask("GET", paths[3]).json
    assert (left["tables"], left["decisions"], left["erased_decisions"]) == ([], [], 1)
    shown = [one.content for one in (*answers, gone)] + [town.log.getvalue().encode()]
    kept = [file.read_bytes() for file in town.folder.rglob("*") if file.is_file() and file.suffix != ".key"]
    assert len(kept) > 3
    assert town.log.getvalue().count('"event": "request"') >= len(answers)
    for content in (*shown, *kept):
        assert MARK.encode() not in content
        assert json.dumps(MARK)[1:-1].encode() not in content
        assert KEY not in content
        assert KEY.hex().encode() not in content


@pytest.mark.parametrize(
    ("table", "row"),
    [
        ("inquiries", {"event_time": "soon"}),
        ("inquiries", {"event_time": None}),
        ("payments", {"event_time": DAY, "amount": "much"}),
        ("payments", {"event_time": DAY, "amount": 1.0, "account_id": raw(3), "kind": "?"}),
        ("loans", {"event_time": DAY, "loan_id": raw(3), "amount": -1.0}),
        ("instalments", {"loan_id": raw(3), "due_time": DAY, "due_amount": -1.0}),
        ("persons", {"person_id": raw(3), "event_time": DAY}),
        ("nothing", {}),
    ],
)
def test_what_is_refused_names_rows_and_no_id(town, table, row):
    body = {"tables": {table: [row | {"applicant_id": raw(3)}] * 2}}
    for path, sent in (("/v1/events", body), ("/v1/scores", {"application": town.asked(3), **body})):
        got = town.ask("POST", path, sent)
        problem(got, 422)
        assert MARK not in json.dumps(got.json, ensure_ascii=False)
    assert MARK not in town.log.getvalue()


@pytest.mark.parametrize("applicant", [raw(3) + "\ud800", [raw(3)], {"id": raw(3)}, 1.5, True, None, ""])
def test_an_id_that_is_none_is_refused_without_being_shown(town, applicant):
    for path in ("/v1/scores", "/v1/decisions", "/v1/subjects"):
        who = {"applicant_id": applicant}
        body = who if path == "/v1/subjects" else {"application": town.asked(3, **who)}
        got = town.ask("POST", path, body, Idempotency_Key="none")
        assert got.status in (400, 422), got.content
        assert MARK not in json.dumps(got.json, ensure_ascii=False)


def test_the_key_is_read_from_a_file_or_the_environment_and_nothing_else_passes(town, tmp_path, monkeypatch):
    monkeypatch.setenv(VARIABLE, KEY.hex())
    named = Path(f"env:{VARIABLE}")
    for where in (named, town.folder / "ids.key"):
        known = _known(None, Read(pseudonyms=where), None, 9)
        assert known.called(raw(3)) == town.names.of(raw(3))
        assert known.called(town.names.of(raw(3))) == town.names.of(raw(3))
    assert Known().called(raw(3)) == raw(3)
    monkeypatch.setenv(VARIABLE, "not hexadecimal: secret")
    with pytest.raises(ParameterError) as refused:
        Read(pseudonyms=named).names()
    assert "secret" not in str(refused.value)
    with pytest.raises(ParameterError):
        Read(pseudonyms=Path("env:NOBODY_SET_THIS")).names()
    with pytest.raises(ParameterError):
        Read(pseudonyms=tmp_path / "absent").names()


def test_a_portfolio_of_plain_ids_is_not_opened_with_a_key(town, tmp_path):
    town.lender.portfolio.write(tmp_path / "plain")
    with pytest.raises(ParameterError, match="go under the ids that were given"):
        FolderStore(tmp_path / "plain", None, town.names)


def test_a_portfolio_under_a_key_is_served_with_that_key_alone(town, tmp_path):
    folder, other = town.folder / "portfolio", tmp_path / "other.key"
    cs.Pseudonyms.generate(other)
    with pytest.raises(PortfolioError, match="Give the key that it was made under"):
        _known(folder, Read(pseudonyms=other), None, 9)
    with pytest.raises(ParameterError, match=f"--pseudonyms-key.*of the key {town.names.key_check}"):
        _known(folder, Read(), None, 9)
    right = _known(folder, Read(pseudonyms=town.folder / "ids.key"), None, 9)
    assert right.changeable().current().code(right.called(raw(3))) >= 0


def test_applications_under_another_key_are_not_scored_against_a_portfolio_on_disk(town, tmp_path):
    other, asked, out = tmp_path / "other.key", tmp_path / "asked.parquet", tmp_path / "scores"
    cs.Pseudonyms.generate(other)
    pd.DataFrame([town.asked(2)]).to_parquet(asked)
    model = town.lender.folder / "model"
    with pytest.raises(PortfolioError, match="Give the key that it was made under"):
        score(town.folder / "portfolio", model, asked, out, part=9, pseudonyms_key=other)
    assert not out.exists()
    score(town.folder / "portfolio", model, asked, out, part=9, pseudonyms_key=town.folder / "ids.key")
    assert any(out.iterdir())


def test_a_folder_of_files_under_plain_ids_is_read_under_pseudonyms(town):
    folder, key = town.lender.folder / "portfolio", town.folder / "ids.key"
    portfolio = read_portfolio(folder, read=Read(pseudonyms=key))
    assert all(map(cs.Pseudonyms.looks_like_one, portfolio.applicant_ids))
    known = _known(folder, Read(pseudonyms=key), None, 9)
    assert known.changeable().current().applicant_ids == portfolio.applicant_ids
    assert known.reading == Reading(None, privacy=None, pseudonyms=town.names)
