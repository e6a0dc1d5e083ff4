"""Which figures of a record tell of fewer than five other people, counted again in its rows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from creditscore.data.sources import tells_of_others
from creditscore.verify.reliability import FEWEST_PEOPLE
from creditscore.verify.rows import rows_of
from creditscore.words.speech import OF_OTHER_PEOPLE

_MEMBERS: Final = {"memberships": ("memberships",), "standings": ("standings",)}


def of_few(record: Mapping[str, Any]) -> list[str]:
    """Name the features whose values an auditor's page does not print.

    Parameters
    ----------
    record : mapping
    """
    inputs = record["inputs"]
    me = {inputs["application"]["applicant_id"]}
    for row in _rows("persons", inputs):
        ends = {row["person_id"], row["other_id"]}
        me = me | ends if me & ends else me
    found = []
    for line in record["features"]:
        if not tells_of_others(line["source"]) or line["value"] is None or line["group"] == "":
            continue
        met = {
            one
            for table in _MEMBERS.get(line["source"], ("ties",))
            for row in _rows(table, inputs)
            for one in (row.get("person_id"), row.get("other_id"))
        }
        count = len(met - me - {None})
        if (line["source"], line["unit"]) == ("ties", "count"):
            count = min(count, int(line["value"]))
        if count < FEWEST_PEOPLE and (count or line["group"] in OF_OTHER_PEOPLE):
            found.append(line["name"])
    return found


def _rows(table: str, inputs: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [row for part in ("tables", "others") for row in rows_of(inputs[part].get(table, ()))]
