"""Commands for what people do with a decision, from the decision to the objection, in one go."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import creditscore as cs
from creditscore import cli

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
    return folder


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
    run("seal", "full.html", "--for", "public.key", "--out", "sealed.json")
    run("unseal", "sealed.json", "--key", "own.key", "--out", "opened.html")
    assert (files / "opened.html").read_bytes() == (files / "full.html").read_bytes()


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
