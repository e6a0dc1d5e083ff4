"""Money that comes in again and again: wages on working days, pensions, benefits, a second income."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from creditscore._ground.instants import DAY
from creditscore._ground.zones import WEEKDAYS
from creditscore.simulate.almanac import BANK_HOURS, DAY_HOURS, PAY_HOURS, Almanac
from creditscore.simulate.columns import Columns, join
from creditscore.simulate.config import SimulationConfig
from creditscore.simulate.months import Repeats, days_before, months_of, repeats, weeks_of
from creditscore.simulate.observed import Observed, flow, visible
from creditscore.simulate.people import People, logistic
from creditscore.simulate.requests import prices
from creditscore.simulate.streams import Generator, Streams

F8 = NDArray[np.float64]
I8 = NDArray[np.int64]
Flags = NDArray[np.bool_]

EMPLOYER, PAYER = 10_000_000, 20_000_000
PENSION_OFFICE, BENEFIT_OFFICE = 29_000_001, 29_000_002
LAST_DAY: Final = 31
MONTHLY, FORTNIGHTLY, WEEKLY, PENSION = range(4)
RHYTHMS: Final = ("monthly", "fortnightly", "weekly", "pension")
PENSION_SHARE: Final = 0.8
_WEEKS_A_MONTH: Final = 52.0 / 12.0


@dataclass(frozen=True, slots=True, eq=False)
class Pay:
    """How each person is paid; what wages really are.

    Attributes
    ----------
    rhythm : ndarray of int64, shape (people,)
        Position in ``RHYTHMS``.
    day : ndarray of int64, shape (people,)
        Day of the month (31: the last), or of the week, 0 for Monday.
    due : ndarray of int64, shape (paydays,)
        Paydays, whether or not they were paid: microseconds, by person and newest first.
    starts : ndarray of int64, shape (people + 1,)
        First payday of each person, and behind the last.
    """

    rhythm: I8
    day: I8
    due: I8
    starts: I8


def pay(
    config: SimulationConfig, almanac: Almanac, people: People, seen: Observed, streams: Streams
) -> tuple[Columns, Pay]:
    """Return what was paid in regularly, and how each person is paid."""
    random = streams.of("salaries")
    rhythm, day = _rhythms(config, len(people), random, streams.of("pensions"))
    step = np.where(rhythm == WEEKLY, 1, np.where(rhythm == FORTNIGHTLY, 2, 0))
    months = months_of(almanac, people, seen)
    monthly = step == 0
    weeks, on = weeks_of(almanac, people, seen, day, step)
    parts = (
        _wages(config, almanac, people, seen, months, almanac.in_month(months.month, day[months.owner]),
               np.where(monthly, 1.0, 0.0), rhythm, random),
        _wages(config, almanac, people, seen, weeks, on, step / _WEEKS_A_MONTH, rhythm, random),
    )  # fmt: skip
    others = _second(config, almanac, people, seen, months, streams)
    counts = np.where(monthly, np.diff(months.starts), np.diff(weeks.starts))
    merged = repeats(counts, np.zeros(counts.size, np.int64))
    due = np.empty(len(merged), np.int64)
    chosen = monthly[merged.owner]
    due[chosen] = parts[0][1][monthly[months.owner]]
    due[~chosen] = parts[1][1]
    return join([parts[0][0], parts[1][0], *others]), Pay(rhythm, day, due, merged.starts)


def _rhythms(config: SimulationConfig, n: int, random: Generator, other: Generator) -> tuple[I8, I8]:
    draw, kind = random.random(n), random.random(n)
    rhythm = np.where(draw < config.weekly_pay, np.where(kind < 0.5, FORTNIGHTLY, WEEKLY), MONTHLY)
    rhythm = np.where(other.random(n) < config.pensions, PENSION, rhythm)
    worked = np.array([d for d, name in enumerate(WEEKDAYS) if name not in config.weekend], np.int64)
    of_month = np.where(random.random(n) < 0.3, LAST_DAY, random.integers(1, 29, n))
    of_week = worked[random.integers(0, worked.size, n)]
    return rhythm, np.where((rhythm == FORTNIGHTLY) | (rhythm == WEEKLY), of_week, of_month)


def _wages(
    config: SimulationConfig, almanac: Almanac, people: People, seen: Observed, rows: Repeats, nominal: I8,
    share: F8, rhythm: I8, random: Generator,
) -> tuple[Columns, I8]:  # fmt: skip
    """Wages and pensions on their days, and the nominal moment of every one."""
    who = rows.owner
    calm = seen.discipline[who]
    size, apart, lost, draw = (
        random.standard_normal(len(rows)), np.abs(random.standard_normal(len(rows))),
        random.random(len(rows)), random.random(len(rows)),
    )  # fmt: skip
    pension = rhythm[who] == PENSION
    on = almanac.working_day(nominal)
    late = np.round(np.exp(-0.9 - 0.5 * calm) * apart).astype(np.int64) * ~pension
    on = np.where(late > 0, almanac.working_day(on + late, later=True), on)
    time = almanac.at(on, PAY_HOURS, draw)
    raised = 1.0 + 0.006 * calm * share[who] * (6.0 - rows.back)
    spread = np.where(pension, 0.0, np.exp(-2.6 - 0.35 * calm))
    amount = seen.income[who] * share[who] * np.exp(spread * size) * np.where(pension, PENSION_SHARE, raised)
    missed = (lost < logistic(-4.0 - 0.8 * calm)) | (days_before(people, who, time) < seen.trouble[who])
    row = np.flatnonzero(visible(people, seen, who, time) & (share[who] > 0.0) & ~(missed & ~pension))
    owner, at = who[row], time[row]
    old = pension[row]
    rows_paid = flow(
        owner, at, amount[row] * prices(config, at), np.where(old, 1, 0), kind=np.where(old, 2, 1),
        category=np.where(old, 14, -1), channel="web", method="transfer",
        counterparty_id=np.where(old, PENSION_OFFICE, EMPLOYER + owner // 7),
        counterparty_kind=np.where(old, 4, 2), status="settled",
    )  # fmt: skip
    return rows_paid, almanac.instant(nominal * DAY + 9 * DAY // 24)


def _second(
    config: SimulationConfig, almanac: Almanac, people: People, seen: Observed, months: Repeats,
    streams: Streams,
) -> list[Columns]:  # fmt: skip
    """Income from a trade of one's own, and benefits."""
    random, n = streams.of("benefits"), len(people)
    trades = random.random(n) < logistic(-0.9 + 0.5 * seen.means + 0.4 * seen.discipline)
    helped = random.random(n) < logistic(-2.2 - 0.6 * seen.means)
    days = random.integers(1, 29, (2, n))
    who, size = months.owner, random.standard_normal(len(months))
    draw = random.random((4, len(months)))
    parts = []
    on = almanac.in_month(months.month, days[0][who]) + (3.0 * draw[0]).astype(np.int64)
    time = almanac.at(on, DAY_HOURS, draw[1])
    row = np.flatnonzero(visible(people, seen, who, time) & trades[who] & (draw[2] > 0.1))
    amount = seen.income[who] * 0.2 * np.exp(0.15 * size) * prices(config, time)
    parts.append(flow(
        who[row], time[row], amount[row], "business", kind="transfer", category="other", channel="web",
        method="transfer", counterparty_id=PAYER + who[row] * 13 % n, counterparty_kind="merchant",
        status="settled",
    ))  # fmt: skip
    time = almanac.at(almanac.working_day(almanac.in_month(months.month, days[1][who])), BANK_HOURS, draw[3])
    row = np.flatnonzero(visible(people, seen, who, time) & helped[who])
    amount = (90.0 + 10.0 * (days[1] % 12))[who] * prices(config, time)
    parts.append(flow(
        who[row], time[row], amount[row], "benefits", kind="transfer", category="benefits", channel="web",
        method="transfer", counterparty_id=BENEFIT_OFFICE, counterparty_kind="government", status="settled",
    ))  # fmt: skip
    return parts
