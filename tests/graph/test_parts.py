"""Communities of one connected part do not depend on the others."""

from __future__ import annotations

import numpy as np

from creditscore.graph import communities
from creditscore.graph.snapshot import graph_of


def test_ties_elsewhere_leave_the_communities_of_a_part_as_they_are():
    random = np.random.default_rng(5)
    here = random.integers(0, 300, (900, 2))
    there = 300 + random.integers(0, 40, (200, 2))
    names = random.permutation(340).astype(np.int64)
    apart = communities.communities(graph_of(340, here), names=names)
    beside = communities.communities(graph_of(340, np.concatenate([here, there])), names=names)
    same = apart[:300][:, None] == apart[:300]
    np.testing.assert_array_equal(same, beside[:300][:, None] == beside[:300])
    assert 1 < len(set(apart[:300].tolist())) < 150


def test_names_go_with_ids_and_not_with_who_else_there_is():
    few = communities.names_of(("ann", "zoe"), np.array([0, 1], np.int32))
    many = communities.names_of(("ann", "bob", "zoe"), np.array([0, 2], np.int32))
    np.testing.assert_array_equal(few, many)
    whole = communities.names_of(np.array([3, 7, 11]), np.array([0, 2], np.int32))
    assert whole.tolist() == [3, 11]
