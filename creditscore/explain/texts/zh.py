"""Reasons in simplified Chinese."""

from __future__ import annotations

from types import MappingProxyType
from typing import Final

from creditscore.explain.texts import _zh_credit, _zh_money
from creditscore.explain.texts._entries import GroupText, Page, Phrases, Script, Texts

_GROUPS: Final = {
    "amount_requested": GroupText(
        "R01", "申请金额", "申请金额较大",
        "申请金额较小", "申请金额对您不利",
    ),
    "term_requested": GroupText(
        "R02", "申请期限", "申请期限较长",
        "申请期限较短", "申请期限对您不利",
    ),
    "price_terms": GroupText(
        "R03", "价格与分期", "贷款偿还成本较高",
        "贷款条件对您不利", "贷款条件对您不利",
    ),
    "applicant_attributes": GroupText(
        "R04", "申请资料", "申请资料中有一项对您不利",
        "申请资料中有一项对您不利", "申请资料中有一项对您不利",
    ),
    "income_level": GroupText(
        "R05", "收入水平", "收入水平对您不利",
        "收入过低", "收入水平对您不利",
    ),
    "income_stability": GroupText(
        "R06", "收入稳定性", "收入不规律",
        "收入不够稳定", "收入模式对您不利",
    ),
    "spending_level": GroupText(
        "R07", "支出水平", "支出较高",
        "通过账户的支出较少", "支出水平对您不利",
    ),
    "spending_pattern": GroupText(
        "R08", "支出模式", "支出不规律",
        "支出不够平稳", "支出模式对您不利",
    ),
    "cash_flow": GroupText(
        "R09", "现金流", "支出相对收入较高",
        "扣除支出后所剩过少", "账户资金流动对您不利",
    ),
    "balance_buffer": GroupText(
        "R10", "余额与储蓄", "账户经常资金不足",
        "储备过少", "账户余额对您不利",
    ),
    "overdraft": GroupText(
        "R11", "透支使用", "账户曾透支或被罚款",
        "账户很少保持正余额", "透支情况对您不利",
    ),
    "returned_payments": GroupText(
        "R12", "退回付款", "有付款被退回",
        "兑付的付款过少", "退回付款的记录对您不利",
    ),
    "bills": GroupText(
        "R13", "家庭账单", "有账单逾期支付或未支付",
        "按时支付的账单过少", "账单记录对您不利",
    ),
    "fixed_commitments": GroupText(
        "R14", "固定支出", "固定支出较高",
        "扣除固定支出后所剩过少", "固定支出对您不利",
    ),
    "gambling": GroupText(
        "R15", "博彩", "有资金用于博彩",
        "博彩记录对您不利", "博彩记录对您不利",
    ),
    "high_cost_credit": GroupText(
        "R16", "高息信贷", "使用过高息信贷",
        "高息信贷记录对您不利", "高息信贷记录对您不利",
    ),
    "cash_use": GroupText(
        "R17", "现金使用", "大量资金以现金流动",
        "现金使用情况对您不利", "现金使用情况对您不利",
    ),
    "purchase_activity": GroupText(
        "R18", "购买", "购买活动对您不利",
        "购买活动较少", "购买活动对您不利",
    ),
    "refunds_declines": GroupText(
        "R19", "退款与拒付", "有付款被拒绝、退款或拒付",
        "成功的付款过少", "退款与拒付的记录对您不利",
    ),
    "counterparties": GroupText(
        "R20", "收付款对象", "收付款依赖少数对象",
        "收付款对象较少", "收付款对象的情况对您不利",
    ),
    "current_arrears": GroupText(
        "R21", "当前逾期", "目前有款项逾期",
        "现有贷款的状况对您不利", "现有贷款的状况对您不利",
    ),
    "past_arrears": GroupText(
        "R22", "过往逾期", "过去曾有款项逾期",
        "过往逾期距今太近", "过往逾期记录对您不利",
    ),
    "payment_timeliness": GroupText(
        "R23", "还款及时性", "有分期逾期还款",
        "按时还款的期数过少", "还款的时间对您不利",
    ),
    "late_trend": GroupText(
        "R24", "逾期趋势", "逾期趋势不利",
        "逾期趋势不利", "还款时间的模式对您不利",
    ),
    "part_payments": GroupText(
        "R25", "部分还款", "有分期仅部分还款",
        "应还款项还得过少", "部分还款的记录对您不利",
    ),
    "prepayment": GroupText(
        "R26", "提前还款", "提前还款的记录对您不利",
        "提前还款较少", "提前还款的记录对您不利",
    ),
    "credit_history_length": GroupText(
        "R27", "信用历史长度", "信用历史的长短对您不利",
        "信用历史过短", "信用历史的长短对您不利",
    ),
    "credit_amount": GroupText(
        "R28", "以往信贷金额", "以往信贷金额较大",
        "以往信贷金额较小", "以往信贷金额对您不利",
    ),
    "card_utilisation": GroupText(
        "R29", "额度使用", "欠款相对授信额度较高",
        "可用的授信额度过少", "授信额度的使用对您不利",
    ),
    "card_repayment": GroupText(
        "R30", "循环信贷还款", "循环信贷欠款还得较慢",
        "循环信贷欠款还得过少", "循环信贷的还款对您不利",
    ),
    "cash_advances": GroupText(
        "R31", "信用取现", "曾用信用额度取现",
        "取现记录对您不利", "取现记录对您不利",
    ),
    "indebtedness": GroupText(
        "R32", "总负债", "现有负债较高",
        "现有负债偿还过少", "现有负债水平对您不利",
    ),
    "recent_credit": GroupText(
        "R33", "近期新信贷", "近期获得了新信贷",
        "最近一次新信贷距今太近", "近期新信贷对您不利",
    ),
    "inquiries": GroupText(
        "R34", "信贷查询", "曾在别处申请信贷",
        "最近一次信贷查询距今太近", "信贷查询的记录对您不利",
    ),
    "restructured_written_off": GroupText(
        "R35", "重组或核销的贷款", "有贷款被重组或核销",
        "贷款重组或核销距今太近", "贷款重组或核销的记录对您不利",
    ),
    "guarantees": GroupText(
        "R36", "为他人担保", "曾为他人贷款担保",
        "担保记录对您不利", "担保记录对您不利",
    ),
}  # fmt: skip

