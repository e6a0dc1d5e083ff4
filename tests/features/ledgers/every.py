"""All ledgers, in order."""

from __future__ import annotations

import math
from typing import Final

from tests.features.ledgers.lines import BILLS, CARDS, SEARCHES
from tests.features.ledgers.schedules import ENDED, OTHERS, PAYING, PRICED, REPORTED

LEDGERS: Final = (*PAYING, *REPORTED, *ENDED, *OTHERS, *PRICED, *CARDS, *SEARCHES, *BILLS)


def agrees(value: float, expected: float) -> bool:
    """Whether both are missing, or as good as equal."""
    if math.isnan(expected) or math.isnan(value):
        return math.isnan(expected) and math.isnan(value)
    return math.isclose(value, expected, rel_tol=1e-9, abs_tol=1e-9)
