"""Who applies together: rows that name nobody's time, and applications of which two would be the first."""

from __future__ import annotations

import numpy as np

from creditscore._ground.arrays import Flags
from creditscore._ground.instants import NEVER
from creditscore.data.door.draft import Draft, Timed
from creditscore.data.tables.parties import PARTIES, WITH_THE_APPLICATION
from creditscore.data.tables.vocabularies import PARTY_ROLES

FIRST = PARTY_ROLES.index("applicant")


def date_parties(draft: Draft) -> None:
    """Let parties of whom no time is given be known with the application that names them."""
    if draft.name != PARTIES:
        return
    name = draft.contract.row_time
    given = draft.times.get(name)
    if given is None:
        at = np.full(draft.n_rows, WITH_THE_APPLICATION, dtype=np.int64)
        draft.times[name] = Timed(at, at)
    elif (given.at == NEVER).any():
        at, known = (np.where(one == NEVER, WITH_THE_APPLICATION, one) for one in (given.at, given.known))
        draft.times[name] = Timed(at, known, given.dates)


def check_one_first(draft: Draft) -> None:
    """Note applications with more than one first applicant, versions that were replaced left aside."""
    applications, roles = draft.coded["application_id"].codes, draft.coded["role"].codes
    stands: Flags = (roles == FIRST) & (applications >= 0)
    if draft.superseded is not None:
        stands &= draft.superseded == NEVER
    if draft.faults:
        stands &= ~draft.bad_rows()
    if not stands.any():
        return
    counts = np.bincount(applications[stands])
    twice = stands & (counts[np.where(stands, applications, 0)] > 1)
    remedy = "Name one of them applicant, and all others co_applicant."
    draft.fault("role", "an application must have one applicant", twice, remedy)
