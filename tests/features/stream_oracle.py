"""What recurs, a second time: the published rules over records, in plain Python."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from statistics import mean, median
from typing import Any

from tests.features.class_oracle import DEBTS, account_of
from tests.features.month_oracle import MEAN_MONTH, Local, seen_until
from tests.features.oracle_statistics import DAY

Row = dict[str, Any]
# name, period, how far off a gap may be, how many hits it takes, whether it goes by the calendar
RHYTHMS = (
    ("quarterly", 3 * MEAN_MONTH, 9.0, 3, True),
    ("bi_monthly", 2 * MEAN_MONTH, 7.0, 3, True),
    ("monthly", MEAN_MONTH, 5.0, 3, True),
    ("semi_monthly", MEAN_MONTH / 2, 3.5, 4, True),
    ("four_weekly", 28.0, 3.0, 3, False),
    ("fortnightly", 14.0, 2.5, 3, False),
    ("weekly", 7.0, 1.5, 4, False),
)
FAST = {"weekly", "fortnightly", "semi_monthly"}
TERMS = {3, 4, 6, 9, 10, 12, 15, 18, 20, 24, 30, 36, 48, 60}


@dataclass
class Hit:
    """One payment that may recur."""

    row: Row
    day: date
    size: float
    paid: bool
    exact: bool
    seen: date | None

    @property
    def ordinal(self) -> int:
        """The day as a number."""
        return self.day.toordinal()


@dataclass
class Day:
    """What came on one day."""

    day: date
    size: float
    paid: bool

    def at(self, by_calendar: bool) -> float:
        """Where the day lies: by days, or by months of one length."""
        if not by_calendar:
            return self.day.toordinal()
        return (self.day.year * 12 + self.day.month) * MEAN_MONTH + self.day.day


def days_of(hits: Sequence[Hit]) -> list[Day]:
    """Hits of a day together; what bounced counts only where nothing was paid."""
    out = []
    for day in sorted({hit.day for hit in hits}):
        mine = [hit for hit in hits if hit.day == day]
        paid = [hit for hit in mine if hit.paid]
        out.append(Day(day, math.fsum(hit.size for hit in paid or mine), bool(paid)))
    return out


def steps(gap: float, period: float) -> float:
    """To how many periods a gap is nearest."""
    return max(1.0, math.floor(gap / period + 0.5))


def gaps_of(days: Sequence[Day], rhythm: tuple[Any, ...]) -> list[tuple[float, float]]:
    """For each gap, how many periods it is nearest to and how far off it is."""
    _, period, _, _, by_calendar = rhythm
    at = [day.at(by_calendar) for day in days]
    return [(steps(b - a, period), abs(b - a - steps(b - a, period) * period)) for a, b in pairwise(at)]


def rhythm_of(days: Sequence[Day], slow: bool) -> tuple[Any, ...] | None:
    """The rhythm whose gaps are off least."""
    best, least = None, math.inf
    for rhythm in RHYTHMS:
        name, _, slack, fewest, _ = rhythm
        gaps = gaps_of(days, rhythm)
        good = [count for count, off in gaps if off <= slack]
        if len(days) < fewest or (slow and name in FAST):
            continue
        if len(good) < 0.75 * len(gaps) or good.count(1.0) < 0.6 * len(gaps) or len(good) < 0.6 * sum(good):
            continue
        off = sum(min(off, 2 * slack) for _, off in gaps) / len(gaps)
        if off < least:
            best, least = rhythm, off
    return best


def spread(days: Sequence[Day]) -> float:
    """1.4826 MAD over the median."""
    middle = median(day.size for day in days)
    return 1.4826 * median(abs(day.size - middle) for day in days) / middle


def recurs(hits: Sequence[Hit], slow: bool = False) -> tuple[Any, ...] | None:
    """The rhythm of hits, if they recur."""
    paid = sum(hit.paid for hit in hits)
    if 2 * paid < len(hits) or paid < 2:
        return None
    days, exact = days_of(hits), any(hit.exact for hit in hits)
    rhythm = rhythm_of(days, slow or exact)
    if rhythm is None or spread(days) > 0.35:
        return None
    middle = median(day.size for day in days)
    near = sum(abs(day.size - middle) <= 0.05 * middle for day in days)
    return None if exact and near < 0.8 * len(days) else rhythm


def cut(
    hits: Sequence[Hit], key: Callable[[Hit], float], apart: Callable[[float, float], bool]
) -> list[list[Hit]]:
    """Cut hits where neighbours by a key lie apart; each part oldest first."""
    ordered = sorted(hits, key=key)
    parts = [ordered[:1]]
    for before, hit in pairwise(ordered):
        if apart(key(before), key(hit)):
            parts.append([])
        parts[-1].append(hit)
    return [[hit for hit in hits if any(hit is one for one in part)] for part in parts]


def by_day(hits: Sequence[Hit]) -> list[list[Hit]]:
    """Parts by day of the month."""
    return cut(hits, lambda hit: hit.day.day, lambda a, b: b - a >= 4)


def is_part(part: Sequence[Hit], whole: int) -> bool:
    """Whether some hits of a party recur by themselves."""
    if 10 * len(part) < whole or recurs(part) is None:
        return False
    sizes = [hit.size for hit in part]
    if len(part) == whole:
        return True
    if len(part) < 4:
        return max(sizes) <= 1.01 * min(sizes)
    return 2 * len(part) >= whole or spread(days_of(part)) <= 0.1


def by_amount(hits: list[Hit], splits: bool) -> list[list[Hit]]:
    """Streams of like amounts, wide cuts first."""
    found: list[list[Hit]] = []

    def look(part: list[Hit], ratios: tuple[float, ...]) -> None:
        for piece in cut(part, lambda hit: hit.size, lambda a, b: b > ratios[0] * a):
            if is_part(piece, len(hits)):
                small = cut(piece, lambda hit: hit.size, lambda a, b: b > 1.02 * a)
                apart = splits and recurs(piece, slow=True) is None and len(small) > 1
                found.extend(small if apart and all(recurs(p, slow=True) for p in small) else [piece])
            elif len(ratios) > 1 and len(piece) > 2:
                look(piece, ratios[1:])

    look(hits, (1.6, 1.15, 1.05, 1.01))
    return found


def streams(hits: list[Hit], splits: bool) -> list[list[Hit]]:
    """The streams of one party, of hits that were not made good."""
    if len(hits) < 3:
        return []
    if recurs(hits, slow=True):
        return [hits]
    parts = by_day(hits)
    if splits and len(parts) > 1 and all(len(p) > 2 and recurs(p, slow=True) for p in parts):
        return parts
    found = by_amount(hits, splits)
    taken = {id(hit) for part in found for hit in part}
    for number, part in enumerate(found):
        found[number] = absorb(part, hits, taken)
        taken |= {id(hit) for hit in found[number]}
    left = [hit for hit in hits if id(hit) not in taken]
    more = by_day(left) if len(left) >= 6 else []
    return found + [part for part in more if len(part) > 3 and recurs(part, slow=True)]


def absorb(stream: list[Hit], party: list[Hit], taken: set[int]) -> list[Hit]:
    """A stream with what came on its days in other amounts and belongs to no stream."""
    rhythm = recurs(stream)
    if rhythm is None:
        return stream
    _, period, slack, _, by_calendar = rhythm
    slack = min(3.0, slack)
    more = []
    for number, hit in enumerate(party):
        if id(hit) in taken:
            continue
        before = [one for one in stream if party.index(one) <= number]
        after = [one for one in stream if party.index(one) > number]
        near = before[-1] if before else stream[0]
        at = {id(one): Day(one.day, 0, True).at(by_calendar) for one in (hit, near, *after)}
        gap = abs(at[id(hit)] - at[id(near)])
        count = steps(gap, period)
        if gap < period - slack or count > 2 or abs(gap - count * period) > slack:
            continue
        if before and after and at[id(after[0])] - at[id(hit)] < period - slack:
            continue
        if max(hit.size, near.size) <= 2 * min(hit.size, near.size):
            more.append(hit)
    return [hit for hit in party if any(hit is one for one in (*stream, *more))]


def made_good(hit: Hit, party: Sequence[Hit]) -> bool:
    """Whether a bounced payment was paid within 10 days, or had been tried in the 10 days before."""
    for other in party:
        if (
            other is hit
            or abs(other.ordinal - hit.ordinal) > 10
            or abs(other.size - hit.size) > 0.05 * hit.size
        ):
            continue
        later = party.index(other) > party.index(hit)
        if later == other.paid:
            return True
    return False


def chain(stream: list[Hit], party: Sequence[Hit], rhythm: tuple[Any, ...]) -> list[date]:
    """Days of older payments that belong to a stream."""
    _, period, slack, _, _ = rhythm
    day, size = stream[0].day, stream[0].size
    alone = sum(hit.day >= day for hit in party) == len(stream)
    found: list[date] = []
    for hit in reversed(party):
        if hit.day >= day or not hit.paid:
            continue
        gap = Day(day, 0, True).at(True) - Day(hit.day, 0, True).at(True)
        if gap > 3 * period:
            break
        count = steps(gap, period)
        like = max(size, hit.size) <= (2.0 if alone else 1.1) * min(size, hit.size)
        if like and count <= 2 and abs(gap - count * period) <= slack:
            day, size = hit.day, hit.size
            found.append(day)
    return found


def ahead(day: date, name: str) -> date:
    """When the next hit is due."""
    fixed = {"weekly": 7, "fortnightly": 14, "four_weekly": 28, "semi_monthly": 15}
    if name in fixed:
        return day + timedelta(days=fixed[name])
    months = day.year * 12 + day.month - 1 + {"monthly": 1, "bi_monthly": 2, "quarterly": 3}[name]
    begin = date(months // 12, months % 12 + 1, 1)
    end = date((months + 1) // 12, (months + 1) % 12 + 1, 1) - timedelta(days=1)
    return min(begin + timedelta(days=day.day - 1), end)


def describe(stream: list[Hit], party: Sequence[Hit], begun: date, is_loan: bool) -> Row | None:
    """What is known of a stream; None if its accounts were not seen of late."""
    seen = max((hit.seen for hit in stream if hit.seen), default=None)
    days = days_of(stream)
    rhythm = rhythm_of(days, slow=False)
    assert rhythm is not None
    if seen is None:
        return None
    name, period, slack, _, by_calendar = rhythm
    older = chain(stream, party, rhythm)
    first = older[-1] if older else days[0].day
    since = (Day(seen, 0, True).at(by_calendar) - days[-1].at(by_calendar)) / period
    overdue, bounced = since > 1.5, not days[-1].paid
    whole = (first - begun).days > 1.5 * period and all(day.paid for day in days)
    finished = is_loan and whole and len(days) + len(older) in TERMS
    paid = [day for day in reversed(days) if day.paid]
    recent = [day.size for k, day in enumerate(paid) if k < 3 or (days[-1].day - day.day).days < 183]
    size = mean(recent) if name == "semi_monthly" else median(recent)
    gaps = gaps_of(days, rhythm)
    good = [day.paid and off <= slack for day, (_, off) in zip(days[1:], gaps, strict=True)]
    run = float(days[0].paid)
    for kept, (count, _) in zip(good, gaps, strict=True):
        run = 0.0 if not kept else (run + 1 if count == 1 else 1.0)
    return {
        "amount": size, "monthly_amount": size * MEAN_MONTH / period, "gap": period, "rhythm": name,
        "regularity": max(0.0, 1 - median(off for _, off in gaps) / period), "gaps_since": since,
        "hits": float(len(days) + len(older)), "tenure": float((seen - first).days), "seen": seen,
        "next": ahead(days[-1].day, name), "missed": float(bounced or overdue),
        "lost": since > (3.5 if bounced else 2.5) or (overdue and finished),
        "due": 1 + sum(count for count, _ in gaps) + overdue, "kept": days[0].paid + float(sum(good)),
        "streak": 0.0 if overdue else run, "stream": stream,
    }  # fmt: skip


def hits_of(rows: Sequence[Row], as_of: int, local: Local, keep: Callable[[Row], bool]) -> list[Hit]:
    """The payments that may recur."""
    times: dict[Any, list[int]] = defaultdict(list)
    for row in rows:
        times[account_of(row)].append(row["time"])
    seen = {account: seen_until(mine, as_of) for account, mine in times.items()}
    out = []
    for row in rows:
        if keep(row):
            until = seen[account_of(row)]
            day = None if until is None else local.clock(until).date()
            paid = row["inflow"] is not None or row["outflow"] is not None
            size = abs(row["amount"]) - row["undone"]
            out.append(Hit(row, local.clock(row["time"]).date(), size, paid, _exact(row), day))
    return out


def _exact(row: Row) -> bool:
    unnamed = row["class"] == "unknown_out" and row["counterparty"] is None
    return unnamed or row["class"] in ("purchase", "person_out", "card_repayment")


def _party(row: Row) -> Any:
    if row["counterparty"] is not None:
        return row["counterparty"]
    return (row["class"], row.get("kind"), row.get("category"))


def all_streams(
    hits: list[Hit], key: Callable[[Hit], Any], since: date, splits: bool
) -> list[tuple[list[Hit], list[Hit]]]:
    """Every stream in the order in which their parties first come, with all payments of the party."""
    parties: dict[Any, list[Hit]] = {}
    for hit in hits:
        name = key(hit)
        if name is not None:
            parties.setdefault(name, []).append(hit)
    return [
        (stream, party)
        for party in parties.values()
        for stream in streams(
            [h for h in party if h.day >= since and (h.paid or not made_good(h, party))], splits
        )
    ]


def income_stream(rows: list[Row], as_of: int, local: Local, half_spent: Callable[..., Any]) -> list[Row]:
    """The recurring incomes of a person in one row."""
    seen = seen_until([row["time"] for row in rows], as_of) if rows else None
    if seen is None:
        return []
    end, begun = local.clock(seen).date(), local.clock(rows[0]["time"]).date()
    hits = hits_of(rows, as_of, local, lambda row: row["inflow"] is not None)
    since = end - timedelta(days=365)
    found = all_streams(hits, lambda hit: _party(hit.row), since, False)
    taken = {id(hit) for stream, _ in found for hit in stream}

    def pay(hit: Hit) -> Any:
        pays = hit.row["class"] in ("wages", "pension", "benefits")
        return hit.row["class"] if pays and id(hit) not in taken else None

    found += all_streams(hits, pay, since, False)
    known = [said for stream, party in found if (said := describe(stream, party, begun, False)) is not None]
    alive = [said for said in known if not said["lost"] and said["gaps_since"] <= 1.5]
    long = (end - begun).days >= 92
    out: Row = dict.fromkeys(
        ("found", "amount", "monthly_amount", "gap", "regularity", "gaps_since", "half_spent", "hits",
         "tenure",
         "to_next", "streams", "all_monthly", "longest_gap", "since_credit")
    )  # fmt: skip
    out |= {"time": as_of - 1, "days_seen": float((end - begun).days)}
    if alive or long:
        out |= {"found": float(bool(alive)), "streams": float(len(alive))}
        out["all_monthly"] = math.fsum(said["monthly_amount"] for said in alive)
    if hits:
        out["since_credit"] = (seen - hits[-1].row["time"]) / DAY
    if long:
        edge = max(rows[0]["time"], seen - 180 * DAY)
        marks = [edge, *(hit.row["time"] for hit in hits if hit.row["time"] >= edge), seen]
        out["longest_gap"] = max(b - a for a, b in pairwise(marks)) / DAY
    if alive:
        best = max(alive, key=lambda said: said["monthly_amount"])
        out |= {
            name: best[name]
            for name in ("amount", "monthly_amount", "gap", "regularity", "gaps_since", "hits", "tenure")
        }
        out["half_spent"] = half_spent([hit.row for hit in best["stream"]], rows)
        today = local.clock(as_of).date()
        out["to_next"] = max(0.0, float((best["next"] - today).days)) if best["seen"] == today else None
    return [out]


def _binds(row: Row) -> bool:
    if row["outflow"] is not None:
        if row["class"] == "purchase":
            daily = row.get("category") in ("groceries", "transport", "health")
            return row["counterparty"] is not None and not daily
        return row["class"] in DEBTS or row["class"] in (
            "card_repayment",
            "bill",
            "person_out",
            "unknown_out",
        )
    gone = row["class"] in ("declined", "returned", "reversal") and row["amount"] < 0
    return gone and row.get("kind") not in ("purchase", "cash")


def commitments(rows: list[Row], as_of: int, local: Local) -> list[Row]:
    """The debits that recur and have not ended."""
    seen = seen_until([row["time"] for row in rows], as_of) if rows else None
    if seen is None:
        return []
    end, begun = local.clock(seen).date(), local.clock(rows[0]["time"]).date()
    hits = hits_of(rows, as_of, local, _binds)
    out = []
    for stream, party in all_streams(hits, lambda hit: _party(hit.row), end - timedelta(days=365), True):
        last = next((hit for hit in reversed(stream) if hit.paid), stream[-1]).row
        said = describe(stream, party, begun, last["class"] in DEBTS)
        if said is None or said["lost"]:
            continue
        more = {
            "time": stream[-1].row["time"],
            "is_loan": float(last["class"] in DEBTS or last["class"] == "card_repayment"),
            "is_bill": float(last["class"] == "bill"),
            "daily_amount": said["monthly_amount"] / MEAN_MONTH,
            "is_card": float(last["class"] == "card_repayment"),
            "counterparty": last["counterparty"],
            "kind": last.get("kind"),
            "category": last.get("category"),
        }
        out.append(said | more)
    return sorted(out, key=lambda row: row["time"])
