"""The social features of one application in plain Python over dicts, written from their definitions alone."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from itertools import pairwise
from statistics import median
from typing import Any

from tests.data import seen_oracle

Record = dict[str, Any]
World = dict[str, list[Record]]

NAN = math.nan
DAY = timedelta(days=1)


def visible(rows: Iterable[Record], t: datetime) -> list[Record]:
    """Rows that happened and were known before t, of each event the version known last."""
    loose = [row for row in rows if row.get("known_time", row["event_time"]) < t]
    newest: dict[Any, Record] = {}
    for row in loose:
        key = row.get("event_id")
        if key is not None and (key not in newest or newest[key]["known_time"] < row["known_time"]):
            newest[key] = row
    kept = [row for row in loose if row.get("event_id") is None or newest[row["event_id"]] is row]
    return [row for row in kept if row["event_time"] < t]


def over(row: Record, t: datetime) -> bool:
    end = row.get("end_time")
    return end is not None and end < t and (row.get("end_known_time") or end) < t


def once(rows: list[Record]) -> list[Record]:
    """A tie without a direction that is listed more than once, by either end, is one tie."""
    times = ("event_time", "known_time", "end_time", "end_known_time")
    seen: dict[Any, Record] = {}
    for number, row in enumerate(rows):
        same = (row.get("layer"), weight_of(row), *(row.get(name) for name in times))
        seen.setdefault(number if row.get("directed") else same, row)
    return list(seen.values())


def days(since: datetime, t: datetime) -> float:
    return (t - since) / DAY


def fade(age: float, half_life: float | None) -> float:
    return 1.0 if half_life is None else 2.0 ** (-age / half_life)


SECRET = bytes(range(40, 72))
UNSOCIAL = ("shared", "device", "address", "phone", "lookalike")
PRIOR = 0.1


def began(row: Record) -> datetime:
    return max(row["event_time"], row.get("known_time") or row["event_time"])


def lasting(rows: Iterable[Record]) -> list[tuple[Record, datetime, datetime | None]]:
    """Since and until when every version of a row says that something lasts, by what was known then."""
    rows = list(rows)
    found = []
    for row in rows:
        stops = []
        if row.get("event_id") is not None:
            same = [r["known_time"] for r in rows if r.get("event_id") == row["event_id"]]
            stops += [known for known in same if known > row["known_time"]]
        if row.get("end_time") is not None:
            stops.append(max(row["end_time"], row.get("end_known_time") or row["end_time"]))
        found.append((row, began(row), min(stops, default=None)))
    return found


def stretches(
    spans: list[tuple[Record, datetime, datetime | None]], holds: Callable[[list[Record]], bool]
) -> list[tuple[datetime, datetime | None]]:
    """When something holds of the rows that last, looked at between every two changes."""
    points = sorted({p for _, begin, end in spans for p in (begin, end) if p is not None})
    found: list[tuple[datetime, datetime | None]] = []
    for point, after in pairwise([*points, None]):
        now = [r for r, begin, end in spans if begin <= point and (end is None or end > point)]
        if not holds(now):
            continue
        if found and found[-1][1] == point:
            found[-1] = (found[-1][0], after)
        else:
            found.append((point, after))
    return found


def weight_of(row: Record) -> float:
    return 1.0 if row.get("weight") is None else row["weight"]


def agreed(rows: list[Record]) -> bool:
    sides: dict[Any, set[str]] = defaultdict(set)
    for row in rows:
        both = {row["person_id"], row["other_id"]}
        sides[row.get("layer")] |= {row["person_id"]} if row.get("directed") else both
    return any(len(those) == 2 for those in sides.values())


class Around:
    """One person's ties at a moment."""

    def __init__(
        self,
        world: World,
        person: str,
        t: datetime,
        *,
        epsilon: float | None = 2.0,
        min_known: int = 5,
        min_tie_age: float = 90.0,
        edge_half_life: float | None = 365.0,
        min_known_group: int = 10,
        layers: tuple[str, ...] = (),
    ) -> None:
        self.world, self.person, self.t, self.epsilon = world, person, t, epsilon
        self.min_known, self.min_known_group, self.min_age = min_known, min_known_group, min_tie_age * DAY
        self.edge = edge_half_life
        by_other: dict[str, list[Record]] = defaultdict(list)
        for row in world["ties"]:
            ends = {row["person_id"], row["other_id"]}
            layer = row.get("layer")
            if person in ends and len(ends) == 2 and (layer in layers if layers else layer not in UNSOCIAL):
                by_other[(ends - {person}).pop()].append(row)
        self.people = [self.describe(other, rows) for other, rows in by_other.items()]

    def bit(self, person: str, moment: datetime) -> tuple[int | None, datetime | None]:
        return seen_oracle.seen(SECRET, self.epsilon, self.world["standings"], person, moment)

    def describe(self, other: str, rows: list[Record]) -> Record:
        t = self.t
        spans = lasting(rows)
        agreements = stretches([span for span in spans if weight_of(span[0]) >= 0], agreed)
        past = [(begin, t if end is None else min(end, t)) for begin, end in agreements if begin < t]
        counted = [b for b, e in past if e - b >= self.min_age and t - e < 180 * DAY]
        alive = bool(past) and past[-1][1] == t
        known = [row for row in rows if row["known_time"] < t and row["event_time"] < t]
        now = [r for r in visible(rows, t) if not over(r, t)]
        old = [r for r in now if r.get("directed") and weight_of(r) >= 0 and t - began(r) >= self.min_age]
        strength = math.fsum(
            weight_of(r) * fade(days(began(r), t), self.edge) for r in once(now) if weight_of(r) >= 0
        )
        bit, since = self.bit(other, t) if counted else (None, None)
        return {
            "other": other, "counted": bool(counted), "tied": bool(past),
            "begun": past[-1][0] if past else None,
            "age": days(counted[-1] if counted else past[-1][0], t) if past else NAN,
            "last": min((days(began(r), t) for r in known if weight_of(r) >= 0), default=NAN),
            "strength": strength,
            "out": any(r["person_id"] == self.person for r in old),
            "in": any(r["person_id"] == other for r in old),
            "negative": any(weight_of(r) < 0 for r in now),
            "ended": NAN if not past else 0.0 if alive else days(past[-1][1], t),
            "changed": NAN if not past else days(past[-1][0] if alive else past[-1][1], t),
            "bit": bit, "seen": NAN if since is None else days(since, t),
        }  # fmt: skip

    def tie_features(self) -> dict[str, float]:
        mine = [p for p in self.people if p["counted"]]
        ties = [p for p in self.people if p["tied"]]
        strengths = [p["strength"] for p in mine]
        towards = [p for p in self.people if p["out"]]
        both = sum(p["in"] for p in towards)
        present = [p for p in ties if p["ended"] <= 90]
        changed = [p for p in ties if p["changed"] <= 90]
        return {
            "ties_count": len(mine),
            "ties_strength": sum(strengths),
            "ties_strength_entropy": evenness(strengths),
            "ties_strongest_share": max(strengths) / sum(strengths) if sum(strengths) else NAN,
            "ties_negative_count": sum(p["negative"] for p in self.people),
            "ties_incoming_count": sum(p["in"] for p in self.people),
            "ties_outgoing_count": len(towards),
            "ties_reciprocal_share": (both + 2.5) / (len(towards) + 5) if towards else NAN,
            "ties_age_median_days": median(p["age"] for p in mine) if mine else NAN,
            "ties_age_max_days": max((p["age"] for p in mine), default=NAN),
            "ties_recency_days": min((p["last"] for p in mine), default=NAN),
            "ties_new_count_30d": sum(days(p["begun"], self.t) <= 30 for p in ties),
            "ties_new_count_90d": sum(days(p["begun"], self.t) <= 90 for p in ties),
            "ties_lost_count_90d": sum(0 < p["ended"] <= 90 for p in ties),
            "ties_churn_share_90d": (len(changed) + 1) / (len(present) + 5) if present else NAN,
        }

    @property
    def flip(self) -> float:
        return 0.0 if self.epsilon is None else 1.0 / (1.0 + math.exp(self.epsilon))

    def share(self, votes: list[tuple[float, int]], *, least: float) -> float:
        """The chance of a wrong bit taken off, drawn towards the prior, within 0 and 1."""
        n, s, q = sum(w for w, _ in votes), sum(w * y for w, y in votes), self.flip
        if n < least:
            return NAN
        weight = 5 / (1 - 2 * q) ** 2
        return bounded(((s + weight * (q + (1 - 2 * q) * PRIOR)) / (n + weight) - q) / (1 - 2 * q))

    def exposures(self) -> dict[str, float]:
        known = [p for p in self.people if p["counted"] and p["bit"] is not None]
        young = [p for p in known if p["age"] < 365]
        for p in known:
            p["vote"] = min(1.0, 0.5 * (len(known) - len(young)) / len(young)) if p in young else 1.0
        n, q = len(known), self.flip
        strongest = sorted(known, key=lambda p: (-p["strength"], p["begun"], p["other"]))[:5]
        whole = sum(p["strength"] for p in known)

        def of(people: list[Record]) -> float:
            return self.share([(p["vote"], p["bit"]) for p in people], least=self.min_known)

        def plain(part: float, all_: float) -> float:
            enough = sum(p["vote"] for p in known) >= self.min_known
            return bounded((part / all_ - q) / (1 - 2 * q)) if enough and all_ else NAN

        recent, old = of([p for p in known if p["seen"] < 180]), of([p for p in known if p["seen"] >= 180])
        by_strength = plain(sum(p["strength"] for p in known if p["bit"]), whole)
        return {
            "neighbours_known_share": 0.0 if not n else 1.0 if n >= self.min_known else 0.5,
            "neighbours_defaulted_count": n * plain(sum(p["bit"] for p in known), n),
            "neighbours_defaulted_share": of(known),
            "neighbours_defaulted_share_bounded": min(of(known), PRIOR, key=lambda x: (x == x, x)),
            "neighbours_defaulted_share_strongest_5": plain(sum(p["bit"] for p in strongest), len(strongest)),
            "neighbours_defaulted_strength_share": by_strength,
            "neighbours_good_strength_share": 1.0 - by_strength,
            "neighbours_defaulted_share_recent": recent,
            "neighbours_defaulted_share_old": old,
            "neighbours_defaulted_share_recent_less_old": recent - old,
        }

    def groups(self) -> dict[str, float]:
        t, month = self.t, seen_oracle.month_of(self.t)
        by_stay: dict[tuple[str, str], list[Record]] = defaultdict(list)
        for row in self.world["memberships"]:
            by_stay[row["group_id"], row["person_id"]].append(row)
        stays = {key: stretches(lasting(rows), bool) for key, rows in by_stay.items()}

        def member(key: tuple[str, str], at: datetime, age: timedelta = 0 * DAY) -> datetime | None:
            inside = [b for b, e in stays[key] if b < at and (e is None or e >= at) and at - b >= age]
            return inside[-1] if inside else None

        mine = [g for g, who in stays if who == self.person and member((g, who), t)]
        tenure = {g: days(member((g, self.person), t), t) for g in mine}
        sizes = [sum(k[0] == g and k[1] != self.person and bool(member(k, t)) for k in stays) for g in mine]
        shares, told = [], []
        for g in mine:
            inside = [k[1] for k in stays if k[0] == g and member(k, month, 90 * DAY)]
            bits = {who: bit for who in inside if (bit := self.bit(who, month)[0]) is not None}
            told.append(len(bits))
            folds = max(2, 2 ** int(math.log2(len(bits) / 5))) if len(bits) >= 5 else 2
            fold = {w: int(folds * seen_oracle.fold(SECRET, w)) for w in (*bits, self.person)}
            others = [(1.0, bit) for who, bit in bits.items() if fold[who] != fold[self.person]]
            least = max(self.min_known_group, self.min_known)
            value = self.share(others, least=5)
            if len(bits) >= least and tenure[g] * DAY >= self.min_age and not math.isnan(value):
                shares.append(value)
        now = [row for row in visible(self.world["memberships"], t) if not over(row, t)]
        own = {g: [r for r in now if r["person_id"] == self.person and r["group_id"] == g] for g in mine}
        leaders = ("owner", "admin", "administrator", "leader", "moderator")
        most = max(told, default=0)
        return {
            "groups_count": len(mine),
            "groups_led_count": sum(role_of(rows) in leaders for rows in own.values()),
            "groups_size_median": median(sizes) if mine else NAN,
            "groups_size_max": max(sizes, default=NAN),
            "groups_tenure_median_days": median(tenure.values()) if mine else NAN,
            "groups_tenure_max_days": max(tenure.values(), default=NAN),
            "groups_joined_count_90d": sum(value <= 90 for value in tenure.values()),
            "groups_known_share": 0.0 if not most else 1.0 if most >= self.min_known_group else 0.5,
            "groups_default_share_mean": sum(shares) / len(shares) if shares else NAN,
            "groups_default_share_max": max(shares, default=NAN),
        }

    def activities(self) -> dict[str, float]:
        rows = visible([r for r in self.world["activities"] if r["person_id"] == self.person], self.t)
        ages = sorted(days(row["event_time"], self.t) for row in rows)

        def within(window: int) -> list[Record]:
            return [row for row in rows if days(row["event_time"], self.t) <= window]

        def distinct(column: str, window: int) -> int:
            return len({row[column] for row in within(window)} - {None})

        months = min(24, int(max(ages, default=0) // 30))
        counts = [sum(30 * m < age <= 30 * (m + 1) for age in ages) for m in range(min(months, 12))][::-1]
        year = sorted(age for age in ages if age <= 365)
        gaps = [later - sooner for sooner, later in pairwise(year)]
        found = {f"activities_count_{w}d": float(len(within(w))) for w in (30, 90, 365)}
        found |= {f"activities_kinds_count_{w}d": float(distinct("kind", w)) for w in (30, 90, 365)}
        return found | {
            "activities_history_days": max(ages, default=NAN),
            "activities_recency_days": min(ages, default=NAN),
            "activities_active_days_90d": len({row["event_time"].date() for row in within(90)}),
            "activities_gap_cv_365d": spread(gaps),
            "activities_people_count_90d": distinct("other_id", 90),
            "activities_groups_count_90d": distinct("group_id", 90),
            "activities_trend_12m": slope(counts),
        }


def bounded(share: float) -> float:
    return min(1.0, max(0.0, share))


def role_of(rows: list[Record]) -> str | None:
    newest = max(row["event_time"] for row in rows)
    roles = [row["role"] for row in rows if row["event_time"] == newest]
    return max((role for role in roles if role), default=None)


def evenness(strengths: list[float]) -> float:
    whole = sum(strengths)
    if not whole:
        return NAN
    if len(strengths) == 1:
        return 0.0
    return -sum(s / whole * math.log(s / whole) for s in strengths if s) / math.log(len(strengths))


def spread(gaps: list[float]) -> float:
    if len(gaps) < 2:
        return NAN
    mean = sum(gaps) / len(gaps)
    if not mean:
        return NAN
    return math.sqrt(sum((gap - mean) ** 2 for gap in gaps) / (len(gaps) - 1)) / mean


def slope(counts: list[int]) -> float:
    if len(counts) < 4 or not median(counts):
        return NAN
    slopes = [(counts[j] - counts[i]) / (j - i) for j in range(len(counts)) for i in range(j)]
    return median(slopes) / abs(median(counts))


def social(world: World, person: str, t: datetime, **settings: Any) -> dict[str, float]:
    """All social features but those read from measures; NaN for sources of which nothing was known."""
    around = Around(world, person, t, **settings)
    ties, groups, acts = covered(world, person, t)
    found = {"ties_covered": ties, "memberships_covered": groups, "activities_covered": acts}
    for here, values in (
        (ties, around.tie_features() | around.exposures()),
        (groups, around.groups()),
        (acts, around.activities()),
    ):
        found |= values if here else dict.fromkeys(values, NAN)
    return found


def covered(world: World, person: str, t: datetime) -> tuple[float, float, float]:
    def any_known(rows: Iterable[Record]) -> float:
        return float(any((row.get("known_time") or row["event_time"]) < t for row in rows))

    return (
        float(any(p["tied"] for p in Around(world, person, t).people)),
        any_known(row for row in world["memberships"] if row["person_id"] == person),
        any_known(row for row in world["activities"] if row["person_id"] == person),
    )
