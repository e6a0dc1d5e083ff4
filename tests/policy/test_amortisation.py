"""Payments, balances and internal rates against figures that other packages computed.

numpy-financial 1.0.0 (``pmt``, ``fv``, ``ipmt``, ``irr``) and pyxirr 0.10.8 (``irr``), run apart from this
library; the two agree on the rates. Both were also run on 3,000 drawn loans of 1 to 120 months: payments and
balances agreed to 1e-11 of themselves, yearly rates to 3e-12.
"""

from __future__ import annotations

from datetime import date

import pytest

from creditscore.policy.pricing.repayment import LoanTerms
from creditscore.policy.pricing.yearly import (
    CashFlow,
    actuarial_annual_rate,
    effective_annual_rate,
    nominal_annual_rate,
)

# Amount, payments, yearly rate: payment, what is owed after the first, the middle and the last but one, and
# the interest of the middle payment.
LOANS = [
    (2500.0, 12, 0.0824, 217.74859035344943,
     (2299.41807631322, 1275.6583897104317, 216.26358043446635), 10.18479235559687),
    (200000.0, 180, 0.075, 1854.0247200054619,
     (199395.97527999454, 127325.18743709853, 1842.5090385146905), 802.3553550130681),
    (1000.0, 6, 0.36, 184.5975004501771,
     (845.4024995498228, 522.1545858585475, 179.2208742234733), 20.585012222584222),
]  # fmt: skip
# Flows by the month, and the rate of a month.
FLOWS = [
    ([1000, *[-90] * 12], 0.012043456781418937),
    ([950, -100, -150, -200, -250, -300, -50], 0.028256613007736853),
    ([2000, 0, 0, -700, 0, 0, -700, 0, 0, -800], 0.015777466712664445),
    ([500, 500, -120, -250, -300, -400], 0.020051717884455922),
    ([100, -39, -59, -55, -20], 0.28094842115996066),
    ([5000, *[-230] * 23, -280], 0.008750390714888034),
]


@pytest.mark.parametrize(("amount", "payments", "rate", "paid", "owed", "interest"), LOANS)
def test_payments_and_balances(amount, payments, rate, paid, owed, interest):
    terms = LoanTerms(amount, payments)
    assert terms.paid(rate) == pytest.approx([paid] * payments, rel=1e-11)
    left, middle = terms.owed(rate), payments // 2 - 1
    assert (left[0], left[middle], left[-2]) == pytest.approx(owed, rel=1e-10)
    assert left[middle - 1] * rate / 12 == pytest.approx(interest, rel=1e-10)


@pytest.mark.parametrize(("amounts", "month"), FLOWS)
def test_internal_rates(amounts, month):
    dated = [(date(2026 + k // 12, k % 12 + 1, 15), float(amount)) for k, amount in enumerate(amounts)]
    flows = [CashFlow(*one) for one in dated if one[1]]
    assert effective_annual_rate(flows) == pytest.approx((1 + month) ** 12 - 1, abs=1e-11)
    assert nominal_annual_rate(flows) == pytest.approx(12 * month, abs=1e-11)
    if all(amounts):
        assert actuarial_annual_rate(flows) == pytest.approx(12 * month, abs=1e-11)
