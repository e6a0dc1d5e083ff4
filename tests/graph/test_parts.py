"""Communities of one connected part do not depend on the others."""

from __future__ import annotations

import numpy as np

from creditscore.graph import communities, walks
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


def test_a_part_of_thousands_and_one_of_hundreds_are_what_they_are_alone_to_the_bit():
    """Each part ends by its own nodes: where most rest, a few of another part may still move."""
    random, many, few = np.random.default_rng(2), 4_000, 900
    round_about = np.stack([np.arange(many), np.roll(np.arange(many), 1)], 1)
    here = np.concatenate([round_about, random.integers(0, many, (2_000, 2))])
    along = np.stack([np.arange(few - 1), np.arange(1, few)], 1)
    there = np.concatenate([along, random.integers(0, few, (900, 2))])
    names = random.permutation(many + few).astype(np.int64)
    both = graph_of(many + few, np.concatenate([here, many + there]))
    whole, rank = communities.communities(both, names=names), walks.pagerank(both)
    for part, ends in ((slice(0, many), here), (slice(many, None), there)):
        alone = graph_of(len(names[part]), ends)
        found = communities.communities(alone, names=names[part])
        assert (found - found[0]).tolist() == (whole[part] - whole[part][0]).tolist()
        assert walks.pagerank(alone).tobytes() == rank[part].tobytes()


def test_names_go_with_ids_and_not_with_who_else_there_is():
    few = communities.names_of(("ann", "zoe"), np.array([0, 1], np.int32))
    many = communities.names_of(("ann", "bob", "zoe"), np.array([0, 2], np.int32))
    np.testing.assert_array_equal(few, many)
    whole = communities.names_of(np.array([3, 7, 11]), np.array([0, 2], np.int32))
    assert whole.tolist() == [3, 11]
