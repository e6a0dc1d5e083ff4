"""What measures of social ties, groups and activities are called in Persian."""

from __future__ import annotations

from typing import Final

LABELS: Final = {
    # reason group social_ties
    "ties_count": "تعداد افراد مرتبط",
    "ties_strength": "قوت همهٔ ارتباط‌ها",
    "ties_strength_entropy": "یکنواختی قوت ارتباط‌ها",
    "ties_strongest_share": "سهم قوی‌ترین ارتباط از قوت همه",
    "ties_negative_count": "تعداد ارتباط‌های بی‌اعتمادی",
    "ties_incoming_count": "افرادی که ارتباط را آغاز کرده‌اند",
    "ties_outgoing_count": "افرادی که با آنها ارتباط آغاز شده است",
    "ties_reciprocal_share": "سهم ارتباط‌های دوسویه",
    # reason group tie_history
    "ties_age_median_days": "عمر معمول ارتباط‌ها",
    "ties_age_max_days": "عمر قدیمی‌ترین ارتباط",
    "ties_recency_days": "روزهای گذشته از تازه‌ترین ارتباط یا تماس",
    # reason group tie_changes
    "ties_new_count": "ارتباط‌های تازه",
    "ties_lost_count": "ارتباط‌های پایان‌یافته",
    "ties_churn_share": "سهم ارتباط‌های تازه یا پایان‌یافته",
    # reason group network_repayment
    "neighbours_defaulted_count": "افرادی از شبکه که بازپرداخت نکرده‌اند",
    "neighbours_defaulted_share": "سهم بازپرداخت‌نشده در شبکه",
    "neighbours_defaulted_share_bounded": "سهم بازپرداخت‌نشده در شبکه، تا سهم معمول",
    "neighbours_defaulted_share_strongest": "سهم بازپرداخت‌نشده در {0} ارتباط قوی‌تر",
    "neighbours_defaulted_strength_share": "سهم بازپرداخت‌نشده در شبکه به تناسب قوت ارتباط",
    "neighbours_good_strength_share": "سهم بازپرداخت‌شده در شبکه به تناسب قوت ارتباط",
    "neighbours_defaulted_share_recent": "سهم بازپرداخت‌نشده در شبکه در {0} گذشته",
    "neighbours_defaulted_share_old": "سهم بازپرداخت‌نشده در شبکه با سابقهٔ {0} یا بیشتر",
    "neighbours_defaulted_share_recent_less_old": "سهم تازهٔ بازپرداخت‌نشده در شبکه منهای سهم قدیمی‌تر",
    "network_default_share_two_hops": "سهم بازپرداخت‌نشده در فاصلهٔ دو ارتباط",
    # reason group group_membership
    "groups_count": "تعداد گروه‌های عضویت",
    "groups_led_count": "تعداد گروه‌های دارای نقش مدیریتی",
    "groups_size_median": "تعداد معمول سایر اعضا",
    "groups_size_max": "بیشترین تعداد سایر اعضا",
    "groups_tenure_median_days": "روزهای معمول از زمان پیوستن",
    "groups_tenure_max_days": "بیشترین روزها از زمان پیوستن",
    "groups_joined_count": "گروه‌های پیوسته",
    # reason group group_repayment
    "groups_default_share_mean": "میانگین سهم بازپرداخت‌نشده در گروه‌ها",
    "groups_default_share_max": "بیشترین سهم بازپرداخت‌نشده در یک گروه",
    "groups_default_share": "سهم بازپرداخت‌نشده در همهٔ گروه‌ها",
    # reason group social_activity
    "activities_history_days": "روزهای گذشته از نخستین فعالیت",
    "activities_recency_days": "روزهای گذشته از آخرین فعالیت",
    "activities_count": "تعداد فعالیت‌ها",
    "activities_kinds_count": "انواع متفاوت فعالیت",
    "activities_active_days": "روزهای دارای فعالیت",
    "activities_gap_cv": "نامنظمی فاصلهٔ فعالیت‌ها",
    "activities_people_count": "افرادی که با آنها تماس بوده است",
    "activities_groups_count": "گروه‌های دارای فعالیت",
    "activities_trend": "روند فعالیت‌ها از ماه به ماه",
    # reason group network_structure
    "network_clustering": "میزان آشنایی افراد مرتبط با یکدیگر",
    "network_triangles": "تعداد حلقه‌های سه‌نفرهٔ ارتباط",
    "network_core_number": "میزان فشردگی شبکهٔ پیرامون",
    "network_component_size": "افراد بخش پیوستهٔ شبکه",
    "network_community_size": "افراد جامعهٔ شبکه",
    "network_community_density": "میزان فشردگی جامعهٔ شبکه",
    "network_participation": "پراکندگی ارتباط‌ها میان جامعه‌های شبکه",
    "network_constraint": "میزان ارتباط افراد مرتبط با یکدیگر",
    "network_effective_size": "افراد مرتبطِ بی‌ارتباط با یکدیگر",
    "network_pagerank": "میزان مرکزیت جایگاه در شبکه",
    # reason group community_repayment
    "network_community_default_share": "سهم بازپرداخت‌نشده در جامعهٔ شبکه",
    # reason group network_arrears
    "network_neighbour_days_past_due": "میانگین روزهای معوق در شبکه",
    "network_neighbour_utilisation": "میانگین استفاده از سقف اعتبار در شبکه",
    # reason group network_influence
    "network_default_influence": "نزدیکی به وام‌های بازپرداخت‌نشده",
    "network_good_influence": "نزدیکی به وام‌های بازپرداخت‌شده",
    "network_influence_log_ratio": "نزدیکی به وام‌های بازپرداخت‌نشده در برابر بازپرداخت‌شده",
    "network_bipartite_default_share": "سهم بازپرداخت‌نشده در گروه، فروشگاه یا کارفرمای مشترک",
    "network_multilayer_default_share": "سهم بازپرداخت‌نشده در شبکه و در آنچه مشترک است",
    # reason group lookalike_repayment
    "network_lookalike_default_share": "سهم بازپرداخت‌نشده در خریدهای همانند",
    # reason group event_pattern
    "event_pattern": "الگوی فعالیت ثبت‌شده، روی‌هم‌رفته",
}
