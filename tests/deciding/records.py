"""Decision records without a model, for tests of what keeps them."""

from __future__ import annotations

from creditscore.deciding.record import PARTS, SCHEMA, DecisionRecord


def content(**parts):
    outcome = {
        "status": "scored",
        "decision": "none",
        "score": 600,
        "grade": "3",
        "probability_of_default": 0.1,
    }
    whole = dict.fromkeys(PARTS) | {
        "schema": SCHEMA,
        "decision_id": "d-1",
        "as_of": "2024-01-01T00:00:00+00:00",
    }
    return whole | {"outcome": outcome, "reasons": [{"texts": {"en": "a < b"}}]} | parts


def record(number: int | str, subject: str = "subject-1", **parts) -> DecisionRecord:
    return DecisionRecord.from_dict(content(decision_id=f"d-{number}", subject=subject, **parts))
