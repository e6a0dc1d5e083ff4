"""Loans with a schedule: paid, late, reported late, ended, paid by others, and their price."""

from __future__ import annotations

from typing import Final

from tests.features.ledgers.writing import NONE, Written, dues, loan, paid

TEN: Final = [270, 240, 210, 180, 150, 120, 90, 60, 30]

PAYING: Final = (
    Written(
        "unpaid for 40 days, and nothing else was ever known",
        {"loans": [loan(70)], "instalments": dues([40])},
        {"dpd_now": 40, "overdue_amount": 100, "late_streak": 1, "ever_30": 1, "first_payment_default": 1},
    ),
    Written(
        "nine instalments paid on their day",
        {"loans": [loan(300, amount=900.0)], "instalments": dues(TEN, [0] * 9)},
        {"dpd_now": 0, "on_time_share_12m": 1, "on_time_streak": 9, "paid_ratio_ever": 1, "outstanding": 0},
    ),
    Written(
        "three instalments 5, 10 and 15 days late",
        {"loans": [loan(120)], "instalments": dues([90, 60, 30], [5, 10, 15])},
        {"on_time_share_ever": 0, "days_late_mean_ever": 10, "days_late_max_ever": 15, "worst_dpd_ever": 15},
    ),
    Written(
        "60 of 100 paid on the due day, 50 days ago",
        {"loans": [loan(80)], "instalments": dues([50], [0], share=0.6)},
        {"dpd_now": 50, "overdue_amount": 40, "outstanding": 40, "late_streak": 1},
    ),
    Written(
        "99.5 % paid is paid",
        {"loans": [loan(80)], "instalments": dues([50], [0], share=0.995)},
        {"dpd_now": 0, "on_time_streak": 1, "ever_30": 0},
    ),
    Written(
        "twice the first instalment pays the second ahead",
        {"loans": [loan(90, amount=200.0)], "instalments": dues([60, 30], [0, None], share=2.0)},
        {"dpd_now": 0, "outstanding": 0, "loans_open": 0, "on_time_streak": 2},
    ),
    Written(
        "nothing has come due yet",
        {"loans": [loan(20)], "instalments": dues([-10, -40])},
        {"dpd_now": 0, "outstanding": 200, "instalments_due_ever": 0, "on_time_streak": NONE},
    ),
    Written(
        "the first instalment came 35 days late",
        {"loans": [loan(100)], "instalments": dues([70, 30], [35, 0])},
        {"worst_dpd_12m": 35, "ever_30": 1, "ever_60": 0, "first_payment_default": 1, "dpd_now": 0},
    ),
    Written(
        "a payment that bounced leaves its instalment unpaid",
        {"loans": [loan(80)], "instalments": dues([50]), "repayments": [paid(50, 100), paid(45, -100)]},
        {"dpd_now": 50, "overdue_amount": 100, "on_time_streak": 0},
    ),
    Written(
        "paid 20 days ahead, each time",
        {"loans": [loan(120, amount=900.0)], "instalments": dues([90, 60, 30], [-20, -20, -20])},
        {"days_early_mean_ever": 20, "on_time_share_ever": 1, "days_late_mean_ever": 0},
    ),
)

