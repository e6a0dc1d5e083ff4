"""Deletion and insertion of reason groups, against sums by hand where the model only adds up."""

from __future__ import annotations

import numpy as np
import pytest

import creditscore as cs
from creditscore.assess.faithfulness import _areas, faithfulness_of
from creditscore.assess.quality import explained
from creditscore.assess.study import study_of

# Columns 0 and 3 are one group.
WEIGHTS = np.array([1.0, 2.0, 4.0, 1.0])
GROUPS = [np.array([2]), np.array([1]), np.array([0, 3])]


def test_areas_of_a_model_that_adds_up_are_those_by_hand() -> None:
    """Own values 1, usual 0: log-odds fall from 8 over 4 and 2 to 0."""
    found = _areas(
        np.ones(4), np.zeros(4), GROUPS, np.random.default_rng(0), lambda rows: np.asarray(rows @ WEIGHTS)
    )
    fall, deletion, insertion, *drawn = found
    assert fall == 8.0
    assert deletion == pytest.approx(((8 + 4) / 2 + (4 + 2) / 2 + (2 + 0) / 2) / 3)
    assert insertion == pytest.approx(((0 + 4) / 2 + (4 + 6) / 2 + (6 + 8) / 2) / 3)
    assert drawn[0] >= deletion
    assert drawn[1] <= insertion


def test_what_is_unknown_of_the_reference_stays() -> None:
    usual = np.array([0.0, np.nan, 0.0, 0.0])
    fall, *_ = _areas(
        np.ones(4), usual, GROUPS, np.random.default_rng(0), lambda rows: np.asarray(rows @ WEIGHTS)
    )
    assert fall == 6.0


def test_contributions_say_more_than_a_drawn_order() -> None:
    german = cs.datasets.load_german()
    scorer = cs.CreditScorer(recipe="shallow", n_estimators=60)
    pipeline = cs.CreditPipeline([cs.application_features(german.columns)], scorer=scorer)
    pipeline = pipeline.fit(german.applications, cs.Portfolio(), german.bad)
    study = study_of(pipeline, german.applications, cs.Portfolio(), german.bad, seed=0, threads=1)
    found = faithfulness_of(study, explained(study))
    assert found is not None
    assert found == faithfulness_of(study, explained(study))
    assert found.deletion < found.deletion_drawn - 0.1
    assert found.insertion > found.insertion_drawn + 0.1
    # Drawn orders are as good forwards as backwards.
    assert found.deletion_drawn + found.insertion_drawn == pytest.approx(1.0, abs=0.1)
