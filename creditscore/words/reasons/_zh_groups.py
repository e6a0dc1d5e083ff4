"""What is said about each reason group in Chinese."""

from __future__ import annotations

from typing import Final

from creditscore.words.reasons._entries import GroupText

GROUPS: Final = {
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
        "R09", "现金流", "支出曾大于收入",
        "扣除支出后所剩过少", "账户资金流动对您不利",
    ),
    "balance_buffer": GroupText(
        "R10", "余额与储蓄", "账户曾资金不足",
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
    "social_ties": GroupText(
        "R37", "社会联系", "联系的数量或强度对您不利",
        "双向联系过少", "联系的数量和强度对您不利",
    ),
    "tie_history": GroupText(
        "R38", "社会联系的时长", "近期联系过少",
        "联系距今太近", "联系的时长对您不利",
    ),
    "tie_changes": GroupText(
        "R39", "社会联系的变化", "近期有新增或结束的联系",
        "联系的变化对您不利", "联系的变化对您不利",
    ),
    "network_repayment": GroupText(
        "R40", "网络中的还款", "网络中有贷款未偿还",
        "网络中已知的还款过少", "网络中的还款记录对您不利",
    ),
    "group_membership": GroupText(
        "R41", "群组成员", "群组成员情况对您不利",
        "群组成员情况对您不利", "群组成员情况对您不利",
    ),
    "group_repayment": GroupText(
        "R42", "群组中的还款", "群组中有贷款未偿还",
        "群组中的还款记录对您不利", "群组中的还款记录对您不利",
    ),
    "social_activity": GroupText(
        "R43", "社交活动", "社交活动的模式对您不利",
        "社交活动较少", "社交活动的模式对您不利",
    ),
    "network_structure": GroupText(
        "R44", "在网络中的位置", "在网络中的位置对您不利",
        "在网络中的位置对您不利", "在网络中的位置对您不利",
    ),
    "community_repayment": GroupText(
        "R45", "社群中的还款", "社群中有贷款未偿还",
        "社群中的还款记录对您不利", "社群中的还款记录对您不利",
    ),
    "network_influence": GroupText(
        "R46", "网络周边的还款", "网络靠近未偿还的贷款",
        "网络远离已偿还的贷款", "网络周边的还款记录对您不利",
    ),
    "network_arrears": GroupText(
        "R47", "网络中的逾期", "网络中有贷款逾期或用尽额度",
        "网络中贷款的状况对您不利", "网络中贷款的状况对您不利",
    ),
    "lookalike_repayment": GroupText(
        "R48", "购买相似人群的还款", "购买相似人群中有贷款未偿还",
        "购买相似人群的还款记录对您不利", "购买相似人群的还款记录对您不利",
    ),
}  # fmt: skip
