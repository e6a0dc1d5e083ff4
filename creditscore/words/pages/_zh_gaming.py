"""Page words in Chinese: how far a model can be gamed."""

from __future__ import annotations

from typing import Final

WORDS: Final = {
    "gaming.title": "可被操纵的程度",
    "gaming.intro": "{people} 人各自在申请前粉饰了自己的记录——任何人无须更好地还款也能做到——然后重"
    "新评分。得分增量为之后的分数减去之前的分数。分数线为 {cutoff} 分。",
    "gaming.caption": "分数增量，以及因此会获批的人；种子 {seed}",
    "gaming.by_quarter": "按原分数四等分的增量中位数（及第 95 百分位）",
    "gaming.through": "平均增量主要来自的原因组",
    "gaming.what": "所做之事",
    "gaming.people": "人数",
    "gaming.median": "中位数",
    "gaming.highest": "第 95 百分位",
    "gaming.lowest_tenth": "最低十分之一",
    "gaming.crossed": "被拒者中越线的比例",
    "gaming.result": "结果",
    "gaming.quarter": "第 {number} 组",
    "gaming.groups": "原因组及其分数",
    "gaming.bounds": "在限度之内是指：中位数不超过 {median} 分，第 95 百分位不超过 {highest} 分，"
    "被拒者中越过分数线的不超过 {crossed}。",
    "gaming.lost": "若由他人加诸本人，最低十分之一的平均扣分上限为：{listed}。",
    "gaming.absent": "因缺少数据未试：{listed}。",
    "gaming.did.one_deposit": "前一天以现金存入一个月的收入",
    "gaming.did.income_borrowed_7d": "七天前向朋友借入一个月的收入",
    "gaming.did.income_borrowed_90d": "最近三个月每月借入一个月的收入",
    "gaming.did.round_trips": "半个月的收入由朋友转来又转回，每周一次，共十二周",
    "gaming.did.own_transfers": "半个月的收入转到本人另一账户又转回，每周一次，共十二周",
    "gaming.did.small_purchases": "三十天内三十笔金额为 1 的消费",
    "gaming.did.bills_delayed": "最近三十天的账单推迟到申请之后支付",
    "gaming.did.account_reopened": "九十天前弃用带欠款的账户，改用新账户",
    "gaming.did.tiny_loans": "十笔金额为月收入百分之一的贷款，均在次日结清",
    "gaming.did.line_reopened": "关闭信用额度，五天后另开同样大小的额度",
    "gaming.did.friends_new": "二十天前接受的十位信用良好的朋友",
    "gaming.did.friends_backdated": "二十天前接受、日期倒填数年的十位信用良好的朋友",
    "gaming.did.friends_aged": "两百天前接受的十位信用良好的朋友",
    "gaming.did.friends_bought": "两百天前花钱换得接受的十位联系最多、信用良好的人",
    "gaming.did.friends_made": "十位虚构的信用良好的朋友",
    "gaming.did.strangers_named": "称十位信用良好的陌生人为朋友，无人接受",
    "gaming.did.strangers_defaulted": "被十位违约的陌生人称为朋友，本人未接受",
    "gaming.did.friends_defaulted": "两百天前接受的十位违约的朋友",
    "absent.gaming": "可被操纵的程度",
}
