"""The command line: what it prints, and how it fails."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

import creditscore as cs
from creditscore import cli
from creditscore.errors import ParameterError
from creditscore.features.dictionary import COLUMNS, dictionary, to_markdown
from creditscore.pipeline.fitting import built_in_features

Run = Callable[..., str]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    def call(*arguments: str) -> str:
        monkeypatch.setattr("sys.argv", ["creditscore", *arguments])
        with pytest.raises(SystemExit) as stopped:
            cli.main()
        assert stopped.value.code == 0
        return capsys.readouterr().out

    return call


def test_the_dictionary_goes_to_programs_whole(run: Run) -> None:
    records = json.loads(run("features", "--format", "json"))
    assert [record["name"] for record in records] == list(built_in_features().names)
    assert all(record["formula"]["kind"] for record in records)


def test_the_dictionary_goes_to_documents(run: Run) -> None:
    text = run("features", "--format", "markdown", "--source", "bills")
    assert text.startswith("## bills")
    assert text.count("\n| `") == len(built_in_features().where(lambda feature: feature.source == "bills"))


def test_the_dictionary_goes_to_people(run: Run) -> None:
    text = run("features", "--source", "application")
    assert "application_amount" in text
    assert "definition" in text


def test_a_source_that_is_not_there_is_named(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.argv", ["creditscore", "features", "--source", "payment"])
    with pytest.raises(SystemExit) as stopped:
        cli.main()
    assert stopped.value.code == 2
    shown = capsys.readouterr()
    assert "Did you mean 'payments'?" in " ".join((shown.out + shown.err).split())


def test_every_feature_says_all_that_the_dictionary_prints() -> None:
    for record in dictionary(built_in_features()):
        told = {name: record[name] for name in COLUMNS if name not in ("note", "reason_group", "legal_tags")}
        assert all(str(value) for value in told.values()), told


def test_vertical_bars_do_not_break_the_table() -> None:
    odd = cs.Feature("odd", cs.Attribute("amount"), "odd", "a | b", "money", source="application")
    assert "a \\| b" in to_markdown(cs.FeatureSet((odd,)))


def test_an_error_of_the_library_is_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    def fails() -> Any:
        raise ParameterError.must_be("threads", "1 or more", 0)

    with pytest.raises(SystemExit) as stopped:
        cli.main(fails)
    assert stopped.value.code == 2
    assert "'threads' parameter must be 1 or more" in capsys.readouterr().err
