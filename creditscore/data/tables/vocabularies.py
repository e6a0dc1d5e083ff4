"""Closed lists of labels, in the order of their codes. A label is only ever added at the end."""

from __future__ import annotations

PAYMENT_KINDS = (
    "purchase",
    "salary",
    "transfer",
    "own_transfer",
    "cash",
    "fee",
    "interest",
    "penalty",
    "refund",
    "loan_in",
    "loan_out",
    "bill",
)
PAYMENT_CATEGORIES = (
    "groceries",
    "household",
    "utilities",
    "telecom",
    "rent",
    "transport",
    "health",
    "education",
    "insurance",
    "tax",
    "leisure",
    "travel",
    "online_shopping",
    "gambling",
    "pension",
    "benefits",
    "fees",
    "savings",
    "high_cost_credit",
    "other",
)
COUNTERPARTY_KINDS = ("person", "merchant", "employer", "lender", "government")
PAYMENT_STATUSES = ("settled", "declined", "returned")
LOAN_KINDS = ("instalment", "revolving")
LOAN_ROLES = ("borrower", "guarantor")
STANDINGS = ("defaulted", "good")
