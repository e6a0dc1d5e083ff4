"""Whatever is typed, the command ends with a sentence and a status that says whose fault it was."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd
import pytest

import creditscore as cs
from creditscore import cli
from creditscore.cli.ending import DATA, FINDING, INTERNAL, USAGE

GOOD = 0


class Ended(NamedTuple):
    status: int
    out: str
    err: str


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a model, data, a decision, and everything that can be wrong with each of them."""
    folder = tmp_path_factory.mktemp("calls")
    rng, n = np.random.default_rng(0), 300
    asked = pd.DataFrame({"application_id": range(n), "applicant_id": range(n), "as_of": "2024-01-01T00:00Z"})
    asked["amount"] = rng.uniform(100, 1_000, n)
    applications, nothing = cs.Applications(asked), cs.Portfolio()
    bad = (asked["amount"] + rng.normal(size=n) * 200 > 600).astype(float)
    features = [cs.application_features(("amount",))]
    pipeline = cs.CreditPipeline(features, scorer=cs.CreditScorer(n_estimators=10))
    pipeline.fit(applications, nothing, bad).save(folder / "model")
    record = pipeline.decide(applications.take([3]), nothing, policy=cs.Policy("p", "1", cutoff=600))
    (folder / "decision.json").write_text(record.text, encoding="utf-8")
    inquiries = pd.DataFrame(
        {"applicant_id": [1, 2], "event_time": ["2023-05-01T10:00Z", "2023-06-01T10:00Z"]}
    )
    for name, table in _applications(asked).items():
        data = folder / name
        data.mkdir()
        inquiries.to_parquet(data / "inquiries.parquet")
        table.to_parquet(data / "applications.parquet")
    _break(folder, inquiries)
    return folder


def _applications(asked: pd.DataFrame) -> dict[str, pd.DataFrame]:
    return {
        "data": asked,
        "naive": asked.assign(as_of="2024-01-01T10:00"),
        "doubled": asked.assign(application_id=1),
        "no_people": asked.drop(columns="applicant_id"),
        "empty_table": asked.iloc[:0],
        "words_for_outcomes": asked.assign(bad="good"),
        "impossible_outcomes": asked.assign(bad=7.0),
        "another_century": asked.assign(as_of="1403-03-12T10:00Z"),
        "text_amounts": asked.assign(amount="much"),
    }


def _break(folder: Path, inquiries: pd.DataFrame) -> None:
    garbage = bytes(range(256)) * 40
    (folder / "nothing").mkdir()
    (folder / "garbage").mkdir()
    (folder / "garbage" / "applications.parquet").write_bytes(garbage)
    (folder / "garbage" / "ties.parquet").write_bytes(garbage)
    (folder / "folder_as_file" / "applications.parquet").mkdir(parents=True)
    (folder / "half_model").mkdir()
    (folder / "half_model" / "manifest.json").write_text("{", encoding="utf-8")
    (folder / "some_ties").mkdir()
    ties = pd.DataFrame(
        {"person_id": ["a"], "other_id": ["b"], "event_time": [pd.Timestamp("2024-01-10T05:00")]}
    )
    ties.to_parquet(folder / "some_ties" / "ties.parquet")
    (folder / "inquiries_alone").mkdir()
    inquiries.to_parquet(folder / "inquiries_alone" / "inquiries.parquet")
    texts = {
        "empty.json": "", "words.json": "not JSON", "list.json": "[1, 2]", "number.json": "7",
        "null.json": "null",
        "object.json": "{}", "deep.json": "[" * 100_000, "nan.json": '{"cutoff": NaN}',
        "policy.json": '{"name": 3}',
        "key.txt": "zz", "short.key": "abc",
    }  # fmt: skip
    for name, text in texts.items():
        (folder / name).write_text(text, encoding="utf-8")
    (folder / "bytes.json").write_bytes(garbage)
    (folder / "true.key").write_text("0f" * 32, encoding="utf-8")
    (folder / "no.db").write_bytes(garbage)


R = ("report", "model", "--portfolio")
X = ("explain", "model", "--portfolio")
ONE = ("--application", "7")
E = (*X, "data", *ONE)

