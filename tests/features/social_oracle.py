"""The social features of one application in plain Python over dicts, written from their definitions alone."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from itertools import pairwise
from statistics import median
from typing import Any

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


def days(since: datetime, t: datetime) -> float:
    return (t - since) / DAY


def fade(age: float, half_life: float | None) -> float:
    return 1.0 if half_life is None else 2.0 ** (-age / half_life)


def standing(world: World, person: str, t: datetime) -> tuple[str, datetime] | None:
    rows = visible([row for row in world["standings"] if row["person_id"] == person], t)
    if not rows:
        return None
    when = max(row["event_time"] for row in rows)
    last = [row for row in rows if row["event_time"] == when]
    bad = [row for row in last if row["standing"] == "defaulted"]
    row = min(bad or last, key=lambda row: row.get("known_time", row["event_time"]))
    return row["standing"], row.get("known_time", row["event_time"])


class Around:
    """One person's ties at a moment."""

    def __init__(
        self,
        world: World,
        person: str,
        t: datetime,
        *,
        min_known: int = 1,
        min_tie_age: float = 90.0,
        edge_half_life: float | None = 365.0,
        label_half_life: float | None = 365.0,
        min_known_group: int = 20,
        layers: tuple[str, ...] = (),
    ) -> None:
        self.world, self.person, self.t = world, person, t
        self.min_known, self.min_known_group, self.min_tie_age = min_known, min_known_group, min_tie_age
        self.edge, self.label = edge_half_life, label_half_life
        self.rows = visible(world["ties"], t)
        touching = [r for r in self.rows if person in (r["person_id"], r["other_id"])]
        by_other: dict[str, list[Record]] = defaultdict(list)
        for row in touching:
            other = row["other_id"] if row["person_id"] == person else row["person_id"]
            layer = row.get("layer")
            wanted = layer in layers if layers else layer not in ("shared", "lookalike")
            if other != person and wanted:
                by_other[other].append(row)
        self.people = [self.describe(other, rows) for other, rows in by_other.items()]

    def describe(self, other: str, rows: list[Record]) -> Record:
        def weight(row: Record) -> float:
            return 1.0 if row.get("weight") is None else row["weight"]

        good = [row for row in rows if weight(row) >= 0]
        now = [row for row in good if not over(row, self.t)]
        age = max((days(row["event_time"], self.t) for row in good), default=NAN)
        directed = [row for row in now if row.get("directed")]
        out = {row["person_id"] == self.person for row in directed}
        strength = math.fsum(weight(r) * fade(days(r["event_time"], self.t), self.edge) for r in now)
        ended = min((days(r["end_time"], self.t) for r in good if over(r, self.t)), default=NAN)
        return {
            "other": other, "age": age, "counted": bool(now) and age >= self.min_tie_age,
            "last": min((days(row["event_time"], self.t) for row in good), default=NAN),
            "strength": strength, "out": True in out, "in": False in out, "directed": bool(out),
            "negative": any(weight(row) < 0 and not over(row, self.t) for row in rows),
            "tied": bool(good), "ended": 0.0 if now else ended,
            "standing": standing(self.world, other, self.t),
        }  # fmt: skip

    def tie_features(self) -> dict[str, float]:
        mine = [p for p in self.people if p["counted"]]
        ties = [p for p in self.people if p["tied"]]
        strengths = [p["strength"] for p in mine]
        directed = [p for p in mine if p["directed"]]
        both = sum(p["out"] and p["in"] for p in directed)
        present = [p for p in ties if p["ended"] <= 90]
        lost = [p for p in ties if 0 < p["ended"] <= 90]
        changed = [p for p in ties if p["age"] <= 90 or 0 < p["ended"] <= 90]
        return {
            "ties_count": len(mine),
            "ties_strength": sum(strengths),
            "ties_strength_entropy": evenness(strengths),
            "ties_strongest_share": max(strengths) / sum(strengths) if sum(strengths) else NAN,
            "ties_negative_count": sum(p["negative"] for p in self.people),
            "ties_incoming_count": sum(p["in"] for p in mine),
            "ties_outgoing_count": sum(p["out"] for p in mine),
            "ties_reciprocal_share": (both + 2.5) / (len(directed) + 5) if directed else NAN,
            "ties_age_median_days": median(p["age"] for p in mine) if mine else NAN,
            "ties_age_max_days": max((p["age"] for p in mine), default=NAN),
            "ties_recency_days": min((p["last"] for p in mine), default=NAN),
            "ties_new_count_30d": sum(p["age"] <= 30 for p in ties),
            "ties_new_count_90d": sum(p["age"] <= 90 for p in ties),
            "ties_lost_count_90d": len(lost),
            "ties_churn_share_90d": (len(changed) + 1) / (len(present) + 5) if present else NAN,
        }

    def exposures(self) -> dict[str, float]:
        mine = [p for p in self.people if p["counted"]]
        known = [p for p in mine if p["standing"]]
        for p in known:
            p["bad"], p["since"] = p["standing"][0] == "defaulted", days(p["standing"][1], self.t)
            p["faded"] = p["strength"] * fade(p["since"], self.label)
        n, whole = len(known), sum(p["strength"] for p in known)
        strongest = sorted(known, key=lambda p: (-p["strength"], -p["age"], p["other"]))[:5]
        recent = sum(p["bad"] and p["since"] < 180 for p in known)
        old = sum(p["bad"] and p["since"] >= 180 for p in known)

        def if_known(value: Callable[[], float]) -> float:
            return value() if n >= self.min_known and n else NAN

        return {
            "neighbours_known_share": n / len(mine) if n >= self.min_known and n else 0.0,
            "neighbours_defaulted_count": if_known(lambda: recent + old),
            "neighbours_defaulted_share": if_known(lambda: (recent + old + 0.5) / (n + 5)),
            "neighbours_defaulted_share_strongest_5": if_known(
                lambda: sum(p["bad"] for p in strongest) / len(strongest)
            ),
            "neighbours_defaulted_strength_share": if_known(
                lambda: sum(p["faded"] for p in known if p["bad"]) / whole if whole else NAN
            ),
            "neighbours_good_strength_share": if_known(
                lambda: sum(p["faded"] for p in known if not p["bad"]) / whole if whole else NAN
            ),
            "neighbours_defaulted_share_recent": if_known(lambda: recent / n),
            "neighbours_defaulted_share_old": if_known(lambda: old / n),
            "neighbours_defaulted_share_recent_less_old": if_known(lambda: recent / n - old / n),
        }

    def groups(self) -> dict[str, float]:
        rows = [row for row in visible(self.world["memberships"], self.t) if not over(row, self.t)]
        members: dict[str, set[str]] = defaultdict(set)
        for row in rows:
            members[row["group_id"]].add(row["person_id"])
        mine: dict[str, list[Record]] = defaultdict(list)
        for row in rows:
            if row["person_id"] == self.person:
                mine[row["group_id"]].append(row)
        tenure = {g: max(days(row["event_time"], self.t) for row in own) for g, own in mine.items()}
        others = {group: members[group] - {self.person} for group in mine}
        told = {
            g: [s[0] for o in them if (s := standing(self.world, o, self.t))] for g, them in others.items()
        }
        least = max(self.min_known_group, self.min_known)
        judged = [
            [s == "defaulted" for s in told[g]] for g in mine
            if len(told[g]) >= least and tenure[g] >= self.min_tie_age
        ]  # fmt: skip
        shares = [sum(group) / len(group) for group in judged]
        pooled = [bad for group in judged for bad in group]
        known = sum(len(found) for found in told.values())
        leaders = ("owner", "admin", "administrator", "leader", "moderator")
        sizes = [len(them) for them in others.values()]
        return {
            "groups_count": len(mine),
            "groups_led_count": sum(role_of(own) in leaders for own in mine.values()),
            "groups_size_median": median(sizes) if mine else NAN,
            "groups_size_max": max(sizes, default=NAN),
            "groups_tenure_median_days": median(tenure.values()) if mine else NAN,
            "groups_tenure_max_days": max(tenure.values(), default=NAN),
            "groups_joined_count_90d": sum(value <= 90 for value in tenure.values()),
            "groups_known_share": known / sum(sizes) if known and known >= self.min_known else 0.0,
            "groups_default_share_mean": sum(shares) / len(shares) if shares else NAN,
            "groups_default_share_max": max(shares, default=NAN),
            "groups_default_share": (sum(pooled) + 0.5) / (len(pooled) + 5) if pooled else NAN,
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
        any_known(row for row in world["ties"] if person in (row["person_id"], row["other_id"])),
        any_known(row for row in world["memberships"] if row["person_id"] == person),
        any_known(row for row in world["activities"] if row["person_id"] == person),
    )
