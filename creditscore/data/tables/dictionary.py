"""The dictionary of the declared tables, for the documentation and for anyone who prepares data."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from creditscore.data.tables.column import Column
from creditscore.data.tables.contracts import APPLICATIONS, CONTRACTS, TableContract

_KIND_NAMES: Mapping[str, str] = {
    "applicant": "id (text or whole number)",
    "loan": "id (text or whole number)",
    "id": "id (text or whole number)",
    "time": "time with a zone, or date",
    "number": "number",
    "flag": "true or false",
    "text": "text",
}


@dataclass(frozen=True, slots=True)
class DictionaryEntry:
    """One column of one table.

    Attributes
    ----------
    table, column, kind, unit, meaning : str
    required : bool
    labels : tuple of str
        The only labels that it may hold; empty where it is open.
    """

    table: str
    column: str
    kind: str
    unit: str
    required: bool
    labels: tuple[str, ...]
    meaning: str


def data_dictionary() -> tuple[DictionaryEntry, ...]:
    """Every declared column of every table, in contract order.

    Returns
    -------
    tuple of DictionaryEntry

    Examples
    --------
    >>> from creditscore.data.tables.dictionary import data_dictionary
    >>> next(entry.unit for entry in data_dictionary() if entry.column == "due_amount")
    'currency units, 0 or more'
    """
    return tuple(
        DictionaryEntry(
            table.name,
            column.name,
            _KIND_NAMES[column.kind],
            column.unit,
            column.required,
            column.vocabulary or (),
            column.meaning,
        )
        for table in (APPLICATIONS, *CONTRACTS.values())
        for column in table.declared.values()
    )


def dictionary_markdown() -> str:
    """The same as Markdown: for each table its meaning, its key and a table of its columns.

    Columns that all tables share (event_id, known_time, currency) and the known time of each fact are
    explained once, at the top.
    """
    return "\n".join(_lines())


def _lines() -> Iterator[str]:
    yield "# Tables"
    yield ""
    yield from _SHARED_RULES
    for table in (APPLICATIONS, *CONTRACTS.values()):
        yield ""
        yield f"## {table.name}"
        yield ""
        yield table.meaning
        yield ""
        yield f"Key: {_key_text(table)}."
        yield ""
        yield "| column | type | unit | meaning |"
        yield "|---|---|---|---|"
        yield from (_row(column) for column in table.columns)


_SHARED_RULES = (
    "Required columns are **bold**. Other columns are kept: numbers as numbers, text as labels.",
    "",
    "- Times are instants. A time without a zone is refused unless a zone is named; a date is known at the",
    "  end of its local day, while a due date and an as_of stand for the start of theirs.",
    "- The zone of the portfolio (`timezone`, UTC where left out) decides which day, hour and month an",
    "  instant lies in, whatever zone it was written with; `weekend` names the days of the weekend. Days",
    "  past due are the dates since the due date: paid at any local hour of the due day is in time.",
    "- `known_time` says when a row became known. Left out, it is the time of the row; for instalments it is",
    "  the `known_time` of their loan, for bills the `due_time`.",
    "- Every further time is a fact of its own, with its own known time: `paid_time` has `paid_known_time`,",
    "  `closed_time` has `closed_known_time`, and so on. Left out, it is the fact itself.",
    "- Rows of one key are versions of one event; each replaces the one before from its `known_time` on. A",
    "  key may not stand twice with one `known_time`, nor under two persons.",
    "- `voided_time` says from when on no new score may read a row. It is known at `voided_known_time`; left",
    "  out, that is `voided_time` itself. Ties and memberships have none: they end.",
    "- Where `event_id` is the key and is not given, every row is an event of its own.",
    "- All money is in one currency; a `currency` column may say which.",
)


def _key_text(table: TableContract) -> str:
    return ", else ".join(" and ".join(f"`{name}`" for name in key) for key in table.key)


def _row(column: Column) -> str:
    name = f"**{column.name}**" if column.required else column.name
    labels = f" One of: {', '.join(column.vocabulary)}." if column.vocabulary else ""
    return f"| {name} | {_KIND_NAMES[column.kind]} | {column.unit} | {column.meaning}{labels} |"
