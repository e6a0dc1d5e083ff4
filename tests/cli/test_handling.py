"""Commands for what people do with a decision, from the decision to the objection, in one go."""

from __future__ import annotations

import hashlib
import json
import shlex
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import creditscore as cs
from creditscore import cli
from creditscore.cli.examples import EXAMPLES

Run = Callable[..., str]
NOTICE = (
    "--kind",
    "adverse_action",
    "--creditor",
    "Bank",
    "--agency",
    "Office",
    "--statement",
    "You may ask.",
)


@pytest.fixture(scope="module")
def files(tmp_path_factory) -> Path:
    """A small model of the German data and a decision that declined."""
    folder = tmp_path_factory.mktemp("handling")
    german = cs.datasets.load_german()
    scorer = cs.CreditScorer(n_estimators=20)
    pipeline = cs.CreditPipeline([cs.application_features(german.columns)], scorer=scorer, threads=1)
    pipeline.fit(german.applications, cs.Portfolio(), german.bad).save(folder / "model")
    policy = cs.Policy("consumer", "1", cutoff=840)
    record = pipeline.decide(german.applications.take([1]), cs.Portfolio(), policy=policy)
    (folder / "record.json").write_text(record.to_json(), encoding="utf-8")
    write_alone(folder / "alone", german.applications.take(range(40)))
    return folder


def write_alone(folder: Path, some: cs.Applications) -> None:
    """Write applications into a folder in which no table stands."""
    folder.mkdir()
    given = pd.DataFrame({name: list(values) for name, values in {**some.numeric, **some.text}.items()})
    given.insert(0, "as_of", pd.to_datetime(np.asarray(some.as_of), unit="us", utc=True))
    given.insert(0, "applicant_id", list(some.applicant_ids))
    given.insert(0, "application_id", list(some.application_ids))
    given.to_parquet(folder / "applications.parquet")


