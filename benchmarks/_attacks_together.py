"""Attacks by those who share a value: D in communities, E in groups."""

from __future__ import annotations

import numpy as np
import pandas as pd
from _attacks_learn import Cell, guessed, learned
from _attacks_library import Design
from _attacks_world import DAY, NOW, World

from creditscore.validation.metrics import auc

GROUP_SIZE = 40
LEVELS = 8
# Of the shares of the rules: what they are drawn towards, and how many people that counts for.
PRIOR, PRIOR_WEIGHT = 0.1, 5.0
TOLERANCE = 1e-7


TABLE = ("community_default_share", "default_share_two_hops", "default_influence")

SHARE = "neighbours_defaulted_share"


def lowest_level(world: World, design: Design) -> dict[str, Cell]:
    """Who has the lowest value of their community; what a learner makes of values of friends and own ones."""
    table = design.measures(world.tables, [NOW], ("community_size", "community_density", *TABLE))
    wide = table.pivot_table(index="subject_id", columns="measure", values="value", observed=True)
    state = world.settled(NOW, design.settled)[wide.index.to_numpy(np.int64)]
    key = wide["community_size"].astype(str) + "/" + wide["community_density"].round(9).astype(str)
    value = wide[TABLE[0]]
    grouped = value.groupby(key)
    named = (grouped.transform("nunique") > 1) & (value == grouped.transform("min")) & np.isfinite(state)
    base = f"base {np.nanmean(state):.2f}"
    precision = float(state[named].mean()) if named.any() else float("nan")
    found = {"D lowest level, precision": Cell(precision, int(named.sum()), base)}
    people = np.arange(world.n_people)
    share = design.block(world.tables, people, [NOW], None)[0][:, design.columns(f"{SHARE}$")[0]]
    for name, column in (*wide[wide.columns.intersection(TABLE)].items(), (SHARE, pd.Series(share))):
        found |= _beside_friends(world, design, column.dropna(), str(name).replace("_", " "))
    return found


