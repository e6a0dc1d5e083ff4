"""What became of an application: bad, good, or undecided."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from creditscore._ground.arrays import Flags, Float64, Int8, Int64, read_only
from creditscore._ground.asked import check_made
from creditscore._ground.compiled import compiled, nested
from creditscore._ground.instants import MOST_DAYS, parse_duration
from creditscore._ground.numbers import is_finite_number
from creditscore._ground.pickling import reduced
from creditscore.data.door.clock import instant
from creditscore.data.given import check_given
from creditscore.data.loans.allocation import (
    INSTALMENTS,
    Loans,
    LoanTables,
    Path,
    reconstruct,
    scratch_path,
)
from creditscore.data.loans.delinquency import (
    days_past_due_at,
    is_known,
    visible_loan_row,
    worst_reported,
    worst_scheduled,
)
from creditscore.data.loans.laid_out import loan_tables
from creditscore.data.tables.ids import Ids
from creditscore.data.visible import fact_time
from creditscore.errors import ContractError, ParameterError, Problem, shown

if TYPE_CHECKING:
    import pandas as pd

    from creditscore.data.applications import Applications
    from creditscore.data.portfolio import Portfolio

STATUSES: Final = (
    "good", "bad", "indeterminate", "immature", "no_loan", "unobserved", "already_bad", "mismatched",
)  # fmt: skip
_GOOD, _BAD, _INDETERMINATE, _IMMATURE, _NO_LOAN, _UNOBSERVED, _ALREADY_BAD, _MISMATCHED = range(8)
# A loan that is named and is not there, or is another person's; -1 is an application without one.
_NOT_THEIRS: Final = -2


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Outcomes:
    """What became of each application, and why.

    Attributes
    ----------
    application_ids : tuple, length n
    labels : ndarray of float64, shape (n,)
        1 bad, 0 good, NaN everything else.
    codes : ndarray of int8, shape (n,)
        Position of each application's status in ``STATUSES``.
    worst_dpd : ndarray of float64, shape (n,)
        Largest days past due in the window; NaN where there is no loan or nothing says how it was repaid.
    """

    application_ids: tuple[Any, ...]
    labels: Float64
    codes: Int8
    worst_dpd: Float64

    def __post_init__(self) -> None:
        for array in (self.labels, self.codes, self.worst_dpd):
            read_only(array)

    def __reduce__(self) -> tuple[Any, ...]:
        return reduced(self, self.__slots__)

    def __len__(self) -> int:
        return self.labels.size

    @property
    def status(self) -> tuple[str, ...]:
        """The status of each application, one of ``STATUSES``."""
        return tuple(STATUSES[code] for code in self.codes.tolist())

    @property
    def counts(self) -> Mapping[str, int]:
        """How many applications have each status."""
        number = np.bincount(self.codes, minlength=len(STATUSES))
        return {status: int(count) for status, count in zip(STATUSES, number, strict=True)}

    @property
    def decided(self) -> Flags:
        """Which applications are good or bad, shape (n,): those that a model can learn from."""
        return np.isfinite(self.labels)

    @property
    def bad_rate(self) -> float:
        """Share of bad among the decided; NaN without any."""
        decided = self.labels[self.decided]
        return float(decided.mean()) if decided.size else float("nan")

    def to_frame(self) -> pd.DataFrame:
        """Write as a dataframe: application_id, status, bad, worst_dpd."""
        import pandas as pd

        columns = {"status": self.status, "bad": self.labels, "worst_dpd": self.worst_dpd}
        return pd.DataFrame({"application_id": self.application_ids} | columns)

    def __repr__(self) -> str:
        parts = ", ".join(f"{count:,} {status}" for status, count in self.counts.items() if count)
        return f"Outcomes({len(self):,} applications: {parts}; bad rate {self.bad_rate:.2%})"

    def _repr_html_(self) -> str:
        rows = "".join(
            f"<tr><td>{status}</td><td>{count:,}</td></tr>" for status, count in self.counts.items()
        )
        return f"<table dir='auto'><caption>Outcomes of {len(self):,} applications</caption>{rows}</table>"


@dataclass(frozen=True, slots=True)
class OutcomeRule:
    """When a loan counts as bad.

    A loan is bad if, after the application and within the window, it came to be ``bad_dpd`` days past due or
    was written off; indeterminate if it came to ``indeterminate_dpd``; else good. An application whose window
    was not over when the data were extracted is immature and left out, *also if its loan is bad already*:
    otherwise young applications would count when bad and not when good, and the bad rate would rise. A loan
    that was bad at the moment of the application (so many days past due, or written off) is no outcome of it:
    it is ``already_bad``, left out and counted.

    Parameters
    ----------
    bad_dpd : int
        Days past due, 1 or more.
    window : str
        A duration such as ``"365d"``.
    indeterminate_dpd : int or None
        Days past due, 1 to ``bad_dpd``; None: everything below ``bad_dpd`` is good.
    reporting_lag : str
        How long facts may take to arrive; a window must have been over for so long.
    materiality : float
        Money, 0 or more: what may be missing of an instalment besides 1 % of it.
    restructured_is_bad : bool
        Whether easing the terms within the window makes a loan bad.

    Raises
    ------
    ParameterError
        If a parameter has a value that it cannot take.

    Examples
    --------
    >>> from creditscore.data.applications import Applications
    >>> from creditscore.data.portfolio import Portfolio
    >>> loan = {"loan_id": 1, "applicant_id": "a", "event_time": "2024-01-01T09:00:00Z"}
    >>> due = {"loan_id": 1, "applicant_id": "a", "due_time": "2024-02-01T00:00:00Z", "due_amount": 100.0}
    >>> asked = {"application_id": 7, "applicant_id": "a", "as_of": "2024-01-01T08:00:00Z", "loan_id": 1}
    >>> portfolio = Portfolio.from_records({"loans": [loan], "instalments": [due]})
    >>> OutcomeRule().label(Applications.from_records(asked), portfolio, "2025-03-01T00:00:00Z")
    Outcomes(1 applications: 1 bad; bad rate 100.00%)
    """

    bad_dpd: int = 90
    window: str = "365d"
    indeterminate_dpd: int | None = 30
    reporting_lag: str = "0d"
    materiality: float = 0.0
    restructured_is_bad: bool = False

    def __post_init__(self) -> None:
        if not (is_finite_number(self.bad_dpd) and 1 <= self.bad_dpd <= MOST_DAYS):
            raise ParameterError.must_be("bad_dpd", "from 1 day to 36,525 days (100 years)", self.bad_dpd)
        check_made("restructured_is_bad", self.restructured_is_bad, bool, "True or False")
        unsure = self.indeterminate_dpd
        if unsure is not None and not (is_finite_number(unsure) and 1 <= unsure <= self.bad_dpd):
            raise ParameterError.must_be(
                "indeterminate_dpd", "None, or from 1 to bad_dpd days", self.indeterminate_dpd
            )
        if not (is_finite_number(self.materiality) and self.materiality >= 0.0):
            raise ParameterError.must_be("materiality", "0 or more", self.materiality)
        if parse_duration(self.window) == 0:
            raise ParameterError.must_be("window", "longer than 0 days", self.window)
        parse_duration(self.reporting_lag, parameter="reporting_lag")

    def to_dict(self) -> dict[str, Any]:
        """Write the rule as plain data."""
        return {field.name: getattr(self, field.name) for field in fields(self)}

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> OutcomeRule:
        """Read back what ``to_dict`` wrote.

        Raises
        ------
        ParameterError
            If a field is unknown, or a value is one that it cannot take.
        """
        known = {field.name for field in fields(cls)}
        extra = sorted(set(data) - known)
        if extra:
            raise ParameterError(
                f"An outcome rule has no field {extra[0]!r}. Known: {', '.join(sorted(known))}."
            )
        return cls(**data)

    def label(
        self,
        applications: Applications,
        portfolio: Portfolio,
        extracted_at: datetime | str | np.datetime64 | int,
        *,
        set_aside: bool = False,
    ) -> Outcomes:
        """Tell what became of each application, from what was known when the data were extracted.

        Parameters
        ----------
        applications : Applications
            With ``loan_id``: the loan that each became, missing where it became none.
        portfolio : Portfolio
            With ``loans``, and with ``instalments``, ``statements`` or at least ``loans.written_off_time``.
            Where it has neither schedule nor statements for any loan, being written off alone decides.
        extracted_at : datetime with a zone, ISO 8601 text with a zone, numpy.datetime64 in UTC, or int
            An int is microseconds since 1970-01-01 UTC.
        set_aside : bool
            Whether applications whose loan is in no table, or is another person's, are ``mismatched``, left
            out and counted, and not refused.

        Returns
        -------
        Outcomes
            ``no_loan``: no loan, or not known at extraction; ``unobserved``: nothing says how it was repaid,
            or it was sold within the window without having turned bad.

        Raises
        ------
        ContractError
            If a table or column is not there without which nothing can be said, or a loan is in no table or
            is another person's.
        ParameterError
            If ``extracted_at`` is not an instant after the first application, or loans are named by text
            here and by whole numbers there.
        """
        check_given(applications=applications, portfolio=portfolio)
        check_made("set_aside", set_aside, bool, "True or False")
        extracted = instant(extracted_at, "extracted_at")
        if len(applications) and extracted <= int(applications.as_of.min()):
            raise ParameterError.must_be("extracted_at", "after the first of the applications", extracted_at)
        return labels_of_part(self, applications, portfolio, extracted, set_aside=set_aside)


def labels_of_part(
    rule: OutcomeRule, applications: Applications, portfolio: Portfolio, extracted: int, *, set_aside: bool
) -> Outcomes:
    """Label applications that may all lie after the extraction, as a part of many may.

    Parameters
    ----------
    rule : OutcomeRule
    applications : Applications
    portfolio : Portfolio
    extracted : int
        Microseconds since 1970-01-01 UTC.
    set_aside : bool

    Raises
    ------
    ContractError
    ParameterError
        As `OutcomeRule.label` does.
    """
    loans = _loan_codes(applications, portfolio, set_aside=set_aside)
    watched = "instalments" in portfolio.tables or "statements" in portfolio.tables
    if not watched and portfolio.tables["loans"].row("written_off_time") < 0:
        raise ContractError([_unwatched()])
    tables = loan_tables(portfolio, rule.materiality)
    owners = np.append(portfolio.loan_owner, -1)[np.maximum(loans, -1)]
    lag, window = parse_duration(rule.reporting_lag), parse_duration(rule.window)
    unsure = float(rule.bad_dpd if rule.indeterminate_dpd is None else rule.indeterminate_dpd)
    judged_by = (float(rule.bad_dpd), unsure, rule.restructured_is_bad, watched)
    codes, worst = _judge(tables, owners, loans, applications.as_of, window, lag, extracted, judged_by)
    labels = np.where(codes == _BAD, 1.0, np.where(codes == _GOOD, 0.0, np.nan))
    return Outcomes(applications.application_ids, labels, codes, worst)


@compiled
def _judge(
    tables: LoanTables,
    owners: Int64,
    loans: Int64,
    as_of: Int64,
    window: int,
    lag: int,
    extracted: int,
    rule: tuple[float, float, bool, bool],
) -> tuple[Int8, Float64]:
    """Status of each application and its worst days past due."""
    bad_dpd, unsure_dpd, restructured_is_bad, watched = rule
    codes, worst = np.full(loans.size, _NO_LOAN, np.int8), np.full(loans.size, np.nan)
    path = scratch_path(tables, owners)
    for i in range(loans.size):
        if loans[i] == _NOT_THEIRS:
            codes[i] = _MISMATCHED
        if loans[i] < 0:
            continue
        row = visible_loan_row(tables.loans, owners[i], loans[i], extracted)
        if row < 0:
            continue
        start, stop = as_of[i], as_of[i] + window
        reconstruct(tables, path, owners[i], row, extracted)
        if path.facts[INSTALMENTS] > 0:
            worst[i] = worst_scheduled(path, start, min(stop, extracted))
        elif is_known(path):
            worst[i] = worst_reported(path, start + 1, stop + 1)
        lost = start < fact_time(tables.loans.times, tables.loans.written_off, row, extracted) <= stop
        eased = start < fact_time(tables.loans.times, tables.loans.restructured, row, extracted) <= stop
        sold = fact_time(tables.loans.times, tables.loans.sold, row, extracted) <= stop
        if _was_bad(tables.loans, path, row, start, extracted, rule):
            codes[i] = _ALREADY_BAD
        elif stop + lag > extracted:
            codes[i] = _IMMATURE
        elif lost or (eased and restructured_is_bad) or worst[i] >= bad_dpd:
            codes[i] = _BAD
        elif sold or (watched and not is_known(path)):
            codes[i] = _UNOBSERVED
        else:
            codes[i] = _INDETERMINATE if worst[i] >= unsure_dpd else _GOOD
    return codes, worst


@nested
def _was_bad(
    loans: Loans, path: Path, row: int, moment: int, extracted: int, rule: tuple[float, float, bool, bool]
) -> bool:
    """Whether a loan was bad at a moment already: past due, written off, or eased where that counts."""
    bad_dpd, _, restructured_is_bad, _ = rule
    lost = fact_time(loans.times, loans.written_off, row, extracted) <= moment
    eased = restructured_is_bad and fact_time(loans.times, loans.restructured, row, extracted) <= moment
    return bool(lost or eased or days_past_due_at(path, moment + 1) >= bad_dpd)


def _loan_codes(applications: Applications, portfolio: Portfolio, *, set_aside: bool) -> Int64:
    """The loan that each application became, as a position in ``portfolio.loan_ids``; negative for none."""
    if applications.loan_ids is None:
        remedy = "Add the column to applications, or give the outcomes as 0 and 1."
        raise ContractError(
            [Problem("applications", "loan_id", "the column is not there", len(applications), (), remedy)]
        )
    if "loans" not in portfolio.tables:
        raise ContractError(
            [Problem("loans", "", "the table is not there", 0, (), "Give it to the portfolio.")]
        )
    named = np.array([loan_id is not None for loan_id in applications.loan_ids], np.bool_)
    loans = np.full(named.size, -1, np.int64)
    loans[named] = Ids(portfolio.loan_ids, "loan_id").codes(
        [x for x in applications.loan_ids if x is not None]
    )
    absent = named & (loans < 0)
    owner = np.append(portfolio.loan_owner, -1)[loans]
    others = (loans >= 0) & (portfolio.codes(applications.applicant_ids) != owner)
    if not (set_aside or "loans" in portfolio.quarantined):
        _refuse(applications, absent, others)
    loans[absent | others] = _NOT_THEIRS
    return loans


def _refuse(applications: Applications, absent: Flags, others: Flags) -> None:
    remedy = "Correct the id, or say set_aside=True to count and leave out."
    rules = ("must be a loan of the loans table", "the loan must belong to the applicant of the application")
    problems = []
    for rule, rows in zip(rules, (absent, others), strict=True):
        first = [
            f"row {row} application_id {shown(applications.application_ids[row])}"
            for row in np.flatnonzero(rows)[:3].tolist()
        ]
        if first:
            problems.append(Problem("applications", "loan_id", rule, int(rows.sum()), tuple(first), remedy))
    if problems:
        raise ContractError(problems)


def _unwatched() -> Problem:
    remedy = "Give instalments, statements, or the time at which loans were written off."
    return Problem("loans", "written_off_time", "nothing says how loans were repaid", 0, (), remedy)
