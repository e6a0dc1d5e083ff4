"""What a record says of its cell: the groups of sources that the score knew, and how each source stood."""

from __future__ import annotations

from typing import Any, Final

from creditscore.data.applications import Applications
from creditscore.data.portfolio import Portfolio
from creditscore.data.sources import SOURCES
from creditscore.data.statuses import STATES
from creditscore.deciding.evidence import Evidence
from creditscore.features.statuses import states_of
from creditscore.scoring.model import ScoringModel

_GONE: Final = ("voided", "expired")


def gone_sources(model: ScoringModel, one: Applications, portfolio: Portfolio) -> dict[str, list[str]]:
    """Name the sources of which no row of a single applicant counts any more, which a record cannot show.

    By what became of their rows: ``voided``, ``expired``. None where the record says nothing of its cell: its
    model has one line for all.
    """
    states = _states(model, one, portfolio)
    return {why: [name for name, state in states.items() if state == why] for why in _GONE}


def cell_of(model: ScoringModel, evidence: Evidence) -> dict[str, Any]:
    """Say of a decision in which cell it stands, if its model has lines of cells."""
    if model.fitted.cells is None:
        return {}
    states = _states(model, evidence.application, evidence.portfolio)
    gone = {name: why for why in _GONE for name in evidence.plain.get(why, ())}
    stood = {name: gone.get(name, state) if state == "empty" else state for name, state in states.items()}
    mask = model.groups.name(int(model.groups.codes(evidence.matrix.values)[0]))
    return {"cell": {"mask": mask, "states": stood}}


def _states(model: ScoringModel, one: Applications, portfolio: Portfolio) -> dict[str, str]:
    """How each source stood that the features read, those apart of which rows of others are stored."""
    if model.fitted.cells is None:
        return {}
    read = dict.fromkeys(feature.source for feature in model.computer.features)
    own = [name for name in read if name in SOURCES and SOURCES[name].subjects != "others"]
    return {name: STATES[codes[0]] for name, codes in states_of(one, portfolio, own).items()}