_LAGGED: Final = [0, 0, 0, 0, 0, 0, 0, 0, None]
REPORTED: Final = (
    Written(
        "payments are passed on after 35 days: the newest instalment is open",
        {"loans": [loan(300)], "instalments": dues(TEN, _LAGGED, lag=35)},
        {"dpd_now": 0, "worst_dpd_12m": 0, "on_time_share_12m": 1, "late_streak": 0, "ever_30": 0},
    ),
    Written(
        "the same after 60 days",
        {"loans": [loan(300)], "instalments": dues(TEN, [*_LAGGED[:-2], None, None], lag=60)},
        {"dpd_now": 0, "on_time_share_12m": 1, "late_streak": 0, "overdue_amount": 0},
    ),
    Written(
        "lag of 35 days and unpaid for 100: it stood at 65 days when the reports end",
        {"loans": [loan(220)], "instalments": dues([190, 160, 130, 100], [0, 0, 0, None], lag=35)},
        {"dpd_now": 65, "ever_60": 1, "late_streak": 1, "overdue_amount": 100},
    ),
    Written(
        "a lag shows in another loan of the same lender",
        {
            "loans": [loan(300, "M", lender="x"), loan(60, lender="x")],
            "instalments": dues([200, 170], [0, 0], lag=35, loan_id="M") + dues([30], [None]),
        },
        {"dpd_now": 0, "late_streak": 0},
    ),
    Written(
        "a lag of another lender excuses nothing",
        {
            "loans": [loan(300, "M", lender="x"), loan(60, lender="y")],
            "instalments": dues([200, 170], [0, 0], lag=35, loan_id="M") + dues([30], [None]),
        },
        {"dpd_now": 30, "late_streak": 1},
    ),
    Written(
        "one payment booked late among prompt ones excuses nothing",
        {
            "loans": [loan(220)],
            "instalments": dues([190, 130, 100], [0, 0, None]) + dues([160], [0], lag=60),
        },
        {"dpd_now": 100, "late_streak": 1},
    ),
    Written(
        "two of four payments booked late excuse nothing",
        {
            "loans": [loan(220)],
            "instalments": dues([190, 160], [0, 0], lag=35) + dues([130, 100, 70], [0, 0, None]),
        },
        {"dpd_now": 70},
    ),
    Written(
        "no lag excuses for longer than 92 days",
        {"loans": [loan(460)], "instalments": dues([430, 400, 150], [0, 0, None], lag=300)},
        {"dpd_now": 58, "late_streak": 1},
    ),
    Written(
        "the lender says that it reported up to 45 days ago",
        {"loans": [loan(90, reported_time=45)], "instalments": dues([60, 30])},
        {"dpd_now": 15, "late_streak": 1, "overdue_amount": 100, "instalments_due_ever": 2},
    ),
    Written(
        "repayments that come in 40 days later",
        {
            "loans": [loan(130)],
            "instalments": dues([100, 70, 30]),
            "repayments": [paid(100, 100, lag=40), paid(70, 100, lag=40)],
        },
        {"dpd_now": 0, "on_time_streak": 2, "late_streak": 0},
    ),
)

