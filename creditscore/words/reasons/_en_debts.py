"""What measures of debts and of who else lends, seen in payments, are called in English."""

from __future__ import annotations

from typing import Final

LABELS: Final = {
    # reason group indebtedness
    "payments_debt_service_monthly_amount": "repayments of all debts a month, as last known",
    "payments_debt_service_to_income": "repayments of all debts, as last known, over typical monthly income",
    "payments_debts_count": "number of debts that are repaid",
    "payments_debts_unreported": "number of debts that no lender reports",
    # reason group amount_requested
    "payments_income_after_debts_to_requested_instalment": (
        "income left after repaying debts, as last known, over the requested repayment"
    ),
    # reason group card_repayment
    "payments_card_bills_paid_share": "share of card statements seen to be paid",
    "payments_card_bills_full_share": "share of card statements seen to be paid in full",
    "payments_card_bills_short": "card statements of which less than the minimum was seen to be paid",
    # reason group high_cost_credit
    "payments_pay_later_count": "instalments of purchases paid later",
    "payments_pay_later_amount": "amount of instalments of purchases paid later",
    "payments_pay_later_to_income": "instalments of purchases paid later over usual income of the last {0}",
    "payments_pay_later_providers": "number of providers of purchases paid later",
    "payments_wage_advances_count": "advances on wages",
    "payments_wage_advances_amount": "amount of advances on wages",
    "payments_wage_advances_to_income": "advances on wages over usual income of the last {0}",
    "payments_wage_advances_providers": "number of providers of advances on wages",
    # reason group past_arrears
    "payments_debts_collected_count": "payments to debt collectors",
    "payments_debts_collected_amount": "amount paid to debt collectors",
    "payments_debts_collected_to_income": "payments to debt collectors over usual income of the last {0}",
    "payments_debts_collected_providers": "number of debt collectors paid",
}
