"""Families of reason groups: what an applicant would call one thing, told as one reason.

A group belongs to its family for ever, as a code belongs to its group: decisions are taken again by the same
families.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import Final

FAMILIES: Final = MappingProxyType(
    {
        "request": ("amount_requested", "term_requested", "price_terms"),
        "on_time": (
            "current_arrears", "past_arrears", "payment_timeliness", "late_trend", "restructured_written_off",
        ),
        "paid_back": ("part_payments", "card_repayment", "prepayment"),
        "bills": ("bills",),
        "account": ("balance_buffer", "cash_flow", "overdraft", "returned_payments"),
        "income": ("income_level", "income_stability"),
        "spending": (
            "spending_level", "spending_pattern", "cash_use", "purchase_activity", "refunds_declines",
            "counterparties", "gambling",
        ),
        "debts": ("fixed_commitments", "indebtedness", "high_cost_credit", "guarantees"),
        "limits": ("card_utilisation", "cash_advances"),
        "history": ("credit_history_length", "credit_amount", "recent_credit"),
        "inquiries": ("inquiries",),
        "ties": (
            "social_ties", "tie_history", "tie_changes", "group_membership", "social_activity",
            "network_structure",
        ),
        "others": (
            "network_repayment", "group_repayment", "community_repayment", "network_influence",
            "network_arrears", "lookalike_repayment",
        ),
        "channels": (
            "digital_use", "channel_depth", "channel_use", "channel_change", "device", "access_trouble",
            "reminders", "settings", "application_form", "registration", "email",
        ),
    }
)  # fmt: skip
_FAMILY_OF: Final = MappingProxyType({group: name for name, groups in FAMILIES.items() for group in groups})


def family_of(group: str) -> str:
    """Return the family of a reason group; a group of one's own, or of a single column, is one by itself.

    Examples
    --------
    >>> family_of("past_arrears"), family_of("payment_timeliness"), family_of("applicant_attributes.purpose")
    ('on_time', 'on_time', 'applicant_attributes.purpose')

    One of one's own that is called as a family is called does not get into it:

    >>> family_of("on_time")
    'own.on_time'
    """
    alone = f"own.{group}" if group in FAMILIES else group
    return _FAMILY_OF.get(group, alone)
