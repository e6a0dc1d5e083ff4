"""Every recipe of CONTRIBUTING.md, performed on a copy of the tree, does what it says."""

from __future__ import annotations

import json
import textwrap
from pathlib import Path
from typing import Any

import pytest

from tests.house.recipes import GUIDE, Recipe, Step, copy_of_the_tree, perform, recipes, run_in

RECIPES = recipes(GUIDE.read_text(encoding="utf-8"))
HEADINGS = (
    "Add a feature",
    "Add a source",
    "Add a language",
    "Add a reason group",
    "Add a section of the report",
    "Add a jurisdiction",
)
LANGUAGES = ("en", "fa", "zh")
HOUSE = [f"tests/house/test_{name}.py" for name in ("floors", "vocabularies", "texts", "shape", "shapes")]


def performed(heading: str, folder: Path) -> Path:
    tree = copy_of_the_tree(folder)
    perform(RECIPES[heading], tree)
    return tree


def told_by(tree: Path, script: str) -> Any:
    """What a script prints as JSON, as the last line, on the copy."""
    return json.loads(run_in(tree, "-c", textwrap.dedent(script)).splitlines()[-1])


def passes(tree: Path, *tests: str) -> None:
    run_in(tree, "-m", "pytest", "-q", "-p", "no:cacheprovider", *tests)


def test_the_guide_has_these_recipes() -> None:
    assert tuple(RECIPES) == HEADINGS


@pytest.mark.parametrize("kind", ["diff", "sh"])
def test_a_recipe_that_no_longer_applies_says_which_block(tmp_path: Path, kind: str) -> None:
    stale = {"diff": "--- a/x.py\n+++ b/x.py\n@@ -1 +1 @@\n-old\n+new\n", "sh": "cp x.py y.py\n"}[kind]
    (tmp_path / "x").mkdir()
    recipe = Recipe("Add a thing", (Step("sh", "true\n"), Step(kind, stale)))
    with pytest.raises(AssertionError, match=r"'Add a thing': block 2 \(.*x\.py.*no longer applies"):
        perform(recipe, tmp_path / "x")


@pytest.mark.long
def test_a_feature(tmp_path: Path) -> None:
    """Three inquiries of p from 10 to 14 June are one search; a fourth was known too late; q has none."""
    tree = performed("Add a feature", tmp_path)
    found = told_by(
        tree,
        """
        import json
        from datetime import UTC, datetime
        import creditscore as cs
        from creditscore.features.compute import FeatureComputer
        from creditscore.reasons.facts import Fact
        from creditscore.reasons.reason import Reason

        def inquiry(time, **more):
            return {"applicant_id": "p", "event_time": time + "T12:00+00:00"} | more

        portfolio = cs.Portfolio.from_records({"inquiries": [
            inquiry("2024-01-05"), inquiry("2024-01-06"),
            inquiry("2024-06-10"), inquiry("2024-06-11"), inquiry("2024-06-14"),
            inquiry("2024-06-15", known_time="2024-08-01T00:00+00:00"),
            inquiry("2024-06-29"),
        ]})
        asked = cs.Applications.from_records([
            {"application_id": who, "applicant_id": who, "as_of": "2024-07-01T00:00+00:00"} for who in "pq"
        ])
        names = ["inquiries_7d", "inquiries_30d", "inquiries_most_in_search_365d"]
        features = cs.repayment_features().select(names)
        matrix = FeatureComputer(features).compute(asked, portfolio, threads=1)
        most = features[names[-1]]
        fact = Fact(most.name, most.label, 3.0, most.unit, most.sign, datetime(2024, 7, 1, tzinfo=UTC))
        reason = Reason("R34", most.reason_group, 5.0, 0.5, (most.name,), fact)
        said = [cs.speak(reason, language, dated=False) for language in ("en", "fa", "zh")]
        values = [[None if v != v else v for v in row] for row in matrix.values.tolist()]
        print(json.dumps({"values": values, "said": said}))
        """,
    )
    assert found["values"] == [[1.0, 2.0, 3.0], [None, None, None]]
    english, persian, chinese = found["said"]
    assert english == "Most inquiries in one search for credit in the last 365 days: 3"
    assert "بیشترین تعداد استعلام در یک جست‌وجوی اعتبار" in persian
    assert "۳" in persian
    assert "一次申贷期间的最多查询次数" in chinese
    # Flags of one byte are whole numbers to a compiled kernel; interpreted, they run over.
    quiet = ("-W", "ignore::RuntimeWarning", "-p", "no:cacheprovider", "-q")
    assert "4 passed" in run_in(tree, "-m", "pytest", *quiet, "tests/features/test_inquiries_by_hand.py")


