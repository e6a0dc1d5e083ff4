"""The groups to which an applicant belonged at the moment, and what was known of their other members."""

from __future__ import annotations

import math
from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from creditscore._ground.compiled import compiled, nested
from creditscore._ground.instants import DAY, NEVER
from creditscore.data.network.group_counts import BAD, KNOWN, MEMBERS, GroupCounts, change_before
from creditscore.data.network.pairs import Pairs
from creditscore.data.network.standing_events import DEFAULTED, UNKNOWN, Steps, step_at
from creditscore.data.tables.events import EventTable
from creditscore.data.visible import fact_known, has_happened, is_visible
from creditscore.features.chunk import Chunk
from creditscore.features.empty_rows import no_rows
from creditscore.features.rows import Rows
from creditscore.features.social.rows.tie_rows import END, settle
from creditscore.features.view import View, ViewColumn

F8 = NDArray[np.float64]
I8 = NDArray[np.int64]
I4 = NDArray[np.int32]

TENURE, OTHERS, KNOWN_OTHERS, BAD_OTHERS, BAD_SHARE = range(5)
COLUMNS = 5
ROLE = 1


@nested
def describe_membership(
    pair: int, as_of: int, pairs: Pairs, times: I8, codes: I4, at: I8, out: F8, labels: I4, when: I8,
    origin: I8, position: int,
) -> bool:  # fmt: skip
    """Write since when the applicant belongs to a group, and as what; False if they do not.

    Arrays: ``times`` shape (n_times, n_rows) in microseconds; ``codes`` shape (n_codes, n_rows), -1 missing;
    ``at`` shape (2,), -1 for an absent column; ``out`` shape (5, n_rows); ``labels`` shape (2, n_rows);
    ``when`` shape (n_rows,) in microseconds; ``origin`` shape (n_rows,).
    """
    joined = NEVER
    newest = -NEVER
    role = -1
    row = -1
    for e in range(pairs.entries[pair], pairs.entries[pair + 1]):
        i = pairs.rows[e]
        begun = times[0, i]
        if not has_happened(times, i, as_of):
            break
        if not is_visible(times, i, as_of) or fact_known(times, at[END], i, as_of):
            continue
        joined = min(joined, begun)
        code = codes[at[ROLE], i] if at[ROLE] >= 0 else -1
        if begun > newest or (begun == newest and code > role):
            newest = begun
            role = code
        row = max(row, i)
    if row < 0:
        return False
    out[TENURE, position] = (as_of - joined) / DAY
    labels[0, position] = pairs.targets[pair]
    labels[1, position] = role
    when[position] = joined
    origin[position] = row
    return True


@nested
def describe_others(
    person: int, group: int, as_of: int, steps: Steps, groups: GroupCounts, out: F8, position: int
) -> None:
    """Write what was known of a group without the applicant, whose own part is taken off exactly.

    Arrays: ``out`` shape (5, n_rows).
    """
    step = step_at(steps, person, as_of)
    own = UNKNOWN if step < 0 else steps.states[step]
    change = change_before(groups, group, as_of)
    known = groups.counts[change, KNOWN] - (own != UNKNOWN)
    bad = groups.counts[change, BAD] - (own == DEFAULTED)
    out[OTHERS, position] = groups.counts[change, MEMBERS] - 1
    out[KNOWN_OTHERS, position] = known
    out[BAD_OTHERS, position] = bad
    out[BAD_SHARE, position] = bad / known if known > 0 else math.nan


@compiled
def fill_groups(
    owners: I8, as_of: I8, pairs: Pairs, steps: Steps, groups: GroupCounts, times: I8, codes: I4, at: I8
) -> tuple[I8, I8, I8, F8, I4, I8]:
    """Write one row for every group to which an applicant belongs.

    Arrays: ``owners`` shape (n_applications,), -1 for nobody; ``as_of`` shape (n_applications,) in
    microseconds; ``times`` shape (n_times, n_rows) in microseconds; ``codes`` shape (n_codes, n_rows), -1
    missing; ``at`` shape (2,), -1 for an absent column. Returns shape (n_applications + 1,) of starts, then
    (n_rows,) or (n_columns, n_rows) of the rows.
    """
    starts = np.zeros(owners.size + 1, np.int64)
    stops = np.zeros(owners.size, np.int64)
    for r in range(owners.size):
        width = pairs.offsets[owners[r] + 1] - pairs.offsets[owners[r]] if owners[r] >= 0 else 0
        starts[r + 1] = starts[r] + width
    when = np.empty(starts[-1], np.int64)
    origin = np.empty(starts[-1], np.int64)
    out = np.empty((COLUMNS, starts[-1]))
    labels = np.empty((2, starts[-1]), np.int32)
    for r in range(owners.size):
        position = starts[r]
        if owners[r] >= 0:
            for pair in range(pairs.offsets[owners[r]], pairs.offsets[owners[r] + 1]):
                if describe_membership(
                    pair, as_of[r], pairs, times, codes, at, out, labels, when, origin, position
                ):
                    describe_others(owners[r], pairs.targets[pair], as_of[r], steps, groups, out, position)
                    position += 1
            settle(starts[r], position, out, labels, when, origin)
        stops[r] = position
    return starts[:-1].copy(), stops, when, out, labels, origin


def group_rows(chunk: Chunk) -> Rows:
    """Build the view `groups`."""
    table, network = chunk.portfolio.tables.get("memberships"), chunk.portfolio.network
    if table is None or network is None:
        return no_rows(chunk.owners.size, COLUMNS, 2)
    return Rows(
        *fill_groups(
            chunk.owners, chunk.as_of, network.memberships, network.standings, network.groups, table.times,
            table.codes, _layout(table),
        )
    )  # fmt: skip


@lru_cache(maxsize=64)
def _positions(times: tuple[str, ...], codes: tuple[str, ...]) -> I8:
    wanted = ((times, "end_time"), (codes, "role"))
    return np.array([names.index(name) if name in names else -1 for names, name in wanted], np.int64)


def _layout(table: EventTable) -> I8:
    return _positions(table.time_columns, table.code_columns)


_STANDING: Final = ("standings.standing",)

VIEWS: Final = (
    View(
        name="groups",
        meaning=(
            "A group to which the applicant was known to belong at the moment; time: when they joined. Its "
            "other members are those known to belong to it then; the applicant is never among them."
        ),
        source="memberships",
        tables=("memberships",),
        values=(
            ViewColumn("tenure_days", "days since joining", "days"),
            ViewColumn("others", "other members", "count"),
            ViewColumn("known_others", "other members of known standing", "count", _STANDING),
            ViewColumn("defaulted_others", "other members known to have defaulted", "count", _STANDING),
            ViewColumn(
                "default_share",
                "defaulted among the other members of known standing; missing if there are none",
                "share",
                _STANDING,
            ),
        ),
        codes=(
            ViewColumn("group", "the group, as a number without meaning"),
            ViewColumn("role", "role of the applicant", needs=("memberships.role",)),
        ),
        build=group_rows,
    ),
)
