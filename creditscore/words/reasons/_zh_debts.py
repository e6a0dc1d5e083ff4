"""What measures of debts and of who else lends, seen in payments, are called in Chinese."""

from __future__ import annotations

from typing import Final

LABELS: Final = {
    # reason group indebtedness
    "payments_debt_service_monthly_amount": "全部债务的月还款额（以最近所知为准）",
    "payments_debt_service_to_income": "全部债务月还款额（以最近所知为准）与通常月收入之比",
    "payments_debts_count": "正在偿还的债务数",
    "payments_debts_unreported": "无贷款机构报送的债务数",
    # reason group amount_requested
    "payments_income_after_debts_to_requested_instalment": "偿债（以最近所知为准）后剩余收入与申请还款额之比",
    # reason group card_repayment
    "payments_card_bills_paid_share": "信用卡账单的已还比例",
    "payments_card_bills_full_share": "全额还清的信用卡账单占比",
    "payments_card_bills_short": "还款低于最低还款额的信用卡账单数",
    # reason group high_cost_credit
    "payments_pay_later_count": "先买后付的分期还款笔数",
    "payments_pay_later_amount": "先买后付的分期还款金额",
    "payments_pay_later_to_income": "先买后付还款与最近{0}惯常收入之比",
    "payments_pay_later_providers": "先买后付服务商数",
    "payments_wage_advances_count": "预支工资笔数",
    "payments_wage_advances_amount": "预支工资金额",
    "payments_wage_advances_to_income": "预支工资与最近{0}惯常收入之比",
    "payments_wage_advances_providers": "预支工资服务商数",
    # reason group past_arrears
    "payments_debts_collected_count": "向催收机构付款笔数",
    "payments_debts_collected_amount": "向催收机构付款金额",
    "payments_debts_collected_to_income": "向催收机构付款与最近{0}惯常收入之比",
    "payments_debts_collected_providers": "收款的催收机构数",
}