# A hundred and twenty people of whom every fifth bought airtime k times in June, k from 0 to 4, all of them
# once in January, and every tenth never.
TOP_UPS = """
    import json
    import creditscore as cs
    people = range(120)
    asked = [
        {"application_id": k, "applicant_id": f"p{k:03d}", "as_of": "2024-07-01T00:00+00:00",
         "amount": 100.0 + k % 7}
        for k in people
    ]
    times = {
        k: ["2024-01-01", *(f"2024-06-{day + 1:02d}" for day in range(k % 5))] for k in people if k % 10
    }
    rows = [
        {"applicant_id": f"p{k:03d}", "event_time": f"{time}T12:00+00:00", "amount": 2.0}
        for k, found in times.items() for time in found
    ]
    bad = [float(k % 5 < 2 and k % 3 > 0) for k in people]
    applications = cs.Applications.from_records(asked)
"""
SMALL = "cs.CreditScorer(n_estimators=5, min_child_samples=5)"


@pytest.mark.long
def test_a_source(tmp_path: Path) -> None:
    tree = performed("Add a source", tmp_path)
    found = told_by(
        tree,
        TOP_UPS
        + f"""
    portfolio = cs.Portfolio(top_ups=rows)
    pipeline = cs.CreditPipeline(scorer={SMALL}, threads=1).fit(applications, portfolio, bad)
    matrix = pipeline.model.computer.compute(applications, portfolio, threads=1)
    counts = [None if v != v else v for v in matrix["top_ups_count_90d"].tolist()]
    record = pipeline.decide(asked[3], portfolio)
    again = cs.replay_decision(record, pipeline.model)
    plain = record.to_dict()
    never = pipeline.decide(asked[10], portfolio).to_dict()["reasons"]
    broken = record.to_dict()
    del broken["sha256"]
    broken["inputs"]["tables"]["top_ups"].pop()
    tampered = cs.replay_decision(cs.DecisionRecord.from_dict(broken), pipeline.model)
    try:
        cs.Portfolio(top_ups=[rows[0] | {{"amount": -2.0}}])
        refused = ""
    except cs.errors.ContractError as error:
        refused = str(error)
    print(json.dumps({{
        "counts": counts, "again": again, "source": plain["sources"]["top_ups"], "refused": refused,
        "stored": plain["inputs"]["tables"]["top_ups"], "tampered": str(tampered), "never": never,
    }}))
    """,
    )
    assert found["counts"] == [float(k % 5) if k % 10 else None for k in range(120)]
    assert found["again"] is None
    assert found["source"]["covered"] is True
    assert [row["event_time"][:10] for row in found["stored"]] == [
        "2024-01-01", "2024-06-01", "2024-06-02", "2024-06-03",
    ]  # fmt: skip
    assert "top_ups" in found["tampered"]
    assert "top_ups" in found["refused"]
    assert "amount" in found["refused"]
    (absent,) = [reason for reason in found["never"] if reason["code"] == "R90"]
    assert absent["texts"]["en"].startswith("No record of airtime top-ups was available")
    assert absent["texts"]["fa"].startswith("سابقهٔ خرید شارژ تلفن همراه در دست نبود")
    assert absent["texts"]["zh"].startswith("没有可用的话费充值记录")
    passes(tree, "tests/data/test_sources.py", "-W", "ignore::RuntimeWarning")


