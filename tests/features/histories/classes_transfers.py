"""Money moved between own accounts, to and from savings, and among people."""

from tests.features.histories.builder import History

HISTORIES = (
    History(
        "to the other account, an hour later, called transfer",
        """
        2025-05-03 09:00 -1000 transfer [cur] -> own_transfer
        2025-05-03 10:00 +1000 transfer [second] -> own_transfer
    """,
    ),
    History(
        "to the other account, of no kind",
        """
        2025-05-03 09:00 -1000 [a1] -> own_transfer
        2025-05-03 10:00 +1000 [a2] -> own_transfer
    """,
    ),
    History(
        "a kind on one side alone",
        """
        2025-05-03 09:00 -1000 transfer [a1] -> own_transfer
        2025-05-03 10:00 +1000 [a2] -> own_transfer
    """,
    ),
    History(
        "arrives before it left, by the clocks of two banks",
        """
        2025-05-03 09:00 +1000 transfer [a2] -> own_transfer
        2025-05-03 15:00 -1000 transfer [a1] -> own_transfer
    """,
    ),
    History(
        "a fee of the bank in between, within half a percent",
        """
        2025-05-03 09:00 -1000 transfer [a1] -> own_transfer
        2025-05-04 09:00 +996 transfer [a2] -> own_transfer
    """,
    ),
    History(
        "too different to be the same money",
        """
        2025-05-03 09:00 -1000 transfer [a1] -> unknown_out
        2025-05-04 09:00 +980 transfer [a2] -> unknown_in
    """,
    ),
    History(
        "too late to be the same money",
        """
        2025-05-03 09:00 -1000 transfer [a1] -> unknown_out
        2025-05-07 09:00 +1000 transfer [a2] -> unknown_in
    """,
    ),
    History(
        "one account alone cannot tell",
        """
        2025-05-03 09:00 -1000 transfer [a1] -> unknown_out
        2025-05-03 10:00 +1000 transfer [a1] -> unknown_in
    """,
    ),
    History(
        "named own transfer whose other half is not seen",
        """
        2025-05-03 -500 own_transfer [a1] -> own_transfer
        2025-05-20 +500 own_transfer [a1] -> own_transfer
    """,
    ),
    History(
        "wages of the same size are wages",
        """
        2025-05-03 09:00 -1000 transfer [a1] -> unknown_out
        2025-05-03 10:00 +1000 salary @employer :acme [a2] -> wages
    """,
    ),
    History(
        "a credit of an employer is no half of a transfer",
        """
        2025-05-03 09:00 -1000 transfer [a1] -> unknown_out
        2025-05-03 10:00 +1000 transfer @employer :acme [a2] -> wages
    """,
    ),
    History(
        "rent of the same size is rent",
        """
        2025-05-03 09:00 -700 bill #rent :landlord [a1] -> bill
        2025-05-03 10:00 +700 transfer :client [a2] -> other_income
    """,
    ),
    History(
        "twice on one day, two and two",
        """
        2025-05-03 09:00 -300 transfer [a1] -> own_transfer
        2025-05-03 09:05 -300 transfer [a1] -> own_transfer
        2025-05-03 10:00 +300 transfer [a2] -> own_transfer
        2025-05-03 10:05 +300 transfer [a2] -> own_transfer
    """,
    ),
    History(
        "one in, two out: one of them went elsewhere",
        """
        2025-05-03 09:00 -300 transfer [a1] -> unknown_out
        2025-05-03 09:05 -300 transfer [a1] -> own_transfer
        2025-05-03 10:00 +300 transfer [a2] -> own_transfer
    """,
    ),
    History(
        "through three accounts",
        """
        2025-05-03 09:00 -300 transfer [a1] -> own_transfer
        2025-05-03 10:00 +300 transfer [a2] -> own_transfer
        2025-05-04 09:00 -300 transfer [a2] -> own_transfer
        2025-05-04 10:00 +300 transfer [a3] -> own_transfer
    """,
    ),
    History(
        "the other half was not known at the moment",
        """
        2025-06-10 09:00 -800 transfer [a1] -> unknown_out
        2025-06-10 10:00 +800 transfer [a2] ^2025-06-18 -> unseen
    """,
    ),
    History(
        "the other half was declined",
        """
        2025-06-10 09:00 -800 transfer [a1] -> unknown_out
        2025-06-10 10:00 +800 transfer [a2] !declined -> declined
    """,
    ),
    History(
        "own account at a bank that calls it a person",
        """
        2025-06-10 09:00 -800 transfer @person :self [a1] -> own_transfer
        2025-06-10 10:00 +800 transfer @person :self [a2] -> own_transfer
    """,
    ),
    History(
        "put into savings, by category",
        """
        2025-05-05 -200 transfer #savings :mysavings -> to_savings
        2025-06-05 -200 transfer #savings :mysavings -> to_savings
    """,
    ),
    History(
        "taken out of savings, by category",
        """
        2025-05-05 +200 transfer #savings :mysavings -> from_savings
        2025-06-05 +400 transfer #savings :mysavings -> from_savings
    """,
    ),
    History(
        "own transfer that says savings",
        """
        2025-05-05 -200 own_transfer #savings -> to_savings
        2025-05-25 +100 own_transfer #savings -> from_savings
    """,
    ),
    History(
        "both sides of a move into savings are seen",
        """
        2025-05-05 09:00 -200 transfer [x1] {current} -> to_savings
        2025-05-05 10:00 +200 transfer [x2] {savings} -> own_transfer
    """,
    ),
    History(
        "both sides of a move out of savings are seen",
        """
        2025-05-05 09:00 -500 transfer [x2] {savings} -> own_transfer
        2025-05-05 10:00 +500 transfer [x1] {current} -> from_savings
    """,
    ),
    History(
        "a standing order into a fund",
        """
        2025-05-05 -50 bill #savings @merchant :fund -> to_savings
    """,
    ),
    History(
        "savings fed from an account that is not seen",
        """
        2025-05-05 +300 transfer [x2] {savings} -> own_transfer
        2025-05-28 +2400 salary [x1] {current} -> wages
    """,
    ),
    History(
        "a friend pays for dinner",
        """
        2025-05-05 +20 transfer @person :ann -> person_in
        2025-05-07 -14 transfer @person :bob -> person_out
    """,
    ),
    History(
        "money from a person of no kind",
        """
        2025-05-05 +120 @person -> person_in
        2025-05-06 -80 @person -> person_out
    """,
    ),
    History(
        "rent to a landlord who is a person",
        """
        2025-05-01 -700 transfer #rent @person :landlord -> bill
    """,
    ),
    History(
        "sent to a friend and sent back",
        """
        2025-05-05 -500 transfer @person :ann -> reversal
        2025-05-15 +500 transfer @person :ann -> reversal
    """,
    ),
    History(
        "borrowed of a friend for a week before applying",
        """
        2025-06-01 +1500 transfer @person :ann -> reversal
        2025-06-08 -1500 transfer @person :ann -> reversal
    """,
    ),
    History(
        "borrowed of someone named for two months",
        """
        2025-03-20 +1500 transfer :x -> reversal
        2025-05-28 -1500 transfer :x -> reversal
    """,
    ),
    History(
        "to and fro with a year between is no round trip",
        """
        2024-05-01 +1500 transfer :x -> other_income
        2025-05-28 -1500 transfer :x -> unknown_out
    """,
    ),
    History(
        "a customer and a supplier of the same size are two",
        """
        2025-05-05 +900 transfer :customer -> other_income
        2025-05-06 -900 transfer :supplier -> unknown_out
    """,
    ),
    History(
        "cash taken out here and paid in there",
        """
        2025-05-05 09:00 -600 cash [a1] -> own_transfer
        2025-05-05 15:00 +600 cash [a2] -> own_transfer
    """,
    ),
    History(
        "cash taken out and paid in again",
        """
        2025-05-05 -600 cash -> own_transfer
        2025-05-06 +600 cash -> own_transfer
    """,
    ),
    History(
        "cash taken out, other cash paid in",
        """
        2025-05-05 -100 cash -> cash_out
        2025-05-06 +640 cash -> cash_income
    """,
    ),
)
