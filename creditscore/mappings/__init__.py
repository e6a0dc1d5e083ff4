"""Recipes that turn what banks, open-banking interfaces and bureaus hand over into tables of this library.

Each says what it read, what it left out and why; nothing is dropped in silence, and what is not understood is
refused.
"""

from __future__ import annotations

from creditscore.mappings.amounts import amount_of
from creditscore.mappings.berlin_group import from_berlin_group
from creditscore.mappings.camt053 import from_camt053
from creditscore.mappings.home_credit import from_home_credit
from creditscore.mappings.lending_club import MappedApplications, from_lending_club
from creditscore.mappings.mapped import Mapped
from creditscore.mappings.obie import from_obie
from creditscore.mappings.plaid_like import from_plaid_like
from creditscore.mappings.written import from_written_rows

__all__ = [
    "Mapped",
    "MappedApplications",
    "amount_of",
    "from_berlin_group",
    "from_camt053",
    "from_home_credit",
    "from_lending_club",
    "from_obie",
    "from_plaid_like",
    "from_written_rows",
]
