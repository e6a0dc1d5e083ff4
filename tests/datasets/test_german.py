"""The small set for docstrings."""

from __future__ import annotations

import numpy as np

from creditscore import datasets


def test_every_application_is_there():
    german = datasets.load_german()
    assert len(german.applications) == len(german.bad) == 1_000
    assert german.bad.sum() == 300


def test_numbers_and_labels_cover_all_attributes():
    german = datasets.load_german()
    assert set(german.columns) == set(german.applications.numeric)
    assert set(german.categories) == set(german.applications.text)
    assert german.applications.numeric["term_days"][0] == 180
    assert german.applications.text["status"][0] == "A11"


def test_no_protected_attribute():
    german = datasets.load_german()
    names = {*german.columns, *german.categories}
    assert not names & {"age", "personal_status_sex", "foreign", "liable"}


def test_nothing_is_missing():
    german = datasets.load_german()
    assert not any(np.isnan(values).any() for values in german.applications.numeric.values())
    assert all(None not in labels for labels in german.applications.text.values())
