"""Scores part by part: the bits of one pass, carried on where they stopped, and never mixed up."""

from __future__ import annotations

import numpy as np
import pyarrow.parquet as pq
import pytest

import creditscore as cs
from creditscore.errors import ParameterError
from tests.features.worlds import PRIVACY
from tests.people import called
from tests.pipeline.conftest import case

__all__ = ["case"]
PART = 37


@pytest.fixture
def opened(case, tmp_path) -> cs.Portfolio:
    case.portfolio.write(tmp_path / "portfolio")
    return cs.Portfolio.open(tmp_path / "portfolio", privacy=PRIVACY)


def test_scores_are_those_of_one_pass(case, opened, tmp_path):
    done = cs.score_in_parts(case.pipeline, case.applications, opened, tmp_path / "out", part=PART)
    whole = case.pipeline.score_many(case.applications, case.portfolio)
    assert (done.parts, done.applications, done.resumed) == (5, len(whole), 0)
    assert done.scored == whole.scored.sum()
    table = pq.read_table(tmp_path / "out")
    assert table.column("application_id").to_pylist() == list(whole.application_ids)
    wanted = np.where(whole.scored, whole.probability_of_default, np.nan)
    got = table.column("probability_of_default").to_numpy()
    assert got.tobytes() == wanted.tobytes()
    points = [None if np.isnan(one) else int(one) for one in whole.score]
    assert table.column("score").to_pylist() == points
    assert table.column("probability_low").to_numpy()[whole.scored].tobytes() == (
        whole.intervals.low[whole.scored].tobytes()
    )


def test_it_goes_on_where_it_stopped(case, opened, tmp_path):
    out = tmp_path / "out"

    class Stopped:
        model, calls = case.pipeline.model, 0

        def score_many(self, *given, **how):
            self.calls += 1
            if self.calls == 3:
                raise KeyboardInterrupt
            return case.pipeline.score_many(*given, **how)

    with pytest.raises(KeyboardInterrupt):
        cs.score_in_parts(Stopped(), case.applications, opened, out, part=PART)
    assert sorted(path.name for path in out.iterdir()) == ["part-000000.parquet", "part-000001.parquet"]
    counted = Stopped()
    counted.calls = 10
    done = cs.score_in_parts(counted, case.applications, opened, out, part=PART)
    assert (done.resumed, counted.calls) == (2, 13)
    again = cs.score_in_parts(case.pipeline.model, case.applications, opened, out, part=PART)
    assert (again.resumed, again.scored) == (5, done.scored)


def test_scores_of_something_else_are_not_carried_on(case, opened, tmp_path):
    out = tmp_path / "out"
    cs.score_in_parts(case.pipeline, case.applications, opened, out, part=PART)
    fewer = case.applications.take(np.arange(100))
    grown = cs.PortfolioFolder(tmp_path / "portfolio", privacy=PRIVACY)
    inquiry = {"applicant_id": called(1), "event_time": "2022-01-01T00:00Z"}
    grown.append({"inquiries": [inquiry]})
    for applications, portfolio, part in (
        (fewer, opened, PART),
        (case.applications, grown.portfolio(), PART),
        (case.applications, opened, PART + 1),
        (case.applications, opened.with_sources(unavailable={"payments": "outage"}), PART),
        (case.applications.take(np.arange(2 * PART)), opened, PART),
    ):
        with pytest.raises(ParameterError, match="must be"):
            cs.score_in_parts(case.pipeline, applications, portfolio, out, part=part, on_mismatch="count")
    (out / "part-000003.parquet").write_bytes(b"torn")
    with pytest.raises(ParameterError, match="part-000003"):
        cs.score_in_parts(case.pipeline, case.applications, opened, out, part=PART)


def test_parts_may_come_one_by_one(case, opened, tmp_path):
    given = (case.applications.take(np.arange(start, start + 40)) for start in range(0, 160, 40))
    done = cs.score_in_parts(case.pipeline, given, opened, tmp_path / "out")
    assert (done.parts, done.applications) == (4, 160)
    for wrong in (3, "x", [{"application_id": 1}]):
        with pytest.raises(ParameterError, match="applications"):
            cs.score_in_parts(case.pipeline, wrong, opened, tmp_path / "other")
    with pytest.raises(ParameterError, match="part"):
        cs.score_in_parts(case.pipeline, case.applications, opened, tmp_path / "other", part=0)
