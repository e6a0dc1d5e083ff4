"""No report prints a figure of fewer than five people."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

import creditscore as cs
from creditscore.errors import ArtefactError
from creditscore.report.few import OF_PEOPLE, check_population, parts_of_few, withhold_few
from creditscore.verify.figures import figure_faults
from creditscore.verify.reliability import calibration_faults


@given(st.lists(st.integers(0, 30), max_size=12))
def test_nobody_learns_by_subtraction_what_one_to_four_people_did(counts):
    hidden = parts_of_few(counts)
    shown = [count for number, count in enumerate(counts) if number not in hidden]
    assert all(count == 0 or count >= 5 for count in shown)
    left = sum(counts) - sum(shown)
    assert left == 0 or left >= 5 or not any(shown)
    assert not hidden or any(0 < counts[number] < 5 for number in hidden)


@pytest.fixture(scope="module")
def report():
    german = cs.datasets.load_german()
    pipeline = cs.CreditPipeline(
        [cs.application_features(german.columns)], scorer=cs.CreditScorer(n_estimators=20)
    )
    pipeline.fit(german.applications, cs.Portfolio(), german.bad)
    labels = ["few" if number % 250 == 0 else "many" for number in range(len(german.applications))]
    made = cs.model_report(
        pipeline, german.applications, cs.Portfolio(), german.bad, segments={"size": labels}, resamples=20,
        refits=0,
    )  # fmt: skip
    return made, pipeline


def test_a_segment_of_four_is_withheld_with_the_one_that_would_tell_of_it(report):
    parts = {one["part"]: one for one in report[0].data["segments"]["size"]}
    assert 0 < parts["few"]["applications"] < 5
    assert [parts[name]["bads"] for name in ("few", "many")] == [None, None]
    assert "\u2013" in report[0].to_html() or "—" in report[0].to_html()


def test_every_table_of_a_report_is_withheld_as_it_should_be_and_verified(report):
    made, pipeline = report
    data = json.loads(made.to_json())
    listed = [*data["segments"].values(), data["calibration"]["deciles"], data["calibration"]["grades"]]
    withheld = 0
    for table in listed:
        hidden = parts_of_few([part["applications"] for part in table])
        for number, part in enumerate(table):
            figures = [part[name] for name in OF_PEOPLE if name in part and name != "auc"]
            assert all((figure is None) == (number in hidden) for figure in figures)
        withheld += len(hidden)
    assert withheld >= 2
    assert [*figure_faults(data, json.loads(json.dumps(pipeline.held_out.to_dict())))] == []


def test_the_verifier_finds_what_tells_of_few_and_what_is_hidden_without_need():
    rows = [(float(k) / 10.0, float(k % 3 == 0), 1.0) for k in range(20)]
    said = {"bads": 1, "predicted": 0.5, "observed": 0.5, "low": 0.1, "high": 0.9}
    table = [said | {"group": number, "applications": count} for number, count in enumerate((3, 9, 8))]
    stated = {"level": 0.95, "groups": 3, "deciles": table, "grades": []}
    faults = [*calibration_faults(stated, rows)]
    assert any(fault == "deciles[0] tells of fewer than 5 people" for fault in faults)
    assert any(fault == "deciles[2] tells of fewer than 5 people" for fault in faults)
    assert not any("deciles[1] tells" in fault for fault in faults)
    table[1] |= dict.fromkeys(("bads", "predicted", "observed", "low", "high"))
    assert any("deciles[1] is withheld" in fault for fault in calibration_faults(stated, rows))


def test_tables_are_withheld_in_time_too_and_whole_ones_stay():
    time = [
        {"part": "2025-Q1", "applications": 6, "bads": 1},
        {"part": "2025-Q2", "applications": 40, "bads": 2},
    ]
    body = {"time": [dict(one) for one in time]}
    withhold_few(body)
    assert body["time"] == time
    body["time"].append({"part": "2025-Q3", "applications": 2, "bads": 1})
    withhold_few(body)
    assert [one["bads"] for one in body["time"]] == [None, 2, None]


def test_a_population_of_four_stops_the_report():
    check_population({"reference": {"name": "approved", "rows": 5}})
    check_population({"reference": {"name": "training_mean", "rows": 0}})
    with pytest.raises(ArtefactError, match="compares with 4 people"):
        check_population({"reference": {"name": "approved", "rows": 4}})