@pytest.mark.long
def test_a_language(tmp_path: Path) -> None:
    tree = performed("Add a language", tmp_path)
    found = told_by(
        tree,
        """
        import json
        from datetime import UTC, datetime
        import creditscore as cs
        from creditscore.reasons.facts import Fact
        from creditscore.reasons.reason import Reason
        from creditscore.report.naming import group_title
        from creditscore.report.writing import Writer
        fact = Fact("mine", "1,234.5 of mine", 1234.5, "money", 1, datetime(2024, 7, 1, tzinfo=UTC))
        bills = Reason("R13", "bills", 5.0, 0.5, ("mine",), fact)
        german = cs.datasets.load_german()
        rows = range(0, 1000, 5)
        pipeline = cs.CreditPipeline([cs.application_features(german.columns, german.categories)],
            scorer=cs.CreditScorer(n_estimators=5, min_child_samples=20), threads=1)
        pipeline.fit(german.applications.take(rows), cs.Portfolio(), german.bad[::5])
        record = pipeline.decide(german.applications.take([1]), cs.Portfolio())
        page = cs.decision_report(record, language="de").to_html()
        print(json.dumps({
            "said": cs.speak(bills, "de", dated=False), "title": group_title("bills", Writer("de")),
            "number": Writer("de").number(1234.5, 1),
            "value": Writer("de").value(1.0, "0/1"), "page": page[:200],
            "recorded": sorted(record.to_dict()["reasons"][0]["texts"]),
        }))
        """,
    )
    assert found["said"] == 'a measure that the lender calls "mine": 1.234'
    assert found["title"] == "Rechnungen des Haushalts"
    assert found["number"] == "1.234,5"
    assert found["value"] == "ja"
    assert '<html lang="de" dir="ltr">' in found["page"]
    assert found["recorded"] == ["de", "en", "fa", "zh"]
    command = ("-m", "pytest", "-p", "no:cacheprovider", "-vv", "-k", "english")
    left = run_in(tree, *command, "tests/words/test_languages.py", "tests/report/test_texts.py", fails=True)
    assert "2 failed" in left
    assert "'groups/cash_flow/title'" in left
    assert "'value.missing'" in left
    assert "'groups/bills/title'" not in left
    assert "'value.yes'" not in left
    passes(tree, "-k", "not english", "tests/words", "tests/report/test_texts.py", *HOUSE)


@pytest.mark.long
def test_a_reason_group(tmp_path: Path) -> None:
    """Of those who pay half of the income as rent most are bad, of those who pay a tenth few are."""
    tree = performed("Add a reason group", tmp_path)
    found = told_by(
        tree,
        f"""
        import json
        import creditscore as cs
        people = range(160)
        asked = [
            {{"application_id": k, "applicant_id": f"p{{k:03d}}", "as_of": "2024-07-01T00:00+00:00"}}
            for k in people
        ]
        rows = []
        for k in people:
            rent = (500.0 if k % 2 else 100.0) + k
            both = ((1000.0, "salary", "other"), (-rent, "bill", "rent"), (-50.0, "bill", "utilities"))
            rows += [
                {{"applicant_id": f"p{{k:03d}}", "event_time": "2024-06-01T12:00+00:00",
                  "amount": amount, "kind": kind, "category": category}}
                for amount, kind, category in both
            ]
        applications, portfolio = cs.Applications.from_records(asked), cs.Portfolio(payments=rows)
        features = cs.payment_features().select(["payments_rent_to_inflow_180d"])
        pipeline = cs.CreditPipeline([features], scorer={SMALL}, threads=1)
        pipeline.fit(applications, portfolio, [float(k % 2 != (k % 14 == 3)) for k in people])
        values = pipeline.model.computer.compute(applications, portfolio, threads=1).values[:, 0]
        reason = pipeline.decide(asked[21], portfolio).to_dict()["reasons"][0]
        print(json.dumps({{"values": values.tolist(), "reason": reason}}))
        """,
    )
    rents = [(500.0 if k % 2 else 100.0) + k for k in range(160)]
    assert found["values"] == [rent / 1000.0 for rent in rents]
    reason = found["reason"]
    assert (reason["code"], reason["group"]) == ("R49", "rent_burden")
    assert reason["texts"]["en"].startswith(
        "Rent over income in the last 180 days: 0.52 times, higher than usual among earlier applicants"
    )
    assert reason["texts"]["fa"].startswith("نسبت اجاره به درآمد")
    assert reason["texts"]["zh"].startswith("过去180天房租与收入之比")


