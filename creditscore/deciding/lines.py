"""The lines of a record: what each feature was and what it added, column by column until they are written."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from creditscore._ground.arrays import Float64
from creditscore._ground.canonical import canonical_v1
from creditscore.deciding.record import joined
from creditscore.explain.explainer import ExplainedRow
from creditscore.explain.points import integer_points
from creditscore.scoring.model import ScoringModel
from creditscore.words.families import family_of
from creditscore.words.labels import to_plain

# What differs from record to record in the line of a feature, in the order of the canonical form.
_CHANGING: Final = ("contribution", "integer_points", "missing", "points", "value")
# Stands in a template where something of these goes: no text holds this character unescaped.
_GAP: Final = "\x00"


@dataclass(frozen=True, slots=True, eq=False)
class Lines:
    """The lines of all features, in their order.

    Attributes
    ----------
    model : ScoringModel
    values : ndarray of float64, shape (n_features,)
        As computed; NaN = missing.
    base : mapping
        Where the lines start from: log-odds, points and whole points, None where nothing was scored.
    contributions, points : ndarray of float64, shape (n_features,), or None
        What each added to the log-odds and to the score; None where nothing was scored.
    integer_points : list of int
        Whole points of each, which with those of the base add up to the printed score; empty where nothing
        was scored.
    """

    model: ScoringModel
    values: Float64
    base: Mapping[str, Any]
    contributions: Float64 | None
    points: Float64 | None
    integer_points: list[int]

    @classmethod
    def of(
        cls,
        model: ScoringModel,
        values: Float64,
        explained: ExplainedRow | None,
        means: Float64 | None = None,
    ) -> Lines:
        """Make the lines of features, shape (n_features,), and of what was explained of them.

        Contributions are stated against a population whose mean contributions, shape (n_features,), are
        given.
        """
        if explained is None:
            nothing = {"log_odds": None, "points": None, "integer_points": None}
            return cls(model, values, nothing, None, None, [])
        added, start_at = explained.values, explained.base
        if means is not None:
            added, start_at = added - means, start_at + float(means.sum())
        base = float(model.scale.points(start_at))
        points = -model.scale.factor * added
        total = round(float(model.scale.points(explained.log_odds)))
        *whole, rest = integer_points(np.append(points, base), total).tolist()
        start = {"log_odds": start_at, "points": base, "integer_points": rest}
        return cls(model, values, start, added, points, whole)

    def groups(self) -> list[dict[str, Any]]:
        """Return the sums of the lines by reason group."""
        if self.contributions is None or self.points is None:
            return []
        names, position = _groups(self.model)
        added, worth = (
            np.bincount(position, column, len(names)).tolist() for column in (self.contributions, self.points)
        )
        return [
            {"group": name, "contribution": contribution, "points": points}
            for name, contribution, points in zip(names, added, worth, strict=True)
        ]

    def families(self) -> list[dict[str, Any]]:
        """Return the sums of the lines by family of reason groups, each with its groups."""
        sums: dict[str, dict[str, Any]] = {}
        for line in self.groups():
            family = family_of(line["group"])
            one = sums.setdefault(
                family, {"family": family, "groups": [], "contribution": 0.0, "points": 0.0}
            )
            one["groups"].append(line["group"])
            one["contribution"] += line["contribution"]
            one["points"] += line["points"]
        return [sums[family] for family in sorted(sums)]

    def disclosed(self, named: Collection[str]) -> list[dict[str, Any]]:
        """Return, as plain data, the lines of features that are named or moved a whole point."""
        whole = self.integer_points or [0] * len(self.values)
        lines = enumerate(zip(self.model.computer.names, whole, strict=True))
        return self.plain([number for number, (name, count) in lines if count or name in named])

    def plain(self, some: Sequence[int] | None = None) -> list[dict[str, Any]]:
        """Return the lines, or those of some numbers, as plain data."""
        chosen = range(len(self.values)) if some is None else some
        nothing, numbers = [None] * len(chosen), np.array(chosen, np.int64)
        added, worth = (
            nothing if column is None else column[numbers].tolist()
            for column in (self.contributions, self.points)
        )
        whole = [self.integer_points[number] for number in chosen] if self.integer_points else nothing
        values = [None if value != value else value for value in self.values[numbers].tolist()]
        declared = _declared(self.model)
        columns = zip((declared[number] for number in chosen), added, whole, worth, values, strict=True)
        return [
            {
                **line,
                "contribution": contribution,
                "integer_points": count,
                "missing": value is None,
                "points": points,
                "value": value,
            }
            for line, contribution, count, points, value in columns
        ]

    def text(self) -> str:
        """Write the lines as `canonical_v1` would, but what a model always says only once."""
        missing = np.isnan(self.values)
        values = _numbers(np.where(missing, 0.0, self.values))
        nothing = ["null"] * len(values)
        columns = {
            "contribution": nothing if self.contributions is None else _numbers(self.contributions),
            "integer_points": list(map(str, self.integer_points)) or nothing,
            "missing": ["true" if absent else "false" for absent in missing.tolist()],
            "points": nothing if self.points is None else _numbers(self.points),
            "value": ["null" if gap else value for value, gap in zip(values, missing.tolist(), strict=True)],
        }
        pieces = list(_pieces(self.model))
        for number, name in enumerate(_CHANGING):
            pieces[2 * number + 1 :: 2 * len(_CHANGING)] = columns[name]
        return "".join(pieces)


def _numbers(numbers: Float64) -> list[str]:
    """Write numbers, shape (n,), which must be finite."""
    values = numbers.tolist()
    if not np.isfinite(numbers).all():
        canonical_v1(values)  # refuses them
    return list(map(repr, values))


@lru_cache(maxsize=8)
def _declared(model: ScoringModel) -> tuple[Mapping[str, Any], ...]:
    """What the line of each feature says in every record of a model."""
    return tuple(
        {
            "name": feature.name,
            "group": feature.reason_group,
            "source": feature.source,
            "label": to_plain(feature.label),
            "unit": feature.unit,
            "sign": feature.sign,
        }
        for feature in model.computer.features
    )


@lru_cache(maxsize=8)
def _groups(model: ScoringModel) -> tuple[list[str], NDArray[np.intp]]:
    """Reason groups in rising order, and the position among them of the group of each feature."""
    names, position = np.unique([line["group"] for line in _declared(model)], return_inverse=True)
    return names.tolist(), position


@lru_cache(maxsize=8)
def _pieces(model: ScoringModel) -> tuple[str, ...]:
    """The text of all lines in pieces: every other one stands where something that changes goes."""
    gaps = dict.fromkeys(_CHANGING, _GAP)
    lines = [
        joined({name: canonical_v1(part) for name, part in declared.items()} | gaps)
        for declared in _declared(model)
    ]
    return tuple(piece for fixed in f"[{','.join(lines)}]".split(_GAP) for piece in (fixed, ""))[:-1]
