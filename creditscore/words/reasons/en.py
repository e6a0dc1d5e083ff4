"""Reasons in English."""

from __future__ import annotations

from types import MappingProxyType
from typing import Final

from creditscore.words.reasons import (
    _en_coverage,
    _en_credit,
    _en_debts,
    _en_digital,
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
    "measures": ("R89", "No measures of the network or of purchases were available"),
}

_UNITS: Final = {
    "money": ("{value}", "{value}"),
    "days": ("{value} day", "{value} days"),
    "months": ("{value} month", "{value} months"),
    "seconds": ("{value} second", "{value} seconds"),
    "count": ("{value}", "{value}"),
    "share": ("{value}%", "{value}%"),
    "percentage points": ("{value} percentage point", "{value} percentage points"),
    "ratio": ("{value}.0 times", "{value} times"),
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
    "newest_instalments": "on average over the newest {0} instalments",
    "oldest_instalment": "for the first instalment",
    "oldest_instalments": "on average over the first {0} instalments",
    "newest_loan": "for the newest loan",
    "newest_loans": "on average over the newest {0} loans",
    "oldest_loan": "for the first loan",
    "oldest_loans": "on average over the first {0} loans",
    "newest_statement": "on the newest statement",
    "ranked_statement": "on the {0} newest statement",
}

_COUNTED: Final = {
    "repayment_on_time_share/window": "{rest} of {of} instalments were not paid on time",
    "repayment_on_time_share/ever": "{rest} of {of} instalments were not paid on time",
    "repayment_on_time/newest_instalment": "the newest instalment was not paid on time",
    "repayment_on_time/newest_instalments": "{rest} of your last {of} instalments were not paid on time",
    "repayment_on_time/oldest_instalment": "the first instalment was not paid on time",
    "repayment_on_time/oldest_instalments": "{rest} of your first {of} instalments were not paid on time",
    "repayment_part_paid_share/window": "{part} of {of} instalments were paid only in part when due",
    "repayment_part_paid_share/ever": "{part} of {of} instalments were paid only in part when due",
    "bills_on_time_share/window": "{rest} of {of} bills were not paid in time",
    "statements_transactor_share/window": "{rest} of {of} balances were not paid in full",
    "statements_minimum_share/window": "{part} of {of} payments were the minimum or less",
    "statements_no_payment_share/window": "{part} of {of} balances were not paid at all",
    "statements_late_share/window": "{part} of {of} statements were past due",
    "repayment_loans_closed_late_share/": "{part} of {of} closed loans closed after their last due date",
    "ties_reciprocal_share/": "{part} of {of} people to whom you have a tie have one to you",
    "repayment_closed_clean_share/": "{rest} of {of} closed loans had serious arrears",
}

# What a comparison says: the value beside what is usual; the direction is that of these two numbers.
_COMPARED: Final = {
    "higher": "{label}: {value}, higher than usual {population} ({reference})",
    "lower": "{label}: {value}, lower than usual {population} ({reference})",
    "later": "{label}: {value}, later than usual {population} ({reference})",
    "earlier": "{label}: {value}, earlier than usual {population} ({reference})",
    "other": "{label}: {value}; most common {population}: {reference}",
    "flag": "{label}: {value}; usual {population}: {reference}",
    "absent": "{label}: {value}; usual {population}: {reference}",
}

_SILENT: Final = {
    "higher": "{label}: higher than usual {population}",
    "lower": "{label}: lower than usual {population}",
    "later": "{label}: later than usual {population}",
    "earlier": "{label}: earlier than usual {population}",
    "other": "{label}: not what is most common {population}",
    "flag": "{label}: not what is usual {population}",
    "absent": "{label}: {value}",
}

_POPULATIONS: Final = {
    "training_mean": "among earlier applicants",
    "approved": "among approved applicants",
    "near_cutoff": "among applicants near the score needed",
    "training_mean_known": "among earlier applicants of whom it is known",
    "approved_known": "among approved applicants of whom it is known",
    "near_cutoff_known": "among applicants near the score needed of whom it is known",
}

_ABSENT: Final = {
    "": "not known",
    "nothing": "nothing is stored",
    "short": "the record is too short to tell",
    "few": "too few entries of this kind are known",
    "few_counted": "too few entries are known ({have}; at least {need} are needed)",
    "unconfirmed": "what is stored is not confirmed by both sides",
    "unstated": "the application does not say",
    "refused": "its use was not agreed to",
    "barred": "it could not be read at the time",
    "earlier": "nothing in this period, only from before",
    "silent": "the data on record do not show it",
    "silent_source": "what is stored could not be counted",
}

_SOURCES: Final = {
    "application": "Application",
    "payments": "Payments",
    "bills": "Bills",
    "loans": "Loans and cards",
    "inquiries": "Credit inquiries",
    "ties": "Social ties",
    "memberships": "Groups",
    "activities": "Social activity",
    "measures": "Measures of the network and of purchases",
}

_CURRENCIES: Final = {
    "IRR": "IRR",
    "IRT": "IRT",
    "EUR": "EUR",
    "USD": "USD",
    "GBP": "GBP",
    "CNY": "CNY",
    "TWD": "TWD",
    "KES": "KES",
    "NGN": "NGN",
    "INR": "INR",
    "CZK": "CZK",
    "DEM": "DEM",
    "CHF": "CHF",
    "JPY": "JPY",
    "TRY": "TRY",
    "AED": "AED",
}

