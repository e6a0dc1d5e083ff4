"""Page words in Persian: what a model and a cut-off do to groups of people."""

from __future__ import annotations

from typing import Final

WORDS: Final = {
    "fairness.title": "گروه‌های مردم",
    "fairness.intro": "هر که به {cutoff} امتیاز برسد پذیرفته می‌شود: {approval} از {applications} "
    "درخواست، با احتساب درخواست‌هایی که امتیازپذیر نیستند. مدل هیچ‌گاه گروه‌های زیر را نخوانده است. "
    "گروه‌های کمتر از {fewest} نفر نشان داده نمی‌شوند.",
    "fairness.attribute": "{attribute}، در برابر {reference}؛ کمترین نرخ پذیرش {ratio} بیشترین نرخ است "
    "({low} تا {high})",
    "fairness.all_withheld": "{attribute}: هیچ گروهی نشان داده نمی‌شود",
    "fairness.unknown": "گروه {share} از درخواست‌ها دانسته نیست.",
    "fairness.group": "گروه",
    "fairness.people": "افراد",
    "fairness.withheld": "نشان داده نمی‌شود",
    "fairness.figure.approval": "پذیرفته",
    "fairness.figure.impact_ratio": "نسبت اثر",
    "fairness.figure.score_difference": "تفاوت امتیاز، به انحراف معیار",
    "fairness.figure.approval_of_goods": "پذیرفته از میان بازپرداختگان",
    "fairness.figure.bad_rate": "نرخ نکول",
    "fairness.figure.calibration_gap": "احتمال منهای نرخ نکول",
    "fairness.figure.newcomers_approved": "پذیرفته از میان مشتریان تازه",
    "fairness.figure.price_gap": "شکاف قیمت در ریسک برابر",
    "fairness.figure.limit_gap": "شکاف سقف اعتبار در ریسک برابر",
    "fairness.how": "نسبت اثر، سهم پذیرفته‌شدگان گروه بخش بر سهم گروه مرجع است. تفاوت‌ها، مقدار گروه "
    "منهای مقدار گروه مرجع‌اند. در پرانتز بازه‌های {level} از {resamples} بازنمونه‌گیری به تفکیک متقاضی "
    "آمده است.",
    "fairness.ratios": "کمترین نرخ پذیرش یک گروه بخش بر بیشترین، بر پایهٔ سهم پذیرفته از امتیازگرفتگان",
    "fairness.what": "ویژگی",
    "fairness.reasons": "نخستین دلیل ردشدگان",
    "fairness.declined": "ردشده",
    "fairness.first": "فراوان‌ترین‌ها و سهم هر یک",
    "fairness.distance": "فاصله از گروه مرجع",
    "fairness.proxies": "ویژگی‌های مدل تا چه حد گروه را پیش‌بینی می‌کنند، دربارهٔ کسانی که پیش‌بینی با "
    "آنان برازش نشده است",
    "fairness.auc": "AUC (تصادف ۰٫۵ است)",
    "fairness.through": "بیشتر از راه",
    "fairness.laws": "قاعده‌های در حال اجرا دربارهٔ گروه‌های مردم",
    "fairness.law": "قاعده",
    "fairness.day": "در تاریخ",
    "fairness.mark": "آگاهی ما",
    "fairness.duty": "می‌خواهد",
    "fairness.no_rule": "قاعده‌ای شناخته نیست",
    "fairness.mark.seen": "خوانده شده",
    "fairness.mark.secondary": "از متنی دربارهٔ آن",
    "fairness.mark.not_verified": "راستی‌آزمایی نشده",
    "fairness.duty.effects_test": "آزمون اثر بر گروه‌ها",
    "fairness.duty.proxy_register": "فهرست نشانه‌های جانشین",
    "fairness.duty.equal_price": "قیمت برابر در شرایط برابر",
    "fairness.counsel": "برداشت این صفحه از قاعده‌ها مشاورهٔ حقوقی نیست.",
}
