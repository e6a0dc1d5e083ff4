"""The people to whom an applicant was tied at the moment: one row each, and one for all of them together."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache, partial
from typing import Final

import numpy as np
from numpy.typing import NDArray

from creditscore._ground.instants import parse_duration
from creditscore.data.network.agreed import check_layers, layers_allowed, layout_of
from creditscore.errors import ParameterError
from creditscore.features.chunk import Chunk, first_and_last
from creditscore.features.empty_rows import no_rows
from creditscore.features.rows import Rows
from creditscore.features.social.rows.circle import COLUMNS as CIRCLE_COLUMNS
from creditscore.features.social.rows.circle import PRIOR, fill_circle
from creditscore.features.social.rows.tie_rows import COLUMNS, fill_ties
from creditscore.features.view import View, ViewColumn

I8 = NDArray[np.int64]

FAMILY: Final = "neighbours"
TOGETHER: Final = "circle"
_NAME: Final = re.compile(
    r"(neighbours|circle)\(min_tie_age=(\w+),edge_half_life=(\w+)"
    r"(?:,label_half_life=\w+)?(?:,layers=([\w+-]+))?\)"
)
_LAYER: Final = re.compile(r"[\w-]+")


@dataclass(frozen=True, slots=True)
class TieSettings:
    """What counts as a tie, and how fast ties fade.

    Parameters
    ----------
    min_tie_age : str
        Younger ties count in churn only. The age counts from the latest moment from which on both ends are
        known to have agreed.
    edge_half_life : str, optional
        After so long an interaction weighs half; None: it does not fade.
    layers : tuple of str
        Which layers count; without any, all that tie people: not those of shared devices, addresses and
        telephones (a matter of fraud), nor look-alikes.
    """

    min_tie_age: str = "90d"
    edge_half_life: str | None = "365d"
    layers: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        parse_duration(self.min_tie_age, parameter="min_tie_age")
        half_life = self.edge_half_life
        if half_life is not None and parse_duration(half_life, parameter="edge_half_life") == 0:
            raise ParameterError.must_be("edge_half_life", "longer than 0, or None for no decay", "0")
        for layer in check_layers(self.layers):
            if not _LAYER.fullmatch(layer):
                raise ParameterError.must_be("layers", "names of letters, digits, _ and -", layer)

    @property
    def view(self) -> str:
        """The name of the view of these settings with one row for each person."""
        return f"{FAMILY}({self._stated})"

    @property
    def together(self) -> str:
        """The name of the view of these settings with one row for all of them."""
        return f"{TOGETHER}({self._stated})"

    @property
    def _stated(self) -> str:
        layers = f",layers={'+'.join(self.layers)}" if self.layers else ""
        return f"min_tie_age={self.min_tie_age},edge_half_life={self.edge_half_life}{layers}"


@lru_cache(maxsize=64)
def neighbours_view(name: str) -> View | None:
    """Return the view of neighbours whose settings its name states; None if the name states none."""
    if name in FAMILIES:
        return FAMILIES[name](name, TieSettings())
    match = _NAME.fullmatch(name)
    if match is None:
        return None
    family, age, edge, layers = match.groups()
    settings = TieSettings(age, None if edge == "None" else edge, tuple(layers.split("+")) if layers else ())
    return FAMILIES[family](name, settings)


def _one_by_one(name: str, settings: TieSettings) -> View:
    return View(
        name=name,
        meaning=(
            "A person to whom a tie was known at the moment; time: since when both ends are known to have "
            "agreed to it without a break (where they never did, the first tie that one of them made). A tie "
            f"counts if both agreed for {settings.min_tie_age} or longer, and still do or did until 180 days "
            "ago; no value of strength, and none of what is seen of the person, is there for others."
        ),
        source="ties",
        tables=("ties",),
        values=_VALUES,
        codes=_CODES,
        build=partial(_build, settings=settings),
        version=2,
    )


def _all_together(name: str, settings: TieSettings) -> View:
    return View(
        name=name,
        meaning=(
            "All people tied to the applicant at the moment in a way that counts, together; at most one row. "
            "Ties that are 365 days old have a vote each; younger ones share half as many votes as there are "
            "older ones, and have one each at most. Shares are made of the noisy bits, with their known "
            f"chance of a wrong one taken off, drawn towards {PRIOR} by the weight of five people, within 0 "
            f"and 1; a bounded one is at most {PRIOR}, the usual share. Time: that of the oldest tie."
        ),
        source="ties",
        tables=("ties",),
        values=_TOGETHER,
        codes=(),
        build=partial(_build_circle, settings=settings),
        version=2,
    )


FAMILIES: Final[dict[str, Callable[[str, TieSettings], View]]] = {
    FAMILY: _one_by_one,
    TOGETHER: _all_together,
}


def _build(chunk: Chunk, *, settings: TieSettings) -> Rows:
    return chunk.once(_Neighbours(settings))


def _build_circle(chunk: Chunk, *, settings: TieSettings) -> Rows:
    if chunk.portfolio.network is None:
        return no_rows(chunk.owners.size, CIRCLE_COLUMNS, 0)
    near = chunk.once(_Neighbours(settings))
    filled = fill_circle(near.starts, near.stops, near.times, near.values, chunk.portfolio.privacy.flip)
    when = filled[2]
    return Rows(*filled, np.empty((0, when.size), np.int32), np.empty(0, np.int64))


@dataclass(frozen=True, slots=True)
class _Neighbours:
    """The rows of neighbours of some settings, which both views are made of."""

    settings: TieSettings

    def __call__(self, chunk: Chunk) -> Rows:
        table, network = chunk.portfolio.tables.get("ties"), chunk.portfolio.network
        if table is None or network is None or not chunk.owners.size:
            return no_rows(chunk.owners.size, COLUMNS, 2)
        layers, half_life = self.settings.layers, self.settings.edge_half_life
        allowed = layers_allowed(tuple(table.vocabularies.get("layer", ())), layers)
        seen = network.seen.between(*chunk.once(first_and_last))
        min_age = parse_duration(self.settings.min_tie_age)
        who = network.identities
        nodes = who.nodes(chunk.owners, chunk.as_of)
        fades = 0 if half_life is None else parse_duration(half_life)
        rows = _rows_for(nodes, network.ties.offsets)
        fill_ties(
            nodes, chunk.as_of, network.ties, network.agreed.of_layers(layers), network.agreed.order(layers),
            seen, table.times, table.values, table.codes, layout_of(table), allowed, min_age, fades,
            who.lives, who.is_plain, who.first, *rows,
        )  # fmt: skip
        return rows


def _rows_for(nodes: I8, offsets: I8) -> Rows:
    """Rows to be written, for all pairs of some nodes; NumPy takes large pages of memory for large arrays."""
    widths = np.where(nodes >= 0, offsets[nodes + 1] - offsets[nodes], 0)
    starts = np.concatenate([np.zeros(1, np.int64), np.cumsum(widths)])
    n = int(starts[-1])
    return Rows(
        starts[:-1].copy(),
        np.empty(nodes.size, np.int64),
        np.empty(n, np.int64),
        np.empty((COLUMNS, n)),
        np.empty((2, n), np.int32),
        np.empty(n, np.int64),
    )


_STANDING: Final = ("standings.standing",)
_DIRECTED: Final = ("ties.directed",)
_VALUES: Final = (
    ViewColumn("is_counted", "1 if the tie counts, else 0", "0/1"),
    ViewColumn("age_days", "days since both agreed; missing where they never did", "days"),
    ViewColumn("days_since_last", "days since the newest tie or interaction", "days"),
    ViewColumn("strength", "sum of the weights that last (1 each, if none is given), faded by age", "weight"),
    ViewColumn("is_outgoing", "1 if a tie old enough points to the neighbour, else 0", "0/1", _DIRECTED),
    ViewColumn("is_incoming", "1 if a tie old enough points to the applicant, else 0", "0/1", _DIRECTED),
    ViewColumn(
        "is_reciprocal",
        "of a tie that points to the neighbour: 1 if one points back, else 0",
        "0/1",
        _DIRECTED,
    ),
    ViewColumn("is_negative", "1 if a tie of a weight below 0 lasts, else 0", "0/1", ("ties.weight",)),
    ViewColumn("days_since_end", "days since both last agreed; 0 while they do", "days"),
    ViewColumn("days_since_change", "days since both agreed or no longer did", "days"),
    ViewColumn("is_known", "1 if a standing of the neighbour is seen, else 0", "0/1", _STANDING),
    ViewColumn("is_marked", "the noisy bit: 1 if seen as a default, else 0", "0/1", _STANDING),
    ViewColumn("seen_days", "days since a standing was first seen, without a break", "days", _STANDING),
    ViewColumn(
        "strength_rank", "1 = strongest tie to a person of whom a standing is seen", "rank", _STANDING
    ),
)
_CODES: Final = (
    ViewColumn("neighbour", "the person at the other end, as a number without meaning"),
    ViewColumn("layer", "layer of the newest tie that lasts", needs=("ties.layer",)),
)
_TOGETHER: Final = (
    ViewColumn("votes", "votes of people of whom a standing is seen", "count", _STANDING),
    ViewColumn("default_share", "share of defaults among these votes", "share", _STANDING),
    ViewColumn("votes_recent", "votes of those seen for less than 180 days", "count", _STANDING),
    ViewColumn("default_share_recent", "share of defaults among these votes", "share", _STANDING),
    ViewColumn("votes_old", "votes of those seen for 180 days or longer", "count", _STANDING),
    ViewColumn("default_share_old", "share of defaults among these votes", "share", _STANDING),
    ViewColumn("known", "people of whom a standing is seen", "count", _STANDING),
    ViewColumn("default_count", "estimated number of defaults among them", "count", _STANDING),
    ViewColumn(
        "default_share_strongest", "the same for the 5 strongest ties, as a share", "share", _STANDING
    ),
    ViewColumn("default_strength_share", "the same, by strength of ties", "share", _STANDING),
    ViewColumn("good_strength_share", "1 less that", "share", _STANDING),
    ViewColumn("default_share_bounded", "default_share, or the usual share if less", "share", _STANDING),
)
