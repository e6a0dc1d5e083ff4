"""Page words of what an applicant can do, in Chinese."""

from __future__ import annotations

from typing import Final

WORDS: Final = {
    "changes.again": "然后在 {date} 或之后重新申请。",
    "changes.pay_overdue": "还清已逾期的 {before}。",
    "changes.on_time": "按时支付 {date} 之前到期的所有款项，在此之前不申请其他信贷。",
    "changes.on_time_counted": "按时支付 {date} 之前到期的所有款项（{times}），在此之前不申请其他信贷。",
    "changes.payments.one": "{number} 笔",
    "changes.payments.many": "{number} 笔",
    "changes.wait": "在 {date} 之前与前几个月一样：按时付款，不申请其他信贷。",
    "changes.card_balance": "在 {date} 之前将信用卡和信用额度的欠款保持在 {after} 或以下；目前为 {before}。",
    "changes.above_zero": "在 {date} 之前保持账户余额在零以上，使付款不被拒绝。",
    "changes.amount": "申请 {after}，而不是 {before}。",
    "changes.term_days": "申请 {after} 的期限，而不是 {before}。",
}