@pytest.fixture
def run(files, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    def call(*arguments: str, code: int = 0) -> str:
        monkeypatch.chdir(files)
        monkeypatch.setattr("sys.argv", ["creditscore", *arguments])
        with pytest.raises(SystemExit) as stopped:
            cli.main()
        told = capsys.readouterr()
        assert stopped.value.code == code, told
        return told.out + told.err if code else told.out

    return call


def read(path: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return found


def test_from_the_decision_to_the_objection(run: Run, files: Path) -> None:
    run("report-decision", "record.json", "--model", "model", "--audience", "authority", "--out", "full.html")
    assert "the page says what its JSON says" in run("verify", "full.html", "--model", "model")
    ruled = ("--reviewer", "A. B.", "--reason", "A guarantor signed.", "--role", "officer")
    run("review", "record.json", "--out", "seen.json", "--ruling", "approve", *ruled)
    run(
        "report-decision", "record.json", "--ruling", "seen.json", "--replaces", "full.html",
        "--correction", "The income was wrong.", "--valid-days", "30", "--keep-months", "25",
        "--out", "again.json",
    )  # fmt: skip
    found = read(files / "again.json")
    assert found["decided"] == "approve"
    assert found["replaces"]["correction"] == "The income was wrong."
    assert found["validity"]["keep_until"] is not None
    run(
        "review",
        "record.json",
        "--out",
        "second.json",
        "--ruling",
        "decline",
        "--earlier",
        "seen.json",
        *ruled,
    )
    assert read(files / "second.json")["after"] == read(files / "seen.json")["sha256"]
    said = run(
        "object", "again.json", "--out", "objection.json", "--item", "record/outcome/score",
        "--because", "No.", "--rule", "IR", "--weekend", "2000-01-01=friday,saturday",
    )  # fmt: skip
    assert "answer by" in said
    assert read(files / "objection.json")["calendar"]["weeks"] == [{"since": "2000-01-01", "off": [4, 5]}]
    run("sealing-key", "own.key", "public.key")
    assert (files / "own.key").stat().st_mode & 0o077 == 0
    assert "is there already" in run("sealing-key", "other.key", "public.key", code=2)
    assert "comes first" in run("sealing-key", "other.pub", "other.key", code=2)
    run("seal", "full.html", "--for", "public.key", "--out", "sealed.json")
    run("unseal", "sealed.json", "--key", "own.key", "--out", "opened.html")
    assert (files / "opened.html").read_bytes() == (files / "full.html").read_bytes()


def test_the_examples_in_the_help_do_what_they_say(run: Run, files: Path) -> None:
    """In the order of work: what one writes, the next reads."""
    (files / "decision.json").write_bytes((files / "record.json").read_bytes())
    run("report-decision", "decision.json", "--audience", "authority", "--out", "report.json")
    for name in ("review", "report-decision", "object", "sealing-key", "seal", "unseal"):
        run(*shlex.split(EXAMPLES[name]))
    assert (files / "authority.key").stat().st_mode & 0o077 == 0
    assert (files / "authority.pub").stat().st_mode & 0o044


def test_a_model_of_applications_alone_needs_no_table(run: Run, files: Path) -> None:
    run("explain", "model", "--portfolio", "alone", "--application", "2", "--out", "alone.json")
    alone, record = read(files / "alone.json"), read(files / "record.json")
    assert alone["record"]["outcome"]["score"] == record["outcome"]["score"]


def test_a_model_of_payments_needs_its_table(run: Run, files: Path, tmp_path: Path) -> None:
    made = cs.simulate.simulate_portfolio(cs.simulate.SimulationConfig(people=300), seed=1)
    portfolio = made.portfolio()
    scorer = cs.CreditScorer(recipe="pairs", n_estimators=5, n_folds=3)
    pipeline = cs.CreditPipeline([cs.payment_features()], scorer=scorer, threads=1)
    pipeline.fit(made.to_applications(), portfolio, made.bad(portfolio)).save(tmp_path / "model")
    (tmp_path / "data").mkdir()
    shutil.copy(files / "alone" / "applications.parquet", tmp_path / "data")
    asked = ("explain", str(tmp_path / "model"), "--portfolio", str(tmp_path / "data"), "--application", "2")
    assert "a folder with some of payments.parquet" in run(*asked, code=2)


def test_a_ledger_is_begun_where_there_is_none(run: Run, files: Path) -> None:
    run("ledger", "new-key", "ledger.key")
    assert run("ledger", "new", "begun.db", "--key-file", "ledger.key").startswith("0:")
    run("ledger", "register-model", "begun.db", "model", "--key-file", "ledger.key")
    assert "is there already" in run("ledger", "new", "begun.db", "--key-file", "ledger.key", code=3)
    assert "verified" in run("verify", "begun.db", "--key-file", "ledger.key")


def test_a_decision_is_explained_into_a_ledger_and_its_page_is_verified(run: Run, files: Path) -> None:
    """One command decides, enters, and writes the person's page, which carries its receipt."""
    for one in ("book.key", "book.db", "signing.key", "trusted.json"):
        assert not (files / one).exists()
    run("ledger", "new-key", "book.key")
    run("ledger", "new", "book.db", "--key-file", "book.key")
    run("keys", "new", "signing.key", "--name", "lender.example", "--trust", "trusted.json")
    asked = ("explain", "model", "--portfolio", "alone", "--application", "2")
    book = ("--ledger", "book.db", "--key-file", "book.key")
    signed = ("--sign-with", "signing.key")
    for ending in ("html", "json"):
        run(*asked, *book, *signed, "--out", f"mine.{ending}", "--record-out", "entered.json")
    run("ledger", "head", *book[1:2], *book[2:], *signed, "--out", "kept.txt")
    shown = run("verify", "mine.html", "--model", "model", "--trust", "trusted.json")
    assert "NOT verified" not in shown
    named = "the model is the one that the report names"
    for said in ("it is in the ledger", "signed by lender.example", named):
        assert f"ok      {said}" in shown, said
    found = run("verify", "mine.json", "--trust", "trusted.json", "--head", "kept.txt")
    assert "it is of one history with the head of 2 entries" in found
    assert "signed by lender.example" in run("verify", "entered.json", "--trust", "trusted.json")
    run(*asked, *book, "--out", "unsigned.json")
    assert "receipt" not in read(files / "unsigned.json")
    assert len(run("ledger", "list", *book[1:2], *book[2:], "--application", "2").splitlines()) == 3
    assert "belong together" in run(*asked, *book[:2], code=2)
    assert "belong together" in run(*asked, *book[2:], code=2)


def test_a_page_of_the_subject_is_held_against_the_model_that_it_names(run: Run, files: Path) -> None:
    """It has no values of features, so that nothing else can be; a page of another model is refuted."""
    run("report-decision", "record.json", "--out", "mine_too.json")
    shown = run("verify", "mine_too.json", "--model", "model")
    assert "score and reasons were not worked out again" in shown
    made = read(files / "mine_too.json")
    made["record"]["model"]["model_id"] = "0" * 64
    body = {name: part for name, part in made.items() if name != "sha256"}
    text = json.dumps(body, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    body["sha256"] = hashlib.sha256(text.encode()).hexdigest()
    text = json.dumps(body, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    (files / "mine_too.json").write_text(text, encoding="utf-8")
    assert "it names another model" in run("verify", "mine_too.json", "--model", "model", code=1)


def test_a_page_of_the_subject_says_that_its_score_was_not_worked_out(run: Run, files: Path) -> None:
    for name, said in (("subject", True), ("auditor", False)):
        run("report-decision", "record.json", "--audience", name, "--out", f"{name}.html")
        shown = run("verify", f"{name}.html")
        assert ("score and reasons were not worked out again" in shown) is said
        assert "nothing was worked out again from rows" in shown or said


def test_a_notice_needs_its_parts(run: Run, files: Path) -> None:
    run("report-decision", "record.json", *NOTICE, "--out", "notice.html")
    assert "Office" in (files / "notice.html").read_text(encoding="utf-8")
    for missing in ("--creditor", "--agency", "--statement"):
        at = NOTICE.index(missing)
        shown = run("report-decision", "record.json", *NOTICE[:at], *NOTICE[at + 2 :], code=2)
        assert "creditor, agency and rights" in shown


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("report-decision", "absent.json"), 3),
        (("report-decision", "record.json", "--correction", "x"), 2),
        (("report-decision", "record.json", "--ruling", "record.json"), 3),
        (("report-decision", "record.json", "--model", "absent"), 3),
        (("review", "record.json", "--out", "x", "--ruling", "maybe", "--reviewer", "A", "--reason", "B"), 2),
        (
            (
                "review",
                "record.json",
                "--out",
                "x",
                "--ruling",
                "approve",
                "--reviewer",
                "AB",
                "--reason",
                " ",
            ),
            2,
        ),
        (("object", "record.json", "--out", "x", "--item", "a", "--because", "b", "--rule", "IR"), 3),
        (("seal", "record.json", "--for", "record.json", "--out", "x"), 3),
        (("unseal", "record.json", "--key", "record.json"), 2),
        (("unseal", "record.json", "--key", "absent.key"), 3),
    ],
)
def test_what_cannot_be_done_ends_in_a_sentence(run: Run, arguments, code) -> None:
    shown = run(*arguments, code=code)
    assert "Traceback" not in shown
    assert "fault of creditscore itself" not in shown


def test_a_changed_page_is_found(run: Run, files: Path) -> None:
    run("report-decision", "record.json", "--language", "zh", "--out", "page.html")
    page = (files / "page.html").read_text(encoding="utf-8")
    (files / "page.html").write_text(page.replace("<h1>", "<h1>x"), encoding="utf-8")
    assert "FAILED  the page says what its JSON says" in run("verify", "page.html", code=1)
