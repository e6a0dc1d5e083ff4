"""Points and weights of Gauss-Legendre integration over 0 to 1, as stored numbers.

NumPy finds them as eigenvalues, whose last bits differ from one release to the next and with them those of
every contribution. These are the numbers that decisions on record were explained with.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from creditscore._ground.arrays import Float64

# By number of points from 1 on: the points from 0 to 1 of the rule over -1 to 1, and their weights. The
# others mirror them.
_RULES: Final = (
    ((0.0,), (2.0,)),
    ((0.5773502691896257,), (1.0,)),
    ((0.0, 0.7745966692414834), (0.8888888888888888, 0.5555555555555557)),
    ((0.33998104358485626, 0.8611363115940526), (0.6521451548625464, 0.34785484513745357)),
    (
        (0.0, 0.5384693101056831, 0.906179845938664),
        (0.5688888888888887, 0.4786286704993663, 0.23692688505618928),
    ),
    (
        (0.2386191860831969, 0.6612093864662645, 0.9324695142031519),
        (0.46791393457269104, 0.3607615730481387, 0.17132449237917027),
    ),
    (
        (0.0, 0.4058451513773972, 0.7415311855993945, 0.9491079123427586),
        (0.4179591836734693, 0.3818300505051187, 0.27970539148927687, 0.12948496616886973),
    ),
    (
        (0.18343464249564978, 0.525532409916329, 0.7966664774136267, 0.9602898564975362),
        (0.36268378337836166, 0.3137066458778869, 0.22238103445337443, 0.10122853629037706),
    ),
)


def points_and_weights(n_points: int) -> tuple[Float64, Float64]:
    """Return the rule that integrates polynomials of degree up to ``2 * n_points - 1`` over 0 to 1.

    Parameters
    ----------
    n_points : int
        1 to 8, which is enough for trees as deep as there are tables for.

    Returns
    -------
    points, weights : ndarray of float64, shape (n_points,)
        Points rise and lie within 0 and 1; weights are above 0 and sum to 1.

    Examples
    --------
    >>> points, weights = points_and_weights(2)
    >>> round(float(weights @ points**3), 12)
    0.25
    """
    upper, weights = map(np.array, _RULES[n_points - 1])
    rest = slice(n_points % 2, None)
    points = np.concatenate([-upper[rest][::-1], upper])
    both = np.concatenate([weights[rest][::-1], weights])
    return (points + 1.0) / 2.0, both / 2.0
