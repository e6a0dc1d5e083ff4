"""Compute features: one path for one application and for millions."""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Hashable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from creditscore._ground.instants import DAY, NEVER
from creditscore._ground.progress import progress
from creditscore.data.applications import Applications
from creditscore.data.given import check_given
from creditscore.data.portfolio import Portfolio
from creditscore.errors import ParameterError
from creditscore.features.binding import Bound, BoundView, bind
from creditscore.features.chunk import Chunk
from creditscore.features.coverage import covered_by, known_at_all
from creditscore.features.definition import FeatureSet
from creditscore.features.formula import Attribute, attributes
from creditscore.features.kernels.reduce import operate, reduce_rows, reduce_with
from creditscore.features.matrix import FeatureMatrix
from creditscore.features.plan import Plan, build_plan
from creditscore.features.rows import Rows
from creditscore.features.stable import stable_code
from creditscore.features.statistics import blamed

CHUNK = 2_048
MOST_BOUND = 512


@dataclass(frozen=True, slots=True, eq=False)
class FeatureComputer:
    """A feature set made ready to run.

    Parameters
    ----------
    features : FeatureSet
        What to compute.
    digest : str, optional
        What the features are known by; by default the digest of the set. One that was saved in an older
        canonical form keeps the digest that it had.

    Examples
    --------
    >>> import creditscore as cs
    >>> from creditscore.features.compute import FeatureComputer
    >>> portfolio = cs.Portfolio.from_records({"payments": [
    ...     {"applicant_id": "a", "event_time": "2024-03-01T10:00+00:00", "amount": 250.0}]})
    >>> application = cs.Applications.from_records(
    ...     {"application_id": 1, "applicant_id": "a", "as_of": "2024-03-08T00:00+00:00"})
    >>> computer = FeatureComputer(cs.payment_features().select(["payments_covered"]))
    >>> computer.compute(application, portfolio)["payments_covered"]
    array([1.])
    """

    features: FeatureSet
    plan: Plan = field(init=False)
    names: tuple[str, ...] = field(init=False)
    readers: Mapping[Attribute, frozenset[str]] = field(init=False)
    digest: str = ""
    bound: dict[object, Bound] = field(init=False, default_factory=dict)
    labelled: dict[object, tuple[tuple[str, str], ...]] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        object.__setattr__(self, "plan", build_plan(self.features))
        object.__setattr__(self, "names", self.features.names)
        object.__setattr__(self, "readers", _readers(self.features))
        object.__setattr__(self, "digest", self.digest or self.features.digest)

    def bind(self, portfolio: Portfolio) -> Bound:
        """Resolve the plan's columns in the tables that a portfolio has; remembered by what it depends on."""
        key = signature(portfolio)
        labelled = self.labelled.get(key)
        found = None if labelled is None else self.bound.get((key, labels_of(portfolio, labelled)))
        if found is None:
            found = bind(self.features, self.plan, portfolio)
            if len(self.bound) >= MOST_BOUND:
                self.bound.clear()
            self.labelled[key] = found.labelled
            self.bound[key, labels_of(portfolio, found.labelled)] = found
        return found

    def compute(
        self, applications: Applications, portfolio: Portfolio, *, threads: int | None = None
    ) -> FeatureMatrix:
        """Compute every feature for every application as of its moment.

        Parameters
        ----------
        applications : Applications
            Who, and as of when.
        portfolio : Portfolio
            What is known.
        threads : int, optional
            Default: one a processor. The bits do not depend on it.

        Returns
        -------
        FeatureMatrix
            One row an application, in their order.
        """
        check_given(applications=applications, portfolio=portfolio)
        bound = self.bind(portfolio)
        owners = portfolio.people.codes(applications.applicant_ids)
        n = owners.size
        values = np.empty((n, len(self.names)), np.float64)
        covered = {coverage.source: np.empty(n, np.bool_) for coverage in bound.coverages}
        any_rows = np.empty(n, np.bool_)
        working = np.empty(0)

        def work(start: int) -> None:
            nonlocal working
            part = slice(start, min(start + CHUNK, n))
            known, slots = self._chunk(
                applications, part, bound, portfolio, owners[part], values[part], covered
            )
            any_rows[part] = known
            if n == 1:
                working = slots[0]

        run_in_threads(work, range(0, n, CHUNK), threads)
        return FeatureMatrix(
            values, self.names, applications.application_ids, self.digest, covered, any_rows,
            self._unavailable(bound, applications), self.plan.counted, working,
        )  # fmt: skip

    def _unavailable(self, bound: Bound, applications: Applications) -> tuple[str, ...]:
        """Name the features for which a table or a column is not there."""
        absent = _unreadable(self.plan, applications)
        if not absent:
            return bound.unavailable
        found = bound.without.get(absent)
        if found is None:
            named = frozenset(bound.unavailable).union(*(self.readers[attribute] for attribute in absent))
            found = tuple(name for name in self.names if name in named)
            bound.without[absent] = found
        return found

    def _chunk(
        self,
        applications: Applications,
        part: slice,
        bound: Bound,
        portfolio: Portfolio,
        owners: NDArray[np.int64],
        out: NDArray[np.float64],
        covered: Mapping[str, NDArray[np.bool_]],
    ) -> tuple[NDArray[np.bool_], NDArray[np.float64]]:
        as_of = applications.as_of[part]
        slots, present = self._slots(bound, portfolio, owners, as_of)
        for source, flags in present.items():
            covered[source][part] = flags
        self._finish(applications, part, slots, out)
        return known_at_all(portfolio, owners, as_of), slots

    def slots(
        self, applications: Applications, portfolio: Portfolio, views: Collection[str]
    ) -> NDArray[np.float64]:
        """Compute what features are made of, but for attributes of the application: see `finish`.

        Parameters
        ----------
        applications : Applications
        portfolio : Portfolio
        views : collection of str
            Names of those views whose terms are computed; the terms of others are left NaN.

        Returns
        -------
        ndarray of float64, shape (n_applications, n_slots)
            The slots of the plan.
        """
        owners = portfolio.people.codes(applications.applicant_ids)
        bound = self.bind(portfolio)
        some = replace(bound, views=tuple(one for one in bound.views if one.view.name in views))
        return self._slots(some, portfolio, owners, applications.as_of)[0]

    def finish(self, applications: Applications, slots: NDArray[np.float64]) -> NDArray[np.float64]:
        """Make features of their slots and of the attributes of the applications.

        Parameters
        ----------
        applications : Applications
        slots : ndarray of float64, shape (n_applications, n_slots)
            From `slots`; they are written to.

        Returns
        -------
        ndarray of float64, shape (n_applications, n_features)
            What `compute` gives for these applications.
        """
        out = np.empty((len(slots), len(self.names)), np.float64)
        self._finish(applications, slice(0, len(slots)), slots, out)
        return out

    def _slots(
        self, bound: Bound, portfolio: Portfolio, owners: NDArray[np.int64], as_of: NDArray[np.int64]
    ) -> tuple[NDArray[np.float64], dict[str, NDArray[np.bool_]]]:
        slots = np.full((owners.size, self.plan.n_slots), np.nan)
        present = {one.source: covered_by(one, portfolio, owners, as_of) for one in bound.coverages}
        for coverage, slot in self.plan.coverages:
            slots[:, slot] = present[coverage.source]
        asked = frozenset(one.view.name for one in bound.views)
        reduce_views(bound, Chunk(portfolio, owners, as_of, asked), present, slots)
        return slots, present

    def _finish(
        self, applications: Applications, part: slice, slots: NDArray[np.float64], out: NDArray[np.float64]
    ) -> None:
        for attribute, slot in self.plan.attributes:
            slots[:, slot] = attribute_values(applications, attribute, part)
        operate(slots, self.plan.operations, self.plan.constants, self.plan.feature_slots, out)


