"""Declarations for tests of the explanation floor, without the feature floor."""

from __future__ import annotations

from dataclasses import dataclass

from creditscore.words.labels import AnyLabel, Label, within

WORST = Label("repayment_worst_dpd", span=within("12m"))


@dataclass(frozen=True)
class Declared:
    name: str
    label: AnyLabel = WORST
    unit: str = "days"
    sign: int = 1
    reason_group: str = "past_arrears"
    source: str = "loans"
