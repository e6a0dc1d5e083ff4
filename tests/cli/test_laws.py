"""Laws on the command line: shown, compared between days, and proven of a model."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import creditscore as cs
from creditscore import cli

Run = Callable[..., str]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    def call(*arguments: str, code: int = 0) -> str:
        monkeypatch.setattr("sys.argv", ["creditscore", "law", *arguments])
        with pytest.raises(SystemExit) as stopped:
            cli.main()
        said = capsys.readouterr()
        assert stopped.value.code == code, said
        return said.out + said.err if code else said.out

    return call


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A made-up lender in files, and two models of it: under the law of the Union, and under none."""
    path = tmp_path_factory.mktemp("laws")
    made = cs.simulate.simulate_portfolio(cs.simulate.SimulationConfig(people=150), seed=4)
    for name, table in made.tables.items():
        table.to_parquet(path / f"{name}.parquet")
    asked = made.applications.drop(columns="decision")
    asked.to_parquet(path / "applications.parquet")
    bad = (np.arange(len(asked)) % 4 == 0).astype(float)
    given = made.to_applications(), made.portfolio(), bad
    scorer = cs.CreditScorer(n_estimators=5)
    law = cs.Jurisdiction.load("EU", as_of="2026-11-29")
    cs.CreditPipeline(scorer=scorer, jurisdiction=law).fit(*given).save(path / "lawful")
    cs.CreditPipeline(scorer=scorer).fit(*given).save(path / "free")
    return path


def test_a_law_is_shown_for_a_day(run: Run) -> None:
    before, after = (run("show", "DE", "--as-of", day) for day in ("2026-11-19", "2026-11-20"))
    assert "bdsg-37a-payments" in after
    assert "bdsg-37a-payments" not in before.partition("  soon:")[0]
    assert "  soon: 2026-11-20 begins" in before
    found: dict[str, Any] = json.loads(run("show", "DE", "--as-of", "2026-11-20", "--json"))
    assert "payment_data" in found["forbidden"]
    assert "Did you mean 'DE'" in run("show", "DEE", code=2)
    assert "as_of" in run("show", "DE", "--as-of", "some day", code=2)


def test_what_changes_for_a_model_is_named(run: Run, folder: Path) -> None:
    days = ("diff", "2026-07-20", "2026-11-21", "--where", "DE")
    text = run(*days, "--model", str(folder / "free"))
    assert "2026-11-20 begins" in text
    assert re.search(r"leave, for ability: contacts, social_media, social_network, special_category", text)
    assert "the model loses" in text
    assert re.search(r"payments_inflow_count_30d: .*payment_data \(DE bdsg-37a-payments\)", text)
    found: dict[str, Any] = json.loads(run(*days, "--model", str(folder / "lawful"), "--json"))
    assert found["leave"]
    assert not any("social_network" in one["tags"] for one in found["leave"])
    calm = run("diff", "2026-11-21", "2026-11-22", "--where", "permissive", "--model", str(folder / "free"))
    assert "is allowed as before" in calm


def test_absence_is_proven_again(run: Run, folder: Path) -> None:
    text = run("prove", str(folder / "lawful"), "--portfolio", str(folder), "--times", "2")
    assert "proof of absence" in text
    assert "ties" in text
    run("prove", str(folder / "free"), "--portfolio", str(folder), code=3)
