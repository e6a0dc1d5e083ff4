"""A pipeline in MLflow: logged, registered, loaded as any model, judged; no code in what is stored."""

from __future__ import annotations

import json
import warnings
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import creditscore as cs
from creditscore.errors import ArtefactError, ParameterError
from creditscore.signing.keys import SigningKey
from creditscore.signing.trust import Trust, TrustedKey

with warnings.catch_warnings():  # it warns of its own type hints while it is imported
    warnings.simplefilter("ignore")
    import mlflow
    import mlflow.pyfunc

pytestmark = pytest.mark.filterwarnings("ignore:::mlflow", "ignore:.*integer column:UserWarning")
SMALL = {"n_estimators": 30, "threads": 1}
NOW = datetime(2024, 6, 1, tzinfo=UTC)
KEY = SigningKey("lender.example", bytes(range(1, 33)))


@pytest.fixture(scope="module")
def german():
    return cs.datasets.load_german()


@pytest.fixture(scope="module")
def pipeline(german):
    features = [cs.application_features(german.columns, german.categories)]
    pipeline = cs.CreditPipeline(features=features, scorer=cs.CreditScorer(**SMALL))
    return pipeline.fit(german.applications, cs.Portfolio(), german.bad)


@pytest.fixture(scope="module")
def frame(german, pipeline) -> pd.DataFrame:
    return pipeline.model.computer.compute(german.applications, cs.Portfolio()).to_frame()


