"""A watch tells each alert once and ends it, and alarms falsely as rarely as it says."""

from __future__ import annotations

import json
import math
import os
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import jsonschema
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import creditscore as cs
from creditscore.errors import ArtefactError, NameUnknownError, ParameterError
from creditscore.words.languages import LANGUAGES
from tests.monitoring.lenders import alarms
from tests.report.reading import Page

DAY = np.timedelta64(1, "D")
FIRST = np.datetime64("2026-11-01T00:00:00")


@pytest.fixture(scope="module")
def bins() -> cs.FrozenBins:
    rng = np.random.default_rng(0)
    return cs.FrozenBins.learned({"score": rng.normal(600, 50, 5_000), "<b>reason": ["R01", "R02"] * 2_500})


def batch(mean: float, rows: int = 2_000, seed: int = 1) -> dict[str, Any]:
    rng = np.random.default_rng(seed)
    return {"score": rng.normal(mean, 50, rows), "<b>reason": rng.choice(["R01", "R02"], rows)}


def looked(watch: cs.Watch, *batches: dict[str, Any]) -> cs.Watch:
    for each in batches:
        at = FIRST + len(watch.looks) * DAY
        watch = watch.look(each, at=at)
    return watch


def test_an_alert_is_new_once_and_may_become_worse_and_end(bins) -> None:
    watch = looked(cs.Watch.begun(bins), batch(600))
    assert watch.alerts == ()
    watch = looked(watch, batch(578))
    assert [(one.column, one.verdict, one.news, one.looks) for one in watch.alerts] == [
        ("score", "moved", "new", 1)
    ]
    assert watch.news == watch.alerts
    watch = looked(watch, batch(578, seed=2))
    assert [(one.verdict, one.news, one.looks) for one in watch.alerts] == [("moved", "same", 2)]
    assert watch.news == ()
    watch = looked(watch, batch(550))
    assert [(one.verdict, one.news, one.looks) for one in watch.alerts] == [("shifted", "worse", 3)]
    few = looked(watch, batch(600, rows=20))
    assert [(one.verdict, one.news) for one in few.alerts] == [("shifted", "same")]
    over = looked(few, batch(600))
    assert over.alerts == ()
    assert [one.column for one in over.ended] == ["score"]
    assert looked(over, batch(600)).ended == ()
    assert str(over).splitlines()[1].strip().startswith("score: over")
    assert {one.since for one in few.alerts} == {watch.alerts[0].since}


def test_a_look_spends_its_part_of_the_level(bins) -> None:
    watch = looked(cs.Watch.begun(bins, cs.WatchSettings(level=0.05)), *[batch(600)] * 40)
    assert watch.table.level == pytest.approx(0.05 / (40 * 41))
    assert sum(0.05 / (k * (k + 1)) for k in range(1, 100_000)) < 0.05
    assert math.isclose(watch.looks[0].psi["score"], bins.compare(batch(600))["score"].psi)


def test_false_alarms_over_all_looks_are_as_rare_as_promised() -> None:
    """With no limit of size, chance alone alarms: in 200 lenders that look 25 times at three columns."""
    rng = np.random.default_rng(5)
    settings = cs.WatchSettings(level=0.2, moved=1e-9, shifted=1e9)
    alarmed = 0
    for _ in range(200):
        columns = {"a": rng.normal(size=1_000), "b": rng.random(1_000), "c": rng.choice(["x", "y"], 1_000)}
        watch = cs.Watch.begun(cs.FrozenBins.learned(columns), settings)
        for look in range(25):
            each = {"a": rng.normal(size=400), "b": rng.random(400), "c": rng.choice(["x", "y"], 400)}
            watch = watch.look(each, at=FIRST + look * DAY)
            if watch.news:
                alarmed += 1
                break
    assert alarmed / 200 <= 0.2 + 3 * math.sqrt(0.2 * 0.8 / 200)
    assert alarmed > 0


