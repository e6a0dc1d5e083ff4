"""What consents are for."""

from __future__ import annotations

import numpy as np

from creditscore._ground.arrays import Int32, read_only
from creditscore.data.tables.events import EventTable


def sources_for(consents: EventTable, purpose: str) -> Int32:
    """Return the code of the source of each consent, -1 of one that is for another purpose; shape (n_rows,).

    A consent that names no purpose is for all of them.
    """
    codes: Int32 = consents.codes[consents.row("source")]
    at = consents.row("purpose")
    if at < 0:
        return codes
    wanted = consents.vocabularies["purpose"].index(purpose)
    others = (consents.codes[at] >= 0) & (consents.codes[at] != wanted)
    return read_only(np.where(others, np.int32(-1), codes).astype(np.int32)) if others.any() else codes
