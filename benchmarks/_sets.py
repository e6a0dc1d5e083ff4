"""Every data set at hand as applications, portfolio, outcomes and the features that it can feed."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "examples")]

import berka  # noqa: E402
import superlender  # noqa: E402
import villages  # noqa: E402
from _common import DATA, SMALL, Array, Fit, credit_scorer  # noqa: E402

import creditscore as cs  # noqa: E402
from creditscore.cli.demo import card_features  # noqa: E402

SIMULATED = {"people": 8_000, "homophily": 0.8, "influence": 4.0}
SEED = 11


@dataclass(frozen=True, slots=True, eq=False)
class DataSet:
    """One set: who asked, what is known, who went bad, and what is computed.

    Attributes
    ----------
    name : str
    applications, portfolio, features
    bad : ndarray of int64, shape (n_applications,)
    settings : tuple of mapping
        Of the scorer; the better on the training part is taken.
    """

    name: str
    applications: cs.Applications
    portfolio: cs.Portfolio
    bad: Array
    features: cs.FeatureSet
    settings: tuple[dict[str, object], ...] = ({},)

    def fit(self, features: cs.FeatureSet, threads: int | None) -> Fit:
        """Return how a model of some of the features is fitted."""
        return credit_scorer(features, *self.settings, threads=threads)


def _taiwan() -> DataSet:
    cards = cs.datasets.load_taiwan_cards()
    return DataSet("taiwan", cards.to_applications(), cards.to_portfolio(), cards.bad, card_features())


def _german() -> DataSet:
    loans = cs.datasets.load_german()
    asked = cs.application_features(loans.columns, loans.categories)
    return DataSet("german", loans.applications, cs.Portfolio(), loans.bad, asked, (SMALL,))


def _superlender() -> DataSet:
    applications, portfolio, bad = superlender.load(DATA / "superlender")
    return DataSet("superlender", applications, portfolio, bad, superlender.features(), (SMALL,))


def _berka() -> DataSet:
    applications, portfolio, bad = berka.load(DATA / "berka")
    return DataSet("berka", applications, portfolio, bad, berka.features(), (SMALL,))


def _villages() -> DataSet:
    applications, portfolio, took, _ = villages.load(DATA / "microfinance_villages")
    return DataSet(
        "microfinance_villages", applications, portfolio, took, villages.features(), (villages.SHALLOW,)
    )


def _simulated() -> DataSet:
    made = cs.simulate.simulate_portfolio(cs.simulate.SimulationConfig(**SIMULATED), seed=SEED)
    portfolio, applications = made.portfolio(), made.to_applications()
    bad = made.bad(portfolio)
    known = np.flatnonzero(~np.isnan(bad))
    catalogue = cs.application_features(("amount", "term_days"))
    catalogue = catalogue + cs.payment_features() + cs.repayment_features() + cs.social_features()
    return DataSet(
        "simulated", applications.take(known), portfolio, bad[known].astype(np.int64), catalogue, ({}, SMALL)
    )


MAKERS: dict[str, Callable[[], DataSet]] = {
    "taiwan": _taiwan,
    "german": _german,
    "superlender": _superlender,
    "berka": _berka,
    "microfinance_villages": _villages,
    "simulated": _simulated,
}
TRAVEL_ALONG = ("taiwan", "german", "simulated")


def data_sets(names: tuple[str, ...] = tuple(MAKERS)) -> Iterator[DataSet]:
    """Make the named sets, one after the other; one that is not beside the project is passed over, saying so.

    Parameters
    ----------
    names : tuple of str
        By default all.
    """
    for name in names:
        if name in TRAVEL_ALONG or (DATA / name).is_dir():
            yield MAKERS[name]()
        else:
            print(f"{DATA / name} is not there: passed over")
