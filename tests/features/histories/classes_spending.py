"""Bills, purchases, cash and gambling."""

from tests.features.histories.builder import History

HISTORIES = (
    History(
        "an old debt paid to who collects it, whatever the bank calls it",
        """
        2025-04-05 -50 transfer @collector :collect -> debt_collected
        2025-05-05 -50 loan_out @collector :collect -> debt_collected
        2025-05-20 -50 bill #telecom @collector :collect -> debt_collected
        2025-05-25 50 transfer @collector :collect -> refund
    """,
    ),
    History(
        "a collector's fee and penalty are what they are called",
        """
        2025-04-05 -50 transfer @collector :collect -> debt_collected
        2025-04-05 -12 fee @collector :collect -> fee
        2025-04-20 -9 penalty @collector :collect -> penalty
    """,
    ),
    History(
        "four parts of a purchase paid later",
        """
        2025-04-01 -25 purchase #online_shopping @pay_later :later -> pay_later
        2025-04-15 -25 transfer @pay_later :later -> pay_later
        2025-04-29 -25 loan_out #high_cost_credit @pay_later :later -> pay_later
        2025-05-13 -25 @pay_later :later -> pay_later
    """,
    ),
    History(
        "goods bought to be paid later and sent back",
        """
        2025-05-01 -25 purchase @pay_later :later -> pay_later
        2025-05-10 25 transfer @pay_later :later -> refund
    """,
        {"spent": 0.0},
    ),
    History(
        "a provider of purchases on credit that lends money",
        """
        2025-05-01 300 loan_in @pay_later :later -> loan_in
        2025-05-20 -310 loan_out @pay_later :later -> pay_later
    """,
    ),
    History(
        "wages asked for early, and given back on pay day",
        """
        2025-05-20 100 transfer @wage_advance :early -> advance_in
        2025-05-20 -3 fee @wage_advance :early -> fee
        2025-05-31 2000 salary @employer :works -> wages
        2025-05-31 -100 transfer @wage_advance :early -> advance_out
    """,
    ),
    History(
        "an advance that a bank calls wages",
        """
        2025-05-20 100 salary @wage_advance :early -> advance_in
        2025-05-31 -103 bill @wage_advance :early -> advance_out
    """,
    ),
    History(
        "an advance of the employer",
        """
        2025-05-10 400 loan_in @employer :works -> advance_in
        2025-05-31 2000 salary @employer :works -> wages
        2025-05-31 -400 loan_out @employer :works -> advance_out
    """,
    ),
    History(
        "an advance that failed to be collected",
        """
        2025-05-20 100 transfer @wage_advance :early -> advance_in
        2025-05-31 -100 transfer @wage_advance :early !returned -> returned
    """,
    ),
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
