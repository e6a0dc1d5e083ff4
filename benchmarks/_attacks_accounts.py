"""Attacks with accounts of one's own: C, and look-alikes."""

from __future__ import annotations

import numpy as np
import pandas as pd
from _attacks_learn import Cell, compared, learned
from _attacks_library import MEASURES, Design
from _attacks_world import DAY, NEW_IDS, NOW, World, added, batches, month, standing_rows, tie_rows

TARGETS = 1_000
OWN = 4
PATIENT = 9
MONTHS = 6
SHOPPING = pd.Timestamp("2024-03-01", tz="UTC")


def _targets(world: World, design: Design, most: int) -> np.ndarray:
    known = np.flatnonzero(np.isfinite(world.settled(NOW, design.settled)))
    return np.random.default_rng(design.key).permutation(known)[:most]


def _accounts(targets: np.ndarray, each: int, age: int) -> tuple[np.ndarray, pd.DataFrame, pd.DataFrame]:
    """Fresh accounts of each target, their ties, and the standings of four good accounts beside each.

    Returns
    -------
    fresh : ndarray of int64, shape (n_targets, each)
    ties, standings : DataFrame
    """
    n = len(targets) * each
    fresh = NEW_IDS + np.arange(n)
    own = NEW_IDS + n + np.arange(n * OWN)
    ties = tie_rows(
        np.concatenate([fresh, np.repeat(fresh, OWN)]),
        np.concatenate([np.repeat(targets, each), own]),
        NOW - age * DAY,
    )
    return fresh.reshape(len(targets), each), ties, standing_rows(own, "good", NOW - 700 * DAY)


def new_accounts(world: World, design: Design, most: int = TARGETS) -> dict[str, Cell]:
    """One fresh account beside four good ones of one's own; the target accepts it."""
    targets = _targets(world, design, most)
    fresh, ties, standings = _accounts(targets, 1, 100)
    tables = added(world.tables, ties=ties, standings=standings)
    seen = design.block(tables, fresh[:, 0], [NOW], None)[0][:, design.columns()]
    return {"C new accounts": learned(seen, world.states(NOW)[targets])}


def patient_accounts(world: World, design: Design, most: int = TARGETS) -> dict[str, Cell]:
    """Nine such accounts whose ties are 600 days old, seen for six months."""
    targets = _targets(world, design, most)
    fresh, ties, standings = _accounts(targets, PATIENT, 600)
    tables = added(world.tables, ties=ties, standings=standings)
    dates = [month(NOW, by) for by in range(1 - MONTHS, 1)]
    seen = design.block(tables, fresh.ravel(), dates, None)[:, :, design.columns()]
    seen = seen.reshape(MONTHS, len(targets), PATIENT, -1)
    monthly = seen.mean(axis=2)
    rows = np.concatenate([*monthly, monthly.mean(axis=0), seen.std(axis=2).mean(axis=0)], axis=1)
    return {"C patient": learned(rows, world.states(NOW)[targets])}


def lookalikes(world: World, design: Design, most: int = TARGETS) -> dict[str, Cell]:
    """Buy forty times where the target buys, and once where each of four good accounts of one's own buys."""
    rows = world.purchases
    rows = rows[(rows["event_time"] < SHOPPING) & (rows["event_time"] >= SHOPPING - 365 * DAY)]
    known = np.isfinite(world.settled(SHOPPING, design.settled)) & np.isin(
        np.arange(world.n_people), rows["applicant_id"].unique()
    )
    targets = np.random.default_rng(design.key).permutation(np.flatnonzero(known))[:most]
    secret = world.states(SHOPPING)[targets]
    column = design.columns("network_lookalike_default_share$")
    if not len(column):
        return {"look-alikes": Cell(float("nan"), 0, "no such value")}
    seen = np.full((2, len(targets), len(column)), np.nan)
    for batch in batches(len(targets), 50):
        for kind in range(2):
            bought, me = _copies(rows, targets[batch], followed=bool(kind))
            own = NEW_IDS + len(batch) + np.arange(len(batch) * OWN)
            tables = added(
                {**world.tables, "payments": pd.concat([rows, bought], ignore_index=True)},
                standings=standing_rows(own, "good", NOW - 900 * DAY),
            )
            names = [name for name in MEASURES if name.startswith("lookalike")]
            seen[kind, batch] = design.block(tables, me, [SHOPPING], names)[0][:, column]
    return {"look-alikes": learned(compared(*seen), secret)}


def _copies(rows: pd.DataFrame, targets: np.ndarray, *, followed: bool) -> tuple[pd.DataFrame, np.ndarray]:
    """Purchases of one new person for each target, and of four accounts that share one shop with each."""
    me = NEW_IDS + np.arange(len(targets))
    own = NEW_IDS + len(targets) + np.arange(len(targets) * OWN)
    private = rows["counterparty_id"].max() if rows["counterparty_id"].dtype.kind in "iu" else None
    shops = [f"own{i}" if private is None else int(private) + 1 + i for i in range(len(own))]
    parts = [_bought(np.repeat(me, OWN), shops), _bought(own, shops)]
    # Where nobody is followed, the new person goes to the four alone: what the others would give.
    if followed:
        theirs = rows[rows["applicant_id"].isin(targets)]
        theirs = theirs[["applicant_id", "counterparty_id"]].drop_duplicates()
        where = dict(zip(targets.tolist(), me.tolist(), strict=True))
        follower = theirs["applicant_id"].map(where).to_numpy(np.int64)
        parts.append(_bought(np.repeat(follower, 40), np.repeat(theirs["counterparty_id"].to_numpy(), 40)))
    return pd.concat(parts, ignore_index=True).reindex(columns=rows.columns), me


def _bought(who: np.ndarray, where: object) -> pd.DataFrame:
    when = SHOPPING - (1 + np.arange(len(who)) % 300) * DAY
    return pd.DataFrame(
        {
            "applicant_id": who, "event_time": when, "known_time": when, "amount": -1.0, "kind": "purchase",
            "counterparty_id": where, "counterparty_kind": "merchant",
        }
    )  # fmt: skip
