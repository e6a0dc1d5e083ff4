"""Every data set gives the same kinds of objects, shipped or made up."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import creditscore as cs
from creditscore.data.dataset import Dataset
from creditscore.data.tables.contracts import CONTRACTS

SETS = {
    "german": cs.datasets.load_german,
    "taiwan": cs.datasets.load_taiwan_cards,
    "made up": lambda: cs.simulate.simulate_portfolio(cs.simulate.SimulationConfig(people=150), seed=2),
}


@pytest.mark.parametrize("name", list(SETS))
def test_a_data_set_gives_tables_applications_a_portfolio_and_outcomes(name: str) -> None:
    data = SETS[name]()
    assert isinstance(data, Dataset)
    applications, portfolio, outcomes = data.to_applications(), data.to_portfolio(), data.to_outcomes()
    assert isinstance(applications, cs.Applications)
    assert isinstance(portfolio, cs.Portfolio)
    assert outcomes.dtype == np.float64
    assert outcomes.shape == (len(applications),)
    assert set(np.unique(outcomes[~np.isnan(outcomes)])) == {0.0, 1.0}
    assert set(data.to_tables()) <= set(CONTRACTS)
    assert all(isinstance(table, pd.DataFrame) for table in data.to_tables().values())
    assert {table: len(rows) for table, rows in data.to_tables().items()} == {
        table: rows.n_rows for table, rows in portfolio.tables.items()
    }