def signature(portfolio: Portfolio) -> Hashable:
    """Return what binding depends on: the tables and their columns."""
    return tuple(
        (name, table.time_columns, table.value_columns, table.code_columns)
        for name, table in portfolio.tables.items()
    )


def labels_of(portfolio: Portfolio, labelled: tuple[tuple[str, str], ...]) -> Hashable:
    """Return the labels of columns, which conditions on them depend on."""
    return tuple(
        tuple(portfolio.tables[table].vocabularies.get(column, ()))
        for table, column in labelled
        if table in portfolio.tables
    )


def reduce_views(
    bound: Bound,
    chunk: Chunk,
    covered: Mapping[str, NDArray[np.bool_]],
    slots: NDArray[np.float64],
) -> None:
    """Build every view once and run its programs over its rows.

    Arrays: ``covered`` shape (n_applications,); ``slots`` shape (n_applications, n_slots).
    """
    for view in bound.views:
        rows = view.view.build(chunk)
        block = with_extra(rows, view, chunk.portfolio) if view.extra_values else rows.values
        # read-only as the columns of tables are, so that the reduction is compiled for one type
        for array in (rows.times, block, rows.codes):
            array.setflags(write=False)
        there = covered[view.view.source]
        data = (rows.starts, rows.stops, rows.times, block, rows.codes, chunk.as_of, there)
        if view.program is not None:
            reduce_rows(*data, view.program, chunk.portfolio.calendar.clock, slots)
        for custom in view.customs:
            with blamed(custom.name):
                reduce_with(
                    custom.reducer, *data, custom.program, chunk.portfolio.calendar.clock, custom.slot,
                    custom.minimum, slots,
                )  # fmt: skip