_INSUFFICIENT: Final = {
    "application": ("R81", "没有可用的申请资料"),
    "payments": ("R82", "没有可用的收付款记录"),
    "bills": ("R83", "没有可用的账单记录"),
    "loans": ("R84", "没有可用的贷款记录"),
    "inquiries": ("R85", "没有可用的信贷查询记录"),
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
    "months with {} or more days past due/window": "最近{length}中有{value}个月逾期{0}天或以上",
}

_COUNTED: Final = {
    "share of instalments on time/window": "{span}{of}期还款中有{rest}期未按时还款",
    "share of instalments on time/ever": "{span}{of}期还款中有{rest}期未按时还款",
    "share on time/newest_instalment": "最近一期未按时还款",
    "share on time/newest_instalments": "您最近{of}期还款中有{rest}期未按时还款",
    "share on time/oldest_instalment": "首期未按时还款",
    "share on time/oldest_instalments": "您最早{of}期还款中有{rest}期未按时还款",
    "share of instalments paid in part when due/window": "{span}{of}期还款中有{part}期到期时仅部分还款",
    "share of instalments paid in part when due/ever": "{span}{of}期还款中有{part}期到期时仅部分还款",
    "share of bills paid in time/window": "{span}{of}张账单中有{rest}张未按时支付",
    "share of balances paid in full/window": "{span}{of}期欠款中有{rest}期未全额还清",
    "share of minimum or smaller payments/window": "{span}{of}次还款中有{part}次仅还最低额或更少",
    "share of balances of which nothing was paid/window": "{span}{of}期欠款中有{part}期完全未还",
    "share of statements past due/window": "{span}{of}期账单中有{part}期逾期",
    "share of closed loans that closed after their last due date/": (
        "{of}笔已结清贷款中有{part}笔在最后到期日之后才结清"
    ),
    "share of closed loans that closed clean/": "{of}笔已结清贷款中有{rest}笔曾严重逾期",
}

TEXTS: Final = Texts(
    groups=MappingProxyType(_GROUPS),
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
        labels=MappingProxyType(_zh_money.LABELS | _zh_credit.LABELS),
        spans=MappingProxyType(_SPANS),
        spanned="{span}的{label}",
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
