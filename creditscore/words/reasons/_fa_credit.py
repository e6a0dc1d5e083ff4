"""What measures of loans, credit lines and searches for credit are called in Persian, by reason group."""

from __future__ import annotations

from typing import Final

LABELS: Final = {
    "current_arrears": {
        "days past due now": "روزهای معوق کنونی",
        "money that was due and is not paid": "مبلغ معوق کنونی",
        "money that was due and is not paid, over the sum of all schedules": (
            "سهم معوق کنونی از همهٔ بازپرداخت‌ها"
        ),
        "largest days past due as reported last": "بیشترین روزهای معوق در آخرین گزارش",
        "newest statements in a row past due": "تعداد آخرین صورتحساب‌های پیاپیِ معوق",
    },
    "past_arrears": {
        "worst days past due": "بیشترین روزهای معوق",
        "months with {} or more days past due": "ماه‌های دارای {0} روز معوق یا بیشتر",
        "months since {} or more days past due": "ماه‌های گذشته از آخرین {0} روز معوق یا بیشتر",
        "ever {} or more days past due": "زمانی {0} روز معوق یا بیشتر بوده است",
        "share of months rolling from below {} past due to the next degree": (
            "سهم ماه‌هایی که بدهی کمتر از {0} معوق، دیرتر شد"
        ),
        "share of months rolling from {} to {} past due to the next degree": (
            "سهم ماه‌هایی که بدهی {0} تا {1} معوق، دیرتر شد"
        ),
        "times that a loan came to be past due": "دفعاتی که وامی معوق شد",
        "longest time past due": "طولانی‌ترین مدت معوق",
        "days past due begun in {}, by loan": "روزهای معوقی که در {0} گذشته آغاز شد",
        "median days past due until cured": "روزهای معمول معوق تا پرداخت کامل",
        "times past due again after being cured": "دفعات معوق شدن دوباره پس از پرداخت کامل",
        "share of times past due that were cured": "سهم دفعات معوقی که با پرداخت کامل پایان یافت",
        "loans closed clean": "وام‌های تسویه‌شده بدون معوقهٔ جدی",
        "share of closed loans that closed clean": "سهم وام‌های تسویه‌شده بدون معوقهٔ جدی",
        "largest number of days from last due date to close": "بیشترین روزها از آخرین سررسید تا تسویهٔ وام",
        "{} if the first instalment of some loan came {} or more days late": (
            "نخستین قسط وامی {1} روز یا بیشتر دیر پرداخت شد"
        ),
        "{} if some loan was {} or more days past due within {} of its opening": (
            "وامی در {2} نخست {1} روز یا بیشتر معوق شد"
        ),
        "largest days past due as reported": "بیشترین روزهای معوق گزارش‌شده",
        "mean days past due as reported": "میانگین روزهای معوق گزارش‌شده",
        "share of statements past due": "سهم صورتحساب‌های معوق",
        "longest run of statements past due": "طولانی‌ترین رشتهٔ صورتحساب‌های معوق",
        "newest statements in a row not past due": "تعداد آخرین صورتحساب‌های پیاپیِ بدون معوقه",
        "days past due as reported": "روزهای معوق گزارش‌شده",
    },
    "payment_timeliness": {
        "share of instalments on time": "سهم اقساط به‌موقع پرداخت‌شده",
        "mean days late, early as {}": "میانگین روزهای دیرکرد (زودپرداخت بدون دیرکرد)",
        "largest days late, early as {}": "بیشترین روزهای دیرکرد",
        "days late by amount": "میانگین روزهای دیرکرد به تناسب مبلغ",
        "newest instalments in a row on time": "تعداد آخرین اقساط پیاپیِ به‌موقع",
        "longest run of instalments on time": "طولانی‌ترین رشتهٔ اقساط به‌موقع",
        "newest instalments in a row late": "تعداد آخرین اقساط پیاپیِ با دیرکرد",
        "longest run of late instalments": "طولانی‌ترین رشتهٔ اقساط با دیرکرد",
        "share of instalments collected by direct debit": "سهم اقساطی که با برداشت مستقیم وصول شد",
        "days since an instalment last came due and was paid late, or not": (
            "روزهای گذشته از آخرین قسط با دیرکرد"
        ),
        "days late, negative if early": "روزهای دیرکرد (زودپرداخت منفی است)",
        "share on time": "سهم پرداخت به‌موقع",
        "standard deviation of the days from last due date to close": (
            "میزان تفاوت روزها از آخرین سررسید تا تسویهٔ وام"
        ),
        "share of closed loans that closed after their last due date": (
            "سهم وام‌هایی که پس از آخرین سررسید تسویه شد"
        ),
        "mean share of the term after which loans were closed": "میانگین بخشی از مدت وام که تا تسویه گذشت",
        "days from last due date to close": "میانگین روزها از آخرین سررسید تا تسویه",
        "days late of the first instalment": "میانگین روزهای دیرکرد نخستین قسط",
        "mean days late": "میانگین روزهای دیرکرد",
        "share of the term until close": "بخشی از مدت وام که تا تسویه گذشت",
        "days from opening to first payment": "میانگین روزها از دریافت وام تا نخستین پرداخت",
        "days from first payment to the end of the loan": "میانگین روزها از نخستین پرداخت تا پایان وام",
    },
    "prepayment": {
        "mean days paid before due, late as {}": (
            "میانگین روزهای پرداخت پیش از سررسید (دیرکرد بدون زودپرداخت)"
        ),
        "payments that reached instalments due more than {} later": (
            "پرداخت‌هایی که به اقساط سررسید بیش از {0} بعد رسید"
        ),
        "share of all money paid that was for instalments due more than {} later": (
            "سهم مبلغ پرداختی برای اقساط سررسید بیش از {0} بعد"
        ),
    },
    "part_payments": {
        "share of instalments paid in part when due": "سهم اقساطی که در سررسید ناقص پرداخت شد",
        "money paid over money due": "نسبت مبلغ پرداختی به مبلغ سررسیدشده",
        "share of money not paid when due": "سهم مبلغ پرداخت‌نشده در سررسید",
    },
    "credit_history_length": {
        "instalments that came due": "اقساط سررسیدشده",
        "number of loans": "تعداد وام‌ها",
        "age of the oldest loan": "عمر قدیمی‌ترین وام",
        "{} if no loan is {} old or older, else {}": "هیچ وامی {1} یا بیشتر عمر ندارد",
        "number of different lenders so far, guaranteed loans included": "تعداد وام‌دهندگان متفاوت تاکنون",
        "days since a loan was last closed": "روزهای گذشته از آخرین تسویهٔ وام",
        "all money paid on loans so far, at most what was due": "همهٔ مبلغ پرداخت‌شده برای وام‌ها تاکنون",
        "statements": "تعداد صورتحساب‌ها",
        "credit lines with a statement": "تعداد اعتبارهای دارای صورتحساب",
    },
    "late_trend": {
        "Theil-Sen slope of days late per instalment, newest {}, at least {}": (
            "روند روزهای دیرکرد در {0} قسط اخیر"
        ),
        "{} MAD over absolute median of days late, newest {}, at least {}": (
            "نامنظمی روزهای دیرکرد در {1} قسط اخیر"
        ),
        "standard deviation of days late, newest {}, at least {}": (
            "میزان تفاوت روزهای دیرکرد در {0} قسط اخیر"
        ),
        "days late of the newest instalment less those of the one before in its loan": (
            "روزهای دیرکرد آخرین قسط منهای قسط پیش از آن"
        ),
        "Theil-Sen slope per loan of the days from last due date to close, newest {}": (
            "روند روزها از آخرین سررسید تا تسویه در {0} وام اخیر"
        ),
        "slope of days past due per statement": "روند روزهای معوق از صورتحساب به صورتحساب",
    },
    "credit_amount": {
        "amount due": "مبلغ سررسید",
        "largest loan": "بزرگ‌ترین وام",
        "Theil-Sen slope per loan of the amounts over their median, newest {}": "روند مبلغ {0} وام اخیر",
        "amount of the newest loan over the one before": "نسبت مبلغ تازه‌ترین وام به وام پیش از آن",
        "amount": "میانگین مبلغ",
        "credit limits now, all credit lines": "سقف‌های کنونی همهٔ اعتبارها",
    },
    "indebtedness": {
        "number of loans open now": "تعداد وام‌های باز کنونی",
        "all that is still to be paid on loans, due or not, and balances of credit lines": (
            "همهٔ بدهی باقی‌ماندهٔ وام‌ها و اعتبارها"
        ),
        "outstanding debt over median monthly income of {}": "نسبت بدهی به درآمد ماهانهٔ معمول در {0}",
        "sum of the mean instalments of open loans over median monthly income of {}": (
            "نسبت اقساط وام‌های باز به درآمد ماهانهٔ معمول در {0}"
        ),
        "share of the schedules of open loans that is paid": "سهم بازپرداخت‌شدهٔ وام‌های باز",
        "balances now, all credit lines": "مانده‌های کنونی همهٔ اعتبارها",
        "mean balance": "میانگین ماندهٔ اعتبارها",
        "largest balance": "بیشترین ماندهٔ اعتبارها",
        "smallest balance": "کمترین ماندهٔ اعتبارها",
        "balance": "مانده",
    },
    "recent_credit": {
        "age of the newest loan": "عمر تازه‌ترین وام",
        "mean days between openings of loans": "میانگین روزهای میان وام‌های تازه",
        "standard deviation over mean of the days between openings": "نامنظمی فاصلهٔ وام‌های تازه",
        "loans opened": "وام‌های گرفته‌شده",
        "mean days from the close of a loan to the opening of the next": (
            "میانگین روزهای میان تسویهٔ یک وام و وام بعدی"
        ),
    },
    "restructured_written_off": {
        "number of loans whose terms were eased": "تعداد وام‌هایی که شرایطشان آسان‌تر شد",
        "{} if some loan was written off": "وامی سوخت‌شده اعلام شد",
        "days since a loan was last written off": "روزهای گذشته از آخرین وام سوخت‌شده",
    },
    "price_terms": {
        "largest yearly rate implied by amount, instalments and term": "بالاترین نرخ سالانهٔ وام‌های پیشین",
        "term": "میانگین مدت",
        "yearly rate implied by amount, instalments and term": "میانگین نرخ سالانه",
    },
    "guarantees": {
        "loans guaranteed for others": "وام‌های ضمانت‌شده برای دیگران",
        "largest days past due of loans guaranteed for others": "بیشترین روزهای معوق وام‌های ضمانت‌شده",
        "largest days past due now of loans guaranteed for others": "روزهای معوق کنونی وام‌های ضمانت‌شده",
        "all that is still to be paid on loans guaranteed for others": "همهٔ بدهی باقی‌ماندهٔ وام‌های ضمانت‌شده",
    },
    "card_utilisation": {
        "limits less balances now, all credit lines": "اعتبار استفاده‌نشدهٔ کنونی همهٔ اعتبارها",
        "balances over limits now, all credit lines": "نسبت مانده‌ها به سقف‌های کنونی همهٔ اعتبارها",
        "newest balance over the mean balance": "نسبت آخرین مانده به میانگین مانده",
        "largest utilisation": "بیشترین نسبت مانده به سقف اعتبار",
        "mean utilisation": "میانگین نسبت مانده به سقف اعتبار",
        "statements above the limit": "صورتحساب‌های بالاتر از سقف اعتبار",
        "mean of what was newly drawn or charged": "میانگین برداشت یا هزینهٔ تازه",
        "slope of utilisation per statement": "روند نسبت مانده به سقف از صورتحساب به صورتحساب",
        "standard deviation of utilisation": "میزان نوسان نسبت مانده به سقف",
        "slope of the balance over its median": "روند مانده از صورتحساب به صورتحساب",
        "utilisation": "نسبت مانده به سقف اعتبار",
    },
    "card_repayment": {
        "share of balances paid in full": "سهم مانده‌های کامل پرداخت‌شده",
        "share of minimum or smaller payments": "سهم پرداخت‌های حداقلی یا کمتر",
        "share of balances of which nothing was paid": "سهم مانده‌هایی که هیچ از آنها پرداخت نشد",
        "mean share of the balance paid": "میانگین سهم پرداخت‌شدهٔ مانده",
        "smallest share of the balance paid": "کمترین سهم پرداخت‌شدهٔ مانده",
        "mean payment over the limit": "میانگین نسبت پرداخت به سقف اعتبار",
        "mean payment": "میانگین پرداخت اعتبارها",
        "smallest payment": "کمترین پرداخت اعتبارها",
        "largest payment": "بیشترین پرداخت اعتبارها",
        "payments over balances": "نسبت پرداخت‌ها به مانده‌ها",
        "slope of the payment over its median": "روند پرداخت از صورتحساب به صورتحساب",
        "newest balances in a row of which nothing was paid": (
            "تعداد آخرین مانده‌های پیاپی که هیچ از آنها پرداخت نشد"
        ),
        "payment": "پرداخت",
        "share of the balance before that was paid": "سهم پرداخت‌شدهٔ ماندهٔ پیشین",
        "payment over the limit": "نسبت پرداخت به سقف اعتبار",
    },
    "cash_advances": {
        "cash drawn": "برداشت نقدی از اعتبار",
        "statements with cash drawn": "صورتحساب‌های دارای برداشت نقدی",
    },
    "inquiries": {
        "searches for credit": "استعلام‌های اعتبار",
        "lenders who asked": "تعداد وام‌دهندگان استعلام‌کننده",
    },
}
