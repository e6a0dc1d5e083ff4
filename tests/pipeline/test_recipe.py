"""What a saved pipeline keeps besides its model: the recipe, the held-out rows, and room for more."""

from __future__ import annotations

import json

import numpy as np
import pytest

import creditscore as cs
from creditscore._ground.canonical import canonical, sha256
from creditscore.errors import ArtefactError, FittingError, NameUnknownError, ParameterError
from creditscore.scoring.loading import MANIFEST, load_scoring_model
from creditscore.verify.model import verify_model

OFF_DEFAULT = {
    "n_estimators": 12,
    "learning_rate": 0.2,
    "max_depth": 3,
    "num_leaves": 6,
    "min_child_samples": 9,
    "feature_fraction": 0.6,
    "reg_lambda": 3.0,
    "max_bin": 50,
    "early_stopping_rounds": 7,
    "n_folds": 3,
    "folds": "hash",
    "on_no_signal": "flatten",
    "seed": 11,
    "threads": 1,
}


@pytest.fixture(scope="module")
def german():
    return cs.datasets.load_german()


@pytest.fixture(scope="module")
def fitted(german):
    pipeline = cs.CreditPipeline(
        [cs.application_features(german.columns)],
        scorer=cs.CreditScorer(**OFF_DEFAULT),
        scale=cs.ScoreScale(500.0, 19.0, 33.0, minimum=100, maximum=999),
        master_scale=cs.MasterScale(lowest=0.002, highest=0.4, grades=9),
        embargo="30d",
        segments=("purpose",),
    )
    weight = 1.0 + np.arange(len(german.bad)) % 3
    return pipeline.fit(german.applications, cs.Portfolio(), german.bad, sample_weight=weight)


@pytest.fixture(scope="module")
def folder(fitted, tmp_path_factory):
    path = tmp_path_factory.mktemp("recipe") / "model"
    fitted.save(path)
    return path


def test_every_parameter_comes_back(fitted, folder):
    again = cs.load(folder)
    assert again.scorer.get_params() == fitted.scorer.get_params()
    assert [type(value) for value in again.scorer.get_params().values()] == [
        type(value) for value in fitted.scorer.get_params().values()
    ]
    assert again.features == fitted.model.computer.features
    assert (again.scale, again.master_scale) == (fitted.scale, fitted.master_scale)
    assert (again.embargo, again.segments) == ("30d", ("purpose",))


def test_fitting_again_gives_the_same_model(german, fitted, folder):
    weight = 1.0 + np.arange(len(german.bad)) % 3
    again = cs.load(folder).fit(german.applications, cs.Portfolio(), german.bad, sample_weight=weight)
    assert again.model.model_id == fitted.model.model_id
    assert again.held_out.log_odds.tobytes() == fitted.held_out.log_odds.tobytes()
    other = cs.load(folder)
    other.scorer = cs.CreditScorer(**OFF_DEFAULT | {"seed": 12})
    other.fit(german.applications, cs.Portfolio(), german.bad, sample_weight=weight)
    assert other.model.model_id != fitted.model.model_id


def test_held_out_rows_come_back_to_the_bit(german, fitted, folder):
    ours, again = fitted.held_out, cs.load(folder).held_out
    for name in ("index", "log_odds", "bad", "weight", "as_of"):
        one, other = getattr(ours, name), getattr(again, name)
        assert (one.dtype, one.tobytes()) == (other.dtype, other.tobytes())
    assert again.segments == ours.segments
    assert ours.bad.tolist() == np.asarray(german.bad, float)[ours.index].tolist()
    assert ours.weight.tolist() == (1.0 + ours.index % 3).tolist()
    assert ours.as_of.tolist() == german.applications.as_of[ours.index].tolist()
    purposes = german.applications.text["purpose"]
    assert list(ours.segments["purpose"]) == [purposes[row] for row in ours.index.tolist()]
    assert not np.isnan(ours.log_odds).all()