_MONTHS: Final = [335 - 30 * k for k in range(36)]
ENDED: Final = (
    Written(
        "settled on day 20 of three years: one sum paid, and no instalment fell due",
        {"loans": [loan(365, closed_time=345)], "instalments": dues(_MONTHS)},
        {
            "on_time_streak": 1,
            "instalments_due_12m": 0,
            "paid_ratio_ever": NONE,
            "on_time_share_12m": NONE,
            "loans_open": 0,
            "outstanding": 0,
            "loans_closed_clean": 1,
        },
    ),
    Written(
        "over on the seventh day, before its only instalment fell due: no payment in time",
        {"loans": [loan(100, closed_time=93)], "instalments": dues([70])},
        {"on_time_streak": NONE, "loan_on_time_mean_last_1": NONE, "first_days_late_mean_last_1": NONE},
    ),
    Written(
        "over on the eighth, of thirty to its only due day: given back, and clean in nobody's eyes",
        {"loans": [loan(100, closed_time=92)], "instalments": dues([70])},
        {"on_time_streak": NONE, "loans_closed_clean": 0, "closed_clean_share": NONE},
    ),
    Written(
        "over on the fourteenth of thirty days to its only due day",
        {"loans": [loan(100, closed_time=86)], "instalments": dues([70])},
        {"on_time_streak": NONE, "loans_closed_clean": 0, "loan_on_time_mean_last_1": NONE},
    ),
    Written(
        "over on the fifteenth of thirty days to its only due day",
        {"loans": [loan(100, closed_time=85)], "instalments": dues([70])},
        {"on_time_streak": 1, "loans_closed_clean": 1, "closed_clean_share": (1 + 5 * 0.85) / 6},
    ),
    Written(
        "over on the eighth of fourteen days to its only due day",
        {"loans": [loan(100, closed_time=92)], "instalments": dues([86])},
        {"on_time_streak": 1, "loan_on_time_mean_last_1": 1, "first_days_late_mean_last_1": -6},
    ),
    Written(
        "over on the third day, on which its only instalment fell due",
        {"loans": [loan(100, closed_time=97)], "instalments": dues([97])},
        {"on_time_streak": 1, "loan_on_time_mean_last_1": 1, "first_days_late_mean_last_1": 0},
    ),
    Written(
        "three paid, three missed, then closed: in arrears, and not clean",
        {
            "loans": [loan(300, closed_time=100)],
            "instalments": dues([*TEN, 0.1], [0, 0, 0, *[None] * 7]),
        },
        {
            "on_time_share_12m": 0.5,
            "on_time_streak": 0,
            "instalments_due_12m": 6,
            "paid_ratio_ever": 0.5,
            "paid_total": 300,
            "loans_closed_clean": 0,
            "dpd_now": 0,
            "overdue_amount": 0,
        },
    ),
    Written(
        "settled by one payment before the first instalment",
        {
            "loans": [loan(100, amount=300.0)],
            "instalments": dues([70, 40, 10]),
            "repayments": [paid(80, 300)],
        },
        {"on_time_streak": 1, "instalments_due_ever": 0, "loans_open": 0, "prepayments": 1},
    ),
    Written(
        "the last of three paid a day early ends the loan and is an instalment like the others",
        {"loans": [loan(120, amount=300.0)], "instalments": dues([90, 60, 30], [0, 0, -1])},
        {"on_time_streak": 3, "instalments_due_ever": 3, "on_time_share_ever": 1, "loans_open": 0},
    ),
    Written(
        "closed with the last payment, 5 days late",
        {"loans": [loan(100, closed_time=64.5)], "instalments": dues([70], [5])},
        {"loans_closed_clean": 1, "days_late_at_close_max": 5, "worst_dpd_ever": 5, "on_time_streak": 0},
    ),
    Written(
        "written off: nothing falls due afterwards",
        {
            "loans": [loan(300, written_off_time=100)],
            "instalments": dues([*TEN], [0, 0, *[None] * 7]),
        },
        {
            "instalments_due_ever": 6,
            "written_off_ever": 1,
            "days_since_written_off": 100,
            "loans_open": 0,
            "late_streak": 4,
            "loans_closed_clean": 0,
        },
    ),
    Written(
        "eased and then closed is not clean",
        {
            "loans": [loan(100, restructured_time=60, closed_time=30)],
            "instalments": dues([70, 40], [0, 0]),
        },
        {"restructured": 1, "loans_closed_clean": 0, "loans_open": 0},
    ),
    Written(
        "without records of payments, closing is the payment, here 30 days late",
        {"loans": [loan(100, closed_time=40)], "instalments": dues([70, 30])},
        {"paid_total": 200, "worst_dpd_ever": 30, "late_streak": 1, "on_time_streak": 0, "loans_open": 0},
    ),
    Written(
        "closed with 10 days of arrears that nobody paid is not clean",
        {"loans": [loan(100, closed_time=60)], "instalments": dues([70], [None])},
        {"loans_closed_clean": 0, "worst_dpd_ever": 10, "dpd_now": 0},
    ),
    Written(
        "one loan closed clean, another open",
        {
            "loans": [loan(200, closed_time=100), loan(60, "M")],
            "instalments": dues([100.5], [0]) + dues([-5], loan_id="M"),
        },
        {"loans_open": 1, "loans_closed_clean": 1, "closed_clean_share": (1 + 5 * 0.85) / 6},
    ),
    Written(
        "wholly paid by its schedule",
        {"loans": [loan(100)], "instalments": dues([40.5], [0])},
        {"loans_open": 0, "days_since_last_close": 40, "outstanding": 0},
    ),
    Written(
        "a schedule that does not cover the amount leaves the loan open",
        {"loans": [loan(100, amount=500.0)], "instalments": dues([40], [0])},
        {"loans_open": 1, "days_since_last_close": NONE},
    ),
    Written(
        "guaranteed for another: no loan of one's own",
        {"loans": [loan(70, role="guarantor")], "instalments": dues([40])},
        {"guaranteed_loans": 1, "guaranteed_dpd_now": 40, "loans_ever": 0, "dpd_now": NONE},
    ),
)

