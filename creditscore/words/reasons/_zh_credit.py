"""What measures of loans, credit lines and searches for credit are called in Chinese, by reason group."""

from __future__ import annotations

from typing import Final

LABELS: Final = {
    "current_arrears": {
        "days past due now": "当前逾期天数",
        "money that was due and is not paid": "当前逾期金额",
        "money that was due and is not paid, over the sum of all schedules": "当前逾期金额占全部应还款的比例",
        "largest days past due as reported last": "最近一次报告的最长逾期天数",
        "newest statements in a row past due": "最近连续逾期的账单数",
    },
    "past_arrears": {
        "worst days past due": "最长逾期天数",
        "months with {} or more days past due": "逾期{0}天或以上的月数",
        "months since {} or more days past due": "距上次逾期{0}天或以上的月数",
        "ever {} or more days past due": "曾逾期{0}天或以上",
        "share of months rolling from below {} past due to the next degree": (
            "逾期不足{0}的月份进一步恶化的比例"
        ),
        "share of months rolling from {} to {} past due to the next degree": (
            "逾期{0}至{1}的月份进一步恶化的比例"
        ),
        "times that a loan came to be past due": "贷款发生逾期的次数",
        "longest time past due": "最长一次逾期的时长",
        "days past due begun in {}, by loan": "最近{0}内开始的逾期天数",
        "median days past due until cured": "通常逾期至还清的天数",
        "times past due again after being cured": "还清后再次逾期的次数",
        "share of times past due that were cured": "以还清结束的逾期占比",
        "loans closed clean": "无严重逾期而结清的贷款笔数",
        "share of closed loans that closed clean": "结清贷款中无严重逾期的占比",
        "largest number of days from last due date to close": "最后到期日至结清的最多天数",
        "{} if the first instalment of some loan came {} or more days late": (
            "某笔贷款首期还款逾期{1}天或以上"
        ),
        "{} if some loan was {} or more days past due within {} of its opening": (
            "某笔贷款开立{2}内逾期{1}天或以上"
        ),
        "largest days past due as reported": "报告的最长逾期天数",
        "mean days past due as reported": "报告的平均逾期天数",
        "share of statements past due": "逾期账单的占比",
        "longest run of statements past due": "连续逾期账单的最长期数",
        "newest statements in a row not past due": "最近连续未逾期的账单数",
        "days past due as reported": "报告的逾期天数",
    },
    "payment_timeliness": {
        "share of instalments on time": "按时还款期数的占比",
        "mean days late, early as {}": "平均逾期天数（提前计为无）",
        "largest days late, early as {}": "最多逾期天数",
        "days late by amount": "按金额加权的平均逾期天数",
        "newest instalments in a row on time": "最近连续按时还款的期数",
        "longest run of instalments on time": "连续按时还款的最长期数",
        "newest instalments in a row late": "最近连续逾期还款的期数",
        "longest run of late instalments": "连续逾期还款的最长期数",
        "share of instalments collected by direct debit": "自动扣款还款期数的占比",
        "days since an instalment last came due and was paid late, or not": "距上次逾期还款的天数",
        "days late, negative if early": "逾期天数（提前为负）",
        "share on time": "按时还款的占比",
        "standard deviation of the days from last due date to close": "最后到期日至结清天数的差异",
        "share of closed loans that closed after their last due date": "最后到期日之后才结清的贷款占比",
        "mean share of the term after which loans were closed": "贷款结清时已过期限的平均比例",
        "days from last due date to close": "最后到期日至结清的平均天数",
        "days late of the first instalment": "首期还款的平均逾期天数",
        "mean days late": "平均逾期天数",
        "share of the term until close": "至结清时已过期限的比例",
        "days from opening to first payment": "开立至首次还款的平均天数",
        "days from first payment to the end of the loan": "首次还款至贷款结束的平均天数",
    },
    "prepayment": {
        "mean days paid before due, late as {}": "平均提前还款天数（逾期计为无）",
        "payments that reached instalments due more than {} later": "支付了{0}以后才到期款项的付款次数",
        "share of all money paid that was for instalments due more than {} later": (
            "用于{0}以后才到期款项的还款占比"
        ),
    },
    "part_payments": {
        "share of instalments paid in part when due": "到期时仅部分还款的期数占比",
        "money paid over money due": "已还金额与应还金额之比",
        "share of money not paid when due": "到期未还金额的占比",
    },
    "credit_history_length": {
        "instalments that came due": "到期的还款期数",
        "number of loans": "贷款笔数",
        "age of the oldest loan": "最早一笔贷款的账龄",
        "{} if no loan is {} old or older, else {}": "没有账龄达到{1}的贷款",
        "number of different lenders so far, guaranteed loans included": "迄今不同贷款机构的数量",
        "days since a loan was last closed": "距上次结清贷款的天数",
        "all money paid on loans so far, at most what was due": "迄今全部还贷金额",
        "statements": "账单数",
        "credit lines with a statement": "有账单的授信账户数",
    },
    "late_trend": {
        "Theil-Sen slope of days late per instalment, newest {}, at least {}": "最近{0}期还款逾期天数的趋势",
        "{} MAD over absolute median of days late, newest {}, at least {}": (
            "最近{1}期还款逾期天数的不均匀程度"
        ),
        "standard deviation of days late, newest {}, at least {}": "最近{0}期还款逾期天数的差异",
        "days late of the newest instalment less those of the one before in its loan": (
            "最近一期与前一期逾期天数之差"
        ),
        "Theil-Sen slope per loan of the days from last due date to close, newest {}": (
            "最近{0}笔贷款最后到期日至结清天数的趋势"
        ),
        "slope of days past due per statement": "逾期天数的逐期趋势",
    },
    "credit_amount": {
        "amount due": "应还金额",
        "largest loan": "最大一笔贷款",
        "Theil-Sen slope per loan of the amounts over their median, newest {}": "最近{0}笔贷款金额的趋势",
        "amount of the newest loan over the one before": "最近一笔与前一笔贷款金额之比",
        "amount": "平均金额",
        "credit limits now, all credit lines": "全部授信账户的当前额度",
    },
    "indebtedness": {
        "number of loans open now": "当前未结清贷款笔数",
        "all that is still to be paid on loans, due or not, and balances of credit lines": (
            "贷款和授信的全部未还余额"
        ),
        "outstanding debt over median monthly income of {}": "债务与{0}通常月收入之比",
        "sum of the mean instalments of open loans over median monthly income of {}": (
            "未结清贷款的分期额与{0}通常月收入之比"
        ),
        "share of the schedules of open loans that is paid": "未结清贷款已还部分的占比",
        "balances now, all credit lines": "全部授信账户的当前欠款",
        "mean balance": "授信账户的平均欠款",
        "largest balance": "授信账户的最高欠款",
        "smallest balance": "授信账户的最低欠款",
        "balance": "欠款",
    },
    "recent_credit": {
        "age of the newest loan": "最近一笔贷款的账龄",
        "mean days between openings of loans": "新贷款之间的平均天数",
        "standard deviation over mean of the days between openings": "新贷款间隔天数的不均匀程度",
        "loans opened": "新开贷款笔数",
        "mean days from the close of a loan to the opening of the next": "结清贷款至下一笔贷款的平均天数",
    },
    "restructured_written_off": {
        "number of loans whose terms were eased": "放宽条件的贷款笔数",
        "{} if some loan was written off": "有贷款被核销",
        "days since a loan was last written off": "距上次贷款核销的天数",
    },
    "price_terms": {
        "largest yearly rate implied by amount, instalments and term": "以往贷款的最高年利率",
        "term": "平均期限",
        "yearly rate implied by amount, instalments and term": "平均年利率",
    },
    "guarantees": {
        "loans guaranteed for others": "为他人担保的贷款笔数",
        "largest days past due of loans guaranteed for others": "所担保贷款的最长逾期天数",
        "largest days past due now of loans guaranteed for others": "所担保贷款的当前逾期天数",
        "all that is still to be paid on loans guaranteed for others": "所担保贷款的全部未还余额",
    },
    "card_utilisation": {
        "limits less balances now, all credit lines": "全部授信账户的当前未用额度",
        "balances over limits now, all credit lines": "全部授信账户当前欠款与额度之比",
        "newest balance over the mean balance": "最近欠款与平均欠款之比",
        "largest utilisation": "欠款与额度的最高之比",
        "mean utilisation": "欠款与额度的平均之比",
        "statements above the limit": "超出额度的账单数",
        "mean of what was newly drawn or charged": "新增用款或费用的平均额",
        "slope of utilisation per statement": "欠款与额度之比的逐期趋势",
        "standard deviation of utilisation": "欠款与额度之比的波动",
        "slope of the balance over its median": "欠款的逐期趋势",
        "utilisation": "欠款与额度之比",
    },
    "card_repayment": {
        "share of balances paid in full": "全额还清账单的占比",
        "share of minimum or smaller payments": "仅还最低额或更少的占比",
        "share of balances of which nothing was paid": "完全未还账单的占比",
        "mean share of the balance paid": "欠款已还部分的平均比例",
        "smallest share of the balance paid": "欠款已还部分的最低比例",
        "mean payment over the limit": "还款与额度的平均之比",
        "mean payment": "授信账户的平均还款",
        "smallest payment": "授信账户的最小还款",
        "largest payment": "授信账户的最大还款",
        "payments over balances": "还款与欠款之比",
        "slope of the payment over its median": "还款的逐期趋势",
        "newest balances in a row of which nothing was paid": "最近连续完全未还的账单数",
        "payment": "还款",
        "share of the balance before that was paid": "上期欠款已还部分的比例",
        "payment over the limit": "还款与额度之比",
    },
    "cash_advances": {
        "cash drawn": "信用取现金额",
        "statements with cash drawn": "有信用取现的账单数",
    },
    "inquiries": {
        "searches for credit": "信贷查询次数",
        "lenders who asked": "查询的贷款机构数",
    },
}
