"""Credit lines by their statements, searches for credit, and bills."""

from __future__ import annotations

from typing import Final

from tests.features.ledgers.writing import NONE, Written, asked, bill, line, loan

CARDS: Final = (
    Written(
        "a card that was closed 1000 days ago is not now",
        {
            "loans": [loan(2000, closed_time=1000, kind="revolving"), loan(600, "M", kind="revolving")],
            "statements": line([1090, 1060, 1030], 900, days_past_due=60.0)
            + line([65, 35, 5], 100, "M", days_past_due=0.0),
        },
        {
            "statements_utilisation_now": 0.1,
            "statements_dpd_now": 0,
            "statements_lines": 1,
            "statements_balance_now": 100,
            "dpd_now": 0,
            "loans_open": 1,
        },
    ),
    Written(
        "a card closed with a balance, and one opened since that has told nothing: the old one speaks",
        {
            "loans": [loan(600, closed_time=20, kind="revolving"), loan(15, "M", kind="revolving")],
            "statements": line([85, 55, 25], 900, days_past_due=40.0),
        },
        {"statements_utilisation_now": 0.9, "statements_lines": 1, "statements_dpd_now": 40},
    ),
    Written(
        "a card closed with a balance, and the one opened since has told",
        {
            "loans": [loan(600, closed_time=20, kind="revolving"), loan(15, "M", kind="revolving")],
            "statements": line([85, 55, 25], 900) + line([5], 100, "M"),
        },
        {"statements_utilisation_now": 0.1, "statements_lines": 1},
    ),
    Written(
        "a card closed with a balance, and none opened",
        {"loans": [loan(600, closed_time=20, kind="revolving")], "statements": line([85, 55, 25], 900)},
        {"statements_utilisation_now": NONE, "statements_lines": 0},
    ),
    Written(
        "a card that was written off is not now",
        {
            "loans": [loan(600, written_off_time=20, kind="revolving"), loan(600, "M", kind="revolving")],
            "statements": line([35, 5], 900) + line([35, 5], 300, "M"),
        },
        {"statements_utilisation_now": 0.3, "statements_lines": 1, "written_off_ever": 1},
    ),
    Written(
        "a statement of 93 days ago is old",
        {"loans": [loan(600, kind="revolving")], "statements": line([123, 93], 400)},
        {"statements_lines": 0, "statements_utilisation_now": NONE, "statements_stale_days": 93},
    ),
    Written(
        "a statement of 92 days ago is the last that is now",
        {"loans": [loan(600, kind="revolving")], "statements": line([122, 92], 400)},
        {"statements_lines": 1, "statements_utilisation_now": 0.4, "statements_history_days": 122},
    ),
    Written(
        "a balance in credit uses nothing",
        {"loans": [loan(600, kind="revolving")], "statements": line([35, 5], -50)},
        {
            "statements_utilisation_now": 0,
            "statements_balance_now": -50,
            "outstanding": 0,
            "statements_utilisation_max_12m": 0,
        },
    ),
    Written(
        "three times the balance paid is all of it",
        {"loans": [loan(600, kind="revolving")], "statements": line([65, 35, 5], 100, payment=300.0)},
        {
            "statements_payment_ratio_mean_12m": 1,
            "statements_paid_to_balance_12m": 1,
            "statements_transactor_share_12m": 1,
        },
    ),
    Written(
        "a quarter of the balance before",
        {"loans": [loan(600, kind="revolving")], "statements": line([65, 35, 5], 400, payment=100.0)},
        {
            "statements_payment_ratio_min_12m": 0.25,
            "statements_paid_to_balance_12m": 0.25,
            "statements_no_payment_share_12m": 0,
        },
    ),
    Written(
        "over the limit",
        {"loans": [loan(600, kind="revolving")], "statements": line([35, 5], 1200)},
        {"statements_utilisation_now": 1.2, "statements_over_limit_12m": 2, "statements_unused_now": -200},
    ),
    Written(
        "what was 13 months ago is no lag of today",
        {"loans": [loan(900, kind="revolving")], "statements": line([400], 800) + line([5], 200)},
        {"statements_utilisation_lag_1": 0.2, "statements_utilisation_lag_2": NONE},
    ),
    Written(
        "past due long ago and not seen since",
        {"loans": [loan(900, kind="revolving")], "statements": line([460, 430], 800, days_past_due=30.0)},
        {"statements_late_streak": NONE, "statements_late_streak_max": 2, "statements_dpd_now": NONE},
    ),
)

SEARCHES: Final = (
    Written("31 and 20 days ago: one in 30 days", asked(31, 20), {"inquiries_30d": 1, "inquiries_90d": 1}),
    Written("43, 31, 25 and 20 days ago: one search in 30 days", asked(43, 31, 25, 20), {"inquiries_30d": 1}),
    Written("20 and 5 days ago are 15 days apart", asked(20, 5), {"inquiries_30d": 2}),
    Written("20 and 7 days ago are 13 days apart", asked(20, 7), {"inquiries_30d": 1}),
    Written("14 days after the first begins anew", asked(20, 10, 6), {"inquiries_30d": 2}),
    Written(
        "five lenders in one search", asked(9, 8, 7, 6, 5), {"inquiries_90d": 1, "inquiries_lenders_180d": 5}
    ),
)

BILLS: Final = (
    Written(
        "98 of 100 paid on each of four bills: 8 are overdue",
        {"bills": [bill(due, due + 2, 98.0) for due in (100, 70, 40, 10)]},
        {
            "bills_overdue_amount": 8,
            "bills_overdue_count": 4,
            "bills_days_late_by_amount_365d": 2 * 220 / 400,
        },
    ),
    Written(
        "half paid 5 days late, the rest still open after 70",
        {"bills": [bill(70, 65, 50.0), bill(40, 41), bill(20, 22)]},
        {"bills_overdue_amount": 50, "bills_days_late_by_amount_365d": (50 * 5 + 50 * 70) / 300},
    ),
    Written(
        "all paid before their day",
        {"bills": [bill(70, 75), bill(40, 41), bill(20, 22)]},
        {"bills_overdue_amount": 0, "bills_on_time_streak": 3, "bills_stale_days": 20},
    ),
)
