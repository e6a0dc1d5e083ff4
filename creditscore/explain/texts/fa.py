"""Reasons in Persian, to be set from right to left, with Persian digits.

Sentences are impersonal where English says "you", so that they read the same in a letter and on a screen.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import Final

from creditscore.explain.texts import _fa_credit, _fa_money
from creditscore.explain.texts._entries import GroupText, Page, Phrases, Script, Texts

_GROUPS: Final = {
    "amount_requested": GroupText(
        "R01", "مبلغ درخواستی", "مبلغ درخواستی زیاد است",
        "مبلغ درخواستی کم است", "مبلغ درخواستی به زیان شماست",
    ),
    "term_requested": GroupText(
        "R02", "مدت درخواستی", "مدت درخواستی طولانی است",
        "مدت درخواستی کوتاه است", "مدت درخواستی به زیان شماست",
    ),
    "price_terms": GroupText(
        "R03", "قیمت و قسط", "بازپرداخت وام پرهزینه است",
        "شرایط وام به زیان شماست", "شرایط وام به زیان شماست",
    ),
    "applicant_attributes": GroupText(
        "R04", "اطلاعات درخواست", "یکی از اطلاعات درخواست به زیان شماست",
        "یکی از اطلاعات درخواست به زیان شماست", "یکی از اطلاعات درخواست به زیان شماست",
    ),
    "income_level": GroupText(
        "R05", "سطح درآمد", "سطح درآمد به زیان شماست",
        "درآمد کم است", "سطح درآمد به زیان شماست",
    ),
    "income_stability": GroupText(
        "R06", "ثبات درآمد", "درآمد نامنظم است",
        "درآمد به اندازهٔ کافی پایدار نیست", "الگوی درآمد به زیان شماست",
    ),
    "spending_level": GroupText(
        "R07", "سطح خرج", "خرج زیاد است",
        "خرج از طریق حساب کم است", "سطح خرج به زیان شماست",
    ),
    "spending_pattern": GroupText(
        "R08", "الگوی خرج", "خرج نامنظم است",
        "خرج به اندازهٔ کافی یکنواخت نیست", "الگوی خرج به زیان شماست",
    ),
    "cash_flow": GroupText(
        "R09", "جریان نقدی", "خروجی‌ها نسبت به درآمد زیاد است",
        "پس از خروجی‌ها مبلغ کمی می‌ماند", "گردش پول در حساب به زیان شماست",
    ),
    "balance_buffer": GroupText(
        "R10", "موجودی و پس‌انداز", "موجودی حساب بسیاری اوقات کم است",
        "اندوختهٔ حساب کم است", "موجودی حساب به زیان شماست",
    ),
    "overdraft": GroupText(
        "R11", "اضافه‌برداشت", "حساب منفی شده یا جریمه خورده است",
        "حساب به‌ندرت موجودی مثبت داشته است", "سابقهٔ اضافه‌برداشت به زیان شماست",
    ),
    "returned_payments": GroupText(
        "R12", "پرداخت‌های برگشتی", "پرداخت‌هایی برگشت خورده است",
        "پرداخت‌های انجام‌شده کم است", "سابقهٔ پرداخت‌های برگشتی به زیان شماست",
    ),
    "bills": GroupText(
        "R13", "قبض‌های خانه", "قبض‌هایی دیر پرداخت شده یا پرداخت نشده است",
        "قبض‌های به‌موقع پرداخت‌شده کم است", "سابقهٔ قبض‌ها به زیان شماست",
    ),
    "fixed_commitments": GroupText(
        "R14", "تعهدات ثابت", "تعهدات منظم زیاد است",
        "پس از تعهدات منظم مبلغ کمی می‌ماند", "تعهدات منظم به زیان شماست",
    ),
    "gambling": GroupText(
        "R15", "شرط‌بندی", "پولی صرف شرط‌بندی شده است",
        "سابقهٔ شرط‌بندی به زیان شماست", "سابقهٔ شرط‌بندی به زیان شماست",
    ),
    "high_cost_credit": GroupText(
        "R16", "وام پرهزینه", "از وام پرهزینه استفاده شده است",
        "سابقهٔ وام پرهزینه به زیان شماست", "سابقهٔ وام پرهزینه به زیان شماست",
    ),
    "cash_use": GroupText(
        "R17", "استفاده از پول نقد", "بخش زیادی از پول نقدی جابه‌جا می‌شود",
        "استفاده از پول نقد به زیان شماست", "استفاده از پول نقد به زیان شماست",
    ),
    "purchase_activity": GroupText(
        "R18", "خریدها", "الگوی خرید به زیان شماست",
        "خرید کم است", "الگوی خرید به زیان شماست",
    ),
    "refunds_declines": GroupText(
        "R19", "بازپرداخت خرید و پرداخت‌های ردشده", "پرداخت‌هایی رد شده، بازپرداخت شده یا برگشت خورده است",
        "پرداخت‌های موفق کم است", "سابقهٔ بازپرداخت خرید و پرداخت‌های ردشده به زیان شماست",
    ),
    "counterparties": GroupText(
        "R20", "طرف‌های پرداخت", "پرداخت‌ها به چند طرف محدود وابسته است",
        "تعداد طرف‌های پرداخت کم است", "الگوی طرف‌های پرداخت به زیان شماست",
    ),
    "current_arrears": GroupText(
        "R21", "معوقات کنونی", "اکنون پرداخت معوق دارید",
        "وضعیت وام‌های کنونی به زیان شماست", "وضعیت وام‌های کنونی به زیان شماست",
    ),
    "past_arrears": GroupText(
        "R22", "معوقات گذشته", "در گذشته پرداخت معوق بوده است",
        "معوقات گذشته خیلی تازه است", "سابقهٔ معوقات به زیان شماست",
    ),
    "payment_timeliness": GroupText(
        "R23", "به‌موقع بودن پرداخت", "اقساط دیر پرداخت شده است",
        "اقساط به‌موقع پرداخت‌شده کم است", "زمان بازپرداخت‌ها به زیان شماست",
    ),
    "late_trend": GroupText(
        "R24", "روند دیرکرد", "روند دیرکرد نامطلوب است",
        "روند دیرکرد نامطلوب است", "الگوی زمان پرداخت به زیان شماست",
    ),
    "part_payments": GroupText(
        "R25", "پرداخت ناقص", "اقساطی ناقص پرداخت شده است",
        "از مبلغ سررسیدشده کم پرداخت شده است", "سابقهٔ پرداخت ناقص به زیان شماست",
    ),
    "prepayment": GroupText(
        "R26", "بازپرداخت زودهنگام", "سابقهٔ بازپرداخت زودهنگام به زیان شماست",
        "بازپرداخت زودهنگام کم بوده است", "سابقهٔ بازپرداخت زودهنگام به زیان شماست",
    ),
    "credit_history_length": GroupText(
        "R27", "طول سابقهٔ اعتباری", "عمر سابقهٔ اعتباری به زیان شماست",
        "سابقهٔ اعتباری کوتاه است", "عمر سابقهٔ اعتباری به زیان شماست",
    ),
    "credit_amount": GroupText(
        "R28", "مبلغ وام‌های پیشین", "وام‌های پیشین بزرگ بوده است",
        "وام‌های پیشین کوچک بوده است", "مبلغ وام‌های پیشین به زیان شماست",
    ),
    "card_utilisation": GroupText(
        "R29", "استفاده از سقف اعتبار", "مانده‌ها نسبت به سقف اعتبار زیاد است",
        "بخش کمی از سقف اعتبار آزاد است", "استفاده از سقف اعتبار به زیان شماست",
    ),
    "card_repayment": GroupText(
        "R30", "بازپرداخت اعتبار گردان", "ماندهٔ اعتبار گردان به‌کندی پرداخت می‌شود",
        "از ماندهٔ اعتبار گردان کم پرداخت می‌شود", "بازپرداخت اعتبار گردان به زیان شماست",
    ),
    "cash_advances": GroupText(
        "R31", "برداشت نقدی از اعتبار", "از اعتبار پول نقد برداشت شده است",
        "سابقهٔ برداشت نقدی به زیان شماست", "سابقهٔ برداشت نقدی به زیان شماست",
    ),
    "indebtedness": GroupText(
        "R32", "کل بدهی", "بدهی موجود زیاد است",
        "از بدهی موجود کم بازپرداخت شده است", "سطح بدهی موجود به زیان شماست",
    ),
    "recent_credit": GroupText(
        "R33", "وام تازه", "به‌تازگی وام گرفته شده است",
        "آخرین وام خیلی تازه است", "وام تازه به زیان شماست",
    ),
    "inquiries": GroupText(
        "R34", "استعلام‌های اعتبار", "در جای دیگر درخواست اعتبار شده است",
        "آخرین استعلام اعتبار خیلی تازه است", "سابقهٔ استعلام‌های اعتبار به زیان شماست",
    ),
    "restructured_written_off": GroupText(
        "R35", "وام‌های امهال‌شده یا سوخت‌شده", "وام‌هایی امهال یا سوخت‌شده اعلام شده است",
        "امهال یا سوخت شدن وام خیلی تازه است", "سابقهٔ وام‌های امهال‌شده یا سوخت‌شده به زیان شماست",
    ),
    "guarantees": GroupText(
        "R36", "ضمانت برای دیگران", "برای وام دیگران ضمانت داده شده است",
        "سابقهٔ ضمانت‌ها به زیان شماست", "سابقهٔ ضمانت‌ها به زیان شماست",
    ),
}  # fmt: skip

_INSUFFICIENT: Final = {
    "application": ("R81", "اطلاعاتی از درخواست در دست نبود"),
    "payments": ("R82", "سابقهٔ پرداخت‌ها در دست نبود"),
    "bills": ("R83", "سابقهٔ قبض‌ها در دست نبود"),
    "loans": ("R84", "سابقهٔ وام‌ها در دست نبود"),
    "inquiries": ("R85", "سابقهٔ استعلام‌های اعتبار در دست نبود"),
}

_UNITS: Final = {
    "money": ("{value}", "{value}"),
    "days": ("{value} روز", "{value} روز"),
    "months": ("{value} ماه", "{value} ماه"),
    "count": ("{value}", "{value}"),
    "share": ("{value}٪", "{value}٪"),
    "ratio": ("{value}", "{value}"),
    "days per bill": ("{value} روز در هر قبض", "{value} روز در هر قبض"),
    "money per day": ("{value} در روز", "{value} در روز"),
    "index": ("{value}", "{value}"),
    "z": ("{value}", "{value}"),
    "per month": ("{value} در ماه", "{value} در ماه"),
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
    "newest_instalments": "در {0} قسط اخیر",
    "oldest_instalment": "در نخستین قسط",
    "oldest_instalments": "در {0} قسط نخست",
    "newest_loan": "در آخرین وام",
    "newest_loans": "در {0} وام اخیر",
    "oldest_loan": "در نخستین وام",
    "oldest_loans": "در {0} وام نخست",
    "newest_statement": "در آخرین صورتحساب",
    "ranked_statement": "در صورتحساب {0} از آخر",
}

_SENTENCES: Final = {
    "months with {} or more days past due/window": (
        "در {value} ماه از {length} گذشته، پرداخت‌ها {0} روز یا بیشتر معوق بود"
    ),
}

_COUNTED: Final = {
    "share of instalments on time/window": "{span} {rest} قسط از {of} قسط به‌موقع پرداخت نشد",
    "share of instalments on time/ever": "{span} {rest} قسط از {of} قسط به‌موقع پرداخت نشد",
    "share on time/newest_instalment": "آخرین قسط به‌موقع پرداخت نشد",
    "share on time/newest_instalments": "از {of} قسط آخر شما {rest} قسط به‌موقع پرداخت نشد",
    "share on time/oldest_instalment": "نخستین قسط به‌موقع پرداخت نشد",
    "share on time/oldest_instalments": "از {of} قسط نخست شما {rest} قسط به‌موقع پرداخت نشد",
    "share of instalments paid in part when due/window": (
        "{span} {part} قسط از {of} قسط در سررسید ناقص پرداخت شد"
    ),
    "share of instalments paid in part when due/ever": (
        "{span} {part} قسط از {of} قسط در سررسید ناقص پرداخت شد"
    ),
    "share of bills paid in time/window": "{span} {rest} قبض از {of} قبض به‌موقع پرداخت نشد",
    "share of balances paid in full/window": "{span} {rest} مانده از {of} مانده کامل پرداخت نشد",
    "share of minimum or smaller payments/window": "{span} {part} پرداخت از {of} پرداخت حداقلی یا کمتر بود",
    "share of balances of which nothing was paid/window": (
        "{span} از {part} مانده از {of} مانده هیچ پرداخت نشد"
    ),
    "share of statements past due/window": "{span} {part} صورتحساب از {of} صورتحساب معوق بود",
    "share of closed loans that closed after their last due date/": (
        "{part} وام از {of} وام تسویه‌شده پس از آخرین سررسید تسویه شد"
    ),
    "share of closed loans that closed clean/": "{rest} وام از {of} وام تسویه‌شده معوقهٔ جدی داشت",
}

TEXTS: Final = Texts(
    groups=MappingProxyType(_GROUPS),
    insufficient=MappingProxyType(_INSUFFICIENT),
    units=MappingProxyType(_UNITS),
    windows=MappingProxyType(_WINDOWS),
    durations=MappingProxyType(_DURATIONS),
    fact="{opening} ({label}: {value})",
    fact_without_value="{opening} ({label})",
    clause="{opening}: {clause}",
    unknown_fact="{title}: اطلاعات کافی در دست نیست ({label})",
    unknown_part="{title}: اطلاعات کافی در دست نیست",
    unknown_group="{title}: سابقه‌ای برای سنجش در دست نبود",
    unknown_source=("R80", "یکی از منابع داده در دست نبود"),
    generic=GroupText(
        "R00",
        "سایر موارد",
        "مقدار زیاد یک عامل به زیان شماست",
        "مقدار کم یک عامل به زیان شماست",
        "یک عامل به زیان شماست",
    ),
    rule="یکی از شرط‌های وام‌دهنده برقرار نبود (قاعدهٔ {code})",
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
        labels=MappingProxyType(_fa_money.LABELS | _fa_credit.LABELS),
        spans=MappingProxyType(_SPANS),
        spanned="{label} {span}",
        sentences=MappingProxyType(_SENTENCES),
        counted=MappingProxyType(_COUNTED),
    ),
    page=Page(
        scored="درخواست {application}، {date}: {score} امتیاز، درجهٔ {grade}، احتمال نکول {probability}",
        unscorable="درخواست {application}، {date}: قابل امتیازدهی نیست ({code})",
        points="امتیاز",
        reason="دلیل",
    ),
)
