"""What measures of what recurs, of borrowing seen in payments, and of savings are called in English."""

from __future__ import annotations

from typing import Final

LABELS: Final = {
    # reason group income_level
    "payments_salaries_monthly_amount": "regular monthly income from all sources",
    # reason group income_stability
    "payments_salary_tenure_days": "days since the main regular income was first paid",
    "payments_salary_days_to_next": "days until the main regular income is next due",
    "payments_salaries_count": "number of regular incomes",
    "payments_recurring_income_share": "regular income over typical monthly income of the last {0}",
    # reason group fixed_commitments
    "payments_commitments_monthly_amount": "regular payments a month",
    "payments_recurring_rent_to_income": "regular rent over typical monthly income",
    # reason group bills
    "payments_recurring_rent_on_time_share": "share of rent paid as usual in the last {0}",
    "payments_recurring_utilities_on_time_share": (
        "share of bills for utilities and telephone paid as usual in the last {0}"
    ),
    "payments_recurring_bills_on_time_share": "share of regular bills paid as usual in the last {0}",
    "payments_recurring_loans_on_time_share": (
        "share of regular credit repayments paid as usual in the last {0}"
    ),
    "payments_recurring_rent_streak": "newest rents in a row paid as usual",
    # reason group indebtedness
    "payments_loans_taken_count": "loans paid into the account",
    "payments_loans_taken_amount": "amount of loans paid into the account",
    "payments_loans_taken_to_income": "loans paid into the account over usual income of the last {0}",
    "payments_loans_taken_recency": "days since a loan was last paid into the account",
    "payments_lenders_seen": "number of lenders that paid or were paid",
    # reason group overdraft
    "payments_overdraft_spells": "times that the balance fell below zero, unusual money from others aside",
    "payments_overdraft_recency": "days since a day last ended overdrawn, unusual money from others aside",
    "payments_fees_amount": "fees and penalties paid",
    "payments_fees_to_income": "fees and penalties over usual income of the last {0}",
    # reason group returned_payments
    "payments_unpaid_amount": "amount of payments that bounced",
    # reason group balance_buffer
    "payments_saved_to_income": "moved to savings less taken from savings, over income of the last {0}",
}
