"""Page words in Persian: who decided, what a person ruled, and which rows a feature looked at."""

from __future__ import annotations

from typing import Final

WORDS: Final = {
    "audience.authority": "برای مرجع نظارتی",
    "decision.title.authority": "گزارش کامل تصمیم",
    "handling.title": "چه کسی تصمیم گرفت",
    "handling.decided_by": "تصمیم",
    "handling.automated": "خودکار، بر پایهٔ امتیاز و سیاست اعتباری",
    "handling.person": "به دست یک انسان",
    "handling.nobody": "امتیاز تصمیمی نگرفته است",
    "handling.human_review": "بررسی انسانی",
    "handling.expires_on": "تصمیم اعتبار دارد تا",
    "handling.keep_until": "این گزارش نگه‌داری می‌شود تا",
    "handling.full_version": "نسخهٔ کامل برای مرجع نظارتی (SHA-256)",
    "handling.replaces": "جایگزین گزارش",
    "handling.correction": "آنچه اصلاح شد",
    "review.none": "تاکنون انجام نشده",
    "review.required": "پیش از هر تصمیمی لازم است",
    "review.done": "انجام شد",
    "review.title": "رأی بررسی‌کنندهٔ انسانی",
    "review.decision": "رأی",
    "review.kind": "در برابر تصمیم پیشین",
    "review.overrides": "تصمیم را تغییر داد",
    "review.confirms": "تصمیم را تغییر نداد",
    "review.reason": "دلیل",
    "review.heard": "گفتهٔ متقاضی",
    "review.reviewer": "بررسی‌کننده",
    "review.at": "زمان",
    "rows.title": "از ویژگی‌ها تا ردیف‌ها",
    "rows.intro": "هر ویژگی کدام ردیف‌های ثبت‌شده را خوانده است. هر ردیف با شماره‌اش در سند تصمیم نام "
    "برده می‌شود و چکیدهٔ آن در JSON آمده است.",
    "rows.caption": "ویژگی‌هایی که امتیاز را جابه‌جا کردند، با آنچه خوانده‌اند",
    "rows.version": "نسخه",
    "rows.view": "خوانده از",
    "rows.window": "بازه",
    "rows.rows": "ردیف‌ها",
    "rows.all": "همهٔ ردیف‌های جدول‌هایش",
    "notice.agency": "نهاد ناظر بر اعتباردهنده",
    "checks.scale": "امتیاز روی مقیاس از لگاریتم بخت به دست می‌آید",
    "checks.decision": "تصمیم همان است که قواعد و حد نصاب روا می‌دارند",
    "checks.others": "نسخهٔ متقاضی دربارهٔ کمتر از پنج نفر چیزی نمی‌گوید",
    "why.not_computed": "تصمیم بر پایهٔ آن گرفته نشده است.",
    "why.no_review": "کسی دربارهٔ آن رأی نداده است.",
    "why.no_model": "هنگام تهیهٔ گزارش، مدل در دسترس نبود.",
}
