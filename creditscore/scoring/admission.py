"""Hold what is to be scored against what the model was fitted on: one way for one and for many."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Final, Protocol

import numpy as np

from creditscore._ground.arrays import Float64, Int64
from creditscore._ground.instants import NEVER
from creditscore.data.applications import Applications
from creditscore.data.door.clock import instant
from creditscore.data.portfolio import Portfolio
from creditscore.data.sources import SOURCE_TABLES, SOURCES, source_of
from creditscore.data.terms import NO_TERMS, SourceTerms
from creditscore.errors import ParameterError
from creditscore.features.compute import FeatureComputer, signature
from creditscore.features.definition import Feature
from creditscore.features.formula import Attribute
from creditscore.features.formula import terms as terms_of
from creditscore.features.matrix import FeatureMatrix
from creditscore.features.registry import view_of
from creditscore.model.fitted import FittedModel
from creditscore.scoring.contract import (
    AttributeTerms,
    Contract,
    FeatureTerms,
    columns_of,
    id_kind,
    kind_of,
    label_of,
    labels_in,
    repeated_share,
)
from creditscore.scoring.mismatch import Mismatch, Mismatches
from creditscore.scoring.usual import noise, unusual

# Fewer applications say nothing about shares and medians.
_FEWEST: Final = 20
_SAMPLE: Final = 2_000
_MOSTLY: Final = 0.5
_VANISHED: Final = 0.1
_FAR: Final = 10.0
_SHIFTED: Final = 20.0
_LABELS_SHIFTED: Final = 0.2
_RARER: Final = 0.2
_REPEATED: Final = 0.01
_MOST_REMEMBERED: Final = 512
_SHOWN_LABELS: Final = 3


def admitted(
    contract: Contract, applications: Applications, portfolio: Portfolio
) -> tuple[Applications, Mismatches]:
    """Hold tables and attributes against the contract, before features are computed.

    Parameters
    ----------
    contract : Contract
    applications : Applications
    portfolio : Portfolio

    Returns
    -------
    applications : Applications
        The same; labels of a category are numbers or texts as they were at fitting, and an attribute of
        another kind is left out.
    mismatches : tuple of Mismatch
    """
    found: list[Mismatch] = list(_of_tables(contract, portfolio))
    if len(applications) >= _FEWEST:
        found += (*_repeated(contract, portfolio), *unusual(contract.usual, applications, portfolio))
    numeric: dict[str, Float64 | None] = {}
    text: dict[str, tuple[str | None, ...] | None] = {}
    moments: dict[str, Int64] = {}
    for column, terms in contract.attributes.items():
        kind = kind_of(applications, column)
        if kind == terms.kind or not terms.kind:
            continue
        if not kind:
            found += _absent(column, terms, applications)
        elif terms.category and {kind, terms.kind} == {"number", "text"}:
            found += _take_as_fitted(applications, column, terms, numeric, text)
        elif (terms.kind, kind) == ("time", "text") and (times := _times(applications, column)) is not None:
            moments[column], text[column] = times, None
        else:
            numeric[column] = text[column] = None
            wanted = Mismatch("column_retyped", f"applications.{column}", terms.kind, kind, len(applications))
            found.append(wanted)
    if numeric or text:
        applications = applications.with_attributes(numeric, text, moments)
    return applications, tuple(found)


class HasFeatures(Protocol):
    """A fitted model with its features and what it was fitted on."""

    @property
    def computer(self) -> FeatureComputer:
        """The features."""

    @property
    def fitted(self) -> FittedModel:
        """Trees and categories."""

    @property
    def contract(self) -> Contract | None:
        """What it was fitted on."""


def values_found(
    model: HasFeatures, applications: Applications, matrix: FeatureMatrix, terms: SourceTerms = NO_TERMS
) -> Mismatches:
    """Hold labels and computed features against the contract; without one, labels against the model alone.

    Parameters
    ----------
    model : HasFeatures
    applications : Applications
        As `admitted` gave them.
    matrix : FeatureMatrix
        Of these applications.
    terms : SourceTerms
        Under which they were computed; what follows from them is no mismatch.
    """
    contract, categories = model.contract, model.fitted.categories
    found = list(_unseen(model, applications, matrix)) if categories else []
    if contract is None:
        return tuple(found)
    if len(applications) < _FEWEST:
        return (*found, *_far(contract, matrix))
    rows = np.arange(0, len(applications), max(1, math.ceil(len(applications) / _SAMPLE)))
    barred = _barred(terms, model.computer)
    found += (*_known(contract, matrix, rows, barred), *_rarer(contract, matrix, rows, barred))
    found += _shifted(contract, matrix, rows)
    return (*found, *_other_labels(contract, applications))


def _barred(terms: SourceTerms, computer: FeatureComputer) -> frozenset[str]:
    """Name the features that read what cannot be had, or may not be read."""
    if not (terms.unavailable or terms.forbidden):
        return frozenset()
    return frozenset(one.name for one in computer.features if any(map(terms.bars, _read_by(one))))


def _read_by(feature: Feature) -> set[str]:
    """Name the declared sources of which a feature reads rows, and its own."""
    views = ((term.view, view_of(term.view)) for term in terms_of(feature.formula))
    found = {source_of(name).name if view is None else view.source for name, view in views}
    return (found | {feature.source}) & set(SOURCES)


def _of_tables(contract: Contract, portfolio: Portfolio) -> Mismatches:
    """Look at tables, columns and calendar once for all portfolios that are alike in them."""
    key = (
        signature(portfolio),
        tuple(bool(table.n_rows) for table in portfolio.tables.values()),
        portfolio.calendar.timezone,
        portfolio.calendar.weekend,
        portfolio.currency,
        portfolio.terms.unavailable,
        portfolio.terms.forbidden,
        isinstance(portfolio.applicant_ids, tuple),
    )
    found: Mismatches | None = contract.seen.get(key)
    if found is None:
        found = (*_tables(contract, portfolio), *_whole(contract, portfolio))
        if len(contract.seen) >= _MOST_REMEMBERED:
            contract.seen.clear()
        contract.seen[key] = found
    return found


def _tables(contract: Contract, portfolio: Portfolio) -> Iterator[Mismatch]:
    for name in contract.reads:
        if name in SOURCE_TABLES and portfolio.terms.bars(source_of(name).name):
            continue
        table, expected = portfolio.tables.get(name), contract.tables.get(name)
        if table is None and expected is not None:
            yield Mismatch("table_absent", name)
        elif table is not None and expected is None:
            yield Mismatch("table_unexpected", name)
        elif table is not None and expected:
            yield from _columns(name, expected, columns_of(table))


def _repeated(contract: Contract, portfolio: Portfolio) -> Iterator[Mismatch]:
    for name, before in contract.repeated.items():
        table = portfolio.tables.get(name)
        share = 0.0 if table is None else repeated_share(table)
        if table is not None and share > 2.0 * before + _REPEATED:
            shown = f"{before:.1%}", f"{share:.1%}"
            yield Mismatch("rows_repeated", name, *shown, round(share * table.n_rows))


def _columns(table: str, expected: Mapping[str, str], found: Mapping[str, str]) -> Iterator[Mismatch]:
    if not found:
        return
    for name, kind in expected.items():
        if name not in found:
            yield Mismatch("column_absent", f"{table}.{name}")
        elif found[name] != kind:
            yield Mismatch("column_retyped", f"{table}.{name}", kind, found[name])
    for name in found:
        if name not in expected:
            yield Mismatch("column_unexpected", f"{table}.{name}")


def _whole(contract: Contract, portfolio: Portfolio) -> Iterator[Mismatch]:
    if not contract.tables:
        return
    if portfolio.timezone != contract.timezone:
        yield Mismatch("zone_changed", "timezone", contract.timezone, portfolio.timezone)
    if portfolio.weekend != contract.weekend:
        yield Mismatch("weekend_changed", "weekend", " ".join(contract.weekend), " ".join(portfolio.weekend))
    if contract.currency and portfolio.currency and portfolio.currency != contract.currency:
        yield Mismatch("currency_changed", "currency", contract.currency, portfolio.currency)
    ids = id_kind(portfolio.applicant_ids)
    if ids and contract.ids and ids != contract.ids:
        yield Mismatch("ids_retyped", "applicant_id", contract.ids, ids)


def _absent(column: str, terms: AttributeTerms, applications: Applications) -> Iterator[Mismatch]:
    """Say that an attribute is not there; of one application only where fitting always had it."""
    several = len(applications) >= _FEWEST
    if (several and terms.missing <= _MOSTLY) or not terms.missing:
        code = "column_absent" if several else "attribute_absent"
        yield Mismatch(code, f"applications.{column}", count=len(applications))


def _take_as_fitted(
    applications: Applications,
    column: str,
    terms: AttributeTerms,
    numeric: dict[str, Float64 | None],
    text: dict[str, tuple[str | None, ...] | None],
) -> Mismatches:
    """Read labels as numbers or as texts, whichever fitting had; of those that cannot be, say so."""
    if terms.kind == "text":
        values = applications.numeric[column].tolist()
        numeric[column] = None
        text[column] = tuple(None if value != value else label_of(value) for value in values)
        return ()
    labels = applications.text[column]
    numbers = [math.nan if label is None else _number(label) for label in labels]
    numeric[column] = np.array(numbers, np.float64)
    text[column] = None
    pairs = zip(labels, numbers, strict=True)
    new = Counter(label for label, number in pairs if label is not None and number != number)
    return _new_labels(column, new)


def _times(applications: Applications, column: str) -> Int64 | None:
    """Read texts as times with a zone, shape (n_applications,); None where one of them is none."""
    try:
        found = [NEVER if one is None else instant(one, column) for one in applications.text[column]]
    except ParameterError:
        return None
    return np.array(found, np.int64)


def _number(label: str) -> float:
    """Return the number that a label is written as; NaN for any other label."""
    try:
        value = float(label)
    except ValueError:
        return math.nan
    return value if math.isfinite(value) and label_of(value) == label.strip() else math.nan


def _new_labels(column: str, counts: Counter[str]) -> Mismatches:
    shown = counts.most_common(_SHOWN_LABELS)
    return tuple(Mismatch("label_unseen", f"applications.{column}", "", *one) for one in shown)


def _unseen(model: HasFeatures, applications: Applications, matrix: FeatureMatrix) -> Iterator[Mismatch]:
    for position, labels in _labels(model.fitted):
        values = matrix.values[:, position]
        new = [value for value in set(values.tolist()) if value == value and value not in labels]
        formula = model.computer.features.features[position].formula
        if new and isinstance(formula, Attribute):
            given = applications.take(np.flatnonzero(np.isin(values, new)))
            yield from _new_labels(formula.column, labels_in(given, formula.column))


@lru_cache(maxsize=8)
def _labels(fitted: FittedModel) -> tuple[tuple[int, frozenset[float]], ...]:
    return tuple((column, frozenset(labels)) for column, labels in sorted(fitted.categories.items()))


def _far(contract: Contract, matrix: FeatureMatrix) -> Iterator[Mismatch]:
    limits, columns = _largest(contract, matrix.names)
    sizes = np.abs(matrix.values[:, columns])
    if not (sizes > limits).any():
        return
    for position in np.flatnonzero((sizes > limits).any(axis=0)).tolist():
        beyond = sizes[:, position] > limits[position]
        found = f"{sizes[beyond, position].max():g}"
        expected = f"{limits[position] / _FAR:g}"
        yield Mismatch("value_far", matrix.names[columns[position]], expected, found, int(beyond.sum()))


def _largest(contract: Contract, names: tuple[str, ...]) -> tuple[Float64, Int64]:
    """Return limits of the quantities that the trees read, and their columns; worked out once.

    Arrays of shape (n_quantities,).
    """
    found: tuple[Float64, Int64] | None = contract.seen.get("largest")
    if found is None:
        terms = [contract.features[name] for name in names]
        largest = np.array([one.largest or 0.0 if one.used else 0.0 for one in terms], np.float64)
        columns = np.flatnonzero(largest > 0.0)
        found = contract.seen["largest"] = (_FAR * largest[columns], columns)
    return found


def _known(
    contract: Contract, matrix: FeatureMatrix, rows: Int64, barred: frozenset[str]
) -> Iterator[Mismatch]:
    """Say whose values are gone, apart from what follows from sources that cannot be had, or not be read."""
    some = float(matrix.any_rows.mean())
    if not barred and contract.known_rows >= _MOSTLY and some <= _VANISHED * contract.known_rows:
        shown = f"{contract.known_rows:.0%}", f"{some:.0%}"
        yield Mismatch("applicants_unknown", "applicant_id", *shown, len(matrix))
    shares = (~np.isnan(matrix.values[rows])).mean(axis=0).tolist()
    for name, share in zip(matrix.names, shares, strict=True):
        terms = contract.features[name]
        usual = terms.used and terms.known >= _MOSTLY and name not in barred
        if usual and share <= _VANISHED * terms.known:
            yield Mismatch("feature_vanished", name, f"{terms.known:.0%}", f"{share:.0%}", len(matrix))


def _rarer(
    contract: Contract, matrix: FeatureMatrix, rows: Int64, barred: frozenset[str]
) -> Iterator[Mismatch]:
    """Say once how many features have a value for fewer."""
    shares = (~np.isnan(matrix.values[rows])).mean(axis=0).tolist()
    every = zip(matrix.names, shares, strict=True)
    fewer = {
        name: contract.features[name].known - share
        for name, share in every
        if contract.features[name].used and name not in barred
    }
    found = [name for name in fewer if fewer[name] > _RARER + noise(2, rows.size)]
    if found:
        most = max(found, key=fewer.__getitem__)
        known = contract.features[most].known
        yield Mismatch("features_rarer", most, f"{known:.0%}", f"{known - fewer[most]:.0%}", len(found))


def _shifted(contract: Contract, matrix: FeatureMatrix, rows: Int64) -> Iterator[Mismatch]:
    for column, name in enumerate(matrix.names):
        terms = contract.features[name]
        if not (terms.used and terms.median):
            continue
        known = matrix.values[rows, column]
        known = known[~np.isnan(known)]
        if known.size >= _FEWEST and _apart(terms, float(np.median(known))):
            yield Mismatch("scale_shifted", name, f"{terms.median:g}", f"{np.median(known):g}", known.size)


def _apart(terms: FeatureTerms, median: float) -> bool:
    """Tell whether a median is more than twenty times the other, or of the other sign and as large."""
    before = terms.median or 0.0
    if median == 0.0:
        return False
    ratio = median / before
    return ratio >= _SHIFTED or 0.0 < ratio <= 1.0 / _SHIFTED or ratio <= -1.0


def _other_labels(contract: Contract, applications: Applications) -> Iterator[Mismatch]:
    for column, terms in contract.attributes.items():
        if not terms.labels:
            continue
        now = labels_in(applications, column)
        before, total = sum(terms.labels.values()), sum(now.values())
        if total < _FEWEST:
            continue
        moved = 0.5 * sum(
            abs(now.get(label, 0) / total - terms.labels.get(label, 0) / before)
            for label in {*now, *terms.labels}
        )
        if moved > _LABELS_SHIFTED + noise(len({*now, *terms.labels}), total):
            yield Mismatch("labels_shifted", f"applications.{column}", "", f"{moved:.0%}", total)
