"""Where what was given parts from what the model was fitted on, held once more against its contract."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from creditscore.data.sources import NO_SOURCES, SOURCE_GROUPS, SOURCES
from creditscore.verify.again.given import NOTE, REFER, REFUSE, Given

# What follows from what a record stores. The rest was seen while the tables were whole.
_FROM_STORED: Final = (
    "zone_changed", "weekend_changed", "currency_changed", "attribute_absent", "value_far", "label_unseen",
    "credit_history_alone",
)  # fmt: skip
# Earlier versions found them in the order in which columns were given, not in that of their names.
_OF_COLUMNS: Final = ("column_absent", "column_retyped", "column_unexpected")
_HISTORY: Final = frozenset(t for name in SOURCE_GROUPS["repayments"] for t in SOURCES[name].tables)
_OF_THE_LOAN: Final = frozenset(
    {"application_id", "applicant_id", "as_of", "amount", "term_days", "product", "purpose"}
)
_KINDS: Final = ("number", "text", "time", "id", "flag")
_PARTS: Final = frozenset({"code", "subject", "expected", "found", "count"})


def mismatch_faults(given: Given) -> Iterator[str]:
    """Yield mismatches that do not follow, and those that follow and are not stated."""
    stated = given.record["inputs"].get("mismatches", [])
    found = None
    if given.replay is not None:
        found = given.replay.mismatches(given.record["inputs"], given.key)
    for number, one in enumerate(stated):
        fault = _fault(given, one, found)
        if fault:
            yield f"number {number} {fault}"
    named = [(one["code"], one["subject"], one["found"]) for one in stated]
    if len(set(named)) != len(named) or ("mismatches" in given.record["inputs"] and not stated):
        yield "one is stated twice, or none"
    ordered = [one for one in found or () if one["code"] not in _OF_COLUMNS]
    positions = [ordered.index(one) for one in stated if one in ordered]
    if positions != sorted(positions):
        yield "they do not stand in the order in which they are found"
    subjects = {one["subject"] for one in stated}
    for one in found or ():
        if one["code"] in _FROM_STORED and one["subject"] not in subjects:
            yield f"{one['code']} of {one['subject']} is not stated"


def _fault(given: Given, one: Mapping[str, Any], found: list[dict[str, Any]] | None) -> str:
    code = one.get("code")
    if set(one) != _PARTS or code not in (*REFUSE, *REFER, *NOTE) or type(one["count"]) is not int:
        return "is none that is known"
    if found is not None and code in _FROM_STORED:
        return (
            "" if one in found or _was_read_otherwise(given, one) else "does not follow from what is stored"
        )
    if code == "credit_history_alone" and not _history_alone(given.record["inputs"]):
        return "does not follow from what is stored"
    contract = given.model.contract
    return "" if contract is None else _against(contract, one)


def _history_alone(inputs: Mapping[str, Any]) -> bool:
    """Whether rows are of loans and requests for credit alone, and the application says no more."""
    parts = [inputs, *([inputs["ability"]] if "ability" in inputs else ())]
    tables = {name for part in parts for name, rows in part["tables"].items() if rows} - NO_SOURCES
    said = set(inputs["application"]) - _OF_THE_LOAN
    return bool(tables) and tables <= _HISTORY and not said


def _was_read_otherwise(given: Given, one: Mapping[str, Any]) -> bool:
    """A label that is written as a text where fitting had numbers is left out of what is stored."""
    column = str(one["subject"]).removeprefix("applications.")
    return one["code"] == "label_unseen" and column not in given.record["inputs"]["application"]


def _against(contract: Mapping[str, Any], one: Mapping[str, Any]) -> str:
    """Hold a mismatch of a table or a column against what the contract says of it."""
    table, _, column = str(one["subject"]).partition(".")
    tables, code = contract["tables"], one["code"]
    kind = tables.get(table, {}).get(column)
    if table == "applications":
        kind = contract["attributes"].get(column, {}).get("kind")
    known = {
        "table_absent": table in tables and not column,
        "table_unexpected": table in contract["reads"] and table not in tables and not column,
        "column_absent": kind is not None,
        "column_unexpected": table in tables and bool(column) and kind is None,
        "column_retyped": kind is not None and one["expected"] == kind != one["found"] in _KINDS,
        "ids_retyped": one["subject"] == "applicant_id"
        and one["expected"] == contract["ids"] != one["found"],
    }
    if not known.get(code, True):
        return f"({code}) does not follow from what the model was fitted on"
    plain = code in ("table_absent", "table_unexpected", "column_absent", "column_unexpected")
    if plain and (one["expected"], one["found"], one["count"]) != ("", "", 0):
        return f"({code}) says more than there is to say"
    return ""
