"""The simulated world that is attacked, and the changes that attackers make to it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

import numpy as np
import pandas as pd

import creditscore as cs
from creditscore.simulate import Simulated, SimulationConfig, simulate_with_truth

SOCIAL = ("ties", "memberships", "standings")
DAY = pd.Timedelta("1D")
NOW = pd.Timestamp("2024-10-01", tz="UTC")
MIXED = SimulationConfig(people=6_000, rejected=0.0, rings=0, gaming=0.0, returning=0.0)
LIKENESS = replace(MIXED, homophily=0.8, influence=0.0, frailty=0.0)
NEW_IDS = 10_000_000


def month(date: pd.Timestamp, by: int) -> pd.Timestamp:
    """The same day some months later."""
    return date + pd.DateOffset(months=by)


@dataclass(frozen=True)
class World:
    """One simulated lender as attackers and attacked see it; people are whole numbers from 0.

    Attributes
    ----------
    tables : dict of str to DataFrame
        Ties, memberships, standings.
    purchases : DataFrame
        Payments to merchants.
    applications : DataFrame
        One for each person.
    payments : DataFrame, shape (n_people, n_features)
        Values of payment features at each person's own application, by person.
    signs : dict of str to int
        Their declared directions.
    bad : ndarray of float64, shape (n_people,)
        Outcome of each person's application.
    """

    tables: dict[str, pd.DataFrame]
    purchases: pd.DataFrame
    applications: pd.DataFrame
    payments: pd.DataFrame
    signs: dict[str, int]
    bad: np.ndarray

    @property
    def n_people(self) -> int:
        """Number of people."""
        return len(self.applications)

    def states(self, moment: pd.Timestamp) -> np.ndarray:
        """Known standing of everyone: 1 defaulted, 0 good, NaN unknown.

        Returns
        -------
        ndarray of float64, shape (n_people,)
        """
        rows = self.tables["standings"]
        rows = rows[(rows["event_time"] < moment) & (rows["known_time"] < moment)]
        rows = rows.assign(worse=rows["standing"].eq("defaulted")).sort_values(["event_time", "worse"])
        found = np.full(self.n_people, np.nan)
        last = rows.groupby("person_id")["worse"].last()
        found[last.index.to_numpy()] = last.to_numpy(float)
        return found

    def settled(self, moment: pd.Timestamp, since: int, until: int = 0) -> np.ndarray:
        """Standing of those for whom it was the same since some months, and stays so; NaN for the others.

        Returns
        -------
        ndarray of float64, shape (n_people,)
        """
        dates = [month(moment, by) for by in range(-since, until + 1)]
        seen = np.array([self.states(date) for date in dates])
        return np.where((seen == seen[0]).all(axis=0), seen[0], np.nan)

    @cached_property
    def friends(self) -> pd.DataFrame:
        """Declared ties between people, which both sides have agreed to."""
        ties = self.tables["ties"]
        return ties[(ties["layer"] == "friend") & ~ties["directed"]]

    def pairs(
        self, moment: pd.Timestamp, until: pd.Timestamp, valued: np.ndarray, targets: np.ndarray, most: int,
        seed: int,
    ) -> tuple[np.ndarray, np.ndarray]:  # fmt: skip
        """Pairs of an observer and a target with a tie of a year or more; nobody is in two pairs.

        Parameters
        ----------
        moment, until : Timestamp
            The tie is older than 400 days at the first and outlives the second.
        valued, targets : ndarray of bool, shape (n_people,)
            Who may observe, and whom.
        most : int
        seed : int

        Returns
        -------
        observers, targets : ndarray of int64, shape (n_pairs,)
        """
        ties = self.friends
        old = (ties["event_time"] < moment - 400 * DAY) & ~(ties["end_time"] < until + 200 * DAY)
        one, other = (ties.loc[old, name].to_numpy(np.int64) for name in ("person_id", "other_id"))
        ends = np.concatenate([np.stack([one, other], 1), np.stack([other, one], 1)])
        ends = ends[valued[ends[:, 0]] & targets[ends[:, 1]]]
        used = np.zeros(self.n_people, np.bool_)
        kept = []
        for a, b in np.random.default_rng(seed).permutation(ends):
            if not used[a] and not used[b] and len(kept) < most:
                used[[a, b]] = True
                kept.append((a, b))
        chosen = np.array(kept, np.int64).reshape(-1, 2)
        return chosen[:, 0], chosen[:, 1]

    def beside(self, moment: pd.Timestamp, observers: np.ndarray, targets: np.ndarray) -> np.ndarray:
        """For each pair a friend of the observer who is no friend of the target; -1 where there is none.

        Returns
        -------
        ndarray of int64, shape (n_pairs,)
        """
        ties = self.friends[self.friends["event_time"] < moment - 400 * DAY]
        near: dict[int, set[int]] = {}
        for a, b in zip(ties["person_id"], ties["other_id"], strict=True):
            near.setdefault(a, set()).add(b)
            near.setdefault(b, set()).add(a)
        ties = self.tables["ties"]
        both = set(zip(ties["person_id"], ties["other_id"], strict=True))
        found = np.full(len(observers), -1, np.int64)
        for row, (a, b) in enumerate(zip(observers.tolist(), targets.tolist(), strict=True)):
            for c in sorted(near.get(a, ())):
                if c != b and (b, c) not in both and (c, b) not in both:
                    found[row] = c
                    break
        return found

    def tied(self, one: np.ndarray, other: np.ndarray) -> np.ndarray:
        """Which rows of ties are between the two of some pair.

        Returns
        -------
        ndarray of bool, shape (n_ties,)
        """
        ends = (self.tables["ties"][name].to_numpy(np.int64) for name in ("person_id", "other_id"))
        return np.isin(_codes(*ends), _codes(one, other))

    def without(self, one: np.ndarray, other: np.ndarray) -> dict[str, pd.DataFrame]:
        """Tables in which some pairs were never tied."""
        return {**self.tables, "ties": self.tables["ties"][~self.tied(one, other)]}

    def ended(self, one: np.ndarray, other: np.ndarray, moment: pd.Timestamp) -> dict[str, pd.DataFrame]:
        """Tables in which all ties of some pairs end at a moment, and none begins later."""
        ties = self.tables["ties"]
        chosen, later = self.tied(one, other), (ties["event_time"] >= moment).to_numpy()
        ties = ties.assign(end_time=ties["end_time"].mask(chosen, moment))
        return {**self.tables, "ties": ties[~(chosen & later)]}


def _codes(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    return np.minimum(one, other) * NEW_IDS + np.maximum(one, other)


def tie_rows(
    one: np.ndarray, other: np.ndarray, begun: object, *, directed: bool = False, known: object = None
) -> pd.DataFrame:
    """Rows of ties that an attack adds."""
    return pd.DataFrame(
        {
            "person_id": one, "other_id": other, "event_time": begun, "layer": "friend", "weight": 1.0,
            "directed": directed, "known_time": begun if known is None else known,
        }
    )  # fmt: skip


def standing_rows(people: np.ndarray, standing: object, when: object) -> pd.DataFrame:
    """Rows of standings that an attack adds."""
    return pd.DataFrame({"person_id": people, "standing": standing, "event_time": when, "known_time": when})


def added(tables: dict[str, pd.DataFrame], **more: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """Tables with further rows; where a table says when rows were known, so does every row."""
    grown = dict(tables)
    for name, rows in more.items():
        base = tables[name]
        if "known_time" not in base:
            base = base.assign(known_time=base["event_time"])
        grown[name] = pd.concat([base, rows], ignore_index=True)
    return grown


def batches(n: int, size: int) -> Iterator[np.ndarray]:
    """Positions 0 to n - 1, some at a time."""
    for start in range(0, n, size):
        yield np.arange(start, min(start + size, n))


def world(folder: Path, config: SimulationConfig, seed: int) -> World:
    """Read a world from a folder; simulate it and write it there where it is not."""
    home = folder / f"{config.sha256[:12]}-{seed}"
    if not (home / "bad.parquet").exists():
        home.mkdir(parents=True, exist_ok=True)
        made, truth = simulate_with_truth(config, seed=seed)
        for name, table in _parts(made, truth.bad).items():
            table.to_parquet(home / f"{name}.parquet")
    read = {path.stem: pd.read_parquet(path) for path in home.glob("*.parquet")}
    return World(
        tables={name: read[name] for name in SOCIAL},
        purchases=read["purchases"],
        applications=read["applications"],
        payments=read["payments"],
        signs=dict(zip(read["signs"]["name"], read["signs"]["sign"].astype(int), strict=True)),
        bad=read["bad"]["bad"].to_numpy(float),
    )


def _parts(made: Simulated, bad: np.ndarray) -> dict[str, pd.DataFrame]:
    applications = made.applications.drop(columns=["decision", "loan_id"]).sort_values("applicant_id")
    applications = applications.reset_index(drop=True)
    features = cs.payment_features()
    portfolio = cs.Portfolio(payments=made.tables["payments"], bills=made.tables["bills"])
    values = cs.CreditPipeline(features).compute_features(cs.Applications(applications), portfolio)
    rows = made.tables["payments"]
    bought = rows[(rows["kind"] == "purchase") & rows["counterparty_id"].notna()]
    keep = [n for n in rows.columns if n in {
        "applicant_id", "event_time", "amount", "kind", "counterparty_id", "counterparty_kind", "known_time",
    }]  # fmt: skip
    return {
        **{name: made.tables[name] for name in SOCIAL},
        "purchases": bought[keep],
        "applications": applications,
        "payments": values.to_frame(),
        "signs": pd.DataFrame({"name": list(features.names), "sign": [f.sign for f in features]}),
        "bad": pd.DataFrame({"bad": bad.astype(float)}),
    }
