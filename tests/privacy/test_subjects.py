"""One person: everything that is kept, and nothing that is left, against the tables as they were given."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import jsonschema
import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest

import creditscore as cs
from creditscore.data.tables.contracts import CONTRACTS
from creditscore.errors import ContractError, NameUnknownError, ParameterError
from creditscore.features.compute import FeatureComputer
from creditscore.pipeline.fitting import CATALOGUES
from creditscore.simulate.portfolio import Simulated

OWNERS = {name: contract.owner for name, contract in CONTRACTS.items()}


def own_rows(made: Simulated, ids: set[int]) -> dict[str, int]:
    """How many rows of each table are of the person, or lead to them."""
    found = {}
    for name, table in made.tables.items():
        mask = table[OWNERS[name]].isin(ids)
        if name in {"ties", "persons"}:
            mask |= table["other_id"].isin(ids)
        found[name] = int(mask.sum())
    return {name: count for name, count in found.items() if count}


def ids_by_hand(made: Simulated, one: int) -> set[int]:
    ids = {one}
    pairs = made.tables["persons"][["person_id", "other_id"]].to_numpy().tolist()
    for _ in pairs:
        ids |= {other for pair in pairs if ids & set(pair) for other in pair}
    return ids


@pytest.mark.as_given
def test_an_export_holds_every_row_and_nobody_else(
    made: Simulated, portfolio: cs.Portfolio, somebody: int
) -> None:
    export = cs.subject_export(portfolio, somebody)
    ids = ids_by_hand(made, somebody)
    assert len(ids) == 2
    assert set(export.data["ids"]) == ids
    counted = {one["table"]: len(one["rows"]) for one in export.data["tables"] if one["rows"]}
    assert counted == own_rows(made, ids)
    shown = {"person_id", "other_id", "applicant_id", "subject_id"}
    for table in export.data["tables"]:
        for row in table["rows"]:
            for column in shown & set(row):
                assert isinstance(row[column], dict) or row[column] in ids
    acts = made.tables["activities"]
    named = acts["other_id"].isin(ids) & ~acts["person_id"].isin(ids)
    mentions = {one["table"]: one["mentions"] for one in export.data["tables"]}
    assert mentions.get("activities", 0) == int(named.sum())


@pytest.mark.as_given
def test_an_export_holds_what_was_asked_for_but_never_decided_on(
    made: Simulated, portfolio: cs.Portfolio, somebody: int
) -> None:
    ids = ids_by_hand(made, somebody)
    mine = made.applications[made.applications["applicant_id"].isin(ids)]
    assert len(mine)
    stranger = cs.subject_export(portfolio, -5, applications=cs.Applications(made.applications))
    assert stranger.is_empty
    export = cs.subject_export(portfolio, somebody, applications=cs.Applications(made.applications))
    table = export.data["tables"][0]
    assert table["table"] == "applications"
    for row, (_, given) in zip(table["rows"], mine.iterrows(), strict=True):
        for column, value in given.items():
            if pd.isna(value):
                assert column not in row
            elif isinstance(value, pd.Timestamp):
                assert pd.Timestamp(row[column]) == value
            else:
                assert row[column] == value
    for language, words in (("en", "Your applications"), ("fa", "درخواست‌های شما"), ("zh", "您的申请")):
        page = cs.subject_export(
            portfolio, somebody, applications=cs.Applications(made.applications), language=language
        ).to_html()
        assert words in page
    with pytest.raises(ParameterError, match="applications"):
        cs.subject_export(portfolio, somebody, applications=made.applications)


@pytest.mark.as_given
def test_another_person_has_one_number_in_all_tables(portfolio: cs.Portfolio, made: Simulated) -> None:
    """Numbers are one to one with people: whoever is near in two tables can be followed, and not named."""
    for one in portfolio.applicant_ids[:40]:
        export = cs.subject_export(portfolio, int(one))
        numbers = {
            cell["person"]
            for table in export.data["tables"]
            for row in table["rows"]
            for cell in row.values()
            if isinstance(cell, dict)
        }
        assert numbers == set(range(1, len(numbers) + 1))
        ids = ids_by_hand(made, int(one))
        ties = made.tables["ties"]
        near = set(ties.loc[ties["person_id"].isin(ids), "other_id"]) | set(
            ties.loc[ties["other_id"].isin(ids), "person_id"]
        )
        assert len(near - ids) <= len(numbers)


@pytest.mark.as_given
@pytest.mark.parametrize(
    ("language", "calendar"), [("en", "gregorian"), ("fa", "jalali"), ("zh", "gregorian")]
)
def test_a_page_is_whole_in_every_language(
    portfolio: cs.Portfolio, somebody: int, language: Any, calendar: Any
) -> None:
    export = cs.subject_export(portfolio, somebody, language=language, calendar=calendar)
    jsonschema.validate(export.to_dict(), cs.SubjectExport.schema())
    page = export.to_html()
    assert 'id="table-payments"' in page
    text = page.partition("<body>")[2].partition("<script")[0]
    for internal in ("event_time", "applicant_id", "known_time", "other_id", "None", "nan", "{number}"):
        assert internal not in text


def test_nothing_is_kept_of_a_stranger(portfolio: cs.Portfolio) -> None:
    export = cs.subject_export(portfolio, 10**12)
    assert export.is_empty
    assert "Nothing is kept of you" in export.to_html()
    for wrong in ({"language": "de"}, {"calendar": "lunar"}):
        with pytest.raises(NameUnknownError):
            cs.subject_export(portfolio, 1, **wrong)  # type: ignore[arg-type]


@pytest.mark.as_given
def test_who_is_erased_is_nowhere_and_everybody_else_is_as_before(
    made: Simulated, portfolio: cs.Portfolio, somebody: int
) -> None:
    done = cs.erase_subject(portfolio, somebody)
    ids = ids_by_hand(made, somebody)
    assert cs.subject_export(done.portfolio, somebody).is_empty
    assert not any(cs.subject_export(done.portfolio, one).data["tables"] for one in ids)
    assert portfolio.code(somebody) >= 0
    for name, table in made.tables.items():
        left = done.portfolio.to_frame(name)
        assert len(left) == len(table) - own_rows(made, ids).get(name, 0)
        for column in left.columns.intersection(["person_id", "other_id", "applicant_id", "subject_id"]):
            assert not left[column].isin(ids).any()
    declared = (
        one
        for catalogue in CATALOGUES
        for one in catalogue()
        if one.source not in {"ties", "memberships", "standings", "measures", "activities"}
    )
    computer = FeatureComputer(cs.FeatureSet(tuple(declared)))
    asked = made.applications[~made.applications["applicant_id"].isin(ids)].drop(columns="decision")
    applications = cs.Applications(asked)
    before = computer.compute(applications, portfolio).values
    after = computer.compute(applications, done.portfolio).values
    np.testing.assert_array_equal(after, before)


def test_a_mistyped_id_is_no_erasure(portfolio: cs.Portfolio) -> None:
    with pytest.raises(ParameterError, match="applicant_id"):
        cs.erase_subject(portfolio, 10**12)


@pytest.mark.as_given
def test_a_shop_that_has_the_number_of_a_person_keeps_it() -> None:
    moment = "2024-05-31T12:00:00Z"
    rows = [
        {
            "applicant_id": 1,
            "event_time": moment,
            "amount": -5.0,
            "counterparty_id": 2,
            "counterparty_kind": kind,
        }
        for kind in ("merchant", "person", None)
    ]
    rows.append({"applicant_id": 2, "event_time": moment, "amount": 1.0})
    done = cs.erase_subject(cs.Portfolio(payments=rows), 2)
    assert dict(done.rows) == {"payments": 2}
    left = done.portfolio.to_frame("payments")
    named = set(left.loc[left["counterparty_id"].notna(), "counterparty_kind"].fillna("none"))
    assert named == {"merchant", "none"}


@pytest.mark.as_given
def test_decisions_are_handed_out_and_erased_with_every_other_proof_kept(
    made: Simulated, somebody: int, tmp_path: Path
) -> None:
    secret = cs.StandingPrivacy.generate(tmp_path / "standings.key")
    portfolio, applications = made.portfolio(privacy=secret), made.to_applications()
    bad = (np.arange(len(applications)) % 4 == 0).astype(float)
    pipeline = cs.CreditPipeline(scorer=cs.CreditScorer(n_estimators=8)).fit(applications, portfolio, bad)
    mine = [row for row, one in enumerate(applications.applicant_ids) if one == somebody]
    policy = cs.Policy("consumer", "1", 600)
    with cs.Ledger.open(tmp_path / "ledger.db", key=cs.Ledger.new_key()) as ledger:
        for row in (*mine, *(place for place in range(4) if place not in mine)):
            pipeline.decide(applications.take([row]), portfolio, policy=policy, ledger=ledger)
        before = cs.subject_export(portfolio, somebody, ledger=ledger)
        assert len(before.data["decisions"]) == len(mine)
        assert "handled" not in before.data
        _hand_out_what_was_done(ledger, portfolio, somebody, before.data["decisions"][-1]["decision_id"])
        done = cs.erase_subject(portfolio, somebody, ledger=ledger)
        assert done.keys >= 1
        after = cs.subject_export(done.portfolio, somebody, ledger=ledger)
        assert (after.data["tables"], after.data["decisions"]) == ([], [])
        assert after.data["erased_decisions"] == len(mine)
        found = ledger.verify()
        assert (found.decisions, found.erasures, found.unreadable) == (
            len(mine) + len(set(range(4)) - set(mine)),
            1,
            len(mine),
        )


def _hand_out_what_was_done(
    ledger: cs.Ledger, portfolio: cs.Portfolio, somebody: int, decision_id: str
) -> None:
    """A review, an objection and the report that corrects, but not who reviewed."""
    record = ledger.read(decision_id)
    seen = cs.review_decision(record, reviewer="Ada Byron", decision="approve", reason="Seen <b>.")
    report = cs.decision_report(record, reviews=[seen])
    wrong = cs.open_objection(report, item="record/outcome/score", because="Not mine.", rule="CN")
    for one in (seen, wrong, cs.decision_report(record, replaces=report, correction="The ruling.")):
        ledger.handling.enter(one)
    export = cs.subject_export(portfolio, somebody, ledger=ledger)
    jsonschema.validate(export.to_dict(), cs.SubjectExport.schema())
    done = export.data["handled"]
    assert [one["what"] for one in done] == ["review", "objection", "report"]
    assert done[0]["content"] == seen.shown
    assert done[2]["content"]["replaces"]["correction"] == "The ruling."
    for language in ("en", "fa", "zh"):
        page = cs.subject_export(portfolio, somebody, ledger=ledger, language=language).to_html()
        assert 'id="handled"' in page
        assert "Seen &lt;b&gt;." in page
        assert "Not mine." in page
        assert "Byron" not in page


@pytest.mark.as_given
def test_what_was_done_with_two_decisions_stands_as_it_happened_beside_its_application(
    tmp_path: Path,
) -> None:
    german = cs.datasets.load_german()
    pipeline = cs.CreditPipeline(
        [cs.application_features(("amount", "term_days"))], scorer=cs.CreditScorer(n_estimators=8)
    )
    pipeline.fit(german.applications, cs.Portfolio(), german.bad)
    asked = [
        {"application_id": f"loan {at}", "applicant_id": "a", "as_of": f"2026-01-0{at}T00:00:00Z",
         "amount": 900.0, "term_days": 300.0}
        for at in (1, 2)
    ]  # fmt: skip
    with cs.Ledger.open(tmp_path / "ledger.db", key=cs.Ledger.new_key()) as ledger:
        policy = cs.Policy("consumer", "1", 600)
        one, other = (
            pipeline.decide(cs.Applications([row]), cs.Portfolio(), policy=policy, ledger=ledger)
            for row in asked
        )
        by = "Ada Byron"
        first = cs.review_decision(one, reviewer=by, decision="approve", reason="First.")
        second = cs.review_decision(other, reviewer=by, decision="decline", reason="Second.")
        third = cs.review_decision(one, reviewer=by, decision="decline", reason="Third.", earlier=[first])
        for ruling in (first, second, third):
            ledger.handling.enter(ruling)
        export = cs.subject_export(cs.Portfolio(), "a", ledger=ledger, language="zh")
    assert [done["content"]["reason"] for done in export.data["handled"]] == ["First.", "Second.", "Third."]
    page = export.to_html()
    assert "没有保存任何关于您的信息" not in page
    handled = re.sub(r"<[^>]+>", "", page.split('id="handled"')[1])
    said = re.findall(r"(loan \d)人工复核(通过|未通过)：(\w+)\.", handled)
    assert [" ".join(line) for line in said] == [
        "loan 1 通过 First", "loan 2 未通过 Second", "loan 1 未通过 Third",
    ]  # fmt: skip


@pytest.fixture
def folder(made: Simulated, tmp_path: Path) -> Path:
    for name, table in made.tables.items():
        table.to_parquet(tmp_path / f"{name}.parquet")
    made.applications.drop(columns="decision").to_parquet(tmp_path / "applications.parquet")
    return tmp_path


@pytest.mark.as_given
def test_files_hold_nothing_of_who_was_erased(folder: Path, made: Simulated, somebody: int) -> None:
    ids = ids_by_hand(made, somebody)
    before = {path.name: pq.read_table(path) for path in folder.glob("*.parquet")}
    counts = cs.erase_from_folder(folder, sorted(ids))
    for path in folder.glob("*.parquet"):
        table = pq.read_table(path)
        assert table.schema.equals(before[path.name].schema, check_metadata=False)
        for column in ("applicant_id", "person_id", "other_id", "subject_id"):
            if column in table.column_names:
                assert not set(table[column].to_pylist()) & ids
    gone = own_rows(made, ids)
    assert {name: counts[name] for name in gone if name != "activities"} == {
        name: count for name, count in gone.items() if name != "activities"
    }
    assert not dict(cs.erase_from_folder(folder, sorted(ids)))
    assert not list(folder.glob(".*.part"))


@pytest.mark.as_given
def test_a_file_that_cannot_be_read_stops_everything(folder: Path, somebody: int) -> None:
    (folder / "ties.parquet").write_bytes(b"none")
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    with pytest.raises(ContractError, match="cannot be read"):
        cs.erase_from_folder(folder, [somebody])
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before
    with pytest.raises(ParameterError, match="folder"):
        cs.erase_from_folder(folder / "none", [somebody])


@pytest.mark.as_given
def test_the_command_line_hands_out_and_erases(
    folder: Path, somebody: int, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    from creditscore import cli

    def run(*arguments: str, failing: bool = False) -> str:
        monkeypatch.setattr("sys.argv", ["creditscore", "subject", *arguments])
        with pytest.raises(SystemExit) as stopped:
            cli.main()
        said = capsys.readouterr()
        assert (stopped.value.code != 0) is failing, said
        return said.err if failing else said.out

    run(
        "export",
        str(folder),
        str(somebody),
        "--language",
        "fa",
        "--calendar",
        "jalali",
        "--out",
        str(folder / "e.html"),
    )
    assert 'dir="rtl"' in (folder / "e.html").read_text(encoding="utf-8")
    done = json.loads(run("erase", str(folder), str(somebody), "--yes", "--json"))
    assert done["rows"]["payments"] > 0
    assert json.loads(run("export", str(folder), str(somebody)))["tables"] == []
    again = run("erase", str(folder), str(somebody), "--yes", failing=True)
    assert "an id that a file of the folder or the ledger has" in again


@pytest.mark.as_given
def test_who_only_ever_applied_is_erased_from_the_applications(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody of whom no table holds a row, as most who were declined at once."""
    from creditscore import cli

    path = folder / "applications.parquet"
    before = pd.read_parquet(path)
    stranger = before.iloc[[0]].assign(applicant_id=987_654_321, application_id=987_654_321)
    pd.concat([before, stranger[before.columns]]).to_parquet(path, index=False)
    monkeypatch.setattr("sys.argv", ["creditscore", "subject", "erase", str(folder), "987654321", "--yes"])
    with pytest.raises(SystemExit) as stopped:
        cli.main()
    said = capsys.readouterr()
    assert (stopped.value.code, said.out.strip()) == (0, "rows: applications 1; keys destroyed: 0"), said
    assert len(pd.read_parquet(path)) == len(before)


def test_a_frame_of_a_table_is_what_was_given(made: Simulated, portfolio: cs.Portfolio) -> None:
    """Erasing rests on frames that come back whole: as many rows, and the same sums."""
    for name, table in made.tables.items():
        frame = portfolio.to_frame(name)
        assert len(frame) == len(table)
        for column in table.select_dtypes("float").columns.intersection(frame.columns):
            assert np.isclose(pd.to_numeric(frame[column]).sum(), table[column].sum())
