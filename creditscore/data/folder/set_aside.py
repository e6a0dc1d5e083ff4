"""Rows that were set aside at the door, on disk: they are shown again, and read by nothing."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final

import numpy as np

from creditscore.data.door.quarantine import QuarantinedRows
from creditscore.data.folder.buffers import Texts, texts_of
from creditscore.data.tables.contracts import CONTRACTS
from creditscore.errors import PortfolioError

_EXACT: Final = 2**53


def packed_rows(quarantined: Mapping[str, QuarantinedRows]) -> dict[str, Texts]:
    """Write rows that were set aside as one text a table."""
    return {
        name: texts_of(
            (
                json.dumps(
                    {
                        "rows": part.rows.tolist(),
                        "row_reasons": list(part.row_reasons),
                        "reasons": dict(part.reasons),
                        "columns": {c: [_plain(v) for v in values] for c, values in part.columns.items()},
                    },
                    allow_nan=False,
                ),
            )
        )
        for name, part in quarantined.items()
    }


def _plain(value: Any) -> Any:
    """A cell as JSON holds it; what it cannot hold, as text."""
    if value is None or isinstance(value, str | bool):
        return value
    if isinstance(value, int) and abs(value) < _EXACT:
        return value
    if isinstance(value, float) and abs(value) < float("inf"):
        return value
    return str(value)


def unpacked_rows(texts: Mapping[str, str]) -> dict[str, QuarantinedRows]:
    """Read what `packed_rows` wrote.

    Raises
    ------
    PortfolioError
        If it is damaged.
    """
    try:
        return {name: _read(name, json.loads(text)) for name, text in texts.items()}
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError, OverflowError) as error:
        raise PortfolioError("The rows that were set aside are damaged.") from error


def _read(name: str, given: Mapping[str, Any]) -> QuarantinedRows:
    if name not in CONTRACTS:
        raise KeyError(name)
    columns = {str(column): tuple(values) for column, values in given["columns"].items()}
    reasons = {str(reason): int(count) for reason, count in given["reasons"].items()}
    rows = np.array(given["rows"], np.int64)
    return QuarantinedRows(name, rows, tuple(map(str, given["row_reasons"])), reasons, columns)
