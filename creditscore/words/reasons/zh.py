"""Reasons in simplified Chinese."""

from __future__ import annotations

from types import MappingProxyType
from typing import Final

from creditscore.words.reasons import (
    _zh_coverage,
    _zh_credit,
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
    "measures": ("R89", "没有可用的网络指标"),
}

_UNITS: Final = {
    "money": ("{value}", "{value}"),
    "days": ("{value}天", "{value}天"),
    "months": ("{value}个月", "{value}个月"),
    "count": ("{value}", "{value}"),
    "share": ("{value}%", "{value}%"),
    "ratio": ("{value}", "{value}"),
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
    "newest_instalments": "最近{0}期",
    "oldest_instalment": "首期",
    "oldest_instalments": "最早{0}期",
    "newest_loan": "最近一笔贷款",
    "newest_loans": "最近{0}笔贷款",
    "oldest_loan": "首笔贷款",
    "oldest_loans": "最早{0}笔贷款",
    "newest_statement": "最近一期账单",
    "ranked_statement": "{0}账单",
}

_SENTENCES: Final = {
    "repayment_months_past_due/window": "最近{length}中有{value}个月逾期{0}天或以上",
}

_COUNTED: Final = {
    "repayment_on_time_share/window": "{span}{of}期还款中有{rest}期未按时还款",
    "repayment_on_time_share/ever": "{span}{of}期还款中有{rest}期未按时还款",
    "repayment_on_time/newest_instalment": "最近一期未按时还款",
    "repayment_on_time/newest_instalments": "您最近{of}期还款中有{rest}期未按时还款",
    "repayment_on_time/oldest_instalment": "首期未按时还款",
    "repayment_on_time/oldest_instalments": "您最早{of}期还款中有{rest}期未按时还款",
    "repayment_part_paid_share/window": "{span}{of}期还款中有{part}期到期时仅部分还款",
    "repayment_part_paid_share/ever": "{span}{of}期还款中有{part}期到期时仅部分还款",
    "bills_on_time_share/window": "{span}{of}张账单中有{rest}张未按时支付",
    "statements_transactor_share/window": "{span}{of}期欠款中有{rest}期未全额还清",
    "statements_minimum_share/window": "{span}{of}次还款中有{part}次仅还最低额或更少",
    "statements_no_payment_share/window": "{span}{of}期欠款中有{part}期完全未还",
    "statements_late_share/window": "{span}{of}期账单中有{part}期逾期",
    "repayment_loans_closed_late_share/": ("{of}笔已结清贷款中有{part}笔在最后到期日之后才结清"),
    "ties_reciprocal_share/": "您联系的{of}人中有{part}人也联系您",
    "repayment_closed_clean_share/": "{of}笔已结清贷款中有{rest}笔曾严重逾期",
}

TEXTS: Final = Texts(
    groups=MappingProxyType(_zh_groups.GROUPS),
    insufficient=MappingProxyType(_INSUFFICIENT),
    units=MappingProxyType(_UNITS),
    windows=MappingProxyType(_WINDOWS),
    durations=MappingProxyType(_DURATIONS),
    fact="{opening}（{label}：{value}）",
    fact_without_value="{opening}（{label}）",
    clause="{opening}：{clause}",
    unknown_fact="{title}：所知不足（{label}）",
    unknown_part="{title}：所知不足",
    unknown_group="{title}：没有可供判断的记录",
    unknown_source=("R80", "有一项数据来源没有可用记录"),
    generic=GroupText(
        "R00",
        "其他情况",
        "某项数值较高对您不利",
        "某项数值较低对您不利",
        "某项情况对您不利",
    ),
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
            | _zh_credit.LABELS
            | _zh_social.LABELS
            | _zh_coverage.LABELS
        ),
        spans=MappingProxyType(_SPANS),
        spanned="{span}{label}",
        sentences=MappingProxyType(_SENTENCES),
        counted=MappingProxyType(_COUNTED),
    ),
    page=Page(
        scored="申请 {application}，{date}：{score} 分，等级 {grade}，违约概率 {probability}",
        unscorable="申请 {application}，{date}：无法评分（{code}）",
        points="分数",
        reason="原因",
    ),
)
