"""The features of a record, held against what a query in a warehouse answered."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from creditscore.verify.again.given import Given
from creditscore.verify.differing import differences
from creditscore.verify.findings import Findings

NEAR: Final = 1e-9
_ID: Final = "application_id"
_NAMED, _SHOWN = 3, 60
# A whole number that no double tells from its neighbours is no value of a feature.
_BEYOND: Final = 2**53


def note_queried(
    findings: Findings, record: Mapping[str, Any], given: Given, answers: Any
) -> frozenset[str]:
    """Compare features with those that a query answered; return which ones it did.

    Parameters
    ----------
    findings : Findings
    record : mapping
    given : Given
        What the features of the record are.
    answers : sequence of mapping
        Rows as the query writes them: ``application_id`` and a column a feature, None where it is missing.
        Columns that are no feature of the record are named, and not looked at.

    Returns
    -------
    frozenset of str
        Names of the features that the row of the application holds; empty if not just one row is its.
    """
    known = dict(zip(given.features, given.values, strict=True))
    row, fault = _row_of(answers, str(record[_ID]))
    found = {name: _number(value) for name, value in row.items() if name in known}
    if not fault and not found:
        fault = "it holds no feature of the record"
    stated = {name: None if known[name] != known[name] else known[name] for name in found}
    faults = [fault] if fault else map(str, differences(stated, found, "features", near=NEAR))
    findings.note_first(f"{len(found)} features, by a query in a warehouse", faults)
    further = [str(name)[:_SHOWN] for name in row if name not in known and name != _ID]
    if further:
        named = ", ".join(further[:_NAMED])
        findings.remark(f"{len(further)} columns of it are no feature of the record, such as {named}")
    return frozenset(found)


def _row_of(answers: Any, application: str) -> tuple[Mapping[str, Any], str]:
    """Return the row of an application, or why there is not just one."""
    if not isinstance(answers, Sequence) or not all(isinstance(row, Mapping) for row in answers):
        return {}, "the answers are no list of rows"
    rows = [row for row in answers if str(row.get(_ID)) == application]
    if len(rows) != 1:
        return {}, f"{len(rows)} rows are of application {application[:60]}"
    return rows[0], ""


def _number(value: Any) -> Any:
    """Return whole numbers as the record writes them, and anything else as it is."""
    return float(value) if type(value) is int and abs(value) < _BEYOND else value
