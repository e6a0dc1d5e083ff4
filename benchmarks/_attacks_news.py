"""Attack F: a friend's default becomes known."""

from __future__ import annotations

import numpy as np
import pandas as pd
from _attacks_learn import Cell, compared, learned
from _attacks_library import Design
from _attacks_points import Scorer
from _attacks_world import NOW, World, added, batches, month, standing_rows

TARGETS = 1_300
LONG = 8
MANY = 40


def news(world: World, design: Design, scorer: Scorer | None, most: int = TARGETS) -> dict[str, Cell]:
    """Half of the targets, who were good, come to be known as defaulted: seen next month, and after eight."""
    people = np.arange(world.n_people)
    seen = design.block(world.tables, people, [NOW], None)[0]
    valued = np.isfinite(seen[:, design.columns("neighbours_defaulted_share$")[0]])
    good = world.settled(NOW, design.settled, LONG) == 0.0
    one, other = world.pairs(NOW, month(NOW, LONG), valued, good, most, design.key)
    random = np.random.default_rng(design.key + 1)
    secret = (random.permutation(len(one)) % 2).astype(float)
    days = 1.0 + 28.0 * random.random(len(one))
    dates = [NOW, month(NOW, 1), month(NOW, LONG)]
    seen = np.full((len(dates), len(one), len(design.names)), np.nan)
    for batch in batches(len(one), MANY):
        turned = batch[secret[batch] == 1.0]
        when = NOW + pd.to_timedelta(days[turned], unit="D").floor("s")
        tables = added(world.tables, standings=standing_rows(other[turned], "defaulted", when))
        seen[:, batch] = design.block(tables, one[batch], dates)
    own = design.columns()
    first, next_month, later = (s[:, own] for s in seen)
    found = {
        "F features, one month": learned(compared(first, next_month), secret),
        "F features, eight months": learned(compared(first, later), secret),
        "F others' news known, eight months": _quiet(world, design, (one, other, secret, days)),
    }
    if scorer is not None:
        points = [scorer.points(one, s)[:, None] for s in seen]
        found["F score, one month"] = learned(compared(points[0], points[1]), secret)
        found["F score, eight months"] = learned(compared(points[0], points[2]), secret)
    return found


def _quiet(
    world: World, design: Design, given: tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]
) -> Cell:
    """The same for an attacker to whom nobody else's news is new: nothing else becomes known."""
    one, other, secret, days = given
    known = world.tables["standings"]["known_time"] < NOW
    still = {**world.tables, "standings": world.tables["standings"][known]}
    dates = [month(NOW, by) for by in range(LONG + 1)]
    own = design.columns("neighbours_")
    seen = np.full((len(dates), len(one), len(own)), np.nan)
    for batch in batches(len(one), MANY):
        turned = batch[secret[batch] == 1.0]
        when = NOW + pd.to_timedelta(days[turned], unit="D").floor("s")
        tables = added(still, standings=standing_rows(other[turned], "defaulted", when))
        seen[:, batch] = design.block(tables, one[batch], dates, None)[:, :, own]
    return learned(compared(*seen), secret)
