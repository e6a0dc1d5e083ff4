"""A tie without a direction is one tie, whichever end lists it, and if both do."""

from __future__ import annotations

import numpy as np
import pytest

import creditscore as cs
from creditscore.features.compute import FeatureComputer

MET = "2023-01-01T00:00Z"
ASKED = cs.Applications.from_records(
    [{"application_id": 1, "applicant_id": "a", "as_of": "2024-12-01T00:00Z"}]
)
SHAPE = ("ties_count", "ties_strength", "ties_strongest_share", "ties_strength_entropy")


def read(ties):
    """What the ties of a look like."""
    found = FeatureComputer(cs.social_features()).compute(ASKED, cs.Portfolio.from_records({"ties": ties}))
    return [float(found[name][0]) for name in SHAPE]


def tie(one, other, **more):
    return {"person_id": one, "other_id": other, "event_time": MET} | more


@pytest.mark.parametrize("more", [{}, {"weight": 3.0, "layer": "friend"}, {"end_time": "2025-06-01T00:00Z"}])
def test_both_ends_may_list_a_tie(more):
    once = [tie("a", "b", **more), tie("a", "c")]
    assert read([*once, tie("b", "a", **more)]) == read(once)
    assert read([*once, tie("a", "a")]) == read(once)


@pytest.mark.parametrize(
    "more", [{"event_time": "2023-01-02T00:00Z"}, {"weight": 2.0}, {"layer": "p2p"}, {"directed": True}]
)
def test_another_tie_is_another_tie(more):
    once = [tie("a", "b", weight=1.0, layer="friend", directed=False), tie("a", "c")]
    found, before = read([*once, once[0] | tie("b", "a") | more]), read(once)
    assert found[0] == before[0]
    assert found[1] > before[1]
    assert not np.isclose(found[2], before[2])
