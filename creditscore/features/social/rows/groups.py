"""The groups to which an applicant belonged at the moment, and what was seen of their other members."""

from __future__ import annotations

import math
from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from creditscore._ground.compiled import compiled, nested
from creditscore._ground.instants import DAY
from creditscore.data.network.bonds import Bonds, last_bond
from creditscore.data.network.group_counts import FoldCounts, GroupSizes, members_before
from creditscore.data.network.pairs import Pairs
from creditscore.data.network.seen import month_of
from creditscore.data.tables.events import EventTable
from creditscore.data.visible import fact_known, has_happened, is_visible
from creditscore.features.chunk import Chunk
from creditscore.features.empty_rows import no_rows
from creditscore.features.rows import Rows
from creditscore.features.social.rows.circle import default_share
from creditscore.features.social.rows.tie_rows import settle
from creditscore.features.view import View, ViewColumn

F8 = NDArray[np.float64]
I8 = NDArray[np.int64]
I4 = NDArray[np.int32]

TENURE, OTHERS, KNOWN_MEMBERS, DEFAULT_SHARE = range(4)
COLUMNS = 4
# positions in the layout: rows of the time and code blocks of memberships
END, ROLE = range(2)
# Fewer members in the folds that a share is made of, and it is kept back.
FEWEST = 5


@nested
def describe_membership(
    pair: int, as_of: int, pairs: Pairs, stays: Bonds, times: I8, codes: I4, at: I8, out: F8, labels: I4,
    when: I8, origin: I8, position: int,
) -> bool:  # fmt: skip
    """Write since when the applicant belongs to a group, and as what; False if they do not.

    Arrays: ``times`` shape (n_times, n_rows) in microseconds; ``codes`` shape (n_codes, n_rows), -1 missing;
    ``at`` shape (2,), -1 for an absent column; ``out`` shape (4, n_rows); ``labels`` shape (2, n_rows);
    ``when`` shape (n_rows,) in microseconds; ``origin`` shape (n_rows,).
    """
    newest = 0
    role = -1
    row = -1
    for e in range(pairs.entries[pair], pairs.entries[pair + 1]):
        i = pairs.rows[e]
        begun = times[0, i]
        if not has_happened(times, i, as_of):
            break
        if not is_visible(times, i, as_of) or fact_known(times, at[END], i, as_of):
            continue
        code = codes[at[ROLE], i] if at[ROLE] >= 0 else -1
        if row < 0 or begun > newest or (begun == newest and code > role):
            newest = begun
            role = code
        row = max(row, i)
    if row < 0:
        return False
    joined = stays.begins[last_bond(stays, pair, as_of)]
    out[TENURE, position] = (as_of - joined) / DAY
    labels[0, position] = pairs.targets[pair]
    labels[1, position] = role
    when[position] = joined
    origin[position] = row
    return True


@compiled
def fill_groups(
    owners: I8, as_of: I8, pairs: Pairs, stays: Bonds, sizes: GroupSizes, times: I8, codes: I4, at: I8
) -> tuple[I8, I8, I8, F8, I4, I8]:
    """Write one row for every group to which an applicant belongs; what is seen of it is missing.

    Arrays: ``owners`` shape (n_applications,), nodes, -1 for nobody; ``as_of`` shape (n_applications,) in
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
    out = np.full((COLUMNS, starts[-1]), math.nan)
    labels = np.empty((2, starts[-1]), np.int32)
    for r in range(owners.size):
        position = starts[r]
        if owners[r] >= 0:
            for pair in range(pairs.offsets[owners[r]], pairs.offsets[owners[r] + 1]):
                if describe_membership(
                    pair, as_of[r], pairs, stays, times, codes, at, out, labels, when, origin, position
                ):
                    others = members_before(sizes, pairs.targets[pair], as_of[r]) - 1
                    out[OTHERS, position] = others
                    position += 1
            settle(starts[r], position, out, labels, when, origin)
        stops[r] = position
    return starts[:-1].copy(), stops, when, out, labels, origin


@compiled
def describe_others(
    chosen: I8, starts: I8, stops: I8, labels: I4, folds: F8, counts: FoldCounts, flip: float, out: F8
) -> None:  # fmt: skip
    """Write what was seen of the groups of some applications in one month, without the applicant's own fold.

    Arrays: ``chosen`` shape (n_chosen,), positions of applications; ``starts``, ``stops``
    and ``folds`` shape (n_applications,); ``labels`` shape (2, n_rows); ``out`` shape (4, n_rows).
    """
    for r in chosen:
        for position in range(starts[r], stops[r]):
            group = labels[0, position]
            first = counts.offsets[group]
            n_folds = counts.offsets[group + 1] - first
            fold = first + int(folds[r] * n_folds)
            known = counts.known[group] - counts.fold_known[fold]
            marked = counts.marked[group] - counts.fold_marked[fold]
            out[KNOWN_MEMBERS, position] = counts.known[group]
            if known >= FEWEST:
                out[DEFAULT_SHARE, position] = default_share(float(known), float(marked), flip)


def group_rows(chunk: Chunk) -> Rows:
    """Build the view `groups`."""
    table, network = chunk.portfolio.tables.get("memberships"), chunk.portfolio.network
    if table is None or network is None:
        return no_rows(chunk.owners.size, COLUMNS, 2)
    nodes = network.identities.nodes(chunk.owners, chunk.as_of)
    rows = Rows(
        *fill_groups(
            nodes, chunk.as_of, network.memberships, network.groups.stays, network.sizes, table.times,
            table.codes, _layout(table),
        )
    )  # fmt: skip
    there = np.flatnonzero(rows.starts < rows.stops)
    folds = np.zeros(chunk.owners.size)
    folds[there] = network.seen.folds(nodes[there])
    months = np.array([month_of(moment) for moment in chunk.as_of[there].tolist()], np.int64)
    epochs = network.identities.epochs(chunk.as_of[there])
    flip = chunk.portfolio.privacy.flip
    for month, epoch in sorted(set(zip(months.tolist(), epochs.tolist(), strict=True))):
        chosen = there[(months == month) & (epochs == epoch)]
        counts = network.groups.in_month(int(chunk.as_of[chosen[0]]))
        describe_others(chosen, rows.starts, rows.stops, rows.codes, folds, counts, flip, rows.values)
    return rows


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
            "A group to which the applicant was known to belong at the moment; time: when they joined, or "
            "when that became known if later. What is seen of its members is that of the first instant of "
            "the month, of those who had then belonged to it for 90 days."
        ),
        source="memberships",
        tables=("memberships",),
        values=(
            ViewColumn("tenure_days", "days since joining", "days"),
            ViewColumn("others", "other members", "count"),
            ViewColumn("known_members", "members of whom a standing is seen", "count", _STANDING),
            ViewColumn(
                "default_share",
                "share of defaults among members in other keyed folds than the applicant's; missing with "
                "fewer than 5 of whom a standing is seen",
                "share",
                _STANDING,
            ),
        ),
        codes=(
            ViewColumn("group", "the group, as a number without meaning"),
            ViewColumn("role", "role of the applicant", needs=("memberships.role",)),
        ),
        build=group_rows,
        version=2,
    ),
)
