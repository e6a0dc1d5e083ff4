"""Reasons in simplified Chinese."""

from __future__ import annotations

from types import MappingProxyType
from typing import Final

from creditscore.words.reasons import (
    _zh_coverage,
    _zh_credit,
    _zh_debts,
    _zh_digital,
    _zh_groups,
    _zh_money,
    _zh_social,
    _zh_streams,
)
from creditscore.words.reasons._entries import GroupText, Page, Phrases, Script, Texts

_INSUFFICIENT: Final = {
    "application": ("R81", "没有可用的申请资料"),
    "payments": ("R82", "没有可用的收付款记录"),
    "bills": ("R83", "没有可用的账单记录"),
    "loans": ("R84", "没有可用的贷款记录"),
    "inquiries": ("R85", "没有可用的信贷查询记录"),
    "ties": ("R86", "没有可用的社会联系记录"),
    "memberships": ("R87", "没有可用的群组成员记录"),
    "activities": ("R88", "没有可用的社交活动记录"),
    "measures": ("R89", "没有可用的网络或购买指标"),
}

_UNITS: Final = {
    "money": ("{value}", "{value}"),
    "days": ("{value}天", "{value}天"),
    "months": ("{value}个月", "{value}个月"),
    "seconds": ("{value}秒", "{value}秒"),
    "count": ("{value}", "{value}"),
    "share": ("{value}%", "{value}%"),
    "percentage points": ("{value}个百分点", "{value}个百分点"),
    "ratio": ("{value}倍", "{value}倍"),
    "days per bill": ("每张账单{value}天", "每张账单{value}天"),
    "money per day": ("每天{value}", "每天{value}"),
    "index": ("{value}", "{value}"),
    "z": ("{value}", "{value}"),
    "per month": ("每月{value}", "每月{value}"),
    "log10": ("{value}", "{value}"),
    "log ratio": ("{value}", "{value}"),
}

_WINDOWS: Final = {
    "d": ("过去1天", "过去{number}天"),
    "w": ("过去1周", "过去{number}周"),
    "m": ("过去1个月", "过去{number}个月"),
    "y": ("过去1年", "过去{number}年"),
}

_DURATIONS: Final = {
    "d": ("{number}天", "{number}天"),
    "w": ("{number}周", "{number}周"),
    "m": ("{number}个月", "{number}个月"),
    "y": ("{number}年", "{number}年"),
}

_MONTHS: Final = (
    "1月", "2月", "3月", "4月", "5月", "6月",
    "7月", "8月", "9月", "10月", "11月", "12月",
)  # fmt: skip

_SPANS: Final = {
    "ever": "迄今",
    "newest_instalment": "最近一期",
    "newest_instalments": "最近{0}期平均",
    "oldest_instalment": "首期",
    "oldest_instalments": "最早{0}期平均",
    "newest_loan": "最近一笔贷款",
    "newest_loans": "最近{0}笔贷款平均",
    "oldest_loan": "首笔贷款",
    "oldest_loans": "最早{0}笔贷款平均",
    "newest_statement": "最近一期账单",
    "ranked_statement": "{0}账单",
}

_COUNTED: Final = {
    "repayment_on_time_share/window": "{of}期还款中有{rest}期未按时还款",
    "repayment_on_time_share/ever": "{of}期还款中有{rest}期未按时还款",
    "repayment_on_time/newest_instalment": "最近一期未按时还款",
    "repayment_on_time/newest_instalments": "您最近{of}期还款中有{rest}期未按时还款",
    "repayment_on_time/oldest_instalment": "首期未按时还款",
    "repayment_on_time/oldest_instalments": "您最早{of}期还款中有{rest}期未按时还款",
    "repayment_part_paid_share/window": "{of}期还款中有{part}期到期时仅部分还款",
    "repayment_part_paid_share/ever": "{of}期还款中有{part}期到期时仅部分还款",
    "bills_on_time_share/window": "{of}张账单中有{rest}张未按时支付",
    "statements_transactor_share/window": "{of}期欠款中有{rest}期未全额还清",
    "statements_minimum_share/window": "{of}次还款中有{part}次仅还最低还款额或更少",
    "statements_no_payment_share/window": "{of}期欠款中有{part}期完全未还",
    "statements_late_share/window": "{of}期账单中有{part}期逾期",
    "repayment_loans_closed_late_share/": "{of}笔已结清贷款中有{part}笔在最后到期日之后才结清",
    "ties_reciprocal_share/": "您联系的{of}人中有{part}人也联系您",
    "repayment_closed_clean_share/": "{of}笔已结清贷款中有{rest}笔曾严重逾期",
}