def with_extra(rows: Rows, view: BoundView, portfolio: Portfolio) -> NDArray[np.float64]:
    """Append the table's further value columns that terms name to the block of a view.

    Returns shape (n_values, n_rows).
    """
    table = portfolio.tables[view.view.tables[0]]
    further = [table.values[table.row(name)][rows.origin] for name in view.extra_values]
    return np.vstack([rows.values, *further])


def attribute_values(applications: Applications, attribute: Attribute, part: slice) -> NDArray[np.float64]:
    """Return a column of the applications as numbers; a column that is not there is NaN.

    Returns shape (n_applications,).
    """
    name = attribute.column
    if attribute.as_ and name in applications.moments:
        return _age(applications, name, part)
    if name in applications.numeric and not attribute.as_:
        return applications.numeric[name][part]
    if name not in applications.text or attribute.as_:
        return np.full(applications.as_of[part].size, np.nan)
    if not attribute.category:
        raise ParameterError.must_be(f"applications.{name}", "numbers, or declared as a category", "text")
    texts = applications.text[name][part]
    if attribute.fold:
        texts = tuple(None if text is None else text.casefold() for text in texts)
    return np.array([stable_code(text) for text in texts], np.float64)


def _age(applications: Applications, name: str, part: slice) -> NDArray[np.float64]:
    """Days from a time to the moment; NaN where there is no time."""
    times = applications.moments[name][part]
    days = (applications.as_of[part] - times) / DAY
    return np.where(times == NEVER, np.nan, days)


def _readers(features: FeatureSet) -> dict[Attribute, frozenset[str]]:
    """Names of the features that read each column of the application."""
    found: dict[Attribute, set[str]] = {}
    for feature in features:
        for attribute in attributes(feature.formula):
            found.setdefault(attribute, set()).add(feature.name)
    return {attribute: frozenset(names) for attribute, names in found.items()}


def _unreadable(plan: Plan, applications: Applications) -> frozenset[Attribute]:
    """Columns that features name and the applications do not have, or have as a time."""
    known = (applications.numeric, applications.text)
    return frozenset(
        attribute
        for attribute, _ in plan.attributes
        if not (
            attribute.column in applications.moments
            if attribute.as_
            else any(attribute.column in columns for columns in known)
        )
    )


def run_in_threads(work: Callable[[int], None], starts: Sequence[int], threads: int | None) -> None:
    """Call ``work`` on every start, in this thread if there is one start or one thread."""
    if threads is not None and threads < 1:
        raise ParameterError.must_be("threads", "1 or more, or None for one a processor", threads)
    workers = 1 if len(starts) == 1 else min(threads or os.cpu_count() or 1, len(starts))
    if workers <= 1:
        for start in starts:
            work(start)
        return
    with ThreadPoolExecutor(workers) as pool:
        for _ in progress(pool.map(work, starts), what="features", total=len(starts)):
            pass
