"""Page words in Persian: what figures rest on, population stability, thresholds."""

from __future__ import annotations

from typing import Final

WORDS: Final = {
    "performance.given": "بر پایهٔ {rows} درخواست داده‌شده، که {bads} مورد آن بد است. شاید ردیف‌های "
    "آموزش باشند؛ این معلوم نیست.",
    "performance.other": "بر پایهٔ {rows} درخواست داده‌شده، که {bads} مورد آن بد است. تا جایی که مدل "
    "می‌تواند بگوید، ردیف‌های آموزش نیستند.",
    "performance.training": "بر پایهٔ {rows} درخواست داده‌شده، که {bads} مورد آن بد است. همه یا بخشی "
    "از آن‌ها ردیف‌های آموزش‌اند، پس این ارقام مدل را بهتر از آنچه هست نشان می‌دهند.",
    "performance.kept": "بر پایهٔ ردیف‌های کنارگذاشته‌شده",
    "performance.kept_intro": "بر پایهٔ {rows} درخواستی که هنگام برازش کنار گذاشته و همراه مدل "
    "نگه‌داری شده‌اند، که {bads} مورد آن بد است.",
    "sources.intro": "مدل نهایی، که در آن همهٔ ویژگی‌های برخی منابع ناموجود گرفته شده‌اند. مدل از نو "
    "برازش نشده و این درخواست‌ها شاید ردیف‌های آموزش بوده باشند؛ به تفاوت‌ها بنگرید.",
    "metric.h_measure": "سنجهٔ H",
    "population.title": "ردیف‌های آموزش در برابر ردیف‌های کنارگذاشته‌شده",
    "population.intro": "شاخص پایداری جمعیت برای {before} ردیف آموزش در برابر {after} ردیف "
    "کنارگذاشته‌شده، در دهک‌های ردیف‌های آموزش و یک بازه برای مقدارهای نامعلوم. از {watch} به بالا "
    "باید زیر نظر باشد و از {shifted} به بالا جابه‌جایی است.",
    "population.caption": "امتیاز، و ویژگی‌هایی که بیش از همه جابه‌جا شده‌اند",
    "population.what": "مقدار",
    "population.index": "شاخص",
    "population.missing_before": "نامعلوم در آموزش",
    "population.missing_after": "نامعلوم در کنارگذاشته‌ها",
    "population.score": "امتیاز",
    "thresholds.title": "آستانه‌ها",
    "thresholds.intro": "آنچه مدل باید برآورده کند، و اینکه آیا برآورده می‌کند.",
    "thresholds.caption": "آستانه‌ها با قبول یا رد",
    "thresholds.what": "سنجه",
    "thresholds.found": "یافته",
    "thresholds.least": "دست‌کم",
    "thresholds.most": "دست‌بالا",
    "thresholds.result": "نتیجه",
    "thresholds.additivity": "فاصلهٔ سهم‌ها از لگاریتم بخت",
    "thresholds.identical": "همان بیت‌ها در توضیح دوباره (۱ آری، ۰ نه)",
    "thresholds.signs": "نقض علامت‌ها",
    "thresholds.leakage": "آزمون‌های نشت که رد شدند",
    "thresholds.calibration_slope": "شیب کالیبراسیون",
    "thresholds.of_three": "از سه دلیل نخست، آنچه در برازش‌های دوباره یکسان ماند",
    "thresholds.score_shift": "جابه‌جایی امتیاز (شاخص)",
    "thresholds.feature_shift": "بیشترین جابه‌جایی یک ویژگی (شاخص)",
    "thresholds.gaming": "بیشترین سود از دست‌کاری (امتیاز، صدک نودوپنجم)",
    "absent.population": "ردیف‌های آموزش در برابر ردیف‌های کنارگذاشته‌شده",
    "absent.profit": "سود",
    "why.in_turn": "همهٔ ردیف‌ها به نوبت کنار گذاشته شده‌اند، پس ردیف آموزش جداگانه‌ای نیست.",
    "why.other_rows": "این درخواست‌ها همان درخواست‌های برازش نیستند.",
}
