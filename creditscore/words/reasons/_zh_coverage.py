"""What measures of how much is known are called in Chinese; they are on pages, never a reason."""

from __future__ import annotations

from typing import Final

LABELS: Final = {
    "payments_covered": "有收付款记录",
    "payments_history_days": "距最早一笔已知收付款的天数",
    "payments_stale_days": "距最近一笔已知收付款的天数",
    "payments_accounts_seen_share": "可见账户数与申报账户数之比",
    "bills_covered": "有账单记录",
    "bills_history_days": "距最早账单到期的天数",
    "bills_stale_days": "距最近账单到期的天数",
    "loans_covered": "有贷款记录",
    "loans_history_days": "距最早一笔已知贷款的天数",
    "loans_stale_days": "距最近一笔已知贷款的天数",
    "repayment_stale_days": "距最近一期还款到期的天数",
    "statements_history_days": "距最早一份已知账单的天数",
    "statements_stale_days": "距最近一份已知账单的天数",
    "inquiries_covered": "有信贷查询记录",
    "inquiries_history_days": "距最早一次已知信贷查询的天数",
    "inquiries_stale_days": "距最近一次已知信贷查询的天数",
    "ties_covered": "有社会联系记录",
    "neighbours_known_share": "网络中还款情况的已知程度（无、少或足够）",
    "memberships_covered": "有群组成员记录",
    "groups_known_share": "其他成员还款情况的已知程度（无、少或足够）",
    "activities_covered": "有社交活动记录",
    "network_covered": "有网络指标",
    "network_lookalike_known": "消费相似且还款情况已知的人数",
    "digital_covered": "已知渠道使用记录",
    "form_covered": "已知申请表填写记录",
    "registration_covered": "已知注册或设置记录",
}
