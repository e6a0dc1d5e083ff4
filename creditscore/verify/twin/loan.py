"""The state of loans once more, from plain records with plain Python: slow, obvious, and of its own making.

Nothing here is shared with the library. Money is allocated instalment by instalment, versions are looked up
in lists, and days are dates on the calendar of a zone.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

Record = dict[str, Any]
TICK = timedelta(microseconds=1)
DAY = timedelta(days=1)
MONTH = timedelta(days=30)


def days_between(start: datetime, stop: datetime, zone: str) -> int:
    """How many times the date changes from one instant to another, on the clock of a zone."""
    first, last = (at.astimezone(ZoneInfo(zone)).date() for at in (start, stop))
    return (last - first).days


def back(at: datetime, months: int, zone: str) -> datetime:
    """The same date and time on the clock of a zone so many months before; the last day of a short month."""
    if months == 0:
        return at
    shown = at.astimezone(ZoneInfo(zone)).replace(tzinfo=None, fold=0)
    year, month = divmod(shown.year * 12 + shown.month - 1 - months, 12)
    day = min(shown.day, monthrange(year, month + 1)[1])
    then = shown.replace(year=year, month=month + 1, day=day)
    found = then.replace(tzinfo=ZoneInfo(zone))
    if found.astimezone(UTC).astimezone(ZoneInfo(zone)).replace(tzinfo=None) != then:
        found = found.replace(fold=1)  # the clock skips it: as if it had been put forward before
    return found.astimezone(UTC)


def next_day(at: datetime, zone: str) -> datetime:
    """The midnight that ends a day, on the clock of a zone."""
    following = at.astimezone(ZoneInfo(zone)).date() + DAY
    return datetime.combine(following, time(), ZoneInfo(zone)).astimezone(UTC)


def newest_versions(
    rows: list[Record], key: Callable[[Record], Any], known: Callable[[Record], datetime], moment: datetime
) -> list[Record]:
    """Of each event the version that was known last before the moment."""
    chosen: dict[Any, Record] = {}
    for row in rows:
        if known(row) < moment and (key(row) not in chosen or known(row) > known(chosen[key(row)])):
            chosen[key(row)] = row
    return list(chosen.values())


def fact(row: Record, name: str, moment: datetime) -> datetime | None:
    """A fact time, if it had happened and was known before the moment."""
    happened = row.get(name)
    if happened is None or not happened < moment:
        return None
    known = row.get(name.removesuffix("_time") + "_known_time") or happened
    return happened if known < moment else None


class Course:
    """The course of one loan as known before a moment."""

    def __init__(
        self,
        tables: dict[str, list[Record]],
        loan: Record,
        moment: datetime,
        materiality: float = 0.0,
        zone: str = "UTC",
    ) -> None:
        """Collect schedule, payments, reports and facts."""
        self.zone: str = zone
        self.until: datetime = moment
        self.recorded: bool = records_payments(tables)
        self.loan: Record = loan
        self.moment: datetime = moment
        self.materiality: float = materiality
        loan_known = min(known_time(row) for row in tables["loans"] if row["loan_id"] == loan["loan_id"])
        mine = {
            name: [row for row in rows if row.get("loan_id") == loan["loan_id"]]
            for name, rows in tables.items()
        }
        instalments = newest_versions(
            mine.get("instalments", []),
            lambda row: row.get("instalment_no") or row["due_time"],
            lambda row: row.get("known_time") or loan_known,
            moment,
        )
        self.instalments: list[Record] = sorted(instalments, key=lambda row: row["due_time"])
        payments = sorted(self._paid(mine), key=lambda payment: payment[0])
        self.payments: list[tuple[datetime, float]] = [(when, amount) for when, amount, _, _ in payments]
        self.others: set[datetime] = {when for when, _, by, _ in payments if by in ("guarantor", "collector")}
        self.delays: list[timedelta] = [known - when for when, _, _, known in payments]
        statements = newest_versions(
            mine.get("statements", []), lambda row: row["event_time"], known_time, moment
        )
        self.statements: list[Record] = sorted(
            (row for row in statements if row["event_time"] < moment), key=lambda row: row["event_time"]
        )
        self.written_off: datetime | None = fact(loan, "written_off_time", moment)
        self.restructured: datetime | None = fact(loan, "restructured_time", moment)
        self.closed: datetime | None = None if self.written_off else fact(loan, "closed_time", moment)
        self.reports: list[tuple[datetime, float]] = self._reported()

    def _paid(self, mine: dict[str, list[Record]]) -> Iterator[tuple[datetime, float, Any, datetime]]:
        """Payments apart and within the schedule: when, how much, by whom, and since when that was known."""
        rows = newest_versions(
            mine.get("repayments", []), lambda row: row.get("event_id") or id(row), known_time, self.moment
        )
        for row in rows:
            if row["event_time"] < self.moment:
                yield row["event_time"], row["amount"], row.get("paid_by"), known_time(row)
        for row in self.instalments:
            when = fact(row, "paid_time", self.moment)
            if when is not None:
                amount = row.get("paid_amount")
                known = row.get("paid_known_time") or when
                yield when, row["due_amount"] if amount is None else amount, row.get("paid_by"), known

    def _reported(self) -> list[tuple[datetime, float]]:
        """Days past due as reported, where there is no schedule, until it was closed."""
        reports = [
            (row["event_time"], row["days_past_due"])
            for row in self.statements
            if row.get("days_past_due") is not None and not self.instalments
        ]
        return [report for report in reports if not self.closed or report[0] <= self.closed]

    @property
    def is_known(self) -> bool:
        """Whether there is a schedule or a report."""
        return bool(self.instalments or self.reports)

    def report(self, delays: list[timedelta]) -> None:
        """Take it that payments are passed on as late as those of a lender were; know no more than that."""
        said = fact(self.loan, "reported_time", self.moment)
        late = [delay for delay in delays if delay >= DAY]
        lagging = len(delays) >= 2 and len(late) > len(delays) / 2
        lag = min(max(delays), timedelta(days=92)) if lagging else timedelta(0)
        known = [when for when, _ in (*self.payments, *self.reports)] + [
            self.closed or said or self.moment - lag
        ]
        self.until = max([said or self.moment - lag, *known])

    @property
    def falling(self) -> list[int]:
        """Instalments that came due before the loan ended, and the one that stands for settling it early."""
        ends = [end for end in (self.ended, self.written_off, self.closed) if end]
        dues = [row["due_time"] for row in self.instalments]
        fallen = [k for k, due in enumerate(dues) if not ends or days_between(min(ends), due, self.zone) <= 0]
        if not ends or len(fallen) == len(dues) or self.written_off == min(ends) != self.ended:
            return fallen
        for k in fallen:
            settled = self.settled(k)
            if settled is None or (settled >= min(ends) and days_between(dues[k], settled, self.zone) > 0):
                return fallen
        if self.given_back:
            return []
        return [*fallen, len(fallen)]

    @property
    def given_back(self) -> bool:
        """Whether it was over with nothing fallen due, in a week or the first half of the time to that."""
        ends = [end for end in (self.ended, self.written_off, self.closed) if end]
        dues = [row["due_time"] for row in self.instalments]
        if not ends or any(days_between(due, min(ends), self.zone) >= 0 for due in dues):
            return False
        kept = days_between(self.loan["event_time"], min(ends), self.zone)
        whole = days_between(self.loan["event_time"], min(dues), self.zone) if dues else 0
        return kept < 8 or kept < whole / 2

    def is_lump(self, k: int) -> bool:
        """Whether an instalment stands for several that were settled before their time."""
        ends = [end for end in (self.ended, self.written_off, self.closed) if end]
        due = self.instalments[k]["due_time"]
        return bool(ends) and days_between(min(ends), due, self.zone) > 0 and k + 1 < len(self.instalments)

    def covered(self, at: datetime) -> list[float]:
        """How much of each instalment payments before a moment had covered."""
        pool = sum(amount for when, amount in self.payments if when < at)
        out = []
        for row in self.instalments:
            part = max(min(pool, row["due_amount"]), 0.0)
            out.append(part)
            pool -= part
        return out

    def is_missing(self, k: int, at: datetime) -> bool:
        """Whether payments before a moment left more than the tolerance of an instalment."""
        due = self.instalments[k]["due_amount"]
        return bool(due - self.covered(at)[k] > max(due / 100, self.materiality) + 1e-6)

    def is_owing(self, at: datetime) -> bool:
        """Whether any instalment, due or not, was not paid at a moment."""
        return any(self.is_missing(k, at) for k in range(len(self.instalments)))

    def is_unpaid(self, k: int, at: datetime) -> bool:
        """The same, but nothing is owed any more after closing."""
        return not (self.closed and at > self.closed) and self.is_missing(k, at)

    def dpd(self, at: datetime) -> float:
        """Days past due at a moment."""
        if self.closed and at > self.closed:
            return 0.0
        at = min(at, self.until)
        if not self.instalments:
            earlier = [dpd for when, dpd in self.reports if when < at]
            return float(earlier[-1]) if earlier else 0.0
        for k, row in enumerate(self.instalments):
            if self.is_unpaid(k, at):
                return float(max(0, days_between(row["due_time"], at, self.zone)))
        return 0.0

    def worst(self, start: datetime, stop: datetime) -> float:
        """Largest days past due: at moments in (start, stop], or of reports in [start, stop)."""
        if not self.instalments:
            return float(max([dpd for when, dpd in self.reports if start <= when < stop], default=0.0))
        stop = min(stop, self.until)
        moments = [when for when, _ in self.payments if start < when <= stop]
        moments += [self.closed] if self.closed and start < self.closed <= stop else []
        return max(self.dpd(at) for at in [*moments, stop]) if stop > start else 0.0

    def settled(self, k: int) -> datetime | None:
        """When an instalment came to be paid for good."""
        settled = None
        if not self.is_missing(k, self.moment):
            before = [when for when, _ in self.payments if self.is_missing(k, when)]
            settled = before[-1] if before else self.instalments[k]["due_time"]
        if self.closed and (settled is None or settled > self.closed):
            settled = self.closed
        return settled

    def days_late(self, k: int) -> float | None:
        """Days from due to paid, or to the end of reports; None while neither paid nor late."""
        due, settled = self.instalments[k]["due_time"], self.settled(k)
        if settled is not None:
            return float(days_between(due, settled, self.zone))
        late = days_between(due, min(self.moment, self.until), self.zone)
        return float(late) if late > 0 else None

    def paid_by_other(self, k: int) -> bool:
        """Whether a guarantor or a collector made the payment that settled an instalment."""
        before = [when for when, _ in self.payments if self.is_missing(k, when)]
        return bool(before) and not self.is_missing(k, self.moment) and before[-1] in self.others

    @property
    def left_unpaid(self) -> bool:
        """Whether it was closed though recorded payments left something due unpaid."""
        if not self.recorded or not self.closed:
            return False
        dues = [k for k in range(len(self.instalments)) if self.has_come(k, self.closed)]
        return any(self.is_missing(k, self.closed + TICK) for k in dues)

    def has_come(self, k: int, at: datetime) -> bool:
        """Whether the due day of an instalment was no later than a day."""
        return days_between(at, self.instalments[k]["due_time"], self.zone) <= 0

    @property
    def ended(self) -> datetime | None:
        """When the loan was closed or wholly paid."""
        if self.closed or not self.payments or not self.instalments:
            return self.closed
        if self.is_owing(self.moment):
            return None
        if sum(row["due_amount"] for row in self.instalments) < (self.loan.get("amount") or 0.0):
            return None
        owing = [when for when, _ in self.payments if self.is_owing(when)]
        return owing[-1] if owing else None


def records_payments(tables: dict[str, list[Record]]) -> bool:
    """Whether a ledger says at all when loans were paid."""
    return bool(tables.get("repayments")) or any("paid_time" in row for row in tables.get("instalments", []))


def known_time(row: Record) -> datetime:
    """When a row became known."""
    known: datetime = row.get("known_time") or row["event_time"]
    return known


def loans_of(
    tables: dict[str, list[Record]], applicant: object, moment: datetime, role: str = "borrower"
) -> Iterator[Record]:
    """The loans that an applicant had in a role, oldest first."""
    rows = [row for row in tables.get("loans", []) if row["applicant_id"] == applicant]
    newest = newest_versions(rows, lambda row: row["loan_id"], known_time, moment)
    for row in sorted(newest, key=lambda row: row["event_time"]):
        if row["event_time"] < moment and (row.get("role") or "borrower") == role:
            yield row
