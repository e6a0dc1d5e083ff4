"""What measures of applications, payments and bills are called in English, by reason group."""

from __future__ import annotations

from typing import Final

LABELS: Final = {
    "amount_requested": {
        "requested amount": "amount requested",
        "requested amount for each day of the term": "amount requested for each day of the term",
        "requested amount over term in days, over median daily income": (
            "requested repayment over typical income"
        ),
        "requested amount over the income of {}": "amount requested over the income of the last {0}",
        "mean daily income less mean daily spending of {}, over requested amount a day of the term": (
            "income left after spending in the last {0} over the requested repayment"
        ),
        "requested amount over the largest amount of earlier loans": (
            "amount requested over the largest earlier loan"
        ),
        "requested amount over the mean amount of earlier loans": (
            "amount requested over the average earlier loan"
        ),
        "requested amount over the newest amount of earlier loans": (
            "amount requested over the newest earlier loan"
        ),
        "requested amount over the first amount of earlier loans": (
            "amount requested over the first earlier loan"
        ),
        "requested amount over all money paid on loans": "amount requested over all money paid on loans",
        "requested amount over limits now": "amount requested over credit limits now",
    },
    "term_requested": {
        "requested term in days": "time over which the loan would be repaid",
        "requested term over the largest term of earlier loans": (
            "term requested over the longest earlier term"
        ),
        "requested term over the mean term of earlier loans": "term requested over the average earlier term",
        "requested term over the newest term of earlier loans": "term requested over the newest earlier term",
        "requested term over the first term of earlier loans": "term requested over the first earlier term",
    },
    "income_level": {
        "credits, number": "number of payments received",
        "credits, sum": "total of payments received",
        "credits, mean": "average payment received",
        "credits, standard deviation": "how much payments received differ",
        "credits, smallest": "smallest payment received",
        "credits, largest": "largest payment received",
        "credits, median": "typical payment received",
        "credits, number of distinct amounts": "number of different amounts received",
        "credits, standard deviation of the days between": (
            "how uneven the days between payments received are"
        ),
        "credits of {} over those of {}": "payments received in the last {0} over those of {1}",
        "median monthly income": "typical monthly income",
        "median monthly wages, pensions and benefits": "typical monthly wages, pensions and benefits",
        "recurring income a month": "regular monthly income",
    },
    "spending_level": {
        "debits, number": "number of payments made",
        "debits, sum": "total of payments made",
        "debits, mean": "average payment made",
        "debits, standard deviation": "how much payments made differ",
        "debits, smallest": "smallest payment made",
        "debits, largest": "largest payment made",
        "debits, median": "typical payment made",
        "debits, number of distinct amounts": "number of different amounts paid",
        "debits, standard deviation of the days between": "how uneven the days between payments made are",
        "debits of {} over those of {}": "payments made in the last {0} over those of {1}",
    },
    "cash_flow": {
        "signed payments, sum": "money received less money paid",
        "signed payments, mean": "average of all payments, those made counted as negative",
        "signed payments, standard deviation": "how much all payments differ, those made counted as negative",
        "signed payments, smallest": "lowest of all payments, those made counted as negative",
        "signed payments, largest": "highest of all payments, those made counted as negative",
        "signed payments, median": "typical payment, those made counted as negative",
        "share of income not spent": "share of income not spent",
        "share of months that spent more than came in": "share of months in which more went out than came in",
    },
    "income_stability": {
        "spread of monthly income": "how uneven monthly income is",
        "trend of monthly income": "trend of monthly income",
        "income of the last {} over that of the months before": (
            "income of the last {0} over that of the months before"
        ),
        "share of months with income": "share of months with income",
        "longest time between credits": "longest time between payments received",
        "days since the last credit": "days since the last payment received",
        "share of income from salary": "share of income from wages",
        "share of income from pension and benefits": "share of income from pension and benefits",
        "a recurring income was found": "a regular income was found",
        "{} minus MAD of the gaps over their median": "how regularly income arrives",
        "time since the last hit over the median gap": (
            "time since the last regular income over the usual time between"
        ),
    },
    "counterparties": {
        "number of distinct payers": "number of different payers",
        "sum of the squared shares of payers (Herfindahl)": "how much income depends on few payers",
        "persons paid": "number of persons paid",
        "paid to over received from persons": "money paid to persons over money received from persons",
        "sum of the squared shares of merchants in purchases of {}": (
            "how much purchases of the last {0} depend on few merchants"
        ),
        "share of merchants of {} never seen before": "share of merchants of the last {0} never seen before",
    },
    "spending_pattern": {
        "median days until half of a pay was spent": "typical days until half of a pay was spent",
        "trend of monthly spending": "trend of monthly spending",
        "volatility of monthly spending": "how uneven monthly spending is",
        "heaviest week of spending over the median week": "heaviest week of spending over the typical week",
        "break in weekly spending": "size of a sudden change in weekly spending",
        "how far monthly spending follows the month of the year": (
            "how far monthly spending follows the time of year"
        ),
        "share of spending on groceries": "share of spending on groceries",
        "share of spending on household": "share of spending on the household",
        "share of spending on utilities": "share of spending on utilities",
        "share of spending on telecom": "share of spending on telecom",
        "share of spending on rent": "share of spending on rent",
        "share of spending on transport": "share of spending on transport",
        "share of spending on health": "share of spending on health",
        "share of spending on education": "share of spending on education",
        "share of spending on insurance": "share of spending on insurance",
        "share of spending on tax": "share of spending on tax",
        "share of spending on leisure": "share of spending on leisure",
        "share of spending on travel": "share of spending on travel",
        "share of spending on online shopping": "share of spending on online shopping",
        "share of spending on fees": "share of spending on fees",
        "share of spending on savings": "share of spending put into savings",
        "share of spending on other": "share of spending on other things",
        "share of essential spending": "share of essential spending",
        "spread of spending": "how widely spending is spread",
        "share of debits from {}:{} to {}:{} UTC": (
            "share of payments made between midnight and five in the morning, UTC"
        ),
        "share of debits on Saturday and Sunday, UTC": "share of payments made on Saturday and Sunday",
        "share of debits made online, of those with a known channel": "share of payments made online",
        "how spread debits are over the hours of the week": (
            "how widely payments are spread over the hours of the week"
        ),
        "how mixed the instruments are": "how mixed the means of payment are",
    },
    "fixed_commitments": {
        "recurring debits over median monthly income": "regular payments over typical monthly income",
        "recurring debits that repay credit over median monthly income": (
            "regular credit repayments over typical monthly income"
        ),
        "mean monthly loan payments of {} over median monthly income": (
            "average monthly loan payments of the last {0} over typical monthly income"
        ),
        "number of recurring debits": "number of regular payments",
        "median monthly income less recurring debits": "typical monthly income less regular payments",
        "median monthly income less recurring debits and median monthly groceries, transport and health": (
            "typical monthly income less regular payments, groceries, transport and health"
        ),
        "median daily income less recurring debits, over requested amount a day of the term": (
            "income left after regular payments over the requested repayment"
        ),
    },
    "bills": {
        "recurring bills whose next payment is overdue by half a gap": (
            "regular bills that have not been paid as usual"
        ),
        "recurring debits whose next payment is overdue by half a gap": (
            "regular payments that have not been made as usual"
        ),
        "share of bills paid in time": "share of bills paid in time",
        "days late weighted by amount, {}; at least {} bills": (
            "average days late of bills, by amount, in the last {0}"
        ),
        "mean days late, {}; at least {} bills": "average days late of bills in the last {0}",
        "most days late": "most days that a bill was late",
        "mean days late of the last {} bills": "average days late of the last {0} bills",
        "Theil-Sen slope of days late from bill to bill, {}; at least {}": (
            "trend of days late from bill to bill in the last {0}"
        ),
        "newest bills in a row paid in time; at least {} bills": "newest bills in a row paid in time",
        "bills overdue at the moment": "bills overdue now",
        "amount of bills overdue at the moment": "amount of bills overdue now",
        "bills that fell due": "bills that fell due",
        "amount of bills that fell due": "amount of bills that fell due",
    },
    "balance_buffer": {
        "days of requested instalments that the mean balance of {} would pay": (
            "days of the requested repayment that the average balance of the last {0} would pay"
        ),
        "days of requested instalments that the lowest day-end balance of {} would pay": (
            "days of the requested repayment that the lowest balance of the last {0} would pay"
        ),
        "days of requested instalments that the lowest mean of {} ends of {} would pay": (
            "days of the requested repayment paid by the lowest average balance of {0} in the last {1}"
        ),
        "days of requested instalments that the balance at the moment would pay": (
            "days of the requested repayment that the present balance would pay"
        ),
        "mean day-end balance": "average balance at the end of the day",
        "lowest day-end balance": "lowest balance at the end of the day",
        "highest day-end balance": "highest balance at the end of the day",
        "standard deviation of the day-end balance": "how much the balance at the end of the day varies",
        "balance at the moment": "present balance",
        "{} % quantile of the day-end balance": "balance below which {0}% of days end",
        "lowest mean of {} ends in a row": "lowest average balance of {0} in a row",
        "median over the {}-day months of {} of their lowest balance": (
            "typical lowest balance of a month in the last {1}"
        ),
        "lowest balance after any payment in the whole {}-day months of {}": (
            "lowest balance after any payment in the last {1}"
        ),
        "balance at the moment less its mean of {}, in days of median income": (
            "present balance less its average of the last {0}, in days of typical income"
        ),
        "{} % quantile of the day-end balance of {} over mean daily spending of {}": (
            "days of average spending that a low balance of the last {1} would pay"
        ),
        "mean day-end balance of {} over median monthly income": (
            "average balance of the last {0} over typical monthly income"
        ),
        "share of day ends in {} with less than {} % of median monthly income": (
            "share of days in the last {0} that ended with less than {1}% of a month's income"
        ),
        "standard deviation over absolute mean of the day-end balance": (
            "how much the balance at the end of the day varies against its average"
        ),
        "Theil-Sen slope of the lowest balance of each {}-day month in {}, over median monthly income": (
            "trend of the lowest monthly balance in the last {1}, over typical monthly income"
        ),
        "smallest interest received": "smallest interest received",
        "median interest received": "typical interest received",
        "standard deviation over mean of the interest received": "how uneven the interest received is",
    },
    "overdraft": {
        "day ends below zero": "days that ended overdrawn",
        "mean over day ends of {} of how far the balance is below zero, over median monthly income": (
            "average overdraft of the last {0} over typical monthly income"
        ),
        "penalty interest or penalties": "penalties and penalty interest",
        "share of penalties": "share of penalties",
    },
    "returned_payments": {
        "returned or bounced payments": "payments returned unpaid",
    },
    "refunds_declines": {
        "share of declined payments": "share of declined payments",
        "share of refunds": "share of refunds",
        "purchases that were returned or charged back": "purchases returned or charged back",
    },
    "gambling": {
        "share of spending on gambling": "share of spending on gambling",
        "any gambling": "any gambling",
        "rise of the share of gambling": "rise of the share of gambling",
    },
    "high_cost_credit": {
        "share of spending on high cost credit": "share of spending on high-cost credit",
        "high-cost lenders": "number of high-cost lenders",
    },
    "cash_use": {
        "share of cash": "share of cash",
    },
    "purchase_activity": {
        "days since the last purchase": "days since the last purchase",
        "number of purchases": "number of purchases",
        "median purchase": "typical purchase",
        "share of days with a purchase": "share of days with a purchase",
        "unevenness of purchases in time": "how unevenly purchases are spread over time",
        "burstiness of purchases in time": "how much purchases come in bunches",
    },
}
