"""Refunds, chargebacks and reversals: what undoes what."""

from tests.features.histories.builder import History

HISTORIES = (
    History(
        "shoes sent back",
        """
        2025-05-05 -80 purchase #online_shopping @merchant :shoes -> purchase
        2025-05-15 +80 refund #online_shopping @merchant :shoes -> refund
    """,
        {"spent": 0.0},
    ),
    History(
        "one of two pairs sent back",
        """
        2025-05-05 -160 purchase #online_shopping @merchant :shoes -> purchase
        2025-05-15 +80 refund @merchant :shoes -> refund
    """,
        {"spent": 80.0},
    ),
    History(
        "the order says which purchase",
        """
        2025-05-05 -50 purchase @merchant :mall ~o1 -> purchase
        2025-05-06 -50 purchase @merchant :mall ~o2 -> purchase
        2025-05-15 +50 refund @merchant :mall ~o1 -> refund
    """,
        {"spent": 50.0},
    ),
    History(
        "a refund of no one named, by category",
        """
        2025-05-05 -30 purchase #travel -> purchase
        2025-05-06 -30 purchase #groceries -> purchase
        2025-05-15 +30 refund #travel -> refund
    """,
        {"spent": 30.0},
    ),
    History(
        "a refund of which the purchase is not seen",
        """
        2025-05-05 -30 purchase #groceries @merchant :shop -> purchase
        2025-05-15 +90 refund @merchant :airline -> refund
    """,
        {"spent": 30.0},
    ),
    History(
        "a refund called a purchase",
        """
        2025-05-05 -45 purchase @merchant :shop -> purchase
        2025-05-09 +20 purchase @merchant :shop -> refund
    """,
        {"spent": 25.0},
    ),
    History(
        "a purchase taken back whole",
        """
        2025-05-05 -45 purchase @merchant :shop -> reversal
        2025-05-09 +45 purchase @merchant :shop -> reversal
    """,
        {"spent": 0.0},
    ),
    History(
        "a refund by transfer from where money was spent",
        """
        2025-05-05 -45 purchase @merchant :shop -> purchase
        2025-05-19 +45 transfer @merchant :shop -> refund
    """,
        {"spent": 0.0},
    ),
    History(
        "a deposit for a car comes back in part",
        """
        2025-05-05 -300 purchase #travel @merchant :cars -> purchase
        2025-05-12 +250 transfer #travel @merchant :cars -> refund
    """,
        {"spent": 50.0},
    ),
    History(
        "two refunds for one purchase",
        """
        2025-05-05 -100 purchase @merchant :shop -> purchase
        2025-05-09 +30 refund @merchant :shop -> refund
        2025-05-10 +40 refund @merchant :shop -> refund
    """,
        {"spent": 30.0},
    ),
    History(
        "one refund for two purchases",
        """
        2025-05-05 -20 purchase @merchant :shop -> purchase
        2025-05-06 -30 purchase @merchant :shop -> purchase
        2025-05-10 +50 refund @merchant :shop -> refund
    """,
        {"spent": 0.0},
    ),
    History(
        "power company pays back what was paid too much",
        """
        2025-04-05 -60 bill #utilities :power -> bill
        2025-05-05 -60 bill #utilities :power -> bill
        2025-05-25 +45 transfer #utilities :power -> refund
    """,
        {"spent": 75.0},
    ),
    History(
        "chargeback",
        """
        2025-05-05 -200 purchase @merchant :fraud -> purchase
        2025-05-25 +200 chargeback @merchant :fraud -> chargeback
    """,
        {"spent": 0.0},
    ),
    History(
        "chargeback lost",
        """
        2025-04-05 -200 purchase @merchant :fraud -> purchase
        2025-04-25 +200 chargeback @merchant :fraud -> reversal
        2025-05-25 -200 chargeback @merchant :fraud -> reversal
    """,
        {"spent": 200.0},
    ),
    History(
        "booked back, in a word",
        """
        2025-05-05 -64 purchase @merchant :shop -> reversal
        2025-05-06 +64 reversal @merchant :shop -> reversal
    """,
        {"spent": 0.0},
    ),
    History(
        "booked back, of another account",
        """
        2025-05-05 -64 purchase @merchant :shop [a1] -> purchase
        2025-05-06 +64 purchase @merchant :shop [a2] -> refund
    """,
        {"spent": 0.0},
    ),
    History(
        "the same sum at two shops, one taken back",
        """
        2025-05-05 -64 purchase @merchant :one -> reversal
        2025-05-06 -64 purchase @merchant :two -> purchase
        2025-05-07 +64 purchase @merchant :one -> reversal
    """,
        {"spent": 64.0},
    ),
    History(
        "too long ago to be booked back",
        """
        2025-01-05 -64 bill :power -> bill
        2025-05-06 +64 bill :power -> refund
    """,
        {"spent": 0.0},
    ),
    History(
        "taken back twice takes back twice",
        """
        2025-05-01 -64 fee -> reversal
        2025-05-02 -64 fee -> reversal
        2025-05-03 +64 fee -> reversal
        2025-05-04 +64 fee -> reversal
    """,
        {"spent": 0.0},
    ),
    History(
        "a transfer that bounced",
        """
        2025-05-05 -250 transfer :iban7 -> returned
        2025-05-06 +250 transfer :iban7 !returned -> reversal
    """,
        {"spent": 0.0},
    ),
    History(
        "a transfer that came back as settled",
        """
        2025-05-05 -250 transfer :iban7 -> reversal
        2025-05-06 +250 transfer :iban7 -> reversal
    """,
        {"spent": 0.0},
    ),
    History(
        "the employer pays expenses back",
        """
        2025-05-05 -140 purchase #travel @merchant :rail -> purchase
        2025-05-25 +140 refund @employer :acme -> refund
    """,
        {"spent": 140.0},
    ),
    History(
        "the refund was not yet known",
        """
        2025-05-05 -80 purchase @merchant :shoes -> purchase
        2025-06-10 +80 refund @merchant :shoes ^2025-06-17 -> unseen
    """,
        {"spent": 80.0},
    ),
)
