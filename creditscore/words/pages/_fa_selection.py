"""Page words in Persian: what earlier decisions left out, and the result of each section."""

from __future__ import annotations

from typing import Final

WORDS: Final = {
    "selection.title": "گزینش با تصمیم‌های پیشین",
    "selection.intro": "از {applications} درخواست دارای امتیاز، {accepted} پذیرفته شده است؛ {unscored} "
    "درخواست دیگر امتیاز ندارد. امتیازهای پذیرفته‌ها و ردشده‌ها در بیستک‌ها {overlap} هم‌پوشانی دارد، "
    "و {beyond} از ردشده‌ها پرخطرتر از ۹۹ درصد پذیرفته‌های دارای نتیجه است: آنچه دربارهٔ آن‌ها گفته "
    "می‌شود بر هیچ مشاهده‌ای استوار نیست.",
    "selection.nobody_declined": "همهٔ {applications} درخواست دارای امتیاز پذیرفته شده است، پس تصمیم‌های "
    "پیشین چیزی از نمونه نکاسته است.",
    "selection.quality": "رد کردن تا چه اندازه غربال می‌کند: به {explored} مورد از ردشده‌ها با این همه "
    "وام داده شد",
    "selection.what": "رقم",
    "selection.found": "یافته",
    "selection.bad_rate_approved": "نرخ بد پذیرفته‌ها",
    "selection.bad_rate_declined": "نرخ بد ردشده‌ها",
    "selection.ratio": "نسبت دومی به اولی",
    "selection.caught": "سهم ردشده از همهٔ بدها",
    "selection.verdict.screens": "رد کردن غربال می‌کند: ردشده‌ها بیش از پذیرفته‌ها بد می‌شوند.",
    "selection.verdict.does_not_screen": "رد کردن غربال نمی‌کند: ردشده‌ها کمابیش به اندازهٔ پذیرفته‌ها "
    "بد می‌شوند، یا کمتر.",
    "selection.verdict.not_sure": "شمار آزموده‌ها برای داوری دربارهٔ غربال کم است.",
    "selection.verdict.not_seen": "کمتر از ده مورد از ردشده‌ها نتیجه دارد: هیچ رقمی نمی‌گوید که رد کردن "
    "غربال می‌کند یا نه.",
    "selection.everybody": "مدل بر پذیرفته‌ها به‌تنهایی، و بر همه",
    "selection.accepted_alone": "تنها پذیرفته‌ها",
    "selection.all": "همه",
    "selection.basis.training": "همه یا بخشی از این‌ها ردیف‌های آموزش‌اند، پس ارقام مدل بر آن‌ها مدل را "
    "بهتر از آنچه هست نشان می‌دهند.",
    "selection.basis.given": "شاید این‌ها ردیف‌های آموزش باشند؛ این معلوم نیست. اگر باشند، ارقام مدل بر "
    "آن‌ها مدل را بهتر از آنچه هست نشان می‌دهند.",
    "selection.prior.given": "نتیجه‌هایی که کسی ندیده از احتمال‌های امتیازی دیگر قرعه‌کشی شده است.",
    "selection.prior.explored": "نتیجه‌هایی که کسی ندیده از احتمال‌هایی که آزموده‌ها نشان می‌دهند "
    "قرعه‌کشی شده است.",
    "selection.prior.model": "نتیجه‌هایی که کسی ندیده از احتمال‌های همین مدل قرعه‌کشی شده، که مدل را "
    "بهتر از آنچه هست نشان می‌دهد.",
    "selection.inference": "پر کردن جای ردشده‌ها چه چیزی را تغییر می‌دهد، در یک رگرسیون لجستیک بر همان "
    "ویژگی‌ها، بیرون از نمونهٔ برازش",
    "selection.method": "شیوه",
    "selection.auc_accepted": "AUC بر پذیرفته‌ها",
    "selection.auc_seen": "AUC بر همهٔ دارندگان نتیجه",
    "selection.declined": "میانگین احتمال ردشده‌ها",
    "selection.method.none": "تنها پذیرفته‌ها",
    "selection.method.parcelling": "تقسیم به بسته‌ها",
    "selection.method.fuzzy": "افزودن فازی",
    "selection.method.reweighting": "وزن‌دهی دوباره",
    "sections.title": "بخش‌ها و نتیجهٔ آن‌ها",
    "sections.intro": "قبول و رد بر پایهٔ آستانه‌های این گزارش است. بیان‌شده: هست، بی آستانه. "
    "سنجیده‌نشده: آنچه لازم دارد نبود.",
    "sections.caption": "هر بخش از اعتبارسنجی، و نتیجهٔ آن",
    "sections.section": "بخش",
    "sections.result": "نتیجه",
    "sections.why": "چرا",
    "sections.passed": "قبول",
    "sections.failed": "رد",
    "sections.stated": "بیان‌شده",
    "sections.not_assessed": "سنجیده‌نشده",
    "sections.purpose": "هدف و جامعهٔ آماری",
    "sections.data": "داده و نمونه",
    "sections.features": "ویژگی‌ها و علامت‌ها",
    "sections.performance": "رتبه‌بندی",
    "sections.calibration": "احتمال‌ها",
    "sections.leakage": "نشت اطلاعات",
    "sections.selection": "گزینش با تصمیم‌های پیشین",
    "sections.explanations": "توضیح‌ها",
    "sections.fairness": "گروه‌های مردم",
    "sections.monitoring": "رانش و پایش",
    "sections.robustness": "دست‌کاری و فشار",
    "sections.limits": "محدودیت‌ها و کاربردهای ممنوع",
    "thresholds.better_than_chance": "کران پایین AUC",
    "thresholds.impact_ratio": "کمترین نسبت اثر میان همهٔ ویژگی‌های حمایت‌شده",
    "thresholds.screening": "نرخ بد ردشده‌ها به نرخ بد پذیرفته‌ها، کران پایین",
    "why.outcomes_not_given": "نتیجه‌های خوب و بد همراه درخواست‌ها داده نشد، پس آنچه آن‌ها را می‌داند "
    "جست‌وجو نشد.",
    "why.few_explored": "شمار ردشده‌های دارای نتیجه بسیار کم است.",
}
