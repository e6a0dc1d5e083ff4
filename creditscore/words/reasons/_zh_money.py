"""What measures of applications, payments and bills are called in Chinese, by reason group."""

from __future__ import annotations

from typing import Final

LABELS: Final = {
    "amount_requested": {
        "requested amount": "申请金额",
        "requested amount for each day of the term": "按期限每天折算的申请金额",
        "requested amount over term in days, over median daily income": "申请的还款额与通常收入之比",
        "requested amount over the income of {}": "申请金额与最近{0}收入之比",
        "mean daily income less mean daily spending of {}, over requested amount a day of the term": (
            "最近{0}扣除支出后的收入与申请还款额之比"
        ),
        "requested amount over the largest amount of earlier loans": "申请金额与以往最大贷款之比",
        "requested amount over the mean amount of earlier loans": "申请金额与以往贷款平均额之比",
        "requested amount over the newest amount of earlier loans": "申请金额与最近一笔以往贷款之比",
        "requested amount over the first amount of earlier loans": "申请金额与首笔以往贷款之比",
        "requested amount over all money paid on loans": "申请金额与全部还贷金额之比",
        "requested amount over limits now": "申请金额与当前授信额度之比",
    },
    "term_requested": {
        "requested term in days": "申请的还款期限",
        "requested term over the largest term of earlier loans": "申请期限与以往最长期限之比",
        "requested term over the mean term of earlier loans": "申请期限与以往平均期限之比",
        "requested term over the newest term of earlier loans": "申请期限与最近一笔以往期限之比",
        "requested term over the first term of earlier loans": "申请期限与首笔以往期限之比",
    },
    "income_level": {
        "credits, number": "收款笔数",
        "credits, sum": "收款总额",
        "credits, mean": "平均每笔收款",
        "credits, standard deviation": "各笔收款金额的差异",
        "credits, smallest": "最小一笔收款",
        "credits, largest": "最大一笔收款",
        "credits, median": "通常一笔收款",
        "credits, number of distinct amounts": "收款的不同金额个数",
        "credits, standard deviation of the days between": "收款间隔天数的不均匀程度",
        "credits of {} over those of {}": "最近{0}收款与{1}收款之比",
        "median monthly income": "通常的月收入",
        "median monthly wages, pensions and benefits": "通常的月工资、养老金和补助",
        "recurring income a month": "每月固定收入",
    },
    "spending_level": {
        "debits, number": "付款笔数",
        "debits, sum": "付款总额",
        "debits, mean": "平均每笔付款",
        "debits, standard deviation": "各笔付款金额的差异",
        "debits, smallest": "最小一笔付款",
        "debits, largest": "最大一笔付款",
        "debits, median": "通常一笔付款",
        "debits, number of distinct amounts": "付款的不同金额个数",
        "debits, standard deviation of the days between": "付款间隔天数的不均匀程度",
        "debits of {} over those of {}": "最近{0}付款与{1}付款之比",
    },
    "cash_flow": {
        "signed payments, sum": "收款减付款的差额",
        "signed payments, mean": "全部收付款的平均额（付款计为负）",
        "signed payments, standard deviation": "全部收付款的差异（付款计为负）",
        "signed payments, smallest": "全部收付款中的最低额（付款计为负）",
        "signed payments, largest": "全部收付款中的最高额（付款计为负）",
        "signed payments, median": "通常一笔收付款（付款计为负）",
        "share of income not spent": "未花掉的收入占比",
        "share of months that spent more than came in": "支出大于收入的月份占比",
    },
    "income_stability": {
        "spread of monthly income": "月收入的不均匀程度",
        "trend of monthly income": "月收入的趋势",
        "income of the last {} over that of the months before": "最近{0}收入与之前各月收入之比",
        "share of months with income": "有收入月份的占比",
        "longest time between credits": "两次收款之间的最长间隔",
        "days since the last credit": "距上次收款的天数",
        "share of income from salary": "工资占收入的比例",
        "share of income from pension and benefits": "养老金和补助占收入的比例",
        "a recurring income was found": "发现有固定收入",
        "{} minus MAD of the gaps over their median": "收入到账的规律程度",
        "time since the last hit over the median gap": "距上次固定收入的时间与通常间隔之比",
    },
    "counterparties": {
        "number of distinct payers": "不同付款方的数量",
        "sum of the squared shares of payers (Herfindahl)": "收入依赖少数付款方的程度",
        "persons paid": "付款给个人的人数",
        "paid to over received from persons": "付给个人与收自个人的金额之比",
        "sum of the squared shares of merchants in purchases of {}": "最近{0}购买依赖少数商户的程度",
        "share of merchants of {} never seen before": "最近{0}首次出现的商户占比",
    },
    "spending_pattern": {
        "median days until half of a pay was spent": "通常花掉一半工资所用的天数",
        "trend of monthly spending": "月支出的趋势",
        "volatility of monthly spending": "月支出的不均匀程度",
        "heaviest week of spending over the median week": "支出最多一周与通常一周之比",
        "break in weekly spending": "周支出突变的幅度",
        "how far monthly spending follows the month of the year": "月支出随季节变化的程度",
        "share of spending on groceries": "食品杂货占支出的比例",
        "share of spending on household": "家居占支出的比例",
        "share of spending on utilities": "水电燃气占支出的比例",
        "share of spending on telecom": "通信占支出的比例",
        "share of spending on rent": "房租占支出的比例",
        "share of spending on transport": "交通占支出的比例",
        "share of spending on health": "医疗占支出的比例",
        "share of spending on education": "教育占支出的比例",
        "share of spending on insurance": "保险占支出的比例",
        "share of spending on tax": "税款占支出的比例",
        "share of spending on leisure": "休闲占支出的比例",
        "share of spending on travel": "旅行占支出的比例",
        "share of spending on online shopping": "网购占支出的比例",
        "share of spending on fees": "手续费占支出的比例",
        "share of spending on savings": "储蓄占支出的比例",
        "share of spending on other": "其他占支出的比例",
        "share of essential spending": "必要支出的占比",
        "spread of spending": "支出的分散程度",
        "share of debits from {}:{} to {}:{} UTC": "世界时零点至五点付款的占比",
        "share of debits on Saturday and Sunday, UTC": "周六和周日付款的占比",
        "share of debits made online, of those with a known channel": "在线付款的占比",
        "how spread debits are over the hours of the week": "付款在一周各时段的分散程度",
        "how mixed the instruments are": "付款方式的多样程度",
    },
    "fixed_commitments": {
        "recurring debits over median monthly income": "固定支出与通常月收入之比",
        "recurring debits that repay credit over median monthly income": "固定还贷支出与通常月收入之比",
        "mean monthly loan payments of {} over median monthly income": "最近{0}月均还贷与通常月收入之比",
        "number of recurring debits": "固定支出的项数",
        "median monthly income less recurring debits": "通常月收入减去固定支出",
        "median monthly income less recurring debits and median monthly groceries, transport and health": (
            "通常月收入减去固定支出、食品、交通和医疗"
        ),
        "median daily income less recurring debits, over requested amount a day of the term": (
            "扣除固定支出后的收入与申请还款额之比"
        ),
    },
    "bills": {
        "recurring bills whose next payment is overdue by half a gap": "未如常支付的定期账单数",
        "recurring debits whose next payment is overdue by half a gap": "未如常支付的定期付款数",
        "share of bills paid in time": "按时支付账单的占比",
        "days late weighted by amount, {}; at least {} bills": "最近{0}账单按金额加权的平均逾期天数",
        "mean days late, {}; at least {} bills": "最近{0}账单的平均逾期天数",
        "most days late": "账单最长逾期天数",
        "mean days late of the last {} bills": "最近{0}张账单的平均逾期天数",
        "Theil-Sen slope of days late from bill to bill, {}; at least {}": "最近{0}账单逾期天数的逐张趋势",
        "newest bills in a row paid in time; at least {} bills": "最近连续按时支付的账单数",
        "bills overdue at the moment": "当前逾期账单数",
        "amount of bills overdue at the moment": "当前逾期账单金额",
        "bills that fell due": "到期账单数",
        "amount of bills that fell due": "到期账单金额",
    },
    "balance_buffer": {
        "days of requested instalments that the mean balance of {} would pay": (
            "最近{0}平均余额可支付申请还款的天数"
        ),
        "days of requested instalments that the lowest day-end balance of {} would pay": (
            "最近{0}最低余额可支付申请还款的天数"
        ),
        "days of requested instalments that the lowest mean of {} ends of {} would pay": (
            "最近{1}内{0}最低平均余额可支付申请还款的天数"
        ),
        "days of requested instalments that the balance at the moment would pay": (
            "当前余额可支付申请还款的天数"
        ),
        "mean day-end balance": "日终平均余额",
        "lowest day-end balance": "日终最低余额",
        "highest day-end balance": "日终最高余额",
        "standard deviation of the day-end balance": "日终余额的波动",
        "balance at the moment": "当前余额",
        "{} % quantile of the day-end balance": "{0}%的日子日终余额低于此数",
        "lowest mean of {} ends in a row": "连续{0}的最低平均余额",
        "median over the {}-day months of {} of their lowest balance": "最近{1}每月最低余额的通常水平",
        "lowest balance after any payment in the whole {}-day months of {}": "最近{1}任一笔付款后的最低余额",
        "balance at the moment less its mean of {}, in days of median income": (
            "当前余额减最近{0}平均余额，折合通常收入的天数"
        ),
        "{} % quantile of the day-end balance of {} over mean daily spending of {}": (
            "最近{1}的低位余额可支付平均支出的天数"
        ),
        "mean day-end balance of {} over median monthly income": "最近{0}平均余额与通常月收入之比",
        "share of day ends in {} with less than {} % of median monthly income": (
            "最近{0}中日终余额低于月收入{1}%的日子占比"
        ),
        "standard deviation over absolute mean of the day-end balance": "日终余额相对其平均值的波动",
        "Theil-Sen slope of the lowest balance of each {}-day month in {}, over median monthly income": (
            "最近{1}每月最低余额的趋势（相对通常月收入）"
        ),
        "smallest interest received": "收到的最低利息",
        "median interest received": "通常收到的利息",
        "standard deviation over mean of the interest received": "所收利息的不均匀程度",
    },
    "overdraft": {
        "day ends below zero": "日终透支的天数",
        "mean over day ends of {} of how far the balance is below zero, over median monthly income": (
            "最近{0}平均透支额与通常月收入之比"
        ),
        "penalty interest or penalties": "罚款和罚息次数",
        "share of penalties": "罚款的占比",
    },
    "returned_payments": {
        "returned or bounced payments": "被退回的付款笔数",
    },
    "refunds_declines": {
        "share of declined payments": "被拒付款的占比",
        "share of refunds": "退款的占比",
        "purchases that were returned or charged back": "退货或拒付的购买次数",
    },
    "gambling": {
        "share of spending on gambling": "博彩占支出的比例",
        "any gambling": "有博彩支出",
        "rise of the share of gambling": "博彩占比的上升",
    },
    "high_cost_credit": {
        "share of spending on high cost credit": "高息信贷占支出的比例",
        "high-cost lenders": "高息贷款机构的数量",
    },
    "cash_use": {
        "share of cash": "现金的占比",
    },
    "purchase_activity": {
        "days since the last purchase": "距上次购买的天数",
        "number of purchases": "购买次数",
        "median purchase": "通常一次购买的金额",
        "share of days with a purchase": "有购买的日子占比",
        "unevenness of purchases in time": "购买时间分布的不均匀程度",
        "burstiness of purchases in time": "购买集中出现的程度",
    },
}
