"""Examples of requests, for the description of the service and its guide; tests send each of them."""

from __future__ import annotations

from types import MappingProxyType
from typing import Any, Final

_APPLICATION: Final = {
    "application_id": "A-1001",
    "applicant_id": "C-17",
    "as_of": "2024-07-01T00:00:00+00:00",
    "amount": 1500.0,
    "term_days": 360.0,
}
_TABLES: Final = {
    "payments": [
        {
            "applicant_id": "C-17",
            "event_time": "2024-05-31T12:00:00+00:00",
            "amount": 2000.0,
            "balance": 2140.5,
            "kind": "salary",
        },
        {
            "applicant_id": "C-17",
            "event_time": "2024-06-03T18:20:00+00:00",
            "amount": -42.1,
            "balance": 2098.4,
            "kind": "purchase",
            "category": "groceries",
        },
    ]
}

EXAMPLES: Final = MappingProxyType[str, Any](
    {
        "score": {"application": _APPLICATION, "tables": _TABLES},
        "score_batch": {"applications": [_APPLICATION], "tables": _TABLES},
        "explain": {"application": _APPLICATION, "tables": _TABLES},
        "decide": {"application": _APPLICATION, "tables": _TABLES},
        "objection": {"item": "record/features/0", "because": "I never borrowed that.", "rule": "CN"},
        "ingest": {"tables": _TABLES},
        "subject": {"applicant_id": "C-17"},
    }
)
