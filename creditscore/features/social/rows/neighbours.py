"""The people to whom an applicant was tied at the moment, and how they were known to stand."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache, partial
from typing import Final

import numpy as np
from numpy.typing import NDArray

from creditscore._ground.instants import parse_duration
from creditscore.data.tables.events import EventTable
from creditscore.data.tables.vocabularies import LOOKALIKE_LAYER, SHARED_LAYER
from creditscore.errors import ParameterError
from creditscore.features.chunk import Chunk
from creditscore.features.empty_rows import no_rows
from creditscore.features.rows import Rows
from creditscore.features.social.rows.tie_rows import COLUMNS, fill_ties
from creditscore.features.view import View, ViewColumn

I8 = NDArray[np.int64]
I1 = NDArray[np.int8]

FAMILY: Final = "neighbours"
NOT_SOCIAL: Final = (SHARED_LAYER, LOOKALIKE_LAYER)
_NAME: Final = re.compile(
    r"neighbours\(min_tie_age=(\w+),edge_half_life=(\w+),label_half_life=(\w+)(?:,layers=([\w+-]+))?\)"
)
_LAYER: Final = re.compile(r"[\w-]+")


@dataclass(frozen=True, slots=True)
class TieSettings:
    """What counts as a tie, and how fast ties and standings fade.

    Parameters
    ----------
    min_tie_age : str
        Younger ties count in churn only. The age counts from the first known tie between the two.
    edge_half_life, label_half_life : str, optional
        After so long an interaction, or a known standing, weighs half; None: it does not fade.
    layers : tuple of str
        Which layers count; without any, all but ``shared`` (devices, addresses: a matter of fraud) and
        ``lookalike`` (no tie between people).
    """

    min_tie_age: str = "90d"
    edge_half_life: str | None = "365d"
    label_half_life: str | None = "365d"
    layers: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        parse_duration(self.min_tie_age, parameter="min_tie_age")
        for name in ("edge_half_life", "label_half_life"):
            if getattr(self, name) is not None and parse_duration(getattr(self, name), parameter=name) == 0:
                raise ParameterError.must_be(name, "longer than 0, or None for no decay", "0")
        for layer in self.layers:
            if not _LAYER.fullmatch(layer):
                raise ParameterError.must_be("layers", "names of letters, digits, _ and -", layer)

    @property
    def view(self) -> str:
        """The name of the view of these settings."""
        layers = f",layers={'+'.join(self.layers)}" if self.layers else ""
        halves = f"edge_half_life={self.edge_half_life},label_half_life={self.label_half_life}"
        return f"{FAMILY}(min_tie_age={self.min_tie_age},{halves}{layers})"


@lru_cache(maxsize=64)
def neighbours_view(name: str) -> View | None:
    """Return the view of neighbours whose settings its name states; None if the name states none."""
    if name == FAMILY:
        return _view(name, TieSettings())
    match = _NAME.fullmatch(name)
    if match is None:
        return None
    age, edge, standing, layers = match.groups()
    edge, standing = (None if text == "None" else text for text in (edge, standing))
    return _view(name, TieSettings(age, edge, standing, tuple(layers.split("+")) if layers else ()))


def _view(name: str, settings: TieSettings) -> View:
    edge, standing = (
        0 if text is None else parse_duration(text)
        for text in (settings.edge_half_life, settings.label_half_life)
    )
    return View(
        name=name,
        meaning=(
            "A person to whom a tie was known at the moment; time: their first known tie (of distrust, if "
            "there is no other). A tie counts while it lasts, if it began "
            f"{settings.min_tie_age} ago or longer and its weight is not below 0; "
            "other rows have no values but those on age, end and change."
        ),
        source="ties",
        tables=("ties",),
        values=_VALUES,
        codes=_CODES,
        build=partial(
            _build,
            layers=settings.layers,
            min_age=parse_duration(settings.min_tie_age),
            edge=edge,
            standing=standing,
        ),
    )


def _build(
    chunk: Chunk,
    *,
    layers: tuple[str, ...],
    min_age: int,
    edge: int,
    standing: int,
) -> Rows:
    table, network = chunk.portfolio.tables.get("ties"), chunk.portfolio.network
    if table is None or network is None:
        return no_rows(chunk.owners.size, COLUMNS, 2)
    allowed = _allowed(tuple(table.vocabularies.get("layer", ())), layers)
    return Rows(
        *fill_ties(
            chunk.owners, chunk.as_of, network.ties, network.standings, table.times, table.values,
            table.codes, _layout(table), allowed, min_age, edge, standing,
        )
    )  # fmt: skip


@lru_cache(maxsize=64)
def _positions(times: tuple[str, ...], values: tuple[str, ...], codes: tuple[str, ...]) -> I8:
    wanted = ((times, "end_time"), (values, "weight"), (codes, "layer"))
    return np.array([names.index(name) if name in names else -1 for names, name in wanted], np.int64)


def _layout(table: EventTable) -> I8:
    return _positions(table.time_columns, table.value_columns, table.code_columns)


@lru_cache(maxsize=256)
def _allowed(vocabulary: tuple[str, ...], layers: tuple[str, ...]) -> I1:
    """Whether each layer counts; the first stands for a tie without one."""
    if layers:
        return np.array([0, *(label in layers for label in vocabulary)], np.int8)
    return np.array([1, *(label not in NOT_SOCIAL for label in vocabulary)], np.int8)


_STANDING: Final = ("standings.standing",)
_DIRECTED: Final = ("ties.directed",)
_VALUES: Final = (
    ViewColumn("is_counted", "1 if the tie counts, else 0", "0/1"),
    ViewColumn("age_days", "days since the first tie; missing where there was only distrust", "days"),
    ViewColumn("days_since_last", "days since the newest tie or interaction", "days"),
    ViewColumn("strength", "sum of the weights (1 each, if none is given), faded by age", "weight"),
    ViewColumn("is_outgoing", "1 if a tie points to the neighbour, else 0", "0/1", _DIRECTED),
    ViewColumn("is_incoming", "1 if a tie points to the applicant, else 0", "0/1", _DIRECTED),
    ViewColumn(
        "is_reciprocal",
        "1 if ties point both ways, 0 if one way; missing where none has a direction",
        "0/1",
        _DIRECTED,
    ),
    ViewColumn("is_negative", "1 if a tie of a weight below 0 lasts, else 0", "0/1", ("ties.weight",)),
    ViewColumn("days_since_end", "days since the last tie ended; 0 while one lasts", "days"),
    ViewColumn("days_since_change", "days since the first tie began or the last one ended", "days"),
    ViewColumn("is_known", "1 if the neighbour's standing was known, else 0", "0/1", _STANDING),
    ViewColumn("is_defaulted", "1 if known to have defaulted, 0 if known as good", "0/1", _STANDING),
    ViewColumn("is_good", "1 if known as good, 0 if known to have defaulted", "0/1", _STANDING),
    ViewColumn("days_since_standing", "days since the standing became known", "days", _STANDING),
    ViewColumn("known_strength", "strength if the standing is known", "weight", _STANDING),
    ViewColumn(
        "defaulted_strength", "strength, faded since the default was known; 0 if good", "weight", _STANDING
    ),
    ViewColumn("good_strength", "strength, faded since good was known; 0 if defaulted", "weight", _STANDING),
    ViewColumn("strength_rank", "1 = strongest tie to a person of known standing", "rank", _STANDING),
)
_CODES: Final = (
    ViewColumn("neighbour", "the person at the other end, as a number without meaning"),
    ViewColumn("layer", "layer of the newest tie that lasts", needs=("ties.layer",)),
)