@pytest.fixture(scope="module")
def tracked(tmp_path_factory):
    """A store of runs in a folder, which no server and no network knows."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MLFLOW_ALLOW_FILE_STORE", "true")
        patch.setenv("MLFLOW_DISABLE_TELEMETRY", "true")
        folder = tmp_path_factory.mktemp("mlflow") / "runs"
        mlflow.set_tracking_uri(folder.as_uri())
        yield folder
        mlflow.set_tracking_uri(None)


@pytest.fixture(scope="module")
def logged(tracked, pipeline):
    with mlflow.start_run():
        return cs.log_to_mlflow(pipeline, "score", registered_model_name="score", sign_with=KEY)


def test_the_generic_model_gives_the_scores_and_reasons_of_ours(german, pipeline, frame, logged) -> None:
    told = mlflow.pyfunc.load_model(logged.model_uri).predict(frame)
    scores = pipeline.score_many(german.applications, cs.Portfolio())
    assert told["score"].tolist() == scores.score.tolist()
    assert told["probability_of_default"].tolist() == scores.probability_of_default.tolist()
    assert told["grade"].tolist() == list(scores.grade)
    for row in range(0, len(frame), 97):
        result = pipeline.score(german.applications.take([row]), cs.Portfolio())
        assert told["reasons"].iloc[row] == " ".join(reason.code for reason in result.reasons)


def test_what_is_stored_is_plain_text_and_the_model_folder_as_it_is(pipeline, logged, tmp_path: Path) -> None:
    pipeline.save(tmp_path / "model")
    stored = Path(mlflow.artifacts.download_artifacts(artifact_uri=logged.model_uri))
    ours = {path.name: path.read_bytes() for path in (stored / "model").iterdir()}
    assert ours.pop("signature.json")  # which says when it was signed
    assert ours == {path.name: path.read_bytes() for path in (tmp_path / "model").iterdir()}
    beside = {path.name for path in stored.iterdir()} - {"model"}
    assert beside <= {"MLmodel", "conda.yaml", "python_env.yaml", "requirements.txt", "registered_model_meta"}
    assert not [path for path in stored.rglob("*") if path.suffix in {".pkl", ".pickle", ".py", ".joblib"}]


def test_the_whole_pipeline_comes_back_and_its_signature_is_asked_for(german, pipeline, logged) -> None:
    trust = Trust.of(TrustedKey.of(KEY, valid_from=datetime(2020, 1, 1, tzinfo=UTC)))
    again = cs.load_from_mlflow("models:/score/1", trust=trust)
    asked = german.applications.take([4])
    assert again.score(asked, cs.Portfolio()) == pipeline.score(asked, cs.Portfolio())
    other = TrustedKey.of(SigningKey("other.example", bytes(range(2, 34))), valid_from=NOW)
    with pytest.raises(ArtefactError, match="trusted"):
        cs.load_from_mlflow("models:/score/1", trust=Trust.of(other))


def test_a_changed_part_is_refused_by_mlflow_too(pipeline, tmp_path: Path) -> None:
    cs.save_for_mlflow(pipeline, tmp_path / "one")
    part = tmp_path / "one" / "model" / "model.json"
    part.write_bytes(part.read_bytes().replace(b"1", b"2", 1))
    with pytest.raises(ArtefactError, match=r"model.json changed"):
        mlflow.pyfunc.load_model(str(tmp_path / "one"))
    with pytest.raises(ArtefactError, match="holds something already"):
        cs.save_for_mlflow(pipeline, tmp_path / "one")


def test_the_signature_names_every_feature_and_refuses_less(pipeline, frame, logged) -> None:
    assert logged.signature.inputs.input_names() == [*pipeline.model.computer.names, "anything_known"]
    served = mlflow.pyfunc.load_model(logged.model_uri)
    with pytest.raises(mlflow.exceptions.MlflowException, match=r"missing inputs \['application_amount'\]"):
        served.predict(frame.drop(columns="application_amount"))
    with pytest.raises(ParameterError, match=r"1 are unknown \(application_amuont\)"):
        served._model_impl.predict(frame.rename(columns={"application_amount": "application_amuont"}))


def test_who_is_not_scored(frame, logged) -> None:
    served = mlflow.pyfunc.load_model(logged.model_uri)
    nothing = pd.DataFrame(np.nan, index=[0, 1], columns=frame.columns).assign(anything_known=[False, True])
    told = served.predict(nothing)
    assert told["status"].tolist() == ["unscorable", "scored"]
    assert np.isnan(told["score"][0])
    assert not told["grade"][0]
    assert not told["reasons"][0]
    for none in (None, np.nan):
        with pytest.raises(ParameterError, match="anything_known.*true or false in row 1"):
            served.predict(nothing.assign(anything_known=pd.Series([True, none], dtype=object)))


def test_requests_with_their_records(tmp_path: Path) -> None:
    rows = [
        {"applicant_id": f"p{k}", "event_time": f"2024-0{1 + m}-10T00:00Z", "amount": float(k % 7 * 10 - m)}
        for k in range(80) for m in range(4)
    ]  # fmt: skip
    asked = [
        {"application_id": str(k), "applicant_id": f"p{k}", "as_of": "2024-06-01T00:00Z"} for k in range(80)
    ]
    calendar = {"timezone": "Asia/Tehran", "weekend": ("thu", "fri")}
    portfolio = cs.Portfolio.from_records({"payments": rows}, **calendar)
    pipeline = cs.CreditPipeline(features=[cs.payment_features()], scorer=cs.CreditScorer(**SMALL)).fit(
        cs.Applications.from_records(asked), portfolio, np.array([float(k % 7 < 3) for k in range(80)])
    )
    cs.save_for_mlflow(pipeline, tmp_path / "model", reads="requests")
    served = mlflow.pyfunc.load_model(str(tmp_path / "model"))
    own = [{"payments": [row for row in rows if row["applicant_id"] == f"p{k}"]} for k in range(9)]
    texts = [json.dumps({"application": asked[k], "tables": own[k]}) for k in range(9)]
    told = served.predict(pd.DataFrame({"request": texts}))
    for k in range(9):
        result = pipeline.score(asked[k], portfolio)
        codes = " ".join(reason.code for reason in result.reasons)
        assert told.iloc[k].tolist()[1:] == [result.probability_of_default, result.score, result.grade, codes]
    with pytest.raises(ParameterError, match="Row 0 of the column 'request' cannot be scored"):
        served.predict(pd.DataFrame({"request": ['{"application": {}, "tables": {"nosuch": []}}']}))


def test_mlflow_judges_the_model(german, frame, logged) -> None:
    judged = mlflow.models.evaluate(
        logged.model_uri, frame.assign(bad=german.bad), targets="bad", predictions="probability_of_default",
        model_type="regressor", evaluator_config={"log_model_explainability": False},
    )  # fmt: skip
    told = mlflow.pyfunc.load_model(logged.model_uri).predict(frame)["probability_of_default"]
    assert judged.metrics["mean_squared_error"] == pytest.approx(np.mean((told - german.bad) ** 2), abs=1e-12)


def test_what_cannot_be_logged(pipeline, tmp_path: Path) -> None:
    with pytest.raises(ParameterError, match="reads"):
        cs.save_for_mlflow(pipeline, tmp_path / "model", reads="events")
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "MLmodel").write_text("flavors: {python_function: {loader_module: os}}\n")
    with pytest.raises(ArtefactError, match="is no model of creditscore"):
        cs.load_from_mlflow((tmp_path / "other").as_uri())