OTHERS: Final = (
    Written(
        "a guarantor paid every instalment on its day",
        {
            "loans": [loan(120, amount=900.0)],
            "instalments": dues([90, 60, 30], [0, 0, 0], paid_by="guarantor"),
        },
        {"dpd_now": 0, "on_time_share_ever": 0, "on_time_streak": 0, "paid_by_others_share": 1},
    ),
    Written(
        "a collector brought the money in after 80 days",
        {"loans": [loan(150)], "instalments": dues([120], [80], paid_by="collector")},
        {"paid_by_others_share": 1, "worst_dpd_ever": 80, "dpd_now": 0},
    ),
    Written(
        "the borrower, said so, is the borrower",
        {
            "loans": [loan(120, amount=900.0)],
            "instalments": dues([90, 60, 30], [0, 0, 0], paid_by="borrower"),
        },
        {"on_time_share_ever": 1, "paid_by_others_share": 0},
    ),
    Written(
        "two repaid by oneself, one by the guarantor",
        {
            "loans": [loan(120, amount=900.0)],
            "instalments": dues([90, 60, 30]),
            "repayments": [paid(90, 100), paid(60, 100), paid(30, 100, paid_by="guarantor")],
        },
        {"on_time_share_ever": 2 / 3, "on_time_streak": 0, "paid_by_others_share": 1 / 3},
    ),
)

_MONTH: Final = 365 / 12
PRICED: Final = (
    Written(
        "eight weekly instalments of 50",
        {"loans": [loan(20, amount=380.0)], "instalments": dues([13 - 7 * k for k in range(8)], amount=50.0)},
        {"monthly_amount": 50 / 7 * _MONTH},
    ),
    Written(
        "eight instalments of 217, 30 days apart",
        {"loans": [loan(20)], "instalments": dues([-10 - 30 * k for k in range(8)], amount=217.0)},
        {"monthly_amount": 217 / 30 * _MONTH},
    ),
    Written(
        "four instalments of 651, 90 days apart",
        {"loans": [loan(20)], "instalments": dues([-70 - 90 * k for k in range(4)], amount=651.0)},
        {"monthly_amount": 651 / 90 * _MONTH},
    ),
    Written(
        "one sum of 1200 in 330 days: ten whole months are left",
        {"loans": [loan(20)], "instalments": dues([-330], amount=1200.0)},
        {"monthly_amount": 120},
    ),
    Written(
        "one sum that is past due is due within a month",
        {"loans": [loan(80)], "instalments": dues([10], amount=1200.0)},
        {"monthly_amount": 1200},
    ),
    Written(
        "1000 lent for 1150 in 14 days: 15 % of simple interest over 14 days",
        {"loans": [loan(30, amount=1000.0)], "instalments": dues([16], amount=1150.0)},
        {"annual_rate_max": 0.15 * 365 / 14},
    ),
    Written(
        "two instalments a month and two months after opening, at 5 % a month",
        {
            "loans": [loan(2 * _MONTH, amount=100 / 1.05 + 100 / 1.05**2)],
            "instalments": dues([_MONTH, 0.0]),
        },
        {"annual_rate_max": 0.6},
    ),
    Written(
        "without interest",
        {"loans": [loan(100, amount=200.0)], "instalments": dues([70, 40])},
        {"annual_rate_max": 0},
    ),
    Written(
        "a schedule that does not cover the amount implies no rate",
        {"loans": [loan(100, amount=500.0)], "instalments": dues([70, 40])},
        {"annual_rate_max": NONE},
    ),
)
