"""What is measured of a model is typed, frozen, right, and there without any report."""

from __future__ import annotations

import ast
import json
import subprocess
import sys
from dataclasses import FrozenInstanceError, fields, is_dataclass

import numpy as np
import pytest

import creditscore as cs
from creditscore.assess.assessment import ModelAssessment, assess_model
from creditscore.assess.study import Study, study_of
from creditscore.assess.values import Measurement
from creditscore.errors import ParameterError
from tests.house.source import ROOT, functions, modules

MODULES = sorted(m.name for m in modules() if m.name.startswith("assess."))


@pytest.fixture(scope="module")
def german():
    return cs.datasets.load_german()


@pytest.fixture(scope="module")
def pipeline(german) -> cs.CreditPipeline:
    pipeline = cs.CreditPipeline(features=[cs.application_features(german.columns)], threads=1)
    return pipeline.fit(german.applications, cs.Portfolio(), german.bad)


@pytest.fixture(scope="module")
def study(german, pipeline) -> Study:
    return study_of(pipeline, german.applications, cs.Portfolio(), german.bad, seed=0, threads=1)


@pytest.fixture(scope="module")
def halves(german) -> list[str]:
    return ["odd" if row % 2 else "even" for row in range(len(german.applications))]


@pytest.fixture(scope="module")
def found(study, halves) -> ModelAssessment:
    return assess_model(study, segments={"half": halves}, resamples=20, refits=1, most_reasons=50)


def within(value: object) -> list[object]:
    """A value and all values inside it."""
    if is_dataclass(value):
        return [value, *(part for f in fields(value) for part in within(getattr(value, f.name)))]
    if isinstance(value, tuple):
        return [part for each in value for part in within(each)]
    if hasattr(value, "items"):
        return [value, *(part for each in value.values() for part in within(each))]
    return [value]


def test_each_module_is_imported_without_any_report():
    """What all of them together do not import, none of them does by itself."""
    assert len(MODULES) > 20
    code = (
        f"import sys, {', '.join('creditscore.' + name for name in MODULES)}\n"
        "loaded = [name for name in sys.modules if name.startswith('creditscore.report')]\n"
        "assert not loaded, loaded\n"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("name", MODULES)
def test_nothing_but_to_dict_returns_a_plain_dict(name):
    (module,) = (m for m in modules() if m.name == name)
    plain = [
        f"{name}:{f.lineno} {f.name}"
        for f in functions(module.tree)
        if f.returns is not None and "dict[str, Any]" in ast.unparse(f.returns) and f.name != "to_dict"
    ]
    assert not plain, ", ".join(plain)


def test_every_value_is_frozen(found):
    values = within(found)
    measured = [value for value in values if isinstance(value, Measurement)]
    assert len({type(value) for value in measured}) >= 20
    for value in measured:
        with pytest.raises((FrozenInstanceError, AttributeError, TypeError)):
            setattr(value, fields(value)[0].name, None)
        assert not hasattr(value, "__dict__"), type(value)
    arrays = [value for value in values if isinstance(value, np.ndarray)]
    assert len(arrays) == 5
    assert not any(array.flags.writeable for array in arrays)
    assert not any(isinstance(value, dict | list) for value in values)


def test_figures_agree_with_a_count_of_pairs(found, study, halves):
    def auc_by_pairs(bad: np.ndarray, risk: np.ndarray) -> float:
        gap = risk[bad == 1][:, None] - risk[bad == 0][None, :]
        return float((gap > 0).mean() + (gap == 0).mean() / 2)

    overall = found.performance.overall
    assert overall.figures["auc"].value == pytest.approx(auc_by_pairs(study.bad, study.judged), abs=1e-12)
    assert overall.bads == sum(study.bad)
    for one in found.segments["half"]:
        mine = np.array([halves[row] == one.part for row in study.rows])
        bad, judged = study.bad[mine], study.judged[mine]
        assert (one.applications, one.bads) == (len(bad), sum(bad))
        assert one.bad_rate == pytest.approx(sum(bad) / len(bad))
        assert one.predicted == pytest.approx(np.mean(1 / (1 + np.exp(-judged))), abs=1e-12)
        assert one.auc == pytest.approx(auc_by_pairs(bad, judged), abs=1e-12)


def test_groups_and_bins_hold_every_application_once(found, study):
    assert sum(group.applications for group in found.calibration.deciles) == len(study.rows)
    assert sum(grade.bads for grade in found.calibration.grades) == study.bad.sum()
    assert sum(one.applications for one in found.scores.histogram) == found.scores.scored
    assert sum(one.share for one in found.sources.shares) == pytest.approx(1.0)


def test_a_segment_with_few_bads_has_no_auc(study):
    few = ["few" if row in set(study.rows[:8]) else "rest" for row in range(len(study.applications))]
    small, large = assess_model(study, segments={"few": few}, resamples=2, refits=0).segments["few"]
    assert np.isnan(small.auc)
    assert small.to_dict()["auc"] is None
    assert 0.5 < large.auc < 1.0


def test_plain_data_is_json_and_leaves_out_what_was_not_measured(found):
    written = found.to_dict()
    assert json.loads(json.dumps(written, allow_nan=False)) == written
    assert "absent" not in written
    assert found.absent == (("time", "one_moment"), ("population", "in_turn"))
    assert "time" not in written


def test_without_outcomes_only_the_inputs_are_measured(pipeline, german):
    others = german.applications.take(range(200))
    blind = study_of(pipeline, others, cs.Portfolio(), None, seed=0, threads=1)
    found = assess_model(blind, refits=0, most_reasons=20)
    assert (found.performance, found.calibration, found.time, found.stability) == (None, None, (), None)
    assert found.absent == tuple(
        (name, "no_outcomes") for name in ("performance", "calibration", "stability")
    )
    assert set(found.to_dict()) == {
        "data", "dictionary", "scores", "quality", "faithfulness", "reasons", "leakage", "sources",
    }  # fmt: skip


def test_a_report_holds_what_was_measured(found, pipeline, german, halves):
    report = cs.model_report(
        pipeline, german.applications, cs.Portfolio(), german.bad,
        segments={"half": halves}, resamples=20, refits=1, most_reasons=50, threads=1,
    )  # fmt: skip
    written = found.to_dict()
    calibration = written["calibration"]
    for table, said in (
        *((calibration[name], report.data["calibration"][name]) for name in ("deciles", "grades")),
        (written.get("time", []), report.data.get("time", [])),
        (written["segments"]["half"], report.data["segments"]["half"]),
    ):
        counts = sorted(part["applications"] for part in table)
        few = [count for count in counts if 0 < count < 5]
        for part, line in zip(table, said, strict=True):
            left_out = [name for name in part if part[name] is not None and line.get(name) is None]
            if left_out:  # of few people, or the smallest other part, from which they could be told
                assert few
                assert part["applications"] in (*few, counts[len(few)])
            part.update(dict.fromkeys(left_out))
    assert {name: report.data[name] for name in written} == written


def test_each_check_for_knowledge_of_the_future_says_which_of_the_ten_it_makes(found):
    numbers = {check.check: check.known_as for check in found.leakage}
    assert numbers["only_what_was_known"] == ("L2", "L4", "L5", "L9")
    assert sorted(one for known in numbers.values() for one in known) == ["L10", "L2", "L4", "L5", "L8", "L9"]
    assert numbers["order_of_rows"] == ()


def test_segments_need_a_label_for_each_application(study):
    with pytest.raises(ParameterError, match=r"half.*1000 applications.*Got 2"):
        assess_model(study, segments={"half": ["a", "b"]}, refits=0)
