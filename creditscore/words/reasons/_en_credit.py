"""What measures of loans, credit lines and searches for credit are called in English, by reason group."""

from __future__ import annotations

from typing import Final

LABELS: Final = {
    "current_arrears": {
        "days past due now": "days past due now",
        "money that was due and is not paid": "money overdue now",
        "money that was due and is not paid, over the sum of all schedules": (
            "part of all scheduled repayments that is overdue now"
        ),
        "largest days past due as reported last": "most days past due as last reported",
        "newest statements in a row past due": "newest statements in a row past due",
    },
    "past_arrears": {
        "worst days past due": "worst days past due",
        "months with {} or more days past due": "months with payments {0} or more days past due",
        "months since {} or more days past due": "months since payments were {0} or more days past due",
        "ever {} or more days past due": "payments were once {0} or more days past due",
        "share of months rolling from below {} past due to the next degree": (
            "how often payments less than {0} past due became later still"
        ),
        "share of months rolling from {} to {} past due to the next degree": (
            "how often payments {0} to {1} past due became later still"
        ),
        "times that a loan came to be past due": "times that a loan became past due",
        "longest time past due": "longest time past due",
        "days past due begun in {}, by loan": "days past due that began in the last {0}",
        "median days past due until cured": "typical days past due until all was paid",
        "times past due again after being cured": "times past due again after all had been paid",
        "share of times past due that were cured": "share of times past due that ended with all paid",
        "loans closed clean": "loans closed without serious arrears",
        "share of closed loans that closed clean": "share of closed loans without serious arrears",
        "largest number of days from last due date to close": (
            "most days from the last due date to the close of a loan"
        ),
        "{} if the first instalment of some loan came {} or more days late": (
            "the first instalment of a loan came {1} or more days late"
        ),
        "{} if some loan was {} or more days past due within {} of its opening": (
            "a loan was {1} or more days past due within {2} of its opening"
        ),
        "largest days past due as reported": "most days past due as reported",
        "mean days past due as reported": "average days past due as reported",
        "share of statements past due": "share of statements past due",
        "longest run of statements past due": "longest run of statements past due",
        "newest statements in a row not past due": "newest statements in a row not past due",
        "days past due as reported": "days past due as reported",
    },
    "payment_timeliness": {
        "share of instalments on time": "share of instalments paid on time",
        "mean days late, early as {}": "average days late (early counts as none)",
        "largest days late, early as {}": "most days late",
        "days late by amount": "average days late, by amount",
        "newest instalments in a row on time": "newest instalments in a row paid on time",
        "longest run of instalments on time": "longest run of instalments paid on time",
        "newest instalments in a row late": "newest instalments in a row paid late",
        "longest run of late instalments": "longest run of late instalments",
        "share of instalments collected by direct debit": "share of instalments collected by direct debit",
        "days since an instalment last came due and was paid late, or not": (
            "days since an instalment was last late"
        ),
        "days late, negative if early": "days late (negative if early)",
        "share on time": "share paid on time",
        "standard deviation of the days from last due date to close": (
            "how much the days from the last due date to the close of a loan differ"
        ),
        "share of closed loans that closed after their last due date": (
            "share of closed loans that closed after their last due date"
        ),
        "mean share of the term after which loans were closed": (
            "average part of the term after which loans were closed"
        ),
        "days from last due date to close": "average days from the last due date to the close",
        "days late of the first instalment": "average days late of the first instalment",
        "mean days late": "average days late",
        "share of the term until close": "part of the term that passed until the close",
        "days from opening to first payment": "average days from opening to first payment",
        "days from first payment to the end of the loan": (
            "average days from first payment to the end of the loan"
        ),
    },
    "prepayment": {
        "mean days paid before due, late as {}": (
            "average days paid before the due date (late counts as none)"
        ),
        "payments that reached instalments due more than {} later": (
            "payments that reached instalments due more than {0} later"
        ),
        "share of all money paid that was for instalments due more than {} later": (
            "share of all money paid that was for instalments due more than {0} later"
        ),
    },
    "part_payments": {
        "share of instalments paid in part when due": "share of instalments paid only in part when due",
        "money paid over money due": "money paid over money due",
        "share of money not paid when due": "share of money not paid when due",
    },
    "credit_history_length": {
        "instalments that came due": "instalments that came due",
        "number of loans": "number of loans",
        "age of the oldest loan": "age of the oldest loan",
        "{} if no loan is {} old or older, else {}": "no loan is {1} old or older",
        "number of different lenders so far, guaranteed loans included": "number of different lenders so far",
        "days since a loan was last closed": "days since a loan was last closed",
        "all money paid on loans so far, at most what was due": "all money paid on loans so far",
        "statements": "number of statements",
        "credit lines with a statement": "number of credit lines",
    },
    "late_trend": {
        "Theil-Sen slope of days late per instalment, newest {}, at least {}": (
            "trend of days late over the newest {0} instalments"
        ),
        "{} MAD over absolute median of days late, newest {}, at least {}": (
            "how uneven the days late of the newest {1} instalments are"
        ),
        "standard deviation of days late, newest {}, at least {}": (
            "how much the days late of the newest {0} instalments differ"
        ),
        "days late of the newest instalment less those of the one before in its loan": (
            "days late of the newest instalment less those of the one before"
        ),
        "Theil-Sen slope per loan of the days from last due date to close, newest {}": (
            "trend of the days from the last due date to the close, newest {0} loans"
        ),
        "slope of days past due per statement": "trend of days past due from statement to statement",
    },
    "credit_amount": {
        "amount due": "amount due",
        "largest loan": "largest loan",
        "Theil-Sen slope per loan of the amounts over their median, newest {}": (
            "trend of the amounts of the newest {0} loans"
        ),
        "amount of the newest loan over the one before": "amount of the newest loan over the one before",
        "amount": "average amount",
        "credit limits now, all credit lines": "credit limits now, all credit lines",
    },
    "indebtedness": {
        "number of loans open now": "number of loans open now",
        "all that is still to be paid on loans, due or not, and balances of credit lines": (
            "all that is still to be paid on loans and credit lines"
        ),
        "outstanding debt over median monthly income of {}": "debt over typical monthly income of {0}",
        "sum of the mean instalments of open loans over median monthly income of {}": (
            "instalments of open loans over typical monthly income of {0}"
        ),
        "share of the schedules of open loans that is paid": "part of open loans that is repaid",
        "balances now, all credit lines": "balances now, all credit lines",
        "mean balance": "average balance of credit lines",
        "largest balance": "largest balance of credit lines",
        "smallest balance": "smallest balance of credit lines",
        "balance": "balance",
    },
    "recent_credit": {
        "age of the newest loan": "age of the newest loan",
        "mean days between openings of loans": "average days between new loans",
        "standard deviation over mean of the days between openings": (
            "how uneven the days between new loans are"
        ),
        "loans opened": "loans opened",
        "mean days from the close of a loan to the opening of the next": (
            "average days from the close of a loan to the next loan"
        ),
    },
    "restructured_written_off": {
        "number of loans whose terms were eased": "number of loans whose terms were eased",
        "{} if some loan was written off": "a loan was written off",
        "days since a loan was last written off": "days since a loan was last written off",
    },
    "price_terms": {
        "largest yearly rate implied by amount, instalments and term": "highest yearly rate of earlier loans",
        "term": "average term",
        "yearly rate implied by amount, instalments and term": "average yearly rate",
    },
    "guarantees": {
        "loans guaranteed for others": "loans guaranteed for others",
        "largest days past due of loans guaranteed for others": (
            "most days past due of loans guaranteed for others"
        ),
        "largest days past due now of loans guaranteed for others": (
            "days past due now of loans guaranteed for others"
        ),
        "all that is still to be paid on loans guaranteed for others": (
            "all that is still to be paid on loans guaranteed for others"
        ),
    },
    "card_utilisation": {
        "limits less balances now, all credit lines": "unused credit now, all credit lines",
        "balances over limits now, all credit lines": "balances over limits now, all credit lines",
        "newest balance over the mean balance": "newest balance over the average balance",
        "largest utilisation": "highest balance over the limit",
        "mean utilisation": "average balance over the limit",
        "statements above the limit": "statements above the limit",
        "mean of what was newly drawn or charged": "average amount newly drawn or charged",
        "slope of utilisation per statement": (
            "trend of the balance over the limit from statement to statement"
        ),
        "standard deviation of utilisation": "how much the balance over the limit varies",
        "slope of the balance over its median": "trend of the balance from statement to statement",
        "utilisation": "balance over the limit",
    },
    "card_repayment": {
        "share of balances paid in full": "share of balances paid in full",
        "share of minimum or smaller payments": "share of payments of the minimum or less",
        "share of balances of which nothing was paid": "share of balances of which nothing was paid",
        "mean share of the balance paid": "average part of the balance that was paid",
        "smallest share of the balance paid": "smallest part of the balance that was paid",
        "mean payment over the limit": "average payment over the limit",
        "mean payment": "average payment on credit lines",
        "smallest payment": "smallest payment on credit lines",
        "largest payment": "largest payment on credit lines",
        "payments over balances": "payments over balances",
        "slope of the payment over its median": "trend of the payment from statement to statement",
        "newest balances in a row of which nothing was paid": (
            "newest balances in a row of which nothing was paid"
        ),
        "payment": "payment",
        "share of the balance before that was paid": "part of the balance before that was paid",
        "payment over the limit": "payment over the limit",
    },
    "cash_advances": {
        "cash drawn": "cash drawn on credit",
        "statements with cash drawn": "statements with cash drawn on credit",
    },
    "inquiries": {
        "searches for credit": "searches for credit",
        "lenders who asked": "number of lenders who asked",
    },
}
