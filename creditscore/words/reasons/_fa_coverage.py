"""What measures of how much is known are called in Persian; they are on pages, never a reason."""

from __future__ import annotations

from typing import Final

LABELS: Final = {
    "payments_covered": "در دست بودن سابقهٔ پرداخت‌ها",
    "payments_history_days": "روزهای گذشته از قدیمی‌ترین پرداخت ثبت‌شده",
    "payments_stale_days": "روزهای گذشته از تازه‌ترین پرداخت ثبت‌شده",
    "payments_accounts_seen_share": "نسبت حساب‌های دیده‌شده به حساب‌های اعلام‌شده",
    "bills_covered": "در دست بودن سابقهٔ قبض‌ها",
    "bills_history_days": "روزهای گذشته از سررسید قدیمی‌ترین قبض",
    "bills_stale_days": "روزهای گذشته از سررسید تازه‌ترین قبض",
    "loans_covered": "در دست بودن سابقهٔ وام‌ها",
    "loans_history_days": "روزهای گذشته از قدیمی‌ترین وام ثبت‌شده",
    "loans_stale_days": "روزهای گذشته از تازه‌ترین وام ثبت‌شده",
    "repayment_stale_days": "روزهای گذشته از سررسید تازه‌ترین قسط",
    "statements_history_days": "روزهای گذشته از قدیمی‌ترین صورتحساب ثبت‌شده",
    "statements_stale_days": "روزهای گذشته از تازه‌ترین صورتحساب ثبت‌شده",
    "inquiries_covered": "در دست بودن سابقهٔ استعلام‌های اعتبار",
    "inquiries_history_days": "روزهای گذشته از قدیمی‌ترین استعلام اعتبار",
    "inquiries_stale_days": "روزهای گذشته از تازه‌ترین استعلام اعتبار",
    "ties_covered": "در دست بودن سابقهٔ ارتباط‌های اجتماعی",
    "neighbours_known_share": "سطح معلوم بودن سابقهٔ بازپرداخت افراد شبکه (هیچ، کم یا کافی)",
    "memberships_covered": "در دست بودن سابقهٔ عضویت در گروه‌ها",
    "groups_known_share": "سطح معلوم بودن سابقهٔ بازپرداخت سایر اعضا (هیچ، کم یا کافی)",
    "activities_covered": "در دست بودن سابقهٔ فعالیت اجتماعی",
    "network_covered": "در دست بودن سنجه‌های شبکه",
    "network_lookalike_known": "افرادی با خریدهای مشابه که سابقهٔ بازپرداختشان معلوم است",
    "digital_covered": "در دست بودن سابقهٔ استفاده از کانال‌ها",
    "form_covered": "در دست بودن سابقهٔ فرم‌های درخواست",
    "registration_covered": "در دست بودن سابقهٔ ثبت‌نام یا تنظیمات",
}
