"""Bills, purchases, cash and gambling."""

from tests.features.histories.builder import History

HISTORIES = (
    History(
        "rent, power and telephone",
        """
        2025-05-02 -700 bill #rent :landlord -> bill
        2025-05-05 -60 bill #utilities :power -> bill
        2025-05-09 -25 bill #telecom :phone -> bill
    """,
    ),
    History(
        "bills that a bank calls transfers",
        """
        2025-05-02 -700 transfer #rent :landlord -> bill
        2025-05-05 -60 transfer #utilities :power -> bill
        2025-05-07 -20 transfer #household -> bill
    """,
    ),
    History(
        "a bill paid by card",
        """
        2025-05-05 -60 purchase #utilities @merchant :power -> bill
        2025-05-06 -31 purchase #insurance @merchant :insurer -> bill
    """,
    ),
    History(
        "a bill paid in cash",
        """
        2025-05-05 -60 cash #utilities -> bill
    """,
    ),
    History(
        "tax",
        """
        2025-05-05 -410 transfer #tax @government :revenue -> bill
        2025-05-06 -40 transfer @government :town -> bill
    """,
    ),
    History(
        "a bill of which nothing else is known",
        """
        2025-05-05 -41 bill -> bill
    """,
    ),
    History(
        "shopping",
        """
        2025-05-05 -41 purchase #groceries @merchant :shop -> purchase
        2025-05-06 -12 purchase -> purchase
        2025-05-07 -99 #online_shopping -> purchase
        2025-05-08 -8 @merchant :kiosk -> purchase
    """,
    ),
    History(
        "a washing machine is no household bill",
        """
        2025-05-05 -410 purchase #household @merchant :store -> purchase
    """,
    ),
    History(
        "transfers that pay for things",
        """
        2025-05-05 -60 transfer #education :school -> purchase
        2025-05-06 -35 transfer #health @merchant :dentist -> purchase
    """,
    ),
    History(
        "cash from the machine",
        """
        2025-05-05 -100 cash -> cash_out
        2025-05-12 -100 cash -> cash_out
    """,
    ),
    History(
        "gambles by card",
        """
        2025-05-05 -100 purchase #gambling @merchant :bet -> gambling_stake
        2025-05-06 +95 transfer #gambling @merchant :bet -> gambling_win
    """,
    ),
    History(
        "gambles, and the bank calls the win a purchase",
        """
        2025-05-05 -100 purchase #gambling :bet -> gambling_stake
        2025-05-06 +100 purchase #gambling :bet -> gambling_win
    """,
    ),
    History(
        "a big win",
        """
        2025-05-05 -10 purchase #gambling :lotto -> gambling_stake
        2025-05-16 +12000 transfer #gambling :lotto -> gambling_win
    """,
    ),
    History(
        "cash in the casino",
        """
        2025-05-05 -300 cash #gambling -> gambling_stake
    """,
    ),
    History(
        "a transfer of which nothing is known",
        """
        2025-05-05 -300 transfer -> unknown_out
        2025-05-06 -300 transfer :someone -> unknown_out
    """,
    ),
    History(
        "pays staff",
        """
        2025-05-28 -1200 salary @person :helper -> person_out
        2025-05-28 -1200 transfer @employer :agency -> unknown_out
    """,
    ),
    History(
        "a shop gives its customers money back",
        """
        2025-05-28 -30 refund @person :customer -> purchase
    """,
    ),
    History(
        "declined at the till, then paid",
        """
        2025-05-05 17:00 -80 purchase @merchant :shop !declined -> declined
        2025-05-05 17:05 -80 purchase @merchant :shop !settled -> purchase
    """,
    ),
    History(
        "a bill that bounced twice",
        """
        2025-05-05 -60 bill #utilities :power !returned -> returned
        2025-05-12 -60 bill #utilities :power !returned -> returned
        2025-05-20 -60 bill #utilities :power -> bill
    """,
    ),
    History(
        "a returned debit that the bank books in and out",
        """
        2025-05-05 -60 bill #utilities :power -> returned
        2025-05-07 +60 bill #utilities :power !returned -> reversal
    """,
    ),
    History(
        "a returned debit whose return is booked as settled",
        """
        2025-05-05 -60 bill #utilities :power !returned -> returned
        2025-05-07 +60 bill #utilities :power -> reversal
    """,
    ),
    History(
        "a purchase reported too late to be known",
        """
        2025-06-12 -80 purchase @merchant :shop ^2025-06-16 -> unseen
        2025-06-13 -20 purchase @merchant :shop -> purchase
    """,
    ),
)
