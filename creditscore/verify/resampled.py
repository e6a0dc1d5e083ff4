"""Ends of the intervals of a model report, drawn and measured again from the kept rows.

Draws are those of NumPy's generators, by the seed that the report states. What is measured in each is written
anew here; nothing of the library's validation is called.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from creditscore.verify.reliability import Row, h_measure_of

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Draws = Iterator[Floats]

MOST_DRAWS: Final = 100_000
_SEEDED_WITH: Final = 9
_STEPS: Final = 60
_LAST_STEP: Final = 1e-11
_ROUNDING: Final = 1e-12


def ends_of(rows: Sequence[Row], stated: Mapping[str, Any]) -> dict[str, tuple[float | None, float | None]]:
    """Draw rows again and again, and return between which figures the stated share of them lies.

    Parameters
    ----------
    rows : sequence of (log-odds, outcome, weight)
        By rising log-odds, goods before bads, light before heavy: the order in which they are drawn.
    stated : mapping
        ``level``, ``resamples`` and ``seed`` of the report.

    Returns
    -------
    dict of str to (float or None, float or None)
        Lower and upper end by figure; None where there is none.

    Raises
    ------
    ValueError
        If more resamples are stated than anybody makes.
    """
    import numpy as np

    resamples, seed = stated["resamples"], stated["seed"]
    if type(resamples) is not int or not 2 <= resamples <= MOST_DRAWS or type(seed) is not int:
        raise ValueError(f"{resamples!r} resamples of the seed {seed!r} cannot be drawn")
    drawn = _Drawn.of(rows)
    sources = np.random.SeedSequence(seed).spawn(resamples)
    each = (next(drawn.usable(np.random.default_rng(one))) for one in sources)
    found = [drawn.figures(weight) for weight in each]
    tails = (1.0 - stated["level"]) / 2.0, 1.0 - (1.0 - stated["level"]) / 2.0
    ends = {name: _taken(np.array([one[name] for one in found]), *tails) for name in found[0]}
    if "h_measure" not in stated["figures"]:
        return ends
    draws = drawn.usable(np.random.default_rng([seed, _SEEDED_WITH]))
    measured = [drawn.h_measure(next(draws)) for _ in range(resamples)]
    low, high = np.quantile(measured, ((1.0 - stated["level"]) / 2.0, (1.0 + stated["level"]) / 2.0)).tolist()
    return ends | {"h_measure": (low, high)}


def _taken(values: Floats, tail: float, head: float) -> tuple[float | None, float | None]:
    """Values that some resample took; of those in which the figure exists."""
    import numpy as np

    known = np.sort(values[~np.isnan(values)])
    if not known.size:
        return None, None
    ranks = math.floor(tail * (known.size - 1)), math.ceil(head * (known.size - 1))
    low, high = (float(known[rank]) for rank in ranks)
    return low if math.isfinite(low) else None, high if math.isfinite(high) else None


@dataclass(frozen=True, slots=True)
class _Drawn:
    """Rows to draw from, and what stays the same of them from one resample to the next."""

    rows: Sequence[Row]
    log_odds: Floats
    bad: Floats
    weight: Floats
    squared: Floats
    loss: Floats
    ties: NDArray[np.intp]

    @classmethod
    def of(cls, rows: Sequence[Row]) -> _Drawn:
        import numpy as np

        log_odds, bad, weight = np.array(rows, np.float64).T
        risk = 1.0 / (1.0 + np.exp(-log_odds))
        said = np.where(bad == 1.0, -np.logaddexp(0.0, -log_odds), -np.logaddexp(0.0, log_odds))
        ties = np.flatnonzero(np.append(True, np.diff(log_odds) > 0.0))
        return cls(rows, log_odds, bad, weight, (risk - bad) ** 2, -said, ties)

    def usable(self, random: np.random.Generator) -> Draws:
        """Draw weights of the rows, those without goods or without bads left out."""
        import numpy as np

        n = len(self.rows)
        while True:
            weight = np.bincount(random.integers(0, n, n), minlength=n) * self.weight
            there = self.bad[weight > 0.0]
            if there.size and there.min() < there.max():
                yield weight

    def figures(self, weight: Floats) -> dict[str, float]:
        """Measure under weights."""
        import numpy as np

        bads, goods = (np.add.reduceat(weight * side, self.ties) for side in (self.bad, 1.0 - self.bad))
        bads, goods = bads / bads.sum(), goods / goods.sum()
        area = float(bads @ (np.cumsum(goods) - goods / 2.0))
        slope, intercept = self._line(weight)
        return {
            "auc": area, "gini": 2.0 * area - 1.0,
            "ks": float(np.abs(np.cumsum(goods) - np.cumsum(bads)).max()),
            "brier": float(weight @ self.squared / weight.sum()),
            "log_loss": float(weight @ self.loss / weight.sum()),
            "calibration_slope": slope, "calibration_intercept": intercept,
        }  # fmt: skip

    def h_measure(self, weight: Floats) -> float:
        """The H-measure under weights."""
        weighed = zip(self.log_odds.tolist(), self.bad.tolist(), weight.tolist(), strict=True)
        return h_measure_of([row for row in weighed if row[2] > 0.0])

    def _line(self, weight: Floats) -> tuple[float, float]:
        """The likeliest slope and intercept; not finite where goods and bads do not overlap."""
        import numpy as np

        here = weight > 0.0
        x, bad, w = self.log_odds[here], self.bad[here], weight[here]
        good_ones, bad_ones = x[bad == 0.0], x[bad == 1.0]
        if x[0] == x[-1]:
            return math.nan, math.nan
        if good_ones[-1] <= bad_ones[0] or bad_ones[-1] <= good_ones[0]:
            return math.inf if good_ones[-1] <= bad_ones[0] else -math.inf, math.nan
        centre, spread = float(x.mean()), float(x.std())
        z = np.stack([np.ones(x.size), (x - centre) / spread])
        line: Floats = np.zeros(2)
        step: Floats = np.zeros(2)
        now = math.inf
        for _ in range(_STEPS):
            risk, least = _risks(line - step, z, bad, w)
            if least > now + _ROUNDING * abs(now):
                step = step / 2.0
                continue
            line, now = line - step, least
            curved, down = (z * (w * risk * (1.0 - risk))) @ z.T, z @ (w * (risk - bad))
            step = np.asarray(np.linalg.solve(curved, down), np.float64)
            if float(np.abs(step).max()) < _LAST_STEP:
                break
        slope = float(line[1]) / spread
        return slope, float(line[0]) - slope * centre


def _risks(line: Floats, z: Floats, bad: Floats, weight: Floats) -> tuple[Floats, float]:
    """Return what a line predicts, and its negative log-likelihood."""
    import numpy as np

    x = line @ z
    return 1.0 / (1.0 + np.exp(-x)), float(weight @ (np.logaddexp(0.0, x) - bad * x))