# What is typed, and how it ends; names of files are in the folder.
CALLS: list[tuple[tuple[str, ...], int]] = [
    (("nonsense",), USAGE), (("--nonsense",), USAGE), (("",), USAGE), (("report", "explain"), USAGE),
    *(((command, "--nonsense"), USAGE) for command in (
        "demo", "features", "warmup", "replay", "verify", "doctor", "measures", "report", "explain",
        "simulate",
        "ledger",
    )),
    *(((command,), USAGE) for command in ("replay", "verify", "measures", "report", "explain", "simulate")),
    (("features", "--source", "payment"), USAGE), (("features", "--source", ""), USAGE),
    (("features", "--format", "yaml"), USAGE), (("demo", "--threads", "0"), USAGE),
    (("demo", "--threads", "many"), USAGE),
    ((*R, "absent"), USAGE), ((*R, "nothing"), USAGE), ((*R, "decision.json"), USAGE), ((*R,), USAGE),
    ((*R, "garbage"), DATA), ((*R, "folder_as_file"), DATA), ((*R, "naive"), DATA), ((*R, "doubled"), DATA),
    ((*R, "no_people"), DATA), ((*R, "empty_table"), DATA), ((*R, "words_for_outcomes"), DATA),
    ((*R, "impossible_outcomes"), USAGE), ((*R, "another_century"), DATA), ((*R, "text_amounts"), DATA),
    (("report", "absent", "--portfolio", "data"), DATA), (("report", "nothing", "--portfolio", "data"), DATA),
    (("report", "half_model", "--portfolio", "data"), DATA),
    (("report", "decision.json", "--portfolio", "data"), DATA),
    (("compare", "model"), USAGE), (("compare", "model", "absent", "--portfolio", "data"), DATA),
    (("compare", "decision.json", "model", "--portfolio", "data"), DATA),
    ((*R, "data", "--language", "xx"), USAGE), ((*R, "data", "--calendar", "maya"), USAGE),
    ((*R, "data", "--segment", "colour"), USAGE), ((*R, "data", "--refits", "-1"), USAGE),
    ((*R, "data", "--seed", "-1"), USAGE), ((*R, "data", "--seed", "x"), USAGE),
    ((*R, "data", "--threads", "0"), USAGE), ((*R, "data", "--timezone", "Mars/Base"), USAGE),
    ((*R, "data", "--timezone", ""), USAGE), ((*R, "data", "--timezone", "../zone"), USAGE),
    ((*R, "data", "--dates-in", "maya"), USAGE), ((*R, "data", "--digits", "roman"), USAGE),
    ((*R, "data", "--standings-key", "absent.key"), USAGE),
    ((*R, "data", "--standings-key", "short.key"), USAGE),
    ((*R, "data", "--standings-key", "nothing"), USAGE),
    ((*R, "data", "--refits", "0", "--out", "page.txt"), USAGE),
    ((*R, "data", "--refits", "0", "--out", "nothing"), USAGE),
    ((*X, "data"), USAGE), ((*X, "data", "--application", "none such"), USAGE),
    ((*X, "data", "--application", ""), USAGE), ((*X, "garbage", *ONE), DATA),
    ((*X, "empty_table", *ONE), DATA),
    ((*X, "naive", *ONE), DATA), ((*E, "--audience", "friend"), USAGE), ((*E, "--language", ""), USAGE),
    ((*E, "--objection-days", "0"), USAGE), ((*E, "--threads", "-3"), USAGE),
    ((*E, "--out", "page.doc"), USAGE),
    *(((*E, "--policy", name), DATA) for name in ("absent.json", "bytes.json", "nothing")),
    *(((*E, "--policy", name), -1) for name in (
        "empty.json", "words.json", "list.json", "number.json", "null.json", "object.json", "deep.json",
        "nan.json", "policy.json",
    )),
    (("measures", "absent"), USAGE), (("measures", "nothing"), USAGE), (("measures", "decision.json"), USAGE),
    (("measures", "garbage"), DATA), (("measures", "some_ties"), DATA),
    (("measures", "inquiries_alone"), USAGE),
    (("measures", "some_ties", "--timezone", "Nowhere"), USAGE),
    (("measures", "some_ties", "--min-known", "0"), USAGE),
    (("measures", "some_ties", "--grid", "daily"), USAGE),
    (("measures", "some_ties", "--timezone", "UTC", "--start", "soon"), USAGE),
    (("measures", "some_ties", "--timezone", "UTC", "--start", "2024-05-01", "--stop", "2024-01-01"), USAGE),
    (("measures", "some_ties", "--timezone", "UTC", "--start", "1403-01-01"), USAGE),
    (("measures", "some_ties", "--threads", "x"), USAGE),
    (("replay", "--model", "model"), USAGE), (("replay", "decision.json"), USAGE),
    (("replay", "decision.json", "--model", "absent"), DATA),
    (("replay", "decision.json", "--model", "nothing"), DATA),
    (("replay", "absent.json", "--model", "model"), DATA), (("replay", "nothing", "--model", "model"), DATA),
    *((("replay", name, "--model", "model"), DATA) for name in (
        "empty.json", "words.json", "list.json", "number.json", "null.json", "object.json", "deep.json",
        "bytes.json",
    )),
    (("replay", "decision.json", "--ledger", "no.db", "--model", "model"), USAGE),
    (("replay", "--ledger", "no.db", "--model", "model"), USAGE),
    (("replay", "--ledger", "no.db", "--id", "x", "--key-file", "true.key", "--model", "model"), DATA),
    (("replay", "--ledger", "absent.db", "--id", "x", "--key-file", "true.key", "--model", "model"), DATA),
    (("replay", "--ledger", "no.db", "--id", "x", "--key-file", "absent.key", "--model", "model"), DATA),
    (("replay", "--ledger", "no.db", "--id", "x", "--key-file", "key.txt", "--model", "model"), DATA),
    *((("verify", name), -1) for name in (
        "absent", "nothing", "empty.json", "words.json", "list.json", "number.json", "null.json",
        "object.json",
        "deep.json", "bytes.json", "half_model", "no.db", "garbage",
    )),
    (("verify", "decision.json", "--model", "absent"), -1),
    (("verify", "decision.json", "--model", "nothing"), -1),
    (("verify", "decision.json", "--anchor", "1:ff"), USAGE),
    (("verify", "model", "--key-file", "absent.key"), USAGE),
    *((("simulate", "--out", "new", *options), USAGE) for options in (
        ("--people", "0"), ("--people", "-5"), ("--people", "many"), ("--seed", "-1"), ("--dial", "luck=1"),
        ("--dial", "homophily"), ("--dial", "homophily=[1"), ("--dial", "homophily=NaN"), ("--dial", "=1"),
        ("--timezone", "Mars/Base"), ("--timezone", ""), ("--truth", "new/truth.parquet"),
    )),
    (("simulate", "--out", "data", "--people", "100"), USAGE),
    (("simulate", "--out", "decision.json", "--people", "100"), USAGE),
    *((("ledger", command), USAGE) for command in ("backup", "restore", "rotate", "list", "erase", "purge",
    "new-key")),
    (("ledger", "list", "no.db", "--key-file", "true.key", "--subject", "a"), DATA),
    (("ledger", "list", "absent.db", "--key-file", "true.key", "--subject", "a"), DATA),
    (("ledger", "purge", "no.db", "--key-file", "absent.key"), DATA),
    (("ledger", "new-key", "true.key"), DATA), (("ledger", "new-key", "absent/key"), DATA),
]  # fmt: skip


