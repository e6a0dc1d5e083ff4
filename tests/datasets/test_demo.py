"""The demo, whole: what it finds, what it says and what it writes."""

from __future__ import annotations

import pandas as pd
import pytest

import creditscore as cs
from creditscore.cli.demo import DemoResult, card_features, run_demo

PNG = b"\x89PNG\r\n\x1a\n"


def test_no_feature_reads_a_protected_column():
    words = {word for name in card_features().names for word in name.split("_")}
    assert not words & {"sex", "age", "education", "marriage", "marital"}


@pytest.mark.long
def test_the_demo(tmp_path):
    result = run_demo(tmp_path / "demo")
    assert isinstance(result, DemoResult)
    told = str(result)
    for word in ("parts of applicants", "single moment", "AUC", "Gini", "KS", "Brier", "slope", "baseline"):
        assert word in told, word
    assert set(result.customers) == {"safest", "middle", "riskiest"}
    assert result.customers["riskiest"].reasons
    assert result.customers["safest"].score > result.customers["riskiest"].score
    for path in result.files:
        assert path.exists()
        if path.suffix == ".png":
            assert path.read_bytes().startswith(PNG)
    scores = pd.read_parquet(tmp_path / "demo" / "scores.parquet")
    assert len(scores) == 30_000
    again = cs.load(tmp_path / "demo" / "model")
    cards = cs.datasets.load_taiwan_cards()
    few = cards.to_applications().take(range(50))
    rescored = again.score_many(few, cards.to_portfolio()).to_frame()
    assert (rescored["probability_of_default"] == scores["probability_of_default"][:50]).all()
