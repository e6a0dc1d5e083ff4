"""Find a view by its name: the derived ones, and every table as it is."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from types import MappingProxyType
from typing import Final

from creditscore.data.portfolio import Portfolio
from creditscore.data.sources import SOURCES, TABLES_OF_OTHERS, source_of
from creditscore.data.tables.contracts import CONTRACTS
from creditscore.errors import NameUnknownError
from creditscore.features.digital.rows.all_views import DIGITAL_VIEWS
from creditscore.features.loans.rows.all_views import REPAYMENT_VIEWS
from creditscore.features.payments.rows.all_views import PAYMENT_VIEWS
from creditscore.features.raw_view import known_rows
from creditscore.features.social.rows.activity import VIEWS as ACTIVITY_VIEWS
from creditscore.features.social.rows.groups import VIEWS as GROUP_VIEWS
from creditscore.features.social.rows.measures import VERSION as HOLDING_MEASURES
from creditscore.features.social.rows.measures import holding_measures
from creditscore.features.social.rows.neighbours import FAMILIES, neighbours_view
from creditscore.features.view import Builder, View, ViewColumn

SOCIAL_VIEWS: Final = (*filter(None, map(neighbours_view, FAMILIES)), *GROUP_VIEWS, *ACTIVITY_VIEWS)
DERIVED: Final = MappingProxyType(
    {view.name: view for view in (*PAYMENT_VIEWS, *REPAYMENT_VIEWS, *SOCIAL_VIEWS, *DIGITAL_VIEWS)}
)
# Tables of which not every known row holds.
_BUILDERS: Final[Mapping[str, Builder]] = MappingProxyType({"measures": holding_measures})
_VERSIONS: Final[Mapping[str, int]] = MappingProxyType({"measures": HOLDING_MEASURES})
# A schedule belongs to its loan and has views of its own, and of what is known of others bits alone are seen;
# every other table of a source is a view as it is.
VIEWED_TABLES: Final = tuple(
    table
    for source in SOURCES.values()
    for table in source.tables
    if not (CONTRACTS[table].grouped_by_loan or table in TABLES_OF_OTHERS)
)


def find_view(name: str, portfolio: Portfolio) -> View:
    """Return the derived view of that name, or the table of that name as a view.

    Raises
    ------
    NameUnknownError
        If there is neither.
    """
    derived = DERIVED.get(name) or neighbours_view(name)
    if derived is not None:
        return derived
    if name not in VIEWED_TABLES:
        raise NameUnknownError.among("view or table", name, (*DERIVED, *VIEWED_TABLES))
    return raw_view(name, portfolio)


def view_of(name: str) -> View | None:
    """Return the derived view of that name; None for a table as it is."""
    return DERIVED.get(name) or neighbours_view(name)


def check_view(name: str) -> None:
    """Refuse the name of a view or table that no feature can read.

    Raises
    ------
    NameUnknownError
        If there is neither a derived view nor a table of a source of that name.
    """
    if name not in DERIVED and name not in VIEWED_TABLES and neighbours_view(name) is None:
        raise NameUnknownError.among("view or table", name, (*DERIVED, *VIEWED_TABLES))


def view_version(name: str) -> int:
    """Return what version the rows of a view have; most tables as they are have 1."""
    derived = DERIVED.get(name) or neighbours_view(name)
    return _VERSIONS.get(name, 1) if derived is None else derived.version


def raw_view(name: str, portfolio: Portfolio) -> View:
    """Return a table as a view: its visible rows with all its value and code columns."""
    table = portfolio.tables.get(name)
    values = () if table is None else table.value_columns
    codes = () if table is None else table.code_columns
    return View(
        name=name,
        meaning=f"a row of {name} known before the moment",
        source=source_of(name).name,
        tables=(name,),
        values=tuple(ViewColumn(column, column, needs=(f"{name}.{column}",)) for column in values),
        codes=tuple(ViewColumn(column, column, needs=(f"{name}.{column}",)) for column in codes),
        build=_BUILDERS.get(name, partial(known_rows, name)),
        version=_VERSIONS.get(name, 1),
    )
