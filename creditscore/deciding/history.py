"""Whether nothing but credit history was known, where a law asks for more."""

from __future__ import annotations

from typing import Any, Final

from creditscore.data.sources import NO_SOURCES, SOURCE_GROUPS, SOURCES
from creditscore.deciding.evidence import Evidence
from creditscore.scoring.mismatch import HISTORY_ALONE, Mismatch, Mismatches
from creditscore.scoring.model import ScoringModel

_DUTY: Final = "more_than_credit_history"
_HISTORY: Final = frozenset(t for name in SOURCE_GROUPS["repayments"] for t in SOURCES[name].tables)
# What the application says of the loan tells nothing of who asks for it.
_OF_THE_LOAN: Final = frozenset(
    {"application_id", "applicant_id", "as_of", "amount", "term_days", "product", "purpose"}
)


def history_alone(model: ScoringModel, evidence: Evidence) -> Mismatches:
    """Say that nothing but loans and requests for credit was known; empty where more was, or no law asks.

    Parameters
    ----------
    model : ScoringModel
        Its law says whether that is asked.
    evidence : Evidence

    References
    ----------
    Directive (EU) 2023/2225, Art. 18(11).
    """
    if model.law is None or _DUTY not in model.law.used.asks:
        return ()
    tables = [*evidence.tables.items(), *(evidence.of_means.tables.items())]
    known = {name for name, table in tables if table.n_rows} - NO_SOURCES
    said: dict[str, Any] = {
        name: value for name, value in evidence.plain["application"].items() if name not in _OF_THE_LOAN
    }
    return (Mismatch(HISTORY_ALONE, "loans"),) if known and known <= _HISTORY and not said else ()
