"""Page words of the page that scores offline, in Persian."""

from __future__ import annotations

from typing import Final

WORDS: Final = {
    "offline.title": "نمره از روی ویژگی‌ها",
    "offline.about": "این صفحه یک مدل دارد و هیچ دادهٔ کسی را ندارد. آنچه وارد شود در همین مرورگر "
    "می‌ماند و چیزی فرستاده نمی‌شود.",
    "offline.model": "مدل",
    "offline.no_script": "این صفحه به اسکریپت نیاز دارد؛ همهٔ آنها در همین پرونده است و چیزی از جایی "
    "گرفته نمی‌شود.",
    "offline.file": "پرونده‌ای از سطرها: فهرستی JSON، با یک عدد یا null برای هر ویژگی",
    "offline.rows": "یا خود سطرها",
    "offline.score_them": "نمره بده",
    "offline.application": "درخواست",
    "offline.score": "نمره",
    "offline.grade": "درجه",
    "offline.chance": "احتمال نکول",
    "offline.first_reason": "نخستین دلیل",
    "offline.unscorable": "بی نمره",
    "offline.no_reason": "دلیلی برای گفتن نیست",
    "offline.save": "ذخیرهٔ همهٔ پاسخ‌ها به صورت CSV",
    "offline.ready": "آماده",
    "offline.done": "{count} سطر خوانده شد؛ {shown} سطر نشان داده می‌شود.",
    "offline.no_json": "این فهرستی JSON از سطرها نیست.",
    "offline.no_row": "سطر {row} شیئی با ویژگی‌ها نیست.",
    "offline.missing": "سطر {row}: ویژگی {name} نیست. جایی که دانسته نیست null بگذارید.",
    "offline.unknown": "سطر {row}: مدل ویژگی {name} ندارد.",
    "offline.no_number": "سطر {row}: {name} نه عدد است و نه null.",
    "offline.no_id": "سطر {row}: application_id نه متن است و نه عدد صحیحی که مرورگر نگه دارد، یا دو بار "
    "آمده است.",
    "offline.no_flag": "سطر {row}: anything_known نه true است و نه false.",
    "offline.no_source": "سطر {row}: unread فهرستی از منابع مدل نیست.",
}
