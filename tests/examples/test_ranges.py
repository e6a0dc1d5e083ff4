"""No feature leaves the range that its declaration states, on any data set at hand."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import berka
import numpy as np
import pytest
import superlender

import creditscore as cs
from creditscore.errors import FeatureError
from creditscore.features.compute import FeatureComputer
from creditscore.features.definition import RANGES, FeatureSet
from creditscore.pipeline.fitting import built_in_features
from creditscore.simulate import SimulationConfig, simulate_portfolio
from tests.features.repayment_portfolios import random_lending
from tests.features.worlds import PRIVACY, applications, random_world

FEATURES = built_in_features()
Found = tuple[cs.Applications, cs.Portfolio]
Find = Callable[[str], Path]


def _worlds(_: Find) -> Found:
    world = random_world(5, 40)
    del world["measures"]  # any numbers, and no shares
    return cs.Applications.from_records(applications(40)), cs.Portfolio.from_records(world, privacy=PRIVACY)


def _lending(_: Find) -> Found:
    tables, asked = random_lending(seed=7, applicants=120)
    return cs.Applications.from_records(asked), cs.Portfolio.from_records(tables)


def _simulated(_: Find) -> Found:
    made = simulate_portfolio(SimulationConfig(people=400, late_arrivals=0.03, reversals=0.01), seed=11)
    return made.to_applications(), made.portfolio()


def _taiwan(_: Find) -> Found:
    data = cs.datasets.load_taiwan_cards()
    return cs.Applications(data.applications).take(np.arange(0, 30_000, 6)), data.to_portfolio()


def _superlender(find: Find) -> Found:
    return superlender.load(find("superlender/loans.parquet").parent)[:2]


def _berka(find: Find) -> Found:
    return berka.load(find("berka/loan.parquet").parent)[:2]


SETS = (_worlds, _lending, _simulated, _taiwan, _superlender, _berka)


@pytest.mark.parametrize("load", SETS, ids=lambda load: load.__name__.removeprefix("_"))
def test_no_feature_leaves_its_range(load: Callable[[Find], Found], real_data: Find) -> None:
    asked, portfolio = load(real_data)
    matrix = FeatureComputer(FEATURES).compute(asked, portfolio)
    outside = {}
    for feature in FEATURES:
        seen = matrix[feature.name][~np.isnan(matrix[feature.name])]
        low, high = (
            limit if limit is not None else edge
            for limit, edge in zip(feature.range, (-np.inf, np.inf), strict=True)
        )
        dust = 1e-9  # of sums, over which a share is taken
        if seen.size and (seen.min() < low - dust or seen.max() > high + dust):
            outside[feature.name] = (feature.range, seen.min(), seen.max())
    assert outside == {}
    assert (~np.isnan(matrix.values)).any(axis=0).sum() > 5


def test_a_share_lies_within_0_and_1_unless_its_declaration_says_otherwise() -> None:
    assert RANGES["share"] == (0.0, 1.0)
    stated = {feature.name: feature.range for feature in FEATURES if feature.unit in ("share", "0/1")}
    wider = {name for name, (low, high) in stated.items() if (low, high) != (0.0, 1.0)}
    assert wider <= {name for name in wider if "rise" in name or "contrast" in name}


def test_bounds_survive_json_and_must_be_in_order() -> None:
    count = cs.Term("payments", "count")
    feature = cs.Feature("x", count, "x", "x", "count", source="payments", bounds=(1.0, 5.0))
    assert FeatureSet.from_json(FeatureSet((feature,)).to_json())["x"].range == (1.0, 5.0)
    with pytest.raises(FeatureError, match="bounds of 'x'"):
        cs.Feature("x", count, "x", "x", "count", source="payments", bounds=(2.0, 1.0))
