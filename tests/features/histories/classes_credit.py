"""Loans, cards, and what banks charge."""

from tests.features.histories.builder import History

HISTORIES = (
    History(
        "payday lender, known by its kind and category",
        """
        2025-04-25 +900 transfer #high_cost_credit @lender :payday -> loan_in
        2025-05-06 -990 transfer #high_cost_credit @lender :payday -> loan_out
    """,
    ),
    History(
        "loan named by its kind",
        """
        2025-01-10 +5000 loan_in @lender :bank -> loan_in
        2025-02-10 -230 loan_out @lender :bank -> loan_out
        2025-03-10 -230 loan_out @lender :bank -> loan_out
    """,
    ),
    History(
        "a lender, and nothing else is known",
        """
        2025-01-10 +5000 @lender :bank -> loan_in
        2025-02-10 -230 @lender :bank -> loan_out
    """,
    ),
    History(
        "pay later",
        """
        2025-05-10 -25 purchase #high_cost_credit @merchant :later -> loan_out
        2025-05-24 -25 purchase #high_cost_credit @merchant :later -> loan_out
    """,
    ),
    History(
        "wages paid early by an app",
        """
        2025-05-14 +150 transfer #high_cost_credit @employer :app -> loan_in
        2025-05-28 -155 transfer #high_cost_credit @employer :app -> loan_out
    """,
    ),
    History(
        "a lender in cash",
        """
        2025-05-14 +300 cash @lender :pawn -> loan_in
    """,
    ),
    History(
        "a loan paid out and called off",
        """
        2025-05-14 +3000 loan_in @lender :bank -> reversal
        2025-05-16 -3000 loan_in @lender :bank -> reversal
    """,
    ),
    History(
        "a loan repaid early by another sum",
        """
        2025-03-14 +3000 loan_in @lender :bank -> loan_in
        2025-05-16 -3080 loan_in @lender :bank -> loan_out
    """,
    ),
    History(
        "the bank's fee is no loan payment",
        """
        2025-05-31 -7 fee @lender :bank -> fee
        2025-06-01 -250 loan_out @lender :bank -> loan_out
    """,
    ),
    History(
        "the bank's insurance is a bill",
        """
        2025-05-31 -17 bill #insurance @lender :bank -> bill
    """,
    ),
    History(
        "mortgage called a bill",
        """
        2025-05-31 -817 bill @lender :bank -> loan_out
    """,
    ),
    History(
        "penalty interest",
        """
        2025-05-31 -12 penalty @lender :bank -> penalty
        2025-06-02 -3 penalty -> penalty
    """,
    ),
    History(
        "fees by kind and by category",
        """
        2025-05-31 -5 fee -> fee
        2025-06-01 -4 #fees -> fee
        2025-06-02 -4 transfer #fees -> fee
    """,
    ),
    History(
        "a fee given back by goodwill, months later",
        """
        2025-01-31 -15 fee -> fee
        2025-05-31 +10 fee -> refund
    """,
    ),
    History(
        "card repaid, the card is not seen",
        """
        2025-05-20 -640 card_repayment [x1] -> card_repayment
        2025-05-21 -30 purchase #groceries @merchant :shop [x1] -> purchase
    """,
    ),
    History(
        "card repaid, the card is seen",
        """
        2025-05-02 -300 purchase #travel @merchant :rail [x9] {card} -> purchase
        2025-05-20 09:00 -300 transfer [x1] {current} -> card_repayment
        2025-05-20 12:00 +300 transfer [x9] {card} -> own_transfer
    """,
    ),
    History(
        "card repaid through a bill to the bank",
        """
        2025-05-02 -300 purchase #travel @merchant :rail [x9] {card} -> purchase
        2025-05-20 09:00 -300 bill @lender :bank [x1] {current} -> card_repayment
        2025-05-20 12:00 +300 [x9] {card} -> own_transfer
    """,
    ),
    History(
        "card fed by an account that is not seen",
        """
        2025-05-02 -300 purchase #travel @merchant :rail [x9] {card} -> purchase
        2025-05-20 +300 transfer [x9] {card} -> card_repayment
    """,
    ),
    History(
        "cash drawn on the card to the current account",
        """
        2025-05-20 09:00 -400 transfer [x9] {card} -> own_transfer
        2025-05-20 10:00 +400 transfer [x1] {current} -> loan_in
    """,
    ),
    History(
        "a card known by its balance, repaid",
        """
        2025-02-01 -100 purchase #travel @merchant :rail [x9] =-100 -> purchase
        2025-02-20 09:00 -100 transfer [x1] =900 -> card_repayment
        2025-02-20 10:00 +100 transfer [x9] =0 -> own_transfer
        2025-03-01 -140 purchase #leisure @merchant :bar [x9] =-140 -> purchase
        2025-03-28 +1800 salary @employer :acme [x1] =2700 -> wages
        2025-04-01 -60 purchase #leisure @merchant :bar [x9] =-200 -> purchase
    """,
    ),
    History(
        "an account in the red is no card: wages come in",
        """
        2025-02-01 -100 purchase #travel @merchant :rail [x9] =-900 -> purchase
        2025-02-20 09:00 -100 transfer [x1] =900 -> own_transfer
        2025-02-20 10:00 +100 transfer [x9] =-800 -> own_transfer
        2025-02-28 +700 salary @employer :acme [x9] =-100 -> wages
        2025-04-01 -60 purchase #leisure @merchant :bar [x9] =-160 -> purchase
    """,
    ),
    History(
        "interest charged on a card",
        """
        2025-05-31 -18 interest [x9] {card} -> interest_out
    """,
    ),
    History(
        "loan debit booked back",
        """
        2025-05-05 -300 loan_out :bank -> reversal
        2025-05-07 +300 loan_out :bank -> reversal
    """,
    ),
    History(
        "loan debit booked back and paid a week later",
        """
        2025-05-05 -300 loan_out :bank -> reversal
        2025-05-07 +300 loan_out :bank -> reversal
        2025-05-14 -300 loan_out :bank -> loan_out
    """,
    ),
    History(
        "loan debit returned by the bank",
        """
        2025-05-05 -300 loan_out :bank !returned -> returned
        2025-05-12 -300 loan_out :bank -> loan_out
    """,
    ),
    History(
        "a loan debit back of which the debit is not seen",
        """
        2025-05-07 +300 loan_out :bank -> reversal
    """,
    ),
    History(
        "a penalty charged and booked back",
        """
        2025-05-08 -35 penalty -> reversal
        2025-05-09 +35 penalty -> reversal
    """,
    ),
    History(
        "two penalties, one booked back",
        """
        2025-05-02 -35 penalty -> penalty
        2025-05-08 -35 penalty -> reversal
        2025-05-09 +35 penalty -> reversal
    """,
    ),
    History(
        "interest charged in error",
        """
        2025-05-31 -18 interest -> reversal
        2025-06-02 +18 interest -> reversal
    """,
    ),
)
