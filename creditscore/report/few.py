"""Figures of groups of people that a report withholds, for they would tell of fewer than five."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from creditscore.errors import ArtefactError
from creditscore.segments.withholding import FEWEST_PEOPLE

# What a table of parts says of the people in one of them, beside how many they are.
OF_PEOPLE: Final = ("bads", "bad_rate", "predicted", "observed", "low", "high", "holds", "auc")


def parts_of_few(counts: Sequence[int]) -> list[int]:
    """Number the parts of a whole that tell of too few people.

    Those of one to four, and as many more, the smallest first, that nobody learns by subtraction what one to
    four people did.

    Parameters
    ----------
    counts : sequence of int
        How many applications each part has.

    Examples
    --------
    >>> parts_of_few([9, 3, 40, 7]), parts_of_few([4, 4, 40]), parts_of_few([9, 7])
    ([1, 3], [0, 1], [])
    """
    hidden = [number for number, count in enumerate(counts) if 0 < count < FEWEST_PEOPLE]
    others = sorted((count, number) for number, count in enumerate(counts) if count >= FEWEST_PEOPLE)
    while hidden and others and sum(counts[number] for number in hidden) < FEWEST_PEOPLE:
        hidden.append(others.pop(0)[1])
    return sorted(hidden)


def withhold_few(body: dict[str, Any]) -> None:
    """Take out of the tables of a model report what they tell of fewer than five applications."""
    for table in _tables(body):
        for number in parts_of_few([part["applications"] for part in table]):
            table[number] |= {name: None for name in OF_PEOPLE if name in table[number]}
    for name, rows in body.get("segment_rows", {}).items():
        hidden = parts_of_few([part["applications"] for part in body["segments"][name]])
        body["segment_rows"][name] = [None if part in hidden else part for part in rows]


def _tables(body: Mapping[str, Any]) -> Iterator[list[dict[str, Any]]]:
    calibration = body.get("calibration", {})
    yield from (calibration[name] for name in ("deciles", "grades") if name in calibration)
    if "time" in body:
        yield body["time"]
    yield from body.get("segments", {}).values()


def check_population(record: Mapping[str, Any]) -> None:
    """Stop a report that would compare somebody with fewer than five people.

    Raises
    ------
    ArtefactError
    """
    named = record["reference"]
    if 0 < named["rows"] < FEWEST_PEOPLE:
        raise ArtefactError(
            f"The record compares with {named['rows']} people ({named['name']!r}); what is usual among "
            f"fewer than {FEWEST_PEOPLE} is not reported. Fit on more applications."
        )
