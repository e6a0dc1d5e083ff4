"""Applications without an outcome, because they were declined: what may be inferred, and what may not."""

from __future__ import annotations

from creditscore.validation.rejects.evaluation import performance_with_rejects
from creditscore.validation.rejects.inference import InferredRejects, infer_rejects
from creditscore.validation.rejects.quality import RejectionQuality, compare_rejection, rejection_quality
from creditscore.validation.rejects.selection import SelectionModel

__all__ = [
    "InferredRejects",
    "RejectionQuality",
    "SelectionModel",
    "compare_rejection",
    "infer_rejects",
    "performance_with_rejects",
    "rejection_quality",
]
