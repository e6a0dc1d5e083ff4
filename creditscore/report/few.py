"""Figures of people that a report withholds, for they would tell of fewer than five."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from creditscore.data.sources import TABLES_OF_OTHERS, tells_of_others
from creditscore.data.stored.table import rows_of
from creditscore.errors import ArtefactError
from creditscore.segments.withholding import FEWEST_PEOPLE
from creditscore.words.speech import OF_OTHER_PEOPLE

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


def figures_of_few(record: Mapping[str, Any]) -> list[str]:
    """Name the figures of a record that tell of one to four other people.

    Those of a source stand for the people in its stored rows, those of the graph for the ones that somebody
    has a tie with. A figure of how others repay is named where nobody is in them too; a number of ties is
    itself one of people.

    Parameters
    ----------
    record : mapping
        A decision record as plain data.

    Returns
    -------
    list of str
        Features that have a value, in the order of the record.
    """
    tables = ("ties", "memberships", *TABLES_OF_OTHERS)
    behind = {table: _people_in(table, record["inputs"]) for table in tables}
    found = []
    for line in record["features"]:
        says = line["value"] is not None and line["group"]  # that a source was there says nothing of anybody
        if not says or not tells_of_others(line["source"]):
            continue
        people = behind.get(line["source"], behind["ties"])
        if line["source"] == "ties" and line["unit"] == "count":
            people = min(people, int(line["value"]))
        least = 0 if line["group"] in OF_OTHER_PEOPLE else 1
        if least <= people < FEWEST_PEOPLE:
            found.append(line["name"])
    return found


def _people_in(table: str, inputs: Mapping[str, Any]) -> int:
    """Count who stands in the stored rows of a table beside the applicant, under whatever id of theirs."""
    own = {inputs["application"]["applicant_id"]}
    named: set[Any] = set()
    for part in ("tables", "others"):
        stored = inputs[part]
        for row in rows_of("persons", stored.get("persons", ())):
            pair = {row["person_id"], row["other_id"]}
            own |= pair if pair & own else set()
        for row in rows_of(table, stored.get(table, ())):
            named |= {row[name] for name in ("person_id", "other_id") if row.get(name) is not None}
    return len(named - own)


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
