"""The features of a record that the twin knows, computed once more from its stored rows."""

from __future__ import annotations

import json
import math
import unicodedata
from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cache, cached_property
from hashlib import blake2b
from importlib.resources import files
from typing import Any, Final

from creditscore.data.sources import SOURCES
from creditscore.data.tables.contracts import CONTRACTS
from creditscore.verify.findings import canonical_rfc8785, sha256
from creditscore.verify.rows import rows_of
from creditscore.verify.twin.cards import ORACLES_OF_ALL
from creditscore.verify.twin.facts import Past
from creditscore.verify.twin.payments import Payments, is_of_payments, payments_of, reads_loans
from creditscore.verify.twin.repayment import expected

DECLARED: Final = "declared.json"
# Two of these read payments too, and what payments are is not worked out here; the third counts any sum
# ahead, down to what rounding leaves, which is not the same in two orders of adding.
LEFT_OUT: Final = (
    "repayment_outstanding_to_income", "repayment_instalments_to_income", "repayment_prepayments",
)  # fmt: skip
_TABLES: Final = (*SOURCES["loans"].tables, *SOURCES["inquiries"].tables)


def hash_of(feature: Mapping[str, Any]) -> str:
    """Hash what a feature computes: its formula, and the versions of the views that it reads."""
    return sha256(canonical_rfc8785([feature["formula"], feature.get("views", {})]))


@cache
def known_features() -> Mapping[str, list[str]]:
    """Return by name the hash of the declaration that the twin was written from, and the columns it needs."""
    text = files("creditscore.verify.twin").joinpath(DECLARED).read_text(encoding="utf-8")
    known: dict[str, list[str]] = json.loads(text)
    return known


def twinned(features: Sequence[Mapping[str, Any]]) -> frozenset[str]:
    """Name the features that the twin computes: declared as it knows them, or of the application alone."""
    known = known_features()
    return frozenset(
        feature["name"]
        for feature in features
        if known.get(feature["name"], [""])[0] == hash_of(feature) or _is_of_application(feature["formula"])
    )


def computed(record: Mapping[str, Any], features: Sequence[Mapping[str, Any]]) -> dict[str, float | None]:
    """Compute the features of a record that the twin knows.

    Parameters
    ----------
    record : mapping
    features : sequence of mapping
        Declarations of the model.

    Returns
    -------
    dict of str to float or None
        By name; None is missing. Of somebody with a loan that was sold, no feature of loans is there.
    """
    names, rows = twinned(features), _Rows(record)
    found: dict[str, float | None] = {}
    for feature in features:
        name, formula = feature["name"], feature["formula"]
        if name not in names:
            continue
        if _is_of_application(formula):
            found[name] = _asked(record["inputs"]["application"], formula)
        elif not all(_is_there(record, one) for one in known_features()[name][1:]):
            found[name] = None
        elif not is_of_payments(formula):
            if not (rows.has_sold and _reads_loans(name)):
                found[name] = _known(expected(name, rows.past))
        elif rows.payments is not None and not (rows.has_sold and reads_loans(formula)):
            found[name] = _known(rows.payments.value(formula))
    return found


class _Rows:
    """The stored rows of a record, opened once, and only where a feature reads them."""

    def __init__(self, record: Mapping[str, Any]) -> None:
        self._record = record

    @cached_property
    def past(self) -> Past:
        return past_of(self._record)

    @cached_property
    def has_sold(self) -> bool:
        """Whether a loan was sold: what that ends is not worked out here."""
        return any(row.get("sold_time") is not None for row in self.past.tables.get("loans", []))

    @cached_property
    def payments(self) -> Payments | None:
        return payments_of(self._record, _opened, self.past)


def _reads_loans(name: str) -> bool:
    return any(needed.partition(".")[0] in SOURCES["loans"].tables for needed in known_features()[name][1:])


def _known(value: float) -> float | None:
    return None if math.isnan(value) else value


def _is_there(record: Mapping[str, Any], needed: str) -> bool:
    """Whether a table was given, and of it a column, if one is named: ``"loans."``, ``"loans.limit"``."""
    table, _, column = needed.partition(".")
    kept = record["inputs"]["columns"].get(table)
    if not column:
        return kept is not None
    return kept is not None and any(column in kept[part] for part in ("numbers", "labels", "times"))


def _is_of_application(formula: Mapping[str, Any]) -> bool:
    """Whether a formula reads numbers and labels of the application alone, as they stand there."""
    match formula["kind"]:
        case "attribute":
            return set(formula) <= {"kind", "column", "category"}
        case "ratio":
            return all(_is_of_application(formula[part]) for part in ("numerator", "denominator"))
        case "difference":
            return all(_is_of_application(formula[part]) for part in ("minuend", "subtrahend"))
    return False


def _asked(asked: Mapping[str, Any], formula: Mapping[str, Any]) -> float | None:
    """Compute a formula of the application; None where it is not defined."""
    if formula["kind"] == "attribute":
        value = asked.get(formula["column"])
        if isinstance(value, str):
            normal = unicodedata.normalize("NFC", value).encode()
            return float(int.from_bytes(blake2b(normal, digest_size=6).digest(), "big"))
        return None if value is None else float(value)
    names = ("numerator", "denominator") if formula["kind"] == "ratio" else ("minuend", "subtrahend")
    one, other = (_asked(asked, formula[name]) for name in names)
    if one is None or other is None:
        return None
    if formula["kind"] == "difference":
        return one - other
    return one / other if other else None


def past_of(record: Mapping[str, Any]) -> Past:
    """Open the stored rows of the applicant."""
    inputs, asked = record["inputs"], record["inputs"]["application"]
    moment = datetime.fromisoformat(record["as_of"])
    tables = {
        name: [_opened(name, row) for row in rows_of(inputs["tables"].get(name, []))]
        for name in _TABLES
        if name in inputs["columns"]
    }
    later = {"applicant_id": asked["applicant_id"], "event_time": moment, "known_time": moment}
    for loan in inputs["loans_not_yet_known"]:
        tables["loans"].append({**later, "loan_id": loan})
    zone = inputs.get("calendar", {}).get("timezone", "UTC")
    past = Past(tables, {**asked, "as_of": moment}, zone)
    for source, shown in (("loans", ("loans", "statements")), ("inquiries", ("inquiries",))):
        stated = [
            record["sources"][name]["covered"] for name in (*shown, source) if name in record["sources"]
        ]
        past.covered[source] = any(stated)
    past.recorded = _records_payments(inputs)
    return past


def _records_payments(inputs: Mapping[str, Any]) -> bool:
    """Whether the lender says at all when loans were paid."""
    columns = inputs["columns"]
    return "repayments" in columns or "paid_time" in columns.get("instalments", {}).get("times", ())


def _opened(table: str, row: Mapping[str, Any]) -> dict[str, Any]:
    times = {name for name, column in CONTRACTS[table].declared.items() if column.kind == "time"}
    return {name: datetime.fromisoformat(value) if name in times else value for name, value in row.items()}


def is_twinned(name: str, formula: Mapping[str, Any]) -> bool:
    """Whether the twin computes a feature of loans, cards, inquiries, payments and bills."""
    of_loans = name in ORACLES_OF_ALL and name not in LEFT_OUT
    return of_loans or is_of_payments(formula)
