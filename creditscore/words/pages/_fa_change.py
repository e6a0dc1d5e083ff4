"""Page words in Persian: one model in place of another."""

from __future__ import annotations

from typing import Final

WORDS: Final = {
    "change.title": "یک مدل به جای مدل دیگر",
    "change.kicker": "گزارش تغییر",
    "change.before": "مدل پیشین",
    "change.after": "مدل تازه",
    "change.laws": "قانون (پیشین ← تازه)",
    "change.points": "جابه‌جایی امتیازها",
    "change.points_intro": "هر دو مدل به {applications} درخواست امتیاز می‌دهند، تنها مدل پیشین به "
    "{before_alone} و تنها مدل تازه به {after_alone}. امتیازها با مقیاس مدل تازه "
    "است؛ بالاتر از صفر یعنی کم‌خطرتر از پیش.",
    "change.mean": "میانگین تغییر امتیاز",
    "change.raised": "یک امتیاز یا بیشتر بالاتر",
    "change.lowered": "یک امتیاز یا بیشتر پایین‌تر",
    "change.largest_rise": "بزرگ‌ترین افزایش امتیاز",
    "change.largest_fall": "بزرگ‌ترین کاهش امتیاز",
    "change.same_order": "همبستگی رتبه‌ای دو امتیاز (حداکثر ۱)",
    "change.quantile": "تغییر امتیاز، چندک {share}",
    "change.flips": "تصمیم چه کسانی عوض می‌شود",
    "change.flips_intro": "پیش‌تر از {before} امتیاز به بالا موافقت می‌شد، اکنون از {after} امتیاز.",
    "change.no_bad_rates": "نرخ نکول تنها برای درخواست‌هایی گفته می‌شود که نتیجه‌شان معلوم است و هیچ‌یک "
    "از دو مدل بر آن‌ها برازش نشده است.",
    "change.approval_before": "موافقت‌شده در گذشته",
    "change.approval": "موافقت‌شده اکنون",
    "change.swapped_in": "اکنون موافقت‌شده و پیش‌تر نه",
    "change.swapped_out": "پیش‌تر موافقت‌شده و اکنون نه",
    "change.bad_rate_before": "نرخ نکول موافقت‌شدگان پیشین",
    "change.bad_rate": "نرخ نکول موافقت‌شدگان کنونی",
    "change.bad_rate_swapped_in": "نرخ نکول کسانی که تنها اکنون موافقت می‌شوند",
    "change.bad_rate_swapped_out": "نرخ نکول کسانی که تنها پیش‌تر موافقت می‌شدند",
    "change.differences": "کدام بهتر رتبه‌بندی می‌کند",
    "change.differences_caption": "مدل تازه منهای مدل پیشین بر {rows} درخواست، با بازه‌های بوت‌استرپ، "
    "{resamples} بازنمونه، بذر {seed}",
    "change.basis_before": "برای مدل پیشین: {rows}.",
    "change.basis_after": "برای مدل تازه: {rows}.",
    "change.basis.held_out": "سطرهایی که برازش آن کنار گذاشته بود",
    "change.basis.given": "سطرهایی که شاید از سطرهای آموزش باشند",
    "change.basis.other": "سطرهایی که بر آن‌ها برازش نشده است",
    "change.basis.training": "سطرهای آموزش، پس رقم‌ها خوش‌بینانه است",
    "change.no_outcomes": "نتیجهٔ خوب و بدی که هر دو بر آن سنجیده شوند در دست نیست.",
    "change.shifts": "چه چیزی امتیازها را جابه‌جا می‌کند",
    "change.shifts_intro": "سهم هر گروه دلیل در تغییر. سهم‌های هر درخواست با هم برابر کل تغییر آن است؛ "
    "پایه همان است که هر مدل دربارهٔ میانگین سطرهای آموزش خود می‌گوید.",
    "change.shift_mean": "میانگین تغییر",
    "change.shift_size": "میانگین اندازه",
    "change.group": "گروه دلیل",
    "change.base": "پایه",
    "change.reasons": "آیا دلیل‌ها می‌مانند",
    "change.reasons_intro": "از {applications} درخواستی که مدل پیشین پرخطرترین می‌داند، پرهزینه‌ترین "
    "گروه در {first} یکسان است؛ از سه گروه پرهزینه‌تر به طور میانگین {three} "
    "گروه یکسان است.",
    "change.first": "کدام گروه پرهزینه‌ترین است",
    "change.first_before": "نخستین در گذشته",
    "change.first_after": "نخستین اکنون",
    "change.grades": "رتبه‌ها",
    "change.grades_caption": "سطرها: رتبهٔ پیشین. ستون‌ها: رتبهٔ کنونی.",
    "change.grade": "رتبه",
    "change.no_grade": "بدون امتیاز",
    "change.segments": "بخش‌ها",
    "change.segments_caption": "تغییر به تفکیک بخش؛ از کمتر از پنج درخواست چیزی گفته نمی‌شود",
    "change.segment": "بخش",
    "change.of_applications": "درخواست‌ها",
    "change.of_mean": "میانگین تغییر",
    "change.of_swapped_in": "اکنون موافقت‌شده و پیش‌تر نه",
    "change.of_swapped_out": "پیش‌تر موافقت‌شده و اکنون نه",
    "change.features": "ویژگی‌ها",
    "change.features_intro": "{before} ویژگی در گذشته، {after} ویژگی اکنون.",
    "change.added": "تازه",
    "change.dropped": "دیگر به کار نمی‌رود",
}
