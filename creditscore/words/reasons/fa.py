"""Reasons in Persian, to be set from right to left, with Persian digits.

Sentences are impersonal where English says "you", so that they read the same in a letter and on a screen.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import Final

from creditscore.words.reasons import (
    _fa_coverage,
    _fa_credit,
    _fa_debts,
    _fa_digital,
    _fa_groups,
    _fa_money,
    _fa_social,
    _fa_streams,
)
from creditscore.words.reasons._entries import GroupText, Page, Phrases, Script, Texts

_INSUFFICIENT: Final = {
    "application": ("R81", "اطلاعاتی از درخواست در دست نبود"),
    "payments": ("R82", "سابقهٔ پرداخت‌ها در دست نبود"),
    "bills": ("R83", "سابقهٔ قبض‌ها در دست نبود"),
    "loans": ("R84", "سابقهٔ وام‌ها در دست نبود"),
    "inquiries": ("R85", "سابقهٔ استعلام‌های اعتبار در دست نبود"),
    "ties": ("R86", "سابقهٔ ارتباط‌های اجتماعی در دست نبود"),
    "memberships": ("R87", "سابقهٔ عضویت در گروه‌ها در دست نبود"),
    "activities": ("R88", "سابقهٔ فعالیت اجتماعی در دست نبود"),
    "measures": ("R89", "سنجه‌های شبکه یا خریدها در دست نبود"),
}

_UNITS: Final = {
    "money": ("{value}", "{value}"),
    "days": ("{value} روز", "{value} روز"),
    "months": ("{value} ماه", "{value} ماه"),
    "seconds": ("{value} ثانیه", "{value} ثانیه"),
    "count": ("{value}", "{value}"),
    "share": ("{value}٪", "{value}٪"),
    "percentage points": ("{value} واحد درصد", "{value} واحد درصد"),
    "ratio": ("{value} برابر", "{value} برابر"),
    "days per bill": ("{value} روز در هر قبض", "{value} روز در هر قبض"),
    "money per day": ("{value} در روز", "{value} در روز"),
    "index": ("{value}", "{value}"),
    "z": ("{value}", "{value}"),
    "per month": ("{value} در ماه", "{value} در ماه"),
    "log10": ("{value}", "{value}"),
    "log ratio": ("{value}", "{value}"),
}

_WINDOWS: Final = {
    "d": ("در روز گذشته", "در {number} روز گذشته"),
    "w": ("در هفتهٔ گذشته", "در {number} هفتهٔ گذشته"),
    "m": ("در ماه گذشته", "در {number} ماه گذشته"),
    "y": ("در سال گذشته", "در {number} سال گذشته"),
}

_DURATIONS: Final = {
    "d": ("{number} روز", "{number} روز"),
    "w": ("{number} هفته", "{number} هفته"),
    "m": ("{number} ماه", "{number} ماه"),
    "y": ("{number} سال", "{number} سال"),
}

_MONTHS: Final = (
    "ژانویه", "فوریه", "مارس", "آوریل", "مه", "ژوئن",
    "ژوئیه", "اوت", "سپتامبر", "اکتبر", "نوامبر", "دسامبر",
)  # fmt: skip

_JALALI_MONTHS: Final = (
    "فروردین", "اردیبهشت", "خرداد", "تیر", "مرداد", "شهریور",
    "مهر", "آبان", "آذر", "دی", "بهمن", "اسفند",
)  # fmt: skip

_SPANS: Final = {
    "ever": "تاکنون",
    "newest_instalment": "در آخرین قسط",
    "newest_instalments": "به‌طور میانگین در {0} قسط اخیر",
    "oldest_instalment": "در نخستین قسط",
    "oldest_instalments": "به‌طور میانگین در {0} قسط نخست",
    "newest_loan": "در آخرین وام",
    "newest_loans": "به‌طور میانگین در {0} وام اخیر",
    "oldest_loan": "در نخستین وام",
    "oldest_loans": "به‌طور میانگین در {0} وام نخست",
    "newest_statement": "در آخرین صورتحساب",
    "ranked_statement": "در صورتحساب {0} از آخر",
}

_COUNTED: Final = {
    "repayment_on_time_share/window": "{rest} قسط از {of} قسط به‌موقع پرداخت نشد",
    "repayment_on_time_share/ever": "{rest} قسط از {of} قسط به‌موقع پرداخت نشد",
    "repayment_on_time/newest_instalment": "آخرین قسط به‌موقع پرداخت نشد",
    "repayment_on_time/newest_instalments": "از {of} قسط آخر شما {rest} قسط به‌موقع پرداخت نشد",
    "repayment_on_time/oldest_instalment": "نخستین قسط به‌موقع پرداخت نشد",
    "repayment_on_time/oldest_instalments": "از {of} قسط نخست شما {rest} قسط به‌موقع پرداخت نشد",
    "repayment_part_paid_share/window": "{part} قسط از {of} قسط در سررسید ناقص پرداخت شد",
    "repayment_part_paid_share/ever": "{part} قسط از {of} قسط در سررسید ناقص پرداخت شد",
    "bills_on_time_share/window": "{rest} قبض از {of} قبض به‌موقع پرداخت نشد",
    "statements_transactor_share/window": "{rest} مانده از {of} مانده کامل پرداخت نشد",
    "statements_minimum_share/window": "{part} پرداخت از {of} پرداخت حداقلی یا کمتر بود",
    "statements_no_payment_share/window": "از {of} مانده، برای {part} مانده هیچ پرداختی نشد",
    "statements_late_share/window": "{part} صورتحساب از {of} صورتحساب معوق بود",
    "ties_reciprocal_share/": "از {of} نفری که با آنها ارتباط دارید {part} نفر با شما ارتباط دارند",
    "repayment_loans_closed_late_share/": "{part} وام از {of} وام تسویه‌شده پس از آخرین سررسید تسویه شد",
    "repayment_closed_clean_share/": "{rest} وام از {of} وام تسویه‌شده معوقهٔ جدی داشت",
}

# What a comparison says: the value beside what is usual; the direction is that of these two numbers.
_COMPARED: Final = {
    "higher": "{label}: {value}؛ بیشتر از حد معمول {population} ({reference})",
    "lower": "{label}: {value}؛ کمتر از حد معمول {population} ({reference})",
    "later": "{label}: {value}؛ دیرتر از حد معمول {population} ({reference})",
    "earlier": "{label}: {value}؛ زودتر از حد معمول {population} ({reference})",
    "other": "{label}: {value}؛ رایج‌ترین مورد {population}: {reference}",
    "flag": "{label}: {value}؛ معمول {population}: {reference}",
    "absent": "{label}: {value}؛ معمول {population}: {reference}",
}

_SILENT: Final = {
    "higher": "{label}: بیشتر از حد معمول {population}",
    "lower": "{label}: کمتر از حد معمول {population}",
    "later": "{label}: دیرتر از حد معمول {population}",
    "earlier": "{label}: زودتر از حد معمول {population}",
    "other": "{label}: جز رایج‌ترین مورد {population}",
    "flag": "{label}: جز آنچه معمول است {population}",
    "absent": "{label}: {value}",
}

_POPULATIONS: Final = {
    "training_mean": "در میان متقاضیان پیشین",
    "approved": "در میان متقاضیان پذیرفته‌شده",
    "near_cutoff": "در میان متقاضیان نزدیک به امتیاز لازم",
    "training_mean_known": "در میان متقاضیان پیشینی که این برایشان معلوم است",
    "approved_known": "در میان متقاضیان پذیرفته‌شده‌ای که این برایشان معلوم است",
    "near_cutoff_known": "در میان متقاضیان نزدیک به امتیاز لازم که این برایشان معلوم است",
}

_ABSENT: Final = {
    "": "معلوم نیست",
    "nothing": "چیزی ثبت نشده است",
    "short": "سابقه برای سنجش کوتاه است",
    "few": "تعداد موارد معلوم کافی نیست",
    "few_counted": "تعداد موارد معلوم کافی نیست ({have} مورد؛ دست‌کم {need} مورد لازم است)",
    "unconfirmed": "آنچه ثبت شده را هر دو طرف تأیید نکرده‌اند",
    "unstated": "در درخواست نیامده است",
    "refused": "به استفاده از آن رضایت داده نشده است",
    "barred": "در آن زمان خواندن آن ممکن نبود",
    "earlier": "در این دوره چیزی نیست و آنچه ثبت شده پیش از آن است",
    "silent": "از داده‌های ثبت‌شده معلوم نمی‌شود",
    "silent_source": "آنچه ثبت شده قابل احتساب نبود",
}

_SOURCES: Final = {
    "application": "درخواست",
    "payments": "پرداخت‌ها",
    "bills": "قبض‌ها",
    "loans": "وام‌ها و کارت‌ها",
    "inquiries": "استعلام‌های اعتبار",
    "ties": "ارتباط‌های اجتماعی",
    "memberships": "گروه‌ها",
    "activities": "فعالیت اجتماعی",
    "measures": "سنجه‌های شبکه و خریدها",
}

_CURRENCIES: Final = {
    "IRR": "ریال",
    "IRT": "تومان",
    "EUR": "یورو",
    "USD": "دلار آمریکا",
    "GBP": "پوند",
    "CNY": "یوان",
    "TWD": "دلار تایوان",
    "KES": "شیلینگ کنیا",
    "NGN": "نایرای نیجریه",
    "INR": "روپیهٔ هند",
    "CZK": "کرون چک",
    "DEM": "مارک آلمان",
    "CHF": "فرانک سوئیس",
    "JPY": "ین",
    "TRY": "لیر ترکیه",
    "AED": "درهم امارات",
}

# What is below zero, said as the amount that it is below.
_BELOW: Final = {
    "payments_balance_month_ago_to_mean": "هیچ، با کسری {value}",
    "payments_balance_month_ago_to_requested_instalment": "هیچ، با کسری {value}",
    "payments_saved_to_income": "{value} برداشت بیشتر",
    "payments_net_to_inflow": "{value} بیش از درآمد هزینه شد",
    "payments_income_trend": "ماهانه {value} کاهش",
    "payments_outflow_trend": "ماهانه {value} کاهش",
    "payments_lowest_balance_trend": "هر ماه کاهشی برابر {value} درآمد ماهانهٔ معمول",
    "activities_trend": "ماهانه {value} کاهش",
    "repayment_amount_slope": "با هر وام {value} کاهش",
    "statements_balance_trend": "با هر صورتحساب {value} کاهش",
    "statements_payment_trend": "با هر صورتحساب {value} کاهش",
    "statements_utilisation_slope": "با هر صورتحساب {value} کاهش",
    "repayment_days_late": "{value} زودتر",
    "repayment_days_late_at_close": "{value} پیش از آن",
    "repayment_days_late_at_close_max": "{value} پیش از آن",
    "repayment_first_days_late": "{value} زودتر",
    "repayment_loan_days_late": "{value} زودتر",
    "payments_balance_now_to_requested_instalment": "هیچ، با کسری {value}",
    "payments_lowest_balance_to_requested_instalment": "هیچ، با کسری {value}",
    "payments_lowest_monthly_balance_to_requested_instalment": "هیچ، با کسری {value}",
    "payments_mean_balance_to_requested_instalment": "هیچ، با کسری {value}",
    "payments_balance_runway": "هیچ، با کسری {value}",
    "payments_current_runway": "هیچ، با کسری {value}",
    "payments_balance_now_to_mean": "{value} پایین‌تر از آن",
    "repayment_days_late_change": "{value} کمتر",
    "repayment_days_late_slope": "با هر قسط {value} کاهش",
    "repayment_days_late_at_close_slope": "با هر وام {value} کاهش",
    "statements_dpd_slope": "با هر صورتحساب {value} کاهش",
    "bills_days_late_slope": "با هر قبض {value} کاهش",
    "repayment_days_between_loans_mean": "{value} پیش از تسویه",
    "digital_uses_trend": "ماهانه {value} کاهش",
    "digital_logins_trend": "ماهانه {value} کاهش",
    "digital_online_share_slope": "ماهانه {value} کاهش",
    "digital_online_shift": "{value} کاهش",
    "payments_gambling_share_rise": "{value} کاهش",
}

# What rises, said as such.
_ABOVE: Final = {
    "payments_income_trend": "ماهانه {value} افزایش",
    "payments_outflow_trend": "ماهانه {value} افزایش",
    "activities_trend": "ماهانه {value} افزایش",
    "digital_uses_trend": "ماهانه {value} افزایش",
    "digital_logins_trend": "ماهانه {value} افزایش",
    "digital_online_share_slope": "ماهانه {value} افزایش",
    "payments_lowest_balance_trend": "هر ماه افزایشی برابر {value} درآمد ماهانهٔ معمول",
    "repayment_amount_slope": "با هر وام {value} افزایش",
    "repayment_days_late_at_close_slope": "با هر وام {value} افزایش",
    "statements_balance_trend": "با هر صورتحساب {value} افزایش",
    "statements_payment_trend": "با هر صورتحساب {value} افزایش",
    "statements_utilisation_slope": "با هر صورتحساب {value} افزایش",
    "statements_dpd_slope": "با هر صورتحساب {value} افزایش",
    "repayment_days_late_slope": "با هر قسط {value} افزایش",
    "bills_days_late_slope": "با هر قبض {value} افزایش",
    "digital_online_shift": "{value} افزایش",
    "payments_gambling_share_rise": "{value} افزایش",
    "repayment_days_late_change": "{value} بیشتر",
}

TEXTS: Final = Texts(
    groups=MappingProxyType(_fa_groups.GROUPS | _fa_digital.GROUPS),
    families=MappingProxyType(_fa_groups.FAMILIES),
    insufficient=MappingProxyType(_INSUFFICIENT | _fa_digital.INSUFFICIENT),
    units=MappingProxyType(_UNITS),
    windows=MappingProxyType(_WINDOWS),
    durations=MappingProxyType(_DURATIONS),
    fact="{label}: {value}",
    compared=MappingProxyType(_COMPARED),
    silent=MappingProxyType(_SILENT),
    populations=MappingProxyType(_POPULATIONS),
    absent=MappingProxyType(_ABSENT),
    sources=MappingProxyType(_SOURCES | _fa_digital.SOURCES),
    money="{value} {currency}",
    currencies=MappingProxyType(_CURRENCIES),
    detail="{value} ({clause})",
    opened="{opening}. {sentence}",
    weighed="{label} ({own}؛ هرچه موارد معلوم کمتر باشد، به مقداری ثابت برای همه نزدیک‌تر حساب می‌شود)",
    unknown_fact="{label}: {absence}",
    unknown_group="{title}: {absence}",
    unknown_source=("R80", "یکی از منابع داده در دست نبود"),
    generic=GroupText("R00", "سایر موارد"),
    rule="یکی از شرط‌های وام‌دهنده برقرار نبود (ضابطهٔ {code})",
    as_of="{sentence}، تا تاریخ {date}",
    yes="بله",
    no="خیر",
    script=Script(
        language="fa",
        direction="rtl",
        digits="۰۱۲۳۴۵۶۷۸۹",
        decimal="٫",
        thousands="٬",
        minus="منفی ",
        ordinals=MappingProxyType(
            {"2": "دوم", "3": "سوم", "4": "چهارم", "5": "پنجم", "6": "ششم", "": "شمارهٔ {number}"}
        ),
        gregorian_months=_MONTHS,
        jalali_months=_JALALI_MONTHS,
        gregorian_date="{day} {month} {year}",
        jalali_date="{day} {month} {year}",
    ),
    phrases=Phrases(
        labels=MappingProxyType(
            _fa_money.LABELS
            | _fa_streams.LABELS
            | _fa_debts.LABELS
            | _fa_credit.LABELS
            | _fa_social.LABELS
            | _fa_digital.LABELS
            | _fa_coverage.LABELS
        ),
        spans=MappingProxyType(_SPANS),
        spanned="{label} {span}",
        counted=MappingProxyType(_COUNTED),
        below=MappingProxyType(_BELOW),
        above=MappingProxyType(_ABOVE),
        level="بدون تغییر",
        own_column="موردی از درخواست که وام‌دهنده آن را «{name}» می‌نامد",
        own_measure="سنجه‌ای که وام‌دهنده آن را «{name}» می‌نامد",
    ),
    page=Page(
        scored="درخواست {application}، {date}: {score} امتیاز، رتبهٔ {grade}، احتمال نکول {probability}",
        unscorable="درخواست {application}، {date}: امتیازی داده نشد",
        points="امتیاز",
        reason="دلیل",
        interval="احتمال واقعی نکول برای {level} از چنین متقاضیانی میان {low} و {high} است "
        "({score_low} تا {score_high} امتیاز)",
    ),
)
