"""The exponential function against decimals of sixty digits, and one value against many."""

from __future__ import annotations

import math
from decimal import Decimal, localcontext

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from creditscore.model.exponential import exponential

RANGES = [(-8.0, 8.0), (-1e-9, 1e-9), (-700.0, 700.0), (-745.0, -708.0), (-1.0, 0.0)]


def nearest(x: float) -> float:
    with localcontext() as context:
        context.prec = 60
        return float(Decimal(x).exp())


@pytest.mark.parametrize("bounds", RANGES, ids=str)
def test_it_is_the_double_nearest_to_the_truth(bounds):
    x = np.random.default_rng(7).uniform(*bounds, 4_000)
    expected = np.array([nearest(value) for value in x.tolist()])
    found = exponential(x)
    # Below the least normal double, rounding happens twice: there the last place may be the next one.
    off = np.abs(found - expected) > (0.0 if bounds[0] > -708.0 else 5e-324)
    assert not off.any(), x[off][:3]


@given(st.floats())
def test_one_value_has_the_bits_of_many(x):
    one, (many,) = exponential(x), exponential(np.array([x]))
    assert math.isnan(one) if math.isnan(x) else one == many


def test_the_ends():
    assert exponential(0.0) == 1.0
    assert exponential(math.inf) == math.inf
    assert exponential(-math.inf) == 0.0
    assert exponential(np.zeros((2, 3))).shape == (2, 3)
    assert exponential(-745.0) == nearest(-745.0) > 0.0
    assert exponential(709.78) == nearest(709.78)
