"""Attacks by a tie that ends, never was, or begins again: A and B, and measures one by one."""

from __future__ import annotations

import numpy as np
import pandas as pd
from _attacks_learn import Cell, compared, learned
from _attacks_library import Design
from _attacks_points import Scorer
from _attacks_world import DAY, NOW, World, added, batches, month, tie_rows

TARGETS = 1_000
BATCH = 40
RESTART = pd.Timestamp("2024-02-01", tz="UTC")
# Each with the columns that the attacker looks at alone.
ALONE = {
    "exposures": "neighbours_",
    "influence": r"network_(default_influence|good_influence|influence)",
    "community": "network_community_default",
    "two hops": "network_default_share_two_hops",
}


def _pairs(
    world: World, design: Design, now: pd.Timestamp, until: pd.Timestamp, months: int, most: int
) -> tuple[np.ndarray, np.ndarray]:
    """Observers who have a value, and targets whose standing stays as it is."""
    people = np.arange(world.n_people)
    seen = design.block(world.tables, people, [now], None)[0]
    valued = np.isfinite(seen[:, design.columns("neighbours_defaulted_share$")[0]])
    known = np.isfinite(world.settled(now, design.settled, months))
    return world.pairs(now, until, valued, known, most, design.key)


def same_month(world: World, design: Design, scorer: Scorer | None, most: int = TARGETS) -> dict[str, Cell]:
    """A tie is taken away by someone who can compute both worlds; then measure by measure."""
    one, other = _pairs(world, design, NOW, NOW, 0, most)
    secret = world.states(NOW)[other]
    third = world.beside(NOW, one, other)
    people = np.arange(world.n_people)
    base = design.block(world.tables, people, [NOW])[0]
    alone = np.full((2, len(one), base.shape[1]), np.nan)
    for batch in batches(len(one), BATCH):
        tables = world.without(one[batch], other[batch])
        asked = np.concatenate([one[batch], np.maximum(third[batch], 0)])
        alone[:, batch] = design.block(tables, asked, [NOW])[0].reshape(2, len(batch), -1)
    own = design.columns()
    found = {
        "own values alone": learned(base[one][:, own], secret),
        "A same month": learned(compared(base[one][:, own], alone[0][:, own]), secret),
    }
    if scorer is not None:
        points = [scorer.points(one, seen)[:, None] for seen in (base[one], alone[0])]
        found["B score, same month"] = learned(compared(*points), secret)
    far = third >= 0
    for name, pattern in ALONE.items():
        columns = design.columns(pattern)
        here, seer = (np.ones(len(one), np.bool_), one) if name != "two hops" else (far, third)
        without = alone[int(name == "two hops")]
        rows = compared(base[seer][:, columns], without[:, columns])
        found[f"A by {name}"] = learned(rows[here], secret[here])
    return found


def in_time(world: World, design: Design, scorer: Scorer | None, most: int = TARGETS) -> dict[str, Cell]:
    """A tie ends after the first of a month; values and scores then, and in the first month without it."""
    gone = design.months_to_fade
    one, other = _pairs(world, design, NOW, month(NOW, gone), gone, most)
    secret = world.states(NOW)[other]
    dates = [month(NOW, by) for by in sorted({0, gone - 1, gone})]
    seen = np.full((len(dates), len(one), len(design.names)), np.nan)
    for batch in batches(len(one), BATCH):
        tables = world.ended(one[batch], other[batch], NOW + 15 * DAY)
        seen[:, batch] = design.block(tables, one[batch], dates)
    own = design.columns()
    two = compared(seen[0][:, own], seen[-1][:, own])
    found = {
        "A in time": learned(two, secret),
        "A in time, every month": learned(compared(*(s[:, own] for s in seen)), secret),
    }
    if scorer is not None:
        points = [scorer.points(one, s)[:, None] for s in seen]
        found["B score, in time"] = learned(compared(points[0], points[-1]), secret)
        found["B score, every month"] = learned(compared(*points), secret)
    return found


def restarted(world: World, design: Design, most: int = TARGETS) -> dict[str, Cell]:
    """A tie ends, is forgotten, begins anew and counts again: three looks at one target."""
    back = design.months_to_fade + 1
    again = back + 5
    one, other = _pairs(world, design, RESTART, month(RESTART, again), again, most)
    secret = world.states(month(RESTART, again))[other]
    dates = [month(RESTART, by) for by in (0, back, again)]
    seen = np.full((len(dates), len(one), len(design.names)), np.nan)
    for batch in batches(len(one), BATCH):
        tables = world.ended(one[batch], other[batch], RESTART + 15 * DAY)
        rows = tie_rows(one[batch], other[batch], month(RESTART, back) + DAY)
        seen[:, batch] = design.block(added(tables, ties=rows), one[batch], dates)
    own = design.columns()
    return {"restarted tie": learned(compared(*(s[:, own] for s in seen)), secret)}
