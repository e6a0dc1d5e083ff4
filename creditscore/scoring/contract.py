"""What a model was fitted on: the tables, columns, labels and values that scoring must find again."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field, fields
from types import MappingProxyType
from typing import Any, Final, Literal, Self, TypeAlias

import numpy as np

from creditscore._ground.arrays import Float64, Int64
from creditscore._ground.instants import NEVER
from creditscore.data.applications import Applications
from creditscore.data.portfolio import Portfolio
from creditscore.data.sources import CONNECTIONS, CONSENTS, SOURCES, find_source, tells_of_others
from creditscore.data.tables.contracts import CONTRACTS
from creditscore.data.tables.events import EventTable
from creditscore.errors import ArtefactError
from creditscore.features.compute import FeatureComputer
from creditscore.features.formula import Attribute
from creditscore.features.matrix import FeatureMatrix
from creditscore.features.registry import find_view
from creditscore.model.fitted import FittedModel
from creditscore.scoring.usual import TableTerms, usual_of

Kind: TypeAlias = Literal["number", "text", "time", ""]

# With more labels a column tells people apart, and its labels are kept as codes alone.
MOST_LABELS: Final = 200
# Parts that every record of a model of today has, and that records of before lack.
STATED: Final = ("families", "payments", "unread")
# What contracts of before do not have.
_ADDED: Final = frozenset({"stated", "usual"})
_ROWS_COMPARED: Final = 200_000
_OF_LOANS: Final = SOURCES["loans"].tables
# Every table has them, whatever was given.
_ALWAYS: Final = frozenset({"known_time", "superseded_time"})


@dataclass(frozen=True, slots=True)
class AttributeTerms:
    """One column of the applications that features read.

    Attributes
    ----------
    kind : {"number", "text", "time", ""}
        What it held; empty if it held nothing.
    category : bool
        Whether its values are labels.
    unit : str
    missing : float
        Share of the applications without a value, within 0 and 1.
    labels : mapping of str to int, or None
        How often each label occurred, a number as it is written; None for quantities, and where there are
        more than 200.
    """

    kind: Kind
    category: bool
    unit: str
    missing: float
    labels: Mapping[str, int] | None = None


@dataclass(frozen=True, slots=True)
class FeatureTerms:
    """One feature as it was at fitting.

    Attributes
    ----------
    known : float
        Share of the applications with a value, within 0 and 1.
    median, largest : float or None
        Median, and the largest without regard to sign; None for categories and where no value was known.
    used : bool
        Whether the trees read it.
    """

    known: float
    median: float | None
    largest: float | None
    used: bool


@dataclass(frozen=True, slots=True, eq=False)
class Contract:
    """What a model was fitted on, and what it is to be scored with again.

    Attributes
    ----------
    applications : int
        How many it was fitted on.
    known_rows : float
        Share of them of whose applicant a row was known, within 0 and 1.
    ids : str
        What ids of applicants were: ``"number"`` or ``"text"``.
    timezone : str
    weekend : tuple of str
    currency : str
        Empty where the tables named none.
    reads : tuple of str
        Tables that the features may read.
    tables : mapping of str to mapping of str to str
        Of these, the ones that were there: each column with its kind. A table without rows has no columns.
    repeated : mapping of str to float
        Of these, the share of rows that say what the row before them says, within 0 and 1.
    units : mapping of str to str
        Of the declared columns of numbers, by ``"table.column"``.
    attributes : mapping of str to AttributeTerms
    features : mapping of str to FeatureTerms
    stated : tuple of str
        Parts that each of its records has; none for a model of before, whose records may lack them.
    usual : mapping of str to TableTerms
        What the columns of these tables held; nothing for a model of before.
    """

    applications: int
    known_rows: float
    ids: str
    timezone: str
    weekend: tuple[str, ...]
    currency: str
    reads: tuple[str, ...]
    tables: Mapping[str, Mapping[str, str]]
    repeated: Mapping[str, float]
    units: Mapping[str, str]
    attributes: Mapping[str, AttributeTerms]
    features: Mapping[str, FeatureTerms]
    stated: tuple[str, ...] = ()
    usual: Mapping[str, TableTerms] = field(default_factory=dict)
    seen: dict[object, Any] = field(init=False, default_factory=dict, repr=False)

    @classmethod
    def learned(
        cls,
        computer: FeatureComputer,
        fitted: FittedModel,
        applications: Applications,
        portfolio: Portfolio,
        matrix: FeatureMatrix,
        rows: Int64,
    ) -> Self:
        """Write down what a model was fitted on.

        Parameters
        ----------
        computer : FeatureComputer
        fitted : FittedModel
        applications : Applications
        portfolio : Portfolio
        matrix : FeatureMatrix
            Of these applications.
        rows : ndarray of int64, shape (n_used,)
            Those of them that it was fitted on.
        """
        reads = tables_read(computer, portfolio)
        tables = {name: columns_of(portfolio.tables[name]) for name in reads if name in portfolio.tables}
        return cls(
            applications=int(rows.size),
            known_rows=float(matrix.any_rows[rows].mean()),
            ids=id_kind(applications.applicant_ids),
            timezone=portfolio.timezone,
            weekend=portfolio.weekend,
            currency=portfolio.currency,
            reads=reads,
            tables=tables,
            repeated={name: repeated_share(portfolio.tables[name]) for name in tables},
            units=_units(tables),
            attributes={
                attribute.column: _terms(attribute, computer, applications.take(rows))
                for attribute, _ in sorted(computer.plan.attributes, key=lambda one: one[0].column)
            },
            features=_features(computer, fitted, matrix.values[rows]),
            stated=STATED,
            usual={name: usual_of(applications, portfolio, portfolio.tables[name]) for name in tables},
        )

    def to_dict(self) -> dict[str, Any]:
        """Write the contract as plain data, exact in JSON."""
        parts = {each.name: _plain(getattr(self, each.name)) for each in fields(self) if each.init}
        return {name: part for name, part in parts.items() if part or name not in _ADDED}

    @classmethod
    def from_dict(cls, stored: Mapping[str, Any]) -> Self:
        """Read what `to_dict` wrote.

        Raises
        ------
        ArtefactError
            If a part is missing, unexpected or of the wrong kind.
        """
        try:
            given = dict(stored)
            for name, kind in (("attributes", AttributeTerms), ("features", FeatureTerms)):
                given[name] = {str(key): kind(**terms) for key, terms in stored[name].items()}
            given["tables"] = {
                str(table): MappingProxyType({str(column): str(kind) for column, kind in columns.items()})
                for table, columns in stored["tables"].items()
            }
            given["usual"] = {str(k): TableTerms.from_dict(v) for k, v in stored.get("usual", {}).items()}
            for name in ("weekend", "reads", *(["stated"] if "stated" in stored else ())):
                given[name] = tuple(map(str, stored[name]))
            return cls(**given)
        except (OverflowError, TypeError, AttributeError, KeyError, ValueError) as error:
            raise ArtefactError(f"The contract of the model cannot be read: {error!r}.") from error


def tables_read(computer: FeatureComputer, portfolio: Portfolio) -> tuple[str, ...]:
    """Return every table that features may read, whether it is there or not, in their usual order."""
    read = {CONNECTIONS}
    sources = {feature.source for feature in computer.features if feature.source}
    sources |= {covered.source for covered, _ in computer.plan.coverages}
    for name in computer.plan.terms:
        view = find_view(name, portfolio)
        sources.add(view.source)
        read.update(view.tables)
        for column in (*view.values, *view.codes):
            read.update(needed.partition(".")[0] for needed in column.needs)
    for source in sources:
        read.update(find_source(source).shown_by)
    if read & set(_OF_LOANS):
        read.update(_OF_LOANS)
    if any(map(tells_of_others, read)):
        read.add(CONSENTS)
    if read == {CONNECTIONS}:
        return ()
    return tuple(name for name in CONTRACTS if name in read)


def columns_of(table: EventTable) -> Mapping[str, str]:
    """Return the kind of each column that was given, by name; none for a table without rows."""
    if not table.n_rows:
        return MappingProxyType({})
    own = CONTRACTS[table.name]
    known = {own.row_time, *_ALWAYS, *(name for name in own.declared if name.endswith("_known_time"))}
    blocks = (("time", table.time_columns), ("number", table.value_columns), ("text", table.code_columns))
    found = {name: kind for kind, names in blocks for name in names if name not in known}
    return MappingProxyType(dict(sorted(found.items())))


def repeated_share(table: EventTable) -> float:
    """Return the share of rows that say what the row before them says, of 200,000 rows at most."""
    if table.n_rows < 2:
        return 0.0
    rows = np.arange(1, table.n_rows, max(1, table.n_rows // _ROWS_COMPARED))
    same = np.ones(rows.size, np.bool_)
    for block in (table.times, table.values, table.codes):
        for column in block:
            here, before = column[rows], column[rows - 1]
            same &= (here == before) | ((here != here) & (before != before))
    same &= ~np.isin(rows, table.offsets)
    return float(same.mean())


def id_kind(ids: Iterable[Any]) -> str:
    """Say whether ids are text or whole numbers; empty where there is none."""
    first = next(iter(ids), None)
    return "" if first is None else "text" if isinstance(first, str) else "number"


def label_of(value: float) -> str:
    """Write a number that is a label: without a decimal point where it is whole."""
    return str(int(value)) if value.is_integer() else repr(value)


def labels_in(applications: Applications, column: str) -> Counter[str]:
    """Count the labels of a column of the applications, a number as it is written."""
    if column in applications.text:
        normal = (unicodedata.normalize("NFC", one) for one in applications.text[column] if one is not None)
        return Counter(normal)
    values = applications.numeric.get(column)
    if values is None:
        return Counter()
    found, counts = np.unique(values[~np.isnan(values)], return_counts=True)
    return Counter(dict(zip(map(label_of, found.tolist()), counts.tolist(), strict=True)))


def kind_of(applications: Applications, column: str) -> Kind:
    """Say what a column of the applications holds; empty where it is not there or holds nothing."""
    if column in applications.moments:
        return "time"
    if column in applications.numeric:
        return "" if np.isnan(applications.numeric[column]).all() else "number"
    texts = applications.text.get(column, ())
    return "text" if any(one is not None for one in texts) else ""


def _terms(attribute: Attribute, computer: FeatureComputer, used: Applications) -> AttributeTerms:
    column = attribute.column
    labels = labels_in(used, column) if attribute.category else None
    if labels is not None and len(labels) > MOST_LABELS:
        labels = None
    units = (f.unit for f in computer.features if f.formula == attribute)
    missing = 1.0
    if column in used.numeric:
        missing = float(np.isnan(used.numeric[column]).mean())
    elif column in used.text:
        missing = sum(one is None for one in used.text[column]) / len(used)
    elif column in used.moments:
        missing = float((used.moments[column] == NEVER).mean())
    kept = None if labels is None else dict(sorted(labels.items()))
    return AttributeTerms(kind_of(used, column), attribute.category, next(units, ""), missing, kept)


def _features(computer: FeatureComputer, fitted: FittedModel, values: Float64) -> dict[str, FeatureTerms]:
    used = set(fitted.trees.nodes[:, 0].tolist())
    found = {}
    for column, name in enumerate(computer.names):
        known = values[:, column]
        known = known[~np.isnan(known)]
        bare = column in fitted.categories or not known.size
        found[name] = FeatureTerms(
            known=known.size / max(len(values), 1),
            median=None if bare else float(np.median(known)) + 0.0,
            largest=None if bare else float(np.abs(known).max()),
            used=column in used,
        )
    return found


def _units(tables: Mapping[str, Mapping[str, str]]) -> dict[str, str]:
    return {
        f"{table}.{name}": CONTRACTS[table].declared[name].unit
        for table, columns in tables.items()
        for name, kind in columns.items()
        if kind == "number" and name in CONTRACTS[table].declared
    }


def _plain(value: Any) -> Any:
    if isinstance(value, AttributeTerms | FeatureTerms | TableTerms):
        return asdict(value)
    if isinstance(value, Mapping):
        return {name: _plain(part) for name, part in value.items()}
    return list(value) if isinstance(value, tuple) else value
