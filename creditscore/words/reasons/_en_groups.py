"""What is said about each reason group in English.

An opening is true by the direction of harm alone (more of a thing that raises risk, less of a thing that
lowers it), and the fact that follows states the value; nothing here guesses at behaviour.
"""

from __future__ import annotations

from typing import Final

from creditscore.words.reasons._entries import GroupText

GROUPS: Final = {
    "amount_requested": GroupText(
        "R01", "Amount requested",
        "A large amount was requested", "A small amount was requested",
        "The amount requested counts against you",
    ),
    "term_requested": GroupText(
        "R02", "Term requested",
        "A long term was requested", "A short term was requested",
        "The term requested counts against you",
    ),
    "price_terms": GroupText(
        "R03", "Price and instalment",
        "The loan would be costly to repay", "The terms of the loan count against you",
        "The terms of the loan count against you",
    ),
    "applicant_attributes": GroupText(
        "R04", "Details in the application",
        "A detail in the application counts against you", "A detail in the application counts against you",
        "A detail in the application counts against you",
    ),
    "income_level": GroupText(
        "R05", "Income level",
        "The level of income counts against you", "Income is too low",
        "The level of income counts against you",
    ),
    "income_stability": GroupText(
        "R06", "Income stability",
        "Income is irregular", "Income is not steady enough",
        "The pattern of income counts against you",
    ),
    "spending_level": GroupText(
        "R07", "Spending level",
        "Spending is high", "Spending through the account is low",
        "The level of spending counts against you",
    ),
    "spending_pattern": GroupText(
        "R08", "Spending pattern",
        "Spending is irregular", "Spending is not steady enough",
        "The pattern of spending counts against you",
    ),
    "cash_flow": GroupText(
        "R09", "Cash flow",
        "More went out than came in", "Too little is left after outgoings",
        "The flow of money through the account counts against you",
    ),
    "balance_buffer": GroupText(
        "R10", "Balance and savings",
        "The account was low on funds", "Too little is held in reserve",
        "The balance counts against you",
    ),
    "overdraft": GroupText(
        "R11", "Overdraft use",
        "The account was overdrawn or charged a penalty", "The account stayed too rarely in credit",
        "The use of overdraft counts against you",
    ),
    "returned_payments": GroupText(
        "R12", "Returned payments",
        "Payments were returned unpaid", "Too few payments were honoured",
        "The record of returned payments counts against you",
    ),
    "bills": GroupText(
        "R13", "Household bills",
        "Bills were paid late or left unpaid", "Too few bills were paid on time",
        "The record of bills counts against you",
    ),
    "fixed_commitments": GroupText(
        "R14", "Fixed commitments",
        "Regular commitments are high", "Too little is left after regular commitments",
        "Regular commitments count against you",
    ),
    "gambling": GroupText(
        "R15", "Gambling",
        "Money went to gambling", "The record of gambling counts against you",
        "The record of gambling counts against you",
    ),
    "high_cost_credit": GroupText(
        "R16", "High-cost credit",
        "High-cost credit was used", "The record of high-cost credit counts against you",
        "The record of high-cost credit counts against you",
    ),
    "cash_use": GroupText(
        "R17", "Use of cash",
        "Much of the money moves as cash", "The use of cash counts against you",
        "The use of cash counts against you",
    ),
    "purchase_activity": GroupText(
        "R18", "Purchases",
        "Purchase activity counts against you", "Purchase activity is low",
        "Purchase activity counts against you",
    ),
    "refunds_declines": GroupText(
        "R19", "Refunds and declined payments",
        "Payments were declined, refunded or charged back", "Too few payments went through",
        "The record of refunds and declined payments counts against you",
    ),
    "counterparties": GroupText(
        "R20", "Payment partners",
        "Payments depend on few partners", "Payments come from or go to few partners",
        "The pattern of payment partners counts against you",
    ),
    "current_arrears": GroupText(
        "R21", "Current arrears",
        "Payments are overdue now", "The state of current loans counts against you",
        "The state of current loans counts against you",
    ),
    "past_arrears": GroupText(
        "R22", "Past arrears",
        "Payments were overdue in the past", "Past arrears are too recent",
        "The record of past arrears counts against you",
    ),
    "payment_timeliness": GroupText(
        "R23", "Payment timeliness",
        "Instalments were paid late", "Too few instalments were paid on time",
        "The timing of repayments counts against you",
    ),
    "late_trend": GroupText(
        "R24", "Trend in late payment",
        "The trend in late payment is unfavourable", "The trend in late payment is unfavourable",
        "The pattern of payment timing counts against you",
    ),
    "part_payments": GroupText(
        "R25", "Part payments",
        "Instalments were paid only in part", "Too little of what was due was paid",
        "The record of part payments counts against you",
    ),
    "prepayment": GroupText(
        "R26", "Early repayment",
        "The record of early repayment counts against you", "Little was repaid early",
        "The record of early repayment counts against you",
    ),
    "credit_history_length": GroupText(
        "R27", "Length of credit history",
        "The age of the credit history counts against you", "The credit history is too short",
        "The age of the credit history counts against you",
    ),
    "credit_amount": GroupText(
        "R28", "Amounts of earlier credit",
        "Earlier credit was large", "Earlier credit was small",
        "The amounts of earlier credit count against you",
    ),
    "card_utilisation": GroupText(
        "R29", "Use of credit limits",
        "Balances are high against credit limits", "Too little of the credit limits is free",
        "The use of credit limits counts against you",
    ),
    "card_repayment": GroupText(
        "R30", "Repayment of revolving credit",
        "Revolving balances are paid down slowly", "Too little of the revolving balances is paid",
        "The repayment of revolving credit counts against you",
    ),
    "cash_advances": GroupText(
        "R31", "Cash advances",
        "Cash was drawn on credit", "The record of cash advances counts against you",
        "The record of cash advances counts against you",
    ),
    "indebtedness": GroupText(
        "R32", "Total debt",
        "Existing debt is high", "Too little of existing debt is repaid",
        "The level of existing debt counts against you",
    ),
    "recent_credit": GroupText(
        "R33", "Recent new credit",
        "New credit was taken recently", "The last new credit is too recent",
        "Recent new credit counts against you",
    ),
    "inquiries": GroupText(
        "R34", "Credit inquiries",
        "Credit was sought elsewhere", "The last credit inquiry is too recent",
        "The record of credit inquiries counts against you",
    ),
    "restructured_written_off": GroupText(
        "R35", "Restructured or written-off loans",
        "Loans were restructured or written off", "A restructuring or write-off is too recent",
        "The record of restructured or written-off loans counts against you",
    ),
    "guarantees": GroupText(
        "R36", "Guarantees for others",
        "Guarantees were given for loans of others", "The record of guarantees counts against you",
        "The record of guarantees counts against you",
    ),
    "social_ties": GroupText(
        "R37", "Social ties",
        "The number or strength of ties counts against you", "Too few ties are mutual",
        "The number and strength of ties count against you",
    ),
    "tie_history": GroupText(
        "R38", "Age of social ties",
        "There was too little contact lately", "Ties are too recent",
        "The age of ties counts against you",
    ),
    "tie_changes": GroupText(
        "R39", "Changes in social ties",
        "Ties are new or ended lately", "Changes in ties count against you",
        "Changes in ties count against you",
    ),
    "network_repayment": GroupText(
        "R40", "Repayment in the network",
        "Loans in the network were not repaid", "Too little in the network is known to be repaid",
        "The record of repayment in the network counts against you",
    ),
    "group_membership": GroupText(
        "R41", "Membership of groups",
        "Membership of groups counts against you", "Membership of groups counts against you",
        "Membership of groups counts against you",
    ),
    "group_repayment": GroupText(
        "R42", "Repayment in groups",
        "Loans in the groups were not repaid", "The record of repayment in the groups counts against you",
        "The record of repayment in the groups counts against you",
    ),
    "social_activity": GroupText(
        "R43", "Social activity",
        "The pattern of social activity counts against you", "Social activity is low",
        "The pattern of social activity counts against you",
    ),
    "network_structure": GroupText(
        "R44", "Position in the network",
        "The position in the network counts against you", "The position in the network counts against you",
        "The position in the network counts against you",
    ),
    "community_repayment": GroupText(
        "R45", "Repayment in the community",
        "Loans in the community were not repaid",
        "The record of repayment in the community counts against you",
        "The record of repayment in the community counts against you",
    ),
    "network_influence": GroupText(
        "R46", "Repayment around the network",
        "The network lies near to loans that were not repaid",
        "The network lies far from loans that were repaid",
        "The record of repayment around the network counts against you",
    ),
    "network_arrears": GroupText(
        "R47", "Arrears in the network",
        "Loans in the network are overdue or drawn to their limits",
        "The state of loans in the network counts against you",
        "The state of loans in the network counts against you",
    ),
    "lookalike_repayment": GroupText(
        "R48", "Repayment at like purchases",
        "Loans were not repaid where purchases are alike",
        "The record of repayment where purchases are alike counts against you",
        "The record of repayment where purchases are alike counts against you",
    ),
}  # fmt: skip
