"""The command: a file or a folder becomes a page."""

from __future__ import annotations

import json
import re

import numpy as np
import pandas
import pytest
from typer.testing import CliRunner

import creditscore as cs
from creditscore.cli._folder import read_portfolio
from creditscore.cli.app import app
from creditscore.errors import NameUnknownError, ParameterError
from creditscore.simulate.folder import save_tables
from tests.dashboard.worlds import rows
from tests.pipeline.conftest import SMALL

SCORED = ["probability_of_default", "score"]


@pytest.fixture
def folder(tmp_path):
    frame = pandas.DataFrame(rows(600))
    frame["application_id"] = range(600)
    frame[["application_id", *SCORED]].to_parquet(tmp_path / "scores.parquet")
    frame.drop(columns=SCORED).sample(frac=1, random_state=1).to_parquet(tmp_path / "applications.parquet")
    frame.to_parquet(tmp_path / "whole.parquet")
    return tmp_path


def run(*given: object) -> dict:
    found = CliRunner().invoke(app, ["dashboard", *map(str, given), "--json"], catch_exceptions=False)
    assert found.exit_code == 0, found.output
    return json.loads(found.stdout)


def test_a_folder_and_a_file_give_the_same_page(folder) -> None:
    given = ["--by", "level", "--by", "digital_share", "--bad", "bad", "--edges", "digital_share=0.3,0.6"]
    told = run(folder, *given, "--out", folder / "a.html")
    again = run(folder / "whole.parquet", *given, "--out", folder / "b.html")
    assert {**told, "file": ""} == {**again, "file": ""}
    assert told["applications"] == 600
    pages = [(folder / name).read_text(encoding="utf-8") for name in ("a.html", "b.html")]
    assert [page.count('"values":[0.3,0.6]') for page in pages] == [1, 1]


def test_rows_without_people_must_be_said_to_be(folder) -> None:
    frame = pandas.read_parquet(folder / "whole.parquet").drop(columns="applicant_id")
    frame.to_parquet(folder / "alone.parquet")
    with pytest.raises(NameUnknownError, match="applicant_id"):
        run(folder / "alone.parquet", "--by", "level", "--out", folder / "c.html")
    told = run(folder / "alone.parquet", "--by", "level", "--each-row-a-person", "--out", folder / "c.html")
    assert told["people"] == 600


def test_applications_that_repeat_are_refused(folder) -> None:
    frame = pandas.read_parquet(folder / "applications.parquet")
    frame["application_id"] = 7
    frame.to_parquet(folder / "applications.parquet")
    with pytest.raises(ParameterError, match="application_id of applications.parquet"):
        run(folder, "--by", "level", "--out", folder / "c.html")


def test_scores_of_nobody_are_refused_and_applications_without_scores_are_told(folder) -> None:
    for name, kept in (("scores", slice(590)), ("applications", slice(580))):
        frame = pandas.read_parquet(folder / f"{name}.parquet").sort_values("application_id")
        frame.iloc[kept].to_parquet(folder / f"{name}.parquet")
        if name == "scores":
            told = run(folder, "--by", "level", "--out", folder / "c.html")
            assert (told["applications"], told["left_out"]) == (590, 10)
    with pytest.raises(ParameterError, match="application_id of the scores.*10 that are not"):
        run(folder, "--by", "level", "--out", folder / "d.html")


def test_the_parts_of_a_run_and_applications_elsewhere_give_the_same_page(folder) -> None:
    frame = pandas.read_parquet(folder / "scores.parquet")
    (folder / "run").mkdir()
    for number, kept in enumerate((slice(0, 250), slice(250, None))):
        frame.iloc[kept].to_parquet(folder / "run" / f"part-{number:06d}.parquet")
    beside = ["--applications", folder / "applications.parquet"]
    told = run(folder / "run", *beside, "--by", "level", "--bad", "bad", "--out", folder / "e.html")
    whole = run(folder, "--by", "level", "--bad", "bad", "--out", folder / "f.html")
    assert {**told, "file": ""} == {**whole, "file": ""}
    assert (folder / "e.html").read_bytes() == (folder / "f.html").read_bytes()
    frame.to_parquet(folder / "run" / "scores.parquet")
    with pytest.raises(ParameterError, match="a folder of one run"):
        run(folder / "run", *beside, "--by", "level", "--out", folder / "g.html")


def _only_the_first(each, *, what: str, total: int):
    assert total == 1, "a name that is wrong is refused before all are scored"
    return each


def test_a_model_and_the_tables_give_a_page_with_what_is_shown_beside(tmp_path) -> None:
    made = cs.simulate.simulate_portfolio(cs.simulate.SimulationConfig(people=60), seed=3)
    tables, who = tmp_path / "tables", made.to_applications()
    save_tables(made, tables)
    features = [cs.repayment_features(), cs.application_features(("amount", "term_days"))]
    pipeline = cs.CreditPipeline(features, scorer=cs.CreditScorer(**SMALL, recipe="pairs"))
    pipeline.fit(who, made.portfolio(), np.arange(len(who)) % 3 == 0).save(tmp_path / "model")
    given = ["--model", tmp_path / "model", "--by", "grade", "--by", "product", "--by", "as_of_quarter"]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("creditscore.dashboard.columns.progress", _only_the_first)
        with pytest.raises(cs.errors.NameUnknownError, match="main_reason"):
            run(tables, *given, "--by", "main_reason", "--out", tmp_path / "a.html")
    told = run(tables, *given, "--out", tmp_path / "a.html")
    assert told["applications"] == len(who)
    page = (tmp_path / "a.html").read_text(encoding="utf-8")
    data = json.loads(re.search(r'id="data">(.*?)</script>', page)[1])
    assert {"loans", "application"} <= set(data["beside"]["sources"])
    assert set(data["beside"]["channels"]) >= {"app", "ussd"}
    read_portfolio(tables).write(tmp_path / "disk")
    asked = ["--applications", tables / "applications.parquet"]
    run(tmp_path / "disk", *given, *asked, "--out", tmp_path / "b.html")
    assert (tmp_path / "b.html").read_text(encoding="utf-8") == page