# What a comparison says: the value beside what is usual; the direction is that of these two numbers.
_COMPARED: Final = {
    "higher": "{label}：{value}，高于{population}的通常水平（{reference}）",
    "lower": "{label}：{value}，低于{population}的通常水平（{reference}）",
    "later": "{label}：{value}，晚于{population}的通常水平（{reference}）",
    "earlier": "{label}：{value}，早于{population}的通常水平（{reference}）",
    "other": "{label}：{value}；{population}最常见的是{reference}",
    "flag": "{label}：{value}；{population}通常为{reference}",
    "absent": "{label}：{value}；{population}通常为{reference}",
}

_SILENT: Final = {
    "higher": "{label}：高于{population}的通常水平",
    "lower": "{label}：低于{population}的通常水平",
    "later": "{label}：晚于{population}的通常水平",
    "earlier": "{label}：早于{population}的通常水平",
    "other": "{label}：与{population}最常见的不同",
    "flag": "{label}：与{population}的通常情况不同",
    "absent": "{label}：{value}",
}

_POPULATIONS: Final = {
    "training_mean": "以往申请人",
    "approved": "获批申请人",
    "near_cutoff": "接近所需分数的申请人",
    "training_mean_known": "有此记录的以往申请人",
    "approved_known": "有此记录的获批申请人",
    "near_cutoff_known": "有此记录的接近所需分数的申请人",
}

_ABSENT: Final = {
    "": "未知",
    "nothing": "没有任何记录",
    "short": "记录时间太短，无法判断",
    "few": "已知数量太少",
    "few_counted": "已知记录不足（{have}条，至少需要{need}条）",
    "unconfirmed": "已有记录未经双方确认",
    "unstated": "申请中未说明",
    "refused": "您未同意使用",
    "barred": "当时无法读取",
    "earlier": "此期间没有记录，只有更早的记录",
    "silent": "从现有记录看不出来",
    "silent_source": "现有记录不能计入",
}

_SOURCES: Final = {
    "application": "申请资料",
    "payments": "收付款",
    "bills": "账单",
    "loans": "贷款与信用卡",
    "inquiries": "信贷查询",
    "ties": "社会联系",
    "memberships": "群组",
    "activities": "社交活动",
    "measures": "网络与购买指标",
}

_CURRENCIES: Final = {
    "IRR": "伊朗里亚尔",
    "IRT": "伊朗土曼",
    "EUR": "欧元",
    "USD": "美元",
    "GBP": "英镑",
    "CNY": "元",
    "TWD": "新台币",
    "KES": "肯尼亚先令",
    "NGN": "奈拉",
    "INR": "印度卢比",
    "CZK": "捷克克朗",
    "DEM": "德国马克",
    "CHF": "瑞士法郎",
    "JPY": "日元",
    "TRY": "土耳其里拉",
    "AED": "阿联酋迪拉姆",
}

# What is below zero, said as the amount that it is below.
_BELOW: Final = {
    "payments_balance_month_ago_to_mean": "不足，尚差{value}",
    "payments_balance_month_ago_to_requested_instalment": "不足，尚差{value}",
    "payments_saved_to_income": "多取出{value}",
    "payments_net_to_inflow": "超支{value}",
    "payments_income_trend": "每月下降{value}",
    "payments_outflow_trend": "每月下降{value}",
    "payments_lowest_balance_trend": "每月下降通常月收入的{value}",
    "activities_trend": "每月下降{value}",
    "repayment_amount_slope": "每笔贷款减少{value}",
    "statements_balance_trend": "每期账单下降{value}",
    "statements_payment_trend": "每期账单下降{value}",
    "statements_utilisation_slope": "每期账单下降{value}",
    "repayment_days_late": "提前{value}",
    "repayment_days_late_at_close": "提前{value}",
    "repayment_days_late_at_close_max": "提前{value}",
    "repayment_first_days_late": "提前{value}",
    "repayment_loan_days_late": "提前{value}",
    "payments_balance_now_to_requested_instalment": "不足，尚差{value}",
    "payments_lowest_balance_to_requested_instalment": "不足，尚差{value}",
    "payments_lowest_monthly_balance_to_requested_instalment": "不足，尚差{value}",
    "payments_mean_balance_to_requested_instalment": "不足，尚差{value}",
    "payments_balance_runway": "不足，尚差{value}",
    "payments_current_runway": "不足，尚差{value}",
    "payments_balance_now_to_mean": "少{value}",
    "repayment_days_late_change": "减少{value}",
    "repayment_days_late_slope": "每期减少{value}",
    "repayment_days_late_at_close_slope": "每笔贷款减少{value}",
    "statements_dpd_slope": "每期账单减少{value}",
    "bills_days_late_slope": "每张账单减少{value}",
    "repayment_days_between_loans_mean": "结清前{value}",
    "digital_uses_trend": "每月下降{value}",
    "digital_logins_trend": "每月下降{value}",
    "digital_online_share_slope": "每月下降{value}",
    "digital_online_shift": "下降{value}",
    "payments_gambling_share_rise": "下降{value}",
}

