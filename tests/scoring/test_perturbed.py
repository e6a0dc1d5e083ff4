"""One thing changes between fit and score: that is refused, or counted, or gives the same bits."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

import creditscore as cs
from creditscore.errors import CreditScoreError
from tests.scoring.test_contract import PEOPLE, Fitted, Tables, changed

FITTED = Fitted()
USUAL = FITTED.pipeline.score_many(
    cs.Applications(FITTED.asked), cs.Portfolio.from_records(FITTED.tables)
).log_odds
REQUIRED = {"payments": ("event_time", "amount"), "loans": ("event_time",), "statements": ("event_time",)}
OPTIONAL = {
    "payments": ("balance", "currency"),
    "loans": ("amount",),
    "statements": ("balance", "limit", "days_past_due"),
}
COLUMNS = st.sampled_from([(table, column) for table in OPTIONAL for column in OPTIONAL[table]])
MONEY = st.sampled_from(
    [("payments", "amount"), ("payments", "balance"), ("statements", "balance"), ("loans", "amount")]
)
ATTRIBUTES = st.sampled_from(["income", "purpose", "branch"])


class OneThingChanges(RuleBasedStateMachine):
    """Each rule changes one thing of what was fitted; the invariant holds what follows against it."""

    def __init__(self) -> None:
        super().__init__()
        self.restore()

    def restore(self) -> None:
        self.asked, self.tables = list(FITTED.asked), dict(FITTED.tables)
        self.options: dict[str, Any] = {}
        self.what = "nothing"

    def attribute(self, name: str, change: Callable[[Any], Any], what: str) -> None:
        self.restore()
        self.asked = [row | {name: change(row[name])} for row in self.asked]
        self.what = f"{what} {name}"

    def table(self, tables: Tables, what: str) -> None:
        self.restore()
        self.tables, self.what = tables, what

    @rule(table=st.sampled_from(list(OPTIONAL)))
    def drop_a_table(self, table: str) -> None:
        self.table({name: rows for name, rows in FITTED.tables.items() if name != table}, f"no {table}")

    @rule(table=st.sampled_from(list(OPTIONAL)))
    def empty_a_table(self, table: str) -> None:
        self.table(FITTED.tables | {table: []}, f"empty {table}")

    @rule(where=COLUMNS)
    def drop_a_column(self, where: tuple[str, str]) -> None:
        self.table(changed(FITTED.tables, where[0], **{where[1]: None}), f"no {where}")

    @rule(where=COLUMNS)
    def rename_a_column(self, where: tuple[str, str]) -> None:
        table, column = where
        rows = [
            {f"{name}_" if name == column else name: value for name, value in row.items()}
            for row in FITTED.tables[table]
        ]
        self.table(FITTED.tables | {table: rows}, f"renamed {where}")

    @rule(where=COLUMNS)
    def retype_a_column(self, where: tuple[str, str]) -> None:
        self.table(changed(FITTED.tables, where[0], **{where[1]: lambda v: f"{v}?"}), f"text in {where}")

    @rule(where=MONEY, factor=st.sampled_from([100.0, 0.01]))
    def rescale_a_column(self, where: tuple[str, str], factor: float) -> None:
        self.table(
            changed(FITTED.tables, where[0], **{where[1]: lambda v: factor * v}), f"{where} by {factor}"
        )

    @rule(zone=st.sampled_from(["Asia/Tehran", "Pacific/Auckland", "America/Lima"]))
    def shift_by_a_zone(self, zone: str) -> None:
        self.restore()
        self.options, self.what = {"timezone": zone}, zone

    @rule()
    def swap_the_currency(self) -> None:
        self.table(changed(FITTED.tables, "payments", currency=lambda _: "IRR"), "currency")

    @rule(table=st.sampled_from(["payments", "statements"]), times=st.integers(2, 3))
    def repeat_rows(self, table: str, times: int) -> None:
        self.table(FITTED.tables | {table: FITTED.tables[table] * times}, f"{table} repeated")

    @rule(table=st.sampled_from(["payments", "statements"]), seed=st.integers(0, 9))
    def shuffle_rows(self, table: str, seed: int) -> None:
        order = np.random.default_rng(seed).permutation(len(FITTED.tables[table]))
        self.table(FITTED.tables | {table: [FITTED.tables[table][k] for k in order]}, f"{table} shuffled")

    @rule(name=ATTRIBUTES)
    def drop_an_attribute(self, name: str) -> None:
        self.restore()
        self.asked = [{key: value for key, value in row.items() if key != name} for row in self.asked]
        self.what = f"no {name}"

    @rule(name=ATTRIBUTES)
    def rename_an_attribute(self, name: str) -> None:
        self.restore()
        self.asked = [{k if k != name else f"{k}s": v for k, v in row.items()} for row in self.asked]
        self.what = f"renamed {name}"

    @rule(name=ATTRIBUTES)
    def blank_an_attribute(self, name: str) -> None:
        self.attribute(name, lambda _: None, "blank")

    @rule()
    def retype_numbers(self) -> None:
        self.attribute("income", str, "text in")

    @rule()
    def retype_labels(self) -> None:
        self.attribute("branch", lambda v: str(int(v)), "text in")

    @rule()
    def rescale_an_attribute(self) -> None:
        self.attribute("income", lambda v: 100.0 * v, "a hundredfold")

    @rule(label=st.sampled_from(["Car", "boat", "car ", "\u8f66"]))
    def rename_a_label(self, label: str) -> None:
        self.attribute("purpose", lambda v: label if v == "car" else v, f"label {label} in")

    @rule()
    def permute_labels(self) -> None:
        turned = {"car": "home", "home": "travel", "travel": "car"}
        self.attribute("purpose", turned.get, "permuted")

    @rule(ids=st.sampled_from(["shifted", "blank", "text"]))
    def change_ids(self, ids: str) -> None:
        self.restore()
        change = {"shifted": lambda v: f"{v}x", "blank": lambda _: None, "text": lambda v: int(v[1:])}[ids]
        self.asked = [row | {"applicant_id": change(row["applicant_id"])} for row in self.asked]
        self.what = f"{ids} ids"

    @invariant()
    def refused_or_counted_or_the_same(self) -> None:
        try:
            applications = cs.Applications(self.asked)
            portfolio = cs.Portfolio.from_records(self.tables, **self.options)
            scores = FITTED.pipeline.score_many(applications, portfolio)
        except CreditScoreError:
            return
        same = np.array_equal(scores.log_odds, USUAL, equal_nan=True)
        assert same or scores.mismatches, f"{self.what}: other scores, and nothing says so"
        if not same:
            assert len(scores) == PEOPLE


TestOneThingChanges = OneThingChanges.TestCase
TestOneThingChanges.settings = settings(
    max_examples=12, stateful_step_count=12, deadline=None, suppress_health_check=list(HealthCheck)
)
