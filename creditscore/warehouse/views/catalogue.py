"""Every view that is written in SQL, and what it is written from."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from creditscore.data.tables.contracts import CONTRACTS
from creditscore.warehouse.given import Given
from creditscore.warehouse.views import digital, forms, plain, statements


@dataclass(frozen=True, slots=True)
class SqlView:
    """One view.

    Attributes
    ----------
    write : callable
        From what is given to the query of its rows: ``app``, ``as_of``, ``t``, ``n``, and columns ``v_``
        (numbers) and ``c_`` (labels).
    known : tuple of str
        Tables whose known rows it reads, as far as they are there.
    views : tuple of str
        Other views that it reads.
    numbers : tuple of str
        Columns of its table that it hands on, beside those that the view declares.
    """

    write: Callable[[Given], str]
    known: tuple[str, ...] = ()
    views: tuple[str, ...] = ()
    numbers: tuple[str, ...] = ()


def _plain(table: str) -> SqlView:
    return SqlView(lambda given: plain.plain(given, table), (table,), numbers=_declared(table))


def _declared(table: str) -> tuple[str, ...]:
    return tuple(column.name for column in CONTRACTS[table].columns)


VIEWS: Final[Mapping[str, SqlView]] = MappingProxyType(
    {
        **{table: _plain(table) for table in plain.TABLES},
        plain.MEASURES: SqlView(plain.measures, (plain.MEASURES,), numbers=_declared(plain.MEASURES)),
        "uses": SqlView(digital.uses, ("sessions",), numbers=digital.NUMBERS),
        "use_months": SqlView(digital.use_months, views=("uses",)),
        "registration_hours": SqlView(digital.registration_hours, ("registrations",)),
        "reminders": SqlView(digital.reminders, ("sessions",), ("uses",)),
        "forms": SqlView(forms.forms, ("form_events",)),
        "statement_states": SqlView(statements.statement_states, ("statements", "loans")),
    }
)
