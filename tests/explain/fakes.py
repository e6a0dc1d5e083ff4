"""Declarations for tests of the explanation floor, without the feature floor."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Declared:
    name: str
    label: str = "worst days past due, 12m"
    unit: str = "days"
    sign: int = 1
    reason_group: str = "past_arrears"
    source: str = "loans"
