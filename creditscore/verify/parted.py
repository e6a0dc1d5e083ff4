"""Quarters and segments of a model report, measured again from kept rows in plain Python."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from itertools import groupby
from typing import Any, Final

from creditscore.verify.reliability import Row, apart, probability, wrongly_withheld

_FEWEST_OF_CLASS: Final = 10
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_FIGURES: Final = ("bads", "bad_rate", "predicted", "auc")


def parted_faults(
    report: Mapping[str, Any], kept: Mapping[str, Any], positions: Sequence[int]
) -> Iterator[str]:
    """Yield figures of quarters and segments that do not follow from the kept rows.

    Where one gave the labels of segments, which row has which of them is what the report says of it.

    Parameters
    ----------
    report : mapping
        A model report, judged by kept rows.
    kept : mapping
        ``held_out.json`` of the model.
    positions : sequence of int
        Which of the kept rows it is judged by.
    """
    rows = [(kept["log_odds"][at], kept["bad"][at], kept["weight"][at]) for at in positions]
    moments = [kept["as_of"][at] for at in positions]
    quarters = [*map(_quarter, moments)] if len({*moments}) > 1 else []
    yield from _table("time", report.get("time", []), _by_label(quarters, rows))
    given, segments = report.get("segment_rows", {}), report.get("segments", {})
    if "data" not in report and {*segments} != {*kept["segments"]}:
        yield f"segments are {', '.join(segments) or 'none'}, not {', '.join(kept['segments']) or 'none'}"
    for name in given:
        if name not in segments:
            yield f"segment_rows.{name} parts no segments"
    for name, table in segments.items():
        labels = _labels(name, table, given.get(name), kept, positions)
        if isinstance(labels, str):
            yield labels
        else:
            yield from _table(f"segments.{name}", table, _by_label(labels, rows))


def _quarter(moment: int) -> str:
    at = _EPOCH + timedelta(microseconds=moment)
    return f"{at.year}-Q{(at.month + 2) // 3}"


def _labels(
    name: str,
    table: Sequence[Mapping[str, Any]],
    given: Sequence[int | None] | None,
    kept: Mapping[str, Any],
    positions: Sequence[int],
) -> list[str | None] | str:
    """The part of each row, None where that is withheld; or what is wrong with what tells it."""
    known = kept["segments"].get(name)
    labels: list[str | None] | None = None if known is None else [str(known[at]) for at in positions]
    if given is None:
        return labels or f"segments.{name}: nothing says which rows they are of"
    names = [part["part"] for part in table]
    if len(given) != len(positions) or not all(one is None or 0 <= one < len(names) for one in given):
        return f"segment_rows.{name} is no part of each row"
    said = [None if one is None else names[one] for one in given]
    if labels is not None and any(one not in (None, label) for one, label in zip(said, labels, strict=True)):
        return f"segment_rows.{name} are other labels than those that are kept"
    return said if labels is None else labels


def _by_label(labels: Iterable[str | None], rows: Sequence[Row]) -> dict[str | None, list[Row]]:
    found: dict[str | None, list[Row]] = {}
    for label, row in zip(labels, rows, strict=False):
        found.setdefault(label, []).append(row)
    return {label: found[label] for label in sorted(found, key=lambda one: (one is None, one or ""))}


def _table(
    name: str, stated: Sequence[Mapping[str, Any]], parts: dict[str | None, list[Row]]
) -> Iterator[str]:
    """Hold a table of parts against the rows of each; those that are withheld, together against theirs."""
    unnamed = len(parts.pop(None, ()))
    hidden = [part for part in stated if part["bads"] is None and part["part"] not in parts]
    shown = [part["part"] for part in stated if part not in hidden]
    if shown != [*parts] or unnamed != sum(part["applications"] for part in hidden):
        yield f"{name} has other parts than the rows"
        return
    if [part["part"] for part in stated] != sorted(part["part"] for part in stated):
        yield f"{name} is not in the order of its parts"
    yield from wrongly_withheld(name, stated)
    for part in stated:
        if part["part"] in parts:
            yield from _part(f"{name}.{part['part']}", part, parts[part["part"]])


def _part(name: str, stated: Mapping[str, Any], rows: Sequence[Row]) -> Iterator[str]:
    yield from apart(f"{name}.applications", stated["applications"], len(rows))
    if all(stated[figure] is None for figure in _FIGURES):
        return
    whole = math.fsum(weight for _, _, weight in rows)
    bads = sum(1 for _, bad, _ in rows if bad)
    expected: dict[str, float | None] = {
        "bads": bads,
        "bad_rate": math.fsum(weight for _, bad, weight in rows if bad) / whole,
        "predicted": math.fsum(weight * probability(log_odds) for log_odds, _, weight in rows) / whole,
        "auc": _area(sorted(rows)) if min(bads, len(rows) - bads) >= _FEWEST_OF_CLASS else None,
    }
    for figure, value in expected.items():
        yield from apart(f"{name}.{figure}", stated[figure], value)


def _area(rows: Sequence[Row]) -> float:
    won = below = 0.0
    for _, tied in groupby(rows, key=lambda row: row[0]):
        members = list(tied)
        good = math.fsum(weight for _, bad, weight in members if not bad)
        won += math.fsum(weight for _, bad, weight in members if bad) * (below + good / 2.0)
        below += good
    return won / (below * math.fsum(weight for _, bad, weight in rows if bad))
