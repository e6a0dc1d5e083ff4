"""Which loans of a portfolio a segment means."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from creditscore._ground.arrays import Flags
from creditscore._ground.asked import check_made
from creditscore.data.aligned import by_application
from creditscore.data.portfolio import Portfolio
from creditscore.errors import ParameterError
from creditscore.segments.segment import Segment

LoanColumns: TypeAlias = Mapping[str, Any]


def loans_in(segment: Segment | None, columns: LoanColumns | None, portfolio: Portfolio) -> Flags:
    """Say which loans are in a segment; all of them where there is none.

    Parameters
    ----------
    segment : Segment or None
    columns : mapping of str to values by loan id, or to array-like of shape (n_all_loans,), or None
        What the segment reads. A loan without a value is one of which it is not known. Arrays are in the
        order of ``portfolio.loan_ids``.
    portfolio : Portfolio

    Returns
    -------
    ndarray of bool, shape (n_all_loans,)

    Raises
    ------
    NameUnknownError
        If the segment reads a column that is not given.
    ParameterError
        If no loan is in the segment, a value is of no loan, or columns are given without a segment.
    """
    ids = np.asarray(portfolio.loan_ids).tolist()
    if segment is None:
        if columns is not None:
            raise ParameterError("columns are what a segment reads. Give segment=... too, or no columns.")
        return np.ones(len(ids), np.bool_)
    check_made("segment", segment, Segment, "a Segment, or left out")
    aligned = {name: _by_loan(name, values, ids) for name, values in (columns or {}).items()}
    inside = segment.of(aligned).inside
    if not inside.any():
        raise ParameterError.must_be("segment", "one that some loan is known to be in", segment.where)
    return inside


def _by_loan(name: str, values: Any, ids: list[Any]) -> NDArray[Any]:
    if isinstance(values, Mapping):
        strange = sorted(map(str, values.keys() - set(ids)))[:3]
        if strange:
            raise ParameterError.must_be(f"columns[{name!r}]", "of loans of the portfolio", strange)
        found = [values.get(one) for one in ids]
        texts = any(isinstance(one, str) for one in found)
        return np.array(found, object if texts else np.float64)
    return np.asarray(by_application(values, ids, f"columns[{name!r}]"))