@pytest.mark.parametrize(("shift", "share"), [("people", 0.9), ("risk", 0.8), ("both", 0.9)])
def test_a_shift_is_alarmed_within_two_months_and_false_alarms_are_rare(shift, share) -> None:
    found = [alarms(seed, shift) for seed in range(12)]
    assert np.mean([one.in_time for one in found]) >= share
    assert np.mean([one.before for one in found]) <= 1.0


def test_columns_may_have_limits_of_their_own(bins) -> None:
    settings = cs.WatchSettings(columns={"score": (0.5, 0.9)})
    assert looked(cs.Watch.begun(bins, settings), batch(570)).alerts == ()
    assert looked(cs.Watch.begun(bins), batch(570)).alerts
    assert cs.WatchSettings.from_dict(settings.to_dict()) == settings
    assert cs.WatchSettings.from_dict({}) == cs.WatchSettings()


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"level": 0.0}, "level"), ({"level": "1"}, "level"), ({"moved": 0.3}, "shifted"),
        ({"moved": float("nan")}, "shifted"), ({"columns": {"score": 0.1}}, "two limits"),
        ({"columns": {"score": (0.2, 0.1)}}, "the second above"), ({"columns": ["score"]}, "mapping"),
        ({"alarm": 1}, "setting"),
    ],
)  # fmt: skip
def test_wrong_settings_are_named(wrong, said) -> None:
    with pytest.raises((NameUnknownError, ParameterError), match=said):
        cs.WatchSettings.from_dict(wrong)


def test_what_cannot_be_looked_at_is_refused_and_changes_nothing(bins) -> None:
    with pytest.raises(NameUnknownError, match="age"):
        cs.Watch.begun(bins, cs.WatchSettings(columns={"age": (0.1, 0.2)}))
    watch = looked(cs.Watch.begun(bins), batch(600))
    for at in (FIRST, "2020-01-01T00:00:00Z"):
        with pytest.raises(ParameterError, match="later than the look before"):
            watch.look(batch(600), at=at)
    with pytest.raises(ParameterError, match="at"):
        watch.look(batch(600), at="2026-11-29T00:00")
    with pytest.raises(ParameterError, match="is not given"):
        watch.look({"score": [1.0] * 60}, at="2026-11-29T00:00:00Z")
    assert len(watch.looks) == 1


