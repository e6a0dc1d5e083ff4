"""What each reason group is called in English.

A title claims no direction: the comparison that follows it states where the value lies.
"""

from __future__ import annotations

from typing import Final

from creditscore.words.reasons._entries import GroupText

GROUPS: Final = {
    "amount_requested": GroupText("R01", "Amount requested"),
    "term_requested": GroupText("R02", "Term requested"),
    "price_terms": GroupText("R03", "Price and instalment"),
    "applicant_attributes": GroupText("R04", "Details in the application"),
    "income_level": GroupText("R05", "Income level"),
    "income_stability": GroupText("R06", "Income stability"),
    "spending_level": GroupText("R07", "Spending level"),
    "spending_pattern": GroupText("R08", "Spending pattern"),
    "cash_flow": GroupText("R09", "Cash flow"),
    "balance_buffer": GroupText("R10", "Balance and savings"),
    "overdraft": GroupText("R11", "Overdraft and fees"),
    "returned_payments": GroupText("R12", "Returned payments"),
    "bills": GroupText("R13", "Bills and regular payments"),
    "fixed_commitments": GroupText("R14", "Fixed commitments"),
    "gambling": GroupText("R15", "Gambling"),
    "high_cost_credit": GroupText("R16", "High-cost credit"),
    "cash_use": GroupText("R17", "Use of cash"),
    "purchase_activity": GroupText("R18", "Purchases"),
    "refunds_declines": GroupText("R19", "Refunds and declined payments"),
    "counterparties": GroupText("R20", "Payment partners"),
    "event_pattern": GroupText("R62", "Pattern of activity as a whole"),
    "current_arrears": GroupText("R21", "Current arrears"),
    "past_arrears": GroupText("R22", "Past arrears"),
    "payment_timeliness": GroupText("R23", "Payment timeliness"),
    "late_trend": GroupText("R24", "Trend in late payment"),
    "part_payments": GroupText("R25", "Part payments"),
    "prepayment": GroupText("R26", "Early repayment"),
    "credit_history_length": GroupText("R27", "Length of credit history"),
    "credit_amount": GroupText("R28", "Amounts of earlier credit"),
    "card_utilisation": GroupText("R29", "Use of credit limits"),
    "card_repayment": GroupText("R30", "Repayment of revolving credit"),
    "cash_advances": GroupText("R31", "Cash advances"),
    "indebtedness": GroupText("R32", "Total debt"),
    "recent_credit": GroupText("R33", "Recent new credit"),
    "inquiries": GroupText("R34", "Credit inquiries"),
    "restructured_written_off": GroupText("R35", "Restructured or written-off loans"),
    "guarantees": GroupText("R36", "Guarantees for others"),
    "social_ties": GroupText("R37", "Social ties"),
    "tie_history": GroupText("R38", "Age of social ties"),
    "tie_changes": GroupText("R39", "Changes in social ties"),
    "network_repayment": GroupText("R40", "Repayment in the network"),
    "group_membership": GroupText("R41", "Membership of groups"),
    "group_repayment": GroupText("R42", "Repayment in groups"),
    "social_activity": GroupText("R43", "Social activity"),
    "network_structure": GroupText("R44", "Position in the network"),
    "community_repayment": GroupText("R45", "Repayment in the community"),
    "network_influence": GroupText("R46", "Repayment around the network"),
    "network_arrears": GroupText("R47", "Arrears in the network"),
    "lookalike_repayment": GroupText("R48", "Repayment at like purchases"),
}

FAMILIES: Final = {
    "request": "Amount, term and price of loans",
    "on_time": "Paying debts on time and as agreed",
    "paid_back": "Amounts paid back, and early repayment",
    "bills": "Bills and regular payments",
    "account": "Money in the account, overdraft, fees and returned payments",
    "income": "Income",
    "spending": "Spending, payments and payment partners",
    "debts": "Debts, commitments and guarantees",
    "limits": "Use of credit limits and cash advances",
    "history": "Credit history",
    "inquiries": "Credit inquiries",
    "ties": "Social ties and groups",
    "others": "Repayment by other people",
    "channels": "Use of the lender's channels and forms, devices and e-mail",
}
