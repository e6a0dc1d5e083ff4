"""Inquiries: how often credit was searched for."""

from __future__ import annotations

from functools import partial
from typing import Final

from creditscore.features.definition import Feature
from creditscore.features.formula import Term
from creditscore.features.loans.declared.terms import BUREAU, NO_PUBLIC_DATA
from creditscore.words.labels import Label, within

inquired: Final = partial(
    Feature,
    source="inquiries",
    missing="no inquiries were known",
    legal_tags=("bureau",),
    reference=BUREAU,
    note=NO_PUBLIC_DATA,
)


def inquiry_features() -> tuple[Feature, ...]:
    """Return searches for credit."""
    counts = tuple(
        inquired(
            name=f"inquiries_{window}",
            formula=Term("inquiries", "clusters", window=window, argument=14.0),
            label=Label("inquiries_count", span=within(window)),
            definition=f"inquiries in {window}, those within 14 days of the first of them in {window} "
            "taken as one",
            version=2,
            unit="count",
            sign=1,
            reason_group="inquiries",
        )
        for window in ("30d", "90d", "180d", "365d")
    )
    lenders = inquired(
        name="inquiries_lenders_180d",
        formula=Term("inquiries", "distinct_keys", by="lender", window="180d"),
        label=Label("inquiries_lenders", span=within("180d")),
        definition="number of different lenders who asked in 180d",
        unit="count",
        sign=1,
        reason_group="inquiries",
    )
    return (*counts, lenders)
