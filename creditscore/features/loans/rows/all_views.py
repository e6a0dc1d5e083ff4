"""Every view of loans, instalments, statements and inquiries."""

from __future__ import annotations

from typing import Final

from creditscore.features.inquiries import rows as inquiries
from creditscore.features.loans.rows import episodes, instalments, loans, statements
from creditscore.features.loans.rows import months as loan_months
from creditscore.features.view import View

REPAYMENT_VIEWS: Final[tuple[View, ...]] = (
    *loans.VIEWS,
    *instalments.VIEWS,
    *loan_months.VIEWS,
    *episodes.VIEWS,
    *statements.VIEWS,
    *inquiries.VIEWS,
)
