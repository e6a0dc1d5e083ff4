"""Find a view by its name: the derived ones, and every table as it is."""

from __future__ import annotations

from types import MappingProxyType
from typing import Final

import numpy as np
from numpy.typing import NDArray

from creditscore.data.portfolio import Portfolio
from creditscore.data.tables.contracts import CONTRACTS
from creditscore.errors import NameUnknownError
from creditscore.features.coverage import SOURCES
from creditscore.features.loans.rows.all_views import REPAYMENT_VIEWS
from creditscore.features.payments.rows.all_views import PAYMENT_VIEWS
from creditscore.features.raw_view import visible_rows
from creditscore.features.rows import Rows
from creditscore.features.social.rows.activity import VIEWS as ACTIVITY_VIEWS
from creditscore.features.social.rows.groups import VIEWS as GROUP_VIEWS
from creditscore.features.social.rows.neighbours import FAMILY, neighbours_view
from creditscore.features.view import Builder, View, ViewColumn

SOCIAL_VIEWS: Final = (*(view for view in (neighbours_view(FAMILY),) if view), *GROUP_VIEWS, *ACTIVITY_VIEWS)
DERIVED: Final = MappingProxyType(
    {view.name: view for view in (*PAYMENT_VIEWS, *REPAYMENT_VIEWS, *SOCIAL_VIEWS)}
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
    contract = CONTRACTS.get(name)
    if contract is not None and not contract.grouped_by_loan:
        return raw_view(name, portfolio)
    tables = (table for table, contract in CONTRACTS.items() if not contract.grouped_by_loan)
    raise NameUnknownError.among("view or table", name, [*DERIVED, *tables])


def raw_view(name: str, portfolio: Portfolio) -> View:
    """Return a table as a view: its visible rows with all its value and code columns."""
    table = portfolio.tables.get(name)
    values = () if table is None else table.value_columns
    codes = () if table is None else table.code_columns
    source = next((source for source, tables in SOURCES.items() if name in tables), name)
    return View(
        name=name,
        meaning=f"a row of {name} known before the moment",
        source=source,
        tables=(name,),
        values=tuple(ViewColumn(column, column, needs=(f"{name}.{column}",)) for column in values),
        codes=tuple(ViewColumn(column, column, needs=(f"{name}.{column}",)) for column in codes),
        build=_raw_builder(name),
    )


def _raw_builder(name: str) -> Builder:
    def build(portfolio: Portfolio, owners: NDArray[np.int64], as_of: NDArray[np.int64]) -> Rows:
        return visible_rows(portfolio.tables[name], owners, as_of)

    return build
