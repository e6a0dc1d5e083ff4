"""The few calls of the attacks that differ between states of the library; all else is the same for each."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import pandas as pd

import creditscore as cs
from creditscore.graph.settings import MEASURES

# Without it the library is in the state before: exact standings, ties of one side, values of any moment.
KEYED = hasattr(cs, "StandingPrivacy")
STANDINGS = re.compile(
    r"neighbours_|groups_(default|known)|network_(community_default|default_|good_|influence|neighbour|lookalike)"
)
READ_AFTER = pd.Timedelta("1h")
# What a lender would take who wants few of them: none counts ties, and each is a share.
EIGHT = (
    "neighbours_defaulted_share",
    "neighbours_defaulted_strength_share",
    "neighbours_good_strength_share",
    "neighbours_defaulted_share_recent",
    "neighbours_defaulted_share_old",
    "groups_default_share",
    "network_default_share_two_hops",
    "network_community_default_share",
)


@dataclass(frozen=True)
class Design:
    """One way to publish what is known of others.

    Parameters
    ----------
    epsilon : float, optional
        Noise of the keyed bit; None: no noise. Means nothing to the state before.
    min_known : int
        Fewest people whose standings a value may summarise.
    key : int
        Makes the secret, so that two runs draw two sets of coins.
    only : tuple of str
        The features that there are; without any, all of ties, groups and measures.
    settled : int
        Months for which the standing of a target has been what it is; after eight it is published for sure.
    """

    epsilon: float | None = None
    min_known: int = 5
    key: int = 0
    only: tuple[str, ...] = ()
    settled: int = 0

    @property
    def name(self) -> str:
        """How the design stands in the table."""
        if not KEYED:
            few = f", {len(self.only)} features" if self.only else ""
            return f"before, min_known {self.min_known}{few}"
        name = "rules without noise" if self.epsilon is None else f"rules, eps {self.epsilon:g}"
        return f"{name}, settled" if self.settled else name

    @property
    def months_to_fade(self) -> int:
        """Months from the end of a tie to the first value without it."""
        return 7 if KEYED else 1

    @property
    def flip(self) -> float:
        """Probability that a published bit is not the standing."""
        return 0.0 if self.epsilon is None else float(1.0 / (1.0 + np.exp(self.epsilon)))

    @cached_property
    def features(self) -> cs.FeatureSet:
        """Everything of ties, groups and measures, whether or not a model may read it."""
        every = cs.social_features(min_known=self.min_known)
        if self.only:
            return every.select(self.only)
        return every.where(lambda feature: feature.source in {"ties", "memberships", "measures"})

    @cached_property
    def names(self) -> tuple[str, ...]:
        """Names of the columns of a block."""
        return tuple(self.features.names)

    @cached_property
    def signs(self) -> list[int]:
        """Declared direction of each column."""
        return [feature.sign for feature in self.features]

    def columns(self, pattern: str | re.Pattern[str] = STANDINGS) -> np.ndarray:
        """Positions of the columns whose name begins with a pattern."""
        return np.array([i for i, name in enumerate(self.names) if re.match(pattern, name)], np.int64)

    @cached_property
    def in_model(self) -> np.ndarray:
        """Positions of the columns that a fitted pipeline gives its model."""
        given = {f.name for f in self.features if getattr(f, "in_model", True)}
        if KEYED:
            from creditscore.reasons.sayable import why_unsayable

            given -= {f.name for f in self.features if why_unsayable(f)}
        return np.array([i for i, name in enumerate(self.names) if name in given], np.int64)

    def portfolio(self, tables: dict[str, pd.DataFrame]) -> cs.Portfolio:
        """Check and index the tables."""
        if not KEYED:
            return cs.Portfolio(**tables, threads=1)
        return cs.Portfolio(**tables, threads=1, privacy=_privacy(self.epsilon, self.key))

    def measures(
        self, tables: dict[str, pd.DataFrame], dates: Sequence[pd.Timestamp], names: Sequence[str] = ()
    ) -> pd.DataFrame:
        """Rows of the table `measures` at some dates: all that there are, unless some are named."""
        settings = cs.GraphSettings(min_known=self.min_known, measures=tuple(names) or tuple(MEASURES))
        return cs.compute_measures(self.portfolio(tables), dates, settings=settings, threads=1).to_frame()

    def block(
        self,
        tables: dict[str, pd.DataFrame],
        people: np.ndarray,
        dates: Sequence[pd.Timestamp],
        measures: Sequence[str] | None = (),
    ) -> np.ndarray:
        """Social values of some people at some dates of the grid.

        Parameters
        ----------
        tables : dict of str to DataFrame
        people : ndarray of int64, shape (n_people,)
        dates : sequence of Timestamp
        measures : sequence of str or None
            Names of the measures to compute, empty for all of them; None: leave them out.

        Returns
        -------
        ndarray of float64, shape (n_dates, n_people, n_columns)
        """
        if measures is not None:
            tables = {**tables, "measures": self.measures(tables, dates, measures)}
        asked = pd.DataFrame(
            {
                "application_id": np.arange(len(dates) * len(people)),
                "applicant_id": np.tile(people, len(dates)),
                "as_of": np.repeat(pd.DatetimeIndex(dates) + READ_AFTER, len(people)),
            }
        )
        values = self.asked(tables, asked)
        return values.reshape(len(dates), len(people), -1)

    def asked(self, tables: dict[str, pd.DataFrame], applications: pd.DataFrame) -> np.ndarray:
        """Social values of applications, in their order.

        Returns
        -------
        ndarray of float64, shape (n_applications, n_columns)
        """
        pipeline = cs.CreditPipeline(self.features, threads=1)
        return pipeline.compute_features(cs.Applications(applications), self.portfolio(tables)).values


def _privacy(epsilon: float | None, key: int) -> object:
    secret = f"attacks, key {key}".encode().ljust(32, b".")
    if epsilon is None:
        return cs.StandingPrivacy.unprotected(secret=secret, secret_name=f"attacks-{key}")
    return cs.StandingPrivacy(secret=secret, secret_name=f"attacks-{key}", epsilon=epsilon)


def designs(key: int) -> list[Design]:
    """The designs of this state of the library; the recommended one first, and last where it is weakest."""
    if not KEYED:
        full = [Design(min_known=known, key=key) for known in (5, 1)]
        return [*full, replace(full[0], only=EIGHT)]
    kinds = [Design(epsilon=epsilon, key=key) for epsilon in (2.0, 3.0, 1.0, None)]
    return [*kinds, replace(kinds[0], settled=8)]
