"""Which names of columns tell what became of a loan: known after it, and no feature of an application.

Names are those of public data sets of loans and of the practice of collections; a column is known by its name
alone, so this finds what is called so and proves nothing of the rest.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

# LendingClub's columns of payments, recoveries, hardship and settlement, those of the Small Business
# Administration of what was charged off or is still owed, and what targets are usually called.
_NAMES: Final = re.compile(
    r"""
    ^(total_?(pymnt|payment|paid|rec_)|recover(y|ies)|collection_recovery|out_prncp|last_(pymnt|payment)
     |next_pymnt|settlement|debt_settlement|hardship|loan_status|status_after)
    |ch(ar)?ge?[ds]?_?offs?(_|$)|chargeoff|mis_status|(^|_)balance_gross|writ(e|ten)_?off|(^|_)(default|defaulted|is_default|defaulter)(_|$)
    |(^|_)(is_)?bad(_|$)|^(target|label|outcome|class|y|response)(_|$)|good_bad|bad_good
    |not_fully_paid|fully_paid|serious_?dlqin|(^|_)(npl|dpd_after|dpd_at_end|perf(ormance)?_(flag|window))(_|$)
    |payment_next_month|paid_off|(^|_)collections?_(amount|fee|date)
    """,
    re.VERBOSE,
)
_JOINTS: Final = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|[^0-9A-Za-z]+")
_LONG: Final = 30
_MANY: Final = 0.5


def tells_outcome(column: str) -> bool:
    """Tell whether a column is called as what is known only after a loan was given.

    Examples
    --------
    >>> tells_outcome("total_pymnt"), tells_outcome("chargeOffDate"), tells_outcome("annual_inc")
    (True, True, False)
    """
    return bool(_NAMES.search(_JOINTS.sub("_", column).lower()))


def is_free_text(values: Sequence[str | None]) -> bool:
    """Tell whether a column of texts holds what people wrote, or names, rather than labels.

    Parameters
    ----------
    values : sequence of str or None

    Examples
    --------
    >>> is_free_text(["car", "home", "car", "home"]), is_free_text(["Ada Byron", "Alan T.", "Grace H."])
    (False, True)
    """
    given = [value for value in values if value is not None]
    if not given:
        return False
    distinct = set(given)
    length = sum(map(len, distinct)) / len(distinct)
    return length > _LONG or (len(distinct) > 2 and len(distinct) > _MANY * len(given))