def _beside_friends(world: World, design: Design, value: pd.Series, name: str) -> dict[str, Cell]:
    """An own value leaves out the own bit and those of friends do not: what the difference says."""
    state = world.settled(NOW, design.settled)[value.index.to_numpy(np.int64)]
    known = np.isfinite(state)
    rows = np.column_stack([value, _of_friends(world, value)])[known]
    secret = state[known]
    found = guessed(rows, secret)
    tenth = secret[np.argsort(-found)][: len(found) // 10]
    return {
        f"D {name}: own value alone": learned(rows[:, :1], secret),
        f"D {name}: beside friends'": Cell(float(auc(secret, found)), len(found)),
        f"D {name}: precision in a tenth": Cell(float(tenth.mean()), len(tenth), f"base {secret.mean():.2f}"),
    }


def _of_friends(world: World, value: pd.Series) -> np.ndarray:
    """Values of a person's friends beside the own one: their number, mean, extremes, and distances.

    Returns
    -------
    ndarray of float64, shape (n_values, 6)
    """
    ties = world.friends[world.friends["event_time"] < NOW - 365 * DAY]
    one, other = (ties[name].to_numpy(np.int64) for name in ("person_id", "other_id"))
    ends = pd.DataFrame({"person": np.concatenate([one, other]), "friend": np.concatenate([other, one])})
    ends = ends.drop_duplicates()
    ends["value"] = ends["friend"].map(value)
    seen = ends.groupby("person")["value"].agg(["count", "mean", "min", "max"]).reindex(value.index)
    mean = seen["mean"].to_numpy()
    return np.column_stack([seen.to_numpy(float), value.to_numpy() - mean, value.to_numpy() - seen["min"]])


def _groups(world: World) -> pd.DataFrame:
    """Everyone in one group of forty, drawn at random, joined two years ago."""
    people = np.random.default_rng(0).permutation(world.n_people)
    return pd.DataFrame(
        {
            "person_id": people, "group_id": np.arange(world.n_people) // GROUP_SIZE,
            "event_time": NOW - 730 * DAY, "role": "member",
        }
    )  # fmt: skip


def all_others(world: World, design: Design) -> dict[str, Cell]:
    """All other members of a group say what they see, and how they stand."""
    groups = _groups(world)
    people = np.arange(world.n_people)
    tables = {**world.tables, "memberships": groups}
    column = design.columns(r"groups_default_share(_mean)?$")[0]
    state = world.settled(NOW, design.settled)
    if design.settled:
        tables["standings"] = _of_settled(world.tables["standings"], state)
    value = design.block(tables, people, [NOW], None)[0][:, column]
    home = np.empty(world.n_people, np.int64)
    home[groups["person_id"]] = groups["group_id"]
    rows, targets = [], []
    for group in range(int(home.max()) + 1):
        members = np.flatnonzero((home == group) & np.isfinite(value))
        for target in members[np.isfinite(state[members])]:
            others = members[members != target]
            rows.append(_compared(value[others], state[others], design.flip))
            targets.append(target)
    if not rows:
        return {"E all others": Cell(float("nan"), 0, "no group has a value")}
    seen, secret = np.array(rows), state[targets]
    found = guessed(seen, secret, groups=home[targets])
    return {"E all others": Cell(float(auc(secret, found)), len(secret))}


def _of_settled(standings: pd.DataFrame, state: np.ndarray) -> pd.DataFrame:
    return standings[np.isfinite(state[standings["person_id"].to_numpy(np.int64)])]


def _compared(value: np.ndarray, state: np.ndarray, flip: float) -> np.ndarray:
    """What the values of the others say once all their own standings are taken off.

    Whoever has the same value is in the same fold. A share is a fraction, which betrays how many it was made
    of: so the others find how many of each fold are known, how many of them are marked, and in which fold
    there is one more than themselves.

    Parameters
    ----------
    value, state : ndarray of float64, shape (n_others,)
        Their values, and their own standings; NaN where unknown.
    flip : float
        Probability that a published bit is not the standing.

    Returns
    -------
    ndarray of float64, shape (n_seen,)
    """
    known = np.isfinite(state)
    expected = np.where(known, flip + (1.0 - 2.0 * flip) * state, 0.0)
    levels, which = np.unique(np.round(value, 14), return_inverse=True)
    own = np.array([(known & (which == k)).sum() for k in range(len(levels))])
    marked = np.array([expected[which == k].sum() for k in range(len(levels))])
    simple = levels * own.sum() - np.nansum(state)
    read = np.array([_read(level, own.sum() - n, flip) for level, n in zip(levels, own, strict=True)])
    out = np.full(3 * LEVELS + 6, np.nan)
    if len(levels) > 1:
        of_all = read.sum(axis=0) / (len(levels) - 1)
        more, rest = (of_all - read).T
        order = np.argsort(own - more, kind="stable")[:LEVELS]
        for position, part in enumerate((more - own, rest - marked, own)):
            out[position * LEVELS : position * LEVELS + len(order)] = part[order]
    out[-6:] = own.sum(), marked.sum(), levels.mean(), simple.min(), simple.max(), simple.mean()
    return out


def _read(level: float, others: int, flip: float) -> tuple[float, float]:
    """How many known people a shrunk share was made of, and how many of them were marked; NaN if unclear."""
    keep = 1.0 - 2.0 * flip
    weight = PRIOR_WEIGHT / keep**2
    if not 0.0 < level < 1.0:
        return np.nan, np.nan
    for n in sorted(range(max(others - 8, 1), others + 2), key=lambda n: abs(n - others - 0.5)):
        count = (level * keep + flip) * (n + weight) - weight * (flip + keep * PRIOR)
        if abs(count - round(count)) < TOLERANCE:
            return float(n), float(round(count))
    return np.nan, np.nan
