"""What measures of applications, payments and bills are called in Persian, by reason group."""

from __future__ import annotations

from typing import Final

LABELS: Final = {
    "amount_requested": {
        "requested amount": "مبلغ درخواستی",
        "requested amount for each day of the term": "مبلغ درخواستی به ازای هر روز از مدت وام",
        "requested amount over term in days, over median daily income": (
            "نسبت بازپرداخت درخواستی به درآمد معمول"
        ),
        "requested amount over the income of {}": "نسبت مبلغ درخواستی به درآمد {0} گذشته",
        "mean daily income less mean daily spending of {}, over requested amount a day of the term": (
            "نسبت درآمد باقی‌مانده پس از خرج در {0} گذشته به بازپرداخت درخواستی"
        ),
        "requested amount over the largest amount of earlier loans": (
            "نسبت مبلغ درخواستی به بزرگ‌ترین وام پیشین"
        ),
        "requested amount over the mean amount of earlier loans": (
            "نسبت مبلغ درخواستی به میانگین وام‌های پیشین"
        ),
        "requested amount over the newest amount of earlier loans": (
            "نسبت مبلغ درخواستی به تازه‌ترین وام پیشین"
        ),
        "requested amount over the first amount of earlier loans": "نسبت مبلغ درخواستی به نخستین وام پیشین",
        "requested amount over all money paid on loans": "نسبت مبلغ درخواستی به همهٔ پرداخت‌های وام",
        "requested amount over limits now": "نسبت مبلغ درخواستی به سقف‌های کنونی اعتبار",
    },
    "term_requested": {
        "requested term in days": "مدت بازپرداخت درخواستی",
        "requested term over the largest term of earlier loans": "نسبت مدت درخواستی به طولانی‌ترین مدت پیشین",
        "requested term over the mean term of earlier loans": "نسبت مدت درخواستی به میانگین مدت‌های پیشین",
        "requested term over the newest term of earlier loans": "نسبت مدت درخواستی به تازه‌ترین مدت پیشین",
        "requested term over the first term of earlier loans": "نسبت مدت درخواستی به نخستین مدت پیشین",
    },
    "income_level": {
        "credits, number": "تعداد واریزها",
        "credits, sum": "جمع واریزها",
        "credits, mean": "میانگین هر واریز",
        "credits, standard deviation": "میزان تفاوت مبلغ واریزها",
        "credits, smallest": "کوچک‌ترین واریز",
        "credits, largest": "بزرگ‌ترین واریز",
        "credits, median": "واریز معمول",
        "credits, number of distinct amounts": "تعداد مبلغ‌های متفاوت واریز",
        "credits, standard deviation of the days between": "نامنظمی فاصلهٔ روزهای میان واریزها",
        "credits of {} over those of {}": "نسبت واریزهای {0} گذشته به واریزهای {1}",
        "median monthly income": "درآمد ماهانهٔ معمول",
        "median monthly wages, pensions and benefits": "حقوق، مستمری و مزایای ماهانهٔ معمول",
        "recurring income a month": "درآمد منظم ماهانه",
    },
    "spending_level": {
        "debits, number": "تعداد برداشت‌ها",
        "debits, sum": "جمع برداشت‌ها",
        "debits, mean": "میانگین هر برداشت",
        "debits, standard deviation": "میزان تفاوت مبلغ برداشت‌ها",
        "debits, smallest": "کوچک‌ترین برداشت",
        "debits, largest": "بزرگ‌ترین برداشت",
        "debits, median": "برداشت معمول",
        "debits, number of distinct amounts": "تعداد مبلغ‌های متفاوت برداشت",
        "debits, standard deviation of the days between": "نامنظمی فاصلهٔ روزهای میان برداشت‌ها",
        "debits of {} over those of {}": "نسبت برداشت‌های {0} گذشته به برداشت‌های {1}",
    },
    "cash_flow": {
        "signed payments, sum": "واریزها منهای برداشت‌ها",
        "signed payments, mean": "میانگین همهٔ پرداخت‌ها با برداشت‌های منفی",
        "signed payments, standard deviation": "میزان تفاوت همهٔ پرداخت‌ها با برداشت‌های منفی",
        "signed payments, smallest": "کمترینِ همهٔ پرداخت‌ها با برداشت‌های منفی",
        "signed payments, largest": "بیشترینِ همهٔ پرداخت‌ها با برداشت‌های منفی",
        "signed payments, median": "پرداخت معمول با برداشت‌های منفی",
        "share of income not spent": "سهم خرج‌نشدهٔ درآمد",
        "share of months that spent more than came in": "سهم ماه‌هایی که خروجی بیش از ورودی بود",
    },
    "income_stability": {
        "spread of monthly income": "نامنظمی درآمد ماهانه",
        "trend of monthly income": "روند درآمد ماهانه",
        "income of the last {} over that of the months before": (
            "نسبت درآمد {0} گذشته به درآمد ماه‌های پیش از آن"
        ),
        "share of months with income": "سهم ماه‌های دارای درآمد",
        "longest time between credits": "طولانی‌ترین فاصله میان دو واریز",
        "days since the last credit": "روزهای گذشته از آخرین واریز",
        "share of income from salary": "سهم حقوق از درآمد",
        "share of income from pension and benefits": "سهم مستمری و مزایا از درآمد",
        "a recurring income was found": "درآمد منظم دیده شد",
        "{} minus MAD of the gaps over their median": "میزان نظم در رسیدن درآمد",
        "time since the last hit over the median gap": "نسبت زمان گذشته از آخرین درآمد منظم به فاصلهٔ معمول",
    },
    "counterparties": {
        "number of distinct payers": "تعداد پرداخت‌کنندگان متفاوت",
        "sum of the squared shares of payers (Herfindahl)": "میزان وابستگی درآمد به چند پرداخت‌کننده",
        "persons paid": "تعداد افرادی که به آنها پرداخت شد",
        "paid to over received from persons": "نسبت پرداخت به افراد به دریافت از افراد",
        "sum of the squared shares of merchants in purchases of {}": (
            "میزان وابستگی خریدهای {0} گذشته به چند فروشنده"
        ),
        "share of merchants of {} never seen before": "سهم فروشندگان تازه در {0} گذشته",
    },
    "spending_pattern": {
        "median days until half of a pay was spent": "روزهای معمول تا خرج شدن نیمی از حقوق",
        "trend of monthly spending": "روند خرج ماهانه",
        "volatility of monthly spending": "نامنظمی خرج ماهانه",
        "heaviest week of spending over the median week": "نسبت پرخرج‌ترین هفته به هفتهٔ معمول",
        "break in weekly spending": "اندازهٔ تغییر ناگهانی در خرج هفتگی",
        "how far monthly spending follows the month of the year": "میزان پیروی خرج ماهانه از فصل سال",
        "share of spending on groceries": "سهم خوراک از خرج",
        "share of spending on household": "سهم لوازم خانه از خرج",
        "share of spending on utilities": "سهم آب، برق و گاز از خرج",
        "share of spending on telecom": "سهم مخابرات از خرج",
        "share of spending on rent": "سهم اجاره از خرج",
        "share of spending on transport": "سهم رفت‌وآمد از خرج",
        "share of spending on health": "سهم درمان از خرج",
        "share of spending on education": "سهم آموزش از خرج",
        "share of spending on insurance": "سهم بیمه از خرج",
        "share of spending on tax": "سهم مالیات از خرج",
        "share of spending on leisure": "سهم تفریح از خرج",
        "share of spending on travel": "سهم سفر از خرج",
        "share of spending on online shopping": "سهم خرید اینترنتی از خرج",
        "share of spending on fees": "سهم کارمزد از خرج",
        "share of spending on savings": "سهم پس‌انداز از خرج",
        "share of spending on other": "سهم سایر هزینه‌ها از خرج",
        "share of essential spending": "سهم هزینه‌های ضروری",
        "spread of spending": "پراکندگی خرج",
        "share of debits from {}:{} to {}:{} UTC": "سهم برداشت‌های میان نیمه‌شب و پنج بامداد به وقت جهانی",
        "share of debits on Saturday and Sunday, UTC": "سهم برداشت‌های شنبه و یکشنبه",
        "share of debits made online, of those with a known channel": "سهم برداشت‌های اینترنتی",
        "how spread debits are over the hours of the week": "پراکندگی برداشت‌ها در ساعت‌های هفته",
        "how mixed the instruments are": "تنوع ابزارهای پرداخت",
    },
    "fixed_commitments": {
        "recurring debits over median monthly income": "نسبت پرداخت‌های منظم به درآمد ماهانهٔ معمول",
        "recurring debits that repay credit over median monthly income": (
            "نسبت بازپرداخت منظم اعتبار به درآمد ماهانهٔ معمول"
        ),
        "mean monthly loan payments of {} over median monthly income": (
            "نسبت میانگین ماهانهٔ پرداخت وام در {0} گذشته به درآمد ماهانهٔ معمول"
        ),
        "number of recurring debits": "تعداد پرداخت‌های منظم",
        "median monthly income less recurring debits": "درآمد ماهانهٔ معمول منهای پرداخت‌های منظم",
        "median monthly income less recurring debits and median monthly groceries, transport and health": (
            "درآمد ماهانهٔ معمول منهای پرداخت‌های منظم، خوراک، رفت‌وآمد و درمان"
        ),
        "median daily income less recurring debits, over requested amount a day of the term": (
            "نسبت درآمد باقی‌مانده پس از پرداخت‌های منظم به بازپرداخت درخواستی"
        ),
    },
    "bills": {
        "recurring bills whose next payment is overdue by half a gap": (
            "قبض‌های منظمی که مثل همیشه پرداخت نشده‌اند"
        ),
        "recurring debits whose next payment is overdue by half a gap": (
            "پرداخت‌های منظمی که مثل همیشه انجام نشده‌اند"
        ),
        "share of bills paid in time": "سهم قبض‌های به‌موقع پرداخت‌شده",
        "days late weighted by amount, {}; at least {} bills": (
            "میانگین روزهای دیرکرد قبض‌ها به تناسب مبلغ در {0} گذشته"
        ),
        "mean days late, {}; at least {} bills": "میانگین روزهای دیرکرد قبض‌ها در {0} گذشته",
        "most days late": "بیشترین روزهای دیرکرد یک قبض",
        "mean days late of the last {} bills": "میانگین روزهای دیرکرد {0} قبض اخیر",
        "Theil-Sen slope of days late from bill to bill, {}; at least {}": (
            "روند روزهای دیرکرد از قبض به قبض در {0} گذشته"
        ),
        "newest bills in a row paid in time; at least {} bills": "تعداد آخرین قبض‌های پیاپیِ به‌موقع پرداخت‌شده",
        "bills overdue at the moment": "قبض‌های معوق کنونی",
        "amount of bills overdue at the moment": "مبلغ قبض‌های معوق کنونی",
        "bills that fell due": "قبض‌های سررسیدشده",
        "amount of bills that fell due": "مبلغ قبض‌های سررسیدشده",
    },
    "balance_buffer": {
        "days of requested instalments that the mean balance of {} would pay": (
            "روزهایی از بازپرداخت درخواستی که میانگین ماندهٔ {0} گذشته می‌پوشاند"
        ),
        "days of requested instalments that the lowest day-end balance of {} would pay": (
            "روزهایی از بازپرداخت درخواستی که کمترین ماندهٔ {0} گذشته می‌پوشاند"
        ),
        "days of requested instalments that the lowest mean of {} ends of {} would pay": (
            "روزهایی از بازپرداخت درخواستی که کمترین میانگین ماندهٔ {0} در {1} گذشته می‌پوشاند"
        ),
        "days of requested instalments that the balance at the moment would pay": (
            "روزهایی از بازپرداخت درخواستی که ماندهٔ کنونی می‌پوشاند"
        ),
        "mean day-end balance": "میانگین ماندهٔ پایان روز",
        "lowest day-end balance": "کمترین ماندهٔ پایان روز",
        "highest day-end balance": "بیشترین ماندهٔ پایان روز",
        "standard deviation of the day-end balance": "میزان نوسان ماندهٔ پایان روز",
        "balance at the moment": "ماندهٔ کنونی",
        "{} % quantile of the day-end balance": "مانده‌ای که {0}٪ روزها کمتر از آن پایان می‌یابند",
        "lowest mean of {} ends in a row": "کمترین میانگین ماندهٔ {0} پیاپی",
        "median over the {}-day months of {} of their lowest balance": (
            "کمترین ماندهٔ معمول هر ماه در {1} گذشته"
        ),
        "lowest balance after any payment in the whole {}-day months of {}": (
            "کمترین مانده پس از هر پرداخت در {1} گذشته"
        ),
        "balance at the moment less its mean of {}, in days of median income": (
            "ماندهٔ کنونی منهای میانگین {0} گذشته، به روزِ درآمد معمول"
        ),
        "{} % quantile of the day-end balance of {} over mean daily spending of {}": (
            "روزهایی از خرج معمول که ماندهٔ پایین {1} گذشته می‌پوشاند"
        ),
        "mean day-end balance of {} over median monthly income": (
            "نسبت میانگین ماندهٔ {0} گذشته به درآمد ماهانهٔ معمول"
        ),
        "share of day ends in {} with less than {} % of median monthly income": (
            "سهم روزهای {0} گذشته که با کمتر از {1}٪ درآمد ماهانه پایان یافت"
        ),
        "standard deviation over absolute mean of the day-end balance": (
            "نوسان ماندهٔ پایان روز نسبت به میانگین آن"
        ),
        "Theil-Sen slope of the lowest balance of each {}-day month in {}, over median monthly income": (
            "روند کمترین ماندهٔ ماهانه در {1} گذشته نسبت به درآمد ماهانهٔ معمول"
        ),
        "smallest interest received": "کمترین سود دریافتی",
        "median interest received": "سود دریافتی معمول",
        "standard deviation over mean of the interest received": "نامنظمی سود دریافتی",
    },
    "overdraft": {
        "day ends below zero": "روزهایی که با ماندهٔ منفی پایان یافت",
        "mean over day ends of {} of how far the balance is below zero, over median monthly income": (
            "نسبت میانگین اضافه‌برداشت {0} گذشته به درآمد ماهانهٔ معمول"
        ),
        "penalty interest or penalties": "تعداد جریمه‌ها و سودهای جریمه",
        "share of penalties": "سهم جریمه‌ها",
    },
    "returned_payments": {
        "returned or bounced payments": "پرداخت‌های برگشت‌خورده",
    },
    "refunds_declines": {
        "share of declined payments": "سهم پرداخت‌های ردشده",
        "share of refunds": "سهم بازپرداخت خرید",
        "purchases that were returned or charged back": "خریدهای برگشت‌داده‌شده",
    },
    "gambling": {
        "share of spending on gambling": "سهم شرط‌بندی از خرج",
        "any gambling": "شرط‌بندی دیده شد",
        "rise of the share of gambling": "افزایش سهم شرط‌بندی",
    },
    "high_cost_credit": {
        "share of spending on high cost credit": "سهم وام‌های پرهزینه از خرج",
        "high-cost lenders": "تعداد وام‌دهندگان پرهزینه",
    },
    "cash_use": {
        "share of cash": "سهم پول نقد",
    },
    "purchase_activity": {
        "days since the last purchase": "روزهای گذشته از آخرین خرید",
        "number of purchases": "تعداد خریدها",
        "median purchase": "خرید معمول",
        "share of days with a purchase": "سهم روزهای دارای خرید",
        "unevenness of purchases in time": "نامنظمی خریدها در زمان",
        "burstiness of purchases in time": "میزان فشردگی خریدها در زمان",
    },
}
