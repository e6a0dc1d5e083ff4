"""Page words of what an applicant can do, in Persian."""

from __future__ import annotations

from typing import Final

WORDS: Final = {
    "changes.again": "سپس در {date} یا پس از آن دوباره درخواست دهید.",
    "changes.pay_overdue": "مبلغ {before} را که سررسیدش گذشته است بپردازید.",
    "changes.on_time": "هرچه را تا {date} سررسید می‌شود به‌موقع بپردازید و تا آن روز "
    "درخواست اعتبار دیگری ندهید.",
    "changes.on_time_counted": "هرچه را تا {date} سررسید می‌شود به‌موقع بپردازید ({times}) و تا آن "
    "روز درخواست اعتبار دیگری ندهید.",
    "changes.payments.one": "{number} پرداخت",
    "changes.payments.many": "{number} پرداخت",
    "changes.wait": "تا {date} مانند ماه‌های گذشته ادامه دهید: به‌موقع بپردازید و درخواست اعتبار دیگری ندهید.",
    "changes.card_balance": "بدهی کارت‌ها و خطوط اعتباری خود را تا {date} در حد {after} یا کمتر "
    "نگه دارید؛ اکنون {before} است.",
    "changes.above_zero": "ماندهٔ حساب‌های خود را تا {date} بالای صفر نگه دارید تا هیچ پرداختی رد نشود.",
    "changes.amount": "به‌جای {before}، مبلغ {after} درخواست کنید.",
    "changes.term_days": "به‌جای مدت {before}، مدت {after} درخواست کنید.",
}
