"""Make the profile of one applicant from the rows that were known."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Final

import numpy as np

from creditscore._ground.arrays import Float64, Int64
from creditscore._ground.instants import DAY
from creditscore._ground.zones import Calendar
from creditscore.data.profile.known import KnownRows, known_rows
from creditscore.data.profile.values import (
    ChannelUse,
    CustomerProfile,
    Level,
    Milestone,
    SourceSeen,
    SourceStatus,
)
from creditscore.data.sources import CONNECTIONS, CONSENTS, SOURCES, Source
from creditscore.data.tables.events import EventTable
from creditscore.errors import ParameterError

# From so many on a number of other people is said.
FEWEST_OTHERS: Final = 5
DIGITAL: Final = ("app", "web")
# Upper ends of the bands of age, each belonging to its band.
_AGES: Final = ((17, "0-17"), (25, "18-25"), (35, "26-35"), (50, "36-50"), (65, "51-65"), (130, "66+"))
_MOSTLY, _PARTLY = 0.6, 0.2
_THICK_SOURCES, _THICK_DAYS = 2, 180
_TIMELINE_MONTHS: Final = 24
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


def make_profile(
    applicant_id: int | str,
    owner: int,
    loans: Int64,
    tables: Mapping[str, EventTable],
    calendar: Calendar,
    moment: int,
    age: float | None,
) -> CustomerProfile:
    """Make the profile of the applicant with a code (-1: nobody) and loans of codes of shape (n_loans,)."""
    known = known_rows(tables, owner, loans, moment)
    days = _Days(calendar)
    consents = _consents(known, days)
    withdrawn = {source for source, status, _ in consents if status == "withdrawn"}
    shown = {
        source.name: [known[name] for name in source.tables if name in known and known[name].rows.size]
        for source in SOURCES.values()
        if source.name not in withdrawn and source.subjects != "others"
    }
    sources = tuple(_seen(one, shown, known, withdrawn, days) for one in SOURCES.values() if one.tables)
    share, preferred = _channels(shown.get("sessions", []), moment)
    return CustomerProfile(
        applicant_id=applicant_id,
        as_of=calendar.local(_EPOCH + timedelta(microseconds=moment)),
        sources=sources,
        facts=(*_facts(shown, moment), ("channel_preference", preferred)),
        timeline=_timeline(shown, days),
        milestones=_milestones(shown, known, days),
        consents=consents,
        level=_level(shown, moment),
        age_band=_age_band(age),
        channel_use=_use(share),
        digital_share=share,
    )


class _Days:
    """Local days and months as text."""

    def __init__(self, calendar: Calendar) -> None:
        self.calendar = calendar

    def of(self, instants: Int64) -> list[str]:
        return [str(day) for day in self.calendar.local_days(instants).astype("M8[D]")]

    def one(self, instant: int) -> str:
        return self.of(np.array([instant], np.int64))[0]


def _seen(
    source: Source,
    shown: Mapping[str, list[KnownRows]],
    known: Mapping[str, KnownRows],
    withdrawn: set[str],
    days: _Days,
) -> SourceSeen:
    if source.subjects == "others":
        return SourceSeen(source.name, "hidden", 0, "", "")
    if source.name in withdrawn:
        return SourceSeen(source.name, "withdrawn", 0, "", "")
    rows = sum(one.rows.size for one in shown[source.name])
    if rows:
        times = np.concatenate([one.past for one in shown[source.name]])
        ends = days.of(np.array([times.min(), times.max()])) if times.size else ["", ""]
        return SourceSeen(source.name, "present", rows, ends[0], ends[1])
    return SourceSeen(source.name, _without_rows(source.name, known.get(CONNECTIONS)), 0, "", "")


def _without_rows(source: str, connections: KnownRows | None) -> SourceStatus:
    if connections is None:
        return "absent"
    over = [
        bool(ended)
        for name, ended in zip(
            connections.labels("source"), connections.fact("disconnected_time"), strict=True
        )
        if name == source
    ]
    return "absent" if not over else "disconnected" if all(over) else "empty"


def _consents(known: Mapping[str, KnownRows], days: _Days) -> tuple[tuple[str, str, str], ...]:
    """Return the last word on each source: given, or withdrawn."""
    rows = known.get(CONSENTS)
    if rows is None or not rows.rows.size:
        return ()
    said: dict[str, tuple[int, str]] = {}
    gone, ends = rows.fact("withdrawn_time"), _times_of(rows, "withdrawn_time")
    for at, source, over, end in zip(rows.at.tolist(), rows.labels("source"), gone, ends, strict=True):
        word = (end, "withdrawn") if over else (at, "granted")
        if source not in said or word >= said[source]:
            said[source] = word
    return tuple((source, word, days.one(at)) for source, (at, word) in sorted(said.items()))


def _times_of(rows: KnownRows, fact: str) -> list[int]:
    times: list[int] = (rows.fact_at(fact) if rows.table.row(fact) >= 0 else rows.at).tolist()
    return times


def _facts(shown: Mapping[str, list[KnownRows]], moment: int) -> Iterator[tuple[str, float | str | None]]:
    by_table = {one.table.name: one for rows in shown.values() for one in rows}
    payments, loans = by_table.get("payments"), by_table.get("loans")
    recent = None if payments is None else payments.number("amount")[payments.at >= moment - 90 * DAY]
    yield "money_in_90d", None if recent is None else float(recent[recent > 0.0].sum())
    yield "money_out_90d", None if recent is None else float(-recent[recent < 0.0].sum()) + 0.0
    yield "last_balance", None if payments is None else _last(payments.number("balance"))
    if loans is None:
        yield from (("loans_open", None), ("loans_closed", None), ("loans_written_off", None))
    else:
        closed, lost = loans.fact("closed_time"), loans.fact("written_off_time")
        yield "loans_open", float((~closed & ~lost).sum())
        yield "loans_closed", float((closed & ~lost).sum())
        yield "loans_written_off", float(lost.sum())
    yield "worst_days_past_due_365d", _worst(by_table.get("statements"), moment)
    bills = by_table.get("bills")
    yield (
        "bills_unpaid",
        None if bills is None else float(((bills.at < moment) & ~bills.fact("paid_time")).sum()),
    )
    yield "ties", _others(by_table.get("ties"), "other_id")
    groups = by_table.get("memberships")
    yield "groups", None if groups is None else float((~groups.fact("end_time")).sum())


def _last(values: Float64) -> float | None:
    there = values[values == values]
    return float(there[-1]) if there.size else None


def _worst(statements: KnownRows | None, moment: int) -> float | None:
    if statements is None:
        return None
    values = statements.number("days_past_due")[statements.at >= moment - 365 * DAY]
    there = values[values == values]
    return float(there.max()) if there.size else None


def _others(rows: KnownRows | None, column: str) -> float | None:
    """Number of distinct others, from five on; of fewer it is not said how many."""
    if rows is None:
        return None
    there = [
        label for label, over in zip(rows.labels(column), rows.fact("end_time"), strict=True) if not over
    ]
    number = len(set(there) - {None})
    return float(number) if number >= FEWEST_OTHERS else None


def _channels(sessions: list[KnownRows], moment: int) -> tuple[float | None, str | None]:
    """Return the share of app and web in a year, and the channel that was used most."""
    counts: Counter[str] = Counter()
    for rows in sessions:
        recent = (rows.at >= moment - 365 * DAY).tolist()
        counts.update(
            label for label, new in zip(rows.labels("channel"), recent, strict=True) if new and label
        )
    total = sum(counts.values())
    if not total:
        return None, None
    preferred = min(counts, key=lambda name: (-counts[name], name))
    return sum(counts[name] for name in DIGITAL) / total, preferred


def _use(share: float | None) -> ChannelUse:
    if share is None:
        return "unknown"
    return "digital" if share >= _MOSTLY else "mixed" if share >= _PARTLY else "personal"


def _level(shown: Mapping[str, list[KnownRows]], moment: int) -> Level:
    counted = [rows for name, rows in shown.items() if rows and SOURCES[name].minimum_data]
    if not counted:
        return "unknown"
    long = [min(int(one.at.min()) for one in rows) <= moment - _THICK_DAYS * DAY for rows in counted]
    return "thick" if sum(long) >= _THICK_SOURCES else "thin"


def _age_band(age: float | None) -> str:
    if age is None or age != age:
        return "unknown"
    if isinstance(age, bool) or not isinstance(age, int | float) or not 0 <= age <= _AGES[-1][0]:
        raise ParameterError.must_be("age", f"in years, within 0 and {_AGES[-1][0]}", age)
    return next(name for most, name in _AGES if age < most + 1)


def _timeline(shown: Mapping[str, list[KnownRows]], days: _Days) -> tuple[tuple[str, str, int], ...]:
    counts: Counter[tuple[str, str]] = Counter()
    for source, tables in shown.items():
        for rows in tables:
            counts.update((day[:7], source) for day in days.of(rows.past))
    months = sorted({month for month, _ in counts})[-_TIMELINE_MONTHS:]
    return tuple((m, source, n) for (m, source), n in sorted(counts.items()) if m in months)


def _milestones(
    shown: Mapping[str, list[KnownRows]], known: Mapping[str, KnownRows], days: _Days
) -> tuple[Milestone, ...]:
    found: list[tuple[int, str, str]] = [
        (min(int(one.at.min()) for one in rows), "first_row", source)
        for source, rows in shown.items()
        if rows
    ]
    for rows in shown.get("loans", []):
        if rows.table.name == "loans":
            found += [(at, "opened", "loans") for at in rows.at.tolist()]
            found += _of_fact(rows, "closed_time", "closed", ["loans"] * rows.rows.size)
            found += _of_fact(rows, "written_off_time", "written_off", ["loans"] * rows.rows.size)
    for table, began, ended, fact in (
        (CONNECTIONS, "connected", "disconnected", "disconnected_time"),
        (CONSENTS, "granted", "withdrawn", "withdrawn_time"),
    ):
        if table in known:
            names = known[table].labels("source")
            found += [(at, began, name) for at, name in zip(known[table].at.tolist(), names, strict=True)]
            found += _of_fact(known[table], fact, ended, names)
    return tuple(Milestone(days.one(at), what, source) for at, what, source in sorted(found))


def _of_fact(rows: KnownRows, fact: str, what: str, names: list[str]) -> list[tuple[int, str, str]]:
    there = rows.fact(fact)
    if not there.any():
        return []
    times = rows.fact_at(fact)
    return [(int(times[k]), what, names[k]) for k in np.flatnonzero(there).tolist()]
