"""What a decision report says beside its record: each figure and each word of it is made again."""

from __future__ import annotations

import random

import pytest

import creditscore as cs
from creditscore.verify.findings import canonical
from creditscore.verify.paths import verify_path
from tests.verify.changing import at, changes, leaves, put, sealed

# What somebody says, and no record holds: signed, where the report is.
SAID = (
    "environment",
    "issued_at",
    "creditor",
    "rights",
    "validity",
    "audience",
    "kind",
    "language",
)


@pytest.fixture(params=["en", "fa"])
def report(forms, request):
    record = cs.DecisionRecord.from_dict(forms.records[1])
    return cs.decision_report(record, audience="auditor", language=request.param).data


def verdict(path, report, model):
    path.write_text(canonical(report), encoding="utf-8")
    return verify_path(path, model=model)


def test_a_whole_report_passes_and_every_change_of_what_follows_is_found(forms, report, tmp_path):
    path, rng = tmp_path / "report.json", random.Random(5)
    findings = verdict(path, report, forms.folder)
    assert findings.passed, str(findings)
    spots = [spot for spot in leaves(report) if spot[0] not in (*SAID, "record", "sha256", "schema")]
    tried = rng.sample(spots, min(len(spots), 14))
    missed = []
    for spot in tried:
        for how, value in list(changes(at(report, spot), rng))[:2]:
            if verdict(path, sealed(put(report, spot, value)), forms.folder).passed:
                missed.append((spot, how))
    assert not missed
    assert {spot[0] for spot in spots} >= {"waterfall", "little", "influence", "checks", "said", "names"}


def test_figures_are_found_without_the_model(forms, report, tmp_path):
    path = tmp_path / "report.json"
    assert verdict(path, report, None).passed
    for spot, value in (
        (("waterfall", "steps", 0, "points"), 99),
        (("influence", "clamping"), 7),
        (("checks", 0, "passed"), False),
        (("report_id",), "00000000-0000-0000-0000-000000000000"),
        (("flags", "human_review"), "done"),
        (("decided",), "approve"),
        (("full_version", "record_sha256"), "0" * 64),
        (("currency",), "EUR"),
        (("timezone",), "Asia/Tehran"),
    ):
        assert not verdict(path, sealed(put(report, spot, value)), None).passed, spot