@pytest.fixture
def call(
    here: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Callable[..., Ended]:
    monkeypatch.chdir(here)
    monkeypatch.setenv("COLUMNS", "200")

    def run(*arguments: str) -> Ended:
        monkeypatch.setattr("sys.argv", ["creditscore", *arguments])
        with pytest.raises(SystemExit) as stopped:
            cli.main()
        said = capsys.readouterr()
        return Ended(int(stopped.value.code or 0), said.out, said.err)

    return run


@pytest.mark.parametrize(
    ("arguments", "status"), CALLS, ids=lambda value: " ".join(value) if isinstance(value, tuple) else None
)
def test_a_bad_call_ends_with_a_sentence(
    call: Callable[..., Ended], arguments: tuple[str, ...], status: int
) -> None:
    before = set(Path().iterdir())
    ended = call(*arguments)
    assert "Traceback" not in ended.out + ended.err
    assert "fault of creditscore" not in ended.out + ended.err
    assert ended.status in ({FINDING, USAGE, DATA} if status == -1 else {status}), ended
    assert (ended.out + ended.err).strip()
    assert len(ended.out + ended.err) < 12_000
    assert set(Path().iterdir()) == before


@pytest.mark.parametrize(
    "arguments", [("measures", "absent"), (*R, "naive"), (*X, "garbage", *ONE), ("report", "--nonsense")]
)
def test_a_program_gets_the_error_as_one_object(
    call: Callable[..., Ended], arguments: tuple[str, ...]
) -> None:
    ended = call(*arguments, "--json")
    said = json.loads(ended.out)
    assert said["exit_status"] == ended.status
    assert said["kind"] == {USAGE: "usage", DATA: "data"}[ended.status]
    assert all(problem["remedy"] for problem in said.get("problems", ()))


def test_a_fault_of_the_library_is_a_sentence_too(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails() -> None:
        raise KeyError("surprise")

    for setting, shows in ((None, False), ("1", True)):
        monkeypatch.delenv("CREDITSCORE_TRACEBACK", raising=False)
        if setting is not None:
            monkeypatch.setenv("CREDITSCORE_TRACEBACK", setting)
        with pytest.raises(SystemExit) as stopped:
            cli.main(fails)
        said = capsys.readouterr().err
        assert stopped.value.code == INTERNAL
        assert "a fault of creditscore itself: KeyError: 'surprise'." in said
        assert ("Traceback" in said) == shows


def test_good_calls_print_one_object_for_a_program(call: Callable[..., Ended]) -> None:
    found = json.loads(call("doctor", "--json").out)
    assert found["checks"]
    assert (len(found["lock"]["sha256"]), len(found["lock"]["packages"])) == (64, 7)
    assert json.loads(call("verify", "model", "--json").out)["passed"] is True
    assert json.loads(call("replay", "decision.json", "--model", "model", "--json").out) == {
        "identical": True, "difference": None,
    }  # fmt: skip
    assert {
        record["source"] for record in json.loads(call("features", "--source", "bills", "--json").out)
    } == {"bills"}


def test_a_zone_is_named_where_times_have_none(call: Callable[..., Ended], tmp_path: Path) -> None:
    assert call("explain", "model", "--portfolio", "naive", *ONE, "--timezone", "Asia/Tehran").status == GOOD
    assert "name the zone" in call("explain", "model", "--portfolio", "naive", *ONE).err
