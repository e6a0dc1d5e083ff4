"""Units and reason groups of one's own are said in three languages, wherever a feature is spoken of."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from importlib.resources import files

import jsonschema
import numpy as np
import pytest

import creditscore as cs
from creditscore.errors import FeatureError, NameUnknownError, ParameterError
from creditscore.features.definition import Feature, FeatureSet
from creditscore.words.labels import OwnLabel

LANGUAGES = ("en", "fa", "zh")
KWH = {"en": "{value} kWh", "fa": "{value} کیلووات‌ساعت", "zh": "{value}千瓦时"}
TITLE = {"en": "Use of electricity", "fa": "مصرف برق", "zh": "用电情况"}
POWER = {"en": "electricity a month", "fa": "برق در ماه", "zh": "每月用电量"}
HEATING = {"en": "electric heating a month", "fa": "گرمایش برقی در ماه", "zh": "每月供暖用电"}
JOB = {"en": "months in the job", "fa": "سابقهٔ کار به ماه", "zh": "工作月数"}
OWN = {"unit": "kWh", "unit_words": KWH, "group": "electricity", "group_title": TITLE}
COLUMNS = [
    "amount",
    cs.Column("power", POWER, sign=1, **OWN),
    cs.Column("heating", HEATING, sign=1, **OWN),
    cs.Column("job", JOB, sign=-1),
    cs.Column("cars", sign=1),
]


def asked(n=500):
    rng = np.random.default_rng(0)
    drawn = {
        "amount": rng.integers(100, 9_000, n),
        "power": rng.exponential(200.0, n).round(1),
        "heating": rng.exponential(80.0, n).round(1),
        "job": rng.integers(0, 300, n),
        "cars": rng.integers(0, 4, n),
    }
    risk = drawn["power"] / 200 + drawn["heating"] / 80 - drawn["job"] / 100 + drawn["cars"] * 0.5
    rows = [
        {"application_id": k, "applicant_id": f"p{k}", "as_of": "2024-05-01T00:00Z"}
        | {name: float(values[k]) for name, values in drawn.items()}
        for k in range(n)
    ]
    return rows, risk + rng.normal(0.0, 0.7, n), risk


@pytest.fixture(scope="module")
def fitted():
    rows, noisy, risk = asked()
    pipeline = cs.CreditPipeline(
        [cs.application_features(COLUMNS)],
        scorer=cs.CreditScorer(recipe="shallow", n_estimators=80, learning_rate=0.1, threads=1),
    ).fit(cs.Applications.from_records(rows), cs.Portfolio(), noisy > np.quantile(noisy, 0.7))
    order = np.argsort(-risk)
    return pipeline, [rows[k] for k in order[:40].tolist()]


@pytest.fixture(scope="module")
def records(fitted, tmp_path_factory):
    pipeline, worst = fitted
    folder = tmp_path_factory.mktemp("own") / "model"
    pipeline.save(folder)
    loaded = cs.load(folder)
    policy = cs.Policy("own", "1", cutoff=620)
    return folder, loaded, [loaded.decide(row, cs.Portfolio(), policy=policy) for row in worst]


def test_each_column_is_a_reason_by_itself_unless_it_is_given_a_group(fitted, records):
    features = fitted[0].model.computer.features
    assert [one.reason_group for one in features] == [
        "amount_requested",
        "electricity",
        "electricity",
        "applicant_attributes.job",
        "applicant_attributes.cars",
    ]
    together = [{reason["group"] for reason in one.to_dict()["reasons"]} for one in records[2]]
    assert any({"applicant_attributes.job", "applicant_attributes.cars"} <= groups for groups in together)
    assert {"electricity", "applicant_attributes.job", "applicant_attributes.cars"} <= set().union(*together)


@pytest.mark.parametrize("language", LANGUAGES)
def test_own_units_and_titles_are_said_in_reasons_and_pages(records, language):
    unit = KWH[language].replace("{value}", "").strip()
    with_power = [
        record
        for record in records[2]
        if any(reason["group"] == "electricity" for reason in record.to_dict()["reasons"])
    ]
    assert with_power
    for record in with_power[:5]:
        (reason,) = [one for one in record.to_dict()["reasons"] if one["group"] == "electricity"]
        assert reason["texts"][language].count(unit) == 2  # the value and what is usual
        assert reason["code"] == "R00"
    page = cs.decision_report(with_power[0], language=language)
    assert page.data["names"]["groups"]["electricity"] == TITLE[language]
    html = page.to_html()
    assert TITLE[language] in html
    assert unit in html
    names = cs.model_report(records[1], language=language).data["names"]["groups"]
    assert names["electricity"] == TITLE[language]
    assert names["applicant_attributes.job"] == JOB[language]
    titled = {"en": "Details in the application", "fa": "اطلاعات درخواست", "zh": "申请资料"}
    assert names["applicant_attributes.cars"] == titled[language]


@pytest.mark.parametrize("language", ["fa", "zh"])
def test_a_column_without_words_is_told_by_the_lenders_name_for_it_and_marked_as_foreign(records, language):
    """On no page does its name stand otherwise than quoted, said to be the lender's, and as English."""
    told = {
        "fa": ("وام‌دهنده آن را «", "» می‌نامد"),
        "zh": ("贷款机构称为“", "”的申请资料项"),
    }[language]
    assert records[1].report.unworded == ("application_cars",)
    assert "by name alone, for want of a label: application_cars" in str(records[1].report)
    named = [one for one in records[2] if "applicant_attributes.cars" in groups_of(one)]
    assert len(named) > 5
    notice = {"creditor": "1", "agency": "2", "statements": ("3",)}
    for record in named[:4]:
        for kind in ("decision", "adverse_action"):
            page = cs.decision_report(record, language=language, kind=kind, **notice).to_html()
            body = re.sub(r"<(script|code)\b.*?</\1>", "", page[page.index("<body") :], flags=re.DOTALL)
            plain = re.sub(r"<[^>]+>", "", body)
            assert "cars" in plain
            assert plain.count("cars") == plain.count(f"{told[0]}cars{told[1]}")
            assert len(re.findall(r'<bdi[^>]*lang="en"[^>]*>cars</bdi>', body)) == plain.count("cars")


