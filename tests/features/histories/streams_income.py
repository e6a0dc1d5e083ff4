"""Incomes that recur, and those that do not."""

from __future__ import annotations

from tests.features.histories.streams_builder import BANK, WAGE, Person

CASH = {"kind": "cash"}


def _person(name: str, found: float | None, monthly: float | None = None, **more: float | None) -> Person:
    said = {"salary_found": found} | ({"salary_monthly_amount": monthly} if monthly is not None else {})
    return Person(name, said | more)


def _raised(ago: int) -> float:
    return 2_200.0 if ago < 5 else 2_000.0


HISTORIES = (
    _person("salary on the first", 1, 2_000, salaries_count=1, income_median_6m=2_000, salary_days_to_next=16)
    .monthly(1, 2_000, **WAGE).living(),
    _person("salary on the last day", 1, 2_000, salary_regularity=0.95, income_median_6m=2_000)
    .monthly(31, 2_000, **WAGE).living(),
    _person("salary on the last working day", 1, 2_000, income_median_6m=2_000)
    .monthly(31, 2_000, weekdays=True, **WAGE).living(),
    _person("salary on the 25th or the Friday before", 1, 2_000, salary_days_to_next=8)
    .monthly(25, 2_000, weekdays=True, **WAGE).living(),
    _person("weekly wage", 1, 500 * 30.4375 / 7, salaries_count=1)
    .every(7, 500, times=60, **WAGE).living(),
    _person("fortnightly wage", 1, 1_000 * 30.4375 / 14, salary_days_to_next=13)
    .every(14, 1_000, times=30, **WAGE).living(),
    _person("four-weekly wage", 1, 1_840 * 30.4375 / 28)
    .every(28, 1_840, times=16, ago=5, **WAGE).living(),
    _person("twice a month", 1, 2_000, salaries_count=1, income_median_6m=2_000)
    .monthly(1, 1_000, **WAGE).monthly(15, 1_000, last=1, **WAGE).living(),
    _person("on the 15th and the last", 1, 2_400)
    .monthly(15, 1_200, last=1, **WAGE).monthly(31, 1_200, **WAGE).living(),
    _person("every second month", 1, 1_500, income_median_6m=1_500)
    .monthly(5, lambda ago: 3_000 if ago % 2 == 0 else None, **WAGE).living(),
    _person("quarterly", 1, 1_000)
    .monthly(5, lambda ago: 3_000 if ago % 3 == 0 else None, months=16, **WAGE).living(),
    _person("with a thirteenth month", 1, 2_000, income_median_6m=2_000)
    .monthly(25, lambda ago: 4_000 if ago == 6 else 2_000, **WAGE).living(),
    _person("with commission", 1, 2_000)
    .monthly(28, lambda ago: 2_000 + 300 * (ago % 3 - 1), **WAGE).living(),
    _person("raised five months ago", 1, 2_200, salary_tenure_days=532)
    .monthly(1, _raised, **WAGE).living(),
    _person("two employers", 1, 1_500, salaries_count=2, salaries_monthly_amount=2_300)
    .monthly(1, 1_500, **WAGE)
    .monthly(10, 800, kind="salary", counterparty_id="shop", counterparty_kind="employer").living(),
    _person("two jobs at one employer", 1, 1_500, salaries_count=2, salaries_monthly_amount=2_000)
    .monthly(1, 1_500, **WAGE).monthly(12, 500, **WAGE).living(),
    _person("salary and rent received", 1, 1_500, salaries_count=2, salaries_monthly_amount=2_100)
    .monthly(1, 1_500, **WAGE)
    .monthly(4, 600, kind="transfer", category="rent", counterparty_id="tenant").living(),
    _person("a new job, four months old", 1, 2_000, salary_tenure_days=106, salaries_count=1)
    .monthly(1, 1_700, months=10, last=5, kind="salary", counterparty_id="old firm",
             counterparty_kind="employer")
    .monthly(1, 2_000, months=4, **WAGE).living(),
    _person("paid by a new agency each time", 1, 2_000)
    .monthly(1, 2_000, months=1, last=3, kind="salary", counterparty_id="a1")
    .monthly(1, 2_000, months=1, last=2, kind="salary", counterparty_id="a2")
    .monthly(1, 2_000, months=1, last=1, kind="salary", counterparty_id="a3")
    .monthly(1, 2_000, months=1, last=0, kind="salary", counterparty_id="a4").living(),
    _person("pension", 1, 900, income_median_6m=900)
    .monthly(15, 900, last=1, category="pension", counterparty_id="fund").living(),
    _person("child benefit beside a wage", 1, 1_200, salaries_count=2, salaries_monthly_amount=1_450)
    .monthly(1, 1_200, **WAGE)
    .monthly(20, 250, last=1, category="benefits", counterparty_kind="government").living(),
    _person("wages in cash", 1, 800, income_median_6m=800).monthly(3, 800, **CASH).living(),
    _person("wages in cash beside odd sums", 1, 800)
    .monthly(3, 800, **CASH).every(47, 130, times=8, ago=20, **CASH).every(61, 55, times=6, ago=33,
             **CASH).living(),
    _person("odd cash alone", 0, salaries_count=0)
    .at_odd_days(2, 16, 200, **CASH).living(),
    _person("daily payouts of a platform", 0, salaries_count=0)
    .at_odd_days(3, 400, 40, counterparty_id="rides", category="other").living(),
    _person("payouts every two or three days", 0)
    .at_odd_days(4, 170, 70, counterparty_id="rides").living(),
    _person("payouts beside a wage", 1, 1_000, salaries_count=1)
    .monthly(1, 1_000, **WAGE).at_odd_days(5, 100, 60, counterparty_id="rides").living(),
    _person("an advance on the 20th, the rest on the 5th", 1, 2_000, salaries_count=1)
    .monthly(5, 1_200, **WAGE).monthly(20, 800, last=1, **WAGE).living(),
    _person("interest alone", 0, income_median_6m=0).monthly(28, 1.5, kind="interest").living(),
    _person("loans alone", 0, income_median_6m=0)
    .monthly(25, 900, kind="loan_in", counterparty_id="bank", counterparty_kind="lender")
    .monthly(5, -950, **BANK)
    .living(),
    _person("own savings drawn every month", 0, income_median_6m=0)
    .monthly(8, 1_000, category="savings", kind="transfer").living(),
    _person("winnings every month", 0, income_median_6m=0)
    .monthly(8, 200, category="gambling", counterparty_id="bet").living(),
    _person("money from a parent every month", 0, income_median_6m=0)
    .monthly(2, 400, kind="transfer", counterparty_kind="person", counterparty_id="mother").living(),
    _person("wage lost four months ago", 0, income_gap_max_180d=134, income_recency=134)
    .monthly(1, 2_000, last=4, months=14, **WAGE).living(),
    _person("wage two weeks late", 1, 2_000, salary_days_to_next=0, salary_gaps_since=45 / 30.4375)
    .monthly(1, 2_000, last=1, months=14, **WAGE).living(),
    _person("one month without", 1, 2_000, income_months_share_12m=(11 + 4.5) / 17)
    .monthly(1, lambda ago: None if ago == 4 else 2_000, **WAGE).living(),
    _person("the feed ended 50 days ago", 1, 2_000, salary_days_to_next=None, income_median_6m=2_000)
    .monthly(1, 2_000, **WAGE).living().ended(50),
    _person("the feed ended four months ago", None, income_median_6m=None, salaries_count=None)
    .monthly(1, 2_000, **WAGE).living().ended(122),
    _person("the feed began eighty days ago, paid twice", None, salaries_count=None)
    .monthly(1, 2_000, months=2, last=1, **WAGE).every(3, -20, times=26, ago=1, kind="purchase"),
    _person("paid three times since", 1, 2_000, salary_tenure_days=75)
    .monthly(1, 2_000, months=3, **WAGE).every(3, -20, times=25, ago=1, kind="purchase"),
    _person("seasonal work", 0, income_months_share_12m=(4 + 4.5) / 17)
    .monthly(1, lambda ago: 2_500 if 8 <= ago < 12 else None, **WAGE).living(),
    _person("sales to one client, unlike each time", 0)
    .every(19, lambda k: 300 + 531 * (k * k % 7), times=19, ago=4, counterparty_id="client").living(),
)  # fmt: skip
