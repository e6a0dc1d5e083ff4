"""One person from end to end, under pseudonyms: decided, handed out, erased; what is left proves the same."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import creditscore as cs
from creditscore.signing.keys import SigningKey
from creditscore.signing.trust import Trust
from creditscore.simulate.portfolio import Simulated
from creditscore.transparency.heads import fork_between
from tests.data.test_pseudonyms import renamed

KEY = bytes(range(32))
RARE = 81_234.57
Ran = tuple[int, str, str]


def called(one: str) -> str:
    return f"客户{one}"


@pytest.fixture(scope="module")
def folder(made: Simulated, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Files under ids as they came, one payment with an amount like no other, and keys beside them."""
    where = tmp_path_factory.mktemp("walk")
    (where / "data").mkdir()
    for name, table in made.tables.items():
        frame = renamed(table, name, called)
        if name == "payments":
            frame.loc[frame.index[0], "amount"] = RARE
        frame.to_parquet(where / "data" / f"{name}.parquet")
    asked = renamed(made.applications.drop(columns="decision"), "applications", called)
    asked.to_parquet(where / "data" / "applications.parquet")
    (where / "ids.key").write_bytes(KEY)
    cs.StandingPrivacy.generate(where / "standings.key")
    return where


def read(folder: Path) -> tuple[cs.Portfolio, cs.Applications]:
    import pandas as pd

    names = cs.Pseudonyms.from_file(folder / "ids.key")
    tables = {file.stem: pd.read_parquet(file) for file in (folder / "data").glob("*.parquet")}
    asked = cs.Applications(tables.pop("applications"), pseudonyms=names)
    privacy = cs.StandingPrivacy.from_file(folder / "standings.key")
    return cs.Portfolio(**tables, pseudonyms=names, privacy=privacy), asked


def run(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, *arguments: str
) -> Ran:
    from creditscore import cli

    monkeypatch.setattr("sys.argv", ["creditscore", *arguments])
    with pytest.raises(SystemExit) as stopped:
        cli.main()
    said = capsys.readouterr()
    return int(stopped.value.code or 0), said.out, said.err


