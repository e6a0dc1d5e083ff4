"""What measures of applications, payments and bills are called in English."""

from __future__ import annotations

from typing import Final

LABELS: Final = {
    # reason group amount_requested
    "application_amount": "amount requested",
    "application_amount_per_day": "amount requested for each day of the term",
    "payments_requested_instalment_to_income": "requested repayment over typical income",
    "payments_requested_amount_to_income": "amount requested over the income of the last {0}",
    "payments_net_to_requested_instalment": (
        "income left after spending in the last {0} over the requested repayment"
    ),
    "repayment_requested_amount_to_max": "amount requested over the largest earlier loan",
    "repayment_requested_amount_to_mean": "amount requested over the average earlier loan",
    "repayment_requested_amount_to_newest": "amount requested over the newest earlier loan",
    "repayment_requested_amount_to_oldest": "amount requested over the first earlier loan",
    "repayment_requested_amount_to_paid": "amount requested over all money paid on loans",
    "statements_requested_amount_to_limit": "amount requested over credit limits as last reported",
    # reason group term_requested
    "application_term_days": "time over which the loan would be repaid",
    "repayment_requested_term_to_max": "term requested over the longest earlier term",
    "repayment_requested_term_to_mean": "term requested over the average earlier term",
    "repayment_requested_term_to_newest": "term requested over the newest earlier term",
    "repayment_requested_term_to_oldest": "term requested over the first earlier term",
    # reason group income_level
    "payments_inflow_count": "number of usual payments received",
    "payments_inflow_sum": "total of usual payments received",
    "payments_inflow_mean": "average of usual payments received",
    "payments_inflow_std": "how much usual payments received differed",
    "payments_inflow_min": "smallest of usual payments received",
    "payments_inflow_max": "largest of usual payments received",
    "payments_inflow_median": "typical size of usual payments received",
    "payments_inflow_distinct": "how many different amounts usual payments received had",
    "payments_inflow_gap_std": "how uneven the days between usual payments received were",
    "payments_inflow_change": "payments received in the last {0} over those of {1}",
    "payments_income_median": "typical monthly income",
    "payments_income_low": "monthly income that three of four months reach",
    "payments_essentials_monthly": "essential spending a month",
    "payments_wages_median": "typical monthly wages, pensions and benefits",
    "payments_salary_monthly_amount": "regular monthly income",
    # reason group spending_level
    "payments_outflow_count": "number of payments made",
    "payments_outflow_sum": "total of payments made",
    "payments_outflow_mean": "average payment made",
    "payments_outflow_std": "how much payments made differed",
    "payments_outflow_min": "smallest payment made",
    "payments_outflow_max": "largest payment made",
    "payments_outflow_median": "typical payment made",
    "payments_outflow_distinct": "how many different amounts were paid",
    "payments_outflow_gap_std": "how uneven the days between payments made were",
    "payments_outflow_change": "payments made in the last {0} over those of {1}",
    # reason group cash_flow
    "payments_net_sum": "money received less money paid",
    "payments_net_mean": "average of all payments, those made counted as negative",
    "payments_net_std": "how much all payments differed, those made counted as negative",
    "payments_net_min": "lowest of all payments, those made counted as negative",
    "payments_net_max": "highest of all payments, those made counted as negative",
    "payments_net_median": "typical payment, those made counted as negative",
    "payments_net_to_inflow": "share of income not spent",
    "payments_net_negative_share": "share of months with more paid than received",
    # reason group income_stability
    "payments_income_volatility": "how uneven monthly income was",
    "payments_income_trend": "trend of monthly income",
    "payments_income_recent_to_earlier": "income of the last {0} over that of the months before",
    "payments_income_months_share": "share of months with income",
    "payments_income_gap_max": "longest time between payments received",
    "payments_income_recency": "days since the last payment received",
    "payments_salary_share": "share of income from wages",
    "payments_pension_benefit_share": "share of income from pension and benefits",
    "payments_salary_found": "a regular income was found",
    "payments_salary_regularity": "how regularly income arrives",
    "payments_salary_gaps_since": "time since the last regular income over the usual time between",
    # reason group counterparties
    "payments_income_sources": "number of different payers",
    "payments_income_concentration": "how much income depends on few payers",
    "payments_persons_paid": "number of persons paid",
    "payments_persons_out_to_in": "money paid to persons over money received from persons",
    "payments_merchant_concentration": "how much purchases of the last {0} depend on few merchants",
    "payments_merchant_new_share": "share of merchants of the last {0} never seen before",
    # reason group spending_pattern
    "payments_salary_half_spent_days": "typical days until half of a pay was spent",
    "payments_outflow_trend": "trend of monthly spending",
    "payments_outflow_volatility": "how uneven monthly spending was",
    "payments_spending_spike": "heaviest week of spending over the typical week",
    "payments_spending_break": "size of a sudden change in weekly spending",
    "payments_spending_season": "how far monthly spending follows the time of year",
    "payments_groceries_share": "share of spending on groceries",
    "payments_household_share": "share of spending on the household",
    "payments_utilities_share": "share of spending on utilities",
    "payments_telecom_share": "share of spending on telecom",
    "payments_rent_share": "share of spending on rent",
    "payments_transport_share": "share of spending on transport",
    "payments_health_share": "share of spending on health",
    "payments_education_share": "share of spending on education",
    "payments_insurance_share": "share of spending on insurance",
    "payments_tax_share": "share of spending on tax",
    "payments_leisure_share": "share of spending on leisure",
    "payments_travel_share": "share of spending on travel",
    "payments_online_shopping_share": "share of spending on online shopping",
    "payments_fees_share": "share of spending on fees",
    "payments_savings_share": "share of spending put into savings",
    "payments_other_share": "share of spending on other things",
    "payments_essential_share": "share of essential spending",
    "payments_category_entropy": "how widely spending was spread",
    "payments_night_share": "share of payments made between midnight and five in the morning",
    "payments_weekend_share": "share of payments made at the weekend",
    "payments_online_share": "share of payments made online",
    "payments_hour_entropy": "how widely payments were spread over the hours of the week",
    "payments_method_entropy": "how mixed the means of payment were",
    # reason group fixed_commitments
    "payments_commitments_to_income": "regular payments over typical monthly income",
    "payments_recurring_loans_to_income": "regular credit repayments over typical monthly income",
    "payments_loan_payments_to_income": (
        "average monthly loan payments of the last {0} over typical monthly income"
    ),
    "payments_commitments_count": "number of regular payments",
    "payments_disposable_income": "typical monthly income less regular payments",
    "payments_disposable_after_basics": (
        "typical monthly income less regular payments, groceries, transport and health"
    ),
    "payments_disposable_to_requested_instalment": (
        "income left after regular payments over the requested repayment"
    ),
    # reason group bills
    "payments_recurring_bills_missed": "regular bills that have not been paid as usual",
    "payments_recurring_debits_missed": "regular payments that have not been made as usual",
    "bills_on_time_share": "share of bills paid in time",
    "bills_days_late_by_amount": "average days late of bills, by amount, in the last {0}",
    "bills_days_late_mean": "average days late of bills in the last {0}",
    "bills_days_late_max": "most days that a bill was late",
    "bills_days_late_last": "average days late of the last {0} bills",
    "bills_days_late_slope": "trend of days late from bill to bill in the last {0}",
    "bills_on_time_streak": "newest bills in a row paid in time",
    "bills_overdue_count": "bills overdue now",
    "bills_overdue_amount": "amount of bills overdue now",
    "bills_due_count": "bills that fell due",
    "bills_due_amount": "amount of bills that fell due",
    # reason group balance_buffer
    "payments_mean_balance_to_requested_instalment": (
        "days of the requested repayment that the average balance of the last {0} would pay"
    ),
    "payments_lowest_balance_to_requested_instalment": (
        "days of the requested repayment that the lowest balance of the last {0} would pay"
    ),
    "payments_lowest_monthly_balance_to_requested_instalment": (
        "days of the requested repayment paid by the lowest average balance of {0} in the last {1}"
    ),
    "payments_balance_now_to_requested_instalment": (
        "days of the requested repayment that the present balance would pay"
    ),
    "payments_balance_mean": "average balance at the end of the day",
    "payments_balance_min": "lowest balance at the end of the day",
    "payments_balance_max": "highest balance at the end of the day",
    "payments_balance_std": "how much the balance at the end of the day varied",
    "payments_balance_month_ago": "balance a month ago",
    "payments_balance_month_ago_to_mean": (
        "balance a month ago less its average of the last {0}, in days of typical income"
    ),
    "payments_balance_month_ago_to_requested_instalment": (
        "days of the requested repayment that the balance a month ago would pay"
    ),
    "payments_balance_now": "present balance",
    "payments_balance_floor": "balance below which {0}% of days end",
    "payments_lowest_monthly_balance": "lowest average balance of {0} in a row",
    "payments_lowest_balance_median": "typical lowest balance of a month in the last {0}",
    "payments_lowest_balance": "lowest balance after any payment in the last {0}",
    "payments_balance_now_to_mean": (
        "present balance less its average of the last {0}, in days of typical income"
    ),
    "payments_balance_runway": "days of average spending that a low balance of the last {0} would pay",
    "payments_current_runway": (
        "days of average spending that a low balance of current accounts in the last {0} would pay"
    ),
    "payments_savings_now": "present balance of savings",
    "payments_card_debt_to_income": "card debt over monthly income",
    "payments_chargebacks": "purchases charged back",
    "payments_balance_to_income": "average balance of the last {0} over typical monthly income",
    "payments_balance_low_share": (
        "share of days in the last {0} that ended with less than {1}% of a month's income"
    ),
    "payments_balance_variation": "how much the balance at the end of the day varied against its average",
    "payments_lowest_balance_trend": "trend of the lowest monthly balance in the last {0}",
    "payments_interest_received_min": "smallest interest received",
    "payments_interest_received_median": "typical interest received",
    "payments_interest_received_cv": "how uneven the interest received was",
    # reason group overdraft
    "payments_overdraft_days": "days that ended overdrawn, unusual money from others aside",
    "payments_overdraft_depth_to_income": (
        "average overdraft of the last {0}, unusual money from others aside, over typical monthly income"
    ),
    "payments_penalty_count": "penalties and penalty interest",
    "payments_penalty_share": "penalties over spending",
    # reason group returned_payments
    "payments_returned_count": "payments returned unpaid",
    # reason group refunds_declines
    "payments_declined_share": "share of declined payments",
    "payments_declined_to_spending": "declined payments over spending, by amount",
    "payments_refund_share": "refunds over purchases that were kept, by amount",
    "payments_returned_purchases": "purchases returned or charged back",
    # reason group gambling
    "payments_gambling_share": "share of spending on gambling",
    "payments_gambling_found": "any gambling",
    "payments_gambling_share_rise": "change of the share of spending on gambling",
    # reason group high_cost_credit
    "payments_high_cost_credit_share": "share of spending on high-cost credit",
    "payments_high_cost_lenders": "number of high-cost lenders",
    # reason group cash_use
    "payments_cash_share": "cash withdrawn over spending",
    # reason group purchase_activity
    "payments_purchase_recency": "days since the last purchase",
    "payments_purchase_count": "number of purchases",
    "payments_purchase_median": "typical purchase",
    "payments_purchase_active_days_share": "share of days with a purchase",
    "payments_purchase_gap_variation": "how unevenly purchases were spread over time",
    "payments_purchase_burstiness": "how much purchases come in bunches",
}