# What rises, said as such.
_ABOVE: Final = {
    "payments_income_trend": "每月上升{value}",
    "payments_outflow_trend": "每月上升{value}",
    "activities_trend": "每月上升{value}",
    "digital_uses_trend": "每月上升{value}",
    "digital_logins_trend": "每月上升{value}",
    "digital_online_share_slope": "每月上升{value}",
    "payments_lowest_balance_trend": "每月上升通常月收入的{value}",
    "repayment_amount_slope": "每笔贷款增加{value}",
    "repayment_days_late_at_close_slope": "每笔贷款增加{value}",
    "statements_balance_trend": "每期账单上升{value}",
    "statements_payment_trend": "每期账单上升{value}",
    "statements_utilisation_slope": "每期账单上升{value}",
    "statements_dpd_slope": "每期账单增加{value}",
    "repayment_days_late_slope": "每期增加{value}",
    "bills_days_late_slope": "每张账单增加{value}",
    "digital_online_shift": "上升{value}",
    "payments_gambling_share_rise": "上升{value}",
    "repayment_days_late_change": "增加{value}",
}

TEXTS: Final = Texts(
    groups=MappingProxyType(_zh_groups.GROUPS | _zh_digital.GROUPS),
    families=MappingProxyType(_zh_groups.FAMILIES),
    insufficient=MappingProxyType(_INSUFFICIENT | _zh_digital.INSUFFICIENT),
    units=MappingProxyType(_UNITS),
    windows=MappingProxyType(_WINDOWS),
    durations=MappingProxyType(_DURATIONS),
    fact="{label}：{value}",
    compared=MappingProxyType(_COMPARED),
    silent=MappingProxyType(_SILENT),
    populations=MappingProxyType(_POPULATIONS),
    absent=MappingProxyType(_ABSENT),
    sources=MappingProxyType(_SOURCES | _zh_digital.SOURCES),
    money="{value}{currency}",
    currencies=MappingProxyType(_CURRENCIES),
    detail="{value}（{clause}）",
    opened="{opening}。{sentence}",
    weighed="{label}（{own}；已知数量越少，计算时越接近对所有人相同的固定值）",
    unknown_fact="{label}：{absence}",
    unknown_group="{title}：{absence}",
    unknown_source=("R80", "有一项数据来源没有可用记录"),
    generic=GroupText("R00", "其他情况"),
    rule="未满足贷款机构的一项条件（规则{code}）",
    as_of="{sentence}（截至{date}）",
    yes="是",
    no="否",
    script=Script(
        language="zh",
        direction="ltr",
        digits="0123456789",
        decimal=".",
        thousands=",",
        minus="-",
        ordinals=MappingProxyType({"2": "倒数第二期", "3": "倒数第三期", "": "倒数第{number}期"}),
        gregorian_months=_MONTHS,
        jalali_months=_MONTHS,
        gregorian_date="{year}年{month}{day}日",
        jalali_date="波斯历{year}年{month}{day}日",
    ),
    phrases=Phrases(
        labels=MappingProxyType(
            _zh_money.LABELS
            | _zh_streams.LABELS
            | _zh_debts.LABELS
            | _zh_credit.LABELS
            | _zh_social.LABELS
            | _zh_digital.LABELS
            | _zh_coverage.LABELS
        ),
        spans=MappingProxyType(_SPANS),
        spanned="{span}{label}",
        counted=MappingProxyType(_COUNTED),
        below=MappingProxyType(_BELOW),
        above=MappingProxyType(_ABOVE),
        level="没有变化",
        own_column="贷款机构称为“{name}”的申请资料项",
        own_measure="贷款机构称为“{name}”的指标",
    ),
    page=Page(
        scored="申请 {application}，{date}：{score} 分，等级 {grade}，违约概率 {probability}",
        unscorable="申请 {application}，{date}：未能评分",
        points="分数",
        reason="原因",
        interval="在此类申请人中，{level}的真实违约概率介于 {low} 与 {high} 之间"
        "（{score_low} 至 {score_high} 分）",
    ),
)