def groups_of(record):
    return {reason["group"] for reason in record.to_dict()["reasons"]}


def test_a_column_keeps_the_code_of_the_details_of_the_application(records):
    codes = {reason["group"]: reason["code"] for one in records[2] for reason in one.to_dict()["reasons"]}
    assert codes["applicant_attributes.job"] == codes["applicant_attributes.cars"] == "R04"


def test_records_keep_to_the_schema_replay_and_verify(records, tmp_path):
    folder, loaded, made = records
    schema = json.loads(files("creditscore.deciding").joinpath("record.schema.json").read_text("utf-8"))
    for record in made[:5]:
        jsonschema.validate(record.to_dict(), schema)
        assert cs.replay_decision(record, loaded.model) is None
    path = tmp_path / "record.json"
    path.write_text(made[0].to_json(), encoding="utf-8")
    command = "import sys; from creditscore.cli import main; sys.argv[0] = 'creditscore'; main()"
    done = subprocess.run(
        [sys.executable, "-c", command, "verify", str(path), "--model", str(folder)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_labels_without_own_units_or_groups_are_written_as_before():
    assert set(OwnLabel(POWER).to_plain()) == {"words", "higher", "lower"}
    both = OwnLabel(POWER, unit=KWH, group=TITLE)
    assert OwnLabel.from_plain(both.to_plain()) == both


@pytest.mark.parametrize(
    ("more", "error", "says"),
    [
        ({"unit": "kWh"}, NameUnknownError, "no unit 'kWh'"),
        ({"unit": "days", "unit_words": KWH}, FeatureError, "'days' has words already"),
        (
            {"unit": "kWh", "unit_words": {"en": "{value} kWh"}},
            ParameterError,
            "a text in each of en, fa, zh",
        ),
        ({"unit": "kWh", "unit_words": dict.fromkeys(LANGUAGES, "kWh")}, ParameterError, "one {value} each"),
        (
            {"unit": "kWh", "unit_words": dict.fromkeys(LANGUAGES, "{0}{value}")},
            ParameterError,
            "one {value}",
        ),
        ({"group": "electric"}, NameUnknownError, "no reason group 'electric'"),
        ({"group": "bills", "group_title": TITLE}, FeatureError, "'bills' has words already"),
        ({"group": "bils"}, NameUnknownError, "Did you mean 'bills'"),
        ({"group": "bills.power"}, NameUnknownError, "no reason group 'bills.power'"),
        ({"group": "network_repayment.mine"}, NameUnknownError, "no reason group"),
        ({"label": "power", "group": "electricity", "group_title": TITLE}, ParameterError, "label"),
    ],
)
def test_words_that_are_not_whole_or_name_what_is_known_are_refused(more, error, says):
    with pytest.raises(error, match=says):
        cs.Column("power", **{"label": POWER} | more).feature()


def test_what_tells_of_others_has_no_group_of_ones_own():
    term = cs.Term("neighbours", "sum", "is_defaulted")
    own = {"unit": "count", "reason_group": "friends", "group_title": TITLE}
    with pytest.raises(FeatureError, match="tells of other people"):
        Feature("neighbours_mine", term, POWER, "defaulted neighbours", source="ties", **own)


def test_a_group_has_one_title():
    other = cs.Column("heating", HEATING, **OWN | {"group_title": POWER}).feature()
    with pytest.raises(
        FeatureError, match="'electricity' has two titles, the second in 'application_heating'"
    ):
        FeatureSet((cs.Column("power", POWER, **OWN).feature(), other))
