"""The stored rules integrate every polynomial that tables ask for, and their bits do not change."""

from __future__ import annotations

import hashlib
from fractions import Fraction

import pytest

from creditscore.explain._quadrature import points_and_weights
from creditscore.explain._tables import LARGEST_DEPTH, SPLITS_PER_TABLE
from creditscore.explain._ways import RULES

MOST = (LARGEST_DEPTH + 1 + SPLITS_PER_TABLE) // 2 + 1


@pytest.mark.parametrize("n_points", sorted({*range(1, MOST + 1), *RULES}))
def test_polynomials_of_every_degree_are_integrated_exactly(n_points):
    """In fractions, so that only the rounding of the stored numbers themselves is left."""
    points, weights = points_and_weights(n_points)
    assert len(points) == len(weights) == n_points
    for degree in range(2 * n_points):
        found = sum(
            Fraction(w) * Fraction(p) ** degree
            for p, w in zip(points.tolist(), weights.tolist(), strict=True)
        )
        assert abs(found - Fraction(1, degree + 1)) < Fraction(1, 2**50)
    if n_points > MOST:  # what a rule misses next is less than what a double rounds
        return
    beyond = sum(w * p ** (2 * n_points) for p, w in zip(points.tolist(), weights.tolist(), strict=True))
    assert abs(beyond - 1 / (2 * n_points + 1)) > 1e-12


def test_the_bits_are_those_of_the_decisions_on_record():
    rules = [array for n in range(1, MOST + 1) for array in points_and_weights(n)]
    bits = b"".join(array.astype("<f8").tobytes() for array in rules)
    assert hashlib.sha256(bits).hexdigest()[:16] == "f4f9d4ca38ca1b3c"
