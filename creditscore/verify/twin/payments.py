"""Features of payments and bills, computed once more from stored rows, in plain Python."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from functools import cached_property
from typing import Any, Final

from creditscore.data.sources import SOURCE_GROUPS
from creditscore.verify.rows import rows_of
from creditscore.verify.twin.balances import account_sums, balance_days
from creditscore.verify.twin.classes import classify
from creditscore.verify.twin.clock import WEEKDAY, Local, micros
from creditscore.verify.twin.debts import card_bills, debts
from creditscore.verify.twin.facts import Past
from creditscore.verify.twin.measured import KNOWN, combined, measured
from creditscore.verify.twin.months import payment_months, payment_weeks, spending_season
from creditscore.verify.twin.proof import prove
from creditscore.verify.twin.streams import commitments, income_stream

Row = dict[str, Any]
Formula = Mapping[str, Any]
BILLS: Final = "bill_states"
VIEWS: Final = frozenset({
    BILLS, "flows", "spending", "payment_months", "payment_weeks", "spending_season", "balance_days",
    "income_stream", "commitments", "debts", "card_bills",
})  # fmt: skip
# These read loans too.
WITH_LOANS: Final = frozenset({"debts", "card_bills"})
# Of more payments than this the twin says nothing: so many take it half a minute.
MOST_ROWS: Final = 200_000
_ONLINE: Final = frozenset({"online", "web", "app", "mobile", "internet", "ecommerce", "e-commerce"})
_ENOUGH_PAID: Final = 0.99


def leaves_of(formula: Formula) -> Iterator[Formula]:
    """Yield the terms, columns of the application and coverages that a formula is made of."""
    if formula["kind"] in ("term", "attribute", "covered"):
        yield formula
    for part in formula.values():
        if isinstance(part, Mapping):
            yield from leaves_of(part)


def is_of_payments(formula: Formula) -> bool:
    """Whether a formula reads views of payments and bills alone, and what the application asks for."""
    leaves = list(leaves_of(formula))
    terms = [leaf for leaf in leaves if leaf["kind"] == "term"]
    return bool(terms or any(leaf["kind"] == "covered" for leaf in leaves)) and all(
        _is_known(leaf) for leaf in leaves
    )


def reads_loans(formula: Formula) -> bool:
    """Whether a formula of payments reads loans too."""
    return any(leaf.get("view") in WITH_LOANS for leaf in leaves_of(formula))


def _is_known(leaf: Formula) -> bool:
    match leaf["kind"]:
        case "term":
            known = {"kind", "statistic", "view", "column", "where", "window", "last", "first", "by"}
            same = set(leaf) <= known | {"argument", "minimum_rows"}
            return same and leaf["view"] in VIEWS and leaf["statistic"] in KNOWN
        case "attribute":
            return set(leaf) == {"kind", "column"}
    return leaf["source"] in (*SOURCE_GROUPS["payments"], "loans")


class Payments:
    """Everything about the payments and bills of one applicant that features may see.

    Parameters
    ----------
    tables : mapping of str to list of dict
        Rows as stored, times as instants with a zone.
    moment : datetime
    local : Local
    asked : mapping
        What the application says.
    covered : mapping of str to bool
        By source.
    past : Past
        The loans of the applicant.
    """

    def __init__(
        self,
        tables: Mapping[str, Sequence[Row]],
        moment: datetime,
        local: Local,
        asked: Mapping[str, Any],
        covered: Mapping[str, bool],
        past: Past,
    ) -> None:
        self.tables: Mapping[str, Sequence[Row]] = tables
        self.local: Local = local
        self.asked: Mapping[str, Any] = asked
        self.covered: Mapping[str, bool] = {**covered, "loans": past.covered["loans"]}
        self.past: Past = past
        self.as_of: int = micros(moment)
        self._views: dict[str, list[Row]] = {}

    def value(self, formula: Formula) -> float:
        """Evaluate the formula of a feature; NaN where it is not known."""
        return combined(formula, self._leaf)

    def _leaf(self, leaf: Formula) -> float:
        if leaf["kind"] == "attribute":
            value = self.asked.get(leaf["column"])
            return math.nan if value is None else float(value)
        if leaf["kind"] == "covered":
            return float(self.covered.get(leaf["source"], False))
        if not self.covered.get("bills" if leaf["view"] == BILLS else "payments", False):
            return math.nan
        return measured(leaf, self.rows(leaf["view"]), self.as_of)

    def rows(self, view: str) -> list[Row]:
        """The rows of a view, oldest first."""
        if view not in self._views:
            self._views[view] = getattr(self, f"_{view}")()
        return self._views[view]

    def _visible(self, table: str, time: str, key: str) -> list[Row]:
        """The latest version of each event that was known and had happened by the moment, oldest first."""
        latest: dict[Any, Row] = {}
        known = [(micros(row.get("known_time") or row[time]), row) for row in self.tables.get(table, ())]
        for number, (when, row) in enumerate(known):
            name = number if row.get(key) is None else (key, row[key])
            if when < self.as_of and (name not in latest or when > latest[name]["known"]):
                latest[name] = {**row, "known": when, "time": micros(row[time])}
        return sorted((row for row in latest.values() if row["time"] < self.as_of), key=_when)

    @cached_property
    def _paid(self) -> list[Row]:
        return prove(classify(self._visible("payments", "event_time", "event_id")), self.as_of)

    @cached_property
    def _sums(self) -> list[dict[str, float | None]]:
        return account_sums(self._paid, self.as_of)

    def _flows(self) -> list[Row]:
        return self._paid

    def _spending(self) -> list[Row]:
        return [row | self._bought(row) for row in self._paid if row["outflow"] is not None]

    def _bought(self, row: Row) -> Row:
        when, channel = self.local.clock(row["time"]), row.get("channel")
        dated = row.get("date_only") == 1
        return {
            "amount": row["outflow"], "purchase": row["outflow"] if row["class"] == "purchase" else None,
            "is_night": None if dated else float(when.hour < 5),
            "is_weekend": float(when.weekday() in self.local.weekend),
            "is_online": None if channel is None else float(channel.strip().lower() in _ONLINE),
            "hour_of_week": None if dated else f"{WEEKDAY[when.weekday()]}_{when.hour:02d}",
        }  # fmt: skip

    def _payment_months(self) -> list[Row]:
        return payment_months(self._paid, self.as_of, self.local, [one["left"] for one in self._sums])

    def _payment_weeks(self) -> list[Row]:
        return payment_weeks(self._paid, self.as_of)

    def _spending_season(self) -> list[Row]:
        return spending_season(self._paid, self.as_of, self.local)

    def _balance_days(self) -> list[Row]:
        incomes = [month["income"] for month in self.rows("payment_months")[-6:]]
        return balance_days(self._paid, self._sums, incomes, self.as_of)

    def _income_stream(self) -> list[Row]:
        return income_stream(self._paid, self.as_of, self.local)

    def _commitments(self) -> list[Row]:
        return commitments(self._paid, self.as_of, self.local)

    def _debts(self) -> list[Row]:
        return debts(self.rows("commitments"), self.past, self.local)

    def _card_bills(self) -> list[Row]:
        return card_bills(self._paid, self.past, self.as_of)

    def _bill_states(self) -> list[Row]:
        rows = self._visible("bills", "due_time", "bill_id")
        return [row | self._billed(row) for row in rows]

    def _billed(self, row: Row) -> Row:
        """How a bill stands at the moment."""
        due, when, amount = row["due_amount"], row.get("paid_time"), row.get("paid_amount")
        heard = None if when is None else max(micros(when), micros(row.get("paid_known_time") or when))
        known = heard is not None and heard < self.as_of
        paid_at = micros(when) if known and when is not None else None
        is_paid = paid_at is not None and (amount is None or amount >= _ENOUGH_PAID * due)
        late = self._late(row, paid_at if is_paid and paid_at is not None else self.as_of)
        part = min(max(due if amount is None else amount, 0.0), due) if known else 0.0
        in_part = part * self._late(row, paid_at) if part and paid_at is not None else 0.0
        undecided = not is_paid and late == 0
        return {
            "days_late": None if undecided else float(late),
            "late_amount": None if undecided else in_part + (due - part) * late,
            "on_time": None if undecided else float(late == 0),
            "is_overdue": None if undecided else float(not is_paid),
            "overdue_amount": due - part if not is_paid and late > 0 else 0.0,
        }

    def _late(self, row: Row, end: int) -> int:
        return max(0, (self.local.day(end) - self.local.day(row["time"])).days)


def _when(row: Row) -> int:
    return int(row["time"])


def payments_of(record: Mapping[str, Any], opened: Any, past: Past) -> Payments | None:
    """Open the stored payments and bills of the applicant; None where there are too many for this path.

    Parameters
    ----------
    record : mapping
    opened : callable
        Reads the times of a row of a table.
    past : Past
        The loans of the applicant.
    """
    inputs = record["inputs"]
    tables = {
        name: [opened(name, row) for row in rows_of(inputs["tables"].get(name, []))]
        for name in ("payments", "bills")
    }
    if any(len(rows) > MOST_ROWS for rows in tables.values()):
        return None
    calendar = inputs.get("calendar", {})
    weekend = tuple(WEEKDAY.index(day) for day in calendar.get("weekend", ("sat", "sun")))
    covered = {name: bool(source["covered"]) for name, source in record["sources"].items()}
    moment = datetime.fromisoformat(record["as_of"])
    local = Local(calendar.get("timezone", "UTC"), weekend)
    return Payments(tables, moment, local, inputs["application"], covered, past)
