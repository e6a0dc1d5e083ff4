"""What segments look like: their size and their bad rate, and where a model does worst."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import betaincinv

from creditscore._ground.asked import check_made, checked_each
from creditscore._ground.numbers import whole_number
from creditscore.errors import ParameterError
from creditscore.segments.segment import Membership, Segment
from creditscore.segments.withholding import FEWEST_PEOPLE, withheld

_LEVEL: Final = 0.95
_CELL: Final = "padding:2px 12px;text-align:right"


@dataclass(frozen=True, slots=True)
class SegmentRow:
    """One segment of a list.

    Attributes
    ----------
    segment : Segment
        Who is meant.
    size, unknown : int
        How many belong, and of how many that cannot be said. Both are 0 where they are withheld.
    share : float
        Of all rows, within 0 and 1.
    outcomes : int
        Of those who belong, how many have a known outcome.
    bad_rate, low, high : float
        Share of bads among them and its 95 % interval by Jeffreys; NaN without an outcome.
    withheld : bool
        Whether nothing is shown of it, as so few people stand in it, or between it and another one.
    """

    segment: Segment
    size: int
    unknown: int
    share: float
    outcomes: int
    bad_rate: float
    low: float
    high: float
    withheld: bool = False


@dataclass(frozen=True, slots=True)
class SegmentTable:
    """Segments side by side.

    Attributes
    ----------
    rows : tuple of SegmentRow
        In the order they were given in.
    fewest_people : int
        Of how many people a number tells at least.
    """

    rows: tuple[SegmentRow, ...]
    fewest_people: int = 1

    def __str__(self) -> str:
        width = max([7, *(len(row.segment.name) for row in self.rows)])
        lines = [f"{'segment':<{width}}    rows  share  unknown  bad rate    95 % interval  refresh"]
        for row in self.rows:
            if row.withheld:
                few = f"withheld (tells of fewer than {self.fewest_people} people)"
                lines.append(f"{row.segment.name:<{width}}  {few:<52}  {row.segment.refresh:>7}")
                continue
            rate = "       -                -" if np.isnan(row.bad_rate) else (
                f"{row.bad_rate:>8.1%}  {row.low:>6.1%} to {row.high:>6.1%}"
            )  # fmt: skip
            lines.append(
                f"{row.segment.name:<{width}}  {row.size:>6,}  {row.share:>5.1%}  {row.unknown:>7,}  {rate}"
                f"  {row.segment.refresh:>7}"
            )
        return "\n".join(lines)

    def _repr_html_(self) -> str:
        names = ("segment", "who", "rows", "share", "unknown", "bad rate", "95 % interval", "refresh")
        head = "".join(f'<th style="{_CELL}">{name}</th>' for name in names)
        body = "".join(f"<tr>{_cells(row, self.fewest_people)}</tr>" for row in self.rows)
        return f"<table dir='auto'><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def _cells(row: SegmentRow, fewest: int) -> str:
    known = not np.isnan(row.bad_rate)
    values = (
        row.segment.name, row.segment.where, f"< {fewest}", "", "", "", "", row.segment.refresh,
    ) if row.withheld else (
        row.segment.name, row.segment.where, f"{row.size:,}", f"{row.share:.1%}", f"{row.unknown:,}",
        f"{row.bad_rate:.1%}" if known else "", f"{row.low:.1%} to {row.high:.1%}" if known else "",
        row.segment.refresh,
    )  # fmt: skip
    return "".join(f'<td style="{_CELL}">{escape(value)}</td>' for value in values)


def summarise_segments(
    segments: Sequence[Segment],
    columns: Mapping[str, ArrayLike],
    bad: ArrayLike | None = None,
    *,
    fewest_people: int = FEWEST_PEOPLE,
) -> SegmentTable:
    """List segments with their size and their bad rate, so that no number tells of a few people.

    Parameters
    ----------
    segments : sequence of Segment
        Who is meant.
    columns : mapping of str to array-like, shape (n,)
        What conditions read; at least one.
    bad : array-like of {0, 1}, shape (n,), optional
        1 for bad, 0 for good, NaN for not known.
    fewest_people : int, default 5
        A segment of fewer people is withheld, and so is one that differs by fewer from another that is shown.
        1 shows everything, to those who may see every row anyway.

    Returns
    -------
    SegmentTable

    Examples
    --------
    >>> ages = {"age": [22, 24, 51, 60, np.nan]}
    >>> young = Segment("young", "age < 30")
    >>> print(summarise_segments([young], ages, [1, 0, 0, 0, 0], fewest_people=1))
    segment    rows  share  unknown  bad rate    95 % interval  refresh
    young         2  40.0%        1     50.0%    6.1% to  93.9%       1d
    """
    check_made("columns", columns, Mapping, "a mapping of names to columns, as segment_columns gives it")
    checked_each("segments", segments, Segment, "a sequence of Segment(name, where)")
    rows = {np.atleast_1d(values).shape[0] for values in columns.values()}
    if len(rows) != 1:
        raise ParameterError("The columns of segments must be given, and be of one length.")
    n = rows.pop()
    outcomes = np.full(n, np.nan) if bad is None else np.asarray(bad, np.float64)
    if outcomes.shape != (n,) or not np.isin(outcomes[~np.isnan(outcomes)], (0.0, 1.0)).all():
        raise ParameterError("bad must hold 0, 1 or NaN for each row.")
    fewest_people = whole_number("fewest_people", fewest_people, 1)
    found = [segment.of(columns) for segment in segments]
    gone = withheld([one.inside for one in found], fewest_people).tolist()
    pairs = zip(segments, found, gone, strict=True)
    return SegmentTable(
        tuple(
            _nothing(segment) if hidden else _row(segment, one, outcomes) for segment, one, hidden in pairs
        ),
        fewest_people,
    )


def _nothing(segment: Segment) -> SegmentRow:
    return SegmentRow(segment, 0, 0, np.nan, 0, np.nan, np.nan, np.nan, withheld=True)


def _row(segment: Segment, found: Membership, outcomes: NDArray[np.float64]) -> SegmentRow:
    known = outcomes[found.inside & ~np.isnan(outcomes)]
    bads, n = int(known.sum()), known.size
    rate, (low, high) = (bads / n, jeffreys(bads, n)) if n else (np.nan, (np.nan, np.nan))
    size = int(found.inside.sum())
    share = size / found.inside.size if found.inside.size else 0.0
    return SegmentRow(segment, size, int(found.unknown.sum()), share, n, rate, low, high)


def jeffreys(bads: int, rows: int, level: float = _LEVEL) -> tuple[float, float]:
    """Interval of a share by Jeffreys' prior (Brown, Cai and DasGupta 2001, Statistical Science 16(2)).

    Examples
    --------
    >>> low, high = jeffreys(5, 50)
    >>> round(low, 4), round(high, 4)
    (0.0392, 0.2054)
    """
    tail = (1.0 - level) / 2.0
    low = float(betaincinv(bads + 0.5, rows - bads + 0.5, tail)) if bads else 0.0
    high = float(betaincinv(bads + 0.5, rows - bads + 0.5, 1.0 - tail)) if bads < rows else 1.0
    return low, high
