"""Page words in Persian: how far a model can be gamed."""

from __future__ import annotations

from typing import Final

WORDS: Final = {
    "gaming.title": "تا کجا می‌توان آن را دستکاری کرد",
    "gaming.intro": "{people} نفر، هر یک رویدادهای خود را پیش از درخواست دستکاری کردند، چنان‌که هر کس بی آنکه "
    "بهتر بپردازد می‌تواند، و از نو امتیاز گرفتند. سود، امتیاز پس از آن منهای امتیاز پیش از "
    "آن است. حد نصاب {cutoff} امتیاز است.",
    "gaming.caption": "سود به امتیاز، و چه کسانی با آن پذیرفته می‌شدند؛ بذر {seed}",
    "gaming.by_quarter": "میانهٔ سود و صدک ۹۵ آن، به تفکیک چارک امتیاز پیشین",
    "gaming.through": "گروه‌های دلیلی که بیشتر میانگین سود از راه آن‌هاست",
    "gaming.what": "آنچه انجام شد",
    "gaming.people": "افراد",
    "gaming.median": "میانه",
    "gaming.highest": "صدک ۹۵",
    "gaming.lowest_tenth": "دهک پایین",
    "gaming.crossed": "ردشدگانی که می‌گذرند",
    "gaming.result": "نتیجه",
    "gaming.quarter": "چارک {number}",
    "gaming.groups": "گروه‌ها و امتیاز هر یک",
    "gaming.bounds": "در حد مجاز یعنی: میانهٔ حداکثر {median} امتیاز، صدک ۹۵ حداکثر {highest} امتیاز، و گذشتن "
    "حداکثر {crossed} ردشدگان از حد نصاب.",
    "gaming.lost": "هرجا که دیگران آن را بر سر شخص می‌آورند، دهک پایین حداکثر این امتیاز را از دست می‌دهد: "
    "{listed}.",
    "gaming.absent": "به سبب نبود داده آزموده نشد: {listed}.",
    "gaming.did.one_deposit": "واریز نقدی درآمد یک ماه در روز پیش",
    "gaming.did.income_borrowed_7d": "قرض گرفتن درآمد یک ماه از دوست، هفت روز پیش",
    "gaming.did.income_borrowed_90d": "قرض گرفتن درآمد یک ماه در هر یک از سه ماه گذشته",
    "gaming.did.round_trips": "آمدن نیمی از درآمد ماه از دوست و بازگشت آن، هر هفته در دوازده هفته",
    "gaming.did.own_transfers": "رفتن نیمی از درآمد ماه به حساب دیگر خود و بازگشت آن، هر هفته در دوازده هفته",
    "gaming.did.small_purchases": "سی خرید به مبلغ ۱ در سی روز",
    "gaming.did.bills_delayed": "پرداخت قبض‌های سی روز گذشته پس از درخواست",
    "gaming.did.account_reopened": "رها کردن حساب با بدهی آن، نود روز پیش، و گشودن حسابی تازه",
    "gaming.did.tiny_loans": "ده وام به اندازهٔ یک‌صدم درآمد ماه، هر یک تسویه‌شده در روز بعد",
    "gaming.did.line_reopened": "بستن خط اعتباری و گشودن خطی به همان بزرگی، پنج روز بعد",
    "gaming.did.friends_new": "ده دوست خوش‌حساب، پذیرفته در بیست روز پیش",
    "gaming.did.friends_backdated": "ده دوست خوش‌حساب، پذیرفته در بیست روز پیش با تاریخی سال‌ها پیش‌تر",
    "gaming.did.friends_aged": "ده دوست خوش‌حساب، پذیرفته در دویست روز پیش",
    "gaming.did.friends_bought": "ده خوش‌حساب پرپیوند که در برابر پول، دویست روز پیش پذیرفتند",
    "gaming.did.friends_made": "ده دوست ساختگی خوش‌حساب",
    "gaming.did.strangers_named": "نامیدن ده غریبهٔ خوش‌حساب به دوستی، که هیچ‌یک نپذیرفت",
    "gaming.did.strangers_defaulted": "ده غریبهٔ نکول‌کرده شخص را دوست نامیدند و پذیرفته نشدند",
    "gaming.did.friends_defaulted": "ده دوست نکول‌کرده، پذیرفته در دویست روز پیش",
    "absent.gaming": "تا کجا می‌توان آن را دستکاری کرد",
}
