"""Reasons in English."""

from __future__ import annotations

from types import MappingProxyType
from typing import Final

from creditscore.words.reasons import (
    _en_coverage,
    _en_credit,
    _en_groups,
    _en_money,
    _en_social,
    _en_streams,
)
from creditscore.words.reasons._entries import GroupText, Page, Phrases, Script, Texts

_INSUFFICIENT: Final = {
    "application": ("R81", "No details of the application were available"),
    "payments": ("R82", "No payments record was available"),
    "bills": ("R83", "No bills record was available"),
    "loans": ("R84", "No loan record was available"),
    "inquiries": ("R85", "No record of credit inquiries was available"),
    "ties": ("R86", "No record of social ties was available"),
    "memberships": ("R87", "No record of group memberships was available"),
    "activities": ("R88", "No record of social activity was available"),
    "measures": ("R89", "No measures of the network were available"),
}

_UNITS: Final = {
    "money": ("{value}", "{value}"),
    "days": ("{value} day", "{value} days"),
    "months": ("{value} month", "{value} months"),
    "count": ("{value}", "{value}"),
    "share": ("{value}%", "{value}%"),
    "ratio": ("{value}", "{value}"),
    "days per bill": ("{value} day per bill", "{value} days per bill"),
    "money per day": ("{value} a day", "{value} a day"),
    "index": ("{value}", "{value}"),
    "z": ("{value}", "{value}"),
    "per month": ("{value} per month", "{value} per month"),
    "log10": ("{value}", "{value}"),
    "log ratio": ("{value}", "{value}"),
}

_WINDOWS: Final = {
    "d": ("in the last day", "in the last {number} days"),
    "w": ("in the last week", "in the last {number} weeks"),
    "m": ("in the last month", "in the last {number} months"),
    "y": ("in the last year", "in the last {number} years"),
}

_DURATIONS: Final = {
    "d": ("1 day", "{number} days"),
    "w": ("1 week", "{number} weeks"),
    "m": ("1 month", "{number} months"),
    "y": ("1 year", "{number} years"),
}

_MONTHS: Final = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
    "November", "December",
)  # fmt: skip

_JALALI_MONTHS: Final = (
    "Farvardin", "Ordibehesht", "Khordad", "Tir", "Mordad", "Shahrivar", "Mehr", "Aban", "Azar", "Dey",
    "Bahman", "Esfand",
)  # fmt: skip

_SPANS: Final = {
    "ever": "so far",
    "newest_instalment": "for the newest instalment",
    "newest_instalments": "for the newest {0} instalments",
    "oldest_instalment": "for the first instalment",
    "oldest_instalments": "for the first {0} instalments",
    "newest_loan": "for the newest loan",
    "newest_loans": "for the newest {0} loans",
    "oldest_loan": "for the first loan",
    "oldest_loans": "for the first {0} loans",
    "newest_statement": "on the newest statement",
    "ranked_statement": "on the {0} newest statement",
}

_SENTENCES: Final = {
    "repayment_months_past_due/window": (
        "in {value} of the last {length} payments were {0} or more days past due"
    ),
}

_COUNTED: Final = {
    "repayment_on_time_share/window": "{rest} of {of} instalments were not paid on time {span}",
    "repayment_on_time_share/ever": "{rest} of {of} instalments were not paid on time {span}",
    "repayment_on_time/newest_instalment": "the newest instalment was not paid on time",
    "repayment_on_time/newest_instalments": "{rest} of your last {of} instalments were not paid on time",
    "repayment_on_time/oldest_instalment": "the first instalment was not paid on time",
    "repayment_on_time/oldest_instalments": "{rest} of your first {of} instalments were not paid on time",
    "repayment_part_paid_share/window": ("{part} of {of} instalments were paid only in part when due {span}"),
    "repayment_part_paid_share/ever": ("{part} of {of} instalments were paid only in part when due {span}"),
    "bills_on_time_share/window": "{rest} of {of} bills were not paid in time {span}",
    "statements_transactor_share/window": "{rest} of {of} balances were not paid in full {span}",
    "statements_minimum_share/window": "{part} of {of} payments were the minimum or less {span}",
    "statements_no_payment_share/window": ("nothing was paid of {part} of {of} balances {span}"),
    "statements_late_share/window": "{part} of {of} statements were past due {span}",
    "repayment_loans_closed_late_share/": ("{part} of {of} closed loans closed after their last due date"),
    "ties_reciprocal_share/": "{part} of {of} people to whom you have a tie have one to you",
    "repayment_closed_clean_share/": "{rest} of {of} closed loans had serious arrears",
}

TEXTS: Final = Texts(
    groups=MappingProxyType(_en_groups.GROUPS),
    insufficient=MappingProxyType(_INSUFFICIENT),
    units=MappingProxyType(_UNITS),
    windows=MappingProxyType(_WINDOWS),
    durations=MappingProxyType(_DURATIONS),
    fact="{opening} ({label}: {value})",
    fact_without_value="{opening} ({label})",
    clause="{opening}: {clause}",
    unknown_fact="{title}: not enough is known ({label})",
    unknown_part="{title}: not enough is known",
    unknown_group="{title}: no record was available to judge it by",
    unknown_source=("R80", "No {source} record was available"),
    generic=GroupText(
        "R00",
        "Other facts",
        "A high value counts against you",
        "A low value counts against you",
        "A fact counts against you",
    ),
    rule="A condition of the lender was not met (rule {code})",
    as_of="{sentence}, as of {date}",
    yes="yes",
    no="no",
    script=Script(
        language="en",
        direction="ltr",
        digits="0123456789",
        decimal=".",
        thousands=",",
        minus="-",
        ordinals=MappingProxyType({"2": "2nd", "3": "3rd", "": "{number}th"}),
        gregorian_months=_MONTHS,
        jalali_months=_JALALI_MONTHS,
        gregorian_date="{day} {month} {year}",
        jalali_date="{day} {month} {year}",
    ),
    phrases=Phrases(
        labels=MappingProxyType(
            _en_money.LABELS
            | _en_streams.LABELS
            | _en_credit.LABELS
            | _en_social.LABELS
            | _en_coverage.LABELS
        ),
        spans=MappingProxyType(_SPANS),
        spanned="{label} {span}",
        sentences=MappingProxyType(_SENTENCES),
        counted=MappingProxyType(_COUNTED),
    ),
    page=Page(
        scored="Application {application}, {date}: {score} points, grade {grade}, "
        "probability of default {probability}",
        unscorable="Application {application}, {date}: unscorable ({code})",
        points="points",
        reason="reason",
    ),
)
