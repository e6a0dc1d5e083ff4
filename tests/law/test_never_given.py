"""What a law forbids is as if it had never been given: for scores, reasons, records, rules and segments."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import numpy as np
import pytest

import creditscore as cs
from creditscore.errors import NameUnknownError
from tests.features.worlds import AS_OF, PRIVACY, applications, filled, random_world
from tests.law.test_pipeline import COLUMNS, GONE
from tests.pipeline.conftest import PEOPLE

FREE = ("bills", "loans", "inquiries", "sessions", "registrations", "complaints")
BARRED = ("payments", "ties", "memberships", "activities", "measures", "standings", "form_events")
TEXTS = {"en": "too low", "fa": "کم است", "zh": "太低"}


@pytest.fixture(scope="module")
def world() -> dict[str, list[dict[str, Any]]]:
    return filled(random_world(3, PEOPLE))


def portfolio_of(world: dict[str, Any], **more: Any) -> cs.Portfolio:
    return cs.Portfolio.from_records(world | more, privacy=PRIVACY)


def bits(fitted: Any, portfolio: cs.Portfolio) -> tuple[bytes, bytes]:
    found = fitted.german.score_many(fitted.records, portfolio, on_mismatch="count")
    return found.log_odds.tobytes(), found.scored.tobytes()


def of(sources: tuple[str, ...], seed: int, begun: str, ended: str, every: float) -> list[dict[str, Any]]:
    """Rows that say of some sources since when they were there, or were consented to."""
    rng, rows = np.random.default_rng(seed), []
    for one in applications(PEOPLE, AS_OF):
        for source in sources:
            ago = timedelta(days=int(rng.integers(2, 900)))
            if rng.random() < every:
                row = {"applicant_id": one["applicant_id"], "source": source, begun: AS_OF - ago}
                rows.append(row | ({ended: AS_OF - timedelta(days=1)} if rng.random() < 0.3 else {}))
    return rows


def test_tables_and_columns_that_were_never_given_leave_the_same_decision(fitted, world) -> None:
    never = portfolio_of({name: rows for name, rows in world.items() if name not in GONE})
    bare = fitted.records.with_attributes({"date_of_birth": None}, {"postcode": None})
    assert not {*COLUMNS} & {*bare.numeric, *bare.text}
    for row in (0, 17, 33):
        given, left = fitted.records.take([row]), bare.take([row])
        assert fitted.german.score(given, fitted.portfolio) == fitted.german.score(left, never)
        many, few = (
            fitted.german.explain(*one).values.tobytes()
            for one in ((given, fitted.portfolio), (left, never))
        )
        assert many == few
        records = [
            fitted.german.decide(*one).content for one in ((given, fitted.portfolio), (left, never))
        ]
        assert {name for name in records[0] if records[0][name] != records[1][name]} == {
            "decision_id", "decided_at", "sha256", "subject",
        }  # fmt: skip


@pytest.mark.parametrize("seed", range(2))
def test_connections_and_consents_of_forbidden_sources_say_nothing(fitted, world, seed: int) -> None:
    for table, begun, ended in (
        ("connections", "connected_time", "disconnected_time"),
        ("consents", "granted_time", "withdrawn_time"),
    ):
        allowed = of(FREE, 5, begun, ended, 0.8)
        barred = of(BARRED, seed, begun, ended, 0.5)
        before = bits(fitted, portfolio_of(world, **{table: allowed}))
        assert bits(fitted, portfolio_of(world, **{table: allowed + barred})) == before


def test_no_rule_of_a_policy_reads_what_the_law_forbids(fitted) -> None:
    hours = np.arange(len(fitted.records), dtype=float)
    own = ("bank_inflow_90d", "facebook_friends")
    asked = fitted.records.with_attributes(dict.fromkeys(own, hours), {}).take([1])
    for subject in (*own, "payments_covered", "neighbours_known", COLUMNS[0]):
        ground = "legal capacity" if subject == COLUMNS[0] else ""
        rule = cs.DeclineRule("r", "P01", subject, "<", 5, TEXTS, legal_basis=ground)
        with pytest.raises(NameUnknownError, match=f"no subject of rule P01 '{subject}'"):
            fitted.german.decide(asked, fitted.portfolio, policy=cs.Policy("p", "1", 400, rules=(rule,)))
    stored = fitted.german.decide(asked, fitted.portfolio).to_json()
    assert not [name for name in own if name in stored]


def test_no_segment_is_made_of_a_forbidden_column(fitted, germany) -> None:
    pipeline = cs.CreditPipeline(
        [cs.repayment_features()], scorer=cs.CreditScorer(n_estimators=4), jurisdiction=germany,
        segments=["postcode"],
    )  # fmt: skip
    with pytest.raises(NameUnknownError, match="'postcode'"):
        pipeline.fit(fitted.records, fitted.portfolio, fitted.bad)