def leaves(data: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    if isinstance(data, dict) and data:
        return [one for name, part in data.items() for one in leaves(part, (*path, name))]
    if isinstance(data, list) and data:
        return [one for at, part in enumerate(data) for one in leaves(part, (*path, at))]
    return [path]


def test_the_state_is_read_back_and_every_changed_leaf_is_refused(bins) -> None:
    watch = looked(cs.Watch.begun(bins), batch(600), batch(550), batch(600), batch(550))
    stored = json.loads(json.dumps(watch.to_dict()))
    again = cs.Watch.from_dict(stored)
    assert again.to_dict() == watch.to_dict()
    assert looked(again, batch(550)).to_dict() == looked(watch, batch(550)).to_dict()
    for path in leaves(stored):
        for value in (None, "x", -1, 1e308, []):
            changed = json.loads(json.dumps(stored))
            at = changed
            for name in path[:-1]:
                at = at[name]
            if at[path[-1]] == value:
                continue
            at[path[-1]] = value
            with pytest.raises(ArtefactError):
                cs.Watch.from_dict(changed)
    for wrong in ({}, {"schema": "creditscore.watch/1"}, [], None, "x"):
        with pytest.raises(ArtefactError):
            cs.Watch.from_dict(wrong)


@pytest.fixture(scope="module")
def parts(bins) -> dict[str, Any]:
    rng = np.random.default_rng(3)
    course = cs.DefaultCourse.learned(np.repeat(np.arange(1, 13), 10))
    entered = np.repeat(np.arange(648, 672), 200)
    bad = np.where(rng.random(4_800) < 0.12, entered + np.ceil(rng.random(4_800) * 12), np.nan)
    known = course, np.full(4_800, 0.08), entered, bad, 664
    loans = [
        {"loan_id": k, "applicant_id": k, "event_time": f"2024-0{1 + k % 6}-10T09:00:00Z"} for k in range(30)
    ]
    dues = [
        {"loan_id": k, "applicant_id": k, "due_time": f"2024-0{2 + k % 6}-10T00:00:00Z", "due_amount": 9.0}
        | ({"paid_time": f"2024-0{2 + k % 6}-09T00:00:00Z", "paid_amount": 9.0} if k % 3 else {})
        for k in range(30)
    ]
    portfolio = cs.Portfolio.from_records({"loans": loans, "instalments": dues})
    return {
        "watch": looked(cs.Watch.begun(bins), batch(600), batch(550), batch(600), batch(550)),
        "defaults": cs.follow_defaults(*known),
        "nowcasts": {"2025-03": cs.nowcast(*known, cohort=[662])},
        "vintages": cs.vintages(portfolio, "2025-02-01T00:00:00Z", months=9),
        "rolls": cs.roll_rates(portfolio, "2025-02-01T00:00:00Z"),
    }


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_is_whole_and_holds_what_the_json_holds(parts, language) -> None:
    report = cs.monitoring_report(**parts, language=language)
    jsonschema.Draft202012Validator(cs.MonitoringReport.schema()).validate(json.loads(report.to_json()))
    page = Page(report.to_html())
    assert not page.faults
    assert "<b>reason" in page.text("code")
    assert len(page.all("svg")) == 3
    assert {found["id"] for found in page.all("section")} == {
        "alerts", "drift", "defaults", "nowcasts", "vintages", "rolls",
    }  # fmt: skip
    assert report.data["defaults"]["since"].startswith("2024-")
    assert report.data["watch"]["courses"]["score"] == [one.psi["score"] for one in parts["watch"].looks]
    months = report.data["defaults"]["months"]
    assert sum(one["defaults"] for one in months) == sum(one.defaults for one in parts["defaults"].months)
    rolls = parts["rolls"]
    assert report.data["rolls"]["loans"] == rolls.counts.sum(axis=0).sum(axis=1).tolist()


@pytest.mark.parametrize("left", ["watch", "defaults", "nowcasts", "vintages", "rolls"])
def test_each_part_may_stand_alone_and_the_others_are_named_as_absent(parts, left) -> None:
    report = cs.monitoring_report(**{left: parts[left]})
    assert {one["section"] for one in report.data["not_included"]} == {
        f"monitoring.{name}" for name in parts if name != left
    }
    jsonschema.Draft202012Validator(cs.MonitoringReport.schema()).validate(json.loads(report.to_json()))
    assert not Page(report.to_html()).faults


def test_what_cannot_be_reported_is_refused(parts, bins) -> None:
    with pytest.raises(ParameterError, match="nothing to report"):
        cs.monitoring_report()
    with pytest.raises(ParameterError, match="that has looked"):
        cs.monitoring_report(watch=cs.Watch.begun(bins))
    with pytest.raises(ParameterError, match="must be a VintageTable"):
        cs.monitoring_report(vintages=parts["rolls"])
    with pytest.raises(ParameterError, match="a Nowcast"):
        cs.monitoring_report(nowcasts={"a": 1})
    numbered = cs.monitoring_report(defaults=parts["defaults"], calendar_months=False)
    assert numbered.data["defaults"]["months"][0]["month"] == "649"


def test_from_the_shell_from_bins_to_a_page(bins, tmp_path, capsys, monkeypatch) -> None:
    from creditscore import cli

    def run(*arguments: str, code: int = 0) -> str:
        monkeypatch.setattr("sys.argv", ["creditscore", "monitor", *map(str, arguments)])
        with pytest.raises(SystemExit) as stopped:
            cli.main()
        told = capsys.readouterr()
        assert stopped.value.code == code, told
        return told.out + told.err

    frozen, state, out = tmp_path / "bins.json", tmp_path / "watch.json", tmp_path / "page.html"
    limits = tmp_path / "limits.json"
    frozen.write_text(json.dumps(bins.to_dict()), encoding="utf-8")
    limits.write_text('{"columns": {"score": [0.05, 0.2]}}', encoding="utf-8")
    for name, mean in (("calm", 600), ("moved", 560)):
        table = pa.table({**batch(mean), "application_id": np.arange(2_000)})
        pq.write_table(table, tmp_path / f"{name}.parquet")
    run("start", frozen, state, "--settings", limits)
    assert "there already" in run("start", frozen, state, code=3)
    assert "0 alerts stand" in run("look", state, tmp_path / "calm.parquet", "--at", "2026-11-01T00:00:00Z")
    night = "look", state, tmp_path / "moved.parquet", "--out", out, "--at"
    assert "(new)" in run(*night, "2026-11-02T00:00:00Z", code=1)
    assert "later than" in run(*night, "2026-11-02T00:00:00Z", code=2)
    told = json.loads(run(*night, "2026-11-03T00:00:00Z", "--json", code=1))
    assert [(one["column"], one["news"]) for one in told["alerts"]] == [("score", "same")]
    assert len(cs.read_report(out).data["watch"]["looks"]) == 3
    run("report", "--watch", state, "--out", out, "--language", "fa")
    assert cs.read_report(out).data["language"] == "fa"
    assert "go together" in run("report", "--watch", state, "--as-of", "2026-11-03T00:00:00Z", code=2)
    state.write_text(state.read_text(encoding="utf-8").replace('"rows": 2000', '"rows": 2001', 1), "utf-8")
    assert "was changed" in run(*night, "2026-11-04T00:00:00Z", code=3)


def test_two_looks_at_once_are_both_kept(bins, tmp_path, monkeypatch) -> None:
    from creditscore.cli.monitoring import look

    state, calm = tmp_path / "watch.json", tmp_path / "calm.parquet"
    state.write_text(json.dumps(cs.Watch.begun(bins).to_dict()), encoding="utf-8")
    pq.write_table(pa.table(batch(600)), calm)
    honest, looking, go_on = cs.Watch.look, threading.Event(), threading.Event()

    def slowly(watch, columns, *, at):
        looking.set()
        assert go_on.wait(30)
        return honest(watch, columns, at=at)

    monkeypatch.setattr(cs.Watch, "look", slowly)
    first = threading.Thread(target=look, args=(state, calm), kwargs={"at": "2026-11-01T00:00:00Z"})
    second = threading.Thread(target=look, args=(state, calm), kwargs={"at": "2026-11-02T00:00:00Z"})
    first.start()
    assert looking.wait(30)
    looking.clear()
    second.start()
    assert not looking.wait(0.3)
    go_on.set()
    first.join()
    second.join()
    kept = cs.Watch.from_dict(json.loads(state.read_text(encoding="utf-8")))
    assert [one.at.day for one in kept.looks] == [1, 2]


def test_two_processes_that_look_at_once_lose_no_look(bins, tmp_path) -> None:
    state, calm = tmp_path / "watch.json", tmp_path / "calm.parquet"
    state.write_text(json.dumps(cs.Watch.begun(bins).to_dict()), encoding="utf-8")
    pq.write_table(pa.table(batch(600)), calm)
    root = Path(__file__).resolve().parents[2]
    looking = {
        day: subprocess.Popen(
            [
                sys.executable, "-m", "creditscore", "monitor", "look", str(state), str(calm),
                "--at", f"2026-11-0{day}T00:00:00Z",
            ],
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
            env=os.environ | {"PYTHONPATH": str(root)},
        )
        for day in (1, 2)
    }  # fmt: skip
    told = {day: one.communicate(timeout=120)[0] for day, one in looking.items()}
    # whoever comes second with an earlier day is refused, and says so
    done = [day for day, one in looking.items() if one.returncode == 0]
    assert all("later than the look before" in told[day] for day in looking if day not in done), told
    kept = cs.Watch.from_dict(json.loads(state.read_text(encoding="utf-8")))
    assert [one.at.day for one in kept.looks] == done
