"""Features of a record held against what a query answered: a bank's own engine as a further path."""

from __future__ import annotations

import json
import re
import warnings
from pathlib import Path
from typing import Any

import pytest

import creditscore as cs
from creditscore.errors import ArtefactError
from creditscore.verify.paths import verify_path
from tests.features.worlds import AS_OF, applications, filled, random_world
from tests.warehouse.stored import in_duckdb, warehouse_of

NAMES = ("inquiries_covered", "inquiries_90d", "inquiries_365d", "inquiries_lenders_180d")


@pytest.fixture(scope="module")
def decided(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path, list[dict[str, Any]]]:
    """A record, its model, and what a query answered for all who applied."""
    folder = tmp_path_factory.mktemp("queried")
    rows = filled(random_world(5, 60))["inquiries"]
    asked = applications(60, AS_OF)
    portfolio, every = cs.Portfolio.from_records({"inquiries": rows}), cs.Applications.from_records(asked)
    features = cs.repayment_features().select(NAMES)
    pipeline = cs.CreditPipeline(features=[features], scorer=cs.CreditScorer(n_estimators=5))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        pipeline.fit(every, portfolio, [k % 3 == 0 for k in range(len(every))])
    pipeline.save(folder / "model")
    record = folder / "decision.json"
    record.write_text(pipeline.decide(every.take([7]), portfolio).to_json(), encoding="utf-8")
    query = warehouse_of({"inquiries": rows}, asked).features_sql(features, "duckdb")
    found = in_duckdb({"inquiries": rows}, asked).execute(query)
    columns = [one[0] for one in found.description]
    answers = [dict(zip(columns, row, strict=True)) for row in found.fetchall()]
    return record, folder / "model", answers


def written(folder: Path, answers: Any) -> Path:
    path = folder / "answers.json"
    path.write_text(json.dumps(answers), encoding="utf-8")
    return path


def by_paths(findings: Any) -> dict[int, int]:
    """How many derived leaves were confirmed by how many paths."""
    return {int(paths): int(leaves) for leaves, paths in re.findall(r"(\d+) by (\d+)", str(findings))}


def test_what_a_query_answers_confirms_each_of_its_features_once_more(decided, tmp_path) -> None:
    record, model, answers = decided
    without = verify_path(record, model=model)
    found = verify_path(record, model=model, queried=written(tmp_path, answers))
    assert found.passed, str(found)
    assert "4 features, by a query in a warehouse" in str(found)
    before, after = by_paths(without), by_paths(found)
    assert sum(paths * leaves for paths, leaves in after.items()) == 8 + sum(
        paths * leaves for paths, leaves in before.items()
    )


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda row: row | {"inquiries_365d": (row["inquiries_365d"] or 0) + 1}, "inquiries_365d"),
        (lambda row: row | {"inquiries_covered": None}, "inquiries_covered"),
        (lambda row: row | {"application_id": "another"}, "0 rows are of application"),
        (lambda row: {"application_id": row["application_id"]}, "it holds no feature of the record"),
        (lambda row: [], "no list of rows"),
        (lambda row: row | {"inquiries_covered": float("inf")}, "inquiries_covered"),
        (lambda row: row | {"inquiries_covered": float("nan")}, "inquiries_covered"),
        (lambda row: row | {"inquiries_covered": 10**400}, "inquiries_covered"),
        (lambda row: row | {"inquiries_covered": "1.0"}, "inquiries_covered"),
        (lambda row: row | {"inquiries_covered": True}, "inquiries_covered"),
    ],
)
def test_answers_that_differ_or_are_missing_fail(decided, tmp_path, change, message) -> None:
    record, model, answers = decided
    mine = str(json.loads(record.read_text(encoding="utf-8"))["application_id"])
    changed = [change(row) if str(row["application_id"]) == mine else row for row in answers]
    findings = verify_path(record, model=model, queried=written(tmp_path, changed))
    assert not findings.passed
    assert message in str(findings)


def test_a_column_that_is_no_feature_of_the_record_is_told(decided, tmp_path) -> None:
    record, model, answers = decided
    asked = [row | {"inquiries_90": 1.0, "as_of": "2024-01-01"} for row in answers]
    findings = verify_path(record, model=model, queried=written(tmp_path, asked))
    assert findings.passed, str(findings)
    assert "2 columns of it are no feature of the record, such as inquiries_90, as_of" in str(findings)


def test_a_row_that_names_a_feature_twice_is_refused(decided, tmp_path) -> None:
    record, model, answers = decided
    path = written(tmp_path, answers)
    text = path.read_text(encoding="utf-8").replace('"inquiries_90d"', '"inquiries_365d"')
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ArtefactError, match="names one of its parts twice"):
        verify_path(record, model=model, queried=path)


def test_answers_without_a_model_or_a_decision_are_refused(decided, tmp_path) -> None:
    record, model, answers = decided
    for path, of in ((record, None), (model, None)):
        with pytest.raises(ArtefactError, match="name both"):
            verify_path(path, model=of, queried=written(tmp_path, answers))
