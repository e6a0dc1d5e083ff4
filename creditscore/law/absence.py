"""Proof of absence: forbidden rows may say what they like, no bit of any feature of the model changes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any, Final, Self

import numpy as np

from creditscore._ground.arrays import Float64, Int64, read_only
from creditscore.data.applications import Applications
from creditscore.data.portfolio import Portfolio
from creditscore.data.tables.events import EventTable
from creditscore.errors import ArtefactError, JurisdictionError
from creditscore.features.compute import FeatureComputer
from creditscore.law.door import (
    forbidden_columns,
    with_tables,
    without_columns,
    without_rows,
    without_tables,
)
from creditscore.law.leaving import tables_of_tags
from creditscore.law.parts import parts_of_tags

SAMPLE: Final = 200
TIMES: Final = 3
_SHOWN: Final = 5
_LARGEST: Final = 1e6


@dataclass(frozen=True, slots=True)
class Absence:
    """What was changed at random without any change of a feature.

    Attributes
    ----------
    forbidden : tuple of str
        Legal tags that may not be in a score.
    tables, columns : tuple of str
        Tables and columns of the applications of forbidden kinds that were there, and were changed.
    applications : int
        How many were looked at.
    perturbations : int
        How often everything forbidden was changed at random; each time, and once with all of it gone, every
        feature of each application kept its bits.
    seed : int
        Of the changes.
    parts : tuple of str
        Columns of tables that are not forbidden as a whole, such as ``"sessions.device"``: changed too.
    """

    forbidden: tuple[str, ...]
    tables: tuple[str, ...]
    columns: tuple[str, ...]
    applications: int
    perturbations: int
    seed: int
    parts: tuple[str, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """Write it as plain data."""
        kept = asdict(self)
        if not self.parts:  # as proofs were written before there were any
            del kept["parts"]
        return {name: list(v) if isinstance(v, tuple) else v for name, v in kept.items()}

    @classmethod
    def from_dict(cls, stored: Mapping[str, Any]) -> Self:
        """Read what `to_dict` wrote."""
        try:
            return cls(
                forbidden=tuple(map(str, stored["forbidden"])),
                tables=tuple(map(str, stored["tables"])),
                columns=tuple(map(str, stored["columns"])),
                applications=int(stored["applications"]),
                perturbations=int(stored["perturbations"]),
                seed=int(stored["seed"]),
                parts=tuple(map(str, stored.get("parts", ()))),
            )
        except (KeyError, OverflowError, TypeError, ValueError) as error:
            raise ArtefactError(f"The proof of absence cannot be read: {error!r}.") from error

    def __str__(self) -> str:
        there = ", ".join((*self.tables, *self.parts, *self.columns)) or "nothing forbidden was there"
        return (
            f"proof of absence: {self.perturbations} random changes of {there}, {self.applications:,} "
            "applications, 0 bits changed"
        )


def prove_absence(
    computer: FeatureComputer,
    applications: Applications,
    portfolio: Portfolio,
    forbidden: frozenset[str],
    *,
    times: int = TIMES,
    seed: int = 0,
) -> Absence:
    """Change everything forbidden at random and see that no bit of any feature changes.

    The features are computed without the door that keeps forbidden tables out, so that it is they that are
    proven, and not the door.

    Parameters
    ----------
    computer : FeatureComputer
        The features of a model.
    applications : Applications
        Of whom evenly spaced ones are looked at, 200 at most.
    portfolio : Portfolio
    forbidden : frozenset of str
        Legal tags.
    times : int, default 3
        How often.
    seed : int, default 0

    Raises
    ------
    JurisdictionError
        If a feature changed: it reads what it has no tag for.
    """
    step = max(1, -(-len(applications) // SAMPLE))
    few = applications.take(np.arange(0, len(applications), step))
    portfolio = without_rows(portfolio, forbidden)
    tables = tuple(sorted(tables_of_tags(forbidden) & set(portfolio.tables)))
    parts = _parts_in(portfolio, forbidden, tables)
    columns = forbidden_columns(few, forbidden)
    gone = without_tables(portfolio, frozenset(tables))
    before = computer.compute(without_columns(few, forbidden), gone, threads=1).values
    people = (
        np.unique(portfolio.people.codes(few.applicant_ids)) if portfolio.n_applicants else np.empty(0, int)
    )
    rng = np.random.default_rng(seed)
    for _ in range(times if tables or columns or parts else 0):
        changed = perturbed_parts(perturbed(portfolio, tables, people[people >= 0], rng), parts, rng)
        asked = perturbed_columns(few, columns, rng)
        _compare(before, computer.compute(asked, changed, threads=1).values, computer.names)
    named = tuple(f"{table}.{column}" for table, column in parts)
    return Absence(tuple(sorted(forbidden)), tables, columns, len(few), times, seed, named)


def _compare(before: Float64, after: Float64, names: tuple[str, ...]) -> None:
    same = (before.view(np.int64) == after.view(np.int64)).all(axis=0)
    if not same.all():
        found = [name for name, equal in zip(names, same.tolist(), strict=True) if not equal]
        raise JurisdictionError(
            f"{len(found)} feature(s) read what the law forbids, and have no tag that says so: "
            f"{', '.join(found[:_SHOWN])}. Name it in their legal_tags, or leave them out."
        )


def perturbed(
    portfolio: Portfolio, tables: tuple[str, ...], people: Int64, rng: np.random.Generator
) -> Portfolio:
    """Return a portfolio whose forbidden tables hold other rows: some gone, the rest filled at random.

    Parameters
    ----------
    portfolio : Portfolio
    tables : tuple of str
        Whose rows change.
    people : ndarray of int64, shape (n_people,)
        Codes of those whose rows are kept in them; rows of others go.
    rng : Generator
    """
    changed = {name: portfolio.tables[name] for name in portfolio.tables}
    for name in tables:
        changed[name] = _shuffled(changed[name], portfolio, people, rng)
    return with_tables(portfolio, changed, network_changed=bool(tables) and portfolio.network is not None)


def _parts_in(
    portfolio: Portfolio, forbidden: frozenset[str], gone: tuple[str, ...]
) -> tuple[tuple[str, str], ...]:
    """Columns of a forbidden kind in tables that stay."""
    return tuple(
        (table, column)
        for table, column in parts_of_tags(forbidden)
        if table in portfolio.tables and table not in gone and portfolio.tables[table].row(column) >= 0
    )


def perturbed_parts(
    portfolio: Portfolio, parts: tuple[tuple[str, str], ...], rng: np.random.Generator
) -> Portfolio:
    """Return a portfolio with other values in some columns of its tables."""
    changed = dict(portfolio.tables)
    for name, column in parts:
        table = changed[name]
        values, codes = np.array(table.values), np.array(table.codes)
        if column in table.value_columns:
            values[table.row(column)] = _numbers(rng, (table.n_rows,))
        else:
            labels = max(len(table.vocabularies.get(column, ())), 1)
            codes[table.row(column)] = rng.integers(0, labels, table.n_rows)
        changed[name] = replace(table, values=read_only(values), codes=read_only(codes))
    of_network = portfolio.network is not None and any(name == "standings" for name, _ in parts)
    return with_tables(portfolio, changed, network_changed=of_network) if parts else portfolio


def perturbed_columns(
    applications: Applications, columns: tuple[str, ...], rng: np.random.Generator
) -> Applications:
    """Return the applications with other values in some columns."""
    numeric, text, moments = {}, {}, {}
    count = len(applications)
    for name in columns:
        if name in applications.numeric:
            numeric[name] = _numbers(rng, (count,))
        elif name in applications.text:
            text[name] = tuple(f"{number:x}" for number in rng.integers(0, 1 << 30, count).tolist())
        else:
            moments[name] = rng.permutation(applications.moments[name])
    return applications.with_attributes(numeric, text, moments) if columns else applications


def _shuffled(table: EventTable, portfolio: Portfolio, people: Int64, rng: np.random.Generator) -> EventTable:
    by_loan = table.owners == "loan"
    owners = np.flatnonzero(np.isin(portfolio.loan_owner, people)) if by_loan else people
    counts = np.diff(table.offsets)
    kept = np.isin(np.repeat(np.arange(counts.size), counts), owners) & (
        rng.random(table.n_rows) < rng.random()
    )
    offsets = np.concatenate([[0], np.cumsum(kept)])[table.offsets]
    rows = int(kept.sum())
    codes = np.empty((len(table.code_columns), rows), np.int32)
    for at, name in enumerate(table.code_columns):
        present = table.codes[at][kept]
        labels = len(table.vocabularies.get(name, ())) or int(present.max(initial=0)) + 1
        codes[at] = present if name == "loan" else rng.integers(0, labels, rows)
    return replace(
        table,
        offsets=read_only(offsets.astype(table.offsets.dtype)),
        times=read_only(np.ascontiguousarray(table.times[:, kept])),
        values=read_only(_numbers(rng, (len(table.value_columns), rows))),
        codes=read_only(codes),
        event_ids=None,
    )


def _numbers(rng: np.random.Generator, shape: tuple[int, ...]) -> Float64:
    values = rng.normal(0.0, 1.0, shape) * 10.0 ** rng.uniform(-2.0, np.log10(_LARGEST), shape)
    return np.where(rng.random(shape) < 0.2, np.nan, values)
