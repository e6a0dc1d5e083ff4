"""Every view of loans, instalments, statements and inquiries."""

from __future__ import annotations

from typing import Final

from creditscore.features.view import View
from creditscore.features.views import episodes, inquiries, instalments, loan_months, loans, statements

REPAYMENT_VIEWS: Final[tuple[View, ...]] = (
    *loans.VIEWS,
    *instalments.VIEWS,
    *loan_months.VIEWS,
    *episodes.VIEWS,
    *statements.VIEWS,
    *inquiries.VIEWS,
)