@pytest.mark.long
def test_a_person_is_decided_on_handed_out_and_erased_and_every_other_proof_holds(
    folder: Path, somebody: int, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    portfolio, asked = read(folder)
    bad = (np.arange(len(asked)) % 4 == 0).astype(float)
    pipeline = cs.CreditPipeline(scorer=cs.CreditScorer(n_estimators=8)).fit(asked, portfolio, bad)
    pipeline.save(folder / "model")
    names, who = cs.Pseudonyms.from_file(folder / "ids.key"), called(str(somebody))
    mine = [row for row, one in enumerate(asked.applicant_ids) if one == names.of(who)]
    others = [row for row in range(len(asked)) if row not in mine][:5]
    signer, ledger_key = SigningKey.new("lender"), cs.Ledger.new_key()
    (folder / "ledger.key").write_bytes(ledger_key)
    policy, records = cs.Policy("consumer", "1", 600), {}
    with cs.Ledger.open(folder / "ledger.db", key=ledger_key) as ledger:
        for row in (*mine, *others):
            records[row] = pipeline.decide(asked.take([row]), portfolio, policy=policy, ledger=ledger)
        before = ledger.tree.sign(signer)
        receipts = {row: ledger.tree.receipt(one.decision_id, before) for row, one in records.items()}
    handed_out_and_erased(folder, who, len(mine), partial(run, capsys, monkeypatch, "subject"))
    with cs.Ledger.open(folder / "ledger.db", key=ledger_key) as ledger:
        after, trust = ledger.tree.sign(signer), Trust.of(signer)
        assert not fork_between(before.head, after.head, ledger.tree.consistency(before.head.size))
        found = ledger.verify(head=[before, after], trust=trust)
        for row, receipt in receipts.items():
            assert receipt.check(records[row].sha256, trust).is_good
        assert (found.decisions, found.erasures, found.unreadable) == (len(mine) + len(others), 1, len(mine))
        for row in others:
            number = records[row].decision_id
            again = ledger.read(number)
            assert again.to_json() == records[row].to_json()
            assert cs.replay_decision(again, pipeline.model) is None
            assert ledger.tree.receipt(number, after).check(again.sha256, trust).is_good
    assert_nothing_in_the_clear(folder)


def handed_out_and_erased(folder: Path, who: str, decided: int, subject: Callable[..., Ran]) -> None:
    """Ask on the command line for what is kept of somebody, have it erased, and ask again."""
    data, ledger_at = str(folder / "data"), str(folder / "ledger.db")
    keys = ("--ledger", ledger_at, "--key-file", str(folder / "ledger.key"))
    keys += ("--pseudonyms-key", str(folder / "ids.key"))
    code, out, err = subject("export", data, who, *keys)
    assert (code, err) == (0, "")
    kept: dict[str, Any] = json.loads(out)
    assert len(kept["decisions"]) == decided > 0
    assert {table["table"] for table in kept["tables"]} >= {"payments", "ties", "persons"}
    assert "客户" not in out
    code, out, _ = subject("erase", data, who, *keys, "--yes", "--json")
    done = json.loads(out)
    assert (code, done["keys"]) == (0, 1)
    assert done["rows"]["payments"] > 0
    for language in ("en", "fa", "zh"):
        code, out, _ = subject("export", data, who, *keys, "--language", language)
        gone = json.loads(out)
        assert (gone["tables"], gone["decisions"], gone["erased_decisions"]) == ([], [], decided)


def assert_nothing_in_the_clear(folder: Path) -> None:
    """No id as it came, no amount of who was erased and no key stands in a file beside the data."""
    files = [file for file in folder.rglob("*") if file.is_file() and file.parent.name != "data"]
    assert len(files) > 8
    for file in files:
        content = file.read_bytes()
        if file.suffix != ".key":
            assert KEY not in content
            assert KEY.hex().encode() not in content
        assert "客户".encode() not in content
        assert rb"\u5ba2\u6237" not in content
        assert str(RARE).encode() not in content


@pytest.mark.as_given
def test_a_number_and_a_text_are_found_under_their_pseudonyms_and_a_stranger_is_not(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    import pandas as pd

    (tmp_path / "ids.key").write_bytes(KEY)
    for kind in (int, str):
        rows = {"applicant_id": [kind(4711), kind(12)], "event_time": pd.Timestamp("2024-05-01T09:00Z")}
        pd.DataFrame(rows).to_parquet(tmp_path / "inquiries.parquet")
        key = ("--pseudonyms-key", str(tmp_path / "ids.key"))
        code, out, _ = run(capsys, monkeypatch, "subject", "export", str(tmp_path), "4711", *key)
        assert code == 0
        assert len(json.loads(out)["tables"]) == 1
        code, out, _ = run(capsys, monkeypatch, "subject", "export", str(tmp_path), "4712", *key)
        assert json.loads(out)["tables"] == []
        code, _, err = run(capsys, monkeypatch, "subject", "erase", str(tmp_path), "4712", *key, "--yes")
        assert code != 0
        assert "an id that a file of the folder or the ledger has" in err
        code, out, _ = run(
            capsys, monkeypatch, "subject", "erase", str(tmp_path), "4711", *key, "--yes", "--json"
        )
        assert json.loads(out)["rows"] == {"inquiries": 1}


@pytest.mark.as_given
@pytest.mark.parametrize("kind", [int, str])
def test_measures_under_pseudonyms_are_read_beside_the_files_and_erased_with_them(
    kind: type, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    import pandas as pd

    (tmp_path / "ids.key").write_bytes(KEY)
    ends = [(kind(one), kind(other)) for one, other in ((1, 2), (2, 3), (3, 1), (3, 4))]
    ties = pd.DataFrame(ends, columns=["person_id", "other_id"])
    ties["event_time"] = pd.Timestamp("2024-01-10", tz="UTC")
    ties.to_parquet(tmp_path / "ties.parquet")
    key = ("--pseudonyms-key", str(tmp_path / "ids.key"))
    grid = ("--start", "2024-06-01", "--stop", "2024-08-01")
    code, _, err = run(capsys, monkeypatch, "measures", str(tmp_path), *key, *grid)
    assert (code, err) == (0, "")
    code, out, _ = run(capsys, monkeypatch, "subject", "export", str(tmp_path), "3", *key)
    assert code == 0
    assert {table["table"] for table in json.loads(out)["tables"]} == {"ties", "measures"}
    called = cs.Pseudonyms(secret=KEY).of(kind(3))
    assert called in set(pd.read_parquet(tmp_path / "measures.parquet")["subject_id"])
    code, out, err = run(
        capsys, monkeypatch, "subject", "erase", str(tmp_path), "3", *key, "--yes", "--json"
    )
    assert code == 0, err
    assert json.loads(out)["rows"]["measures"] > 0
    assert called not in set(pd.read_parquet(tmp_path / "measures.parquet")["subject_id"])
    code, out, _ = run(capsys, monkeypatch, "subject", "export", str(tmp_path), "3", *key)
    assert json.loads(out)["tables"] == []


def test_a_whole_number_is_erased_from_files_whose_other_sides_are_texts(tmp_path: Path) -> None:
    import pandas as pd

    paid = {"event_time": pd.Timestamp("2024-05-01T09:00Z"), "amount": -5.0}
    rows = [
        paid | {"applicant_id": 7, "counterparty_id": "mill"},
        paid | {"applicant_id": 8, "counterparty_id": "7"},
    ]
    pd.DataFrame(rows).to_parquet(tmp_path / "payments.parquet")
    assert dict(cs.erase_from_folder(tmp_path, [7])) == {"payments": 1}
    assert pd.read_parquet(tmp_path / "payments.parquet")["counterparty_id"].tolist() == ["7"]
    assert dict(cs.erase_from_folder(tmp_path, [8, "7"])) == {"payments": 1}
