"""What measures of what recurs, of borrowing seen in payments, and of savings are called in Chinese."""

from __future__ import annotations

from typing import Final

LABELS: Final = {
    # reason group income_level
    "payments_salaries_monthly_amount": "各来源的每月固定收入合计",
    # reason group income_stability
    "payments_salary_tenure_days": "距主要固定收入首次到账的天数",
    "payments_salary_days_to_next": "距主要固定收入下次到账的天数",
    "payments_salaries_count": "固定收入的项数",
    "payments_recurring_income_share": "固定收入与最近{0}通常月收入之比",
    # reason group fixed_commitments
    "payments_commitments_monthly_amount": "每月固定支出",
    "payments_recurring_rent_to_income": "固定房租与通常月收入之比",
    # reason group bills
    "payments_recurring_rent_on_time_share": "最近{0}如常支付的房租占比",
    "payments_recurring_utilities_on_time_share": "最近{0}如常支付的水电燃气和通信账单占比",
    "payments_recurring_bills_on_time_share": "最近{0}如常支付的定期账单占比",
    "payments_recurring_loans_on_time_share": "最近{0}如常支付的定期贷款还款占比",
    "payments_recurring_rent_streak": "最近连续如常支付房租的次数",
    # reason group indebtedness
    "payments_loans_taken_count": "入账的贷款笔数",
    "payments_loans_taken_amount": "入账的贷款金额",
    "payments_loans_taken_to_income": "入账的贷款与最近{0}惯常收入之比",
    "payments_loans_taken_recency": "距最近一笔贷款入账的天数",
    "payments_lenders_seen": "有收付往来的贷款机构数",
    # reason group overdraft
    "payments_overdraft_spells": "余额跌至零以下的次数（不计他人非惯常转入的钱）",
    "payments_overdraft_recency": "距最近一次日终透支的天数（不计他人非惯常转入的钱）",
    "payments_fees_amount": "支付的费用和罚金",
    "payments_fees_to_income": "费用和罚金与最近{0}惯常收入之比",
    # reason group returned_payments
    "payments_unpaid_amount": "退回或未付的金额",
    # reason group balance_buffer
    "payments_saved_to_income": "存入储蓄减去取出储蓄与最近{0}收入之比",
}
