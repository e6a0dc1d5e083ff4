"""Every view of loans, instalments, statements and inquiries."""

from __future__ import annotations

from typing import Final

from creditscore.features.inquiries import rows as inquiries
from creditscore.features.loans.rows import courses, statements
from creditscore.features.view import View

REPAYMENT_VIEWS: Final[tuple[View, ...]] = (
    *courses.VIEWS,
    *statements.VIEWS,
    *inquiries.VIEWS,
)
