"""Contributions against a stated population still add up, and a reference is what it says."""

from __future__ import annotations

import json
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest

import creditscore as cs
from creditscore.errors import ExplanationError, ParameterError
from creditscore.explain.references import Reference, typical_values
from creditscore.explain.relative import relative_to


@pytest.fixture(scope="module")
def case() -> SimpleNamespace:
    german = cs.datasets.load_german()
    pipeline = cs.CreditPipeline(
        features=[cs.application_features(german.columns, german.categories)],
        scorer=cs.CreditScorer(n_estimators=60),
    )
    pipeline.fit(german.applications, cs.Portfolio(), german.bad)
    explained = pipeline.explain(german.applications, cs.Portfolio())
    scores = np.asarray(pipeline.model.scale.score(explained.log_odds), np.float64)
    cutoff = float(np.quantile(scores, 0.7))
    return SimpleNamespace(
        german=german, pipeline=pipeline, explained=explained, scores=scores, cutoff=cutoff
    )


def test_every_other_reference_needs_a_cutoff(case: SimpleNamespace) -> None:
    for name in ("approved", "near_cutoff"):
        with pytest.raises(ParameterError, match="needs a cut-off"):
            case.pipeline.explain(case.german.applications, cs.Portfolio(), reference=name)
        with pytest.raises(ParameterError, match="set_reference"):
            case.pipeline.explain(case.german.applications, cs.Portfolio(), reference=name, cutoff=1.0)
    with pytest.raises(ParameterError, match="reference"):
        case.pipeline.explain(case.german.applications, cs.Portfolio(), reference="mean", cutoff=1.0)
    with pytest.raises(ParameterError, match="Nobody"):
        case.pipeline.set_reference("approved", case.german.applications, cs.Portfolio(), cutoff=9_999)


def test_contributions_against_the_approved_are_the_difference_and_add_up(case: SimpleNamespace) -> None:
    pipeline, explained = case.pipeline, case.explained
    kept = pipeline.set_reference("approved", case.german.applications, cs.Portfolio(), cutoff=case.cutoff)
    chosen = case.scores >= case.cutoff
    assert kept.rows == int(chosen.sum())
    relative = pipeline.explain(
        case.german.applications, cs.Portfolio(), reference="approved", cutoff=case.cutoff
    )
    means = [np.mean(column[chosen]) for column in explained.values.T]
    np.testing.assert_allclose(relative.values, explained.values - means, rtol=0, atol=1e-12)
    np.testing.assert_allclose(relative.base, explained.log_odds[chosen].mean(), rtol=0, atol=1e-9)
    np.testing.assert_allclose(relative.values[chosen].mean(axis=0), 0, atol=1e-12)
    np.testing.assert_allclose(
        relative.points(pipeline.model.scale).sum(axis=1) + relative.base_points(pipeline.model.scale),
        pipeline.model.scale.points(explained.log_odds),
        rtol=0, atol=1e-9,
    )  # fmt: skip
    assert relative.reference is kept


def test_those_near_the_cutoff_are_within_the_band(case: SimpleNamespace) -> None:
    kept = case.pipeline.set_reference(
        "near_cutoff", case.german.applications, cs.Portfolio(), cutoff=case.cutoff, band=7
    )
    assert kept.rows == int((np.abs(case.scores - case.cutoff) <= 7).sum())
    assert (kept.cutoff, kept.band) == (case.cutoff, 7)


def test_references_are_saved_and_hashed(case: SimpleNamespace, tmp_path) -> None:
    case.pipeline.set_reference("approved", case.german.applications, cs.Portfolio(), cutoff=case.cutoff)
    case.pipeline.save(tmp_path / "model")
    loaded = cs.load(tmp_path / "model")
    for before, after in zip(case.pipeline.model.references, loaded.model.references, strict=True):
        assert before.sha256 == after.sha256
        assert json.dumps(before.to_dict()) == json.dumps(after.to_dict())
    one = case.german.applications.take([3])
    options = {"reference": "approved", "cutoff": case.cutoff}
    assert loaded.reasons(one, cs.Portfolio(), **options) == case.pipeline.reasons(
        one, cs.Portfolio(), **options
    )
    kept = loaded.model.reference("approved", case.cutoff)
    changed = kept.to_dict() | {"rows": kept.rows + 1}
    assert Reference.from_dict(changed).sha256 != kept.sha256


def test_typical_values_are_those_of_the_training_rows(case: SimpleNamespace) -> None:
    model = case.pipeline.model
    kept, X = model.references[0], case.explained.data
    assert (kept.name, kept.rows) == ("training_mean", len(X))
    assert not kept.means.any()
    for column in range(X.shape[1]):
        known = sorted(X[~np.isnan(X[:, column]), column].tolist())
        if column in model.fitted.categories:
            assert known.count(kept.typical[column]) == max(known.count(value) for value in known)
        else:
            assert kept.typical[column] == known[(len(known) - 1) // 2]
    assert np.isnan(typical_values(np.full((3, 1), np.nan))).all()


def test_reasons_behind_guards_improve_the_score(case: SimpleNamespace) -> None:
    pipeline, model = case.pipeline, case.pipeline.model
    pipeline.set_reference("approved", case.german.applications, cs.Portfolio(), cutoff=case.cutoff)
    kept = model.references[0]
    names = model.computer.features.names
    for row in range(60):
        one = case.german.applications.take([row])
        reasons = pipeline.reasons(one, cs.Portfolio())
        for reason in reasons:
            x = case.explained.data[[row]].copy()
            groups = [feature.reason_group for feature in model.computer.features]
            banned = set(np.flatnonzero(model.reasoner.catalogue.columns.forbidden))
            for column in range(len(names)):
                if groups[column] == reason.group and column not in banned:
                    x[0, column] = kept.typical[column]
            assert model.fitted.log_odds(x)[0] < case.explained.log_odds[row]
        told = {name for reason in reasons for name in reason.features}
        assert not any("sex" in name or "foreign" in name or name == "application_age" for name in told)


def test_the_reference_changes_who_is_worse(case: SimpleNamespace) -> None:
    """Against the approved, nearly everyone declined has lost more points than against the mean."""
    pipeline = case.pipeline
    pipeline.set_reference("approved", case.german.applications, cs.Portfolio(), cutoff=case.cutoff)
    relative = pipeline.explain(
        case.german.applications, cs.Portfolio(), reference="approved", cutoff=case.cutoff
    )
    declined = case.scores < case.cutoff
    assert relative.base < case.explained.base
    assert (relative.values[declined].sum(axis=1) > case.explained.values[declined].sum(axis=1)).all()


def test_a_background_and_a_reference_exclude_each_other(case: SimpleNamespace) -> None:
    case.pipeline.set_reference("approved", case.german.applications, cs.Portfolio(), cutoff=case.cutoff)
    with pytest.raises(ParameterError, match="not both"):
        case.pipeline.model.explain(
            case.german.applications, cs.Portfolio(), background=object(), reference="approved",
            cutoff=case.cutoff,
        )  # fmt: skip


def test_contributions_that_do_not_add_up_are_refused(case: SimpleNamespace) -> None:
    with pytest.raises(ExplanationError, match="miss the log-odds"):
        replace(case.explained, base=case.explained.base + 1e-8)
    kept = replace(
        case.pipeline.model.references[0],
        feature_names=tuple(f"x{name}" for name in case.explained.feature_names),
    )
    with pytest.raises(ParameterError, match="other features"):
        relative_to(kept, case.explained)
