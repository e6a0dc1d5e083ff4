"""Files, folders, ledgers, loans and persons: whatever is given in their place is refused in one sentence."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, NamedTuple

import pytest

import creditscore as cs
from creditscore.errors import CreditScoreError
from tests.pipeline.test_other_kinds import ANYTHING

NOW = datetime(2024, 6, 1, tzinfo=UTC)
LOAN = {"loan_id": 1, "applicant_id": "p1", "event_time": datetime(2023, 1, 1, tzinfo=UTC), "amount": 90.0}
DUE = {"loan_id": 1, "applicant_id": "p1", "due_time": datetime(2023, 2, 1, tzinfo=UTC), "due_amount": 99.0}
ASKED = {"application_id": 1, "applicant_id": "p1", "as_of": LOAN["event_time"], "loan_id": 1}
# No file is called so, and where one is written any of these may be a name.
NO_PATHS = {what: value for what, value in ANYTHING.items() if what != "a word"} | {"NUL": "a\0b", "": ""}


class Asked(NamedTuple):
    call: Callable[..., Any]
    given: Mapping[str, Any]
    names: tuple[str, ...]
    values: Mapping[str, Any] = ANYTHING


@pytest.fixture(scope="module")
def calls(tmp_path_factory: pytest.TempPathFactory) -> tuple[Asked, ...]:
    here = tmp_path_factory.mktemp("other_paths")
    lent = cs.Portfolio.from_records({"loans": [LOAN], "instalments": [DUE]})
    lent.write(here / "lent")
    ledger = cs.Ledger.open(here / "ledger.db", key=cs.Ledger.new_key())
    rule, asked = cs.OutcomeRule(), cs.Applications.from_records(ASKED)
    person = {"portfolio": lent, "applicant_id": "p1"}
    loans = {"portfolio": lent, "as_of": NOW}
    files = (
        (cs.Portfolio.open, "folder"), (lent.write, "folder"), (cs.PortfolioFolder, "folder"),
        (cs.Pseudonyms.from_file, "path"), (cs.Pseudonyms.generate, "path"), (cs.FileFeed, "path"),
        (cs.StandingPrivacy.from_file, "path"), (cs.SigningKey.from_file, "path"), (cs.read_report, "path"),
        (cs.load_segments, "path"), (lambda path: cs.save_segments([], path), "path"),
        (lambda path: cs.Ledger.open(path, key=cs.Ledger.new_key()), "path"),
        (lambda folder: cs.erase_from_folder(folder, ["p1"]), "folder"),
        (lambda aside: cs.Stream(here / "lent", aside), "aside"),
    )  # fmt: skip
    return (
        *(Asked(call, {}, (name,), NO_PATHS) for call, name in files),
        Asked(cs.Portfolio.open, {"folder": here / "lent"}, ("privacy", "pseudonyms")),
        Asked(cs.Stream, {"folder": here / "lent", "aside": here / "aside"}, ("feeds",)),
        Asked(ledger.append, {}, ("record",)),
        Asked(ledger.verify, {}, ("trust",)),
        Asked(cs.subject_export, person, ("portfolio", "ledger", "applications", "language", "calendar")),
        Asked(cs.erase_subject, person, ("portfolio", "ledger")),
        Asked(cs.vintages, loans, ("portfolio", "period", "months", "rule", "segment")),
        Asked(cs.roll_rates, loans, ("portfolio", "months", "segment")),
        Asked(rule.label, {"applications": asked, "portfolio": lent, "extracted_at": NOW}, ("portfolio",)),
        Asked(cs.standings_from, {"portfolio": lent, "rule": rule, "extracted_at": NOW}, ("rule",)),
        Asked(cs.WorkingWeek, {"since": date(2024, 1, 1), "off": (5, 6)}, ("since",)),
        Asked(cs.actuarial_annual_rate, {}, ("flows",)),
        Asked(cs.Pseudonyms.from_environment, {}, ("name",)),
        Asked(cs.offline_page, {}, ("scoring",)),
    )  # fmt: skip


def test_another_kind_of_value_is_refused_by_name(calls: tuple[Asked, ...]) -> None:
    found = []
    for asked in calls:
        for name in asked.names:
            for what, value in asked.values.items():
                try:
                    asked.call(**{**asked.given, name: value})
                except CreditScoreError as error:
                    if len(str(error)) > 1_000:
                        found.append(f"{asked.call}, {name}, {what}: too long")
                except Exception as error:  # noqa: BLE001 - all are listed at once
                    found.append(f"{asked.call}, {name}, {what}: {type(error).__name__}: {str(error)[:90]}")
                else:
                    found.append(f"{asked.call}, {name}, {what}: accepted")
    assert not found, "\n".join(found)
    assert not Path("surprise").exists()
