"""What measures of social ties, groups and activities are called in Persian, by reason group."""

from __future__ import annotations

from typing import Final

LABELS: Final = {
    "social_ties": {
        "number of people tied to the applicant": "تعداد افراد مرتبط",
        "strength of all ties": "قوت همهٔ ارتباط‌ها",
        "evenness of tie strength, {} = all ties equally strong": "یکنواختی قوت ارتباط‌ها",
        "share of the strongest tie in the strength of all": "سهم قوی‌ترین ارتباط از قوت همه",
        "number of people tied by distrust (a weight below {})": "تعداد ارتباط‌های بی‌اعتمادی",
        "people with a tie towards the applicant": "افرادی که ارتباط را آغاز کرده‌اند",
        "people with a tie from the applicant": "افرادی که با آنها ارتباط آغاز شده است",
        "share of directed ties that point both ways": "سهم ارتباط‌های دوسویه",
    },
    "tie_history": {
        "median age of ties": "عمر معمول ارتباط‌ها",
        "age of the oldest tie": "عمر قدیمی‌ترین ارتباط",
        "days since the newest tie or interaction": "روزهای گذشته از تازه‌ترین ارتباط یا تماس",
    },
    "tie_changes": {
        "new ties": "ارتباط‌های تازه",
        "ties that ended": "ارتباط‌های پایان‌یافته",
        "share of ties that are new or ended": "سهم ارتباط‌های تازه یا پایان‌یافته",
    },
    "network_repayment": {
        "neighbours known to have defaulted": "افرادی از شبکه که بازپرداخت نکرده‌اند",
        "share of defaults among neighbours of known standing": "سهم بازپرداخت‌نشده در شبکه",
        "share of defaults among the {} strongest ties to people of known standing": (
            "سهم بازپرداخت‌نشده در {0} ارتباط قوی‌تر"
        ),
        "strength of ties to people who defaulted, over that to people of known standing": (
            "سهم بازپرداخت‌نشده در شبکه به تناسب قوت ارتباط"
        ),
        "strength of ties to people known as good, over that to people of known standing": (
            "سهم بازپرداخت‌شده در شبکه به تناسب قوت ارتباط"
        ),
        "defaults of neighbours known for less than {}, over neighbours of known standing": (
            "سهم بازپرداخت‌نشده در شبکه در {0} گذشته"
        ),
        "defaults of neighbours known for {} or longer, over neighbours of known standing": (
            "سهم بازپرداخت‌نشده در شبکه با سابقهٔ {0} یا بیشتر"
        ),
        "share of recent defaults of neighbours, less that of older ones": (
            "سهم تازهٔ بازپرداخت‌نشده در شبکه منهای سهم قدیمی‌تر"
        ),
        "share of defaults two ties away": "سهم بازپرداخت‌نشده در فاصلهٔ دو ارتباط",
    },
    "group_membership": {
        "groups to which the applicant belongs": "تعداد گروه‌های عضویت",
        "of these, groups with the role owner, admin, administrator, leader, moderator": (
            "تعداد گروه‌های دارای نقش مدیریتی"
        ),
        "median number of other members": "تعداد معمول سایر اعضا",
        "largest number of other members": "بیشترین تعداد سایر اعضا",
        "median days since joining": "روزهای معمول از زمان پیوستن",
        "most days since joining": "بیشترین روزها از زمان پیوستن",
        "groups joined": "گروه‌های پیوسته",
    },
    "group_repayment": {
        "mean share of defaults among other members of known standing": "میانگین سهم بازپرداخت‌نشده در گروه‌ها",
        "largest share of defaults among other members of known standing": (
            "بیشترین سهم بازپرداخت‌نشده در یک گروه"
        ),
        "share of defaults among other members of known standing of all groups together": (
            "سهم بازپرداخت‌نشده در همهٔ گروه‌ها"
        ),
    },
    "social_activity": {
        "days since the first activity": "روزهای گذشته از نخستین فعالیت",
        "days since the last activity": "روزهای گذشته از آخرین فعالیت",
        "activities": "تعداد فعالیت‌ها",
        "distinct kinds of activity": "انواع متفاوت فعالیت",
        "days with an activity": "روزهای دارای فعالیت",
        "irregularity: variation of the gaps between activities": "نامنظمی فاصلهٔ فعالیت‌ها",
        "people towards whom something was done": "افرادی که با آنها تماس بوده است",
        "groups in which something was done": "گروه‌های دارای فعالیت",
        "Theil-Sen slope of activities a month, over their median": "روند فعالیت‌ها از ماه به ماه",
    },
    "network_structure": {
        "share of the pairs of neighbours that are tied": "میزان آشنایی افراد مرتبط با یکدیگر",
        "triangles of ties": "تعداد حلقه‌های سه‌نفرهٔ ارتباط",
        "core number of the ties": "میزان فشردگی شبکهٔ پیرامون",
        "people in the connected part of the network": "افراد بخش پیوستهٔ شبکه",
        "people in the community": "افراد جامعهٔ شبکه",
        "share of possible ties in the community": "میزان فشردگی جامعهٔ شبکه",
        "spread of ties over communities": "پراکندگی ارتباط‌ها میان جامعه‌های شبکه",
        "how far neighbours are tied to each other (constraint)": "میزان ارتباط افراد مرتبط با یکدیگر",
        "neighbours not tied to each other (effective size)": "افراد مرتبطِ بی‌ارتباط با یکدیگر",
        "PageRank times number of people, log10": "میزان مرکزیت جایگاه در شبکه",
    },
    "community_repayment": {
        "share of defaults in the community": "سهم بازپرداخت‌نشده در جامعهٔ شبکه",
    },
    "network_arrears": {
        "mean days past due of neighbours": "میانگین روزهای معوق در شبکه",
        "mean use of credit limits of neighbours": "میانگین استفاده از سقف اعتبار در شبکه",
    },
    "network_influence": {
        "influence of defaults in the network, log10": "نزدیکی به وام‌های بازپرداخت‌نشده",
        "influence of good repayment in the network, log10": "نزدیکی به وام‌های بازپرداخت‌شده",
        "influence of defaults over that of good repayment, log": (
            "نزدیکی به وام‌های بازپرداخت‌نشده در برابر بازپرداخت‌شده"
        ),
    },
    "lookalike_repayment": {
        "share of defaults among people with like purchases": "سهم بازپرداخت‌نشده در خریدهای همانند",
    },
}
