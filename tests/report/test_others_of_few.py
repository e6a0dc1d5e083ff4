"""An auditor's page prints no value that tells of one to four other people."""

from __future__ import annotations

import random
import re
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import pytest

import creditscore as cs
from creditscore.report.few import figures_of_few
from creditscore.verify.again.few import of_few
from creditscore.verify.findings import canonical
from creditscore.verify.paths import verify_path
from tests.verify.changing import put, sealed

AS_OF = datetime(2026, 3, 1, tzinfo=UTC)
NAMES = ("ties_age_max_days", "ties_recency_days")
PEOPLE = 240


def friends_of(number: int) -> int:
    return 3 if number == 0 else 5 if number == 1 else 6 + number % 9


@pytest.fixture(scope="module")
def lender(tmp_path_factory) -> tuple[cs.CreditPipeline, list[dict[str, Any]], cs.Portfolio, Any]:
    """The first has three friends, the second five; those with more are better risks."""
    asked = [{"application_id": n, "applicant_id": f"p{n}", "as_of": AS_OF} for n in range(PEOPLE)]
    ties = [
        {
            "person_id": f"p{n}", "other_id": f"q{n}-{one}",
            "event_time": AS_OF - timedelta(days=120 + 10 * one + n % 50),
        }
        for n in range(PEOPLE)
        for one in range(friends_of(n))
    ]  # fmt: skip
    portfolio = cs.Portfolio.from_records({"ties": ties})
    features = cs.FeatureSet(tuple(one for one in cs.social_features() if one.name in NAMES))
    draw = np.random.default_rng(0)
    bad = np.array([n % 50 + 20 * draw.normal() < 20 for n in range(PEOPLE)], float)
    pipeline = cs.CreditPipeline(features, scorer=cs.CreditScorer(n_estimators=15), threads=1)
    pipeline.fit(cs.Applications.from_records(asked), portfolio, bad)
    folder = tmp_path_factory.mktemp("lender") / "model"
    pipeline.save(folder)
    return cs.load(folder), asked, portfolio, folder


def report_on(lender: Any, number: int, audience: Any = "auditor", language: Any = "en") -> Any:
    pipeline, asked, portfolio, _ = lender
    record = pipeline.decide(asked[number], portfolio)
    return cs.decision_report(record, audience=audience, language=language)


def printed(report: Any, name: str) -> str:
    """The value of a feature as the ledger of the page prints it."""
    heading = rf"<tr><th[^>]*>(?:(?!</th>).)*<code[^>]*>{name}</code></th>(.*?)</tr>"
    (cells,) = re.findall(heading, report.to_html())
    return re.sub("<[^>]*>", "", cells.split("</td>")[0])


@pytest.mark.parametrize("language", ["en", "fa", "zh"])
def test_of_three_friends_no_value_is_printed_for_an_auditor(lender, language):
    auditor, authority = (report_on(lender, 0, one, language) for one in ("auditor", "authority"))
    moved = [line["name"] for line in auditor.data["record"]["features"] if line["contribution"]]
    assert moved
    assert {*auditor.data["withheld"]} == {*NAMES}
    assert "withheld" not in authority.data
    for name in moved:
        assert printed(auditor, name) != printed(authority, name)
        assert not any(digit.isdecimal() and digit not in "5۵" for digit in printed(auditor, name))


def test_of_five_friends_every_value_is_printed(lender):
    auditor, authority = (report_on(lender, 1, one) for one in ("auditor", "authority"))
    assert auditor.data["withheld"] == []
    for line in auditor.data["record"]["features"]:
        if line["contribution"]:
            assert printed(auditor, line["name"]) == printed(authority, line["name"])


def test_what_is_not_printed_is_verified(lender, tmp_path):
    path, model = tmp_path / "report.json", lender[3]
    for number in (0, 1, 7):
        report = report_on(lender, number).to_dict()
        path.write_text(canonical(report), encoding="utf-8")
        assert verify_path(path, model=model).passed, str(verify_path(path, model=model))
        other = [] if report["withheld"] else ["ties_recency_days"]
        path.write_text(canonical(sealed(put(report, ("withheld",), other))), encoding="utf-8")
        assert not verify_path(path).passed


def line(name: str, source: str, value: float | None, unit: str, group: str) -> dict[str, Any]:
    return {"name": name, "source": source, "value": value, "unit": unit, "group": group}


LINES = [
    line("covered", "ties", 1.0, "flag", ""),
    line("strength", "ties", 0.4, "ratio", "social_ties"),
    line("lost", "ties", 2.0, "count", "social_ties"),
    line("none_lost", "ties", 0.0, "count", "social_ties"),
    line("unknown", "ties", None, "share", "network_repayment"),
    line("share", "ties", 0.2, "share", "network_repayment"),
    line("groups", "memberships", 0.3, "share", "group_repayment"),
    line("led", "memberships", 1.0, "count", "group_membership"),
    line("hops", "measures", 0.1, "share", "network_repayment"),
    line("posts", "activities", 2.0, "count", "social_activity"),
    line("income", "payments", 2.0, "count", "income"),
]


@pytest.mark.parametrize(
    ("friends", "members", "withheld"),
    [
        (0, 0, ["share", "groups", "hops"]),
        (3, 2, ["strength", "lost", "share", "groups", "led", "hops"]),
        (4, 4, ["strength", "lost", "share", "groups", "led", "hops"]),
        (5, 5, ["lost"]),
        (60, 60, ["lost"]),
    ],
)
def test_people_are_counted_once_and_oneself_never(friends, members, withheld):
    """Each friend from both ends and twice; a second id of one's own is no other person."""
    ties = [{"person_id": "me", "other_id": f"f{k}"} for k in range(friends)]
    back = [{"person_id": f"f{k}", "other_id": "me"} for k in range(friends)]
    own = [{"person_id": "me", "other_id": "me-too"}] if friends else []
    inputs = {
        "application": {"applicant_id": "me"},
        "tables": {
            "ties": [*ties, *ties, *own], "memberships": [{"person_id": "me", "group_id": "g"}],
            "persons": [{"person_id": "me-too", "other_id": "me"}],
        },
        "others": {
            "ties": back, "memberships": [{"person_id": f"m{k}", "group_id": "g"} for k in range(members)],
        },
    }  # fmt: skip
    record = {"inputs": inputs, "features": LINES}
    assert figures_of_few(record) == withheld
    assert of_few(record) == withheld


def test_both_paths_count_alike_in_generated_rows():
    draw = random.Random(7)
    for _ in range(400):
        names = ["me", *(f"o{k}" for k in range(draw.randint(1, 9)))]

        def rows(columns: tuple[str, ...], names: list[str] = names) -> list[dict[str, str]]:
            return [{name: draw.choice(names) for name in columns} for _ in range(draw.randint(0, 9))]

        inputs = {"application": {"applicant_id": "me"}} | {
            part: {
                "ties": rows(("person_id", "other_id")), "memberships": rows(("person_id",)),
                "persons": rows(("person_id", "other_id"))[:2],
            }
            for part in ("tables", "others")
        }  # fmt: skip
        record = {"inputs": inputs, "features": LINES}
        assert figures_of_few(record) == of_few(record)
