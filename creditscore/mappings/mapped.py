"""What a recipe read: records by table, and what it left out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from html import escape
from types import MappingProxyType
from typing import Any, Self

from creditscore.data.portfolio import Portfolio
from creditscore.errors import ParameterError

Record = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Mapped:
    """Records by table, and what was left out.

    Attributes
    ----------
    tables : mapping of str to tuple of dict
        Records as `Portfolio.from_records` takes them.
    read : int
        Entries that were found.
    left_out : mapping of str to int
        Why some of them became no record, and how many.
    unmapped : mapping of str to int
        Codes that the recipe has no words for, and how often: their records go without a kind or category.
    """

    tables: Mapping[str, tuple[Record, ...]]
    read: int
    left_out: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))
    unmapped: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))

    def to_records(self) -> dict[str, list[Record]]:
        """Give records by table, as lists of their own."""
        return {name: [dict(record) for record in records] for name, records in self.tables.items()}

    def to_portfolio(self, **settings: Any) -> Portfolio:
        """Build a portfolio; settings are those of `Portfolio.from_records`, such as ``timezone``."""
        return Portfolio.from_records(self.to_records(), **settings)

    def __add__(self, other: Self) -> Self:
        """Put the records of two documents together."""
        if not isinstance(other, Mapped):
            return NotImplemented
        names = dict.fromkeys([*self.tables, *other.tables])
        return type(self)(
            MappingProxyType(
                {name: (*self.tables.get(name, ()), *other.tables.get(name, ())) for name in names}
            ),
            self.read + other.read,
            MappingProxyType(dict(Counter(self.left_out) + Counter(other.left_out))),
            MappingProxyType(dict(Counter(self.unmapped) + Counter(other.unmapped))),
        )

    def __str__(self) -> str:
        made = ", ".join(f"{name}: {len(records):,}" for name, records in self.tables.items())
        lines = [f"{self.read:,} read; {made or 0}"]
        lines += [f"  left out, {why}: {number:,}" for why, number in self.left_out.items()]
        lines += [f"  without words for {what}: {number:,}" for what, number in self.unmapped.items()]
        return "\n".join(lines)

    def _repr_html_(self) -> str:
        return f"<pre>{escape(str(self))}</pre>"


class Notes:
    """Gathers what a recipe leaves out while it reads."""

    def __init__(self) -> None:
        self.read = 0
        self.left_out: Counter[str] = Counter()
        self.unmapped: Counter[str] = Counter()

    def mapped(self, payments: Iterable[Record]) -> Mapped:
        """Finish: payments whose values are None go without these."""
        records = tuple({name: value for name, value in one.items() if value is not None} for one in payments)
        return Mapped(
            MappingProxyType({"payments": records}), self.read,
            MappingProxyType(dict(self.left_out)), MappingProxyType(dict(self.unmapped)),
        )  # fmt: skip


def mapping_in(document: Any, name: str) -> Mapping[str, Any]:
    """Return an object of a document, or refuse what stands in its place."""
    if not isinstance(document, Mapping):
        raise ParameterError.must_be(name, "an object of names and values, as json.load gives it", document)
    return document


def list_in(document: Mapping[str, Any], name: str) -> list[Any]:
    """Return a list of a document; empty if it is not there."""
    found = document.get(name, [])
    if not isinstance(found, list):
        raise ParameterError.must_be(name, "a list", found)
    return found


def text_in(document: Mapping[str, Any], *path: str) -> str | None:
    """Follow names into a document and return the text there; None if something is not there."""
    found: Any = document
    for name in path:
        if found is None:
            return None
        found = mapping_in(found, ".".join(path)).get(name)
    if found is None or found == "":
        return None
    if not isinstance(found, str):
        raise ParameterError.must_be(".".join(path), "a text", found)
    return found


def one_currency(found: str | None, wanted: str | None, notes: Notes) -> bool:
    """Say whether an entry is in the currency that was asked for, and count it if not."""
    if wanted is None or found is None or found == wanted:
        return True
    notes.left_out[f"currency {found}"] += 1
    return False


def check_currencies(payments: list[Record]) -> None:
    """Refuse payments in several currencies of which none was chosen."""
    found = sorted({one["currency"] for one in payments if one.get("currency")})
    if len(found) > 1:
        raise ParameterError(
            f"The entries are in several currencies: {', '.join(found)}. Choose one by "
            f"currency={found[0]!r}; the others are left out and counted."
        )
