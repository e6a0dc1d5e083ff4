"""How the tables of a job are read on each executor: what `Portfolio` is told beside its tables."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from creditscore._ground.zones import USUAL_WEEKEND
from creditscore.data.applications import Applications
from creditscore.data.door.build import Parts
from creditscore.data.door.reading import Midnight
from creditscore.data.network.privacy import DEFAULT_EPSILON, StandingPrivacy
from creditscore.data.portfolio import Portfolio
from creditscore.data.stored.rows import completed
from creditscore.data.tables.contracts import CONTRACTS
from creditscore.data.terms import NO_TERMS, SourceTerms


@dataclass(frozen=True, slots=True, kw_only=True)
class SparkReading:
    """How tables are read, the same on every executor.

    Parameters
    ----------
    timezone, weekend, midnight
        As for `Portfolio`.
    privacy_file : str, optional
        Where the secret of the standings lies on every executor, such as a mounted secret: it does not travel
        with the job. The name of the file without its ending is what records call it.
    epsilon : float, default 2.0
        As for `StandingPrivacy`.
    terms : SourceTerms, optional
        What may be read of sources, and what cannot be had.

    Examples
    --------
    >>> from creditscore.spark import SparkReading
    >>> SparkReading(timezone="Africa/Lagos").portfolio({}).timezone
    'Africa/Lagos'
    """

    timezone: str | None = None
    weekend: tuple[str, ...] = USUAL_WEEKEND
    midnight: Midnight = "auto"
    privacy_file: str | None = None
    epsilon: float = DEFAULT_EPSILON
    terms: SourceTerms = NO_TERMS

    def portfolio(self, tables: Mapping[str, Any]) -> Portfolio:
        """Read the tables of one part, as tables of Arrow.

        A column that no contract declares is there though it holds nothing in this part.
        """
        secret, terms = self.privacy_file, self.terms
        privacy = None if secret is None else StandingPrivacy.from_file(secret, epsilon=self.epsilon)
        whole = Portfolio(
            **tables,
            timezone=self.timezone,
            weekend=self.weekend,
            midnight=self.midnight,
            privacy=privacy,
            threads=1,
        )
        return _completed(whole, tables).with_sources(
            unavailable=dict(terms.unavailable),
            consent_needed=terms.consent_needed,
            forbidden=dict(terms.forbidden),
            purpose=terms.purpose,
        )

    def applications(self, table: Any) -> Applications:
        """Read the applications of one part."""
        return Applications(table, timezone=self.timezone, midnight=self.midnight)


def _completed(portfolio: Portfolio, given: Mapping[str, Any]) -> Portfolio:
    import pyarrow as pa

    tables = dict(portfolio.tables)
    for name, table in given.items():
        undeclared = [field for field in table.schema if field.name not in CONTRACTS[name].declared]
        kinds = {"labels": pa.types.is_string, "numbers": _is_number}
        columns = {kind: [one.name for one in undeclared if has(one.type)] for kind, has in kinds.items()}
        tables[name] = completed(tables[name], columns)
    kept = {field: getattr(portfolio, field) for field in Parts._fields}
    return Portfolio.of_parts(Parts(**kept | {"tables": MappingProxyType(tables)}))


def _is_number(kind: Any) -> bool:
    import pyarrow as pa

    whole, exact = pa.types.is_integer(kind), pa.types.is_floating(kind) or pa.types.is_decimal(kind)
    return bool(whole or exact or pa.types.is_boolean(kind))


AS_EVER = SparkReading()
