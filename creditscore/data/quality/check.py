"""Put a portfolio to all checks of its quality."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Final, NamedTuple

import numpy as np

from creditscore._ground.arrays import Int32, Int64, distinct
from creditscore._ground.instants import NEVER
from creditscore._ground.zones import Calendar
from creditscore.data.applications import Applications
from creditscore.data.door.quarantine import QuarantinedRows
from creditscore.data.quality.bounds import QualityBounds
from creditscore.data.quality.figures import ColumnQuality, QualityFinding, TableQuality
from creditscore.data.quality.result import Quality
from creditscore.data.quality.sheets import Sheet, month_text, sheet_of, sheet_of_applications
from creditscore.data.quality.shifts import Shifted, drift_of, sizes_by_month, sizes_by_owner
from creditscore.data.quality.torn import end_of, impossible, repeated, silence, thin_months
from creditscore.data.sources import CONNECTIONS, CONSENTS
from creditscore.data.tables.contracts import APPLICATIONS
from creditscore.data.tables.events import EventTable
from creditscore.data.tables.parties import PARTIES
from creditscore.data.visible import HAPPENED, SUPERSEDED

_FEWEST_REPEATED: Final = 5
# Of one month more may repeat than of all, and so many at least.
_OF_A_MONTH: Final = 10.0
_FEWEST_OF_A_MONTH: Final = 20
# What chance alone does to an index, so many times, is no drift.
_CHANCES: Final = 3.0
# Nor is what a column does every month.
_USUALLY: Final = 4.0
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


class Given(NamedTuple):
    """What is checked: the parts of a portfolio, and applications beside it."""

    tables: Mapping[str, EventTable]
    quarantined: Mapping[str, QuarantinedRows]
    calendar: Calendar
    loan_codes: Int32
    n_loans: int
    applicants: frozenset[Any]
    applications: Applications | None


def check_quality(given: Given, bounds: QualityBounds, moment: int | None) -> Quality:
    """Measure everything and compare it with the bounds; the moment is in microseconds."""
    sheets = [sheet_of(table, given.calendar) for name, table in given.tables.items() if name != PARTIES]
    if given.applications is not None:
        sheets.append(sheet_of_applications(given.applications, given.calendar))
    end = end_of(sheets) if moment is None else moment
    found: list[QualityFinding] = []
    tables = []
    asked = end if given.applications is None else min(end, int(given.applications.as_of.max()))
    for sheet in sheets:
        one = _Checking(sheet, given, bounds, end, asked if moment is None else moment)
        tables.append(one.table())
        found += one.found
    found += [*_unknown(given, bounds), *_unknown_parties(given, bounds)]
    kept = tuple(one for one in found if one.check not in bounds.ignore)
    return Quality(_EPOCH + timedelta(microseconds=end), tuple(tables), kept, bounds)


class _Checking:
    """One table being checked; findings gather in `found`."""

    def __init__(self, sheet: Sheet, given: Given, bounds: QualityBounds, moment: int, asked: int) -> None:
        self.sheet = sheet
        self.given = given
        self.bounds = bounds
        self.moment = moment
        self.asked = asked
        self.found: list[QualityFinding] = []

    def note(
        self, check: Any, column: str, month: int, count: int, value: float, bound: float, detail: str = ""
    ) -> None:
        when = "" if month < 0 else month_text(month)
        self.found.append(
            QualityFinding(check, self.sheet.name, column, when, int(count), float(value), bound, detail)
        )

    def table(self) -> TableQuality:
        sheet = self.sheet
        self._refused()
        self._impossible()
        self._gaps()
        self._sizes()
        again = self._repeated()
        days = self.given.calendar.local_days(np.sort(sheet.at)[[0, -1]] if sheet.n_rows else sheet.at)
        months, counts = np.unique(sheet.month, return_counts=True)
        aside = self.given.quarantined.get(sheet.name)
        return TableQuality(
            table=sheet.name,
            source=sheet.source,
            rows=sheet.n_rows,
            owners=distinct(sheet.owner).size,
            duplicates=again,
            refused=0 if aside is None else aside.count,
            first=str(days[0].astype("M8[D]")) if sheet.n_rows else "",
            last=str(days[-1].astype("M8[D]")) if sheet.n_rows else "",
            age_days=self._freshness(),
            months=tuple((month_text(m), int(n)) for m, n in zip(months.tolist(), counts, strict=True)),
            columns=tuple(self._columns()),
        )

    def _refused(self) -> None:
        aside = self.given.quarantined.get(self.sheet.name)
        if aside is None:
            return
        share = aside.count / (aside.count + self.sheet.n_rows)
        if share > self.bounds.refused_share:
            for rule, count in aside.reasons.items():
                self.note("refused", "", -1, count, share, self.bounds.refused_share, rule)

    def _impossible(self) -> None:
        rows = max(1, self.sheet.n_rows)
        for check, column, wrong in impossible(self.sheet, self.moment, _opened(self.sheet, self.given)):
            count = int(wrong.sum())
            if count / rows > self.bounds.impossible_share:
                self.note(check, column, -1, count, count / rows, self.bounds.impossible_share)

    def _gaps(self) -> None:
        if self.sheet.name in (CONNECTIONS, CONSENTS):  # what people decide comes in waves, and is no feed
            return
        for month, rows, share in thin_months(self.sheet):
            if share < self.bounds.gap_ratio:
                self.note("gap", "", month, rows, share, self.bounds.gap_ratio)

    def _repeated(self) -> int:
        sheet, again = self.sheet, repeated(self.sheet)
        total, most = int(again.sum()), self.bounds.duplicate_share
        if total >= _FEWEST_REPEATED and total / sheet.n_rows > most:
            self.note("duplicates", "", -1, total, total / sheet.n_rows, most)
        elif total:
            months, month = np.unique(sheet.month, return_inverse=True)
            by_month = np.bincount(month, weights=again)
            shares = by_month / np.bincount(month)
            worse = (by_month >= _FEWEST_OF_A_MONTH) & (shares > _OF_A_MONTH * most)
            for at in np.flatnonzero(worse).tolist():
                self.note("duplicates", "", int(months[at]), by_month[at], shares[at], _OF_A_MONTH * most)
        return total

    def _freshness(self) -> float:
        age, longest = silence(self.sheet, self.asked)
        most = self.bounds.freshness_of(self.sheet.name)
        bound = self.bounds.silence_ratio * longest if most is None else most
        if age > bound and self.sheet.contract is not APPLICATIONS:
            self.note("freshness", "", -1, self.sheet.n_rows, age, bound)
        return age

    def _sizes(self) -> None:
        ratio = self.bounds.scale_ratio
        for column in self.sheet.money:
            for one in sizes_by_month(self.sheet, column):
                if one.value > ratio:
                    self.note("scale_month", column, one.month, one.number, one.value, ratio)
            owners = sizes_by_owner(self.sheet, column, ratio)
            if owners is not None:
                self.note("scale_owner", column, -1, owners.number, owners.value, ratio)

    def _columns(self) -> Iterator[ColumnQuality]:
        drifts: dict[str, Shifted] = {}
        for name, shifts in drift_of(self.sheet):
            usual = float(np.median([one.value for one in shifts])) if shifts else 0.0
            for one in shifts:
                bound = max(self.bounds.drift_psi + _CHANCES * one.by_chance, _USUALLY * usual)
                if one.value > bound:
                    self.note("drift", name, one.month, one.number, one.value, bound)
                if name not in drifts or one.value > drifts[name].value:
                    drifts[name] = one
        for name, there in self.sheet.filled().items():
            share = float(there.mean()) if there.size else float("nan")
            least = self.bounds.completeness.get(f"{self.sheet.name}.{name}")
            if least is not None and not share >= least:
                self.note("completeness", name, -1, int((~there).sum()), share, least)
            worst = drifts.get(name)
            yield ColumnQuality(
                name,
                share,
                float("nan") if worst is None else worst.value,
                "" if worst is None else month_text(worst.month),
            )
        yield from self._absent()

    def _absent(self) -> Iterator[ColumnQuality]:
        """Name columns that a bound asks for and that were never given."""
        for name, least in self.bounds.completeness.items():
            table, _, column = name.partition(".")
            known = {*self.sheet.filled(), self.sheet.contract.row_time, self.sheet.contract.owner}
            if table == self.sheet.name and column not in known:
                if least > 0.0:
                    self.note("completeness", column, -1, self.sheet.n_rows, 0.0, least)
                yield ColumnQuality(column, 0.0, float("nan"), "")


def _opened(sheet: Sheet, given: Given) -> Int64 | None:
    """When the loan of each row was opened; None for tables of no loan."""
    loans = given.tables.get("loans")
    if loans is None or sheet.contract.loan_column is None or sheet.name == loans.name:
        return None
    opened = np.full(given.n_loans + 1, NEVER, np.int64)
    kept = loans.times[SUPERSEDED] == NEVER
    opened[given.loan_codes[kept]] = loans.times[HAPPENED][kept]
    codes = sheet.codes.get("loan", sheet.owner)
    return np.asarray(opened[codes], np.int64)


def _unknown(given: Given, bounds: QualityBounds) -> Iterator[QualityFinding]:
    if given.applications is None or not len(given.applications):
        return
    ids = set(given.applications.applicant_ids)
    unknown = len(ids - given.applicants)
    if unknown / len(ids) > bounds.unknown_share:
        yield QualityFinding(
            "unknown_applicants", "applications", "applicant_id", "", unknown, unknown / len(ids),
            bounds.unknown_share,
        )  # fmt: skip


def _unknown_parties(given: Given, bounds: QualityBounds) -> Iterator[QualityFinding]:
    """Count who is named in an application that is not there: a slip in an id leaves somebody out unseen."""
    table = given.tables.get(PARTIES)
    if given.applications is None or table is None or not table.n_rows:
        return
    asked = set(map(str, given.applications.application_ids))
    strange = [str(label) not in asked for label in table.vocabularies["application_id"]]
    unknown = int(np.array(strange, np.bool_)[table.column("application_id")].sum())
    if unknown / table.n_rows > bounds.parties_share:
        yield QualityFinding(
            "unknown_applications", PARTIES, "application_id", "", unknown, unknown / table.n_rows,
            bounds.parties_share,
        )  # fmt: skip