def test_no_id_and_no_feature_is_kept(german, folder):
    text = (folder / "held_out.json").read_text()
    kept = json.loads(text)
    assert set(kept) == {
        "index", "log_odds", "bad", "weight", "as_of", "segments", "ranks", "applications_sha256", "fitted",
        "baseline",
    }  # fmt: skip


def test_a_column_that_is_no_segment_is_refused(german, monkeypatch):
    pipeline = cs.CreditPipeline([cs.application_features(german.columns)], segments=("branch",))
    pipeline.scorer = cs.CreditScorer(**OFF_DEFAULT)
    with pytest.raises(NameUnknownError, match="no column of texts 'branch'"):
        pipeline.fit(german.applications, cs.Portfolio(), german.bad)
    monkeypatch.setattr(cs.CreditScorer, "fit", None)  # refused before the work, not after it
    with pytest.raises(NameUnknownError, match="no column of texts 'branch'"):
        pipeline.fit(german.applications, cs.Portfolio(), german.bad)
    monkeypatch.undo()
    with pytest.raises(ParameterError, match="sequence of names"):
        cs.CreditPipeline(segments="purpose")
    rows = [
        {
            "application_id": k,
            "applicant_id": k,
            "as_of": "2024-01-01T00:00Z",
            "amount": k % 90,
            "iban": f"i{k}",
        }
        for k in range(900)
    ]
    pipeline = cs.CreditPipeline(segments=("iban",), scorer=cs.CreditScorer(**OFF_DEFAULT))
    bad = (np.arange(900) % 90 > 60).astype(float)
    with pytest.raises(ParameterError, match="at most 200 labels"):
        pipeline.fit(cs.Applications.from_records(rows), cs.Portfolio(), bad)


def with_part(folder, name, content, to, *, optional):
    """A folder with one more part, as a later version would write it."""
    to.mkdir()
    for path in folder.iterdir():
        (to / path.name).write_bytes(path.read_bytes())
    (to / name).write_text(content)
    manifest = json.loads((to / MANIFEST).read_text())
    manifest["files"][name] = sha256(content)
    manifest["optional"] += [name] if optional else []
    body = {key: value for key, value in manifest.items() if key != "sha256"}
    (to / MANIFEST).write_text(canonical(body | {"sha256": sha256(canonical(body))}))
    return to


def test_an_optional_part_of_a_later_version_is_hashed_and_left_alone(fitted, folder, tmp_path):
    later = with_part(folder, "cutoffs.json", "[]", tmp_path / "a", optional=True)
    assert cs.load(later).model.model_id == load_scoring_model(later).model_id == fitted.model.model_id
    assert verify_model(later)[0].passed
    (later / "cutoffs.json").write_text("[1]")
    with pytest.raises(ArtefactError, match=r"cutoffs\.json changed"):
        cs.load(later)
    (later / "cutoffs.json").unlink()
    with pytest.raises(ArtefactError, match=r"missing \['cutoffs\.json'\]"):
        cs.load(later)
    needed = with_part(folder, "cutoffs.json", "[]", tmp_path / "b", optional=False)
    with pytest.raises(ArtefactError, match=r"unexpected \['cutoffs\.json'\]"):
        cs.load(needed)


def test_a_scorer_of_ones_own_must_be_named_again(german, folder, tmp_path):
    class Own(cs.CreditScorer):
        pass

    pipeline = cs.CreditPipeline([cs.application_features(german.columns)], scorer=Own(**OFF_DEFAULT))
    pipeline.fit(german.applications, cs.Portfolio(), german.bad).save(tmp_path / "model")
    again = cs.load(tmp_path / "model")
    with pytest.raises(FittingError, match=r"pipeline\.scorer = CreditScorer"):
        again.fit(german.applications, cs.Portfolio(), german.bad)
    again.scorer = Own(**OFF_DEFAULT)
    again.fit(german.applications, cs.Portfolio(), german.bad)
    assert again.model.model_id == pipeline.model.model_id
