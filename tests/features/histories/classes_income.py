"""Money that was earned, and money that only looks like it."""

from tests.features.histories.builder import History

HISTORIES = (
    History(
        "salary named by its kind",
        """
        2025-03-28 +2400 salary @employer :acme -> wages
        2025-04-28 +2400 salary @employer :acme -> wages
        2025-05-28 +2400 salary @employer :acme -> wages
    """,
    ),
    History(
        "salary known by its payer alone",
        """
        2025-04-30 +1950 transfer @employer :mill -> wages
        2025-05-30 +1950 transfer @employer :mill -> wages
    """,
    ),
    History(
        "salary without a kind, from an employer",
        """
        2025-04-30 +1950 @employer -> wages
        2025-05-02 -40 purchase #groceries @merchant :shop -> purchase
    """,
    ),
    History(
        "salary and a bonus",
        """
        2025-05-28 +2400 salary @employer :acme -> wages
        2025-06-10 +6000 salary @employer :acme -> wages
    """,
    ),
    History(
        "two jobs",
        """
        2025-05-01 +1100 salary @employer :cafe -> wages
        2025-05-28 +900 salary @employer :school -> wages
    """,
    ),
    History(
        "a cleaner paid by a family",
        """
        2025-05-05 +300 salary @person :meyer -> wages
        2025-05-12 +300 salary @person :meyer -> wages
    """,
    ),
    History(
        "a clerk of the state",
        """
        2025-05-25 +2100 salary @government :ministry -> wages
    """,
    ),
    History(
        "works in a bank, is paid by the bank",
        """
        2025-05-25 +3100 salary @lender :bank -> wages
        2025-05-26 -500 loan_out @lender :bank -> loan_out
    """,
    ),
    History(
        "works for a bookmaker",
        """
        2025-05-25 +2100 salary #gambling @employer :bets -> wages
    """,
    ),
    History(
        "pension by category",
        """
        2025-05-02 +820 transfer #pension @government :fund -> pension
        2025-06-02 +820 transfer #pension @government :fund -> pension
    """,
    ),
    History(
        "pension that the bank calls salary",
        """
        2025-05-02 +820 salary #pension -> pension
    """,
    ),
    History(
        "pension paid out in cash",
        """
        2025-05-02 +820 cash #pension -> pension
        2025-05-03 -800 cash -> cash_out
    """,
    ),
    History(
        "child benefit",
        """
        2025-05-10 +250 transfer #benefits @government :family -> benefits
    """,
    ),
    History(
        "something from the state, for nothing named",
        """
        2025-05-10 +250 transfer @government :town -> benefits
    """,
    ),
    History(
        "benefit paid back",
        """
        2025-04-10 +250 transfer #benefits @government :family -> benefits
        2025-05-20 -180 transfer #benefits @government :family -> bill
    """,
    ),
    History(
        "tax comes back",
        """
        2025-05-12 +430 transfer #tax @government :revenue -> refund
        2025-05-28 +2400 salary @employer :acme -> wages
    """,
    ),
    History(
        "driver of a platform, paid out daily",
        """
        2025-06-01 +64.20 transfer @merchant :rides -> business
        2025-06-02 +71.90 transfer @merchant :rides -> business
        2025-06-03 +58.10 transfer @merchant :rides -> business
    """,
    ),
    History(
        "sells on a market, buys little there",
        """
        2025-05-20 -15 purchase #online_shopping @merchant :market -> purchase
        2025-06-01 +640 transfer @merchant :market -> business
        2025-06-08 +580 transfer @merchant :market -> business
    """,
    ),
    History(
        "takings paid in at the counter",
        """
        2025-06-02 +1200 cash -> cash_income
        2025-06-09 +1350 cash -> cash_income
        2025-06-10 -900 transfer :supplier -> unknown_out
    """,
    ),
    History(
        "paid in cash and spent in cash",
        """
        2025-06-02 +1000 cash -> cash_income
        2025-06-03 -1000 cash -> cash_out
    """,
    ),
    History(
        "a lodger pays rent",
        """
        2025-05-01 +450 transfer #rent @person :lodger -> other_income
        2025-06-01 +450 transfer #rent @person :lodger -> other_income
    """,
    ),
    History(
        "lets a flat to someone of whom nothing is known",
        """
        2025-05-01 +700 #rent -> other_income
    """,
    ),
    History(
        "a payer with a name and nothing else",
        """
        2025-05-01 +700 transfer :x17 -> other_income
        2025-06-01 +700 transfer :x17 -> other_income
    """,
    ),
    History(
        "a feed with amounts alone",
        """
        2025-05-01 +700 -> unknown_in
        2025-05-04 -60 -> unknown_out
        2025-06-01 +700 -> unknown_in
    """,
    ),
    History(
        "a transfer from nobody named",
        """
        2025-05-01 +700 transfer -> unknown_in
        2025-05-02 -50 purchase -> purchase
    """,
    ),
    History(
        "category other says nothing",
        """
        2025-05-01 +700 transfer #other -> unknown_in
        2025-05-02 -70 transfer #other -> unknown_out
    """,
    ),
    History(
        "the bank pays interest",
        """
        2025-04-30 +1.50 interest -> interest_in
        2025-05-31 +1.52 interest -> interest_in
    """,
    ),
    History(
        "interest on savings is no money taken out of them",
        """
        2025-05-31 +12.40 interest #savings -> interest_in
    """,
    ),
    History(
        "the bank takes interest",
        """
        2025-05-31 -9.80 interest -> interest_out
        2025-06-01 +1.10 interest -> interest_in
    """,
    ),
    History(
        "salary taken back by the employer",
        """
        2025-05-28 +2400 salary @employer :acme -> reversal
        2025-05-30 -2400 salary @employer :acme -> reversal
        2025-06-01 +2100 salary @employer :acme -> wages
    """,
    ),
    History(
        "salary announced, not yet known",
        """
        2025-05-28 +2400 salary @employer :acme -> wages
        2025-06-12 +2400 salary @employer :acme ^2025-06-20 -> unseen
    """,
    ),
    History(
        "a dividend from a named company",
        """
        2025-05-15 +86 transfer :holding -> other_income
    """,
    ),
    History(
        "an insurer pays for a broken window",
        """
        2025-03-01 -40 bill #insurance @merchant :insurer -> bill
        2025-05-20 +310 transfer #insurance @merchant :insurer -> other_income
    """,
    ),
    History(
        "an account on which no money moves",
        """
        2025-05-20 0 -> nothing
        2025-05-21 0 purchase @merchant :shop -> nothing
    """,
    ),
)
