"""No figure of a model report that rests on kept rows may be changed unseen: curves, baseline, segments."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterator
from copy import deepcopy
from pathlib import Path
from typing import Any, NamedTuple

import jsonschema
import numpy as np
import pytest
from sklearn.metrics import roc_auc_score, roc_curve

import creditscore as cs
from creditscore._ground.canonical import canonical_v1, sha256
from creditscore.report.model import ModelReport
from creditscore.verify import figures
from creditscore.verify.figures import figure_faults
from creditscore.verify.model import verify_model
from creditscore.verify.paths import verify_path
from tests.verify.changing import Path as Steps
from tests.verify.changing import at, changes, dotted, leaves, put

SECTIONS = ("performance", "calibration", "time", "segments", "segment_rows", "kept")
# By which rows a model is judged is said of the section; what somebody calls a part, by who gave labels.
ATTESTED = {("performance", "basis"), ("performance", "left_out"), ("performance", "same_outcomes")}
NAMED = ("segments", "town")
FEW: dict[str, Any] = {"resamples": 8, "refits": 0, "threads": 1, "most_reasons": 50}
PEOPLE = 700


class Kept(NamedTuple):
    pipeline: cs.CreditPipeline
    folder: Path
    applications: cs.Applications
    bad: np.ndarray
    towns: list[str]
    rows: dict[str, Any]


def fitted(folder: Path, *, seed: int = 0, weighted: bool = True, people: int = PEOPLE) -> Kept:
    """Few distinct scores, so that rows tie; weights, some of them none; quarters; a town of few people."""
    drawn = np.random.default_rng(seed)
    x = np.round(drawn.normal(size=(people, 3)), 1)
    bad = (x[:, 0] + drawn.normal(size=people) > 0.8).astype(float)
    towns = drawn.choice(["Ahvaz", "Bam", "Shiraz"], people, p=[0.5, 0.3, 0.2]).tolist()
    towns[:3] = ["Qom"] * 3
    rows = [
        {
            "application_id": n, "applicant_id": n,
            "as_of": f"2024-{1 + n % 7:02}-{1 + n % 28:02}T00:00+00:00",
            "a": a, "b": b, "c": c, "town": town, "shop": "web" if n % 3 else "desk",
        }
        for n, ((a, b, c), town) in enumerate(zip(x.tolist(), towns, strict=True))
    ]  # fmt: skip
    asked = cs.Applications.from_records(rows)
    scorer = cs.CreditScorer(n_estimators=12, learning_rate=0.3)
    features = [cs.application_features(("a", "b", "c"))]
    pipeline = cs.CreditPipeline(features, scorer=scorer, threads=1, segments=("shop",))
    weight = drawn.integers(0, 4, people) / 2.0 if weighted else None
    pipeline.fit(asked, cs.Portfolio(), bad, sample_weight=weight)
    pipeline.save(folder)
    rows_kept = json.loads((folder / "held_out.json").read_text())
    return Kept(cs.load(folder), folder, asked, bad, towns, rows_kept)


@pytest.fixture(scope="module")
def kept(tmp_path_factory) -> Kept:
    return fitted(tmp_path_factory.mktemp("kept") / "model")


def reports(kept: Kept) -> dict[str, ModelReport]:
    """Of the model alone; of its applications, mixed, some outcomes unknown; of some of them alone."""
    mixed = np.random.default_rng(5).permutation(len(kept.bad))
    bad = kept.bad.copy()
    bad[4:40:7] = np.nan
    towns = [kept.towns[row] for row in mixed]
    asked = kept.applications.take(mixed)
    return {
        "alone": cs.model_report(kept.pipeline, **FEW),
        "mixed": cs.model_report(
            kept.pipeline, asked, cs.Portfolio(), bad[mixed], segments={"town": towns}, **FEW
        ),
        "some": cs.model_report(
            kept.pipeline, kept.applications.take(np.arange(400)), cs.Portfolio(), kept.bad[:400], **FEW
        ),
    }


@pytest.fixture(scope="module")
def made(kept) -> dict[str, ModelReport]:
    return reports(kept)


def remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    """Measure the same rows once, however often they are asked for."""
    for name in ("figures_of", "ends_of"):
        monkeypatch.setattr(figures, name, once_for_each(getattr(figures, name)))


def once_for_each(measure: Callable[..., Any]) -> Callable[..., Any]:
    known: dict[str, Any] = {}

    def once(rows: Any, *stated: Any) -> Any:
        how = [{**one, "figures": sorted(one["figures"])} for one in stated]
        key = json.dumps([rows, how])
        if key not in known:
            known[key] = measure(rows, *stated)
        return known[key]

    return once


def judged_by_rows(report: dict[str, Any]) -> Iterator[Steps]:
    """Leaves of the sections that rest on kept rows; of points of a curve every nineteenth."""
    held_out = report["performance"]["basis"] == "held_out"
    for section in SECTIONS if held_out else ("kept",):
        for steps in leaves(report[section], (section,)) if section in report else ():
            numbers = [step for step in steps if isinstance(step, int)]
            if steps[:2] in ATTESTED or (steps[:2] == NAMED and steps[-1] == "part"):
                continue
            if not (numbers and numbers[-1] % 19 and len(numbers) == 1):
                yield steps
    if not held_out:
        yield from leaves(report["performance"]["baseline"], ("performance", "baseline"))


def moved(value: Any, draw: random.Random) -> Iterator[tuple[str, Any]]:
    """What may be done to a leaf; a figure is told apart where it moves by more than both paths may part."""
    for how, other in changes(value, draw):
        if how == "a little more" and isinstance(value, float):
            yield how, value + 1e-5 * max(1.0, abs(value))
        elif not (how == "one more" and isinstance(value, dict)):
            yield how, other


def is_found(report: dict[str, Any], rows: dict[str, Any], grade_of: Any = None) -> bool:
    try:
        return next(figure_faults(report, rows, grade_of), None) is not None
    except (KeyError, TypeError, ValueError, AttributeError, ArithmeticError, IndexError):
        return True


def test_each_report_passes_and_holds_what_its_schema_says(kept, made, tmp_path):
    for name, report in made.items():
        jsonschema.validate(report.to_dict(), ModelReport.schema())
        path = tmp_path / f"{name}.json"
        report.save(path)
        findings = verify_path(path, model=kept.folder)
        assert findings.passed, str(findings)
    assert {*made["alone"].data["segments"]} == {"shop"}
    assert "segment_rows" not in made["alone"].data
    assert made["some"].data["performance"]["basis"] != "held_out"
    assert made["mixed"].data["performance"]["left_out"]


@pytest.mark.parametrize("name", ["alone", "mixed", "some"])
def test_every_leaf_that_follows_from_kept_rows_is_found_when_changed(kept, made, monkeypatch, name):
    remembered(monkeypatch)
    _, parts = verify_model(kept.folder)
    assert parts is not None
    report, draw, tried, unseen = made[name].to_dict(), random.Random(1), 0, []
    assert [*figure_faults(report, kept.rows)] == []
    for steps in judged_by_rows(report):
        for how, value in moved(at(report, steps), draw):
            tried += 1
            if not is_found(put(report, steps, value), kept.rows, parts.grade):
                unseen.append(f"{dotted(steps)} ({how})")
    assert unseen == []
    assert tried > (200 if name == "some" else 500)


def test_points_and_figures_are_those_of_scikit_learn(kept, made):
    rows, report = kept.rows, made["alone"].data
    bad, weight = np.array(rows["bad"]), np.array(rows["weight"])
    found = report["performance"]["roc"]
    goods, bads, _ = roc_curve(bad, rows["log_odds"], sample_weight=weight, drop_intermediate=False)
    curve = {(round(good, 9), round(caught, 9)) for good, caught in zip(goods, bads, strict=True)}
    points = zip(found["goods_flagged"], found["bads_caught"], strict=True)
    assert {(round(good, 9), round(caught, 9)) for good, caught in points} <= curve
    counted = weight > 0
    assert report["performance"]["baseline"]["figures"]["auc"]["value"] == pytest.approx(
        roc_auc_score(
            bad[counted], np.array(rows["baseline"])[counted], sample_weight=weight[counted]
        )
    )
    shop = np.array(rows["segments"]["shop"]) == "web"
    by_part = {one["part"]: one for one in report["segments"]["shop"]}
    assert by_part["web"]["auc"] == pytest.approx(
        roc_auc_score(bad[shop], np.array(rows["log_odds"])[shop], sample_weight=weight[shop])
    )


def test_a_segment_of_few_is_withheld_and_nobody_learns_which_rows_it_has(made, kept):
    report = made["mixed"].to_dict()
    parts, rows = report["segments"]["town"], report["segment_rows"]["town"]
    hidden = {number for number, part in enumerate(parts) if part["bads"] is None}
    assert "Qom" in {parts[number]["part"] for number in hidden}
    assert hidden.isdisjoint(rows)
    assert rows.count(None) == sum(parts[number]["applications"] for number in hidden)
    few = next(part for part in parts if part["part"] == "Qom")
    told = deepcopy(report)
    told["segments"]["town"][parts.index(few)] |= {"bads": 1, "bad_rate": 0.3, "predicted": 0.2}
    assert is_found(told, kept.rows)


def test_a_segmentation_that_the_model_keeps_has_no_other_labels(kept):
    labels = ["web"] * len(kept.bad)
    with pytest.raises(cs.errors.ParameterError, match="shop.*model keeps"):
        cs.model_report(
            kept.pipeline, kept.applications, cs.Portfolio(), kept.bad, segments={"shop": labels}, **FEW
        )
    same = kept.applications.text["shop"]
    report = cs.model_report(
        kept.pipeline, kept.applications, cs.Portfolio(), kept.bad, segments={"shop": same}, **FEW
    )
    assert [*figure_faults(report.data, kept.rows)] == []
    other = report.to_dict()
    first = other["segment_rows"]["shop"]
    other["segment_rows"]["shop"] = [1 - one for one in first]
    assert "other labels than those that are kept" in str([*figure_faults(other, kept.rows)])
    del other["segment_rows"]
    assert [*figure_faults(other, kept.rows)] == []


def test_segments_of_which_nothing_says_the_rows_are_refused(kept, made):
    report = made["mixed"].to_dict()
    del report["segment_rows"]
    assert "nothing says which rows" in str([*figure_faults(report, kept.rows)])
    alone = made["alone"].to_dict()
    del alone["segments"]
    assert "segments are none, not shop" in str([*figure_faults(alone, kept.rows)])


def test_a_baseline_of_which_nothing_is_kept_is_refused(kept, made):
    rows = {name: part for name, part in kept.rows.items() if name != "baseline"}
    assert [*figure_faults(made["alone"].data, rows)] == [
        "performance.baseline: the model keeps nothing that it said"
    ]


def test_a_changed_row_of_the_baseline_is_a_damaged_model(kept, tmp_path):
    for name in kept.folder.iterdir():
        (tmp_path / name.name).write_bytes(name.read_bytes())
    rows = kept.rows | {"baseline": kept.rows["baseline"][:-1]}
    (tmp_path / "held_out.json").write_text(canonical_v1(rows), encoding="utf-8")
    assert "held_out.json changed" in str(verify_path(tmp_path))
    manifest = json.loads((tmp_path / "manifest.json").read_text())
    manifest["files"]["held_out.json"] = sha256(canonical_v1(rows))
    assert "values of baseline" in str(verify_path(tmp_path)) or not verify_path(tmp_path).passed
    with pytest.raises(cs.errors.ArtefactError):
        cs.load(tmp_path)


@pytest.mark.long
@pytest.mark.parametrize("seed", range(6))
def test_reports_of_many_made_up_models_pass(seed, tmp_path):
    found = fitted(tmp_path / "model", seed=seed + 10, weighted=bool(seed % 2), people=450 + 90 * seed)
    for name, report in reports(found).items():
        assert [*figure_faults(report.data, found.rows)] == [], name
