"""Page words of an offer and of an ability to pay, in Chinese."""

from __future__ import annotations

from typing import Final

WORDS: Final = {
    "outcome.counter_offer": "以其他条件通过",
    "outcome.raise": "授信额度已提高",
    "outcome.offer": "授信额度可以提高",
    "outcome.keep": "授信额度不变",
    "outcome.lower": "授信额度已降低",
    "outcome.close": "授信额度已关闭",
    "reasons.ability": "还款能力",
    "reasons.offer": "可贷额度",
    "reasons.parties": "与您共同申请的人",
    "offer.title": "报价与还款能力",
    "offer.none": "本决定不附带任何报价。",
    "offer.priced": "利率由自动化处理确定，仅依据等级、损失类别、期限、金额和还款方式。",
    "offer.ability": "您每月的还款能力",
    "offer.unknown": "未知",
    "offer.income": "计入的收入",
    "offer.commitments": "其他贷款",
    "offer.essentials": "必要支出",
    "offer.instalment": "所评估贷款的分期还款",
    "offer.left": "还款后余额",
    "offer.together": "以下为全部共同申请人（{number}人）的合计，每笔贷款只计一次。",
    "offer.need": "您的申请与您的资金",
}
