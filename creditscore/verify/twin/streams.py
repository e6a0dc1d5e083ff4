"""Incomes and commitments that recur, in plain Python."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from itertools import pairwise
from statistics import fmean, median
from typing import Any, Final, NamedTuple

from creditscore.verify.twin.classes import account_of
from creditscore.verify.twin.clock import DAY, MEAN_MONTH, Local, seen_until
from creditscore.verify.twin.months import DEBTS
from creditscore.verify.twin.rhythms import (
    Day,
    Hit,
    Rhythm,
    days_of,
    gaps_of,
    located,
    rhythm_of,
    steps,
    streams,
)

Row = dict[str, Any]
_TERMS: Final = frozenset({3, 4, 6, 9, 10, 12, 15, 18, 20, 24, 30, 36, 48, 60})
_FIXED: Final = {"weekly": 7, "fortnightly": 14, "four_weekly": 28, "semi_monthly": 15}
_MONTHS: Final = {"monthly": 1, "bi_monthly": 2, "quarterly": 3}
_OF_THE_BEST: Final = ("amount", "monthly_amount", "gap", "regularity", "gaps_since", "hits", "tenure")
_KEPT_UP: Final = frozenset({"wages", "pension", "benefits"})


class _Found(NamedTuple):
    """Hits that recur, and all payments of their party."""

    stream: list[Hit]
    party: list[Hit]


def _made_good(hit: Hit, party: Sequence[Hit]) -> bool:
    """Whether a bounced payment was paid within 10 days, or had been tried in the 10 days before."""
    return any(
        other is not hit
        and abs((other.day - hit.day).days) <= 10
        and abs(other.size - hit.size) <= 0.05 * hit.size
        and (other.at > hit.at) == other.paid
        for other in party
    )


def _older(stream: list[Hit], party: Sequence[Hit], rhythm: Rhythm) -> list[date]:
    """Days of older payments that belong to a stream, newest first."""
    day, size = stream[0].day, stream[0].size
    alone = sum(hit.day >= day for hit in party) == len(stream)
    found: list[date] = []
    for hit in reversed(party):
        if hit.day >= day or not hit.paid:
            continue
        gap = located(day, True) - located(hit.day, True)
        if gap > 3 * rhythm.period:
            break
        count = steps(gap, rhythm.period)
        like = max(size, hit.size) <= (2.0 if alone else 1.1) * min(size, hit.size)
        if like and count <= 2 and abs(gap - count * rhythm.period) <= rhythm.slack:
            day, size = hit.day, hit.size
            found.append(day)
    return found


def _ahead(day: date, name: str) -> date:
    """When the next hit is due."""
    if name in _FIXED:
        return day + timedelta(days=_FIXED[name])
    months = day.year * 12 + day.month - 1 + _MONTHS[name]
    begin = date(months // 12, months % 12 + 1, 1)
    end = date((months + 1) // 12, (months + 1) % 12 + 1, 1) - timedelta(days=1)
    return min(begin + timedelta(days=day.day - 1), end)


def _size(days: Sequence[Day], rhythm: Rhythm) -> float:
    """What a stream is of late."""
    paid = [day for day in reversed(days) if day.paid]
    recent = [day.size for k, day in enumerate(paid) if k < 3 or (days[-1].day - day.day).days < 183]
    return fmean(recent) if rhythm.name == "semi_monthly" else median(recent)


def _run(days: Sequence[Day], gaps: Sequence[tuple[float, float]], good: Sequence[bool]) -> float:
    """How many hits in a row were kept, up to the newest."""
    run = float(days[0].paid)
    for kept, (count, _) in zip(good, gaps, strict=True):
        run = 0.0 if not kept else (run + 1 if count == 1 else 1.0)
    return run


def _is_over(since: float, seen: date, last: Day) -> bool:
    """Whether a stream has ended: 2.5 periods without it, 3.5 where the last one bounced, never 45 days."""
    return since > (2.5 if last.paid else 3.5) and (seen - last.day).days > 45


def _described(found: _Found, begun: date, is_loan: bool) -> Row | None:
    """What is known of a stream; None if its accounts were not seen of late."""
    stream, days = found.stream, days_of(found.stream)
    seen = max((hit.seen for hit in stream if hit.seen), default=None)
    rhythm = rhythm_of(days, slow=False)
    if seen is None or rhythm is None:
        return None
    older = _older(stream, found.party, rhythm)
    first = older[-1] if older else days[0].day
    calendar = rhythm.by_calendar
    since = (located(seen, calendar) - located(days[-1].day, calendar)) / rhythm.period
    overdue, bounced = since > 1.5, not days[-1].paid
    whole = (first - begun).days > 1.5 * rhythm.period and all(day.paid for day in days)
    finished = is_loan and whole and len(days) + len(older) in _TERMS
    size, gaps = _size(days, rhythm), gaps_of(days, rhythm)
    good = [day.paid and off <= rhythm.slack for day, (_, off) in zip(days[1:], gaps, strict=True)]
    return {
        "amount": size, "monthly_amount": size * MEAN_MONTH / rhythm.period, "gap": rhythm.period,
        "rhythm": rhythm.name,
        "regularity": max(0.0, 1 - median(off for _, off in gaps) / rhythm.period),
        "gaps_since": since, "hits": float(len(days) + len(older)),
        "tenure": float((seen - first).days), "seen": seen, "next": _ahead(days[-1].day, rhythm.name),
        "missed": float(bounced or overdue),
        "lost": _is_over(since, seen, days[-1]) or (overdue and finished),
        "due": 1 + sum(count for count, _ in gaps) + overdue, "kept": days[0].paid + float(sum(good)),
        "streak": 0.0 if overdue else _run(days, gaps, good), "stream": stream,
    }  # fmt: skip


def _hits(rows: Sequence[Row], as_of: int, local: Local, keep: Callable[[Row], bool]) -> list[Hit]:
    """The payments that may recur."""
    times: dict[Any, list[int]] = {}
    for row in rows:
        times.setdefault(account_of(row), []).append(row["time"])
    seen = {account: seen_until(mine, as_of) for account, mine in times.items()}
    out: list[Hit] = []
    for row in filter(keep, rows):
        until = seen[account_of(row)]
        paid = row["inflow"] is not None or row["outflow"] is not None
        size, day = abs(row["amount"]) - row["undone"], local.day(row["time"])
        seen_on = None if until is None else local.day(until)
        out.append(Hit(len(out), row, day, size, paid, _exact(row), seen_on))
    return out


def _exact(row: Row) -> bool:
    unnamed = row["class"] == "unknown_out" and row["counterparty"] is None
    return unnamed or row["class"] in ("purchase", "person_out", "card_repayment")


def _party(row: Row) -> Any:
    if row["counterparty"] is not None:
        return row["counterparty"]
    return (row["class"], row.get("kind"), row.get("category"))


def _all_streams(hits: list[Hit], key: Callable[[Hit], Any], since: date, *, splits: bool) -> list[_Found]:
    """Every stream in the order in which their parties first come."""
    parties: dict[Any, list[Hit]] = {}
    for hit in hits:
        if key(hit) is not None:
            parties.setdefault(key(hit), []).append(hit)
    found = []
    for party in parties.values():
        mine = [hit for hit in party if hit.day >= since and (hit.paid or not _made_good(hit, party))]
        found += [_Found(stream, party) for stream in streams(mine, splits=splits)]
    return found


def income_stream(rows: list[Row], as_of: int, local: Local) -> list[Row]:
    """The recurring incomes of a person in one row."""
    seen = seen_until([row["time"] for row in rows], as_of) if rows else None
    if seen is None:
        return []
    end, begun = local.day(seen), local.day(rows[0]["time"])
    hits = _hits(rows, as_of, local, lambda row: row["inflow"] is not None)
    since = end - timedelta(days=365)
    found = _all_streams(hits, lambda hit: _party(hit.row), since, splits=False)
    taken = {hit.at for one in found for hit in one.stream}

    def pay(hit: Hit) -> Any:
        return hit.row["class"] if hit.row["class"] in _KEPT_UP and hit.at not in taken else None

    found += _all_streams(hits, pay, since, splits=False)
    known = [said for one in found if (said := _described(one, begun, False)) is not None]
    alive = [said for said in known if not said["lost"] and said["gaps_since"] <= 1.5]
    long = (end - begun).days >= 92
    names = ("found", *_OF_THE_BEST, "half_spent", "to_next", "streams", "all_monthly", "longest_gap")
    out: Row = dict.fromkeys((*names, "since_credit"))
    out |= {"time": as_of - 1, "days_seen": float((end - begun).days)}
    if alive or long:
        out |= {"found": float(bool(alive)), "streams": float(len(alive))}
        out["all_monthly"] = math.fsum(said["monthly_amount"] for said in alive)
    if hits:
        out["since_credit"] = (seen - hits[-1].row["time"]) / DAY
    if long:
        out["longest_gap"] = _longest(rows, hits, seen)
    return [out | (_best(alive, rows, as_of, local) if alive else {})]


def _longest(rows: Sequence[Row], hits: Sequence[Hit], seen: int) -> float:
    edge = max(rows[0]["time"], seen - 180 * DAY)
    marks = [edge, *(hit.row["time"] for hit in hits if hit.row["time"] >= edge), seen]
    return float(max(b - a for a, b in pairwise(marks)) / DAY)


def _best(alive: Sequence[Row], rows: Sequence[Row], as_of: int, local: Local) -> Row:
    best = max(alive, key=lambda said: float(said["monthly_amount"]))
    today = local.day(as_of)
    return {name: best[name] for name in _OF_THE_BEST} | {
        "half_spent": _half_spent([hit.row for hit in best["stream"]], rows),
        "to_next": max(0.0, float((best["next"] - today).days)) if best["seen"] == today else None,
    }


def _half_spent(hits: Sequence[Row], rows: Sequence[Row]) -> float | None:
    """In how many days half of an income is gone, by the median."""
    at = {id(row): number for number, row in enumerate(rows)}
    spans = []
    for hit, following in zip(hits, [*hits[1:], None], strict=True):
        stop = len(rows) if following is None else at[id(following)]
        left, span = hit["inflow"] / 2, None if following is None else (following["time"] - hit["time"]) / DAY
        for row in rows[at[id(hit)] + 1 : stop]:
            left -= row["outflow"] or 0.0
            if left <= 0:
                span = (row["time"] - hit["time"]) / DAY
                break
        if span is not None:
            spans.append(span)
    return float(median(spans)) if spans else None


def _binds(row: Row) -> bool:
    if row["outflow"] is not None:
        if row["class"] == "purchase":
            daily = row.get("category") in ("groceries", "transport", "health")
            return row["counterparty"] is not None and not daily
        return row["class"] in (*DEBTS, "card_repayment", "bill", "person_out", "unknown_out")
    gone = row["class"] in ("declined", "returned", "reversal") and row["amount"] < 0
    return gone and row.get("kind") not in ("purchase", "cash")


def commitments(rows: list[Row], as_of: int, local: Local) -> list[Row]:
    """The debits that recur and have not ended, by when they were last tried."""
    seen = seen_until([row["time"] for row in rows], as_of) if rows else None
    if seen is None:
        return []
    end, begun = local.day(seen), local.day(rows[0]["time"])
    hits, out = _hits(rows, as_of, local, _binds), list[Row]()
    since = end - timedelta(days=365)
    for found in _all_streams(hits, lambda hit: _party(hit.row), since, splits=True):
        last = next((hit for hit in reversed(found.stream) if hit.paid), found.stream[-1]).row
        said = _described(found, begun, last["class"] in DEBTS)
        if said is not None and not said["lost"]:
            out.append(said | _sort_of(last, said) | {"time": found.stream[-1].row["time"]})
    return sorted(out, key=lambda row: int(row["time"]))


def _sort_of(last: Row, said: Row) -> Row:
    return {
        "is_loan": float(last["class"] in DEBTS or last["class"] == "card_repayment"),
        "is_bill": float(last["class"] == "bill"), "is_card": float(last["class"] == "card_repayment"),
        "daily_amount": said["monthly_amount"] / MEAN_MONTH, "counterparty": last["counterparty"],
        "kind": last.get("kind"), "category": last.get("category"),
    }  # fmt: skip