# What is below zero, said as the amount that it is below.
_BELOW: Final = {
    "payments_balance_month_ago_to_mean": "none, with {value} missing",
    "payments_balance_month_ago_to_requested_instalment": "none, with {value} missing",
    "payments_saved_to_income": "{value} more taken out",
    "payments_net_to_inflow": "{value} more spent than received",
    "payments_income_trend": "falling by {value} a month",
    "payments_outflow_trend": "falling by {value} a month",
    "payments_lowest_balance_trend": "falling each month by {value} of typical monthly income",
    "activities_trend": "falling by {value} a month",
    "repayment_amount_slope": "falling by {value} with each loan",
    "statements_balance_trend": "falling by {value} with each statement",
    "statements_payment_trend": "falling by {value} with each statement",
    "statements_utilisation_slope": "falling by {value} with each statement",
    "repayment_days_late": "{value} early",
    "repayment_days_late_at_close": "{value} before it",
    "repayment_days_late_at_close_max": "{value} before it",
    "repayment_first_days_late": "{value} early",
    "repayment_loan_days_late": "{value} early",
    "payments_balance_now_to_requested_instalment": "none, with {value} missing",
    "payments_lowest_balance_to_requested_instalment": "none, with {value} missing",
    "payments_lowest_monthly_balance_to_requested_instalment": "none, with {value} missing",
    "payments_mean_balance_to_requested_instalment": "none, with {value} missing",
    "payments_balance_runway": "none, with {value} missing",
    "payments_current_runway": "none, with {value} missing",
    "payments_balance_now_to_mean": "{value} below it",
    "repayment_days_late_change": "{value} fewer",
    "repayment_days_late_slope": "falling by {value} with each instalment",
    "repayment_days_late_at_close_slope": "falling by {value} with each loan",
    "statements_dpd_slope": "falling by {value} with each statement",
    "bills_days_late_slope": "falling by {value} with each bill",
    "repayment_days_between_loans_mean": "{value} before the close",
    "digital_uses_trend": "falling by {value} a month",
    "digital_logins_trend": "falling by {value} a month",
    "digital_online_share_slope": "falling by {value} a month",
    "digital_online_shift": "down by {value}",
    "payments_gambling_share_rise": "down by {value}",
}

# What rises, said as such.
_ABOVE: Final = {
    "payments_income_trend": "rising by {value} a month",
    "payments_outflow_trend": "rising by {value} a month",
    "activities_trend": "rising by {value} a month",
    "digital_uses_trend": "rising by {value} a month",
    "digital_logins_trend": "rising by {value} a month",
    "digital_online_share_slope": "rising by {value} a month",
    "payments_lowest_balance_trend": "rising each month by {value} of typical monthly income",
    "repayment_amount_slope": "rising by {value} with each loan",
    "repayment_days_late_at_close_slope": "rising by {value} with each loan",
    "statements_balance_trend": "rising by {value} with each statement",
    "statements_payment_trend": "rising by {value} with each statement",
    "statements_utilisation_slope": "rising by {value} with each statement",
    "statements_dpd_slope": "rising by {value} with each statement",
    "repayment_days_late_slope": "rising by {value} with each instalment",
    "bills_days_late_slope": "rising by {value} with each bill",
    "digital_online_shift": "up by {value}",
    "payments_gambling_share_rise": "up by {value}",
    "repayment_days_late_change": "{value} more",
}

TEXTS: Final = Texts(
    groups=MappingProxyType(_en_groups.GROUPS | _en_digital.GROUPS),
    families=MappingProxyType(_en_groups.FAMILIES),
    insufficient=MappingProxyType(_INSUFFICIENT | _en_digital.INSUFFICIENT),
    units=MappingProxyType(_UNITS),
    windows=MappingProxyType(_WINDOWS),
    durations=MappingProxyType(_DURATIONS),
    fact="{label}: {value}",
    compared=MappingProxyType(_COMPARED),
    silent=MappingProxyType(_SILENT),
    populations=MappingProxyType(_POPULATIONS),
    absent=MappingProxyType(_ABSENT),
    sources=MappingProxyType(_SOURCES | _en_digital.SOURCES),
    money="{value} {currency}",
    currencies=MappingProxyType(_CURRENCIES),
    detail="{value} ({clause})",
    opened="{opening}. {sentence}",
    weighed="{label} ({own}; the fewer are known, the closer it counts to a value fixed for all)",
    unknown_fact="{label}: {absence}",
    unknown_group="{title}: {absence}",
    unknown_source=("R80", "No {source} record was available"),
    generic=GroupText("R00", "Other facts"),
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
            | _en_debts.LABELS
            | _en_credit.LABELS
            | _en_social.LABELS
            | _en_digital.LABELS
            | _en_coverage.LABELS
        ),
        spans=MappingProxyType(_SPANS),
        spanned="{label} {span}",
        counted=MappingProxyType(_COUNTED),
        below=MappingProxyType(_BELOW),
        above=MappingProxyType(_ABOVE),
        level="no change",
        own_column='a detail of the application that the lender calls "{name}"',
        own_measure='a measure that the lender calls "{name}"',
    ),
    page=Page(
        scored="Application {application}, {date}: {score} points, grade {grade}, "
        "probability of default {probability}",
        unscorable="Application {application}, {date}: no score could be given",
        points="points",
        reason="reason",
        interval="The true probability of default lies between {low} and {high} ({score_low} to {score_high} "
        "points) for {level} of such applicants",
    ),
)
