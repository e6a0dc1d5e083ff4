"""Marks of tampering in the sessions of an applicant: evidence for a person, and no part of any score."""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from creditscore._ground.instants import DAY, HOUR
from creditscore.data.portfolio import Portfolio
from creditscore.data.tables.events import EventTable
from creditscore.data.visible import HAPPENED, happened, visible

COLUMNS: Final = ("hidden_address_uses", "emulated_device_uses", "unprotected_device_uses", "region_jumps")
_FLAGS: Final = ("vpn", "emulator", "rooted")
_RECENT: Final = 30 * DAY
# Nobody is in two regions within an hour.
_JUMP: Final = HOUR


def device_marks(portfolio: Portfolio, person: Any, moment: int) -> list[float]:
    """Count marks of tampering in the 30 days before a moment, as far as they were known.

    Parameters
    ----------
    portfolio : Portfolio
    person : str or int
        Id of the applicant.
    moment : int
        Microseconds; exclusive.

    Returns
    -------
    list of float
        As `COLUMNS`: sessions with a hidden address, on an emulated device, on one without its protection;
        and how often two neighbouring sessions were in different regions within an hour. NaN where the
        sessions do not say.
    """
    table = portfolio.tables.get("sessions")
    code = int(portfolio.people.codes((person,))[0]) if table is not None else -1
    if table is None:
        return [np.nan] * len(COLUMNS)
    rows = _recent(table, code, moment)
    counts = [
        np.nan if table.row(flag) < 0 else float(np.nansum(table.column(flag)[rows])) for flag in _FLAGS
    ]
    return [*counts, _jumps(table, rows)]


def _recent(table: EventTable, code: int, moment: int) -> np.ndarray[Any, np.dtype[np.int64]]:
    """Rows of a person that were known, of the 30 days before."""
    if code < 0 or code >= table.n_owners:
        return np.empty(0, np.int64)
    rows = np.arange(table.offsets[code], table.offsets[code + 1])
    times = table.times[:, rows]
    recent = times[HAPPENED] >= moment - _RECENT
    return np.asarray(rows[visible(times, moment) & happened(times, moment) & recent], np.int64)


def _jumps(table: EventTable, rows: np.ndarray[Any, np.dtype[np.int64]]) -> float:
    if table.row("region") < 0:
        return float("nan")
    region = table.column("region")[rows]
    rows, region = rows[region >= 0], region[region >= 0]
    near = np.diff(table.times[HAPPENED, rows]) < _JUMP
    return float((near & (np.diff(region) != 0)).sum())
