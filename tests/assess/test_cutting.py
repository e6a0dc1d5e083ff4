"""Performance in groups: against each group by itself, with intervals by applicant, and with few withheld."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.metrics import brier_score_loss, roc_auc_score

import creditscore as cs
from creditscore.errors import NameUnknownError, ParameterError


def drawn(seed=0, n=3000):
    random = np.random.default_rng(seed)
    log_odds = random.normal(-1.2, 1.2, n)
    return (random.random(n) < 1 / (1 + np.exp(-log_odds))).astype(float), log_odds


def asked(n, who=None, **more):
    records = [
        {
            "application_id": k,
            "applicant_id": f"p{k if who is None else who[k]}",
            "as_of": f"20{20 + k % 3}-0{1 + k % 9}-28T22:30:00Z",
            **{name: values[k] for name, values in more.items()},
        }
        for k in range(n)
    ]
    return cs.Applications.from_records(records)


def test_each_group_is_what_its_rows_are_alone():
    bad, log_odds = drawn()
    weight = np.random.default_rng(1).random(bad.size)
    label = np.where(log_odds > -1, 2.0, np.nan)
    found = cs.performance_by(bad, log_odds, label, sample_weight=weight, resamples=20)
    assert [group.name for group in found.groups] == ["2", "missing"]
    for name, rows in (("2", log_odds > -1), ("missing", log_odds <= -1)):
        group = found[name]
        expected = roc_auc_score(bad[rows], log_odds[rows], sample_weight=weight[rows])
        assert group.performance["auc"].value == pytest.approx(expected)
        risk = 1 / (1 + np.exp(-log_odds[rows]))
        expected = brier_score_loss(bad[rows], risk, sample_weight=weight[rows])
        assert group.performance["brier"].value == pytest.approx(expected)
        assert (group.applications, group.bads) == (rows.sum(), bad[rows].sum())
        assert group.predicted == pytest.approx(np.average(risk, weights=weight[rows]))


def test_intervals_draw_applicants_and_not_rows():
    bad, log_odds = drawn(3, 600)
    twice = np.repeat(np.arange(600), 4)
    once = cs.performance_by(bad, log_odds, np.zeros(600), resamples=400)["0"]
    rows = cs.performance_by(bad[twice], log_odds[twice], np.zeros(2400), resamples=400)["0"]
    people = cs.performance_by(bad[twice], log_odds[twice], np.zeros(2400), applicants=twice, resamples=400)[
        "0"
    ]

    def width(group):
        return group.performance["auc"].high - group.performance["auc"].low

    assert people.people == 600
    assert width(people) == pytest.approx(width(once), rel=0.15)
    assert width(rows) == pytest.approx(width(once) / 2, rel=0.15)


def test_intervals_of_clusters_cover_as_often_as_they_say():
    random, inside, many = np.random.default_rng(5), 0, 120
    truth = 0.760  # of two normals one standard deviation apart: Phi(1 / sqrt(2)) = 0.7602
    for seed in range(many):
        kind = random.random(150) < 0.5
        who = np.repeat(np.arange(150), 3)
        score = np.repeat(kind + random.normal(size=150), 3)
        found = cs.performance_by(kind[who], score, np.zeros(450), applicants=who, resamples=120, seed=seed)
        auc = found["0"].performance["auc"]
        inside += auc.low <= truth <= auc.high
    assert 0.88 <= inside / many <= 0.99


def test_by_segment_and_attribute_with_unknown_outcomes():
    bad, log_odds = drawn(7, 900)
    bad[::9] = np.nan
    income = np.linspace(100, 1000, 900)
    channel = ["app" if k % 2 else "web" for k in range(900)]
    apps = asked(900, income=income.tolist(), channel=channel)
    segments = [cs.Segment("poor", "income < 500"), cs.Segment("app", "channel == 'app'")]
    found = cs.performance_by(bad, log_odds, segments, applications=apps, resamples=20)
    rows = (income < 500) & ~np.isnan(bad)
    assert found["poor"].performance["auc"].value == pytest.approx(roc_auc_score(bad[rows], log_odds[rows]))
    assert (found.applications, found.judged) == (900, 800)
    assert "800 of 900" in repr(found)
    named = cs.performance_by(bad, log_odds, "channel", applications=apps, resamples=20)
    assert named["app"].bads == found["app"].bads
    assert len(found.to_frame()) == 2


def test_by_time_in_the_local_calendar():
    bad, log_odds = drawn(8, 900)
    apps = asked(900)
    found = cs.performance_by(bad, log_odds, "time", applications=apps, period="year", resamples=20)
    assert [group.name for group in found.groups] == ["2020", "2021", "2022"]
    berlin = cs.Portfolio.from_records({"payments": [pay("p0", "2020-01-02")]}, timezone="Asia/Tokyo")
    local = cs.performance_by(
        bad, log_odds, "time", applications=apps, portfolio=berlin, period="month", resamples=20
    )
    assert "2022-03" in [group.name for group in local.groups]


def pay(who, on):
    return {"applicant_id": who, "event_time": f"{on}T12:00:00Z", "amount": -5.0}


def test_by_sources_and_vintage():
    bad, log_odds = drawn(9, 400)
    records = [
        {"application_id": k, "applicant_id": f"p{k}", "as_of": "2024-06-01T00:00:00Z"}
        | ({"loan_id": k} if k % 2 else {})
        for k in range(400)
    ]
    loans = [
        {"loan_id": k, "applicant_id": f"p{k}", "event_time": f"2024-0{6 + k % 4 // 2}-30T12:00:00Z"}
        for k in range(1, 400, 2)
    ]
    # of the first hundred, payments lie after the moment: they were not known
    payments = [pay(f"p{k}", "2024-06-02" if k < 100 else "2024-05-01") for k in range(0, 400, 2)]
    portfolio = cs.Portfolio.from_records({"payments": payments, "loans": loans})
    apps = cs.Applications.from_records(records)
    found = cs.performance_by(bad, log_odds, "sources", applications=apps, portfolio=portfolio, resamples=20)
    assert {group.name: group.applications for group in found.groups} == {"none": 250, "payments": 150}
    found = cs.performance_by(bad, log_odds, "vintage", applications=apps, portfolio=portfolio, resamples=20)
    sizes = {group.name: group.applications for group in found.groups}
    assert sizes == {"2024-Q2": 100, "2024-Q3": 100, "no_loan": 200}


def test_two_models_on_the_same_rows():
    bad, log_odds = drawn(10, 2000)
    noisy = log_odds + np.random.default_rng(2).normal(0, 1.5, 2000)
    found = cs.performance_by(bad, log_odds, np.zeros(2000), reference_log_odds=noisy, resamples=300)["0"]
    expected = roc_auc_score(bad, log_odds) - roc_auc_score(bad, noisy)
    assert found.difference["auc"].value == pytest.approx(expected)
    assert found.delong.difference == pytest.approx(expected)
    half = (found.difference["auc"].high - found.difference["auc"].low) / 2
    assert half == pytest.approx(1.96 * found.delong.standard_error, rel=0.2)
    twice = np.repeat(np.arange(1000), 2)
    found = cs.performance_by(
        bad, log_odds, np.zeros(2000), reference_log_odds=noisy, applicants=twice, resamples=20
    )
    assert found["0"].delong is None
    assert "less reference" in repr(found)


def test_few_people_are_withheld_and_few_bads_give_no_figures():
    bad, log_odds = drawn(11, 500)
    label = np.array(["many"] * 480 + ["some"] * 17 + ["few"] * 3, dtype=object)
    found = cs.performance_by(bad, log_odds, label, resamples=20)
    assert found["few"].withheld
    assert found["few"].bads == 0
    assert found["some"].performance is None
    # shown together, the others would tell of the few
    assert found["some"].withheld or found["many"].withheld
    one_person = np.where(np.arange(500) < 60, 0, np.arange(500))
    found = cs.performance_by(bad, log_odds, one_person == 0, applicants=one_person, resamples=20)
    assert found["True"].withheld


@pytest.mark.parametrize(
    ("by", "more", "error"),
    [
        ("chanel", {"columns": {"channel": np.zeros(500)}}, NameUnknownError),
        ("time", {}, ParameterError),
        ("vintage", {"applications": asked(500)}, ParameterError),
        ("sources", {"applications": asked(500)}, ParameterError),
        (np.zeros(499), {}, ParameterError),
        (np.random.default_rng(0).random(500), {}, ParameterError),
        (np.zeros(500), {"reference_log_odds": np.zeros(3)}, ParameterError),
        (np.zeros(500), {"fewest_people": 0}, ParameterError),
        (np.zeros(500), {"fewest_of_class": 1}, ParameterError),
        (np.zeros(500), {"period": "week"}, NameUnknownError),
        ([cs.Segment("a", "x > 1")] * 2, {"columns": {"x": np.zeros(500)}}, ParameterError),
        (cs.Segment("a", "x > 1"), {"columns": {"x": np.zeros(5)}}, ParameterError),
        ("time", {"applications": asked(499)}, ParameterError),
    ],
)  # fmt: skip
def test_what_is_refused(by, more, error):
    bad, log_odds = drawn(12, 500)
    with pytest.raises(error):
        cs.performance_by(bad, log_odds, by, **more)
