"""Features that two catalogues hold: all of them are named, and the remedy that is printed works."""

from __future__ import annotations

import re

import pytest

import creditscore as cs
from creditscore.errors import FeatureError
from creditscore.features.formula import Term
from creditscore.pipeline.fitting import chosen_features

ASKED = cs.Applications.from_records(
    {"application_id": 1, "applicant_id": "a", "as_of": "2024-06-01T00:00Z", "amount": 5.0}
)
NOBODY = cs.Portfolio()


def counted(*names: str) -> cs.FeatureSet:
    count = Term("payments", "count")
    return cs.FeatureSet(tuple(cs.Feature(name, count, name, name, "count") for name in names))


def refused(*given: cs.FeatureSet | cs.Feature) -> str:
    with pytest.raises(FeatureError) as stopped:
        chosen_features(list(given), ASKED, NOBODY)
    return str(stopped.value)


def test_the_catalogues_that_hold_it_are_named_and_the_remedy_works():
    said = refused(cs.application_features(["amount"]), cs.payment_features(), cs.ability_features())
    (shared,) = set(cs.payment_features().names) & set(cs.ability_features().names)
    assert said.startswith(f"Feature {shared!r} is declared twice. payment_features() (features[1]) and ")
    assert f"ability_features() (features[2]) hold {shared!r}. Give " in said
    remedy = re.search(r"Give (.*) in its place", said)
    assert remedy is not None
    names = {"payment_features": cs.payment_features, "ability_features": cs.ability_features}
    rest = eval(remedy[1], names)
    chosen = chosen_features([cs.payment_features(), rest], ASKED, NOBODY)
    assert set(chosen.names) == {*cs.payment_features().names, *cs.ability_features().names}


def test_all_that_are_doubled_are_counted_and_three_are_shown():
    said = refused(counted("a", "b", "c", "d", "e"), counted("x", "e", "d", "b", "a"))
    assert said.startswith("4 features are declared twice: 'a', 'b', 'd' and 1 more. ")
    assert "features[0] and features[1] hold 'a', 'b', 'd' and 1 more." in said
    assert "Give features[1].where(lambda feature: feature.name not in features[0].names)" in said
    both = refused(counted("a", "b"), counted("z", "b"), counted("a"))
    assert both.startswith("2 features are declared twice: 'a', 'b'. ")
    assert "features[0] and features[1] hold 'b'." in both


def test_what_another_one_has_wholly_is_left_out():
    said = refused(counted("a", "b"), *counted("b"))
    assert said.endswith("Leave features[1] out: the other one has all of it.")
    twice = refused(cs.application_features(), cs.application_features())
    assert twice.endswith("Leave them out of one, or rename them.")


def test_sets_that_are_added_say_the_same():
    one, other = counted("a", "b", "c", "d"), counted("d", "c", "b", "a", "e")
    with pytest.raises(FeatureError, match="4 features are declared twice: 'a', 'b', 'c' and 1 more"):
        one + other
    assert (one + other.where(lambda feature: feature.name not in one.names)).names == tuple("abcde")