@pytest.mark.long
def test_a_section_of_the_report(tmp_path: Path) -> None:
    tree = performed("Add a section of the report", tmp_path)
    found = told_by(
        tree,
        """
        import json
        import jsonschema
        import creditscore as cs
        german = cs.datasets.load_german()
        rows = range(0, 1000, 5)
        applications, bad = german.applications.take(rows), german.bad[::5]
        pipeline = cs.CreditPipeline([cs.application_features(german.columns)],
            scorer=cs.CreditScorer(n_estimators=5, min_child_samples=20), threads=1)
        pipeline.fit(applications, cs.Portfolio(), bad)
        values = pipeline.explain(applications, cs.Portfolio()).values
        out = {"values": values.tolist(), "pages": []}
        for language in ("en", "fa", "zh"):
            report = cs.model_report(pipeline, applications, cs.Portfolio(), bad, resamples=2, refits=0,
                most_reasons=5, language=language, threads=1)
            jsonschema.validate(report.to_dict(), report.schema())
            out["found"] = report.to_dict()["concentration"]
            out["pages"].append(report.to_html())
        wrong = report.to_dict() | {"concentration": {"features": -1}}
        out["refused"] = bool(list(jsonschema.Draft202012Validator(report.schema()).iter_errors(wrong)))
        print(json.dumps(out))
        """,
    )
    columns = list(zip(*found["values"], strict=True))
    sizes = [sum(map(abs, column)) / len(column) for column in columns]
    shares = [size / sum(sizes) for size in sizes if size]
    assert found["found"] == {
        "features": len(shares),
        "largest": pytest.approx(max(shares), rel=1e-12),
        "effective": pytest.approx(1 / sum(share * share for share in shares), rel=1e-12),
    }
    assert found["refused"] is True
    heads = ("How many features carry the score", "چند ویژگی امتیاز را می‌سازند", "分数由多少特征决定")
    for page, head in zip(found["pages"], heads, strict=True):
        assert 'id="concentration"' in page
        assert head in page
    assert f"{max(shares):.1%}" in found["pages"][0]
    assert f"{found['found']['effective']:.1f}" in found["pages"][0]


@pytest.mark.long
def test_a_jurisdiction(tmp_path: Path) -> None:
    """One file more: what the law above removes leaves here too, and its own days of reading count."""
    tree = performed("Add a jurisdiction", tmp_path)
    found = told_by(
        tree,
        """
        import json
        import creditscore as cs
        france, union = (cs.Jurisdiction.load(name, as_of="2026-11-21") for name in ("FR", "EU"))
        print(json.dumps({
            "chain": france.chain, "same": france.forbidden("score") == union.forbidden("score"),
            "days": france.retention.to_dict(), "asks": "name_database" in france.asks,
        }))
        """,
    )
    assert found == {"chain": ["EU", "FR"], "same": True, "days": {"arrears": 1826}, "asks": True}
    passes(tree, "tests/law/test_rules.py")


@pytest.mark.long
def test_the_house_is_in_order_after_all_of_them(tmp_path: Path) -> None:
    """One after another on one copy; a language that is half told has its own."""
    tree = copy_of_the_tree(tmp_path)
    for heading in HEADINGS:
        if heading != "Add a language":
            perform(RECIPES[heading], tree)
    run_in(tree, "docs/make_tables.py")
    pages = ("reasons/test_reason_page", "data/test_dictionary", "report/test_texts")
    passes(tree, "tests/words", *(f"tests/{page}.py" for page in pages), *HOUSE)
