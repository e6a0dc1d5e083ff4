"""Columns of the form: listed before they are read, each with its own words, sign and way of reading."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

import creditscore as cs
from creditscore.errors import NameUnknownError, ParameterError
from creditscore.features.compute import FeatureComputer

AS_OF = datetime(2024, 6, 1, tzinfo=UTC)
WORDS = {"en": "time in the job", "fa": "سابقهٔ کار", "zh": "工龄"}


def asked(n=40):
    frame = pytest.importorskip("pandas").DataFrame(
        {
            "application_id": range(n),
            "applicant_id": range(n),
            "as_of": [AS_OF] * n,
            "amount": np.arange(n, dtype=float),
            "rent": np.where(np.arange(n) % 4 == 0, np.nan, 7.0),
            "job": ["clerk", "Clerk"] * (n // 2),
            "gender": ["f", "m"] * (n // 2),
            "comment": [f"I need the money for reason number {k}" for k in range(n)],
            "total_pymnt": np.arange(n, dtype=float),
            "employed_since": [AS_OF - timedelta(days=k) for k in range(n)],
        }
    )
    return cs.Applications(frame)


def fit(features):
    return cs.CreditPipeline(features, scorer=cs.CreditScorer(n_estimators=2)).fit(
        asked(), cs.Portfolio(), np.arange(40) % 2
    )


def test_without_a_list_the_columns_are_listed_to_be_pasted():
    with pytest.raises(ParameterError) as caught:
        fit([cs.application_features()])
    text = str(caught.value)
    listed = text[text.index("[\n") : text.rindex("]") + 1]
    pasted = eval(listed, {"Column": cs.Column})
    assert [one.name for one in pasted] == ["amount", "rent", "job", "employed_since"]
    assert pasted[2].category
    assert pasted[3].as_ == "age_in_days"
    for part in ("25% missing", "sex is protected", "it is free text", "its name tells of the outcome"):
        assert part in text
    assert len(fit([cs.application_features(pasted)]).model.computer.features) == 4


def test_all_reads_what_nothing_speaks_against_and_says_what_stayed_out():
    pipeline = fit([cs.application_features("all")])
    names = set(pipeline.model.computer.names)
    assert names == {f"application_{n}" for n in ("amount", "rent", "job", "employed_since")}
    unread = [one for one in pipeline.report.warnings if one.code == "columns_unread"]
    assert unread[0].subject == "comment, gender, total_pymnt"


def test_times_become_days_before_the_moment():
    column = cs.Column("employed_since", WORDS, sign=-1, as_="age_in_days")
    features = cs.application_features([column])
    values = FeatureComputer(features).compute(asked(), cs.Portfolio())["application_employed_since"]
    assert values.tolist() == [float(k) for k in range(40)]
    feature = features.features[0]
    assert (feature.unit, feature.sign, feature.label.said("zh")) == ("days", -1, "工龄")
    again = cs.FeatureSet.from_json(features.to_json())
    assert again == features
    assert FeatureComputer(again).compute(asked(), cs.Portfolio()).unavailable == ()


def test_labels_fold_on_request():
    kept, folded = (
        FeatureComputer(cs.application_features([cs.Column("job", category=True, fold=fold)]))
        .compute(asked(), cs.Portfolio())
        .values[:, 0]
        for fold in (False, True)
    )
    assert np.unique(kept).size == 2
    assert np.unique(folded).size == 1


@pytest.mark.parametrize(
    ("given", "error", "message"),
    [
        ({"name": "no name"}, ParameterError, "columns"),
        ({"name": "x", "sign": 2}, ParameterError, "signs"),
        ({"name": "x", "category": True, "sign": 1}, ParameterError, "holds labels"),
        ({"name": "x", "as_": "days"}, NameUnknownError, "way to read"),
        ({"name": "x", "unit": "monney"}, NameUnknownError, "Did you mean 'money'"),
        ({"name": "x", "group": "incom_level"}, NameUnknownError, "Did you mean 'income_level'"),
        ({"name": "x", "label": {"en": "only English"}}, ParameterError, "en, fa, zh"),
    ],
)
def test_what_a_column_cannot_be_is_refused(given, error, message):
    with pytest.raises(error, match=message):
        cs.application_features([cs.Column(**given)])


def test_a_decision_on_an_age_can_be_taken_again():
    pipeline = fit(
        [cs.application_features([cs.Column("employed_since", WORDS, as_="age_in_days"), "amount"])]
    )
    record = pipeline.decide(asked().take([7]), cs.Portfolio())
    stored = record.to_dict()["inputs"]
    assert stored["application"]["employed_since"] == (AS_OF - timedelta(days=7)).isoformat()
    assert cs.replay_decision(record, pipeline.model) is None
    assert "comment" not in stored["application"] or stored["moments"] == ["employed_since"]


def test_a_time_may_come_as_text_and_nothing_else():
    since = cs.Column("employed_since", WORDS, as_="age_in_days")
    pipeline = fit([cs.application_features([since, "amount"])])
    usual = pipeline.score(asked().take([7]), cs.Portfolio())
    one = {"application_id": 7, "applicant_id": 7, "as_of": AS_OF, "amount": 7.0}
    text = pipeline.score(one | {"employed_since": (AS_OF - timedelta(days=7)).isoformat()}, cs.Portfolio())
    assert (text.probability_of_default, text.code) == (usual.probability_of_default, "")
    other = pipeline.score(one | {"employed_since": "long ago"}, cs.Portfolio())
    assert (other.status, other.code) == ("unscorable", "column_retyped")


def test_an_age_of_what_is_no_time_is_refused_at_fit():
    with pytest.raises(NameUnknownError, match="column of times"):
        fit([cs.application_features([cs.Column("job", as_="age_in_days"), "amount"])])
