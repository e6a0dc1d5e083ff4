"""Loans that stored rows name although they are not known yet."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np

from creditscore._ground.arrays import Int64
from creditscore.data.door.raw import Labels
from creditscore.data.portfolio import Portfolio


def loans_not_yet_known(portfolio: Portfolio, rows: Mapping[str, Int64]) -> list[Any]:
    """Name the loans that rows refer to although no row of the loan itself was known.

    Parameters
    ----------
    portfolio : Portfolio
    rows : mapping of str to ndarray of int64, shape (n_rows,)
        From `known_rows`.

    Returns
    -------
    list
        Ids of loans, in rising order.
    """
    loans = portfolio.tables.get("loans")
    if loans is None:
        return []
    known = portfolio.loan_codes[rows["loans"]] if "loans" in rows else np.empty(0, np.int32)
    named = [
        portfolio.tables[name].column("loan")[numbers]
        for name, numbers in rows.items()
        if name != "loans" and "loan" in portfolio.tables[name].code_columns
    ]
    codes = {code for some in named for code in some.tolist()} - {*known.tolist(), -1}
    return _labels(portfolio.loan_ids, sorted(codes)) if codes else []


def _labels(labels: Labels, codes: Iterable[int]) -> list[Any]:
    return [label if isinstance(label, str) else int(label) for label in (labels[code] for code in codes)]
