"""What measures of how much is known are called in English; they are on pages, never a reason."""

from __future__ import annotations

from typing import Final

LABELS: Final = {
    "payments_covered": "payments were known",
    "payments_history_days": "days since the oldest known payment",
    "payments_stale_days": "days since the newest known payment",
    "payments_accounts_seen_share": "accounts seen over accounts declared",
    "bills_covered": "bills were known",
    "bills_history_days": "days since the oldest bill fell due",
    "bills_stale_days": "days since the newest bill fell due",
    "loans_covered": "loans were known",
    "loans_history_days": "days since the oldest known loan",
    "loans_stale_days": "days since the newest known loan",
    "repayment_stale_days": "days since the newest instalment came due",
    "statements_history_days": "days since the oldest known statement",
    "statements_stale_days": "days since the newest known statement",
    "inquiries_covered": "searches for credit were known",
    "inquiries_history_days": "days since the oldest known search for credit",
    "inquiries_stale_days": "days since the newest known search for credit",
    "ties_covered": "social ties were known",
    "neighbours_known_share": "level of known repayment in the network (none, few or enough)",
    "memberships_covered": "memberships were known",
    "groups_known_share": "level of known repayment among other members (none, few or enough)",
    "activities_covered": "social activity was known",
    "network_covered": "measures of the network were known",
    "network_lookalike_known": "people with like purchases whose repayment is known",
    "digital_covered": "uses of channels were known",
    "form_covered": "application forms were known",
    "registration_covered": "registrations or settings were known",
}
